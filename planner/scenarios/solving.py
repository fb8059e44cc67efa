"""Planning scenarios one after another: each starts from the base's plan and prices and passes the checker."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from planner import __version__
from planner.checker import check_plan, format_report
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Status
from planner.engine.assemble import OPTIMAL_GAP, assemble_plan
from planner.engine.solve import Options, Progress, Solution, Start, relative_gap, solve_problem
from planner.errors import Infeasible, NoPlanFound, PlannerError
from planner.evaluation import with_outlook
from planner.export.record import plan_to_record
from planner.model.problem import Problem, build_problem
from planner.scenarios.carry import carried_start
from planner.scenarios.scenario import Scenario

OnProgress = Callable[[str, Progress], None]
"""Told the name of what is being planned and where its solve stands."""

Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A problem and its solution; the start of whatever is solved next."""

    problem: Problem
    solution: Solution

    def start_of(self, problem: Problem) -> Start:
        """A warm start for a changed problem."""
        return carried_start(self.problem, self.solution.classes, self.solution.prices, problem)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of a scenario: a checked plan, or why there is none.

    ``clashes`` are requirements proved not to hold together; ``failure`` a sentence when there is no plan.
    ``seconds`` is wall time.
    """

    scenario: Scenario
    instance: Instance
    plan: Plan | None
    solved: Solved | None
    clashes: tuple[str, ...] = ()
    failure: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Work:
    """How to solve, whom to tell, and when to stop."""

    options: Options
    on_progress: OnProgress = lambda name, progress: None
    stopped: Stopped = lambda: False

    def on(self, name: str) -> Callable[[Progress], None]:
        """The progress of what is named."""
        return lambda progress: self.on_progress(name, progress)

    def solve(self, name: str, problem: Problem, start: Start | None = None) -> Solution:
        """Solve a problem under the options.

        Raises
        ------
        Infeasible, NoPlanFound
            As :func:`planner.engine.solve.solve_problem`.
        """
        return solve_problem(problem, self.options, self.on(name), self.stopped, start)


def plan_scenario(
    scenario: Scenario, instance: Instance, input_sha256: str, work: Work, base: Solved | None = None
) -> Outcome:
    """Plan the changed ``instance`` of a scenario, from the base's plan where there is one, and check the plan.

    Raises
    ------
    PlannerError
        The checker does not pass the plan: an error of the program.
    """
    started = time.monotonic()
    problem = build_problem(instance)
    start = None if base is None else base.start_of(problem)
    try:
        solution = work.solve(scenario.name, problem, start)
    except Infeasible as proved:
        failure = "已证明：没有任何方案能同时满足全部硬性要求"
        return Outcome(scenario, instance, None, None, proved.clashes, failure, time.monotonic() - started)
    except NoPlanFound as missing:
        return Outcome(scenario, instance, None, None, (), str(missing), time.monotonic() - started)
    plan = checked_plan(problem, solution, input_sha256, work.options.seed)
    return Outcome(scenario, instance, plan, Solved(problem, solution), seconds=time.monotonic() - started)


def checked_plan(problem: Problem, solution: Solution, input_sha256: str, seed: int) -> Plan:
    """The plan's record with its outlook, passed by the independent checker.

    Raises
    ------
    PlannerError
        The checker finds a rule broken, or another value: an error of the program.
    """
    plan = assemble_plan(problem, solution, input_sha256, __version__, seed)
    report = check_plan(problem.instance, plan_to_record(plan))
    if report.violations:
        raise PlannerError("程序内部错误：方案未通过独立核对。请把工作簿发给开发者。\n" + format_report(report))
    return with_outlook(plan, problem)


def with_bound(plan: Plan, bound: float) -> Plan:
    """The plan with another proved bound than its own solve's, and the gap that follows."""
    bound = max(bound, plan.value)
    gap = relative_gap(plan.value, bound)
    status = Status.OPTIMAL if gap <= OPTIMAL_GAP else plan.status
    if status is Status.OPTIMAL and gap > OPTIMAL_GAP:
        status = Status.FEASIBLE
    return replace(plan, bound=bound, gap=gap, status=status)
