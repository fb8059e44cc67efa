"""Near-optimal alternatives: really different plans that are worth almost as much.

*Almost as much*: at least 99 % of the value of the best plan found; how far each may lie below the best value of all is
proved by the base's bound. *Really different*: at least a fifth of the heads are not matched by heads of the same
township in the same course with the same provider, or at least half not by heads of the same course in a class of the
same month - measured against the base and against every alternative before.

Each is found by making what the plans so far use less attractive (yields a few per cent lower), solving again from the
base, and valuing the classes found at the true yields: the idea of modelling to generate alternatives (Brill, Chang &
Hopkins 1982). A try that loses too much is repeated with a smaller reduction, one that is too like with a larger one; a
search that found a plan too poor but different goes on from there. Every alternative passes the checker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from planner.domain.plan import Plan, PlannedClass
from planner.explanations.difference import Change, ClassChange, compare_plans
from planner.model.options import ClassHeads
from planner.model.problem import Problem
from planner.scenarios.robust.candidates import Base, Candidate, solved_for
from planner.scenarios.solving import Work

MOST = 5
LOSS = 0.01
"""Share of the best value found that an alternative may lose."""
WHO_SHARE, WHEN_SHARE = 0.2, 0.5
"""Heads in another course or with another provider; heads in another course or month."""
_TOLD_SHARE = 0.1
"""Share of heads from which a way of being different is named."""
_TRIES, MOST_SOLVES = 4, 20
"""Solves for one alternative with a device, and in all."""
_FIRST_PENALTY, _STEP = 0.06, 2.5
_NAMED = 3
"""Courses, providers and townships that a sentence names."""


class Device(StrEnum):
    """What is made less attractive where the plans so far use it."""

    COURSES = "换课程"
    PROVIDERS = "换机构"
    WEEKS = "换时间"
    PLACES = "换地点"
    EVERYTHING = "全面调整"


@dataclass(frozen=True, slots=True)
class Apart:
    """How different two plans are: shares (0..1) of heads without a match.

    ``who`` by township, course and provider; ``when`` by course and month of the first week; ``course``, ``provider``
    and ``place`` (township of the class) each alone.
    """

    who: float
    when: float
    course: float
    provider: float
    place: float

    @property
    def is_real(self) -> bool:
        """Whether the plans are really different."""
        return self.who >= WHO_SHARE or self.when >= WHEN_SHARE

    @property
    def words(self) -> str:
        """In what the plans differ most, by the shares that reach a tenth."""
        shares = (("课程", self.course), ("机构", self.provider), ("办班乡镇", self.place), ("月份", self.when))
        told = [name for name, share in sorted(shares, key=lambda one: -one[1]) if share >= _TOLD_SHARE]
        return "、".join(told) or "生源"


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A really different plan; how far it is from the base, the nearest of the earlier ones, and what differs."""

    candidate: Candidate
    apart: Apart
    nearest: Apart
    sentence: str

    @property
    def plan(self) -> Plan:
        """Its checked plan."""
        return self.candidate.plan


@dataclass(frozen=True, slots=True, eq=False)
class AlternativeStudy:
    """The alternatives in the order found; how many were asked, the least value allowed, solves spent."""

    wanted: int
    floor: float
    found: tuple[Alternative, ...]
    solves: int
    stopped: bool = False


