"""The page of data: what a plan will be made with, in four pictures and their tables, and the clerk's changes to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from web.accounts import Role, current_account, requires
from web.accounts.access import may
from web.county_data import (
    Change,
    ChangedMeanwhile,
    CountyData,
    PlannerSilent,
    Refusal,
    read_changes,
    read_notes,
    revision,
)
from web.data_view import DataView, Field, view_of
from web.jobs import Job, JobState
from web.journal import add_detail
from web.pages import current_desk, send, to_page_of

_log = logging.getLogger(__name__)
_LONGEST_VALUE = 200
_BEFORE_DATA = (JobState.EXAMINING, JobState.REVIEW, JobState.FAULTY)

data_pages = Blueprint("data", __name__)


def county_data() -> CountyData:
    """Return the keeper of data of this application."""
    keeper: CountyData = current_app.extensions["county_data"]
    return keeper


@data_pages.get("/jobs/<job_id>/data")
@requires(Role.VIEWER)
def show(job_id: str) -> str | AnyResponse:
    """Show what the job will be planned with, or was."""
    job = current_desk().job(job_id)
    if job.summary is None or job.state in _BEFORE_DATA:
        return to_page_of(job)
    return _page(job)


@data_pages.post("/jobs/<job_id>/data")
@requires(Role.PLANNER)
def change(job_id: str) -> AnyResponse | tuple[str, int]:
    """Make the changes the clerk typed, all or none."""
    desk = current_desk()
    job = desk.job(job_id)
    if job.state is not JobState.READY:
        return to_page_of(job)
    folder = desk.folder(job)
    view = _view(job)
    typed = {name: request.form[name][:_LONGEST_VALUE] for name in view.fields if name in request.form}
    wanted = [one for name, one in view.fields.items() if name in typed and one.differs(typed[name])]
    if not wanted:
        flash(gettext("没有改动。"))
        return _to_data(job)
    now, by = time.time(), current_account().name
    changes = [Change.new(one.sheet, one.column, one.key, typed[one.name].strip(), by, now) for one in wanted]
    try:
        answer = county_data().change(job, folder, changes, request.form.get("revision", ""))
    except ChangedMeanwhile:
        sentence = gettext("别人刚刚改过这里的数据，您的改动还没有保存。请看一下最新的值，再点“保存改动”。")
        return _page(job, typed=typed, sentence=sentence), 409
    except PlannerSilent as error:
        return _page(job, typed=typed, sentence=_silence(error)), 500
    if isinstance(answer, Refusal):
        return _page(job, typed=typed, refusal=answer, wanted=wanted), 400
    desk.jobs.change(job.id, only_from=(JobState.READY,), summary=answer["summary"])
    add_detail(cells=[_name_of(one) for one in changes])
    flash(gettext("已保存 %(count)s 处改动，并重新核对过，没有错误。", count=len(changes)))
    return _to_data(job)


@data_pages.post("/jobs/<job_id>/data/undo")
@requires(Role.PLANNER)
def undo(job_id: str) -> AnyResponse | tuple[str, int]:
    """Take one change back, or all of them."""
    desk = current_desk()
    job = desk.job(job_id)
    if job.state is not JobState.READY:
        return to_page_of(job)
    chosen = request.form.get("change", "")
    try:
        gone, answer = county_data().take_back(job, desk.folder(job), chosen or None)
    except PlannerSilent as error:
        return _page(job, sentence=_silence(error)), 500
    if isinstance(answer, Refusal):
        return _page(job, refusal=answer), 400
    if gone:
        desk.jobs.change(job.id, only_from=(JobState.READY,), summary=answer["summary"])
        add_detail(cells=[_name_of(one) for one in gone])
        flash(gettext("已撤销 %(count)s 处改动。", count=len(gone)))
    return _to_data(job)


@data_pages.get("/jobs/<job_id>/changed.xlsx")
@requires(Role.VIEWER)
def changed(job_id: str) -> Response:
    """Send the copy of the workbook with the changes."""
    desk = current_desk()
    job = desk.job(job_id)
    stem = job.file_name.rpartition(".")[0] or job.file_name
    return send(desk.folder(job).changed_workbook, gettext("%(name)s（改动后）.xlsx", name=stem))


def _to_data(job: Job) -> AnyResponse:
    return redirect(url_for("data.show", job_id=job.id), code=303)


def _view(job: Job) -> DataView:
    desk = current_desk()
    try:
        return view_of(county_data().read(job, desk.folder(job)))
    except (PlannerSilent, KeyError, TypeError, ValueError) as error:
        _log.exception("job %s: no data", job.id)
        raise _Unreadable from error


class _Unreadable(Exception):
    """There is no data to show."""


@data_pages.errorhandler(_Unreadable)
def unreadable(error: _Unreadable) -> tuple[str, int]:
    """Say that the data cannot be shown now."""
    text = gettext("读取工作簿没有完成，您的文件没有受影响。请稍后再打开这一页。")
    return render_template("error.html", title=gettext("暂时看不到数据"), text=text), 500


def _page(
    job: Job, *, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None,
    wanted: list[Field] | None = None, sentence: str = "",
) -> str:  # fmt: skip
    """Render the page; after a refusal with what was typed, each fault at its field and the others on top."""
    folder = current_desk().folder(job)
    view = _view(job)
    changes = read_changes(folder)
    at_fields: dict[str, list[dict[str, str]]] = {}
    elsewhere: list[dict[str, str]] = []
    for fault, number in refusal.faults if refusal is not None else ():
        if number is not None and wanted is not None and number < len(wanted):
            at_fields.setdefault(wanted[number].name, []).append(fault)
        else:
            elsewhere.append(fault)
    return render_template(
        "data.html",
        job=job,
        view=view,
        typed=typed or {},
        faults=at_fields,
        elsewhere=elsewhere,
        sentence=sentence,
        changes=changes[::-1],
        notes=read_notes(folder),
        revision=revision(changes),
        changed_fields={_name_of(change) for change in changes},
        open_to_change=job.state is JobState.READY and may("planner"),
    )


def _name_of(change: Change) -> str:
    return "/".join((change.sheet, change.column, *change.key))


def _silence(error: PlannerSilent) -> str:
    if error.failure == "examination_timeout":
        return str(gettext("核对用时过长，改动没有保存。请再点一次“保存改动”；多次不成功请联系管理员。"))
    return str(gettext("核对没有完成，改动没有保存。请再点一次“保存改动”；多次不成功请联系管理员。"))
