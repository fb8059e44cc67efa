"""Changing a planning workbook by what its cells mean: a row, a column, a new value as a clerk types it; rows added or
deleted.

The sheets are changed here as grids of values; every cell that must be written into the file itself is noted on the
way (:mod:`.edited_file` writes them). Nothing is checked here but that the cell is there: a wrong value is written as
it stands and refused, with everything else that is wrong, by reading the changed workbook again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from planner.domain.instance import Instance
from planner.errors import Fault
from planner.model.weeks import busy_indices, calendar_names, mondays
from planner.reading.files.addresses import cell_name
from planner.workbook.cells import CellFault, is_blank, normalised, read_cell, shown
from planner.workbook.dependents import Dependent, dependents_of
from planner.workbook.faults import FaultList
from planner.workbook.read import sheet_named
from planner.workbook.schema import (
    CROP_FORM,
    FARMING,
    HOLIDAYS,
    SEPARATOR,
    SETTINGS_SHEET,
    SHEETS,
    Column,
    Kind,
    Sheet,
)
from planner.workbook.settings import setting_named
from planner.workbook.sources import RawSheet
from planner.workbook.tables import Table, TableRow, heading_row, read_table
from planner.workbook.write import cell_value

_YEAR_WEEKS = 53
"""A calendar written out by weeks covers so many weeks before and after the plan: its dates may still be moved."""

ROW_SHEETS = tuple(sheet for sheet in SHEETS if sheet.record is not None or sheet is HOLIDAYS)
"""Sheets of plain rows, to which rows may be added and from which they may be deleted."""

_TELLING_COLUMNS = 4
"""A row without a key is told by so many of its filled cells."""


class Action(StrEnum):
    """What an edit does to its row."""

    SET = "set"
    ADD = "add"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: ``value`` for ``column`` (a heading) of the row with this ``key`` (texts of the key columns).

    ``row`` names the row where there is no key to go by: its number in the file as it came, or the name that an edit
    which added the row gave it. With neither every empty cell of the column in a filled row takes the value. In sheet
    参数 the key is the setting and the column 值; in sheet 农时 the key is the calendar and the Monday. An empty value
    clears the cell.

    A row is added with ``values`` by heading, under the name ``row`` (any text that is no number; empty: none);
    a deleted row leaves an empty one, so that the numbers of the others stay. With ``dependents`` the rows that name it
    (:mod:`.dependents`) go with it, if they are no more than that; without they must find the name elsewhere.
    """

    sheet: str
    column: str = ""
    value: str = ""
    key: tuple[str, ...] = ()
    action: Action = Action.SET
    row: str = ""
    values: tuple[tuple[str, str], ...] = ()
    dependents: int = 0


@dataclass(frozen=True, slots=True)
class Along:
    """A row that names a deleted one (``names``): it goes with it, or the names are taken out of its list ``column``.

    ``row`` is its name for further edits, ``number`` its place in the sheet; ``words`` tell it.
    """

    sheet: str
    row: str
    number: int
    words: str
    names: tuple[str, ...]
    column: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """An edit that was made: the value before, as the cell showed it, and the addresses of the cells it changed.

    ``columns`` are the headings of the cells; ``words`` tell the row, as it was before the edit or was added;
    ``along`` are the rows that name a deleted one: they went with it if the edit says so; else ``named`` says what is
    wrong if they find the name nowhere.
    """

    edit: Edit
    old: str
    cells: tuple[str, ...]
    columns: tuple[str, ...] = ()
    words: str = ""
    along: tuple[Along, ...] = ()
    named: Fault | None = None


@dataclass(frozen=True, slots=True)
class CellWrite:
    """A cell to write: the sheet's title in the file, row and column from 1, a plain value; ``None`` empties it."""

    sheet: str
    row: int
    column: int
    value: object


class EditFault(Exception):
    """An edit that has no cell, or whose row others name (``along``); ``fault`` says why."""

    def __init__(self, fault: Fault, along: tuple[Along, ...] = ()) -> None:
        self.fault, self.along = fault, along
        super().__init__(str(fault))


@dataclass(slots=True)
class _Open:
    """A sheet being changed: its title, its cells, the 0-based heading row and its rows as the contract reads them."""

    title: str
    rows: list[list[Any]]
    heading: int
    table: Table
    freed: list[int] = field(default_factory=list)


