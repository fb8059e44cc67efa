"""An instance written and read back is the same instance, however its rows and columns are arranged."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from planner.workbook.read import read_workbook
from planner.workbook.schema import SETTINGS_SHEET, SHEETS
from planner.workbook.write import tables_of, write_tables
from tests.workbook.builders import as_csv, full_tables, minimal_tables, read_tables


def without_assumptions(instance):
    return replace(instance, assumptions=())


@pytest.mark.parametrize("tables", [full_tables(), minimal_tables()], ids=["full", "minimal"])
def test_an_instance_survives_writing_and_reading(tmp_path: Path, tables):
    instance = read_tables(tmp_path, tables)
    again = read_tables(tmp_path, tables_of(instance))
    assert without_assumptions(again) == without_assumptions(instance)


def test_the_full_workbook_fills_every_sheet_and_column():
    """A column added to the schema must appear in the builder, and so in every test that uses it."""
    tables = full_tables()
    assert list(tables) == [sheet.name for sheet in SHEETS]
    for sheet in SHEETS:
        if sheet is not SETTINGS_SHEET:
            headings = {heading for row in tables[sheet.name] for heading in row}
            assert {column.heading for column in sheet.columns} <= headings, sheet.name


def test_shuffled_rows_columns_and_sheets_change_nothing(tmp_path: Path):
    dice = random.Random(7)
    tables = full_tables()
    shuffled = {}
    for name in dice.sample(list(tables), len(tables)):
        rows = dice.sample(tables[name], len(tables[name]))
        headings = list(rows[0])
        dice.shuffle(headings)
        shuffled[name] = [dict.fromkeys(headings) | row for row in rows]
    straight, mixed = tmp_path / "a.xlsx", tmp_path / "b"
    write_tables(straight, tables)
    mixed.mkdir()
    for name, rows in shuffled.items():
        (mixed / f"{name}.csv").write_text(as_csv(rows), encoding="utf-8-sig")
    assert read_workbook(mixed).instance == read_workbook(straight).instance


def test_equal_tables_give_equal_bytes(tmp_path: Path):
    for name in ("a.xlsx", "b.xlsx"):
        write_tables(tmp_path / name, full_tables(), {"资金": "合成数据"})
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_money_dates_and_enumerations_come_back_as_domain_values(tmp_path: Path):
    instance = read_tables(tmp_path, full_tables())
    course = next(course for course in instance.courses if course.name == "果树管护")
    assert course.exam_fee_cents == 20050
    assert course.season == (((2, 1), (3, 15)), ((4, 10), (5, 25)))
    assert instance.teachers[0].unavailable[0][1].isoformat() == "2026-04-03"
    assert {fund.name: fund.amount_cents for fund in instance.funds}["东西部协作"] == 5000050


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path):
    tables = full_tables()
    tables["固定班"][0]["说明"] = "=1+1"
    instance = read_tables(tmp_path, tables)
    assert "=1+1" in {lock.note for lock in instance.locks}


def test_a_holiday_correction_takes_a_make_up_day_and_a_day_off_back(tmp_path: Path):
    """2026-05-09 is a statutory make-up day and 2026-05-05 a statutory day off."""
    tables = full_tables()
    tables["节假日"] = [{"日期": date(2026, 5, 9), "类型": "休"}, {"日期": date(2026, 5, 5), "类型": "班"}]
    instance = read_tables(tmp_path, tables)
    assert date(2026, 5, 9) not in instance.make_up_days
    assert date(2026, 5, 5) not in instance.days_off
    assert without_assumptions(read_tables(tmp_path, tables_of(instance))) == without_assumptions(instance)
