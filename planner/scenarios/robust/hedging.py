"""The plan that stands the worst of the named shocks best, and what this costs.

*Chosen* is, among candidates, the plan whose worst shock leaves most. *Proved* is a bound: for any weights w of the
shocks, min_s V_s(x) <= sum_s w_s V_s(x), and the right side is bounded for all plans at once by the county in the
mean of the shocks (:mod:`.mixture`). The weights begin at the base's worst shock and are averaged with the worst shock
of each plan found (fictitious play; Brown 1951); each plan found is a candidate.

A mean knows no spreading of risk: where two providers are alike it gives all classes to the better one. So while the
best plan's worst shock is the loss of a provider, every provider is limited to two thirds of the largest one's people
and the mean is solved again. These plans are candidates, too; their bounds hold only under the limit and are not used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.instance import Measure, Sense, Target
from planner.model.problem import Problem, build_problem
from planner.scenarios.robust.candidates import Base, Candidate, solved_for
from planner.scenarios.robust.mixture import mean_of_shocks
from planner.scenarios.robust.shocks import Endured, Shock, endured, heads_of_providers
from planner.scenarios.solving import Work

ROUNDS = 4
"""Solves for the mean of the shocks, at most."""
SPREADS = 3
"""Solves with limits on providers, at most."""
_KEPT_SHARE = 2 / 3
_LIMIT = "稳妥"
"""Beginning of the ids of the targets that limit providers."""


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
    for number in range(1, SPREADS + 1):
        limited = _with_limits(base.problem, plans[_most_solid(plans)], shocks)
        if limited is None or work.stopped():
            break
        aim = mean_of_shocks(limited, problems, weights)
        solution = solved_for(f"稳妥方案：分散机构，第 {number} 次", aim, base, work, with_bound=False)
        if solution is None:
            break
        found = base.candidate_of(f"分散到各机构（{number}）", solution.classes, work.options.seed)
        plans.append(_under(base, found, shocks))
    chosen = _most_solid(plans)
    price = base.price_of(plans[chosen].candidate)
    return ShockStudy(tuple(shocks), tuple(plans), chosen, bound, price, work.stopped())


def _most_solid(plans: Sequence[ShockedPlan]) -> int:
    """The plan whose worst shock leaves most, the first of equals."""
    return max(range(len(plans)), key=lambda i: (round(plans[i].worst.value, 6), -i))


def _with_limits(problem: Problem, plan: ShockedPlan, shocks: Sequence[Shock]) -> Problem | None:
    """The county with people of every provider limited; ``None`` unless the plan's worst shock loses a provider."""
    worst = next(shock for shock in shocks if shock.name == plan.worst.shock)
    heads = heads_of_providers(problem, plan.candidate.classes)
    lost = [change.subject for change in worst.scenario.changes if change.kind == "provider-lost"]
    most = max((heads[name] for name in lost if name is not None), default=0)
    if not most:
        return None
    added = tuple(
        Target(f"{_LIMIT}-{provider.name}", Measure.PERSONS, Sense.AT_MOST, int(_KEPT_SHARE * most),
               provider=provider.name)
        for provider in problem.instance.providers
    )
    return build_problem(replace(problem.instance, targets=(*problem.instance.targets, *added)))


def _under(base: Base, candidate: Candidate, shocks: Sequence[Shock]) -> ShockedPlan:
    return ShockedPlan(candidate, tuple(endured(base.problem, candidate.classes, shock) for shock in shocks))


def _worst_weights(plan: ShockedPlan, shocks: Sequence[Shock]) -> np.ndarray:
    weights = np.zeros(len(shocks))
    weights[plan.endured.index(plan.worst)] = 1.0
    return weights
