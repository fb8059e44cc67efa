"""A plan valued in drawn years: its 10, 50 and 90 % figures, and which uncertainty moves them most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.engine.jobs import plan_value
from planner.model.options import ClassHeads
from planner.model.problem import Problem
from planner.scenarios.robust.draws import Conditions, LaidPlan
from planner.scenarios.robust.uncertainty import Factor

POINTS = (10, 50, 90)
TAIL = 0.1
"""Share of the draws, the worst ones, that the mean of the bad years is taken over."""
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Spread:
    """10, 50 and 90 % figures and the mean of a figure over the draws."""

    low: float
    middle: float
    high: float
    mean: float

    @property
    def width(self) -> float:
        """From the 10 to the 90 % figure."""
        return self.high - self.low

    @classmethod
    def of(cls, figures: np.ndarray) -> Spread:
        """The spread of drawn figures."""
        low, middle, high = np.percentile(figures, POINTS).tolist()
        return cls(low, middle, high, float(figures.mean()))


@dataclass(frozen=True, slots=True)
class FactorEffect:
    """What one source of uncertainty does alone, all others as planned: spread, and mean less the plan's value."""

    factor: Factor
    spread: Spread
    shift: float


@dataclass(frozen=True, slots=True)
class Valuation:
    """A plan in drawn years, in expected jobs.

    ``value`` is what the plan counts itself by; ``below`` the share of draws in which it yields less; ``tail`` the mean
    of the worst tenth of the draws. ``coming`` and ``small_classes``: people who come, and classes that fall below
    their smallest size (they are counted as held). ``effects`` in the order of :class:`Factor`.
    """

    value: float
    planned: int
    spread: Spread
    below: float
    tail: float
    coming: Spread
    small_classes: Spread
    effects: tuple[FactorEffect, ...]

    @property
    def widest(self) -> FactorEffect | None:
        """The factor that alone spreads the value most; ``None`` when nothing spreads it."""
        found = max(self.effects, key=lambda effect: effect.spread.width, default=None)
        return found if found is not None and found.spread.width > _TOLERANCE else None

    @property
    def heaviest(self) -> FactorEffect | None:
        """The factor that alone lowers the mean most; ``None`` when none does."""
        found = min(self.effects, key=lambda effect: effect.shift, default=None)
        return found if found is not None and found.shift < -_TOLERANCE else None


def revalue(problem: Problem, classes: Sequence[ClassHeads], conditions: Conditions) -> Valuation:
    """Value a plan in every draw, and with each source of uncertainty alone."""
    laid = LaidPlan(problem, classes)
    value = plan_value(problem, classes)
    effects = []
    for factor in Factor:
        alone = laid.drawn(conditions, frozenset({factor})).value
        effects.append(FactorEffect(factor, Spread.of(alone), float(alone.mean()) - value))
    drawn = laid.drawn(conditions)
    return Valuation(
        value, int(laid.persons.sum()), Spread.of(drawn.value), float((drawn.value < value - _TOLERANCE).mean()),
        tail_mean(drawn.value, TAIL), Spread.of(drawn.coming), Spread.of(drawn.small_classes), tuple(effects),
    )  # fmt: skip


def worst_draws(figures: np.ndarray, share: float) -> np.ndarray:
    """Indices of the worst draws: the least whole number of them that is at least this share (0..1] of all."""
    count = max(1, math.ceil(share * len(figures) - 1e-9))
    return np.sort(np.argsort(figures, kind="stable")[:count])


def tail_mean(figures: np.ndarray, share: float) -> float:
    """Mean of the worst draws (conditional value at risk; Rockafellar & Uryasev 2000)."""
    return float(figures[worst_draws(figures, share)].mean())
