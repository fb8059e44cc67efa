"""What the interface answers: the rows of the store as programs read them. Times are ISO 8601 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from planner.reading.progress import FileProgress, FileState
from web.accounts.account import Account
from web.accounts.directory import Bureau, Token
from web.finding_words import fault_told, plainly, summary_told
from web.jobs import Job
from web.progress import ProgressPoint
from web.store.audit import Entry


def _no_truth_value(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a number is expected, not true or false")
    return value


Whole = Annotated[int, BeforeValidator(_no_truth_value)]
"""A whole number; ``true`` is none."""


class JobPath(BaseModel):
    """Which job."""

    job_id: str = Field(max_length=32)


class JobAnswer(BaseModel):
    """One version of a plan on its way from upload to papers."""

    id: str
    plan_id: str = Field(description="The plan that this is a version of")
    version: int
    parent_id: str | None = Field(description="The version that this one was made from")
    state: str = Field(
        description="examining, review, ready, queued, running, done, faulty, infeasible, no_plan, failed"
    )
    title: str
    file_name: str
    created_at: str
    finished_at: str | None
    published_at: str | None
    time_limit_seconds: int
    total_budget_yuan: str = Field(description="Empty: as in the workbook")
    timetable: bool
    settings: dict[str, Any] = Field(description="How it was or will be planned: farming, floor_percent …")
    stop_requested: bool
    expected_jobs: float | None
    total_cost_yuan: str
    failure: str = Field(description="A word, empty when nothing failed")
    faults: list[dict[str, str]] = Field(description="What is wrong with the workbook: file, sheet, cell, problem …")
    clashes: list[str] = Field(description="Requirements that cannot all be met")
    summary: dict[str, Any] | None = Field(description="What the workbook holds")
    papers: str = Field(description="Empty, waiting, writing, done, failed")

    @classmethod
    def of(cls, job: Job) -> JobAnswer:
        """Make the answer of a job."""
        return cls(
            id=job.id,
            plan_id=job.series_id,
            version=job.version,
            parent_id=job.parent_id,
            state=str(job.state),
            title=job.title,
            file_name=job.file_name,
            created_at=instant(job.created_at),
            finished_at=instant(job.finished_at) if job.finished_at is not None else None,
            published_at=instant(job.published_at) if job.published_at is not None else None,
            time_limit_seconds=job.time_limit_seconds,
            total_budget_yuan=job.budget_yuan,
            timetable=job.timetable,
            settings=job.settings,
            stop_requested=job.stop_requested,
            expected_jobs=job.expected_jobs,
            total_cost_yuan=job.total_cost_yuan,
            failure=job.failure,
            faults=[fault_told(fault) for fault in job.faults],
            clashes=[plainly(clash) for clash in job.clashes],
            summary=summary_told(job.summary),
            papers=str(job.papers),
        )


class JobsAnswer(BaseModel):
    """Some of the bureau's jobs, newest first, and how many there are in all."""

    jobs: list[JobAnswer]
    total: int


class PointAnswer(BaseModel):
    """The search after some seconds: best value so far and proved bound, in expected jobs."""

    seconds: float
    value: float | None
    bound: float | None
    stage: str

    @classmethod
    def of(cls, point: ProgressPoint) -> PointAnswer:
        """Make the answer of a point."""
        return cls(seconds=point.seconds, value=point.value, bound=point.bound, stage=point.stage)


class FileProgressAnswer(BaseModel):
    """An uploaded file while it is read."""

    name: str
    state: FileState
    rows: int = Field(description="Rows that gave people")
    townships: int
    errors: int
    problem: str = Field(description="Why it could not be read, empty otherwise")
    remedy: str

    @staticmethod
    def of(card: FileProgress) -> FileProgressAnswer:
        """Tell of one file."""
        return FileProgressAnswer(
            name=card.file, state=card.state, rows=card.rows, townships=card.townships, errors=card.errors,
            problem=plainly(card.problem), remedy=plainly(card.remedy),
        )  # fmt: skip


