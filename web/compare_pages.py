"""The page 对比 of a finished plan: ask, follow, read and delete comparisons; more money; another plan beside it."""

from __future__ import annotations

import json
import logging
import math
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from web import compare_asking, compare_result, compare_time, compare_uncertain, compare_words, wording
from web.accounts import Role, requires
from web.accounts.access import current_directory
from web.compare_asking import Form, Topic, read_form, read_more, ten_thousand_words
from web.compare_causes import causes_of
from web.compare_desk import (
    SCENARIO_ENDINGS,
    adopt_scenario,
    answer_for_text,
    compare_file,
    compare_more_money,
    compare_scenarios,
    compare_with_plan,
    compared_plan,
    delete_comparison,
    errand_of,
    estimate_of,
    facts_of,
    other_plans,
    pace_of,
    plan_of,
    record_of,
    scenario_template,
    state_of,
    stop_comparison,
    version_words,
)
from web.compare_kept import Kept, comparisons_of, kept_comparison
from web.compare_progress import standing
from web.county_data import PlannerSilent
from web.data_folder import JobFolder, safe_file_name
from web.jobs import Job, JobState
from web.journal import nothing_changed
from web.pages import current_desk, send, title_of, to_page_of
from web.result_decisions import USUAL_TOLERANCE
from web.result_wording import decided_words
from web.store.models import ErrandState
from web.work.errands import Errand

_log = logging.getLogger(__name__)
_MOST_CLASSES = 200
"""Changed classes that the page lists; the workbook lists all."""
_MOST_PARTS = 4
"""Things asked that the name of a comparison lists; the others are counted."""

compare_pages = Blueprint("compare", __name__)
compare_pages.add_app_template_global(version_words, "version_words")
compare_pages.add_app_template_global(decided_words, "decided_words")


@compare_pages.context_processor
def words() -> dict[str, object]:
    """Give the words of comparisons to these pages."""
    return {"words": compare_words, "time": compare_time, "uncertain": compare_uncertain}


# --- what there is ---------------------------------------------------------------------------------------------------


def _finished(job_id: str) -> tuple[Job, JobFolder]:
    """Return a job whose plan is finished, and its folder; 404 for any other."""
    desk = current_desk()
    job = desk.job(job_id)
    if job.state is not JobState.DONE:
        abort(404)
    return job, desk.folder(job)


def _kept(job_id: str, name: str) -> tuple[Job, Kept]:
    job, folder = _finished(job_id)
    kept = kept_comparison(folder, name)
    if kept is None:
        abort(404)
    return job, kept


@compare_pages.app_template_global("asked_words")
def asked_words(kept: Kept) -> str:
    """Say in a line what was asked."""
    asked = kept.asked
    if asked.topic is Topic.PLANS:
        return str(gettext("与另一份方案比：%(title)s", title=asked.other))
    parts = [gettext("多给 %(amount)s 万元", amount=ten_thousand_words(yuan)) for yuan in asked.added_yuan]
    parts += [asked.uploaded] if asked.uploaded else [compare_words.row_words(row) for row in asked.rows]
    parts += [gettext("预算曲线")] if asked.curve else []
    parts += [gettext("逐级追加")] if asked.nested else []
    parts += [str(compare_asking.FRONTS[front]) for front in asked.fronts]
    parts += [str(compare_asking.UNCERTAIN[key][0]) for key in asked.uncertain]
    parts += [gettext("就业 %(jobs)s 人最少要多少钱", jobs=f"{number:,}") for number in asked.jobs]
    parts += [gettext("培训 %(persons)s 人最少要多少钱", persons=f"{number:,}") for number in asked.persons]
    said = str(gettext("、")).join(str(part) for part in parts[:_MOST_PARTS])
    if len(parts) <= _MOST_PARTS:
        return said
    return str(gettext("%(words)s 等 %(count)s 项", words=said, count=len(parts)))


# --- the page --------------------------------------------------------------------------------------------------------


