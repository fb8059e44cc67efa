"""Hands errands to the workforce and their outcomes to the jobs; several coordinators may do so side by side.

One thread keeps the leases, the wishes to stop and the record of progress, and claims what is next; each running errand
has a thread that waits for its planner. Nothing is kept here that is not in the database: a coordinator that dies
leaves errands whose leases run out, and another takes them up as a further attempt.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from web import logs
from web.data_folder import DataFolder
from web.jobs import JobStore
from web.store.models import ErrandState
from web.work.errand import STOP, Command, Outcome
from web.work.errands import Errand, ErrandStore
from web.work.kinds import ErrandFailed, Kind, Lane, Limits, Work, kind_of
from web.work.task import Task
from web.work.workforce import RunLost, Workforce, rooms_of

_log = logging.getLogger(__name__)

Result = TypeVar("Result")

_ROUND_SECONDS = 0.5
"""So long a stop or a new errand of another process may go unnoticed; those of this process wake the thread."""

_RENEWALS = 6
"""A lease is renewed so often before it would run out."""

_TELL_SECONDS = 1.0
_BEAT_SECONDS = 10.0
_CHORES_SECONDS = 3600.0
_PATIENCE_SECONDS = 120.0
"""So long a change is tried again while the database is locked or away."""


@dataclass(frozen=True, slots=True)
class Planner:
    """How workers start the planner: the command's first words, none for the one that lies beside the worker, and the
    memory it may take (bytes, 0 = no limit; kept on Linux only).
    """

    words: tuple[str, ...] = ()
    memory_bytes: int = 0


class Attempt:
    """One errand in this coordinator's hands, from its claim to its end."""

    def __init__(self, errand: Errand, store: ErrandStore) -> None:
        self.errand, self._store = errand, store
        self.stop, self.drop = threading.Event(), threading.Event()
        self._runs = 0
        self._looking_back = False
        self._stop_at_first_plan = errand.stop_requested
        self._lock = threading.Lock()
        self._known: dict[str, Any] = {}
        self._untold, self._told_at = False, float("-inf")

    def started(self) -> bool:
        """Count a worker's start; every one after the first of a command is a further attempt."""
        self._runs += 1
        if self._runs == 1:
            return True
        again = with_patience(lambda: self._store.attempt_again(self.errand))
        if again is not None:
            self.errand = again
        return again is not None

    def next_command(self) -> None:
        """Expect the start of a further command: it looks at what the first one left and is not to be stopped."""
        self._runs = 0
        self._looking_back, self.stop = True, threading.Event()

    def heard(self, event: dict[str, Any]) -> None:
        """Take up an event; what was known before and is not said again stays known."""
        with self._lock:
            self._known |= {name: value for name, value in event.items() if value is not None}
            self._untold = True
        if self._stop_at_first_plan and event.get("value") is not None:
            # Asked to stop in an attempt that was lost with its plan: the first plan of this one is as good.
            self.stop.set()

    def ask_to_stop(self) -> None:
        """Pass on the wish to stop; a search that has to begin anew goes on to its first plan."""
        if not self._stop_at_first_plan and not self._looking_back:
            self.stop.set()

    def tell(self, *, at_once: bool = False) -> None:
        """Keep what was heard in the record, at most once a second unless ``at_once``."""
        with self._lock:
            now = time.monotonic()
            if not self._untold or (now - self._told_at < _TELL_SECONDS and not at_once):
                return
            self._untold, self._told_at, known = False, now, dict(self._known)
        self._store.tell(self.errand, known)


