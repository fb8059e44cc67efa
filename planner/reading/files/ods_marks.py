"""What the parser does not tell of an OpenDocument spreadsheet: merged ranges, hidden rows and columns.

Without them a heading of two rows, whose upper names are merged over several columns, cannot be read. The part with the
cells is streamed once more, after :mod:`.prescan` has found it to be of a bearable size.
"""

from __future__ import annotations

import zipfile
from xml.parsers import expat

from planner.reading.files.grid import Range
from planner.reading.files.limits import LAST_COLUMN, LAST_ROW
from planner.reading.files.prescan import SheetMarks

_PART = "content.xml"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_CHUNK = 1 << 16
_MOST_MERGED = 100_000
_HIDDEN = ("collapse", "filter")


def ods_marks(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Return merged ranges (rows and columns from 0), hidden rows and columns (from 1) by sheet name.

    A part that is no XML gives what was found before its fault: the parser will say that it is damaged.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.starts, reader.ends
    try:
        with archive.open(_PART) as part:
            while chunk := part.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except (expat.ExpatError, KeyError):
        pass
    return reader.sheets


class _Reader:
    """Counts rows and columns while the cells stream by; a table inside a cell is passed over."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetMarks] = {}
        self._marks = SheetMarks()
        self._depth = self._row = self._column = 0
        self._rows_repeated = 1

    def starts(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE}table":
            self._depth += 1
            if self._depth == 1:
                self._row = self._column = 0
                self._marks = self.sheets.setdefault(attributes.get(f"{_TABLE}name", ""), SheetMarks())
        if self._depth != 1:
            return
        hidden = attributes.get(f"{_TABLE}visibility") in _HIDDEN
        if name == f"{_TABLE}table-column":
            times = _number(attributes, "number-columns-repeated")
            if hidden:
                self._marks.hidden_columns.update(range(self._column + 1, min(self._column + times, LAST_COLUMN) + 1))
            self._column += times
        elif name == f"{_TABLE}table-row":
            self._column, self._rows_repeated = 0, _number(attributes, "number-rows-repeated")
            if hidden:
                self._marks.hidden_rows.update(range(self._row + 1, min(self._row + self._rows_repeated, LAST_ROW) + 1))
        elif name in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self._cell(attributes)

    def ends(self, name: str) -> None:
        if self._depth == 1 and name == f"{_TABLE}table-row":
            self._row += self._rows_repeated
        if name == f"{_TABLE}table":
            self._depth -= 1

    def _cell(self, attributes: dict[str, str]) -> None:
        down, across = _number(attributes, "number-rows-spanned"), _number(attributes, "number-columns-spanned")
        if (down > 1 or across > 1) and len(self._marks.merged) < _MOST_MERGED:
            bottom, right = min(self._row + down, LAST_ROW) - 1, min(self._column + across, LAST_COLUMN) - 1
            self._marks.merged.append(Range(self._row, self._column, bottom, right))
        self._column += _number(attributes, "number-columns-repeated")


def _number(attributes: dict[str, str], name: str) -> int:
    """Return how often something is repeated or how far it spans, 1 where that is not said."""
    text = attributes.get(_TABLE + name, "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1
