"""Prices that follow the money: the cuts of one bundle carried from level to level.

What a cohort can do does not depend on how much there is of anything, so every cut of the bundle method
(:mod:`planner.engine.bundle`) holds at any amount of money. At the next level the cuts propose prices that are nearly
right at once; a few evaluations settle them (docs/scenarios.md).
"""

from __future__ import annotations

import numpy as np

from planner.engine.bundle import Bundle
from planner.engine.prices import Relaxation
from planner.model.problem import Problem
from planner.scenarios.bounds import BoundLine, Pricing

_SETTLING, _FOLLOWING = 60, 60
"""Evaluations at most at the first prices, and at each level."""
_PRECISION = 2e-5


class PriceFollower:
    """A bundle that goes from one amount of money to the next."""

    def __init__(self, problem: Problem, prices: np.ndarray, threads: int) -> None:
        relaxation = Relaxation(problem)
        with relaxation.on_threads(threads):
            self._bundle = Bundle(relaxation, prices)
            self._bundle.descend(_SETTLING, precision=_PRECISION)

    def follow(self, problem: Problem, threads: int) -> Pricing:
        """Adapt to the supplies of a problem that differs in them only.

        The bound and prices returned are proved for ``problem``.
        """
        relaxation = Relaxation(problem)
        with relaxation.on_threads(threads):
            self._bundle.follow(relaxation)
            self._bundle.descend(_FOLLOWING, precision=_PRECISION)
        prices = self._bundle.centre.copy()
        return Pricing(BoundLine.of(self._bundle.best, problem, relaxation.prices(prices).fund), prices)
