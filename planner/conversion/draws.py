"""Rates drawn from what is known of them, so that what follows from a rate can be given a range.

Estimated rates are drawn down the hierarchy: the branch first, then each cell given the larger one, so that rates that
rest on the same people move together. A given rate is certain. Defaults are drawn once for each class mode, because all
its courses share the mistake: gross rates with the weight of :data:`DEFAULT_PEOPLE`, uplifts between the low and the
high estimate of the literature. Each cell has a random stream of its own, so a draw does not depend on what else is
asked.
"""

from __future__ import annotations

from statistics import NormalDist
from zlib import crc32

import numpy as np

from planner.conversion.defaults import DefaultRate, default_rate
from planner.conversion.estimate import cell_of
from planner.conversion.hierarchy import Cell, Posterior, wilson
from planner.conversion.rates import RateTable
from planner.domain.instance import AgeBand, Course, Group, Objective
from planner.domain.rate import Source

DEFAULT_PEOPLE = 20.0
"""Weight in people of a default gross rate: 0.50 lies between 0.36 and 0.64 in 80 % of cases; grade A."""

_TENTH = 1.2815515655446004
"""Standard normal quantile of 90 %."""


class RateDraws:
    """``count`` draws of every rate of a table; equal seeds give equal draws."""

    def __init__(self, table: RateTable, count: int, seed: int = 0) -> None:
        self._table, self._count, self._seed = table, count, seed
        self._cells: dict[Cell, np.ndarray] = {}
        self._modes: dict[str, np.ndarray] = {}

    def rate(self, course: Course, band: AgeBand, group: Group) -> np.ndarray:
        """Draws of the rate that the plan maximises; shape (count,)."""
        uplift = self._table.instance.settings.objective is Objective.UPLIFT
        found = self._table.rate(course, band, group)
        if found.source is Source.GIVEN:
            return np.full(self._count, found.value)
        if found.source is Source.ESTIMATED:
            return self.cell(cell_of(course, band.name, group.name))
        return self._default(default_rate(course, band), uplift)

    def cell(self, cell: Cell) -> np.ndarray:
        """Draws of the gross rate of a cell of past classes; shape (count,)."""
        if cell not in self._cells:
            posterior = self._table.past.hierarchy.posterior(cell)
            larger = self.cell(cell[:-1]) if len(cell) > 1 else None
            mean = np.full(self._count, posterior.mean) if larger is None else _mean_given(posterior, larger)
            weight = posterior.weight_given
            self._cells[cell] = self._stream(repr(cell)).beta(mean * weight, (1.0 - mean) * weight)
        return self._cells[cell]

    def _default(self, default: DefaultRate, uplift: bool) -> np.ndarray:
        key = f"{default.mode} {uplift}"
        if key not in self._modes:
            stream = self._stream(key)
            if uplift:
                z = stream.standard_normal(self._count) / _TENTH
                above, below = default.uplift_high - default.uplift, default.uplift - default.uplift_low
                self._modes[key] = default.uplift + z * np.where(z > 0, above, below)
            else:
                weight = DEFAULT_PEOPLE
                self._modes[key] = stream.beta(default.gross * weight, (1 - default.gross) * weight, self._count)
        return self._modes[key]

    def _stream(self, key: str) -> np.random.Generator:
        return np.random.default_rng([self._seed, crc32(key.encode())])


def _mean_given(posterior: Posterior, larger: np.ndarray) -> np.ndarray:
    """Means of a rate for each drawn rate of the larger cell."""
    return np.array([posterior.mean_given(rate) for rate in larger.tolist()])


def cautious_rate(table: RateTable, course: Course, band: AgeBand, group: Group, quantile: float) -> float:
    """Rate that the true one exceeds with probability 1 − ``quantile`` (0 < quantile <= 0.5); a given one as it is."""
    found = table.rate(course, band, group)
    if found.source is Source.GIVEN:
        return found.value
    share = 1.0 - 2.0 * quantile
    if found.source is Source.ESTIMATED:
        return table.past.hierarchy.posterior(cell_of(course, band.name, group.name)).interval(share)[0]
    if table.instance.settings.objective is Objective.GROSS:
        return wilson(found.value, DEFAULT_PEOPLE, share)[0]
    default = default_rate(course, band)
    step = NormalDist().inv_cdf(quantile) / _TENTH
    return max(0.0, default.uplift + step * (default.uplift - default.uplift_low))
