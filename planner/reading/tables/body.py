"""The rows below a heading: which are data, which are totals, repeated headings, notes and signatures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from planner.reading.files.grid import Grid, Range, Row
from planner.reading.tables.heading import Heading
from planner.reading.tables.texts import is_foot, is_frame, plain
from planner.reading.values import RowKind, row_kind_of_label

_LABEL_CELLS = 4
"""A total names itself in one of the first cells."""
_FEW_CELLS = 3
_OF_TOTALS = re.compile("[计总全累汇]")
"""Every word for a total holds one of these; looking for them first keeps a register of 100,000 rows quick."""
_MOST_MERGED_CELLS = 500_000
_MOST_LABELS = 20_000


class Part(Enum):
    """What a row below the heading is; the value is the word shown to people."""

    BODY = "数据"
    TOTAL = "合计"
    SUBTOTAL = "小计"
    HEADING = "重复的表头"
    FOOT = "表尾的说明、签字"


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A row that is not blank: its 0-based position, its part, its cells with cells merged downwards filled.

    ``label`` is the text that makes a total a total.
    """

    row: int
    part: Part
    cells: Row
    label: str = ""


def body_rows(grid: Grid, heading: Heading) -> Iterator[BodyRow]:
    """Yield the rows below a heading, one at a time, blank ones left out."""
    fills = _Fills(grid.merged, heading.body)
    names = {plain(grid.cell(heading.rows[-1], column.column)) for column in heading.columns} - {""}
    text_of_label, in_foot = _remembering(plain), False
    for row, raw in enumerate(grid.rows):
        if row < heading.body:
            continue
        cells = fills.filled(row, raw)
        texts = [text for text in map(text_of_label, cells[:_LABEL_CELLS]) if text]
        if not texts and not any(map(plain, cells)):
            continue
        part, label = _part_of(texts, raw, names, in_foot)
        in_foot = in_foot or part is Part.FOOT
        yield BodyRow(row, part, cells, label)


def _part_of(texts: list[str], cells: Row, names: set[str], in_foot: bool) -> tuple[Part, str]:
    if _OF_TOTALS.search("".join(texts)):
        for text in texts:
            kind = row_kind_of_label(text) if len(text) < 20 else RowKind.BODY
            if kind is not RowKind.BODY:
                return (Part.TOTAL if kind is RowKind.TOTAL else Part.SUBTOTAL), text
    first = texts[0] if texts else ""
    if is_foot(first) or ((in_foot or is_frame(first) or len(first) > 40) and _few(cells)):
        return Part.FOOT, first
    if first in names:
        every = [text for text in map(plain, cells) if text]
        if len(every) > 1 and all(text in names for text in every):
            return Part.HEADING, ""
    return Part.BODY, ""


def _remembering(function: Callable[[object], str]) -> Callable[[object], str]:
    """Return the function with a memory for texts: townships and villages stand in thousands of rows."""
    known: dict[object, str] = {}

    def remembered(raw: object) -> str:
        if not isinstance(raw, str):
            return function(raw)
        text = known.get(raw)
        if text is None:
            text = function(raw)
            if len(known) < _MOST_LABELS:
                known[raw] = text
        return text

    return remembered


def _few(cells: Row) -> bool:
    return sum(1 for cell in cells if cell not in ("", None)) <= _FEW_CELLS


class _Fills:
    """Values of cells merged downwards, to be repeated in each row they cover."""

    def __init__(self, merged: tuple[Range, ...], body: int) -> None:
        self._cover: dict[int, list[Range]] = {}
        self._values: dict[Range, object] = {}
        covered = 0
        for area in merged:
            if area.top < body or area.top == area.bottom:
                continue
            covered += area.bottom - area.top
            if covered > _MOST_MERGED_CELLS:
                break
            for row in range(area.top, area.bottom + 1):
                self._cover.setdefault(row, []).append(area)

    def filled(self, row: int, cells: Row) -> Row:
        areas = self._cover.get(row)
        if not areas:
            return cells
        cells = list(cells)
        for area in areas:
            if row == area.top:
                self._values[area] = cells[area.left] if area.left < len(cells) else ""
            elif area in self._values:
                cells.extend([""] * (area.left + 1 - len(cells)))
                cells[area.left] = self._values[area]
        return cells
