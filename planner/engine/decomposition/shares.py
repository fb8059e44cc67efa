"""What each county gets of what the counties share: whole numbers that sum to the supply.

The descent's averaged solution says how much of every row each county's people use; supplies are split in that
proportion by largest remainders. Any plan of the counties within their shares is a plan of the whole problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.engine.decomposition.regions import Region
from planner.engine.rows import Rows
from planner.model.problem import ANY, NO_LIMIT, Problem

_STAYS = 0.2
"""Part of a provider's work that its own county must use for its teams to stay there."""


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """One county's part of every shared supply, in the problem's order and units."""

    teams: np.ndarray  # P
    accredited: np.ndarray  # P, C
    annual: np.ndarray  # P
    vacancies: np.ndarray  # pools of the instance
    fund_cents: np.ndarray  # F
    targets: np.ndarray  # N
    locks: np.ndarray  # L


def split_whole(total: int, weights: np.ndarray) -> np.ndarray:
    """Split a whole number in proportion to weights by largest remainders; evenly when all are zero."""
    weights = np.maximum(np.asarray(weights, dtype=float), 0.0)
    if weights.sum() <= 0:
        weights = np.ones(len(weights))
    exact = total * (weights / weights.sum())
    whole = np.floor(exact).astype(np.int64)
    rest = int(total - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:rest]] += 1
    return whole


def share_out(problem: Problem, regions: Sequence[Region], rows: Rows, use: np.ndarray) -> list[Share]:
    """Shares of all counties from the averaged use of the rows (regions, rows)."""
    of_region = [rows.blocks(mine) for mine in use]

    def block(name: str) -> np.ndarray:
        return np.array([mine[name] for mine in of_region])

    teams = _split_teams(problem, regions, block("team").sum(axis=2))
    accredited = _split_accreditations(problem, rows, teams, block("accredited").sum(axis=2))
    payable = payable_regions(problem, regions)  # F, R
    people = people_weights(problem, regions)
    vacancies = split_vacancies(problem, np.maximum(block("pool"), 1e-6 * people[:, None]))
    funds = np.array([
        split_whole(int(cents), block("fund")[:, f] * payable[f] + 1e-9 * people * payable[f])
        for f, cents in enumerate(problem.fund_cents)
    ]).reshape(len(problem.fund_cents), len(regions))
    reach = target_reach(problem, regions)
    targets = np.array([
        split_whole(int(value), np.abs(block("target")[:, n]) * reach[n] + 1e-9 * people * reach[n])
        for n, value in enumerate(problem.target_value)
    ]).reshape(len(problem.target_value), len(regions))
    locks = np.array([
        split_whole(
            int(number), (np.abs(block("lock")[:, n]) + 1e-9 * people) * _lock_reach(problem, regions, accredited, n)
        )
        for n, number in enumerate(problem.required_number)
    ]).reshape(len(problem.required_number), len(regions))
    annual = np.array([
        np.where(teams[p] > 0, limit, 0) if limit >= NO_LIMIT
        else split_whole(int(limit), (block("annual")[:, p] + 1e-6 * teams[p]) * (teams[p] > 0))
        for p, limit in enumerate(problem.annual_classes)
    ]).reshape(len(problem.teams), len(regions))
    return [
        Share(teams[:, r], accredited[:, :, r], annual[:, r], vacancies[r], funds[:, r], targets[:, r], locks[:, r])
        for r in range(len(regions))
    ]


def people_weights(problem: Problem, regions: Sequence[Region]) -> np.ndarray:
    """Share of the problem's people who live in each region; never quite 0, so that it can stand as a weight."""
    people = np.array([
        problem.capacity[np.isin(problem.cohort_township, region.townships)].sum() for region in regions
    ], dtype=float)
    return np.maximum(people / max(1.0, people.sum()), 1e-6)


def payable_regions(problem: Problem, regions: Sequence[Region]) -> np.ndarray:
    """Whether a fund may pay some cost of classes held in each region; shape (F, regions)."""
    payable = np.zeros((len(problem.fund_cents), len(regions)), dtype=bool)
    for r, region in enumerate(regions):
        inside = list(region.counties)
        categories = np.union1d(problem.head_category[:, :, :, inside], problem.class_category[:, inside])
        payable[:, r] = problem.category_funds[categories].any(axis=0)
    return payable


