"""The plan that changes least: among plans nearly as good, one that keeps the most classes of an earlier plan.

A class is *kept* when a class of the same course, provider, venue, form and first week is held; its people are kept as
far as the same cohorts send them. Let V be the value of the best plan found and t the tolerance chosen (a share):

    max  Σ_j kept_j + 0.4 · (people kept / people) + 0.4 · (value - least) / (V - least + 1),   least = V - t |V|
    s.t. kept_j <= y_j, kept_j <= classes of option j in the earlier plan, people kept likewise for each cohort,
         value >= least                                     and every row of the planning contract:

first classes, then their people beside value. It is solved over the options of the plans at hand (the best one, what is
left of the earlier one, and that refilled by the engine's search), so the number kept is the most *found*, except where
the plan is small enough for all options. Value is that of the contract, without any bonus, and the bound is the one
proved for the contract's problem.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pulp

from planner.domain.plan import PlannedClass
from planner.engine.finish import COST_WEIGHT, NODES, start_from
from planner.engine.fitting import fitting_classes
from planner.engine.jobs import locks_hold, penalties, plan_value
from planner.engine.money import plan_is_payable
from planner.engine.solve import Options, Solution
from planner.explanations.planned import classes_of
from planner.explanations.refill import Refill
from planner.model import solver
from planner.model.compact import CompactModel, build_compact, chosen_classes
from planner.model.options import ClassHeads, Slot, count_options, is_forbidden, list_slots
from planner.model.problem import Problem

TOLERANCE = 0.001
"""Share of the value that may be given up to keep classes, unless the user chooses another."""

_PEOPLE_WEIGHT = _VALUE_WEIGHT = 0.4
"""All people kept, and all value between the least and the best, weigh less than one class kept."""

_GAP = 1e-3
"""Relative gap at which the solver stops: less than one class of a county's few hundred."""


Option = tuple[int, int, int, int, int]
"""Course, provider, venue, form and first week of a class, by index."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of the earlier plan's ``classes`` are held again, and how much the best plan found was worth."""

    classes: int
    kept: int
    best_value: float


def earlier_classes(problem: Problem, planned: Sequence[PlannedClass]) -> tuple[ClassHeads, ...]:
    """The classes of an earlier plan by index; those whose names or weeks the problem lacks are left out."""
    found: list[ClassHeads] = []
    for one in planned:
        try:
            found += classes_of(problem, [one])
        except (KeyError, ValueError):
            continue
    return tuple(found)


def count_kept(problem: Problem, classes: Sequence[ClassHeads], earlier: Sequence[ClassHeads]) -> int:
    """Number of classes of the earlier plan that are held in the same option."""
    return (_options(problem, classes) & _options(problem, earlier)).total()


