"""Archives, folders and forms of file that say things by other means than cells: names of folders, merged, hidden."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from planner.reading.read import DemandReading, read_demand
from planner.reading.report import Level
from tests.reading.survey import COUNTY, MIDDLE, OLD, YOUNG, write_sheets
from tests.workbook.office import needs_office, saved_as


def a_sheet_without_place(path: Path, persons: int = 10) -> Path:
    """Write a sheet in which nothing names a township."""
    rows = [["年龄段", "有培训意愿人数", "家政"], [YOUNG, persons, 4]]
    return write_sheets(path, {"Sheet1": rows})


def townships(reading: DemandReading) -> dict[str, int]:
    return {township: persons for (township, _, _), persons in reading.people.cohorts.items()}


@pytest.mark.parametrize("packed", [True, False])
def test_the_folder_says_the_township_where_nothing_in_the_file_does(tmp_path: Path, *, packed: bool) -> None:
    """Both files have one name and the same bytes; they are two townships all the same."""
    sheet = a_sheet_without_place(tmp_path / "摸底表.xlsx").read_bytes()
    source = tmp_path / ("材料.zip" if packed else "材料")
    for place in ("河镇", "山乡"):
        if packed:
            with zipfile.ZipFile(source, "a") as archive:
                archive.writestr(f"乡镇/{place}/摸底表.xlsx", sheet)
        else:
            (source / place).mkdir(parents=True)
            (source / place / "摸底表.xlsx").write_bytes(sheet)
    reading = read_demand([source], COUNTY)
    assert reading.report.faults() == []
    assert townships(reading) == {"河镇": 10, "山乡": 10}


def test_equal_bytes_under_the_names_of_two_townships_both_count(tmp_path: Path) -> None:
    first = a_sheet_without_place(tmp_path / "河镇.xlsx")
    second = tmp_path / "山乡.xlsx"
    second.write_bytes(first.read_bytes())
    assert townships(read_demand([first, second], COUNTY)) == {"河镇": 10, "山乡": 10}


def test_groups_stated_for_all_ages_keep_their_sums_over_the_bands(tmp_path: Path) -> None:
    """40 people of three ages, 10 of them 脱贫: 10 in all, not 10 in each band."""
    rows = [["乡镇", "有培训意愿人数", YOUNG, MIDDLE, OLD, "脱贫户", "家政"], ["河镇", 40, 21, 10, 9, 10, 4]]
    people = read_demand([write_sheets(tmp_path / "汇总.xlsx", {"汇总": rows})], COUNTY).people
    assert sum(persons for (_, _, group), persons in people.cohorts.items() if group == "脱贫") == 10
    bands = {band: sum(n for (_, b, _), n in people.cohorts.items() if b == band) for band in (YOUNG, MIDDLE, OLD)}
    assert bands == {YOUNG: 21, MIDDLE: 10, OLD: 9}


@needs_office
def test_an_ods_tells_hidden_rows_and_columns(tmp_path: Path) -> None:
    rows = [["乡镇", "年龄段", "有培训意愿人数", "家政"], ["河镇", YOUNG, 10, 4], ["山乡", YOUNG, 20, 5]]
    path = write_sheets(tmp_path / "原.xlsx", {"表": rows})
    book = openpyxl.load_workbook(path)
    book["表"].row_dimensions[3].hidden = True
    book["表"].column_dimensions["D"].hidden = True
    book.save(path)
    reading = read_demand([saved_as(path, tmp_path / "乡镇.ods")], COUNTY)
    said = "\n".join(map(str, reading.report.all_findings(Level.WARNING)))
    assert "第 3 行在表中被隐藏（1 行），仍计入" in said
    assert "列“家政”在表中被隐藏，仍读取" in said


def test_a_part_of_an_ods_that_is_no_xml_is_a_damaged_file(tmp_path: Path) -> None:
    """The reader of merged cells says nothing itself: what keeps the file from being read is said once."""
    path = tmp_path / "坏.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content")
    reading = read_demand([path], COUNTY)
    assert any("已损坏" in fault.problem for fault in reading.report.faults())
