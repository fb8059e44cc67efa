"""The page 对比 of a finished plan: ask, follow, read and delete comparisons; more money; another plan beside it."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from planner.scenarios.sheet import write_scenario_template
from web import compare_asking, compare_result, compare_words, figures, wording
from web.accounts import Role, requires
from web.accounts.access import current_account
from web.compare_asking import Asked, Form, Topic, read_form, read_more, ten_thousand_words
from web.compare_kept import Kept, comparisons_of, keep, kept_comparison
from web.compare_progress import standing
from web.data_folder import JobFolder, safe_file_name
from web.jobs import Job, JobState
from web.pages import current_desk, send, title_of
from web.store.models import ErrandKind, ErrandState
from web.work.errands import Errand

_log = logging.getLogger(__name__)
_ENDINGS = (".xlsx", ".xls", ".ods", ".csv")
_MOST_CLASSES = 200
"""Changed classes that the page lists; the workbook lists all."""
_MOST_PARTS = 4
"""Things asked that the name of a comparison lists; the others are counted."""

compare_pages = Blueprint("compare", __name__)


@compare_pages.context_processor
def words() -> dict[str, object]:
    """Give the words of comparisons to these pages."""
    return {"words": compare_words}


# --- what there is ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What the forms need to know of the finished plan."""

    value: float
    bound: float | None
    gap: float | None
    providers: tuple[str, ...]
    targets: tuple[str, ...]
    objective: str
    input_sha256: str

    @property
    def choices(self) -> dict[str, Sequence[str]]:
        """What the ready-made scenarios may choose from."""
        other = [word for word in compare_words.OBJECTIVES if word != self.objective]
        return {"providers": self.providers, "targets": self.targets, "objectives": other}


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


