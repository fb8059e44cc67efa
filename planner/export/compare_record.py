"""compare.json: what a comparison found, for programs; the web page 对比 is drawn from it.

One section for each topic, made by one registered function (:data:`SECTIONS`); a topic that was not asked has no key.
Keys and units are told in docs/scenarios.md. Equal comparisons give equal bytes: nothing depends on the clock. Jobs
are rounded to nine decimals, money is a text of yuan, and what is not proved is ``null``.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from planner.domain.instance import CostKind, Instance
from planner.domain.plan import Plan
from planner.export.comparison import Comparison
from planner.export.comparison_robust import cautious_sentences, shock_sentences, years_sentences
from planner.export.figures import count_funds, count_heads, tags_of
from planner.export.files import whole_file
from planner.export.record import JOBS_DECIMALS, yuan_text
from planner.export.wording import county_of
from planner.scenarios.additions import Addition
from planner.scenarios.bounds import BoundLine
from planner.scenarios.compare import Difference, difference, tenths_down, tenths_up
from planner.scenarios.curve import BudgetCurve, Level, marginal
from planner.scenarios.front import Front, FrontPoint
from planner.scenarios.least import LeastMoney
from planner.scenarios.nested import NestedLevel
from planner.scenarios.robust.valuation import Spread
from planner.scenarios.scenario import Change
from planner.scenarios.solving import Outcome
from planner.scenarios.willing import willing_people

COMPARE_RECORD: Final = "compare.json"
SCHEMA: Final = 1
"""Raised when a key changes its meaning or goes; new keys and sections do not raise it."""

Section = Callable[[Comparison], Any]

SECTIONS: dict[str, Section] = {}
"""Every section by its key, in the order of the file; ``None`` from a function leaves the section out."""


def section(key: str) -> Callable[[Section], Section]:
    """Register a function as the maker of a section."""

    def register(make: Section) -> Section:
        SECTIONS[key] = make
        return make

    return register


def comparison_to_record(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as a JSON object: where it comes from, then its sections."""
    instance = comparison.base.instance
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "input_sha256": comparison.input_sha256,
        "version": comparison.version,
        "seed": comparison.seed,
        "stopped": comparison.stopped,
        "county": county_of(instance),
        "year": instance.settings.plan_start.year,
        "objective": instance.settings.objective.value,
        "total_funds": yuan_text(sum(fund.amount_cents for fund in instance.funds)),
    }
    made = {key: make(comparison) for key, make in SECTIONS.items()}
    return record | {key: found for key, found in made.items() if found is not None}


