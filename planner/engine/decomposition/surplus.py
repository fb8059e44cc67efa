"""What the counties' plans leave over goes to those that have run short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.engine.decomposition.regions import Region
from planner.engine.decomposition.shares import Share, payable_regions, people_weights, split_whole, target_reach
from planner.engine.jobs import penalties, place_jobs
from planner.engine.money import category_costs, pay_categories
from planner.model.options import ClassHeads, matches
from planner.model.problem import Problem

_SPENT = 0.995
"""Part of its share from which on a county counts as short of money."""


def share_again(
    problem: Problem, regions: Sequence[Region], shares: Sequence[Share], plans: Sequence[Sequence[ClassHeads]]
) -> list[Share]:
    """New shares: each county keeps what its plan uses, and what is left goes to the counties that are short.

    Teams stay as they are. Targets and locks are split by what each county's plan reaches.
    """
    funds = _money(problem, regions, shares, plans)
    vacancies = _vacancies(problem, regions, plans)
    targets = _targets(problem, regions, plans)
    locks = _locks(problem, shares, plans)
    return [
        replace(share, fund_cents=funds[r], vacancies=vacancies[r], targets=targets[r], locks=locks[r])
        for r, share in enumerate(shares)
    ]


def paid_by_county(problem: Problem, plans: Sequence[Sequence[ClassHeads]]) -> np.ndarray | None:
    """Cents that each fund pays for each county's plan, shape (R, F); None when the plans cannot be paid together."""
    spent = np.array([category_costs(problem, plan) for plan in plans])  # R, Q
    paid = pay_categories(problem, spent.sum(axis=0))
    if paid is None:
        return None
    county = np.zeros((len(plans), paid.shape[1]), dtype=np.int64)
    for q in range(len(paid)):
        for r in range(len(plans)):
            due = int(spent[r, q])
            for f in np.flatnonzero(paid[q]):
                part = min(due, int(paid[q, f]))
                county[r, f] += part
                paid[q, f] -= part
                due -= part
    return county


def _money(
    problem: Problem, regions: Sequence[Region], shares: Sequence[Share], plans: Sequence[Sequence[ClassHeads]]
) -> np.ndarray:
    paid = paid_by_county(problem, plans)
    before = np.array([share.fund_cents for share in shares])
    if paid is None:
        return before
    payable = payable_regions(problem, regions)
    people = people_weights(problem, regions)
    total, had = paid.sum(axis=1), before.sum(axis=1)
    short = np.where(total >= _SPENT * had, 1.0, 0.02)
    after = paid.copy()
    for f, amount in enumerate(problem.fund_cents):
        left = int(amount) - int(paid[:, f].sum())
        weights = (before[:, f] + 1e-9 * people) * short * payable[f]
        if not weights.any():
            weights = people * payable[f] if payable[f].any() else people
        after[:, f] += split_whole(left, weights)
    return after


def _vacancies(
    problem: Problem, regions: Sequence[Region], plans: Sequence[Sequence[ClassHeads]]
) -> np.ndarray:
    """Vacancies by county and pool: those its plan fills beside the others' plans, and its part of those left over."""
    pools = problem.instance.pools or ()
    filled = np.zeros((len(plans), len(pools)))
    alone = [place_jobs(problem, plan).expected for plan in plans]
    together = place_jobs(problem, [item for plan in plans for item in plan])
    for (outcome, d), placed in together.placed.items():
        for r, expected in enumerate(alone):
            filled[r, d] += placed * expected.get(outcome, 0.0) / together.expected[outcome]
    people = people_weights(problem, regions)
    after = np.zeros(filled.shape, dtype=np.int64)
    for d, pool in enumerate(pools):
        left = max(0.0, pool.vacancies - float(filled[:, d].sum()))
        wanted = filled[:, d] + 1e-3 * people
        after[:, d] = split_whole(pool.vacancies, filled[:, d] + left * wanted / wanted.sum())
    return after


def _locks(problem: Problem, shares: Sequence[Share], plans: Sequence[Sequence[ClassHeads]]) -> np.ndarray:
    """Demanded classes by county: where they are opened, else where they were before; shape (R, L)."""
    split = np.array([share.locks for share in shares])
    for n, pattern in enumerate(problem.required):
        opened = np.array([sum(matches(problem, pattern, slot) for slot, _ in plan) for plan in plans], dtype=float)
        split[:, n] = split_whole(int(problem.required_number[n]), opened + 1e-6 * split[:, n])
    return split


def _targets(problem: Problem, regions: Sequence[Region], plans: Sequence[Sequence[ClassHeads]]) -> np.ndarray:
    reached = np.array([penalties(problem, plan)[0] for plan in plans])  # R, N
    reach = target_reach(problem, regions)
    people = people_weights(problem, regions)
    return np.array([
        split_whole(int(value), (reached[:, n] + 1e-6 * people) * reach[n])
        for n, value in enumerate(problem.target_value)
    ]).reshape(len(problem.target_value), len(regions)).T
