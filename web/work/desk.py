"""Errands as pages meet them: submit one, look how far it is, stop it."""

from __future__ import annotations

from typing import Any

from web.data_folder import DataFolder
from web.jobs import Job, JobStore
from web.store.models import ErrandKind
from web.work.errands import Errand, ErrandStore, Event, Stopping
from web.work.kinds import Limits, Work, kind_of


class ErrandDesk:
    """What views may do with errands of the jobs they were given."""

    def __init__(self, store: ErrandStore, jobs: JobStore, data: DataFolder, limits: Limits) -> None:
        self._store, self._jobs, self._data, self._limits = store, jobs, data, limits

    def submit(
        self, job: Job, kind: ErrandKind, parameters: dict[str, Any] | None = None, created_by: str | None = None
    ) -> Errand:
        """Queue an errand of a job; the same one that is not finished is returned in its place."""
        return self._store.submit(job.bureau_id, job.id, kind, parameters, created_by)

    def latest(self, job: Job, kind: ErrandKind) -> Errand | None:
        """Return the job's youngest errand of a kind, or None."""
        return self._store.latest(job.id, kind)

    def get(self, errand_id: str) -> Errand | None:
        """Return the errand with this id, or None."""
        return self._store.get(errand_id)

    def done(self, kind: ErrandKind, most: int) -> list[Errand]:
        """Return the bureau's errands of a kind that ended by themselves, the latest first."""
        return self._store.done(kind, most)

    def events(self, errand: Errand, after: int = 0) -> list[Event]:
        """Return what the errand told in its present attempt, after the event with id ``after``."""
        return [event for event in self._store.events(errand.id, after) if event.attempt == errand.attempt]

    def latest_event(self, errand: Errand) -> Event | None:
        """Return what the errand told last in its present attempt, or None."""
        return self._store.latest_event(errand)

    def position(self, errand: Errand) -> int:
        """Return the place of a waiting errand in its queue, 1 = next."""
        return self._store.position(errand)

    def stop(self, errand: Errand) -> Stopping:
        """Take a waiting errand out of the queue, or ask a running one to finish with what it has."""
        stopping = self._store.stop(errand.id)
        job = self._jobs.get(errand.job_id)
        if stopping is Stopping.WITHDRAWN and job is not None:
            folder = self._data.job(job.id)
            work = Work(job, folder, errand.parameters, self._jobs, self._data, self._limits)
            kind_of(errand.kind).withdraw(work)
        return stopping
