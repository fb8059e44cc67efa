"""The record of jobs: one row per version of a plan on its way from upload to papers.

The row is the truth about a job. Pages only read it; it is moved from state to state with conditional updates, so a
double click or a restart never starts the same work twice. A person's request sees and changes the jobs of the
person's bureau alone (:mod:`web.store.tenancy`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Update, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.store.database import Database
from web.store.models import JobRow, new_id
from web.store.tenancy import acting, current_actor


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
    """One version of a plan. Times are seconds since the epoch; ``budget_yuan`` is empty for "as in the file".

    ``file_name`` is that of the county's workbook, empty while township files wait for one.

    Versions of one plan share ``series_id`` and count from 1; ``parent_id`` is the version this one was made from.
    ``published_at`` is set once it is final, ``deleted_at`` while it lies in the bin. ``created_by`` and
    ``published_by`` are accounts.
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
    bureau_id: str = ""
    series_id: str = ""
    version: int = 1
    parent_id: str | None = None
    created_by: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    total_cost_yuan: str = ""
    published_at: float | None = None
    published_by: str | None = None
    deleted_at: float | None = None

    @property
    def published(self) -> bool:
        """Whether this version is final: it is neither planned again in its place nor deleted."""
        return self.published_at is not None

    @property
    def lacks_workbook(self) -> bool:
        """Whether there are township files only: no workbook of the county was sent along, or it is not clear which."""
        return not self.file_name

    @property
    def moving(self) -> bool:
        """Whether something happens without the user: the job's page should be asked again soon."""
        return self.state in MOVING or self.papers in PAPERS_MOVING


_COLUMNS = tuple(field.name for field in fields(Job))
_TUPLES = ("faults", "clashes")
_ATTEMPTS = 5


