"""First prices of the joint ascent: each county's own, found apart, put together.

A county's own ascent costs a few milliseconds a step and waits for nobody. Prices of teams and rooms are taken from
the county they belong to, those of shared money, vacancies and targets are averaged over the people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

import numpy as np

from planner.engine.bundle import prove_bound
from planner.engine.decomposition.lanes import Lanes, go_on
from planner.engine.decomposition.parts import Part
from planner.engine.decomposition.regions import Region
from planner.engine.decomposition.shares import people_weights
from planner.engine.prices import Relaxation
from planner.engine.rows import Rows
from planner.model.problem import Problem

_PRECISION = 2e-3


def price_county(region: int, problem: Problem, evaluations: int) -> np.ndarray:
    """Task: price vector of a county by itself."""
    def ended(_bound: float) -> bool:
        return not go_on(region, -np.inf)

    return prove_bound(Relaxation(problem), evaluations, None, ended, _PRECISION).prices.vector()


def joined_prices(
    problem: Problem, regions: Sequence[Region], parts: Sequence[Part], rows: Rows, lanes: Lanes, evaluations: int,
    wait: Callable[[Sequence[Future[np.ndarray]]], bool],
) -> np.ndarray | None:
    """A price vector for the whole from the own prices of the counties, given as problems of their own.

    ``wait`` returns true when all tasks are done; false gives them up, and there are no prices.
    """
    order = sorted(range(len(parts)), key=lambda r: (-len(regions[r].townships), r))
    found: list[Future[np.ndarray]] = [Future() for _ in parts]
    for i, r in enumerate(order):  # the lanes work through them side by side
        found[r] = lanes.submit(i % lanes.count, price_county, r, parts[r].problem, evaluations)
    if not wait(found):
        return None
    return averaged_prices(problem, regions, parts, rows, [mine.result() for mine in found])


def averaged_prices(
    problem: Problem, regions: Sequence[Region], parts: Sequence[Part], rows: Rows, found: Sequence[np.ndarray]
) -> np.ndarray:
    """One price vector for the whole from those of the parts, averaged over the people where several have a row."""
    total, weight = np.zeros(len(rows.supply)), np.zeros(len(rows.supply))
    for part, mine, people in zip(parts, found, people_weights(problem, regions), strict=True):
        index, known = part.rows(rows)
        total[index[known]] += people * mine[known]
        weight[index[known]] += people
    return np.minimum(total / np.maximum(weight, 1e-12), rows.upper)
