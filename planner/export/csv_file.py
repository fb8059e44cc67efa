"""Tables as .csv files that Excel and WPS open rightly by a double click and that other programs read as they are.

UTF-8 with BOM and CRLF; dates are 2026-03-02, times 08:30, numbers plain; no text becomes a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from pathlib import Path

from planner.export.files import whole_file
from planner.workbook.cells import harmless

Cell = str | int | date | time | None

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def write_csv(path: Path, lines: Iterable[Sequence[Cell]]) -> Path:
    """Write lines to ``path``, whole or not at all, making its folder; return the path.

    Raises
    ------
    BadInput
        When the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as draft:
        draft.write_bytes(csv_bytes(lines))
    return path


def csv_bytes(lines: Iterable[Sequence[Cell]]) -> bytes:
    """Return lines as a csv file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([cell_text(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def cell_text(cell: Cell) -> str:
    """Return a cell as text: ISO dates, times to the minute, texts on one line and never a formula."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    if isinstance(cell, int):
        return str(cell)
    return harmless(_CONTROL.sub(" ", cell))
