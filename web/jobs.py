"""The record of jobs: one row per workbook on its way from upload to plan, in a small SQLite file.

The row is the truth about a job. Pages only read it; orders and errands move it from state to state with
conditional updates, so a double click or a restart never starts the same work twice.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any


class JobState(StrEnum):
    """Where a job stands. ``REVIEW`` (of township files) and ``READY`` wait for the user.

    The states after ``RUNNING`` are final.
    """

    EXAMINING = "examining"
    REVIEW = "review"
    READY = "ready"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAULTY = "faulty"
    INFEASIBLE = "infeasible"
    NO_PLAN = "no_plan"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class PapersState(StrEnum):
    """Where the papers of a finished plan stand; ``FAILED`` may be tried again."""

    NONE = ""
    WAITING = "waiting"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"


PAPERS_MOVING = (PapersState.WAITING, PapersState.WRITING)
"""States in which papers are on their way; the page keeps asking."""

MOVING = (JobState.EXAMINING, JobState.QUEUED, JobState.RUNNING)
"""States in which something happens without the user; the page keeps asking."""

REPLANNABLE = (JobState.DONE, JobState.INFEASIBLE, JobState.NO_PLAN, JobState.FAILED, JobState.INTERRUPTED)
"""States from which the same workbook may be planned again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job. Times are seconds since the epoch; ``budget_yuan`` is empty for "as in the file".

    ``failure`` and ``papers_failure`` say what went wrong in a word of :data:`web.wording.FAILURES`; ``summary``,
    ``faults``, ``clashes`` and ``papers_note`` are what the planner reported.
    """

    id: str
    state: JobState
    title: str
    file_name: str
    created_at: float
    bundled: bool = False
    time_limit_seconds: int = 0
    budget_yuan: str = ""
    queued_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    stop_requested: bool = False
    failure: str = ""
    expected_jobs: float | None = None
    summary: dict[str, Any] | None = None
    faults: tuple[dict[str, str], ...] = ()
    clashes: tuple[str, ...] = ()
    timetable: bool = True
    papers: PapersState = PapersState.NONE
    papers_failure: str = ""
    papers_note: str = ""

    @property
    def moving(self) -> bool:
        """Whether something happens without the user: the job's page should be asked again soon."""
        return self.state in MOVING or self.papers in PAPERS_MOVING


_COLUMNS = tuple(field.name for field in fields(Job))
_JSON_COLUMNS = ("summary", "faults", "clashes")
_CREATE = """
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, title TEXT NOT NULL, file_name TEXT NOT NULL, created_at REAL NOT NULL,
    bundled INTEGER NOT NULL, time_limit_seconds INTEGER NOT NULL, budget_yuan TEXT NOT NULL,
    queued_at REAL, started_at REAL, finished_at REAL, stop_requested INTEGER NOT NULL, failure TEXT NOT NULL,
    expected_jobs REAL, summary TEXT NOT NULL, faults TEXT NOT NULL, clashes TEXT NOT NULL
)
"""
_LATER_COLUMNS = {
    "timetable": "INTEGER NOT NULL DEFAULT 0",
    "papers": "TEXT NOT NULL DEFAULT ''",
    "papers_failure": "TEXT NOT NULL DEFAULT ''",
    "papers_note": "TEXT NOT NULL DEFAULT ''",
}
"""Columns that records made by an earlier version of the form lack, and what its jobs have there."""


class JobStore:
    """Reads and changes job rows; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # stays with the file
            connection.execute(_CREATE)
            present = {row["name"] for row in connection.execute("PRAGMA table_info(job)")}
            for name, kind in _LATER_COLUMNS.items():
                if name not in present:
                    connection.execute(f"ALTER TABLE job ADD COLUMN {name} {kind}")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=10)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=NORMAL")
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def create(self, title: str, file_name: str, *, bundled: bool = False, **values: Any) -> Job:
        """Add a job under an id that nobody can guess."""
        values.setdefault("state", JobState.EXAMINING)
        job = Job(
            secrets.token_urlsafe(16),
            title=title,
            file_name=file_name,
            created_at=time.time(),
            bundled=bundled,
            **values,
        )
        row = [_to_column(name, getattr(job, name)) for name in _COLUMNS]
        with self._connection() as connection:
            marks = ", ".join("?" * len(_COLUMNS))
            connection.execute(f"INSERT INTO job ({', '.join(_COLUMNS)}) VALUES ({marks})", row)
        return job

    def get(self, job_id: str) -> Job | None:
        """Return the job with this id, or None."""
        return next(iter(self._select("WHERE id = ?", (job_id,))), None)

    def in_states(self, *states: JobState) -> list[Job]:
        """Return all jobs in these states, oldest first."""
        marks = ", ".join("?" * len(states))
        return self._select(f"WHERE state IN ({marks}) ORDER BY created_at", tuple(states))

    def with_papers(self, *states: PapersState) -> list[Job]:
        """Return all jobs whose papers are in these states, oldest first."""
        marks = ", ".join("?" * len(states))
        return self._select(f"WHERE papers IN ({marks}) ORDER BY created_at", tuple(states))

    def change(
        self,
        job_id: str,
        *,
        only_from: tuple[JobState, ...] | None = None,
        only_papers: tuple[PapersState, ...] | None = None,
        **values: Any,
    ) -> bool:
        """Set columns of a job; with ``only_…``, only while it, or its papers, are in one of these. False: not so."""
        assignments = ", ".join(f"{name} = ?" for name in values)
        parameters = [_to_column(name, value) for name, value in values.items()] + [job_id]
        condition = ""
        for column, states in (("state", only_from), ("papers", only_papers)):
            if states is not None:
                condition += f" AND {column} IN ({', '.join('?' * len(states))})"
                parameters += list(states)
        with self._connection() as connection:
            return connection.execute(f"UPDATE job SET {assignments} WHERE id = ?{condition}", parameters).rowcount == 1

    def delete(self, job_id: str) -> None:
        """Forget a job."""
        with self._connection() as connection:
            connection.execute("DELETE FROM job WHERE id = ?", (job_id,))

    def _select(self, condition: str, parameters: tuple[Any, ...]) -> list[Job]:
        with self._connection() as connection:
            rows = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM job {condition}", parameters).fetchall()
        return [_to_job(row) for row in rows]


def _to_column(name: str, value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if name in _JSON_COLUMNS else value


def _to_job(row: sqlite3.Row) -> Job:
    values = dict(row)
    for name in _JSON_COLUMNS:
        values[name] = json.loads(values[name])
    values |= {
        "state": JobState(values["state"]),
        "bundled": bool(values["bundled"]),
        "stop_requested": bool(values["stop_requested"]),
        "timetable": bool(values["timetable"]),
        "papers": PapersState(values["papers"]),
        "faults": tuple(values["faults"]),
        "clashes": tuple(values["clashes"]),
    }
    return Job(**values)
