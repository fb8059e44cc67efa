"""The defaults that were used, as Chinese sentences for the plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from planner.workbook.schema import SETTINGS_SHEET, SHEETS, Column, Sheet

_ORDER = {sheet.name: position for position, sheet in enumerate(SHEETS)}


@dataclass(frozen=True, slots=True)
class Default:
    """A default that filled empty cells: of ``column`` in ``rows`` rows of a sheet, or of one key of sheet 参数.

    ``text`` says the value in Chinese.
    """

    sheet: str
    column: Column
    text: str
    rows: int = 1


class Assumptions:
    """Counts empty cells by column and collects sentences by sheet."""

    def __init__(self) -> None:
        self._settings: list[Default] = []
        self._empty_cells: Counter[tuple[str, str]] = Counter()
        self._columns: dict[tuple[str, str], tuple[Sheet, Column]] = {}
        self._sentences: list[tuple[str, str]] = []

    def empty_cell(self, sheet: Sheet, column: Column) -> None:
        """Note that the default of a column was used in one row."""
        self._empty_cells[sheet.name, column.heading] += 1
        self._columns[sheet.name, column.heading] = (sheet, column)

    def say(self, sheet: Sheet, text: str) -> None:
        """Add a sentence about a sheet, without its name and without a final stop."""
        self._sentences.append((sheet.name, text))

    def settings(self, missing: list[tuple[Column, str]]) -> None:
        """Note the keys of sheet 参数 that are at their defaults, each with its words."""
        self._settings = [Default(SETTINGS_SHEET.name, column, words) for column, words in missing]
        listed = "、".join(f"{column.heading}{words}" for column, words in missing)
        self.say(SETTINGS_SHEET, f"未填的按默认值：{listed}")

    def defaults(self) -> tuple[Default, ...]:
        """Return the defaults of single cells, settings first, then in the order of sheets and columns."""
        found = []
        for key, rows in self._empty_cells.items():
            sheet, column = self._columns[key]
            found.append((_ORDER[sheet.name], sheet.columns.index(column), sheet.name, column, rows))
        found.sort(key=lambda entry: entry[:2])
        cells = (Default(name, column, column.default_text, rows) for *_, name, column, rows in found)
        return (*self._settings, *cells)

    def sentences(self) -> tuple[str, ...]:
        """Return all sentences in the order of sheets and columns; equal input gives equal sentences."""
        entries = [
            (_ORDER[name], 0, position, f"{name}：{text}") for position, (name, text) in enumerate(self._sentences)
        ]
        for key, count in self._empty_cells.items():
            sheet, column = self._columns[key]
            text = f"{sheet.name}：{count} {sheet.noun}未填{column.heading}，按{_spaced(column.default_text)}"
            entries.append((_ORDER[sheet.name], 1, sheet.columns.index(column), text))
        return tuple(text for *_, text in sorted(entries))


def _spaced(text: str) -> str:
    """Put a blank before a default that starts with a digit or a Latin letter, as Chinese print does."""
    return f" {text}" if text[:1].isascii() else text
