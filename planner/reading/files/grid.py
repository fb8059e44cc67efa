"""A sheet as it stands in its file: cells, merged ranges, what is hidden. Rows and columns count from 0 here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Row = list[Any]
"""Raw cells: ``str``, ``int``, ``float``, ``bool``, ``date``, ``datetime``, ``time``, ``timedelta`` or ``None``."""


class Range(NamedTuple):
    """A merged range, all four ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: ``rows[r][c]`` is the cell in row r + 1, column c + 1 of the sheet; rows may be of unequal length.

    ``file`` names the file it came from. A merged range holds its value in the top left cell only. ``unsaved`` are
    cells whose formula was saved without a value. Rows and columns hidden by the sender keep their cells.
    """

    file: str
    name: str
    rows: Sequence[Row]
    merged: tuple[Range, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    unsaved: frozenset[tuple[int, int]] = frozenset()
    visible: bool = True

    def cell(self, row: int, column: int) -> Any:
        """Return a raw cell; ``None`` outside the sheet."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else None