@compare_pages.get("/jobs/<job_id>/compare")
@requires(Role.VIEWER)
def page(job_id: str) -> str:
    """Offer what can be compared, and list what was."""
    job, folder = _finished(job_id)
    return _page(job, folder, Form(ticked=frozenset({"money_less", "money_more"})))


def _page(job: Job, folder: JobFolder, form: Form) -> str:
    facts = facts_of(folder)
    more = request.args.get("more", "")[:60]
    return render_template(
        "compare.html",
        job=job,
        facts=facts,
        pace=pace_of(plan_of(job, facts)),
        form=form,
        asking=compare_asking,
        kept=[(kept, state_of(kept)) for kept in comparisons_of(folder)],
        others=other_plans(job),
        more=more,
        answer=answer_for_text(folder, facts, more),
    )


@compare_pages.post("/jobs/<job_id>/compare")
@requires(Role.PLANNER)
def start(job_id: str) -> AnyResponse | tuple[str, int]:
    """Have ready-made scenarios and questions on money worked out."""
    job, folder = _finished(job_id)
    form, asked = read_form(MultiDict(request.form), facts_of(folder).choices)
    if form.errors:
        return _page(job, folder, form), 400
    return _to(job, compare_scenarios(job, asked))


@compare_pages.post("/jobs/<job_id>/compare/file")
@requires(Role.PLANNER)
def start_from_file(job_id: str) -> AnyResponse | tuple[str, int]:
    """Have the scenarios of an uploaded file worked out."""
    job, folder = _finished(job_id)
    file = request.files.get("scenarios")
    name = safe_file_name(file.filename or "") if file is not None and file.filename else ""
    effort = request.form.get("effort", "standard")
    form = Form(ticked=frozenset({"money_less", "money_more"}))
    if file is None or not name:
        form.errors["file"] = gettext("还没有选择文件。请先下载模板，填好后再上传。")
    elif not name.lower().endswith(SCENARIO_ENDINGS):
        form.errors["file"] = gettext("“%(name)s”不是情景表。请上传 .xlsx、.xls、.ods 或 .csv 文件。", name=name)
    if form.errors or file is None:
        return _page(job, folder, form), 400
    return _to(job, compare_file(job, file, effort, curve="curve" in request.form))


@compare_pages.get("/jobs/<job_id>/compare/template.xlsx")
@requires(Role.VIEWER)
def template(job_id: str) -> Response:
    """Send the empty file of scenarios."""
    _finished(job_id)
    return send(scenario_template(), gettext("情景表模板.xlsx"))


def _to(job: Job, kept: Kept) -> AnyResponse:
    """Go to the page of a comparison."""
    return redirect(url_for("compare.show", job_id=job.id, name=kept.id), code=303)


# --- more money ------------------------------------------------------------------------------------------------------


@compare_pages.get("/jobs/<job_id>/compare/more")
@requires(Role.VIEWER)
def more_money(job_id: str) -> str:
    """Answer for an amount of more money, from what is proved already; the part of the page alone."""
    job, folder = _finished(job_id)
    facts = facts_of(folder)
    answer = answer_for_text(folder, facts, request.args.get("more", "")[:60])
    return render_template("_compare_more.html", job=job, facts=facts, pace=pace_of(plan_of(job, facts)), answer=answer)


@compare_pages.post("/jobs/<job_id>/compare/more")
@requires(Role.PLANNER)
def work_out_more_money(job_id: str) -> AnyResponse | tuple[str, int]:
    """Have it worked out what an amount of more money brings, with the classes of the plan kept, and freely."""
    job, folder = _finished(job_id)
    yuan = read_more(request.form.get("more", ""))
    if yuan is None:
        form = Form(ticked=frozenset({"money_less", "money_more"}))
        form.errors["more"] = gettext("请填大于 0 的数，单位万元，例如 50。")
        return _page(job, folder, form), 400
    return _to(job, compare_more_money(job, yuan, request.form.get("effort", "standard")))