def _facts(folder: JobFolder) -> PlanFacts:
    try:
        plan = json.loads((folder.output / "plan.json").read_text(encoding="utf-8"))
        return PlanFacts(
            float(plan["value"]), plan["bound"], plan["gap"],
            tuple(sorted({row["provider"] for row in plan["classes"]})),
            tuple(row["id"] for row in plan["targets"]), _objective(folder, plan), str(plan["input_sha256"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        _log.exception("the plan cannot be read")
        abort(404)


def _objective(folder: JobFolder, plan: Mapping[str, Any]) -> str:
    try:
        return str(json.loads(folder.planned_facts.read_text(encoding="utf-8"))["objective"])
    except (OSError, ValueError, KeyError, TypeError):
        return str((plan.get("outlook") or {}).get("maximised", ""))


def _errand(kept: Kept) -> Errand | None:
    """The errand that works a comparison out, ``None`` when it is not known any more."""
    return current_desk().errands.get(kept.asked.errand_id) if kept.asked.errand_id else None


def state_of(kept: Kept) -> str:
    """Return where a comparison stands: ``done``, ``queued``, ``running``, ``faulty`` or ``failed``."""
    if kept.answered:
        return "done"
    errand = _errand(kept)
    if errand is not None and errand.state in (ErrandState.QUEUED, ErrandState.RUNNING):
        return str(errand.state)
    return "faulty" if kept.faults.is_file() else "failed"


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
    facts = _facts(folder)
    more = request.args.get("more", "")[:60]
    return render_template(
        "compare.html",
        job=job,
        facts=facts,
        form=form,
        asking=compare_asking,
        kept=[(kept, state_of(kept)) for kept in comparisons_of(folder)],
        others=_other_plans(job),
        more=more,
        answer=_answer(folder, facts, more),
    )


def _other_plans(job: Job) -> list[Job]:
    """The other finished plans that this one may be set beside."""
    return [other for other in current_desk().jobs.listed() if other.state is JobState.DONE and other.id != job.id]


@compare_pages.app_template_global("version_words")
def version_words(job: Job) -> str:
    """Say which plan this is, and which version of it: 示例县（第 2 版，2026-03-02 09:30）."""
    made = figures.moment(job.finished_at or job.created_at)
    return str(gettext("%(title)s（第 %(version)s 版，%(made)s）", title=title_of(job), version=job.version, made=made))


@compare_pages.post("/jobs/<job_id>/compare")
@requires(Role.PLANNER)
def start(job_id: str) -> AnyResponse | tuple[str, int]:
    """Have ready-made scenarios and questions on money worked out."""
    job, folder = _finished(job_id)
    form, asked = read_form(MultiDict(request.form), _facts(folder).choices)
    if form.errors:
        return _page(job, folder, form), 400
    kept = _keep(folder, asked)
    if asked.rows:
        kept.scenarios.mkdir()
        write_scenario_template(kept.scenarios / f"{gettext('情景')}.xlsx", asked.rows)
    return _submit(job, kept)


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
    elif not name.lower().endswith(_ENDINGS):
        form.errors["file"] = gettext("“%(name)s”不是情景表。请上传 .xlsx、.xls、.ods 或 .csv 文件。", name=name)
    if form.errors or file is None:
        return _page(job, folder, form), 400
    effort = effort if effort in compare_asking.EFFORTS else "standard"
    kept = _keep(folder, Asked(Topic.SCENARIOS, effort=effort, uploaded=name, curve="curve" in request.form))
    kept.scenarios.mkdir()
    file.save(kept.scenarios / name)
    return _submit(job, kept)


@compare_pages.get("/jobs/<job_id>/compare/template.xlsx")
@requires(Role.VIEWER)
def template(job_id: str) -> Response:
    """Send the empty file of scenarios."""
    _finished(job_id)
    path = current_desk().data.root / "scenarios-template.xlsx"
    write_scenario_template(path)
    return send(path, gettext("情景表模板.xlsx"))


def _keep(folder: JobFolder, asked: Asked) -> Kept:
    return keep(folder, replace(asked, created_at=time.time()))


def _submit(job: Job, kept: Kept) -> AnyResponse:
    """Queue a comparison and go to its page."""
    errand = current_desk().errands.submit(job, ErrandKind.COMPARE, {"comparison": kept.id}, current_account().id)
    kept.with_errand(errand.id)
    return redirect(url_for("compare.show", job_id=job.id, name=kept.id), code=303)


# --- more money ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoreMoney:
    """What the field 多给 … 万 answers: an error, the proved range from a kept curve, and exact answers kept."""

    amount: str
    error: str = ""
    proved: compare_result.Answer | None = None
    curve: Kept | None = None
    exact: tuple[tuple[Kept, Mapping[str, Any]], ...] = ()


def _answer(folder: JobFolder, facts: PlanFacts, text: str) -> MoreMoney | None:
    """Answer for an amount as it was typed; ``None`` when nothing was."""
    if not text.strip():
        return None
    yuan = read_more(text)
    if yuan is None:
        return MoreMoney(text, gettext("“%(text)s”看不懂：请填大于 0 的数，单位万元，例如 50。", text=text))
    proved, curve, exact = None, None, []
    for kept in comparisons_of(folder):
        record = _record(kept)
        if record is None or record["input_sha256"] != facts.input_sha256:
            continue
        if proved is None and "curve" in record:
            proved, curve = compare_result.answer_from_curve(record, facts.value, yuan), kept
        for one in record.get("additions", {}).get("answers", ()):
            if Decimal(one["added"]) == yuan:
                exact.append((kept, one))
    return MoreMoney(ten_thousand_words(str(yuan)), "", proved, curve, tuple(exact[:1]))


def _record(kept: Kept) -> dict[str, Any] | None:
    """A kept comparison's record, ``None`` when there is none or it cannot be read."""
    if not kept.record.is_file():
        return None
    try:
        return compare_result.read_compared(kept.record)
    except (OSError, ValueError, KeyError, TypeError):
        _log.exception("comparison %s cannot be read", kept.id)
        return None


@compare_pages.get("/jobs/<job_id>/compare/more")
@requires(Role.VIEWER)
def more_money(job_id: str) -> str:
    """Answer for an amount of more money, from what is proved already; the part of the page alone."""
    job, folder = _finished(job_id)
    facts = _facts(folder)
    answer = _answer(folder, facts, request.args.get("more", "")[:60])
    return render_template("_compare_more.html", job=job, facts=facts, answer=answer)


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
    effort = request.form.get("effort", "standard")
    effort = effort if effort in compare_asking.EFFORTS else "standard"
    return _submit(job, _keep(folder, Asked(Topic.ADDITION, effort=effort, added_yuan=(format(yuan, "f"),))))


# --- another plan ----------------------------------------------------------------------------------------------------


@compare_pages.post("/jobs/<job_id>/compare/plans")
@requires(Role.PLANNER)
def start_with_plan(job_id: str) -> AnyResponse | tuple[str, int]:
    """Set another finished plan beside this one."""
    job, folder = _finished(job_id)
    other = next((one for one in _other_plans(job) if one.id == request.form.get("other")), None)
    source = current_desk().folder(other).output / "plan.json" if other is not None else None
    if other is None or source is None or not source.is_file():
        form = Form(ticked=frozenset({"money_less", "money_more"}))
        form.errors["other"] = gettext("请从列表中选择另一份方案。")
        return _page(job, folder, form), 400
    kept = _keep(folder, Asked(Topic.PLANS, other=version_words(other)))
    shutil.copyfile(source, kept.other)
    return _submit(job, kept)


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
    record = _record(kept)
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
    )


def _unanswered_page(job: Job, kept: Kept, state: str) -> str:
    return render_template("compare_moving.html", job=job, kept=kept, state=state, **_moving_view(kept, state))


def _moving_view(kept: Kept, state: str) -> dict[str, Any]:
    errand = _errand(kept)
    view: dict[str, Any] = {"errand": errand, "faults": kept.read_faults() if state == "faulty" else (),
                            "failure": "", "note": ""}  # fmt: skip
    if errand is not None and state in ("queued", "running"):
        events = [event.data for event in current_desk().errands.events(errand)] if state == "running" else []
        return view | {"standing": standing(kept.asked, events)}
    if errand is not None:
        withdrawn = errand.state is ErrandState.STOPPED
        failure = "compare_stopped" if withdrawn else errand.failure
        view |= {"failure": wording.FAILURES.get(failure, ""), "note": errand.note}
    return view


@compare_pages.get("/jobs/<job_id>/compare/<name>/progress")
@requires(Role.VIEWER)
def progress(job_id: str, name: str) -> Response:
    """Answer the moving part alone; the header ``X-Job-State`` tells the script when to reload."""
    job, kept = _kept(job_id, name)
    state = state_of(kept)
    moving = _moving_view(kept, state) if state in ("queued", "running") else {}
    page = render_template("_compare_progress.html", job=job, kept=kept, state=state, **moving) if moving else ""
    response = make_response(page)
    response.headers["X-Job-State"] = state
    return response


@compare_pages.post("/jobs/<job_id>/compare/<name>/stop")
@requires(Role.PLANNER)
def stop(job_id: str, name: str) -> AnyResponse:
    """Finish with what is worked out so far, or leave the queue."""
    job, kept = _kept(job_id, name)
    errand = _errand(kept)
    if errand is not None and not kept.answered:
        current_desk().errands.stop(errand)
    return redirect(url_for("compare.show", job_id=job.id, name=kept.id), code=303)


@compare_pages.get("/jobs/<job_id>/compare/<name>/delete")
@requires(Role.PLANNER)
def ask_to_delete(job_id: str, name: str) -> str | AnyResponse:
    """Ask before a comparison is removed."""
    job, kept = _kept(job_id, name)
    if state_of(kept) in ("queued", "running"):
        return redirect(url_for("compare.show", job_id=job.id, name=kept.id), code=303)
    return render_template("compare_delete.html", job=job, kept=kept)


@compare_pages.post("/jobs/<job_id>/compare/<name>/delete")
@requires(Role.PLANNER)
def delete(job_id: str, name: str) -> AnyResponse:
    """Remove a comparison with its files; the plan stays."""
    job, kept = _kept(job_id, name)
    if state_of(kept) in ("queued", "running"):
        return redirect(url_for("compare.show", job_id=job.id, name=kept.id), code=303)
    kept.delete()
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
        most=_MOST_CLASSES, downloads=kept.downloads(),
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
