"""Two objectives at once: the most jobs at each level of a second aim (epsilon-constraint method).

The second aim becomes a hard rule of growing strictness (Haimes, Lasdon & Wismer 1971): at least so many people
trained; at least so large a share of every township's willing people trained; no class in weeks that are busier than
so much. Each point is the contract's own problem with rules added, so its band from value to bound is proved. Stricter
points have fewer plans: a plan of one is a plan of every looser one, and a bound of one bounds every stricter one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from planner.domain.instance import Instance, Measure, Sense, Target
from planner.domain.plan import Plan
from planner.errors import Infeasible, NoPlanFound
from planner.model.problem import Problem, build_problem
from planner.model.weeks import busy_indices, calendar_names, mondays
from planner.scenarios.least import counting_heads
from planner.scenarios.solving import Solved, Work, checked_plan, with_bound
from planner.scenarios.willing import willing_people

POINTS = 8
"""Points of a front beside the base."""
_WORK = 0.2
"""Work of one point, in parts of the base's."""
ADDED = "权衡"
"""Beginning of the ids of targets that a front adds."""


class Aim(StrEnum):
    """The second aim."""

    HEADS = "培训人数"
    FAIRNESS = "最少乡镇的参训比例"
    FARMING = "最忙的农忙指数"


@dataclass(frozen=True, slots=True, eq=False)
class FrontPoint:
    """Most jobs when the second aim is at least (farming: at most) ``limit``; ``reached`` is what the plan reaches.

    ``limit=None``: the base, without the rule. Without a plan ``value`` is minus infinity; ``impossible``: proved.
    """

    limit: float | None
    value: float
    bound: float
    plan: Plan | None = None
    reached: float | None = None
    impossible: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Front:
    """The points of one aim from the base to the strictest."""

    aim: Aim
    points: tuple[FrontPoint, ...]
    stopped: bool = False


def trace_front(
    aim: Aim, instance: Instance, base: Solved, plan: Plan, input_sha256: str, work: Work, points: int = POINTS
) -> Front:
    """Plan at ``points`` levels of the second aim, each stricter than the one before.

    Raises
    ------
    PlannerError
        The checker does not pass a plan: an error of the program.
    """
    light = replace(work, options=replace(work.options, effort=_WORK * work.options.effort))
    found = [FrontPoint(None, plan.value, plan.bound, plan, measured(aim, instance, plan))]
    before = base
    for limit in _LIMITS[aim](instance, base, plan, points, light):
        if work.stopped():
            break
        if found[-1].impossible:
            found.append(FrontPoint(limit, -math.inf, -math.inf, impossible=True))
            continue
        point, solved = _point(aim, instance, limit, before, input_sha256, light)
        found.append(point)
        before = solved or before
    return Front(aim, tuple(_never_rising(found)), len(found) <= points)


def with_limit(aim: Aim, instance: Instance, limit: float) -> Instance:
    """The county with the second aim as a hard rule."""
    if aim is Aim.FARMING:
        settings = instance.settings
        return replace(instance, settings=replace(
            settings, busy_ban=min(settings.busy_ban, limit), busy_ban_part_time=min(settings.busy_ban_part_time, limit)
        ))
    if aim is Aim.HEADS:
        target = Target(f"{ADDED}-人数", Measure.PERSONS, Sense.AT_LEAST, math.ceil(limit - 1e-9))
        return replace(instance, targets=(*instance.targets, target))
    added = tuple(
        Target(f"{ADDED}-{township}", Measure.PERSONS, Sense.AT_LEAST, math.ceil(limit * people - 1e-9),
               township=township)
        for township, people in sorted(willing_people(instance).items())
    )
    return replace(instance, targets=(*instance.targets, *added))


