"""A finished plan in the interface: the plan itself, its classes, decisions on them, planning again, explanations."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response, abort, jsonify, make_response
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, Field, RootModel
from werkzeug.wrappers import Response as AnyResponse

from web import result_wording
from web.accounts import Role, current_account, requires
from web.api.answers import JobAnswer, JobPath, Whole, instant
from web.api.errors import not_now, responses, wrong
from web.api.finding import finished, result_of
from web.api.group import operations
from web.api.sending import as_json, as_new_job
from web.desk import current_desk
from web.explaining import explain_plan, explanation_under_way, stop_explanation
from web.finding_words import explained_told, plainly
from web.jobs import Job, JobState
from web.journal import add_detail
from web.planning import Contradicting, plan_again_with_decisions
from web.result import ClassRow, read_plan, read_result
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
from web.result_explained import read_explained
from web.result_view import compare_versions

results = operations("results")

_LONGEST_CLASS = 60
_MOST_DECISIONS = 1000


class PlanRecord(RootModel[dict[str, Any]]):
    """The plan as plan.json has it (docs/facts.md and the contract say what stands there)."""


class ClassAnswer(BaseModel):
    """A class of a plan; without a timetable it has no days."""

    id: str
    course: str
    provider: str
    venue: str
    form: str
    start_week: str
    end_week: str
    first_day: str | None
    last_day: str | None
    exam: str | None
    persons: int
    townships: dict[str, int] = Field(description="Persons by township")
    decision: str | None = Field(description="lock, forbid, or null")

    @classmethod
    def of(cls, row: ClassRow, decision: Decision | None) -> ClassAnswer:
        """Make the answer of a class."""
        days = {name: getattr(row, name) for name in ("first_day", "last_day", "exam")}
        return cls(
            id=row.id, course=row.course, provider=row.provider, venue=row.venue, form=row.form,
            start_week=row.start_week.isoformat(), end_week=row.end_week.isoformat(), persons=row.persons,
            townships=dict(row.origins), decision=str(decision.kind) if decision is not None else None,
            **{name: day.isoformat() if day is not None else None for name, day in days.items()},
        )  # fmt: skip


class ClassesAnswer(BaseModel):
    """The classes of a plan by their beginning."""

    classes: list[ClassAnswer]


class HeadsAnswer(BaseModel):
    """People of one kind in a class."""

    township: str
    age_band: str
    group: str
    persons: int


class CostAnswer(BaseModel):
    """What a fund pays of a class."""

    kind: str
    fund: str
    yuan: str


class LessonAnswer(BaseModel):
    """What is taught on a day."""

    day: str
    halves: list[str]
    kinds: list[str]
    room: int
    teachers: list[str]


class ClassDetailAnswer(ClassAnswer):
    """A class with all that is known of it."""

    alike: int = Field(description="Classes of the plan with the same course, provider, venue, form and week")
    heads: list[HeadsAnswer]
    costs: list[CostAnswer]
    lessons: list[LessonAnswer]
    inspections: list[str]
    note: str = Field(description="Of the decision")
    explanation: dict[str, Any] | None = Field(description="Its worth and alternatives, once explained")


class ClassPath(JobPath):
    """Which class of which job."""

    class_id: str = Field(max_length=_LONGEST_CLASS)


class DecisionBody(BaseModel):
    """What is decided on a class."""

    model_config = ConfigDict(extra="forbid")
    kind: DecisionKind
    note: str = Field("", max_length=LONGEST_NOTE)


class ClassDecisionBody(DecisionBody):
    """What is decided on which class."""

    class_id: str = Field(max_length=_LONGEST_CLASS)


class DecisionAnswer(BaseModel):
    """A decision: on which class, and the option that the planner is told."""

    class_id: str
    kind: str
    note: str
    course: str
    provider: str
    venue: str
    form: str
    start_week: str
    by: str = Field(description="Who decided it; empty: not known")
    at: str | None = Field(description="When; null: not known")

    @classmethod
    def of(cls, one: Decision) -> DecisionAnswer:
        """Make the answer of a decision."""
        parts = dict(zip(("course", "provider", "venue", "form", "start_week"), one.option, strict=True))
        at = instant(one.at) if one.at else None
        return cls(class_id=one.class_id, kind=str(one.kind), note=one.note, by=one.by, at=at, **parts)


class DecisionsAnswer(BaseModel):
    """The decisions at a version."""

    waiting: list[DecisionAnswer] = Field(description="For the next version")
    carried: list[DecisionAnswer] = Field(description="Those this version was planned with")


class ReplanBody(BaseModel):
    """How to plan again with the decisions."""

    model_config = ConfigDict(extra="forbid")
    tolerance: float = Field(USUAL_TOLERANCE, description="Share of the value given up to change less: 0 … 0.02")
    drop: list[Whole] = Field(default=[], max_length=_MOST_DECISIONS, description="Places in carried, from 0")
    decisions: list[ClassDecisionBody] = Field(
        default=[], max_length=_MOST_DECISIONS, description="Further ones, for the next version alone"
    )


class MovedAnswer(BaseModel):
    """A class of both versions that is held otherwise."""

    before: ClassAnswer
    after: ClassAnswer
    changes: list[str]


class VersionDifferenceAnswer(BaseModel):
    """What moved from the version that this one was made from."""

    parent_id: str
    same: int
    only_people: int
    persons: int
    expected_jobs: float
    moved: list[MovedAnswer]
    dropped: list[ClassAnswer]
    added: list[ClassAnswer]


class ExplainBody(BaseModel):
    """What to explain."""

    model_config = ConfigDict(extra="forbid")
    class_id: str | None = Field(None, max_length=_LONGEST_CLASS, description="null: the whole plan")


class ExplanationAnswer(BaseModel):
    """How far the latest explanation is, and what is known so far (docs/explanations.md); null: not worked out."""

    state: str = Field(description="none, queued, running, done, failed, stopped")
    class_id: str | None
    stage: str
    failure: str
    note: str
    whole: bool = Field(description="The whole plan was explained")
    findings: list[str]
    baselines: list[dict[str, Any]] | None
    rules: list[dict[str, Any]] | None
    unserved: list[dict[str, Any]] | None
    townships: list[dict[str, Any]] | None
    classes: list[dict[str, Any]]


@results.get("/jobs/<job_id>/result", summary="方案全文", responses={200: PlanRecord, **responses(404, 409)})
@requires(Role.VIEWER)
def show(path: JobPath) -> Response:
    """Answer the plan itself, as plan.json has it."""
    folder = current_desk().folder(finished(path.job_id))
    try:
        plan = read_plan(folder)
    except (OSError, ValueError):
        abort(404)
    return jsonify(dict(plan))


@results.get("/jobs/<job_id>/classes", summary="各班", responses={200: ClassesAnswer, **responses(404, 409)})
@requires(Role.VIEWER)
def list_classes(path: JobPath) -> Response:
    """List the classes of a plan."""
    job = finished(path.job_id)
    decided = _decided(job)
    rows = result_of(job).classes
    return as_json(ClassesAnswer(classes=[ClassAnswer.of(row, decided.get(row.id)) for row in rows]))


@results.get(
    "/jobs/<job_id>/classes/<class_id>", summary="一个班", responses={200: ClassDetailAnswer, **responses(404, 409)}
)
@requires(Role.VIEWER)
def show_class(path: ClassPath) -> Response:
    """Show a class: who comes, what it costs, its days, why it stands here."""
    job = finished(path.job_id)
    detail = _class_of(job, path.class_id)
    decision = _decided(job).get(path.class_id)
    explained = read_explained(current_desk().folder(job), result_of(job).input_sha256)
    worth = explained.classes.get(path.class_id)
    return as_json(
        ClassDetailAnswer(
            **ClassAnswer.of(detail.row, decision).model_dump(),
            alike=detail.alike,
            heads=[HeadsAnswer(township=t, age_band=a, group=g, persons=n) for t, a, g, n in detail.heads],
            costs=[CostAnswer(kind=kind, fund=fund, yuan=f"{yuan:.2f}") for kind, fund, yuan in detail.costs],
            lessons=[
                LessonAnswer(
                    day=one.day.isoformat(), halves=list(one.halves), kinds=list(one.kinds), room=one.room,
                    teachers=list(one.teachers),
                )
                for one in detail.lessons
            ],
            inspections=[day.isoformat() for day, _ in detail.inspections],
            note=decision.note if decision is not None else "",
            explanation=dict(worth) if worth is not None else None,
        )
    )  # fmt: skip


# --- decisions -------------------------------------------------------------------------------------------------------


@results.get("/jobs/<job_id>/decisions", summary="锁定与禁止", responses={200: DecisionsAnswer, **responses(404, 409)})
@requires(Role.VIEWER)
def list_decisions(path: JobPath) -> Response:
    """List the decisions that wait at a version and those it was planned with."""
    return _decisions_answer(finished(path.job_id))


@results.put(
    "/jobs/<job_id>/classes/<class_id>/decision",
    summary="锁定或禁止一个班",
    responses={200: DecisionsAnswer, **responses(400, 404, 409, 415)},
)
@requires(Role.PLANNER)
def decide_class(path: ClassPath, body: DecisionBody) -> Response:
    """Lock or forbid a class for the next version."""
    return _decisions_answer(_decide(path, body.kind, body.note))


@results.delete(
    "/jobs/<job_id>/classes/<class_id>/decision", summary="取消决定", responses={204: None, **responses(404, 409)}
)
@requires(Role.PLANNER)
def clear_decision(path: ClassPath) -> AnyResponse:
    """Take back what was decided on a class."""
    _decide(path, None, "")
    return make_response("", 204)


@results.post(
    "/jobs/<job_id>/replan", summary="按决定再规划", responses={202: JobAnswer, **responses(400, 404, 409, 415)}
)
@requires(Role.PLANNER)
def replan(path: JobPath, body: ReplanBody) -> Response:
    """Make the next version from the decisions, with as little change as the value allows; this one stays."""
    job = finished(path.job_id)
    if body.tolerance not in TOLERANCES:
        wrong("body.tolerance", gettext("只能是 0、0.001、0.005 或 0.02。"), str(body.tolerance))
    further = []
    for place, one in enumerate(body.decisions):
        detail = read_class(current_desk().folder(job), result_of(job), one.class_id)
        if detail is None:
            wrong(f"body.decisions.{place}.class_id", gettext("方案里没有这个班。"), one.class_id)
        further.append(Decision(one.kind, detail.option, _one_line(one.note), one.class_id))
    try:
        copy = plan_again_with_decisions(job, body.tolerance, set(body.drop), further)
    except Contradicting as clash:
        not_now(result_wording.contradiction_words(clash.option))
    return as_new_job(current_desk().job(copy.id), 202)


@results.get(
    "/jobs/<job_id>/version-difference",
    summary="与上一版相比",
    responses={200: VersionDifferenceAnswer, **responses(404, 409)},
)
@requires(Role.VIEWER)
def version_difference(path: JobPath) -> Response:
    """Show what moved from the version that this one was made from; 404 when there is no such plan."""
    desk = current_desk()
    job = finished(path.job_id)
    parent = desk.jobs.get(job.parent_id) if job.parent_id else None
    if parent is None or parent.state is not JobState.DONE:
        abort(404)
    try:
        found = compare_versions(read_result(desk.folder(parent)), result_of(job))
    except (OSError, ValueError, KeyError, TypeError):
        abort(404)
    moved = [
        MovedAnswer(before=ClassAnswer.of(one.before, None), after=ClassAnswer.of(one.after, None), changes=one.changes)
        for one in found.moved
        if one.before is not None and one.after is not None
    ]
    return as_json(
        VersionDifferenceAnswer(
            parent_id=parent.id, same=found.same, only_people=found.only_people, persons=found.persons,
            expected_jobs=found.expected_jobs, moved=moved,
            dropped=[ClassAnswer.of(row, None) for row in found.dropped],
            added=[ClassAnswer.of(row, None) for row in found.added],
        )
    )  # fmt: skip


def _decide(path: ClassPath, kind: DecisionKind | None, note: str) -> Job:
    job = finished(path.job_id)
    detail = _class_of(job, path.class_id)
    try:
        decide(current_desk().jobs.database, job, detail.row.id, kind, _one_line(note), current_account().id)
    except Frozen:
        not_now(result_wording.frozen_words())
    add_detail(**{"class": detail.row.id, "decision": str(kind or "none")})
    return job


def _one_line(note: str) -> str:
    return " ".join(note.split())


def _decided(job: Job) -> dict[str, Decision]:
    desk = current_desk()
    return decisions_of(desk.jobs.database, job, desk.folder(job))


def _decisions_answer(job: Job) -> Response:
    carried = carried_decisions(current_desk().folder(job))
    return as_json(
        DecisionsAnswer(
            waiting=[DecisionAnswer.of(one) for one in _decided(job).values()],
            carried=[DecisionAnswer.of(one) for one in carried],
        )
    )


def _class_of(job: Job, class_id: str) -> ClassDetail:
    detail = read_class(current_desk().folder(job), result_of(job), class_id)
    if detail is None:
        abort(404)
    return detail


# --- explanations ----------------------------------------------------------------------------------------------------


@results.get("/jobs/<job_id>/explanation", summary="说明", responses={200: ExplanationAnswer, **responses(404, 409)})
@requires(Role.VIEWER)
def show_explanation(path: JobPath) -> Response:
    """Show how far the latest explanation is and what is known so far."""
    return _explanation_answer(finished(path.job_id))


@results.post(
    "/jobs/<job_id>/explanation",
    summary="说明方案或一个班",
    responses={202: ExplanationAnswer, **responses(400, 404, 409, 415)},
)
@requires(Role.PLANNER)
def explain(path: JobPath, body: ExplainBody) -> Response:
    """Have the whole plan explained, or one class."""
    job = finished(path.job_id)
    if body.class_id is not None:
        _class_of(job, body.class_id)
    explain_plan(job, body.class_id or "")
    return _explanation_answer(job, 202)


@results.post(
    "/jobs/<job_id>/explanation/stop", summary="停止说明", responses={202: ExplanationAnswer, **responses(404, 409)}
)
@requires(Role.PLANNER)
def stop_explaining(path: JobPath) -> Response:
    """End with the parts that are finished; without effect when nothing runs."""
    job = finished(path.job_id)
    stop_explanation(job)
    return _explanation_answer(job, 202)


def _explanation_answer(job: Job, status: int = 200) -> Response:
    latest = explanation_under_way(job)
    errand = latest.errand
    known = explained_told(asdict(read_explained(current_desk().folder(job), result_of(job).input_sha256)))
    for part in ("townships", "classes"):
        known[part] = list(known[part].values()) if known[part] is not None else None
    for part in ("findings", "baselines", "rules", "unserved"):
        known[part] = list(known[part]) if known[part] is not None else None
    return as_json(
        ExplanationAnswer(
            state=str(errand.state) if errand is not None else "none",
            class_id=str(errand.parameters.get("class")) if errand is not None and errand.parameters else None,
            stage=latest.stage,
            failure=errand.failure if errand is not None else "",
            note=plainly(errand.note) if errand is not None else "",
            **known,
        ),
        status,
    )
