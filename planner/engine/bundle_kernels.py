"""Compiled kernels of the bundle method: cuts of the cohorts and the prices that the cuts propose.

Only what is hot lives here; :mod:`planner.engine.bundle` explains it. K cohorts keep up to B cuts each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

_LEAST_WEIGHT = 1e-12


class Store(NamedTuple):
    """The cuts kept: cut i of cohort k says that its part of L is at least worth - sum use * price."""

    kept: np.ndarray  # K: number of cuts kept
    start: np.ndarray  # K, B: first entry of the cut in row and use
    size: np.ndarray  # K, B: entries
    worth: np.ndarray  # K, B: expected jobs at no prices
    weight: np.ndarray  # K, B: share of the cut in the averaged solution; they sum to 1 for each cohort
    seen: np.ndarray  # K, B: turn in which the cut was last found
    filled: np.ndarray  # 1: entries in use
    row: np.ndarray  # entries
    use: np.ndarray  # entries


def empty_store(cohorts: int, cuts: int, entries: int) -> Store:
    """Room for so many cuts of each cohort and so many entries of all."""
    shape = cohorts, cuts
    return Store(
        np.zeros(cohorts, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape),
        np.zeros(shape), np.zeros(shape, np.int64), np.zeros(1, np.int64), np.empty(entries, np.int32),
        np.empty(entries),
    )


@njit(cache=True, nogil=True)
def move_cuts(store, row, use):
    """Copy the entries of the kept cuts side by side into larger arrays, which become the store's."""
    filled = 0
    for k in range(store.kept.shape[0]):
        for i in range(store.kept[k]):
            begin, size = store.start[k, i], store.size[k, i]
            row[filled : filled + size] = store.row[begin : begin + size]
            use[filled : filled + size] = store.use[begin : begin + size]
            store.start[k, i] = filled
            filled += size
    store.filled[0] = filled


@njit(cache=True, nogil=True)
def _same_cut(store, k, i, worth, row, use):
    if store.size[k, i] != row.shape[0] or abs(store.worth[k, i] - worth) > 1e-9 * max(1.0, abs(worth)):
        return False
    begin = store.start[k, i]
    for e in range(row.shape[0]):
        if store.row[begin + e] != row[e] or abs(store.use[begin + e] - use[e]) > 1e-9:
            return False
    return True


@njit(cache=True, nogil=True)
def take_cuts(store, worth, first, row, use, turn):
    """Keep a new cut of every cohort unless it has that one; the least used, longest unseen cut makes room.

    The store must have room for all entries.
    """
    most = store.start.shape[1]
    for k in range(worth.shape[0]):
        begin, end = first[k], first[k + 1]
        known = False
        for i in range(store.kept[k]):
            if _same_cut(store, k, i, worth[k], row[begin:end], use[begin:end]):
                store.seen[k, i] = turn
                known = True
                break
        if known:
            continue
        if store.kept[k] < most:
            i = store.kept[k]
            store.kept[k] += 1
            store.weight[k, i] = 1.0 if i == 0 else 0.0
        else:
            i, heaviest = 0, 0
            for j in range(1, most):
                lighter = store.weight[k, j] - store.weight[k, i]
                if lighter < -1e-9 or (lighter <= 1e-9 and store.seen[k, j] < store.seen[k, i]):
                    i = j
                if store.weight[k, j] > store.weight[k, heaviest]:
                    heaviest = j
            freed = store.weight[k, i]
            store.weight[k, i] = 0.0
            store.weight[k, heaviest] += freed
        at = store.filled[0]
        store.start[k, i], store.size[k, i] = at, end - begin
        store.row[at : at + end - begin], store.use[at : at + end - begin] = row[begin:end], use[begin:end]
        store.filled[0] = at + end - begin
        store.worth[k, i], store.seen[k, i] = worth[k], turn


@njit(cache=True, nogil=True)
def averaged_use(store, first, last, use):
    """Add what the averaged solution of the cohorts from ``first`` to before ``last`` uses of every row."""
    for k in range(first, last):
        for i in range(store.kept[k]):
            weight = store.weight[k, i]
            if weight > 0:
                for e in range(store.start[k, i], store.start[k, i] + store.size[k, i]):
                    use[store.row[e]] += weight * store.use[e]


@njit(inline="always")
def _cut_value(worth, row, use, begin, end, price):
    """Worth of a cut at the prices."""
    value = worth
    for e in range(begin, end):
        value -= use[e] * price[row[e]]
    return value


