"""The versions of a plan: which there are, which is final, which lie in the bin."""

from __future__ import annotations

import math
import shutil
import time

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from web.accounts import Role, current_account, requires
from web.accounts.access import current_directory
from web.data_folder import DataFolder
from web.jobs import Job, JobState, JobStore
from web.journal import nothing_changed
from web.pages import current_desk, title_of, to_page_of

version_pages = Blueprint("versions", __name__)

_DAY_SECONDS = 86_400


@version_pages.get("/plans/<series_id>")
@requires(Role.VIEWER)
def show(series_id: str) -> str:
    """List the versions of a plan."""
    versions = current_desk().jobs.versions(series_id)
    if not versions:
        abort(404)
    return render_template("versions.html", versions=versions, names=current_directory().names())


@version_pages.get("/jobs/<job_id>/publish")
@requires(Role.PLANNER)
def ask_to_publish(job_id: str) -> str | AnyResponse:
    """Ask before a version is made final, with what it says and what that means."""
    desk = current_desk()
    job = desk.job(job_id)
    if job.state != JobState.DONE or job.published:
        return to_page_of(job)
    earlier = next((one for one in desk.jobs.versions(job.series_id) if one.published and one.id != job.id), None)
    return render_template("publish.html", job=job, earlier=earlier)


@version_pages.post("/jobs/<job_id>/publish")
@requires(Role.PLANNER)
def publish(job_id: str) -> AnyResponse:
    """Make a planned version final."""
    desk = current_desk()
    job = desk.job(job_id)
    if desk.jobs.publish(job.id, current_account().id):
        flash(gettext("第 %(version)s 版已定稿。以后的改动会另成一版。", version=job.version))
    else:
        nothing_changed()
        flash(gettext("只有规划完成、还没定稿的版本可以定稿。"))
    return to_page_of(job)


@version_pages.post("/jobs/<job_id>/unpublish")
@requires(Role.ADMIN)
def unpublish(job_id: str) -> AnyResponse:
    """Take back that a version is final."""
    desk = current_desk()
    job = desk.job(job_id)
    if desk.jobs.unpublish(job.id):
        flash(gettext("已撤销定稿。"))
    else:
        nothing_changed()
    return to_page_of(job)


# --- the bin ---------------------------------------------------------------------------------------------------------


@version_pages.get("/bin")
@requires(Role.VIEWER)
def bin() -> str:
    """List what was deleted and can still be restored."""
    now = time.time()
    days = float(current_app.config["BIN_DAYS"])
    entries = [(job, days_left(job, now, days)) for job in current_desk().jobs.in_bin()]
    return render_template("bin.html", entries=entries, days=current_app.config["BIN_DAYS"])


@version_pages.post("/jobs/<job_id>/restore")
@requires(Role.PLANNER)
def restore(job_id: str) -> AnyResponse:
    """Take a version out of the bin."""
    desk = current_desk()
    job = desk.jobs.get(job_id, deleted=True)
    if job is None or not desk.jobs.restore(job.id):
        abort(404)
    flash(gettext("已恢复“%(title)s”第 %(version)s 版。", title=title_of(job), version=job.version))
    return redirect(url_for("pages.home"), code=303)


def days_left(job: Job, now: float, days: float) -> int:
    """Return for how many more days a job in the bin can be restored, begun ones counted."""
    return max(0, math.ceil(((job.deleted_at or now) - now) / _DAY_SECONDS + days))


def clear_bin(jobs: JobStore, data: DataFolder, now: float, days: float) -> int:
    """Remove for good, with their files, the jobs of all bureaus that have lain in the bin too long."""
    expired = [job for job in jobs.in_bin() if now - (job.deleted_at or now) > days * _DAY_SECONDS]
    for job in expired:
        # The row first: a job without its files would be listed, files without a job are only waste.
        jobs.delete(job.id)
        shutil.rmtree(data.job(job.id).root, ignore_errors=True)
    return len(expired)
