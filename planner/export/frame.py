"""The frame of a bureau's sheet: 附件N, title, unit line, header, body, 合计, notes and signatures, ready to print.

Every table of the workbooks goes through :class:`BureauSheet`, so that all look alike: A4 (landscape unless asked for
portrait), one page wide, header rows repeated on each page and frozen on the screen, borders, wrapped text, thousands
separators. Text is always written as text: a name such as ``=1+1`` never becomes a formula, not even when the cell is
edited; only a :class:`Formula`, which the program itself words, is one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format

A4: Final = 9
"""Paper code of A4 in the spreadsheet format."""

PAGE_UNITS: Final = 150.0
"""Column-width units (digits of the standard font) that fit on A4 landscape inside the margins at 100 %."""

PORTRAIT_UNITS: Final = 103.0
"""The same for A4 portrait."""

BODY_POINTS: Final = 10
TITLE_POINTS: Final = 18
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

PER_CENT_UNITS: Final = 2.5
"""Width of a bold per cent sign."""

CLOSING_PUNCTUATION: Final = "，。、；：！？）”》】)"
"""Characters that never begin a line."""

FORMULA_STARTS: Final = ("=", "+", "-", "@")
"""A text that starts so would turn into a formula if somebody edited the cell; it gets the quote prefix."""

BUREAU_SIGNERS: Final = ("制表人", "审核人", "分管领导")
"""Who signs a paper of the bureau."""

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

NUMERIC_KINDS: Final = frozenset(Kind) - {Kind.TEXT, Kind.LABEL}

LONGEST_CHOICES: Final = 255
"""Characters that a spreadsheet allows for the choices of a cell."""

ALIGNMENTS: Final = {Kind.TEXT: "left", Kind.LABEL: "center", Kind.DAY: "center", Kind.SHORT_DAY: "center"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``width`` in column-width units; ``group`` is the first level of a two-level header."""

    heading: str
    width: float
    kind: Kind = Kind.TEXT
    group: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula worded by the program, never by the user; the cell shows nothing until something is filled in."""

    text: str


@dataclass(slots=True)
class Papers:
    """The workbook in the making: what all its sheets share.

    ``issuer`` is the office that fills in and stamps the papers. ``part`` names the provider or township whose share
    of the plan the workbook shows and stands behind each title; it is empty for the whole county.
    """

    workbook: xlsxwriter.Workbook
    issuer: str
    footer: str
    with_cents: bool
    part: str = ""
    signers: tuple[str, ...] = BUREAU_SIGNERS
    sheets: int = 0
    _formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)
    _cell_formats: dict[tuple[Kind, bool, str | None, bool], Format] = field(default_factory=dict)

    def style(self, **properties: Any) -> Format:
        """Return the format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": BODY_FONT, "font_size": BODY_POINTS, "valign": "vcenter", "text_wrap": True}
            self._formats[key] = self.workbook.add_format(base | properties)
        return self._formats[key]

    def cell_style(self, kind: Kind, strong: bool, shown_as: str | None = None, quoted: bool = False) -> Format:
        """Return the format of a cell of the body; ``shown_as`` takes the place of the kind's number format.

        ``strong`` is for totals; ``quoted`` keeps a text that looks like a formula a text when it is edited.
        """
        key = kind, strong, shown_as, quoted
        if key not in self._cell_formats:
            properties: dict[str, Any] = {
                "border": 1,
                "align": ALIGNMENTS.get(kind, "right"),
                "num_format": shown_as or self.number_format(kind),
            }
            properties |= {"bold": True, "bg_color": "#F2F2F2"} if strong else {}
            properties |= {"quote_prefix": True} if quoted else {}
            self._cell_formats[key] = self.style(**properties)
        return self._cell_formats[key]

    def number_format(self, kind: Kind) -> str:
        """Return the number format of a kind of column; amounts show cents only if some amount has them."""
        return YUAN_WITH_CENTS if kind is Kind.YUAN and self.with_cents else NUMBER_FORMATS[kind]

    def decimals(self, kind: Kind) -> int:
        """Return how many decimals a kind of column shows at most."""
        return {Kind.JOBS: 1, Kind.SHARE: 2, Kind.INDEX: 2, Kind.YUAN: 2 if self.with_cents else 0}.get(kind, 0)


