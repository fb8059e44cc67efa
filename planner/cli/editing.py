"""The ``edit`` verb: a changed copy of a workbook, read again at once, with every fault at the change that made it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from planner.cli.inspection import inspection
from planner.cli.overview import overview
from planner.errors import BadInput, Fault
from planner.export.files import whole_file
from planner.reading.counted import read_counted
from planner.reading.county import with_counted
from planner.workbook.edited_file import write_edited
from planner.workbook.edits import Edit, EditFault, Edits, Made
from planner.workbook.read import ReadResult, read_workbook
from planner.workbook.sources import read_source

_PARTS = ("sheet", "column", "value", "key")


@dataclass(frozen=True, slots=True)
class EditRequest:
    """Which workbook to change and how, and where the copy goes; ``counts`` is what township files came to."""

    workbook: Path
    edits: tuple[Edit, ...]
    out: Path
    counts: Path | None = None


class EditsRefused(Exception):
    """The changed workbook cannot be planned with: ``faults``, each with the number of its edit or ``None``."""

    def __init__(self, faults: Sequence[tuple[Fault, int | None]]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault, _ in faults))

    def as_json(self) -> dict[str, Any]:
        """Return what programs are told."""
        return {"ok": False, "faults": [asdict(fault) | {"edit": number} for fault, number in self.faults]}


def read_edits(path: Path) -> tuple[Edit, ...]:
    """Read a list of edits from JSON: objects with ``sheet``, ``column``, ``value`` and ``key`` (a list of texts).

    Raises
    ------
    BadInput
        It is no such list.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Edit(str(one["sheet"]), str(one["column"]), str(one["value"]), tuple(map(str, one.get("key", []))))
            for one in found
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        allowed, remedy = f"JSON 数组，每项有 {'、'.join(_PARTS)}", "照文档改正后重试"
        fault = Fault(path.name, "", "", "改动清单读不懂", type(error).__name__, allowed, remedy)
        raise BadInput([fault]) from error


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
    edits = Edits(request.workbook.name, source.sheets, lambda: read_planned(request.workbook, request.counts).instance)
    made, faults = _make(edits, request.edits)
    if faults:
        raise EditsRefused(faults)
    with whole_file(request.out) as draft:
        notes = [*edits.notes, *write_edited(request.workbook, source.sheets, edits.writes, draft)]
        try:
            after = read_planned(draft, request.counts)
        except BadInput as error:
            name = request.workbook.name
            told = [(replace(fault, file=name), _edit_of(fault, made)) for fault in error.faults]
            raise EditsRefused(told) from error
    return {
        "changes": [{"old": one.old, "new": one.edit.value.strip(), "cells": list(one.cells)} for one in made],
        "edit_notes": notes,
        "data": overview(after),
    } | inspection(after, with_weeks=False)


def edit_lines(made: dict[str, Any]) -> list[str]:
    """The same in Chinese sentences."""
    lines = [
        f"{'、'.join(change['cells'][:8])}{' 等' if len(change['cells']) > 8 else ''}："
        f"“{change['old']}”改为“{change['new']}”"
        for change in made["changes"]
    ]
    return [*lines, *(f"说明：{note}" for note in made["edit_notes"]), f"已核对：{len(lines)} 项改动，没有错误"]


def _make(edits: Edits, wanted: Sequence[Edit]) -> tuple[list[Made], list[tuple[Fault, int | None]]]:
    made: list[Made] = []
    faults: list[tuple[Fault, int | None]] = []
    for number, edit in enumerate(wanted):
        try:
            made.append(edits.make(edit))
        except EditFault as error:
            faults.append((error.fault, number))
    return made, faults


def _edit_of(fault: Fault, made: Sequence[Made]) -> int | None:
    """Return the last edit that wrote the cell of a fault."""
    numbers = [n for n, one in enumerate(made) if one.edit.sheet == fault.sheet and fault.cell in one.cells]
    return numbers[-1] if numbers else None


def read_planned(workbook: Path, counts: Path | None) -> ReadResult:
    """Read a workbook, with what township files came to in place of its own cohorts and wishes."""
    return read_workbook(workbook) if counts is None else with_counted(workbook, read_counted(counts))
