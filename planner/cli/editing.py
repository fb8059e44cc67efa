"""The ``edit`` verb: a changed copy of a workbook, read again at once, with every fault at the change that made it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from planner.cli.inspection import inspection
from planner.cli.overview import overview
from planner.cli.sheets import sheets_told
from planner.errors import BadInput, Fault
from planner.export.files import whole_file
from planner.reading.counted import read_counted
from planner.reading.county import with_counted
from planner.workbook.edited_file import write_edited
from planner.workbook.edits import Action, Along, Edit, EditFault, Edits, Made
from planner.workbook.read import ReadResult, read_workbook, sheet_named
from planner.workbook.schema import COHORTS, DEMAND
from planner.workbook.sources import read_source

_FORMS = (
    "sheet、column、value、key 或 row；新增行 action=add、sheet、values；"
    "删除行 action=delete、sheet、key 或 row，连同用它的行一起删除再加 dependents（行数）"
)

_FIRST_ROWS = 8
"""Rows that are told one by one of those that name a deleted one; the others are counted."""


@dataclass(frozen=True, slots=True)
class EditRequest:
    """Which workbook to change and how, and where the copy goes; ``counts`` is what township files came to.

    With ``sheets`` the answer lists the rows of the changed workbook.
    """

    workbook: Path
    edits: tuple[Edit, ...]
    out: Path
    counts: Path | None = None
    sheets: bool = False


class EditsRefused(Exception):
    """The changed workbook cannot be planned with: ``faults``, each with the number of its edit or ``None``.

    ``columns`` are the headings of the faults' cells, as far as edits wrote them; ``along`` are, by number of the edit,
    the rows that name the one it was to delete.
    """

    def __init__(
        self, faults: Sequence[tuple[Fault, int | None]], columns: Sequence[str] = (),
        along: Mapping[int, tuple[Along, ...]] | None = None,
    ) -> None:  # fmt: skip
        self.faults, self.along = tuple(faults), dict(along or {})
        self.columns = tuple(columns) or ("",) * len(self.faults)
        super().__init__("\n".join(str(fault) for fault, _ in faults))

    def as_json(self) -> dict[str, Any]:
        """Return what programs are told."""
        told = zip(self.faults, self.columns, strict=True)
        faults = [
            asdict(fault) | {"edit": number, "column": column, "dependents": along_told(self._along(number))}
            for (fault, number), column in told
        ]
        return {"ok": False, "faults": faults}

    def _along(self, number: int | None) -> Sequence[Along]:
        return () if number is None else self.along.get(number, ())


def along_told(along: Sequence[Along]) -> list[dict[str, Any]]:
    """Tell programs of the rows that name a deleted one, by sheet: how many, how many stay without it, the first."""
    by_sheet: dict[str, list[Along]] = {}
    for one in along:
        by_sheet.setdefault(one.sheet, []).append(one)
    return [
        {
            "sheet": name,
            "rows": len(rows),
            "shortened": sum(bool(one.column) for one in rows),
            "names": list(dict.fromkeys(name for one in rows for name in one.names)),
            "first": [{"row": one.row, "words": one.words, "column": one.column} for one in rows[:_FIRST_ROWS]],
        }
        for name, rows in by_sheet.items()
    ]


def read_edits(path: Path) -> tuple[Edit, ...]:
    """Read a list of edits from JSON.

    Objects with ``sheet``, ``column``, ``value`` and ``key`` (a list of texts) or ``row``; with ``action`` ``add``
    they have ``values`` by heading and perhaps ``row``, with ``delete`` only the row.

    Raises
    ------
    BadInput
        It is no such list.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return tuple(map(_edit_of_json, found))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        allowed, remedy = f"JSON 数组，每项有 {_FORMS}", "照文档改正后重试"
        fault = Fault(path.name, "", "", "改动清单读不懂", type(error).__name__, allowed, remedy)
        raise BadInput([fault]) from error


def _edit_of_json(one: dict[str, Any]) -> Edit:
    action, sheet = Action(one.get("action", "set")), str(one["sheet"])
    key, row = tuple(map(str, one.get("key", []))), str(one.get("row", ""))
    if action is Action.SET:
        return Edit(sheet, str(one["column"]), str(one["value"]), key, row=row)
    if action is Action.DELETE:
        if not key and not row:
            raise KeyError("row")
        return Edit(sheet, key=key, action=action, row=row, dependents=_count(one.get("dependents", 0)))
    added = one["values"].items() if action is Action.ADD else ()
    return Edit(sheet, key=key, action=action, row=row, values=tuple((str(h), str(v)) for h, v in added))


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("dependents")
    return value


