"""What a proof says about other amounts of money: a bound by prices is a straight line in the funds.

At fixed prices the relaxation's bound (docs/engine.md, section 1; also the pattern bound) is

    L(prices; funds) = what the prices alone say + sum_f price_f * amount_f,

and nothing else in it depends on the amounts. So prices that proved ``bound`` at one set of amounts prove
``bound + sum_f price_f * (amount_f - amount_f before)`` at any other: every solved level bounds the whole curve, and
the least of the lines is a concave bound on it (docs/scenarios.md). Besides, whatever bounds a larger budget bounds
a smaller one, because each of its plans can be paid from the larger.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from planner.engine.prices import Relaxation
from planner.engine.rows import CENTS_PER_UNIT
from planner.engine.solve import Solution
from planner.model.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class BoundLine:
    """A bound (expected jobs) proved at ``fund_cents``, with the jobs that a cent more of each fund adds to it."""

    bound: float
    fund_cents: np.ndarray  # F
    jobs_per_cent: np.ndarray  # F, at least 0

    def at(self, fund_cents: np.ndarray) -> float:
        """Proved bound when the funds have these amounts instead."""
        return self.bound + float(self.jobs_per_cent @ (fund_cents - self.fund_cents).astype(float))

    @classmethod
    def of(cls, bound: float, problem: Problem, fund_prices: np.ndarray) -> BoundLine:
        """The line of a bound proved for a problem at these prices of its funds (jobs per thousand yuan)."""
        return cls(bound, problem.fund_cents, fund_prices / CENTS_PER_UNIT)


@dataclass(frozen=True, slots=True, eq=False)
class Pricing:
    """Prices (in the relaxation's layout) and the line that they prove."""

    line: BoundLine
    prices: np.ndarray


def line_of(problem: Problem, solution: Solution) -> BoundLine | None:
    """The line of a solved problem; ``None`` when its bound was not proved by prices."""
    if solution.prices is None or not math.isfinite(solution.priced_bound):
        return None
    return BoundLine.of(solution.priced_bound, problem, Relaxation(problem).prices(solution.prices).fund)


def lowest_bound(lines: Iterable[BoundLine], fund_cents: np.ndarray, own: float = math.inf) -> float:
    """The best bound that the lines and an ``own`` proof give at these amounts."""
    return min([own, *(line.at(fund_cents) for line in lines)])


def least_level(bound_at: Callable[[Fraction], float], wanted: float, low: Fraction, high: Fraction) -> Fraction:
    """The lowest level in ``low``..``high`` whose bound reaches ``wanted``, rounded down to a hundred-thousandth.

    ``bound_at`` must not fall. Every plan at a lower level is worth less than ``wanted``: this is a proof that less
    money does not do.
    """
    if bound_at(low) >= wanted:
        return low
    step = Fraction(1, 100_000)
    below, enough = math.floor(low / step), math.ceil(high / step)
    while enough - below > 1:
        middle = (below + enough) // 2
        if bound_at(middle * step) >= wanted:
            enough = middle
        else:
            below = middle
    return max(low, below * step)
