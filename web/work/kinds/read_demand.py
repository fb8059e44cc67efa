"""Reads township files against a county's workbook; once more when they use words confirmed with an earlier upload."""

from __future__ import annotations

import json
import time

from web.jobs import JobState
from web.words import ConfirmedWords
from web.work.answers import read_faults, read_object
from web.work.errand import Command, Outcome
from web.work.kinds import ErrandFailed, Kind, Work, lay_down, lay_file, planning_input
from web.work.kinds.examine import fail


def prepare(work: Work) -> Command | None:
    """Ask the planner to read the files with the choices as they stand."""
    if work.job.state is not JobState.EXAMINING:
        return None
    folder = work.folder
    workbook, base = planning_input(work.job, folder)
    files = {f"demand/{path.name}": path for path in folder.demand_files()}
    written = (folder.findings.name, folder.counts.name, folder.roster.name)
    words = ["inspect", *files, "--base", workbook, "--json", "--tell-files", "--choices", folder.choices.name]
    words += ["--list", written[0], "--marked", "marked", "--counts", written[1], "--roster", written[2]]
    inputs = {workbook: base, **files}
    if folder.choices.is_file():
        inputs[folder.choices.name] = folder.choices
    return Command(tuple(words), inputs, (*written, "marked/"), most_seconds=work.limits.reading_seconds)


def conclude(work: Work, outcome: Outcome) -> Command | None:
    """Keep what was read and what is to be confirmed, or why the files could not be read."""
    folder = work.folder
    answer = read_object(outcome.standard_output)
    if outcome.overdue or answer is None or not isinstance(answer.get("reading"), dict):
        _end_unread(work, outcome)
        return None
    words = ConfirmedWords(work.data.root, work.job.bureau_id)
    if words.recall(folder, answer) and outcome.number == 1:
        return prepare(work)
    for path in (folder.findings, folder.counts, folder.roster):
        lay_file(path, outcome.files.get(path.name))
    lay_down(folder.marked, outcome.files, within="marked/")
    lay_file(folder.reading, json.dumps(answer, ensure_ascii=False).encode())
    summary = answer.get("summary")
    work.jobs.change(work.job.id, only_from=(JobState.EXAMINING,), state=JobState.REVIEW, summary=summary)
    return None


def _end_unread(work: Work, outcome: Outcome) -> None:
    faults = () if outcome.overdue else read_faults(read_object(outcome.standard_output) or {})
    failure = "reading_timeout" if outcome.overdue else "" if faults else "reading_crashed"
    work.jobs.change(
        work.job.id,
        only_from=(JobState.EXAMINING,),
        state=JobState.FAULTY,
        finished_at=time.time(),
        faults=faults,
        failure=failure,
    )
    if failure:
        raise ErrandFailed(failure)


KIND = Kind(prepare, conclude, fail=fail)
