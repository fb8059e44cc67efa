"""Which names exist, and the check that every reference names one of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import cache

from planner.domain.instance import DEFAULT_AGE_BANDS, DEFAULT_GROUPS
from planner.workbook.catalogue import load_catalogue
from planner.workbook.cells import shown
from planner.workbook.faults import FaultList
from planner.workbook.schema import DEMAND, SHEETS
from planner.workbook.tables import Table, TableRow

DEFAULT_PROVIDER = "全县统一承训"
"""Name of the one provider assumed without sheet 机构 (contract notes, point 4)."""

_COURSE_OF_DEMAND = DEMAND.column("course")
_LISTED_NAMES = 8

Tables = Mapping[str, Table]
Names = dict[str, frozenset[str] | None]
"""Known names by kind; ``None`` when they cannot be told because their sheet is faulty or has no list."""


def known_names(tables: Tables) -> Names:
    """Return the names each kind of reference may use, defaults of absent sheets included."""
    demand = tables.get("需求")
    townships = _names(tables, "乡镇", "township", _values(demand, "township"))
    catalogue = {entry.course.name: entry.course.industry for entry in load_catalogue()}
    demanded = _values(demand, "course")
    courses = _names(tables, "课程", "course", demanded & frozenset(catalogue) if demanded is not None else None)
    if "课程" in tables:
        industries = _values(tables["课程"], "industry")
    else:
        industries = None if courses is None else frozenset(catalogue[name] for name in courses)
    return {
        "乡镇": townships,
        "课程": courses,
        "产业": industries,
        "农时": _values(tables.get("农时"), "calendar"),
        "群体": _names(tables, "群体", "group", frozenset(group.name for group in DEFAULT_GROUPS)),
        "标签": _tags(tables),
        "年龄段": _names(tables, "年龄段", "age_band", frozenset(band.name for band in DEFAULT_AGE_BANDS)),
        "机构": _names(tables, "机构", "provider", frozenset({DEFAULT_PROVIDER})),
        "场地": _names(tables, "场地", "venue", townships),
        "资金": _values(tables.get("资金"), "fund"),
        "区县": _values(tables["乡镇"], "county") if "乡镇" in tables else frozenset(),
    }


def check_references(tables: Tables, names: Names, faults: FaultList) -> None:
    """Report every cell that names something unknown."""
    for sheet in SHEETS:
        table = tables.get(sheet.name)
        if table is None:
            continue
        for column in sheet.columns:
            known = names.get(column.refers_to) if column.refers_to else None
            if known is None:
                continue
            if column is _COURSE_OF_DEMAND and "课程" not in tables:
                _check_catalogue(table, faults)
                continue
            for row in table.rows:
                if column.alias not in row.faulty:
                    _check_cell(table, row, column.alias, column.refers_to, known, faults)


def unknown_name_advice(kind: str, name: str, known: frozenset[str]) -> tuple[str, str]:
    """Return what is allowed and what to do about an unknown name."""
    listed = sorted(known)
    allowed = "、".join(listed[:_LISTED_NAMES]) + (f" 等 {len(listed)} 个" if len(listed) > _LISTED_NAMES else "")
    close = _closest(name, known)
    remedy = f"是否为“{close}”？" if close else ""
    return allowed or f"没有可用的{kind}", remedy + _WHERE_TO_ADD.get(kind, f"改正名称，或在表“{kind}”中补上")


_WHERE_TO_ADD = {
    "标签": "改正名称，或在表“群体”中增加同名的标签列",
    "区县": "改正名称，或在表“乡镇”的区县一列补上",
    "产业": "改正名称，或在表“课程”的产业一列补上",
}


def _check_catalogue(demand: Table, faults: FaultList) -> None:
    """Without sheet 课程 the catalogue must hold every course of 需求."""
    known = {entry.course.name for entry in load_catalogue()}
    for row in demand.rows:
        name = row.get("course")
        if name is not None and name not in known:
            demand.fault(
                faults,
                row,
                "course",
                f"没有表“课程”，而内置课程目录里没有“{shown(name)}”",
                allowed=f"内置目录的 {len(known)} 门课程",
                remedy="加一张表“课程”，写明各课程的课日、补贴等，或改用目录中的名称",
            )


def _check_cell(table: Table, row: TableRow, alias: str, kind: str, known: frozenset[str], faults: FaultList) -> None:
    value = row.get(alias)
    named: Iterable[str] = sorted(value) if isinstance(value, (frozenset, tuple)) else (value,) if value else ()
    for name in named:
        if name not in known:
            allowed, remedy = unknown_name_advice(kind, name, known)
            table.fault(faults, row, alias, f"没有名为“{shown(name)}”的{kind}", allowed=allowed, remedy=remedy)


def _values(table: Table | None, alias: str) -> frozenset[str] | None:
    if table is None:
        return None
    column = table.sheet.column(alias)
    if column.required and alias not in table.columns:
        return None
    return frozenset(str(row.get(alias)) for row in table.rows if row.get(alias))


def _names(tables: Tables, sheet: str, alias: str, default: frozenset[str] | None) -> frozenset[str] | None:
    return _values(tables[sheet], alias) if sheet in tables else default


def _tags(tables: Tables) -> frozenset[str]:
    if "群体" in tables:
        return frozenset(tables["群体"].tags)
    return frozenset(tag for group in DEFAULT_GROUPS for tag in group.tags)


@cache
def _closest(name: str, known: frozenset[str]) -> str:
    return next(iter(difflib.get_close_matches(name, sorted(known), 1, 0.5)), "")
