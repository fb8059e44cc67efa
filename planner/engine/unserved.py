"""Wishes that the plan leaves open, each with the first reason that holds.

Reasons are checked from the instance outwards (age, place, time, numbers) and then against what the plan has left
(people, money, teams and rooms). The last one is no obstacle but a choice: the plan uses its money and teams for
classes that bring more people into work.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.domain.plan import Unserved
from planner.engine.money import category_costs
from planner.engine.prices import open_places
from planner.model.options import ClassHeads, end_week
from planner.model.problem import Problem

AGE = "年龄段不适合该课程"
NO_PLACE = "可达范围内没有能承训的机构和场地"
FARMING = "农忙、季节窗口或计划期内没有可开班的周次"
TOO_FEW = "附近愿意人数不足最小班额"
LEFT_TOO_FEW = "附近尚未安排的人数不足再开一个班"
MONEY = "剩余资金不足以再开一个班"
FULL = "可开班的周次里机构班次或场地已排满"
CHOICE = "资金和班次已用于预计就业更多的班"


def unserved_wishes(problem: Problem, classes: Sequence[ClassHeads]) -> tuple[Unserved, ...]:
    """Open wishes of people who are in no class, by cohort and course.

    ``persons`` is the smaller of the wishes left and the cohort's people left; a person with several open wishes
    counts under each.
    """
    people, wishes = problem.capacity.copy(), _all_wishes(problem)
    for slot, heads in classes:
        course = problem.offering_course[slot.offering]
        for k, persons in heads.items():
            people[k] -= persons
            wishes[k, course] -= persons
    left = np.minimum(wishes, people[:, None])
    reasons = _Reasons(problem, classes, left)
    instance = problem.instance
    return tuple(
        Unserved(
            instance.townships[problem.cohort_township[k]].name, instance.age_bands[problem.cohort_band[k]].name,
            instance.groups[problem.cohort_group[k]].name, instance.courses[c].name, int(left[k, c]),
            reasons.of(int(k), int(c)),
        )
        for k, c in np.argwhere(left > 0)
    )


def _all_wishes(problem: Problem) -> np.ndarray:
    """Wishes by cohort and course, those of unsuitable age bands included; shape (K, C)."""
    instance = problem.instance
    courses = {course.name: c for c, course in enumerate(instance.courses)}
    rows = {
        (instance.townships[t].name, instance.age_bands[a].name, instance.groups[g].name): k
        for k, (t, a, g) in enumerate(
            zip(problem.cohort_township, problem.cohort_band, problem.cohort_group, strict=True)
        )
    }
    wishes = np.zeros(problem.demand.shape, dtype=np.int64)
    for wish in instance.demand:
        row = rows.get((wish.township, wish.age_band, wish.group))
        if row is not None:
            wishes[row, courses[wish.course]] += wish.persons
    return wishes


class _Reasons:
    """What stands in the way of one more class, looked up per cohort and course."""

    def __init__(
        self, problem: Problem, classes: Sequence[ClassHeads], left: np.ndarray
    ) -> None:
        self._problem = problem
        offerings = problem.demand.shape[1]  # offering c is course c; exact-size offerings come after
        self._near = problem.distance >= 0  # T, V
        self._taught = problem.fits.any(axis=0)  # V, C
        self._gathered = open_places(problem)[:offerings].T  # V, C
        reachable = self._near[problem.cohort_township]  # K, V
        self._remaining = reachable.T.astype(np.int64) @ np.where(problem.demand > 0, left, 0)  # V, C
        self._starts = (problem.attendance >= 0).any(axis=(2, 3))  # calendars, C
        self._money = int(problem.fund_cents.sum() - category_costs(problem, classes).sum())
        self._free = _free_windows(problem, classes)  # V, C

    def of(self, k: int, c: int) -> str:
        """The first reason that holds for cohort ``k`` and course ``c``."""
        problem = self._problem
        if problem.demand[k, c] == 0:
            return AGE
        venues = self._near[problem.cohort_township[k]] & self._taught[:, c]
        if not venues.any():
            return NO_PLACE
        if not self._starts[problem.township_calendar[problem.cohort_township[k]], c]:
            return FARMING
        venues = venues & self._gathered[:, c]
        if not venues.any():
            return TOO_FEW
        venues = venues & (self._remaining[:, c] >= problem.min_size[c])
        if not venues.any():
            return LEFT_TOO_FEW
        if self._smallest_class_cents(k, c) > self._money:
            return MONEY
        return CHOICE if (venues & self._free[:, c]).any() else FULL

    def _smallest_class_cents(self, k: int, c: int) -> int:
        problem = self._problem
        per_head = int(problem.head_cents[c, problem.cohort_group[k]].sum())
        return int(problem.class_cents[c]) + per_head * int(problem.min_size[c])


def _free_windows(problem: Problem, classes: Sequence[ClassHeads]) -> np.ndarray:
    """Whether some provider and room are both free for a whole class of the course at the venue; shape (V, C)."""
    teams = np.repeat(problem.teams[:, None], problem.weeks, axis=1)
    rooms = np.repeat(problem.rooms[:, None], problem.weeks, axis=1)
    annual = problem.annual_classes.copy()
    for slot, _ in classes:
        window = slice(slot.week, end_week(problem, slot) + 1)
        teams[slot.provider, window] -= 1
        rooms[slot.venue, window] -= 1
        annual[slot.provider] -= 1
    busy_teams = np.concatenate([np.zeros((len(teams), 1)), np.cumsum(teams <= 0, axis=1)], axis=1)
    busy_rooms = np.concatenate([np.zeros((len(rooms), 1)), np.cumsum(rooms <= 0, axis=1)], axis=1)
    free = np.zeros((len(rooms), problem.demand.shape[1]), dtype=bool)
    for c in range(problem.demand.shape[1]):
        forms, starts = np.nonzero(problem.length[c])
        ends = starts + problem.length[c, forms, starts]
        team_free = (busy_teams[:, ends] == busy_teams[:, starts]) & (annual > 0)[:, None]  # P, windows
        room_free = busy_rooms[:, ends] == busy_rooms[:, starts]  # V, windows
        able = problem.fits[:, :, c].T.astype(np.int64) @ team_free.astype(np.int64) > 0  # V, windows
        free[:, c] = (able & room_free).any(axis=1)
    return free
