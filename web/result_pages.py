"""The pages of a finished plan: its tabs, its classes one by one, decisions on them, and planning again."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from planner.engine.reasons import Reason
from web import figures, result_wording, wording
from web.accounts import Role, current_account, requires
from web.charts import draw_weeks
from web.explaining import explain_plan, explanation_under_way, stop_explanation
from web.jobs import Job, JobState
from web.journal import add_detail, nothing_changed
from web.kept_outlines import keep_outlines as keep
from web.kept_outlines import outlines_for
from web.kept_outlines import remove_outlines as remove
from web.kept_outlines import to_plain as outlines_to_plain
from web.pages import current_desk, papers_view, send, title_of, to_page_of
from web.planning import Contradicting, plan_again_with_decisions
from web.result import Result, read_result
from web.result_class import ClassDetail, read_class
from web.result_decisions import (
    LONGEST_NOTE,
    TOLERANCES,
    USUAL_TOLERANCE,
    Decision,
    DecisionKind,
    Frozen,
    carried_decisions,
    decide,
    decisions_of,
)
from web.result_explained import RECORD, WORKBOOK, Explained, explanation_folder, read_explained
from web.result_gantt import GroupBy, lay_out, to_plain
from web.result_map import BadOutlines
from web.result_view import (
    MEASURES,
    TABS,
    Measure,
    Tab,
    colour_tiles,
    compare_versions,
    gain_words,
    township_rows,
    week_title,
)

results = Blueprint("results", __name__)
_log = logging.getLogger(__name__)


@results.get("/jobs/<job_id>/result/<tab>")
@requires(Role.VIEWER)
def show(job_id: str, tab: str) -> str | AnyResponse:
    """Show one tab of a finished plan."""
    if tab not in [*Tab]:
        abort(404)
    job = _finished(job_id)
    return to_page_of(job) if tab == Tab.SCHEDULE and not request.args else show_tab(job, Tab(tab))


def show_tab(job: Job, tab: Tab) -> str:
    """Render a tab of a finished plan, or say that the plan cannot be read."""
    desk = current_desk()
    folder = desk.folder(job)
    try:
        result = read_result(folder)
    except (OSError, ValueError, KeyError, TypeError):
        _log.exception("job %s: the plan cannot be read", job.id)
        return render_template("ended.html", job=job, unreadable=True, has_log=folder.log.exists())
    explained = read_explained(folder, result.input_sha256)
    usual = explained.usual
    return render_template(
        f"result_{tab}.html",
        job=job,
        tab=tab,
        tabs=TABS,
        result=result,
        explained=explained,
        usual=usual,
        usual_range=gain_words(usual) if usual else "",
        **_VIEWS[tab](job, result, explained),
    )


# --- the tabs --------------------------------------------------------------------------------------------------------


def _schedule(job: Job, result: Result, explained: Explained) -> dict[str, Any]:
    by = GroupBy(request.args["by"]) if request.args.get("by") in [*GroupBy] else GroupBy.TOWNSHIP
    weeks = list(result.weeks)
    chart = draw_weeks(weeks, [week_title(week) for week in weeks], [figures.month(week.monday) for week in weeks])
    township = request.args.get("township", "")
    return {
        "by": by,
        "chart": chart,
        "gantt_lines": lay_out(result, by).lines,
        "township": township if township in result.townships else "",
        **_deciding(job),
    }


def _deciding(job: Job) -> dict[str, Any]:
    desk = current_desk()
    folder = desk.folder(job)
    return {
        "decisions": decisions_of(desk.jobs.database, job, folder),
        "carried": carried_decisions(folder),
        "tolerances": TOLERANCES,
        "usual_tolerance": USUAL_TOLERANCE,
        "DecisionKind": DecisionKind,
    }


def _townships(job: Job, result: Result, explained: Explained) -> dict[str, Any]:
    measure = Measure(request.args["show"]) if request.args.get("show") in [*Measure] else Measure.HEADS
    rows = township_rows(result)
    return {
        "measure": measure,
        "measures": MEASURES,
        "rows": rows,
        "tile_map": colour_tiles(result, rows, measure),
        "outlines": outlines_for(job, result),
    }


def _nothing_more(job: Job, result: Result, explained: Explained) -> dict[str, Any]:
    return {}


def _why(job: Job, result: Result, explained: Explained) -> dict[str, Any]:
    numbers = {row.id: row for row in result.classes}
    worths = [(numbers[key], worth) for key, worth in explained.classes.items() if key in numbers]
    worths.sort(key=lambda one: (-(one[1]["most"] if one[1]["most"] is not None else 1e9), one[0].number))
    has_workbook = (explanation_folder(current_desk().folder(job)) / WORKBOOK).is_file()
    return {"worths": worths, "has_workbook": has_workbook, **_explaining(job)}


def _unserved(job: Job, result: Result, explained: Explained) -> dict[str, Any]:
    rows = sorted(explained.unserved or (), key=lambda row: -int(row["persons"]))
    township, reason = request.args.get("township", ""), request.args.get("reason", "")
    shown = [
        row for row in rows if township in ("", row["township"]) and reason in ("", row["reason"])
    ]  # fmt: skip
    return {
        "placed_elsewhere": sum(int(row["persons"]) for row in rows if row["reason"] == Reason.PLACED),
        "cells": shown[:_MOST_CELLS],
        "cells_in_all": len(shown),
        "cell_townships": sorted({str(row["township"]) for row in rows}),
        "cell_reasons": sorted({str(row["reason"]) for row in rows}),
        "township": township,
        "reason": reason,
        **_explaining(job),
    }


_MOST_CELLS = 200
"""Lines of open wishes on one page; the rest is reached by the filters, and stands in the workbook."""


def _versions(job: Job, result: Result, explained: Explained) -> dict[str, Any]:
    desk = current_desk()
    versions = desk.jobs.versions(job.series_id)
    parent = desk.jobs.get(job.parent_id) if job.parent_id else None
    difference = None
    if parent is not None and parent.state is JobState.DONE:
        try:
            difference = compare_versions(read_result(desk.folder(parent)), result)
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("job %s: the plan of its parent cannot be read", job.id)
    return {
        "versions": versions,
        "parent": parent,
        "difference": difference,
        "carried": carried_decisions(desk.folder(job)),
        "DecisionKind": DecisionKind,
    }


def _papers(job: Job, result: Result, explained: Explained) -> dict[str, Any]:
    folder = current_desk().folder(job)
    return {
        "papers": papers_view(job),
        "downloads": [name for name in wording.DOWNLOADS if (folder.output / name).is_file()],
        "has_workbook": (explanation_folder(folder) / WORKBOOK).is_file(),
    }


_VIEWS = {
    Tab.SCHEDULE: _schedule,
    Tab.TOWNSHIPS: _townships,
    Tab.FUNDS: _nothing_more,
    Tab.TARGETS: _nothing_more,
    Tab.UNSERVED: _unserved,
    Tab.WHY: _why,
    Tab.VERSIONS: _versions,
    Tab.PAPERS: _papers,
}


# --- drawings --------------------------------------------------------------------------------------------------------


@results.get("/jobs/<job_id>/gantt.json")
@requires(Role.VIEWER)
def gantt(job_id: str) -> Response:
    """Answer what the Gantt chart draws."""
    job = _finished(job_id)
    result = _result_of(job)
    by = GroupBy(request.args["by"]) if request.args.get("by") in [*GroupBy] else GroupBy.TOWNSHIP
    desk = current_desk()
    decided = decisions_of(desk.jobs.database, job, desk.folder(job))
    return jsonify(to_plain(lay_out(result, by), {key: str(one.kind) for key, one in decided.items()}))


@results.get("/jobs/<job_id>/outlines.json")
@requires(Role.VIEWER)
def outlines_json(job_id: str) -> Response:
    """Answer the bureau's outlines of townships with the figures to be shown on them."""
    job = _finished(job_id)
    result = _result_of(job)
    outlines = outlines_for(job, result)
    if outlines is None:
        abort(404)
    measure = Measure(request.args["show"]) if request.args.get("show") in [*Measure] else Measure.HEADS
    return jsonify(outlines_to_plain(outlines, result, measure))


