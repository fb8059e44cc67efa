"""How much money is missing for one more class: least over all ways to fill it, by Hall's condition on fund sets.

Extra money that may pay everything makes a class payable exactly when it covers the largest excess of any fund set
(:mod:`planner.engine.money`). So the least extra money for a class of ``size`` heads is

    min over x_g { max over sets z of (fixed_z + sum_g x_g * head_zg - left_z), 0 },  sum_g x_g = size, 0 <= x_g <= n_g,

found by trying every way to fill the class from its groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from planner.engine.money import category_costs, fund_sets
from planner.model.options import ClassHeads
from planner.model.problem import Problem

_MOST_FILLINGS = 50_000
"""Fillings tried; with more, only those that take the groups one after another."""


class Purse:
    """What the funds have left once a plan is paid."""

    def __init__(self, problem: Problem, classes: Sequence[ClassHeads]) -> None:
        self._problem = problem
        self._inside, amounts = fund_sets(problem)
        self._left = amounts - self._inside @ category_costs(problem, classes)
        categories = (problem.head_category, problem.class_category)
        by_week = np.concatenate([one.reshape(-1, problem.weeks) for one in categories]).T
        kinds = np.unique(by_week, axis=0, return_inverse=True)[1]
        self.week_type = kinds.ravel()  # W: end weeks whose costs meet the same funds are alike
        self._sample = [int(np.flatnonzero(self.week_type == i)[0]) for i in range(int(self.week_type.max()) + 1)]
        self._heads: dict[tuple[int, int, int], np.ndarray] = {}
        self._least: dict[tuple[int, ...], int] = {}
        self._found: dict[tuple, tuple[int, tuple[int, ...]]] = {}

    def head_cents(self, c: int, county: int, week_type: int) -> np.ndarray:
        """Cents that one head of each group costs each fund set; shape (Z, G)."""
        key = c, county, week_type
        if key not in self._heads:
            problem, end = self._problem, self._sample[week_type]
            category = problem.head_category[:, :, problem.training_type[c], county, end]  # 3, G
            self._heads[key] = np.einsum("zig,gi->zg", self._inside[:, category], problem.head_cents[c])
        return self._heads[key]

    def _fixed_cents(self, c: int, county: int, week_type: int, cents: int) -> np.ndarray:
        category = self._problem.class_category[self._problem.training_type[c], county, self._sample[week_type]]
        return self._inside[:, category] * cents

    def least_missing(self, c: int, county: int, week_type: int, fixed: int, size: int, group: int) -> int:
        """Cents missing at least for a class with a head of ``group``, whoever else comes: a proved lower limit.

        ``fixed`` are the cents of the class whatever its heads.
        """
        key = c, county, week_type, fixed, size, group
        if key not in self._least:
            heads = self.head_cents(c, county, week_type)
            cost = heads[:, group] + max(0, size - 1) * heads.min(axis=1)
            missing = self._fixed_cents(c, county, week_type, fixed) + cost - self._left
            self._least[key] = max(0, int(missing.max()))
        return self._least[key]

    def missing(
        self, c: int, county: int, week_type: int, fixed: int, size: int, group: int, people: tuple[int, ...]
    ) -> tuple[int, tuple[int, ...]]:
        """Least cents missing for a class of ``size`` heads, one of ``group`` among them, and the heads by group.

        ``people`` are those who could come, by group (``size`` of them at least).
        """
        limits = tuple(min(size, n) for n in people)
        key = c, county, week_type, fixed, size, group, limits
        if key not in self._found:
            fillings = _fillings(limits, size, group)
            cost = self._fixed_cents(c, county, week_type, fixed) - self._left
            excess = (fillings @ self.head_cents(c, county, week_type).T + cost[None, :]).max(axis=1)
            best = int(excess.argmin())
            self._found[key] = max(0, int(excess[best])), tuple(int(x) for x in fillings[best])
        return self._found[key]


@lru_cache(maxsize=4096)
def _fillings(limits: tuple[int, ...], size: int, group: int) -> np.ndarray:
    """Every way to take ``size`` heads from the groups with at least one of ``group``; shape (ways, groups)."""
    others = [g for g in range(len(limits)) if g != group]
    shape = tuple(limits[g] + 1 for g in others)
    ways = int(np.prod(shape))
    if ways > _MOST_FILLINGS:
        return _one_after_another(limits, size, group)
    taken = np.indices(shape).reshape(len(others), ways).T
    own = size - taken.sum(axis=1)
    allowed = (own >= 1) & (own <= limits[group])
    found = np.zeros((int(allowed.sum()), len(limits)), dtype=np.int64)
    found[:, others] = taken[allowed]
    found[:, group] = own[allowed]
    return found


def _one_after_another(limits: tuple[int, ...], size: int, group: int) -> np.ndarray:
    """Fillings that empty one group after another, each group first once."""
    found = []
    for first in range(len(limits)):
        heads, left = [0] * len(limits), size - 1
        heads[group] = 1
        for g in [first, *(g for g in range(len(limits)) if g != first)]:
            more = min(left, limits[g] - heads[g])
            heads[g] += more
            left -= more
        found.append(heads)
    return np.array(found, dtype=np.int64)