class Edits:
    """Makes edits one after another on the sheets of one workbook.

    ``instance`` reads the workbook before the edits; it is asked only to write out a calendar that is given by crops.
    Rows of the sheets ``replaced`` name nothing: something else stands in their place.
    """

    def __init__(
        self, file: str, sheets: Iterable[RawSheet], instance: Callable[[], Instance], replaced: tuple[Sheet, ...] = ()
    ) -> None:
        self._file, self._instance, self._replaced = file, instance, replaced
        self._raw = {
            sheet.name: RawSheet(file, raw.name, [list(row) for row in raw.rows])
            for raw in sheets
            if (sheet := sheet_named(raw.name)) is not None
        }
        self._open: dict[str, _Open] = {}
        self._added: dict[tuple[str, str], TableRow] = {}
        self.writes: list[CellWrite] = []
        self.notes: list[str] = []

    def make(self, edit: Edit) -> Made:
        """Make one edit.

        Raises
        ------
        EditFault
            The workbook has no such sheet, column or row.
        """
        sheet = sheet_named(edit.sheet)
        if sheet is None:
            raise self._nothing(edit, f"没有名为“{edit.sheet}”的表")
        if edit.action is not Action.SET:
            if sheet not in ROW_SHEETS:
                raise self._nothing(edit, f"表“{sheet.name}”不能在这里增删行", "在工作簿中改好此表，再上传")
            return self._add(edit, sheet) if edit.action is Action.ADD else self._delete(edit, sheet)
        if sheet is SETTINGS_SHEET:
            return self._set_setting(edit)
        column = next((column for column in sheet.columns if column.heading == edit.column), None)
        if column is None:
            raise self._nothing(edit, f"表“{sheet.name}”没有“{edit.column}”一列")
        opened = self._sheet(sheet)
        if opened is None:
            raise self._nothing(edit, f"工作簿没有表“{sheet.name}”或表中没有数据", "先在工作簿中补上此表，再上传")
        if not edit.key and not edit.row:
            return self._fill(edit, opened, column)
        row = self._farming_week(edit, opened) if sheet is FARMING else self._row(edit, opened)
        old, words = shown(row.raw.get(column.alias)), _row_words(sheet, row)
        return Made(edit, old, (self._set(opened, row, column, edit.value),), (column.heading,), words)

    @property
    def names(self) -> dict[tuple[str, int], str]:
        """Names of the rows that were added, by sheet and row number."""
        return {(sheet, row.number): name for (sheet, name), row in self._added.items()}

    def _nothing(self, edit: Edit, problem: str, remedy: str = "刷新页面后重新填写") -> EditFault:
        return EditFault(Fault(self._file, edit.sheet, "", problem, " / ".join(edit.key) or edit.row, "", remedy))

    def _sheet(self, sheet: Sheet) -> _Open | None:
        """Return a sheet that has rows, opened once."""
        if sheet.name in self._open:
            return self._open[sheet.name]
        raw = self._raw.get(sheet.name)
        found = heading_row(sheet, raw) if raw is not None else None
        table = read_table(sheet, raw, FaultList(), []) if raw is not None else None
        if raw is None or found is None or table is None:
            return None
        opened = self._open[sheet.name] = _Open(raw.name, raw.rows, found[0], table)
        return opened

    def _row(self, edit: Edit, opened: _Open) -> TableRow:
        sheet = opened.table.sheet
        added = self._added.get((sheet.name, edit.row))
        for row in opened.table.rows:
            if edit.row:
                found = row is added or (added is None and str(row.number) == edit.row)
            else:
                found = tuple(_words(row.get(alias)) for alias in sheet.key) == edit.key
            if found:
                return row
        raise self._nothing(edit, f"表“{sheet.name}”中没有这一行")

    # --- rows ---

    def _add(self, edit: Edit, sheet: Sheet) -> Made:
        """Write a row below the last one; a sheet that the workbook lacks is made."""
        columns = {column.heading: column for column in sheet.columns}
        if unknown := next((heading for heading, _ in edit.values if heading not in columns), None):
            raise self._nothing(edit, f"表“{sheet.name}”没有“{unknown}”一列")
        values = {heading: text for heading, text in edit.values if text.strip()}
        if not values:
            raise self._nothing(edit, "新增的一行没有填任何内容", "填好各格再保存，或不新增")
        if edit.row.isdecimal() or (sheet.name, edit.row) in self._added:
            raise self._nothing(edit, f"新增行的名字“{edit.row}”不能用", "换一个不是数字、没有用过的名字")
        opened = self._sheet(sheet) or self._new_sheet(sheet)
        row = self._append(opened, {})
        if edit.row:
            self._added[sheet.name, edit.row] = row
        written = [
            column for column in sheet.columns if column.heading in values or column.alias in opened.table.columns
        ]
        cells = tuple(self._set(opened, row, column, values.get(column.heading, "")) for column in written)
        return Made(edit, "", cells, tuple(column.heading for column in written), _row_words(sheet, row))

    def _delete(self, edit: Edit, sheet: Sheet) -> Made:
        """Empty all cells of a row, also those the planner does not read, and, if so asked, of rows that name it."""
        opened = self._sheet(sheet)
        if opened is None:
            raise self._nothing(edit, f"工作簿没有表“{sheet.name}”或表中没有数据")
        row = self._row(edit, opened)
        words, dependents = _row_words(sheet, row), dependents_of(self._tables(), opened.table, row)
        along = tuple(self._along(one) for one in dependents)
        named = self._named(edit, opened, row, along) if along and len(along) > edit.dependents else None
        if named is not None and edit.dependents:
            raise EditFault(named, along)
        for one in dependents if named is None else ():
            holder = self._open[one.table.sheet.name]
            if one.left:
                self._set(holder, one.row, one.column, SEPARATOR.join(one.left))
            else:
                self._empty(holder, one.row)
        return Made(edit, words, self._empty(opened, row), (), words, along, named)

    def _tables(self) -> dict[str, Table]:
        """Return the sheets that have rows, by name."""
        opened = (self._sheet(sheet) for sheet in SHEETS if sheet not in self._replaced)
        return {one.table.sheet.name: one.table for one in opened if one is not None and one.table.rows}

    def _along(self, one: Dependent) -> Along:
        sheet, number = one.place
        name = self.names.get((sheet, number), str(number))
        words = _row_words(one.table.sheet, one.row)
        return Along(sheet, name, number, words, one.names, one.column.heading if one.left else "")

    def _named(self, edit: Edit, opened: _Open, row: TableRow, along: tuple[Along, ...]) -> Fault:
        """Say which rows name a row that was to be deleted without them."""
        sheet = opened.table.sheet
        first = next((alias for alias in (*sheet.key, *row.raw) if alias in row.raw), "")
        named = f"还有 {len(along)} 行要用这一行：{along_words(along)}"
        if edit.dependents:
            named = f"还有 {len(along)} 行要用这一行（确认过的是 {edit.dependents} 行）：{along_words(along)}"
        return Fault(
            self._file, sheet.name, opened.table.cell(row, first),
            named, _row_words(sheet, row), "没有别的行用它的行",
            f"先改掉那些行；或连同它们一起删除：在这项改动里写 dependents={len(along)}",
        )  # fmt: skip

    def _empty(self, opened: _Open, row: TableRow) -> tuple[str, ...]:
        """Empty a row and return the addresses of the cells that held something."""
        held = [at for at, raw in enumerate(opened.rows[row.number - 1], start=1) if not is_blank(raw)]
        for position in held:
            self._write(opened, row.number, position, None)
        opened.table.rows.remove(row)
        self._added = {name: one for name, one in self._added.items() if one is not row}
        return tuple(cell_name(row.number, position) for position in held)

    def _fill(self, edit: Edit, opened: _Open, column: Column) -> Made:
        """Write the value into every empty cell of a column."""
        rows = [row for row in opened.table.rows if column.alias not in row.raw]
        if not rows:
            raise self._nothing(edit, f"“{column.heading}”一列没有空格")
        cells = tuple(self._set(opened, row, column, edit.value) for row in rows)
        return Made(edit, "", cells, (column.heading,) * len(cells))

    # --- settings ---

    def _set_setting(self, edit: Edit) -> Made:
        column = setting_named(edit.key[0]) if edit.key else None
        if column is None:
            raise self._nothing(edit, f"没有名为“{' / '.join(edit.key)}”的参数")
        opened = self._sheet(SETTINGS_SHEET) or self._new_sheet(SETTINGS_SHEET)
        row = next((row for row in opened.table.rows if setting_named(str(row.get("key"))) is column), None)
        if row is None:
            row = self._append(opened, {"key": column.heading})
        old = shown(row.raw.get("value"))
        return Made(edit, old, (self._set(opened, row, replace(column, alias="value"), edit.value),))

    def _new_sheet(self, sheet: Sheet) -> _Open:
        """Make a sheet of headings alone, in an empty one of its name where there is one."""
        raw = self._raw.get(sheet.name)
        headings: list[Any] = [column.heading for column in sheet.columns]
        positions = {column.alias: position for position, column in enumerate(sheet.columns, start=1)}
        table = Table(sheet, self._file, positions, {}, [])
        opened = self._open[sheet.name] = _Open(raw.name if raw is not None else sheet.name, [headings], 0, table)
        for position, heading in enumerate(headings, start=1):
            self.writes.append(CellWrite(opened.title, 1, position, heading))
        return opened

    # --- farming ---

    def _farming_week(self, edit: Edit, opened: _Open) -> TableRow:
        """Return the row of a calendar's week; a calendar by crops is written out by weeks first."""
        if len(edit.key) != 2:
            raise self._nothing(edit, "农时要写明农时类型和周一日期")
        calendar, monday = edit.key
        of_calendar = [row for row in opened.table.rows if _words(row.get("calendar")) == calendar]
        if not of_calendar:
            raise self._nothing(edit, f"表“农时”中没有“{calendar}”")
        if any(alias in row.raw for row in of_calendar for alias in CROP_FORM):
            self._write_out(opened, calendar, of_calendar)
        week = next(
            (row for row in opened.table.rows if (_words(row.get("calendar")), _words(row.get("week"))) == edit.key),
            None,
        )
        if week is not None:
            return week
        try:
            return self._append(opened, {"calendar": calendar, "week": date.fromisoformat(monday)})
        except ValueError as error:
            raise self._nothing(edit, f"“{monday}”不是日期") from error

    def _write_out(self, opened: _Open, calendar: str, of_calendar: list[TableRow]) -> None:
        """Put the busy indices of a calendar's weeks in the place of its crops."""
        for row in of_calendar:
            self._empty(opened, row)
            opened.freed.append(row.number)
        instance = self._instance()
        settings = instance.settings
        wide = replace(
            instance,
            settings=replace(
                settings,
                plan_start=settings.plan_start - timedelta(weeks=_YEAR_WEEKS),
                weeks=settings.weeks + 2 * _YEAR_WEEKS,
            ),
        )
        if calendar in calendar_names(wide):
            busy = busy_indices(wide)[calendar_names(wide).index(calendar)]
            for monday, index in zip(mondays(wide), busy, strict=True):
                if index > 0:
                    self._append(opened, {"calendar": calendar, "week": monday, "busy": float(index)})
        self.notes.append(f"农时“{calendar}”原来按作物填写，改为按周填写；没有改动的各周，农忙指数与原来相同")

    # --- cells ---

    def _append(self, opened: _Open, values: dict[str, object]) -> TableRow:
        """Add a row: in place of one that was emptied, else below the last."""
        number = opened.freed.pop(0) if opened.freed else len(opened.rows) + 1
        row = TableRow(number)
        opened.table.rows.append(row)
        for alias, value in values.items():
            position = self._position(opened, opened.table.sheet.column(alias))
            row.raw[alias] = row.values[alias] = value
            self._write(opened, number, position, value)
        return row

    def _set(self, opened: _Open, row: TableRow, column: Column, text: str) -> str:
        """Write a typed value into a cell and return its address."""
        position = self._position(opened, column)
        value = _value(column, text)
        for store in (row.raw, row.values):
            store.pop(column.alias, None)
        if value is not None:
            row.raw[column.alias] = row.values[column.alias] = value
        self._write(opened, row.number, position, value)
        return cell_name(row.number, position)

    def _position(self, opened: _Open, column: Column) -> int:
        """Return where a column stands (from 1); one that the sheet lacks is added at its right."""
        if column.alias not in opened.table.columns:
            position = max(len(row) for row in opened.rows) + 1
            opened.table.columns[column.alias] = position
            self._write(opened, opened.heading + 1, position, column.heading)
        return opened.table.columns[column.alias]

    def _write(self, opened: _Open, number: int, position: int, value: object) -> None:
        while len(opened.rows) < number:
            opened.rows.append([])
        cells = opened.rows[number - 1]
        cells.extend([None] * (position - len(cells)))
        cells[position - 1] = value
        self.writes.append(CellWrite(opened.title, number, position, value))


