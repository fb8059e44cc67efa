"""Compiled kernels of the class search: ruin and recreate with simulated annealing.

Schrimpf et al. (2000) for ruin and recreate, Christiaens & Vanden Berghe (2020) for ruining neighbours. One
iteration removes a few related classes, draws how much the prices shall count, rebuilds by lazy best insertion and
exchanges heads; docs/engine.md, section 2.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.engine.exchange_kernels import restore_classes, settle_heads
from planner.engine.fill_kernels import fill_class, gather_people, score_candidate
from planner.engine.plan_kernels import (
    MONEY,
    PEOPLE,
    RETURNING,
    SAMPLED,
    WINDOWS,
    GuidePointer,
    ScratchPointer,
    StatePointer,
    TerrainPointer,
    close_class,
    cost_class,
    draw,
    free_slot,
    keep_best,
    kernel,
    money_price,
    open_class,
    stage,
    take_slot,
    uniform,
    value_of_plan,
)
from planner.engine.price_kernels import ANY, NOTHING

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
        close_class(land, state, work, work.removed[z])
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
    for _ in range(0 if refill or land.place_offering.shape[0] == 0 else samples):
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
    cost_class(land, state, work, i)
    while not _affordable(land, state, work):
        if heads <= smallest:
            return False
        heads -= 1
        last = state.size[i] - 1
        state.heads[i, last] -= 1
        if state.heads[i, last] == 0:
            state.size[i] = last
        cost_class(land, state, work, i)
    return True


@stage
def _insert(land, state, guide, work, z):
    """Open candidate z with fresh heads; returns the class index or -1 when money does not suffice."""
    h, p, v, m, s = (work.candidate[z, 0], work.candidate[z, 1], work.candidate[z, 2], work.candidate[z, 3],
                     work.candidate[z, 4])
    count, _ = gather_people(land, state, guide, work, h, v)
    entries, heads, _ = fill_class(land, state, guide, work, h, p, v, m, s, count)
    i = take_slot(state)
    state.slot[i, 0], state.slot[i, 1], state.slot[i, 2], state.slot[i, 3], state.slot[i, 4] = h, p, v, m, s
    state.size[i] = entries
    for j in range(entries):
        state.cohort[i, j] = work.take_cohort[j]
        state.heads[i, j] = work.take_heads[j]
    if entries == 0 or not _cut_to_budget(land, state, work, i, heads):
        free_slot(state, i)
        return -1
    open_class(land, state, work, i)
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
            work.score[best] = work.noise[best] * score_candidate(land, state, guide, work, best, part_time)
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


# --- annealing -------------------------------------------------------------------------------------------------


@kernel
def _draw_weights(land, state, guide, work):
    """Draw how much the prices of windows, vacancies and people count in this iteration."""
    work.weight[PEOPLE] = 0.7 * uniform(state.random) ** 0.5
    work.weight[WINDOWS] = 1.0 - uniform(state.random)
    work.weight[MONEY] = 1.0 - 0.4 * uniform(state.random)
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
        close_class(land, state, work, work.inserted[z])
        free_slot(state, work.inserted[z])
    for z in range(removed):
        open_class(land, state, work, work.removed[z])


@njit(cache=True, nogil=True)
def anneal(terrain, prices, plan, memory, first, iterations, total, hot, cold, most, samples, thrift, gate, rounds):
    """Run iterations ``first`` .. ``first + iterations`` of ``total``; temperature falls geometrically with them.

    ``thrift`` weighs the price of money spent in the acceptance rule, so that unspent money counts.
    """
    land, guide = TerrainPointer(*terrain), GuidePointer(*prices)
    state, work = StatePointer(*plan), ScratchPointer(*memory)
    current = value_of_plan(land, state) - thrift * money_price(guide, state)
    for iteration in range(first, first + iterations):
        state.counts[2] += 1
        temperature = hot * (cold / hot) ** (iteration / max(1, total))
        refill = uniform(state.random) < 0.3
        removed = _ruin(land, state, work, most, refill)
        _draw_weights(land, state, guide, work)
        part_time = uniform(state.random) < 0.1
        count = _offer(land, state, work, removed, samples, refill)
        opened = _recreate(land, state, guide, work, count, part_time)
        value = value_of_plan(land, state)
        merit = value - thrift * money_price(guide, state)
        if merit >= current - gate:
            settle_heads(land, state, guide, work, opened, removed, thrift, rounds)
            value = value_of_plan(land, state)
            merit = value - thrift * money_price(guide, state)
        if merit >= current + temperature * np.log(uniform(state.random) + 1e-300):
            current = merit
            state.counts[3] += 1
            work.saved_count[0] = 0
            for z in range(removed):
                free_slot(state, work.removed[z])
            if value > state.best_value[0] + 1e-9:
                keep_best(state, value)
        else:
            restore_classes(land, state, work)
            _undo(land, state, work, opened, removed)


@njit(cache=True)
def load_plan(terrain, plan, memory, slot, size, cohort, heads):
    """Replace a chain's plan by the given classes; arrays as in :class:`State`, one row a class."""
    land, state, work = TerrainPointer(*terrain), StatePointer(*plan), ScratchPointer(*memory)
    while state.counts[0] > 0:
        i = state.live[0]
        close_class(land, state, work, i)
        free_slot(state, i)
    for b in range(size.shape[0]):
        i = take_slot(state)
        for j in range(5):
            state.slot[i, j] = slot[b, j]
        state.size[i] = size[b]
        for j in range(size[b]):
            state.cohort[i, j] = cohort[b, j]
            state.heads[i, j] = heads[b, j]
        open_class(land, state, work, i)


@njit(cache=True)
def current_value(terrain, plan):
    """Value of a chain's plan as it stands."""
    return value_of_plan(TerrainPointer(*terrain), StatePointer(*plan))
