"""The rows of a sheet of the workbook in parts a template can write, and the form of one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.data_view import bare_number

NEW = "new"
"""Stands in addresses for the row that is to be added."""

FIRST = ("locks", "targets")
"""Sheets that clerks change most often stand first in the list."""

LISTED_ROWS = 100
"""Rows on one page."""

LONGEST_CELL = 2000
"""Characters of a cell that may be typed: a teacher's list of courses is longer than a plain value."""

_SEPARATOR = "、"
HOW_TO_LIST = "，用、分隔"
"""What a column's description says of lists in a cell; nobody who ticks names needs it."""
_WIDE = ("names", "season", "day_ranges")
_NUMBERS = ("whole", "number", "money")


@dataclass(frozen=True, slots=True)
class Entry:
    """A column in the form of a row: what it takes and what it holds.

    ``options`` are what may be chosen, several where ``many``, the Mondays of the plan where ``week``.
    """

    column: str
    description: str
    unit: str
    required: bool
    any_allowed: bool
    default_text: str
    allowed: str
    kind: str
    current: str
    options: tuple[str, ...] = ()
    many: bool = False
    week: bool = False

    @property
    def number(self) -> bool:
        """Whether it holds a number."""
        return self.kind in _NUMBERS

    @property
    def wide(self) -> bool:
        """Whether a text may be long."""
        return self.kind in _WIDE and not self.options

    @property
    def day(self) -> bool:
        """Whether it holds a date that the browser may offer a calendar for."""
        return self.kind == "date" and not self.options and (not self.current or _is_day(self.current))

    def chosen(self, text: str) -> tuple[str, ...]:
        """Return the entries of a list, as they are ticked."""
        return tuple(part.strip() for part in text.split(_SEPARATOR) if part.strip())

    def differs(self, typed: str) -> bool:
        """Whether what was typed is another value than what is there; separators of thousands do not matter."""
        if self.many:
            return set(self.chosen(typed)) != set(self.chosen(self.current))
        if self.number:
            return bare_number(typed) != self.current.strip()
        return typed.strip() != self.current.strip()


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its name: texts of its cells in the order of the columns."""

    name: str
    cells: tuple[str, ...]

    def holds(self, words: str) -> bool:
        """Whether each of these words stands in a cell."""
        return all(any(word in cell for cell in self.cells) for word in words.split())


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows on one page of a sheet: which page of how many, and how many rows fit the words asked for."""

    rows: tuple[Row, ...]
    page: int
    pages: int
    found: int


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet of the workbook: ``rows`` is ``None`` when there are too many to be told.

    ``default_text`` is assumed while there is no row; ``replaces`` says whether the first row ends that altogether.
    """

    name: str
    alias: str
    description: str
    default_text: str
    replaces: bool
    count: int
    headings: tuple[str, ...]
    units: tuple[str, ...]
    number_columns: tuple[bool, ...]
    columns: tuple[Mapping[str, Any], ...]
    rows: tuple[Row, ...] | None
    names: Mapping[str, Sequence[str]]
    mondays: tuple[str, ...]

    def row(self, name: str) -> Row | None:
        """Return a row by its name."""
        return next((row for row in self.rows or () if row.name == name), None)

    def entries(self, row: Row | None) -> tuple[Entry, ...]:
        """Return the form of a row; of ``None`` the form of a new one."""
        cells = row.cells if row is not None else ("",) * len(self.columns)
        return tuple(self._entry(column, text) for column, text in zip(self.columns, cells, strict=True))

    def listed(self, words: str, page: int, around: str = "") -> Listed:
        """Return one page of the rows that hold the words: the page of the row ``around`` where it is among them."""
        found = [row for row in self.rows or () if row.holds(words)]
        pages = max(1, -(-len(found) // LISTED_ROWS))
        place = next((n for n, row in enumerate(found) if row.name == around), None)
        page = min(max(page, 1), pages) if place is None else place // LISTED_ROWS + 1
        start = (page - 1) * LISTED_ROWS
        return Listed(tuple(found[start : start + LISTED_ROWS]), page, pages, len(found))

    def _entry(self, column: Mapping[str, Any], current: str) -> Entry:
        options = tuple(column["choices"]) or tuple(self.names.get(column["names"], ()))
        if column["week"]:
            options = self.mondays
        many = column["kind"] == "names" and bool(options)
        listed = [part.strip() for part in current.split(_SEPARATOR)] if many else [current]
        options += tuple(one for one in listed if options and one and one not in options)
        description = column["description"].replace(HOW_TO_LIST, "") if many else column["description"]
        return Entry(
            column["column"], description, column["unit"], column["required"], column["any"],
            column["default_text"], column["allowed"], column["kind"], current, options, many, column["week"],
        )  # fmt: skip


def sheets_of(told: Mapping[str, Any]) -> dict[str, SheetView]:
    """Return the sheets of a job's workbook by alias (:func:`planner.cli.sheets.sheets_told`), the wanted ones first.

    Raises
    ------
    KeyError, TypeError, ValueError
        These are none.
    """
    mondays = tuple(told["mondays"])
    sheets = [_sheet(one, told["names"], mondays) for one in told["sheets"]]
    places = {alias: place for place, alias in enumerate(FIRST)}
    return {sheet.alias: sheet for sheet in sorted(sheets, key=lambda sheet: places.get(sheet.alias, len(places)))}


def _sheet(told: Mapping[str, Any], names: Mapping[str, Sequence[str]], mondays: tuple[str, ...]) -> SheetView:
    columns = tuple(told["columns"])
    rows = None if told["rows"] is None else tuple(Row(name, tuple(cells)) for name, cells in told["rows"])
    return SheetView(
        told["sheet"], told["alias"], told["description"], told["default_text"], told["replaces"], told["count"],
        tuple(column["column"] for column in columns),
        tuple(column["unit"] for column in columns),
        tuple(column["kind"] in _NUMBERS for column in columns), columns, rows, names, mondays,
    )  # fmt: skip


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
