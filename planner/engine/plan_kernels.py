"""Compiled kernels of a plan under search: its arrays, and opening and closing a class.

:class:`Terrain` never changes, :class:`State` is one chain's plan. Adding a class and removing it again restores the
state bit by bit: people, supplies and money are whole numbers, and yields are whole multiples of
:data:`YIELD_UNIT`. So a chain's result depends on its seed and its work only.

Python hands the arrays over as named tuples. Inside, the kernels pass them on behind one pointer each (numba's
``structref``): a tuple would travel array by array through every call, which costs minutes of compiling. What a
call compiles for once (a whole number) is written as np.int64, since numba compiles anew for a literal.

Array axes as in :mod:`planner.model.problem`; in addition B cohort entries by venue, Z money sets, R tighter
accreditations, I class slots, J heads of a class, U cuts of an occupation's vacancies, X candidates, M classes of a
course that exchange heads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, types
from numba.experimental import structref

from planner.engine.price_kernels import lock_matches

HARD_HEAD = 3.0
"""Jobs charged in the search per head or class missing at a hard target: more than any head or class can earn."""
HARD_CLASS = 60.0
YIELD_UNIT = 2.0**-32
"""Yields of heads are rounded to this part of a job, so that sums of up to two million jobs are exact."""

RETURNING = np.int64(-1)
"""Origin of a candidate that was just removed: only its old provider, form and week are tried."""
SAMPLED = np.int64(-2)
"""Origin of a candidate drawn at random. Candidates for an unmet lock have the lock's index as origin."""
PEOPLE, WINDOWS, MONEY = 0, 1, 2
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
    weight: np.ndarray  # 3: how much prices of people, of windows and of money count in this iteration
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
def cost_class(land, state, work, i):
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
def put_class(land, state, work, i, sign):
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
        work.extra[land.cohort_band[k]] += x * head_jobs(land, c, p, v, m, s, k)
        for i_target in range(land.cohort_target_offset[k], land.cohort_target_offset[k + 1]):
            n = land.cohort_target[i_target]
            if land.target_courses[n, c] and land.target_providers[n, p]:
                state.targets[n] += x
    _put_jobs(land, state, work, land.occupation[c], after - 1)
    for n in range(land.target_value.shape[0]):
        if not land.target_heads[n] and counts_class(land, n, c, p, v):
            state.targets[n] += sign
    for n in range(land.required_number.shape[0]):
        if lock_matches(land.required[n], c, h, p, v, m, s):
            state.locks[n] += sign


@kernel
def _put_money(land, state, work, i, sign):
    """Charge (or give back) the costs of class i to the categories and to every money set."""
    cost_class(land, state, work, i)
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
def counts_class(land, n, c, p, v):
    """Whether a 班数 target counts a class of course c, provider p at venue v."""
    return land.target_courses[n, c] and land.target_providers[n, p] and land.target_venues[n, v]


@kernel
def head_jobs(land, c, p, v, m, s, k):
    """Expected jobs of one head of cohort k in the option (before vacancies), a multiple of YIELD_UNIT."""
    share = land.distance[land.cohort_township[k], v]
    quality = min(1.0, land.rate[c, land.cohort_band[k], land.cohort_group[k]] * land.quality[p])
    jobs = quality * land.attendance[land.cohort_calendar[k], c, m, s] * share
    return np.floor(jobs / YIELD_UNIT + 0.5) * YIELD_UNIT


@kernel
def open_class(land, state, work, i):
    """Put class i, already written into its slot, into the plan."""
    put_class(land, state, work, i, ADD)
    state.live[state.counts[0]] = i
    state.place[i] = state.counts[0]
    state.counts[0] += 1


@kernel
def close_class(land, state, work, i):
    """Take class i out of the plan; its slot keeps it."""
    put_class(land, state, work, i, REMOVE)
    last = state.counts[0] - 1
    position = state.place[i]
    state.live[position] = state.live[last]
    state.place[state.live[position]] = position
    state.place[i] = -1
    state.counts[0] = last


@kernel
def take_slot(state):
    """A free class slot."""
    state.counts[1] -= 1
    return state.unused[state.counts[1]]


@kernel
def free_slot(state, i):
    """Give back the slot of a closed class."""
    state.unused[state.counts[1]] = i
    state.counts[1] += 1


# --- value of the plan -----------------------------------------------------------------------------------------


@kernel
def missing_units(land, n, reached):
    """Units by which a target is missed."""
    if land.target_at_least[n]:
        return max(0, land.target_value[n] - reached)
    return max(0, reached - land.target_value[n])


@kernel
def value_of_plan(land, state):
    """Expected jobs net of penalties (hard requirements at their charge)."""
    total = 0.0
    for o in range(land.cuts.shape[0]):
        total += land.unlinked_factor * state.jobs[o] + (1.0 - land.unlinked_factor) * state.linked[o]
    for n in range(land.target_value.shape[0]):
        total -= land.target_charge[n] * missing_units(land, n, state.targets[n])
    for n in range(land.required_number.shape[0]):
        total -= HARD_CLASS * max(0, land.required_number[n] - state.locks[n])
    return total


@kernel
def money_price(guide, state):
    """Price of the money spent, in jobs."""
    total = 0.0
    for q in range(guide.money.shape[0]):
        total += guide.money[q] * state.spent[q]
    return total


@kernel
def keep_best(state, value):
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
