"""What a version before accounts left in the data folder: its record of jobs goes to the first bureau.

The job folders stay where they are, since they are named by the jobs' ids, which stay the same.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import select

from web.store import audit
from web.store.database import Database
from web.store.models import JobRow
from web.store.tenancy import Actor, acting

_log = logging.getLogger(__name__)

OLD_FILE = "jobs.sqlite3"
"""Name of the record of the version before; afterwards it is kept under another name."""

TAKEN_OVER = ".taken-over"

_JSON: dict[str, Any] = {"summary": None, "faults": [], "clashes": []}
_WORDS_OF_TRUTH = ("bundled", "stop_requested", "timetable")
_COLUMNS = (
    "id", "state", "title", "file_name", "created_at", "bundled", "time_limit_seconds", "budget_yuan", "queued_at",
    "started_at", "finished_at", "stop_requested", "failure", "expected_jobs", "summary", "faults", "clashes",
    "timetable", "papers", "papers_failure", "papers_note",
)  # fmt: skip


def take_over(database: Database, folder: Path, actor: Actor) -> int:
    """Give the jobs of the old record to somebody's bureau; return how many there were.

    Jobs that are in the new database already stay as they are there. The old file is kept under another name.
    """
    old = Path(folder) / OLD_FILE
    if not old.is_file():
        return 0
    taken = 0
    with acting(actor), database.writing() as session:
        present = set(session.scalars(select(JobRow.id)))
        for values in _old_rows(old):
            if values["id"] not in present:
                owner = {"bureau_id": actor.bureau_id, "created_by": actor.account_id}
                session.add(JobRow(**values, **owner, series_id=values["id"]))
                taken += 1
        audit.note(session, "service.take_over", OLD_FILE, {"jobs": taken})
    old.replace(old.with_name(OLD_FILE + TAKEN_OVER))
    _log.info("%s jobs of an earlier version now belong to the first bureau", taken)
    return taken


def _old_rows(path: Path) -> list[dict[str, Any]]:
    """Return the old record's rows as the new table has them; columns that an even older one lacks are left out."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT * FROM job ORDER BY created_at")]
        # Everything out of the write-ahead file, so that the one file kept is complete.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    return [_to_new(row) for row in rows]


def _to_new(row: dict[str, Any]) -> dict[str, Any]:
    values = {name: row[name] for name in _COLUMNS if name in row}
    for name, empty in _JSON.items():
        values[name] = json.loads(values[name]) if values.get(name) else empty
    # A plan of a version without timetables has none.
    values.setdefault("timetable", False)
    values |= {name: bool(values[name]) for name in _WORDS_OF_TRUTH}
    return values | _at_rest(values)


def _at_rest(values: dict[str, Any]) -> dict[str, Any]:
    """Return what a row says otherwise now that nobody works on it any more."""
    changed: dict[str, Any] = {}
    if values["state"] == "running":
        changed |= {"state": "interrupted", "failure": "server_stopped", "finished_at": values["started_at"]}
    if values["state"] == "queued":
        changed |= {"state": "ready", "queued_at": None}
    if values.get("papers") in ("waiting", "writing"):
        changed |= {"papers": "failed", "papers_failure": "papers_interrupted"}
    return changed
