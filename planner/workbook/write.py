"""Writing a planning workbook: tables of rows to .xlsx, and an instance back to such tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path

import xlsxwriter

from planner.domain.instance import Instance
from planner.workbook import schema
from planner.workbook.schema import ALL, SEPARATOR, Column, Kind, Sheet
from planner.workbook.statutory import statutory_calendar, years_of_horizon

Row = Mapping[str, object]
Tables = Mapping[str, Sequence[Row]]

CREATED = datetime(2026, 1, 1)
"""Equal input must give equal bytes, so the file does not carry the time it was made."""

_WIDTH_SAMPLE_ROWS = 200
_NARROWEST, _WIDEST = 8, 40


def write_tables(path: Path, tables: Tables, notes: Mapping[str, str] | None = None) -> None:
    """Write sheets of rows as an .xlsx workbook.

    Parameters
    ----------
    path
        The file to write; an existing one is replaced.
    tables
        Rows by sheet name. A row maps headings to values: text, numbers, ``Decimal`` yuan, ``date``, ``bool``
        (是/否), ``None`` (empty) or a collection of names (joined by 、). Sheets of the contract come first, in
        its order, and so do a sheet's headings; others follow in the order given. A heading of the contract
        that no row has is left out.
    notes
        Comment on the first heading of a sheet, by sheet name.

    Equal tables give equal bytes. Text is never taken for a formula or a link.
    """
    notes = notes or {}
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": CREATED})
        formats = {
            "heading": book.add_format({"bold": True, "bg_color": "#DDEBF7", "bottom": 1, "text_wrap": True}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "money": book.add_format({"num_format": "0.00"}),
            "text": book.add_format({"num_format": "@"}),
        }
        for name in _sheet_order(tables):
            _write_sheet(book.add_worksheet(name), name, tables[name], notes.get(name, ""), formats)


def tables_of(instance: Instance) -> dict[str, list[dict[str, object]]]:
    """Return the tables that read back as ``instance`` (its assumptions apart).

    Every value is written out, also where the workbook would have a default. The instance must be in the
    reader's canonical form: tuples sorted by key, 路程 with origin < destination.
    """
    tables: dict[str, list[dict[str, object]]] = {}
    for sheet in schema.SHEETS:
        rows = _rows_of(sheet, instance)
        if rows:
            tables[sheet.name] = rows
    return tables


def _rows_of(sheet: Sheet, instance: Instance) -> list[dict[str, object]]:
    if sheet is schema.SETTINGS_SHEET:
        return _settings_rows(instance)
    if sheet is schema.FARMING:
        return _farming_rows(instance)
    if sheet is schema.GROUPS:
        return _group_rows(instance)
    if sheet is schema.HOLIDAYS:
        return _holiday_rows(instance)
    records = getattr(instance, sheet.attribute) or ()
    return [_row_of(record, sheet.columns) for record in records]


def _row_of(record: object, columns: Iterable[Column]) -> dict[str, object]:
    return {column.heading: cell_value(column, getattr(record, column.attribute)) for column in columns}


def cell_value(column: Column, value: object) -> object:
    """Return what the workbook shows for a domain value: cents as ``Decimal`` yuan, enumerations as their word."""
    if value is None:
        return ALL if column.all_word and column.kind is not Kind.NAMES else None
    if column.kind is Kind.MONEY and isinstance(value, int):
        return Decimal(value).scaleb(-2)
    if column.kind is Kind.SEASON and isinstance(value, tuple):
        return SEPARATOR.join(f"{_month_day(first)}~{_month_day(last)}" for first, last in value)
    if column.kind is Kind.DAY_RANGES and isinstance(value, tuple):
        return SEPARATOR.join(str(first) if first == last else f"{first}~{last}" for first, last in value)
    if column.kind is Kind.MONTH_DAY and isinstance(value, tuple):
        return _month_day(value)
    if column.attribute == "hard":
        return "必须" if value else "尽量"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (frozenset, set, tuple, list)):
        return SEPARATOR.join(sorted(value) if isinstance(value, (frozenset, set)) else value)
    return value


def _month_day(value: tuple[int, int]) -> str:
    return f"{value[0]:02d}-{value[1]:02d}"


def _settings_rows(instance: Instance) -> list[dict[str, object]]:
    values = ((column, getattr(instance.settings, column.attribute)) for column in schema.SETTINGS)
    return [{"参数": column.heading, "值": cell_value(column, value)} for column, value in values if value is not None]


def _farming_rows(instance: Instance) -> list[dict[str, object]]:
    calendar = schema.FARMING.column("calendar")
    weeks = (calendar, *(schema.FARMING.column(alias) for alias in schema.WEEK_FORM))
    crops = (calendar, *(schema.FARMING.column(alias) for alias in schema.CROP_FORM))
    return [_row_of(week, weeks) for week in instance.busy_weeks] + [
        _row_of(activity, crops) for activity in instance.crop_activities
    ]


def _group_rows(instance: Instance) -> list[dict[str, object]]:
    # Tags that rules and targets name must stay columns even when no group carries them.
    tags = {tag for group in instance.groups for tag in group.tags}
    tags |= {rule.tag for rule in instance.fund_rules or () if rule.tag}
    tags |= {target.tag for target in instance.targets if target.tag}
    tags |= {instance.settings.allowance_tag} - {""}
    return [{"群体": group.name} | {tag: tag in group.tags for tag in sorted(tags)} for group in instance.groups]


def _holiday_rows(instance: Instance) -> list[dict[str, object]]:
    """Return the corrections that turn the statutory calendar into the instance's."""
    settings = instance.settings
    statutory = statutory_calendar(years_of_horizon(settings.plan_start, settings.weeks))
    off = (instance.days_off - statutory.days_off) | (statutory.make_up_days - instance.make_up_days)
    worked = (instance.make_up_days - statutory.make_up_days) | (statutory.days_off - instance.days_off)
    kinds = {day: "休" for day in off} | {day: "班" for day in worked}
    return [{"日期": day, "类型": kinds[day]} for day in sorted(kinds)]


