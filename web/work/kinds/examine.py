"""Checks an uploaded workbook."""

from __future__ import annotations

import json
import time

from web.jobs import JobState
from web.work.answers import read_examination, read_object
from web.work.errand import Command, Outcome
from web.work.kinds import ErrandFailed, Kind, Work, lay_file
from web.work.township_files import keep_as_township_file, understood, upload_of


def prepare(work: Work) -> Command | None:
    """Ask the planner to look at the workbook."""
    if work.job.state is not JobState.EXAMINING:
        return None
    return inspect_workbook(work)


def inspect_workbook(work: Work) -> Command:
    """Return the command that looks at a job's workbook as it was uploaded."""
    name = f"upload/{work.job.file_name}"
    return Command(
        words=("inspect", name, "--json", "--data", "--sheets", "--tell-files"),
        inputs={name: upload_of(work.folder, work.job.file_name)},
        most_seconds=work.limits.examination_seconds,
    )


def conclude(work: Work, outcome: Outcome) -> Command | None:
    """Keep the summary, or what is wrong with the workbook; a township file is kept until there is a workbook."""
    found, answer = read_examination(outcome), read_object(outcome.standard_output) or {}
    if found.summary is None and not outcome.overdue and understood(answer):
        keep_as_township_file(work, answer)
        return None
    if found.summary is not None:
        for name, path in (("data", work.folder.data), ("sheets", work.folder.sheets)):
            lay_file(path, json.dumps(answer[name], ensure_ascii=False).encode() if answer.get(name) else None)
        work.jobs.change(work.job.id, only_from=(JobState.EXAMINING,), state=JobState.READY, summary=found.summary)
        return None
    work.jobs.change(
        work.job.id,
        only_from=(JobState.EXAMINING,),
        state=JobState.FAULTY,
        finished_at=time.time(),
        faults=found.faults,
        failure=found.failure,
    )
    if found.failure:
        raise ErrandFailed(found.failure)
    return None


def fail(work: Work, failure: str) -> None:
    """Say that the workbook was not looked at, and why."""
    work.jobs.change(
        work.job.id, only_from=(JobState.EXAMINING,), state=JobState.FAILED, finished_at=time.time(), failure=failure
    )


KIND = Kind(prepare, conclude, fail=fail)
