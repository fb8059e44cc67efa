"""One place that talks to PuLP's solvers and reads what they really proved.

PuLP calls a solve that ran out of time "Optimal" (its ``sol_status`` tells the difference), so nobody else in
the project reads a solver's status.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import highspy
import pulp

from planner.errors import PlannerError

DEFAULT_SOLVER = "HiGHS"


class Outcome(Enum):
    """What a solve ended with: ``OPTIMAL`` within the asked gap, ``FEASIBLE`` cut short with a solution in hand.

    ``INFEASIBLE`` relies on the objective being bounded, as the planner's always is: a presolve that says
    "infeasible or unbounded" then means infeasible. ``NOTHING`` is no solution and no proof.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Solved:
    """Outcome, the objective of the solution (nan without one) and the proved dual bound (inf/-inf without one)."""

    outcome: Outcome
    objective: float
    bound: float


def solve(
    model: pulp.LpProblem,
    solver: str = DEFAULT_SOLVER,
    time_limit: float | None = None,
    gap: float = 0.0,
    threads: int = 1,
    warm_start: bool = False,
    stop: Callable[[], bool] | None = None,
    node_limit: int | None = None,
    restarts: bool = True,
) -> Solved:
    """Solve a PuLP model with the named solver.

    Parameters
    ----------
    solver : a name PuLP lists: HiGHS (in process), PULP_CBC_CMD, GUROBI, COPT ...
    time_limit : seconds, None = none. gap : relative gap at which to stop, 0..1. threads : at least 1.
    warm_start : whether the variables' current values are handed over as a first solution.
    stop : asked now and then (HiGHS only); a true answer ends the solve with the best solution so far.
    node_limit : branch-and-bound nodes (HiGHS only), a limit of work that repeats exactly, unlike time.
    restarts : whether presolve may begin anew and drop the tree when it fixes many variables (HiGHS only).

    Raises
    ------
    PlannerError
        The solver is unknown, not installed here, or broke down.
    """
    backend = _backend(solver, time_limit, gap, threads, warm_start, stop, node_limit, restarts)
    try:
        model.solve(backend)
    except pulp.PulpSolverError as error:
        raise PlannerError(f"求解器“{solver}”运行出错：{error}。请改用 HiGHS。") from error
    bound = _proved_bound(model, backend, gap)
    if model.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        objective = pulp.value(model.objective) or 0.0
        optimal = model.sol_status == pulp.LpSolutionOptimal
        return Solved(Outcome.OPTIMAL if optimal else Outcome.FEASIBLE, objective, bound)
    worst = math.inf if model.sense == pulp.LpMaximize else -math.inf
    if model.status == pulp.LpStatusInfeasible or model.sol_status == pulp.LpSolutionInfeasible:
        return Solved(Outcome.INFEASIBLE, math.nan, worst)
    return Solved(Outcome.NOTHING, math.nan, bound)


def _backend(
    solver: str,
    time_limit: float | None,
    gap: float,
    threads: int,
    warm_start: bool,
    stop: Callable[[], bool] | None,
    node_limit: int | None,
    restarts: bool,
) -> pulp.LpSolver:
    if solver == DEFAULT_SOLVER:
        limits = {} if node_limit is None else {"mip_max_nodes": node_limit}
        return _Highs(
            warm_start, stop, msg=False, timeLimit=time_limit, gapRel=gap, gapAbs=1e-7, threads=threads,
            random_seed=0, mip_allow_restart=restarts, **limits,
        )
    if solver not in pulp.listSolvers():
        raise PlannerError(f"不认识求解器“{solver}”。可用名称：{'、'.join(pulp.listSolvers())}")
    options: dict[str, object] = {"msg": False, "timeLimit": time_limit, "gapRel": gap, "threads": threads}
    if warm_start:
        options["warmStart"] = True
    backend = pulp.getSolver(solver, **options)
    if not backend.available():
        raise PlannerError(f"求解器“{solver}”没有安装或没有许可证。请改用 HiGHS。")
    return backend


class _Highs(pulp.HiGHS):  # type: ignore[misc]  # PuLP is untyped here
    """PuLP's HiGHS with a first solution, a stop question, and honest status of an interrupted solve."""

    scheduled_threads: int | None = None
    """Threads of the scheduler that all HiGHS solves of this process share."""

    def __init__(self, warm_start: bool, stop: Callable[[], bool] | None, threads: int, **options: object) -> None:
        super().__init__(threads=threads, **options)
        self._warm_start = warm_start
        self._stop = stop
        self._threads = threads

    def callSolver(self, lp: pulp.LpProblem) -> None:
        native = lp.solverModel
        if _Highs.scheduled_threads != self._threads:
            # HiGHS refuses to run with another number of threads than the first solve of the process had.
            highspy.Highs.resetGlobalScheduler(True)
            _Highs.scheduled_threads = self._threads
        if self._warm_start:
            start = highspy.HighsSolution()
            start.col_value = [variable.varValue or 0.0 for variable in lp.variables()]
            native.setSolution(start)
        # HiGHS can overrun its own time limit by minutes, so the clock is asked in every kind of interrupt.
        deadline = math.inf if self.timeLimit is None else time.monotonic() + self.timeLimit

        def must_end() -> bool:
            return time.monotonic() >= deadline or (self._stop is not None and self._stop())

        native.setCallback(_interrupt, must_end)
        for kind in _INTERRUPTS:
            native.startCallback(kind)
        native.run()

    def findSolutionValues(self, lp: pulp.LpProblem) -> tuple[int, int]:
        native = lp.solverModel
        if native.getModelStatus() == highspy.HighsModelStatus.kSolutionLimit:
            # PuLP does not know this status (a node limit); everything else about the solution is read as usual.
            for variable, value in zip(lp.variables(), native.getSolution().col_value, strict=True):
                variable.varValue = value
            status = pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible
        else:
            status = super().findSolutionValues(lp)
        has_solution = native.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if status[1] == pulp.LpSolutionIntegerFeasible and not has_solution:
            return pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound
        return status


_HAS_BOUND = frozenset({
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kIterationLimit,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kInterrupt,
})
"""Statuses of HiGHS after which its dual bound was really proved (after an error it is 0)."""


_INTERRUPTS = (
    highspy.cb.HighsCallbackType.kCallbackMipInterrupt,
    highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    highspy.cb.HighsCallbackType.kCallbackIpmInterrupt,
)


def _interrupt(_kind: object, _message: object, _out: object, data_in: Any, must_end: Callable[[], bool]) -> None:
    if must_end():
        data_in.user_interrupt = True


def _proved_bound(model: pulp.LpProblem, backend: pulp.LpSolver, gap: float) -> float:
    """Best objective any solution can have (in the model's sense), as far as proved; inf or -inf when nothing is.

    HiGHS tells its bound. Of other solvers only an optimum without a gap is known to be its own bound.
    """
    unknown = math.inf if model.sense == pulp.LpMaximize else -math.inf
    if isinstance(backend, _Highs) and model.isMIP():
        native = model.solverModel
        bound = float(native.getInfo().mip_dual_bound)
        if native.getModelStatus() not in _HAS_BOUND or not math.isfinite(bound):
            return unknown
        # PuLP hands HiGHS the negated objective of a maximisation, without the objective's constant.
        return (-bound if model.sense == pulp.LpMaximize else bound) + float(model.objective.constant)
    if model.sol_status == pulp.LpSolutionOptimal and (gap == 0.0 or not model.isMIP()):
        return float(pulp.value(model.objective) or 0.0)
    return unknown
