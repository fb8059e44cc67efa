"""The frame of a bureau's sheet: 附件N, title, unit line, header, body, 合计, notes and signatures, ready to print.

Every table of the workbook goes through :class:`BureauSheet`, so that all look alike: A4 landscape, one page wide,
header rows repeated on each page and frozen on the screen, borders, wrapped text, thousands separators.
Text is always written as text: a name such as ``=1+1`` never becomes a formula, not even when the cell is edited.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import accumulate
from typing import Any, Final

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format

A4: Final = 9
"""Paper code of A4 in the spreadsheet format."""

PAGE_UNITS: Final = 150.0
"""Column-width units (digits of the standard font) that fit on A4 landscape inside the margins at 100 %."""

BODY_POINTS: Final = 10
LINE_POINTS: Final = 14.0
ROW_PADDING_POINTS: Final = 6.0
LONGEST_ROW_POINTS: Final = 409.0
"""The highest row a spreadsheet allows."""

PIXELS_PER_UNIT: Final = 7.0
CELL_PADDING_PIXELS: Final = 5
PIXELS_PER_POINT: Final = 96 / 72
"""Screen size of a column-width unit of the standard font, of a cell's padding and of a point, for charts."""

WIDE_CHARACTER_UNITS: Final = 2.0
NARROW_CHARACTER_UNITS: Final = 1.1
"""Width of a Chinese and of a Latin character of the body font in column-width units, on the safe side."""

BOLD_DIGIT_UNITS: Final = 1.05
"""Width of a bold digit of the body font: a number that does not fit its column would show as ####."""

CLOSING_PUNCTUATION: Final = "，。、；：！？）”》】)"
"""Characters that never begin a line."""

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
    SHORT_DAY = "short day"
    SHARE = "share"
    INDEX = "index"


NUMBER_FORMATS: Final = {
    Kind.TEXT: "@",
    Kind.LABEL: "@",
    Kind.WHOLE: "#,##0_ ",
    Kind.JOBS: "#,##0.0_ ",
    Kind.YUAN: "#,##0_ ",
    Kind.DAY: "yyyy-mm-dd",
    Kind.SHORT_DAY: 'm"月"d"日"',
    Kind.SHARE: "0.0%_ ",
    Kind.INDEX: "0.00_ ",
}
"""Number formats; ``_`` and a space keep right-aligned figures off the border."""

YUAN_WITH_CENTS: Final = "#,##0.00_ "

ALIGNMENTS: Final = {Kind.TEXT: "left", Kind.LABEL: "center", Kind.DAY: "center", Kind.SHORT_DAY: "center"}


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

    def decimals(self, kind: Kind) -> int:
        """Return how many decimals a kind of column shows at most."""
        return {Kind.JOBS: 1, Kind.SHARE: 2, Kind.INDEX: 2, Kind.YUAN: 2 if self.with_cents else 0}.get(kind, 0)


