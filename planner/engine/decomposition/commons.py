"""Supplies that the counties of a group hold in common: what each plan draws, and what that leaves the others.

A county that is searched beside fixed plans of others meets them in money, vacancies, targets and locks only. Vacancies
are kept by the least cut, to which the others' jobs are simply added. Money is kept by Hall's condition, and with the
funds that only one county can use put aside it falls apart: for every set Z of funds used by several counties

    sum over counties of excess(Z) <= amount(Z),    excess(Z) = max { spent inside U - amount(U - Z) },

the maximum going over the unions U of the county's fund sets that hold no other common fund than those of Z (Hall
1935). docs/engine.md, section 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from planner.engine.decomposition.parts import Part
from planner.engine.decomposition.regions import Region
from planner.engine.decomposition.shares import Share, people_weights
from planner.engine.jobs import class_jobs, penalties
from planner.engine.money import category_costs, fund_sets
from planner.engine.plan_kernels import YIELD_UNIT
from planner.engine.rows import Rows
from planner.engine.search import Outside
from planner.engine.unions import all_unions
from planner.model.options import ClassHeads, matches
from planner.model.problem import Problem

MOST_COMMON_FUNDS = 6
_MOST_FUNDS = 12
"""Funds of a county up to which every union of its fund sets is looked at (planner.engine.unions)."""


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """What one county's plan takes of the common supplies, in the whole problem's order."""

    excess: np.ndarray  # sets of common funds: cents
    jobs: np.ndarray  # occupations, A, W
    targets: np.ndarray  # N
    locks: np.ndarray  # L


def can_share(parts: Sequence[Part]) -> bool:
    """Whether the exact condition on money is small enough to be kept for these counties."""
    return len(common_funds(parts)) <= MOST_COMMON_FUNDS and all(
        int(part.problem.category_funds.any(axis=0).sum()) <= _MOST_FUNDS for part in parts
    )


def pooled(share: Share, group: Sequence[Share]) -> Share:
    """A county's share with the money, vacancies, targets and locks of the whole group; teams stay its own."""
    return replace(
        share,
        fund_cents=np.sum([one.fund_cents for one in group], axis=0),
        vacancies=np.sum([one.vacancies for one in group], axis=0),
        targets=np.sum([one.targets for one in group], axis=0),
        locks=np.sum([one.locks for one in group], axis=0),
    )


def common_funds(parts: Sequence[Part]) -> tuple[int, ...]:
    """Funds that may pay in more than one of the counties."""
    users = np.sum([part.problem.category_funds.any(axis=0) for part in parts], axis=0)
    return tuple(int(f) for f in np.flatnonzero(users > 1))


class Commons:
    """The common supplies of a group of counties, each given as a part with the supplies of the whole group."""

    def __init__(self, whole: Problem, parts: Sequence[Part]) -> None:
        self._parts = list(parts)
        self._targets, self._locks = len(whole.target_value), len(whole.required_number)
        common = common_funds(parts)
        self._sets = [set(chosen) for n in range(len(common) + 1) for chosen in combinations(common, n)]
        self._common = np.zeros(len(whole.fund_cents), dtype=bool)
        self._common[list(common)] = True

    def draw(self, index: int, classes: Sequence[ClassHeads]) -> Draw:
        """What a plan of one of the counties takes."""
        part = self._parts[index]
        problem = part.problem
        jobs = np.zeros((len(problem.occupations), problem.rate.shape[1], problem.weeks))
        for slot, heads in classes:
            for outcome, expected in class_jobs(problem, slot, heads).items():
                jobs[outcome] += expected
        targets, locks = np.zeros(self._targets, np.int64), np.zeros(self._locks, np.int64)
        targets[part.target] = penalties(problem, classes)[0]
        locks[part.lock] = [sum(matches(problem, row, slot) for slot, _ in classes) for row in problem.required]
        return Draw(self._excess(problem, classes), np.round(jobs / YIELD_UNIT) * YIELD_UNIT, targets, locks)

    def _excess(self, problem: Problem, classes: Sequence[ClassHeads]) -> np.ndarray:
        """Cents that the costs need of each set of common funds beyond the county's own money."""
        sets, inside, own = self._unions(problem)
        needed = inside @ category_costs(problem, classes) - own
        return np.array([
            max(0, max((int(cents) for cents, used in zip(needed, sets, strict=True) if used <= allowed), default=0))
            for allowed in self._sets
        ], dtype=np.int64)

    def _unions(self, problem: Problem) -> tuple[list[set[int]], np.ndarray, np.ndarray]:
        """For each of :func:`fund_sets`: its common funds, the categories inside, the cents of its other funds."""
        inside, _ = fund_sets(problem)
        unions = all_unions(problem.category_funds)
        own = (unions & ~self._common) @ problem.fund_cents
        used = [{int(f) for f in np.flatnonzero(row & self._common)} for row in unions]
        return used, inside.astype(np.int64), own

    def outside(self, index: int, draws: Sequence[Draw]) -> Outside:
        """What the draws of the other counties leave one of them."""
        part, problem = self._parts[index], self._parts[index].problem
        others = [draw for i, draw in enumerate(draws) if i != index]
        left = [
            int(problem.fund_cents[sorted(chosen)].sum()) - sum(int(draw.excess[z]) for draw in others)
            for z, chosen in enumerate(self._sets)
        ]
        used, _, own = self._unions(problem)
        amounts = [
            int(cents) + min(room for room, chosen in zip(left, self._sets, strict=True) if mine <= chosen)
            for mine, cents in zip(used, own, strict=True)
        ]
        return Outside(
            np.array(amounts, dtype=np.int64), self._sum(others, "jobs", draws[index].jobs),
            self._sum(others, "targets", draws[index].targets)[part.target],
            self._sum(others, "locks", draws[index].locks)[part.lock],
        )

    @staticmethod
    def _sum(draws: Sequence[Draw], name: str, like: np.ndarray) -> np.ndarray:
        total: np.ndarray = np.sum([getattr(draw, name) for draw in draws], axis=0, initial=0).astype(like.dtype)
        return np.broadcast_to(total, like.shape).copy()


def averaged_prices(
    problem: Problem, regions: Sequence[Region], parts: Sequence[Part], rows: Rows, found: Sequence[np.ndarray]
) -> np.ndarray:
    """One price vector for the whole from those of the parts, averaged over the people where several have a row."""
    total, weight = np.zeros(len(rows.supply)), np.zeros(len(rows.supply))
    for part, mine, people in zip(parts, found, people_weights(problem, regions), strict=True):
        index, known = part.rows(rows)
        total[index[known]] += people * mine[known]
        weight[index[known]] += people
    return np.minimum(total / np.maximum(weight, 1e-12), rows.upper)
