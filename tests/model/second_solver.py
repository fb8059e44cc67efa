"""A PuLP model handed to SCIP by way of MathOpt, row by row."""

from __future__ import annotations

import math

import pulp
from ortools.math_opt.python import mathopt


def best_by_scip(model: pulp.LpProblem) -> float:
    """Proved optimum of the model; raises AssertionError when SCIP finds none."""
    copy = mathopt.Model()
    variables = {
        variable: copy.add_variable(
            lb=-math.inf if variable.lowBound is None else variable.lowBound,
            ub=math.inf if variable.upBound is None else variable.upBound,
            is_integer=variable.cat == pulp.LpInteger,
        )
        for variable in model.variables()
    }
    for row in model.constraints():
        total = mathopt.LinearSum(coefficient * variables[variable] for variable, coefficient in row.items())
        least, most = row.getLb(), row.getUb()
        copy.add_linear_constraint(
            lb=-math.inf if least is None else least, ub=math.inf if most is None else most, expr=total
        )
    objective = mathopt.LinearSum(weight * variables[variable] for variable, weight in model.objective.items())
    copy.set_objective(objective + model.objective.constant, is_maximize=model.sense == pulp.LpMaximize)
    parameters = mathopt.SolveParameters(relative_gap_tolerance=0.0, threads=1)
    found = mathopt.solve(copy, mathopt.SolverType.GSCIP, params=parameters)
    assert found.termination.reason is mathopt.TerminationReason.OPTIMAL, found.termination
    return found.objective_value()