class Coordinator:
    """Keeps errands going. ``chores`` are called at its start and then every hour with the time."""

    def __init__(
        self,
        errands: ErrandStore,
        jobs: JobStore,
        data: DataFolder,
        workforce: Workforce,
        limits: Limits,
        planner: Planner,
        chores: Sequence[Callable[[float], None]] = (),
    ) -> None:
        self._errands, self._jobs, self._data = errands, jobs, data
        self._workforce, self._limits, self._planner, self._chores = workforce, limits, planner, chores
        self.owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._attempts: dict[str, Attempt] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._awake, self._closing = threading.Event(), threading.Event()
        self._renewed_at = self._beaten_at = float("-inf")
        self._loop = threading.Thread(target=self._keep_going, name="coordinator", daemon=True)
        self._keeper = threading.Thread(target=self._keep_house, name="chores", daemon=True)

    def start(self, *, alone: bool) -> None:
        """Begin; ``alone`` tells that no other coordinator works on this database, so that no lease need run out."""
        if alone:
            self._errands.void_leases()
        self._loop.start()
        self._keeper.start()

    def wake(self) -> None:
        """Look at the errands now."""
        self._awake.set()

    def close(self) -> None:
        """Stop at once: what runs goes back into the queue."""
        if self._closing.is_set():
            return
        self._closing.set()
        self.wake()
        if self._loop.is_alive():
            self._loop.join(timeout=10)
        for attempt in list(self._attempts.values()):
            attempt.drop.set()
        self._workforce.close()
        for thread in list(self._threads.values()):
            thread.join(timeout=10)

    def _keep_going(self) -> None:
        while not self._closing.is_set():
            self._awake.clear()
            try:
                self._look_round()
            except OperationalError as error:
                _log.warning("the database does not answer, tried again: %s", error.orig)
            except Exception:  # noqa: BLE001 - one bad round must not end all later ones
                _log.exception("a round of the coordinator")
            self._awake.wait(timeout=_ROUND_SECONDS)

    def _keep_house(self) -> None:
        while not self._closing.is_set():
            for chore in self._chores:
                try:
                    chore(time.time())
                except Exception:  # noqa: BLE001 - a chore that fails is done an hour later
                    _log.exception("a chore failed; tried again in an hour")
            if self._closing.wait(timeout=_CHORES_SECONDS):
                return

    def _look_round(self) -> None:
        if time.monotonic() - self._beaten_at > _BEAT_SECONDS:
            self._errands.beat({"owner": self.owner, "running": len(self._attempts)})
            self._beaten_at = time.monotonic()
        if self._attempts:
            self._renew()
            for errand_id in self._errands.to_stop(self.owner):
                if errand_id in self._attempts:
                    self._attempts[errand_id].ask_to_stop()
            for attempt in list(self._attempts.values()):
                attempt.tell()
        for errand in self._errands.exhausted(self.owner):
            with logs.bound(job=errand.job_id, errand=errand.id):
                self._give_up(errand, "lost_too_often")
        self._take_on()

    def _renew(self) -> None:
        now = time.monotonic()
        if now - self._renewed_at < self._errands.lease_seconds / _RENEWALS:
            return
        mine = list(self._attempts)
        held = self._errands.renew(self.owner, mine)
        self._renewed_at = now
        for errand_id in mine:
            attempt = self._attempts.get(errand_id)
            if errand_id not in held and attempt is not None:
                with logs.bound(job=attempt.errand.job_id, errand=errand_id):
                    _log.warning("attempt %s went to another coordinator", attempt.errand.attempt)
                attempt.drop.set()

    def _take_on(self) -> None:
        """Claim what is next, as far as there are seats; one seat is kept from searches where there are several."""
        if all(errand.id in self._attempts for errand in self._errands.unfinished()):
            return
        seats = self._workforce.seats()
        if not seats:
            return
        most = {
            Lane.READING: min(2, seats),
            Lane.WRITING: 1,
            Lane.PLANNING: max(1, min(self._limits.plans_at_once, seats - 1)),
        }
        for lane, at_once in most.items():
            while not self._closing.is_set() and (errand := self._errands.claim(lane, self.owner, at_once)) is not None:
                self._attend(errand)

    def _attend(self, errand: Errand) -> None:
        attempt = self._attempts[errand.id] = Attempt(errand, self._errands)
        thread = threading.Thread(target=self._see_through, args=(attempt,), name=f"errand-{errand.kind}", daemon=True)
        self._threads[errand.id] = thread
        thread.start()

    def _see_through(self, attempt: Attempt) -> None:
        errand = attempt.errand
        logs.bind(job=errand.job_id, errand=errand.id)  # this thread does nothing else
        _log.info("%s begins, attempt %s", errand.kind, errand.attempt)
        try:
            self._carry_out(attempt)
        except RunLost as error:
            self._lose(attempt, str(error))
        except ErrandFailed as error:
            self._finish(attempt, ErrandState.FAILED, error.failure, error.note)
        except OSError as error:
            _log.exception("%s failed", errand.kind)
            self._give_up(attempt.errand, "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "internal")
        except OperationalError as error:
            _log.warning("the database does not answer: %s", error.orig)
        except Exception:  # noqa: BLE001 - whatever it was, the page must say that the errand ended
            _log.exception("%s failed", errand.kind)
            self._give_up(attempt.errand, "internal")
        finally:
            self._attempts.pop(errand.id, None)
            self._threads.pop(errand.id, None)
            self.wake()

    def _carry_out(self, attempt: Attempt) -> None:
        errand = attempt.errand
        kind = kind_of(errand.kind)
        if (work := self._work(errand)) is None:
            raise ErrandFailed("job_gone")
        with_patience(lambda: kind.begin(work))
        command = with_patience(lambda: kind.prepare(self._work_of(errand)))
        number, stopped = 0, False
        while command is not None:
            number += 1
            outcome = replace(self._run(command, attempt), words=command.words, number=number)
            stopped = stopped or outcome.stopped
            if attempt.drop.is_set():
                raise RunLost("nobody waits for it here any more")
            if outcome.exit_code is None and not outcome.overdue:
                raise RunLost("the planner was killed")
            with suppress(OperationalError):
                attempt.tell(at_once=True)
            if not with_patience(lambda: self._errands.holds(attempt.errand)):
                raise RunLost("it went to another coordinator")
            command = self._conclude(kind, errand, outcome)
            attempt.next_command()
        self._finish(attempt, ErrandState.STOPPED if stopped else ErrandState.DONE)

    def _conclude(self, kind: Kind, errand: Errand, outcome: Outcome) -> Command | None:
        return with_patience(lambda: kind.conclude(self._work_of(errand), outcome))

    def _run(self, command: Command, attempt: Attempt) -> Outcome:
        task: Task = {
            "planner": list(self._planner.words),
            "words": list(command.words),
            "inputs": {name: path.read_bytes() for name, path in command.inputs.items()},
            "outputs": list(command.outputs),
            "most_seconds": command.most_seconds,
            "stopping_seconds": command.stopping_seconds,
            "stop": STOP if STOP in command.words else "",
            "memory_bytes": self._planner.memory_bytes,
            "rooms": str(self._rooms()),
        }
        return Outcome(**self._workforce.run(task, attempt))

    def _rooms(self) -> Path | str:
        return rooms_of(self._data.root)

    def _work(self, errand: Errand) -> Work | None:
        job = with_patience(lambda: self._jobs.get(errand.job_id))
        if job is None:
            return None
        folder = self._data.job(job.id)
        return Work(job, folder, errand.parameters, self._jobs, self._data, self._limits)

    def _work_of(self, errand: Errand) -> Work:
        work = self._work(errand)
        if work is None:
            raise ErrandFailed("job_gone")
        return work

    def _finish(self, attempt: Attempt, state: ErrandState, failure: str = "", note: str = "") -> None:
        if not with_patience(lambda: self._errands.finish(attempt.errand, state, failure, note)):
            _log.warning("ended after it went to another coordinator")
        else:
            _log.info("%s ended: %s", attempt.errand.kind, failure or state)

    def _lose(self, attempt: Attempt, why: str) -> None:
        """Put an errand whose run was lost back into the queue; a service that is closed does not count."""
        _log.warning("attempt %s is lost: %s", attempt.errand.attempt, why)
        with suppress(OperationalError):  # its lease runs out instead
            with_patience(lambda: self._errands.release(attempt.errand, counts=not self._closing.is_set()))

    def _give_up(self, errand: Errand, failure: str) -> None:
        """End an errand without an outcome, and say so in its job."""
        work = self._work(errand)
        if work is not None:
            with_patience(lambda: kind_of(errand.kind).fail(work, failure))
        with_patience(lambda: self._errands.finish(errand, ErrandState.FAILED, failure))
        _log.warning("%s given up: %s", errand.kind, failure)


def with_patience(change: Callable[[], Result], seconds: float = _PATIENCE_SECONDS) -> Result:
    """Make a change, again and again while the database is locked or away, for so many seconds."""
    until = time.monotonic() + seconds
    while True:
        try:
            return change()
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
