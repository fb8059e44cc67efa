"""Expected jobs of a plan and the vacancies that take them, exactly.

Jobs flow from (occupation, age band, end week) to the pools that admit them; the most that pools can take is a
maximum flow (contract, section 2). Flows are computed in whole billionths of a job, so no pool is ever overfilled
by rounding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.model.options import ClassHeads, Slot, end_week, matches, slot_yields
from planner.model.problem import Problem

_UNITS_PER_JOB = 1_000_000_000

Outcome = tuple[int, int, int]
"""Occupation, age band and end week of expected jobs."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """Expected jobs by outcome, and how many of them each pool takes (by index of instance.pools)."""

    expected: dict[Outcome, float]
    placed: dict[tuple[Outcome, int], float]
    linked: float
    unlinked: float


def class_jobs(problem: Problem, slot: Slot, heads: dict[int, int]) -> dict[Outcome, float]:
    """Expected jobs of one class by occupation, age band and end week."""
    cohorts = np.array(sorted(heads), dtype=np.int64)
    occupation = int(problem.course_occupation[problem.offering_course[slot.offering]])
    last = end_week(problem, slot)
    jobs: dict[Outcome, float] = defaultdict(float)
    for k, share in zip(cohorts, slot_yields(problem, slot, cohorts), strict=True):
        jobs[occupation, int(problem.cohort_band[k]), last] += heads[int(k)] * float(share)
    return dict(jobs)


def place_jobs(problem: Problem, classes: Iterable[ClassHeads]) -> Jobs:
    """Sum the classes' expected jobs and link as many as possible to vacancies."""
    return link_jobs(problem, expected_jobs(problem, classes))


def expected_jobs(problem: Problem, classes: Iterable[ClassHeads]) -> dict[Outcome, float]:
    """Sum of the classes' expected jobs by outcome."""
    expected: dict[Outcome, float] = defaultdict(float)
    for slot, heads in classes:
        for outcome, jobs in class_jobs(problem, slot, heads).items():
            expected[outcome] += jobs
    return dict(expected)


def link_jobs(problem: Problem, expected: dict[Outcome, float]) -> Jobs:
    """Link as many of the expected jobs as possible to vacancies."""
    total = sum(expected[outcome] for outcome in sorted(expected))
    if problem.instance.pools is None:
        return Jobs(expected, {}, total, 0.0)
    placed = _maximum_flow(problem, expected)
    linked = sum(placed[key] for key in sorted(placed))
    return Jobs(expected, placed, linked, total - linked)


def link_more(problem: Problem, classes: Iterable[ClassHeads]) -> Callable[[Outcome], float]:
    """How many of one more expected job of an outcome would find a vacancy beside the classes' own (0..1)."""
    before = place_jobs(problem, classes)

    def more(outcome: Outcome) -> float:
        expected = dict(before.expected)
        expected[outcome] = expected.get(outcome, 0.0) + 1.0
        placed = _maximum_flow(problem, expected)
        return sum(placed[key] for key in sorted(placed)) - before.linked

    return more


def _maximum_flow(problem: Problem, expected: dict[Outcome, float]) -> dict[tuple[Outcome, int], float]:
    from ortools.graph.python import max_flow

    flow = max_flow.SimpleMaxFlow()
    given = problem.instance.pools or ()
    outcomes = sorted(outcome for outcome, jobs in expected.items() if jobs * _UNITS_PER_JOB >= 1)
    pools = sorted({d for members in problem.pool_members for d in members})
    node = {d: 2 + i for i, d in enumerate(pools)}
    arcs = []
    for i, outcome in enumerate(outcomes):
        here = 2 + len(pools) + i
        units = int(expected[outcome] * _UNITS_PER_JOB)
        takers = np.flatnonzero(problem.source_pools[problem.source[outcome]])
        flow.add_arc_with_capacity(0, here, units)
        for merged in takers:
            for d in problem.pool_members[merged]:
                arcs.append((outcome, d, flow.add_arc_with_capacity(here, node[d], units)))
    for d in pools:
        flow.add_arc_with_capacity(node[d], 1, given[d].vacancies * _UNITS_PER_JOB)
    if not arcs:
        return {}
    flow.solve(0, 1)
    return {(outcome, d): flow.flow(arc) / _UNITS_PER_JOB for outcome, d, arc in arcs if flow.flow(arc)}


def penalties(problem: Problem, classes: Iterable[ClassHeads]) -> tuple[np.ndarray, np.ndarray]:
    """What each target reached and by how much it is missed, in heads or classes; shapes (N,)."""
    reached = np.zeros(len(problem.target_value), dtype=np.int64)
    for slot, heads in classes:
        course = problem.offering_course[slot.offering]
        applies = problem.target_courses[:, course] & problem.target_providers[:, slot.provider]
        for k, persons in heads.items():
            reached += persons * (applies & problem.target_heads & problem.target_cohorts[:, k])
        reached += applies & ~problem.target_heads & problem.target_venues[:, slot.venue]
    short = np.where(problem.target_at_least, problem.target_value - reached, reached - problem.target_value)
    return reached, np.maximum(0, short)


def plan_value(problem: Problem, classes: Sequence[ClassHeads]) -> float:
    """Linked + unlinked_factor * unlinked jobs - penalties (contract); -inf when a hard target is missed."""
    jobs = place_jobs(problem, classes)
    _, short = penalties(problem, classes)
    if (short[~np.isfinite(problem.target_penalty)] > 0).any():
        return -np.inf
    soft = np.isfinite(problem.target_penalty)
    return jobs.linked + problem.unlinked_factor * jobs.unlinked - float(problem.target_penalty[soft] @ short[soft])


def locks_hold(problem: Problem, classes: Sequence[ClassHeads]) -> bool:
    """Whether every required lock finds its number of matching classes."""
    return all(
        sum(matches(problem, pattern, slot) for slot, _ in classes) >= number
        for pattern, number in zip(problem.required, problem.required_number, strict=True)
    )
