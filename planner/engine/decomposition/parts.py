"""A county as an ordinary problem of its own: the instance restricted to its people, places and share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.instance import Accreditation, Instance, LockKind, Sense
from planner.engine.decomposition.regions import Region
from planner.engine.decomposition.shares import Share
from planner.engine.rows import Rows
from planner.model.options import ClassHeads, Slot
from planner.model.problem import NO_LIMIT, Problem, build_problem


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A county's own problem and where its indices stand in the whole problem."""

    problem: Problem
    offering: np.ndarray
    provider: np.ndarray
    venue: np.ndarray
    cohort: np.ndarray
    fund: np.ndarray
    target: np.ndarray
    lock: np.ndarray
    pool: np.ndarray  # merged pools

    def to_whole(self, classes: Sequence[ClassHeads]) -> list[ClassHeads]:
        """The part's classes in the whole problem's indices."""
        return [
            (Slot(int(self.offering[slot.offering]), int(self.provider[slot.provider]), int(self.venue[slot.venue]),
                  slot.form, slot.week),
             {int(self.cohort[k]): persons for k, persons in heads.items()})
            for slot, heads in classes
        ]

    def to_part(self, classes: Sequence[ClassHeads]) -> list[ClassHeads]:
        """The whole problem's classes in the part's indices; all of them must belong to the part."""
        offering, provider, venue, cohort = (
            {int(whole): i for i, whole in enumerate(index)}
            for index in (self.offering, self.provider, self.venue, self.cohort)
        )
        return [
            (Slot(offering[slot.offering], provider[slot.provider], venue[slot.venue], slot.form, slot.week),
             {cohort[k]: persons for k, persons in heads.items()})
            for slot, heads in classes
        ]

    def rows(self, whole: Rows) -> tuple[np.ndarray, np.ndarray]:
        """Where the part's price vector stands in the whole problem's: rows of the whole (-1: no such row), and
        whether the part says anything about their price (a fund that may pay nothing here does not)."""
        part = self.problem
        at = whole.blocks(np.arange(len(whole.supply)))
        tight = np.argwhere((part.accredited_teams > 0) & (part.accredited_teams < part.teams[:, None]))
        row = whole.accreditation_row[self.provider[tight[:, 0]], tight[:, 1]]
        accredited = np.full((len(tight), part.weeks), -1)
        accredited[row >= 0] = at["accredited"][row[row >= 0]]
        payable = np.union1d(part.head_category, part.class_category)
        blocks = [
            at["team"][self.provider], accredited, at["room"][self.venue], at["annual"][self.provider],
            at["fund"][self.fund], at["pool"][self.pool], at["target"][self.target], at["lock"][self.lock],
        ]
        index = np.concatenate([block.ravel() for block in blocks])
        usable = part.category_funds[payable].any(axis=0)
        silent = np.isin(index, at["fund"][self.fund[~usable]])
        return index, (index >= 0) & ~silent

    def prices(self, whole: Rows, vector: np.ndarray) -> np.ndarray:
        """The part's price vector from the whole problem's."""
        index, _ = self.rows(whole)
        return np.where(index >= 0, vector[np.maximum(index, 0)], 0.0)

    def written(self, whole: Rows, prices: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """The whole problem's price vector with the part's own prices in their places."""
        index, known = self.rows(whole)
        changed = vector.copy()
        changed[index[known]] = prices[known]
        return changed


def make_part(whole: Problem, region: Region, share: Share) -> Part:
    """The county's problem: its townships, people and venues, and its share of everything else."""
    instance = whole.instance
    inside = {instance.townships[t].name for t in region.townships}
    counties = {None, *(whole.counties[c] for c in region.counties)}
    providers = np.flatnonzero(share.teams > 0)
    names = {instance.providers[p].name for p in providers}
    venues = [v for v, venue in enumerate(instance.venues) if venue.township in inside]
    targets = [
        n for n, target in enumerate(instance.targets)
        if (target.sense is Sense.AT_MOST or share.targets[n] > 0) and target.township in (None, *inside)
        and target.county in counties
    ]
    known = {None, *(instance.venues[v].name for v in venues)}
    required = [
        n for n, index in enumerate(whole.required_lock)
        if share.locks[n] > 0 and instance.locks[index].venue in known
        and instance.locks[index].provider in (None, *names)
    ]
    locks = [
        replace(instance.locks[whole.required_lock[n]], number=int(share.locks[n])) for n in required
    ] + [
        lock for lock in instance.locks
        if lock.kind is LockKind.FORBIDDEN and lock.venue in known and lock.provider in (None, *names)
    ]
    part = replace(
        instance,
        townships=tuple(t for t in instance.townships if t.name in inside),
        cohorts=tuple(k for k in instance.cohorts if k.township in inside),
        demand=tuple(d for d in instance.demand if d.township in inside),
        providers=tuple(
            replace(
                instance.providers[p], teams=int(share.teams[p]),
                annual_classes=None if whole.annual_classes[p] >= NO_LIMIT else int(share.annual[p]),
            )
            for p in providers
        ),
        accreditations=tuple(
            Accreditation(instance.providers[p].name, course.name, int(share.accredited[p, c]))
            for p in providers for c, course in enumerate(instance.courses) if share.accredited[p, c] > 0
        ),
        venues=tuple(instance.venues[v] for v in venues),
        travel=tuple(row for row in instance.travel if row.origin in inside and row.destination in inside),
        pools=None if instance.pools is None else tuple(
            replace(pool, vacancies=int(share.vacancies[d])) for d, pool in enumerate(instance.pools)
        ),
        funds=tuple(
            replace(fund, amount_cents=int(share.fund_cents[f])) for f, fund in enumerate(instance.funds)
        ),
        targets=tuple(replace(instance.targets[n], value=int(share.targets[n])) for n in targets),
        locks=tuple(locks),
        teachers=(),
    )
    return _mapped(whole, build_problem(part), providers, venues, targets, required)


def _mapped(
    whole: Problem, part: Problem, providers: np.ndarray, venues: list[int], targets: list[int], required: list[int]
) -> Part:
    offering = {_offering_key(whole, h): h for h in range(len(whole.offering_course))}
    cohort = {_cohort_key(whole, k): k for k in range(len(whole.capacity))}
    merged = {member: d for d, members in enumerate(whole.pool_members) for member in members}

    def index(values: Sequence[int]) -> np.ndarray:
        return np.array(values, dtype=np.int64)

    return Part(
        part,
        offering=index([offering[_offering_key(part, h)] for h in range(len(part.offering_course))]),
        provider=index(list(providers)),
        venue=index(venues),
        cohort=index([cohort[_cohort_key(part, k)] for k in range(len(part.capacity))]),
        fund=index(range(len(whole.fund_cents))),
        target=index(targets),
        lock=index(required),
        pool=index([merged[members[0]] for members in part.pool_members]),
    )


def _offering_key(problem: Problem, h: int) -> tuple[int, int]:
    """Course, and the exact number of heads of an offering that has one (else -1)."""
    courses = len(problem.instance.courses)
    return int(problem.offering_course[h]), int(problem.min_size[h]) if h >= courses else -1


def _cohort_key(problem: Problem, k: int) -> tuple[str, str, str]:
    instance: Instance = problem.instance
    return (
        instance.townships[problem.cohort_township[k]].name, instance.age_bands[problem.cohort_band[k]].name,
        instance.groups[problem.cohort_group[k]].name,
    )
