"""Regions: counties, or neighbouring counties together, with their own people; they share money and vacancies.

Counties whose people can reach many of each other's venues are one region as long as it stays small enough to be
searched as one problem; what a border between regions costs is then little. The relaxation has a knapsack for each
cohort and prices for everything else, so it falls apart over any grouping of townships:

    L(prices) = sum over regions of L_region(prices) + sum price * supply

exactly, whatever the regions share. A region is worked out from the whole problem's arrays, so that rules that look
beyond it (a class near the border gathers people of both sides) hold as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.engine.booking import Booking
from planner.engine.bundle import Cuts
from planner.engine.decomposition.site_kernels import Sites, Tariff, best_options
from planner.engine.price_kernels import NOTHING, fill_knapsacks
from planner.engine.prices import _starts, open_places, running_sums, start_types
from planner.engine.rows import (
    CENTS_PER_UNIT,
    Prices,
    Rows,
    job_values,
    lay_out,
    money_prices,
)
from planner.model.problem import ANY, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One county or several neighbours (indices of ``Problem.counties``) and their townships (of the problem)."""

    counties: tuple[int, ...]
    townships: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RegionValue:
    """A region's part of L at some prices, and the cuts of its cohorts there."""

    knapsacks: float
    cuts: Cuts


_LEAST_CROSSED = 0.05
"""Part of the smaller one's ways from townships to venues within reach that must cross the border to the other."""


def regions_of(problem: Problem, most_townships: int = 0) -> tuple[Region, ...]:
    """The problem's counties in order, each with its townships.

    Neighbours are joined, first those with most ways across their border, while they have no more than
    ``most_townships`` together.
    """
    county = np.array([problem.counties.index(township.county) for township in problem.instance.townships])
    groups = [[c] for c in range(len(problem.counties))]
    size = np.bincount(county, minlength=len(groups))
    ways = _ways(problem, county)
    while (pair := _closest(groups, size, ways, most_townships)) is not None:
        first, second = pair
        groups[first] = sorted(groups[first] + groups.pop(second))
    return tuple(Region(tuple(group), tuple(map(int, np.flatnonzero(np.isin(county, group))))) for group in groups)


def _ways(problem: Problem, county: np.ndarray) -> np.ndarray:
    """Pairs of a township and a venue within its reach, by the counties of both; shape (counties, counties)."""
    counties = len(problem.counties)
    ways = np.zeros((counties, counties), dtype=np.int64)
    township, venue = np.nonzero(problem.distance >= 0)
    np.add.at(ways, (county[township], problem.venue_county[venue]), 1)
    return ways


def _closest(
    groups: list[list[int]], size: np.ndarray, ways: np.ndarray, most_townships: int
) -> tuple[int, int] | None:
    """The two groups with most ways between them that may be joined, the first of equals; None when there are none."""
    best, most = None, 0
    for i, one in enumerate(groups):
        for j, other in enumerate(groups[i + 1 :], start=i + 1):
            crossing = int(ways[np.ix_(one, other)].sum() + ways[np.ix_(other, one)].sum())
            smaller = min(int(ways[one].sum()), int(ways[other].sum()))
            small = int(size[one].sum() + size[other].sum()) <= most_townships
            if small and crossing > most and crossing >= _LEAST_CROSSED * smaller:
                best, most = (i, j), crossing
    return best


