"""Lowering the bound: a proximal bundle method with cuts of every cohort apart.

L(prices) is a sum over cohorts of convex, piecewise linear parts plus price * supply. At any prices the cohort's best
heads give a *cut*: worth - use * price is a lower bound on its part everywhere, since the same heads could be chosen.
The best cuts found so far are a model of L from below, far sharper than one slope of the whole. The next prices are

    argmin  sum_k max_i (worth_ki - use_ki * price) + price * supply + sum_r (price_r - centre_r)^2 / (2 step * scale_r)

within the limits of the prices: where the model promises most without going too far from the best prices (*centre*).
If L falls there by a tenth of what was promised, they become the centre; in any case they bring cuts. The promise goes
to nought only where no prices are better, so the method knows when it is done. The weights of the cuts in the solution
of this quadratic problem make an averaged, nearly feasible solution of the relaxation.

Sources: Kiwiel 1990 (Mathematical Programming 46, proximity control); Frangioni and Gallo 1999 (INFORMS Journal on
Computing 11, disaggregated bundles for separable problems). Figures: docs/engine.md, section 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from planner.engine.bundle_kernels import (
    Store,
    averaged_use,
    empty_store,
    model_value,
    move_cuts,
    propose_prices,
    take_cuts,
)
from planner.engine.rows import Prices

_CUTS = 12
"""Cuts kept of each cohort."""
_FIRST_STEP, _LONGEST_STEP, _SHORTEST_STEP = 1.0, 1e4, 1e-4
_LONGER, _SHORTER, _FAR = 2.0, 0.7, 2.0
"""Step length; its factors after a step that did better, or much worse, than promised, and after one that promised too
little to go on."""
_SERIOUS, _GENEROUS = 0.1, 0.5
"""Share of the promised fall that makes prices the new centre, and from which on the next step is longer."""
_LACKING, _SWEEPS, _MOST_SWEEPS, _MOST_VISITS = 0.1, 17, 136, 25_000
"""When the quadratic problem is solved well enough: share of the promise that may lack, and sweeps at most; twice as
many after each step whose solution lacks more than it promises, up to so many sweeps or visits of a cohort, lest a stop
has to wait."""
_PASSED, _SETTLED = 0.5, 1e-6
"""What all cohorts together may lack and still be passed over between full sweeps: share of the last promise, and of
the bound."""
_QUIET, _SLOW = 2, 30
"""Steps in a row that must promise too little, or evaluations that must gain too little, to end a descent."""


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """One cut of each cohort: its heads' worth in expected jobs at no prices, and what they use of every row."""

    worth: np.ndarray  # n
    first: np.ndarray  # n + 1: first entry of each cohort
    row: np.ndarray  # entries
    use: np.ndarray  # entries

    @staticmethod
    def joined(parts: Sequence[Cuts]) -> Cuts:
        """The cuts of several sets of cohorts, one after another."""
        starts = np.cumsum([0, *(len(part.row) for part in parts)])
        return Cuts(
            np.concatenate([part.worth for part in parts]),
            np.concatenate([np.zeros(1, np.int64)] + [s + p.first[1:] for s, p in zip(starts, parts, strict=False)]),
            np.concatenate([part.row for part in parts]), np.concatenate([part.use for part in parts]),
        )

    def total_use(self, size: int) -> np.ndarray:
        """What all cohorts use of each of so many rows."""
        return np.bincount(self.row, self.use, size)


class Priced(Protocol):
    """A relaxation whose value at prices is a sum over cohorts."""

    supply: np.ndarray
    upper: np.ndarray
    scale: np.ndarray
    cuts: Cuts
    """Of the prices last evaluated."""

    def prices(self, vector: np.ndarray) -> Prices:
        """The vector as named prices."""

    def first_prices(self) -> np.ndarray:
        """A starting point."""

    def evaluate(self, vector: np.ndarray) -> tuple[float, np.ndarray]:
        """L at the prices and a subgradient (supply minus use)."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A proved upper bound in expected jobs and the prices that prove it."""

    value: float
    prices: Prices
    iterations: int


def prove_bound(
    relaxation: Priced,
    evaluations: int,
    start: np.ndarray | None = None,
    on_progress: Callable[[float], bool] = lambda bound: False,
    precision: float = 1e-5,
    floor: float = -np.inf,
) -> Bound:
    """Lower the upper bound by the bundle method.

    Parameters
    ----------
    evaluations : evaluations of L at most (a work limit, so that runs repeat exactly).
    start : price vector of an earlier run, a warm start.
    on_progress : called with the best bound after every evaluation; a true answer stops the descent.
    precision : stop when no more than this share of the bound can be gained near the best prices.
    floor : stop below this value, which no plan can fall short of: there is none then.
    """
    return Bundle(relaxation, start, floor).descend(evaluations, on_progress, precision)


