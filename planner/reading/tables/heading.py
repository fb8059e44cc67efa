"""Finding the heading of a sheet: which rows name the columns, and the path of names above each column.

The first rows of a sheet are laid out with merged cells filled. The row where the heading starts is the one that
looks most like names above data: it fills the table's width, holds short distinct texts, and stands above figures.
It then reaches down as far as its merged cells say, or, where nothing is merged, as far as names fill the gaps left
by the names above. No rule knows a word of a certain form; ``known`` lets the caller weigh in headings it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from planner.reading.files.grid import Grid, Range, Row
from planner.reading.tables.texts import index_position, is_frame, is_label, is_unit, is_value, plain

_ROWS_SEARCHED = 40
_ROWS_BELOW = 6
_DEEPEST = 5
_WIDE_ENOUGH = 0.6
_MOST_MERGED_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """The names above one column from top to bottom, without repetitions, and its unit where a row gives it."""

    column: int
    path: tuple[str, ...]
    unit: str = ""

    @property
    def text(self) -> str:
        """The names joined, as shown to people: 意愿工种及人数/电工."""
        return "/".join(self.path)


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the parts of a table's top stand (0-based rows) and what its columns are called.

    ``captions`` are rows above the heading, ``rows`` the heading rows, ``extra`` the index and unit rows below them;
    the body starts at ``body``. Columns without any name are left out.
    """

    captions: tuple[int, ...]
    rows: tuple[int, ...]
    extra: tuple[int, ...]
    body: int
    columns: tuple[ColumnHeading, ...]


def find_heading(grid: Grid, known: Callable[[str], bool] | None = None) -> Heading | None:
    """Return the heading of a sheet; ``None`` when no row looks like one.

    Parameters
    ----------
    grid
        The sheet; only its first rows are looked at.
    known
        Says whether a text is a heading the caller knows; rows with such texts are preferred.
    """
    top = _Top(grid)
    start = _start(top, known or (lambda text: False))
    if start is None:
        return None
    end = _end(top, start)
    extra = _extra_rows(top, end)
    captions = tuple(row for row in range(start) if any(top.texts(row)))
    columns = tuple(_columns(top, range(start, end + 1), extra))
    return Heading(captions, tuple(range(start, end + 1)), extra, end + 1 + len(extra), columns)


class _Top:
    """The first rows of a sheet with merged cells filled and, for each cell, where it is anchored."""

    def __init__(self, grid: Grid) -> None:
        self.rows: list[Row] = [list(row) for row in grid.rows[:_ROWS_SEARCHED]]
        self.width = max((_used(row) for row in self.rows), default=0)
        for row in self.rows:
            row.extend([""] * (self.width - len(row)))
        self.merges: dict[tuple[int, int], Range] = {}
        self._fill(grid.merged)

    def _fill(self, merged: Iterable[Range]) -> None:
        filled = 0
        for area in merged:
            if area.top >= len(self.rows) or area.left >= self.width:
                continue
            bottom, right = min(area.bottom, len(self.rows) - 1), min(area.right, self.width - 1)
            filled += (bottom - area.top + 1) * (right - area.left + 1)
            if filled > _MOST_MERGED_CELLS:
                return
            value = self.rows[area.top][area.left]
            for row in range(area.top, bottom + 1):
                for column in range(area.left, right + 1):
                    self.rows[row][column] = value
                    self.merges[row, column] = area

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        area = self.merges.get((row, column))
        return (area.top, area.left) if area else (row, column)

    def texts(self, row: int) -> list[str]:
        return [plain(cell) for cell in self.rows[row]]

    def distinct(self, row: int) -> list[tuple[int, int]]:
        """Return the anchors of the non-empty cells of a row, each once."""
        found = dict.fromkeys(self.anchor(row, c) for c, cell in enumerate(self.rows[row]) if plain(cell))
        return list(found)

    def value(self, anchor: tuple[int, int]) -> object:
        return self.rows[anchor[0]][anchor[1]]

    def span(self, row: int, column: int) -> int:
        """Return how many columns the cell covers."""
        area = self.merges.get((row, column))
        return area.right - area.left + 1 if area else 1


