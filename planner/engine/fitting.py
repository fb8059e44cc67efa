"""Which classes of an earlier plan still fit a changed problem: the start of re-planning and of scenarios."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.engine.money import plan_is_payable
from planner.model.options import ClassHeads, admissible_heads, is_forbidden
from planner.model.problem import Problem


def fitting_classes(problem: Problem, classes: Iterable[ClassHeads]) -> list[ClassHeads]:
    """Classes kept one after another as long as people, wishes, teams, rooms, limits and money suffice.

    Indices must mean the same in both problems (same townships, courses, providers, venues, cohorts and weeks).
    """
    options = list(classes)
    supplies = _Supplies(problem)
    held = [option for option in options if supplies.take(option)]
    if plan_is_payable(problem, held):  # then so is every part of it, and asking class by class would end here too
        return held
    supplies = _Supplies(problem)
    kept: list[ClassHeads] = []
    for option in options:
        if supplies.take(option):
            kept.append(option)
            if not plan_is_payable(problem, kept):
                supplies.give_back(kept.pop())
    return kept


class _Supplies:
    """What is left of every supply but money."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        weeks = problem.weeks
        self.persons, self.wishes = problem.capacity.copy(), problem.demand.copy()
        self.teams = np.repeat(problem.teams[:, None], weeks, axis=1)
        self.rooms = np.repeat(problem.rooms[:, None], weeks, axis=1)
        self.accredited = np.repeat(problem.accredited_teams[:, :, None], weeks, axis=2)
        self.annual = problem.annual_classes.copy()

    def take(self, option: ClassHeads) -> bool:
        """Take a class out of the supplies if it exists and they suffice."""
        slot, heads = option
        problem = self.problem
        c = problem.offering_course[slot.offering]
        length = problem.length[c, slot.form, slot.week]
        size = sum(heads.values())
        if not length or not problem.fits[slot.provider, slot.venue, c] or is_forbidden(problem, slot):
            return False
        if not problem.min_size[slot.offering] <= size <= problem.max_size[slot.offering, slot.venue]:
            return False
        if not set(heads) <= set(admissible_heads(problem, slot).tolist()):
            return False
        self._move(option, -1)
        if self._short(option):
            self.give_back(option)
            return False
        return True

    def give_back(self, option: ClassHeads) -> None:
        """Undo :meth:`take`."""
        self._move(option, 1)

    def _move(self, option: ClassHeads, sign: int) -> None:
        slot, heads = option
        c = self.problem.offering_course[slot.offering]
        span = slice(slot.week, slot.week + self.problem.length[c, slot.form, slot.week])
        self.teams[slot.provider, span] += sign
        self.rooms[slot.venue, span] += sign
        self.accredited[slot.provider, c, span] += sign
        self.annual[slot.provider] += sign
        for k, persons in heads.items():
            self.persons[k] += sign * persons
            self.wishes[k, c] += sign * persons

    def _short(self, option: ClassHeads) -> bool:
        slot, heads = option
        c = self.problem.offering_course[slot.offering]
        cohorts = list(heads)
        left = (
            self.teams[slot.provider], self.rooms[slot.venue], self.accredited[slot.provider, c],
            self.persons[cohorts], self.wishes[cohorts, c], self.annual[[slot.provider]],
        )
        return any((array < 0).any() for array in left)