# --- another plan ----------------------------------------------------------------------------------------------------


@compare_pages.post("/jobs/<job_id>/compare/plans")
@requires(Role.PLANNER)
def start_with_plan(job_id: str) -> AnyResponse | tuple[str, int]:
    """Set another finished plan beside this one."""
    job, folder = _finished(job_id)
    kept = compare_with_plan(job, request.form.get("other", ""))
    if kept is None:
        form = Form(ticked=frozenset({"money_less", "money_more"}))
        form.errors["other"] = gettext("请从列表中选择另一份方案。")
        return _page(job, folder, form), 400
    return _to(job, kept)


# --- one comparison --------------------------------------------------------------------------------------------------


@compare_pages.get("/jobs/<job_id>/compare/<name>")
@requires(Role.VIEWER)
def show(job_id: str, name: str) -> str:
    """Show a comparison as it stands: on its way, worked out, or why not."""
    job, kept = _kept(job_id, name)
    state = state_of(kept)
    if state != "done":
        return _unanswered_page(job, kept, state)
    if kept.asked.topic is Topic.PLANS:
        return _plans_page(job, kept)
    record = record_of(kept)
    if record is None:
        return _unanswered_page(job, kept, "failed")
    return render_template(
        "compare_result.html",
        job=job,
        kept=kept,
        record=record,
        view=compare_result,
        only="only" in request.args,
        downloads=kept.downloads(),
        adoptable=[number for number in range(len(record["scenarios"])) if kept.plan_of(number) is not None],
        tolerance=USUAL_TOLERANCE,
        longest_minutes=math.ceil(job.time_limit_seconds / 60),
    )


def _unanswered_page(job: Job, kept: Kept, state: str) -> str:
    return render_template("compare_moving.html", job=job, kept=kept, state=state, **_moving_view(job, kept, state))


def _moving_view(job: Job, kept: Kept, state: str) -> dict[str, Any]:
    errand = errand_of(kept)
    view: dict[str, Any] = {"errand": errand, "faults": kept.read_faults() if state == "faulty" else (),
                            "failure": "", "note": ""}  # fmt: skip
    if errand is not None and state in ("queued", "running"):
        events = current_desk().errands.events(errand) if state == "running" else []
        plan = compared_plan(job, errand)
        estimate = estimate_of(plan, kept)
        view |= {"elapsed": _elapsed(errand), "estimate": estimate, "left": None}
        if estimate is not None and state == "running":
            share = compare_time.share_done(kept.asked, plan, (event.data for event in events))
            view["left"] = compare_time.left_seconds(estimate, share, _elapsed(errand))
        return view | {"standing": standing(kept.asked, (event.data for event in events))}
    if errand is not None:
        withdrawn = errand.state is ErrandState.STOPPED
        failure = "compare_stopped" if withdrawn else errand.failure
        view |= {"failure": wording.FAILURES.get(failure, ""), "note": errand.note}
    return view


def _elapsed(errand: Errand) -> float:
    """Seconds since a comparison was begun."""
    return max(0.0, time.time() - errand.started_at) if errand.started_at is not None else 0.0


@compare_pages.get("/jobs/<job_id>/compare/<name>/progress")
@requires(Role.VIEWER)
def progress(job_id: str, name: str) -> Response:
    """Answer the moving part alone; the header ``X-Job-State`` tells the script when to reload."""
    job, kept = _kept(job_id, name)
    state = state_of(kept)
    moving = _moving_view(job, kept, state) if state in ("queued", "running") else {}
    page = render_template("_compare_progress.html", job=job, kept=kept, state=state, **moving) if moving else ""
    response = make_response(page)
    response.headers["X-Job-State"] = state
    return response


@compare_pages.post("/jobs/<job_id>/compare/<name>/stop")
@requires(Role.PLANNER)
def stop(job_id: str, name: str) -> AnyResponse:
    """Finish with what is worked out so far, or leave the queue."""
    job, kept = _kept(job_id, name)
    stop_comparison(kept)
    return _to(job, kept)