def _used(row: Row) -> int:
    last = len(row)
    while last and row[last - 1] in ("", None):
        last -= 1
    return last


def _start(top: _Top, known: Callable[[str], bool]) -> int | None:
    best: tuple[float, int] | None = None
    for row in range(len(top.rows)):
        score = _score(top, row, known)
        if score is not None and (best is None or score > best[0] + 1e-9):
            best = (score, row)
    return best[1] if best else None


def _score(top: _Top, row: int, known: Callable[[str], bool]) -> float | None:
    """Return how much a row looks like the first row of a heading; ``None``: it cannot be."""
    anchors = top.distinct(row)
    values = [top.value(anchor) for anchor in anchors]
    texts = [plain(value) for value in values]
    if not anchors or _is_caption(top, row, anchors):
        return None
    labels = sum(map(is_label, values)) / len(values)
    if labels < 0.5:
        return None
    end = _end(top, row)
    filled = sum(1 for column in range(top.width) if any(plain(top.rows[r][column]) for r in range(row, end + 1)))
    knowing = sum(map(known, texts)) / len(texts)
    distinct = len(set(texts)) / len(texts)
    return 2 * filled / top.width + 2 * labels + distinct + _contrast(top, row, end) + 2 * knowing - 0.08 * row


def _is_caption(top: _Top, row: int, anchors: list[tuple[int, int]]) -> bool:
    """Return whether a row is a title, a note or the line with sender and date, rather than names of columns."""
    texts = [plain(top.value(anchor)) for anchor in anchors]
    if all(is_frame(text) or "：" in text or ":" in text for text in texts) and any(map(is_frame, texts)):
        return True
    return len(anchors) == 1 and top.width > 1


def _contrast(top: _Top, start: int, end: int) -> float:
    """Return the share of columns named in a heading that hold mostly figures in the rows below it."""
    below = range(end + 1, min(end + 1 + _ROWS_BELOW, len(top.rows)))
    rows = range(start, end + 1)
    named = [column for column in range(top.width) if any(is_label(top.rows[row][column]) for row in rows)]
    figures = 0
    for column in named:
        cells = [top.rows[r][column] for r in below if plain(top.rows[r][column])]
        figures += bool(cells) and sum(map(is_value, cells)) * 2 > len(cells)
    return figures / len(named) if named else 0.0


def _end(top: _Top, start: int) -> int:
    """Return the last heading row."""
    end = start
    while end - start < _DEEPEST and end + 1 < len(top.rows):
        reach = _merged_down_to(top, start, end)
        if reach > end:
            end = reach
        elif _names_below(top, start, end):
            end += 1
        else:
            break
    return end


def _merged_down_to(top: _Top, start: int, end: int) -> int:
    """Return the row that most cells merged downwards out of the heading reach; ``end`` when none leaves it."""
    reaches: dict[int, int] = {}
    for anchor in dict.fromkeys(top.anchor(end, column) for column in range(top.width)):
        area = top.merges.get(anchor)
        if area and area.bottom > end and area.top >= start and plain(top.value(anchor)):
            reaches[area.bottom] = reaches.get(area.bottom, 0) + 1
    candidates = [row for row in reaches if row - start < _DEEPEST and _all_names(top, range(end + 1, row + 1))]
    return min(candidates, default=end, key=lambda row: (-reaches[row], row))


def _all_names(top: _Top, rows: range) -> bool:
    """Return whether rows hold names only, apart from the odd figure."""
    for row in rows:
        if row >= len(top.rows):
            return False
        own = [top.value(anchor) for anchor in top.distinct(row) if anchor[0] == row]
        if not own or sum(map(is_label, own)) < len(own):
            return False
    return True


