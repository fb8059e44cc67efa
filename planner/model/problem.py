"""The instance as index arrays: what the compact model and the engine both work on.

:func:`build_problem` derives everything the contract's section 2 needs once. Letters name array axes throughout
the engine:

====  ===========================================================================================
K     cohorts with people and wishes              T, A, G  townships, age bands, groups
H     offerings: a course, or a course locked to an exact number of heads
C     courses                                     P, V     providers, venues
M, W  forms, weeks                                F, Q     funds, cost categories
D, S  vacancy pools, job sources                  N, L     targets, required locks
====  ===========================================================================================

A *cost category* is a set of funds that may pay; a *job source* is an occupation and a set of pools that may
take its jobs. Costs with the same category and jobs of the same source are interchangeable, which is what makes
the problem small: the money rows are one per category, the vacancy rows one per source (docs/model.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from planner.conversion import conversion_rates
from planner.domain.instance import (
    Cohort,
    CostKind,
    Form,
    Instance,
    Lock,
    LockKind,
    Measure,
    Sense,
    Target,
)
from planner.model import weeks as timeline
from planner.model.travel import MINUTES_TOLERANCE, travel_minutes

ANY = -1
"""Wildcard in lock patterns."""

NO_LIMIT = np.iinfo(np.int64).max // 4
"""Stands for "no limit" in integer capacities."""

HEAD_KINDS = (CostKind.SUBSIDY, CostKind.EXAM_FEE, CostKind.LIVING)
"""Cost kinds that arise per head, in the order of ``Problem.head_cents``."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Index arrays of one instance; axes as in the module's table. Money is in cents, rates in 0..1."""

    instance: Instance
    mondays: tuple[date, ...]
    # cohorts
    cohort_township: np.ndarray  # K
    cohort_band: np.ndarray  # K
    cohort_group: np.ndarray  # K
    capacity: np.ndarray  # K: persons times trainings per person
    demand: np.ndarray  # K, C: heads at most, 0 where the age band does not fit
    # offerings and courses
    offering_course: np.ndarray  # H
    min_size: np.ndarray  # H
    max_size: np.ndarray  # H, V: min(max_size, seats); below min_size where no class fits
    # time
    township_calendar: np.ndarray  # T
    length: np.ndarray  # C, M, W: weeks, 0 = may not start
    attendance: np.ndarray  # calendars, C, M, W: -1 = heads of this calendar may not attend
    # places
    distance: np.ndarray  # T, V: share of the yield kept, -1 = too far
    fits: np.ndarray  # P, V, C: accredited and the place fits
    outreach_cents: np.ndarray  # P, V
    teams: np.ndarray  # P
    accredited_teams: np.ndarray  # P, C: 0 = not accredited
    annual_classes: np.ndarray  # P: NO_LIMIT = none
    rooms: np.ndarray  # V
    venue_township: np.ndarray  # V
    venue_county: np.ndarray  # V, index into counties
    counties: tuple[str, ...]
    # yields
    rate: np.ndarray  # C, A, G
    quality: np.ndarray  # P
    # jobs
    occupations: tuple[str, ...]
    course_occupation: np.ndarray  # C
    unlinked_factor: float
    pool_jobs: np.ndarray  # D, pools that are alike merged
    pool_members: tuple[tuple[int, ...], ...]  # D: indices of instance.pools
    source: np.ndarray  # occupations, A, W(end week): S
    source_pools: np.ndarray  # S, D: bool
    source_occupation: np.ndarray  # S
    # money
    fund_cents: np.ndarray  # F
    head_cents: np.ndarray  # C, G, 3: per head by HEAD_KINDS
    class_cents: np.ndarray  # C
    training_type: np.ndarray  # C, index into the training types in use
    head_category: np.ndarray  # 3, G, training types, counties, W(end week): Q
    class_category: np.ndarray  # training types, counties, W: Q
    category_funds: np.ndarray  # Q, F: bool
    # targets
    target_heads: np.ndarray  # N: bool, 人数 (else 班数)
    target_at_least: np.ndarray  # N: bool
    target_value: np.ndarray  # N
    target_penalty: np.ndarray  # N: jobs per unit, inf = hard
    target_cohorts: np.ndarray  # N, K: bool
    target_courses: np.ndarray  # N, C: bool
    target_providers: np.ndarray  # N, P: bool
    target_venues: np.ndarray  # N, V: bool
    # locks: rows of (course, offering, provider, venue, form, week), ANY = any
    required: np.ndarray  # L, 6
    required_number: np.ndarray  # L
    required_lock: tuple[int, ...]  # L: index of instance.locks
    forbidden: np.ndarray  # locks, 6

    @property
    def weeks(self) -> int:
        """Number of weeks of the horizon."""
        return len(self.mondays)

    def head_yield(self, c: int, p: int, a: int, g: int) -> float:
        """min(1, rate * quality): expected jobs of one attending head nearby."""
        return min(1.0, float(self.rate[c, a, g] * self.quality[p]))


