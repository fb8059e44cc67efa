"""More money on top of a plan that is approved already: its classes stay, what is added is chosen best.

A class that stays is demanded as a lock would demand it: same course, provider, venue, form and start week; who sits
in it and how many (within the class sizes) may change, because a free seat is the cheapest thing that money buys.
This is the contract's own problem with more rows, so the engine proves a bound for it as for any other, and the free
optimum's bound holds too.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from planner.domain.budget import with_total_budget
from planner.domain.instance import Form, Instance, Lock, LockKind
from planner.domain.plan import Plan, PlannedClass
from planner.errors import Infeasible, NoPlanFound
from planner.model.problem import build_problem
from planner.scenarios.solving import Solved, Work, checked_plan, with_bound

ClassKey = tuple[str, str, str, Form, date]
"""Course, provider, venue, form and start week."""

KEPT = "已批准班次"
"""Note of the locks that keep approved classes."""

_WORK = 0.3
"""Work of one solve with kept classes, in parts of the base's."""


@dataclass(frozen=True, slots=True, eq=False)
class Addition:
    """What ``added_cents`` more buy: with the approved classes kept, and freely.

    Plans are ``None`` where none was found. ``approved_value`` is that of the approved plan. ``shrunk`` counts kept
    classes with fewer heads than approved, ``fewer`` those heads.
    """

    added_cents: int
    kept: Plan | None
    free: Plan | None
    approved_value: float
    new_classes: int = 0
    shrunk: int = 0
    fewer: int = 0
    failure: str = ""

    @property
    def price(self) -> tuple[float, float] | None:
        """Jobs that keeping the classes costs: proved to lie between these two."""
        if self.kept is None or self.free is None:
            return None
        return max(0.0, self.free.value - self.kept.bound), self.free.bound - self.kept.value


def with_classes_kept(instance: Instance, classes: Sequence[PlannedClass]) -> Instance:
    """The county with every class demanded; demanded classes of the county's own that these meet count as met."""
    number = Counter((c.course, c.provider, c.venue, c.form, c.start_week) for c in classes)
    locks = tuple(
        Lock(course, LockKind.REQUIRED, provider, venue, form, week, None, times, KEPT)
        for (course, provider, venue, form, week), times in sorted(number.items())
    )
    return replace(instance, locks=(*instance.locks, *locks))


def add_money(
    instance: Instance, approved: Solved, plan: Plan, added_cents: int, input_sha256: str, work: Work
) -> Addition:
    """Plan with ``added_cents`` more (all funds in proportion), keeping the approved classes, and freely.

    Raises
    ------
    PlannerError
        The checker does not pass a plan: an error of the program.
    """
    total = sum(fund.amount_cents for fund in instance.funds) + added_cents
    richer = with_total_budget(instance, total)
    words, light = f"追加 {added_cents / 1_000_000:g} 万元", _lighter(work)
    free = _planned(richer, approved, input_sha256, light, f"{words}，自由安排")
    kept = _planned(with_classes_kept(richer, plan.classes), approved, input_sha256, light, f"{words}，保留已批准班次")
    if kept is None:
        return Addition(added_cents, None, free, plan.value, failure="没有找到保留全部已批准班次的方案")
    bound = math.inf if free is None else free.bound
    if free is None or free.value < kept.value:  # what keeps the classes is a free plan too
        free = with_bound(kept, bound)
    shrunk = _shrunk(plan, kept)
    new_classes = len(kept.classes) - len(plan.classes)
    kept = with_bound(kept, min(kept.bound, bound))
    return Addition(added_cents, kept, free, plan.value, new_classes, len(shrunk), sum(shrunk))


def _lighter(work: Work) -> Work:
    return replace(work, options=replace(work.options, effort=_WORK * work.options.effort))


def _planned(instance: Instance, approved: Solved, input_sha256: str, work: Work, name: str) -> Plan | None:
    problem = build_problem(instance)
    try:
        solution = work.solve(name, problem, approved.start_of(problem))
    except (Infeasible, NoPlanFound):
        return None
    return checked_plan(problem, solution, input_sha256, work.options.seed)


def _shrunk(approved: Plan, plan: Plan) -> list[int]:
    """Heads lost by each approved class that is smaller in the plan; classes alike are compared by size."""
    before, after = _sizes(approved), _sizes(plan)
    return [
        old - new
        for key, sizes in sorted(before.items())
        for old, new in zip(sizes, after[key], strict=False)
        if new < old
    ]


def _sizes(plan: Plan) -> dict[ClassKey, list[int]]:
    """Sizes of the classes that are alike, largest first."""
    sizes: defaultdict[ClassKey, list[int]] = defaultdict(list)
    for one in plan.classes:
        sizes[one.course, one.provider, one.venue, one.form, one.start_week].append(one.size)
    return {key: sorted(values, reverse=True) for key, values in sizes.items()}
