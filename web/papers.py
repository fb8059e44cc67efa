"""Writes all papers of finished plans, one plan after the other, in a process of its own."""

from __future__ import annotations

import logging
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web.data_folder import DataFolder, JobFolder
from web.jobs import PAPERS_MOVING, Job, JobState, JobStore, PapersState
from web.planner_process import PlannerCommand, events, kill, note_crash, read_faults
from web.runner import planned_workbook
from web.wording import COUNTY_PAPERS

_log = logging.getLogger(__name__)

COUNTY = "全县"
"""Folder of the bureau's own papers (``planner.export.folders``)."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the planner is doing, by its own name, and how much of it is done; ``total`` is 0 when it is not known."""

    stage: str = ""
    done: int = 0
    total: int = 0


class PaperWriter:
    """One worker thread; whose papers wait, are written or done stands in the job store."""

    def __init__(self, jobs: JobStore, data: DataFolder, planner: PlannerCommand, most_seconds: float) -> None:
        self._jobs, self._data, self._planner, self._most_seconds = jobs, data, planner, most_seconds
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="papers")
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._steps: dict[str, Step] = {}

    def start(self) -> None:
        """Say of papers that the last server left half written that they are not done."""
        for job in self._jobs.with_papers(*PAPERS_MOVING):
            self._end(job, PapersState.FAILED, papers_failure="papers_interrupted")

    def close(self) -> None:
        """Stop at once."""
        self._closing.set()
        if self._process is not None:
            kill(self._process)
        self._worker.shutdown(cancel_futures=True)

    def write(self, job: Job) -> bool:
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
            self._worker.submit(self._guarded, job)
        return queued

    def step(self, job: Job) -> Step:
        """Return how far the papers of a job are."""
        return self._steps.get(job.id, Step())

    def _guarded(self, job: Job) -> None:
        """Write a job's papers so that a fault of ours ends them with an honest word, not the worker."""
        try:
            self._write(job)
        except Exception:  # noqa: BLE001 - whatever it was, the page must say that it ended
            _log.exception("papers of job %s", job.id)
            self._end(job, PapersState.FAILED, papers_failure="internal")
        finally:
            self._steps.pop(job.id, None)

    def _write(self, job: Job) -> None:
        folder = self._data.job(job.id)
        self._jobs.change(job.id, papers=PapersState.WRITING)
        process = self._process = self._planner.start_papers(planned_workbook(job, folder), folder)
        if self._closing.is_set():
            kill(process)  # closed before there was a process to be ended
        overdue = threading.Event()

        def ring() -> None:
            overdue.set()
            kill(process)

        alarm = threading.Timer(self._most_seconds, ring)
        alarm.start()
        last_words: list[dict[str, Any]] = []
        try:
            for event in events(process):
                if event["event"] == "progress":
                    self._steps[job.id] = _to_step(event)
                else:
                    last_words.append(event)
            process.wait()
        finally:
            alarm.cancel()
        self._conclude(job, folder, last_words, overdue=overdue.is_set())

    def _conclude(self, job: Job, folder: JobFolder, last_words: list[dict[str, Any]], *, overdue: bool) -> None:
        assert self._process is not None
        exit_code, told = self._process.returncode, {event["event"]: event for event in last_words}
        if exit_code == 0 and folder.papers_archive.is_file():
            self._end(job, PapersState.DONE)
        elif self._closing.is_set():
            self._end(job, PapersState.FAILED, papers_failure="papers_interrupted")
        elif overdue:
            self._end(job, PapersState.FAILED, papers_failure="papers_overdue")
        elif reasons := _reasons(told):
            self._end(job, PapersState.FAILED, papers_failure="papers_refused", papers_note=reasons)
        else:
            _log.error("papers of job %s: the planner ended with exit code %s", job.id, exit_code)
            note_crash(folder.papers_log, exit_code, last_words)
            self._end(job, PapersState.FAILED, papers_failure="papers_crashed")

    def _end(self, job: Job, state: PapersState, **values: Any) -> None:
        self._jobs.change(job.id, papers=state, **values)


def county_papers(folder: JobFolder) -> list[Path]:
    """Return the bureau's own papers: those to read first, then by name."""
    county = folder.papers / COUNTY
    order = {ending: number for number, ending in enumerate(COUNTY_PAPERS)}
    papers = county.iterdir() if county.is_dir() else ()
    return sorted(papers, key=lambda path: (order.get(path.suffix, len(order)), path.name))


def count_papers(folder: JobFolder) -> dict[str, int]:
    """Return how many papers there are of each kind (suffix without its dot), in all folders together."""
    counts: dict[str, int] = {}
    for path in folder.papers.rglob("*"):
        if path.is_file() and path.parent != folder.papers:  # the list of papers is none
            counts[path.suffix[1:]] = counts.get(path.suffix[1:], 0) + 1
    return counts


def _to_step(event: dict[str, Any]) -> Step:
    done, total = event.get("done"), event.get("total")
    counted = isinstance(done, int) and isinstance(total, int) and 0 <= done <= total
    return Step(str(event.get("stage") or ""), *((done, total) if counted else ()))


def _reasons(told: dict[str, dict[str, Any]]) -> str:
    """Return the planner's own words why it wrote nothing, a line each; empty when it did not say."""
    if sentence := told.get("no_plan", {}).get("sentence"):
        return str(sentence)
    faults = read_faults(told.get("faults", {}))
    return "\n".join(
        f"{fault['file']} {fault['sheet']}{fault['cell']}：{fault['problem']}。{fault['remedy']}" for fault in faults
    )