class RegionRelaxation:
    """Evaluates one region's part of the relaxation at given prices."""

    def __init__(self, problem: Problem, region: Region, rows: Rows | None = None) -> None:
        self.problem = problem
        self.rows = rows or lay_out(problem)
        self._cohorts = np.flatnonzero(np.isin(problem.cohort_township, region.townships))
        self._sites = _sites(problem, region, self.rows.accreditation_row)
        self._booking = Booking(problem, self.rows)
        cents = problem.head_cents[:, :, :, None, None] / CENTS_PER_UNIT  # C, G, 3, counties, weeks
        category = np.moveaxis(problem.head_category, 2, 0)[problem.training_type]  # C, 3, G, counties, W
        self._head_amount, self._head_category = cents, np.where(cents > 0, np.moveaxis(category, 1, 2), 0)
        general = problem.target_providers.all(axis=1)
        self._general = general
        self._named = np.flatnonzero(~general & ~problem.target_heads)
        self._places = [
            problem.target_courses[n][:, None] & problem.target_venues[n][None, :]
            for n in range(len(problem.target_value))
        ]
        cohorts, offerings = len(problem.capacity), len(problem.offering_course)
        self.worth = np.full((cohorts, offerings), NOTHING)
        self._choice = np.zeros((cohorts, offerings, 5), dtype=np.int64)
        self._heads = np.zeros((cohorts, offerings))

    def evaluate(self, vector: np.ndarray) -> RegionValue:
        """The region's knapsacks at the prices and its cohorts' cuts."""
        problem, prices = self.problem, self.rows.prices(vector)
        best_options(self._sites, self._tariff(prices), self.worth, self._choice)
        mine = self._cohorts
        heads = np.zeros((len(mine), self.worth.shape[1]))
        knapsacks = fill_knapsacks(
            self.worth[mine], problem.capacity[mine], problem.demand[mine], problem.offering_course, heads
        )
        self._heads[mine] = heads
        return RegionValue(
            float(knapsacks), self._booking.cuts(vector, mine, self._heads, self._choice, self.worth)
        )

    def _tariff(self, prices: Prices) -> Tariff:
        problem = self.problem
        money = money_prices(problem, prices.fund)
        signed = -self.rows.target_sign * prices.target
        class_bonus = np.zeros((problem.demand.shape[1], len(problem.rooms)))
        for n in np.flatnonzero(signed * self._general * ~problem.target_heads):
            class_bonus[self._places[n]] += signed[n]
        return Tariff(
            running_sums(prices.team), running_sums(prices.accredited), running_sums(prices.room), prices.annual,
            money[problem.class_category][problem.training_type] / CENTS_PER_UNIT, class_bonus, signed[self._named],
            prices.lock, job_values(problem, prices.pool),
            (self._head_amount * money[self._head_category]).sum(axis=2), self._head_bonus(signed),
        )

    def _head_bonus(self, signed: np.ndarray) -> np.ndarray:
        """Price earned by a head towards targets; shape (1 or providers, cohorts, courses)."""
        problem = self.problem
        of_heads = signed * problem.target_heads
        counted = (of_heads * self._general)[:, None] * problem.target_cohorts
        general = counted.T @ problem.target_courses.astype(float)
        particular = np.flatnonzero(~self._general & problem.target_heads)
        if not len(particular):
            return general[None]
        bonus = np.repeat(general[None], len(problem.teams), axis=0)
        for n in particular:
            counted = problem.target_cohorts[n][:, None] & problem.target_courses[n][None, :]
            bonus[problem.target_providers[n]] += signed[n] * counted
        return bonus


def _sites(problem: Problem, region: Region, accreditation_row: np.ndarray) -> Sites:
    """What the kernels need of a region, from the whole problem's arrays."""
    licences = np.argwhere((problem.accredited_teams.T > 0) & (problem.teams > 0)[None, :])  # course, provider
    course_licence = np.searchsorted(licences[:, 0], np.arange(problem.demand.shape[1] + 1))
    licence_of = {(int(c), int(p)): i for i, (c, p) in enumerate(licences)}
    named = _named_providers(problem)
    road_offset, road = _roads(problem, licences, course_licence)
    placed, nearest = _site_arrays(problem, region, licence_of)
    types, type_count = start_types(problem)
    starts = _starts(types)
    calendars = problem.attendance.shape[0]
    by_calendar = [[t for t in region.townships if problem.township_calendar[t] == b] for b in range(calendars)]
    order = np.array(
        [k for t in range(len(problem.township_calendar)) for k in np.flatnonzero(problem.cohort_township == t)],
        dtype=np.int64,
    )
    counts = np.bincount(problem.cohort_township, minlength=len(problem.township_calendar))
    particular = np.flatnonzero(~problem.target_providers.all(axis=1) & ~problem.target_heads)
    levels = [
        len({float(problem.quality[p]) for p in licences[first:last, 1] if not named[p]})
        for first, last in zip(course_licence, course_licence[1:], strict=False)
    ]
    return Sites(
        offering_course=problem.offering_course, min_size=problem.min_size, length=problem.length,
        attendance=problem.attendance, class_cents=problem.class_cents, quality=problem.quality,
        group=np.where(named, 1 + np.arange(len(named)), 0),
        straight=(problem.rate.max(axis=(1, 2)) * problem.quality.max(initial=0.0) <= 1.0) & ~named.any(),
        steepest=problem.rate.max(axis=(1, 2)), licence_provider=licences[:, 1].copy(),
        licence_row=accreditation_row[licences[:, 1], licences[:, 0]],
        licence_outreach=np.array(
            [problem.instance.providers[p].outreach_cost_cents for p in licences[:, 1]], dtype=np.int64
        ),
        course_licence=course_licence.astype(np.int64), road_offset=road_offset, road_licence=road, **placed, **nearest,
        **starts, type_count=type_count,
        calendar_offset=np.concatenate([[0], np.cumsum([len(ts) for ts in by_calendar])]).astype(np.int64),
        calendar_township=np.array([t for ts in by_calendar for t in ts], dtype=np.int64),
        cohort_offset=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), cohort_order=order,
        cohort_band=problem.cohort_band, cohort_group=problem.cohort_group, demand=problem.demand, rate=problem.rate,
        occupation=problem.course_occupation, source=problem.source, required=problem.required,
        forbidden=problem.forbidden, bonus_provider=problem.target_providers[particular],
        bonus_course=problem.target_courses[particular], bonus_venue=problem.target_venues[particular],
        width=max(levels, default=0) + int(named.sum()) + 1,
        most_sites=int(max(1, np.diff(placed["site_offset"]).max(initial=1))),
        most_near=int(max(1, np.diff(nearest["near_offset"]).max(initial=1))),
    )


