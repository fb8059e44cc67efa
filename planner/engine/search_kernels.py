"""Compiled kernels of the class search: ruin and recreate with simulated annealing.

Schrimpf et al. (2000) for ruin and recreate, Christiaens & Vanden Berghe (2020) for ruining neighbours. One
iteration removes a few related classes, draws how much the prices shall count, and rebuilds by lazy best
insertion; docs/engine.md, section 2. :class:`Terrain` never changes, :class:`State` is one chain's plan.

Array axes as in :mod:`planner.model.problem`; in addition B cohort entries by venue, Z money sets, R tighter
accreditations, I class slots, J heads of a class.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from planner.engine.price_kernels import NOTHING, is_forbidden, lock_matches

HARD_HEAD = 3.0
"""Jobs charged in the search per head or class missing at a hard target: more than any head or class can earn."""
HARD_CLASS = 60.0
STALE = -1.0
"""Marks an occupation whose linked jobs must be recomputed."""


class Terrain(NamedTuple):
    """What the search needs and does not change."""

    offering_course: np.ndarray  # H
    min_size: np.ndarray  # H
    max_size: np.ndarray  # H, V
    length: np.ndarray  # C, M, W
    attendance: np.ndarray  # calendars, C, M, W
    mean_attendance: np.ndarray  # V, C, M, W: attendance times job value, weighted by wishes near the venue
    near_offset: np.ndarray  # V + 1
    near_cohort: np.ndarray  # B
    distance: np.ndarray  # T, V: share of the yield kept over the distance, -1 = too far
    cohort_township: np.ndarray  # K
    cohort_calendar: np.ndarray  # K
    cohort_band: np.ndarray  # K
    cohort_group: np.ndarray  # K
    provider_offset: np.ndarray  # C * V + 1
    provider_list: np.ndarray  # providers that fit course and venue
    accreditation_row: np.ndarray  # P, C: R or -1
    rate: np.ndarray  # C, A, G
    quality: np.ndarray  # P
    occupation: np.ndarray  # C
    source: np.ndarray  # occupations, A, W
    source_mask: np.ndarray  # S: bit set over the occupation's pools
    source_offset: np.ndarray  # occupations + 1
    source_list: np.ndarray  # sources of each occupation
    pool_offset: np.ndarray  # occupations + 1
    pool_jobs: np.ndarray  # pools of each occupation
    unlinked_factor: float
    head_cents: np.ndarray  # C, G, 3
    class_cents: np.ndarray  # C
    outreach_cents: np.ndarray  # P, V
    training_type: np.ndarray  # C
    venue_county: np.ndarray  # V
    head_category: np.ndarray  # 3, G, training types, counties, W
    class_category: np.ndarray  # training types, counties, W
    money_set: np.ndarray  # Z, Q: whether the set's funds alone may pay the category
    target_heads: np.ndarray  # N
    target_at_least: np.ndarray  # N
    target_value: np.ndarray  # N
    target_charge: np.ndarray  # N: jobs per unit missing, hard ones at HARD_HEAD / HARD_CLASS
    target_cohorts: np.ndarray  # N, K
    target_courses: np.ndarray  # N, C
    target_providers: np.ndarray  # N, P
    target_venues: np.ndarray  # N, V
    target_guides: np.ndarray  # N: on heads of any course and provider, so that a head's bonus is the same everywhere
    cohort_target_offset: np.ndarray  # K + 1
    cohort_target: np.ndarray  # head targets that count each cohort
    required: np.ndarray  # L, 6
    required_number: np.ndarray  # L
    forbidden: np.ndarray
    place_offering: np.ndarray  # open places: offering
    place_venue: np.ndarray  # open places: venue
    venue_order: np.ndarray  # V, V: venues by distance of catchments
    venue_distance: np.ndarray  # V, V: 0..40


class Guide(NamedTuple):
    """Prices that guide the search, in expected jobs."""

    job_value: np.ndarray  # S: worth of an expected job net of its vacancy's price
    open_value: np.ndarray  # S: worth while a vacancy is open, whatever its price
    money: np.ndarray  # Q, per cent of money
    person: np.ndarray  # K
    wish: np.ndarray  # K, C
    team_sum: np.ndarray  # P, W + 1
    room_sum: np.ndarray  # V, W + 1
    target: np.ndarray  # N


class State(NamedTuple):
    """One chain's plan, its residual supplies and its best plan so far."""

    random: np.ndarray  # 1: state of the generator
    slot: np.ndarray  # I, 5: offering, provider, venue, form, week
    size: np.ndarray  # I: cohort entries
    cohort: np.ndarray  # I, J
    heads: np.ndarray  # I, J
    live: np.ndarray  # I: slots in use
    place: np.ndarray  # I: position in live, -1 = not live
    unused: np.ndarray  # I: stack of free slots
    counts: np.ndarray  # live, unused, iterations, accepted
    persons: np.ndarray  # K left
    wishes: np.ndarray  # K, C left
    teams: np.ndarray  # P, W left
    accredited: np.ndarray  # R, W left
    rooms: np.ndarray  # V, W left
    annual: np.ndarray  # P left
    money: np.ndarray  # Z left, cents
    spent: np.ndarray  # Q, cents
    jobs: np.ndarray  # S expected jobs
    linked: np.ndarray  # occupations: linked jobs
    targets: np.ndarray  # N reached
    locks: np.ndarray  # L reached
    best_slot: np.ndarray
    best_size: np.ndarray
    best_cohort: np.ndarray
    best_heads: np.ndarray
    best_count: np.ndarray  # 1
    best_value: np.ndarray  # 1


