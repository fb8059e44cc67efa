"""The joint bound: one volume ascent over the prices of all regions, each region's part worked out by a task.

A task gets the price vector and returns its part of L and the rows it uses; nothing else travels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from planner.engine.decomposition.lanes import Lanes
from planner.engine.decomposition.parts import Part
from planner.engine.decomposition.regions import Region, RegionRelaxation, RegionValue
from planner.engine.decomposition.rows import Rows, first_prices, lay_out
from planner.engine.prices import Ascent, Prices, Relaxation
from planner.model.problem import Problem

WARM_DEPTH, CLOSE_DEPTH = 0.02, 0.005
"""How far below the best bound an ascent aims at first, as a share of it: from good prices, and from the best prices of
an ascent before."""
_CLOSED_FINE_DEPTH, _OPEN_FINE_DEPTH = 0.02, 0.006
"""Depths from which on steps are fine; over open borders the prices of teams have a longer way to go."""

class Evaluated(Protocol):
    """A region's part of a relaxation."""

    def evaluate(self, vector: np.ndarray) -> RegionValue:
        """Its part at the prices and its use of the rows."""


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
        self._size = len(rows.supply)

    def evaluate(self, vector: np.ndarray) -> RegionValue:
        """The county's knapsacks and its use of the rows."""
        known = self._index >= 0
        mine = np.where(known, vector[np.maximum(self._index, 0)], 0.0)
        value, slope = self._relaxation.evaluate(mine)
        supply = self._relaxation.supply
        use = np.bincount(self._index[known], (supply - slope)[known], self._size)
        used = np.flatnonzero(use)
        return RegionValue(value - float(mine @ supply), used, use[used])


class JointRelaxation:
    """The relaxation of the whole problem, evaluated region by region on the lanes."""

    def __init__(
        self, problem: Problem, regions: Sequence[Region], lanes: Lanes, parts: Sequence[Part] | None = None
    ) -> None:
        """With ``parts``, counties closed at their borders stand for the regions; their L proves nothing."""
        self.problem = problem
        self.rows = lay_out(problem)
        self.are_closed = parts is not None
        self.supply, self.upper = self.rows.supply, self.rows.upper
        self.scale, self.fine_scale = self.rows.scale, self.rows.fine_scale
        self._lanes = lanes
        self._by_lane = _balanced([len(region.townships) for region in regions], lanes.count)
        self.parts: list[RegionValue] = []
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
        """L at the prices and a subgradient (supply minus use); ``parts`` keeps what each region gave."""
        asked = [
            self._lanes.submit(lane, evaluate_regions, vector, self.are_closed) for lane in range(self._lanes.count)
        ]
        found: dict[int, RegionValue] = {}
        for mine, answer in zip(self._by_lane, asked, strict=True):
            found.update(zip(mine, answer.result(), strict=True))
        self.parts = [found[r] for r in range(len(found))]
        slope = self.supply.copy()
        for part in self.parts:
            slope[part.rows] -= part.use
        return sum(part.knapsacks for part in self.parts) + float(vector @ self.supply), slope


@dataclass(frozen=True, slots=True, eq=False)
class JointBound:
    """A proved bound in expected jobs, its prices, and the averaged use of every row by each region."""

    value: float
    prices: Prices
    use: np.ndarray  # regions, rows
    iterations: int


def prove_joint_bound(
    relaxation: JointRelaxation,
    iterations: int,
    on_progress: Callable[[float], bool],
    start: np.ndarray | None = None,
    depth: float = WARM_DEPTH,
    precision: float = 2e-4,
) -> JointBound:
    """Lower the bound by the volume algorithm, keeping its averaged solution region by region.

    ``on_progress`` is called with the best bound after every evaluation; a true answer stops the ascent. The value is
    a proved bound unless the relaxation's counties are closed at their borders.
    """
    ascent = _RegionAscent(relaxation, relaxation.first_prices() if start is None else start, -np.inf)
    if start is not None:
        ascent.depth = depth
    ascent.fine_depth = _CLOSED_FINE_DEPTH if relaxation.are_closed else _OPEN_FINE_DEPTH
    while not on_progress(ascent.best) and ascent.evaluations < iterations and not ascent.converged(precision):
        ascent.step()
    return JointBound(ascent.best, relaxation.prices(ascent.centre.copy()), ascent.use, ascent.evaluations)


class _RegionAscent(Ascent):
    """The volume algorithm; its averaged use is kept by region, with the same weights as the averaged slope."""

    def __init__(self, relaxation: JointRelaxation, start: np.ndarray, known_value: float) -> None:
        super().__init__(relaxation, start, known_value)  # type: ignore[arg-type]  # asks for what both relaxations have
        self._joint = relaxation
        self.use = np.array([part.dense(len(start)) for part in relaxation.parts])

    def _average(self, slope: np.ndarray) -> None:
        before = self.mean_slope
        super()._average(slope)
        step = slope - before
        weight = float((self.mean_slope - before) @ step) / max(float(step @ step), 1e-300)
        self.use *= 1.0 - weight
        for r, part in enumerate(self._joint.parts):
            self.use[r, part.rows] += weight * part.use


def _balanced(sizes: Sequence[int], lanes: int) -> list[list[int]]:
    """Regions by lane, largest first to the lane with least to do."""
    mine: list[list[int]] = [[] for _ in range(lanes)]
    load = [0] * lanes
    for r in sorted(range(len(sizes)), key=lambda r: (-sizes[r], r)):
        lane = load.index(min(load))
        mine[lane].append(r)
        load[lane] += sizes[r]
    return mine
