"""The cautious plan: of several plans the one whose bad years are best, and what this costs.

*Chosen* is, among candidates, the plan with the highest quantile of the drawn values - the base unless another plan
beats it in a second set of draws, too, which played no part in the choice. No proof is claimed for the quantile: it is
not concave, and other plans may have a higher one. Conditions are drawn (alike for all plans), chance on persons is
left out: it would only blur the comparison.

*Proved* is a bound on the mean of the worst draws (conditional value at risk; Rockafellar & Uryasev 2000), which is
concave: for any weights w of at most 1 / k on each draw, k the number of the worst draws,

    mean of the k worst V_i(x) = min over such w of sum_i w_i V_i(x) <= sum_i w_i V_i(x),

and the right side is bounded for all plans at once by the county in the mean of the weighted years
(:mod:`.mixture`). The weights begin at the worst draws of the base and are averaged with those of each plan found (as
fictitious play does; Brown 1951), and each plan found is a candidate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.conversion.caution import with_caution
from planner.model.problem import build_problem
from planner.scenarios.robust.candidates import Base, Candidate, solved_for
from planner.scenarios.robust.draws import Conditions, LaidPlan
from planner.scenarios.robust.mixture import mean_of_years
from planner.scenarios.robust.uncertainty import CONDITIONS
from planner.scenarios.robust.valuation import Spread, tail_mean, worst_draws
from planner.scenarios.solving import Work

ROUNDS = 3
"""Solves for the mean of the worst draws, at most."""
_FRESH = 1_000_003
"""Added to the seed for the draws that confirm a choice."""
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class CautiousPlan:
    """A candidate with its figures (expected jobs): spread, quantile and mean of the worst draws; ``fresh`` is the
    quantile in the second set of draws.
    """

    candidate: Candidate
    spread: Spread
    quantile: float
    tail: float
    fresh: float


@dataclass(frozen=True, slots=True, eq=False)
class CautiousStudy:
    """Candidates, the base's plan first; which is chosen; the bound of the worst draws' mean; the price (jobs)."""

    level: float
    plans: tuple[CautiousPlan, ...]
    chosen: int
    tail_bound: float
    price: tuple[float, float]
    stopped: bool = False

    @property
    def best(self) -> CautiousPlan:
        """The chosen plan."""
        return self.plans[self.chosen]


def plan_cautiously(
    base: Base, conditions: Conditions, level: float, work: Work, others: Sequence[Candidate] = ()
) -> CautiousStudy:
    """Look for the plan with the highest ``level`` quantile (0 < level <= 0.5), among ``others`` too.

    Raises
    ------
    PlannerError
        The checker does not pass a plan: an error of the program.
    """
    candidates = [base.candidate, *others]
    bound = math.inf
    weights = _tail_weights(base.candidate, conditions, level)
    tried = _same_weights(weights)
    for number in range(1, ROUNDS + 1):
        if work.stopped():
            break
        name = f"谨慎方案：第 {number} 次"
        solution = solved_for(name, mean_of_years(base.problem, conditions, weights), base, work)
        if solution is None:
            break
        bound = min(bound, solution.bound)
        candidates.append(base.candidate_of(f"按最差年景的平均安排（{number}）", solution.classes, work.options.seed))
        weights = (number * weights + _tail_weights(candidates[-1], conditions, level)) / (number + 1)
        if _same_weights(weights) == tried:
            break
        tried = _same_weights(weights)
    if not work.stopped():
        candidates += _by_rates(base, level, work)
    plans = _compared(base, _distinct(candidates), conditions, level)
    confirmed = [i for i, one in enumerate(plans) if not i or one.fresh > plans[0].fresh + _TOLERANCE]
    chosen = max(confirmed, key=lambda i: (round(plans[i].quantile, 6), -i))
    return CautiousStudy(level, plans, chosen, bound, base.price_of(plans[chosen].candidate), work.stopped())


def _by_rates(base: Base, level: float, work: Work) -> list[Candidate]:
    """The plan of ``solve --caution``: rates that are not given at the quantile."""
    aim = build_problem(with_caution(base.problem.instance, level))
    if np.allclose(aim.rate, base.problem.rate):
        return []
    solution = solved_for("谨慎方案：谨慎就业率", aim, base, work)
    if solution is None:
        return []
    return [base.candidate_of("按谨慎就业率安排", solution.classes, work.options.seed)]


def _tail_weights(candidate: Candidate, conditions: Conditions, level: float) -> np.ndarray:
    figures = LaidPlan(conditions.problem, candidate.classes).drawn(conditions, CONDITIONS).value
    weights = np.zeros(len(figures))
    worst = worst_draws(figures, level)
    weights[worst] = 1.0 / len(worst)
    return weights


def _same_weights(weights: np.ndarray) -> bytes:
    rounded: bytes = np.round(weights, 12).tobytes()
    return rounded


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Each set of classes once, the first that has it."""
    kept: dict[object, Candidate] = {}
    for one in candidates:
        kept.setdefault(one.plan.classes, one)
    return list(kept.values())


def _compared(
    base: Base, candidates: Sequence[Candidate], conditions: Conditions, level: float
) -> tuple[CautiousPlan, ...]:
    fresh = Conditions(base.problem, replace(conditions.given, seed=conditions.given.seed + _FRESH))
    plans = []
    for one in candidates:
        laid = LaidPlan(base.problem, one.classes)
        figures, again = (laid.drawn(years, CONDITIONS).value for years in (conditions, fresh))
        plans.append(CautiousPlan(
            one, Spread.of(figures), quantile_of(figures, level), tail_mean(figures, level), quantile_of(again, level)
        ))
    return tuple(plans)


def quantile_of(figures: np.ndarray, level: float) -> float:
    """The quantile of drawn figures, between neighbours in proportion."""
    return float(np.percentile(figures, 100 * level))