class Scratch(NamedTuple):
    """Working memory of one chain."""

    cohort: np.ndarray  # people near a venue
    share: np.ndarray
    limit: np.ndarray
    net: np.ndarray  # price of the head, jobs
    gain: np.ndarray
    counted: np.ndarray  # 1: expected jobs counted in the last fill's score
    head_jobs: np.ndarray  # expected jobs of one head
    surplus: np.ndarray  # what a head gains by a vacancy, jobs
    take_cohort: np.ndarray  # J
    take_heads: np.ndarray  # J
    extra: np.ndarray  # S jobs added
    cents: np.ndarray  # Q
    option: np.ndarray  # provider, form, week
    distance: np.ndarray  # I
    removed: np.ndarray
    inserted: np.ndarray
    candidate: np.ndarray  # X, 5
    fixed: np.ndarray  # X
    score: np.ndarray
    noise: np.ndarray
    stamp: np.ndarray
    seen: np.ndarray  # H, V
    bonus: np.ndarray  # N: price of a head at each target, this iteration
    person_bonus: np.ndarray  # K: sum of the guiding targets' bonuses
    added: np.ndarray  # N: heads or classes a candidate adds


@njit(cache=True, inline="always")
def uniform(state):
    """Next number in [0, 1) of the chain's own generator (splitmix64, Steele et al. 2014)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True)
def linked_jobs(land, jobs, extra, o):
    """Most jobs of an occupation that its pools can take: the least cut over sets of pools.

    With more than ten different pools the sources are served greedily instead (a lower bound; the finish is exact).
    """
    first, last = land.source_offset[o], land.source_offset[o + 1]
    pool0, pools = land.pool_offset[o], land.pool_offset[o + 1] - land.pool_offset[o]
    if pools == 0:
        return 0.0
    if pools > 10:
        return _linked_greedily(land, jobs, extra, o)
    best = 1e18
    for chosen in range(1 << pools):
        cut = 0.0
        for d in range(pools):
            if chosen >> d & 1:
                cut += land.pool_jobs[pool0 + d]
        for i in range(first, last):
            s = land.source_list[i]
            if land.source_mask[s] & ~chosen:
                cut += jobs[s] + extra[s]
        if cut < best:
            best = cut
    return best


@njit(cache=True)
def _linked_greedily(land, jobs, extra, o):
    pool0, pools = land.pool_offset[o], land.pool_offset[o + 1] - land.pool_offset[o]
    left = land.pool_jobs[pool0 : pool0 + pools].astype(np.float64)
    total = 0.0
    for i in range(land.source_offset[o], land.source_offset[o + 1]):
        s = land.source_list[i]
        wanted = jobs[s] + extra[s]
        for d in range(pools):
            if wanted > 0 and land.source_mask[s] >> d & 1:
                taken = min(wanted, left[d])
                left[d] -= taken
                wanted -= taken
                total += taken
    return total


@njit(cache=True)
def put(land, state, i, sign):
    """Add (sign 1) or remove (sign -1) class i from the residual supplies."""
    h, p, v, m, s = state.slot[i, 0], state.slot[i, 1], state.slot[i, 2], state.slot[i, 3], state.slot[i, 4]
    c = land.offering_course[h]
    after = s + land.length[c, m, s]
    end = after - 1
    row = land.accreditation_row[p, c]
    for w in range(s, after):
        state.teams[p, w] -= sign
        state.rooms[v, w] -= sign
        if row >= 0:
            state.accredited[row, w] -= sign
    state.annual[p] -= sign
    state.linked[land.occupation[c]] = STALE
    tt, county, o = land.training_type[c], land.venue_county[v], land.occupation[c]
    cents = land.class_cents[c] + land.outreach_cents[p, v]
    if cents > 0:
        state.spent[land.class_category[tt, county, end]] += sign * cents
    for j in range(state.size[i]):
        k = state.cohort[i, j]
        x = sign * state.heads[i, j]
        a, g = land.cohort_band[k], land.cohort_group[k]
        state.persons[k] -= x
        state.wishes[k, c] -= x
        state.jobs[land.source[o, a, end]] += x * head_jobs(land, c, p, v, m, s, k)
        for kind in range(3):
            if land.head_cents[c, g, kind] > 0:
                state.spent[land.head_category[kind, g, tt, county, end]] += x * land.head_cents[c, g, kind]
        for i_target in range(land.cohort_target_offset[k], land.cohort_target_offset[k + 1]):
            n = land.cohort_target[i_target]
            if land.target_courses[n, c] and land.target_providers[n, p]:
                state.targets[n] += x
    for n in range(land.target_value.shape[0]):
        if not land.target_heads[n] and counts_class(land, n, c, p, v):
            state.targets[n] += sign
    for n in range(land.required_number.shape[0]):
        if lock_matches(land.required[n], c, h, p, v, m, s):
            state.locks[n] += sign


@njit(cache=True, inline="always")
def counts_class(land, n, c, p, v):
    """Whether a 班数 target counts a class of course c, provider p at venue v."""
    return land.target_courses[n, c] and land.target_providers[n, p] and land.target_venues[n, v]


@njit(cache=True)
def head_jobs(land, c, p, v, m, s, k):
    """Expected jobs of one head of cohort k in the option (before vacancies)."""
    share = land.distance[land.cohort_township[k], v]
    quality = min(1.0, land.rate[c, land.cohort_band[k], land.cohort_group[k]] * land.quality[p])
    return quality * land.attendance[land.cohort_calendar[k], c, m, s] * share


@njit(cache=True)
def plan_value(land, state):
    """Expected jobs net of penalties (hard requirements at their charge), exact up to many-pooled occupations."""
    total = 0.0
    for o in range(land.source_offset.shape[0] - 1):
        jobs = 0.0
        for i in range(land.source_offset[o], land.source_offset[o + 1]):
            jobs += state.jobs[land.source_list[i]]
        total += land.unlinked_factor * jobs + (1.0 - land.unlinked_factor) * state.linked[o]
    for n in range(land.target_value.shape[0]):
        total -= land.target_charge[n] * missing(land, n, state.targets[n])
    for n in range(land.required_number.shape[0]):
        total -= HARD_CLASS * max(0, land.required_number[n] - state.locks[n])
    return total


@njit(cache=True, inline="always")
def missing(land, n, reached):
    """Units by which a target is missed."""
    if land.target_at_least[n]:
        return max(0, land.target_value[n] - reached)
    return max(0, reached - land.target_value[n])


@njit(cache=True)
def refresh_money(land, state, supply):
    """Recompute what each money set has left."""
    for z in range(land.money_set.shape[0]):
        left = supply[z]
        for q in range(land.money_set.shape[1]):
            if land.money_set[z, q]:
                left -= state.spent[q]
        state.money[z] = left


@njit(cache=True)
def _gather(land, state, guide, work, h, v, person_weight):
    """People near the venue with an open wish; fills cohort, share, limit, net price. Returns (entries, people)."""
    c = land.offering_course[h]
    count = 0
    people = 0
    for i in range(land.near_offset[v], land.near_offset[v + 1]):
        k = land.near_cohort[i]
        limit = min(state.wishes[k, c], state.persons[k])
        if limit <= 0:
            continue
        work.cohort[count] = k
        work.share[count] = land.distance[land.cohort_township[k], v]
        work.limit[count] = limit
        people += limit
        work.net[count] = person_weight * (guide.person[k] + guide.wish[k, c]) - work.person_bonus[k]
        count += 1
    return count, people


@njit(cache=True)
def _vacancy_room(land, state, work, c, end, count):
    """Expected jobs of the course's people that its open vacancies can still take in this end week."""
    o = land.occupation[c]
    if land.pool_offset[o + 1] == land.pool_offset[o]:
        return 1e18
    for i in range(count):
        work.extra[land.source[o, land.cohort_band[work.cohort[i]], end]] = 1e9
    room = linked_jobs(land, state.jobs, work.extra, o) - state.linked[o]
    for i in range(count):
        work.extra[land.source[o, land.cohort_band[work.cohort[i]], end]] = 0.0
    return room


