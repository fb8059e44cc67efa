"""The short loop for several counties: prices, shares, counties, joint bound, counties beside each other, one plan.

    prices with closed borders -> shares of money, teams, vacancies -> each county's search -> joint bound
    -> each county again, beside the others of its group, with money and vacancies in common
    -> the same with other groups -> one plan

Regions and counties are tasks on lanes (worker processes here). Every stage works to a limit of work, so equal input
and seed give the same plan whatever the lanes; a time limit or a stop cuts the loop short. docs/engine.md, section 8.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from planner.engine.bundle import Bundle
from planner.engine.decomposition.commons import averaged_prices, can_share, pooled
from planner.engine.decomposition.county import CountyTask, GroupTask, plan_county, plan_group
from planner.engine.decomposition.joint import JointRelaxation
from planner.engine.decomposition.lanes import Lanes, ProcessLanes, SerialLanes
from planner.engine.decomposition.parts import Part, make_part
from planner.engine.decomposition.regions import regions_of
from planner.engine.decomposition.shares import Share, share_out
from planner.engine.decomposition.surplus import share_again
from planner.engine.feasibility import describe_hard_requirements, impossible_requirements
from planner.engine.jobs import plan_value
from planner.engine.solve import (
    Options,
    Progress,
    Solution,
    Stage,
    _least_value,
    _meets_hard_requirements,
    found_classes,
    relative_gap,
)
from planner.errors import Infeasible
from planner.model.compact import VALUE_TOLERANCE
from planner.model.options import ClassHeads
from planner.model.problem import Problem

Task = TypeVar("Task")
Done = TypeVar("Done")

WHOLE_TOWNSHIPS = 60
"""Townships up to which several counties are planned as one."""

REGION_TOWNSHIPS = 45
"""Townships up to which neighbouring counties are planned together, as one region."""

_CLOSED_EVALUATIONS, _JOINT_EVALUATIONS = 80, 120
"""Evaluations at most of all counties closed at their borders, and of the joint bound."""
_PRECISION = 1e-4
"""Share of a bound at which its descent ends, when no more can be gained."""
_CLOSED_SHARE, _FIRST_SHARE, _BOUND_SHARE, _SEARCH_SHARE, _COST_SHARE = 0.2, 0.4, 0.6, 0.92, 0.98
"""Shares of a time limit at which these, the first pass, the joint bound, the other passes and the cost must end."""
_POLL_SECONDS = 0.1
_STOP_SECONDS = 0.7
_LATE_SECONDS = 5.0
"""How long a stopped run waits for the counties' best plans; and one whose time for a stage is up, lest a county that
does not look up at once goes on with its search when the next stage wants its lane."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """One pass over the counties: work and first temperature of each county's search, and whether cost is cut."""

    evaluations: int
    """Of the county's own bound."""
    iterations: int
    """Of its search, for each class of the plan."""
    hot: float
    cost: bool = False
    sweeps: int = 0
    """Times that each county is searched beside the others' plans; 0 = once, within its own share."""


_PASSES = (
    _Pass(20, 60, 0.3), _Pass(0, 60, 0.2, sweeps=2), _Pass(0, 60, 0.15, sweeps=2), _Pass(0, 120, 0.15, sweeps=2),
)
_ALONE_EVALUATIONS = 40
"""Evaluations of a county's own bound where the counties share too many funds to have them in common."""
_GROUPS = 2
"""Groups of counties searched side by side; a county has money, vacancies and targets in common with its group."""
_CHEAPER = _Pass(0, 0, 0.0, cost=True)
"""The last pass: the same value at less cost."""


def is_wide(problem: Problem) -> bool:
    """Whether a problem is too large to be searched as one and has counties to be split into."""
    return len(problem.counties) > 1 and len(problem.township_calendar) > WHOLE_TOWNSHIPS


