"""The frame of a bureau's sheet: 附件N, title, unit line, header, body, 合计, notes and signatures, ready to print.

Every table of the workbook goes through :class:`BureauSheet`, so that all look alike: A4 landscape, one page wide,
header rows repeated on each page and frozen on the screen, borders, wrapped text, thousands separators.
Text is always written as text: a name such as ``=1+1`` never becomes a formula, not even when the cell is edited.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format

A4: Final = 9
"""Paper code of A4 in the spreadsheet format."""

PAGE_UNITS: Final = 144.0
"""Column-width units (digits of the standard font) that fit on A4 landscape inside the margins at 100 %."""

BODY_POINTS: Final = 10
LINE_POINTS: Final = 13.0
ROW_PADDING_POINTS: Final = 6.0
LONGEST_ROW_POINTS: Final = 409.0
"""The highest row a spreadsheet allows."""

WIDE_CHARACTER_UNITS: Final = 2.0
NARROW_CHARACTER_UNITS: Final = 1.1
"""Width of a Chinese and of a Latin character of the body font in column-width units, on the safe side."""

FORMULA_STARTS: Final = ("=", "+", "-", "@")
"""A text that starts so would turn into a formula if somebody edited the cell; it gets the quote prefix."""

BODY_FONT: Final = "宋体"
HEADING_FONT: Final = "黑体"


class Kind(StrEnum):
    """What a column holds, which decides format and alignment."""

    TEXT = "text"
    LABEL = "label"
    WHOLE = "whole"
    JOBS = "jobs"
    YUAN = "yuan"
    DAY = "day"
    SHARE = "share"


NUMBER_FORMATS: Final = {
    Kind.TEXT: "@",
    Kind.LABEL: "@",
    Kind.WHOLE: "#,##0",
    Kind.JOBS: "#,##0.0",
    Kind.YUAN: "#,##0",
    Kind.DAY: "yyyy-mm-dd",
    Kind.SHARE: "0.0%",
}
YUAN_WITH_CENTS: Final = "#,##0.00"

ALIGNMENTS: Final = {Kind.TEXT: "left", Kind.LABEL: "center", Kind.DAY: "center"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``width`` in column-width units; ``group`` is the first level of a two-level header."""

    heading: str
    width: float
    kind: Kind = Kind.TEXT
    group: str = ""


