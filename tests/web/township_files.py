"""A tiny county's workbook and messy township files that fit it, made for the tests of the form."""

from __future__ import annotations

import io
from pathlib import Path

from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance
from tests.reading.survey import write_sheets

COURSE = a_tiny_instance().courses[0].name
ODD_COURSE = f"{COURSE}班某"
"""How the township writes the county's only course; it resembles it and must be asked for."""
ODD_HEADING = "想来上课的"
"""A heading above the numbers of willing people that nothing is known of."""


def write_county(path: Path) -> Path:
    """Write the tiny county's workbook without demand of its own."""
    tables = tables_of(a_tiny_instance())
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


def as_upload(path: Path) -> tuple[io.BytesIO, str]:
    """Return a file as Flask's test client sends it."""
    return io.BytesIO(path.read_bytes()), path.name
