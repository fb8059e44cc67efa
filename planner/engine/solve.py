"""The planning engine's short loop: bound, search, exact finish, least cost.

    prices and bound -> search for classes -> head counts -> gap closing (small) -> least cost

Every stage works to a limit of work, so the same input and seed give the same plan; a time limit or a stop only
cuts the loop short and then returns the best plan so far. Theory and measurements: docs/engine.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numba
import numpy as np

from planner.engine.cost import exchange_heads
from planner.engine.feasibility import (
    clashing_requirements,
    describe_hard_requirements,
    impossible_requirements,
)
from planner.engine.finish import best_heads
from planner.engine.fixing import close_gap, promising_slots
from planner.engine.jobs import locks_hold, penalties, plan_value
from planner.engine.money import plan_is_payable
from planner.engine.prices import Bound, Prices, Relaxation, prove_bound
from planner.engine.search import ClassSearch, Schedule
from planner.errors import Infeasible, NoPlanFound
from planner.model import solver
from planner.model.compact import build_compact, solve_compact
from planner.model.options import ClassHeads, count_options, list_slots
from planner.model.problem import Problem

_CHAINS = 2
_EXACT_SHARE = 0.5
_FIXING_SHARE = 0.9
_FIXING_NODES = 2_000
_PRICES_SHARES, _SEARCH_SHARES, _HEADS_SHARES = (0.2, 0.75), (0.5, 0.85), (0.65, 0.95)
"""Shares of a time limit at which prices, search and head counts of each round must end."""
_PRICE_ITERATIONS, _SEARCH_ITERATIONS = (500, 900), (120_000, 60_000)
"""Work of each round: evaluations of the bound, iterations of a chain."""
_HEADS_GAP = 1.5e-3
_CROSSED_SLOTS = 150
"""Options of all chains up to which their plans are crossed; more take the solver too long."""
_HOT, _WARM = 0.3, 0.15
"""First temperatures of the first search and of later ones, in expected jobs."""


class Stage(StrEnum):
    """Stages of a solve, as the user reads them."""

    PREPARE = "准备数据"
    COMPILE = "编译求解程序（仅首次运行需要，约半分钟）"
    EXACT = "精确求解"
    BOUND = "测算上限"
    SEARCH = "搜索开班方案"
    HEADS = "优化生源人数"
    COST = "压缩成本"
    DONE = "完成"


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how hard to work. ``gap`` 0..1, ``time_limit`` in seconds (None = none), ``effort`` scales work."""

    gap: float = 0.002
    time_limit: float | None = None
    seed: int = 0
    threads: int = 2
    effort: float = 1.0
    backend: str = solver.DEFAULT_SOLVER
    exact_heads: int = 3_000
    """Head variables up to which the whole compact model is simply solved; 0 = never."""
    fixing_options: int = 20_000
    """Class options up to which reduced-cost fixing tries to close the gap; 0 = never."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solve stands: value of the best plan (None before the first), proved bound, gap, seconds."""

    stage: Stage
    seconds: float
    value: float | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """Share of the bound by which the plan might still improve."""
        if self.value is None or self.bound is None:
            return None
        return relative_gap(self.value, self.bound)


@dataclass(frozen=True, slots=True)
class Solution:
    """Classes of the best plan, its value and the proved bound, in expected jobs; whether a limit cut the run."""

    classes: tuple[ClassHeads, ...]
    value: float
    bound: float
    cut_short: bool
    seconds: float


def relative_gap(value: float, bound: float) -> float:
    """(bound - value) / |bound|, at least 0; 0 when they are equal."""
    return max(0.0, bound - value) / abs(bound) if bound != value and bound else 0.0


