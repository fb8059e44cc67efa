"""Compiled kernel of the pattern bound: the best class of every option at given prices of people and wishes.

:mod:`planner.engine.patterns` explains it. Array axes as in :mod:`planner.model.problem`; in addition J joint start
types: start weeks that are alike for the heads of every calendar.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from planner.engine.price_kernels import NOTHING


class Worth(NamedTuple):
    """What heads are worth at the prices, net of the prices of people and wishes."""

    job_value: np.ndarray  # S
    head_price: np.ndarray  # C, G, counties, W
    head_bonus: np.ndarray  # P or 1, K, C
    person: np.ndarray  # K
    wish: np.ndarray  # K, C


@njit(cache=True)
def head_profits(places, worth, pair, m, s, cohorts, profit):
    """Profit of one head of each cohort in the option, NOTHING where it may not attend; fills ``profit``."""
    h, p, v = places.pair_offering[pair], places.pair_provider[pair], places.pair_venue[pair]
    c = places.offering_course[h]
    end = s + places.length[c, m, s] - 1
    o, county = places.occupation[c], places.venue_county[v]
    for i in range(cohorts.shape[0]):
        k = cohorts[i]
        t = places.cohort_township[k]
        attendance = places.attendance[places.township_calendar[t], c, m, s]
        share = places.distance[t, v]
        if attendance < 0 or share < 0:
            profit[i] = NOTHING
            continue
        a, g = places.cohort_band[k], places.cohort_group[k]
        jobs = min(1.0, places.rate[c, a, g] * places.quality[p]) * attendance * share
        bonus = worth.head_bonus[p if worth.head_bonus.shape[0] > 1 else 0, k, c]
        profit[i] = (
            worth.job_value[places.source[o, a, end]] * jobs + bonus - worth.head_price[c, g, county, end]
            - worth.person[k] - worth.wish[k, c]
        )


@njit(cache=True)
def best_class(profit, limit, smallest, largest):
    """Greatest total profit of ``smallest`` to ``largest`` heads, at most ``limit`` of each; NOTHING if too few."""
    order = np.argsort(-profit)
    total, heads = 0.0, 0
    for i in order:
        if profit[i] == NOTHING or (profit[i] <= 0.0 and heads >= smallest) or heads >= largest:
            break
        x = min(limit[i], (largest if profit[i] > 0.0 else smallest) - heads)
        total += x * profit[i]
        heads += x
    return total if heads >= smallest else NOTHING


@njit(cache=True, nogil=True)
def price_patterns(places, worth, window, near_offset, near_cohort, joint_type, pairs, best, week):
    """Best class of each listed pair, form and joint type; fills ``best`` and its start ``week`` (pairs, 2, J)."""
    weeks = places.length.shape[2]
    for i in range(pairs.shape[0]):
        pair = pairs[i]
        h, v = places.pair_offering[pair], places.pair_venue[pair]
        c = places.offering_course[h]
        near = near_cohort[near_offset[v]:near_offset[v + 1]]
        cohorts = near[places.demand[near, c] > 0]
        limit = places.demand[cohorts, c]
        profit = np.empty(cohorts.shape[0])
        best[i] = NOTHING
        for m in range(2):
            for s in range(weeks):
                j = joint_type[c, m, s]
                if j >= 0 and window[pair, m, s] > best[i, m, j]:
                    best[i, m, j], week[i, m, j] = window[pair, m, s], s
            for j in range(best.shape[2]):
                if best[i, m, j] > NOTHING:
                    head_profits(places, worth, pair, m, week[i, m, j], cohorts, profit)
                    heads = best_class(profit, limit, places.min_size[h], places.max_size[h, v])
                    best[i, m, j] = best[i, m, j] + heads if heads > NOTHING else NOTHING


@njit(cache=True)
def all_profits(places, worth, pairs, forms, weeks, cohorts, profit):
    """Profit of one head of each cohort in each listed option; fills ``profit`` (options, cohorts)."""
    for i in range(pairs.shape[0]):
        head_profits(places, worth, pairs[i], forms[i], weeks[i], cohorts, profit[i])


@njit(cache=True)
def undominated(profit, price, place):
    """Which options no other option of the same place beats in price and in every head's profit.

    Options are sorted by place and by falling price; of equal options the first stays.
    """
    kept = np.zeros(price.shape[0], np.bool_)
    first = 0
    for i in range(price.shape[0]):
        if place[i] != place[first]:
            first = i
        kept[i] = True
        for j in range(first, i):
            if kept[j]:
                beaten = True
                for k in range(profit.shape[1]):
                    if profit[i, k] > profit[j, k]:
                        beaten = False
                        break
                if beaten:
                    kept[i] = False
                    break
    return kept