def build_problem(instance: Instance) -> Problem:
    """Derive all index arrays of an instance (contract, section 2)."""
    return Problem(
        instance=instance,
        mondays=tuple(timeline.mondays(instance)),
        **_cohort_arrays(instance),
        **_offering_arrays(instance),
        **_time_arrays(instance),
        **_place_arrays(instance),
        rate=conversion_rates(instance),
        quality=np.array([provider.quality for provider in instance.providers], dtype=float),
        **_job_arrays(instance),
        **_money_arrays(instance),
        **_target_arrays(instance),
        **_lock_arrays(instance),
    )


def _index(items: Sequence[Any]) -> dict[str, int]:
    """Index of each item by its name."""
    return {item.name: i for i, item in enumerate(items)}


def _fits_band(instance: Instance) -> np.ndarray:
    """Whether each course suits each age band; shape (courses, bands)."""
    return np.array(
        [[course.age_bands is None or band.name in course.age_bands for band in instance.age_bands]
         for course in instance.courses],
        dtype=bool,
    ).reshape(len(instance.courses), len(instance.age_bands))


def _wished_cohorts(instance: Instance) -> list[Cohort]:
    """Cohorts that have people and at least one wish, in the instance's order."""
    wishing = {(d.township, d.age_band, d.group) for d in instance.demand if d.persons > 0}
    return [k for k in instance.cohorts if k.persons > 0 and (k.township, k.age_band, k.group) in wishing]


def _cohort_arrays(instance: Instance) -> dict[str, Any]:
    cohorts = _wished_cohorts(instance)
    townships, bands, groups = _index(instance.townships), _index(instance.age_bands), _index(instance.groups)
    courses = _index(instance.courses)
    rows = {(k.township, k.age_band, k.group): i for i, k in enumerate(cohorts)}
    capacity = np.array([k.persons for k in cohorts], dtype=np.int64) * instance.settings.trainings_per_person
    demand = np.zeros((len(cohorts), len(courses)), dtype=np.int64)
    for wish in instance.demand:
        row = rows.get((wish.township, wish.age_band, wish.group))
        if row is not None:
            demand[row, courses[wish.course]] += wish.persons
    band = np.array([bands[k.age_band] for k in cohorts], dtype=np.int64)
    demand *= _fits_band(instance)[:, band].T
    return {
        "cohort_township": np.array([townships[k.township] for k in cohorts], dtype=np.int64),
        "cohort_band": band,
        "cohort_group": np.array([groups[k.group] for k in cohorts], dtype=np.int64),
        "capacity": capacity,
        "demand": np.minimum(demand, capacity[:, None]),
    }


def _exact_sizes(instance: Instance) -> list[tuple[int, int]]:
    """Course index and exact number of heads of every distinct required lock that names one."""
    courses = _index(instance.courses)
    return sorted(
        {(courses[lock.course], lock.persons) for lock in instance.locks
         if lock.kind is LockKind.REQUIRED and lock.persons is not None}
    )


def _offering_arrays(instance: Instance) -> dict[str, Any]:
    seats = np.array([venue.seats for venue in instance.venues], dtype=np.int64)
    sizes = [(c, course.min_size, course.max_size) for c, course in enumerate(instance.courses)]
    for c, persons in _exact_sizes(instance):
        course = instance.courses[c]
        possible = course.min_size <= persons <= course.max_size
        sizes.append((c, persons, persons if possible else 0))
    limit = np.minimum(np.array([size[2] for size in sizes], dtype=np.int64)[:, None], seats[None, :])
    return {
        "offering_course": np.array([size[0] for size in sizes], dtype=np.int64),
        "min_size": np.maximum(1, np.array([size[1] for size in sizes], dtype=np.int64)),
        "max_size": limit,
    }


