"""Reading papers back: rows by heading, every text, and texts that their cells cannot show whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from planner.export.frame import count_lines


def rows_below(sheet: Worksheet, first_heading: str) -> list[dict[str, Any]]:
    """Return the rows below the header whose first cell is ``first_heading``, keyed by the lowest heading."""
    top = next(row for row in range(1, 10) if sheet.cell(row, 1).value == first_heading)
    merged = next((r for r in sheet.merged_cells.ranges if r.min_row == top and r.min_col == 1), None)
    last = merged.max_row if merged else top
    columns = range(1, sheet.max_column + 1)
    headings = [sheet.cell(last, c).value or sheet.cell(top, c).value for c in columns]
    body = ([sheet.cell(row, c).value for c in columns] for row in range(last + 1, sheet.max_row + 1))
    return [dict(zip(headings, values, strict=True)) for values in body]


def all_text(workbook: openpyxl.Workbook) -> str:
    """Return every text of the workbook."""
    return "\n".join(str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value)


def column_widths(sheet: Worksheet) -> dict[int, float]:
    """Return the width of each column; neighbours of equal width share an entry in the file."""
    return {
        number: entry.width for entry in sheet.column_dimensions.values() for number in range(entry.min, entry.max + 1)
    }


def texts_too_high(sheet: Worksheet) -> Iterator[str]:
    """Yield each text of the sheet that needs more height than its row has."""
    widths = column_widths(sheet)
    spans = {(r.min_row, r.min_col): r for r in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell in row:
            if not isinstance(cell.value, str) or cell.data_type == "f":
                continue
            span = spans.get((cell.row, cell.column))
            columns = range(span.min_col, span.max_col + 1) if span else (cell.column,)
            rows = range(span.min_row, span.max_row + 1) if span else (cell.row,)
            width = sum(widths[number] for number in columns)
            height = sum(sheet.row_dimensions[r].height or 15 for r in rows)
            if count_lines(cell.value, width) * cell.font.size * 1.3 > height:
                yield f"{sheet.title}!{cell.coordinate}: {cell.value}"
