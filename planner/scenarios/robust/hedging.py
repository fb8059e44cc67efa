"""The plan that stands the worst of the named shocks best, and what this costs.

*Chosen* is, among candidates, the plan whose worst shock leaves most. *Proved* is a bound: for any weights w of the
shocks, min_s V_s(x) <= sum_s w_s V_s(x), and the right side is bounded for all plans at once by the county in the
mean of the shocks (:mod:`.mixture`). The weights begin at the base's worst shock and are averaged with the worst shock
of each plan found (fictitious play; Brown 1951); each plan found is a candidate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.scenarios.robust.candidates import Base, Candidate, solved_for
from planner.scenarios.robust.mixture import mean_of_shocks
from planner.scenarios.robust.shocks import Endured, Shock, endured
from planner.scenarios.solving import Work

ROUNDS = 4
"""Solves for the mean of the shocks, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class ShockedPlan:
    """A candidate under every shock, in the order of the shocks."""

    candidate: Candidate
    endured: tuple[Endured, ...]

    @property
    def worst(self) -> Endured:
        """The shock that leaves least, the first of equals."""
        return min(self.endured, key=lambda one: one.value)


@dataclass(frozen=True, slots=True, eq=False)
class ShockStudy:
    """Shocks and candidates, the base's plan first; which is chosen; bound of any plan's worst shock; price (jobs)."""

    shocks: tuple[Shock, ...]
    plans: tuple[ShockedPlan, ...]
    chosen: int
    bound: float
    price: tuple[float, float]
    stopped: bool = False

    @property
    def best(self) -> ShockedPlan:
        """The chosen plan."""
        return self.plans[self.chosen]


def plan_against_shocks(
    base: Base, shocks: Sequence[Shock], work: Work, others: Sequence[Candidate] = ()
) -> ShockStudy:
    """Look for the plan whose worst shock leaves most, among ``others`` too.

    Raises
    ------
    PlannerError
        The checker does not pass a plan: an error of the program.
    """
    problems = [shock.problem for shock in shocks]
    plans = [_under(base, one, shocks) for one in (base.candidate, *others)]
    bound = math.inf
    weights = _worst_weights(plans[0], shocks)
    for number in range(1, ROUNDS + 1):
        if work.stopped():
            break
        aim = mean_of_shocks(base.problem, problems, weights)
        solution = solved_for(f"稳妥方案：第 {number} 次", aim, base, work)
        if solution is None:
            break
        bound = min(bound, solution.bound)
        found = base.candidate_of(f"按各种冲击的平均安排（{number}）", solution.classes, work.options.seed)
        plans.append(_under(base, found, shocks))
        if bound <= max(plan.worst.value for plan in plans) + 1e-6:
            break
        weights = (number * weights + _worst_weights(plans[-1], shocks)) / (number + 1)
    chosen = max(range(len(plans)), key=lambda i: (round(plans[i].worst.value, 6), -i))
    worst = plans[chosen].worst.value
    return ShockStudy(tuple(shocks), tuple(plans), chosen, max(bound, worst), base.price_of(plans[chosen].candidate),
                      work.stopped())


def _under(base: Base, candidate: Candidate, shocks: Sequence[Shock]) -> ShockedPlan:
    return ShockedPlan(candidate, tuple(endured(base.problem, candidate.classes, shock) for shock in shocks))


def _worst_weights(plan: ShockedPlan, shocks: Sequence[Shock]) -> np.ndarray:
    weights = np.zeros(len(shocks))
    weights[plan.endured.index(plan.worst)] = 1.0
    return weights
