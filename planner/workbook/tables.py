"""From the raw cells of a sheet to rows of typed values, by the sheet's declaration.

The heading row is the one among the first rows that holds most of the declared headings, so a title above
the table does no harm. Every cell that cannot be read becomes a fault at its address; the rest of the row
is still read, so that one pass finds everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.reading.files.addresses import cell_name
from planner.workbook.cells import CellFault, allowed_text, is_blank, normalised, read_cell, shown
from planner.workbook.faults import FaultList
from planner.workbook.schema import GROUPS, SETTING_WORDS, SETTINGS_SHEET, Column, Sheet
from planner.workbook.sources import RawSheet

_HEADING_SEARCH_ROWS = 10
_NO_TAGS = frozenset({"序号", "编号", "备注", "说明"})
_TAG_WORDS = {"是": True, "否": False, "√": True, "×": False, "TRUE": True, "FALSE": False, "Y": True, "N": False}


@dataclass(slots=True)
class TableRow:
    """One row: ``values`` and ``raw`` by column alias (empty cells are absent), ``faulty`` the unreadable ones.

    The type of a value follows from the kind of its column.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, object] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)

    def get(self, alias: str) -> Any:
        """Return the value of a column, ``None`` when it is empty, unreadable or 全部."""
        return self.values.get(alias)


@dataclass(slots=True)
class Table:
    """A sheet as read. ``columns`` and ``tags`` give 1-based positions by alias and by tag.

    ``complete`` says that no required column is missing.
    """

    sheet: Sheet
    file: str
    columns: dict[str, int]
    tags: dict[str, int]
    rows: list[TableRow]
    complete: bool = True

    def cell(self, row: TableRow, alias: str) -> str:
        """Return the address of a cell, empty when the sheet lacks the column."""
        return cell_name(row.number, self.columns[alias]) if alias in self.columns else ""

    def fault(
        self, faults: FaultList, row: TableRow, alias: str, problem: str, *, allowed: str = "", remedy: str = ""
    ) -> None:
        """Add a fault at a cell of this table, showing what the cell holds."""
        row.faulty.add(alias)
        found = shown(row.raw.get(alias))
        faults.add(
            self.file, self.sheet.name, self.cell(row, alias), problem, found=found, allowed=allowed, remedy=remedy
        )


def heading_key(raw: object) -> str:
    """Return a heading without white space, required marks and case, with blanks of English names as ``_``."""
    text = normalised(raw).strip("*").strip()
    return (text.replace(" ", "_") if text.isascii() else text.replace(" ", "")).casefold()


def read_table(sheet: Sheet, raw: RawSheet, faults: FaultList, notes: list[str]) -> Table | None:
    """Read one sheet; ``None`` when it is empty or its headings cannot be told apart."""
    found = heading_row(sheet, raw)
    if found is None:
        return None
    position, headings = found
    columns, unknown = _match_headings(sheet, raw, position, headings, faults)
    if position:
        notes.append(f"{sheet.name}：第 {position + 1} 行为表头，以上 {position} 行未读")
    tags = _tag_columns(raw, position, unknown) if sheet is GROUPS else {}
    ignored = [text for text in unknown if text not in tags and not (sheet is SETTINGS_SHEET and text == SETTING_WORDS)]
    if ignored:
        notes.append(f"{sheet.name}：未使用的列 {'、'.join(ignored)}")
    table = Table(sheet, raw.file, columns, tags, [])
    _check_required_columns(table, headings, position, faults)
    for number, cells in enumerate(raw.rows[position + 1 :], start=position + 2):
        row = _read_row(table, number, cells, faults)
        if row is not None:
            table.rows.append(row)
    _check_duplicates(table, faults)
    return table


def heading_row(sheet: Sheet, raw: RawSheet) -> tuple[int, list[str]] | None:
    """Return the 0-based position of the heading row and its texts; ``None`` when the sheet is empty."""
    names = _columns_by_name(sheet)
    best: tuple[int, int, list[str]] | None = None
    for position, cells in enumerate(raw.rows):
        texts = [normalised(cell) for cell in cells]
        if not any(texts):
            continue
        recognised = sum(_column_of(names, text) is not None for text in texts)
        if best is None or recognised > best[0]:
            best = (recognised, position, texts)
        if position >= _HEADING_SEARCH_ROWS:
            break
    return best[1:] if best else None


def _columns_by_name(sheet: Sheet) -> dict[str, Column]:
    """Return the sheet's columns by every heading that the reader accepts."""
    return {
        heading_key(name): column
        for column in sheet.columns
        for name in (column.heading, column.alias, *column.other_names)
    }


def _column_of(names: Mapping[str, Column], text: str) -> Column | None:
    """Return the column a heading names, also with a unit or alias in brackets behind it: 金额(元)."""
    key = heading_key(text)
    return names.get(key) or names.get(heading_key(key.partition("(")[0]))


