"""The changed copy of a user's workbook: its own cells, formats and notes, with some cells written anew."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.workbook.edits import CellWrite
from planner.workbook.sources import RawSheet
from planner.workbook.write import CREATED

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_DATE_FORMAT = "yyyy-mm-dd"


def write_edited(source: Path, sheets: Sequence[RawSheet], writes: Iterable[CellWrite], out: Path) -> list[str]:
    """Write a copy of ``source`` with some cells changed, and return what the user should know about it.

    An .xlsx keeps its formats, comments and sheets; formulas become the values they showed, because nothing here works
    them out anew. Of any other form (``sheets`` are its cells) only the values are kept. Equal input gives equal cells.
    ``source`` must have been read before: reading refuses what would exhaust this process.
    """
    book, notes = _opened(source, sheets)
    for title, cells in _by_sheet(writes).items():
        worksheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        for write in cells:
            _write_cell(worksheet, write)
    book.properties.modified = CREATED
    book.save(out)
    return notes


def _by_sheet(writes: Iterable[CellWrite]) -> dict[str, list[CellWrite]]:
    found: dict[str, list[CellWrite]] = defaultdict(list)
    for write in writes:
        found[write.sheet].append(write)
    return found


def _opened(source: Path, sheets: Sequence[RawSheet]) -> tuple[Workbook, list[str]]:
    import openpyxl

    if not source.is_file() or source.suffix.lower() != ".xlsx":
        return _of_values(sheets), [f"“{source.name}”不是 .xlsx：改动后的副本另存为 .xlsx，只保留各格的值"]
    book = openpyxl.load_workbook(source)
    formulas = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    if not formulas:
        return book, []
    shown = openpyxl.load_workbook(source, data_only=True)
    for cell in formulas:
        cell.value = shown[cell.parent.title][cell.coordinate].value
    return book, [f"工作簿中有 {len(formulas)} 个公式，改动后的副本里写成它们原来显示的值"]


def _of_values(sheets: Sequence[RawSheet]) -> Workbook:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for raw in sheets:
        worksheet = book.create_sheet(raw.name)
        for number, row in enumerate(raw.rows, start=1):
            for position, value in enumerate(row, start=1):
                if value not in (None, ""):
                    _put(worksheet.cell(number, position), value)
    return book


def _write_cell(worksheet: Worksheet, write: CellWrite) -> None:
    cell = worksheet.cell(write.row, write.column)
    if not cell.has_style and write.row > 1:
        above = worksheet.cell(write.row - 1, write.column)
        if above.has_style and write.row > 2:
            cell._style = copy.copy(above._style)
    _put(cell, write.value)


def _put(cell: Any, value: object) -> None:
    """Write a value as what it is: text is never taken for a formula, and a date is shown as one."""
    if isinstance(value, datetime):
        value = value.date()
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date) and not cell.is_date or isinstance(value, date) and cell.number_format == "General":
        cell.number_format = _DATE_FORMAT
