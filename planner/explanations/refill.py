"""What the rest of a plan makes of a small change: the engine's own search, started from the plan, with little work.

A change is one more row: at most so many classes of a course at a venue, or at least so many. A plan of the changed
problem is one of the whole problem, too: what it loses against the plan is the most that the change can cost (proved by
showing it), and the least is what the plan's bound leaves. Small instances are solved again exactly, which makes both
ends meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.instance import Lock, LockKind, Measure, Sense, Target
from planner.engine.jobs import locks_hold, plan_value
from planner.engine.money import plan_is_payable
from planner.engine.prices import Relaxation
from planner.engine.rows import Prices
from planner.engine.search import ClassSearch, Schedule
from planner.engine.solve import Options, Start, solve_problem
from planner.errors import Infeasible, NoPlanFound
from planner.explanations.planned import Stopped, never
from planner.model.options import ClassHeads, count_options
from planner.model.problem import ANY, Problem

_SCHEDULE = Schedule(iterations=400, hot=0.1, cold=0.02)


@dataclass(frozen=True, slots=True)
class Refilled:
    """The best plan found under a change and its value; ``exact`` says that no better one exists (proved)."""

    classes: tuple[ClassHeads, ...]
    value: float
    exact: bool


def at_most_classes(problem: Problem, course: int, venue: int, number: int) -> Problem:
    """The problem with one more hard row: at most ``number`` classes of a course at a venue."""

    def more(rows: np.ndarray, row: object) -> np.ndarray:
        return np.concatenate([rows, np.array([row], dtype=rows.dtype)])

    instance = problem.instance
    named = Target("少开一个班", Measure.CLASSES, Sense.AT_MOST, number, course=instance.courses[course].name,
                   township=instance.venues[venue].township)  # fmt: skip
    return replace(
        problem,
        instance=replace(instance, targets=(*instance.targets, named)),
        target_heads=more(problem.target_heads, False), target_at_least=more(problem.target_at_least, False),
        target_value=more(problem.target_value, number), target_penalty=more(problem.target_penalty, np.inf),
        target_cohorts=more(problem.target_cohorts, np.ones(len(problem.capacity), dtype=bool)),
        target_courses=more(problem.target_courses, np.arange(problem.demand.shape[1]) == course),
        target_providers=more(problem.target_providers, np.ones(len(problem.teams), dtype=bool)),
        target_venues=more(problem.target_venues, np.arange(len(problem.rooms)) == venue),
    )  # fmt: skip


def at_least_classes(problem: Problem, course: int, venue: int, number: int) -> Problem:
    """The problem with one more demand: at least ``number`` classes of a course at a venue."""
    pattern = np.array([[course, ANY, ANY, venue, ANY, ANY]], dtype=problem.required.dtype)
    instance = problem.instance
    named = Lock(instance.courses[course].name, LockKind.REQUIRED, venue=instance.venues[venue].name, number=number)
    return replace(
        problem,
        instance=replace(instance, locks=(*instance.locks, named)),
        required=np.concatenate([problem.required, pattern]),
        required_number=np.append(problem.required_number, number),
        required_lock=(*problem.required_lock, len(instance.locks)),
    )


class Refill:
    """Refills a plan after changes; every answer depends on the seed and the work only."""

    def __init__(
        self, problem: Problem, classes: Sequence[ClassHeads], prices: Prices | None, options: Options
    ) -> None:
        self._problem, self._classes, self._prices = problem, list(classes), prices
        self._options = options
        self.exact = count_options(problem)[1] <= options.exact_heads

    def best(self, changed: Problem, start: Sequence[ClassHeads], stopped: Stopped = never) -> Refilled | None:
        """The best plan found for the problem with one more row, started from ``start``; None when none was found.

        ``start`` keeps people, teams, rooms and money; hard requirements it may miss.
        """
        if self.exact:
            try:
                options = replace(self._options, gap=0.0)
                found = solve_problem(changed, options, stopped=stopped, start=Start(tuple(start)))
            except (Infeasible, NoPlanFound):
                return None
            return Refilled(found.classes, found.value, found.bound - found.value <= 1e-6 * max(1.0, abs(found.value)))
        plans = [list(start), *self._searched(changed, start, stopped)]
        valid = [plan for plan in plans if _is_valid(changed, plan)]
        if not valid:
            return None
        value, best = max(((plan_value(changed, plan), plan) for plan in valid), key=lambda found: found[0])
        return Refilled(tuple(best), value, exact=False)

    def _searched(self, changed: Problem, start: Sequence[ClassHeads], stopped: Stopped) -> list[list[ClassHeads]]:
        relaxation = Relaxation(changed)
        prices = self._prices
        if prices is None:
            prices = relaxation.prices(relaxation.first_prices())
        else:
            more = np.zeros(len(changed.target_value) - len(prices.target))
            demanded = np.zeros(len(changed.required) - len(prices.lock))
            prices = replace(prices, target=np.append(prices.target, more), lock=np.append(prices.lock, demanded))
        search = ClassSearch(changed, relaxation, [self._options.seed])
        search.guide(prices)
        search.load(0, start)
        schedule = replace(_SCHEDULE, iterations=max(1, round(_SCHEDULE.iterations * self._options.effort)))
        search.run(schedule, 1, lambda _value: not stopped())
        return [classes for _, classes in search.best_plans()]


def _is_valid(problem: Problem, classes: Sequence[ClassHeads]) -> bool:
    return bool(
        np.isfinite(plan_value(problem, classes)) and locks_hold(problem, classes) and plan_is_payable(problem, classes)
    )
