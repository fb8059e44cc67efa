"""The reading of township files as pages and the JSON interface meet it: what was read, confirm, accept, remove."""

from __future__ import annotations

from datetime import date

from flask import abort

from web.desk import current_desk
from web.jobs import Job, JobState
from web.originals import Removal, remove_personal
from web.review import Answers, Review, read_review, with_answers
from web.words import ConfirmedWords, read_confirmed, write_confirmed


def review_of(job: Job) -> Review:
    """Return what was understood of a job's township files, or answer 404."""
    try:
        return read_review(current_desk().folder(job))
    except (OSError, ValueError, KeyError, TypeError):
        abort(404)


def may_answer(job: Job) -> bool:
    """Whether township files can be read again with other answers: at rest before planning, and all still there."""
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


def remove_originals_of(job: Job) -> bool:
    """Remove the township files that name people now; False while something is read or written of the job."""
    if job.moving:
        return False
    remove_personal(current_desk().folder(job), Removal.ASKED, date.today())
    return True