class BureauSheet:
    """One sheet, written from top to bottom, in the order of the calls.

    Parameters
    ----------
    unit
        The units of the figures; without one the line for units and date is left out.
    facts
        Lines between the title and the header, such as what a class is and where.
    pages_high
        Most pages the sheet may take from top to bottom (print is made smaller for it); 0 = as many as it needs.
    """

    def __init__(
        self,
        papers: Papers,
        name: str,
        title: str,
        columns: Sequence[Column],
        unit: str,
        frozen_columns: int = 0,
        *,
        portrait: bool = False,
        facts: Sequence[str] = (),
        pages_high: int = 0,
    ) -> None:
        papers.sheets += 1
        self.name = name
        self._papers = papers
        self._columns = _filling_the_page(columns, PORTRAIT_UNITS if portrait else PAGE_UNITS)
        self._sheet = papers.workbook.add_worksheet(name)
        self._row = 0
        self._set_up_page(portrait, pages_high)
        self._write_head(title, unit)
        for fact in facts:
            self.note(fact)
        first_header = self._row
        self._write_header()
        self._sheet.repeat_rows(first_header, self._row - 1)
        self._sheet.freeze_panes(self._row, frozen_columns)
        self._first_body_row = self._row

    @property
    def next_row(self) -> int:
        """The row that is written next, counted from 0."""
        return self._row

    def row(self, values: Sequence[Any], strong: bool = False, height: float | None = None) -> None:
        """Write one row of the body; ``None`` leaves a cell empty, an amount in cents goes into a yuan column.

        ``height`` in points; by default the row is as high as its texts need.
        """
        self._sheet.set_row(self._row, height or self._height(values))
        for column, (value, spec) in enumerate(zip(values, self._columns, strict=True)):
            self._write_cell(column, value, spec.kind, strong)
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

    def offer(self, column: int, last_column: int, choices: Sequence[str]) -> None:
        """Offer these words, in the order given, in all rows written so far; other words may be typed too.

        Choices that a spreadsheet cannot list (too long in all, or with a comma or quote) are not offered.
        """
        listed = ",".join(choices)
        possible = len(listed) <= LONGEST_CHOICES and '"' not in listed and listed.count(",") == len(choices) - 1
        if self._row > self._first_body_row and possible:
            rule = {"validate": "list", "source": list(choices), "show_error": False}
            self._sheet.data_validation(self._first_body_row, column, self._row - 1, last_column, rule)

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

    def sign(self, signers: Sequence[str] = ()) -> None:
        """Write the line for the signatures, spread over the table; by default those of the workbook sign."""
        self._row += 1
        words = [f"{signer}：" for signer in signers or self._papers.signers]
        date_words = "日期：      年    月    日"
        room = self._width() - text_units("".join(words) + date_words)
        gap = " " * max(4, int(room / NARROW_CHARACTER_UNITS / (len(words) + 1)))
        text = "".join(word + gap for word in words) + date_words
        self._merged(text, {"align": "left"}, max(24.0, self._text_height(text)))

    def _width(self) -> float:
        return sum(column.width for column in self._columns)

    def _set_up_page(self, portrait: bool, pages_high: int) -> None:
        sheet = self._sheet
        if portrait:
            sheet.set_portrait()
        else:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.5)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, pages_high)
        sheet.set_footer(self._papers.footer, {"margin": 0.25})
        for number, column in enumerate(self._columns):
            sheet.set_column(number, number, column.width)

    def _write_head(self, title: str, unit: str) -> None:
        self._merged(f"附件{self._papers.sheets}", {"align": "left", "font_name": HEADING_FONT}, 18)
        if self._papers.part:
            title = f"{title}（{self._papers.part}）"
        lines = count_lines(title, self._width() * BODY_POINTS / TITLE_POINTS)
        properties = {"align": "center", "font_name": HEADING_FONT, "font_size": TITLE_POINTS}
        self._merged(title, properties, 10.0 + 24 * lines)
        last = len(self._columns) - 1
        left = f"填报单位（盖章）：{self._papers.issuer}"
        right = f"填报时间：      年    月    日    单位：{unit}"
        middle = self._dividing_column(left, right) if unit else last
        self._across(0, middle, left, {"align": "left"})
        self._across(middle + 1, last, right, {"align": "right"})
        lines = max(self._lines_across(left, 0, middle), self._lines_across(right, middle + 1, last))
        self._sheet.set_row(self._row, max(20.0, lines * LINE_POINTS + ROW_PADDING_POINTS))
        self._row += 1

    def _dividing_column(self, left: str, right: str) -> int:
        """Return the last column of the left text: the fewest lines, then the middle of the table.

        The table has at least two columns.
        """
        widths = list(accumulate(column.width for column in self._columns))
        last = len(widths) - 1

        def drawback(number: int) -> tuple[int, float]:
            lines = max(self._lines_across(left, 0, number), self._lines_across(right, number + 1, last))
            return lines, abs(widths[number] - widths[-1] / 2)

        return min(range(last), key=drawback)

    def _lines_across(self, text: str, first: int, last: int) -> int:
        """Return the lines of a text in the merged columns ``first`` to ``last``; 0 when there are none."""
        width = sum(column.width for column in self._columns[first : last + 1])
        return count_lines(text, width) if last >= first else 0

    def _write_header(self) -> None:
        style = {"border": 1, "align": "center", "bg_color": "#D9E2F3", "font_name": HEADING_FONT}
        two_levels = any(column.group for column in self._columns)
        last = self._row + two_levels
        number, group_height, height = 0, 0.0, 0.0
        while number < len(self._columns):
            column = self._columns[number]
            span = self._group_span(number)
            if column.group:
                self._merge(self._row, number, self._row, number + span - 1, column.group, style)
                lines = self._lines_across(column.group, number, number + span - 1)
                group_height = max(group_height, lines * LINE_POINTS + ROW_PADDING_POINTS - 2)
                for inner in range(number, number + span):
                    self._merge(last, inner, last, inner, self._columns[inner].heading, style)
            else:
                self._merge(self._row, number, last, number, column.heading, style)
            number += span
        for column in self._columns:
            needed = count_lines(column.heading, column.width) * LINE_POINTS + ROW_PADDING_POINTS
            height = max(height, needed if column.group else needed - group_height)
        if two_levels:
            self._sheet.set_row(self._row, group_height)
        self._sheet.set_row(last, height)
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

    def _write_cell(self, column: int, value: Any, kind: Kind, strong: bool) -> None:
        style, sheet, row = self._papers.cell_style, self._sheet, self._row
        if value is None or value == "":
            sheet.write_blank(row, column, None, style(kind, strong))
        elif isinstance(value, str):
            sheet.write_string(row, column, value, style(kind, strong, "@", value.startswith(FORMULA_STARTS)))
        elif isinstance(value, Formula):
            # A formula in a cell of text format would be shown as its text.
            shown_as = None if kind in NUMERIC_KINDS else "General"
            sheet.write_formula(row, column, value.text, style(kind, strong, shown_as), "")
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, style(kind, strong))
        else:
            number = value / 100 if kind is Kind.YUAN else value
            self._make_room(column, self._shown_width(number, kind))
            sheet.write_number(row, column, number, style(kind, strong))

    def _shown_width(self, number: float, kind: Kind) -> float:
        """Return the width that a number needs as its kind of column shows it; a share has a per cent sign, too."""
        if kind is Kind.SHARE:
            return number_width(100 * number, 1) + PER_CENT_UNITS
        return number_width(number, self._papers.decimals(kind))

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
        lines = count_lines(text, self._width())
        return min(lines * LINE_POINTS + ROW_PADDING_POINTS, LONGEST_ROW_POINTS)