class BureauSheet:
    """One sheet, written from top to bottom, in the order of the calls.

    ``unit`` names the units of the figures; without one the line for units and date is left out.
    """

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

    def cells(self, column: int) -> list[str | int]:
        """Return the body cells of a column written so far, as a chart names them (sheet, rows and columns from 0)."""
        return [self._sheet.get_name(), self._first_body_row, column, self._row - 1, column]

    def chart(self, chart: Chart, lines: int = 26) -> None:
        """Place a chart as wide as the table on a page of its own, ``lines`` body lines high."""
        width = sum(int(column.width * PIXELS_PER_UNIT + CELL_PADDING_PIXELS) for column in self._columns)
        chart.set_size({"width": width, "height": int(lines * LINE_POINTS * PIXELS_PER_POINT)})
        self._row += 1
        self._sheet.set_h_pagebreaks([self._row])
        self._sheet.insert_chart(self._row, 0, chart, {"object_position": 1, "y_offset": 3})
        for _ in range(lines + 1):
            self._sheet.set_row(self._row, LINE_POINTS)
            self._row += 1

    def sign(self) -> None:
        """Write the line for the signatures."""
        self._row += 1
        names = "制表人：                    审核人：                    分管领导：                    "
        self._merged(names + "日期：      年    月    日", {"align": "left"}, 24)

    def _set_up_page(self) -> None:
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.5)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._papers.footer, {"margin": 0.25})
        for number, column in enumerate(self._columns):
            sheet.set_column(number, number, column.width)

    def _write_head(self, title: str, unit: str) -> None:
        self._merged(f"附件{self._papers.sheets}", {"align": "left", "font_name": HEADING_FONT}, 18)
        self._merged(title, {"align": "center", "font_name": HEADING_FONT, "font_size": 18}, 34)
        last = len(self._columns) - 1
        middle = self._middle_column() if unit else last
        self._across(0, middle, f"填报单位（盖章）：{self._papers.bureau}", {"align": "left"})
        self._across(middle + 1, last, f"填报时间：      年    月    日    单位：{unit}", {"align": "right"})
        self._sheet.set_row(self._row, 20)
        self._row += 1

    def _middle_column(self) -> int:
        """Return the column whose right edge is nearest to the middle of the table."""
        widths = list(accumulate(column.width for column in self._columns))
        return min(range(len(widths) - 1), key=lambda number: abs(widths[number] - widths[-1] / 2))

    def _write_header(self) -> None:
        style = {"border": 1, "align": "center", "bg_color": "#D9E2F3", "font_name": HEADING_FONT}
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
        heights = [count_lines(column.heading, column.width) for column in self._columns]
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
            self._make_room(column, number_width(number, self._papers.decimals(kind)))
            self._sheet.write_number(self._row, column, number, self._papers.style(**properties | shade))

    def _make_room(self, column: int, width: float) -> None:
        """Widen a column for a number, which would show as #### if it did not fit."""
        if width > self._columns[column].width:
            self._columns[column] = replace(self._columns[column], width=width)
            self._sheet.set_column(column, column, width)

    def _text_style(self, text: str, properties: dict[str, Any]) -> Format:
        quoted = {"quote_prefix": True} if text.startswith(FORMULA_STARTS) else {}
        return self._papers.style(**properties, **quoted)

    def _height(self, values: Sequence[Any]) -> float:
        lines = max(
            count_lines(value, column.width) if isinstance(value, str) else 1
            for value, column in zip(values, self._columns, strict=True)
        )
        return min(lines * LINE_POINTS + ROW_PADDING_POINTS, LONGEST_ROW_POINTS)

    def _text_height(self, text: str) -> float:
        lines = count_lines(text, sum(column.width for column in self._columns))
        return min(lines * LINE_POINTS + ROW_PADDING_POINTS, LONGEST_ROW_POINTS)


def count_lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell of ``width`` column-width units.

    Lines break between any two characters, except that closing punctuation takes the character before it along.
    """
    lines = 0
    for paragraph in text.split("\n"):
        lines, used, last = lines + 1, 0.0, 0.0
        for character in paragraph:
            units = text_units(character)
            if used + units > width and used:
                lines += 1
                used = last if character in CLOSING_PUNCTUATION else 0.0
            used += units
            last = units
    return lines


def text_units(text: str) -> float:
    """Return the width of a text of the body font in column-width units."""
    return sum(
        WIDE_CHARACTER_UNITS if unicodedata.east_asian_width(character) in "WFA" else NARROW_CHARACTER_UNITS
        for character in text
    )


def number_width(number: float, decimals: int = 0) -> float:
    """Return the width that a column needs to show ``number`` in bold with thousands separators."""
    return len(f"{number:,.{decimals}f}") * BOLD_DIGIT_UNITS + 1.2


def fitted_width(texts: Sequence[str], least: float, most: float) -> float:
    """Return a column width for these texts on one line each, between ``least`` and ``most`` units."""
    return min(max([least, *(text_units(text) + 1.5 for text in texts)]), most)


def _filling_the_page(columns: Sequence[Column]) -> list[Column]:
    """Return the columns widened in proportion until the table is as wide as the page."""
    scale = max(1.0, PAGE_UNITS / sum(column.width for column in columns))
    return [replace(column, width=round(column.width * scale, 2)) for column in columns]