def _sheet_order(tables: Tables) -> list[str]:
    known = [sheet.name for sheet in schema.SHEETS if sheet.name in tables]
    return known + [name for name in tables if name not in known]


def _headings(columns: Sequence[Column], rows: Sequence[Row]) -> list[str]:
    used = {heading: None for row in rows for heading in row}
    known = [column.heading for column in columns if column.heading in used or not rows]
    return known + [heading for heading in used if heading not in known]


def _write_sheet(
    worksheet: xlsxwriter.worksheet.Worksheet,
    name: str,
    rows: Sequence[Row],
    note: str,
    formats: Mapping[str, xlsxwriter.format.Format],
) -> None:
    columns = {column.heading: column for sheet in schema.SHEETS if sheet.name == name for column in sheet.columns}
    headings = _headings(tuple(columns.values()), rows)
    worksheet.freeze_panes(1, 0)
    for position, heading in enumerate(headings):
        worksheet.write_string(0, position, heading, formats["heading"])
        column = columns.get(heading)
        values = [_plain(row.get(heading)) for row in rows]
        for number, value in enumerate(values, start=1):
            _write_cell(worksheet, number, position, value, column, formats)
        worksheet.set_column(position, position, _width([heading, *values[:_WIDTH_SAMPLE_ROWS]]))
    if note and headings:
        worksheet.write_comment(0, 0, note, {"x_scale": 3, "y_scale": 2, "author": ""})


def _plain(value: object) -> object:
    """Return a cell value in one of the few types a cell can hold."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (frozenset, set)):
        return SEPARATOR.join(sorted(map(str, value)))
    if isinstance(value, (list, tuple)):
        return SEPARATOR.join(map(str, value))
    return value


def _write_cell(
    worksheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    position: int,
    value: object,
    column: Column | None,
    formats: Mapping[str, xlsxwriter.format.Format],
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        worksheet.write_datetime(row, position, value, formats["date"])
    elif isinstance(value, Decimal) or (isinstance(value, (int, float)) and column and column.kind is Kind.MONEY):
        worksheet.write_number(row, position, float(value), formats["money"])
    elif isinstance(value, (int, float)):
        worksheet.write_number(row, position, value)
    else:
        # As text, so that Excel does not turn "03-01" or "001" into something else when the cell is edited.
        worksheet.write_string(row, position, str(value), formats["text"])


def _width(values: Iterable[object]) -> int:
    """Return a column width in characters; Chinese characters are two wide."""
    widest = max(
        (10 if isinstance(value, date) else text_width(str(value)) for value in values if value is not None), default=0
    )
    return min(max(widest + 2, _NARROWEST), _WIDEST)


def text_width(text: str) -> int:
    """Return how wide a text prints, in Latin characters; Chinese characters count two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
