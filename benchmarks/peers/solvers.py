"""Integer solvers that a PuLP model can be handed to: CBC, HiGHS, SCIP and CP-SAT, with the bound each has proved.

PuLP speaks to CBC and HiGHS. SCIP comes with OR-Tools (MathOpt), CP-SAT too: both get the model column by column and
row by row. CP-SAT knows whole numbers only, so its copy is a relaxation (see :func:`solve_by_cp_sat`): its bound is
valid, its heads and classes are exact, and what they are worth is worked out again from them.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pulp

from planner.model import solver


@dataclass(frozen=True, slots=True)
class Solved:
    """``outcome`` is optimal, feasible, infeasible or nothing; ``bound`` is inf when nothing is proved.

    With a solution in hand the model's variables carry it.
    """

    outcome: str
    bound: float


def solve_by_highs(model: pulp.LpProblem, time_limit: float, threads: int) -> Solved:
    """HiGHS through PuLP, as the planner itself uses it."""
    found = solver.solve(model, time_limit=time_limit, threads=threads)
    return Solved(found.outcome.value, found.bound)


def solve_by_cbc(model: pulp.LpProblem, time_limit: float, threads: int) -> Solved:
    """CBC through PuLP; its bound stands only in its log."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "cbc.log"
        model.solve(
            pulp.getSolver("PULP_CBC_CMD", msg=False, timeLimit=time_limit, threads=threads, logPath=str(log))
        )
        text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    if model.sol_status == pulp.LpSolutionOptimal:
        return Solved("optimal", float(pulp.value(model.objective)))
    bound = bound_in_cbc_log(text) + float(model.objective.constant or 0.0)
    if model.sol_status == pulp.LpSolutionIntegerFeasible:
        return Solved("feasible", bound)
    infeasible = model.status == pulp.LpStatusInfeasible and "stopped" not in text.lower()
    return Solved("infeasible" if infeasible else "nothing", bound)


def bound_in_cbc_log(text: str) -> float:
    """The bound of a maximisation in a log of CBC, which minimises the negated objective; inf when there is none.

    Without a closing summary the last "best possible" of the tree counts, or else the continuous relaxation.
    """
    summary = re.findall(r"^(?:Lower|Upper) bound:\s+(-?[\d.e+]+)", text, flags=re.MULTILINE)
    if summary:
        return abs(float(summary[-1]))
    possible = re.findall(r"best possible (-?[\d.e+]+)", text) or re.findall(
        r"Continuous objective value is (-?[\d.e+]+)", text
    )
    bounds = [abs(float(number)) for number in possible if abs(float(number)) < 1e20]
    return bounds[-1] if bounds else math.inf


def solve_by_scip(model: pulp.LpProblem, time_limit: float, threads: int) -> Solved:
    """SCIP through MathOpt; one thread, whatever is asked for (it has no parallel mode there)."""
    from datetime import timedelta

    from ortools.math_opt.python import mathopt

    del threads
    copy = mathopt.Model()
    columns = {
        variable: copy.add_variable(
            lb=-math.inf if variable.lowBound is None else variable.lowBound,
            ub=math.inf if variable.upBound is None else variable.upBound,
            is_integer=variable.cat == pulp.LpInteger,
        )
        for variable in model.variables()
    }
    for row in model.constraints():
        least, most = row.getLb(), row.getUb()
        copy.add_linear_constraint(
            lb=-math.inf if least is None else least, ub=math.inf if most is None else most,
            expr=mathopt.LinearSum(weight * columns[variable] for variable, weight in row.items()),
        )
    objective = mathopt.LinearSum(weight * columns[variable] for variable, weight in model.objective.items())
    copy.set_objective(objective + model.objective.constant, is_maximize=True)
    parameters = mathopt.SolveParameters(time_limit=timedelta(seconds=time_limit))
    found = mathopt.solve(copy, mathopt.SolverType.GSCIP, params=parameters)
    reason = found.termination.reason
    if reason is mathopt.TerminationReason.INFEASIBLE:
        return Solved("infeasible", math.inf)
    bound = found.termination.objective_bounds.dual_bound
    if not found.has_primal_feasible_solution():
        return Solved("nothing", bound)
    values = found.variable_values()
    for variable, column in columns.items():
        variable.varValue = values[column]
    return Solved("optimal" if reason is mathopt.TerminationReason.OPTIMAL else "feasible", bound)


