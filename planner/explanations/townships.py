"""An answer for each township to "why not us?": the class it misses most, and what the plan would give up for it.

Candidates are classes of people of the township who are in no class, at its own venue or the nearest one, ranked by
expected jobs per yuan. The first few are forced into the plan and everything else is planned again: what the plan
loses then is the most that the class can cost, and what it gives up is named.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from planner.engine.reasons import all_wishes
from planner.engine.rows import Prices
from planner.engine.solve import Options
from planner.explanations.parallel import in_order
from planner.explanations.planned import Explained, Stopped, never
from planner.explanations.refill import Refill, Refilled, at_least_classes
from planner.model.options import ClassHeads
from planner.model.problem import Problem

_TRIED = 2
"""Candidates of a township that are forced into the plan."""

Place = tuple[int, int]
"""Course and venue, by index."""


@dataclass(frozen=True, slots=True)
class TownshipAnswer:
    """A township's best class outside the plan: course and venue, the value lost for it at most, what makes room.

    ``loss`` is negative where forcing the class in made the plan better than it was; ``None`` with ``place`` when no
    plan with the class was found. ``given_up`` and ``put_in`` count classes by course and venue. ``exact``: the loss is
    proved to be exactly that. ``waiting`` are open wishes of people who are in no class.
    """

    township: int
    classes: int
    persons: int
    waiting: int
    place: Place | None = None
    loss: float | None = None
    exact: bool = False
    given_up: tuple[tuple[Place, int], ...] = ()
    put_in: tuple[tuple[Place, int], ...] = ()


def answers_for_townships(
    plan: Explained, prices: Prices | None, options: Options, stopped: Stopped = never
) -> tuple[TownshipAnswer, ...] | None:
    """An answer for every township, in the workbook's order; None after a stop."""
    problem = plan.problem
    refill = Refill(problem, plan.classes, prices, options)
    left = _people_left(problem, plan.classes)
    places = Counter(_place(problem, one) for one in plan.classes)
    candidates = {t: _candidates(problem, t, left) for t in range(len(problem.distance))}

    def with_one_more(place: Place) -> Refilled | None:
        return refill.best(at_least_classes(problem, *place, places[place] + 1), plan.classes, stopped)

    wanted = sorted({place for tried in candidates.values() for place in tried})
    found = in_order(wanted, with_one_more, 1 if refill.exact else options.threads, stopped)
    if found is None:
        return None
    return tuple(_answer(plan, t, left, tried, found) for t, tried in candidates.items())


def _place(problem: Problem, one: ClassHeads) -> Place:
    return int(problem.offering_course[one[0].offering]), one[0].venue


def _people_left(problem: Problem, classes: tuple[ClassHeads, ...]) -> np.ndarray:
    """Open wishes of people in no class; shape (K, C)."""
    people, wishes = problem.capacity.copy(), all_wishes(problem)
    for slot, heads in classes:
        for k, persons in heads.items():
            people[k] -= persons
            wishes[k, problem.offering_course[slot.offering]] -= persons
    left: np.ndarray = np.where(problem.demand > 0, np.minimum(wishes, people[:, None]), 0)
    return left


def _candidates(problem: Problem, t: int, left: np.ndarray) -> list[Place]:
    """Course and venue of classes that people of the township wait for, the most expected jobs per yuan first."""
    scored = []
    venues = _own_or_nearest(problem, t)
    mine = problem.cohort_township == t
    for c in np.flatnonzero(left[mine].sum(axis=0)).tolist():
        for v in venues:
            score = _jobs_per_yuan(problem, c, v, left)
            if score > 0:
                scored.append((-score, c, v))
    return [(c, v) for _, c, v in sorted(scored)[:_TRIED]]


def _own_or_nearest(problem: Problem, t: int) -> list[int]:
    """The township's venues, or else the nearest one within reach."""
    own = np.flatnonzero(problem.venue_township == t)
    if len(own):
        return [int(v) for v in own]
    reach = np.flatnonzero(problem.distance[t] >= 0)
    return [int(reach[np.argmax(problem.distance[t, reach])])] if len(reach) else []


def _jobs_per_yuan(problem: Problem, c: int, v: int, left: np.ndarray) -> float:
    """Expected jobs per cent of a class of the people left near the venue; 0 where none can be held."""
    providers = np.flatnonzero(problem.fits[:, v, c] & (problem.teams > 0))
    size = int(problem.min_size[c])
    if not len(providers) or problem.rooms[v] == 0 or problem.max_size[c, v] < size:
        return 0.0
    attendance = problem.attendance[:, c].max(axis=(1, 2))[problem.township_calendar[problem.cohort_township]]
    share = problem.distance[problem.cohort_township, v]
    able = np.flatnonzero((left[:, c] > 0) & (share >= 0) & (attendance >= 0))
    rate = np.minimum(1.0, problem.rate[c, problem.cohort_band[able], problem.cohort_group[able]]
                      * problem.quality[providers].max())  # fmt: skip
    jobs = rate * attendance[able] * share[able]
    taken, total, cents = 0, 0.0, float(problem.class_cents[c] + problem.outreach_cents[providers, v].min())
    for i in np.argsort(-jobs, kind="stable").tolist():
        number = min(int(left[able[i], c]), int(problem.max_size[c, v]) - taken)
        taken += number
        total += number * float(jobs[i])
        cents += number * float(problem.head_cents[c, problem.cohort_group[able[i]]].sum())
    return total / max(cents, 1.0) if taken >= size else 0.0


def _answer(
    plan: Explained, t: int, left: np.ndarray, tried: list[Place], found: dict[Place, Refilled | None]
) -> TownshipAnswer:
    problem = plan.problem
    mine = problem.cohort_township == t
    held = sum(problem.venue_township[slot.venue] == t for slot, _ in plan.classes)
    persons = sum(persons for _, heads in plan.classes for k, persons in heads.items() if mine[k])
    answer = TownshipAnswer(t, int(held), int(persons), int(left[mine].sum()))
    refilled = [(place, one) for place in tried if (one := found[place]) is not None]
    if not refilled:
        return answer if not tried else TownshipAnswer(t, int(held), int(persons), answer.waiting, tried[0])
    place, best = max(refilled, key=lambda entry: entry[1].value)
    before = Counter(_place(problem, one) for one in plan.classes)
    after = Counter(_place(problem, one) for one in best.classes)
    return TownshipAnswer(
        t, answer.classes, answer.persons, answer.waiting, place, plan.value - best.value, best.exact,
        tuple(sorted((before - after).items())), tuple(sorted((after - before).items())),
    )  # fmt: skip
