"""explain.json: why the plan is as it is, for the service's pages and other programs (keys: docs/explanations.md).

Names take the place of indices, money is a string of yuan with two decimals, days are ISO dates. A part that was not
asked for, or that a stop came before, is ``null``. Equal explanations give equal bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.domain.plan import Plan, PlannedClass
from planner.explanations.baselines.comparison import Gain
from planner.explanations.difference import ClassChange, Difference
from planner.explanations.explanation import Explanation
from planner.explanations.rule_prices import RulePrice
from planner.explanations.townships import Place, TownshipAnswer
from planner.explanations.unserved import UnservedCell
from planner.explanations.worth import Alternative, ClassWorth
from planner.export.files import whole_file
from planner.export.record import JOBS_DECIMALS, yuan_text
from planner.model.problem import Problem
from planner.model.weeks import FORMS

RECORD_VERSION = 1


def write_explanation_record(
    problem: Problem, plan: Plan, explanation: Explanation, findings: Sequence[str], path: Path
) -> None:
    """Write the explanation of ``plan`` to ``path``, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written.
    """
    record = explanation_to_record(problem, plan, explanation, findings)
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    with whole_file(path) as draft:
        draft.write_text(text, encoding="utf-8")


def explanation_to_record(
    problem: Problem, plan: Plan, explanation: Explanation, findings: Sequence[str]
) -> dict[str, Any]:
    """Return the explanation as a JSON object."""

    def each(part: Sequence[Any] | None, to_record: Any) -> list[dict[str, Any]] | None:
        return None if part is None else [to_record(one) for one in part]

    difference = explanation.difference
    return {
        "explain": RECORD_VERSION,
        "input_sha256": plan.input_sha256,
        "value": _rounded(plan.value),
        "bound": _rounded(plan.bound),
        "findings": list(findings),
        "baselines": each(explanation.gains, _gain_record),
        "rules": each(explanation.rules, _rule_record),
        "unserved": each(explanation.unserved, _unserved_record),
        "townships": each(explanation.townships, lambda one: _township_record(problem, one)),
        "classes": each(explanation.worths, lambda one: _worth_record(problem, plan, one)),
        "difference": None if difference is None else difference_to_record(difference),
    }


def _gain_record(one: Gain) -> dict[str, Any]:
    return {
        "name": one.baseline.name, "how": one.baseline.how, "broken": list(one.baseline.broken),
        "planned": one.baseline.planned, "persons": one.persons, "cost": yuan_text(one.cents),
        "value": _rounded(one.value), "gain": _rounded(one.gain), "low": _rounded(one.low),
        "middle": _rounded(one.middle), "high": _rounded(one.high), "most": _rounded(one.most),
    }  # fmt: skip


def _rule_record(one: RulePrice) -> dict[str, Any]:
    return {
        "family": one.family.value, "name": one.name, "value": _rounded(one.value), "bound": _rounded(one.bound),
        "gained": _rounded(one.gained), "low": _rounded(one.low), "high": _rounded(one.high),
        "measurable": one.measurable,
    }  # fmt: skip


def _unserved_record(one: UnservedCell) -> dict[str, Any]:
    return {
        "township": one.township, "course": one.course, "persons": one.persons, "cohorts": one.cells,
        "reason": one.reason.value, "change": one.change, "no_vacancy": bool(one.no_vacancy),
    }  # fmt: skip


def _township_record(problem: Problem, one: TownshipAnswer) -> dict[str, Any]:
    course, venue = _place_names(problem, one.place)
    return {
        "township": problem.instance.townships[one.township].name, "classes": one.classes, "persons": one.persons,
        "waiting": int(one.waiting), "course": course, "venue": venue, "loss": _rounded(one.loss), "exact": one.exact,
        "given_up": [_places_record(problem, *entry) for entry in one.given_up],
        "put_in": [_places_record(problem, *entry) for entry in one.put_in],
    }  # fmt: skip


def _place_names(problem: Problem, place: Place | None) -> tuple[str, str]:
    if place is None:
        return "", ""
    return problem.instance.courses[place[0]].name, problem.instance.venues[place[1]].name


def _places_record(problem: Problem, place: Place, number: int) -> dict[str, Any]:
    course, venue = _place_names(problem, place)
    return {"course": course, "venue": venue, "classes": int(number)}


def _worth_record(problem: Problem, plan: Plan, one: ClassWorth) -> dict[str, Any]:
    return {
        "id": plan.classes[one.index].id, "alike": one.alike, "most": _rounded(one.most), "least": _rounded(one.least),
        "alternatives": [_alternative_record(problem, other) for other in one.alternatives],
    }  # fmt: skip


def _alternative_record(problem: Problem, one: Alternative) -> dict[str, Any]:
    instance, slot = problem.instance, one.slot
    return {
        "kind": one.kind.value, "provider": instance.providers[slot.provider].name,
        "venue": instance.venues[slot.venue].name, "form": FORMS[slot.form].value,
        "start_week": problem.mondays[slot.week].isoformat(), "persons": int(one.persons),
        "difference": _rounded(one.difference), "obstacles": list(one.obstacles),
    }  # fmt: skip


def difference_to_record(difference: Difference) -> dict[str, Any]:
    """Return what changed from an earlier plan as a JSON object."""
    return {
        "same": difference.same, "persons": difference.persons, "cost": yuan_text(difference.cents),
        "value": _rounded(difference.value), "same_input": difference.same_input,
        "classes": [_change_record(one) for one in difference.classes],
        "townships": [
            {"township": one.township, "classes": one.classes, "persons": one.persons, "cost": yuan_text(one.cents)}
            for one in difference.townships
        ],
    }  # fmt: skip


def _change_record(one: ClassChange) -> dict[str, Any]:
    return {
        "change": one.change.value, "before": _class_record(one.before), "after": _class_record(one.after),
        "persons": one.persons, "cost": yuan_text(one.cents), "details": list(one.details), "why": one.why,
    }  # fmt: skip


def _class_record(one: PlannedClass | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "id": one.id, "course": one.course, "provider": one.provider, "venue": one.venue, "form": one.form.value,
        "start_week": one.start_week.isoformat(), "persons": one.size,
    }  # fmt: skip


def _rounded(number: float | None) -> float | None:
    return None if number is None or not math.isfinite(number) else round(float(number), JOBS_DECIMALS)
