"""The record of errands: the queue, who works on what by lease, what was told on the way, how it ended.

The row is the truth. Each change of hands is one conditional update, so that of two coordinators only one gets an
errand, and one that was thought dead finds that it no longer holds it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from web.store.database import Database
from web.store.models import ErrandEventRow, ErrandKind, ErrandRow, ErrandState, HeartbeatRow
from web.store.tenancy import acting
from web.work.kinds import LANES, Lane

MOST_ATTEMPTS = 3
"""How often an errand is tried when workers or coordinators die over it."""

UNFINISHED = (ErrandState.QUEUED, ErrandState.RUNNING)


@dataclass(frozen=True, slots=True)
class Errand:
    """One errand. Times are seconds since the epoch; ``attempt`` counts the runs begun, from 1.

    ``failure`` is a word of :data:`web.wording.FAILURES`, ``note`` what the planner said about it.
    """

    id: str
    bureau_id: str
    job_id: str
    kind: ErrandKind
    state: ErrandState
    created_at: float
    parameters: dict[str, Any] = field(default_factory=dict)
    attempt: int = 0
    owner: str = ""
    stop_requested: bool = False
    failure: str = ""
    note: str = ""
    started_at: float | None = None
    finished_at: float | None = None

    @property
    def moving(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNFINISHED


@dataclass(frozen=True, slots=True)
class Event:
    """What an errand told in one of its attempts; later ones have greater ids."""

    id: int
    at: float
    attempt: int
    data: dict[str, Any]


class Stopping(Enum):
    """What became of the wish to stop an errand."""

    WITHDRAWN = "withdrawn"
    ASKED = "asked"
    TOO_LATE = "too late"


class ErrandStore:
    """Reads and changes errands; safe to use from several threads and processes.

    ``lease_seconds`` is how long an errand stays with a coordinator that is not heard of; ``changed`` is called after
    each change that a coordinator should look at.
    """

    def __init__(
        self, database: Database, lease_seconds: float = 30.0, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._database, self.lease_seconds, self.changed = database, lease_seconds, changed

    def submit(
        self,
        bureau_id: str,
        job_id: str,
        kind: ErrandKind,
        parameters: dict[str, Any] | None = None,
        created_by: str | None = None,
    ) -> Errand:
        """Queue an errand and return it; one that is the same and not finished is returned in its place."""
        wanted = parameters or {}
        with self._database.writing() as session:
            same = (ErrandRow.job_id == job_id, ErrandRow.kind == kind, ErrandRow.state.in_(UNFINISHED))
            for row in session.scalars(select(ErrandRow).where(*same)):
                if row.parameters == wanted:
                    return _to_errand(row)
            row = ErrandRow(
                bureau_id=bureau_id, job_id=job_id, kind=kind, parameters=wanted, created_by=created_by,
                state=ErrandState.QUEUED,
            )  # fmt: skip
            session.add(row)
            session.flush()
            errand = _to_errand(row)
        self.changed()
        return errand

    def get(self, errand_id: str) -> Errand | None:
        """Return the errand with this id, or None."""
        return next(iter(self._select(ErrandRow.id == errand_id)), None)

    def latest(self, job_id: str, kind: ErrandKind) -> Errand | None:
        """Return a job's youngest errand of a kind, or None."""
        found = self._select(ErrandRow.job_id == job_id, ErrandRow.kind == kind)
        return found[-1] if found else None

    def done(self, kind: ErrandKind, most: int) -> list[Errand]:
        """Return the errands of a kind that ended by themselves, whoever's plan they were of, the latest first."""
        with self._database.reading() as session:
            query = select(ErrandRow).where(
                ErrandRow.kind == kind, ErrandRow.state == ErrandState.DONE, ErrandRow.stop_requested.is_(False)
            )
            rows = session.scalars(query.order_by(ErrandRow.finished_at.desc()).limit(most))
            return [_to_errand(row) for row in rows]

    def unfinished(self) -> list[Errand]:
        """Return all errands that wait or run, oldest first."""
        return self._select(ErrandRow.state.in_(UNFINISHED))

    def events(self, errand_id: str, after: int = 0) -> list[Event]:
        """Return what an errand told after the event with id ``after``, in order."""
        with self._database.reading() as session:
            query = select(ErrandEventRow).where(ErrandEventRow.errand_id == errand_id, ErrandEventRow.id > after)
            rows = session.scalars(query.order_by(ErrandEventRow.id)).all()
            return [Event(row.id, row.at, row.attempt, dict(row.data)) for row in rows]

    def latest_event(self, errand: Errand) -> Event | None:
        """Return what an errand told last in its present attempt, or None."""
        with self._database.reading() as session:
            query = select(ErrandEventRow).where(ErrandEventRow.errand_id == errand.id)
            query = query.where(ErrandEventRow.attempt == errand.attempt).order_by(ErrandEventRow.id.desc()).limit(1)
            row = session.scalars(query).first()
            return Event(row.id, row.at, row.attempt, dict(row.data)) if row is not None else None

    def position(self, errand: Errand) -> int:
        """Return the place of a waiting errand in its lane, 1 = next, as the turns of the bureaus will bring it."""
        with acting(None):  # the queue is that of all bureaus
            unfinished = self.unfinished()
        waiting = [other for other in unfinished if LANES[other.kind] == LANES[errand.kind]]
        running = Counter(other.bureau_id for other in waiting if other.state is ErrandState.RUNNING)
        order = in_turns([other for other in waiting if other.state is ErrandState.QUEUED], running)
        return 1 + next((place for place, other in enumerate(order) if other.id == errand.id), 0)

    def stop(self, errand_id: str) -> Stopping:
        """Take a waiting errand out of the queue, or ask a running one to finish with what it has."""
        with self._database.writing() as session:
            waits = (ErrandRow.id == errand_id, ErrandRow.state == ErrandState.QUEUED)
            gone = {"state": ErrandState.STOPPED, "finished_at": time.time(), "stop_requested": True}
            if _change(session, waits, gone):
                return Stopping.WITHDRAWN
            runs = (ErrandRow.id == errand_id, ErrandRow.state == ErrandState.RUNNING)
            asked = _change(session, runs, {"stop_requested": True})
        self.changed()
        return Stopping.ASKED if asked else Stopping.TOO_LATE

    # --- what coordinators do -----------------------------------------------------------------------------------------

    def claim(self, lane: Lane, owner: str, most_running: int, now: float | None = None) -> Errand | None:
        """Take the next errand of a lane for ``owner``, unless so many run already; None when there is none to take.

        Next is the oldest of the bureau of which the fewest run. An errand whose lease has run out is taken over as a
        further attempt, unless it has had its attempts (:meth:`exhausted`).
        """
        now = time.time() if now is None else now
        in_lane = ErrandRow.kind.in_([kind for kind, its in LANES.items() if its == lane])
        held = and_(ErrandRow.state == ErrandState.RUNNING, ErrandRow.lease_until >= now)
        expired = and_(ErrandRow.state == ErrandState.RUNNING, ErrandRow.lease_until < now)
        free = and_(or_(ErrandRow.state == ErrandState.QUEUED, expired), ErrandRow.attempt < MOST_ATTEMPTS)
        with self._database.writing() as session:
            counted = select(ErrandRow.bureau_id, func.count()).where(in_lane, held).group_by(ErrandRow.bureau_id)
            running = {bureau: number for bureau, number in session.execute(counted)}
            if sum(running.values()) >= most_running:
                return None
            crowd = [case(running, value=ErrandRow.bureau_id, else_=0)] if running else []
            query = select(ErrandRow).where(in_lane, free).order_by(*crowd, ErrandRow.created_at, ErrandRow.id).limit(1)
            row = session.scalars(query.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            as_seen = (
                ErrandRow.id == row.id,
                ErrandRow.state == row.state,
                ErrandRow.attempt == row.attempt,
                ErrandRow.owner == row.owner,
            )
            taken = {
                "state": ErrandState.RUNNING,
                "owner": owner,
                "attempt": row.attempt + 1,
                "lease_until": now + self.lease_seconds,
                "started_at": now,
                "failure": "",
            }
            if not _change(session, as_seen, taken):
                return None
            session.refresh(row)
            return _to_errand(row)

    def renew(self, owner: str, ids: Collection[str], now: float | None = None) -> set[str]:
        """Lengthen the leases of an owner; return which of the errands it still holds."""
        now = time.time() if now is None else now
        with self._database.writing() as session:
            mine = (ErrandRow.id.in_(ids), ErrandRow.owner == owner, ErrandRow.state == ErrandState.RUNNING)
            _change(session, mine, {"lease_until": now + self.lease_seconds})
            return set(session.scalars(select(ErrandRow.id).where(*mine)))

    def to_stop(self, owner: str) -> set[str]:
        """Return which errands of an owner are asked to stop."""
        asked = self._select(
            ErrandRow.owner == owner, ErrandRow.state == ErrandState.RUNNING, ErrandRow.stop_requested.is_(True)
        )
        return {errand.id for errand in asked}

    def attempt_again(self, errand: Errand) -> Errand | None:
        """Count one more attempt of an errand that goes on in the same hands; None when it has had its attempts."""
        with self._database.writing() as session:
            again = {"attempt": errand.attempt + 1, "started_at": time.time()}
            if errand.attempt >= MOST_ATTEMPTS or not _change(session, _held(errand), again):
                return None
        return self.get(errand.id)

    def tell(self, errand: Errand, data: dict[str, Any]) -> None:
        """Keep what an errand told."""
        with self._database.writing() as session:
            session.add(ErrandEventRow(errand_id=errand.id, attempt=errand.attempt, at=time.time(), data=data))

    def holds(self, errand: Errand) -> bool:
        """Return whether the errand is still with the owner and in the attempt that ``errand`` tells."""
        return bool(self._select(*_held(errand)))

    def finish(self, errand: Errand, state: ErrandState, failure: str = "", note: str = "") -> bool:
        """End an errand that its owner still holds; False: it does not."""
        ended = {"state": state, "failure": failure, "note": note, "finished_at": time.time(), "lease_until": 0.0}
        with self._database.writing() as session:
            return _change(session, _held(errand), ended)

    def release(self, errand: Errand, *, counts: bool) -> bool:
        """Put an errand back into the queue; ``counts`` tells whether the attempt was one of those it may have."""
        attempt = errand.attempt if counts else errand.attempt - 1
        back = {"state": ErrandState.QUEUED, "owner": "", "lease_until": 0.0, "attempt": attempt}
        with self._database.writing() as session:
            given_back = _change(session, _held(errand), back)
        self.changed()
        return given_back

    def exhausted(self, owner: str, now: float | None = None) -> list[Errand]:
        """Take over, for its end, each errand that nobody holds and that has had its attempts."""
        now = time.time() if now is None else now
        expired = and_(ErrandRow.state == ErrandState.RUNNING, ErrandRow.lease_until < now)
        given_up = and_(or_(ErrandRow.state == ErrandState.QUEUED, expired), ErrandRow.attempt >= MOST_ATTEMPTS)
        if not self._select(given_up):
            return []
        taken = {"state": ErrandState.RUNNING, "owner": owner, "lease_until": now + self.lease_seconds}
        with self._database.writing() as session:
            rows = session.scalars(select(ErrandRow).where(given_up).with_for_update(skip_locked=True)).all()
            mine = [row for row in rows if _change(session, (ErrandRow.id == row.id, given_up), taken)]
            for row in mine:
                session.refresh(row)
            return [_to_errand(row) for row in mine]

    def beat(self, detail: dict[str, Any]) -> None:
        """Note that a coordinator is alive."""
        with self._database.writing() as session:
            session.merge(HeartbeatRow(name="coordinator", at=time.time(), detail=detail))

    def void_leases(self) -> None:
        """End all leases: whoever calls this knows that no other coordinator is there."""
        with self._database.writing() as session:
            _change(session, (ErrandRow.state == ErrandState.RUNNING,), {"lease_until": 0.0})

    def clear_events(self, before: float) -> None:
        """Remove what errands told that ended before a time."""
        with self._database.writing() as session:
            old = select(ErrandRow.id).where(ErrandRow.finished_at < before)
            session.execute(delete(ErrandEventRow).where(ErrandEventRow.errand_id.in_(old)))

    def _select(self, *conditions: ColumnElement[bool]) -> list[Errand]:
        with self._database.reading() as session:
            query = select(ErrandRow).where(*conditions).order_by(ErrandRow.created_at, ErrandRow.id)
            return [_to_errand(row) for row in session.scalars(query)]


def in_turns(waiting: Sequence[Errand], running: Counter[str]) -> list[Errand]:
    """Return waiting errands, oldest first, in the order in which the bureaus' turns bring them."""
    running, left, order = running.copy(), list(waiting), []
    while left:
        following = min(left, key=lambda errand: running[errand.bureau_id])
        left.remove(following)
        running[following.bureau_id] += 1
        order.append(following)
    return order


def _held(errand: Errand) -> tuple[ColumnElement[bool], ...]:
    return (
        ErrandRow.id == errand.id,
        ErrandRow.owner == errand.owner,
        ErrandRow.attempt == errand.attempt,
        ErrandRow.state == ErrandState.RUNNING,
    )


def _change(session: Session, conditions: Iterable[ColumnElement[bool]], values: dict[str, Any]) -> bool:
    statement = update(ErrandRow).where(*conditions).values(**values)
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _to_errand(row: ErrandRow) -> Errand:
    return Errand(
        id=row.id,
        bureau_id=row.bureau_id,
        job_id=row.job_id,
        kind=ErrandKind(row.kind),
        state=ErrandState(row.state),
        created_at=row.created_at,
        parameters=dict(row.parameters),
        attempt=row.attempt,
        owner=row.owner,
        stop_requested=row.stop_requested,
        failure=row.failure,
        note=row.note,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
