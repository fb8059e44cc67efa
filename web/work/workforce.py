"""Who runs the planner: workers of ``distributed``, on this computer or on others, or this very process.

All of them run the same function (:func:`web.work.task.run`) and keep the same protocol with the coordinator.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from web.work import task as task_module
from web.work.task import Task

_log = logging.getLogger(__name__)

_BEATS = 8
"""A coordinator lets itself be heard so often before a worker loses its patience."""

_LOOK_SECONDS = 0.25
_GRACE_SECONDS = 120.0
_RECONNECT_SECONDS = 3.0


class RunLost(Exception):
    """A worker, the scheduler or the link to it died while a command ran; it may be run again."""


class Hearing(Protocol):
    """The coordinator's side of one running command."""

    stop: threading.Event
    """Set when the planner should finish with what it has."""

    drop: threading.Event
    """Set when nobody waits any more."""

    def started(self) -> bool:
        """Hear that a worker has begun; False: it must not go on, since it has begun too often."""

    def heard(self, event: dict[str, Any]) -> None:
        """Hear an event. Never waits for the database."""


class Workforce(Protocol):
    """Runs commands, each called in a thread of its own."""

    def ready(self) -> bool:
        """Whether there is somebody to run a command now."""

    def seats(self) -> int:
        """How many commands can run at the same time."""

    def run(self, task: Task, hearing: Hearing) -> dict[str, Any]:
        """Run a command to its end and return the fields of an outcome.

        Raises
        ------
        RunLost
            It did not come to its end.
        """

    def close(self) -> None:
        """Let go of everybody, at once."""


class InProcess:
    """Runs the planner from this process: for the template, and for tests that need no workers."""

    def __init__(self, seats: int = 4) -> None:
        self._seats = seats

    def ready(self) -> bool:
        """Whether there is somebody to run a command now."""
        return True

    def seats(self) -> int:
        """How many commands can run at the same time."""
        return self._seats

    def run(self, task: Task, hearing: Hearing) -> dict[str, Any]:
        """Run a command to its end and return the fields of an outcome."""
        if not hearing.started():
            raise RunLost("begun too often")
        return task_module.run(task, _HearingLine(hearing))

    def close(self) -> None:
        """Let go of everybody, at once."""


@dataclass(frozen=True, slots=True)
class _HearingLine:
    hearing: Hearing

    def tell(self, event: dict[str, Any]) -> None:
        self.hearing.heard(event)

    def stop_asked(self) -> bool:
        return self.hearing.stop.is_set()

    def abandoned(self) -> bool:
        return self.hearing.drop.is_set()


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """An existing scheduler (``tcp://…`` or ``tls://…``) and the files of the encrypted link, empty without one."""

    scheduler: str
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""


