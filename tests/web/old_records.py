"""The record of jobs as a version before accounts wrote it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

COLUMNS = {
    "id": "TEXT PRIMARY KEY", "state": "TEXT", "title": "TEXT", "file_name": "TEXT", "created_at": "REAL",
    "bundled": "INTEGER", "time_limit_seconds": "INTEGER", "budget_yuan": "TEXT", "queued_at": "REAL",
    "started_at": "REAL", "finished_at": "REAL", "stop_requested": "INTEGER", "failure": "TEXT",
    "expected_jobs": "REAL", "summary": "TEXT", "faults": "TEXT", "clashes": "TEXT", "timetable": "INTEGER",
    "papers": "TEXT", "papers_failure": "TEXT", "papers_note": "TEXT",
}  # fmt: skip
"""The table as the version before made it."""
LATE = ("timetable", "papers", "papers_failure", "papers_note")
"""Columns that a version before that lacked."""


def an_old_job(**values: object) -> dict[str, object]:
    """Return a row of the old table: a finished plan, unless told otherwise."""
    return {
        "id": "abc", "state": "done", "title": "赫章县", "file_name": "赫章县.xlsx", "created_at": 1000.0, "bundled": 0,
        "time_limit_seconds": 180, "budget_yuan": "100.00", "queued_at": 1001.0, "started_at": 1002.0,
        "finished_at": 1200.0, "stop_requested": 0, "failure": "", "expected_jobs": 3412.5,
        "summary": json.dumps({"counties": ["赫章县"]}), "faults": "[]", "clashes": '["任务 T1"]', "timetable": 1,
        "papers": "done", "papers_failure": "", "papers_note": "",
    } | values  # fmt: skip


def write_old_record(folder: Path, *jobs: dict[str, object], without: tuple[str, ...] = ()) -> None:
    """Write the record of the version before."""
    names = [name for name in COLUMNS if name not in without]
    with closing(sqlite3.connect(folder / "jobs.sqlite3")) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"CREATE TABLE job ({', '.join(f'{name} {COLUMNS[name]}' for name in names)})")
        for job in jobs:
            marks = ", ".join("?" * len(names))
            connection.execute(f"INSERT INTO job VALUES ({marks})", [job[name] for name in names])