@results.post("/jobs/<job_id>/outlines")
@requires(Role.PLANNER)
def keep_outlines(job_id: str) -> AnyResponse:
    """Take the bureau's own outlines of townships, once for all its plans."""
    job = _finished(job_id)
    file = request.files.get("outlines")
    content = file.read() if file is not None else b""
    try:
        outlines = keep(job, _result_of(job), content)
    except BadOutlines as fault:
        nothing_changed()
        flash(result_wording.outline_fault(fault.key, fault.found))
        return _to_tab(job, Tab.TOWNSHIPS)
    add_detail(townships=len(outlines.geometries))
    flash(gettext("已收下边界，%(count)s 个乡镇对上了名称。", count=len(outlines.geometries)))
    return _to_tab(job, Tab.TOWNSHIPS)


@results.post("/jobs/<job_id>/outlines/delete")
@requires(Role.PLANNER)
def remove_outlines(job_id: str) -> AnyResponse:
    """Go back to the schematic."""
    job = _finished(job_id)
    remove(job)
    flash(gettext("已删除边界，改用示意图。"))
    return _to_tab(job, Tab.TOWNSHIPS)


# --- one class -------------------------------------------------------------------------------------------------------


@results.get("/jobs/<job_id>/classes/<class_id>")
@requires(Role.VIEWER)
def show_class(job_id: str, class_id: str) -> str:
    """Show one class: as a page of its own, or its inner part for the panel beside the chart."""
    job = _finished(job_id)
    detail = _class_of(job, class_id)
    desk = current_desk()
    folder = desk.folder(job)
    explained = read_explained(folder, _result_of(job).input_sha256)
    return render_template(
        "_result_class.html" if request.args.get("part") == "panel" else "result_class.html",
        job=job,
        detail=detail,
        worth=explained.classes.get(class_id),
        decision=decisions_of(desk.jobs.database, job, folder).get(class_id),
        longest_note=LONGEST_NOTE,
        DecisionKind=DecisionKind,
        **_explaining(job),
    )


