"""The pages of a plan's papers: have them written, follow it, download all or the bureau's own."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from web.accounts import Role, requires
from web.jobs import PAPERS_MOVING, Job, JobState, PapersState
from web.journal import nothing_changed
from web.pages import current_desk, papers_view, send, title_of

paper_pages = Blueprint("papers", __name__)


@paper_pages.post("/jobs/<job_id>/papers")
@requires(Role.PLANNER)
def write(job_id: str) -> AnyResponse:
    """Have all papers of a finished plan written."""
    desk = current_desk()
    if not desk.orders.write_papers(desk.job(job_id)):
        nothing_changed()
    return redirect(url_for("results.show", job_id=job_id, tab="papers", _anchor="papers"), code=303)


@paper_pages.get("/jobs/<job_id>/papers/progress")
@requires(Role.VIEWER)
def progress(job_id: str) -> Response:
    """Answer the moving part alone; the header ``X-Job-State`` tells the script when to reload."""
    job = current_desk().job(job_id)
    response = make_response(render_template("_papers_progress.html", job=job, papers=papers_view(job)))
    response.headers["X-Job-State"] = "moving" if job.papers in PAPERS_MOVING else job.papers
    return response


@paper_pages.get("/jobs/<job_id>/papers/all.zip")
@requires(Role.VIEWER)
def download_all(job_id: str) -> Response:
    """Send all papers in one archive."""
    job = _finished(job_id)
    archive = current_desk().folder(job).papers_archive
    return send(archive, gettext("%(title)s-全部文书.zip", title=title_of(job)))


@paper_pages.get("/jobs/<job_id>/papers/county/<name>")
@requires(Role.VIEWER)
def download_county(job_id: str, name: str) -> Response:
    """Send one of the bureau's own papers."""
    job = _finished(job_id)
    path = next((file.path for file in papers_view(job).county if file.path.name == name), None)
    if path is None:
        abort(404)
    return send(path, path.name)


def _finished(job_id: str) -> Job:
    job = current_desk().job(job_id)
    if job.state is not JobState.DONE or job.papers is not PapersState.DONE:
        abort(404)
    return job
