"""Compiled kernels that exchange heads among the classes of one course at the guiding prices.

Best insertion fills classes one after another, so a head may sit in the wrong class. The classes of a course and the
people left over form a small graph: an edge moves one head, a cycle of moves with a gain improves the plan (negative
cycle cancelling, Klein 1967; cycles by Bellman 1958). docs/engine.md, section 2.
"""

from __future__ import annotations

import numpy as np

from planner.engine.plan_kernels import ADD, REMOVE, kernel, put_class
from planner.engine.price_kernels import NOTHING

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
def restore_classes(land, state, work):
    """Give every class its heads back that an iteration's exchanges have changed."""
    for n in range(work.saved_count[0]):
        i = work.saved[n]
        put_class(land, state, work, i, REMOVE)
        state.size[i] = work.saved_size[n]
        for j in range(state.size[i]):
            state.cohort[i, j] = work.saved_cohort[n, j]
            state.heads[i, j] = work.saved_heads[n, j]
        put_class(land, state, work, i, ADD)
    work.saved_count[0] = 0


@kernel
def _turn_cycle(land, state, work, start, count, x):
    """Move x heads along every edge of the cycle; x below zero moves them back."""
    b = start
    while True:
        if b != count:
            _save_class(state, work, work.mate[b])
            put_class(land, state, work, work.mate[b], REMOVE)
        b = work.before[b]
        if b == start:
            break
    for into in range(2):  # first out of every class, then in, so that no class holds a cohort twice
        while True:
            a = work.before[b]
            k = work.edge_cohort[a, b]
            giver, taker = (a, b) if x > 0 else (b, a)
            if k >= 0 and into == 0 and giver != count:
                _move_out(state, work.mate[giver], k, abs(x))
            if k >= 0 and into == 1 and taker != count:
                _move_in(state, work.mate[taker], k, abs(x))
            b = a
            if b == start:
                break
    while True:
        if b != count:
            i = work.mate[b]
            put_class(land, state, work, i, ADD)
            work.mate_heads[b] = state.heads[i, : state.size[i]].sum()
        b = work.before[b]
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
def settle_heads(land, state, guide, work, opened, removed, thrift, rounds):
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
