"""Compiled kernel of the relaxation: what each cohort's relaxed heads use of every supply.

Given prices, a cohort's best heads are worth a sum of jobs less the prices of what they use. Both are kept apart here,
so that the same heads can be valued at any other prices: that is the cohort's *cut* (:mod:`planner.engine.bundle`).
Array axes as in :mod:`planner.model.problem`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from planner.engine.price_kernels import lock_matches


class Bookings(NamedTuple):
    """What the use of supplies depends on; fixed for a problem."""

    first_row: np.ndarray  # 8: first row of each block of the price vector, in its order
    offering_course: np.ndarray  # H
    min_size: np.ndarray  # H
    max_size: np.ndarray  # H, V
    length: np.ndarray  # C, M, W
    attendance: np.ndarray  # calendars, C, M, W
    cohort_township: np.ndarray  # K
    cohort_band: np.ndarray  # K
    cohort_group: np.ndarray  # K
    township_calendar: np.ndarray  # T
    distance: np.ndarray  # T, V: share of the yield kept
    rate: np.ndarray  # C, A, G
    quality: np.ndarray  # P
    occupation: np.ndarray  # C
    source: np.ndarray  # occupations, A, W
    accreditation_row: np.ndarray  # P, C: row or -1
    venue_county: np.ndarray  # V
    head_cents: np.ndarray  # C, G, 3
    class_cents: np.ndarray  # C
    outreach_cents: np.ndarray  # P, V
    training_type: np.ndarray  # C
    head_category: np.ndarray  # 3, G, training types, counties, W
    class_category: np.ndarray  # training types, counties, W
    target_sign: np.ndarray  # N: -1 for >=, 1 for <=
    target_heads: np.ndarray  # N: heads, else classes
    target_cohorts: np.ndarray  # N, K
    target_courses: np.ndarray  # N, C
    target_providers: np.ndarray  # N, P
    target_venues: np.ndarray  # N, V
    required: np.ndarray  # L, 6
    cents_per_unit: int


@njit(inline="always")
def _book(amount, touched, count, row, use):
    """Add use to a row of the cohort's account; returns how many rows it has touched."""
    if amount[row] == 0.0:
        touched[count] = row
        count += 1
    amount[row] += use
    return count


@njit(cache=True, nogil=True)
def book_cohorts(bookings, cohorts, heads, choice, worth, category_fund, source_pool, vector):
    """What the relaxed heads of the cohorts are worth at no prices, and what they use of every row.

    ``choice`` holds provider, venue, form, week and whether the class counts at its smallest size; ``category_fund``
    the fund that pays each category, ``source_pool`` the pool that each source draws on (-1 = none). Returns the worth
    (n,), the first entry of each cohort (n + 1,), and rows and use of the entries.
    """
    weeks = bookings.length.shape[2]
    team, accredited, room, annual, fund, pool, target, lock = bookings.first_row
    amount, touched = np.zeros(vector.shape[0]), np.empty(vector.shape[0], np.int64)
    gross, first = np.zeros(cohorts.shape[0]), np.zeros(cohorts.shape[0] + 1, np.int64)
    rows, uses = np.empty(64 * cohorts.shape[0] + 64, np.int32), np.empty(64 * cohorts.shape[0] + 64)
    for i in range(cohorts.shape[0]):
        k = cohorts[i]
        a, g, t = bookings.cohort_band[k], bookings.cohort_group[k], bookings.cohort_township[k]
        count = 0
        for h in range(heads.shape[1]):
            x = heads[k, h]
            if x <= 0:
                continue
            gross[i] += x * worth[k, h]
            c = bookings.offering_course[h]
            p, v, m, s = choice[k, h, 0], choice[k, h, 1], choice[k, h, 2], choice[k, h, 3]
            y = x / (bookings.min_size[h] if choice[k, h, 4] else bookings.max_size[h, v])
            after = s + bookings.length[c, m, s]
            row = bookings.accreditation_row[p, c]
            for w in range(s, after):
                count = _book(amount, touched, count, team + p * weeks + w, y)
                count = _book(amount, touched, count, room + v * weeks + w, y)
                if row >= 0:
                    count = _book(amount, touched, count, accredited + row * weeks + w, y)
            count = _book(amount, touched, count, annual + p, y)
            drawn = source_pool[bookings.source[bookings.occupation[c], a, after - 1]]
            if drawn >= 0:
                kept = bookings.attendance[bookings.township_calendar[t], c, m, s] * bookings.distance[t, v]
                jobs = x * min(1.0, bookings.rate[c, a, g] * bookings.quality[p]) * kept
                if jobs > 0:
                    count = _book(amount, touched, count, pool + drawn, jobs)
            tt, county = bookings.training_type[c], bookings.venue_county[v]
            for kind in range(3):
                if bookings.head_cents[c, g, kind] > 0:
                    payer = category_fund[bookings.head_category[kind, g, tt, county, after - 1]]
                    units = x * bookings.head_cents[c, g, kind] / bookings.cents_per_unit
                    count = _book(amount, touched, count, fund + payer, units)
            cents = bookings.class_cents[c] + bookings.outreach_cents[p, v]
            if cents > 0:
                payer = category_fund[bookings.class_category[tt, county, after - 1]]
                count = _book(amount, touched, count, fund + payer, y * cents / bookings.cents_per_unit)
            for n in range(bookings.target_heads.shape[0]):
                if bookings.target_courses[n, c] and bookings.target_providers[n, p]:
                    if bookings.target_heads[n]:
                        if bookings.target_cohorts[n, k]:
                            count = _book(amount, touched, count, target + n, x * bookings.target_sign[n])
                    elif bookings.target_venues[n, v]:
                        count = _book(amount, touched, count, target + n, y * bookings.target_sign[n])
            for n in range(bookings.required.shape[0]):
                if lock_matches(bookings.required[n], c, h, p, v, m, s):
                    count = _book(amount, touched, count, lock + n, -y)
        begin = first[i]
        while begin + count > rows.shape[0]:
            rows, uses = np.concatenate((rows, np.empty_like(rows))), np.concatenate((uses, np.empty_like(uses)))
        for e in range(count):
            row = touched[e]
            rows[begin + e], uses[begin + e] = row, amount[row]
            gross[i] += amount[row] * vector[row]
            amount[row] = 0.0
        first[i + 1] = begin + count
    return gross, first, rows[: first[-1]].copy(), uses[: first[-1]].copy()
