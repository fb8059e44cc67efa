"""A planning workbook to fill in: headings, drop-downs, input hints, examples and a page of instructions."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from planner.workbook.cells import allowed_text
from planner.workbook.examples import EXAMPLES, example_of
from planner.workbook.schema import (
    ALL,
    GROUPS,
    INSTRUCTIONS,
    SETTING_WORDS,
    SETTINGS,
    SETTINGS_SHEET,
    SHEETS,
    Column,
    Kind,
    Sheet,
)
from planner.workbook.write import CREATED, cell_value, text_width

_A4 = 9
_INPUT_ROWS = 2_000
_TAGS = ("脱贫", "易迁", "妇女", "返乡")
_HINT_LIMIT = 255
"""Longest input hint a spreadsheet shows."""

Formats = dict[str, xlsxwriter.format.Format]


def write_template(path: Path, *, with_examples: bool = False) -> None:
    """Write the blank workbook as .xlsx; an existing file is replaced.

    Required headings are blue, optional ones grey. Read as it is, the template has only the fault that
    需求 and 资金 have no rows. ``with_examples`` fills the sheets with the example rows, which read without a remark.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": CREATED})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "sheet": book.add_format({"bold": True, "bottom": 1, "font_size": 12}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "required": book.add_format({"bold": True, "bg_color": "#9DC3E6", "border": 1}),
            "optional": book.add_format({"bold": True, "bg_color": "#E7E6E6", "border": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "text": book.add_format({"num_format": "@"}),
        }
        _write_instructions(book, formats)
        for sheet in SHEETS:
            worksheet = _write_blank_sheet(book, sheet, formats)
            if with_examples:
                _write_examples(worksheet, sheet, formats)


def default_words(column: Column) -> str:
    """Say what an empty cell means: 必填, the default, or 可不填."""
    if column.required:
        return "必填"
    if column.default_text:
        return column.default_text.strip()
    if column.all_word:
        return ALL
    if column.default not in (None, ""):
        value = cell_value(column, column.default)
        return f"{value:g}" if isinstance(value, float) else str(value)
    return "可不填"


def _write_instructions(book: xlsxwriter.Workbook, formats: Formats) -> None:
    worksheet = book.add_worksheet(INSTRUCTIONS)
    worksheet.hide_gridlines(2)
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 0)
    worksheet.write_string(0, 0, "培训计划工作簿填写说明", formats["title"])
    lines = (
        "只有“需求”和“资金”必须填写，其余各表、各列不填即按默认值，所用默认值会列在计划的“假设与参数”中。",
        "蓝色表头为该表必填列，灰色为选填列。列的顺序不限；多余的列会保留但不使用。",
        "日期填真正的日期（如 2026-01-05），周写其周一；金额以元为单位，最多两位小数；比例填 0 到 1 之间的数。",
        "一格填多个名称时用、分隔。",
    )
    for number, line in enumerate(lines, start=1):
        worksheet.write_string(number, 0, line)
    row = len(lines) + 2
    for sheet in SHEETS:
        row = _write_sheet_instructions(worksheet, sheet, row, formats)
    for position, width in enumerate((18, 44, 40, 44, 26)):
        worksheet.set_column(position, position, width)


def _write_sheet_instructions(
    worksheet: xlsxwriter.worksheet.Worksheet, sheet: Sheet, row: int, formats: Formats
) -> int:
    """Write the rows about one sheet and return the next free row."""
    absent = f"不提供时：{sheet.default_text}。" if sheet.default_text else ""
    worksheet.write_string(row, 0, sheet.name, formats["sheet"])
    worksheet.write_string(row, 1, f"{sheet.description}{absent}")
    columns = SETTINGS if sheet is SETTINGS_SHEET else sheet.columns
    for position, heading in enumerate(("列", "含义", "允许", "不填时", "例")):
        worksheet.write_string(row + 1, position, heading, formats["optional"])
    for number, column in enumerate(columns, start=row + 2):
        cells = (column.heading, _meaning(column), allowed_text(column), default_words(column))
        for position, text in enumerate((*cells, _example(sheet, column))):
            worksheet.write_string(number, position, text, formats["wrap"])
    return row + len(columns) + 3


