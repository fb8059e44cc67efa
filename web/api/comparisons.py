"""Comparisons of a finished plan in the interface: scenarios, curves and questions, more money, another plan."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any, Literal

from flask import Response, abort, make_response
from flask_babel import gettext
from flask_openapi3.models.file import FileStorage
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from web.accounts import Role, requires
from web.api import errors
from web.api.answers import JobAnswer, JobPath, Whole, instant
from web.api.errors import not_now, responses, wrong
from web.api.finding import finished
from web.api.group import operations
from web.api.sending import ANY_FILE, as_json, as_new_job
from web.compare_asking import FRONTS, READY_MADE, UNCERTAIN, Blank, Topic, read_form
from web.compare_desk import (
    SCENARIO_ENDINGS,
    adopt_scenario,
    answer_for,
    compare_file,
    compare_more_money,
    compare_scenarios,
    compare_with_plan,
    delete_comparison,
    errand_of,
    facts_of,
    record_of,
    state_of,
    stop_comparison,
)
from web.compare_kept import Kept, comparisons_of, kept_comparison
from web.compare_progress import standing
from web.county_data import PlannerSilent
from web.data_folder import safe_file_name
from web.desk import current_desk
from web.finding_words import fault_told, plainly
from web.jobs import Job
from web.pages import send
from web.store.models import ErrandState

comparisons = operations("comparisons")

_MOST_YUAN = Decimal(10) ** 12
_KEYS = [one.key for one in READY_MADE]
_KEY_SCHEMA: dict[str, Any] = {"enum": _KEYS}
_FRONT_SCHEMA: dict[str, Any] = {"enum": list(FRONTS)}
_UNCERTAIN_SCHEMA: dict[str, Any] = {"enum": list(UNCERTAIN)}
Effort = Literal["quick", "standard", "careful"]
Yuan = Annotated[Decimal, Field(gt=0, le=_MOST_YUAN, decimal_places=2)]
Front = Annotated[str, Field(json_schema_extra=_FRONT_SCHEMA)]
Uncertain = Annotated[str, Field(json_schema_extra=_UNCERTAIN_SCHEMA)]


class ReadyMadeAnswer(BaseModel):
    """A scenario to choose: its words around the value to fill in, and what may be filled in."""

    key: str
    before: str
    after: str
    value: str = Field(description="Empty: none; number; amounts (万元, separated by commas); choice")
    least: float
    most: float
    choices: list[str]
    hint: str


class ChoicesAnswer(BaseModel):
    """What may be asked of a plan."""

    scenarios: list[ReadyMadeAnswer]
    fronts: dict[str, str] = Field(description="Second aims that jobs are weighed against")
    uncertain: dict[str, str] = Field(description="Questions on what may come otherwise")


class ScenarioBody(BaseModel):
    """A ready-made scenario with what is filled in; null: the usual value."""

    model_config = ConfigDict(extra="forbid")
    key: str = Field(json_schema_extra=_KEY_SCHEMA)
    value: Annotated[str, Field(max_length=200)] | None = None


class ComparisonBody(BaseModel):
    """What to work out; at least one thing."""

    model_config = ConfigDict(extra="forbid")
    scenarios: list[ScenarioBody] = Field(default=[], max_length=20)
    curve: bool = Field(False, description="预算曲线: what each level of money brings")
    nested: bool = Field(False, description="逐级追加: levels that keep the classes of the level before")
    fronts: list[Front] = Field(default=[], max_length=len(FRONTS))
    uncertain: list[Uncertain] = Field(default=[], max_length=len(UNCERTAIN))
    jobs: Annotated[Whole, Field(ge=1, le=10_000_000)] | None = Field(None, description="Least money for so many jobs")
    persons: Annotated[Whole, Field(ge=1, le=10_000_000)] | None = Field(
        None, description="Least money to train so many people"
    )
    effort: Effort = "standard"


class ScenariosForm(BaseModel):
    """A file of scenarios (template: /templates/scenarios.xlsx)."""

    scenarios: FileStorage
    curve: bool = False
    effort: Effort = "standard"


class MoneyBody(BaseModel):
    """How much more money."""

    model_config = ConfigDict(extra="forbid")
    yuan: Yuan
    effort: Effort = "standard"


class OtherPlanBody(BaseModel):
    """Which finished plan to set beside this one."""

    model_config = ConfigDict(extra="forbid")
    other_job_id: str = Field(max_length=32)


class AdoptBody(BaseModel):
    """Which scenario becomes a version."""

    model_config = ConfigDict(extra="forbid")
    scenario: Whole = Field(ge=1, le=1000, description="Its place in scenarios of the record; 0 is the base")


class MoneyQuery(BaseModel):
    """How much more money."""

    yuan: Yuan


class ComparisonPath(JobPath):
    """Which comparison of which job."""

    comparison_id: str = Field(max_length=40)


class ComparisonFilePath(ComparisonPath):
    """Which file of which comparison."""

    name: str = Field(max_length=200)


class ComparisonAnswer(BaseModel):
    """A comparison as it stands."""

    id: str
    topic: str = Field(description="scenarios, addition, plans")
    state: str = Field(description="queued, running, done, faulty, failed")
    created_at: str
    effort: str
    done: int = Field(description="Things worked out so far, while it runs")
    total: int = Field(description="Things to work out, 0: not known")
    failure: str
    note: str
    faults: list[dict[str, Any]] = Field(description="What is wrong with the file of scenarios")
    files: list[str]


class ComparisonResultAnswer(ComparisonAnswer):
    """A comparison with its record (docs/scenarios.md says what stands there), once it is done."""

    record: dict[str, Any] | None = Field(description="compare.json, or difference.json of two plans")


class ComparisonsAnswer(BaseModel):
    """The comparisons of a plan, newest first."""

    comparisons: list[ComparisonAnswer]


class MoreMoneyAnswer(BaseModel):
    """What more money brings, in expected jobs beyond the plan's, from what is proved already."""

    yuan: str
    least: float | None = Field(description="By a kept curve; null: no curve was worked out")
    most: float | None = Field(description="null: nothing bounds it")
    curve_id: str | None
    exact: dict[str, Any] | None = Field(description="The answer that was worked out for this amount")
    exact_id: str | None


