"""Writes all papers of a finished plan and their archive."""

from __future__ import annotations

from typing import Any

from web.jobs import PAPERS_MOVING, JobState, PapersState
from web.work.answers import log_of, read_faults
from web.work.errand import Command, Outcome
from web.work.kinds import ErrandFailed, Kind, Work, lay_down, lay_file, planned_workbook


def begin(work: Work) -> None:
    """Writing starts, or starts again."""
    work.jobs.change(work.job.id, only_papers=PAPERS_MOVING, papers=PapersState.WRITING)


def prepare(work: Work) -> Command | None:
    """Ask the planner for all papers of the plan."""
    job, folder = work.job, work.folder
    if job.state is not JobState.DONE or job.papers not in PAPERS_MOVING:
        return None
    workbook = planned_workbook(job, folder)
    name, out, archive = f"upload/{workbook.name}", folder.papers.name, folder.papers_archive.name
    return Command(
        words=("papers", name, "plan.json", "--out", out, "--zip", archive, "--progress", "json"),
        inputs={name: workbook, "plan.json": folder.output / "plan.json"},
        outputs=(f"{out}/", archive),
        most_seconds=work.limits.papers_seconds,
    )


def conclude(work: Work, outcome: Outcome) -> Command | None:
    """Keep the papers, or say why there are none."""
    folder = work.folder
    archive = outcome.files.get(folder.papers_archive.name) if outcome.exit_code == 0 else None
    reasons = _reasons(outcome.told)
    lay_file(folder.papers_log, log_of(outcome, crashed=archive is None and not reasons))
    if archive is not None:
        lay_down(folder.papers, outcome.files, within=f"{folder.papers.name}/")
        lay_file(folder.papers_archive, archive)
        _end(work, PapersState.DONE)
        return None
    failure = "papers_overdue" if outcome.overdue else "papers_refused" if reasons else "papers_crashed"
    _end(work, PapersState.FAILED, papers_failure=failure, papers_note=reasons if failure == "papers_refused" else "")
    raise ErrandFailed(failure, reasons)


def _reasons(told: dict[str, dict[str, Any]]) -> str:
    """Return the planner's own words why it wrote nothing, a line each; empty when it did not say."""
    if sentence := told.get("no_plan", {}).get("sentence"):
        return str(sentence)
    faults = read_faults(told.get("faults", {}))
    return "\n".join(
        f"{fault['file']} {fault['sheet']}{fault['cell']}：{fault['problem']}。{fault['remedy']}" for fault in faults
    )


def withdraw(work: Work) -> None:
    """The papers are no longer wanted."""
    _end(work, PapersState.NONE)


def fail(work: Work, failure: str) -> None:
    """Say that the papers were not written, and why."""
    _end(work, PapersState.FAILED, papers_failure=failure)


def _end(work: Work, state: PapersState, **values: Any) -> None:
    work.jobs.change(work.job.id, only_papers=PAPERS_MOVING, papers=state, **values)


KIND = Kind(prepare, conclude, begin, withdraw, fail)
