"""A tiny county's workbook and messy township files that fit it, made for the tests of the form."""

from __future__ import annotations

import io
from pathlib import Path

from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance
from tests.reading.survey import id_number, write_sheets

COURSE = a_tiny_instance().courses[0].name
ODD_COURSE = f"{COURSE}班某"
"""How the township writes the county's only course; it resembles it and must be asked for."""
ODD_HEADING = "想来上课的"
"""A heading above the numbers of willing people that nothing is known of."""


def write_county(path: Path, counties: str | None = None) -> Path:
    """Write the tiny county's workbook without demand of its own; ``counties`` is the name of all its counties."""
    tables = tables_of(a_tiny_instance())
    if counties is not None:
        tables["乡镇"] = [row | {"区县": counties or None} for row in tables["乡镇"]]
    write_tables(path, {name: rows for name, rows in tables.items() if name not in ("需求", "劳动力")})
    return path


def write_survey(path: Path, *townships: str, heading: str = "有培训意愿人数") -> Path:
    """Write a wide survey sheet: title and unit row, a merged heading of two rows, a total and a note below."""
    rows: list[list[object]] = [
        ["附件1", "", "", ""],
        ["2026年培训需求摸底表", "", "", ""],
        ["单位：人", "", "", ""],
        ["乡镇", "年龄段", heading, "意愿工种及人数"],
        ["", "", "", ODD_COURSE],
    ]
    band = a_tiny_instance().cohorts[0].age_band
    rows += [[township, band, "3人", "３"] for township in townships]
    rows += [["合计", "", 3 * len(townships), 3 * len(townships)], ["填表说明：按实际填写", "", "", ""]]
    return write_sheets(path, {"Sheet1": rows}, {"Sheet1": ["A4:A5", "B4:B5", "C4:C5"]})


PEOPLE = ("欧阳试一", "欧阳试二", "欧阳试三")
NUMBERS = tuple(id_number("19900101", number) for number in (701, 702, 703))
TELEPHONE = "13912345678"


def write_register(path: Path, course: str = COURSE) -> Path:
    """Write a register of three invented people of 东山, one of them twice."""
    top = ["序号", "乡镇", "姓名", "身份证号", "年龄", "手机号码", "培训意愿", "意愿培训工种1"]
    rows: list[list[object]] = [top]
    people = [*zip(PEOPLE, NUMBERS, strict=True), (PEOPLE[0], NUMBERS[0])]
    for number, (name, identity) in enumerate(people, start=1):
        rows.append([number, "东山", name, identity, 35, TELEPHONE, "是", course])
    return write_sheets(path, {"台账": rows})


def as_upload(path: Path) -> tuple[io.BytesIO, str]:
    """Return a file as Flask's test client sends it."""
    return io.BytesIO(path.read_bytes()), path.name
