"""The rows of a job's workbook and changes to them as pages and the JSON interface meet them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.accounts import current_account
from web.county_data import Change, Dependents, Refusal, read_changes
from web.data_desk import county_data, make_changes, readable
from web.data_view import bare_number
from web.desk import current_desk
from web.jobs import Job
from web.journal import add_detail
from web.sheet_view import Entry, Row, SheetView, sheets_of

_NEW_ROW = "new-"


def read_sheets(job: Job) -> dict[str, SheetView]:
    """Return the sheets of what a job will be planned with, or was, by alias.

    Raises
    ------
    Unreadable
        The planner does not tell.
    """
    with readable(job):
        return sheets_of(county_data().read_sheets(job, current_desk().folder(job)))


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row: ``column`` is the heading of the field, empty when it stands elsewhere."""

    column: str
    fault: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SavedRow:
    """What came of a row that was typed: its name, how many cells differ, and why it was refused, if it was."""

    name: str
    changed: int
    faults: tuple[RowFault, ...] = ()


def save_row(job: Job, sheet: SheetView, row: Row | None, typed: Mapping[str, str], seen: str) -> SavedRow:
    """Change the cells of a row that differ from what was typed by heading; without a row a new one is added.

    Raises
    ------
    ChangedMeanwhile
        Somebody else has changed the job since the revision ``seen``.
    PlannerSilent
        The planner has no answer.
    """
    entries = sheet.entries(row)
    wanted = tuple(entry for entry in entries if entry.column in typed and entry.differs(typed[entry.column]))
    name = row.name if row is not None else f"{_NEW_ROW}{secrets.token_hex(6)}"
    if not wanted and row is not None:
        return SavedRow(name, 0)
    texts = [(entry.column, _value(entry, typed)) for entry in wanted]
    if row is None:
        changes, columns = [_change(sheet, name, action="add", values=tuple(texts))], [""]
    else:
        changes, columns = [_change(sheet, name, *one) for one in texts], [column for column, _ in texts]
    return SavedRow(name, len(wanted), _make(job, changes, seen, columns))


@dataclass(frozen=True, slots=True)
class DeletedRow:
    """What came of a row to be deleted: why it was not, if it was not, and the rows that name it and go or went along.

    ``along`` are those that it cannot be deleted without; ``gone`` is how many went with it, by sheet.
    """

    faults: tuple[RowFault, ...] = ()
    along: tuple[Dependents, ...] = ()
    gone: tuple[tuple[str, int], ...] = ()

    @property
    def rows_along(self) -> int:
        """How many rows name it: the number that has to be confirmed."""
        return sum(one.rows for one in self.along)

    @property
    def rows_gone(self) -> int:
        """How many rows went with it."""
        return sum(rows for _, rows in self.gone)


def delete_row(job: Job, sheet: SheetView, row: Row, seen: str, dependents: int = 0) -> DeletedRow:
    """Delete a row, with no more than so many rows that name it; say why not, if it cannot be.

    Raises
    ------
    ChangedMeanwhile
        Somebody else has changed the job since the revision ``seen``.
    PlannerSilent
        The planner has no answer.
    """
    change = _change(sheet, row.name, action="delete", dependents=dependents)
    refusal = make_changes(job, [change], seen)
    if refusal is not None:
        return DeletedRow(_faults(refusal, [""]), refusal.dependents)
    kept = read_changes(current_desk().folder(job))
    gone = next((one.along for one in kept if one.id == change.id), ())
    if gone:
        add_detail(rows=1 + sum(rows for _, rows in gone), along=dict(gone))
    return DeletedRow(gone=gone)


def _value(entry: Entry, typed: Mapping[str, str]) -> str:
    text = typed[entry.column]
    return bare_number(text) if entry.number else text.strip()


def _change(
    sheet: SheetView, row: str, column: str = "", value: str = "", *, action: str = "set",
    values: tuple[tuple[str, str], ...] = (), dependents: int = 0,
) -> Change:  # fmt: skip
    by, now = current_account().name, time.time()
    return Change.new(
        sheet.name, column, (), value, by, now, action=action, row=row, values=values, dependents=dependents
    )


def _make(job: Job, changes: Sequence[Change], seen: str, columns: Sequence[str]) -> tuple[RowFault, ...]:
    """Make changes of one row, all or none; ``columns`` are those of the changes."""
    refusal = make_changes(job, changes, seen)
    return () if refusal is None else _faults(refusal, columns)


def _faults(refusal: Refusal, columns: Sequence[str]) -> tuple[RowFault, ...]:
    return tuple(
        RowFault("" if number is None else fault.get("column", "") or columns[number], fault)
        for fault, number in refusal.faults
    )