@njit(cache=True)
def _fill(land, state, guide, work, h, p, v, m, s, count):
    """Heads for one option, best first; returns (entries, heads, score).

    Heads are worth their job value while vacancies are open and the unlinked factor beyond; ``work.counted`` keeps
    what the score counts for jobs.
    """
    c = land.offering_course[h]
    end = s + land.length[c, m, s] - 1
    tt, county, o = land.training_type[c], land.venue_county[v], land.occupation[c]
    smallest, largest = land.min_size[h], land.max_size[h, v]
    for i in range(count):
        k = work.cohort[i]
        attendance = land.attendance[land.cohort_calendar[k], c, m, s]
        if attendance < 0:
            work.gain[i] = NOTHING
            continue
        a, g = land.cohort_band[k], land.cohort_group[k]
        jobs = min(1.0, land.rate[c, a, g] * land.quality[p]) * attendance * work.share[i]
        value = guide.job_value[land.source[o, a, end]]
        gain = value * jobs - work.net[i]
        for kind in range(3):
            cents = land.head_cents[c, g, kind]
            if cents > 0:
                gain -= cents * guide.money[land.head_category[kind, g, tt, county, end]]
        work.gain[i] = gain
        work.head_jobs[i] = jobs
        work.surplus[i] = (value - land.unlinked_factor) * jobs
    room = _vacancy_room(land, state, work, c, end, count)
    entries = 0
    heads = 0
    score = 0.0
    counted = 0.0
    open_room = room < 1e17
    while heads < largest:
        best = -1
        best_gain = NOTHING
        for i in range(count):
            if work.gain[i] > best_gain:
                best_gain = work.gain[i]
                best = i
        if best < 0 or (best_gain <= 0 and heads >= smallest):
            break
        if open_room and room <= 1e-9:
            open_room = False
            for i in range(count):
                work.gain[i] -= work.surplus[i]
            continue
        x = min(work.limit[best], (largest if best_gain > 0 else smallest) - heads)
        work.take_cohort[entries] = work.cohort[best]
        work.take_heads[entries] = x
        entries += 1
        heads += x
        score += best_gain * x
        jobs = x * work.head_jobs[best]
        if open_room:
            room -= jobs
            counted += jobs * land.unlinked_factor + x * work.surplus[best]
        else:
            counted += jobs * land.unlinked_factor
        work.gain[best] = NOTHING
    if heads < smallest:
        return 0, 0, NOTHING
    work.counted[0] = counted
    score -= guide.team_sum[p, end + 1] - guide.team_sum[p, s] + guide.room_sum[v, end + 1] - guide.room_sum[v, s]
    cents = land.class_cents[c] + land.outreach_cents[p, v]
    if cents > 0:
        score -= cents * guide.money[land.class_category[tt, county, end]]
    return entries, heads, score


