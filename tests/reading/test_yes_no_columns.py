"""Yes-or-no columns of tables of counts, as 是否脱贫户: a row's people are of the group that its answers say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from planner.domain.instance import Group
from planner.reading.choices import ReadingChoices
from planner.reading.read import DemandReading, read_demand
from planner.reading.report import Level
from tests.reading.survey import BOTH, COUNTY, MOVED, PLAIN, POOR, YOUNG, write_sheets


def read(tmp_path: Path, *rows: list[object], tags: tuple[str, ...] = (), **choices) -> DemandReading:
    """Read a table whose first row is the heading; ``tags`` are further ones of the county, each with a group."""
    groups = (*COUNTY.groups, *(Group(f"{tag}群体", frozenset({tag})) for tag in tags))
    path = write_sheets(tmp_path / "汇总.xlsx", {"汇总": rows})
    return read_demand([path], replace(COUNTY, groups=groups), ReadingChoices(**choices))


def groups_of(reading: DemandReading) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for (_, _, group), persons in reading.people.cohorts.items():
        sums[group] += persons
    return dict(sums)


def said(reading: DemandReading, *levels: Level) -> str:
    return "\n".join(map(str, reading.report.all_findings(*levels)))


def table(heading: str, *answers: object) -> list[list[object]]:
    """Return a table of 河镇 with a row of 10, 20, 30 … people for each answer."""
    rows: list[list[object]] = [["乡镇", "年龄段", heading, "有培训意愿人数", "家政"]]
    return rows + [["河镇", YOUNG, answer, 10 * n, n] for n, answer in enumerate(answers, start=1)]


@pytest.mark.parametrize(
    ("heading", "yes", "no"),
    [
        ("是否脱贫户", "是", "否"),
        ("是否脱贫户（是/否）", "√", "×"),
        ("脱贫户", "是", "否"),
        ("脱贫属性", "脱贫户", "一般户"),
        ("是否为建档立卡户", "1", "0"),
    ],
)
def test_rows_for_yes_and_no_are_the_people_of_their_groups(
    tmp_path: Path, heading: str, yes: object, no: object
) -> None:
    reading = read(tmp_path, *table(heading, yes, no))
    assert reading.report.faults() == []
    assert groups_of(reading) == {POOR: 10, PLAIN: 20}
    assert {key[2]: n for key, n in reading.people.demand.items()} == {POOR: 1, PLAIN: 2}
    assert f"每行的群体按“{heading}”的“是”或“否”区分" in said(reading, Level.UNDERSTOOD)


def test_two_such_columns_make_the_group_together(tmp_path: Path) -> None:
    """Nobody is left of either kind: the three groups stand as they are, they are no overlapping parts of a whole."""
    rows: list[list[object]] = [["乡镇", "年龄段", "是否脱贫户", "是否易地搬迁户", "有培训意愿人数", "家政"]]
    rows += [["河镇", YOUNG, "是", "否", 10, 1], ["河镇", YOUNG, "否", "是", 20, 2], ["河镇", YOUNG, "是", "是", 30, 3]]
    assert groups_of(read(tmp_path, *rows)) == {POOR: 10, MOVED: 20, BOTH: 30}


def test_a_column_that_only_marks_yes_means_no_where_it_is_blank(tmp_path: Path) -> None:
    reading = read(tmp_path, *table("是否脱贫户", "√", ""))
    assert groups_of(reading) == {POOR: 10, PLAIN: 20}
    assert "列“是否脱贫户”只标出了“是”的行，空着的按“否”计" in said(reading, Level.DEFAULT)


def test_a_blank_among_answers_counts_as_no_and_is_warned_of(tmp_path: Path) -> None:
    reading = read(tmp_path, *table("是否脱贫户", "是", "否", ""))
    assert groups_of(reading) == {POOR: 10, PLAIN: 50}
    assert "1 行没有填“是否脱贫户”，按“否”计" in said(reading, Level.WARNING)


def test_an_answer_that_is_none_is_an_error_at_its_cell(tmp_path: Path) -> None:
    faults = read(tmp_path, *table("是否脱贫户", "是", "否", "大概")).report.faults()
    assert [(fault.place, "大概" in str(fault)) for fault in faults] == [("汇总!C4", True)]


@pytest.mark.parametrize(
    ("heading", "tag"),
    [("是否残疾人", "残疾"), ("残疾人", "残疾"), ("是否退役军人", "退役军人"), ("是否零就业", "零就业")],
)
def test_any_tag_of_the_county_may_be_asked_for(tmp_path: Path, heading: str, tag: str) -> None:
    """Those of the bundled words, and one that only this county's sheet 群体 knows."""
    assert groups_of(read(tmp_path, *table(heading, "是", "否"), tags=(tag,))) == {f"{tag}群体": 10, PLAIN: 20}


@pytest.mark.parametrize(
    ("heading", "answers", "warned", "remedy"),
    [
        ("是否残疾人", ("是", "否"), "表“群体”没有标签“残疾”，不区分", "请在表“群体”加上“残疾”一列"),
        ("是否脱贫户", (7, 12), "列“是否脱贫户”里是数字", "请指明这一列是“群体人数”"),
        ("是否住校", ("是", "否"), "列“是否住校”填的是“是”或“否”，但没有这样的群体标签", "加上这一标签的列"),
    ],
)
def test_a_column_that_cannot_be_used_is_named_with_what_it_would_need(
    tmp_path: Path, heading: str, answers: tuple[object, ...], warned: str, remedy: str
) -> None:
    reading = read(tmp_path, *table(heading, *answers))
    [finding] = [one for one in reading.report.all_findings(Level.WARNING) if heading in one.text]
    assert warned in finding.text and remedy in finding.remedy and finding.cell == "C1"
    assert sum(groups_of(reading).values()) == 30


def test_a_column_that_names_the_group_goes_before(tmp_path: Path) -> None:
    rows: list[list[object]] = [["乡镇", "年龄段", "人员类别", "是否脱贫户", "有培训意愿人数", "家政"]]
    rows += [["河镇", YOUNG, "易迁户", "是", 10, 1], ["河镇", YOUNG, "一般户", "否", 20, 2]]
    reading = read(tmp_path, *rows)
    assert groups_of(reading) == {MOVED: 10, PLAIN: 20}
    assert "列“是否脱贫户”没有使用：已有写明群体的列" in said(reading, Level.WARNING)


def test_a_column_of_a_groups_figures_stays_figures(tmp_path: Path) -> None:
    """其中脱贫户 with numbers of people is what it was before."""
    reading = read(tmp_path, ["乡镇", "有培训意愿人数", "脱贫户", "家政"], ["河镇", 40, 10, 4])
    assert groups_of(reading)[POOR] == 10 and reading.people.persons == 40


def test_a_column_said_to_be_unused_is_not_warned_of(tmp_path: Path) -> None:
    reading = read(tmp_path, *table("是否住校", "是", "否"), columns={"是否住校": "不使用"})
    assert "住校" not in said(reading, Level.WARNING)


def test_registers_know_the_same_questions(tmp_path: Path) -> None:
    top = ["乡镇", "姓名", "年龄", "是否残疾人", "培训意愿", "意愿培训工种"]
    people = [["河镇", f"某{n}", 30, answer, "是", "家政"] for n, answer in enumerate(("是", "否", ""))]
    assert groups_of(read(tmp_path, top, *people, tags=("残疾",))) == {"残疾群体": 1, PLAIN: 2}
