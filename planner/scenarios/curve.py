"""The budget curve: what more or less money buys, each level with the band in which its best value lies.

The most money is planned first, with more work; from there down every level starts from its neighbours' plans with a
fraction of the work, prices follow the money (:mod:`.following`), and each proof serves all levels (:mod:`.bounds`).
A plan for less money is a plan for more, so values never fall as money rises; a bound for more money is one for less,
so neither do bounds.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from planner.domain.budget import with_total_budget
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.engine.decomposition.loop import is_wide
from planner.engine.jobs import locks_hold, plan_value
from planner.engine.solve import Solution, Start
from planner.errors import Infeasible, NoPlanFound
from planner.model.options import ClassHeads
from planner.model.problem import Problem, build_problem
from planner.scenarios.bounds import BoundLine, line_of, lowest_bound
from planner.scenarios.carry import carried_classes
from planner.scenarios.cutting import cut_to_money
from planner.scenarios.following import PriceFollower
from planner.scenarios.proportion import scaled_exactly
from planner.scenarios.solving import Solved, Work, checked_plan, with_bound

DEFAULT_SHARES = tuple(Fraction(percent, 100) for percent in range(50, 151, 10))
"""Levels in shares of the workbook's money: 50 % to 150 % in steps of 10."""

SATURATED_SHARE = 0.01
"""A level is saturated when all money beyond it is proved to add at most this share of its value."""

_SWEEP_WORK, _TOP_WORK = 0.8, 0.15
"""Work of all levels but the largest together, and of the largest, in parts of the base's."""
_LEVEL_GAP = 0.03
"""Gap at which a level gets no second round of search."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One amount of money: the best value found, with its plan, and the proved bound (infinite: nothing is proved).

    Without a plan ``value`` is minus infinity, and ``impossible`` says whether it is proved that there is none.
    ``share`` is of the workbook's money; ``seconds`` is wall time.
    """

    share: Fraction
    total_cents: int
    value: float
    bound: float
    plan: Plan | None = None
    solved: Solved | None = None
    impossible: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class BudgetCurve:
    """Levels by rising money and the lines that bound them all; ``stopped``: some levels were not reached."""

    levels: tuple[Level, ...]
    lines: tuple[BoundLine, ...]
    stopped: bool = False

    @property
    def saturation(self) -> int | None:
        """The first level beyond which all more money is proved to add less than a hundredth; ``None``: none is."""
        last = self.levels[-1].bound if self.levels else math.inf
        for i, level in enumerate(self.levels[:-1]):
            if level.plan is not None and last - level.value <= SATURATED_SHARE * abs(level.value):
                return i
        return None

    @property
    def knee(self) -> int | None:
        """The level farthest above the straight line from the first to the last; ``None`` when no bend is certain.

        The bend must be larger than the widest band between value and bound (after Satopää et al. 2011, "Finding a
        kneedle in a haystack": the point of greatest distance to the chord).
        """
        found = [(i, level) for i, level in enumerate(self.levels) if level.plan is not None]
        if len(found) < 3:
            return None
        (_, first), (_, last) = found[0], found[-1]
        slope = (last.value - first.value) / max(1, last.total_cents - first.total_cents)
        above = {i: level.value - first.value - slope * (level.total_cents - first.total_cents) for i, level in found}
        best = max(above, key=lambda i: above[i])
        widest = max(level.bound - level.value for _, level in found)
        return best if above[best] > max(widest, 1e-6) else None


@dataclass(frozen=True, slots=True)
class Marginal:
    """What the money between two levels adds, in expected jobs per 10,000 yuan: found, and proved to lie between."""

    found: float
    least: float
    most: float


def marginal(lower: Level, upper: Level) -> Marginal | None:
    """Jobs per 10,000 yuan between two levels; ``None`` without both plans or without money between them."""
    units = (upper.total_cents - lower.total_cents) / 1_000_000
    if lower.plan is None or upper.plan is None or units <= 0:
        return None
    least = max(0.0, upper.value - lower.bound)
    return Marginal((upper.value - lower.value) / units, least / units, (upper.bound - lower.value) / units)


def total_cents_at(instance: Instance, share: Fraction) -> int:
    """The workbook's money times ``share``, in whole cents (half up)."""
    return scaled_exactly([sum(fund.amount_cents for fund in instance.funds)], share)[0]


def problem_at(instance: Instance, share: Fraction) -> Problem:
    """The problem with every fund scaled in proportion, to a total of ``share`` times the workbook's money."""
    return build_problem(with_total_budget(instance, total_cents_at(instance, share)))