def _match_headings(
    sheet: Sheet, raw: RawSheet, position: int, headings: list[str], faults: FaultList
) -> tuple[dict[str, int], dict[str, int]]:
    """Return the positions of declared columns by alias and of other headings by text, counted from 1."""
    names = _columns_by_name(sheet)
    columns: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for number, text in enumerate(headings, start=1):
        column = _column_of(names, text)
        if not text:
            continue
        if column is None:
            unknown.setdefault(text, number)
        elif column.alias in columns:
            first = cell_name(position + 1, columns[column.alias])
            faults.add(
                raw.file,
                sheet.name,
                cell_name(position + 1, number),
                f"表头重复：与 {first} 同为“{column.heading}”",
                found=text,
                remedy="删去或改名其中一列",
            )
        else:
            columns[column.alias] = number
    return columns, unknown


def _tag_columns(raw: RawSheet, position: int, unknown: dict[str, int]) -> dict[str, int]:
    """Return the columns of 群体 that are tags: empty ones and those that say 是 or 否 somewhere."""
    tags = {}
    for text, number in unknown.items():
        cells = [normalised(row[number - 1]).upper() for row in raw.rows[position + 1 :] if len(row) >= number]
        filled = [cell for cell in cells if cell]
        if text not in _NO_TAGS and (not filled or any(cell in _TAG_WORDS for cell in filled)):
            tags[text] = number
    return tags


def _check_required_columns(table: Table, headings: list[str], position: int, faults: FaultList) -> None:
    missing = [column for column in table.sheet.columns if column.required and column.alias not in table.columns]
    table.complete = not missing
    texts = [text for text in headings if text]
    listed = "、".join(texts[:30]) + ("……" if len(texts) > 30 else "")
    for column in missing:
        faults.add(
            table.file,
            table.sheet.name,
            "",
            f"缺少必需的列“{column.heading}”",
            found=f"第 {position + 1} 行表头：{listed}",
            allowed=f"“{column.heading}”或“{column.alias}”",
            remedy=f"在表头行补上“{column.heading}”一列",
        )


def _read_row(table: Table, number: int, cells: list[Any], faults: FaultList) -> TableRow | None:
    """Read one row; ``None`` when it is empty in every declared column."""
    row = TableRow(number)
    for column in table.sheet.columns:
        position = table.columns.get(column.alias)
        if position and position <= len(cells) and not is_blank(cells[position - 1]):
            row.raw[column.alias] = cells[position - 1]
    if not row.raw:
        return None
    for column in table.sheet.columns:
        if column.alias in row.raw:
            _read_value(table, row, column, faults)
        elif column.required and column.alias in table.columns:
            table.fault(
                faults,
                row,
                column.alias,
                f"{column.heading}未填",
                allowed=allowed_text(column),
                remedy="补填此格，或删去整行",
            )
    for tag, position in table.tags.items():
        _read_tag(table, row, tag, cells[position - 1] if position <= len(cells) else None, faults)
    return row


def _read_value(table: Table, row: TableRow, column: Column, faults: FaultList) -> None:
    try:
        row.values[column.alias] = read_cell(column, row.raw[column.alias])
    except CellFault as fault:
        table.fault(faults, row, column.alias, fault.problem, allowed=fault.allowed, remedy=fault.remedy)


def _read_tag(table: Table, row: TableRow, tag: str, raw: object, faults: FaultList) -> None:
    if is_blank(raw):
        return
    word = normalised(raw).upper()
    if word not in _TAG_WORDS:
        faults.add(
            table.file,
            table.sheet.name,
            cell_name(row.number, table.tags[tag]),
            f"标签列“{tag}”只能填 是 或 否",
            found=shown(raw),
            allowed="是、否",
            remedy="填 是 或 否；此列若不是标签，请改名为“备注”",
        )
    elif _TAG_WORDS[word]:
        row.tags.add(tag)


def _check_duplicates(table: Table, faults: FaultList) -> None:
    """Report rows with the key of an earlier row, naming both places."""
    key = table.sheet.key
    if any(table.sheet.column(alias).required and alias not in table.columns for alias in key):
        return  # Without its column the key says nothing, and the column is reported already.
    first: dict[tuple[object, ...], TableRow] = {}
    for row in table.rows:
        if not key or row.faulty & set(key):
            continue
        values = tuple(row.get(alias) for alias in key)
        if values not in first:
            first[values] = row
            continue
        alias = next(alias for alias in key if alias in table.columns)
        what = "、".join(table.sheet.column(alias).heading for alias in key if alias in row.raw)
        faults.add(
            table.file,
            table.sheet.name,
            table.cell(row, alias),
            f"重复：与 {table.cell(first[values], alias)} 的{what}相同",
            found=" / ".join(shown(row.raw[alias]) for alias in key if alias in row.raw),
            allowed="每个组合只出现一行",
            remedy="合并或删去其中一行",
        )