@compare_pages.post("/jobs/<job_id>/compare/<name>/adopt")
@requires(Role.PLANNER)
def adopt(job_id: str, name: str) -> AnyResponse:
    """Make the next version of the plan from a scenario and have it planned."""
    job, kept = _kept(job_id, name)
    try:
        made = adopt_scenario(job, kept, request.form.get("scenario", type=int, default=0))
    except PlannerSilent:
        _log.exception("comparison %s: a scenario's workbook cannot be looked at", kept.id)
        nothing_changed()
        flash(gettext("读取情景的工作簿没有完成，方案和对比没有受影响。请稍后再试。"))
        return _to(job, kept)
    if made is None:
        nothing_changed()
        flash(gettext("这个情景没有留下方案。请再测算一次，再采用。"))
        return _to(job, kept)
    flash(gettext("已按情景“%(scenario)s”另成第 %(version)s 版，正在规划。", scenario=made.settings["scenario"],
                  version=made.version))  # fmt: skip
    return to_page_of(made)


@compare_pages.get("/jobs/<job_id>/compare/<name>/delete")
@requires(Role.PLANNER)
def ask_to_delete(job_id: str, name: str) -> str | AnyResponse:
    """Ask before a comparison is removed."""
    job, kept = _kept(job_id, name)
    if state_of(kept) in ("queued", "running"):
        return _to(job, kept)
    return render_template("compare_delete.html", job=job, kept=kept)


@compare_pages.post("/jobs/<job_id>/compare/<name>/delete")
@requires(Role.PLANNER)
def delete(job_id: str, name: str) -> AnyResponse:
    """Remove a comparison with its files; the plan stays."""
    job, kept = _kept(job_id, name)
    if not delete_comparison(kept):
        nothing_changed()
        return _to(job, kept)
    return redirect(url_for("compare.page", job_id=job.id), code=303)


@compare_pages.get("/jobs/<job_id>/compare/<name>/files/<file>")
@requires(Role.VIEWER)
def download(job_id: str, name: str, file: str) -> Response:
    """Send one of the papers of a comparison."""
    job, kept = _kept(job_id, name)
    path = next((path for path in kept.downloads() if path.name == file), None)
    if path is None:
        abort(404)
    return send(path, f"{title_of(job)}-{path.name}")


# --- two plans -------------------------------------------------------------------------------------------------------


def _plans_page(job: Job, kept: Kept) -> str:
    try:
        difference = json.loads(kept.difference.read_text(encoding="utf-8"))
        plans = [_plan_figures(path) for path in (current_desk().folder(job).output / "plan.json", kept.other)]
    except (OSError, ValueError, KeyError, TypeError):
        _log.exception("comparison %s cannot be read", kept.id)
        return _unanswered_page(job, kept, "failed")
    return render_template(
        "compare_plans.html", job=job, kept=kept, plan=plans[0], other=plans[1], difference=difference,
        most=_MOST_CLASSES, downloads=kept.downloads(), causes=causes_of(job, kept), names=current_directory().names(),
    )  # fmt: skip


def _plan_figures(path: Path) -> dict[str, Any]:
    """Figures of a plan's record that stand side by side."""
    plan = json.loads(path.read_text(encoding="utf-8"))
    persons = sum(int(heads["persons"]) for row in plan["classes"] for heads in row["heads"])
    jobs = float(plan["linked_jobs"]) + float(plan["unlinked_jobs"])
    return {
        "classes": len(plan["classes"]), "persons": persons, "jobs": jobs, "value": float(plan["value"]),
        "bound": plan["bound"], "gap": plan["gap"], "cost": Decimal(plan["total_cost"]),
        "outlook": plan.get("outlook"), "missed": sum(row["missing"] > 0 for row in plan["targets"]),
        "townships": len({heads["township"] for row in plan["classes"] for heads in row["heads"]}),
    }  # fmt: skip