@njit(cache=True)
def _correct(land, state, guide, work, h, p, v, m, s, entries):
    """What the score of a filled class must be corrected by: full pools, targets passed, locks served."""
    c = land.offering_course[h]
    o = land.occupation[c]
    end = s + land.length[c, m, s] - 1
    correction = 0.0
    if land.pool_offset[o + 1] > land.pool_offset[o]:
        correction += _pool_correction(land, state, work, c, p, v, m, s, end, entries)
    for j in range(entries):
        k = work.take_cohort[j]
        correction -= work.take_heads[j] * work.person_bonus[k]
        for i in range(land.cohort_target_offset[k], land.cohort_target_offset[k + 1]):
            work.added[land.cohort_target[i]] += work.take_heads[j]
    for n in range(land.target_value.shape[0]):
        added = work.added[n]
        work.added[n] = 0
        if land.target_heads[n]:
            if added == 0 or not (land.target_courses[n, c] and land.target_providers[n, p]):
                continue
        elif counts_class(land, n, c, p, v):
            added = 1
        else:
            continue
        before = missing(land, n, state.targets[n])
        correction += land.target_charge[n] * (before - missing(land, n, state.targets[n] + added))
        if not land.target_at_least[n]:
            correction -= added * guide.target[n]
    for n in range(land.required_number.shape[0]):
        if state.locks[n] < land.required_number[n] and lock_matches(land.required[n], c, h, p, v, m, s):
            correction += HARD_CLASS
    return correction


@njit(cache=True)
def _pool_correction(land, state, work, c, p, v, m, s, end, entries):
    """Linked and unlinked jobs really gained, less what the fill counted; never above zero."""
    o = land.occupation[c]
    jobs = 0.0
    for j in range(entries):
        k = work.take_cohort[j]
        e = work.take_heads[j] * head_jobs(land, c, p, v, m, s, k)
        jobs += e
        work.extra[land.source[o, land.cohort_band[k], end]] += e
    linked = linked_jobs(land, state.jobs, work.extra, o) - state.linked[o]
    for i in range(land.source_offset[o], land.source_offset[o + 1]):
        work.extra[land.source_list[i]] = 0.0
    return min(0.0, land.unlinked_factor * jobs + (1.0 - land.unlinked_factor) * linked - work.counted[0])