@njit(cache=True, nogil=True)
def model_value(store, supply, price):
    """The cuts' model of L at the prices, and how much of it the cuts' weights lack.

    The model is price * supply + the best cut of every cohort; at the solution of the quadratic problem only best cuts
    have a weight.
    """
    start, size, worth, row, use = store.start, store.size, store.worth, store.row, store.use
    model, lacking = 0.0, 0.0
    for r in range(supply.shape[0]):
        model += price[r] * supply[r]
    for k in range(store.kept.shape[0]):
        best, mean = -np.inf, 0.0
        for i in range(store.kept[k]):
            value = _cut_value(worth[k, i], row, use, start[k, i], start[k, i] + size[k, i], price)
            best = max(best, value)
            mean += store.weight[k, i] * value
        model += best
        lacking += best - mean
    return model, lacking


@njit(inline="always")
def _price(centre, step, slope, upper):
    """Price of a row after a step against its slope, within its limits."""
    return min(max(centre - step * slope, 0.0), upper)


@njit(cache=True, nogil=True)
def propose_prices(store, centre, steps, supply, upper, best, share, least, sweeps, use, price):
    """Prices at which the cuts' model of L plus the distance from the centre is least (see the module bundle).

    The dual problem over the weights is climbed cohort by cohort: weight goes from the worst used cut to the best, as
    far as the gap between them closes. ``steps`` are the rows' step lengths; ``use`` must hold the averaged use at
    the store's weights and ``price`` the prices that follow; both are kept up to date. Ends when the weights lack at
    most ``share`` of what the model promises below ``best``, or after so many sweeps; cohorts that lack at most
    ``least`` jobs are passed over between the full sweeps.
    """
    kept, start, size, worth, weight = store.kept, store.start, store.size, store.worth, store.weight
    row, cut_use = store.row, store.use
    cohorts = kept.shape[0]
    change = np.zeros(centre.shape[0])
    active = np.ones(cohorts, np.bool_)
    for sweep in range(sweeps):
        full = sweep % 8 == 0
        lacking, model = 0.0, 0.0
        for k in range(cohorts):
            if not full and not active[k]:
                continue
            for turn in range(4):
                high, low, mean = -np.inf, np.inf, 0.0
                to, of = -1, -1
                for i in range(kept[k]):
                    value = _cut_value(worth[k, i], row, cut_use, start[k, i], start[k, i] + size[k, i], price)
                    if value > high:
                        high, to = value, i
                    if weight[k, i] > _LEAST_WEIGHT and value < low:
                        low, of = value, i
                    mean += weight[k, i] * value
                if turn == 0:
                    lacking += high - mean
                    model += high
                    active[k] = high - mean > least
                if high - mean <= least or to == of:
                    break
                moved = _shift_weight(
                    row, cut_use, start[k, to], start[k, to] + size[k, to], start[k, of], start[k, of] + size[k, of],
                    weight[k, of], high - low, centre, steps, supply, upper, use, price, change,
                )
                weight[k, to] += moved
                weight[k, of] -= moved
        if full:
            for r in range(supply.shape[0]):
                model += price[r] * supply[r]
            if lacking <= share * max(best - model, 0.0):
                break


@njit(inline="always")
def _shift_weight(
    row, cut_use, begin_to, end_to, begin_of, end_of, most, gap, centre, steps, supply, upper, use, price, change
):
    """Move weight from one cut of a cohort to another until their values meet, ``most`` at most; returns the weight.

    ``change`` is all zero before and after.
    """
    for e in range(begin_to, end_to):
        change[row[e]] += cut_use[e]
    for e in range(begin_of, end_of):
        change[row[e]] -= cut_use[e]
    bend = 0.0
    for e in range(begin_to, end_to):
        bend += _bend(row[e], change, centre, steps, supply, upper, use)
    for e in range(begin_of, end_of):
        if change[row[e]] == -cut_use[e]:  # not a row of both, which is counted already
            bend += _bend(row[e], change, centre, steps, supply, upper, use)
    weight = most
    if bend > 1e-14:
        weight = min(weight, gap / bend)
    for e in range(begin_to, end_to):
        _move_row(row[e], weight, change, centre, steps, supply, upper, use, price)
    for e in range(begin_of, end_of):
        _move_row(row[e], weight, change, centre, steps, supply, upper, use, price)
    return weight


@njit(inline="always")
def _bend(r, change, centre, steps, supply, upper, use):
    """How fast the gap between two cuts closes through a row; nothing where its price stays at a limit."""
    raw = centre[r] - steps[r] * (supply[r] - use[r])
    if (raw > 0 or change[r] > 0) and (raw < upper[r] or change[r] < 0):
        return steps[r] * change[r] * change[r]
    return 0.0


@njit(inline="always")
def _move_row(r, weight, change, centre, steps, supply, upper, use, price):
    """Book a shift of weight on a row, once, and work out its price anew."""
    if change[r] != 0.0:
        use[r] += weight * change[r]
        price[r] = _price(centre[r], steps[r], supply[r] - use[r], upper[r])
        change[r] = 0.0
