"""The reading of township files as pages and the JSON interface meet it: what was read, confirm, accept, remove."""

from __future__ import annotations

import json
from datetime import date

from flask import abort

from planner.reading.progress import FileProgress
from web.desk import current_desk
from web.jobs import Job, JobState
from web.originals import Removal, remove_personal
from web.progress import to_file_cards
from web.review import Answers, Review, read_review, with_answers
from web.words import ConfirmedWords, read_confirmed, write_confirmed


def review_of(job: Job) -> Review:
    """Return what was understood of a job's township files, or answer 404."""
    try:
        return read_review(current_desk().folder(job))
    except (OSError, ValueError, KeyError, TypeError):
        abort(404)


def recognised_files(job: Job) -> list[FileProgress]:
    """Return what was recognised in the files of a job that waits for the county's workbook; 404 without a reading."""
    try:
        return to_file_cards(json.loads(current_desk().folder(job).reading.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        abort(404)


def may_answer(job: Job) -> bool:
    """Whether township files can be read again with other answers: at rest before planning, and all still there."""
    if job.lacks_workbook:
        return False
    return job.state in (JobState.REVIEW, JobState.READY) and not current_desk().folder(job).removed.is_file()


def answer_questions(job: Job, answers: Answers) -> bool:
    """Keep answers with the upload and for the next one, and read the files again; False when they cannot be.

    Raises
    ------
    ValueError
        An answer is none that is offered.
    """
    desk = current_desk()
    folder, review = desk.folder(job), review_of(job)
    before = read_confirmed(folder.choices)
    choices = with_answers(before, answers, review)
    write_confirmed(folder.choices, choices)
    ConfirmedWords(desk.data.root, job.bureau_id).keep(review.bureau, before, choices)
    return desk.orders.read_again(job)


def accept_reading(job: Job) -> bool:
    """Go on to planning with what was read; False unless nothing is open or wrong. Files that name people go."""
    desk = current_desk()
    accepted = job.summary is not None and desk.jobs.change(job.id, only_from=(JobState.REVIEW,), state=JobState.READY)
    if accepted and desk.folder(job).counts.is_file():
        remove_personal(desk.folder(job), Removal.ACCEPTED, date.today())
    return accepted


def may_leave_out(job: Job) -> bool:
    """Whether one of a job's township files can be left out: there are others, and they can be read again."""
    folder = current_desk().folder(job)
    return job.state is JobState.REVIEW and not folder.removed.is_file() and len(folder.demand_files()) > 1


def leave_out(job: Job, name: str) -> bool:
    """Delete one township file of a job and read the others again; False when it is not there or cannot be."""
    desk = current_desk()
    path = next((path for path in desk.folder(job).demand_files() if path.name == name), None)
    if path is None or not may_leave_out(job):
        return False
    path.unlink(missing_ok=True)
    return desk.orders.read_again(job)


def remove_originals_of(job: Job) -> bool:
    """Remove the township files that name people now; False while something is read or written of the job."""
    if job.moving:
        return False
    remove_personal(current_desk().folder(job), Removal.ASKED, date.today())
    return True