def _time_arrays(instance: Instance) -> dict[str, Any]:
    lengths = timeline.start_lengths(instance)
    names = {name: i for i, name in enumerate(timeline.calendar_names(instance))}
    return {
        "township_calendar": np.array([names[t.calendar] for t in instance.townships], dtype=np.int64),
        "length": lengths,
        "attendance": timeline.class_attendance(instance, lengths),
    }


def _place_arrays(instance: Instance) -> dict[str, Any]:
    settings = instance.settings
    townships = _index(instance.townships)
    venue_township = np.array([townships[venue.township] for venue in instance.venues], dtype=np.int64)
    minutes = travel_minutes(instance)[:, venue_township]
    near = minutes <= settings.max_travel_minutes + MINUTES_TOLERANCE
    beyond = np.maximum(0.0, np.where(near, minutes, 0.0) - settings.free_travel_minutes) / 30.0
    distance = np.where(near, np.maximum(0.0, 1.0 - settings.travel_loss * beyond), -1.0)
    accredited = _accredited_teams(instance)
    at_base = np.array(
        [[provider.base == venue.township for venue in instance.venues] for provider in instance.providers], dtype=bool
    ).reshape(len(instance.providers), len(instance.venues))
    equipped = np.array(
        [[course.mobile or course.equipment <= venue.equipment for course in instance.courses]
         for venue in instance.venues],
        dtype=bool,
    ).reshape(len(instance.venues), len(instance.courses))
    on_the_road = np.array([provider.mobile for provider in instance.providers], dtype=bool)
    fits = (at_base[:, :, None] | (on_the_road[:, None, None] & equipped[None, :, :])) & (accredited > 0)[:, None, :]
    counties = tuple(sorted({township.county for township in instance.townships}))
    outreach = np.array([provider.outreach_cost_cents for provider in instance.providers], dtype=np.int64)
    return {
        "distance": np.ascontiguousarray(distance),
        "fits": np.ascontiguousarray(fits),
        "outreach_cents": outreach[:, None] * ~at_base,
        "teams": np.array([provider.teams for provider in instance.providers], dtype=np.int64),
        "accredited_teams": accredited,
        "annual_classes": np.array(
            [NO_LIMIT if p.annual_classes is None else p.annual_classes for p in instance.providers], dtype=np.int64
        ),
        "rooms": np.array([venue.rooms for venue in instance.venues], dtype=np.int64),
        "venue_township": venue_township,
        "venue_county": np.array(
            [counties.index(instance.townships[t].county) for t in venue_township], dtype=np.int64
        ),
        "counties": counties,
    }


def _accredited_teams(instance: Instance) -> np.ndarray:
    """Teams of each provider for each course, never more than the provider's; 0 = not accredited."""
    providers, courses = _index(instance.providers), _index(instance.courses)
    own = np.array([provider.teams for provider in instance.providers], dtype=np.int64)
    if instance.accreditations is None:
        return np.repeat(own[:, None], len(courses), axis=1)
    teams = np.zeros((len(providers), len(courses)), dtype=np.int64)
    for row in instance.accreditations:
        teams[providers[row.provider], courses[row.course]] = row.teams
    return np.minimum(teams, own[:, None])


