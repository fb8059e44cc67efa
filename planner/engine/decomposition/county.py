"""The tasks that plan one county within its share, and a group of counties with their shares in common."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.engine.bundle import prove_bound
from planner.engine.cost import exchange_heads
from planner.engine.decomposition.commons import Commons
from planner.engine.decomposition.lanes import go_on
from planner.engine.decomposition.parts import Part
from planner.engine.jobs import penalties, place_jobs
from planner.engine.money import category_costs, fund_sets, plan_is_payable
from planner.engine.plan_kernels import HARD_CLASS, HARD_HEAD
from planner.engine.prices import Relaxation, open_places
from planner.engine.rows import Prices
from planner.engine.search import ClassSearch, Outside, Schedule
from planner.model.options import ClassHeads, matches
from planner.model.problem import Problem

_PRECISION = 1e-3
_LEAST_CLASSES = 20


@dataclass(frozen=True, slots=True, eq=False)
class CountyTask:
    """What to plan, with which prices, from which plan and with how much work."""

    region: int
    problem: Problem
    prices: np.ndarray
    """Price vector to start from."""
    evaluations: int
    """Evaluations of the county's own bound, by which its prices settle to its share."""
    start: tuple[ClassHeads, ...]
    seed: int
    iterations: int
    """Of the search, for each class of the plan."""
    hot: float
    cost: bool
    """Whether heads are then exchanged for cheaper ones."""


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """Classes and prices of the county in its own indices, and the seconds the task took."""

    region: int
    classes: tuple[ClassHeads, ...]
    prices: np.ndarray
    seconds: float


def plan_county(task: CountyTask) -> CountyPlan:
    """Task: search for the county's classes; ends early with the best plan when asked to."""
    started = time.monotonic()
    problem, classes = task.problem, list(task.start)
    value = _worth(problem, classes)

    def on(found: float) -> bool:
        return go_on(task.region, max(found, value))

    prices = task.prices
    if task.iterations and on(value) and _can_open(problem):
        relaxation = Relaxation(problem)
        prices = prove_bound(
            relaxation, task.evaluations, prices, lambda _bound: not on(value), _PRECISION
        ).prices.vector()
        classes = _searched(task, relaxation, relaxation.prices(prices), classes, on)
    if task.cost and on(_worth(problem, classes)):
        classes = exchange_heads(problem, classes)
    on(_worth(problem, classes))
    return CountyPlan(task.region, tuple(classes), prices, time.monotonic() - started)


@dataclass(frozen=True, slots=True, eq=False)
class GroupTask:
    """Counties to search one after another, each beside the others' plans, with all supplies but teams in common."""

    whole: Problem
    parts: tuple[Part, ...]
    """Each with the group's supplies."""
    counties: tuple[CountyTask, ...]
    sweeps: int


def plan_group(task: GroupTask) -> list[CountyPlan]:
    """Task: plan the group's counties in turn; ends early with the best plans when asked to.

    It tells no values on the way: what a county gains here may be a vacancy that its old share has kept from it.
    """
    commons = Commons(task.whole, task.parts)
    plans = [list(county.start) for county in task.counties]
    draws = [commons.draw(i, plan) for i, plan in enumerate(plans)]
    seconds = [0.0] * len(plans)

    def on(_found: float) -> bool:
        return go_on(task.counties[0].region, -np.inf)

    for sweep in range(task.sweeps):
        for i, county in enumerate(task.counties):
            if not on(-np.inf) or not _can_open(county.problem):
                continue
            started = time.monotonic()
            turn = replace(county, seed=county.seed * task.sweeps + sweep)
            plans[i] = _beside(turn, plans[i], commons.outside(i, draws), on)
            draws[i] = commons.draw(i, plans[i])
            seconds[i] += time.monotonic() - started
    return [
        CountyPlan(county.region, tuple(plan), county.prices, spent)
        for county, plan, spent in zip(task.counties, plans, seconds, strict=True)
    ]


def _beside(
    task: CountyTask, start: list[ClassHeads], outside: Outside, on: Callable[[float], bool]
) -> list[ClassHeads]:
    """The better of a county's start and what a chain finds from it beside what others take."""
    problem = task.problem
    relaxation = Relaxation(problem)
    search = ClassSearch(problem, relaxation, [task.seed], outside)
    search.guide(relaxation.prices(task.prices))
    search.load(0, start)
    before = search.value
    search.seed()
    search.run(Schedule(task.iterations * max(_LEAST_CLASSES, search.classes), hot=task.hot), 1, on)
    found, classes = search.best_plans()[0]
    inside, _ = fund_sets(problem)
    payable = bool((inside @ category_costs(problem, classes) <= outside.amounts).all())
    return classes if payable and found > before else start


def _can_open(problem: Problem) -> bool:
    """Whether some class can be held somewhere in the county."""
    fits = np.moveaxis(problem.fits[:, :, problem.offering_course], 2, 0)  # H, P, V
    return bool((open_places(problem)[:, None, :] & fits).any())


def _searched(
    task: CountyTask, relaxation: Relaxation, prices: Prices, start: list[ClassHeads], on: Callable[[float], bool]
) -> list[ClassHeads]:
    """The better of the start and what a chain finds from it."""
    problem = task.problem
    search = ClassSearch(problem, relaxation, [task.seed])
    search.guide(prices)
    if start:
        search.load(0, start)
    search.seed()
    search.run(Schedule(task.iterations * max(_LEAST_CLASSES, search.classes), hot=task.hot), 1, on)
    found = search.best_plans()[0][1]
    if not plan_is_payable(problem, found):
        return start
    return found if _worth(problem, found) >= _worth(problem, start) else start


def _worth(problem: Problem, classes: list[ClassHeads]) -> float:
    """Value of a county's plan for comparison: hard requirements missed cost so much that meeting them comes first."""
    jobs = place_jobs(problem, classes)
    _, short = penalties(problem, classes)
    hard = ~np.isfinite(problem.target_penalty)
    charge = np.where(hard, np.where(problem.target_heads, HARD_HEAD, HARD_CLASS), problem.target_penalty)
    opened = [
        sum(matches(problem, pattern, slot) for slot, _ in classes) for pattern in problem.required
    ]
    unmet = int(np.maximum(0, problem.required_number - np.array(opened, dtype=np.int64)).sum())
    return jobs.linked + problem.unlinked_factor * jobs.unlinked - float(charge @ short) - HARD_CLASS * unmet
