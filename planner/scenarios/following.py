"""Prices that follow the money: one ascent of the bound carried from level to level.

A volume algorithm that starts anew at good prices wastes its first hundreds of evaluations: a single relaxed solution
says little about which prices are wrong, only their average does (docs/engine.md, section 1). When nothing but the
supplies changes, the average use of an earlier ascent still holds, so the averaged slope at the new supplies is the
old one plus the change of the supplies. With it the first step already moves the prices of what has become scarce
or plentiful (docs/scenarios.md).
"""

from __future__ import annotations

import numpy as np

from planner.engine.prices import Ascent, Relaxation
from planner.model.problem import Problem
from planner.scenarios.bounds import BoundLine, Pricing

_SETTLING, _FOLLOWING = 150, 200
"""Evaluations that average the use at the first prices, and that adapt the prices to the supplies of one level."""
_SETTLING_DEPTH, _FOLLOWING_DEPTH = 1e-3, 0.02
_AVERAGED = 60
"""Evaluations after which the volume algorithm takes only small parts of a new slope into its average."""


class PriceFollower:
    """The state of an ascent (prices, averaged slope, supplies) that goes from one amount of money to the next."""

    def __init__(self, problem: Problem, prices: np.ndarray, value: float, threads: int) -> None:
        ascent = self._ascent(problem, prices, value, _SETTLING_DEPTH, None)
        self._climb(ascent, _SETTLING, threads)

    def follow(self, problem: Problem, value: float, threads: int) -> Pricing:
        """Adapt to the supplies of a problem that differs in them only; ``value`` is that of a known plan.

        The bound and prices returned are proved for ``problem``.
        """
        slope = self._slope + (Relaxation(problem).supply - self._supply)
        ascent = self._ascent(problem, self._prices, value, _FOLLOWING_DEPTH, slope)
        self._climb(ascent, _FOLLOWING, threads)
        fund = ascent.relaxation.prices(ascent.centre).fund
        return Pricing(BoundLine.of(ascent.best, problem, fund), ascent.centre.copy())

    @staticmethod
    def _ascent(
        problem: Problem, prices: np.ndarray, value: float, depth: float, slope: np.ndarray | None
    ) -> Ascent:
        ascent = Ascent(Relaxation(problem), prices, value)
        ascent.depth = depth
        if slope is not None and np.array_equal(ascent.centre, prices):
            ascent.mean_slope, ascent.evaluations = slope, _AVERAGED
        return ascent

    def _climb(self, ascent: Ascent, evaluations: int, threads: int) -> None:
        with ascent.relaxation.on_threads(threads):
            ascent.climb_down(evaluations)
        self._prices, self._slope = ascent.centre.copy(), ascent.mean_slope.copy()
        self._supply = ascent.relaxation.supply
