"""The audit log: who did what and when. Rows are only ever added; no name, number or password stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from web.store.models import AuditRow
from web.store.tenancy import current_actor

_SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``at`` is in seconds since the epoch; ``login`` is empty for what nobody signed in did."""

    id: int
    at: float
    login: str
    action: str
    subject: str
    detail: dict[str, Any]


_NOTED: ContextVar[bool] = ContextVar("noted", default=False)


def begin_watch() -> None:
    """Forget whether anything was noted; at the beginning of a request."""
    _NOTED.set(False)


def was_noted() -> bool:
    """Whether anything was noted since :func:`begin_watch`."""
    return _NOTED.get()


def note(session: Session, action: str, subject: str = "", detail: dict[str, Any] | None = None) -> None:
    """Write down what whoever acts does, in the same transaction as the change itself."""
    _NOTED.set(True)
    actor = current_actor()
    session.add(
        AuditRow(
            bureau_id=actor.bureau_id if actor and actor.bureau_id else None,
            account_id=actor.account_id if actor else None,
            login=actor.login if actor else "",
            action=action,
            subject=subject[:_SUBJECT_LENGTH],
            detail=detail or {},
        )
    )


def entries(
    session: Session,
    *,
    login: str = "",
    action: str = "",
    since: float | None = None,
    before: float | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Entry]:
    """Return the lines of whoever's bureau it is, newest first.

    ``since`` and ``before`` (seconds since the epoch) bound the time, the first included, the second not.
    """
    statement: Select[AuditRow] = select(AuditRow).order_by(AuditRow.id.desc())
    for condition in _conditions(login, action, since, before):
        statement = statement.where(condition)
    if limit is not None:
        statement = statement.limit(limit).offset(offset)
    rows = session.scalars(statement)
    return [Entry(row.id, row.at, row.login, row.action, row.subject, dict(row.detail)) for row in rows]


def _conditions(login: str, action: str, since: float | None, before: float | None) -> Sequence[Any]:
    return [
        condition
        for wanted, condition in (
            (bool(login), AuditRow.login == login),
            (bool(action), AuditRow.action == action),
            (since is not None, AuditRow.at >= (since or 0.0)),
            (before is not None, AuditRow.at < (before or 0.0)),
        )
        if wanted
    ]


def people(session: Session) -> list[str]:
    """Return the logins that stand in the log, in order."""
    return sorted(filter(None, session.scalars(select(AuditRow.login).distinct())))


def actions(session: Session) -> list[str]:
    """Return the actions that stand in the log, in order."""
    return sorted(session.scalars(select(AuditRow.action).distinct()))
