"""The joint bound: one bundle method over the prices of all regions, each region's part worked out by a task.

A task gets the price vector and returns its part of L and its cohorts' cuts; nothing else travels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from planner.engine.bundle import Cuts
from planner.engine.decomposition.lanes import Lanes
from planner.engine.decomposition.parts import Part
from planner.engine.decomposition.regions import Region, RegionRelaxation, RegionValue
from planner.engine.prices import Relaxation
from planner.engine.rows import Prices, Rows, first_prices, lay_out
from planner.model.problem import Problem


class Evaluated(Protocol):
    """A region's part of a relaxation."""

    def evaluate(self, vector: np.ndarray) -> RegionValue:
        """Its part at the prices and its cohorts' cuts."""


_open: list[Evaluated] = []
_closed: list[Evaluated] = []
"""Regions of this process's lane: with people who may cross borders (they prove the bound), and without."""


def keep_regions(problem: Problem, regions: Sequence[Region]) -> None:
    """Task: work out the arrays of the lane's regions and keep them in the process."""
    rows = lay_out(problem)
    _open[:] = [RegionRelaxation(problem, region, rows) for region in regions]


def keep_counties(problem: Problem, parts: Sequence[Part]) -> None:
    """Task: the same for the lane's counties as problems of their own."""
    rows = lay_out(problem)
    _closed[:] = [ClosedCounty(part, rows) for part in parts]


def evaluate_regions(vector: np.ndarray, closed: bool) -> list[RegionValue]:
    """Task: parts of L of the lane's regions at the prices."""
    return [region.evaluate(vector) for region in (_closed if closed else _open)]


class ClosedCounty:
    """A county by itself at the whole problem's prices: nobody crosses its border, and its providers stay.

    Five times faster than the region with its border open, since places are listed by provider. It proves nothing.
    """

    def __init__(self, part: Part, rows: Rows) -> None:
        self._relaxation = Relaxation(part.problem)
        self._index, _ = part.rows(rows)

    def evaluate(self, vector: np.ndarray) -> RegionValue:
        """The county's knapsacks and its cohorts' cuts."""
        mine = np.where(self._index >= 0, vector[np.maximum(self._index, 0)], 0.0)
        self._relaxation.evaluate(mine)
        return RegionValue(self._relaxation.knapsacks, self._in_whole(self._relaxation.cuts))

    def _in_whole(self, cuts: Cuts) -> Cuts:
        """The cuts with the whole problem's rows; rows that it does not have are free."""
        row = self._index[cuts.row]
        known = row >= 0
        before = np.concatenate([[0], np.cumsum(known)])
        return Cuts(cuts.worth, before[cuts.first], row[known].astype(np.int32), cuts.use[known])


class JointRelaxation:
    """The relaxation of the whole problem, evaluated region by region on the lanes."""

    def __init__(
        self, problem: Problem, regions: Sequence[Region], lanes: Lanes, parts: Sequence[Part] | None = None
    ) -> None:
        """With ``parts``, counties closed at their borders stand for the regions; their L proves nothing."""
        self.problem = problem
        self.rows = lay_out(problem)
        self.are_closed = parts is not None
        self.supply, self.upper, self.scale = self.rows.supply, self.rows.upper, self.rows.scale
        self._lanes = lanes
        self._by_lane = _balanced([len(region.townships) for region in regions], lanes.count)
        self.cuts: Cuts
        """Of the prices last evaluated, region by region."""
        self.ends: list[int] = []
        """Where the cohorts of each region end in them."""
        townships = [region.townships for region in regions]
        self.cohorts = np.concatenate([
            np.flatnonzero(np.isin(problem.cohort_township, mine)) if parts is None else parts[r].cohort
            for r, mine in enumerate(townships)
        ])
        """The cohorts in the order of their cuts."""
        ready = [
            lanes.submit(lane, keep_regions, problem, [regions[r] for r in mine]) if parts is None
            else lanes.submit(lane, keep_counties, problem, [parts[r] for r in mine])
            for lane, mine in enumerate(self._by_lane)
        ]
        for lane in ready:
            lane.result()

    def prices(self, vector: np.ndarray) -> Prices:
        """The vector as named prices."""
        return self.rows.prices(vector)

    def first_prices(self) -> np.ndarray:
        """A starting point of the right order of magnitude."""
        return first_prices(self.problem, self.rows)

    def evaluate(self, vector: np.ndarray) -> tuple[float, np.ndarray]:
        """L at the prices and a subgradient (supply minus use)."""
        asked = [
            self._lanes.submit(lane, evaluate_regions, vector, self.are_closed) for lane in range(self._lanes.count)
        ]
        found: dict[int, RegionValue] = {}
        for mine, answer in zip(self._by_lane, asked, strict=True):
            found.update(zip(mine, answer.result(), strict=True))
        parts = [found[r] for r in range(len(found))]
        self.cuts = Cuts.joined([part.cuts for part in parts])
        self.ends = list(np.cumsum([len(part.cuts.worth) for part in parts]))
        value = sum(part.knapsacks for part in parts) + float(vector @ self.supply)
        return value, self.supply - self.cuts.total_use(len(vector))


def _balanced(sizes: Sequence[int], lanes: int) -> list[list[int]]:
    """Regions by lane, largest first to the lane with least to do."""
    mine: list[list[int]] = [[] for _ in range(lanes)]
    load = [0] * lanes
    for r in sorted(range(len(sizes)), key=lambda r: (-sizes[r], r)):
        lane = load.index(min(load))
        mine[lane].append(r)
        load[lane] += sizes[r]
    return mine
