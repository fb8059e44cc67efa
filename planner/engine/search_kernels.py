"""Compiled kernels of the class search: ruin and recreate with simulated annealing.

Schrimpf et al. (2000) for ruin and recreate, Christiaens & Vanden Berghe (2020) for ruining neighbours. One
iteration removes a few related classes, draws how much the prices shall count, and rebuilds by lazy best
insertion; docs/engine.md, section 2. :class:`Terrain` never changes, :class:`State` is one chain's plan.

Adding a class and removing it again restores the state bit by bit: people, supplies and money are whole numbers,
and yields are whole multiples of :data:`YIELD_UNIT`. So a chain's result depends on its seed and its work only.

Python hands the arrays over as named tuples. Inside, the kernels pass them on behind one pointer each (numba's
``structref``): a tuple would travel array by array through every call, which costs minutes of compiling. What a
call compiles for once (a whole number) is written as np.int64, since numba compiles anew for a literal.

Array axes as in :mod:`planner.model.problem`; in addition B cohort entries by venue, Z money sets, R tighter
accreditations, I class slots, J heads of a class, U cuts of an occupation's vacancies, X candidates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, types
from numba.experimental import structref

from planner.engine.price_kernels import ANY, NOTHING, is_forbidden, lock_matches

HARD_HEAD = 3.0
"""Jobs charged in the search per head or class missing at a hard target: more than any head or class can earn."""
HARD_CLASS = 60.0
YIELD_UNIT = 2.0**-32
"""Yields of heads are rounded to this part of a job, so that sums of up to two million jobs are exact."""

RETURNING = np.int64(-1)
"""Origin of a candidate that was just removed: only its old provider, form and week are tried."""
SAMPLED = np.int64(-2)
"""Origin of a candidate drawn at random. Candidates for an unmet lock have the lock's index as origin."""
PEOPLE, WINDOWS = 0, 1
"""Positions in Scratch.weight."""
ADD = np.int64(1)
REMOVE = np.int64(-1)


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
    near_share: np.ndarray  # B: share of the yield kept over the distance
    distance: np.ndarray  # T, V: the same for any township and venue, -1 = too far
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
    cuts: np.ndarray  # occupations: number of cuts
    cut_misses: np.ndarray  # S, U: 1 where some pool of the source is not in the cut's set, else 0
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
    wish: np.ndarray  # C, K
    team_sum: np.ndarray  # P, W + 1: running sum over the weeks
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
    wishes: np.ndarray  # C, K left
    teams: np.ndarray  # P, W left
    accredited: np.ndarray  # R, W left
    rooms: np.ndarray  # V, W left
    annual: np.ndarray  # P left
    money: np.ndarray  # Z left, cents
    spent: np.ndarray  # Q, cents
    jobs: np.ndarray  # occupations: expected jobs
    linked: np.ndarray  # occupations: jobs that vacancies take
    cut: np.ndarray  # occupations, U: vacancies of the cut's pools and jobs of the sources that miss them
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
    head_jobs: np.ndarray  # expected jobs of one head
    surplus: np.ndarray  # what a head gains by a vacancy, jobs
    take_cohort: np.ndarray  # J
    take_heads: np.ndarray  # J
    take_jobs: np.ndarray  # J: expected jobs of one head of the entry
    counted: np.ndarray  # 1: expected jobs counted in the last fill's score
    filled_rate: np.ndarray  # A, G: yield of an attending head nearby
    filled_cents: np.ndarray  # G: price of a head's costs, jobs
    extra: np.ndarray  # A: jobs added to an occupation in one end week
    through: np.ndarray  # U: cuts with these jobs added
    cents: np.ndarray  # Q
    blocked: np.ndarray  # W + 1: first week from here in which a class cannot be held
    option: np.ndarray  # options to fill, best first: provider, form, week
    option_score: np.ndarray
    distance: np.ndarray  # I
    removed: np.ndarray
    inserted: np.ndarray
    candidate: np.ndarray  # X, 5: as State.slot
    origin: np.ndarray  # X: RETURNING, SAMPLED or the index of an unmet lock
    score: np.ndarray  # X
    noise: np.ndarray  # X
    stamp: np.ndarray  # X: classes inserted when the score was worked out
    seen: np.ndarray  # H, V: last iteration in which the place was sampled
    bonus: np.ndarray  # N: price of a head at each target, this iteration
    person_bonus: np.ndarray  # K: sum of the guiding targets' bonuses
    added: np.ndarray  # N: heads or classes a candidate adds
    job_value: np.ndarray  # S: Guide.job_value as it counts in this iteration
    weight: np.ndarray  # 2: how much prices of people and of windows count in this iteration
    mate: np.ndarray  # M: classes of one course whose heads are exchanged
    mate_rate: np.ndarray  # M, A, G: worth of an attending head nearby
    mate_cents: np.ndarray  # M, G: price of a head's costs, jobs
    mate_heads: np.ndarray  # M: heads of the class
    edge: np.ndarray  # M + 1, M + 1: best gain of moving one head between classes; the last is the people left over
    edge_cohort: np.ndarray  # M + 1, M + 1: the cohort moved, -1 = the place only changes size
    reach: np.ndarray  # M + 1
    before: np.ndarray  # M + 1
    saved: np.ndarray  # V: classes whose heads were exchanged in this iteration
    saved_count: np.ndarray  # 1
    saved_size: np.ndarray  # V
    saved_cohort: np.ndarray  # V, J
    saved_heads: np.ndarray  # V, J
    settled: np.ndarray  # C: last iteration in which a course was settled
    fresh: np.ndarray  # I: last iteration in which a slot was opened or saved


