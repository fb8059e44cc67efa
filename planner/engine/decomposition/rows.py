"""The priced rows of a problem in one vector, laid out as in :class:`planner.engine.prices.Relaxation`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.engine.prices import CENTS_PER_UNIT, Prices, fine_steps
from planner.model.problem import NO_LIMIT, Problem

_STEPS = {"team": 0.15, "accredited": 0.15, "room": 0.15, "annual": 0.05, "fund": 0.02, "pool": 0.05,
          "target": 0.02, "lock": 0.15}
"""Typical step of each block of prices, by which the ascent direction is scaled."""
_USUAL_SUPPLY = {"fund": 5_000.0, "pool": 50.0, "target": 1_000.0}
"""Supplies for which these steps are right; larger ones, which more classes draw on, move in smaller steps."""
_UNPAYABLE = 1e9
"""Price of a cost that no fund may pay."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Layout of the price vector: shape of each block, supply, largest price and squared steps of each row."""

    shapes: dict[str, tuple[int, ...]]
    accreditation_rows: np.ndarray  # rows, 2: provider and course of each accreditation tighter than the teams
    accreditation_row: np.ndarray  # P, C: row or -1
    target_sign: np.ndarray  # N: -1 for >=, 1 for <=
    supply: np.ndarray
    upper: np.ndarray
    scale: np.ndarray
    fine_scale: np.ndarray

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
    steps = np.concatenate([np.full(int(np.prod(shapes[name])), _STEPS[name]) for name in shapes])
    fine = fine_steps({name: int(np.prod(shape)) for name, shape in shapes.items()}, supply, len(problem.counties))
    return Rows(
        shapes, rows, row_of, sign, supply=supply, fine_scale=(steps * fine) ** 2,
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


def fund_use(problem: Problem, fund: np.ndarray, category_cents: np.ndarray) -> np.ndarray:
    """What each fund pays, in thousand yuan, when the cheapest one pays each category; shape (F,)."""
    paid = np.zeros(len(problem.fund_cents))
    cheapest = np.where(problem.category_funds, fund[None, :], _UNPAYABLE).argmin(axis=1)
    np.add.at(paid, cheapest, category_cents / CENTS_PER_UNIT)
    return paid


def job_values(problem: Problem, pool: np.ndarray) -> np.ndarray:
    """Worth of one expected job of each source: its best pool net of price, at least the unlinked factor; (S,)."""
    net = np.where(problem.source_pools, 1.0 - pool[None, :], 0.0)
    return np.maximum(net.max(axis=1, initial=0.0), problem.unlinked_factor)


def pool_use(problem: Problem, pool: np.ndarray, source_jobs: np.ndarray) -> np.ndarray:
    """Jobs each pool takes when every source uses its best pool, if that is worth it; shape (D,)."""
    taken = np.zeros(len(problem.pool_jobs))
    if len(taken):
        net = np.where(problem.source_pools, 1.0 - pool[None, :], 0.0)
        linked = net.max(axis=1) > problem.unlinked_factor
        np.add.at(taken, net.argmax(axis=1)[linked], source_jobs[linked])
    return taken