def find_alternatives(base: Base, wanted: int, work: Work) -> AlternativeStudy:
    """Look for up to ``wanted`` (1..5) really different plans within 1 % of the base's value.

    Raises
    ------
    PlannerError
        The checker does not pass a plan: an error of the program.
    """
    floor = base.plan.value - LOSS * abs(base.plan.value)
    found: list[Alternative] = []
    solves = 0
    for device in (*Device, *Device):  # a second round starts from what the first one found
        plans = [base.candidate, *(one.candidate for one in found)]
        step, start = _Reduction(), base.candidate.classes
        for _ in range(_TRIES):
            if len(found) == wanted or solves == MOST_SOLVES or work.stopped():
                return AlternativeStudy(wanted, floor, tuple(found), solves, work.stopped())
            solves += 1
            name = f"相近方案：{device.value}（第 {solves} 次）"
            aim = less_attractive(base.problem, device, plans, step.share)
            solution = solved_for(name, aim, base, work, with_bound=False, start=start)
            if solution is None:
                break
            other = base.candidate_of(f"相近方案 {len(found) + 1}", solution.classes, work.options.seed)
            apart = [plans_apart(base.problem, one.plan, other.plan) for one in plans]
            if other.plan.value < floor:
                step.lose_less()
                start = other.classes if all(one.is_real for one in apart) else start
            elif not all(one.is_real for one in apart):
                step.differ_more()
            else:
                nearest = min(apart, key=lambda one: (one.who, one.when))
                found.append(Alternative(other, apart[0], nearest, difference_words(base, other.plan)))
                break
    return AlternativeStudy(wanted, floor, tuple(found), solves, work.stopped())


class _Reduction:
    """By which share yields are lowered: halved (geometrically) between too like and too poor."""

    def __init__(self) -> None:
        self.share = _FIRST_PENALTY
        self._like, self._poor = 0.0, 1.0

    def lose_less(self) -> None:
        """The plan found was too poor."""
        self._poor = self.share
        self.share = (self._like * self._poor) ** 0.5 if self._like else self._poor / _STEP

    def differ_more(self) -> None:
        """The plan found was too like an earlier one."""
        self._like = self.share
        self.share = (self._like * self._poor) ** 0.5 if self._poor < 1.0 else min(0.5, self._like * _STEP)


def less_attractive(problem: Problem, device: Device, plans: Sequence[Candidate], penalty: float) -> Problem:
    """The problem with what the plans use yielding up to ``penalty`` (0..1) less; rules stay."""
    for one in Device if device is Device.EVERYTHING else (device,):
        if one in _DEVICES:
            problem = _DEVICES[one](problem, [plan.classes for plan in plans], penalty)
    return problem


def _fewer_in_courses(problem: Problem, plans: Sequence[Sequence[ClassHeads]], penalty: float) -> Problem:
    """Rates of courses, age bands and groups, by the share of their wishes that a plan meets."""
    wished, used = np.zeros_like(problem.rate), np.zeros_like(problem.rate)
    for k, c in np.argwhere(problem.demand > 0):
        wished[c, problem.cohort_band[k], problem.cohort_group[k]] += problem.demand[k, c]
    for classes in plans:
        mine = np.zeros_like(used)
        for slot, heads in classes:
            c = problem.offering_course[slot.offering]
            for k, persons in heads.items():
                mine[c, problem.cohort_band[k], problem.cohort_group[k]] += persons
        used = np.maximum(used, mine)
    share = np.minimum(1.0, used / np.maximum(1.0, wished))
    return replace(problem, rate=problem.rate * (1 - penalty * share))


def _fewer_with_providers(problem: Problem, plans: Sequence[Sequence[ClassHeads]], penalty: float) -> Problem:
    """Quality of providers, by their share of the largest provider's heads."""
    used = np.zeros(len(problem.quality))
    for classes in plans:
        for slot, heads in classes:
            used[slot.provider] += sum(heads.values())
    return replace(problem, quality=problem.quality * (1 - penalty * used / max(1.0, used.max(initial=0.0))))


def _fewer_in_weeks(problem: Problem, plans: Sequence[Sequence[ClassHeads]], penalty: float) -> Problem:
    """Attendance of a course in the months in which a plan begins classes of it."""
    months = [(day.year, day.month) for day in problem.mondays]
    attendance = problem.attendance.copy()
    slots = [slot for classes in plans for slot, _ in classes]
    for course, month in sorted({(int(problem.offering_course[slot.offering]), months[slot.week]) for slot in slots}):
        weeks = [w for w, other in enumerate(months) if other == month]
        of_course = attendance[:, course]  # calendars, forms, weeks
        part = of_course[:, :, weeks]
        of_course[:, :, weeks] = np.where(part > 0, part * (1 - penalty), part)
    return replace(problem, attendance=attendance)


