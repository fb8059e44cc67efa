"""Moves jobs along: examines uploads, plans a few at a time, and tells the truth about whatever ends otherwise."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from web.county_data import copy_changes
from web.data_folder import DataFolder, JobFolder
from web.jobs import MOVING, REPLANNABLE, Job, JobState, JobStore
from web.originals import Removal, remove_personal
from web.plan_settings import planning_words
from web.planner_process import DemandExamination, PlannerCommand, events, kill, note_crash, read_faults
from web.progress import record_progress
from web.words import ConfirmedWords

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and numbers the runner keeps to.

    ``originals_days`` is how long township files that name people are kept at most; ``writing_seconds`` what a planner
    may take beyond its time limit to read, check and write, ``timetable_share`` the share of the limit that the
    timetable may take beyond it (``planner.cli.solving.TIMETABLE_SHARE``); ``stopping_seconds`` what it may take after
    being asked to stop before it is ended.
    """

    plans_at_once: int = 1
    examination_seconds: float = 90.0
    reading_seconds: float = 300.0
    originals_days: float = 30.0
    writing_seconds: float = 180.0
    timetable_share: float = 0.25
    stopping_seconds: float = 60.0


class Runner:
    """Worker threads over the job store. The queue is the store itself, so a restart loses nobody's place."""

    def __init__(self, jobs: JobStore, data: DataFolder, planner: PlannerCommand, limits: Limits) -> None:
        self._jobs, self._data, self._planner, self._limits = jobs, data, planner, limits
        self.words = ConfirmedWords(data.root / "words.json")
        self._examinations = ThreadPoolExecutor(max_workers=2, thread_name_prefix="examine")
        self._waiting = threading.Condition()
        self._closing = threading.Event()
        self._template_lock, self._template_written = threading.Lock(), False
        self._workers = [
            threading.Thread(target=self._work, name=f"plan-{number}", daemon=True)
            for number in range(limits.plans_at_once)
        ]
        self._sweeper = threading.Thread(target=self._sweep, name="sweep", daemon=True)

    def start(self) -> None:
        """Take up what the last server left: waiting jobs go on, running ones are declared interrupted."""
        for job in self._jobs.in_states(JobState.RUNNING):
            # A planner that outlived its server would still be searching: ask it to stop.
            self._data.job(job.id).stop_request.touch()
            self._finish(job, JobState.INTERRUPTED, failure="server_stopped")
        for job in self._jobs.in_states(JobState.EXAMINING):
            self.examine(job)
        for worker in (*self._workers, self._sweeper):
            worker.start()

    def remove_expired(self, now: float) -> None:
        """Remove township files that name people and were uploaded too long before ``now`` (seconds since the epoch).

        Files that are being read stay until the next time.
        """
        for job in self._jobs.in_states(*(state for state in JobState if state not in MOVING)):
            folder = self._data.job(job.id)
            if now - job.created_at > self._limits.originals_days * 86_400 and folder.demand.is_dir():
                remove_personal(folder, Removal.EXPIRED, date.fromtimestamp(now))

    def _sweep(self) -> None:
        while True:
            try:
                self.remove_expired(time.time())
            except OSError:
                _log.exception("files that name people could not be removed; tried again in an hour")
            if self._closing.wait(timeout=3600):
                return

    def close(self) -> None:
        """Stop at once; jobs being planned are recorded as interrupted."""
        self._closing.set()
        self._wake()
        self._examinations.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            if worker.is_alive():
                worker.join(timeout=10)

    def examine(self, job: Job) -> None:
        """Check the job's workbook in the background."""
        self._examinations.submit(self._guarded, self._examine, job)

    def read_again(self, job: Job) -> bool:
        """Read a job's township files again with its present choices; False when it is not at rest before planning."""
        before = (JobState.REVIEW, JobState.READY)
        changed = self._jobs.change(job.id, only_from=before, state=JobState.EXAMINING)
        if changed:
            self.examine(job)
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
        self._wake()
        return queued

    def stop(self, job: Job) -> None:
        """Ask a running job to finish with its best plan; take a waiting one out of the queue."""
        if self._jobs.change(job.id, only_from=(JobState.QUEUED,), state=JobState.READY, queued_at=None):
            return
        if self._jobs.change(job.id, only_from=(JobState.RUNNING,), stop_requested=True):
            self._data.job(job.id).stop_request.touch()

    def template(self) -> Path | None:
        """Return the empty workbook to fill in, written anew by each server's planner; None when it cannot be."""
        path = self._data.root / "template.xlsx"
        with self._template_lock:
            if not self._template_written:
                path.unlink(missing_ok=True)
                self._template_written = self._planner.write_template(path, self._limits.examination_seconds)
        return path if self._template_written else None

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

    def _wake(self) -> None:
        with self._waiting:
            self._waiting.notify_all()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            self._guarded(self._plan, job)

    def _next(self) -> Job | None:
        """Wait for a queued job and claim it; None when the runner closes."""
        with self._waiting:
            while not self._closing.is_set():
                job = self._jobs.claim_next()
                if job is not None:
                    return job
                self._waiting.wait(timeout=5.0)
        return None

    def _guarded(self, step: Any, job: Job) -> None:
        """Run a step of a job so that a fault of ours ends this job with an honest word, not the worker."""
        try:
            step(job)
        except Exception:  # noqa: BLE001 - whatever it was, the page must say that the job ended
            _log.exception("job %s", job.id)
            self._finish(job, JobState.FAILED, failure="internal")

    def _examine(self, job: Job) -> None:
        folder = self._data.job(job.id)
        if folder.demand_files():
            self._examine_demand(job, folder)
        else:
            self._examine_workbook(job, folder)

    def _examine_workbook(self, job: Job, folder: JobFolder) -> None:
        found = self._planner.examine(folder.workbook(job.file_name), self._limits.examination_seconds)
        if self._closing.is_set():
            return  # examined again at the next start
        if found.summary is not None:
            self._jobs.change(job.id, only_from=(JobState.EXAMINING,), state=JobState.READY, summary=found.summary)
        else:
            self._finish(job, JobState.FAULTY, faults=found.faults, failure=found.failure)

    def _examine_demand(self, job: Job, folder: JobFolder) -> None:
        """Read township files; once more when names are met that were confirmed with an earlier upload."""
        found = self._read_demand(job, folder)
        if found.answer is not None and self.words.recall(folder, found.answer):
            found = self._read_demand(job, folder)
        if self._closing.is_set():
            return  # read again at the next start
        if found.answer is None:
            self._finish(job, JobState.FAULTY, faults=found.faults, failure=found.failure)
            return
        folder.reading.write_text(json.dumps(found.answer, ensure_ascii=False), encoding="utf-8")
        summary = found.answer.get("summary")
        self._jobs.change(job.id, only_from=(JobState.EXAMINING,), state=JobState.REVIEW, summary=summary)

    def _read_demand(self, job: Job, folder: JobFolder) -> DemandExamination:
        for path in (folder.findings, folder.counts, folder.roster, *folder.marked_files()):
            path.unlink(missing_ok=True)
        return self._planner.examine_demand(folder.workbook(job.file_name), folder, self._limits.reading_seconds)

    def _plan(self, job: Job) -> None:
        folder = self._data.job(job.id)
        folder.output.mkdir(parents=True, exist_ok=True)
        process = self._planner.start_planning(
            folder.workbook_to_plan(job.file_name),
            folder.output,
            folder.stop_request,
            folder.log,
            job.time_limit_seconds,
            job.budget_yuan,
            folder.demand_files(),
            folder.choices,
            folder.counts if folder.counts.is_file() else None,
            timetable=job.timetable,
            settings=planning_words(job.settings),
        )
        last_words: list[dict[str, Any]] = []
        listener = threading.Thread(target=_listen, args=(process, folder, last_words), daemon=True)
        listener.start()
        overdue = self._supervise(process, job, folder)
        listener.join(timeout=5)
        if self._closing.is_set() and process.returncode != 0:
            self._finish(job, JobState.INTERRUPTED, failure="server_stopped")
        elif overdue and process.returncode != 0:
            self._finish(job, JobState.FAILED, failure="planning_overdue")
        else:
            self._conclude(job, folder, process.returncode, last_words)

    def _supervise(self, process: subprocess.Popen[bytes], job: Job, folder: JobFolder) -> bool:
        """Wait for the planner to end; one that overstays is asked to stop, then ended. True: it was ended."""
        share = self._limits.timetable_share if job.timetable else 0.0
        stop_at = time.monotonic() + job.time_limit_seconds * (1 + share) + self._limits.writing_seconds
        kill_at: float | None = None
        while True:
            try:
                process.wait(timeout=0.2)
                return False
            except subprocess.TimeoutExpired:
                now = time.monotonic()
            if now > stop_at:
                folder.stop_request.touch()
            if kill_at is None and folder.stop_request.exists():
                kill_at = now + self._limits.stopping_seconds
            if self._closing.is_set() or (kill_at is not None and now > kill_at):
                kill(process)
                process.wait()
                return True

    def _conclude(self, job: Job, folder: JobFolder, exit_code: int, last_words: list[dict[str, Any]]) -> None:
        told = {event["event"]: event for event in last_words}
        if exit_code == 0 and (figures := planned_figures(folder)) is not None:
            self._note_planned_facts(job, folder)
            self._finish(job, JobState.DONE, **figures)
        elif exit_code == 1 and "infeasible" in told:
            clashes = told["infeasible"].get("clashes")
            texts = tuple(str(clash) for clash in clashes) if isinstance(clashes, list) else ()
            self._finish(job, JobState.INFEASIBLE, clashes=texts)
        elif exit_code == 2 and (faults := read_faults(told.get("faults", {}))):
            self._finish(job, JobState.FAULTY, faults=faults)
        elif exit_code == 3:
            self._finish(job, JobState.NO_PLAN)
        else:
            _log.error("job %s: the planner ended with exit code %s", job.id, exit_code)
            note_crash(folder.log, exit_code, last_words)
            self._finish(job, JobState.FAILED, failure="planning_crashed")

    def _note_planned_facts(self, job: Job, folder: JobFolder) -> None:
        """Keep weeks and funds of the workbook that was planned, for the result page; it does without if need be."""
        workbook = planned_workbook(job, folder)
        found = self._planner.examine(workbook, self._limits.examination_seconds, weeks=True)
        if found.summary is not None:
            folder.planned_facts.write_text(json.dumps(found.summary, ensure_ascii=False), encoding="utf-8")

    def _finish(self, job: Job, state: JobState, **values: Any) -> None:
        self._jobs.change(job.id, state=state, finished_at=time.time(), **values)


