"""The pages of township files: upload against a county's workbook, review of the reading, on to planning."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from web import workbook_choice
from web.accounts import Role, requires
from web.demand_desk import (
    accept_reading,
    answer_questions,
    leave_out,
    may_answer,
    may_leave_out,
    recognised_files,
    remove_originals_of,
    review_of,
)
from web.english_papers import marked_name, one_named, send_findings, send_marked
from web.finding_words import english, english_of_file, found_in, said
from web.jobs import Job, JobState
from web.journal import nothing_changed
from web.originals import personal_files, read_removed
from web.pages import current_desk, send, to_page_of
from web.review import MOST_FINDINGS, Answers

demand_pages = Blueprint("demand", __name__)
demand_pages.add_app_template_global(english)
demand_pages.add_app_template_global(english_of_file)
demand_pages.add_app_template_global(found_in)
demand_pages.add_app_template_global(marked_name)
demand_pages.add_app_template_global(said)
demand_pages.add_app_template_filter(said)
demand_pages.add_app_template_global(workbook_choice.choices_for, "workbook_choices")


@demand_pages.get("/jobs/<job_id>/reading")
@requires(Role.VIEWER)
def review(job_id: str) -> str | AnyResponse:
    """Show what was understood of the township files and ask for what was not."""
    job = current_desk().job(job_id)
    folder = current_desk().folder(job)
    removed = read_removed(folder)
    if not folder.demand_files() and removed is None and not job.lacks_workbook:
        abort(404)
    if job.moving or job.state is JobState.FAULTY:
        return to_page_of(job)
    if job.lacks_workbook:
        return _workbook_page(job)
    return render_template(
        "review.html",
        job=job,
        review=review_of(job),
        open_to_change=removed is None and job.state in (JobState.REVIEW, JobState.READY),
        most=MOST_FINDINGS,
        has_list=folder.findings.is_file(),
        marked=[path.name for path in folder.marked_files()],
        originals=[path.name for path in folder.demand_files()],
        personal=[path.name for path in personal_files(folder)],
        last_day=_last_day(job),
        removed=removed,
        may_leave_out=may_leave_out(job),
        has_counts=folder.counts.is_file(),
        has_roster=folder.roster.is_file(),
    )


def _workbook_page(job: Job, error: str = "") -> str:
    """Say what was recognised in township files that wait for the county's workbook, and offer one."""
    folder = current_desk().folder(job)
    return render_template(
        "workbook_needed.html",
        job=job,
        files=recognised_files(job),
        originals=[path.name for path in folder.demand_files()],
        personal=[path.name for path in personal_files(folder)],
        last_day=_last_day(job),
        removed=read_removed(folder),
        may_leave_out=may_leave_out(job),
        workbook_error=error,
    )


@demand_pages.post("/jobs/<job_id>/workbook")
@requires(Role.PLANNER)
def choose_workbook(job_id: str) -> AnyResponse | tuple[str, int]:
    """Take the county's workbook for township files that are there already, and read them against it."""
    job = current_desk().job(job_id)
    own = request.files.get("workbook")
    uploaded = own if own is not None and own.filename else None
    chosen = uploaded or workbook_choice.workbook_named(request.form.get("base", ""), job)
    if chosen is None and job.lacks_workbook and workbook_choice.may_choose(job):
        text = gettext("还没有选择工作簿。请先选择文件，或点一个以前用过的。")
        return _workbook_page(job, text), 400
    if chosen is not None:
        workbook_choice.choose_workbook(job, chosen)
    return to_page_of(job)


def _last_day(job: Job) -> str:
    """Return the day (ISO) on which files that name people are removed at the latest."""
    days = float(current_app.config["KEEP_ORIGINALS_DAYS"])
    return date.fromtimestamp(job.created_at + days * 86_400).isoformat()


