"""The optimiser's optimism: who plans by estimates picks those that came out too high (winner's curse).

Simulated (Smith and Winkler 2006 describe the effect): draw true rates from what is known, draw past classes of the
same size from them, estimate again, let the estimates choose the same number of heads among all wishes, and compare
what they promise with what the true rates give. The choice here is freer than a plan's, which time, rooms, travel and
money bind, so a plan's own optimism is at most about as large.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.conversion.draws import RateDraws
from planner.conversion.estimate import PastClasses, cell_of
from planner.conversion.rates import RateTable
from planner.domain.instance import AgeBand, Course, Group, Instance, Objective
from planner.domain.rate import Source

REPLICATIONS = 40


def selection_optimism(table: RateTable, heads: int, seed: int = 0) -> float:
    """Share of the promised jobs that is not there; 0 where no wish counts with an estimated rate.

    Negative values mean that estimates promise too little. Only gross rates are ever estimated.
    """
    instance = table.instance
    wishes = _wishes(instance)
    named = [(key, table.rate(*key)) for key in wishes]
    if instance.settings.objective is Objective.UPLIFT or not any(r.source is Source.ESTIMATED for _, r in named):
        return 0.0
    draws = RateDraws(table, REPLICATIONS, seed)
    truth = np.array([draws.rate(*key) for key, _ in named])
    stream = np.random.default_rng([seed, 1])
    limits = np.array(list(wishes.values()), dtype=float)
    promised = kept = 0.0
    for number in range(REPLICATIONS):
        past = PastClasses(_drawn_history(table, draws, number, stream))
        estimates = np.array(
            [past.hierarchy.posterior(cell_of(key[0], key[1].name, key[2].name)).mean
             if rate.source is Source.ESTIMATED else rate.value
             for key, rate in named]
        )
        chosen = _fill(estimates, limits, heads)
        promised += float(chosen @ estimates)
        kept += float(chosen @ truth[:, number])
    return (promised - kept) / promised if promised else 0.0


def _wishes(instance: Instance) -> dict[tuple[Course, AgeBand, Group], int]:
    """People who wish for each course, by course, age band and group, in the instance's order."""
    courses = {course.name: course for course in instance.courses}
    bands = {band.name: band for band in instance.age_bands}
    groups = {group.name: group for group in instance.groups}
    wishes: dict[tuple[str, str, str], int] = {}
    for row in instance.demand:
        key = (row.course, row.age_band, row.group)
        wishes[key] = wishes.get(key, 0) + row.persons
    return {(courses[c], bands[a], groups[g]): wishes[c, a, g] for c, a, g in sorted(wishes)}


def _drawn_history(table: RateTable, draws: RateDraws, number: int, stream: np.random.Generator) -> Instance:
    """The instance with past classes of the same size, employed by the drawn true rates."""
    courses = {course.name: course for course in table.instance.courses}
    rows = []
    for row in (row for row in table.instance.history if row.course in courses):
        rate = draws.cell(cell_of(courses[row.course], row.age_band, row.group))[number]
        rows.append(replace(row, employed=int(stream.binomial(row.trained, rate))))
    return replace(table.instance, history=tuple(rows))


def _fill(estimates: np.ndarray, limits: np.ndarray, heads: int) -> np.ndarray:
    """Heads for each wish: the highest estimates first, each up to its limit."""
    chosen, left = np.zeros(len(limits)), float(heads)
    for wish in np.argsort(-estimates, kind="stable"):
        chosen[wish] = min(limits[wish], left)
        left -= chosen[wish]
    return chosen