def _by_pointer(fields: type[NamedTuple]) -> type:
    """A type the kernels can build from the named tuple, which holds the same arrays behind one pointer."""
    holder = type(f"{fields.__name__}Pointer", (), {"__module__": __name__})
    kind = structref.register(type(f"{fields.__name__}PointerType", (types.StructRef,), {"__module__": __name__}))
    structref.define_constructor(holder, kind, fields._fields)
    structref.define_attributes(kind)
    return holder


TerrainPointer = _by_pointer(Terrain)
GuidePointer = _by_pointer(Guide)
StatePointer = _by_pointer(State)
ScratchPointer = _by_pointer(Scratch)


# numba has these options, its types lack them
kernel = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)  # type: ignore[call-overload]
"""A function that only kernels call: without the wrappers for Python and C it compiles faster."""
stage = njit(inline="always")
"""A step of an iteration with a single caller, compiled as part of it: each level of calls costs compile time."""


@kernel
def uniform(random):
    """Next number in [0, 1) of the chain's own generator (splitmix64, Steele et al. 2014)."""
    random[0] += np.uint64(0x9E3779B97F4A7C15)
    z = random[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def draw(random, number):
    """A whole number from 0 to ``number`` - 1."""
    return int(uniform(random) * number)


# --- one class in the plan -------------------------------------------------------------------------------------


@kernel
def _cost_class(land, state, work, i):
    """Costs of class i by category, into work.cents."""
    h, p, v, m, s = state.slot[i, 0], state.slot[i, 1], state.slot[i, 2], state.slot[i, 3], state.slot[i, 4]
    c = land.offering_course[h]
    end = s + land.length[c, m, s] - 1
    tt, county = land.training_type[c], land.venue_county[v]
    for q in range(work.cents.shape[0]):
        work.cents[q] = 0
    cents = land.class_cents[c] + land.outreach_cents[p, v]
    if cents > 0:
        work.cents[land.class_category[tt, county, end]] += cents
    for j in range(state.size[i]):
        g = land.cohort_group[state.cohort[i, j]]
        for kind in range(3):
            if land.head_cents[c, g, kind] > 0:
                q = land.head_category[kind, g, tt, county, end]
                work.cents[q] += state.heads[i, j] * land.head_cents[c, g, kind]


@kernel
def linked_jobs(land, state, work, o, end):
    """Jobs of occupation o that its pools can take if work.extra is added in the end week: the least cut.

    A set of pools cuts the flow at its own vacancies and at the sources that reach other pools too (Ford &
    Fulkerson 1956). Only unions of the sources' pools need be looked at, which leaves a few dozen sets.
    """
    through, cuts = work.through, land.cuts[o]
    for j in range(cuts):
        through[j] = state.cut[o, j]
    for a in range(work.extra.shape[0]):
        extra = work.extra[a]
        if extra != 0.0:
            misses = land.cut_misses[land.source[o, a, end]]
            for j in range(cuts):
                through[j] += extra * misses[j]
    least = through[0]
    for j in range(1, cuts):
        least = min(least, through[j])
    return least


@kernel
def _put(land, state, work, i, sign):
    """Add or remove class i from the residual supplies, the jobs, the targets and the locks."""
    h, p, v, m, s = state.slot[i, 0], state.slot[i, 1], state.slot[i, 2], state.slot[i, 3], state.slot[i, 4]
    c = land.offering_course[h]
    after = s + land.length[c, m, s]
    row = land.accreditation_row[p, c]
    for w in range(s, after):
        state.teams[p, w] -= sign
        state.rooms[v, w] -= sign
        if row >= 0:
            state.accredited[row, w] -= sign
    state.annual[p] -= sign
    _put_money(land, state, work, i, sign)
    for j in range(state.size[i]):
        k = state.cohort[i, j]
        x = sign * state.heads[i, j]
        state.persons[k] -= x
        state.wishes[c, k] -= x
        work.extra[land.cohort_band[k]] += x * _head_jobs(land, c, p, v, m, s, k)
        for i_target in range(land.cohort_target_offset[k], land.cohort_target_offset[k + 1]):
            n = land.cohort_target[i_target]
            if land.target_courses[n, c] and land.target_providers[n, p]:
                state.targets[n] += x
    _put_jobs(land, state, work, land.occupation[c], after - 1)
    for n in range(land.target_value.shape[0]):
        if not land.target_heads[n] and _counts_class(land, n, c, p, v):
            state.targets[n] += sign
    for n in range(land.required_number.shape[0]):
        if lock_matches(land.required[n], c, h, p, v, m, s):
            state.locks[n] += sign


@kernel
def _put_money(land, state, work, i, sign):
    """Charge (or give back) the costs of class i to the categories and to every money set."""
    _cost_class(land, state, work, i)
    for q in range(work.cents.shape[0]):
        cents = sign * work.cents[q]
        if cents != 0:
            state.spent[q] += cents
            for z in range(land.money_set.shape[0]):
                if land.money_set[z, q]:
                    state.money[z] -= cents


@kernel
def _put_jobs(land, state, work, o, end):
    """Book the jobs in work.extra and clear it."""
    state.linked[o] = linked_jobs(land, state, work, o, end)
    for j in range(land.cuts[o]):
        state.cut[o, j] = work.through[j]
    for a in range(work.extra.shape[0]):
        state.jobs[o] += work.extra[a]
        work.extra[a] = 0.0


@kernel
def _counts_class(land, n, c, p, v):
    """Whether a 班数 target counts a class of course c, provider p at venue v."""
    return land.target_courses[n, c] and land.target_providers[n, p] and land.target_venues[n, v]


@kernel
def _head_jobs(land, c, p, v, m, s, k):
    """Expected jobs of one head of cohort k in the option (before vacancies), a multiple of YIELD_UNIT."""
    share = land.distance[land.cohort_township[k], v]
    quality = min(1.0, land.rate[c, land.cohort_band[k], land.cohort_group[k]] * land.quality[p])
    jobs = quality * land.attendance[land.cohort_calendar[k], c, m, s] * share
    return np.floor(jobs / YIELD_UNIT + 0.5) * YIELD_UNIT


@kernel
def _open_class(land, state, work, i):
    """Put class i, already written into its slot, into the plan."""
    _put(land, state, work, i, ADD)
    state.live[state.counts[0]] = i
    state.place[i] = state.counts[0]
    state.counts[0] += 1


@kernel
def _close_class(land, state, work, i):
    """Take class i out of the plan; its slot keeps it."""
    _put(land, state, work, i, REMOVE)
    last = state.counts[0] - 1
    position = state.place[i]
    state.live[position] = state.live[last]
    state.place[state.live[position]] = position
    state.place[i] = -1
    state.counts[0] = last


@kernel
def _take_slot(state):
    """A free class slot."""
    state.counts[1] -= 1
    return state.unused[state.counts[1]]


@kernel
def _free_slot(state, i):
    """Give back the slot of a closed class."""
    state.unused[state.counts[1]] = i
    state.counts[1] += 1


# --- value of the plan -----------------------------------------------------------------------------------------


@kernel
def _missing(land, n, reached):
    """Units by which a target is missed."""
    if land.target_at_least[n]:
        return max(0, land.target_value[n] - reached)
    return max(0, reached - land.target_value[n])


@kernel
def _plan_value(land, state):
    """Expected jobs net of penalties (hard requirements at their charge)."""
    total = 0.0
    for o in range(land.cuts.shape[0]):
        total += land.unlinked_factor * state.jobs[o] + (1.0 - land.unlinked_factor) * state.linked[o]
    for n in range(land.target_value.shape[0]):
        total -= land.target_charge[n] * _missing(land, n, state.targets[n])
    for n in range(land.required_number.shape[0]):
        total -= HARD_CLASS * max(0, land.required_number[n] - state.locks[n])
    return total


@kernel
def _money_price(guide, state):
    """Price of the money spent, in jobs."""
    total = 0.0
    for q in range(guide.money.shape[0]):
        total += guide.money[q] * state.spent[q]
    return total


@kernel
def _keep_best(state, value):
    """Copy the plan into the best plan."""
    state.best_value[0] = value
    state.best_count[0] = state.counts[0]
    for b in range(state.counts[0]):
        i = state.live[b]
        for j in range(5):
            state.best_slot[b, j] = state.slot[i, j]
        state.best_size[b] = state.size[i]
        for j in range(state.size[i]):
            state.best_cohort[b, j] = state.cohort[i, j]
            state.best_heads[b, j] = state.heads[i, j]


# --- heads for one option --------------------------------------------------------------------------------------


@kernel
def _gather(land, state, guide, work, h, v):
    """People near the venue with an open wish; fills cohort, share, limit, net price. Returns (entries, people)."""
    c = land.offering_course[h]
    wishes, wish_price, weight = state.wishes[c], guide.wish[c], work.weight[PEOPLE]
    count = 0
    people = 0
    for i in range(land.near_offset[v], land.near_offset[v + 1]):
        k = land.near_cohort[i]
        limit = min(wishes[k], state.persons[k])
        if limit > 0:
            work.cohort[count] = k
            work.share[count] = land.near_share[i]
            work.limit[count] = limit
            work.net[count] = weight * (guide.person[k] + wish_price[k]) - work.person_bonus[k]
            people += limit
            count += 1
    return count, people


@kernel
def _value_heads(land, guide, work, h, p, v, m, s, count):
    """Jobs, gain and gain by a vacancy of one head of each gathered cohort in the option."""
    c = land.offering_course[h]
    end = s + land.length[c, m, s] - 1
    tt, county, o = land.training_type[c], land.venue_county[v], land.occupation[c]
    bands, groups = work.filled_rate.shape
    for g in range(groups):
        price = 0.0
        for kind in range(3):
            cents = land.head_cents[c, g, kind]
            if cents > 0:
                price += cents * guide.money[land.head_category[kind, g, tt, county, end]]
        work.filled_cents[g] = price
        for a in range(bands):
            work.filled_rate[a, g] = min(1.0, land.rate[c, a, g] * land.quality[p])
    for i in range(count):
        k = work.cohort[i]
        a, g = land.cohort_band[k], land.cohort_group[k]
        attendance = land.attendance[land.cohort_calendar[k], c, m, s]
        jobs = work.filled_rate[a, g] * attendance * work.share[i]
        value = work.job_value[land.source[o, a, end]]
        work.head_jobs[i] = jobs
        work.surplus[i] = (value - land.unlinked_factor) * jobs
        work.gain[i] = value * jobs - work.net[i] - work.filled_cents[g] if attendance >= 0 else NOTHING


@kernel
def _vacancy_room(land, state, work, o, end, count):
    """Expected jobs of the gathered people that the occupation's vacancies can still take in the end week."""
    for i in range(count):
        work.extra[land.cohort_band[work.cohort[i]]] = 1e9
    room = linked_jobs(land, state, work, o, end) - state.linked[o]
    for a in range(work.extra.shape[0]):
        work.extra[a] = 0.0
    return room


@kernel
def _best_head(work, count):
    """Gathered cohort with the highest gain, -1 when none is left."""
    best = -1
    highest = NOTHING
    for i in range(count):
        if work.gain[i] > highest:
            highest = work.gain[i]
            best = i
    return best


@kernel
def _class_price(land, guide, work, c, p, v, s, end):
    """Price of a class's team, room and 办班费, whatever its heads."""
    price = guide.team_sum[p, end + 1] - guide.team_sum[p, s] + guide.room_sum[v, end + 1] - guide.room_sum[v, s]
    price *= work.weight[WINDOWS]
    cents = land.class_cents[c] + land.outreach_cents[p, v]
    if cents > 0:
        price += cents * guide.money[land.class_category[land.training_type[c], land.venue_county[v], end]]
    return price


@kernel
def _fill(land, state, guide, work, h, p, v, m, s, count):
    """Heads for one option, best first; returns (entries, heads, score).

    Heads are worth their job value while vacancies are open and the unlinked factor beyond; ``work.counted`` keeps
    what the score counts for jobs.
    """
    c = land.offering_course[h]
    end = s + land.length[c, m, s] - 1
    smallest, largest = land.min_size[h], land.max_size[h, v]
    _value_heads(land, guide, work, h, p, v, m, s, count)
    room = _vacancy_room(land, state, work, land.occupation[c], end, count)
    open_room = True
    entries = 0
    heads = 0
    score = 0.0
    counted = 0.0
    while heads < largest:
        best = _best_head(work, count)
        if best < 0 or (work.gain[best] <= 0 and heads >= smallest):
            break
        if open_room and room <= 1e-9:
            open_room = False
            for i in range(count):
                work.gain[i] -= work.surplus[i]
            continue
        x = min(work.limit[best], (largest if work.gain[best] > 0 else smallest) - heads)
        work.take_cohort[entries] = work.cohort[best]
        work.take_heads[entries] = x
        work.take_jobs[entries] = work.head_jobs[best]
        entries += 1
        heads += x
        score += work.gain[best] * x
        jobs = x * work.head_jobs[best]
        counted += jobs * land.unlinked_factor
        if open_room:
            room -= jobs
            counted += x * work.surplus[best]
        work.gain[best] = NOTHING
    if heads < smallest:
        return 0, 0, NOTHING
    work.counted[0] = counted
    return entries, heads, score - _class_price(land, guide, work, c, p, v, s, end)


@kernel
def _correct(land, state, guide, work, h, p, v, m, s, entries):
    """What the score of a filled class must be corrected by: full pools, targets passed, locks served."""
    c = land.offering_course[h]
    correction = _pool_correction(land, state, work, land.occupation[c], s + land.length[c, m, s] - 1, entries)
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
        elif _counts_class(land, n, c, p, v):
            added = 1
        else:
            continue
        before = _missing(land, n, state.targets[n])
        correction += land.target_charge[n] * (before - _missing(land, n, state.targets[n] + added))
        if not land.target_at_least[n]:
            correction -= added * guide.target[n]
    for n in range(land.required_number.shape[0]):
        if state.locks[n] < land.required_number[n] and lock_matches(land.required[n], c, h, p, v, m, s):
            correction += HARD_CLASS
    return correction


@kernel
def _pool_correction(land, state, work, o, end, entries):
    """Linked and unlinked jobs really gained, less what the fill counted; never above zero."""
    jobs = 0.0
    for j in range(entries):
        e = work.take_heads[j] * work.take_jobs[j]
        jobs += e
        work.extra[land.cohort_band[work.take_cohort[j]]] += e
    linked = linked_jobs(land, state, work, o, end) - state.linked[o]
    for a in range(work.extra.shape[0]):
        work.extra[a] = 0.0
    return min(0.0, land.unlinked_factor * jobs + (1.0 - land.unlinked_factor) * linked - work.counted[0])


# --- provider, form and week of one candidate ------------------------------------------------------------------


@kernel
def _block_weeks(land, state, work, c, p, v):
    """Fill work.blocked: first week from each week on in which p, its accreditation for c or v has nothing free."""
    row = land.accreditation_row[p, c]
    weeks = land.length.shape[2]
    blocked = weeks
    work.blocked[weeks] = weeks
    for w in range(weeks - 1, -1, -1):
        if state.teams[p, w] <= 0 or state.rooms[v, w] <= 0 or (row >= 0 and state.accredited[row, w] <= 0):
            blocked = w
        work.blocked[w] = blocked


@kernel
def _mean_yield(land, work, c, count, people):
    """Yield of a head of average quality, raised because the best are taken first."""
    total = 0.0
    for i in range(count):
        k = work.cohort[i]
        total += land.rate[c, land.cohort_band[k], land.cohort_group[k]] * work.limit[i]
    return min(1.0, 1.3 * total / people)


@kernel
def _rank_option(work, options, score, p, m, s):
    """Keep the option in work.option if it is among the best; returns how many are kept."""
    most = work.option.shape[0]
    if options == most:
        if score <= work.option_score[most - 1]:
            return options
        options -= 1
    j = options
    while j > 0 and work.option_score[j - 1] < score:
        work.option_score[j] = work.option_score[j - 1]
        for i in range(3):
            work.option[j, i] = work.option[j - 1, i]
        j -= 1
    work.option_score[j] = score
    work.option[j, 0], work.option[j, 1], work.option[j, 2] = p, m, s
    return options + 1


@kernel
def _rank_windows(land, state, guide, work, h, v, lock, part_time, count, people):
    """Rank provider, form and week for a class of h at v by a rough score into work.option; returns how many.

    A lock (index, negative = none) restricts provider, form and week.
    """
    c = land.offering_course[h]
    weeks = land.length.shape[2]
    mean_yield = _mean_yield(land, work, c, count, people)
    size = float(min(people, land.max_size[h, v]))
    only_p, only_m, only_s = ANY, ANY, ANY
    if lock >= 0:
        only_p, only_m, only_s = land.required[lock, 2], land.required[lock, 4], land.required[lock, 5]
    options = np.int64(0)
    here = c * land.venue_county.shape[0] + v
    for i in range(land.provider_offset[here], land.provider_offset[here + 1]):
        p = land.provider_list[i]
        if state.annual[p] <= 0 or (only_p != ANY and only_p != p):
            continue
        heads = min(1.0, land.quality[p] * mean_yield) * size
        _block_weeks(land, state, work, c, p, v)
        for m in range(2):
            if (only_m != ANY and only_m != m) or (m == 1 and not part_time and only_m == ANY):
                continue
            for s in range(weeks):
                after = s + land.length[c, m, s]
                worth = land.mean_attendance[v, c, m, s]
                if after == s or worth <= 0 or after > work.blocked[s] or (only_s != ANY and only_s != s):
                    continue
                score = heads * worth - _class_price(land, guide, work, c, p, v, s, after - 1)
                score += 0.03 * abs(score) * uniform(state.random)
                if not is_forbidden(land.forbidden, c, h, p, v, m, s):
                    options = _rank_option(work, options, score, p, m, s)
    return options


@kernel
def _returning_option(land, state, work, z):
    """Put a removed class's own provider, form and week into work.option; returns 1, or 0 when they are taken."""
    h, p, v, m, s = (work.candidate[z, 0], work.candidate[z, 1], work.candidate[z, 2], work.candidate[z, 3],
                     work.candidate[z, 4])
    c = land.offering_course[h]
    _block_weeks(land, state, work, c, p, v)
    if state.annual[p] <= 0 or work.blocked[s] < s + land.length[c, m, s]:
        return 0
    work.option[0, 0], work.option[0, 1], work.option[0, 2] = p, m, s
    return 1


@stage
def _score(land, state, guide, work, z, part_time):
    """Score of candidate z on the residual supplies; sets its option. NOTHING when it cannot be opened."""
    h, v = work.candidate[z, 0], work.candidate[z, 2]
    count, people = _gather(land, state, guide, work, h, v)
    if people < land.min_size[h]:
        return NOTHING
    if work.origin[z] == RETURNING:
        options = _returning_option(land, state, work, z)
    else:
        options = _rank_windows(land, state, guide, work, h, v, work.origin[z], part_time, count, people)
    best = NOTHING
    for j in range(options):
        p, m, s = work.option[j, 0], work.option[j, 1], work.option[j, 2]
        entries, _, score = _fill(land, state, guide, work, h, p, v, m, s, count)
        if entries > 0:
            score += _correct(land, state, guide, work, h, p, v, m, s, entries)
            if score > best:
                best = score
                work.candidate[z, 1], work.candidate[z, 3], work.candidate[z, 4] = p, m, s
    return best


# --- ruin ------------------------------------------------------------------------------------------------------


@kernel
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


@kernel
def _ruin(land, state, work, most, refill):
    """Remove a few related classes; returns how many (in work.removed)."""
    live = state.counts[0]
    if live == 0:
        return 0
    wanted = min(live, 1 + draw(state.random, most))
    seed = state.live[draw(state.random, live)]
    mode = uniform(state.random) * (0.7 if refill else 1.0)
    jitter = 0.5 + uniform(state.random)
    for b in range(live):
        work.distance[b] = _relation(land, state, mode, state.live[b], seed) + jitter * uniform(state.random)
    for z in range(wanted):
        nearest = 0
        for b in range(live):
            if work.distance[b] < work.distance[nearest]:
                nearest = b
        work.distance[nearest] = np.inf
        work.removed[z] = state.live[nearest]
    for z in range(wanted):
        _close_class(land, state, work, work.removed[z])
    return wanted


# --- recreate --------------------------------------------------------------------------------------------------


@kernel
def _offer(land, state, work, removed, samples, refill):
    """Candidates for rebuilding: unmet locks, the removed classes and samples near them; returns their number."""
    count = np.int64(0)
    for n in range(land.required_number.shape[0]):
        if state.locks[n] < land.required_number[n]:
            count = _offer_lock(land, state, work, n, count)
    if refill or uniform(state.random) < 0.7:
        for z in range(removed):
            for j in range(5):
                work.candidate[count, j] = state.slot[work.removed[z], j]
            work.origin[count] = RETURNING
            count += 1
    iteration = state.counts[2]
    for _ in range(0 if refill else samples):
        h, v = _sample_place(land, state, work, removed)
        if work.seen[h, v] == iteration or land.max_size[h, v] < land.min_size[h]:
            continue
        work.seen[h, v] = iteration
        work.candidate[count, 0], work.candidate[count, 2] = h, v
        work.origin[count] = SAMPLED
        count += 1
    for z in range(count):
        work.score[z] = -NOTHING
        work.stamp[z] = -1
        work.noise[z] = 0.95 + 0.1 * uniform(state.random)
    return count


@kernel
def _offer_lock(land, state, work, n, count):
    """Add up to four places that would serve unmet lock n; returns the new number of candidates."""
    course, offering, venue = land.required[n, 0], land.required[n, 1], land.required[n, 3]
    for _ in range(4):
        pick = -1
        seen = 0
        for z in range(land.place_offering.shape[0]):
            h, v = land.place_offering[z], land.place_venue[z]
            if land.offering_course[h] == course and (offering in (ANY, h)) and (venue in (ANY, v)):
                seen += 1
                if uniform(state.random) * seen < 1.0:
                    pick = z
        if pick >= 0:
            work.candidate[count, 0] = land.place_offering[pick]
            work.candidate[count, 2] = land.place_venue[pick]
            work.origin[count] = n
            count += 1
    return count


@kernel
def _sample_place(land, state, work, removed):
    """An offering and a venue, mostly near a removed class."""
    kind = uniform(state.random)
    if removed > 0 and kind < 0.92:
        i = work.removed[draw(state.random, removed)]
        near = min(14, land.venue_order.shape[0])
        v = land.venue_order[state.slot[i, 2], int(uniform(state.random) ** 1.5 * near)]
        if kind < 0.3:
            return state.slot[i, 0], v
        return draw(state.random, land.offering_course.shape[0]), v
    z = draw(state.random, land.place_offering.shape[0])
    return land.place_offering[z], land.place_venue[z]


@kernel
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


@kernel
def _cut_to_budget(land, state, work, i, heads):
    """Take heads off the tail of class i until it can be paid; false when it cannot."""
    smallest = land.min_size[state.slot[i, 0]]
    _cost_class(land, state, work, i)
    while not _affordable(land, state, work):
        if heads <= smallest:
            return False
        heads -= 1
        last = state.size[i] - 1
        state.heads[i, last] -= 1
        if state.heads[i, last] == 0:
            state.size[i] = last
        _cost_class(land, state, work, i)
    return True


@stage
def _insert(land, state, guide, work, z):
    """Open candidate z with fresh heads; returns the class index or -1 when money does not suffice."""
    h, p, v, m, s = (work.candidate[z, 0], work.candidate[z, 1], work.candidate[z, 2], work.candidate[z, 3],
                     work.candidate[z, 4])
    count, _ = _gather(land, state, guide, work, h, v)
    entries, heads, _ = _fill(land, state, guide, work, h, p, v, m, s, count)
    i = _take_slot(state)
    state.slot[i, 0], state.slot[i, 1], state.slot[i, 2], state.slot[i, 3], state.slot[i, 4] = h, p, v, m, s
    state.size[i] = entries
    for j in range(entries):
        state.cohort[i, j] = work.take_cohort[j]
        state.heads[i, j] = work.take_heads[j]
    if entries == 0 or not _cut_to_budget(land, state, work, i, heads):
        _free_slot(state, i)
        return -1
    _open_class(land, state, work, i)
    return i


@kernel
def _highest(score, count):
    """Candidate with the highest score above zero, -1 when there is none."""
    best = -1
    highest = 1e-6
    for z in range(count):
        if score[z] > highest:
            highest = score[z]
            best = z
    return best


@stage
def _recreate(land, state, guide, work, count, part_time):
    """Lazy best insertion of the candidates; returns how many classes were opened (in work.inserted).

    A score is worked out again only when the candidate leads and classes were opened since.
    """
    opened = 0
    while opened < work.inserted.shape[0] and state.counts[1] > 0:
        best = _highest(work.score, count)
        if best < 0:
            break
        if work.stamp[best] != opened:
            work.stamp[best] = opened
            work.score[best] = work.noise[best] * _score(land, state, guide, work, best, part_time)
            continue
        i = _insert(land, state, guide, work, best)
        if i < 0:
            work.score[best] = NOTHING
            continue
        work.inserted[opened] = i
        opened += 1
        if work.origin[best] == RETURNING:
            work.score[best] = NOTHING
    return opened


# --- exchange of heads -----------------------------------------------------------------------------------------


@kernel
def _gather_mates(land, state, work, c, near):
    """Classes of course c, those near venue ``near`` first when there are too many; returns how many."""
    count = np.int64(0)
    most = work.mate.shape[0]
    for b in range(state.counts[0]):
        i = state.live[b]
        if land.offering_course[state.slot[i, 0]] != c:
            continue
        if count < most:
            work.mate[count] = i
            count += 1
            continue
        farthest, far = 0, -1.0
        for j in range(count):
            apart = land.venue_distance[near, state.slot[work.mate[j], 2]]
            if apart > far:
                farthest, far = j, apart
        if land.venue_distance[near, state.slot[i, 2]] < far:
            work.mate[farthest] = i
    return count


@kernel
def _price_mates(land, state, guide, work, c, count, thrift):
    """Worth and cost of heads in the gathered classes at the guiding prices."""
    o, tt = land.occupation[c], land.training_type[c]
    bands, groups = work.filled_rate.shape
    for j in range(count):
        i = work.mate[j]
        p, v, m, s = state.slot[i, 1], state.slot[i, 2], state.slot[i, 3], state.slot[i, 4]
        end = s + land.length[c, m, s] - 1
        for g in range(groups):
            price = 0.0
            for kind in range(3):
                cents = land.head_cents[c, g, kind]
                if cents > 0:
                    price += cents * guide.money[land.head_category[kind, g, tt, land.venue_county[v], end]]
            work.mate_cents[j, g] = thrift * price
            for a in range(bands):
                value = guide.job_value[land.source[o, a, end]]
                work.mate_rate[j, a, g] = value * min(1.0, land.rate[c, a, g] * land.quality[p])
        heads = 0
        for b in range(state.size[i]):
            heads += state.heads[i, b]
        work.mate_heads[j] = heads


@kernel
def _mate_gain(land, state, work, c, j, k):
    """Worth of one head of cohort k in gathered class j, NOTHING where it may not attend."""
    i = work.mate[j]
    share = land.distance[land.cohort_township[k], state.slot[i, 2]]
    attendance = land.attendance[land.cohort_calendar[k], c, state.slot[i, 3], state.slot[i, 4]]
    if share < 0 or attendance < 0:
        return NOTHING
    a, g = land.cohort_band[k], land.cohort_group[k]
    return work.mate_rate[j, a, g] * attendance * share - work.mate_cents[j, g] + work.person_bonus[k]


@kernel
def _link_mate(land, state, work, c, a, count):
    """Best gains of moving one head out of gathered class a to each other class or to the people left over."""
    i = work.mate[a]
    h = state.slot[i, 0]
    for b in range(count + 1):
        work.edge[a, b] = NOTHING
    if work.mate_heads[a] < land.max_size[h, state.slot[i, 2]]:
        work.edge[a, count] = 0.0
        work.edge_cohort[a, count] = -1
    for j in range(state.size[i]):
        k = state.cohort[i, j]
        worth = _mate_gain(land, state, work, c, a, k)
        if -worth > work.edge[a, count]:
            work.edge[a, count] = -worth
            work.edge_cohort[a, count] = k
        for b in range(count):
            if b != a:
                gain = _mate_gain(land, state, work, c, b, k) - worth
                if gain > work.edge[a, b]:
                    work.edge[a, b] = gain
                    work.edge_cohort[a, b] = k


@kernel
def _link_rest(land, state, guide, work, c, count):
    """Best gains of taking one of the people left over into each gathered class."""
    wishes = state.wishes[c]
    for b in range(count):
        i = work.mate[b]
        v = state.slot[i, 2]
        work.edge[count, b] = NOTHING
        if work.mate_heads[b] > land.min_size[state.slot[i, 0]]:
            work.edge[count, b] = 0.0
            work.edge_cohort[count, b] = -1
        for j in range(land.near_offset[v], land.near_offset[v + 1]):
            k = land.near_cohort[j]
            if wishes[k] > 0 and state.persons[k] > 0:
                gain = _mate_gain(land, state, work, c, b, k) - guide.person[k]
                if gain > work.edge[count, b]:
                    work.edge[count, b] = gain
                    work.edge_cohort[count, b] = k
    work.edge[count, count] = NOTHING


@kernel
def _find_cycle(work, count):
    """A node of a cycle of moves with a gain (Bellman 1958), -1 when there is none; ``work.before`` holds it."""
    nodes = count + 1
    for a in range(nodes):
        work.reach[a] = 0.0
        work.before[a] = -1
    last = -1
    for _ in range(nodes):
        last = -1
        for a in range(nodes):
            for b in range(nodes):
                reach = work.reach[a] + work.edge[a, b]
                if reach > work.reach[b] + 1e-7:
                    work.reach[b] = reach
                    work.before[b] = a
                    last = b
        if last < 0:
            return -1
    for _ in range(nodes):
        last = work.before[last]
    return last


@kernel
def _entry(state, i, k):
    """Position of cohort k among the entries of class i, -1 when it sends nobody."""
    for j in range(state.size[i]):
        if state.cohort[i, j] == k:
            return j
    return -1


@kernel
def _cycle_amount(land, state, work, c, start, count):
    """Heads that can move around the cycle at once."""
    amount = np.int64(1 << 30)
    b = start
    while True:
        a = work.before[b]
        k = work.edge_cohort[a, b]
        if a == count:
            if k < 0:
                i = work.mate[b]
                amount = min(amount, work.mate_heads[b] - land.min_size[state.slot[i, 0]])
            else:
                amount = min(amount, min(state.wishes[c, k], state.persons[k]))
        else:
            i = work.mate[a]
            if k < 0:
                amount = min(amount, land.max_size[state.slot[i, 0], state.slot[i, 2]] - work.mate_heads[a])
            else:
                amount = min(amount, state.heads[i, _entry(state, i, k)])
        b = a
        if b == start:
            return amount


@kernel
def _move_out(state, i, k, x):
    """Take x heads of cohort k out of class i."""
    j = _entry(state, i, k)
    state.heads[i, j] -= x
    if state.heads[i, j] == 0:
        last = state.size[i] - 1
        state.cohort[i, j], state.heads[i, j] = state.cohort[i, last], state.heads[i, last]
        state.size[i] = last


@kernel
def _move_in(state, i, k, x):
    """Bring x heads of cohort k into class i."""
    j = _entry(state, i, k)
    if j < 0:
        j = state.size[i]
        state.size[i] = j + 1
        state.cohort[i, j] = k
        state.heads[i, j] = 0
    state.heads[i, j] += x


@kernel
def _save_class(state, work, i):
    """Remember the heads of class i before its first exchange in this iteration."""
    if work.fresh[i] == state.counts[2]:
        return
    work.fresh[i] = state.counts[2]
    n = work.saved_count[0]
    work.saved_count[0] = n + 1
    work.saved[n] = i
    work.saved_size[n] = state.size[i]
    for j in range(state.size[i]):
        work.saved_cohort[n, j] = state.cohort[i, j]
        work.saved_heads[n, j] = state.heads[i, j]


@kernel
def _restore_classes(land, state, work):
    """Give every class its heads back that an iteration's exchanges have changed."""
    for n in range(work.saved_count[0]):
        i = work.saved[n]
        _put(land, state, work, i, REMOVE)
        state.size[i] = work.saved_size[n]
        for j in range(state.size[i]):
            state.cohort[i, j] = work.saved_cohort[n, j]
            state.heads[i, j] = work.saved_heads[n, j]
        _put(land, state, work, i, ADD)
    work.saved_count[0] = 0


@kernel
def _turn_cycle(land, state, work, start, count, x):
    """Move x heads along every edge of the cycle (x below zero moves them back)."""
    b = start
    while True:
        a = work.before[b]
        if b != count:
            _save_class(state, work, work.mate[b])
            _put(land, state, work, work.mate[b], REMOVE)
        b = a
        if b == start:
            break
    while True:
        a = work.before[b]
        k = work.edge_cohort[a, b]
        if k >= 0:
            if x > 0:
                if a != count:
                    _move_out(state, work.mate[a], k, x)
            elif b != count:
                _move_out(state, work.mate[b], k, -x)
        b = a
        if b == start:
            break
    while True:
        a = work.before[b]
        k = work.edge_cohort[a, b]
        if k >= 0:
            if x > 0:
                if b != count:
                    _move_in(state, work.mate[b], k, x)
            elif a != count:
                _move_in(state, work.mate[a], k, -x)
        b = a
        if b == start:
            break
    while True:
        a = work.before[b]
        if b != count:
            i = work.mate[b]
            _put(land, state, work, i, ADD)
            heads = 0
            for j in range(state.size[i]):
                heads += state.heads[i, j]
            work.mate_heads[b] = heads
        b = a
        if b == start:
            break


@kernel
def _overspent(state):
    """Whether some set of funds is spent beyond its amount."""
    for z in range(state.money.shape[0]):
        if state.money[z] < 0:
            return True
    return False


@kernel
def _settle_course(land, state, guide, work, c, near, thrift, rounds):
    """Exchange heads among the classes of course c and the people left over while prices promise a gain."""
    count = _gather_mates(land, state, work, c, near)
    if count == 0:
        return
    _price_mates(land, state, guide, work, c, count, thrift)
    for a in range(count):
        _link_mate(land, state, work, c, a, count)
    _link_rest(land, state, guide, work, c, count)
    for _ in range(rounds):
        if work.saved_count[0] + count > work.saved.shape[0]:
            return
        start = _find_cycle(work, count)
        if start < 0:
            return
        amount = _cycle_amount(land, state, work, c, start, count)
        _turn_cycle(land, state, work, start, count, amount)
        if _overspent(state):
            _turn_cycle(land, state, work, start, count, -amount)
            return
        b = start
        while True:
            if b != count:
                _link_mate(land, state, work, c, b, count)
            b = work.before[b]
            if b == start:
                break
        _link_rest(land, state, guide, work, c, count)


@kernel
def _settle(land, state, guide, work, opened, removed, thrift, rounds):
    """Settle the heads of every course of which the iteration has opened or removed classes."""
    iteration = state.counts[2]
    for z in range(opened):
        work.fresh[work.inserted[z]] = iteration
    for z in range(opened):
        i = work.inserted[z]
        c = land.offering_course[state.slot[i, 0]]
        if work.settled[c] != iteration:
            work.settled[c] = iteration
            _settle_course(land, state, guide, work, c, state.slot[i, 2], thrift, rounds)
    for z in range(removed):
        i = work.removed[z]
        c = land.offering_course[state.slot[i, 0]]
        if work.settled[c] != iteration:
            work.settled[c] = iteration
            _settle_course(land, state, guide, work, c, state.slot[i, 2], thrift, rounds)


# --- annealing -------------------------------------------------------------------------------------------------


@kernel
def _draw_weights(land, state, guide, work):
    """Draw how much the prices of windows, vacancies and people count in this iteration."""
    work.weight[PEOPLE] = 0.7 * uniform(state.random) ** 0.5
    work.weight[WINDOWS] = 1.0 - uniform(state.random)
    vacancies = uniform(state.random)
    for s in range(guide.job_value.shape[0]):
        work.job_value[s] = guide.open_value[s] + vacancies * (guide.job_value[s] - guide.open_value[s])
    for n in range(land.target_value.shape[0]):
        if land.target_at_least[n]:
            unmet = 0.5 * land.target_charge[n] if state.targets[n] < land.target_value[n] else 0.0
            work.bonus[n] = max(guide.target[n], unmet)
        else:
            work.bonus[n] = -guide.target[n]
    for k in range(work.person_bonus.shape[0]):
        total = 0.0
        for i in range(land.cohort_target_offset[k], land.cohort_target_offset[k + 1]):
            n = land.cohort_target[i]
            if land.target_guides[n]:
                total += work.bonus[n]
        work.person_bonus[k] = total


@kernel
def _undo(land, state, work, opened, removed):
    """Take back an iteration that was not accepted."""
    for z in range(opened):
        _close_class(land, state, work, work.inserted[z])
        _free_slot(state, work.inserted[z])
    for z in range(removed):
        _open_class(land, state, work, work.removed[z])


@njit(cache=True, nogil=True)
def anneal(terrain, prices, plan, memory, first, iterations, total, hot, cold, most, samples, thrift, gate, rounds):
    """Run iterations ``first`` .. ``first + iterations`` of ``total``; temperature falls geometrically with them.

    ``thrift`` weighs the price of money spent in the acceptance rule, so that unspent money counts.
    """
    land, guide = TerrainPointer(*terrain), GuidePointer(*prices)
    state, work = StatePointer(*plan), ScratchPointer(*memory)
    current = _plan_value(land, state) - thrift * _money_price(guide, state)
    for iteration in range(first, first + iterations):
        state.counts[2] += 1
        temperature = hot * (cold / hot) ** (iteration / max(1, total))
        refill = uniform(state.random) < 0.3
        removed = _ruin(land, state, work, most, refill)
        _draw_weights(land, state, guide, work)
        part_time = uniform(state.random) < 0.1
        count = _offer(land, state, work, removed, samples, refill)
        opened = _recreate(land, state, guide, work, count, part_time)
        value = _plan_value(land, state)
        merit = value - thrift * _money_price(guide, state)
        if merit >= current - gate:
            _settle(land, state, guide, work, opened, removed, thrift, rounds)
            value = _plan_value(land, state)
            merit = value - thrift * _money_price(guide, state)
        if merit >= current + temperature * np.log(uniform(state.random) + 1e-300):
            current = merit
            state.counts[3] += 1
            work.saved_count[0] = 0
            for z in range(removed):
                _free_slot(state, work.removed[z])
            if value > state.best_value[0] + 1e-9:
                _keep_best(state, value)
        else:
            _restore_classes(land, state, work)
            _undo(land, state, work, opened, removed)


@njit(cache=True)
def load_plan(terrain, plan, memory, slot, size, cohort, heads):
    """Replace a chain's plan by the given classes; arrays as in :class:`State`, one row a class."""
    land, state, work = TerrainPointer(*terrain), StatePointer(*plan), ScratchPointer(*memory)
    while state.counts[0] > 0:
        i = state.live[0]
        _close_class(land, state, work, i)
        _free_slot(state, i)
    for b in range(size.shape[0]):
        i = _take_slot(state)
        for j in range(5):
            state.slot[i, j] = slot[b, j]
        state.size[i] = size[b]
        for j in range(size[b]):
            state.cohort[i, j] = cohort[b, j]
            state.heads[i, j] = heads[b, j]
        _open_class(land, state, work, i)