def planned_workbook(job: Job, folder: JobFolder) -> Path:
    """Return the workbook that a finished plan was made from."""
    return folder.planned_workbook if folder.planned_workbook.exists() else folder.workbook_to_plan(job.file_name)


def _copy_reading(source: JobFolder, target: JobFolder) -> None:
    """Copy township files and what was found and confirmed about them, where there are any."""
    for name in ("demand", "marked"):
        if (source.root / name).is_dir():
            shutil.copytree(source.root / name, target.root / name)
    papers = (source.choices, source.remembered, source.reading, source.findings)
    for path in (*papers, source.counts, source.roster, source.removed):
        if path.exists():
            shutil.copyfile(path, target.root / path.name)


def _listen(process: subprocess.Popen[bytes], folder: JobFolder, last_words: list[dict[str, Any]]) -> None:
    """Record progress as it comes and keep the closing events for the verdict."""
    for event in events(process):
        if event["event"] == "progress":
            record_progress(folder.progress, event)
        else:
            last_words.append(event)


def planned_figures(folder: JobFolder) -> dict[str, Any] | None:
    """Expected jobs and cost (yuan) of the plan that was written; None when there is no readable plan."""
    try:
        plan = json.loads((folder.output / "plan.json").read_text(encoding="utf-8"))
        jobs = float(plan["linked_jobs"]) + float(plan["unlinked_jobs"])
        return {"expected_jobs": jobs, "total_cost_yuan": str(plan.get("total_cost", ""))}
    except (OSError, ValueError, KeyError, TypeError):
        return None
