"""Who pays: Hall's condition for the search, and exact payments for the plan.

Costs of a category may be paid by its funds and no others. A plan can be paid in full if and only if, for every
set of funds, the costs that only these funds may pay fit into their amounts (Hall 1935; Gale 1957). Only unions of
categories' fund sets need checking. Payments follow from a min-cost flow in whole cents that spends earmarked
money first.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.engine.unions import all_unions
from planner.model.options import ClassHeads, Slot, end_week
from planner.model.problem import Problem


def fund_sets(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Fund sets to check: which categories only they may pay (Z, Q), and their amounts in cents (Z,).

    With more unions than can be checked, each category keeps its own set only and the union of all is added; the
    search may then keep a plan that the exact payment check refuses, never the other way round.
    """
    sets = all_unions(problem.category_funds)
    inside = ~(problem.category_funds[None, :, :] & ~sets[:, None, :]).any(axis=2)  # Z, Q
    return inside, sets.astype(np.int64) @ problem.fund_cents


def pay_categories(problem: Problem, spent_cents: np.ndarray) -> np.ndarray | None:
    """Split each category's cost over its funds in whole cents; shape (Q, F), or None when money does not suffice.

    Funds that may pay for fewer categories pay first, so that flexible money is what is left over.
    """
    from ortools.graph.python import min_cost_flow

    categories, funds = problem.category_funds.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    flexibility = problem.category_funds.sum(axis=0)
    arcs = {}
    for q, f in np.argwhere(problem.category_funds):
        if spent_cents[q]:
            cost = int(flexibility[f])
            arcs[int(q), int(f)] = flow.add_arc_with_capacity_and_unit_cost(
                int(q), categories + int(f), int(spent_cents[q]), cost
            )
    sink = categories + funds
    for f in range(funds):
        flow.add_arc_with_capacity_and_unit_cost(categories + f, sink, int(problem.fund_cents[f]), 0)
    for q in np.flatnonzero(spent_cents):
        flow.set_node_supply(int(q), int(spent_cents[q]))
    flow.set_node_supply(sink, -int(spent_cents.sum()))
    if flow.solve() != flow.OPTIMAL:
        return None
    paid = np.zeros((categories, funds), dtype=np.int64)
    for (q, f), arc in arcs.items():
        paid[q, f] = flow.flow(arc)
    return paid


def class_costs(problem: Problem, slot: Slot, heads: dict[int, int]) -> dict[tuple[int, int, int], int]:
    """Costs of one class in cents by (kind, group, category); kind 3 is 办班费, its group -1."""
    course = problem.offering_course[slot.offering]
    place = problem.training_type[course], problem.venue_county[slot.venue], end_week(problem, slot)
    costs: dict[tuple[int, int, int], int] = {}
    for k in sorted(heads):
        group = int(problem.cohort_group[k])
        for kind in range(3):
            cents = int(problem.head_cents[course, group, kind]) * heads[k]
            if cents:
                key = kind, group, int(problem.head_category[(kind, group, *place)])
                costs[key] = costs.get(key, 0) + cents
    fixed = int(problem.class_cents[course] + problem.outreach_cents[slot.provider, slot.venue])
    if fixed:
        costs[3, -1, int(problem.class_category[place])] = fixed
    return costs


def category_costs(problem: Problem, classes: Iterable[ClassHeads]) -> np.ndarray:
    """Total cost of each category in cents; shape (Q,)."""
    spent = np.zeros(len(problem.category_funds), dtype=np.int64)
    for slot, heads in classes:
        for (_, _, category), cents in class_costs(problem, slot, heads).items():
            spent[category] += cents
    return spent


def plan_is_payable(problem: Problem, classes: Iterable[ClassHeads]) -> bool:
    """Whether the funds can pay every cost of the plan in full."""
    return pay_categories(problem, category_costs(problem, classes)) is not None