def _job_arrays(instance: Instance) -> dict[str, Any]:
    """Vacancy pools merged where alike, and the job source of each occupation, age band and end week."""
    names = [course.occupation for course in instance.courses]
    occupations = tuple(sorted(set(names)))
    bands = [band.name for band in instance.age_bands]
    first_days = timeline.mondays(instance)
    taught = {name: o for o, name in enumerate(occupations)}
    pools = instance.pools or ()
    merged: dict[tuple[int, tuple[bool, ...], tuple[bool, ...]], list[int]] = {}
    for d, pool in enumerate(pools):
        if pool.occupation not in taught or pool.vacancies <= 0:
            continue
        open_weeks = tuple(_pool_open(instance, pool.first_day, pool.last_day, monday) for monday in first_days)
        admits = tuple(pool.age_bands is None or band in pool.age_bands for band in bands)
        merged.setdefault((taught[pool.occupation], open_weeks, admits), []).append(d)
    keys = sorted(merged)
    sources: dict[tuple[int, tuple[int, ...]], int] = {}
    source = np.zeros((len(occupations), len(bands), len(first_days)), dtype=np.int64)
    for o in range(len(occupations)):
        mine = [d for d, key in enumerate(keys) if key[0] == o]
        for a in range(len(bands)):
            for w in range(len(first_days)):
                takers = tuple(d for d in mine if keys[d][1][w] and keys[d][2][a])
                source[o, a, w] = sources.setdefault((o, takers), len(sources))
    source_pools = np.zeros((len(sources), len(keys)), dtype=bool)
    for (_, takers), s in sources.items():
        source_pools[s, list(takers)] = True
    return {
        "occupations": occupations,
        "course_occupation": np.array([taught[name] for name in names], dtype=np.int64),
        "unlinked_factor": 1.0 if instance.pools is None else instance.settings.unlinked_factor,
        "pool_jobs": np.array([sum(pools[d].vacancies for d in merged[key]) for key in keys], dtype=np.int64),
        "pool_members": tuple(tuple(merged[key]) for key in keys),
        "source": source,
        "source_pools": source_pools,
        "source_occupation": np.array([o for o, _ in sources], dtype=np.int64),
    }


def _pool_open(instance: Instance, first: date | None, last: date | None, end_monday: date) -> bool:
    """Whether the days from the end week's Monday to the Sunday ``placement_weeks`` later meet the pool's."""
    until = end_monday + timedelta(weeks=instance.settings.placement_weeks, days=6)
    return (first is None or first <= until) and (last is None or last >= end_monday)


def _money_arrays(instance: Instance) -> dict[str, Any]:
    settings = instance.settings
    types = sorted({course.training_type for course in instance.courses})
    counties = sorted({township.county for township in instance.townships})
    living = np.array([settings.allowance_tag in group.tags for group in instance.groups], dtype=np.int64)
    head_cents = np.zeros((len(instance.courses), len(instance.groups), 3), dtype=np.int64)
    for c, course in enumerate(instance.courses):
        head_cents[c, :, 0] = course.subsidy_cents
        head_cents[c, :, 1] = course.exam_fee_cents
        head_cents[c, :, 2] = living * settings.living_allowance_cents * course.class_days
    in_time = _funds_in_time(instance)
    categories: dict[bytes, int] = {}

    def category(kind: CostKind, tags: frozenset[str], training_type: str, county: str, week: int) -> int:
        pays = [_fund_pays(instance, fund.name, kind, tags, training_type, county) for fund in instance.funds]
        return categories.setdefault((pays & in_time[:, week]).tobytes(), len(categories))

    shape = (len(types), len(counties), settings.weeks)
    head_category = np.zeros((3, len(instance.groups), *shape), dtype=np.int64)
    class_category = np.zeros(shape, dtype=np.int64)
    windows, week_pattern = np.unique(in_time.T, axis=0, return_inverse=True)
    samples = [int(np.flatnonzero(week_pattern.ravel() == i)[0]) for i in range(len(windows))]
    for i, training_type in enumerate(types):
        for j, county in enumerate(counties):
            for k, sample in enumerate(samples):
                alike = week_pattern.ravel() == k
                for q, kind in enumerate(HEAD_KINDS):
                    for g, group in enumerate(instance.groups):
                        head_category[q, g, i, j, alike] = category(kind, group.tags, training_type, county, sample)
                class_category[i, j, alike] = category(
                    CostKind.CLASS_COST, frozenset(), training_type, county, sample
                )
    funds = np.array([np.frombuffer(key, dtype=bool) for key in categories])
    return {
        "fund_cents": np.array([fund.amount_cents for fund in instance.funds], dtype=np.int64),
        "head_cents": head_cents,
        "class_cents": np.array([course.class_cost_cents for course in instance.courses], dtype=np.int64),
        "training_type": np.array([types.index(course.training_type) for course in instance.courses], dtype=np.int64),
        "head_category": head_category,
        "class_category": class_category,
        "category_funds": funds,
    }