@demand_pages.post("/jobs/<job_id>/reading")
@requires(Role.PLANNER)
def read_again(job_id: str) -> AnyResponse:
    """Keep the clerk's answers with the upload and for the next one, and read the files again."""
    job = current_desk().job(job_id)
    if not may_answer(job):
        nothing_changed()
        return to_page_of(job)
    form = request.form
    answers = Answers(
        names=list(zip(form.getlist("kind"), form.getlist("written"), form.getlist("meaning"), strict=False)),
        columns=list(zip(form.getlist("heading"), form.getlist("field"), strict=False)),
        shown_sheets=form.getlist("sheet"),
        skipped_sheets=form.getlist("skip"),
    )
    try:
        answer_questions(job, answers)
    except ValueError:
        abort(400)
    return to_page_of(job)


@demand_pages.post("/jobs/<job_id>/accept")
@requires(Role.PLANNER)
def accept(job_id: str) -> AnyResponse:
    """Go on to planning with what was read; only when nothing is open or wrong. Files that name people go."""
    job = current_desk().job(job_id)
    if not accept_reading(job):
        nothing_changed()
    return to_page_of(job)


@demand_pages.post("/jobs/<job_id>/demand/<name>/leave-out")
@requires(Role.PLANNER)
def leave_file_out(job_id: str, name: str) -> AnyResponse:
    """Delete one township file, as one that cannot be read, and read the others again."""
    job = current_desk().job(job_id)
    if not leave_out(job, name):
        flash(gettext("这个文件没有删除：它已经不在了，或者是唯一的一个，或者正在处理。"))
    return to_page_of(job)


@demand_pages.post("/jobs/<job_id>/originals/remove")
@requires(Role.PLANNER)
def remove_originals(job_id: str) -> AnyResponse:
    """Remove the township files that name people now; what was read of them stays."""
    job = current_desk().job(job_id)
    if not remove_originals_of(job):
        nothing_changed()
    if has_reading(job):
        return redirect(url_for("demand.review", job_id=job.id), code=303)
    return to_page_of(job)


@demand_pages.get("/jobs/<job_id>/counts.xlsx")
@requires(Role.VIEWER)
def counts(job_id: str) -> Response:
    """Send the counted table that is planned with."""
    desk = current_desk()
    return send(desk.folder(desk.job(job_id)).counts, gettext("汇总表.xlsx"))


@demand_pages.get("/jobs/<job_id>/roster.csv")
@requires(Role.VIEWER)
def roster(job_id: str) -> Response:
    """Send the people of registers with codes in place of names and ID numbers."""
    desk = current_desk()
    return send(desk.folder(desk.job(job_id)).roster, gettext("人员明细.csv"))


@demand_pages.get("/jobs/<job_id>/findings.xlsx")
@requires(Role.VIEWER)
def findings(job_id: str) -> Response:
    """Send the list of all findings."""
    desk = current_desk()
    return send_findings(desk.folder(desk.job(job_id)), gettext("核对清单.xlsx"))


@demand_pages.get("/jobs/<job_id>/marked/<name>")
@requires(Role.PLANNER, audited=True)
def marked(job_id: str, name: str) -> Response:
    """Send the copy of a township file with the faulty cells marked."""
    desk = current_desk()
    folder = desk.folder(desk.job(job_id))
    return send_marked(folder, one_named(folder.marked_files(), name))


@demand_pages.get("/jobs/<job_id>/demand/<name>")
@requires(Role.PLANNER, audited=True)
def original(job_id: str, name: str) -> Response:
    """Send back a township file as it was uploaded."""
    desk = current_desk()
    return _send_one_of(desk.folder(desk.job(job_id)).demand_files(), name)


def _send_one_of(paths: list[Path], name: str) -> Response:
    return send(one_named(paths, name), name)


@demand_pages.app_template_global()
def township_originals(job: Job) -> list[str]:
    """Return the names of a job's township files that are there as they came."""
    return [path.name for path in current_desk().folder(job).demand_files()]


@demand_pages.app_template_global()
def has_reading(job: Job) -> bool:
    """Return whether a job was made of township files and has a review page to show."""
    folder = current_desk().folder(job)
    return folder.reading.is_file() and (bool(folder.demand_files()) or folder.removed.is_file())