UNITS = {"pay": 0.01, "place": 1e-3}
"""Unit of the continuous variables by the first part of their name, for CP-SAT: cents and thousandths of a job."""

_ROW_SCALE = 1_000_000
_OBJECTIVE_SCALE = 1_000_000
_MOST = 2**40
"""Upper bound of a whole variable that has none of its own."""


def solve_by_cp_sat(model: pulp.LpProblem, time_limit: float, threads: int) -> Solved:
    """CP-SAT on a whole-number relaxation of the model, whose variables must all be at least 0.

    Continuous variables are counted in units (:data:`UNITS`, else 1): money in cents and shortfalls in heads are whole
    in some best plan anyway. Coefficients with fractions are scaled by a million and rounded so that a row is never
    harder to meet; jobs rounded down to whole units lose less than a unit for each flow, which is added to the bound.
    """
    from ortools.sat.python import cp_model

    copy = cp_model.CpModel()
    units = {v: 1.0 if v.cat == pulp.LpInteger else _unit(v) for v in model.variables()}
    columns = {
        v: copy.new_int_var(0, _MOST if v.upBound is None else math.floor(v.upBound / units[v] + 1e-9), v.name)
        for v in units
    }
    for row in model.constraints():
        _add_whole_row(copy, row, columns, units)
    weights = {v: float(weight) * units[v] * _OBJECTIVE_SCALE for v, weight in model.objective.items()}
    copy.maximize(cp_model.LinearExpr.weighted_sum(
        [columns[v] for v in weights], [math.ceil(weight - 1e-6) for weight in weights.values()]
    ))
    machine = cp_model.CpSolver()
    machine.parameters.max_time_in_seconds = time_limit
    machine.parameters.num_workers = threads
    status = machine.solve(copy)
    if status == cp_model.INFEASIBLE:
        return Solved("infeasible", math.inf)
    rounded = sum(max(0.0, weights[v]) for v in weights if units[v] < 1.0)
    if status == cp_model.UNKNOWN and not machine.best_objective_bound:
        return Solved("nothing", math.inf)  # it ended before the first bound, which then reads 0
    bound = (machine.best_objective_bound + rounded) / _OBJECTIVE_SCALE + float(model.objective.constant)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Solved("nothing", bound if bound < _MOST else math.inf)
    for v, column in columns.items():
        v.varValue = machine.value(column) * units[v]
    return Solved("optimal" if status == cp_model.OPTIMAL else "feasible", bound)


def _unit(variable: pulp.LpVariable) -> float:
    return UNITS.get(re.match(r"[a-z]*", variable.name).group(), 1.0)  # type: ignore[union-attr]


def _add_whole_row(copy: object, row: pulp.LpConstraint, columns: dict, units: dict) -> None:
    """The row in whole numbers: exact where its numbers are whole, else both sides rounded towards being met."""
    from ortools.sat.python import cp_model

    weights = [(columns[v], float(weight) * units[v]) for v, weight in row.items()]
    least, most = row.getLb(), row.getUb()
    numbers = [weight for _, weight in weights] + [side for side in (least, most) if side is not None]
    scale = next((s for s in (1, 100, _ROW_SCALE) if all(_is_whole(s * number) for number in numbers)), None)
    if scale is None and least is not None and most is not None:
        raise ValueError(f"row {row.name}: an equation with fractions cannot be rounded to whole numbers")
    variables = [column for column, _ in weights]

    def side(round_: Callable[[float], int]) -> object:
        factor = _ROW_SCALE if scale is None else scale
        exact = round if scale is not None else round_
        return cp_model.LinearExpr.weighted_sum(variables, [exact(factor * weight) for _, weight in weights])

    factor = _ROW_SCALE if scale is None else scale
    if most is not None:
        copy.add(side(math.floor) <= math.ceil(factor * most - 1e-6))
    if least is not None:
        copy.add(side(math.ceil) >= math.floor(factor * least + 1e-6))


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-6


SOLVERS: dict[str, Callable[[pulp.LpProblem, float, int], Solved]] = {
    "CBC": solve_by_cbc, "HiGHS": solve_by_highs, "SCIP": solve_by_scip, "CP-SAT": solve_by_cp_sat,
}