def _funds_in_time(instance: Instance) -> np.ndarray:
    """Whether each fund's dates meet Monday to Friday of each end week; shape (funds, weeks)."""
    return np.array(
        [[(fund.first_day is None or fund.first_day <= monday + timedelta(days=4))
          and (fund.last_day is None or fund.last_day >= monday) for monday in timeline.mondays(instance)]
         for fund in instance.funds],
        dtype=bool,
    )


def _fund_pays(
    instance: Instance, fund: str, kind: CostKind, tags: frozenset[str], training_type: str, county: str
) -> bool:
    """Whether some rule of the fund covers a cost (dates aside)."""
    if instance.fund_rules is None:
        return True
    return any(
        rule.fund == fund
        and rule.kind in (None, kind)
        and (rule.tag is None or rule.tag in tags)
        and rule.training_type in (None, training_type)
        and rule.county in (None, county)
        for rule in instance.fund_rules
    )


def _target_arrays(instance: Instance) -> dict[str, Any]:
    cohorts = _wished_cohorts(instance)
    townships = {township.name: township for township in instance.townships}
    tags = {group.name: group.tags for group in instance.groups}
    targets = instance.targets

    def mask(of: Callable[[Target, Any], bool], items: Sequence[Any]) -> np.ndarray:
        return np.array([[of(t, item) for item in items] for t in targets], dtype=bool).reshape(
            len(targets), len(items)
        )

    return {
        "target_heads": np.array([t.measure is Measure.PERSONS for t in targets], dtype=bool),
        "target_at_least": np.array([t.sense is Sense.AT_LEAST for t in targets], dtype=bool),
        "target_value": np.array([t.value for t in targets], dtype=np.int64),
        "target_penalty": np.array([np.inf if t.hard else t.penalty for t in targets], dtype=float),
        "target_cohorts": mask(
            lambda t, k: t.township in (None, k.township)
            and t.county in (None, townships[k.township].county)
            and t.age_band in (None, k.age_band)
            and (t.tag is None or t.tag in tags[k.group]),
            cohorts,
        ),
        "target_courses": mask(
            lambda t, c: t.course in (None, c.name)
            and t.industry in (None, c.industry)
            and t.training_type in (None, c.training_type),
            instance.courses,
        ),
        "target_providers": mask(lambda t, p: t.provider in (None, p.name), instance.providers),
        "target_venues": mask(
            lambda t, v: t.township in (None, v.township) and t.county in (None, townships[v.township].county),
            instance.venues,
        ),
    }


def _lock_arrays(instance: Instance) -> dict[str, Any]:
    courses, providers, venues = _index(instance.courses), _index(instance.providers), _index(instance.venues)
    exact = {size: len(courses) + i for i, size in enumerate(_exact_sizes(instance))}
    first_days = timeline.mondays(instance)

    def pattern(lock: Lock) -> tuple[int, ...]:
        course = courses[lock.course]
        return (
            course,
            ANY if lock.persons is None or lock.kind is LockKind.FORBIDDEN else exact[course, lock.persons],
            ANY if lock.provider is None else providers[lock.provider],
            ANY if lock.venue is None else venues[lock.venue],
            ANY if lock.form is None else timeline.FORMS.index(Form(lock.form)),
            # A week outside the horizon matches no option.
            ANY if lock.start_week is None else _week_index(first_days, lock.start_week),
        )

    required = [i for i, lock in enumerate(instance.locks) if lock.kind is LockKind.REQUIRED]
    forbidden = [pattern(lock) for lock in instance.locks if lock.kind is LockKind.FORBIDDEN]
    return {
        "required": np.array([pattern(instance.locks[i]) for i in required], dtype=np.int64).reshape(-1, 6),
        "required_number": np.array([instance.locks[i].number for i in required], dtype=np.int64),
        "required_lock": tuple(required),
        "forbidden": np.array(forbidden, dtype=np.int64).reshape(-1, 6),
    }


def _week_index(first_days: list[date], monday: date) -> int:
    return first_days.index(monday) if monday in first_days else len(first_days)
