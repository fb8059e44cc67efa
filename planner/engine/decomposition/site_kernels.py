"""Compiled kernels of the joint relaxation: best option of every cohort and course among very many providers.

In a prefecture every mobile provider may teach anywhere, so pairs of provider and venue run into the millions.
They are never listed. Two facts make that exact. The price of a class splits into a part of the provider (teams,
accreditation, annual limit, outreach) and a part of the venue (room, class cost, bonuses); and a provider is of no
use where another one of at least its quality is cheaper, since a head's yield only grows with quality. So each course,
form and start week keeps its front of providers, best quality first, each cheaper than all better ones. Providers
that a target or lock names are compared with themselves only.

Array axes as in :mod:`planner.model.problem`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from planner.engine.price_kernels import ANY, NOTHING, lock_matches


class Sites(NamedTuple):
    """Where and when one region's people may be taught; fixed for a problem.

    A *licence* is a provider accredited for a course. A *site* is all venues of a township that are alike for an
    offering: size, equipment, and whether a lock names them (then it is one venue).
    """

    offering_course: np.ndarray  # H
    min_size: np.ndarray  # H
    length: np.ndarray  # C, M, W
    attendance: np.ndarray  # calendars, C, M, W
    class_cents: np.ndarray  # C
    quality: np.ndarray  # P
    group: np.ndarray  # P: 0, or another number for each provider that a target or a lock names
    straight: np.ndarray  # C: whether yields are linear in quality for everybody and nobody is named
    steepest: np.ndarray  # C: highest yield of a head at quality 1
    licence_provider: np.ndarray
    licence_row: np.ndarray  # accreditation row or -1
    licence_outreach: np.ndarray  # cents
    course_licence: np.ndarray  # C + 1: first licence of each course
    road_offset: np.ndarray  # C + 1
    road_licence: np.ndarray  # licences of mobile providers, best quality first
    site_offset: np.ndarray  # H + 1: first site of each offering
    site_county: np.ndarray
    site_largest: np.ndarray  # largest class
    site_on_road: np.ndarray  # whether mobile providers may come
    site_seen: np.ndarray  # sites, calendars: whether people of the calendar live near
    venue_offset: np.ndarray  # sites + 1
    site_venue: np.ndarray
    home_offset: np.ndarray  # sites + 1
    home_licence: np.ndarray  # licences of the providers based in the township
    near_offset: np.ndarray  # T * H + 1
    near_site: np.ndarray  # sites within reach, nearest first
    near_share: np.ndarray  # share of the yield kept over the distance
    start_offset: np.ndarray  # calendars * C * M + 1
    start_week: np.ndarray
    start_type: np.ndarray
    type_count: np.ndarray  # calendars, C, M
    calendar_offset: np.ndarray  # calendars + 1
    calendar_township: np.ndarray  # townships of the region by calendar
    cohort_offset: np.ndarray  # T + 1
    cohort_order: np.ndarray  # cohorts by township
    cohort_band: np.ndarray  # K
    cohort_group: np.ndarray  # K
    demand: np.ndarray  # K, C
    rate: np.ndarray  # C, A, G
    occupation: np.ndarray  # C
    source: np.ndarray  # occupations, A, W
    required: np.ndarray  # L, 6
    forbidden: np.ndarray
    bonus_provider: np.ndarray  # 班数 targets that name a provider: N', P
    bonus_course: np.ndarray  # N', C
    bonus_venue: np.ndarray  # N', V
    width: int  # entries a front may have
    most_sites: int
    most_near: int


class Tariff(NamedTuple):
    """The prices of one evaluation, worked out for the kernels."""

    team_sum: np.ndarray  # P, W + 1
    accredited_sum: np.ndarray  # rows, W + 1
    room_sum: np.ndarray  # V, W + 1
    annual: np.ndarray  # P
    class_price: np.ndarray  # C, counties, W: per cent of 办班费
    class_bonus: np.ndarray  # C, V: of 班数 targets that name no provider
    named_bonus: np.ndarray  # N': price earned per class of the targets that name a provider
    lock: np.ndarray  # L
    job_value: np.ndarray  # S
    head_price: np.ndarray  # C, G, counties, W
    head_bonus: np.ndarray  # 1 or P, K, C


@njit(cache=True)
def _licence_prices(sites, tariff, c, out):
    """Price of the teams of each licence of a course, by form and start; fills out (licences of c, 2, W)."""
    for i in range(sites.course_licence[c], sites.course_licence[c + 1]):
        p, row = sites.licence_provider[i], sites.licence_row[i]
        for m in range(2):
            for s in range(sites.length.shape[2]):
                length = sites.length[c, m, s]
                if length == 0:
                    continue
                y = -tariff.annual[p] - (tariff.team_sum[p, s + length] - tariff.team_sum[p, s])
                if row >= 0:
                    y -= tariff.accredited_sum[row, s + length] - tariff.accredited_sum[row, s]
                out[i - sites.course_licence[c], m, s] = y


@njit(inline="always")
def _insert(worth, option, m, j, count, y, quality, group, p, s, v):
    """Add an option to the front of form m and type j unless it is dominated; returns the new length.

    ``worth`` holds price and quality, ``option`` group, provider, week and venue. What the new one dominates is
    dropped. Only options of a group compare. Inlined: handing the arrays over would take longer than the work.
    """
    dominated = False
    for e in range(count):
        if worth[m, j, e, 0] >= y and worth[m, j, e, 1] >= quality and option[m, j, e, 0] == group:
            dominated = True
            break
    if not dominated:
        kept = 0
        for e in range(count):
            if worth[m, j, e, 0] <= y and worth[m, j, e, 1] <= quality and option[m, j, e, 0] == group:
                continue
            if kept < e:
                worth[m, j, kept] = worth[m, j, e]
                option[m, j, kept] = option[m, j, e]
            kept += 1
        worth[m, j, kept, 0], worth[m, j, kept, 1] = y, quality
        option[m, j, kept, 0], option[m, j, kept, 1], option[m, j, kept, 2], option[m, j, kept, 3] = group, p, s, v
        count = kept + 1
    return count


@njit(cache=True)
def _road_front(sites, tariff, c, largest, county, m, s, own, price, licence):
    """Front of the mobile providers of a course for one start; returns its length.

    Licences come best quality first, so each entry must be cheaper than all before. Where a head's yield is linear in
    quality, an entry below the line between its neighbours is never best (the price of a head is convex in that of
    the class), and a better one that costs more than a full class can gain by it is not either.
    """
    end = s + sites.length[c, m, s] - 1
    count = 0
    best = NOTHING
    for j in range(sites.road_offset[c], sites.road_offset[c + 1]):
        i = sites.road_licence[j]
        p = sites.licence_provider[i]
        y = own[i - sites.course_licence[c], m, s]
        if sites.licence_outreach[i] > 0:
            y -= sites.licence_outreach[i] * tariff.class_price[c, county, end]
        if sites.group[p] > 0:
            price[count], licence[count] = y, i
            count += 1
            continue
        if y <= best:
            continue
        best = y
        q = sites.quality[p]
        if sites.straight[c]:
            while count > 0:
                last = sites.quality[sites.licence_provider[licence[count - 1]]]
                if count > 1:
                    first = sites.quality[sites.licence_provider[licence[count - 2]]]
                    gained, all_gained = price[count - 1] - price[count - 2], y - price[count - 2]
                    below = gained * (first - q) <= all_gained * (first - last)
                else:
                    below = y - price[count - 1] >= sites.steepest[c] * largest * (last - q)
                if not below:
                    break
                count -= 1
        elif count > 0 and sites.quality[sites.licence_provider[licence[count - 1]]] == q:
            count -= 1
        price[count], licence[count] = y, i
        count += 1
    return count


@njit(cache=True)
def _site_prices(sites, tariff, h, c, site, price, venue):
    """Best price of a site's venues for each form and start, without the provider's part; fills (2, W) each."""
    first = sites.site_venue[sites.venue_offset[site]]
    county = sites.site_county[site]
    for m in range(2):
        for s in range(sites.length.shape[2]):
            if sites.length[c, m, s] == 0:
                continue
            after = s + sites.length[c, m, s]
            best, at = NOTHING, first
            for j in range(sites.venue_offset[site], sites.venue_offset[site + 1]):
                v = sites.site_venue[j]
                y = tariff.room_sum[v, s] - tariff.room_sum[v, after]
                if y > best:
                    best, at = y, v
            best += tariff.class_bonus[c, first]
            if sites.class_cents[c] > 0:
                best -= sites.class_cents[c] * tariff.class_price[c, county, after - 1]
            for n in range(sites.required.shape[0]):
                if sites.required[n, 2] == ANY and lock_matches(sites.required[n], c, h, -2, first, m, s):
                    best += tariff.lock[n]
            for n in range(sites.forbidden.shape[0]):
                if sites.forbidden[n, 2] == ANY and lock_matches(sites.forbidden[n], c, h, -2, first, m, s):
                    best = NOTHING
            price[m, s], venue[m, s] = best, at


@njit(cache=True)
def _named_price(sites, tariff, h, c, p, v, m, s):
    """What targets and locks that name the provider add to the price of a class."""
    y = 0.0
    for n in range(tariff.named_bonus.shape[0]):
        if sites.bonus_provider[n, p] and sites.bonus_course[n, c] and sites.bonus_venue[n, v]:
            y += tariff.named_bonus[n]
    for n in range(sites.required.shape[0]):
        if sites.required[n, 2] == p and lock_matches(sites.required[n], c, h, p, v, m, s):
            y += tariff.lock[n]
    for n in range(sites.forbidden.shape[0]):
        if sites.forbidden[n, 2] == p and lock_matches(sites.forbidden[n], c, h, p, v, m, s):
            return NOTHING
    return y


@njit(cache=True)
def best_options(sites, tariff, worth, choice):
    """Worth of one head of each cohort in the best option of each offering; fills ``worth`` and ``choice``.

    ``choice`` holds provider, venue, form, week and whether the class counts at its smallest size (1).
    """
    weeks = sites.length.shape[2]
    counties = tariff.class_price.shape[1]
    calendars = sites.calendar_offset.shape[0] - 1
    types = max(1, sites.type_count.max())
    own = np.empty((max(1, np.diff(sites.course_licence).max()), 2, weeks))
    road_price = np.empty((counties, 2, weeks, sites.width))
    road_licence = np.empty((counties, 2, weeks, sites.width), np.int64)
    road_count = np.empty((counties, 2, weeks), np.int64)
    place_price, place_venue = np.empty((sites.most_sites, 2, weeks)), np.empty((sites.most_sites, 2, weeks), np.int64)
    shape = (sites.most_sites, 2, types)
    front_worth, front_option = np.empty((*shape, sites.width, 2)), np.empty((*shape, sites.width, 4), np.int64)
    front_count = np.empty(shape, np.int64)
    most = sites.most_near * 2 * types * sites.width
    found = np.empty((most, 7), np.int64)
    per_head, kept, jobs, value = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    price, priced = np.empty((sites.rate.shape[2], most)), np.zeros(sites.rate.shape[2], np.bool_)
    for h in range(sites.offering_course.shape[0]):
        c = sites.offering_course[h]
        first, last = sites.site_offset[h], sites.site_offset[h + 1]
        if first == last:
            continue
        _licence_prices(sites, tariff, c, own)
        road_count[:] = -1
        largest = sites.site_largest[first:last].max()
        for site in range(first, last):
            county = sites.site_county[site]
            _site_prices(sites, tariff, h, c, site, place_price[site - first], place_venue[site - first])
            if not sites.site_on_road[site] or road_count[county, 0, 0] >= 0:
                continue
            for m in range(2):
                for s in range(weeks):
                    road_count[county, m, s] = 0
                    if sites.length[c, m, s] > 0:
                        road_count[county, m, s] = _road_front(
                            sites, tariff, c, largest, county, m, s, own, road_price[county, m, s],
                            road_licence[county, m, s],
                        )
        for calendar in range(calendars):
            if sites.calendar_offset[calendar] == sites.calendar_offset[calendar + 1]:
                continue
            for site in range(first, last):
                if not sites.site_seen[site, calendar]:
                    continue
                _site_fronts(
                    sites, tariff, h, c, site, calendar, own, road_price, road_licence, road_count,
                    place_price[site - first], place_venue[site - first], front_worth[site - first],
                    front_option[site - first], front_count[site - first],
                )
            for i in range(sites.calendar_offset[calendar], sites.calendar_offset[calendar + 1]):
                t = sites.calendar_township[i]
                count = _list_candidates(
                    sites, t, h, c, calendar, first, front_worth, front_option, front_count, found, per_head, kept
                )
                _best_of_township(
                    sites, tariff, t, h, c, count, found, per_head, kept, jobs, value, price, priced, worth, choice
                )


@njit(cache=True)
def _site_fronts(
    sites, tariff, h, c, site, calendar, own, road_price, road_licence, road_count, place_price, place_venue,
    front_worth, front_option, front_count,
):
    """Fronts of providers of a site for each form and type of start, as people of a calendar see them."""
    county = sites.site_county[site]
    quality, group, provider = sites.quality, sites.group, sites.licence_provider
    first, on_road, plain = sites.course_licence[c], sites.site_on_road[site], sites.group.max() == 0
    front_count[:] = 0
    for m in range(2):
        row = (calendar * sites.length.shape[0] + c) * 2 + m
        for at in range(sites.start_offset[row], sites.start_offset[row + 1]):
            j, s = sites.start_type[at], sites.start_week[at]
            base, v = place_price[m, s], place_venue[m, s]
            if base < 0.5 * NOTHING:
                continue
            count = front_count[m, j]
            entries = road_count[county, m, s] if on_road else 0
            if entries > 0 and plain:
                # Licences stand by falling quality and rising price: if even the first's quality at the last's price is
                # dominated, all are.
                dearest = base + road_price[county, m, s, entries - 1]
                best = quality[provider[road_licence[county, m, s, 0]]]
                for e in range(count):
                    if front_worth[m, j, e, 0] >= dearest and front_worth[m, j, e, 1] >= best:
                        entries = 0
                        break
            for e in range(entries):
                i = road_licence[county, m, s, e]
                y = base + road_price[county, m, s, e]
                p = provider[i]
                if group[p] > 0:
                    if _is_home(sites, site, i):  # listed below, with its exact price
                        continue
                    y += _named_price(sites, tariff, h, c, p, v, m, s)
                    if y < 0.5 * NOTHING:
                        continue
                count = _insert(front_worth, front_option, m, j, count, y, quality[p], group[p], p, s, v)
            for e in range(sites.home_offset[site], sites.home_offset[site + 1]):
                i = sites.home_licence[e]
                y = base + own[i - first, m, s]
                p = provider[i]
                if group[p] > 0:
                    y += _named_price(sites, tariff, h, c, p, v, m, s)
                    if y < 0.5 * NOTHING:
                        continue
                count = _insert(front_worth, front_option, m, j, count, y, quality[p], group[p], p, s, v)
            front_count[m, j] = count


@njit(cache=True)
def _is_home(sites, site, licence):
    for e in range(sites.home_offset[site], sites.home_offset[site + 1]):
        if sites.home_licence[e] == licence:
            return True
    return False


@njit(cache=True)
def _list_candidates(
    sites, t, h, c, calendar, first, front_worth, front_option, front_count, found, per_head, kept
):
    """Options of an offering worth looking at for one township; returns their number.

    ``found`` holds provider, venue, form, week, smallest-size flag, county and end week. A farther option counts
    only where no nearer one of the same form, type and county is at least as good and as cheap.
    """
    offerings = sites.offering_course.shape[0]
    count = 0
    for m in range(2):
        for j in range(sites.type_count[calendar, c, m]):
            start = count
            for n in range(sites.near_offset[t * offerings + h], sites.near_offset[t * offerings + h + 1]):
                site = sites.near_site[n]
                i = site - first
                county = sites.site_county[site]
                before = count
                for e in range(front_count[i, m, j]):
                    y, quality = front_worth[i, m, j, e, 0], front_worth[i, m, j, e, 1]
                    group, p, s = front_option[i, m, j, e, 0], front_option[i, m, j, e, 1], front_option[i, m, j, e, 2]
                    at_smallest = y > 0
                    price = y / (sites.min_size[h] if at_smallest else sites.site_largest[site])
                    dominated = False
                    for o in range(start, before):
                        q = found[o, 0]
                        if (
                            per_head[o] >= price
                            and sites.quality[q] >= quality
                            and found[o, 5] == county
                            and sites.group[q] == group
                        ):
                            dominated = True
                            break
                    if dominated:
                        continue
                    found[count, 0], found[count, 1], found[count, 2] = p, front_option[i, m, j, e, 3], m
                    found[count, 3], found[count, 4], found[count, 5] = s, at_smallest, county
                    found[count, 6] = s + sites.length[c, m, s] - 1
                    per_head[count] = price
                    kept[count] = sites.attendance[calendar, c, m, s] * sites.near_share[n]
                    count += 1
    return count


@njit(cache=True)
def _best_of_township(
    sites, tariff, t, h, c, count, found, per_head, kept, jobs, value, price, priced, worth, choice
):
    """Best candidate of each cohort of a township; fills its rows of ``worth`` and ``choice``."""
    o = sites.occupation[c]
    band = -1
    priced[:] = False
    particular = tariff.head_bonus.shape[0] > 1
    for i in range(sites.cohort_offset[t], sites.cohort_offset[t + 1]):
        k = sites.cohort_order[i]
        worth[k, h] = NOTHING
        if sites.demand[k, c] <= 0 or count == 0:
            continue
        if sites.cohort_band[k] != band:
            band = sites.cohort_band[k]
            for j in range(count):
                jobs[j] = tariff.job_value[sites.source[o, band, found[j, 6]]] * kept[j]
        group = sites.cohort_group[k]
        if not priced[group]:
            priced[group] = True
            for j in range(count):
                price[group, j] = per_head[j] - tariff.head_price[c, group, found[j, 5], found[j, 6]]
        rate = sites.rate[c, band, group]
        for j in range(count):
            value[j] = jobs[j] * min(1.0, rate * sites.quality[found[j, 0]]) + price[group, j]
        if particular:
            for j in range(count):
                value[j] += tariff.head_bonus[found[j, 0], k, c]
        best = np.argmax(value[:count])
        worth[k, h] = value[best] + (0.0 if particular else tariff.head_bonus[0, k, c])
        for n in range(5):
            choice[k, h, n] = found[best, n]