def budget_curve(sweep: Sweep, shares: Sequence[Fraction] = DEFAULT_SHARES) -> BudgetCurve:
    """Solve the county at each share of its money, from the largest down; levels solved before are kept.

    Raises
    ------
    PlannerError
        The checker does not pass a plan: an error of the program.
    """
    ordered = sorted(set(shares), reverse=True)
    for share in ordered:
        if sweep.work.stopped() and sweep.levels:
            break
        sweep.solve(share)
    return sweep.curve(len(ordered))


class Sweep:
    """Levels solved so far and everything that helps the next one; work is shared out for about ``levels`` of them.

    ``counted`` turns the county's problem into what is maximised and bounded instead, such as people trained; plans are
    recorded in the county's own terms. ``base`` is the workbook's own solve, of the counted problem. ``label`` names
    the levels while they are solved; ``gap`` is that at which a level gets no further round of search.
    """

    def __init__(
        self, instance: Instance, base: Solved, input_sha256: str, work: Work, levels: int,
        counted: Callable[[Problem], Problem] = lambda problem: problem, label: str = "资金水平",
        gap: float = _LEVEL_GAP,
    ) -> None:
        self.instance, self.base, self.work = instance, base, work
        self._input_sha256, self._counted, self._label, self._gap = input_sha256, counted, label, gap
        self._level_work = min(1.0, _SWEEP_WORK / max(1, levels - 2))
        self.levels: dict[Fraction, Level] = {}
        line = line_of(base.problem, base.solution)
        self.lines = [] if line is None else [line]
        self._follower: PriceFollower | None = None

    def solve(self, share: Fraction) -> Level:
        """Solve one level, from the nearest solved ones; a level that is solved already is not solved again."""
        if share not in self.levels:
            self.levels[share] = self._base_level() if share == 1 else self._solve(share)
        return self.levels[share]

    def take_cut(self, share: Fraction, least: float) -> Level | None:
        """Take up a level without solving it, if the plan next above, cut to its money, is worth ``least`` there."""
        above = [one.solved for s, one in sorted(self.levels.items()) if s > share and one.solved is not None]
        if not above:
            return None
        own = problem_at(self.instance, share)
        problem = self._counted(own)
        value, classes = self._cut(problem, above[0])
        if value < least:
            return None
        bound = max(value, lowest_bound(self.lines, problem.fund_cents))
        solution = Solution(tuple(classes), value, bound, above[0].solution.cut_short, 0.0)
        total, plan = total_cents_at(self.instance, share), self._recorded(own, solution)
        self.levels[share] = Level(share, total, value, bound, plan, Solved(problem, solution))
        return self.levels[share]

    def curve(self, wanted: int) -> BudgetCurve:
        """The levels so far with plans and bounds that never fall as money rises."""
        ordered = [self.levels[share] for share in sorted(self.levels)]
        return BudgetCurve(tuple(self._lowered(self._raised(ordered))), tuple(self.lines), len(ordered) < wanted)

    def _base_level(self) -> Level:
        solution = self.base.solution
        plan = self._recorded(build_problem(self.instance), solution)
        total = total_cents_at(self.instance, Fraction(1))
        return Level(Fraction(1), total, solution.value, solution.bound, plan, self.base)

    def _solve(self, share: Fraction) -> Level:
        started = time.monotonic()
        total = total_cents_at(self.instance, share)
        above = [level for s, level in self.levels.items() if s > share]
        if any(level.impossible for level in above):
            return Level(share, total, -math.inf, -math.inf, impossible=True)
        own = problem_at(self.instance, share)
        problem = self._counted(own)
        start = self._start(share, problem)
        try:
            name = f"{self._label} {float(share):.1%}"
            solution = self._work_at(share).solve(name, problem, start)
        except Infeasible:
            return Level(share, total, -math.inf, -math.inf, impossible=True, seconds=time.monotonic() - started)
        except NoPlanFound:
            bound = lowest_bound(self.lines, problem.fund_cents)
            return Level(share, total, -math.inf, bound, seconds=time.monotonic() - started)
        line = line_of(problem, solution)
        if line is not None:
            self.lines.append(line)
        solved = Solved(problem, solution)
        self._settle(solved)
        plan = self._recorded(own, solution)
        seconds = time.monotonic() - started
        return Level(share, total, solution.value, solution.bound, plan, solved, seconds=seconds)

    def _recorded(self, own: Problem, solution: Solution) -> Plan:
        """The checked plan in the county's own terms; nothing is proved of it there when something else is counted."""
        value = plan_value(own, solution.classes)
        bound = max(value, solution.bound) if value == solution.value else math.inf
        return checked_plan(own, replace(solution, value=value, bound=bound), self._input_sha256,
                            self.work.options.seed)

    def _start(self, share: Fraction, problem: Problem) -> Start:
        """The best plan at hand that this money can pay, and prices that fit the money."""
        value, classes = max((self._cut(problem, solved) for solved in self._neighbours(share)), key=lambda cut: cut[0])
        return Start(tuple(classes), self._prices(share, problem, value))

    @staticmethod
    def _cut(problem: Problem, solved: Solved) -> tuple[float, list[ClassHeads]]:
        """A solved level's plan, cut to a problem's money, and its value there; no plan where hard rules are missed."""
        classes = cut_to_money(problem, carried_classes(solved.problem, solved.solution.classes, problem))
        if not locks_hold(problem, classes):
            return -math.inf, []
        value = plan_value(problem, classes)
        return (value, classes) if math.isfinite(value) else (-math.inf, [])

    def _neighbours(self, share: Fraction) -> list[Solved]:
        """The solved levels next above and below, and the base."""
        solved = [(s, self.levels[s].solved) for s in sorted(self.levels)]
        above = [one for s, one in solved if one is not None and s > share]
        below = [one for s, one in solved if one is not None and s < share]
        return [*above[:1], *below[-1:], self.base]

    def _work_at(self, share: Fraction) -> Work:
        """Less work than the base's; whole patterns of heads only for the most money: their proof serves all levels."""
        options, top = self.work.options, self._is_above_all(share)
        effort = options.effort * (_TOP_WORK if top else self._level_work)
        light = replace(options, effort=effort, gap=max(options.gap, self._gap), patterns=top)
        return replace(self.work, options=light)

    def _is_above_all(self, share: Fraction) -> bool:
        """Whether the money is more than any planned so far: prices for less of it would start too high."""
        return share > 1 and not any(s >= share for s in self.levels)

    def _prices(self, share: Fraction, problem: Problem, value: float) -> np.ndarray | None:
        """Prices that fit the money; ``None`` for the most of it, and where plans need no prices."""
        if self._is_above_all(share):
            return None
        if self._follower is None:
            self._settle(self.base)
        if self._follower is None:
            return None
        pricing = self._follower.follow(problem, self.work.options.threads)
        self.lines.append(pricing.line)
        return pricing.prices

    def _settle(self, solved: Solved) -> None:
        """Let prices follow from here on, once."""
        prices = solved.solution.prices
        if self._follower is None and prices is not None and not is_wide(solved.problem):
            self._follower = PriceFollower(solved.problem, prices, self.work.options.threads)

    def _raised(self, ordered: list[Level]) -> list[Level]:
        """A level never does worse than one with less money: it takes that plan over."""
        raised: list[Level] = []
        for level in ordered:
            if raised and level.value < raised[-1].value and raised[-1].solved is not None:
                level = self._taken_over(level, raised[-1].solved)
            raised.append(level)
        return raised

    def _taken_over(self, level: Level, lower: Solved) -> Level:
        own = problem_at(self.instance, level.share)
        problem = self._counted(own)
        classes = lower.start_of(problem).classes
        bound = max(level.bound, lower.solution.value)
        solution = Solution(classes, plan_value(problem, classes), bound, lower.solution.cut_short, level.seconds)
        plan = self._recorded(own, solution)
        return replace(level, value=solution.value, plan=plan, solved=Solved(problem, solution))

    def _lowered(self, ordered: list[Level]) -> list[Level]:
        """Every proof serves every level: the lines, and what bounds more money."""
        lowered: list[Level] = []
        above = math.inf
        for level in reversed(ordered):
            if not level.impossible:
                cents = problem_funds(self.instance, level.share)
                above = max(level.value, min(above, lowest_bound(self.lines, cents, level.bound)))
                plan = level.plan
                if plan is not None and plan.value == level.value:
                    plan = with_bound(plan, above)
                level = replace(level, bound=above, plan=plan)
            lowered.append(level)
        return lowered[::-1]


def problem_funds(instance: Instance, share: Fraction) -> np.ndarray:
    """Amounts of the funds at a share of the money, in cents."""
    funds = with_total_budget(instance, total_cents_at(instance, share)).funds
    return np.array([fund.amount_cents for fund in funds], dtype=np.int64)
