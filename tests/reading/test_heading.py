"""Finding the heading in the frame every bureau puts around a table."""

from __future__ import annotations

import pytest

from planner.reading.files.grid import Grid, Range
from planner.reading.tables.body import Part, body_rows
from planner.reading.tables.heading import Heading, find_heading
from tests.reading.survey import SURVEY_TOP

BODY = [[1, "河镇", 50, 20, 20, 10, 12, 15, 3, ""], [2, "山乡", 30, 10, 10, 10, 2, 5, 3, ""]]
MERGED = (Range(1, 0, 1, 9), Range(3, 0, 4, 0), Range(3, 1, 4, 1), Range(3, 2, 4, 2), Range(3, 3, 3, 5),
          Range(3, 6, 3, 8), Range(3, 9, 4, 9))  # fmt: skip


def heading_of(rows, merged=()) -> Heading:
    heading = find_heading(Grid("表.xlsx", "表", rows, tuple(merged)))
    assert heading is not None
    return heading


@pytest.mark.parametrize("merged", [MERGED, ()], ids=["merged", "not-merged"])
def test_two_rows_of_headings_under_a_title_and_a_sender(merged):
    """A csv export loses the merged cells; the gaps say the same."""
    heading = heading_of([*SURVEY_TOP, *BODY], merged)
    assert (heading.captions, heading.rows, heading.body) == ((0, 1, 2), (3, 4), 5)
    assert [column.text for column in heading.columns][1:8] == [
        *("乡镇(街道)", "有培训意愿人数", "年龄段/40岁以下", "年龄段/40-50岁", "年龄段/50岁以上"),
        *("意愿工种及人数/电焊工", "意愿工种及人数/家政"),
    ]


@pytest.mark.parametrize(
    "index",
    [
        ["甲", "乙", 1, 2, 3, 4, 5, 6, 7, 8],
        ["A", "B", "(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"],
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ],
)
def test_a_row_that_numbers_the_columns_is_no_data(index):
    heading = heading_of([*SURVEY_TOP, index, *BODY], MERGED)
    assert (heading.rows, heading.extra, heading.body) == ((3, 4), (5,), 6)


def test_a_row_of_units_gives_the_units_of_the_columns():
    rows = [["乡镇", "人数", "补贴"], ["", "人", "万元"], ["河镇", 3, 1.5], ["山乡", 4, 2]]
    heading = heading_of(rows)
    assert (heading.rows, heading.extra) == ((0,), (1,))
    assert [column.unit for column in heading.columns] == ["", "人", "万元"]


def test_three_levels():
    rows = [
        ["乡镇", "意愿", "", "", ""],
        ["", "40岁以下", "", "40-50岁", ""],
        ["", "脱贫", "一般", "脱贫", "一般"],
        ["河镇", 1, 2, 3, 4],
    ]
    merged = [Range(0, 0, 2, 0), Range(0, 1, 0, 4), Range(1, 1, 1, 2), Range(1, 3, 1, 4)]
    heading = heading_of(rows, merged)
    assert heading.rows == (0, 1, 2)
    assert heading.columns[4].path == ("意愿", "40-50岁", "一般")


def test_a_known_heading_wins_over_chatter_above_it():
    chatter = [["请各乡镇", "于周五前", "报送"], ["联系人见", "群里", "通知"]]
    rows = [*chatter, ["乡镇", "课程", "人数"], ["河镇", "焊工", 3]]
    heading = find_heading(Grid("", "", rows), {"乡镇", "课程", "人数"}.__contains__)
    assert heading is not None
    assert heading.rows == (2,)


def test_an_empty_sheet_has_no_heading():
    assert find_heading(Grid("", "", [])) is None
    assert find_heading(Grid("", "", [["", ""], [1, 2], [3, 4]])) is None


def test_the_rows_below_are_sorted_into_data_totals_and_notes():
    tail = [
        ["合 计", "", 80, 30, 30, 20, 14, 20, 6],
        list(SURVEY_TOP[4]),
        ["", "小计", 80, 30, 30, 20, 14, 20, 6],
        [],
        ["填表人：          审核人：          联系电话："],
        ["备注：1.一人可填多个工种。"],
    ]
    grid = Grid("", "", [*SURVEY_TOP, *BODY, *tail], MERGED)
    heading = find_heading(grid)
    assert heading is not None
    parts = [row.part for row in body_rows(grid, heading)]
    assert parts == [Part.BODY, Part.BODY, Part.TOTAL, Part.HEADING, Part.SUBTOTAL, Part.FOOT, Part.FOOT]


def test_a_township_merged_over_its_rows_is_repeated_in_each():
    rows = [["乡镇", "年龄段", "人数"], ["河镇", "40岁以下", 1], ["", "40-50岁", 2], ["山乡", "40岁以下", 3]]
    grid = Grid("", "", rows, (Range(1, 0, 2, 0),))
    heading = find_heading(grid)
    assert heading is not None
    assert [row.cells[0] for row in body_rows(grid, heading)] == ["河镇", "河镇", "山乡"]