def _names_below(top: _Top, start: int, end: int) -> bool:
    """Return whether the row below fills in the names under a wide heading and leaves the other columns alone.

    A heading is wide when it is merged over several columns or, in a sheet without merged cells, followed by blanks.
    """
    row = end + 1
    own = [anchor for anchor in top.distinct(row) if anchor[0] == row]
    if len(own) < 2 or not all(is_label(top.value(anchor)) for anchor in own) or _is_index(top, row):
        return False
    wide = _wide_columns(top, end)
    named_below = {column for column in range(top.width) if plain(top.rows[row][column])}
    under = named_below & wide
    beside = [c for c in named_below - wide if plain(top.rows[end][c]) and top.anchor(row, c)[0] == row]
    if len(under) < 2 or beside:
        return False
    finer = any(top.span(row, c) < top.span(end, c) or not plain(top.rows[end][c]) for c in under)
    return finer and _figures_follow(top, row, under)


def _wide_columns(top: _Top, row: int) -> set[int]:
    """Return the columns of a heading row that stand under a name covering several of them."""
    wide: set[int] = set()
    parent = -1
    for column in range(top.width):
        text, span = plain(top.rows[row][column]), top.span(row, column)
        if text:
            parent = column if (row, column) not in top.merges else -1
            if span > 1:
                wide.add(column)
        elif parent >= 0:
            wide.update((parent, column))
    return wide


def _figures_follow(top: _Top, row: int, columns: set[int]) -> bool:
    """Return whether the rows after ``row`` hold more figures or blanks than names in these columns."""
    below = range(row + 1, min(row + 1 + _ROWS_BELOW, len(top.rows)))
    cells = [top.rows[r][column] for r in below for column in columns if plain(top.rows[r][column])]
    return not cells or sum(map(is_label, cells)) <= 0.6 * len(cells)


def _extra_rows(top: _Top, end: int) -> tuple[int, ...]:
    """Return the rows below the heading that number the columns (甲 乙 1 2) or hold nothing but units."""
    extra = []
    for row in range(end + 1, min(end + 3, len(top.rows))):
        if not _is_index(top, row) and not _is_units(top, row):
            break
        extra.append(row)
    return tuple(extra)


def _is_index(top: _Top, row: int) -> bool:
    texts = [text for text in top.texts(row) if text]
    places = [place for place in map(index_position, texts) if place is not None]
    if len(places) < 3 or len(texts) < _WIDE_ENOUGH * top.width or len(texts) - len(places) > 1:
        return False
    steps = sum(later == earlier + 1 or later == 1 for earlier, later in zip(places, places[1:], strict=False))
    return steps >= 0.9 * (len(places) - 1)


def _is_units(top: _Top, row: int) -> bool:
    texts = [text for text in top.texts(row) if text]
    return bool(texts) and all(map(is_unit, texts))


def _columns(top: _Top, rows: range, extra: tuple[int, ...]) -> Iterable[ColumnHeading]:
    units = next((row for row in extra if _is_units(top, row)), None)
    for column in range(top.width):
        path: list[str] = []
        for row in rows:
            text = plain(top.rows[row][column]) or _from_the_left(top, row, column, rows)
            if text and text not in path[-1:]:
                path.append(text)
        if path:
            yield ColumnHeading(column, tuple(path), plain(top.rows[units][column]) if units is not None else "")


def _from_the_left(top: _Top, row: int, column: int, rows: range) -> str:
    """Return the name that an unmerged gap continues: the next one to the left, when a name stands below the gap."""
    below = any(plain(top.rows[r][column]) for r in rows if r > row)
    if not below or (row, column) in top.merges:
        return ""
    for left in range(column - 1, -1, -1):
        text = plain(top.rows[row][left])
        if text:
            return text if top.span(row, left) == 1 else ""
    return ""
