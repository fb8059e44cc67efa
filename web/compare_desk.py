"""Comparisons of a finished plan as pages and the JSON interface meet them: begin one, where it stands, more money."""

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

from flask import abort
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from planner.scenarios.sheet import write_scenario_template
from web import compare_result, compare_time, compare_words, figures
from web.accounts import current_account
from web.compare_asking import EFFORTS, Asked, Topic, read_more, ten_thousand_words
from web.compare_kept import Kept, comparisons_of, keep
from web.data_desk import county_data
from web.data_folder import JobFolder, safe_file_name
from web.desk import current_desk
from web.jobs import Job, JobState
from web.journal import add_detail
from web.result_decisions import USUAL_TOLERANCE, lay_down_decisions
from web.store.models import ErrandKind, ErrandState
from web.uploads import title_of
from web.work.errands import Errand

_log = logging.getLogger(__name__)
_MOST_PAST = 40
"""Earlier comparisons that are learned from."""
SCENARIO_ENDINGS = (".xlsx", ".xls", ".ods", ".csv")


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What the forms need to know of the finished plan; ``seconds`` is what its search took, 0 when not known."""

    value: float
    bound: float | None
    gap: float | None
    providers: tuple[str, ...]
    targets: tuple[str, ...]
    objective: str
    input_sha256: str
    seconds: float = 0.0
    classes: int = 0

    @property
    def choices(self) -> dict[str, Sequence[str]]:
        """What the ready-made scenarios may choose from."""
        other = [word for word in compare_words.OBJECTIVES if word != self.objective]
        return {"providers": self.providers, "targets": self.targets, "objectives": other}


def facts_of(folder: JobFolder) -> PlanFacts:
    """Return what is known of a finished plan, or answer 404 when it cannot be read."""
    try:
        plan = json.loads((folder.output / "plan.json").read_text(encoding="utf-8"))
        return PlanFacts(
            float(plan["value"]), plan["bound"], plan["gap"],
            tuple(sorted({row["provider"] for row in plan["classes"]})),
            tuple(row["id"] for row in plan["targets"]), _objective(folder, plan), str(plan["input_sha256"]),
            float(plan.get("seconds") or 0.0), len(plan["classes"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        _log.exception("the plan cannot be read")
        abort(404)


def _objective(folder: JobFolder, plan: Mapping[str, Any]) -> str:
    try:
        return str(json.loads(folder.planned_facts.read_text(encoding="utf-8"))["objective"])
    except (OSError, ValueError, KeyError, TypeError):
        return str((plan.get("outlook") or {}).get("maximised", ""))


def other_plans(job: Job) -> list[Job]:
    """Return the other finished plans that this one may be set beside."""
    return [other for other in current_desk().jobs.listed() if other.state is JobState.DONE and other.id != job.id]


def version_words(job: Job) -> str:
    """Say which plan this is, and which version of it: 示例县（第 2 版，2026-03-02 09:30）."""
    made = figures.moment(job.finished_at or job.created_at)
    return str(gettext("%(title)s（第 %(version)s 版，%(made)s）", title=title_of(job), version=job.version, made=made))


def scenario_template() -> Path:
    """Return the empty file of scenarios, written anew."""
    path = current_desk().data.root / "scenarios-template.xlsx"
    write_scenario_template(path)
    return path


# --- begin -----------------------------------------------------------------------------------------------------------


def compare_scenarios(job: Job, asked: Asked) -> Kept:
    """Have ready-made scenarios and questions worked out."""
    kept = _keep(job, asked)
    if asked.rows:
        kept.scenarios.mkdir()
        write_scenario_template(kept.scenarios / f"{gettext('情景')}.xlsx", asked.rows)
    return _submitted(job, kept)


def compare_file(job: Job, file: FileStorage, effort: str, *, curve: bool) -> Kept:
    """Have the scenarios of an uploaded file worked out."""
    name = safe_file_name(str(file.filename))
    kept = _keep(job, Asked(Topic.SCENARIOS, effort=_known_effort(effort), uploaded=name, curve=curve))
    kept.scenarios.mkdir()
    file.save(kept.scenarios / name)
    return _submitted(job, kept)


def compare_more_money(job: Job, yuan: Decimal, effort: str) -> Kept:
    """Have it worked out what an amount of more money brings, with the classes of the plan kept, and freely."""
    return _submitted(
        job, _keep(job, Asked(Topic.ADDITION, effort=_known_effort(effort), added_yuan=(format(yuan, "f"),)))
    )


def compare_with_plan(job: Job, other_id: str) -> Kept | None:
    """Set another finished plan beside this one; None when there is no such plan."""
    other = next((one for one in other_plans(job) if one.id == other_id), None)
    source = current_desk().folder(other).output / "plan.json" if other is not None else None
    if other is None or source is None or not source.is_file():
        return None
    kept = _keep(job, Asked(Topic.PLANS, other=version_words(other), other_id=other.id))
    shutil.copyfile(source, kept.other)
    return _submitted(job, kept)


def _known_effort(effort: str) -> str:
    return effort if effort in EFFORTS else "standard"


def _keep(job: Job, asked: Asked) -> Kept:
    return keep(current_desk().folder(job), replace(asked, created_at=time.time()))


def _submitted(job: Job, kept: Kept) -> Kept:
    told: dict[str, Any] = {}
    if kept.asked.topic is not Topic.PLANS:
        told = compare_time.as_told(kept.asked, plan_of(job, facts_of(current_desk().folder(job))))
    errands = current_desk().errands
    errand = errands.submit(job, ErrandKind.COMPARE, {"comparison": kept.id} | told, current_account().id)
    return kept.with_errand(errand.id)


# --- how long it takes -----------------------------------------------------------------------------------------------


def plan_of(job: Job, facts: PlanFacts) -> compare_time.Plan:
    """Return what tells how long comparisons of a plan take: what its search took, or would have taken by itself."""
    seconds = compare_time.believed_seconds(facts.seconds, job.time_limit_seconds, stopped=job.stop_requested)
    return compare_time.Plan(job.series_id, seconds, facts.classes)


def compared_plan(job: Job, errand: Errand) -> compare_time.Plan:
    """Return the same of a comparison that is under way: its errand was told of the plan, which is large to read."""
    told = errand.parameters.get("plan")
    return compare_time.Plan(**told) if told else plan_of(job, facts_of(current_desk().folder(job)))


def pace_of(plan: compare_time.Plan, asked: Asked | None = None) -> compare_time.Pace | None:
    """Return how quickly comparisons of a plan go by what the bureau's earlier ones took; None: nothing says so."""
    ended = current_desk().errands.done(ErrandKind.COMPARE, _MOST_PAST)
    taken = [(one.parameters, (one.finished_at or 0.0) - (one.started_at or 0.0)) for one in ended]
    past = [found for told, seconds in taken if (found := compare_time.past_of(told, seconds)) is not None]
    return compare_time.pace_of(past, plan, asked)


