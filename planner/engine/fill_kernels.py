"""Compiled kernels that fill one class with heads and choose its provider, form and week; docs/engine.md, section 2."""

from __future__ import annotations

import numpy as np

from planner.engine.plan_kernels import (
    HARD_CLASS,
    MONEY,
    PEOPLE,
    RETURNING,
    WINDOWS,
    counts_class,
    kernel,
    linked_jobs,
    missing_units,
    stage,
    uniform,
)
from planner.engine.price_kernels import ANY, NOTHING, is_forbidden, lock_matches

# --- heads for one option --------------------------------------------------------------------------------------


@kernel
def gather_people(land, state, guide, work, h, v):
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
        work.filled_cents[g] = work.weight[MONEY] * price
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
        category = land.class_category[land.training_type[c], land.venue_county[v], end]
        price += work.weight[MONEY] * cents * guide.money[category]
    return price


@kernel
def fill_class(land, state, guide, work, h, p, v, m, s, count):
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
        elif counts_class(land, n, c, p, v):
            added = 1
        else:
            continue
        before = missing_units(land, n, state.targets[n])
        correction += land.target_charge[n] * (before - missing_units(land, n, state.targets[n] + added))
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
def score_candidate(land, state, guide, work, z, part_time):
    """Score of candidate z on the residual supplies; sets its option. NOTHING when it cannot be opened."""
    h, v = work.candidate[z, 0], work.candidate[z, 2]
    count, people = gather_people(land, state, guide, work, h, v)
    if people < land.min_size[h]:
        return NOTHING
    if work.origin[z] == RETURNING:
        options = _returning_option(land, state, work, z)
    else:
        options = _rank_windows(land, state, guide, work, h, v, work.origin[z], part_time, count, people)
    best = NOTHING
    for j in range(options):
        p, m, s = work.option[j, 0], work.option[j, 1], work.option[j, 2]
        entries, _, score = fill_class(land, state, guide, work, h, p, v, m, s, count)
        if entries > 0:
            score += _correct(land, state, guide, work, h, p, v, m, s, entries)
            if score > best:
                best = score
                work.candidate[z, 1], work.candidate[z, 3], work.candidate[z, 4] = p, m, s
    return best