@results.post("/jobs/<job_id>/classes/<class_id>/decision")
@requires(Role.PLANNER)
def decide_class(job_id: str, class_id: str) -> AnyResponse | tuple[str, int]:
    """Lock or forbid a class, or take that back."""
    job = _finished(job_id)
    detail = _class_of(job, class_id)
    chosen = request.form.get("decision", "")
    if chosen not in ("", *DecisionKind):
        abort(400)
    note = " ".join(request.form.get("note", "").split())
    kind = DecisionKind(chosen) if chosen else None
    try:
        decide(current_desk().jobs.database, job, detail.row.id, kind, note, current_account().id)
    except Frozen:
        return render_template("error.html", title=gettext("已定稿"), text=result_wording.frozen_words()), 409
    add_detail(**{"class": class_id, "decision": str(kind or "none")})
    if kind is None:
        flash(gettext("已取消对班级 %(id)s 的决定。", id=class_id))
    else:
        flash(gettext("%(what)s：班级 %(id)s。", what=result_wording.DECISIONS[kind], id=class_id))
    return redirect(url_for("pages.show", job_id=job.id, _anchor="decisions"), code=303)


@results.post("/jobs/<job_id>/replan")
@requires(Role.PLANNER)
def replan(job_id: str) -> AnyResponse:
    """Make the next version from the decisions, with as little change as the value allows."""
    job = _finished(job_id)
    tolerance = request.form.get("tolerance", type=float, default=USUAL_TOLERANCE)
    if tolerance not in TOLERANCES:
        abort(400)
    dropped = {int(place) for place in request.form.getlist("drop") if place.isdecimal()}
    further, chosen = [], request.form.get("decision", "")
    if chosen in [*DecisionKind]:  # on a class of a final version, for the next one alone
        detail = _class_of(job, request.form.get("class", ""))
        note = " ".join(request.form.get("note", "").split())[:LONGEST_NOTE]
        further.append(Decision(DecisionKind(chosen), detail.option, note, detail.row.id))
    try:
        return to_page_of(plan_again_with_decisions(job, tolerance, dropped, further))
    except Contradicting as clash:
        nothing_changed()
        flash(result_wording.contradiction_words(clash.option))
        return redirect(url_for("pages.show", job_id=job.id, _anchor="decisions"), code=303)