def write_comparison_record(comparison: Comparison, path: Path) -> None:
    """Write compare.json as UTF-8, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because another program holds it open.
    """
    text = json.dumps(comparison_to_record(comparison), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    with whole_file(path) as draft:
        draft.write_bytes(text.encode("utf-8"))


# --- scenarios side by side ---


@section("scenarios")
def _scenarios(comparison: Comparison) -> list[dict[str, Any]]:
    """The base, then each scenario in order."""
    return [_scenario(outcome, comparison.base) for outcome in comparison.everything]


def _scenario(outcome: Outcome, base: Outcome) -> dict[str, Any]:
    scenario, plan, instance = outcome.scenario, outcome.plan, outcome.instance
    found = None if outcome is base else difference(outcome, base)
    return {
        "name": scenario.name,
        "changes": [_change(change) for change in scenario.changes],
        "note": scenario.note,
        "objective": instance.settings.objective.value,
        "plan": None if plan is None else _plan(plan) | _details(outcome, plan),
        "difference": None if found is None else _difference(found),
        "failure": outcome.failure,
        "clashes": list(outcome.clashes),
    }


def _change(change: Change) -> dict[str, Any]:
    """A change by its kind, subject and value, for other languages, and its sentence."""
    value = change.value
    if change.kind in ("total-money", "fund"):
        value = yuan_text(value)
    return {"kind": change.kind, "subject": change.subject, "value": value, "sentence": change.sentence}


def _difference(found: Difference) -> dict[str, Any]:
    """The band of the difference to the base, rounded outwards to tenths, and what may be said of it."""
    return {
        "least": _finite(float(tenths_down(found.least))),
        "most": _finite(float(tenths_up(found.most))),
        "verdict": found.verdict,
        "sentence": found.sentence,
    }


def _plan(plan: Plan) -> dict[str, Any]:
    """The figures that every plan of a comparison has."""
    return {
        "status": plan.status.value,
        "classes": len(plan.classes),
        "persons": sum(one.size for one in plan.classes),
        "value": _finite(plan.value),
        "bound": _finite(plan.bound),
        "gap": _finite(plan.gap),
        "linked_jobs": _finite(plan.linked_jobs),
        "unlinked_jobs": _finite(plan.unlinked_jobs),
        "total_cost": yuan_text(plan.total_cost_cents),
    }


def _details(outcome: Outcome, plan: Plan) -> dict[str, Any]:
    """Jobs counted both ways, who is trained, what each fund pays, missed targets, the worst-served township."""
    instance, outlook = outcome.instance, plan.outlook
    entries = [entry for one in plan.classes for entry in one.heads]
    heads, ages = count_heads(instance, entries), [band.name for band in instance.age_bands]
    return {
        "outlook": None if outlook is None else {
            "gross_jobs": _finite(outlook.gross_jobs),
            "uplift_jobs": _finite(outlook.uplift_jobs),
            "jobs_10": _finite(outlook.low),
            "jobs_50": _finite(outlook.middle),
            "jobs_90": _finite(outlook.high),
        },
        "persons_by_tag": dict(zip(tags_of(instance), heads.tag_cells(instance), strict=True)),
        "persons_by_age": dict(zip(ages, heads.band_cells(instance), strict=True)),
        "townships": len({entry.township for entry in entries}),
        "worst_served": _worst_served(instance, plan),
        "funds": [
            {"name": fund.fund, "available": yuan_text(fund.amount_cents), "used": yuan_text(fund.used_cents),
             "by_kind": {kind.value: yuan_text(fund.paid_cents[kind]) for kind in CostKind}}
            for fund in count_funds(instance, plan)
        ],
        "missed_targets": _missed_targets(instance, plan),
    }  # fmt: skip


def _worst_served(instance: Instance, plan: Plan) -> dict[str, Any] | None:
    """The township with the least share of its willing people trained; the first by name of several."""
    trained: Counter[str] = Counter()
    for one in plan.classes:
        for heads in one.heads:
            trained[heads.township] += heads.persons
    shares = {name: (trained[name] / people, name) for name, people in willing_people(instance).items()}
    if not shares:
        return None
    share, name = min(shares.values())
    return {"township": name, "share": _finite(share), "trained": trained[name]}


def _missed_targets(instance: Instance, plan: Plan) -> list[dict[str, Any]]:
    results = {result.id: result for result in plan.targets}
    return [
        {"id": target.id, "sense": target.sense.value, "value": target.value, "measure": target.measure.value,
         "hard": target.hard, "reached": results[target.id].value, "missing": results[target.id].missing}
        for target in instance.targets if target.id in results and results[target.id].missing
    ]  # fmt: skip


# --- what money buys ---


@section("curve")
def _curve(comparison: Comparison) -> dict[str, Any] | None:
    """Levels by rising money with marks, and the lines that bound every other amount."""
    curve = comparison.money.curve
    if curve is None:
        return None
    pairs = zip([None, *curve.levels], curve.levels, strict=False)
    return {
        "levels": [_level(before, level) for before, level in pairs],
        "saturation": curve.saturation,
        "knee": curve.knee,
        "lines": _lines(comparison.base.instance, curve),
        "stopped": curve.stopped,
    }


def _level(before: Level | None, level: Level) -> dict[str, Any]:
    step = None if before is None else marginal(before, level)
    return {
        "share": _finite(float(level.share)),
        "money": yuan_text(level.total_cents),
        "value": _finite(level.value),
        "bound": _finite(level.bound),
        "impossible": level.impossible,
        "plan": None if level.plan is None else _plan(level.plan),
        "per_10000_yuan": None if step is None else {
            "found": _finite(step.found),
            "least": float(tenths_down(step.least)),
            "most": _finite(float(tenths_up(step.most))),
        },
    }  # fmt: skip


def _lines(instance: Instance, curve: BudgetCurve) -> list[dict[str, Any]]:
    """Each line as a function of the total when all funds move in proportion: at most ``bound + slope * (m - money)``.

    A fund's part of a total is rounded to the cent, so each bound is raised by what a cent more of every fund adds.
    """
    amounts = [fund.amount_cents for fund in instance.funds]
    total = sum(amounts)
    return [] if not total else [_line(line, amounts, total) for line in curve.lines]


def _line(line: BoundLine, amounts: Sequence[int], total: int) -> dict[str, Any]:
    prices = [float(price) for price in line.jobs_per_cent]
    at_total = line.bound + sum(
        price * (amount - float(cents)) for price, amount, cents in zip(prices, amounts, line.fund_cents, strict=True)
    )
    slope = sum(price * amount for price, amount in zip(prices, amounts, strict=True)) / total
    return {"money": yuan_text(total), "bound": _finite(at_total + sum(prices)), "jobs_per_yuan": slope * 100}


@section("nested")
def _nested(comparison: Comparison) -> list[dict[str, Any]] | None:
    """The levels at which nothing bought with less money is dropped."""
    nested = comparison.money.nested
    return None if nested is None else [_nested_level(level) for level in nested.levels]


def _nested_level(level: NestedLevel) -> dict[str, Any]:
    return {
        "share": _finite(float(level.share)),
        "money": yuan_text(level.total_cents),
        "plan": None if level.plan is None else _plan(level.plan),
        "price": _band(level.price),
    }


@section("additions")
def _additions(comparison: Comparison) -> dict[str, Any] | None:
    """More money on the approved plan."""
    money = comparison.money
    if not money.additions:
        return None
    return {"approved": money.approved, "answers": [_addition(one) for one in money.additions]}


def _addition(one: Addition) -> dict[str, Any]:
    return {
        "added": yuan_text(one.added_cents),
        "approved_value": _finite(one.approved_value),
        "kept": None if one.kept is None else _plan(one.kept),
        "free": None if one.free is None else _plan(one.free),
        "new_classes": one.new_classes,
        "shrunk_classes": one.shrunk,
        "fewer_persons": one.fewer,
        "price": _band(one.price),
        "failure": one.failure,
    }


@section("least")
def _least(comparison: Comparison) -> list[dict[str, Any]] | None:
    """The least money for so many jobs or people."""
    answers = comparison.money.least
    return [_least_money(answer) for answer in answers] if answers else None


def _least_money(answer: LeastMoney) -> dict[str, Any]:
    enough = answer.enough_cents
    return {
        "wanted": answer.wanted.value,
        "number": answer.number,
        "enough": None if enough is None else yuan_text(enough),
        "too_little": yuan_text(answer.too_little_cents),
        "tried": yuan_text(answer.tried_cents),
        "impossible": answer.impossible,
        "plan": None if answer.plan is None else _plan(answer.plan),
    }


@section("fronts")
def _fronts(comparison: Comparison) -> list[dict[str, Any]] | None:
    """Two objectives at once: for each second aim its points, the base first."""
    fronts = comparison.money.fronts
    return [_front(front) for front in fronts] if fronts else None


def _front(front: Front) -> dict[str, Any]:
    base = front.points[0]
    points = [_front_point(point, base) for point in front.points]
    return {"aim": front.aim.value, "points": points, "stopped": front.stopped}


def _front_point(point: FrontPoint, base: FrontPoint) -> dict[str, Any]:
    loss = None if point is base or point.plan is None else (
        max(0.0, base.value - point.bound), base.bound - point.value)  # fmt: skip
    return {
        "limit": None if point.limit is None else _finite(point.limit),
        "reached": None if point.reached is None else _finite(point.reached),
        "value": _finite(point.value),
        "bound": _finite(point.bound),
        "impossible": point.impossible,
        "plan": None if point.plan is None else _plan(point.plan),
        "loss": _band(loss),
    }


# --- what may come otherwise ---


@section("years")
def _years(comparison: Comparison) -> dict[str, Any] | None:
    """The base's plan in drawn years, all sources of uncertainty together and each alone."""
    found, given = comparison.robust.valuation, comparison.robust.given
    if found is None:
        return None
    return {
        "draws": given.draws,
        "given": {"turnout_low": given.turnout_low, "turnout_high": given.turnout_high,
                  "orders_fall": given.orders_fall, "lapse": given.lapse},
        "value": _finite(found.value),
        "planned": found.planned,
        "spread": _spread(found.spread),
        "below": _finite(found.below),
        "tail": _finite(found.tail),
        "coming": _spread(found.coming),
        "small_classes": _spread(found.small_classes),
        "effects": [
            {"factor": effect.factor.value, "assumed": given.sentence(effect.factor), "spread": _spread(effect.spread),
             "shift": _finite(effect.shift)}
            for effect in found.effects
        ],
        "sentences": years_sentences(found, given),
    }  # fmt: skip


def _spread(spread: Spread) -> dict[str, Any]:
    return {"low": _finite(spread.low), "middle": _finite(spread.middle), "high": _finite(spread.high),
            "mean": _finite(spread.mean)}  # fmt: skip


@section("cautious")
def _cautious(comparison: Comparison) -> dict[str, Any] | None:
    """Candidates for bad years, the base's plan first, and what caution costs."""
    study, given = comparison.robust.cautious, comparison.robust.given
    if study is None:
        return None
    return {
        "level": _finite(study.level),
        "chosen": study.chosen,
        "plans": [
            {"name": one.candidate.name, "plan": _plan(one.candidate.plan), "spread": _spread(one.spread),
             "quantile": _finite(one.quantile), "fresh": _finite(one.fresh), "tail": _finite(one.tail)}
            for one in study.plans
        ],
        "tail_bound": _finite(study.tail_bound),
        "price": _band(study.price),
        "stopped": study.stopped,
        "sentences": cautious_sentences(study, given),
    }  # fmt: skip


@section("shocks")
def _shocks(comparison: Comparison) -> dict[str, Any] | None:
    """What is left of each candidate in each shock, the base's plan first, and what solidity costs."""
    study = comparison.robust.shocks
    if study is None:
        return None
    return {
        "shocks": [
            {"name": shock.name, "changes": [_change(change) for change in shock.scenario.changes]}
            for shock in study.shocks
        ],
        "plans": [
            {"name": one.candidate.name, "plan": _plan(one.candidate.plan),
             "left": [{"classes": left.classes, "persons": left.persons, "value": _finite(left.value)}
                      for left in one.endured]}
            for one in study.plans
        ],
        "chosen": study.chosen,
        "bound": _finite(study.bound),
        "price": _band(study.price),
        "stopped": study.stopped,
        "sentences": shock_sentences(study),
    }  # fmt: skip


@section("alternatives")
def _alternatives(comparison: Comparison) -> dict[str, Any] | None:
    """Really different plans worth almost as much as the base's."""
    study = comparison.robust.alternatives
    if study is None:
        return None
    return {
        "wanted": study.wanted,
        "floor": _finite(study.floor),
        "found": [
            {"words": one.apart.words, "plan": _plan(one.plan), "who": _finite(one.apart.who),
             "when": _finite(one.apart.when), "course": _finite(one.apart.course),
             "provider": _finite(one.apart.provider), "place": _finite(one.apart.place), "sentence": one.sentence}
            for one in study.found
        ],
        "stopped": study.stopped,
    }  # fmt: skip


def _band(band: tuple[float, float] | None) -> dict[str, Any] | None:
    """A proved range of expected jobs, rounded outwards to tenths."""
    if band is None:
        return None
    return {"least": _finite(float(tenths_down(band[0]))), "most": _finite(float(tenths_up(band[1])))}


def _finite(number: float) -> float | None:
    """A figure of the record; ``None`` when it is not finite, because JSON has no infinity."""
    if not math.isfinite(number):
        return None
    return round(float(number), JOBS_DECIMALS) + 0.0  # adding 0.0 turns -0.0 into 0.0
