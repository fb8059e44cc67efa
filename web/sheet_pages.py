"""The pages of the workbook's sheets: their rows, and the form in which one is changed, added or deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from web.accounts import Role, requires
from web.accounts.access import may
from web.county_data import ChangedMeanwhile, PlannerSilent, read_changes, revision
from web.data_desk import BEFORE_DATA, LONGEST_VALUE, Unreadable, changed_meanwhile_words, silence_words
from web.data_pages import unreadable
from web.desk import current_desk
from web.jobs import Job, JobState
from web.pages import to_page_of
from web.sheet_desk import DeletedRow, RowFault, delete_row, read_sheets, save_row
from web.sheet_view import LONGEST_CELL, NEW, Row, SheetView

sheet_pages = Blueprint("sheets", __name__)
sheet_pages.register_error_handler(Unreadable, unreadable)

MOST_FAULTS, MOST_CELLS = 20, 8
"""Kinds of faults elsewhere in the workbook that are listed, and cells of each: a deleted course leaves hundreds."""


@sheet_pages.get("/jobs/<job_id>/data/sheets/<sheet>")
@requires(Role.VIEWER)
def show(job_id: str, sheet: str) -> str | AnyResponse:
    """Show the rows of a sheet."""
    job = current_desk().job(job_id)
    if job.summary is None or job.state in BEFORE_DATA:
        return to_page_of(job)
    sheets = read_sheets(job)
    return _list(job, sheets, sheets.get(sheet) or abort(404))


@sheet_pages.get("/jobs/<job_id>/data/sheets/<sheet>/rows/<row>")
@requires(Role.VIEWER)
def row(job_id: str, sheet: str, row: str) -> str | AnyResponse:
    """Show the form of a row, of a new one for ``new``; without the right to change it only the rows."""
    job = current_desk().job(job_id)
    if not _open(job) or not may("planner"):
        return to_page_of(job) if job.summary is None else _to_sheet(job, sheet)
    view = _sheet(job, sheet)
    return _form(job, view, _row(view, row))


@sheet_pages.post("/jobs/<job_id>/data/sheets/<sheet>/rows/<row>")
@requires(Role.PLANNER)
def save(job_id: str, sheet: str, row: str) -> AnyResponse | tuple[str, int]:
    """Change or add the row as it was typed."""
    job = current_desk().job(job_id)
    if not _open(job):
        return to_page_of(job)
    view = _sheet(job, sheet)
    found = _row(view, row)
    typed = _typed(view)
    try:
        saved = save_row(job, view, found, typed, request.form.get("revision", ""))
    except ChangedMeanwhile:
        return _form(job, view, found, typed=typed, sentence=changed_meanwhile_words()), 409
    except PlannerSilent as error:
        return _form(job, view, found, typed=typed, sentence=silence_words(error)), 500
    if saved.faults:
        return _form(job, view, found, typed=typed, faults=saved.faults), 400
    if found is None:
        flash(gettext("已新增一行，并重新核对过，没有错误。"))
    elif saved.changed:
        flash(gettext("已保存 %(count)s 处改动，并重新核对过，没有错误。", count=saved.changed))
    else:
        flash(gettext("没有改动。"))
    return _to_sheet(job, view.alias, saved.name)


@sheet_pages.post("/jobs/<job_id>/data/sheets/<sheet>/rows/<row>/delete")
@requires(Role.PLANNER)
def delete(job_id: str, sheet: str, row: str) -> AnyResponse | tuple[str, int]:
    """Delete a row; one that others name is asked about, and goes with as many of them as were confirmed."""
    job = current_desk().job(job_id)
    if not _open(job):
        return to_page_of(job)
    view = _sheet(job, sheet)
    found = _row(view, row)
    if found is None:
        abort(404)
    confirmed = request.form.get("dependents", 0, type=int)
    try:
        deleted = delete_row(job, view, found, request.form.get("revision", ""), max(0, confirmed))
    except ChangedMeanwhile:
        return _form(job, view, found, sentence=changed_meanwhile_words()), 409
    except PlannerSilent as error:
        return _form(job, view, found, sentence=silence_words(error)), 500
    if deleted.along:
        return _question(job, view, found, deleted, confirmed), 400
    if deleted.faults:
        return _form(job, view, found, faults=deleted.faults, deleting=True), 400
    if deleted.gone:
        flash(
            gettext(
                "已删除一行，一并处理了用它的 %(count)s 行，并重新核对过，没有错误。要恢复，请在改动记录里撤销。",
                count=deleted.rows_gone,
            )
        )
    else:
        flash(gettext("已删除一行，并重新核对过，没有错误。要恢复，请在改动记录里撤销。"))
    return _to_sheet(job, view.alias)


def _question(job: Job, view: SheetView, found: Row, deleted: DeletedRow, confirmed: int) -> str:
    """Ask whether the rows that name a row go with it; say so when they have become more than were confirmed."""
    sheets = {sheet.name: sheet for sheet in read_sheets(job).values()}
    return render_template(
        "sheet_delete.html", job=job, view=view, row=found, deleted=deleted, sheets=sheets, confirmed=confirmed,
        revision=revision(read_changes(current_desk().folder(job))),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alike:
    """Faults of one sheet with the same words: the first of them, the first cells, and how many there are."""

    fault: Mapping[str, str]
    cells: tuple[str, ...]
    count: int


def _alike(faults: Sequence[Mapping[str, str]]) -> list[Alike]:
    """Return the faults sorted into those that say the same of the same sheet."""
    found: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for fault in faults:
        found.setdefault((fault["sheet"], fault["problem"]), []).append(fault)
    return [
        Alike(same[0], tuple(fault["cell"] for fault in same if fault["cell"])[:MOST_CELLS], len(same))
        for same in found.values()
    ]


def _open(job: Job) -> bool:
    return job.state is JobState.READY


def _sheet(job: Job, alias: str) -> SheetView:
    return read_sheets(job).get(alias) or abort(404)


def _row(view: SheetView, name: str) -> Row | None:
    """Return the row of this name, ``None`` for a new one; 404 when it is not there, or there are too many to tell."""
    if view.rows is None:
        abort(404)
    return None if name == NEW else view.row(name) or abort(404)


def _typed(view: SheetView) -> dict[str, str]:
    """Return what was typed by heading; of several boxes those that are ticked."""
    many = {entry.column for entry in view.entries(None) if entry.many}
    sent = {name.removeprefix("c-") for name in request.form}
    return {
        column: _one_text(column, ticked=column in many)[:LONGEST_CELL] for column in view.headings if column in sent
    }


def _one_text(column: str, *, ticked: bool) -> str:
    texts = request.form.getlist(f"c-{column}")
    return "、".join(filter(None, texts)) if ticked else texts[0]


def _to_sheet(job: Job, sheet: str, name: str = "") -> AnyResponse:
    return redirect(url_for("sheets.show", job_id=job.id, sheet=sheet, row=name or None), code=303)


def _list(job: Job, sheets: Mapping[str, SheetView], view: SheetView) -> str:
    """Render the rows of one of the sheets, the one just saved among them."""
    words, saved = request.args.get("words", "").strip()[:LONGEST_VALUE], request.args.get("row", "")
    page = request.args.get("page", "1")
    return render_template(
        "sheet.html",
        job=job,
        view=view,
        sheets=sheets.values(),
        listed=view.listed(words, int(page) if page.isdecimal() and len(page) < 7 else 1, saved),
        words=words,
        saved=saved,
        changed={(change.sheet, change.row) for change in read_changes(current_desk().folder(job)) if change.row},
        open_to_change=_open(job) and may("planner"),
    )


def _form(
    job: Job, view: SheetView, found: Row | None, *, typed: Mapping[str, str] | None = None,
    faults: Sequence[RowFault] = (), sentence: str = "", deleting: bool = False,
) -> str:  # fmt: skip
    """Render the form of a row; after a refusal with what was typed, each fault at its field and the others on top."""
    at_fields: dict[str, list[Mapping[str, str]]] = {}
    for one in faults:
        if one.column:
            at_fields.setdefault(one.column, []).append(one.fault)
    elsewhere = [one.fault for one in faults if not one.column]
    alike = _alike(elsewhere)
    return render_template(
        "sheet_row.html",
        job=job,
        view=view,
        row=found,
        entries=view.entries(found),
        typed=typed or {},
        faults=at_fields,
        elsewhere=alike[:MOST_FAULTS],
        count=len(at_fields) + len(elsewhere),
        unlisted=len(alike[MOST_FAULTS:]),
        sentence=sentence,
        deleting=deleting,
        revision=revision(read_changes(current_desk().folder(job))),
    )