def estimate_of(plan: compare_time.Plan, kept: Kept) -> tuple[float, float] | None:
    """Return the least and most seconds that all that was asked takes; None when nothing says so."""
    questions = compare_time.questions_of(kept.asked)
    pace = None if kept.asked.topic is Topic.PLANS or questions is None else pace_of(plan, kept.asked)
    return pace.seconds(questions, kept.asked.effort) if pace is not None and questions is not None else None


# --- where it stands -------------------------------------------------------------------------------------------------


def errand_of(kept: Kept) -> Errand | None:
    """Return the errand that works a comparison out, None when it is not known any more."""
    return current_desk().errands.get(kept.asked.errand_id) if kept.asked.errand_id else None


def state_of(kept: Kept) -> str:
    """Return where a comparison stands: ``done``, ``queued``, ``running``, ``faulty`` or ``failed``."""
    errand = errand_of(kept)  # first: it may end between the two looks, and then the answer is there
    if kept.answered:
        return "done"
    if errand is not None and errand.state in (ErrandState.QUEUED, ErrandState.RUNNING):
        return str(errand.state)
    return "faulty" if kept.faults.is_file() else "failed"


def stop_comparison(kept: Kept) -> None:
    """Finish with what is worked out so far, or leave the queue."""
    errand = errand_of(kept)
    if errand is not None and not kept.answered:
        current_desk().errands.stop(errand)