def _example(sheet: Sheet, column: Column) -> str:
    if sheet is SETTINGS_SHEET:
        return next((str(row["值"]) for row in EXAMPLES[sheet.name] if row["参数"] == column.heading), "")
    example = example_of(sheet.name, column.heading)
    return "" if example is None else str(example)


def _meaning(column: Column) -> str:
    return f"{column.description}（{column.unit}）" if column.unit else column.description


def _write_blank_sheet(
    book: xlsxwriter.Workbook, sheet: Sheet, formats: Formats
) -> xlsxwriter.worksheet.Worksheet:
    worksheet = book.add_worksheet(sheet.name)
    worksheet.freeze_panes(1, 0)
    for position, column in enumerate(sheet.columns):
        look = formats["required" if column.required else "optional"]
        worksheet.write_string(0, position, column.heading, look)
        worksheet.set_column(
            position, position, max(10, text_width(column.heading) + 4), _input_format(column, formats)
        )
        if column.kind is not Kind.ANY:
            worksheet.data_validation(1, position, _INPUT_ROWS, position, _validation(column))
    if sheet is GROUPS:
        _write_tag_columns(worksheet, len(sheet.columns), formats)
    if sheet is SETTINGS_SHEET:
        _write_setting_keys(worksheet, formats)
    return worksheet


def _write_examples(worksheet: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: Formats) -> None:
    if sheet is SETTINGS_SHEET:
        rows = {setting.heading: row for row, setting in enumerate(SETTINGS, start=1)}
        for example in EXAMPLES[sheet.name]:
            _write_value(worksheet, rows[str(example["参数"])], 1, example["值"], formats)
        return
    headings = [column.heading for column in sheet.columns] + (list(_TAGS) if sheet is GROUPS else [])
    for row, example in enumerate(EXAMPLES[sheet.name], start=1):
        for heading, value in example.items():
            _write_value(worksheet, row, headings.index(heading), value, formats)


def _write_value(
    worksheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object, formats: Formats
) -> None:
    if isinstance(value, date):
        worksheet.write_datetime(row, column, datetime(value.year, value.month, value.day), formats["date"])
    elif isinstance(value, str):
        worksheet.write_string(row, column, value, formats["text"])
    else:
        worksheet.write(row, column, value)


def _input_format(column: Column, formats: Formats) -> xlsxwriter.format.Format | None:
    if column.kind is Kind.DATE:
        return formats["date"]
    # Month-days as text: a spreadsheet would turn 03-15 into a date of this year.
    return formats["text"] if column.kind in (Kind.MONTH_DAY, Kind.SEASON, Kind.DAY_RANGES) else None


def _validation(column: Column) -> dict[str, object]:
    """Return the drop-down of an enumerated column, or the input hint of any other."""
    hint = f"{_meaning(column)}。允许：{allowed_text(column)}。不填：{default_words(column)}。"
    options: dict[str, object] = {"input_title": column.heading, "input_message": hint[:_HINT_LIMIT]}
    if not column.allowed:
        return options | {"validate": "any"}
    words = [*column.allowed, ALL] if column.all_word else list(column.allowed)
    return options | {
        "validate": "list",
        "source": words,
        "error_title": "不在规定的词中",
        "error_message": f"请填：{'、'.join(words)}",
    }


def _write_tag_columns(worksheet: xlsxwriter.worksheet.Worksheet, first: int, formats: Formats) -> None:
    for position, tag in enumerate(_TAGS, start=first):
        worksheet.write_string(0, position, tag, formats["optional"])
        options = {
            "validate": "list",
            "source": ["是", "否"],
            "input_title": tag,
            "input_message": "标签：是或否，空着为否",
        }
        worksheet.data_validation(1, position, _INPUT_ROWS, position, options)


def _write_setting_keys(worksheet: xlsxwriter.worksheet.Worksheet, formats: Formats) -> None:
    """List every key with an empty value: an empty value means the default."""
    worksheet.write_string(0, 2, SETTING_WORDS, formats["optional"])
    worksheet.set_column(0, 1, 18)
    worksheet.set_column(2, 2, 70)
    for row, setting in enumerate(SETTINGS, start=1):
        worksheet.write_string(row, 0, setting.heading)
        worksheet.write_blank(row, 1, None, _input_format(setting, formats))
        worksheet.data_validation(row, 1, row, 1, _validation(setting))
        worksheet.write_string(row, 2, f"{_meaning(setting)}；不填：{default_words(setting)}")
