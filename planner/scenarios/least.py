"""The inverse question: how little money does it take for so many jobs, or to train so many people?

Levels of money are halved between one that is proved too little and one that is enough; all funds move in proportion.
Counting people instead of jobs is the same problem with every head worth 1 and soft targets free of charge, so the
same engine answers both, with the same kind of proof.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

import numpy as np

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.model.problem import Problem
from planner.scenarios.bounds import least_level, lowest_bound
from planner.scenarios.curve import Level, Sweep, problem_funds, total_cents_at
from planner.scenarios.solving import Solved, Work

_HALVINGS = 6
"""Levels solved for one question, at most."""
_COUNTING_GAP = 0.003
"""Gap at which a level that counts people gets no further round of search."""
_CLOSE = Fraction(1, 200)
"""Part of the workbook's money to which the answer is narrowed down."""
_COUNTING_WORK = 0.3
"""Work of the first solve that counts people, in parts of the base's."""
_MOST_MONEY = Fraction(4)
"""Most money that is tried, in shares of the workbook's."""
_TOLERANCE = 1e-6


class Wanted(StrEnum):
    """What is to be reached: the value of a plan in expected jobs, or people trained."""

    VALUE = "得分"
    PERSONS = "人数"


@dataclass(frozen=True, slots=True, eq=False)
class LeastMoney:
    """``enough_cents`` do, as ``plan`` shows; ``too_little_cents`` and less are proved not to do.

    ``plan=None``: no plan that reaches the number was found with any money up to ``tried_cents``; ``impossible`` says
    whether that is proved.
    """

    wanted: Wanted
    number: int
    too_little_cents: int
    enough_cents: int | None
    plan: Plan | None
    tried_cents: int
    impossible: bool = False


def counting_heads(problem: Problem) -> Problem:
    """The problem whose value is the number of people trained; hard rules and money stay."""
    return replace(
        problem,
        rate=np.ones_like(problem.rate),
        quality=np.ones_like(problem.quality),
        attendance=np.where(problem.attendance >= 0, 1.0, -1.0),
        distance=np.where(problem.distance >= 0, 1.0, -1.0),
        unlinked_factor=1.0,
        target_penalty=np.where(np.isfinite(problem.target_penalty), 0.0, np.inf),
    )


def counting_sweep(instance: Instance, base: Solved, input_sha256: str, work: Work) -> Sweep:
    """A sweep over levels of money that counts people, begun at the workbook's own money.

    Raises
    ------
    Infeasible, NoPlanFound
        As :func:`planner.engine.solve.solve_problem`.
    """
    problem = counting_heads(base.problem)
    work = replace(work, options=replace(work.options, exact_counts=False))
    light = replace(work, options=replace(work.options, effort=_COUNTING_WORK * work.options.effort))
    solution = light.solve("培训人数最多的方案", problem, base.start_of(problem))
    counted = Solved(problem, solution)
    return Sweep(instance, counted, input_sha256, work, _HALVINGS, counting_heads, "按人数计，资金水平", _COUNTING_GAP)


def least_money(sweep: Sweep, wanted: Wanted, number: int) -> LeastMoney:
    """Narrow down the least money for ``number`` of what the sweep counts; its levels so far spare work.

    Raises
    ------
    PlannerError
        The checker does not pass a plan: an error of the program.
    """
    sweep.solve(Fraction(1))
    for _ in range(_HALVINGS):
        _cut_down(sweep, number)
        share = _next_share(sweep, number)
        if share is None or sweep.work.stopped():
            break
        sweep.solve(share)
    _cut_down(sweep, number)
    enough = _enough(sweep, number)
    too_little = _too_little(sweep, number, enough)
    tried = max(sweep.levels)
    return LeastMoney(
        wanted,
        number,
        total_cents_at(sweep.instance, too_little),
        None if enough is None else enough.total_cents,
        None if enough is None else enough.plan,
        total_cents_at(sweep.instance, tried),
        enough is None and too_little >= tried,
    )


def _cut_down(sweep: Sweep, number: int) -> None:
    """Halve for the least money at which the plan of the least level that is enough, cut down, still is enough."""
    enough = _enough(sweep, number)
    if enough is None:
        return
    low, high = _too_little(sweep, number, enough), enough.share
    while high - low > _CLOSE / 2:
        middle = (low + high) / 2
        if sweep.take_cut(middle, number - _TOLERANCE) is None:
            low = middle
        else:
            high = middle


def _next_share(sweep: Sweep, number: int) -> Fraction | None:
    """The next level to solve; ``None`` when the answer is close enough or no more money is tried."""
    enough = _enough(sweep, number)
    if enough is None:
        wider = 2 * max(sweep.levels)
        return wider if wider <= _MOST_MONEY else None
    in_vain = [share for share, level in sweep.levels.items() if not _reaches(level, number)]
    low = max([_too_little(sweep, number, enough), *(share for share in in_vain if share < enough.share)])
    return None if enough.share - low <= _CLOSE else (low + enough.share) / 2


def _reaches(level: Level, number: int) -> bool:
    return level.value >= number - _TOLERANCE


def _enough(sweep: Sweep, number: int) -> Level | None:
    """The level with the least money that reaches the number."""
    reached = [level for level in sweep.levels.values() if _reaches(level, number)]
    return min(reached, key=lambda level: level.share, default=None)


def _too_little(sweep: Sweep, number: int, enough: Level | None) -> Fraction:
    """The most money that is proved too little, by the levels' own bounds and by the lines."""
    wanted = number - _TOLERANCE
    solved = [share for share, level in sweep.levels.items() if level.bound < wanted]
    high = max(sweep.levels) if enough is None else enough.share

    def bound_at(share: Fraction) -> float:
        return lowest_bound(sweep.lines, problem_funds(sweep.instance, share))

    if sweep.lines and bound_at(high) < wanted:
        return max([high, *solved])
    by_lines = least_level(bound_at, wanted, Fraction(0), high) if sweep.lines else Fraction(0)
    return max([by_lines, *solved])