def delete_comparison(kept: Kept) -> bool:
    """Remove a comparison with its files; False while it is on its way."""
    if state_of(kept) in ("queued", "running"):
        return False
    kept.delete()
    return True


def record_of(kept: Kept) -> dict[str, Any] | None:
    """Return a comparison's record, None when there is none or it cannot be read."""
    if not kept.record.is_file():
        return None
    try:
        return compare_result.read_compared(kept.record)
    except (OSError, ValueError, KeyError, TypeError):
        _log.exception("comparison %s cannot be read", kept.id)
        return None


# --- a scenario becomes a version -------------------------------------------------------------------------------------


def adopt_scenario(job: Job, kept: Kept, number: int) -> Job | None:
    """Make the next version of a plan from a scenario, by its place in the record, and have it planned.

    Its workbook is the scenario's; its search begins at the scenario's plan and changes it as little as the value
    allows. None when there is no plan of such a scenario.

    Raises
    ------
    PlannerSilent
        The scenario's workbook cannot be looked at; there is no version then.
    """
    record, source = record_of(kept), kept.plan_of(number)
    if record is None or source is None:
        return None
    desk, name = current_desk(), str(record["scenarios"][number]["name"])
    file_name = safe_file_name(f"{Path(job.file_name).stem}-{name}.xlsx")
    settings = {"scenario": name, "keep_tolerance": USUAL_TOLERANCE}
    copy = desk.jobs.create(job.title, file_name, bundled=job.bundled, version_of=job, state=JobState.REVIEW,
                            settings=settings)  # fmt: skip
    folder = desk.folder(copy)
    try:
        folder.workbook(file_name).parent.mkdir(parents=True)
        shutil.copyfile(source / "input.xlsx", folder.workbook(file_name))
        lay_down_decisions(source / "plan.json", folder, ())
        summary = county_data().examine(copy, folder)
        desk.jobs.change(copy.id, state=JobState.READY, summary=summary)
    except BaseException:
        shutil.rmtree(folder.root, ignore_errors=True)
        desk.jobs.delete(copy.id)
        raise
    desk.orders.plan(copy, job.time_limit_seconds, "", timetable=job.timetable)
    add_detail(scenario=name, new_job=copy.id)
    return desk.job(copy.id)


# --- more money ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoreMoney:
    """What the field 多给 … 万 answers: an error, the proved range from a kept curve, and exact answers kept."""

    amount: str
    error: str = ""
    proved: compare_result.Answer | None = None
    curve: Kept | None = None
    exact: tuple[tuple[Kept, Mapping[str, Any]], ...] = ()


def answer_for_text(folder: JobFolder, facts: PlanFacts, text: str) -> MoreMoney | None:
    """Answer for an amount as it was typed; ``None`` when nothing was."""
    if not text.strip():
        return None
    yuan = read_more(text)
    if yuan is None:
        return MoreMoney(text, gettext("“%(text)s”看不懂：请填大于 0 的数，单位万元，例如 50。", text=text))
    return answer_for(folder, facts, yuan)


def answer_for(folder: JobFolder, facts: PlanFacts, yuan: Decimal) -> MoreMoney:
    """Answer for an amount of more money, from what is proved already."""
    proved, curve, exact = None, None, []
    for kept in comparisons_of(folder):
        record = record_of(kept)
        if record is None or record["input_sha256"] != facts.input_sha256:
            continue
        if proved is None and "curve" in record:
            proved, curve = compare_result.answer_from_curve(record, facts.value, yuan), kept
        for one in record.get("additions", {}).get("answers", ()):
            if Decimal(one["added"]) == yuan:
                exact.append((kept, one))
    return MoreMoney(ten_thousand_words(str(yuan)), "", proved, curve, tuple(exact[:1]))