def solve_by_counties(
    problem: Problem,
    options: Options,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopped: Callable[[], bool] = lambda: False,
    prices: np.ndarray | None = None,
) -> Solution:
    """Find the best plan within the limits, county by county, with a bound proved for the whole.

    ``prices`` is the price vector of an earlier bound; it spares the counties' own first prices.

    Raises
    ------
    Infeasible
        No plan can meet the hard requirements.
    NoPlanFound
        Stopped or out of time before any plan met the hard requirements.
    """
    impossible = impossible_requirements(problem)
    if impossible:
        raise Infeasible(impossible)
    run = _Run(problem, options, on_progress, stopped)
    try:
        run.close_borders(prices)
        run.plan_counties(0, _PASSES[0], _FIRST_SHARE)
        run.lower_bound()
        for number, work in enumerate(_PASSES[1:], start=1):
            if run.finished():
                break
            run.plan_groups(number, work)
        run.cut_cost()
    finally:
        run.lanes.close()
    return run.solution()


class _Run:
    """One solve: its clock, its bound, and the counties' plans; each method is a stage of the loop."""

    def __init__(
        self, problem: Problem, options: Options, on_progress: Callable[[Progress], None], stopped: Callable[[], bool]
    ) -> None:
        self.problem, self.options = problem, options
        self._on_progress, self._stopped = on_progress, stopped
        self._started = time.monotonic()
        self.regions = regions_of(problem, REGION_TOWNSHIPS)
        self.cut_short = False
        self.value, self.bound = -np.inf, np.inf
        self.classes: list[ClassHeads] | None = None
        self._by_county: list[list[ClassHeads]] = [[] for _ in self.regions]
        self._shares: list[Share] = []
        self._prices: list[np.ndarray] = []
        self._bundle: Bundle | None = None
        """Prices while nobody crosses a border, later of the whole; None before there are shares."""
        self._proves = False
        """Whether they are of the whole, so that they prove its bound."""
        self._cuts_stay = False
        self._use: np.ndarray
        """What each region uses of every row with closed borders, on average; regions x rows."""
        self._stage = Stage.PREPARE
        self.lanes: Lanes = (
            ProcessLanes(min(options.threads, len(self.regions)), len(self.regions)) if options.threads > 1
            else SerialLanes(len(self.regions), self._watch)
        )
        self._accept([[] for _ in self.regions])
        self._idle = self.value
        """What holding no class is worth: a plan is only found when it is worth more. -inf where that is no plan."""
        self._report(Stage.PREPARE)
        self._joint = JointRelaxation(problem, self.regions, self.lanes)

    @property
    def seconds(self) -> float:
        """Wall time since the solve began."""
        return time.monotonic() - self._started

    def cut(self, share: float = _SEARCH_SHARE) -> bool:
        """Whether a stage must end early: the user stopped the run or ``share`` of its time is used up."""
        limit = self.options.time_limit
        cut = self._stopped() or (limit is not None and self.seconds >= share * limit)
        self.cut_short = self.cut_short or cut
        return cut

    def finished(self) -> bool:
        """Whether the asked gap is proved or time is up."""
        return relative_gap(self.value, self.bound) <= self.options.gap or self.cut()

    def close_borders(self, start: np.ndarray | None) -> None:
        """A first bound; then prices and shares of the counties while nobody crosses a border, as in the plan."""
        self._report(Stage.BOUND)
        self.bound, _ = self._joint.evaluate(self._joint.first_prices())
        if self.cut(_CLOSED_SHARE):
            return
        rows = self._joint.rows
        even = share_out(self.problem, self.regions, rows, np.zeros((len(self.regions), len(rows.supply))))
        parts = [make_part(self.problem, region, share) for region, share in zip(self.regions, even, strict=True)]
        if start is not None and len(start) != len(rows.supply):
            start = None
        closed = JointRelaxation(self.problem, self.regions, self.lanes, parts)
        self._bundle = Bundle(closed, start)
        self._bundle.descend(self._work(_CLOSED_EVALUATIONS), lambda _: self._go_down(_CLOSED_SHARE), _PRECISION)
        self._cuts_stay = np.array_equal(closed.cohorts, self._joint.cohorts)
        self._use = self._bundle.use_by(closed.ends)
        self._shares = share_out(self.problem, self.regions, rows, self._use)
        self._prices = [self._bundle.centre for _ in self.regions]

    def lower_bound(self) -> None:
        """The bound of the whole. What people can do within their borders they can do with open ones: cuts stay."""
        if self._bundle is None or self.cut(_BOUND_SHARE):
            return
        if self._cuts_stay:
            self._bundle.follow(self._joint)
        else:  # cohorts that no county of their own would hold
            self._bundle = Bundle(self._joint, self._bundle.centre)
        self._proves, bundle = True, self._bundle

        def watch(bound: float) -> bool:
            self.bound = min(self.bound, bound)
            return self._go_down(_BOUND_SHARE)

        if not watch(bundle.best):
            bundle.descend(self._work(_JOINT_EVALUATIONS), watch, _PRECISION)
        if self.bound < _least_value(self.problem):
            priced = np.flatnonzero(self._joint.prices(bundle.centre).target > 1e-6)
            raise Infeasible(describe_hard_requirements(self.problem, list(priced)))

    def _go_down(self, share: float) -> bool:
        """Report the bound; whether to end the descent, for which so much of the time may pass."""
        self._report(Stage.BOUND)
        return self.cut(share)

    def _work(self, count: int) -> int:
        """Work of a stage under the option ``effort``."""
        return max(1, round(count * self.options.effort)) if count else 0

    def cut_cost(self) -> None:
        """Least cost at the value reached, in every county."""
        if self.classes and self._bundle is not None and not self._stopped():
            self.plan_counties(len(_PASSES), _CHEAPER, _COST_SHARE)

    def plan_counties(self, number: int, work: _Pass, until: float = _SEARCH_SHARE) -> None:
        """Plan every county within its share, from its plan so far; what is left over is shared out before."""
        if self._bundle is None:  # stopped before there were shares
            return
        stage = Stage.SEARCH if work.iterations else Stage.COST
        self._report(stage)
        if number and any(self._by_county):
            self._shares = share_again(self.problem, self.regions, self._shares, self._by_county)
        parts = [
            make_part(self.problem, region, share) for region, share in zip(self.regions, self._shares, strict=True)
        ]
        sizes = [self._expected_classes(r) for r in range(len(parts))]
        order = sorted(range(len(parts)), key=lambda r: (-sizes[r], r))
        tasks = [self._task(r, parts[r], number, work, self._prices[r]) for r in order]
        plans = [list(classes) for classes in self._by_county]
        for plan in self._work_through(plan_county, tasks, stage, until):
            plans[plan.region] = parts[plan.region].to_whole(plan.classes)
            self._prices[plan.region] = parts[plan.region].written(
                self._joint.rows, plan.prices, self._prices[plan.region]
            )
        if not self._accept(plans) and work.cost:  # one county's exchange may cost another a vacancy
            for r, cheaper in enumerate(plans):
                self._accept([*self._by_county[:r], cheaper, *self._by_county[r + 1 :]])
        self._report(stage)

    def plan_groups(self, number: int, work: _Pass) -> None:
        """Search every county anew beside the others of its group; supplies but teams are the group's in common."""
        if self._bundle is None:  # stopped before there were shares
            return
        self._report(Stage.SEARCH)
        if any(self._by_county):
            self._shares = share_again(self.problem, self.regions, self._shares, self._by_county)
        parts = [
            make_part(self.problem, region, share) for region, share in zip(self.regions, self._shares, strict=True)
        ]
        if not can_share(parts):
            self.plan_counties(number, _Pass(_ALONE_EVALUATIONS, work.sweeps * work.iterations, work.hot))
            return
        rows = self._joint.rows
        common = averaged_prices(
            self.problem, self.regions, parts, rows,
            [part.prices(rows, prices) for part, prices in zip(parts, self._prices, strict=True)],
        )
        tasks = [self._group_task(group, number, work, common) for group in self._groups(number)]
        plans = [list(classes) for classes in self._by_county]
        for done in self._work_through(plan_group, tasks, Stage.SEARCH):
            for plan in done:
                plans[plan.region] = parts[plan.region].to_whole(plan.classes)
        self._accept(plans)
        self._report(Stage.SEARCH)

    def _work_through(
        self, do: Callable[[Task], Done], tasks: Sequence[Task], stage: Stage, until: float = _SEARCH_SHARE
    ) -> list[Done]:
        """Hand the tasks to the lanes in order, each to the next free one; the results of those that came to an end.

        When their time is up tasks are asked to end, and left behind when they do not.
        """
        left, done = list(tasks), list[Done]()
        running: dict[int, Future[Done]] = {}
        gave_up: float | None = None
        while left or running:
            for lane in range(self.lanes.count):
                if lane in running and running[lane].done():
                    done.append(running.pop(lane).result())
                if left and lane not in running:
                    running[lane] = self.lanes.submit(lane, do, left.pop(0))
            self._report(stage)
            if self.cut(until):
                self.lanes.halt(True)
                left.clear()
                gave_up = gave_up or time.monotonic()
                if time.monotonic() - gave_up > (_STOP_SECONDS if self._stopped() else _LATE_SECONDS):
                    break
            if running:
                time.sleep(_POLL_SECONDS)
        self.lanes.halt(False)
        return done

    def _groups(self, number: int) -> list[list[int]]:
        """Groups of counties of about the same size, others in every pass."""
        sizes = [self._expected_classes(r) for r in range(len(self.regions))]
        order = sorted(range(len(sizes)), key=lambda r: (-sizes[r], r))
        block = 2 ** ((number - 1) % 3)
        groups = [[r for at, r in enumerate(order) if at // block % _GROUPS == g] for g in range(_GROUPS)]
        return [group for group in groups if group]

    def _group_task(self, group: list[int], number: int, work: _Pass, prices: np.ndarray) -> GroupTask:
        """What a lane needs to search a group's counties."""
        shares = [self._shares[r] for r in group]
        parts = [make_part(self.problem, self.regions[r], pooled(self._shares[r], shares)) for r in group]
        return GroupTask(
            self.problem, tuple(parts),
            tuple(self._task(r, part, number, work, prices) for r, part in zip(group, parts, strict=True)), work.sweeps,
        )

    def _task(self, r: int, part: Part, number: int, work: _Pass, prices: np.ndarray) -> CountyTask:
        """What a county's search needs."""
        return CountyTask(
            region=r, problem=part.problem, prices=part.prices(self._joint.rows, prices),
            evaluations=self._work(work.evaluations),
            start=tuple(part.to_part(self._by_county[r])),
            seed=(self.options.seed * len(_PASSES) + number) * len(self.regions) + r,
            iterations=self._work(work.iterations), hot=work.hot, cost=work.cost,
        )

    def _expected_classes(self, r: int) -> float:
        """About as many classes as the county's money and people allow."""
        annual = self._joint.rows.blocks(self._use[r])["annual"]
        return max(1.0, float(annual.sum()))

    def _accept(self, plans: list[list[ClassHeads]]) -> bool:
        """Take the counties' plans together as the best so far if they are feasible and better; whether they are."""
        classes = [item for plan in plans for item in plan]
        if not _meets_hard_requirements(self.problem, classes):
            if self.classes is None:
                self._by_county = plans
            return False
        value = plan_value(self.problem, classes)
        if self.classes is None or value >= self.value - VALUE_TOLERANCE * abs(value):
            self.classes, self.value, self._by_county = classes, value, plans
            return True
        return False

    def _watch(self, _region: int, _value: float) -> bool:
        """Asked by tasks in this process."""
        self._report(self._stage)
        return not self.cut()

    def solution(self) -> Solution:
        """The best plan, or NoPlanFound."""
        classes = found_classes(self.classes, self.cut_short and self.bound > self.value)
        self.bound = max(self.bound, self.value)
        self._report(Stage.DONE)
        prices = self._bundle.centre.copy() if self._bundle is not None and self._proves else None
        return Solution(classes, self.value, self.bound, self.cut_short, self.seconds, prices)

    def _report(self, stage: Stage) -> None:
        self._stage = stage
        searching = stage is Stage.SEARCH and self.classes is not None
        found = sum(self.lanes.values()) if searching else -np.inf
        best = max(self.value, found)
        value = best if best > self._idle or stage is Stage.DONE else None
        bound = max(self.bound, best) if np.isfinite(self.bound) else None
        self._on_progress(Progress(stage, self.seconds, value, bound))
