"""Closing the gap of small instances: options that no better plan can use are dropped, the rest is solved exactly.

At any prices, opening one class of option j costs the bound at least its *loss*,

    loss_j = -max { sum_k x_k (r_kj - alpha_k - beta_kc) + price_j :
                    min_size <= sum_k x_k <= max_size, 0 <= x_k <= demand_kc }

with alpha, beta the prices of people and wishes that prove the pattern bound (reduced-cost fixing, Nemhauser & Wolsey
1988, section II.5.2). If bound - loss_j is below a known plan's value, no better plan opens j. Whatever remains is
solved as the model of shared heads; its proved bound, or the plan's value if that is higher, bounds the whole problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from planner.engine.patterns import PatternBound, PatternPrices, best_profit
from planner.model import solver
from planner.model.options import ClassHeads, Slot
from planner.model.problem import Problem
from planner.model.shared import build_shared


@dataclass(frozen=True, slots=True)
class Closed:
    """The best classes over the options kept and a proved upper bound for the whole problem, in expected jobs.

    ``infeasible`` says that no plan over the options kept meets the hard requirements.
    """

    classes: list[ClassHeads]
    bound: float
    infeasible: bool


def promising_slots(
    patterns: PatternBound, prices: PatternPrices, slots: Iterable[Slot], value: float
) -> list[Slot]:
    """Options that a plan better than ``value`` might use."""
    course = patterns.problem.offering_course
    return [
        slot for slot in slots
        if prices.without(int(course[slot.offering])) + best_profit(patterns, prices.wish, slot) >= value
    ]


def close_gap(
    problem: Problem,
    slots: list[Slot],
    classes: list[ClassHeads],
    value: float,
    backend: str,
    time_limit: float | None,
    stop: Callable[[], bool],
    gap: float,
    node_limit: int,
) -> Closed:
    """Solve the model of shared heads over the options kept, starting from a known plan."""
    used = {slot for slot, _ in classes}
    shared = build_shared(problem, sorted(set(slots) | used), strong=True)
    shared.start_from(classes)
    solved = solver.solve(
        shared.model, backend, time_limit, gap, warm_start=bool(classes), stop=stop, node_limit=node_limit,
        restarts=False,  # what is left has been fixed already; a restart only throws the tree away (docs/engine.md)
    )
    found = solved.outcome in (solver.Outcome.OPTIMAL, solver.Outcome.FEASIBLE)
    return Closed(
        shared.chosen_classes() if found else classes,
        max(value, solved.bound),
        solved.outcome is solver.Outcome.INFEASIBLE,
    )