class DaskWorkforce:
    """Workers of ``distributed``: those of an existing scheduler, or one worker process on this computer.

    The worker here has one thread for each command that may run at the same time, since a thread does nothing but wait
    for its planner's process. Its link is encrypted with keys that are made for it at its start, because everybody on
    this computer can reach its port. A worker that hears nothing of its coordinator for ``patience_seconds`` ends its
    planner.
    """

    def __init__(self, seats: int, address: ClusterAddress | None = None, patience_seconds: float = 30.0) -> None:
        self._wanted_seats, self._address, self._patience_seconds = seats, address, patience_seconds
        self._lock = threading.Lock()
        self._topic = f"errands-{secrets.token_hex(8)}"
        self._runs: dict[str, queue.SimpleQueue[dict[str, Any] | None]] = {}
        self._client: Any = None
        self._cluster: Any = None
        self._tried_at = float("-inf")
        self._closed = False

    def ready(self) -> bool:
        """Whether there is a worker; connects, or starts the one on this computer, when there is none yet."""
        return self.seats() > 0

    def seats(self) -> int:
        """Return how many threads the workers have together, 0 while they cannot be reached."""
        with self._lock:
            if self._closed or not self._connected():
                return 0
            try:
                workers = self._client.scheduler_info(n_workers=-1)["workers"]
            except Exception:  # noqa: BLE001 - whatever broke, nobody can be reached
                return 0
            return sum(int(worker["nthreads"]) for worker in workers.values())

    def _connected(self) -> bool:
        if self._client is not None and self._client.status == "running":
            return True
        if time.monotonic() - self._tried_at < _RECONNECT_SECONDS:
            return False
        try:
            self._let_go()
            self._connect()
            return True
        except Exception as error:  # noqa: BLE001 - an unreachable scheduler is an everyday matter; tried again
            _log.warning("no workers: %s", error or type(error).__name__)
            self._let_go()
            return False
        finally:
            self._tried_at = time.monotonic()

    def _connect(self) -> None:
        import cloudpickle
        import dask
        from distributed import Client, LocalCluster
        from distributed.security import Security

        cloudpickle.register_pickle_by_value(task_module)
        # An upload of 50 MB travels inside the task, so that the scheduler can send it to another worker.
        settings = {"distributed.admin.large-graph-warning-threshold": "1GB"}
        # Nobody looks at the scheduler's own pages: it serves none, on a port of this computer that is free.
        settings |= {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
        dask.config.set(settings)
        if self._address is None:
            self._cluster = LocalCluster(
                n_workers=1,
                threads_per_worker=self._wanted_seats,
                processes=True,
                host="127.0.0.1",
                dashboard_address=None,
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                memory_limit=0,
                security=Security.temporary(),  # type: ignore[no-untyped-call]
                silence_logs=logging.ERROR,
            )
            self._client = Client(self._cluster, set_as_default=False)  # type: ignore[no-untyped-call]
        else:
            self._client = Client(
                self._address.scheduler, security=_security(self._address), timeout=5, set_as_default=False
            )  # type: ignore[no-untyped-call]
        self._client.subscribe_topic(self._topic, self._hear)

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        """Pass what a worker told to its run; called in the link's own thread, so it must not wait."""
        message = event[1]
        run = self._runs.get(message["errand"])
        if run is not None:
            run.put(message["told"])

    def run(self, task: Task, hearing: Hearing) -> dict[str, Any]:
        """Run a command on a worker.

        Raises
        ------
        RunLost
            The worker died too often, or the scheduler or the link to it died.
        """
        identity = f"errand-{secrets.token_hex(8)}"
        told: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._runs[identity] = told
        try:
            return self._run(task, hearing, identity, told)
        except RunLost:
            raise
        except OSError as error:
            if error.errno is not None:
                raise  # the worker's own words, such as a full disk
            raise RunLost(str(error)) from error
        except Exception as error:
            raise RunLost(f"{type(error).__name__}: {error}") from error
        finally:
            del self._runs[identity]

    def _run(
        self, task: Task, hearing: Hearing, identity: str, told: queue.SimpleQueue[dict[str, Any] | None]
    ) -> dict[str, Any]:
        from distributed import Variable

        client = self._client
        if client is None:
            raise RunLost("no workers")
        word = Variable(identity, client=client)  # type: ignore[no-untyped-call]
        spoken, spoken_at, beat = False, float("-inf"), 0
        most = task["most_seconds"] + task["stopping_seconds"] + _GRACE_SECONDS
        begun_at: float | None = None

        def entry(work: Task, topic: str, name: str, patience_seconds: float) -> dict[str, Any]:
            return task_module.run_on_worker(work, topic, name, name, patience_seconds)

        future = None
        try:
            while True:
                now = time.monotonic()
                if hearing.stop.is_set() != spoken or now - spoken_at > self._patience_seconds / _BEATS:
                    spoken, spoken_at, beat = hearing.stop.is_set(), now, beat + 1
                    word.set({"stop": spoken, "beat": beat}, timeout=5)  # type: ignore[no-untyped-call]
                if future is None:
                    words = (task, self._topic, identity, self._patience_seconds)
                    future = client.submit(entry, *words, key=identity, pure=False)
                    future.add_done_callback(lambda _: told.put(None))
                try:
                    event = told.get(timeout=_LOOK_SECONDS)
                except queue.Empty:
                    event = {}
                if event is None:
                    outcome: dict[str, Any] = future.result(timeout=60)
                    return outcome
                if event.get("event") == "started":
                    begun_at = now
                    if not hearing.started():
                        raise RunLost("begun too often")
                elif event:
                    hearing.heard(event)
                if hearing.drop.is_set():
                    raise RunLost("dropped")
                if client.status != "running":
                    raise RunLost("the scheduler is gone")
                if begun_at is not None and now - begun_at > most:
                    raise RunLost("the worker does not answer")
        finally:
            self._clear(word, future)

    def _clear(self, word: Any, future: Any) -> None:
        if self._closed or self._client is None or self._client.status != "running":
            return
        try:
            if future is not None and not future.done():
                future.cancel()
            word.delete()
        except Exception:  # noqa: BLE001 - the scheduler is gone and all of it with it
            _log.info("nothing to clear: the scheduler is gone")

    def close(self) -> None:
        """Let go of everybody, at once: the worker on this computer ends, and with it its planners."""
        self._closed = True
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        client, cluster, self._client, self._cluster = self._client, self._cluster, None, None
        for each in (client, cluster):
            if each is not None:
                try:
                    each.close(timeout=5)
                except Exception:  # noqa: BLE001 - what cannot be closed is gone already
                    _log.info("a link to workers was gone before it was closed")


def _security(address: ClusterAddress) -> Any:
    from distributed.security import Security

    if not address.ca_file:
        return None
    return Security(  # type: ignore[no-untyped-call]
        tls_ca_file=address.ca_file,
        tls_client_cert=address.certificate_file,
        tls_client_key=address.key_file,
        require_encryption=True,
    )


def rooms_of(data: Path) -> Path:
    """Return the folder for the rooms of planners on this computer, so that what users sent never leaves the data."""
    rooms = data / "rooms"
    rooms.mkdir(exist_ok=True)
    return rooms
