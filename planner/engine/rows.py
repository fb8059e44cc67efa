"""The priced rows of a problem in one vector, block after block: everything that classes share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.model.problem import NO_LIMIT, Problem

CENTS_PER_UNIT = 100_000
"""Money rows are priced per thousand yuan, so that their prices are of the order of the others."""

_STEPS = {"team": 0.15, "accredited": 0.15, "room": 0.15, "annual": 0.05, "fund": 0.02, "pool": 0.05,
          "target": 0.02, "lock": 0.15}
"""Typical step of each block of prices: how far from the best prices the next ones may be."""
_USUAL_SUPPLY = {"fund": 5_000.0, "pool": 50.0, "target": 1_000.0}
"""Supplies for which these steps are right; larger ones, which more classes draw on, move in smaller steps."""
_UNPAYABLE = 1e9
"""Price of a cost that no fund may pay."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Non-negative prices, in expected jobs per unit of each supply (money: per thousand yuan)."""

    team: np.ndarray  # P, W
    accredited: np.ndarray  # rows of accreditations tighter than the provider's teams, W
    room: np.ndarray  # V, W
    annual: np.ndarray  # P
    fund: np.ndarray  # F
    pool: np.ndarray  # D
    target: np.ndarray  # N
    lock: np.ndarray  # L

    def vector(self) -> np.ndarray:
        """All prices in one vector, block after block."""
        return np.concatenate([getattr(self, name).ravel() for name in _STEPS])


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Layout of the price vector: shape of each block; supply, largest price and squared step of each row."""

    shapes: dict[str, tuple[int, ...]]
    accreditation_rows: np.ndarray  # rows, 2: provider and course of each accreditation tighter than the teams
    accreditation_row: np.ndarray  # P, C: row or -1
    target_sign: np.ndarray  # N: -1 for >=, 1 for <=
    supply: np.ndarray
    upper: np.ndarray
    scale: np.ndarray

    @property
    def first_row(self) -> np.ndarray:
        """Index of the first row of each block."""
        sizes = [int(np.prod(shape)) for shape in self.shapes.values()]
        return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)

    def blocks(self, vector: np.ndarray) -> dict[str, np.ndarray]:
        """The vector cut into its named blocks."""
        parts, start = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            parts[name] = vector[start : start + size].reshape(shape)
            start += size
        return parts

    def prices(self, vector: np.ndarray) -> Prices:
        """The vector as named prices."""
        return Prices(**self.blocks(vector))


def lay_out(problem: Problem) -> Rows:
    """The rows of a problem."""
    rows = np.argwhere((problem.accredited_teams > 0) & (problem.accredited_teams < problem.teams[:, None]))
    row_of = np.full(problem.accredited_teams.shape, -1, dtype=np.int64)
    row_of[rows[:, 0], rows[:, 1]] = np.arange(len(rows))
    weeks, teams = problem.weeks, len(problem.teams)
    shapes: dict[str, tuple[int, ...]] = {
        "team": (teams, weeks), "accredited": (len(rows), weeks), "room": (len(problem.rooms), weeks),
        "annual": (teams,), "fund": (len(problem.fund_cents),), "pool": (len(problem.pool_jobs),),
        "target": (len(problem.target_value),), "lock": (len(problem.required_number),),
    }
    limited = problem.annual_classes < NO_LIMIT
    sign = np.where(problem.target_at_least, -1.0, 1.0)
    supplies = {
        "team": np.repeat(problem.teams, weeks),
        "accredited": np.repeat(problem.accredited_teams[rows[:, 0], rows[:, 1]], weeks),
        "room": np.repeat(problem.rooms, weeks), "annual": np.where(limited, problem.annual_classes, 0),
        "fund": problem.fund_cents / CENTS_PER_UNIT, "pool": problem.pool_jobs,
        "target": sign * problem.target_value, "lock": -problem.required_number,
    }
    most = {name: np.full(int(np.prod(shape)), np.inf) for name, shape in shapes.items()}
    most["annual"] = np.where(limited, np.inf, 0.0)
    most["pool"][:] = 1.0 - problem.unlinked_factor
    most["target"] = problem.target_penalty
    supply = np.concatenate([supplies[name] for name in shapes]).astype(float)
    return Rows(
        shapes, rows, row_of, sign, supply=supply,
        upper=np.concatenate([most[name] for name in shapes]),
        scale=np.concatenate([
            _STEPS[name] ** 2
            * np.minimum(1.0, _USUAL_SUPPLY.get(name, np.inf) / np.maximum(np.abs(supplies[name]), 1.0))
            for name in shapes
        ]),
    )


def first_prices(problem: Problem, rows: Rows) -> np.ndarray:
    """A starting point of the right order of magnitude; any non-negative point would be valid."""
    vector = np.zeros(len(rows.supply))
    parts = rows.blocks(vector)
    subsidy = max(1.0, float(problem.head_cents[:, :, 0].mean()) / CENTS_PER_UNIT)
    parts["team"] += 0.2
    parts["fund"] += 0.25 / subsidy
    parts["pool"] += 0.5 * (1.0 - problem.unlinked_factor)
    return np.minimum(vector, rows.upper)


def money_prices(problem: Problem, fund: np.ndarray) -> np.ndarray:
    """Price of each cost category per thousand yuan: its cheapest eligible fund; shape (Q,)."""
    cheapest: np.ndarray = np.where(problem.category_funds, fund[None, :], _UNPAYABLE).min(axis=1, initial=_UNPAYABLE)
    return cheapest


def paying_funds(problem: Problem, fund: np.ndarray) -> np.ndarray:
    """The cheapest fund that may pay each category; shape (Q,)."""
    return np.where(problem.category_funds, fund[None, :], _UNPAYABLE).argmin(axis=1)


def job_values(problem: Problem, pool: np.ndarray) -> np.ndarray:
    """Worth of one expected job of each source: its best pool net of price, at least the unlinked factor; (S,)."""
    net = np.where(problem.source_pools, 1.0 - pool[None, :], 0.0)
    return np.maximum(net.max(axis=1, initial=0.0), problem.unlinked_factor)


def drawn_pools(problem: Problem, pool: np.ndarray) -> np.ndarray:
    """The best pool of each source, -1 where the unlinked factor is worth more; shape (S,)."""
    if not len(problem.pool_jobs):
        return np.full(len(problem.source_pools), -1)
    net = np.where(problem.source_pools, 1.0 - pool[None, :], 0.0)
    return np.where(net.max(axis=1) > problem.unlinked_factor, net.argmax(axis=1), -1)
