"""What users ask for: each order moves the job with a conditional change and submits the errand that does the rest."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from web.county_data import copy_changes
from web.data_folder import DataFolder, JobFolder
from web.jobs import MOVING, PAPERS_MOVING, REPLANNABLE, Job, JobState, JobStore, PapersState
from web.originals import Removal, remove_personal
from web.store.models import ErrandKind
from web.work import task as task_module
from web.work.coordinator import Planner
from web.work.desk import ErrandDesk
from web.work.errands import Stopping
from web.work.kinds import Limits
from web.work.task import Task
from web.work.workforce import rooms_of

_UPLOAD_SECONDS = 3600.0
"""An upload that is not complete after so long never will be."""

EVENTS_KEPT_DAYS = 7
"""So long stays what an errand told of its progress."""


class Orders:
    """The orders of pages, and the chores of keeping jobs and errands in step."""

    def __init__(self, jobs: JobStore, data: DataFolder, errands: ErrandDesk, limits: Limits, planner: Planner) -> None:
        self._jobs, self._data, self._errands, self._limits, self._planner = jobs, data, errands, limits, planner
        self._template_lock, self._template_written = threading.Lock(), False

    def examine(self, job: Job) -> None:
        """Have the job's workbook checked, or its township files read."""
        self._errands.submit(job, self._examination_of(job))

    def read_again(self, job: Job) -> bool:
        """Read a job's township files again with its present choices; False when it is not at rest before planning."""
        changed = self._jobs.change(job.id, only_from=(JobState.REVIEW, JobState.READY), state=JobState.EXAMINING)
        if changed:
            self.examine(job)
        return changed

    def read_with(self, job: Job, file_name: str) -> bool:
        """Read a job's township files against the workbook of that name, which lies in its folder.

        Without township files the workbook itself is examined. False when the job is not one that waits for a workbook.
        """
        changed = self._jobs.change(
            job.id,
            only_from=(JobState.REVIEW, JobState.FAULTY),
            state=JobState.EXAMINING,
            file_name=file_name,
            faults=(),
            failure="",
            finished_at=None,
        )
        if changed:
            # Named, so that it is another errand than the one before, which may be ending this very moment.
            self._errands.submit(job, self._examination_of(job), {"workbook": file_name})
        return changed

    def plan(self, job: Job, time_limit_seconds: int, budget_yuan: str, *, timetable: bool = True) -> bool:
        """Queue a job for planning; False when it is not in a state to be planned."""
        queued = self._jobs.change(
            job.id,
            only_from=(JobState.READY,),
            state=JobState.QUEUED,
            queued_at=time.time(),
            time_limit_seconds=time_limit_seconds,
            budget_yuan=budget_yuan,
            timetable=timetable,
        )
        if queued:
            self._errands.submit(job, ErrandKind.PLAN)
        return queued

    def stop(self, job: Job) -> bool:
        """Ask a running job to finish with its best plan, or take a waiting one out of the queue; False for others."""
        errand = self._errands.latest(job, ErrandKind.PLAN)
        stopping = self._errands.stop(errand) if errand is not None else Stopping.TOO_LATE
        if stopping is Stopping.ASKED:
            self._jobs.change(job.id, only_from=(JobState.RUNNING,), stop_requested=True)
        return stopping is not Stopping.TOO_LATE

    def write_papers(self, job: Job) -> bool:
        """Queue a finished plan's papers; False when they are on their way or there, or there is no plan."""
        gone = () if self._data.job(job.id).papers_archive.is_file() else (PapersState.DONE,)
        queued = self._jobs.change(
            job.id,
            only_from=(JobState.DONE,),
            only_papers=(PapersState.NONE, PapersState.FAILED, *gone),
            papers=PapersState.WAITING,
            papers_failure="",
            papers_note="",
        )
        if queued:
            self._errands.submit(job, ErrandKind.PAPERS)
        return queued

    def template(self) -> Path | None:
        """Return the empty workbook to fill in, written anew by each server's planner; None when it cannot be."""
        path = self._data.root / "template.xlsx"
        with self._template_lock:
            if not self._template_written:
                path.unlink(missing_ok=True)
                self._template_written = self._write_template(path)
        return path if self._template_written else None

    def _write_template(self, path: Path) -> bool:
        """Have the planner write it, from this process: nothing that users sent takes part."""
        task: Task = {
            "planner": list(self._planner.words),
            "words": ["template", path.name],
            "inputs": {},
            "outputs": [path.name],
            "most_seconds": self._limits.examination_seconds,
            "stopping_seconds": 0.0,
            "stop": "",
            "memory_bytes": self._planner.memory_bytes,
            "rooms": str(rooms_of(self._data.root)),
        }
        outcome = task_module.run(task, _NoLine())
        if outcome["exit_code"] != 0 or path.name not in outcome["files"]:
            return False
        path.write_bytes(outcome["files"][path.name])
        return True

    def copy(self, job: Job) -> Job:
        """Make the next version of a plan, ready to be planned from the same workbook."""
        if job.state not in REPLANNABLE:
            raise ValueError(f"job is {job.state}")
        copy = self._jobs.create(
            job.title,
            job.file_name,
            bundled=job.bundled,
            version_of=job,
            state=JobState.READY,
            summary=job.summary,
            settings=job.settings,
        )
        target = self._data.job(copy.id).workbook(job.file_name)
        target.parent.mkdir(parents=True)
        shutil.copyfile(self._data.job(job.id).workbook(job.file_name), target)
        _copy_reading(self._data.job(job.id), self._data.job(copy.id))
        copy_changes(self._data.job(job.id), self._data.job(copy.id))
        return copy

    def _examination_of(self, job: Job) -> ErrandKind:
        return ErrandKind.READ_DEMAND if self._data.job(job.id).demand_files() else ErrandKind.EXAMINE

    # --- chores -------------------------------------------------------------------------------------------------------

    def resubmit(self, now: float) -> None:
        """Submit the errand of each job that is on its way without one: its server died between the two changes, or
        was of a version that knew no errands.
        """
        for job in self._jobs.in_states(*MOVING):
            examining = job.state is JobState.EXAMINING
            self._ensure(job, self._examination_of(job) if examining else ErrandKind.PLAN)
        for job in self._jobs.with_papers(*PAPERS_MOVING):
            self._ensure(job, ErrandKind.PAPERS)

    def clear_half_uploads(self, now: float) -> None:
        """Remove jobs whose upload was cut off in the middle, together with what had come of it."""
        for job in self._jobs.in_states(JobState.REVIEW):
            folder = self._data.job(job.id)
            kinds = (ErrandKind.EXAMINE, ErrandKind.READ_DEMAND)
            complete = folder.reading.is_file() or any(self._errands.latest(job, kind) for kind in kinds)
            if now - job.created_at > _UPLOAD_SECONDS and not complete:
                shutil.rmtree(folder.root, ignore_errors=True)
                self._jobs.delete(job.id)

    def _ensure(self, job: Job, kind: ErrandKind) -> None:
        latest = self._errands.latest(job, kind)
        if latest is None or not latest.moving:
            self._errands.submit(job, kind)

    def remove_expired(self, now: float) -> None:
        """Remove township files that name people and were uploaded too long before ``now`` (seconds since the epoch).

        Files that are being read stay until the next time.
        """
        for job in self._jobs.in_states(*(state for state in JobState if state not in MOVING)):
            folder = self._data.job(job.id)
            if now - job.created_at > self._limits.originals_days * 86_400 and folder.demand.is_dir():
                remove_personal(folder, Removal.EXPIRED, date.fromtimestamp(now))


@dataclass(frozen=True, slots=True)
class _NoLine:
    said: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, event: dict[str, Any]) -> None:
        self.said.append(event)

    def stop_asked(self) -> bool:
        return False

    def abandoned(self) -> bool:
        return False


def _copy_reading(source: JobFolder, target: JobFolder) -> None:
    """Copy township files and what was found and confirmed about them, where there are any."""
    for name in ("demand", "marked"):
        if (source.root / name).is_dir():
            shutil.copytree(source.root / name, target.root / name)
    papers = (source.choices, source.remembered, source.reading, source.findings)
    for path in (*papers, source.counts, source.roster, source.removed):
        if path.exists():
            shutil.copyfile(path, target.root / path.name)