def _named_providers(problem: Problem) -> np.ndarray:
    """Providers that some target or lock names; shape (P,)."""
    named = np.zeros(len(problem.teams), dtype=bool)
    for who in problem.target_providers:
        if not who.all():
            named |= who
    for pattern in (*problem.required, *problem.forbidden):
        if pattern[2] != ANY:
            named[pattern[2]] = True
    return named


def _roads(problem: Problem, licences: np.ndarray, course_licence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Licences of mobile providers by course, best quality first; offsets (C + 1,) and licences."""
    mobile = np.array([provider.mobile for provider in problem.instance.providers], dtype=bool)
    offsets, road = [0], []
    for first, last in zip(course_licence, course_licence[1:], strict=False):
        able = [i for i in range(first, last) if mobile[licences[i, 1]]]
        road += sorted(able, key=lambda i: (-problem.quality[licences[i, 1]], i))
        offsets.append(len(road))
    return np.array(offsets, dtype=np.int64), np.array(road, dtype=np.int64)


def _site_arrays(
    problem: Problem, region: Region, licence_of: dict[tuple[int, int], int]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The sites within the region's reach, and for each township and offering those near it, nearest first."""
    instance = problem.instance
    opened = open_places(problem)
    reached = (problem.distance[list(region.townships)] >= 0).any(axis=0)
    locked = {int(pattern[3]) for pattern in (*problem.required, *problem.forbidden)} - {ANY}
    township_of = {township.name: t for t, township in enumerate(instance.townships)}
    based: dict[int, list[int]] = {}
    for p, provider in enumerate(instance.providers):
        if provider.base is not None:
            based.setdefault(township_of.get(provider.base, -1), []).append(p)
    sites: list[tuple[int, int, int, bool]] = []  # township, county, largest class, on the road
    site_offset, near_offset = [0], [0]
    members: list[list[int]] = []
    homes: list[list[int]] = []
    near_site: list[int] = []
    near_share: list[float] = []
    for h, c in enumerate(problem.offering_course):
        course = instance.courses[c]
        found: dict[tuple, int] = {}
        for v in np.flatnonzero(reached & opened[h]):
            here = int(problem.venue_township[v])
            on_road = course.mobile or course.equipment <= instance.venues[v].equipment
            home = [licence_of[int(c), p] for p in based.get(here, []) if (int(c), p) in licence_of]
            if not on_road and not home:
                continue
            key = (here, int(problem.max_size[h, v]), on_road, int(v) if int(v) in locked else -1)
            if key not in found:
                found[key] = len(sites)
                sites.append((here, int(problem.venue_county[v]), int(problem.max_size[h, v]), on_road))
                members.append([])
                homes.append(home)
            members[found[key]].append(int(v))
        site_offset.append(len(sites))
    inside = set(region.townships)
    seen = np.zeros((len(sites), problem.attendance.shape[0]), dtype=bool)
    for t in range(len(problem.township_calendar)):
        for h in range(len(problem.offering_course)):
            if t in inside:
                reach = [
                    (-float(problem.distance[t, members[site][0]]), site)
                    for site in range(site_offset[h], site_offset[h + 1])
                    if problem.distance[t, members[site][0]] >= 0
                ]
                near_site += [site for _, site in sorted(reach)]
                seen[[site for _, site in reach], problem.township_calendar[t]] = True
                near_share += [-share for share, _ in sorted(reach)]
            near_offset.append(len(near_site))
    placed = {
        "site_offset": np.array(site_offset, dtype=np.int64),
        "site_county": np.array([site[1] for site in sites], dtype=np.int64),
        "site_largest": np.array([site[2] for site in sites], dtype=np.int64),
        "site_on_road": np.array([site[3] for site in sites], dtype=bool),
        "site_seen": seen,
        "venue_offset": np.concatenate([[0], np.cumsum([len(vs) for vs in members])]).astype(np.int64),
        "site_venue": np.array([v for vs in members for v in vs], dtype=np.int64),
        "home_offset": np.concatenate([[0], np.cumsum([len(ps) for ps in homes])]).astype(np.int64),
        "home_licence": np.array([p for ps in homes for p in ps], dtype=np.int64),
    }
    nearest = {
        "near_offset": np.array(near_offset, dtype=np.int64),
        "near_site": np.array(near_site, dtype=np.int64),
        "near_share": np.array(near_share, dtype=float),
    }
    return placed, nearest
