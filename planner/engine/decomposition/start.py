"""First prices of the joint ascent: each county's own, found apart, put together.

A county's own ascent costs a few milliseconds a step and waits for nobody. Prices of teams and rooms are taken from
the county they belong to, those of shared money, vacancies and targets are averaged over the people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

import numpy as np

from planner.engine.decomposition.lanes import Lanes, go_on
from planner.engine.decomposition.parts import Part, make_part
from planner.engine.decomposition.regions import Region
from planner.engine.decomposition.rows import Rows
from planner.engine.decomposition.shares import people_weights, share_out
from planner.engine.prices import Prices, Relaxation, prove_bound
from planner.model.problem import Problem

_PRECISION = 2e-3


def price_county(region: int, problem: Problem, iterations: int) -> Prices:
    """Task: prices of a county by itself."""
    relaxation = Relaxation(problem)
    on_progress = lambda bound: not go_on(region, -np.inf)  # noqa: E731
    return prove_bound(relaxation, iterations, None, -np.inf, on_progress, _PRECISION).prices


def joined_prices(
    problem: Problem, regions: Sequence[Region], rows: Rows, lanes: Lanes, iterations: int,
    wait: Callable[[Sequence[Future[Prices]]], None],
) -> np.ndarray:
    """A price vector for the whole from the counties' own prices; ``wait`` returns when all tasks are done."""
    shares = share_out(problem, regions, rows, np.zeros((len(regions), len(rows.supply))))
    parts = [make_part(problem, region, share) for region, share in zip(regions, shares, strict=True)]
    order = sorted(range(len(parts)), key=lambda r: (-len(regions[r].townships), r))
    found: list[Future[Prices]] = [Future() for _ in parts]
    for i, r in enumerate(order):  # the lanes work through them side by side
        found[r] = lanes.submit(i % lanes.count, price_county, r, parts[r].problem, iterations)
    wait(found)
    prices = [one.result() for one in found]
    return np.minimum(join(problem, rows, parts, prices, people_weights(problem, regions)), rows.upper)


def join(
    problem: Problem, rows: Rows, parts: Sequence[Part], prices: Sequence[Prices], people: np.ndarray
) -> np.ndarray:
    """Put the counties' prices in their places of the whole vector; what several counties price is averaged."""
    total = {name: np.zeros(shape) for name, shape in rows.shapes.items()}
    weight = {name: np.zeros(shape) for name, shape in rows.shapes.items()}

    def put(name: str, index: np.ndarray, values: np.ndarray, share: float) -> None:
        total[name][index] += share * values
        weight[name][index] += share

    for part, mine, share in zip(parts, prices, people, strict=True):
        own = part.problem
        put("team", part.provider, mine.team, share)
        put("room", part.venue, mine.room, share)
        put("annual", part.provider, mine.annual, share)
        put("pool", part.pool, mine.pool, share)
        put("target", part.target, mine.target, share)
        put("lock", part.lock, mine.lock, share)
        payable = np.unique(np.concatenate([own.head_category.ravel(), own.class_category.ravel()]))
        usable = own.category_funds[payable].any(axis=0)
        put("fund", part.fund[usable], mine.fund[usable], share)
        tight = np.argwhere((own.accredited_teams > 0) & (own.accredited_teams < own.teams[:, None]))
        row = rows.accreditation_row[part.provider[tight[:, 0]], tight[:, 1]]
        put("accredited", row[row >= 0], mine.accredited[row >= 0], share)
    return np.concatenate([(total[name] / np.maximum(weight[name], 1e-12)).ravel() for name in rows.shapes])