class ProgressAnswer(BaseModel):
    """How far a job's search is, the reading of its township files, and the writing of its papers."""

    state: str
    queue_position: int | None = Field(description="From 1 while it waits to be planned")
    points: list[PointAnswer]
    files: list[FileProgressAnswer] = Field(description="While township files are read")
    papers: str = Field(description="Empty, waiting, writing, done, failed")
    papers_stage: str = Field(description="What is being written, by the planner's own word")
    papers_done: int
    papers_total: int = Field(description="0: not known")


class FileAnswer(BaseModel):
    """A file of a job."""

    name: str
    bytes: int


class FilesAnswer(BaseModel):
    """The files of a job that can be downloaded."""

    files: list[FileAnswer]


class BundledAnswer(BaseModel):
    """A county that comes with the program."""

    county: str
    title: str
    about: str


class BundledCountiesAnswer(BaseModel):
    """Counties that come with the program."""

    counties: list[BundledAnswer]


class PlanAnswer(BaseModel):
    """A plan of the bureau with its newest version."""

    id: str
    title: str
    county: str
    year: str
    state: str = Field(description="draft, planning, planned, published, stuck")
    versions: int
    newest: JobAnswer
    published_id: str | None


class PlansAnswer(BaseModel):
    """All plans of the bureau, the one worked on last first."""

    plans: list[PlanAnswer]


class AccountAnswer(BaseModel):
    """An account of the bureau."""

    id: str
    login: str
    name: str
    role: str = Field(description="admin, planner, viewer")
    operator: bool
    active: bool
    bureau: str
    last_login_at: str | None

    @classmethod
    def of(cls, account: Account) -> AccountAnswer:
        """Make the answer of an account."""
        last = account.last_login_at
        return cls(
            id=account.id,
            login=account.login,
            name=account.name,
            role=str(account.role),
            operator=account.operator,
            active=account.active,
            bureau=account.bureau_name,
            last_login_at=instant(last) if last is not None else None,
        )


class AccountsAnswer(BaseModel):
    """The accounts of the bureau."""

    accounts: list[AccountAnswer]


class KeyAnswer(BaseModel):
    """A key of the own account; the key itself is not kept."""

    id: str
    name: str
    created_at: str
    last_used_at: str | None

    @classmethod
    def of(cls, token: Token) -> KeyAnswer:
        """Make the answer of a key."""
        used = token.last_used_at
        made = instant(token.created_at)
        return cls(id=token.id, name=token.name, created_at=made, last_used_at=instant(used) if used else None)


class KeysAnswer(BaseModel):
    """The keys of the own account, newest first."""

    keys: list[KeyAnswer]


class NewPasswordAnswer(BaseModel):
    """An account and its one-time password, which is told this once."""

    account: AccountAnswer
    one_time_password: str


class BureauAnswer(BaseModel):
    """A bureau that shares the service."""

    id: str
    name: str
    active: bool
    accounts: int

    @classmethod
    def of(cls, bureau: Bureau) -> BureauAnswer:
        """Make the answer of a bureau."""
        return cls(id=bureau.id, name=bureau.name, active=bureau.active, accounts=bureau.accounts)


class BureausAnswer(BaseModel):
    """All bureaus."""

    bureaus: list[BureauAnswer]


class EntryAnswer(BaseModel):
    """A line of the audit log."""

    at: str
    login: str
    action: str
    subject: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, entry: Entry) -> EntryAnswer:
        """Make the answer of a line."""
        subject, detail = entry.subject, entry.detail
        return cls(at=instant(entry.at), login=entry.login, action=entry.action, subject=subject, detail=detail)


class AuditAnswer(BaseModel):
    """Lines of the audit log, newest first."""

    entries: list[EntryAnswer]


def instant(seconds: float) -> str:
    """Return a time (seconds since the epoch) in ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