# --- explanations ----------------------------------------------------------------------------------------------------


@results.post("/jobs/<job_id>/explain")
@requires(Role.PLANNER)
def explain(job_id: str) -> AnyResponse:
    """Have the whole plan explained, or one class."""
    job = _finished(job_id)
    class_id = request.form.get("class", "")
    if class_id:
        _class_of(job, class_id)
    explain_plan(job, class_id)
    if class_id:
        return redirect(url_for("results.show_class", job_id=job.id, class_id=class_id, _anchor="why"), code=303)
    back = request.form.get("back", "")
    return _to_tab(job, Tab(back) if back in [*Tab] else Tab.WHY)


@results.post("/jobs/<job_id>/explain/stop")
@requires(Role.PLANNER)
def stop_explaining(job_id: str) -> AnyResponse:
    """End with the parts that are finished."""
    job = _finished(job_id)
    stop_explanation(job)
    return _to_tab(job, Tab.WHY)


@results.get("/jobs/<job_id>/explain/progress")
@requires(Role.VIEWER)
def explain_progress(job_id: str) -> Response:
    """Answer the moving part alone; the header ``X-Job-State`` tells the script when to reload."""
    job = _finished(job_id)
    view = _explaining(job)
    response = make_response(render_template("_result_explaining.html", job=job, **view))
    response.headers["X-Job-State"] = "moving" if view["explaining"] else "still"
    return response


@results.get("/jobs/<job_id>/explanation/<paper>")
@requires(Role.VIEWER)
def download_explanation(job_id: str, paper: str) -> Response:
    """Send what the planner wrote about the plan."""
    job = _finished(job_id)
    if paper not in (WORKBOOK, RECORD):
        abort(404)
    return send(explanation_folder(current_desk().folder(job)) / paper, f"{title_of(job)}-{paper}")


def _explaining(job: Job) -> dict[str, Any]:
    """How far the explanation is; ``explaining`` is the errand while it waits or runs."""
    latest = explanation_under_way(job)
    errand = latest.errand
    moving = errand if errand is not None and errand.moving else None
    return {
        "explaining": moving,
        "explaining_class": str(moving.parameters.get("class", "")) if moving is not None else "",
        "explain_stage": latest.stage,
        "explain_failure": errand.failure if errand is not None and not errand.moving else "",
        "explain_note": errand.note if errand is not None else "",
    }


# --- what all share --------------------------------------------------------------------------------------------------


def _finished(job_id: str) -> Job:
    """Return a job whose plan is there, or answer 404."""
    job = current_desk().job(job_id)
    if job.state is not JobState.DONE:
        abort(404)
    return job


def _result_of(job: Job) -> Result:
    try:
        return read_result(current_desk().folder(job))
    except (OSError, ValueError, KeyError, TypeError):
        _log.exception("job %s: the plan cannot be read", job.id)
        abort(404)


def _class_of(job: Job, class_id: str) -> ClassDetail:
    detail = read_class(current_desk().folder(job), _result_of(job), class_id)
    if detail is None:
        abort(404)
    return detail


def _to_tab(job: Job, tab: Tab) -> AnyResponse:
    return redirect(url_for("results.show", job_id=job.id, tab=tab), code=303)