@njit(cache=True, inline="always")
def _window_free(land, state, c, p, v, s, after):
    """Whether team, accreditation and room are free in all weeks of the window."""
    row = land.accreditation_row[p, c]
    for w in range(s, after):
        if state.teams[p, w] <= 0 or state.rooms[v, w] <= 0:
            return False
        if row >= 0 and state.accredited[row, w] <= 0:
            return False
    return True


@njit(cache=True)
def _best_option(land, state, guide, work, h, v, pattern, count, part_time, top):
    """Best provider, form and week for a class of h at v: a proxy ranks the windows, the best few are filled.

    ``pattern`` restricts provider, form and week (lock pattern, -1 = any). Returns the score; sets work.option.
    """
    c = land.offering_course[h]
    weeks = land.length.shape[2]
    mean_rate = 0.0
    people = 0.0
    for i in range(count):
        k = work.cohort[i]
        mean_rate += land.rate[c, land.cohort_band[k], land.cohort_group[k]] * work.limit[i]
        people += work.limit[i]
    mean_rate = min(1.0, 1.3 * mean_rate / max(people, 1.0))
    size = min(people, float(land.max_size[h, v]))
    proxy = np.full(top, NOTHING)
    options = np.zeros((top, 3), np.int64)
    place = c * land.near_offset.shape[0] - c + v
    tt, county = land.training_type[c], land.venue_county[v]
    for i in range(land.provider_offset[place], land.provider_offset[place + 1]):
        p = land.provider_list[i]
        if state.annual[p] <= 0 or (pattern[2] >= 0 and pattern[2] != p):
            continue
        cents = land.class_cents[c] + land.outreach_cents[p, v]
        for m in range(2):
            if (pattern[4] >= 0 and pattern[4] != m) or (m == 1 and not part_time and pattern[4] < 0):
                continue
            for s in range(weeks):
                length = land.length[c, m, s]
                if length == 0 or land.mean_attendance[v, c, m, s] <= 0 or (pattern[5] >= 0 and pattern[5] != s):
                    continue
                if not _window_free(land, state, c, p, v, s, s + length):
                    continue
                end = s + length - 1
                z = min(1.0, land.quality[p] * mean_rate) * size * land.mean_attendance[v, c, m, s]
                z -= guide.team_sum[p, end + 1] - guide.team_sum[p, s]
                z -= guide.room_sum[v, end + 1] - guide.room_sum[v, s]
                if cents > 0:
                    z -= cents * guide.money[land.class_category[tt, county, end]]
                z += 0.03 * abs(z) * uniform(state.random)
                if z > proxy[top - 1]:
                    j = top - 1
                    while j > 0 and proxy[j - 1] < z:
                        proxy[j] = proxy[j - 1]
                        options[j] = options[j - 1]
                        j -= 1
                    proxy[j] = z
                    options[j, 0], options[j, 1], options[j, 2] = p, m, s
    best = NOTHING
    for j in range(top):
        if proxy[j] == NOTHING:
            break
        p, m, s = options[j, 0], options[j, 1], options[j, 2]
        if is_forbidden(land.forbidden, c, h, p, v, m, s):
            continue
        entries, heads, score = _fill(land, state, guide, work, h, p, v, m, s, count)
        if entries == 0:
            continue
        score += _correct(land, state, guide, work, h, p, v, m, s, entries)
        if score > best:
            best = score
            work.option[0], work.option[1], work.option[2] = p, m, s
    return best


@njit(cache=True)
def _affordable(land, state, work):
    """Whether every money set can still pay the costs in work.cents."""
    for z in range(land.money_set.shape[0]):
        need = 0
        for q in range(land.money_set.shape[1]):
            if land.money_set[z, q]:
                need += work.cents[q]
        if need > state.money[z]:
            return False
    return True