class Bundle:
    """State of the method: best prices (centre), cuts with their weights, step length.

    It can be continued: two calls of :meth:`descend` do what one call with the sum of evaluations does.
    """

    def __init__(self, relaxation: Priced, start: np.ndarray | None = None, floor: float = -np.inf) -> None:
        self.relaxation = relaxation
        self.floor = floor
        self.evaluations = 0
        self._store: Store | None = None
        self._step, self._quiet = _FIRST_STEP, 0
        self._promised, self._sweeps = 0.0, _SWEEPS
        self.centre = relaxation.first_prices() if start is None else start
        self.best = self._evaluate(self.centre)
        nothing = np.zeros_like(self.centre)
        free = self._evaluate(nothing)
        if free < self.best:  # hardly anything can be opened, so that nothing is scarce
            self.centre, self.best = nothing, free

    def descend(
        self, evaluations: int, on_progress: Callable[[float], bool] = lambda bound: False, precision: float = 1e-5
    ) -> Bound:
        """Do so many more evaluations at most; parameters as of :func:`prove_bound`."""
        last = self.evaluations + evaluations
        self._quiet = 0
        history: list[float] = []
        while self.evaluations < last and self._quiet < _QUIET and self.best >= self.floor:
            history.append(self.best)
            self.step(precision)
            slow = len(history) > _SLOW and history[-_SLOW] - self.best < precision * abs(self.best)
            if on_progress(self.best) or slow:
                break
        return Bound(self.best, self.relaxation.prices(self.centre.copy()), self.evaluations)

    def step(self, precision: float = 0.0) -> None:
        """Evaluate L where the cuts promise most, and take the prices as the centre if it is as promised."""
        relaxation, store, size = self.relaxation, self._cuts(), max(1e-9, abs(self.best))
        steps = self._step * relaxation.scale
        use = self.use_by([len(store.kept)])[0]
        price = np.clip(self.centre - steps * (relaxation.supply - use), 0.0, relaxation.upper)
        propose_prices(
            store, self.centre, steps, relaxation.supply, relaxation.upper, self.best, _LACKING,
            max(_SETTLED * size, _PASSED * self._promised) / max(1, len(store.kept)), self._sweeps, use, price,
        )
        model, lacking = model_value(store, relaxation.supply, price)
        self._promised = promised = self.best - model
        self._sweeps = self._more_sweeps() if lacking > max(promised, precision * size) else _SWEEPS
        gained = self.best - self._evaluate(price)
        if gained > 0 and gained >= _SERIOUS * promised:
            self.centre, self.best = price, self.best - gained
            if gained >= _GENEROUS * promised:
                self._step = min(_LONGEST_STEP, _LONGER * self._step)
        elif gained < -promised:
            self._step = max(_SHORTEST_STEP, _SHORTER * self._step)
        if promised + lacking > precision * size:
            self._quiet = 0
        else:  # perhaps only because the step is short
            self._quiet += 1
            self._step = min(_LONGEST_STEP, _FAR * self._step)

    def _more_sweeps(self) -> int:
        """Twice as many, within limits."""
        most = max(_SWEEPS, min(_MOST_SWEEPS, _MOST_VISITS // max(1, len(self._cuts().kept))))
        return min(most, 2 * self._sweeps)

    def follow(self, relaxation: Priced) -> None:
        """Go on with a relaxation that differs in its supplies only: all cuts hold as they stand."""
        self.relaxation = relaxation
        self.centre = np.minimum(self.centre, relaxation.upper)
        self.best = self._evaluate(self.centre)

    def use_by(self, ends: Sequence[int]) -> np.ndarray:
        """What the averaged solution uses of every row, by groups of cohorts that end before the indices given."""
        use = np.zeros((len(ends), len(self.centre)))
        for group, (first, last) in enumerate(zip([0, *ends], ends, strict=False)):
            averaged_use(self._cuts(), first, last, use[group])
        return use

    def _cuts(self) -> Store:
        assert self._store is not None  # noqa: S101 - the first evaluation made it
        return self._store

    def _evaluate(self, vector: np.ndarray) -> float:
        """L at the prices; its cuts are kept."""
        value, _ = self.relaxation.evaluate(vector)
        self.evaluations += 1
        cuts = self.relaxation.cuts
        if self._store is None:
            self._store = empty_store(len(cuts.worth), _CUTS, 4 * len(cuts.row) + 64)
        if self._store.filled[0] + len(cuts.row) > len(self._store.row):
            self._make_room(len(cuts.row))
        take_cuts(self._store, cuts.worth, cuts.first, cuts.row, cuts.use, self.evaluations)
        return value

    def _make_room(self, entries: int) -> None:
        """Put the kept cuts side by side, with room for as many again and so many new entries."""
        store = self._cuts()
        kept = int((store.size * (np.arange(_CUTS) < store.kept[:, None])).sum())
        row, use = np.empty(2 * (kept + entries), store.row.dtype), np.empty(2 * (kept + entries))
        move_cuts(store, row, use)
        self._store = store._replace(row=row, use=use)


def compile_bundle(relaxation: Priced) -> None:
    """Have every kernel of the method compiled for a relaxation's arrays."""
    bundle = Bundle(relaxation)
    bundle._make_room(0)
    bundle.step()
