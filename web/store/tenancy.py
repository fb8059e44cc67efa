"""Nothing of another bureau is ever read: every session of a person's request sees the person's bureau alone.

Whose request it is stands in a context variable. Sessions take it up when they are opened; from then on each of their
SELECT, UPDATE and DELETE statements carries the condition, and a new row of another bureau is refused. Work in the
background has no such person and sees all bureaus.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from web.store.models import AuditRow, BureauRow, ErrandEventRow, ErrandRow, OfBureau


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account of a bureau. An empty ``bureau_id`` is nobody, who sees nothing."""

    bureau_id: str
    account_id: str | None = None
    login: str = ""


NOBODY = Actor("")
"""A visitor who has not signed in."""

_ACTOR: ContextVar[Actor | None] = ContextVar("actor", default=None)
_KEY = "actor"


class ForeignBureau(Exception):
    """A row of another bureau was about to be written; a fault of the program, never of the user."""


def current_actor() -> Actor | None:
    """Return who acts; None for work in the background, which sees all bureaus."""
    return _ACTOR.get()


def enter(actor: Actor | None) -> Token[Actor | None]:
    """Act for somebody from now on; :func:`leave` takes the token."""
    return _ACTOR.set(actor)


def leave(token: Token[Actor | None]) -> None:
    """Act for whoever it was before."""
    _ACTOR.reset(token)


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Act for somebody within a block; for None see all bureaus."""
    token = enter(actor)
    try:
        yield
    finally:
        leave(token)


def confine(session: Session) -> None:
    """Bind a session to whoever acts now."""
    session.info[_KEY] = current_actor()


@contextmanager
def unconfined(session: Session) -> Iterator[None]:
    """Let a session see all bureaus within a block: for what is one for the whole service, such as logins."""
    actor = session.info.pop(_KEY, None)
    try:
        yield
    finally:
        session.info[_KEY] = actor


@event.listens_for(Session, "do_orm_execute")
def _add_condition(state: ORMExecuteState) -> None:
    actor: Actor | None = state.session.info.get(_KEY)
    if actor is None or state.is_column_load or state.is_relationship_load:
        return
    bureau = actor.bureau_id
    errands = select(ErrandRow.__table__.c.id).where(ErrandRow.__table__.c.bureau_id == bureau)
    state.statement = state.statement.options(
        with_loader_criteria(OfBureau, lambda row: row.bureau_id == bureau, include_aliases=True),
        with_loader_criteria(AuditRow, AuditRow.bureau_id == bureau, include_aliases=True),
        with_loader_criteria(BureauRow, BureauRow.id == bureau, include_aliases=True),
        with_loader_criteria(ErrandEventRow, ErrandEventRow.errand_id.in_(errands), include_aliases=True),
    )


@event.listens_for(Session, "before_flush")
def _refuse_foreign_rows(session: Session, context: UOWTransaction, instances: Any) -> None:
    actor: Actor | None = session.info.get(_KEY)
    if actor is None:
        return
    for row in session.new:
        if isinstance(row, OfBureau):
            if row.bureau_id is None:
                row.bureau_id = actor.bureau_id
            if row.bureau_id != actor.bureau_id:
                raise ForeignBureau(type(row).__name__)