@njit(cache=True)
def _cut_to_budget(land, state, work, h, p, v, m, s, entries, heads):
    """Take heads off the tail until the class can be paid; returns (entries, heads), (0, 0) when it cannot."""
    c = land.offering_course[h]
    end = s + land.length[c, m, s] - 1
    tt, county = land.training_type[c], land.venue_county[v]
    work.cents[:] = 0
    cents = land.class_cents[c] + land.outreach_cents[p, v]
    if cents > 0:
        work.cents[land.class_category[tt, county, end]] += cents
    for j in range(entries):
        g = land.cohort_group[work.take_cohort[j]]
        for kind in range(3):
            if land.head_cents[c, g, kind] > 0:
                q = land.head_category[kind, g, tt, county, end]
                work.cents[q] += work.take_heads[j] * land.head_cents[c, g, kind]
    while not _affordable(land, state, work):
        if heads <= land.min_size[h]:
            return 0, 0
        g = land.cohort_group[work.take_cohort[entries - 1]]
        for kind in range(3):
            if land.head_cents[c, g, kind] > 0:
                work.cents[land.head_category[kind, g, tt, county, end]] -= land.head_cents[c, g, kind]
        work.take_heads[entries - 1] -= 1
        heads -= 1
        if work.take_heads[entries - 1] == 0:
            entries -= 1
    return entries, heads


@njit(cache=True)
def _unlist(state, i):
    """Take class i out of the live list."""
    live = state.counts[0] - 1
    position = state.place[i]
    state.live[position] = state.live[live]
    state.place[state.live[position]] = position
    state.place[i] = -1
    state.counts[0] = live


@njit(cache=True)
def _list(state, i):
    """Put class i into the live list."""
    state.live[state.counts[0]] = i
    state.place[i] = state.counts[0]
    state.counts[0] += 1


@njit(cache=True)
def _relation(land, state, mode, i, j):
    """How unrelated two classes are, 0 = alike, under the drawn kind of relation."""
    same_offering = state.slot[i, 0] == state.slot[j, 0]
    apart = land.venue_distance[state.slot[i, 2], state.slot[j, 2]]
    weeks = abs(state.slot[i, 4] - state.slot[j, 4]) / 6.0
    if mode < 0.35:
        return apart / 10.0 + (0.0 if same_offering else 0.5)
    if mode < 0.55:
        ci, cj = land.offering_course[state.slot[i, 0]], land.offering_course[state.slot[j, 0]]
        kin = 0.0 if ci == cj else (1.0 if land.occupation[ci] == land.occupation[cj] else 2.0)
        return kin + apart / 60.0
    if mode < 0.80:
        return (0.0 if state.slot[i, 1] == state.slot[j, 1] else 1.0) + weeks
    if mode < 0.92:
        return (0.0 if state.slot[i, 2] == state.slot[j, 2] else apart / 15.0) + weeks
    return 0.0


@njit(cache=True)
def _ruin(land, state, work, most, refill):
    """Remove a few related classes; returns how many (in work.removed)."""
    live = state.counts[0]
    if live == 0:
        return 0
    wanted = min(live, 1 + int(uniform(state.random) * most))
    seed = state.live[int(uniform(state.random) * live)]
    mode = uniform(state.random) * (0.7 if refill else 1.0)
    jitter = 0.5 + uniform(state.random)
    for b in range(live):
        work.distance[b] = _relation(land, state, mode, state.live[b], seed) + jitter * uniform(state.random)
    for z in range(wanted):
        nearest = -1
        least = 1e17
        for b in range(live):
            if work.distance[b] < least:
                least = work.distance[b]
                nearest = b
        work.distance[nearest] = 1e18
        work.removed[z] = state.live[nearest]
    for z in range(wanted):
        put(land, state, work.removed[z], -1)
        _unlist(state, work.removed[z])
    return wanted


@njit(cache=True)
def _offer(land, state, work, removed, samples, refill, iteration):
    """Candidates for rebuilding: the removed slots themselves and samples near them; returns their number."""
    count = 0
    for n in range(land.required_number.shape[0]):
        if state.locks[n] < land.required_number[n]:
            count = _offer_lock(land, state, work, n, count)
    if refill or uniform(state.random) < 0.7:
        for z in range(removed):
            for j in range(5):
                work.candidate[count, j] = state.slot[work.removed[z], j]
            work.fixed[count] = -1
            count += 1
    for _ in range(0 if refill else samples):
        h, v = _sample_place(land, state, work, removed)
        if work.seen[h, v] == iteration + 1 or land.max_size[h, v] < land.min_size[h]:
            continue
        work.seen[h, v] = iteration + 1
        work.candidate[count, 0], work.candidate[count, 2] = h, v
        work.fixed[count] = -2
        count += 1
    for z in range(count):
        work.score[z] = 1e8
        work.stamp[z] = -1
        work.noise[z] = 0.95 + 0.1 * uniform(state.random)
    return count


