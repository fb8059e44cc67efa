"""The nested curve: nothing bought at a smaller budget is dropped at a larger one, and what that costs.

From the smallest level up, the classes of the level before are demanded (:func:`.additions.with_classes_kept`). The
free curve's bounds hold for it too; a nested plan is a free plan, so the nested curve never lies above the free one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from planner.domain.budget import with_total_budget
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.engine.solve import Start
from planner.errors import Infeasible, NoPlanFound
from planner.model.problem import build_problem
from planner.scenarios.additions import with_classes_kept
from planner.scenarios.carry import carried_prices
from planner.scenarios.curve import BudgetCurve, Level
from planner.scenarios.solving import Solved, Work, checked_plan, with_bound

_WORK = 1.0
"""Work of all nested levels together, in parts of the base's."""


@dataclass(frozen=True, slots=True, eq=False)
class NestedLevel:
    """One level of the nested curve: its plan, with the bound of the problem that keeps the earlier classes.

    ``plan=None``: no plan with all earlier classes was found. ``price`` is what keeping them costs, in expected jobs,
    proved to lie between the two figures.
    """

    share: Fraction
    total_cents: int
    plan: Plan | None
    price: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class NestedCurve:
    """The nested levels by rising money, and the free curve with what the nested plans teach it."""

    levels: tuple[NestedLevel, ...]
    free: BudgetCurve


def nested_curve(instance: Instance, curve: BudgetCurve, input_sha256: str, work: Work) -> NestedCurve:
    """Plan the levels of a curve once more, each keeping the classes of the one before.

    Raises
    ------
    PlannerError
        The checker does not pass a plan: an error of the program.
    """
    options = work.options
    effort = options.effort * min(1.0, _WORK / max(1, len(curve.levels) - 1))
    light = replace(work, options=replace(options, effort=effort))
    nested: list[NestedLevel] = []
    free: list[Level] = []
    before: tuple[Solved, Plan] | None = None
    for level in curve.levels:
        if work.stopped() and nested:
            break
        kept = _kept(instance, level, before, input_sha256, light)
        if kept is not None:
            before = kept
        free.append(_taught(level, kept))
        nested.append(_nested_level(free[-1], kept))
    raised = _never_falling([*free, *curve.levels[len(free):]])
    levels = tuple(_nested_level(level, None if one.plan is None else (None, one.plan))
                   for level, one in zip(raised, nested, strict=False))
    return NestedCurve(levels, replace(curve, levels=tuple(raised)))


def _kept(
    instance: Instance, level: Level, before: tuple[Solved, Plan] | None, input_sha256: str, work: Work
) -> tuple[Solved, Plan] | None:
    """The level's plan that keeps the classes of the level before; the first keeps none."""
    if level.plan is None or level.solved is None:
        return None
    if before is None:
        return level.solved, level.plan
    problem = build_problem(with_classes_kept(with_total_budget(instance, level.total_cents), before[1].classes))
    prices = carried_prices(level.solved.problem, level.solved.solution.prices, problem)
    start = Start(before[0].start_of(problem).classes, prices)
    try:
        solution = work.solve(f"逐级追加，资金水平 {float(level.share):.1%}", problem, start)
    except (Infeasible, NoPlanFound):
        return None
    return Solved(problem, solution), checked_plan(problem, solution, input_sha256, work.options.seed)


def _taught(level: Level, kept: tuple[Solved, Plan] | None) -> Level:
    """The free level, with the nested plan where that is better."""
    if kept is None or kept[1].value <= level.value:
        return level
    value, bound = kept[1].value, max(level.bound, kept[1].value)
    return replace(level, value=value, bound=bound, plan=with_bound(kept[1], bound))


def _never_falling(levels: Sequence[Level]) -> list[Level]:
    """Levels above a level that was taught take its plan over, if it is better than theirs."""
    raised: list[Level] = []
    for level in levels:
        lower = raised[-1] if raised else level
        if lower.plan is not None and lower.value > level.value:
            bound = max(level.bound, lower.value)
            level = replace(level, value=lower.value, bound=bound, plan=with_bound(lower.plan, bound))
        raised.append(level)
    return raised


def _nested_level(free: Level, kept: tuple[object, Plan] | None) -> NestedLevel:
    if kept is None:
        return NestedLevel(free.share, free.total_cents, None)
    plan = with_bound(kept[1], min(kept[1].bound, free.bound))
    return NestedLevel(
        free.share, free.total_cents, plan, (max(0.0, free.value - plan.bound), max(0.0, free.bound - plan.value))
    )