_STARTED: errors.Answers = {202: ComparisonAnswer, **responses(400, 404, 409, 415)}


@comparisons.get(
    "/jobs/<job_id>/comparison-choices", summary="可以对比什么", responses={200: ChoicesAnswer, **responses(404, 409)}
)
@requires(Role.VIEWER)
def choices(path: JobPath) -> Response:
    """List the ready-made scenarios and questions with what may be filled in."""
    known = facts_of(current_desk().folder(finished(path.job_id))).choices
    scenarios = [
        ReadyMadeAnswer(
            key=one.key, before=str(one.before), after=str(one.after), value=str(one.blank), least=one.least,
            most=one.most, choices=list(known.get(one.choices, ())) if one.blank is Blank.CHOICE else [],
            hint=str(one.hint),
        )
        for one in READY_MADE
    ]  # fmt: skip
    fronts = {key: str(words) for key, words in FRONTS.items()}
    uncertain = {key: str(words[0]) for key, words in UNCERTAIN.items()}
    return as_json(ChoicesAnswer(scenarios=scenarios, fronts=fronts, uncertain=uncertain))


@comparisons.get(
    "/jobs/<job_id>/comparisons", summary="做过的对比", responses={200: ComparisonsAnswer, **responses(404, 409)}
)
@requires(Role.VIEWER)
def list_comparisons(path: JobPath) -> Response:
    """List the comparisons of a plan, newest first."""
    found = comparisons_of(current_desk().folder(finished(path.job_id)))
    return as_json(ComparisonsAnswer(comparisons=[ComparisonAnswer(**_standing(kept)) for kept in found]))