def edit_workbook(request: EditRequest) -> dict[str, Any]:
    """Write the changed copy, read it, and return what was changed and what the workbook now says.

    Raises
    ------
    BadInput
        The workbook itself cannot be read.
    EditsRefused
        The changed workbook cannot be planned with; no copy is left.
    """
    source = read_source(request.workbook)
    replaced = (COHORTS, DEMAND) if request.counts is not None else ()
    edits = Edits(
        request.workbook.name, source.sheets, lambda: read_planned(request.workbook, request.counts).instance, replaced
    )
    made = _make(edits, request.edits)
    with whole_file(request.out) as draft:
        notes = [*edits.notes, *write_edited(request.workbook, source.sheets, edits.writes, draft)]
        try:
            after = read_planned(draft, request.counts, keep_tables=request.sheets)
        except BadInput as error:
            name = request.workbook.name
            places = [_place_of(fault, made) for fault in error.faults]
            told = [(replace(f, file=name), number) for f, (number, _) in zip(error.faults, places, strict=True)]
            raise _with_named(told, [column for _, column in places], made) from error
    changes = [
        {"action": one.edit.action.value, "old": one.old, "new": _new(one), "cells": list(one.cells), "row": one.words}
        | ({"dependents": along_told(one.along)} if one.along and one.named is None else {})
        for one in made
    ]
    sheets = {"sheets": sheets_told(after, edits.names, counted=request.counts is not None)} if request.sheets else {}
    told_data = {"changes": changes, "edit_notes": notes, "data": overview(after)}
    return told_data | sheets | inspection(after, with_weeks=False)


def _new(one: Made) -> str:
    """What an edit left: a value, the words of a row that was added, nothing of one that was deleted."""
    return {Action.SET: one.edit.value.strip(), Action.ADD: one.words, Action.DELETE: ""}[one.edit.action]


def edit_lines(made: dict[str, Any]) -> list[str]:
    """The same in Chinese sentences."""
    lines = [
        f"{'、'.join(change['cells'][:8])}{' 等' if len(change['cells']) > 8 else ''}：{_line(change)}"
        for change in made["changes"]
    ]
    return [*lines, *(f"说明：{note}" for note in made["edit_notes"]), f"已核对：{len(lines)} 项改动，没有错误"]


def _line(change: dict[str, Any]) -> str:
    if change["action"] == Action.ADD:
        return f"新增一行“{change['new']}”"
    if change["action"] == Action.DELETE:
        along = "、".join(f"{one['sheet']} {one['rows']} 行" for one in change.get("dependents", ()))
        return f"删除一行“{change['old']}”" + (f"，一并处理用它的 {along}" if along else "")
    return f"“{change['old']}”改为“{change['new']}”"


def _make(edits: Edits, wanted: Sequence[Edit]) -> list[Made]:
    """Make all edits, or refuse them with everything that stands against one of them."""
    made: list[Made] = []
    faults: list[tuple[Fault, int | None]] = []
    along: dict[int, tuple[Along, ...]] = {}
    for number, edit in enumerate(wanted):
        try:
            made.append(edits.make(edit))
        except EditFault as error:
            faults.append((error.fault, number))
            along[number] = error.along
    if faults:
        raise EditsRefused(faults, along=along)
    return made


def _with_named(
    faults: Sequence[tuple[Fault, int | None]], columns: Sequence[str], made: Sequence[Made]
) -> EditsRefused:
    """Say of a deleted row that others still name how many do, in place of a fault at each of them."""
    along: dict[int, tuple[Along, ...]] = {}
    named: list[tuple[Fault, int | None]] = []
    rest = list(zip(faults, columns, strict=True))
    for number, one in enumerate(made):
        rows = {(each.sheet, each.number) for each in one.along}
        kept = [entry for entry in rest if (entry[0][0].sheet, _row_number(entry[0][0].cell)) not in rows]
        if one.named is not None and len(kept) < len(rest):
            rest, along[number] = kept, one.along
            named.append((one.named, number))
    told = [*named, *(entry for entry, _ in rest)]
    return EditsRefused(told, [*("" for _ in named), *(column for _, column in rest)], along)


def _row_number(cell: str) -> int:
    return int("".join(filter(str.isdigit, cell)) or 0)


def _place_of(fault: Fault, made: Sequence[Made]) -> tuple[int | None, str]:
    """Return the last edit that wrote the cell of a fault, and the heading of the cell's column."""
    for number, one in reversed(list(enumerate(made))):
        sheet = sheet_named(one.edit.sheet)
        if sheet is not None and sheet.name == fault.sheet and fault.cell in one.cells:
            return number, dict(zip(one.cells, one.columns, strict=False)).get(fault.cell, "")
    return None, ""


def read_planned(workbook: Path, counts: Path | None, *, keep_tables: bool = False) -> ReadResult:
    """Read a workbook, with what township files came to in place of its own cohorts and wishes."""
    if counts is None:
        return read_workbook(workbook, keep_tables=keep_tables)
    return with_counted(workbook, read_counted(counts), keep_tables=keep_tables)