@njit(cache=True)
def _offer_lock(land, state, work, n, count):
    """Up to four candidates that would serve an unmet lock."""
    for _ in range(4):
        pick = -1
        seen = 0
        for z in range(land.place_offering.shape[0]):
            h, v = land.place_offering[z], land.place_venue[z]
            pattern = land.required[n]
            if land.offering_course[h] != pattern[0] or (pattern[1] >= 0 and pattern[1] != h):
                continue
            if pattern[3] >= 0 and pattern[3] != v:
                continue
            seen += 1
            if uniform(state.random) * seen < 1.0:
                pick = z
        if pick >= 0:
            work.candidate[count, 0] = land.place_offering[pick]
            work.candidate[count, 2] = land.place_venue[pick]
            work.fixed[count] = n
            count += 1
    return count


@njit(cache=True)
def _sample_place(land, state, work, removed):
    """An offering and a venue, mostly near a removed class."""
    draw = uniform(state.random)
    if removed > 0 and draw < 0.92:
        i = work.removed[int(uniform(state.random) * removed)]
        near = min(14, land.venue_order.shape[0])
        v = land.venue_order[state.slot[i, 2], int(uniform(state.random) ** 1.5 * near)]
        if draw < 0.3:
            return state.slot[i, 0], v
        return int(uniform(state.random) * land.offering_course.shape[0]), v
    z = int(uniform(state.random) * land.place_offering.shape[0])
    return land.place_offering[z], land.place_venue[z]


@njit(cache=True)
def _score(land, state, guide, work, z, person_weight, part_time, top):
    """Score of candidate z on the residual supplies; sets its option. NOTHING when it cannot be opened."""
    h, v = work.candidate[z, 0], work.candidate[z, 2]
    c = land.offering_course[h]
    count, people = _gather(land, state, guide, work, h, v, person_weight)
    if people < land.min_size[h]:
        return NOTHING
    if work.fixed[z] == -1:
        p, m, s = work.candidate[z, 1], work.candidate[z, 3], work.candidate[z, 4]
        if state.annual[p] <= 0 or not _window_free(land, state, c, p, v, s, s + land.length[c, m, s]):
            return NOTHING
        entries, heads, score = _fill(land, state, guide, work, h, p, v, m, s, count)
        if entries == 0:
            return NOTHING
        return score + _correct(land, state, guide, work, h, p, v, m, s, entries)
    pattern = np.full(6, -1, np.int64)
    if work.fixed[z] >= 0:
        pattern[:] = land.required[work.fixed[z]]
    score = _best_option(land, state, guide, work, h, v, pattern, count, part_time, top)
    if score > NOTHING:
        work.candidate[z, 1], work.candidate[z, 3], work.candidate[z, 4] = work.option[0], work.option[1], work.option[2]
    return score


@njit(cache=True)
def _insert(land, state, guide, work, z, supply, person_weight):
    """Open candidate z with fresh heads; returns the class index or -1 when money does not suffice."""
    h, p, v, m, s = (work.candidate[z, 0], work.candidate[z, 1], work.candidate[z, 2], work.candidate[z, 3],
                     work.candidate[z, 4])
    count, people = _gather(land, state, guide, work, h, v, person_weight)
    entries, heads, score = _fill(land, state, guide, work, h, p, v, m, s, count)
    entries, heads = _cut_to_budget(land, state, work, h, p, v, m, s, entries, heads)
    if entries == 0:
        return -1
    state.counts[1] -= 1
    i = state.unused[state.counts[1]]
    state.slot[i, 0], state.slot[i, 1], state.slot[i, 2], state.slot[i, 3], state.slot[i, 4] = h, p, v, m, s
    state.size[i] = entries
    for j in range(entries):
        state.cohort[i, j] = work.take_cohort[j]
        state.heads[i, j] = work.take_heads[j]
    put(land, state, i, 1)
    _list(state, i)
    refresh_money(land, state, supply)
    o = land.occupation[land.offering_course[h]]
    state.linked[o] = linked_jobs(land, state.jobs, work.extra, o)
    return i


@njit(cache=True)
def _recreate(land, state, guide, work, count, supply, person_weight, part_time, top):
    """Lazy best insertion of the candidates; returns how many classes were opened (in work.inserted)."""
    opened = 0
    while opened < work.inserted.shape[0] and state.counts[1] > 0:
        best = -1
        highest = 1e-6
        for z in range(count):
            if work.score[z] > highest:
                highest = work.score[z]
                best = z
        if best < 0:
            break
        if work.stamp[best] != opened:
            work.stamp[best] = opened
            score = _score(land, state, guide, work, best, person_weight, part_time, top)
            work.score[best] = score * work.noise[best] if score > 0 else NOTHING
            continue
        i = _insert(land, state, guide, work, best, supply, person_weight)
        if i < 0:
            work.score[best] = NOTHING
            continue
        work.inserted[opened] = i
        opened += 1
        if work.fixed[best] == -1:
            work.score[best] = NOTHING
    return opened


