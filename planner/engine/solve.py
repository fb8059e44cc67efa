"""The planning engine's short loop: bound, search, exact finish, least cost.

    prices and bound -> search for classes -> head counts -> gap closing (small) -> search again -> least cost

While the search runs, a second thread lowers the bound further. Every stage works to a limit of work, so the same
input and seed give the same plan, whatever the threads; a time limit or a stop only cuts the loop short and then
returns the best plan so far. Theory and measurements: docs/engine.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from planner.engine.aside import Aside, wait
from planner.engine.bundle import Bound, Bundle, compile_bundle
from planner.engine.cost import exchange_heads
from planner.engine.feasibility import (
    clashing_requirements,
    describe_hard_requirements,
    impossible_requirements,
)
from planner.engine.finish import NODES, best_heads
from planner.engine.fitting import fitting_classes
from planner.engine.fixing import Closed, close_gap, promising_slots
from planner.engine.jobs import locks_hold, penalties, plan_value
from planner.engine.money import plan_is_payable
from planner.engine.patterns import PatternBound, PatternPrices
from planner.engine.prices import Relaxation
from planner.engine.search import ClassSearch, Schedule
from planner.errors import Infeasible, NoPlanFound
from planner.model import solver
from planner.model.compact import build_compact, solve_compact
from planner.model.options import ClassHeads, count_options, list_slots
from planner.model.problem import Problem

_CHAINS = 2
_EXACT_SHARE = 0.5
_FIXING_SHARE = 0.9
_FIXING_NODES, _CLOSING_GAP = 8_000, 1e-4
_PRICES_SHARE = 0.15
_SEARCH_SHARES, _HEADS_SHARES = (0.4, 0.85), (0.55, 0.95)
"""Shares of a time limit at which prices, and search and head counts of each round, must end."""
_FIRST_PRICES, _MORE_PRICES = 80, 100
_FIRST_PRECISION, _MORE_PRECISION = 3e-3, 5e-5
"""Evaluations of the bound before the search and beside it, at most, and what share they may leave to be gained: nearly
settled prices guide a small county better than settled ones."""
_SEARCH_WORK = 300, 600
"""Iterations of a chain for each class of the plan, in each round."""
_LEAST_CLASSES = 20
_HEADS_GAP = 1.5e-3
_CROSSED_SLOTS = 150
"""Options of all chains up to which their plans are crossed; more take the solver too long."""
_TEMPERATURES = (0.3, 0.05), (0.2, 0.03)
"""First and last temperature of each round, in expected jobs."""


class Stage(StrEnum):
    """Stages of a solve, as the user reads them."""

    PREPARE = "准备数据"
    COMPILE = "编译求解程序（仅首次运行需要，约半分钟）"
    EXACT = "精确求解"
    BOUND = "测算上限"
    SEARCH = "搜索开班方案"
    HEADS = "优化生源人数"
    COST = "压缩成本"
    KEEP = "对照原方案减少改动"
    TIMETABLE = "编排课表"
    AGAIN = "为排上课调整方案"
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
    patterns: bool = True
    """Whether the bound is tightened by whole patterns of heads beside the first search."""
    exact_counts: bool = True
    """Whether a solver finishes the head counts; it gains little and takes long where all heads are worth the same."""


@dataclass(frozen=True, slots=True)
class Start:
    """A warm start: classes of an earlier plan (those that still fit are kept) and prices of an earlier bound."""

    classes: tuple[ClassHeads, ...] = ()
    prices: np.ndarray | None = None


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
    prices: np.ndarray | None = None
    """Prices that proved the bound, for a later warm start; None when none were needed."""
    priced_bound: float = np.inf
    """Bound that ``prices`` alone prove, at least ``bound``: as the prices, it carries over to other supplies."""


def relative_gap(value: float, bound: float) -> float:
    """(bound - value) / |bound|, at least 0; 0 when they are equal."""
    return max(0.0, bound - value) / abs(bound) if bound != value and bound else 0.0


def solve_problem(
    problem: Problem,
    options: Options,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopped: Callable[[], bool] = lambda: False,
    start: Start | None = None,
) -> Solution:
    """Find the best plan within the limits, with a proved bound.

    ``start`` is a warm start from an earlier solve of a problem with the same tables (scenario, re-planning).

    Raises
    ------
    Infeasible
        No plan can meet the hard requirements; carries the clashing ones.
    NoPlanFound
        Stopped or out of time before any plan met the hard requirements.
    """
    from planner.engine.decomposition.loop import is_wide, solve_by_counties  # which is built on this module

    if is_wide(problem):
        return solve_by_counties(problem, options, on_progress, stopped, None if start is None else start.prices)
    impossible = impossible_requirements(problem)
    if impossible:
        raise Infeasible(impossible)
    run = _Run(problem, options, on_progress, stopped, start or Start())
    if count_options(problem)[1] <= options.exact_heads and run.solve_exactly():
        return run.solution()
    run.compile()
    run.lower_bound()
    if not run.finished(0):
        with run.beside(run.prove):
            run.search(0)
            run.finish_heads(0)
        run.close_gap()
    if not run.finished(1):
        run.search(1)
        run.finish_heads(1)
    run.cut_cost()
    return run.solution()


class _Run:
    """One solve: its clock, its best plan and its bound; each method is one stage of the loop."""

    def __init__(
        self,
        problem: Problem,
        options: Options,
        on_progress: Callable[[Progress], None],
        stopped: Callable[[], bool],
        start: Start,
    ) -> None:
        self.problem = problem
        self.options = options
        self._on_progress = on_progress
        self._stopped = stopped
        self._started = time.monotonic()
        self.classes: list[ClassHeads] | None = None
        self.value = -np.inf
        self.bound = np.inf
        self.cut_short = False
        self._relaxation = Relaxation(problem)
        self._first_prices = start.prices
        self._bundle: Bundle | None = None
        self._proved: Bound | None = None
        self._patterns: PatternPrices | None = None
        self._priced_bound = np.inf
        self._search = ClassSearch(problem, self._relaxation, [_CHAINS * options.seed + i for i in range(_CHAINS)])
        self.accept([])
        self._idle = self.value
        """What holding no class is worth: a plan is only found when it is worth more. -inf where that is no plan."""
        self.accept(fitting_classes(problem, start.classes))
        self._warm = bool(start.classes)
        self._report(Stage.PREPARE)

    @property
    def seconds(self) -> float:
        """Wall time since the solve began."""
        return time.monotonic() - self._started

    def iterations(self, count: int) -> int:
        """Work of a stage under the option ``effort``."""
        return max(1, round(count * self.options.effort))

    def cut(self, share: float = 1.0) -> bool:
        """Whether a stage must end early: the user stopped the run or ``share`` of its time is used up."""
        cut = self._stopped() or self._late(share)
        self.cut_short = self.cut_short or cut
        return cut

    def _late(self, share: float) -> bool:
        limit = self.options.time_limit
        return limit is not None and self.seconds >= share * limit

    def _lower(self, bound: float) -> None:
        """Take a proved bound if it is lower."""
        self.bound = min(self.bound, bound)

    def _proof(self) -> Bound:
        """The best bound of the relaxation so far with its prices."""
        if self._proved is None:
            raise RuntimeError("lower_bound() must run before prices are used")
        return self._proved

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
        compile_bundle(self._relaxation)
        first = self._relaxation.prices(self._relaxation.first_prices())
        self._search.guide(first)
        self._search.compile()
        PatternBound(self._relaxation, first).compile()
        self._started = time.monotonic()

    @contextmanager
    def beside(self, task: Callable[[], None]) -> Iterator[None]:
        """Have a task done on a second thread (if the run may use one) while the loop goes on.

        Only a stop by the user leaves the task behind; nothing is done after a stop that it could disturb.
        """
        if self._stopped():
            yield
        elif self.options.threads < 2:
            task()
            yield
        else:
            aside = Aside(task)
            yield
            if wait([aside], self._look_up):
                aside.result()

    def _look_up(self) -> bool:
        """Report where the run stands while it waits; whether to wait on."""
        self._report(self._stage)
        return not self._stopped()

    def _look_up_in_time(self) -> bool:
        """As :meth:`_look_up`, but a solver that overruns the time limit is left behind."""
        return self._look_up() and not self._late(1.0)

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

    def lower_bound(self) -> None:
        """Prove a first bound and find the prices that guide the search."""
        self._report(Stage.BOUND)
        start = self._first_prices
        if start is not None and len(start) != len(self._relaxation.supply):
            start = None

        def watch(bound: float) -> bool:
            self.bound = min(self.bound, bound)
            self._report(Stage.BOUND)
            return self.cut(_PRICES_SHARE)

        with self._relaxation.on_threads(self.options.threads):
            self._bundle = Bundle(self._relaxation, start, _least_value(self.problem))
            self._proved = self._bundle.descend(self.iterations(_FIRST_PRICES), watch, _FIRST_PRECISION)
        self._lower(self._proved.value)
        self._priced_bound = self._proved.value
        self._search.guide(self._proved.prices)
        if self.bound < _least_value(self.problem):
            priced = np.flatnonzero(self._proved.prices.target > 1e-6)
            raise Infeasible(describe_hard_requirements(self.problem, list(priced)))

    def prove(self) -> None:
        """Lower the bound as far as it goes: converged prices, then whole patterns of heads."""
        self.converge()
        if self.options.patterns and not self._stopped():
            self.tighten()

    def converge(self) -> None:
        """Lower the bound until it gains no more."""
        if self._bundle is None:
            raise RuntimeError("lower_bound() must run before converge()")

        def watch(bound: float) -> bool:
            self._lower(bound)
            return self._stopped() or self._late(_SEARCH_SHARES[0])

        self._proved = self._bundle.descend(self.iterations(_MORE_PRICES), watch, _MORE_PRECISION)
        self._lower(self._proved.value)
        self._priced_bound = self._proved.value

    def tighten(self) -> None:
        """Lower the bound by whole patterns of heads."""
        patterns = PatternBound(self._relaxation, self._proof().prices)
        self._patterns = patterns.lower(lambda: self._stopped() or self._late(_HEADS_SHARES[0]))
        self._lower(self._patterns.whole_bound)
        self._priced_bound = min(self._priced_bound, self._patterns.whole_bound)

    def search(self, round_: int) -> None:
        """Search for classes; the first round starts from nothing, the second from the plans found."""
        self._report(Stage.SEARCH)
        if round_:
            self._search.guide(self._proof().prices)
        if self.classes:
            self._search.load(0, self.classes)

        def keep_on(value: float) -> bool:
            if self.classes is None:  # until one plan meets the hard requirements, the search's own value is no plan's
                for _, classes in self._search.best_plans():
                    self.accept(classes)
            self._report(Stage.SEARCH, -np.inf if self.classes is None else value)
            return not self.cut(_SEARCH_SHARES[round_])

        self._search.seed(fill=self._warm and not round_)
        work = max(_LEAST_CLASSES, self._search.classes) * _SEARCH_WORK[round_]
        hot, cold = _TEMPERATURES[round_]
        self._search.run(Schedule(self.iterations(work), hot, cold), self.options.threads, keep_on)
        for _, classes in self._search.best_plans():
            self.accept(classes)
        self._report(Stage.SEARCH)

    def finish_heads(self, round_: int) -> None:
        """Exact head counts over the options of the best plan; small plans of all chains are crossed."""
        if self._stopped() or not self.options.exact_counts:
            return
        self._report(Stage.HEADS)
        plans = [classes for _, classes in self._search.best_plans()]
        start = plans[0] if self.classes is None else self.classes
        others = [slot for classes in plans for slot, _ in classes]
        limit = self._time_left(_HEADS_SHARES[round_])
        heads = Aside(lambda: best_heads(
            self.problem, start, others if len(others) <= _CROSSED_SLOTS else (), self.options.backend, _HEADS_GAP,
            limit, self._stopped, self.iterations(NODES),
        ))
        if wait([heads], self._look_up_in_time):
            self.accept(heads.result())
        self.cut(_HEADS_SHARES[round_])
        self._report(Stage.HEADS)

    def close_gap(self) -> None:
        """Small instances: drop options by their reduced costs and solve the rest exactly."""
        if self.finished():
            return
        if count_options(self.problem)[0] > self.options.fixing_options:
            return
        self._report(Stage.EXACT)
        limit = self._time_left(_FIXING_SHARE)
        closing = Aside(lambda: self._close(limit))
        if not wait([closing], self._look_up_in_time):
            self.cut()
            return
        closed = closing.result()
        if closed.infeasible and self.classes is None:
            raise Infeasible(describe_hard_requirements(self.problem, range(len(self.problem.target_value))))
        self.accept(closed.classes)
        self._lower(max(closed.bound, self.value))

    def _close(self, limit: float | None) -> Closed:
        """Drop options by their reduced costs at the patterns' prices and solve the rest."""
        patterns = PatternBound(self._relaxation, self._proof().prices)
        prices = patterns.lower(self._stopped) if self._patterns is None else self._patterns
        slots = promising_slots(patterns, prices, list_slots(self.problem), self.value)
        return close_gap(
            self.problem, slots, self.classes or [], self.value, self.options.backend, limit, self._stopped,
            min(self.options.gap, _CLOSING_GAP), self.iterations(_FIXING_NODES),
        )

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
        classes = found_classes(self.classes, self.cut_short and self.bound > self.value)
        self.bound = max(self.bound, self.value)
        self._report(Stage.DONE)
        prices = None if self._proved is None else self._proved.prices.vector()
        return Solution(
            classes, self.value, self.bound, self.cut_short, self.seconds, prices, self._priced_bound
        )

    def _time_left(self, share: float) -> float | None:
        limit = self.options.time_limit
        return None if limit is None else max(1.0, share * limit - self.seconds)

    def _report(self, stage: Stage, found: float = -np.inf) -> None:
        self._stage = stage
        best = max(self.value, found)
        value = best if best > self._idle or stage is Stage.DONE else None
        bound = max(self.bound, best) if np.isfinite(self.bound) else None
        self._on_progress(Progress(stage, self.seconds, value, bound))


def found_classes(classes: list[ClassHeads] | None, cut_short: bool) -> tuple[ClassHeads, ...]:
    """Return the classes of the best plan; without any, a run that was cut short has found no plan.

    Raises
    ------
    NoPlanFound
        There is no plan, or only the one that holds no class at all, which nobody waited for.
    """
    if classes is None or (cut_short and not classes):
        raise NoPlanFound("在限定时间内没有找到满足全部硬性要求的方案。请延长时间，或放宽“必须”任务和固定班。")
    return tuple(classes)


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
