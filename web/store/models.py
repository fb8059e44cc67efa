"""The tables. A row that belongs to a bureau names it; nothing of another bureau is ever read (``tenancy``).

Identifiers that stand in addresses cannot be guessed. Times are seconds since the epoch.
"""

from __future__ import annotations

import secrets
import time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def new_id() -> str:
    """Return an identifier that nobody can guess."""
    return secrets.token_urlsafe(16)


class Role(StrEnum):
    """What an account may do in its bureau; each role may do all that the later ones may."""

    ADMIN = "admin"
    PLANNER = "planner"
    VIEWER = "viewer"


class ErrandKind(StrEnum):
    """What is to be done in the background."""

    EXAMINE = "examine"
    READ_DEMAND = "read_demand"
    PLAN = "plan"
    PAPERS = "papers"
    EXPLAIN = "explain"
    COMPARE = "compare"


class ErrandState(StrEnum):
    """Where an errand stands; the states after ``RUNNING`` are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Base(DeclarativeBase):
    """All tables. Constraints have names, so that a later migration can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s",
            "uq": "%(table_name)s_%(column_0_N_name)s_once",
            "fk": "%(table_name)s_%(column_0_N_name)s_in_%(referred_table_name)s",
            "pk": "%(table_name)s_key",
        }
    )
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON}


class OfBureau:
    """A row that one bureau owns and no other may see."""

    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)


class BureauRow(Base):
    """A bureau that shares the service with others."""

    __tablename__ = "bureau"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[float] = mapped_column(default=time.time)
    active: Mapped[bool] = mapped_column(default=True)


class AccountRow(OfBureau, Base):
    """A person who signs in. ``operator`` may open bureaus and see the state of the service, not their plans.

    Every session of the account has its ``stamp`` of when it began: a new stamp ends them all.
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    operator: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    stamp: Mapped[str] = mapped_column(String(32), default=new_id)
    created_at: Mapped[float] = mapped_column(default=time.time)
    last_login_at: Mapped[float | None]


class SignInRow(OfBureau, Base):
    """A browser that signed in: its session lasts while this row is there, is in use and has its account's ``stamp``.

    ``id`` is what the browser's signed cookie holds.
    """

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    stamp: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[float] = mapped_column(default=time.time)
    last_used_at: Mapped[float] = mapped_column(default=time.time)


class TokenRow(OfBureau, Base):
    """A key by which a program acts for an account; only its hash is kept."""

    __tablename__ = "token"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[float] = mapped_column(default=time.time)
    last_used_at: Mapped[float | None]


class JobRow(OfBureau, Base):
    """One version of a plan on its way from upload to papers; see :class:`web.jobs.Job` for the columns' meaning.

    Versions of one plan share ``series_id``; ``published_at`` freezes a version; ``deleted_at`` hides it until it is
    cleared away.
    """

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("series_id", "version"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    series_id: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(default=1)
    parent_id: Mapped[str | None] = mapped_column(String(32))
    created_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(20), index=True)
    title: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(200))
    bundled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[float] = mapped_column(default=time.time)
    queued_at: Mapped[float | None]
    started_at: Mapped[float | None]
    finished_at: Mapped[float | None]
    time_limit_seconds: Mapped[int] = mapped_column(default=0)
    budget_yuan: Mapped[str] = mapped_column(String(40), default="")
    timetable: Mapped[bool] = mapped_column(default=True)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stop_requested: Mapped[bool] = mapped_column(default=False)
    failure: Mapped[str] = mapped_column(String(40), default="")
    expected_jobs: Mapped[float | None]
    total_cost_yuan: Mapped[str] = mapped_column(String(40), default="")
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    faults: Mapped[list[Any]] = mapped_column(default=list)
    clashes: Mapped[list[Any]] = mapped_column(default=list)
    papers: Mapped[str] = mapped_column(String(20), default="")
    papers_failure: Mapped[str] = mapped_column(String(40), default="")
    papers_note: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[float | None]
    published_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    deleted_at: Mapped[float | None]


class DecisionRow(OfBureau, Base):
    """A planner's word on a class of a plan: it must stay as it is, or must not be held, and why."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("job_id", "class_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    class_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[float] = mapped_column(default=time.time)


class ErrandRow(OfBureau, Base):
    """Work in the background. Whoever does it holds a lease; when it runs out, another may take it."""

    __tablename__ = "errand"
    __table_args__ = (Index("errand_state_created", "state", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default=ErrandState.QUEUED)
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempt: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str] = mapped_column(String(60), default="")
    lease_until: Mapped[float] = mapped_column(default=0.0)
    stop_requested: Mapped[bool] = mapped_column(default=False)
    failure: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(default="")
    created_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[float] = mapped_column(default=time.time)
    started_at: Mapped[float | None]
    finished_at: Mapped[float | None]


class ErrandEventRow(Base):
    """What an errand told of its progress."""

    __tablename__ = "errand_event"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    errand_id: Mapped[str] = mapped_column(ForeignKey("errand.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int]
    at: Mapped[float] = mapped_column(default=time.time)
    data: Mapped[dict[str, Any]]


class AuditRow(Base):
    """Who did what and when; rows are only ever added."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[float] = mapped_column(default=time.time, index=True)
    bureau_id: Mapped[str | None] = mapped_column(String(32), index=True)
    account_id: Mapped[str | None] = mapped_column(String(32))
    login: Mapped[str] = mapped_column(String(60), default="")
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class HeartbeatRow(Base):
    """A part of the service that runs beside the pages says here that it is alive (``coordinator``)."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[float] = mapped_column(default=time.time)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
