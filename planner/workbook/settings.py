"""Sheet 参数: one value per key, every other key at its default."""

from __future__ import annotations

from datetime import date
from typing import Any

from planner.domain.instance import Settings
from planner.workbook.assumptions import Assumptions
from planner.workbook.cells import CellFault, is_blank, normalised, read_cell
from planner.workbook.faults import FaultList
from planner.workbook.references import unknown_name_advice
from planner.workbook.schema import SETTINGS, Column
from planner.workbook.tables import Table, TableRow, heading_key
from planner.workbook.write import cell_value

DEFAULT_PLAN_START = date(2026, 1, 5)
"""First Monday of 2026, the latest year with a published statutory calendar; the clock is never read."""

_MONDAY = 0
_KEYS = {heading_key(name): column for column in SETTINGS for name in (column.heading, column.alias)}


def setting_named(name: str) -> Column | None:
    """Return the setting that a key of sheet 参数 names, also with a unit in brackets behind it."""
    key = heading_key(name)
    return _KEYS.get(key) or _KEYS.get(heading_key(key.partition("(")[0]))


def read_settings(table: Table | None, assumptions: Assumptions, faults: FaultList) -> Settings:
    """Return the settings; a key with a fault takes its default, so that later checks can go on."""
    values: dict[str, Any] = {}
    for column, value in _given_values(table, faults).items():
        values[column.attribute] = value
    missing = [column for column in SETTINGS if column.attribute not in values]
    if missing:
        assumptions.settings([(column, _default_words(column)) for column in missing])
    values.setdefault("plan_start", DEFAULT_PLAN_START)
    return Settings(**values)


def _default_words(column: Column) -> str:
    if column.default_text:
        return f"为{column.default_text}"
    value = cell_value(column, column.default)
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    unit = "" if column.unit in ("", "0–1") else f" {column.unit}"
    return f" {shown}{unit}"


def _given_values(table: Table | None, faults: FaultList) -> dict[Column, object]:
    values: dict[Column, object] = {}
    if table is None or not table.complete:
        return values
    first_cells: dict[Column, str] = {}
    for row in table.rows:
        if "key" in row.faulty:
            continue
        name = str(row.get("key"))
        column = setting_named(name)
        if column is None:
            known = frozenset(setting.heading for setting in SETTINGS)
            _, remedy = unknown_name_advice("参数", name, known)
            allowed = "、".join(setting.heading for setting in SETTINGS)
            remedy = remedy.removesuffix("改正名称，或在表“参数”中补上") + "改正参数名，或删去此行"
            table.fault(faults, row, "key", f"没有名为“{normalised(name)}”的参数", allowed=allowed, remedy=remedy)
        elif column in first_cells:
            table.fault(
                faults,
                row,
                "key",
                f"重复：与 {first_cells[column]} 同为{column.heading}",
                allowed="每个参数只出现一行",
                remedy="删去其中一行",
            )
        else:
            first_cells[column] = table.cell(row, "key")
            _read_setting(table, row, column, values, faults)
    return values


def _read_setting(table: Table, row: TableRow, column: Column, values: dict[Column, object], faults: FaultList) -> None:
    if is_blank(row.raw.get("value")):
        return
    try:
        value = read_cell(column, row.raw["value"])
    except CellFault as fault:
        table.fault(faults, row, "value", fault.problem, allowed=fault.allowed, remedy=fault.remedy)
        return
    if column.alias == "plan_start" and isinstance(value, date) and value.weekday() != _MONDAY:
        table.fault(faults, row, "value", "计划开始不是周一", allowed="周一", remedy="改为当周或下周的周一")
    values[column] = value
