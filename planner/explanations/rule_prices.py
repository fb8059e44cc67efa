"""What each rule costs: the plan of the instance without it, found and bounded again from the plan as it stands.

With the plan worth between ``value`` and ``bound`` at best, and the lifted one between ``value'`` and ``bound'``, the
rule's price - the difference of the two optima - lies between ``value' - bound`` and ``bound' - value``. Where the
bands overlap (``value' <= bound``) no price can be measured. The plan as it stands is a plan of the lifted instance,
so ``value'`` is never below ``value``: a rule that is lifted never costs jobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.engine.bundle import prove_bound
from planner.engine.jobs import locks_hold, penalties, plan_value
from planner.engine.money import plan_is_payable
from planner.engine.patterns import PatternBound
from planner.engine.prices import Relaxation
from planner.engine.rows import Prices
from planner.engine.search import ClassSearch, Schedule
from planner.engine.solve import Options, Start, solve_problem
from planner.explanations.parallel import in_order
from planner.explanations.planned import Explained, Stopped, never
from planner.explanations.rules import Family, Rule, liftable_rules, soft_target_rule
from planner.model.options import ClassHeads, count_options
from planner.model.problem import Problem, build_problem

_EVALUATIONS = 60
_ITERATIONS_A_CLASS, _LEAST_CLASSES = 40, 20
_TOLERANCE = 1e-6
MOST_SOFT = 8
"""Soft targets that are priced one by one; the others are priced in all soft targets together only."""


@dataclass(frozen=True, slots=True)
class RulePrice:
    """Price of one rule in expected jobs net of penalties: ``low`` to ``high``, both proved.

    ``value`` and ``bound`` are those of the lifted instance; ``gained`` is the gain found over the plan's value.
    """

    family: Family
    name: str
    value: float
    bound: float
    gained: float
    low: float
    high: float

    @property
    def measurable(self) -> bool:
        """Whether the bands do not overlap: lifting the rule certainly gains something."""
        return self.low > _TOLERANCE


def price_rules(
    plan: Explained, prices: Prices | None, options: Options, stopped: Stopped = never
) -> tuple[RulePrice, ...] | None:
    """The price of every rule, in the order of :func:`priced_rules`; None after a stop."""
    rules = priced_rules(plan, prices)
    exact = count_options(plan.problem)[1] <= options.exact_heads

    def lifted(i: int) -> tuple[float, float]:
        problem = build_problem(rules[i].lifted)
        if exact:
            found = solve_problem(problem, replace(options, gap=0.0), stopped=stopped, start=Start(plan.classes))
            return max(found.value, plan_value(problem, plan.classes)), found.bound
        return _search_and_bound(problem, plan, prices, options, stopped)

    found = in_order(range(len(rules)), lifted, 1 if exact else options.threads, stopped)
    if found is None:
        return None
    bands = _nested(rules, found)
    return tuple(_price(plan, rule, *band) for rule, band in zip(rules, bands, strict=True))


def priced_rules(plan: Explained, prices: Prices | None) -> tuple[Rule, ...]:
    """Every rule that can be lifted, then the soft targets that bind, one by one, those that weigh most first.

    A soft target binds that the plan misses, meets exactly, or whose row has a price. What missing it costs now weighs
    first, then its price times what it asks.
    """
    problem, instance = plan.problem, plan.problem.instance
    reached, short = penalties(problem, plan.classes)
    soft = np.isfinite(problem.target_penalty)
    charged = np.zeros(len(soft)) if prices is None else np.asarray(prices.target)
    binds = soft & ((short > 0) | (reached == problem.target_value) | (charged > _TOLERANCE))
    missed = np.where(soft, problem.target_penalty, 0.0) * short
    ranked = sorted(np.flatnonzero(binds), key=lambda n: (-missed[n], -charged[n] * problem.target_value[n], n))
    return (*liftable_rules(instance), *(soft_target_rule(instance, int(n)) for n in ranked[:MOST_SOFT]))


def _price(plan: Explained, rule: Rule, value: float, bound: float) -> RulePrice:
    low, high = max(0.0, value - plan.bound), max(0.0, bound - plan.value)
    return RulePrice(rule.family, rule.name, value, bound, value - plan.value, min(low, high), high)


def _nested(rules: Sequence[Rule], found: dict[int, tuple[float, float]]) -> list[tuple[float, float]]:
    """Value and bound of each lifted instance; a wider rule's plan is worth no less, its bound is no lower."""
    wide = {rule.name: i for i, rule in enumerate(rules)}
    bands = [found[i] for i in range(len(rules))]
    for i, rule in enumerate(rules):
        if rule.within:
            j = wide[rule.within]
            bands[j] = max(bands[j][0], bands[i][0]), bands[j][1]
            bands[i] = bands[i][0], min(bands[i][1], bands[j][1])
    return bands


def _search_and_bound(
    problem: Problem, plan: Explained, prices: Prices | None, options: Options, stopped: Stopped
) -> tuple[float, float]:
    """A better plan from the plan as it stands, and a bound from its prices."""
    relaxation = Relaxation(problem)
    start = relaxation.first_prices() if prices is None else _idle_rows_free(problem, prices).vector()
    proof = prove_bound(
        relaxation, max(1, round(_EVALUATIONS * options.effort)), np.minimum(start, relaxation.upper),
        lambda _bound: stopped(),
    )
    bound = proof.value
    if not stopped():
        bound = min(bound, PatternBound(relaxation, proof.prices).lower(stopped).whole_bound)
    search = ClassSearch(problem, relaxation, [options.seed])
    search.guide(proof.prices)
    search.load(0, plan.classes)
    work = max(_LEAST_CLASSES, len(plan.classes)) * _ITERATIONS_A_CLASS
    search.run(Schedule(max(1, round(work * options.effort)), 0.2, 0.03), 1, lambda _value: not stopped())
    value = plan_value(problem, plan.classes)
    for _, classes in search.best_plans():
        if _keeps_rules(problem, classes):
            value = max(value, plan_value(problem, classes))
    return value, max(bound, value)


def _idle_rows_free(problem: Problem, prices: Prices) -> Prices:
    """The prices with nought for rows that ask nothing any more: an idle limit must not be charged for."""
    heads = int(problem.capacity.sum())
    idle = np.where(problem.target_at_least, problem.target_value <= 0, problem.target_value >= heads)
    return replace(
        prices,
        target=np.where(idle, 0.0, prices.target),
        lock=np.where(problem.required_number > 0, prices.lock, 0.0),
    )


def _keeps_rules(problem: Problem, classes: Sequence[ClassHeads]) -> bool:
    value = plan_value(problem, classes)
    return bool(np.isfinite(value)) and locks_hold(problem, classes) and plan_is_payable(problem, classes)