def count_lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell of ``width`` column-width units.

    Lines break between any two characters, except that closing punctuation takes the character before it along.
    """
    lines = 0
    for paragraph in text.split("\n"):
        lines, used, last = lines + 1, 0.0, 0.0
        for character in paragraph:
            units = _character_units(character)
            if used + units > width and used:
                lines += 1
                used = last if character in CLOSING_PUNCTUATION else 0.0
            used += units
            last = units
    return lines


def text_units(text: str) -> float:
    """Return the width of a text of the body font in column-width units."""
    return sum(_character_units(character) for character in text)


@lru_cache(maxsize=8192)
def _character_units(character: str) -> float:
    wide = unicodedata.east_asian_width(character) in "WFA"
    return WIDE_CHARACTER_UNITS if wide else NARROW_CHARACTER_UNITS


def number_width(number: float, decimals: int = 0) -> float:
    """Return the width that a column needs to show ``number`` in bold with thousands separators."""
    return len(f"{number:,.{decimals}f}") * BOLD_DIGIT_UNITS + 1.2


def fitted_width(texts: Sequence[str], least: float, most: float) -> float:
    """Return a column width for these texts on one line each, between ``least`` and ``most`` units."""
    return min(max([least, *(text_units(text) + 1.5 for text in texts)]), most)


def _filling_the_page(columns: Sequence[Column], page_units: float) -> list[Column]:
    """Return the columns widened in proportion until the table is as wide as the page."""
    scale = max(1.0, page_units / sum(column.width for column in columns))
    return [replace(column, width=round(column.width * scale, 2)) for column in columns]
