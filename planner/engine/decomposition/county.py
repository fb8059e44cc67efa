"""The task that plans one county within its share."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.engine.cost import exchange_heads
from planner.engine.decomposition.lanes import go_on
from planner.engine.jobs import penalties, place_jobs, plan_value
from planner.engine.money import plan_is_payable
from planner.engine.prices import Prices, Relaxation, open_places
from planner.engine.search import ClassSearch, Schedule
from planner.engine.search_kernels import HARD_CLASS, HARD_HEAD
from planner.model.options import ClassHeads
from planner.model.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class CountyTask:
    """What to plan, with which prices, from which plan and with how much work."""

    region: int
    problem: Problem
    prices: Prices
    start: tuple[ClassHeads, ...]
    seed: int
    iterations: int
    hot: float
    cost: bool
    """Whether heads are then exchanged for cheaper ones."""


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """Classes of the county in its own indices, and the seconds the task took."""

    region: int
    classes: tuple[ClassHeads, ...]
    seconds: float


def plan_county(task: CountyTask) -> CountyPlan:
    """Task: search for the county's classes; ends early with the best plan when asked to."""
    started = time.monotonic()
    problem, classes = task.problem, list(task.start)
    value = _worth(problem, classes)

    def on(found: float) -> bool:
        return go_on(task.region, max(found, value))

    if task.iterations and on(value):
        classes = _searched(task, classes, on)
    if task.cost and on(_worth(problem, classes)):
        classes = exchange_heads(problem, classes)
    on(_worth(problem, classes))
    return CountyPlan(task.region, tuple(classes), time.monotonic() - started)


def _searched(task: CountyTask, start: list[ClassHeads], on: Callable[[float], bool]) -> list[ClassHeads]:
    """The better of the start and what a chain finds from it."""
    problem = task.problem
    if not (open_places(problem)[:, None, :] & np.moveaxis(problem.fits[:, :, problem.offering_course], 2, 0)).any():
        return start  # no class can be held anywhere in the county
    relaxation = Relaxation(problem)
    search = ClassSearch(problem, relaxation, [task.seed])
    search.guide(task.prices)
    if start:
        search.load(0, start)
    search.run(Schedule(task.iterations, hot=task.hot), 1, on)
    found = search.best_plans()[0][1]
    if not plan_is_payable(problem, found):
        return start
    return found if _worth(problem, found) >= _worth(problem, start) else start


def _worth(problem: Problem, classes: list[ClassHeads]) -> float:
    """Value of a county's plan for comparison: hard targets missed cost so much that meeting them comes first."""
    value = plan_value(problem, classes)
    if np.isfinite(value):
        return value
    jobs = place_jobs(problem, classes)
    _, short = penalties(problem, classes)
    hard = ~np.isfinite(problem.target_penalty)
    charge = np.where(hard, np.where(problem.target_heads, HARD_HEAD, HARD_CLASS), problem.target_penalty)
    return jobs.linked + problem.unlinked_factor * jobs.unlinked - float(charge @ short)
