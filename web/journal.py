"""Writes every change that went through to the audit log, whichever page it was made on.

Directory and administration note their changes themselves, in the same transaction; for all other views the request is
noted here under the view's name, so that a new page is in the log without doing anything for it.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from web.store import audit
from web.store.tenancy import acting

_log = logging.getLogger(__name__)
_AS_ON_THE_PAGE = {
    "api_jobs.upload": "pages.upload",
    "api_jobs.choose_bundled": "pages.choose_bundled",
    "api_jobs.plan": "pages.plan",
    "api_jobs.stop": "pages.stop",
    "api_jobs.new_version": "pages.plan_again",
    "api_jobs.delete": "pages.delete",
    "api_jobs.restore": "versions.restore",
    "api_jobs.publish": "versions.publish",
    "api_jobs.unpublish": "versions.unpublish",
    "api_jobs.write_papers": "papers.write",
    "api_service.make_backup": "service.backup",
    "api_demand.upload": "demand.upload",
    "api_demand.answer": "demand.read_again",
    "api_demand.choose_workbook": "demand.choose_workbook",
    "api_demand.leave_file_out": "demand.leave_file_out",
    "api_demand.accept": "demand.accept",
    "api_demand.remove_originals": "demand.remove_originals",
    "api_demand.original": "demand.original",
    "api_demand.marked": "demand.marked",
    "api_data.change": "data.change",
    "api_data.undo": "data.undo",
    "api_data.undo_all": "data.undo",
    "api_sheets.add": "sheets.save",
    "api_sheets.change": "sheets.save",
    "api_sheets.delete": "sheets.delete",
    "api_results.decide_class": "results.decide_class",
    "api_results.clear_decision": "results.decide_class",
    "api_results.replan": "results.replan",
    "api_results.explain": "results.explain",
    "api_results.stop_explaining": "results.stop_explaining",
    "api_drawings.keep_outlines": "results.keep_outlines",
    "api_drawings.remove_outlines": "results.remove_outlines",
    "api_comparisons.start": "compare.start",
    "api_comparisons.start_from_file": "compare.start_from_file",
    "api_comparisons.start_with_plan": "compare.start_with_plan",
    "api_comparisons.work_out_more_money": "compare.work_out_more_money",
    "api_comparisons.adopt": "compare.adopt",
    "api_comparisons.stop": "compare.stop",
    "api_comparisons.delete": "compare.delete",
}
_LOOKING = ("GET", "HEAD", "OPTIONS")


def add_detail(**detail: Any) -> None:
    """Add to what the log will say of the present request; nothing that names people."""
    g.journal = g.get("journal", {}) | detail


def nothing_changed() -> None:
    """Leave the present request out of the log: what was asked for could not be done, or was so already."""
    g.nothing_changed = True


def init_journal(app: Flask) -> None:
    """Note changes after the views made them."""

    @app.after_request
    def note_change(response: Response) -> Response:
        if g.get("account") is not None and response.status_code < 400 and _is_noted_here():
            try:
                _note(response)
            except SQLAlchemyError:
                _log.exception("a change could not be written to the audit log: %s", request.endpoint)
        return response


def _is_noted_here() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    looking = request.method in _LOOKING and not getattr(view, "audited", False)
    return view is not None and not looking and not audit.was_noted() and not g.get("nothing_changed", False)


def _note(response: Response) -> None:
    desk = current_app.extensions["desk"]
    detail: dict[str, Any] = dict(g.get("journal", {}))
    job_id = (request.view_args or {}).get("job_id") or _job_in(response.location or "")
    subject = ""
    if job_id:
        job = desk.jobs.get(job_id) or desk.jobs.get(job_id, deleted=True)
        detail["job"] = job_id
        if job is not None:
            subject, detail["version"] = job.title, job.version
    with acting(g.account.actor), desk.jobs.database.writing() as session:
        audit.note(session, action_of(str(request.endpoint)), subject, detail)


def action_of(endpoint: str) -> str:
    """Return the word for what a view does: the JSON interface's views do what pages do."""
    return _AS_ON_THE_PAGE.get(endpoint, endpoint)


def _job_in(location: str) -> str:
    """Return the job to whose page an answer leads, empty for none."""
    parts = location.split("?")[0].split("/")
    return parts[parts.index("jobs") + 1] if "jobs" in parts[:-1] else ""