@comparisons.post("/jobs/<job_id>/comparisons", summary="对比情景、预算曲线、提问", responses=_STARTED)
@requires(Role.PLANNER)
def start(path: JobPath, body: ComparisonBody) -> Response:
    """Have ready-made scenarios and questions worked out."""
    job = finished(path.job_id)
    _check_words(body)
    ticked = [one.key for one in body.scenarios]
    words = [("scenario", ticked), ("front", body.fronts), ("uncertain", body.uncertain)]
    sent: MultiDict[str, str] = MultiDict([(name, word) for name, named in words for word in named])
    for one in body.scenarios:
        if one.value is not None:
            sent[one.key] = one.value
    sent["effort"] = body.effort
    for name in ("curve", "nested"):
        if getattr(body, name):
            sent[name] = "1"
    for name in ("jobs", "persons"):
        if getattr(body, name) is not None:
            sent[name] = str(getattr(body, name))
    form, asked = read_form(sent, facts_of(current_desk().folder(job)).choices)
    if form.errors:
        places = {key: f"body.scenarios.{ticked.index(key)}.value" for key in ticked}
        errors.not_possible(
            [
                errors.Fault(place=places.get(key, f"body.{key}"), problem=str(text), found=form.values.get(key, ""))
                for key, text in form.errors.items()
            ]
        )
    return _started(job, compare_scenarios(job, asked))


@comparisons.post(
    "/jobs/<job_id>/comparisons/file",
    summary="对比情景表",
    responses={202: ComparisonAnswer, **responses(400, 404, 409, 413)},
)
@requires(Role.PLANNER)
def start_from_file(path: JobPath, form: ScenariosForm) -> Response:
    """Have the scenarios of an uploaded file worked out."""
    job = finished(path.job_id)
    name = safe_file_name(str(form.scenarios.filename or ""))
    if not name.lower().endswith(SCENARIO_ENDINGS):
        wrong("scenarios", gettext("“%(name)s”不是情景表。请上传 .xlsx、.xls、.ods 或 .csv 文件。", name=name), name)
    return _started(job, compare_file(job, form.scenarios, form.effort, curve=form.curve))


@comparisons.post("/jobs/<job_id>/comparisons/money", summary="测算增加资金", responses=_STARTED)
@requires(Role.PLANNER)
def work_out_more_money(path: JobPath, body: MoneyBody) -> Response:
    """Have it worked out what an amount of more money brings, with the classes of the plan kept, and freely."""
    job = finished(path.job_id)
    return _started(job, compare_more_money(job, body.yuan, body.effort))


@comparisons.post("/jobs/<job_id>/comparisons/plan", summary="与另一份方案比", responses=_STARTED)
@requires(Role.PLANNER)
def start_with_plan(path: JobPath, body: OtherPlanBody) -> Response:
    """Set another finished plan of the bureau beside this one."""
    job = finished(path.job_id)
    kept = compare_with_plan(job, body.other_job_id)
    if kept is None:
        wrong("body.other_job_id", gettext("本单位没有这份规划完成的方案，或者就是本方案。"), body.other_job_id)
    return _started(job, kept)


@comparisons.get(
    "/jobs/<job_id>/more-money", summary="多给钱多多少", responses={200: MoreMoneyAnswer, **responses(404, 409)}
)
@requires(Role.VIEWER)
def more_money(path: JobPath, query: MoneyQuery) -> Response:
    """Answer for an amount of more money, from what is proved already."""
    folder = current_desk().folder(finished(path.job_id))
    found = answer_for(folder, facts_of(folder), query.yuan)
    kept, exact = found.exact[0] if found.exact else (None, None)
    return as_json(
        MoreMoneyAnswer(
            yuan=f"{query.yuan:.2f}",
            least=found.proved.least if found.proved is not None else None,
            most=found.proved.most if found.proved is not None else None,
            curve_id=found.curve.id if found.curve is not None else None,
            exact=dict(exact) if exact is not None else None,
            exact_id=kept.id if kept is not None else None,
        )
    )


@comparisons.get(
    "/jobs/<job_id>/comparisons/<comparison_id>",
    summary="一次对比",
    responses={200: ComparisonResultAnswer, **responses(404, 409)},
)
@requires(Role.VIEWER)
def show(path: ComparisonPath) -> Response:
    """Show a comparison as it stands, with its record once it is done."""
    _, kept = _kept(path)
    record: dict[str, Any] | None = None
    if kept.answered and kept.asked.topic is Topic.PLANS:
        record = _difference(kept)
    elif kept.answered:
        record = record_of(kept)
    return as_json(ComparisonResultAnswer(**_standing(kept), record=record))


@comparisons.post(
    "/jobs/<job_id>/comparisons/<comparison_id>/stop",
    summary="停止对比",
    responses={202: ComparisonAnswer, **responses(404, 409)},
)
@requires(Role.PLANNER)
def stop(path: ComparisonPath) -> Response:
    """Finish with what is worked out so far, or leave the queue; without effect when nothing runs."""
    _, kept = _kept(path)
    stop_comparison(kept)
    return as_json(ComparisonAnswer(**_standing(kept)), 202)


