"""Searches a plan, and keeps what pages show beside it: the weeks, funds and places of what was planned."""

from __future__ import annotations

import json
import time
from typing import Any

from web.jobs import JobState
from web.plan_settings import planning_words
from web.result_decisions import USUAL_TOLERANCE
from web.work.answers import log_of, read_examination, read_faults, read_object
from web.work.errand import STOP, Command, Outcome
from web.work.kinds import ErrandFailed, Kind, Work, lay_down, lay_file, planned_workbook, planning_input

_UNFINISHED = (JobState.QUEUED, JobState.RUNNING)
_OUT, _FACTS = "out/", "facts.json"


def begin(work: Work) -> None:
    """The search starts, or starts again."""
    work.jobs.change(work.job.id, only_from=_UNFINISHED, state=JobState.RUNNING, started_at=time.time())


def prepare(work: Work) -> Command | None:
    """Ask the planner for a plan; when an attempt before found one and died afterwards, for the rest only."""
    if work.job.state not in _UNFINISHED:
        return None
    if work.job.expected_jobs is not None and (work.folder.output / "plan.json").is_file():
        return _look_at_planned(work)
    job, folder, limits = work.job, work.folder, work.limits
    workbook, path = planning_input(job, folder)
    words = ["solve", workbook, "--out", _OUT.rstrip("/"), "--time-limit", str(job.time_limit_seconds)]
    words += ["--progress", "json", "--stop-file", STOP, "--facts", _FACTS]
    inputs = {workbook: path}
    if job.budget_yuan:
        words += ["--total-budget", job.budget_yuan]
    if folder.counts.is_file():
        words += ["--counts", folder.counts.name]
        inputs[folder.counts.name] = folder.counts
    elif demand := folder.demand_files():
        for file in demand:
            words += ["--demand", f"demand/{file.name}"]
            inputs[f"demand/{file.name}"] = file
        if folder.choices.is_file():
            words += ["--choices", folder.choices.name]
            inputs[folder.choices.name] = folder.choices
    if folder.kept_plan.is_file():
        words += ["--decisions", folder.decisions.name, "--keep", folder.kept_plan.name]
        words += ["--keep-tolerance", f"{float(job.settings.get('keep_tolerance', USUAL_TOLERANCE)):g}"]
        inputs |= {folder.decisions.name: folder.decisions, folder.kept_plan.name: folder.kept_plan}
    if not job.timetable:
        words.append("--no-timetable")
    words += planning_words(job.settings)
    share = limits.timetable_share if job.timetable else 0.0
    most_seconds = job.time_limit_seconds * (1 + share) + limits.writing_seconds
    return Command(tuple(words), inputs, (_OUT, _FACTS), most_seconds, limits.stopping_seconds)


def conclude(work: Work, outcome: Outcome) -> Command | None:
    """Keep the plan, or say why there is none."""
    if outcome.words[0] == "inspect":
        found = read_examination(outcome)
        if found.summary is not None:
            lay_file(work.folder.planned_facts, json.dumps(found.summary, ensure_ascii=False).encode())
        _end(work, JobState.DONE)
        return None
    figures = _planned_figures(outcome) if outcome.exit_code == 0 else None
    if figures is not None:
        lay_file(work.folder.log, log_of(outcome, crashed=False))
        lay_down(work.folder.output, outcome.files, within=_OUT)
        kept = outcome.told.get("done", {}).get("kept")
        if isinstance(kept, dict):  # how much of the version before is left, for the page that compares them
            figures["settings"] = work.job.settings | {"kept": kept}
        work.jobs.change(work.job.id, only_from=_UNFINISHED, **figures)
        if read_object(outcome.files.get(_FACTS, b"")) is None:
            return _look_at_planned(work)
        lay_file(work.folder.planned_facts, outcome.files[_FACTS])
        _end(work, JobState.DONE)
        return None
    _end_without_plan(work, outcome)
    return None


def _look_at_planned(work: Work) -> Command:
    """Ask for the facts alone: the planner that found the plan did not leave them, or they went with its server."""
    workbook = planned_workbook(work.job, work.folder)
    name = f"upload/{workbook.name}"
    words = ("inspect", name, "--json", "--weeks")
    return Command(words, {name: workbook}, most_seconds=work.limits.examination_seconds)


def _planned_figures(outcome: Outcome) -> dict[str, Any] | None:
    """Expected jobs and cost (yuan) of the plan that was written; None when there is no readable plan."""
    try:
        plan = json.loads(outcome.files[f"{_OUT}plan.json"])
        jobs = float(plan["linked_jobs"]) + float(plan["unlinked_jobs"])
        return {"expected_jobs": jobs, "total_cost_yuan": str(plan.get("total_cost", ""))}
    except (ValueError, KeyError, TypeError):
        return None


def _end_without_plan(work: Work, outcome: Outcome) -> None:
    told = outcome.told
    clashing = outcome.exit_code == 1 and "infeasible" in told
    faults = read_faults(told.get("faults", {})) if outcome.exit_code == 2 else ()
    explained = clashing or bool(faults) or outcome.exit_code == 3
    lay_file(work.folder.log, log_of(outcome, crashed=not explained))
    if clashing:
        clashes = told["infeasible"].get("clashes")
        _end(work, JobState.INFEASIBLE, clashes=tuple(map(str, clashes)) if isinstance(clashes, list) else ())
    elif faults:
        _end(work, JobState.FAULTY, faults=faults)
    elif outcome.exit_code == 3:
        _end(work, JobState.NO_PLAN)
    else:
        failure = "planning_overdue" if outcome.overdue else "planning_crashed"
        fail(work, failure)
        raise ErrandFailed(failure)


def withdraw(work: Work) -> None:
    """The clerk took the job out of the queue."""
    work.jobs.change(work.job.id, only_from=_UNFINISHED, state=JobState.READY, queued_at=None)


def fail(work: Work, failure: str) -> None:
    """Say that there is no plan, and why."""
    _end(work, JobState.FAILED, failure=failure)


def _end(work: Work, state: JobState, **values: Any) -> None:
    work.jobs.change(work.job.id, only_from=_UNFINISHED, state=state, finished_at=time.time(), **values)


KIND = Kind(prepare, conclude, begin, withdraw, fail)