def _fewer_at_venues(problem: Problem, plans: Sequence[Sequence[ClassHeads]], penalty: float) -> Problem:
    """Distance factors of a township's people to a venue, by their share of the township's heads there."""
    share = np.zeros_like(problem.distance)
    for classes in plans:
        heads_at = np.zeros_like(problem.distance)
        for slot, heads in classes:
            for k, persons in heads.items():
                heads_at[problem.cohort_township[k], slot.venue] += persons
        share = np.maximum(share, heads_at / np.maximum(1.0, heads_at.sum(axis=1, keepdims=True)))
    distance = np.where(problem.distance > 0, problem.distance * (1 - penalty * share), problem.distance)
    return replace(problem, distance=distance)


_DEVICES: dict[Device, Callable[[Problem, Sequence[Sequence[ClassHeads]], float], Problem]] = {
    Device.COURSES: _fewer_in_courses, Device.PROVIDERS: _fewer_with_providers, Device.WEEKS: _fewer_in_weeks,
    Device.PLACES: _fewer_at_venues,
}  # fmt: skip


# --- how different two plans are ---


def plans_apart(problem: Problem, one: Plan, other: Plan) -> Apart:
    """Shares of heads without a match in the other plan, by each way of matching."""
    place = {venue.name: venue.township for venue in problem.instance.venues}
    ways: tuple[Callable[[PlannedClass, str], Any], ...] = (
        lambda c, township: (township, c.course, c.provider),
        lambda c, _: (c.course, c.start_week.year, c.start_week.month),
        lambda c, _: c.course,
        lambda c, _: c.provider,
        lambda c, _: place[c.venue],
    )
    return Apart(*(_unmatched(_heads(one, way), _heads(other, way)) for way in ways))


def _heads(plan: Plan, way: Callable[[PlannedClass, str], Any]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for one in plan.classes:
        for heads in one.heads:
            found[way(one, heads.township)] += heads.persons
    return found


def _unmatched(one: Counter[Any], other: Counter[Any]) -> float:
    """Share of the larger plan's heads that have no head of the same kind in the other."""
    most = max(one.total(), other.total())
    return 1.0 - (one & other).total() / most if most else 0.0


# --- in words ---


def difference_words(base: Base, plan: Plan) -> str:
    """What differs from the base's plan, in one sentence that names the largest changes."""
    found = compare_plans(base.problem.instance, plan, base.plan)
    number = Counter(one.change for one in found.classes)
    parts = [f"{change.value} {number[change]} 个班" for change in Change if number[change]]
    parts.append(f"{found.same} 个班不变")
    words = ["、".join(parts)]
    moved = _moved_words(found.classes)
    words += [moved] if moved else []
    for what, way in (
        ("课程", lambda c, _: c.course), ("机构", lambda c, _: c.provider), ("生源乡镇", lambda _, township: township),
        ("开班月份", lambda c, _: f"{c.start_week.year}年{c.start_week.month}月"),
    ):  # fmt: skip
        told = _changes_words(_heads(base.plan, way), _heads(plan, way))
        words += [f"{what}：{told}"] if told else []
    return "；".join(words) + "。"


def _moved_words(classes: Sequence[ClassChange]) -> str:
    details = [detail.split(" ")[0] for one in classes for detail in one.details]
    names = (("开班", "改时间"), ("场地", "换场地"), ("机构", "换机构"), ("方式", "换方式"))
    told = [f"{words} {details.count(key)} 个" for key, words in names if details.count(key)]
    return f"调整的班中{'、'.join(told)}" if told else ""


def _changes_words(before: Counter[Any], after: Counter[Any]) -> str:
    changes = {key: after[key] - before[key] for key in sorted(set(before) | set(after)) if after[key] != before[key]}
    largest = sorted(changes, key=lambda key: (-abs(changes[key]), key))[:_NAMED]
    return "，".join(f"{key}{changes[key]:+,} 人" for key in largest)
