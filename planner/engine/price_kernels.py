"""Compiled kernels of the relaxation: best option of every cohort and course, knapsacks.

Only what is hot lives here; :mod:`planner.engine.prices` explains it. Array axes as in
:mod:`planner.model.problem`. The kernels that take ``first`` and ``last`` work on a range and release the
interpreter lock, so that threads share the work; results do not depend on how it is cut.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

ANY = -1
NOTHING = -1e18


@njit(cache=True, inline="always")
def lock_matches(pattern, c, h, p, v, m, s):
    """Whether a lock pattern (course, offering, provider, venue, form, week; -1 = any) matches an option."""
    return (
        pattern[0] == c
        and (pattern[1] == ANY or pattern[1] == h)
        and (pattern[2] == ANY or pattern[2] == p)
        and (pattern[3] == ANY or pattern[3] == v)
        and (pattern[4] == ANY or pattern[4] == m)
        and (pattern[5] == ANY or pattern[5] == s)
    )


@njit(cache=True)
def is_forbidden(forbidden, c, h, p, v, m, s):
    """Whether some 禁止 lock matches the option."""
    for n in range(forbidden.shape[0]):
        if lock_matches(forbidden[n], c, h, p, v, m, s):
            return True
    return False


class Places(NamedTuple):
    """Where and when classes may be held, laid out for the kernels; fixed for a problem.

    A *pair* is a provider and a venue that fit an offering. Each township sees the pairs within reach in
    *segments* alike in provider, distance, seats and county; starts alike for its people share a *type*.
    """

    offering_course: np.ndarray  # H
    min_size: np.ndarray  # H
    max_size: np.ndarray  # H, V
    length: np.ndarray  # C, M, W
    attendance: np.ndarray  # calendars, C, M, W
    pair_offering: np.ndarray  # pairs
    pair_provider: np.ndarray  # pairs
    pair_venue: np.ndarray  # pairs
    pair_cents: np.ndarray  # pairs: 办班费 of one class
    segment_offset: np.ndarray  # T * H + 1: first segment of each township and offering
    segment_provider: np.ndarray
    segment_share: np.ndarray  # share of the yield kept over the distance
    segment_county: np.ndarray
    segment_largest: np.ndarray  # largest class
    entry_offset: np.ndarray  # segments + 1: first entry of each segment
    entry_view: np.ndarray  # entries
    view_pair: np.ndarray  # views: a pair as people of one calendar see it
    view_calendar: np.ndarray  # views
    start_offset: np.ndarray  # calendars * C * M + 1
    start_week: np.ndarray  # allowed start weeks
    start_type: np.ndarray  # their types
    type_count: np.ndarray  # calendars, C, M
    township_calendar: np.ndarray  # T
    cohort_offset: np.ndarray  # T + 1
    cohort_order: np.ndarray  # K: cohorts by township
    cohort_band: np.ndarray  # K
    cohort_group: np.ndarray  # K
    demand: np.ndarray  # K, C
    rate: np.ndarray  # C, A, G
    quality: np.ndarray  # P
    occupation: np.ndarray  # C
    source: np.ndarray  # occupations, A, W
    venue_county: np.ndarray  # V
    distance: np.ndarray  # T, V: share of the yield kept
    cohort_township: np.ndarray  # K
    accreditation_row: np.ndarray  # P, C: row or -1
    required: np.ndarray  # L, 6
    forbidden: np.ndarray


@njit(cache=True, nogil=True)
def price_windows(
    places, team_sum, accredited_sum, room_sum, annual, class_price, class_bonus, lock_price, window, first, last
):
    """Net price of one class of each pair, form and start week (higher is better); fills ``window``.

    Weekly prices of a class are differences of the running sums ``*_sum``.
    """
    weeks = places.length.shape[2]
    for i in range(first, last):
        h, p, v = places.pair_offering[i], places.pair_provider[i], places.pair_venue[i]
        c = places.offering_course[h]
        row = places.accreditation_row[p, c]
        county, cents = places.venue_county[v], places.pair_cents[i]
        fixed = class_bonus[c, p, v] - annual[p]
        for m in range(2):
            for s in range(weeks):
                length = places.length[c, m, s]
                if length == 0:
                    continue
                after = s + length
                y = fixed - (team_sum[p, after] - team_sum[p, s]) - (room_sum[v, after] - room_sum[v, s])
                if cents > 0:
                    y -= cents * class_price[c, county, after - 1]
                if row >= 0:
                    y -= accredited_sum[row, after] - accredited_sum[row, s]
                window[i, m, s] = y
        for n in range(places.required.shape[0]):
            if places.required[n, 0] == c:
                for m in range(2):
                    for s in range(weeks):
                        if lock_matches(places.required[n], c, h, p, v, m, s):
                            window[i, m, s] += lock_price[n]
        for n in range(places.forbidden.shape[0]):
            if places.forbidden[n, 0] == c:
                for m in range(2):
                    for s in range(weeks):
                        if lock_matches(places.forbidden[n], c, h, p, v, m, s):
                            window[i, m, s] = NOTHING


@njit(cache=True, nogil=True)
def best_starts(places, window, view_price, view_week, first, last):
    """Cheapest start of each type for every view and form; fills ``view_price`` and ``view_week`` (views, 2, types)."""
    courses = places.length.shape[0]
    for i in range(first, last):
        pair = places.view_pair[i]
        c = places.offering_course[places.pair_offering[pair]]
        for m in range(2):
            row = (places.view_calendar[i] * courses + c) * 2 + m
            at, end = places.start_offset[row], places.start_offset[row + 1]
            while at < end:
                j = places.start_type[at]
                highest, week = NOTHING, np.int64(0)
                while at < end and places.start_type[at] == j:
                    y = window[pair, m, places.start_week[at]]
                    if y > highest:
                        highest, week = y, places.start_week[at]
                    at += 1
                view_price[i, m, j], view_week[i, m, j] = highest, week


@njit(cache=True)
def _list_candidates(places, view_price, view_week, t, h, running, running_county, best_y, best_view, found, per_head,
                     kept, quality):
    """Options of an offering worth looking at for one township's people; returns their number.

    Of the starts of a type only the cheapest counts, and a farther segment only where it is cheaper than every
    nearer one of the same provider. ``found`` holds pair, form, week, smallest-size flag, county, end week.
    """
    c = places.offering_course[h]
    calendar = places.township_calendar[t]
    offerings = places.offering_course.shape[0]
    count = 0
    provider = -1
    for g in range(places.segment_offset[t * offerings + h], places.segment_offset[t * offerings + h + 1]):
        county = places.segment_county[g]
        if places.segment_provider[g] != provider:
            provider = places.segment_provider[g]
            running[:] = NOTHING
        for m in range(2):
            types = places.type_count[calendar, c, m]
            if types == 0:
                continue
            for j in range(types):
                best_y[j] = NOTHING
            for e in range(places.entry_offset[g], places.entry_offset[g + 1]):
                view = places.entry_view[e]
                for j in range(types):
                    if view_price[view, m, j] > best_y[j]:
                        best_y[j], best_view[j] = view_price[view, m, j], view
            for j in range(types):
                if best_y[j] == NOTHING:
                    continue
                at_smallest = best_y[j] > 0
                price = best_y[j] / (places.min_size[h] if at_smallest else places.segment_largest[g])
                if price <= running[m, j] and running_county[m, j] == county:
                    continue
                running[m, j] = price
                running_county[m, j] = county
                s = view_week[best_view[j], m, j]
                found[count, 0], found[count, 1], found[count, 2] = places.view_pair[best_view[j]], m, s
                found[count, 3], found[count, 4], found[count, 5] = at_smallest, county, s + places.length[c, m, s] - 1
                quality[count] = places.quality[provider]
                per_head[count] = price
                kept[count] = places.attendance[calendar, c, m, s] * places.segment_share[g]
                count += 1
    return count


@njit(cache=True, nogil=True)
def best_options(places, view_price, view_week, job_value, head_price, head_bonus, worth, choice,
                 first, last):
    """Worth of one head of each cohort in the best option of each offering; fills ``worth`` and ``choice``.

    ``choice`` holds provider, venue, form, week and whether the class counts at its smallest size (1).
    """
    offerings = places.offering_course.shape[0]
    weeks = places.length.shape[2]
    segments = 0
    for i in range(places.segment_offset.shape[0] - 1):
        segments = max(segments, places.segment_offset[i + 1] - places.segment_offset[i])
    most = segments * 2 * max(1, places.type_count.max())
    running, running_county = np.empty((2, weeks)), np.zeros((2, weeks), np.int64)
    best_y, best_view = np.empty(weeks), np.empty(weeks, np.int64)
    found, per_head, kept = np.empty((most, 6), np.int64), np.empty(most), np.empty(most)
    jobs, quality, value = np.empty(most), np.empty(most), np.empty(most)
    price, priced = np.empty((places.rate.shape[2], most)), np.zeros(places.rate.shape[2], np.bool_)
    for t in range(first, last):
        for h in range(offerings):
            c = places.offering_course[h]
            o = places.occupation[c]
            count = -1
            band = -1
            priced[:] = False
            for i in range(places.cohort_offset[t], places.cohort_offset[t + 1]):
                k = places.cohort_order[i]
                worth[k, h] = NOTHING
                if places.demand[k, c] <= 0:
                    continue
                if count < 0:
                    count = _list_candidates(
                        places, view_price, view_week, t, h, running, running_county, best_y, best_view, found,
                        per_head, kept, quality,
                    )
                if count == 0:
                    continue
                if places.cohort_band[k] != band:
                    band = places.cohort_band[k]
                    for j in range(count):
                        jobs[j] = job_value[places.source[o, band, found[j, 5]]] * kept[j]
                group = places.cohort_group[k]
                if not priced[group]:
                    priced[group] = True
                    for j in range(count):
                        price[group, j] = per_head[j] - head_price[c, group, found[j, 4], found[j, 5]]
                rate = places.rate[c, band, group]
                for j in range(count):
                    value[j] = jobs[j] * min(1.0, rate * quality[j]) + price[group, j]
                if head_bonus.shape[0] > 1:
                    for j in range(count):
                        value[j] += head_bonus[places.pair_provider[found[j, 0]], k, c]
                best = np.argmax(value[:count])
                worth[k, h] = value[best] + (head_bonus[0, k, c] if head_bonus.shape[0] == 1 else 0.0)
                pair = found[best, 0]
                choice[k, h, 0], choice[k, h, 1] = places.pair_provider[pair], places.pair_venue[pair]
                for i in range(1, 4):
                    choice[k, h, i + 1] = found[best, i]


@njit(cache=True)
def fill_knapsacks(worth, capacity, demand, offering_course, heads):
    """Continuous knapsack of every cohort over its courses' best offerings; returns the sum of their values."""
    total = 0.0
    for k in range(worth.shape[0]):
        order = np.argsort(-worth[k])
        left = capacity[k]
        used = np.zeros(demand.shape[1], np.int64)
        for h in order:
            heads[k, h] = 0.0
        for h in order:
            if worth[k, h] <= 0 or left <= 0:
                break
            c = offering_course[h]
            taken = min(demand[k, c] - used[c], left)
            if taken > 0:
                used[c] += taken
                left -= taken
                heads[k, h] = taken
                total += taken * worth[k, h]
    return total
