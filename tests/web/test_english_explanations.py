"""What the planner says of a finished plan, in English: the table has every sentence that it can say."""

from __future__ import annotations

import csv
import html
import re
from dataclasses import replace

import pytest

from planner.domain.instance import Lock, LockKind, Sense
from planner.engine.feasibility import describe_lock, describe_target
from planner.explanations.rules import liftable_rules
from tests.oracle.enumeration import a_tiny_instance
from web.finding_words import EXPLANATIONS, english

CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACE = "甲校在东山培训点 6月29日 起的集中班"


def read(text: str) -> tuple[str, str]:
    """Return the English, and what of it stays Chinese."""
    made = str(english(text))
    return html.unescape(re.sub(r"<[^>]+>", "", made)), "".join(re.findall(r'<span lang="zh-CN">(.*?)</span>', made))


@pytest.mark.parametrize(
    ("chinese", "words"),
    [
        (f"开{PLACE}（20 人），要再有 33,820 元（用途不限）",
         "hold a class by 甲校 at 东山培训点 from 6-29 on (full time, 20 people); "
         "needed: 33,820 yuan more (for any use)"),
        (f"插入{PLACE}（还有 3 个座位），要附近再有 2 人愿意，并且每人再有 970 元（用途不限）",
         "join the class by 甲校 at 东山培训点 from 6-29 on (full time, 3 seats left); needed: 2 more willing people "
         "nearby, and 970 yuan more a person (for any use)"),
        (f"可以开{PLACE}（20 人），得分多 1.5",
         "a class by 甲校 at 东山培训点 from 6-29 on (full time, 20 people) can be held; the score rises by 1.5"),
        ("最近的能开班场地要走 60 分钟，比上限 40 分钟多 20 分钟；就近设点，或放宽路程",
         "the nearest venue that could hold it is 60 minutes away, the limit is 40, which is 20 too few: open a place "
         "nearby or allow longer travel"),
    ],
)  # fmt: skip
def test_the_smallest_change_is_told_with_its_names(chinese: str, words: str) -> None:
    assert read(chinese)[0] == words


@pytest.mark.parametrize("obstacle", ["机构班次已满", "教室已满", "资金不够", "固定班不允许"])
def test_what_stands_against_another_arrangement_is_english(obstacle: str) -> None:
    assert not CHINESE.search(read(obstacle)[0])


def test_every_rule_that_can_be_lifted_has_its_english() -> None:
    """Only names of the workbook stay Chinese."""
    instance = a_tiny_instance()
    rules = [rule.name for rule in liftable_rules(instance)]
    rules += [describe_target(replace(one, sense=sense)) for one in instance.targets for sense in Sense]
    course = instance.courses[0].name
    rules += [describe_lock(Lock(course, kind=kind)) for kind in LockKind]
    assert rules
    for rule in rules:
        assert read(rule)[1] != rule, rule


@pytest.mark.parametrize(
    "sentence",
    [
        "未满足的意愿共 1,324 人次：资金不够 1,259 人次；附近愿意的人全来也不够最小班额 40 人次；"
        "愿意的人已安排在其他班 25 人次。",
        "与“按成本排队”相比，本方案得分多 12.6（就业率变动时十次有八次在 11.6 至 13.3 之间）；"
        "任何方案比它最多多 12.7（已证明）。",
        "与“乡镇平均分配”相比，本方案得分差 -0.1，范围跨过 0，不能说哪个更好"
        "（就业率变动时十次有八次在 -1.0 至 0.5 之间）。",
        "全部资金用途限制：这条规则使得分少 3.9 至 12.5（已证明）。",
        "其余 14 项规则没有可测出的代价。",
    ],
)
def test_a_conclusion_is_english_to_the_last_word(sentence: str) -> None:
    made, chinese = read(sentence)
    assert not CHINESE.search(made) and not chinese
    numbers = re.compile(r"\d[\d,.]*\d|\d")
    assert numbers.findall(made) == numbers.findall(sentence)


def test_blanks_of_both_languages_are_as_many() -> None:
    with EXPLANATIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["chinese"].count("{}") == row["english"].count("{}"), row
            assert not CHINESE.search(row["english"]), row
