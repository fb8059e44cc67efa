"""Workbooks for new township files: those of earlier plans with their changes, of other forms; whose words count."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from form_user import PASSWORD, User, clerk_of, text_of
from test_form_demand import confirm, drop, read_again, reader, review, send, take
from township_files import COURSE, ODD_HEADING, write_county, write_survey

from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance
from tests.workbook.office import needs_office, saved_as
from tests.workbook.xlsb import as_xlsb, write_xlsb
from web.store.tenancy import acting

__all__ = ["reader"]


def amounts(content: Path) -> list[str]:
    """Return the amounts of all funds of a workbook."""
    sheet = openpyxl.load_workbook(content)["资金"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return [str(row[rows[0].index("金额")]) for row in rows[1:]]


@pytest.mark.parametrize("form", ["xlsx", pytest.param("xls", marks=needs_office)])
def test_an_earlier_workbook_comes_with_the_changes_made_while_checking(
    reader: User, tmp_path: Path, form: str
) -> None:
    """The page says how many there are; what is taken is the copy with them, an .xlsx whatever the original was."""
    write_tables(tmp_path / "原.xlsx", tables_of(a_tiny_instance()))
    sent = tmp_path / f"某县.{form}"
    if form == "xlsx":
        sent.write_bytes((tmp_path / "原.xlsx").read_bytes())
    else:
        saved_as(tmp_path / "原.xlsx", sent)
    earlier = drop(reader, sent)
    fund = tables_of(a_tiny_instance())["资金"][0]["资金"]
    revision = re.search(r'name="revision" value="([^"]*)"', reader.client.get(f"{earlier}/data").text)[1]
    change = {"revision": revision, f"资金/金额/{fund}": "7654321"}
    assert reader.client.post(f"{earlier}/data", data=change).status_code == 303
    address = drop(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    page = review(reader, address)
    assert "含核对时的 1 处改动" in text_of(page) and "某县.xlsx" in text_of(page)
    reader.client.get("/language/en")
    assert "with the 1 changes made while checking" in text_of(review(reader, address))
    reader.client.get("/language/zh")
    take(reader, address, re.findall(r'name="base" value="(job:[^"]+)"', page)[0])
    kept = reader.client.get(f"{address}/workbook")
    (tmp_path / "kept.xlsx").write_bytes(kept.data)
    assert "7654321" in amounts(tmp_path / "kept.xlsx")
    assert "可以去规划" in text_of(confirm(reader, address))


def test_an_earlier_workbook_without_changes_is_offered_as_it_came(reader: User, tmp_path: Path) -> None:
    write_tables(tmp_path / "某县.xlsx", tables_of(a_tiny_instance()))
    drop(reader, tmp_path / "某县.xlsx")
    address = drop(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    page = review(reader, address)
    assert "改动" not in text_of(page)
    take(reader, address, re.findall(r'name="base" value="(job:[^"]+)"', page)[0])
    assert reader.client.get(f"{address}/workbook").data == (tmp_path / "某县.xlsx").read_bytes()


def test_what_one_bureau_confirmed_is_not_applied_to_another(reader: User, tmp_path: Path) -> None:
    """Both use the same county's workbook and the same headings; the other one is asked as if nothing was known."""
    survey = write_survey(tmp_path / "东山.xlsx", "东山", heading=ODD_HEADING)
    first = send(reader, survey)
    confirm(reader, first)
    read_again(reader, first, field={ODD_HEADING: "有意愿人数"})
    other = _of_another_bureau(reader.client.application)
    page = review(other, send(other, survey))
    assert "按上次确认" not in page and "1 个名称需要您确认" in page and f"列“{ODD_HEADING}”" in text_of(page)
    assert "有 2 项按上次确认采用" in review(reader, send(reader, survey))
    assert len(list((tmp_path / "data").glob("words-*.json"))) == 1


def test_an_earlier_workbook_of_another_bureau_is_not_offered_and_not_taken(reader: User, tmp_path: Path) -> None:
    write_tables(tmp_path / "某县.xlsx", tables_of(a_tiny_instance()))
    theirs = drop(reader, tmp_path / "某县.xlsx").rsplit("/", 1)[1]
    other = _of_another_bureau(reader.client.application)
    address = drop(other, write_survey(tmp_path / "东山.xlsx", "东山"))
    assert "job:" not in review(other, address)
    other.client.post(f"{address}/workbook", data={"base": f"job:{theirs}"})
    assert "还缺县里的工作簿" in review(other, address)


def _of_another_bureau(app: Flask) -> User:
    directory = app.extensions["directory"]
    with acting(directory.everyone()[0].actor):
        account, _ = directory.open_bureau("乙县人社局", "other", "李某")
    with acting(account.actor):
        directory.change_password(account, PASSWORD + "other")
    return clerk_of(app, "other", PASSWORD + "other")


@pytest.mark.parametrize("ending", [pytest.param(one, marks=needs_office) for one in ("et", "ods")] + ["xlsm"])
def test_workbook_and_township_file_of_other_forms_are_read(reader: User, tmp_path: Path, ending: str) -> None:
    """A WPS .et is a workbook of Excel 97 with another ending; the heading of two rows has merged cells."""
    county = _in_form(write_county(tmp_path / "原县.xlsx"), tmp_path / f"某县.{ending}")
    survey = _in_form(write_survey(tmp_path / "原东山.xlsx", "东山"), tmp_path / f"东山.{ending}")
    address = drop(reader, survey, county)
    assert "可以去规划" in text_of(confirm(reader, address))
    assert reader.client.get(f"{address}/workbook").data == county.read_bytes()


def test_workbook_and_township_file_in_the_binary_form_are_read(reader: User, tmp_path: Path) -> None:
    """.xlsb, as Excel and WPS save large workbooks."""
    county = as_xlsb(write_county(tmp_path / "原县.xlsx"), tmp_path / "某县.xlsb")
    band = a_tiny_instance().cohorts[0].age_band
    rows = [["乡镇", "年龄段", "有培训意愿人数", COURSE], ["东山", band, 3, 2]]
    address = drop(reader, write_xlsb(tmp_path / "东山.xlsb", {"Sheet1": rows}), county)
    page = text_of(review(reader, address))
    assert "可以去规划" in page and "培训意愿（人次） 2" in page
    assert reader.client.get(f"{address}/workbook").data == county.read_bytes()


def _in_form(workbook: Path, target: Path) -> Path:
    if target.suffix == ".et":
        return saved_as(workbook, target.with_suffix(".xls")).rename(target)
    if target.suffix == ".xlsm":
        return workbook.rename(target)
    return saved_as(workbook, target)
