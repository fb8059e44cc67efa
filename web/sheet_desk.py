"""The rows of a job's workbook and changes to them as pages and the JSON interface meet them."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.accounts import current_account
from web.county_data import Change, PlannerSilent
from web.data_desk import Unreadable, county_data, make_changes
from web.data_view import bare_number
from web.desk import current_desk
from web.jobs import Job
from web.sheet_view import Entry, Row, SheetView, sheets_of

_log = logging.getLogger(__name__)

_NEW_ROW = "new-"


def read_sheets(job: Job) -> dict[str, SheetView]:
    """Return the sheets of what a job will be planned with, or was, by alias.

    Raises
    ------
    Unreadable
        The planner does not tell.
    """
    try:
        return sheets_of(county_data().read_sheets(job, current_desk().folder(job)))
    except (PlannerSilent, KeyError, TypeError, ValueError) as error:
        _log.exception("job %s: no sheets", job.id)
        raise Unreadable from error


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


def delete_row(job: Job, sheet: SheetView, row: Row, seen: str) -> tuple[RowFault, ...]:
    """Delete a row; return why not, if it cannot be.

    Raises
    ------
    ChangedMeanwhile
        Somebody else has changed the job since the revision ``seen``.
    PlannerSilent
        The planner has no answer.
    """
    return _make(job, [_change(sheet, row.name, action="delete")], seen, [""])


def _value(entry: Entry, typed: Mapping[str, str]) -> str:
    text = typed[entry.column]
    return bare_number(text) if entry.number else text.strip()


def _change(
    sheet: SheetView, row: str, column: str = "", value: str = "", *, action: str = "set",
    values: tuple[tuple[str, str], ...] = (),
) -> Change:  # fmt: skip
    by, now = current_account().name, time.time()
    return Change.new(sheet.name, column, (), value, by, now, action=action, row=row, values=values)


def _make(job: Job, changes: Sequence[Change], seen: str, columns: Sequence[str]) -> tuple[RowFault, ...]:
    """Make changes of one row, all or none; ``columns`` are those of the changes."""
    refusal = make_changes(job, changes, seen)
    return tuple(
        RowFault("" if number is None else fault.get("column", "") or columns[number], fault)
        for fault, number in (refusal.faults if refusal is not None else ())
    )