def along_words(along: Iterable[Along]) -> str:
    """Count rows by sheet, those that only lose a name of a list apart: 需求 12 行、教师 1 行（名单里去掉）."""
    counts = Counter((one.sheet, bool(one.column)) for one in along)
    return "、".join(
        f"{sheet} {count} 行（名单里去掉）" if kept else f"{sheet} {count} 行"
        for (sheet, kept), count in counts.items()
    )


def _row_words(sheet: Sheet, row: TableRow) -> str:
    """Tell a row by its key as it stands there, numbers with their unit; without a key by its first cells."""
    columns = [sheet.column(alias) for alias in sheet.key] or list(sheet.columns)
    units = {column.alias: column.unit if column.kind is Kind.WHOLE else "" for column in columns}
    filled = [shown(row.raw[alias]) + unit for alias, unit in units.items() if alias in row.raw]
    return " · ".join(filled[: len(sheet.key) or _TELLING_COLUMNS])


def _words(value: object) -> str:
    """Return the text of a key: dates as ISO dates."""
    if isinstance(value, datetime):
        value = value.date()
    return normalised(value)


def _value(column: Column, text: str) -> object:
    """Return what the cell is to hold: a number or date where the text is one, else the text itself."""
    if not text.strip():
        return None
    try:
        value = cell_value(column, read_cell(column, text))
    except CellFault:
        return text.strip()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if column.kind in (Kind.WHOLE, Kind.NUMBER, Kind.DATE):
        return value
    return text.strip() if value is None else str(value)
