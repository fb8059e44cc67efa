"""The second pass for large plans: cheaper heads of the same worth, found by exchange.

The exact second pass (value held, cost minimised) is solved on small instances only; over the two hundred classes
of a county HiGHS finds no better integer solution in minutes. Here every head is exchanged for one of a cohort of the
same class that has people and wishes left, is at least as likely to find a job and costs less, as long as no target
is missed by more. Each exchange keeps sizes, teams, rooms and the value, so the plan stays feasible throughout.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.engine.jobs import penalties, plan_value
from planner.engine.money import plan_is_payable
from planner.model.compact import VALUE_TOLERANCE
from planner.model.options import ClassHeads, Slot, admissible_heads, slot_yields
from planner.model.problem import Problem

_PASSES = 3


def plan_cents(problem: Problem, classes: Sequence[ClassHeads]) -> int:
    """Total cost of a plan in cents."""
    total = 0
    for slot, heads in classes:
        course = problem.offering_course[slot.offering]
        total += int(problem.class_cents[course] + problem.outreach_cents[slot.provider, slot.venue])
        for k, persons in heads.items():
            total += persons * int(problem.head_cents[course, problem.cohort_group[k]].sum())
    return total


def exchange_heads(problem: Problem, classes: Sequence[ClassHeads]) -> list[ClassHeads]:
    """A plan of the same classes, worth no less (within 1e-6 relative) and no dearer, by exchanging heads."""
    exchange = _Exchange(problem, classes)
    for _ in range(_PASSES):
        if not exchange.improve():
            break
    better = [(slot, {k: x for k, x in sorted(heads.items()) if x}) for slot, heads in exchange.classes]
    value = plan_value(problem, classes)
    holds = plan_value(problem, better) >= value - VALUE_TOLERANCE * abs(value)
    cheaper = plan_cents(problem, better) < plan_cents(problem, classes)
    return better if holds and cheaper and plan_is_payable(problem, better) else list(classes)


class _Exchange:
    """People and wishes left, and what targets have reached, while heads are exchanged."""

    def __init__(self, problem: Problem, classes: Sequence[ClassHeads]) -> None:
        self.problem = problem
        self.classes = [(slot, dict(heads)) for slot, heads in classes]
        self._people = problem.capacity.copy()
        self._wishes = problem.demand.copy()
        for slot, heads in self.classes:
            for k, persons in heads.items():
                self._people[k] -= persons
                self._wishes[k, problem.offering_course[slot.offering]] -= persons
        self._reached, _ = penalties(problem, classes)

    def improve(self) -> bool:
        """Try every class once; true when some head was exchanged."""
        return any([self._improve_class(slot, heads) for slot, heads in self.classes])

    def _improve_class(self, slot: Slot, heads: dict[int, int]) -> bool:
        problem = self.problem
        course = int(problem.offering_course[slot.offering])
        cohorts = admissible_heads(problem, slot)
        jobs = dict(zip(cohorts.tolist(), slot_yields(problem, slot, cohorts), strict=True))
        cents = {k: int(problem.head_cents[course, problem.cohort_group[k]].sum()) for k in jobs}
        changed = False
        for old in sorted(heads, key=lambda k: (-cents[k], k)):
            same_band = [k for k in jobs if problem.cohort_band[k] == problem.cohort_band[old]]
            for new in sorted(same_band, key=lambda k: (cents[k], k)):
                if cents[new] >= cents[old]:
                    break
                moved = min(heads[old], int(self._people[new]), int(self._wishes[new, course]))
                if moved > 0 and jobs[new] >= jobs[old] and self._targets_hold(slot, course, old, new, moved):
                    self._move(slot, course, heads, old, new, moved)
                    changed = True
        return changed

    def _targets_hold(self, slot: Slot, course: int, old: int, new: int, moved: int) -> bool:
        """Whether no target is missed by more after the exchange."""
        problem = self.problem
        after = self._reached + moved * self._counted(slot, course, old, new)
        short = np.where(problem.target_at_least, problem.target_value - after, after - problem.target_value)
        before = np.where(
            problem.target_at_least, problem.target_value - self._reached, self._reached - problem.target_value
        )
        return bool((np.maximum(0, short) <= np.maximum(0, before)).all())

    def _counted(self, slot: Slot, course: int, old: int, new: int) -> np.ndarray:
        """What each target gains (1), loses (-1) or keeps (0) per head exchanged; shape (N,)."""
        problem = self.problem
        applies = (
            problem.target_heads & problem.target_courses[:, course] & problem.target_providers[:, slot.provider]
        )
        cohorts = problem.target_cohorts.astype(np.int64)
        return applies * (cohorts[:, new] - cohorts[:, old])

    def _move(self, slot: Slot, course: int, heads: dict[int, int], old: int, new: int, moved: int) -> None:
        self._reached = self._reached + moved * self._counted(slot, course, old, new)
        heads[old] -= moved
        heads[new] = heads.get(new, 0) + moved
        self._people[old] += moved
        self._people[new] -= moved
        self._wishes[old, course] += moved
        self._wishes[new, course] -= moved