@njit(cache=True)
def _keep_best(state, value):
    """Copy the plan into the best plan."""
    state.best_value[0] = value
    state.best_count[0] = state.counts[0]
    for b in range(state.counts[0]):
        i = state.live[b]
        state.best_slot[b] = state.slot[i]
        state.best_size[b] = state.size[i]
        for j in range(state.size[i]):
            state.best_cohort[b, j] = state.cohort[i, j]
            state.best_heads[b, j] = state.heads[i, j]


@njit(cache=True)
def _undo(land, state, work, opened, removed):
    """Take back an iteration that was not accepted."""
    for z in range(opened):
        i = work.inserted[z]
        put(land, state, i, -1)
        _unlist(state, i)
        state.unused[state.counts[1]] = i
        state.counts[1] += 1
    for z in range(removed):
        put(land, state, work.removed[z], 1)
        _list(state, work.removed[z])


@njit(cache=True)
def _money_price(guide, state):
    total = 0.0
    for q in range(guide.money.shape[0]):
        if state.spent[q] > 0:
            total += guide.money[q] * state.spent[q]
    return total


@njit(cache=True, nogil=True)
def anneal(land, guide, state, work, supply, first, iterations, total, hot, cold, most, samples, thrift, top):
    """Run iterations ``first`` .. ``first + iterations`` of ``total``; temperature falls geometrically with them.

    ``thrift`` weighs the price of money spent in the acceptance rule, so that unspent money counts.
    """
    team_sum, room_sum, job_value = guide.team_sum.copy(), guide.room_sum.copy(), guide.job_value.copy()
    scaled = Guide(
        job_value, guide.open_value, guide.money, guide.person, guide.wish, team_sum, room_sum, guide.target
    )
    refresh_money(land, state, supply)
    state.linked[:] = STALE
    _refresh_linked(land, state, work)
    current = plan_value(land, state) - thrift * _money_price(guide, state)
    for iteration in range(first, first + iterations):
        temperature = hot * (cold / hot) ** (iteration / max(1, total))
        refill = uniform(state.random) < 0.3
        removed = _ruin(land, state, work, most, refill)
        refresh_money(land, state, supply)
        _refresh_linked(land, state, work)
        window_weight = 1.0 - uniform(state.random)
        team_sum[:] = window_weight * guide.team_sum
        room_sum[:] = window_weight * guide.room_sum
        vacancy_weight = uniform(state.random)
        job_value[:] = guide.open_value + vacancy_weight * (guide.job_value - guide.open_value)
        person_weight = 0.7 * uniform(state.random) ** 0.5
        part_time = uniform(state.random) < 0.1
        for n in range(land.target_value.shape[0]):
            if land.target_at_least[n]:
                unmet = 0.5 * land.target_charge[n] if state.targets[n] < land.target_value[n] else 0.0
                work.bonus[n] = max(guide.target[n], unmet)
            else:
                work.bonus[n] = -guide.target[n]
        _sum_bonuses(land, work)
        count = _offer(land, state, work, removed, samples, refill, iteration)
        opened = _recreate(land, state, scaled, work, count, supply, person_weight, part_time, top)
        value = plan_value(land, state)
        merit = value - thrift * _money_price(guide, state)
        state.counts[2] += 1
        if merit >= current + temperature * np.log(uniform(state.random) + 1e-300):
            current = merit
            state.counts[3] += 1
            for z in range(removed):
                state.unused[state.counts[1]] = work.removed[z]
                state.counts[1] += 1
            if value > state.best_value[0] + 1e-9:
                _keep_best(state, value)
        else:
            _undo(land, state, work, opened, removed)


@njit(cache=True)
def _sum_bonuses(land, work):
    """Bonus of a person of each cohort at the targets that guide heads into any class."""
    for k in range(work.person_bonus.shape[0]):
        total = 0.0
        for i in range(land.cohort_target_offset[k], land.cohort_target_offset[k + 1]):
            n = land.cohort_target[i]
            if land.target_guides[n]:
                total += work.bonus[n]
        work.person_bonus[k] = total


@njit(cache=True)
def _refresh_linked(land, state, work):
    """Recompute the linked jobs of every occupation marked as stale."""
    for o in range(land.source_offset.shape[0] - 1):
        if state.linked[o] == STALE:
            state.linked[o] = linked_jobs(land, state.jobs, work.extra, o)
