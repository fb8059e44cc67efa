"""The rows of a workbook's sheets as they stand there, with what each column takes: what a table editor needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from planner.model.weeks import mondays
from planner.workbook.cells import allowed_text, normalised, split_list
from planner.workbook.edits import ROW_SHEETS
from planner.workbook.read import ReadResult
from planner.workbook.references import known_names
from planner.workbook.schema import (
    COHORTS,
    CONVERSION,
    DEMAND,
    HISTORY,
    HOLIDAYS,
    SEPARATOR,
    TEACHERS,
    TRAVEL,
    Column,
    Kind,
    Sheet,
)
from planner.workbook.tables import Table, TableRow

MOST_ROWS = 20_000
"""Of a sheet with more rows only their number is told: nobody looks through them one by one."""

_ADDING = (COHORTS, CONVERSION, HISTORY, TRAVEL, HOLIDAYS, TEACHERS)
"""Sheets whose rows add to what is assumed without them, row by row; those of the others take its place."""

_COUNTED = (COHORTS, DEMAND)
"""Sheets in whose place stands what township files came to."""


def sheets_told(read: ReadResult, names: Mapping[tuple[str, int], str], *, counted: bool) -> dict[str, Any]:
    """Return every sheet to which rows may be added, whether the workbook has it or not.

    Parameters
    ----------
    read
        The workbook with its tables.
    names
        Names of rows by sheet and row number; other rows bear their number.
    counted
        Whether cohorts and wishes come from township files: they are not edited here then.

    Returns
    -------
    dict
        ``sheets``: each with its columns and ``rows`` (name of the row, texts of its cells in the order of columns;
        ``None`` when there are more than ``MOST_ROWS``); ``names``: the known names by kind; ``mondays``: the weeks.
    """
    known = known_names(read.tables)
    sheets = [sheet for sheet in ROW_SHEETS if not (counted and sheet in _COUNTED)]
    return {
        "sheets": [_sheet(sheet, read.tables.get(sheet.name), names) for sheet in sheets],
        "names": {kind: sorted(found) for kind, found in known.items() if found is not None},
        "mondays": [monday.isoformat() for monday in mondays(read.instance)],
    }


def _sheet(sheet: Sheet, table: Table | None, names: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    rows = table.rows if table is not None else []
    return {
        "sheet": sheet.name,
        "alias": sheet.alias,
        "description": sheet.description,
        "default_text": sheet.default_text,
        "replaces": sheet not in _ADDING,
        "required": sheet.required,
        "key": list(sheet.key_headings),
        "columns": [_column(column) for column in sheet.columns],
        "count": len(rows),
        "rows": None if len(rows) > MOST_ROWS else [_row(sheet, row, names) for row in rows],
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "column": column.heading,
        "kind": column.kind.name.lower(),
        "unit": column.unit,
        "description": column.description,
        "required": column.required,
        "default_text": column.default_text or ("" if column.default in (None, "") else _default(column)),
        "allowed": allowed_text(column),
        "choices": list(column.allowed),
        "names": column.refers_to,
        "week": column.kind is Kind.DATE and column.alias == "start_week",
        "any": column.all_word,
    }


def _default(column: Column) -> str:
    return f"{column.default:g}" if isinstance(column.default, float) else str(column.default)


def _row(sheet: Sheet, row: TableRow, names: Mapping[tuple[str, int], str]) -> list[Any]:
    name = names.get((sheet.name, row.number), str(row.number))
    return [name, [_text(column, row.raw.get(column.alias)) for column in sheet.columns]]


def _text(column: Column, raw: object) -> str:
    """Return a cell as a clerk would type it: ISO dates, numbers as a spreadsheet shows them, lists with 、 alone."""
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, float):
        return f"{raw:.15g}"
    return SEPARATOR.join(split_list(normalised(raw))) if column.kind is Kind.NAMES else normalised(raw)
