"""Class options j = (offering, provider, venue, form, start week) of a problem, listed one by one.

Only small instances can afford the list (a county has millions); the engine prices options without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.model.problem import ANY, Problem


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A class option: indices of offering, provider, venue, form and start week."""

    offering: int
    provider: int
    venue: int
    form: int
    week: int


ClassHeads = tuple[Slot, dict[int, int]]
"""A class: its option and the heads of each cohort, by cohort index."""


def end_week(problem: Problem, slot: Slot) -> int:
    """Index of the last week of a class."""
    return slot.week + int(problem.length[problem.offering_course[slot.offering], slot.form, slot.week]) - 1


def matches(problem: Problem, pattern: np.ndarray, slot: Slot) -> bool:
    """Whether a lock pattern (course, offering, provider, venue, form, week; ANY = any) matches an option."""
    course = problem.offering_course[slot.offering]
    values = (course, slot.offering, slot.provider, slot.venue, slot.form, slot.week)
    return all(wanted in (ANY, value) for wanted, value in zip(pattern, values, strict=True))


def is_forbidden(problem: Problem, slot: Slot) -> bool:
    """Whether some 禁止 lock matches the option."""
    return any(matches(problem, pattern, slot) for pattern in problem.forbidden)


def admissible_heads(problem: Problem, slot: Slot) -> np.ndarray:
    """Indices of the cohorts that may send people to the option."""
    course = problem.offering_course[slot.offering]
    township = problem.cohort_township
    near = problem.distance[township, slot.venue] >= 0
    free = problem.attendance[problem.township_calendar[township], course, slot.form, slot.week] >= 0
    return np.flatnonzero(near & free & (problem.demand[:, course] > 0))


def slot_yields(problem: Problem, slot: Slot, cohorts: np.ndarray) -> np.ndarray:
    """Expected jobs per head of each cohort in the option: min(1, rate*quality) * attendance * distance."""
    course = problem.offering_course[slot.offering]
    township = problem.cohort_township[cohorts]
    rate = problem.rate[course, problem.cohort_band[cohorts], problem.cohort_group[cohorts]]
    yields: np.ndarray = (
        np.minimum(1.0, rate * problem.quality[slot.provider])
        * problem.attendance[problem.township_calendar[township], course, slot.form, slot.week]
        * problem.distance[township, slot.venue]
    )
    return yields


def list_slots(problem: Problem) -> Iterator[Slot]:
    """Every option that exists, is not forbidden and could gather its smallest class."""
    for h, course in enumerate(problem.offering_course):
        for p, v in zip(*np.nonzero(problem.fits[:, :, course]), strict=True):
            if problem.max_size[h, v] < problem.min_size[h] or not problem.teams[p] or not problem.rooms[v]:
                continue
            for m, s in zip(*np.nonzero(problem.length[course]), strict=True):
                slot = Slot(h, int(p), int(v), int(m), int(s))
                gathered = problem.demand[admissible_heads(problem, slot), course].sum()
                if gathered >= problem.min_size[h] and not is_forbidden(problem, slot):
                    yield slot


def count_options(problem: Problem) -> tuple[int, int]:
    """Upper estimate of options and head variables of the compact model, without listing them."""
    options = heads = 0
    for h, course in enumerate(problem.offering_course):
        starts = int((problem.length[course] > 0).sum())
        places = problem.fits[:, :, course] & (problem.max_size[h] >= problem.min_size[h])[None, :]
        options += starts * int(places.sum())
        wishing = np.bincount(
            problem.cohort_township[problem.demand[:, course] > 0], minlength=problem.distance.shape[0]
        )
        near = wishing @ (problem.distance >= 0)
        heads += starts * int(places.sum(axis=0) @ near)
    return options, heads