def solve_problem(
    problem: Problem,
    options: Options,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Solution:
    """Find the best plan within the limits, with a proved bound.

    Raises
    ------
    Infeasible
        No plan can meet the hard requirements; carries the clashing ones.
    NoPlanFound
        Stopped or out of time before any plan met the hard requirements.
    """
    impossible = impossible_requirements(problem)
    if impossible:
        raise Infeasible(impossible)
    run = _Run(problem, options, on_progress, stopped)
    run.accept([])
    if count_options(problem)[1] <= options.exact_heads and run.solve_exactly():
        return run.solution()
    run.compile()
    for round_ in range(len(_SEARCH_ITERATIONS)):
        run.lower_bound(round_)
        if run.finished(round_):
            break
        run.search(round_)
        run.finish_heads(round_)
    run.close_gap()
    run.cut_cost()
    return run.solution()


class _Run:
    """One solve: its clock, its best plan and its bound; each method is one stage of the loop."""

    def __init__(
        self, problem: Problem, options: Options, on_progress: Callable[[Progress], None], stopped: Callable[[], bool]
    ) -> None:
        self.problem = problem
        self.options = options
        self._on_progress = on_progress
        self._stopped = stopped
        most = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]  # set at run time
        numba.set_num_threads(min(options.threads, most))
        self._started = time.monotonic()
        self.classes: list[ClassHeads] | None = None
        self.value = -np.inf
        self.bound = np.inf
        self.cut_short = False
        self._relaxation = Relaxation(problem)
        self._proved: Bound | None = None
        self._search = ClassSearch(problem, self._relaxation, [_CHAINS * options.seed + i for i in range(_CHAINS)])
        self._report(Stage.PREPARE)

    @property
    def seconds(self) -> float:
        """Wall time since the solve began."""
        return time.monotonic() - self._started

    @property
    def _prices(self) -> Prices:
        """The prices of the best bound so far."""
        if self._proved is None:
            raise RuntimeError("lower_bound() must run before prices are used")
        return self._proved.prices

    def iterations(self, count: int) -> int:
        """Work of a stage under the option ``effort``."""
        return max(1, round(count * self.options.effort))

    def cut(self, share: float = 1.0) -> bool:
        """Whether a stage must end early: the user stopped the run or ``share`` of its time is used up."""
        limit = self.options.time_limit
        cut = self._stopped() or (limit is not None and self.seconds >= share * limit)
        self.cut_short = self.cut_short or cut
        return cut

    def finished(self, round_: int = -1) -> bool:
        """Whether the asked gap is proved or there is no time for another search."""
        return relative_gap(self.value, self.bound) <= self.options.gap or self.cut(_SEARCH_SHARES[round_])

    def accept(self, classes: list[ClassHeads]) -> None:
        """Take a plan as the best so far if it is feasible and better."""
        if not _meets_hard_requirements(self.problem, classes):
            return
        value = plan_value(self.problem, classes)
        if value > self.value:
            self.classes, self.value = classes, value

    def compile(self) -> None:
        """Have the kernels compiled (cached on disk after the first run of all); the clock starts again after it."""
        self._report(Stage.COMPILE)
        prices = self._relaxation.first_prices()
        self._search.guide(self._relaxation.prices(prices))
        self._search.compile()
        self._started = time.monotonic()

    def solve_exactly(self) -> bool:
        """Solve the whole compact model; true when it is proved optimal."""
        self._report(Stage.EXACT)
        found = solve_compact(build_compact(self.problem), self.options.backend, self._time_left(_EXACT_SHARE))
        if found.outcome is solver.Outcome.INFEASIBLE:
            clashes = clashing_requirements(self.problem)
            if clashes:  # without any requirement the empty plan is feasible: no clash means that the solver erred
                raise Infeasible(clashes)
        if found.classes or found.outcome is solver.Outcome.OPTIMAL:
            self.accept(list(found.classes))
        self.bound = min(self.bound, found.bound)
        return found.outcome is solver.Outcome.OPTIMAL and relative_gap(self.value, self.bound) < 1e-6

    def lower_bound(self, round_: int) -> None:
        """Lower the proved bound and refresh the prices that guide the search."""
        self._report(Stage.BOUND)

        def watch(bound: float) -> bool:
            self.bound = min(self.bound, bound)
            self._report(Stage.BOUND)
            return self.cut(_PRICES_SHARES[round_])

        start = None if self._proved is None else self._proved.prices.vector()
        iterations = self.iterations(_PRICE_ITERATIONS[round_])
        self._proved = prove_bound(self._relaxation, iterations, start, self.value, watch)
        self.bound = min(self.bound, self._proved.value)
        if self.bound < _least_value(self.problem):
            priced = np.flatnonzero(self._proved.prices.target > 1e-6)
            raise Infeasible(describe_hard_requirements(self.problem, list(priced)))

    def search(self, round_: int) -> None:
        """Search for classes; the first round starts from nothing, later ones from the best plan."""
        self._report(Stage.SEARCH)
        self._search.guide(self._prices)
        if round_ and self.classes is not None:
            for chain in range(_CHAINS):
                self._search.load(chain, self.classes)

        def keep_on(_value: float) -> bool:
            self._report(Stage.SEARCH, self._search.best_value)
            return not self.cut(_SEARCH_SHARES[round_])

        schedule = Schedule(self.iterations(_SEARCH_ITERATIONS[round_]), hot=_WARM if round_ else _HOT)
        self._search.run(schedule, self.options.threads, keep_on)
        for _, classes in self._search.best_plans():
            self.accept(classes)
        self._report(Stage.SEARCH)

    def finish_heads(self, round_: int) -> None:
        """Exact head counts over the options of the best plan; small plans of all chains are crossed."""
        if self._stopped():
            return
        self._report(Stage.HEADS)
        plans = [classes for _, classes in self._search.best_plans()]
        start = plans[0] if self.classes is None else self.classes
        others = [slot for classes in plans for slot, _ in classes]
        better = best_heads(
            self.problem, start, others if len(others) <= _CROSSED_SLOTS else (), self.options.backend, _HEADS_GAP,
            self._time_left(_HEADS_SHARES[round_]), self._stopped,
        )
        self.accept(better)
        self.cut(_HEADS_SHARES[round_])
        self._report(Stage.HEADS)

    def close_gap(self) -> None:
        """Small instances: drop options by their reduced costs and solve the rest exactly."""
        if self.finished():
            return
        if count_options(self.problem)[0] > self.options.fixing_options:
            return
        self._report(Stage.EXACT)
        slots, bound = promising_slots(
            self._relaxation, self._prices, list_slots(self.problem), self.value
        )
        self.bound = min(self.bound, bound)
        closed = close_gap(
            self.problem, slots, self.classes or [], self.value, self.options.backend, self._time_left(_FIXING_SHARE),
            self._stopped, self.options.gap, self.iterations(_FIXING_NODES),
        )
        if closed.infeasible and self.classes is None:
            raise Infeasible(describe_hard_requirements(self.problem, range(len(self.problem.target_value))))
        self.accept(closed.classes)
        self.bound = min(self.bound, max(closed.bound, self.value))

    def cut_cost(self) -> None:
        """Least cost at the value reached."""
        if self.classes is None:
            return
        self._report(Stage.COST)
        self.classes = exchange_heads(self.problem, self.classes)
        self.value = plan_value(self.problem, self.classes)
        self.cut()

    def solution(self) -> Solution:
        """The best plan, or NoPlanFound."""
        if self.classes is None:
            raise NoPlanFound("在限定时间内没有找到满足全部硬性要求的方案。请延长时间，或放宽“必须”任务和固定班。")
        self.bound = max(self.bound, self.value)
        self._report(Stage.DONE)
        return Solution(tuple(self.classes), self.value, self.bound, self.cut_short, self.seconds)

    def _time_left(self, share: float) -> float | None:
        limit = self.options.time_limit
        return None if limit is None else max(1.0, share * limit - self.seconds)

    def _report(self, stage: Stage, found: float = -np.inf) -> None:
        best = max(self.value, found)
        value = best if np.isfinite(best) else None
        bound = max(self.bound, best) if np.isfinite(self.bound) else None
        self._on_progress(Progress(stage, self.seconds, value, bound))


def _meets_hard_requirements(problem: Problem, classes: list[ClassHeads]) -> bool:
    """Whether hard targets, locks and money hold; supplies are kept by every stage itself."""
    _, short = penalties(problem, classes)
    if (short[~np.isfinite(problem.target_penalty)] > 0).any():
        return False
    return locks_hold(problem, classes) and plan_is_payable(problem, classes)


def _least_value(problem: Problem) -> float:
    """A value no plan can fall below: nothing earned and every soft target missed as far as possible.

    A bound below it proves that no plan meets the hard requirements.
    """
    soft = np.isfinite(problem.target_penalty)
    heads = int(problem.capacity.sum())
    worst = np.where(problem.target_at_least, problem.target_value, heads)
    return -float(problem.target_penalty[soft] @ worst[soft]) - 1.0
