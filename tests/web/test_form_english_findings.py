"""The reader's sentences in English: the table has every one of them, and blanks keep what the files say."""

from __future__ import annotations

import pytest
from finding_templates import templates
from markupsafe import Markup

from planner.english import table_rows
from planner.reading.layouts.fields import Field
from planner.reading.plausibility.of_tables import WORDS
from planner.reading.tables.body import Part
from web.finding_words import english, english_of_file

PUT_TOGETHER = frozenset(
    (
        "{} 人{}",
        "{}，总数一致",
        "{}；两处总数不同：此表 {}，该表 {}",
        "与{}是同一人（身份证号相同）{}，不重复计入",
        "{}：{}",
    )
    + ("第 {} 行{}在表中被隐藏（{} 行），仍计入", "{}为表头，数据从第 {} 行开始", "{} 行不计入：{}")
)
"""Sentences with a part of a sentence in a blank: the table has them whole, tried below."""


def table() -> dict[str, str]:
    return dict(table_rows())


def plain(markup: Markup) -> str:
    return markup.striptags()


def test_every_sentence_of_the_reader_has_its_english() -> None:
    """Sentences are taken from the reader's source, so a new one without English fails here."""
    said = set(templates())
    assert len(said) > 150
    assert said - table().keys() - PUT_TOGETHER == set()


@pytest.mark.parametrize(
    ("chinese", "words"),
    [
        ("第 4–5 行为表头，数据从第 6 行开始", "rows 4–5 are the heading; data from row 6"),
        ("第 1 行为表头，数据从第 2 行开始", "row 1 is the heading; data from row 2"),
        ("12 行不计入：读不出年龄（见错误）", "rows not counted, 12: age cannot be read (see errors)"),
        ("第 9、12 行是小计（2 行），不计入", "not counted (row 9、12): subtotal, 2 in all"),
        (
            "3 人次意愿与本人已参加过的培训相同，不计入",
            "wishes for a course the person was trained in before, not counted: 3",
        ),
        ("3 人重复登记，只计一次", "people registered twice, counted once: 3"),
        ("课程“电焊”按“焊工”计（已确认）", 'course "电焊" counts as "焊工" (confirmed)'),
        (
            "与“河镇.xlsx 台账”第 4 行是同一人（身份证号相同）（河镇、山乡两地都有），不重复计入",
            'the same person as in "河镇.xlsx 台账" row 4 (same ID number; in both 河镇 and 山乡); not counted twice',
        ),
        (
            "河镇的课程意愿以更细的“a.xlsx 表”为准；两处总数不同：此表 3，该表 4",
            '河镇: wishes for courses taken from the finer "a.xlsx 表"; the totals differ: 3 here, 4 there',
        ),
        ("第 3、4 行在表中被隐藏（2 行），仍计入", "hidden in the sheet and counted all the same: row 3、4 (2 in all)"),
        (
            "与第 31 行是同一人（身份证号相同），不重复计入",
            "the same person as in row 31 (same ID number); not counted twice",
        ),
        (
            "赫章县外出务工人数合计 18,210,000 人，常住人口约 648,471",
            "赫章县, migrant workers: 18,210,000 people in all, while about 648,471 live there",
        ),
        ("外出务工人数多于劳动力总数：河镇（9 多于 3）", "migrant workers more than labour force: 河镇（9 多于 3）"),
        ("“3.1”不是一天，按第一天 2026-03-01 计", '"3.1" is not one day; taken as its first day 2026-03-01'),
    ],
)
def test_sentences_put_together_are_translated_whole(chinese: str, words: str) -> None:
    assert plain(english(chinese)) == words


def test_words_of_the_reader_in_blanks_are_in_the_table() -> None:
    for word in (*WORDS.values(), *(part.value for part in Part)):
        assert word in table(), word
    assert {Field.PERSONS.value} <= table().keys()


def test_what_a_file_says_stays_and_is_marked_as_chinese() -> None:
    shown = english("“<b>约五十</b>”不是确数，按 50 计")
    assert shown == '&#34;<span lang="zh-CN">&lt;b&gt;约五十&lt;/b&gt;</span>&#34; is not exact; counted as 50'


def test_a_sentence_about_a_file_keeps_its_name_in_front() -> None:
    assert (
        plain(english_of_file("河镇：表.xls：设有打开密码", "河镇：表.xls"))
        == "河镇：表.xls: is protected by a password"
    )


def test_a_sentence_that_is_not_in_the_table_stays_chinese_and_says_so() -> None:
    assert english("没有人说过这句话") == '<span lang="zh-CN">没有人说过这句话</span>'