@comparisons.post(
    "/jobs/<job_id>/comparisons/<comparison_id>/version",
    summary="采用情景为方案",
    responses={202: JobAnswer, **responses(400, 404, 409, 415)},
)
@requires(Role.PLANNER)
def adopt(path: ComparisonPath, body: AdoptBody) -> Response:
    """Make the next version from a scenario's workbook and have it planned, beginning at the scenario's plan."""
    job, kept = _kept(path)
    try:
        made = adopt_scenario(job, kept, body.scenario)
    except PlannerSilent:
        not_now(gettext("读取情景的工作簿没有完成，方案和对比没有受影响。请稍后再试。"))
    if made is None:
        wrong("body.scenario", gettext("这个情景没有留下方案。请再测算一次，再采用。"), str(body.scenario))
    return as_new_job(made, 202)


@comparisons.delete(
    "/jobs/<job_id>/comparisons/<comparison_id>", summary="删除对比", responses={204: None, **responses(404, 409)}
)
@requires(Role.PLANNER)
def delete(path: ComparisonPath) -> AnyResponse:
    """Remove a comparison with its files; the plan stays."""
    _, kept = _kept(path)
    if not delete_comparison(kept):
        not_now(gettext("对比还在测算。请先停止，再删除。"))
    return make_response("", 204)


@comparisons.get(
    "/jobs/<job_id>/comparisons/<comparison_id>/files/<name>",
    summary="下载对比的文件",
    responses={200: ANY_FILE, **responses(404, 409)},
)
@requires(Role.VIEWER)
def download(path: ComparisonFilePath) -> Response:
    """Send one of the papers of a comparison."""
    _, kept = _kept(path)
    found = next((one for one in kept.downloads() if one.name == path.name), None)
    if found is None:
        abort(404)
    return send(found, found.name)


def _check_words(body: ComparisonBody) -> None:
    """Refuse words that name nothing."""
    asked = [(f"body.scenarios.{place}.key", one.key, _KEYS) for place, one in enumerate(body.scenarios)]
    asked += [(f"body.fronts.{place}", one, list(FRONTS)) for place, one in enumerate(body.fronts)]
    asked += [(f"body.uncertain.{place}", one, list(UNCERTAIN)) for place, one in enumerate(body.uncertain)]
    sentence = gettext("没有这个词。可用的词见 comparison-choices。")
    faults = [
        errors.Fault(place=place, problem=sentence, found=word[:200])
        for place, word, known in asked
        if word not in known
    ]
    if faults:
        errors.not_possible(faults)


def _kept(path: ComparisonPath) -> tuple[Job, Kept]:
    job = finished(path.job_id)
    kept = kept_comparison(current_desk().folder(job), path.comparison_id)
    if kept is None:
        abort(404)
    return job, kept


def _started(job: Job, kept: Kept) -> Response:
    return as_json(ComparisonAnswer(**_standing(kept)), 202)


def _standing(kept: Kept) -> dict[str, Any]:
    """Return where a comparison stands, by the names of its answer."""
    state, errand = state_of(kept), errand_of(kept)
    moving = errand is not None and state in ("queued", "running")
    events = [event.data for event in current_desk().errands.events(errand)] if errand is not None and moving else []
    now = standing(kept.asked, events)
    withdrawn = errand is not None and errand.state is ErrandState.STOPPED
    failed = errand is not None and state in ("failed", "faulty")
    return {
        "id": kept.id,
        "topic": str(kept.asked.topic),
        "state": state,
        "created_at": instant(kept.asked.created_at),
        "effort": kept.asked.effort,
        "done": now.done if moving else 0,
        "total": now.total if moving else 0,
        "failure": ("compare_stopped" if withdrawn else errand.failure) if failed and errand is not None else "",
        "note": plainly(errand.note) if failed and errand is not None else "",
        "faults": [fault_told(fault) for fault in kept.read_faults()] if state == "faulty" else [],
        "files": [path.name for path in kept.downloads()],
    }


def _difference(kept: Kept) -> dict[str, Any] | None:
    try:
        found = json.loads(kept.difference.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
