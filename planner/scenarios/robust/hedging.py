"""The plan that stands the worst of the named shocks best, and what this costs.

*Chosen* is, among candidates, the plan whose worst shock leaves most. *Proved* is a bound: for any weights w of the
shocks, min_s V_s(x) <= sum_s w_s V_s(x), and the right side is bounded for all plans at once by the county in the
mean of the shocks (:mod:`.mixture`). The weights begin at the base's worst shock and are averaged with the worst shock
of each plan found (fictitious play; Brown 1951); each plan found is a candidate.

A mean knows no spreading of risk: where two providers are alike it gives all classes to the better one. So while the
best plan's worst shock is the loss of a provider, every provider is limited to fewer people - two thirds of the largest
one's, then an equal share of all, then the geometric mean of both - and the mean is solved again. These plans are
candidates, too; their bounds hold only under the limit and are not used.
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
    plans = [_under(base, base.candidate, shocks)]
    plans += [_under(base, one, shocks) for one in others if not work.stopped()]
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
    limits = _limits(base.problem, plans[_most_solid(plans)])
    for number, limit in enumerate(limits, 1):
        if work.stopped() or not _loses_provider(plans[_most_solid(plans)], shocks):
            break
        aim = mean_of_shocks(_with_limit(base.problem, limit), problems, weights)
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


def _loses_provider(plan: ShockedPlan, shocks: Sequence[Shock]) -> bool:
    """Whether the plan's worst shock is the loss of a provider."""
    worst = next(shock for shock in shocks if shock.name == plan.worst.shock)
    return any(change.kind == "provider-lost" for change in worst.scenario.changes)


def _limits(problem: Problem, plan: ShockedPlan) -> list[int]:
    """People that every provider is limited to, one after another."""
    heads = heads_of_providers(problem, plan.candidate.classes)
    if not heads:
        return []
    most = max(heads.values())
    first = math.floor(_KEPT_SHARE * most)
    equal = math.ceil(heads.total() / sum(provider.teams > 0 for provider in problem.instance.providers))
    return [limit for limit in dict.fromkeys((first, equal, math.isqrt(first * equal))) if 0 < limit < most]


def _with_limit(problem: Problem, limit: int) -> Problem:
    """The county with people of every provider limited, as hard targets."""
    added = tuple(
        Target(f"{_LIMIT}-{provider.name}", Measure.PERSONS, Sense.AT_MOST, limit, provider=provider.name)
        for provider in problem.instance.providers
    )
    return build_problem(replace(problem.instance, targets=(*problem.instance.targets, *added)))


def _under(base: Base, candidate: Candidate, shocks: Sequence[Shock]) -> ShockedPlan:
    return ShockedPlan(candidate, tuple(endured(base.problem, candidate.classes, shock) for shock in shocks))


def _worst_weights(plan: ShockedPlan, shocks: Sequence[Shock]) -> np.ndarray:
    weights = np.zeros(len(shocks))
    weights[plan.endured.index(plan.worst)] = 1.0
    return weights
