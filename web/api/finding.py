"""What views of the interface look up before they answer."""

from __future__ import annotations

from flask import abort
from flask_babel import gettext

from web.api.errors import not_now
from web.desk import current_desk
from web.jobs import Job, JobState
from web.result import Result, read_result


def finished(job_id: str) -> Job:
    """Return a job whose plan is there; 404 when there is no such job, 409 when it has no plan."""
    job = current_desk().job(job_id)
    if job.state is not JobState.DONE:
        not_now(gettext("这一版还没有方案。请先规划，等 state 为 done 再来。"))
    return job


def result_of(job: Job) -> Result:
    """Return the plan of a finished job, 404 when it cannot be read."""
    try:
        return read_result(current_desk().folder(job))
    except (OSError, ValueError, KeyError, TypeError):
        abort(404)