def change_least(
    problem: Problem,
    found: Solution,
    earlier: Sequence[ClassHeads],
    tolerance: float,
    options: Options,
    time_limit: float | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[Solution, Kept]:
    """The plan worth at least ``found.value`` less ``tolerance`` (share, 0..1) of it that keeps the most classes.

    Its bound is that of ``found``. ``time_limit`` (seconds) bounds the exact step; a stop ends with the best so far.
    """
    left = fitting_classes(problem, earlier)
    plans = [list(found.classes), left]
    if not stopped():
        refilled = Refill(problem, earlier, None, replace(options, exact_heads=0)).best(problem, left, stopped)
        plans += [list(refilled.classes)] if refilled is not None else []
    plans = [plan for plan in plans if _is_valid(problem, plan)]
    best = max(plan_value(problem, plan) for plan in plans)
    goal = _Goal(best, best - tolerance * abs(best))

    def merit(plan: Sequence[ClassHeads]) -> tuple[int, int, float]:
        people = (_people(problem, plan) & _people(problem, earlier)).total()
        return count_kept(problem, plan, earlier), people, round(plan_value(problem, plan), 9)

    chosen = max((plan for plan in plans if goal.is_met(problem, plan)), key=merit)
    if not stopped():
        slots = {slot for plan in (*plans, earlier) for slot, _ in plan if _may_be_held(problem, slot)}
        if count_options(problem)[1] <= options.exact_heads:
            slots = set(list_slots(problem))
        exact = _most_kept(problem, sorted(slots), earlier, chosen, goal, options, time_limit, stopped)
        if _is_valid(problem, exact) and goal.is_met(problem, exact):
            chosen = max(exact, chosen, key=merit)
    value = plan_value(problem, chosen)
    solution = replace(found, classes=tuple(chosen), value=value, bound=max(found.bound, value))
    return solution, Kept(len(earlier), count_kept(problem, chosen, earlier), max(best, value))


@dataclass(frozen=True, slots=True)
class _Goal:
    """The best value found and the least that will do."""

    best: float
    least: float

    def is_met(self, problem: Problem, classes: Sequence[ClassHeads]) -> bool:
        return plan_value(problem, classes) >= self.least - 1e-9 * max(1.0, abs(self.least))


def _most_kept(
    problem: Problem, slots: list[Slot], earlier: Sequence[ClassHeads], start: Sequence[ClassHeads], goal: _Goal,
    options: Options, time_limit: float | None, stopped: Callable[[], bool],
) -> list[ClassHeads]:  # fmt: skip
    """The model at the head of this module over some options; the start where the solver finds nothing."""
    compact = build_compact(problem, slots, lean=True)
    wanted, wanted_people = _options(problem, earlier), _people(problem, earlier)
    terms: dict[Any, list[Any]] = defaultdict(list)
    for slot, y in zip(slots, compact.classes, strict=True):
        terms[_option(problem, slot)].append(y)
    for (k, j), x in compact.heads.items():
        terms[_option(problem, slots[j]), k].append(x)
    kept = _kept_terms(compact, "kept", wanted, _options(problem, start), terms)
    people = _kept_terms(compact, "stay", wanted_people, _people(problem, start), terms)
    compact.model += compact.value >= goal.least, "least_value[0]"
    compact.model.setObjective(
        pulp.lpSum(list(kept)) + _PEOPLE_WEIGHT / max(1, wanted_people.total()) * pulp.lpSum(list(people))
        + _VALUE_WEIGHT / (goal.best - goal.least + 1.0) * (compact.value - goal.least - COST_WEIGHT * compact.cost)
    )  # fmt: skip
    start_from(compact, start)
    for variables in (kept, people):
        for variable, held in variables.items():
            variable.setInitialValue(held, check=False)
    nodes = max(1, round(NODES * options.effort))
    solved = solver.solve(
        compact.model, options.backend, time_limit, _GAP, warm_start=True, stop=stopped, node_limit=nodes
    )
    if solved.outcome not in (solver.Outcome.OPTIMAL, solver.Outcome.FEASIBLE):
        return list(start)
    return list(chosen_classes(compact))


def _kept_terms(
    compact: CompactModel, name: str, wanted: Counter[Any], held: Counter[Any], terms: dict[Any, list[Any]]
) -> dict[pulp.LpVariable, int]:
    """A variable for everything of the earlier plan that may be held again, with its value in the first solution."""
    kept = {}
    for i, (key, number) in enumerate(wanted.items()):
        if terms[key]:
            variable = compact.model.add_variable(f"{name}[{i}]", 0, number)
            compact.model += variable <= pulp.lpSum(terms[key]), f"{name}_rows[{i}]"
            kept[variable] = min(number, held[key])
    return kept


def _option(problem: Problem, slot: Slot) -> Option:
    """Course, provider, venue, form and first week, by index."""
    return int(problem.offering_course[slot.offering]), slot.provider, slot.venue, slot.form, slot.week


def _options(problem: Problem, classes: Sequence[ClassHeads]) -> Counter[Option]:
    """Classes of each option."""
    return Counter(_option(problem, slot) for slot, _ in classes)


def _people(problem: Problem, classes: Sequence[ClassHeads]) -> Counter[tuple[Option, int]]:
    """People of each option and cohort."""
    people: Counter[tuple[Option, int]] = Counter()
    for slot, heads in classes:
        for k, persons in heads.items():
            people[_option(problem, slot), k] += persons
    return people


def _may_be_held(problem: Problem, slot: Slot) -> bool:
    """Whether a class may still be held in an option of an earlier plan."""
    course = problem.offering_course[slot.offering]
    seats = problem.max_size[slot.offering, slot.venue] >= problem.min_size[slot.offering]
    fits = bool(problem.fits[slot.provider, slot.venue, course]) and bool(seats)
    return fits and bool(problem.length[course, slot.form, slot.week]) and not is_forbidden(problem, slot)


def _is_valid(problem: Problem, classes: Sequence[ClassHeads]) -> bool:
    """Whether hard targets, locks and money hold; the other supplies are kept by every maker of plans here."""
    _, short = penalties(problem, classes)
    missed = bool((short[~np.isfinite(problem.target_penalty)] > 0).any())
    return not missed and locks_hold(problem, classes) and plan_is_payable(problem, classes)
