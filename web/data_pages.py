"""The page of data: what a plan will be made with, in four pictures and their tables, and the clerk's changes to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from web.accounts import Role, requires
from web.accounts.access import may
from web.county_data import ChangedMeanwhile, PlannerSilent, Refusal, read_changes, read_notes, revision
from web.data_desk import (
    BEFORE_DATA,
    LONGEST_VALUE,
    Unreadable,
    changed_meanwhile_words,
    name_of,
    read_view,
    save_values,
    silence_words,
    take_back,
)
from web.data_view import Field
from web.jobs import Job, JobState
from web.journal import nothing_changed
from web.pages import current_desk, send, to_page_of
from web.sheet_desk import read_sheets

data_pages = Blueprint("data", __name__)


@data_pages.get("/jobs/<job_id>/data")
@requires(Role.VIEWER)
def show(job_id: str) -> str | AnyResponse:
    """Show what the job will be planned with, or was."""
    job = current_desk().job(job_id)
    if job.summary is None or job.state in BEFORE_DATA:
        return to_page_of(job)
    return _page(job)


@data_pages.post("/jobs/<job_id>/data")
@requires(Role.PLANNER)
def change(job_id: str) -> AnyResponse | tuple[str, int]:
    """Make the changes the clerk typed, all or none."""
    job = current_desk().job(job_id)
    if job.state is not JobState.READY:
        nothing_changed()
        return to_page_of(job)
    view = read_view(job)
    typed = {name: request.form[name][:LONGEST_VALUE] for name in view.fields if name in request.form}
    try:
        saved = save_values(job, view, typed, request.form.get("revision", ""))
    except ChangedMeanwhile:
        return _page(job, typed=typed, sentence=changed_meanwhile_words()), 409
    except PlannerSilent as error:
        return _page(job, typed=typed, sentence=silence_words(error)), 500
    if saved.refusal is not None:
        return _page(job, typed=typed, refusal=saved.refusal, wanted=saved.wanted), 400
    if saved.wanted:
        flash(gettext("已保存 %(count)s 处改动，并重新核对过，没有错误。", count=len(saved.wanted)))
    else:
        nothing_changed()
        flash(gettext("没有改动。"))
    return _to_data(job)


@data_pages.post("/jobs/<job_id>/data/undo")
@requires(Role.PLANNER)
def undo(job_id: str) -> AnyResponse | tuple[str, int]:
    """Take one change back, or all of them."""
    job = current_desk().job(job_id)
    if job.state is not JobState.READY:
        nothing_changed()
        return to_page_of(job)
    try:
        taken = take_back(job, request.form.get("change", "") or None)
    except PlannerSilent as error:
        return _page(job, sentence=silence_words(error)), 500
    if taken.refusal is not None:
        return _page(job, refusal=taken.refusal), 400
    if taken.gone:
        flash(gettext("已撤销 %(count)s 处改动。", count=len(taken.gone)))
    else:
        nothing_changed()
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


@data_pages.errorhandler(Unreadable)
def unreadable(error: Unreadable) -> tuple[str, int]:
    """Say that the data cannot be shown now."""
    text = gettext("读取工作簿没有完成，您的文件没有受影响。请稍后再打开这一页。")
    return render_template("error.html", title=gettext("暂时看不到数据"), text=text), 500


def _page(
    job: Job, *, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None,
    wanted: Sequence[Field] | None = None, sentence: str = "",
) -> str:  # fmt: skip
    """Render the page; after a refusal with what was typed, each fault at its field and the others on top."""
    folder = current_desk().folder(job)
    view, sheets = read_view(job), read_sheets(job)
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
        sheets=sheets,
        typed=typed or {},
        faults=at_fields,
        elsewhere=elsewhere,
        sentence=sentence,
        changes=changes[::-1],
        notes=read_notes(folder),
        revision=revision(changes),
        changed_fields={name_of(change) for change in changes},
        changed_rows={(change.sheet, change.row) for change in changes if change.row},
        open_to_change=job.state is JobState.READY and may("planner"),
    )