class JobStore:
    """Reads and changes job rows; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def create(
        self, title: str, file_name: str, *, bundled: bool = False, version_of: Job | None = None, **values: Any
    ) -> Job:
        """Add a job under an id that nobody can guess: a new plan, or the next version of that of another job.

        It belongs to the bureau of whoever acts; work in the background names it (``bureau_id``).
        """
        values = {"state": JobState.EXAMINING} | values | {"title": title, "file_name": file_name, "bundled": bundled}
        actor = current_actor()
        if actor is not None:
            values.setdefault("created_by", actor.account_id)
        if version_of is not None:
            values |= {"series_id": version_of.series_id, "parent_id": version_of.id}
            values.setdefault("bureau_id", version_of.bureau_id)
        for _ in range(_ATTEMPTS):
            try:
                with self.database.writing() as session:
                    return _to_job(_add(session, values))
            except IntegrityError:  # another version of the same plan was made at the same moment
                if version_of is None:
                    raise
        raise RuntimeError(f"no free version of {values['series_id']}")

    def get(self, job_id: str, *, deleted: bool = False) -> Job | None:
        """Return the job with this id, or None; one in the bin only when asked for ``deleted`` ones."""
        condition = JobRow.deleted_at.is_not(None) if deleted else JobRow.deleted_at.is_(None)
        return next(iter(self._select(JobRow.id == job_id, condition)), None)

    def listed(self) -> list[Job]:
        """Return all jobs that are not in the bin, newest first."""
        return self._select(JobRow.deleted_at.is_(None))[::-1]

    def in_bin(self) -> list[Job]:
        """Return all jobs in the bin, the one that was put there last first."""
        return sorted(self._select(JobRow.deleted_at.is_not(None)), key=lambda job: -(job.deleted_at or 0.0))

    def versions(self, series_id: str) -> list[Job]:
        """Return the versions of a plan that are not in the bin, newest first."""
        found = self._select(JobRow.series_id == series_id, JobRow.deleted_at.is_(None))
        return sorted(found, key=lambda job: -job.version)

    def in_states(self, *states: JobState) -> list[Job]:
        """Return all jobs in these states, oldest first, those in the bin among them."""
        return self._select(JobRow.state.in_(states))

    def with_papers(self, *states: PapersState) -> list[Job]:
        """Return all jobs whose papers are in these states, oldest first."""
        return self._select(JobRow.papers.in_(states))

    def change(
        self,
        job_id: str,
        *,
        only_from: tuple[JobState, ...] | None = None,
        only_papers: tuple[PapersState, ...] | None = None,
        **values: Any,
    ) -> bool:
        """Set columns of a job; with ``only_…``, only while it, or its papers, are in one of these. False: not so."""
        with self.database.writing() as session:
            return change_job(session, job_id, only_from=only_from, only_papers=only_papers, **values)

    def put_into_bin(self, job_id: str) -> bool:
        """Hide a version until it is restored or cleared away; False when it is final, moving or not there."""
        with self.database.writing() as session:
            hidden = (
                update(JobRow)
                .where(JobRow.id == job_id, JobRow.deleted_at.is_(None), JobRow.published_at.is_(None))
                .where(JobRow.state.not_in(MOVING), JobRow.papers.not_in(PAPERS_MOVING))
                .values(deleted_at=time.time())
            )
            return _changed_one(session, hidden)

    def restore(self, job_id: str) -> bool:
        """Take a version out of the bin; False when it is not in it."""
        with self.database.writing() as session:
            shown = update(JobRow).where(JobRow.id == job_id, JobRow.deleted_at.is_not(None)).values(deleted_at=None)
            return _changed_one(session, shown)

    def publish(self, job_id: str, account_id: str | None) -> bool:
        """Make a planned version final; False when it is not planned or is final already."""
        values = {"published_at": time.time(), "published_by": account_id}
        with self.database.writing() as session:
            final = update(JobRow).where(JobRow.id == job_id, JobRow.published_at.is_(None))
            final = final.where(JobRow.deleted_at.is_(None), JobRow.state == JobState.DONE)
            return _changed_one(session, final.values(**values))

    def unpublish(self, job_id: str) -> bool:
        """Take back that a version is final; False when it is not."""
        with self.database.writing() as session:
            open_again = update(JobRow).where(JobRow.id == job_id, JobRow.published_at.is_not(None))
            return _changed_one(session, open_again.values(published_at=None, published_by=None))

    def counts(self) -> dict[str, int]:
        """Return how many versions of all bureaus there are in each state, those in the bin among them."""
        with acting(None), self.database.reading() as session:
            return dict(session.execute(select(JobRow.state, func.count()).group_by(JobRow.state)).all())

    def delete(self, job_id: str) -> None:
        """Forget a job for good."""
        with self.database.writing() as session:
            row = session.scalar(select(JobRow).where(JobRow.id == job_id))
            if row is not None:
                session.delete(row)

    def _select(self, *conditions: ColumnElement[bool]) -> list[Job]:
        with self.database.reading() as session:
            rows = session.scalars(select(JobRow).where(*conditions).order_by(JobRow.created_at))
            return [_to_job(row) for row in rows]


def change_job(
    session: Session,
    job_id: str,
    *,
    only_from: tuple[JobState, ...] | None = None,
    only_papers: tuple[PapersState, ...] | None = None,
    **values: Any,
) -> bool:
    """Set columns of a job within a transaction of the caller's; see :meth:`JobStore.change`."""
    statement = update(JobRow).where(JobRow.id == job_id).values(**_to_columns(values))
    if only_from is not None:
        statement = statement.where(JobRow.state.in_(only_from))
    if only_papers is not None:
        statement = statement.where(JobRow.papers.in_(only_papers))
    return _changed_one(session, statement)


def _changed_one(session: Session, statement: Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount == 1  # type: ignore[attr-defined, no-any-return]  # the result of an UPDATE


def _add(session: Session, values: dict[str, Any]) -> JobRow:
    """Add a row; a new plan's series has the name of its first version."""
    values = _to_columns(values)
    values.setdefault("id", new_id())
    values.setdefault("series_id", values["id"])
    last = session.scalar(select(func.max(JobRow.version)).where(JobRow.series_id == values["series_id"]))
    row = JobRow(**values, version=1 + (last or 0))
    session.add(row)
    session.flush()
    return row


def _to_columns(values: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if name in _TUPLES else value for name, value in values.items()}


def _to_job(row: JobRow) -> Job:
    values = {name: getattr(row, name) for name in _COLUMNS}
    values |= {name: tuple(values[name]) for name in _TUPLES}
    return Job(**values | {"state": JobState(row.state), "papers": PapersState(row.papers)})