def target_reach(problem: Problem, regions: Sequence[Region]) -> np.ndarray:
    """Whether people (or, for 班数, venues) of a region count towards each target; shape (N, regions)."""
    cohorts = np.array([np.isin(problem.cohort_township, region.townships) for region in regions])  # R, K
    venues = np.array([np.isin(problem.venue_township, region.townships) for region in regions])  # R, V
    by_heads = problem.target_cohorts.astype(np.int64) @ cohorts.T > 0
    by_classes = problem.target_venues.astype(np.int64) @ venues.T > 0
    return np.where(problem.target_heads[:, None], by_heads, by_classes)


def _split_teams(problem: Problem, regions: Sequence[Region], used: np.ndarray) -> np.ndarray:
    """Teams of each provider by region (P, R).

    They stay in the county of the provider's base, where its whole work is planned at once. They go where they are
    used if that county uses little of them, if the provider has no base, or if some county has no provider of its own.
    """
    home = {name: r for r, region in enumerate(regions) for name in _names(problem, region)}
    based_in = {home.get(provider.base or "", -1) for provider in problem.instance.providers}
    every_county = based_in >= set(range(len(regions)))
    weights = used.T + 1e-9
    for p, provider in enumerate(problem.instance.providers):
        if provider.base in home:
            based = home[provider.base]
            stays = every_county and weights[p, based] >= _STAYS * weights[p].sum()
            if not provider.mobile or stays or not used[:, p].any():
                weights[p] *= np.arange(len(regions)) == based
            weights[p, based] += 1e-9
    split = np.array([split_whole(int(teams), weights[p]) for p, teams in enumerate(problem.teams)])
    for _, _, provider, venue, _, _ in problem.required:
        if provider != ANY and venue != ANY and problem.teams[provider]:
            wanted = next(r for r, region in enumerate(regions) if problem.venue_township[venue] in region.townships)
            if not split[provider, wanted]:  # a lock that names both needs a team there
                split[provider, split[provider].argmax()] -= 1
                split[provider, wanted] += 1
    return split.reshape(len(problem.teams), len(regions))


def _lock_reach(problem: Problem, regions: Sequence[Region], accredited: np.ndarray, n: int) -> np.ndarray:
    """Whether each region has a team for a lock's course, and the provider and the venue it names; shape (R,)."""
    course, _, provider, venue, _, _ = problem.required[n]
    able = accredited[:, course] > 0  # P, R
    there = np.asarray(able.any(axis=0) if provider == ANY else able[provider])
    if venue != ANY:
        there = there & np.array([int(problem.venue_township[venue]) in region.townships for region in regions])
    return there


def _names(problem: Problem, region: Region) -> list[str]:
    return [problem.instance.townships[t].name for t in region.townships]


def _split_accreditations(problem: Problem, rows: Rows, teams: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Teams of each provider for each course by region (P, C, R), never more than the region's teams."""
    split = np.where(problem.accredited_teams[:, :, None] > 0, teams[:, None, :], 0)
    for row, (p, c) in enumerate(rows.accreditation_rows):
        present = teams[p] > 0
        weights = (used[:, row] + 1e-6 * teams[p]) * present
        split[p, c] = np.minimum(teams[p], split_whole(int(problem.accredited_teams[p, c]), weights))
    return split


def split_vacancies(problem: Problem, weights: np.ndarray) -> np.ndarray:
    """Vacancies of the instance's pools by region (R, pools), from weights of the merged pools (R, D)."""
    pools = problem.instance.pools or ()
    split = np.zeros((len(weights), len(pools)), dtype=np.int64)
    for d, members in enumerate(problem.pool_members):
        left = split_whole(int(problem.pool_jobs[d]), weights[:, d])
        for member in members:
            free = pools[member].vacancies
            for r in range(len(left)):
                taken = min(free, int(left[r]))
                split[r, member] += taken
                left[r] -= taken
                free -= taken
    return split