def measured(aim: Aim, instance: Instance, plan: Plan) -> float:
    """What a plan reaches of the second aim."""
    if aim is Aim.HEADS:
        return float(sum(one.size for one in plan.classes))
    if aim is Aim.FAIRNESS:
        people = willing_people(instance)
        trained = dict.fromkeys(people, 0)
        for one in plan.classes:
            for heads in one.heads:
                trained[heads.township] += heads.persons
        return min((trained[township] / people[township] for township in people), default=1.0)
    return _busiest(instance, plan)


def _busiest(instance: Instance, plan: Plan) -> float:
    """The highest busy index that anybody trained has in a week of their class; courses with a season do not count."""
    busy, names = busy_indices(instance), calendar_names(instance)
    weeks = {monday: w for w, monday in enumerate(mondays(instance))}
    calendar = {township.name: names.index(township.calendar) for township in instance.townships}
    seasonal = {course.name for course in instance.courses if course.season}
    found = [
        float(busy[calendar[heads.township], weeks[one.start_week] : weeks[one.end_week] + 1].max())
        for one in plan.classes if one.course not in seasonal for heads in one.heads
    ]
    return max(found, default=0.0)


def _head_limits(instance: Instance, base: Solved, plan: Plan, points: int, work: Work) -> list[float]:
    """Evenly from the base's people to the most that can be trained."""
    least = sum(one.size for one in plan.classes)
    problem = counting_heads(base.problem)
    most = round(work.solve("培训人数最多的方案", problem, base.start_of(problem)).value)
    return [float(least + round(Fraction((most - least) * step, points))) for step in range(1, points + 1)]


def _fairness_limits(instance: Instance, base: Solved, plan: Plan, points: int, work: Work) -> list[float]:
    """Evenly from the base's worst-served township to the share that the base trains overall."""
    people = sum(willing_people(instance).values())
    least = measured(Aim.FAIRNESS, instance, plan)
    most = sum(one.size for one in plan.classes) / people if people else least
    return [least + (most - least) * step / points for step in range(1, points + 1)]


def _farming_limits(instance: Instance, base: Solved, plan: Plan, points: int, work: Work) -> list[float]:
    """Evenly from the base's busiest week to an eighth of it: a class must lie below the limit."""
    most = measured(Aim.FARMING, instance, plan)
    return [most * (points - step) / points for step in range(points)] if most > 0 else []


_LIMITS: dict[Aim, Callable[[Instance, Solved, Plan, int, Work], Sequence[float]]] = {
    Aim.HEADS: _head_limits, Aim.FAIRNESS: _fairness_limits, Aim.FARMING: _farming_limits,
}  # fmt: skip


def _point(
    aim: Aim, instance: Instance, limit: float, before: Solved, input_sha256: str, work: Work
) -> tuple[FrontPoint, Solved | None]:
    problem: Problem = build_problem(with_limit(aim, instance, limit))
    try:
        solution = work.solve(f"权衡（{aim.value}）：{limit:.4g}", problem, before.start_of(problem))
    except Infeasible:
        return FrontPoint(limit, -math.inf, -math.inf, impossible=True), None
    except NoPlanFound:
        return FrontPoint(limit, -math.inf, math.inf), None
    plan = checked_plan(problem, solution, input_sha256, work.options.seed)
    point = FrontPoint(limit, plan.value, plan.bound, plan, measured(aim, instance, plan))
    return point, Solved(problem, solution)


def _never_rising(points: Sequence[FrontPoint]) -> list[FrontPoint]:
    """Values and bounds that never rise with strictness: plans go to looser points, bounds to stricter ones."""
    raised: list[FrontPoint] = []
    for point in reversed(points):
        stricter = raised[-1] if raised else point
        if stricter.plan is not None and stricter.value > point.value:
            point = replace(point, value=stricter.value, plan=stricter.plan, reached=stricter.reached)
        raised.append(point)
    lowered: list[FrontPoint] = []
    bound = math.inf
    for point in reversed(raised):
        if not point.impossible:
            bound = max(point.value, min(bound, point.bound))
            plan = None if point.plan is None else with_bound(point.plan, bound)
            point = replace(point, bound=bound, plan=plan)
        lowered.append(point)
    return lowered
