"""What exchanging one class of a plan does to its value, at once: only the class's occupation is linked again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from planner.engine.jobs import locks_hold, penalties, place_jobs
from planner.engine.money import category_costs, pay_categories
from planner.model.options import ClassHeads, end_week
from planner.model.problem import Problem


class Valuer:
    """Values and checks a plan in which one class is exchanged for another."""

    def __init__(self, problem: Problem, classes: Sequence[ClassHeads]) -> None:
        self.problem, self.classes = problem, list(classes)
        self._of_occupation: dict[int, list[int]] = defaultdict(list)
        for i in range(len(self.classes)):
            self._of_occupation[self._occupation(i)].append(i)
        self._jobs = {o: self._job_value([self.classes[i] for i in mine]) for o, mine in self._of_occupation.items()}
        self._reached = penalties(problem, self.classes)[0]
        self._spent = category_costs(problem, self.classes)
        weeks = problem.weeks
        self.teams = np.repeat(problem.teams[:, None], weeks, axis=1)
        self.rooms = np.repeat(problem.rooms[:, None], weeks, axis=1)
        self.accredited = np.repeat(problem.accredited_teams[:, :, None], weeks, axis=2)
        self.annual = problem.annual_classes.copy()
        for one in self.classes:
            self._book(one, -1)

    def _occupation(self, i: int) -> int:
        return int(self.problem.course_occupation[self.problem.offering_course[self.classes[i][0].offering]])

    def _job_value(self, classes: Sequence[ClassHeads]) -> float:
        jobs = place_jobs(self.problem, classes)
        return jobs.linked + self.problem.unlinked_factor * jobs.unlinked

    def _book(self, one: ClassHeads, sign: int) -> None:
        slot = one[0]
        c = int(self.problem.offering_course[slot.offering])
        weeks = slice(slot.week, end_week(self.problem, slot) + 1)
        self.teams[slot.provider, weeks] += sign
        self.rooms[slot.venue, weeks] += sign
        self.accredited[slot.provider, c, weeks] += sign
        self.annual[slot.provider] += sign

    def difference(self, i: int, new: ClassHeads) -> float:
        """Change of the plan's value (expected jobs) when class i becomes ``new`` of the same occupation.

        -inf where a hard target would be missed.
        """
        problem, o = self.problem, self._occupation(i)
        others = [self.classes[j] for j in self._of_occupation[o] if j != i]
        jobs = self._job_value([*others, new]) - self._jobs[o]
        reached = self._reached - penalties(problem, [self.classes[i]])[0] + penalties(problem, [new])[0]
        before, after = self._missed(self._reached), self._missed(reached)
        hard = ~np.isfinite(problem.target_penalty)
        if (after[hard] > 0).any():
            return float("-inf")
        return jobs - float(problem.target_penalty[~hard] @ (after - before)[~hard])

    def _missed(self, reached: np.ndarray) -> np.ndarray:
        problem = self.problem
        short = np.where(problem.target_at_least, problem.target_value - reached, reached - problem.target_value)
        missed: np.ndarray = np.maximum(0, short)
        return missed

    def obstacles(self, i: int, new: ClassHeads) -> tuple[str, ...]:
        """What first stands against class i becoming ``new`` (its people unchanged or fewer); empty when it can."""
        problem, slot = self.problem, new[0]
        c = int(problem.offering_course[slot.offering])
        weeks = slice(slot.week, end_week(problem, slot) + 1)
        self._book(self.classes[i], 1)
        team = (np.minimum(self.teams[slot.provider, weeks], self.accredited[slot.provider, c, weeks]) > 0).all()
        team = team and self.annual[slot.provider] > 0
        room = (self.rooms[slot.venue, weeks] > 0).all()
        self._book(self.classes[i], -1)
        found = [*([] if team else ["机构班次已满"]), *([] if room else ["教室已满"])]
        if found:
            return tuple(found)
        spent = self._spent - category_costs(problem, [self.classes[i]]) + category_costs(problem, [new])
        if pay_categories(problem, spent) is None:
            found.append("资金不够")
        if len(problem.required) and not locks_hold(problem, [*self.classes[:i], new, *self.classes[i + 1 :]]):
            found.append("固定班不允许")
        return tuple(found)