@dataclass(slots=True)
class Papers:
    """The workbook in the making: what all its sheets share."""

    workbook: xlsxwriter.Workbook
    bureau: str
    footer: str
    with_cents: bool
    sheets: int = 0
    _formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def style(self, **properties: Any) -> Format:
        """Return the format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": BODY_FONT, "font_size": BODY_POINTS, "valign": "vcenter", "text_wrap": True}
            self._formats[key] = self.workbook.add_format(base | properties)
        return self._formats[key]

    def number_format(self, kind: Kind) -> str:
        """Return the number format of a kind of column; amounts show cents only if some amount has them."""
        return YUAN_WITH_CENTS if kind is Kind.YUAN and self.with_cents else NUMBER_FORMATS[kind]


class BureauSheet:
    """One sheet, written from top to bottom. Rows are written in the order of the calls."""

    def __init__(
        self, papers: Papers, name: str, title: str, columns: Sequence[Column], unit: str, frozen_columns: int = 0
    ) -> None:
        papers.sheets += 1
        self._papers = papers
        self._columns = _filling_the_page(columns)
        self._sheet = papers.workbook.add_worksheet(name)
        self._row = 0
        self._set_up_page()
        self._write_head(title, unit)
        first_header = self._row
        self._write_header()
        self._sheet.repeat_rows(first_header, self._row - 1)
        self._sheet.freeze_panes(self._row, frozen_columns)
        self._first_body_row = self._row

    def row(self, values: Sequence[Any], strong: bool = False) -> None:
        """Write one row of the body; ``None`` leaves a cell empty, an amount in cents goes into a yuan column."""
        self._sheet.set_row(self._row, self._height(values))
        shade = {"bold": True, "bg_color": "#F2F2F2"} if strong else {}
        for column, (value, spec) in enumerate(zip(values, self._columns, strict=True)):
            self._write_cell(column, value, spec.kind, shade)
        self._row += 1

    def rows(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write the rows of the body, or say that there are none."""
        for values in rows:
            self.row(values)
        if not rows:
            self._merged("（无）", {"border": 1, "align": "center"}, 22)

    def total(self, values: Sequence[Any]) -> None:
        """Write a 合计 row."""
        self.row(values, strong=True)

    def filter_body(self) -> None:
        """Offer filter buttons over the rows written so far."""
        if self._row > self._first_body_row:
            self._sheet.autofilter(self._first_body_row - 1, 0, self._row - 1, len(self._columns) - 1)

    def band(self, text: str, **properties: Any) -> None:
        """Write a text across the table, bordered."""
        self._merged(text, {"border": 1, "align": "left"} | properties, self._text_height(text))

    def note(self, text: str) -> None:
        """Write a note across the table, without border."""
        self._merged(text, {"align": "left", "valign": "top"}, self._text_height(text))

    def sign(self) -> None:
        """Write the line for the signatures."""
        self._row += 1
        names = "制表人：                    审核人：                    分管领导：                    "
        self._merged(names + "日期：      年    月    日", {"align": "left"}, 24)

    def _set_up_page(self) -> None:
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._papers.footer, {"margin": 0.3})
        for number, column in enumerate(self._columns):
            sheet.set_column(number, number, column.width)

    def _write_head(self, title: str, unit: str) -> None:
        self._merged(f"附件{self._papers.sheets}", {"align": "left", "font_name": HEADING_FONT}, 18)
        self._merged(title, {"align": "center", "font_name": HEADING_FONT, "font_size": 18}, 34)
        last = len(self._columns) - 1
        # About half of the width for each side, whatever the columns are.
        halves = [sum(c.width for c in self._columns[: n + 1]) for n in range(last + 1)]
        left = min(range(last), key=lambda n: abs(halves[n] - halves[-1] / 2)) if last else 0
        self._across(0, left, f"填报单位（盖章）：{self._papers.bureau}", {"align": "left"})
        self._across(left + 1, last, f"填报时间：      年    月    日    单位：{unit}", {"align": "right"})
        self._sheet.set_row(self._row, 20)
        self._row += 1

    def _write_header(self) -> None:
        style = {"bold": True, "border": 1, "align": "center", "bg_color": "#D9E2F3", "font_name": HEADING_FONT}
        style["bold"] = False
        two_levels = any(column.group for column in self._columns)
        last = self._row + two_levels
        number = 0
        while number < len(self._columns):
            column = self._columns[number]
            span = self._group_span(number)
            if column.group:
                self._merge(self._row, number, self._row, number + span - 1, column.group, style)
                for inner in range(number, number + span):
                    self._merge(last, inner, last, inner, self._columns[inner].heading, style)
            else:
                self._merge(self._row, number, last, number, column.heading, style)
            number += span
        heights = [self._lines(column.heading, column.width) for column in self._columns]
        if two_levels:
            self._sheet.set_row(self._row, 18)
        self._sheet.set_row(last, max(heights) * LINE_POINTS + ROW_PADDING_POINTS)
        self._row = last + 1

    def _group_span(self, first: int) -> int:
        group = self._columns[first].group
        span = 1
        while group and first + span < len(self._columns) and self._columns[first + span].group == group:
            span += 1
        return span

    def _merge(self, top: int, left: int, bottom: int, right: int, text: str, properties: dict[str, Any]) -> None:
        style = self._text_style(text, properties)
        if (top, left) != (bottom, right):
            self._sheet.merge_range(top, left, bottom, right, "", style)
        self._sheet.write_string(top, left, text, style)

    def _across(self, left: int, right: int, text: str, properties: dict[str, Any]) -> None:
        if right >= left:
            self._merge(self._row, left, self._row, right, text, properties)

    def _merged(self, text: str, properties: dict[str, Any], height: float) -> None:
        self._across(0, len(self._columns) - 1, text, properties)
        self._sheet.set_row(self._row, height)
        self._row += 1

    def _write_cell(self, column: int, value: Any, kind: Kind, shade: dict[str, Any]) -> None:
        properties = {
            "border": 1,
            "align": ALIGNMENTS.get(kind, "right"),
            "num_format": self._papers.number_format(kind),
        }
        if value is None:
            self._sheet.write_blank(self._row, column, None, self._papers.style(**properties | shade))
        elif isinstance(value, str):
            text_properties = properties | {"num_format": "@"} | shade
            self._sheet.write_string(self._row, column, value, self._text_style(value, text_properties))
        elif isinstance(value, date):
            self._sheet.write_datetime(self._row, column, value, self._papers.style(**properties | shade))
        else:
            number = value / 100 if kind is Kind.YUAN else value
            self._sheet.write_number(self._row, column, number, self._papers.style(**properties | shade))

    def _text_style(self, text: str, properties: dict[str, Any]) -> Format:
        quoted = {"quote_prefix": True} if text.startswith(FORMULA_STARTS) else {}
        return self._papers.style(**properties, **quoted)

    def _height(self, values: Sequence[Any]) -> float:
        lines = max(
            self._lines(value, column.width) if isinstance(value, str) else 1
            for value, column in zip(values, self._columns, strict=True)
        )
        return min(lines * LINE_POINTS + ROW_PADDING_POINTS, LONGEST_ROW_POINTS)

    def _text_height(self, text: str) -> float:
        lines = self._lines(text, sum(column.width for column in self._columns))
        return min(lines * LINE_POINTS + ROW_PADDING_POINTS, LONGEST_ROW_POINTS)

    @staticmethod
    def _lines(text: str, width: float) -> int:
        """Return how many lines a text takes in a cell of ``width``, one unit lost to the cell's own margins."""
        return sum(max(1, math.ceil(text_units(line) / max(width - 1.0, 1.0))) for line in text.split("\n"))


def text_units(text: str) -> float:
    """Return the width of a text of the body font in column-width units."""
    return sum(
        WIDE_CHARACTER_UNITS if unicodedata.east_asian_width(character) in "WFA" else NARROW_CHARACTER_UNITS
        for character in text
    )


def fitted_width(texts: Sequence[str], least: float, most: float) -> float:
    """Return a column width for these texts on one line each, between ``least`` and ``most`` units."""
    return min(max([least, *(text_units(text) + 1.5 for text in texts)]), most)


def _filling_the_page(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns widened in proportion until the table is as wide as the page."""
    scale = max(1.0, PAGE_UNITS / sum(column.width for column in columns))
    return tuple(Column(c.heading, round(c.width * scale, 2), c.kind, c.group) for c in columns)
