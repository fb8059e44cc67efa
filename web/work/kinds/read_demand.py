"""Reads township files against a county's workbook; once more when they use words confirmed with an earlier upload.

While the job has no workbook it is looked for among the files; where it is not there, or there are several, what was
recognised is kept and the job waits for one.
"""

from __future__ import annotations

import json
import time

from web.jobs import JobState
from web.words import ConfirmedWords
from web.work.answers import read_faults, read_object
from web.work.errand import Command, Outcome
from web.work.kinds import ErrandFailed, Kind, Work, examine, lay_down, lay_file, planning_input
from web.work.township_files import TAKEN_OUT, await_workbook, understood, with_workbook

_SECONDS_A_FILE = 2.0
"""What each file adds to the time limit: it is read in a process of its own, which takes a while to start."""


def prepare(work: Work) -> Command | None:
    """Ask the planner to read the files with the choices as they stand."""
    if work.job.state is not JobState.EXAMINING:
        return None
    folder = work.folder
    files = {f"demand/{path.name}": path for path in folder.demand_files()}
    if work.job.lacks_workbook:
        inputs = {f"upload/{path.name}": path for path in folder.workbooks()} | files
        words = ["inspect", *inputs, "--find-base", "--workbooks", TAKEN_OUT.rstrip("/"), "--data", "--sheets"]
    else:
        workbook, base = planning_input(work.job, folder)
        inputs = {workbook: base, **files}
        words = ["inspect", *files, "--base", workbook]
    written = (folder.findings.name, folder.counts.name, folder.roster.name)
    words += ["--json", "--tell-files", "--choices", folder.choices.name]
    words += ["--list", written[0], "--marked", "marked", "--counts", written[1], "--roster", written[2]]
    if folder.choices.is_file():
        inputs[folder.choices.name] = folder.choices
    outputs = (*written, "marked/", TAKEN_OUT)
    most_seconds = work.limits.reading_seconds + _SECONDS_A_FILE * len(files)
    return Command(tuple(words), inputs, outputs, most_seconds=most_seconds)


def conclude(work: Work, outcome: Outcome) -> Command | None:
    """Keep what was read and what is to be confirmed, or why the files could not be read."""
    folder = work.folder
    answer = read_object(outcome.standard_output)
    if work.job.lacks_workbook and answer is not None and not outcome.overdue:
        work = with_workbook(work, answer, outcome.files)
    if not work.job.lacks_workbook and not folder.demand_files():
        return examine.conclude(work, outcome)
    if outcome.overdue or answer is None or not isinstance(answer.get("reading"), dict):
        _end_unread(work, outcome)
        return None
    if work.job.lacks_workbook:
        if understood(answer) or folder.workbooks():
            await_workbook(work, answer)
        else:
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


KIND = Kind(prepare, conclude, fail=examine.fail)
