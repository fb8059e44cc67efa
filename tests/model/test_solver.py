"""What the adapter says of solves that end well, badly, or early."""

from __future__ import annotations

import math
import random

import pulp
import pytest

from planner.errors import PlannerError
from planner.model import solver
from planner.model.solver import Outcome

CBC = "PULP_CBC_CMD"
both_solvers = pytest.mark.parametrize("name", [solver.DEFAULT_SOLVER, CBC])
pytestmark = pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated")


def a_model(sense: int = pulp.LpMaximize) -> tuple[pulp.LpProblem, pulp.LpVariable, pulp.LpVariable]:
    """Two whole numbers up to 10 without rows or objective."""
    model = pulp.LpProblem("model", sense)
    return model, model.add_variable("x", 0, 10, pulp.LpInteger), model.add_variable("y", 0, 10, pulp.LpInteger)


def a_knapsack(items: int = 60, rows: int = 5) -> pulp.LpProblem:
    """A knapsack of several rows that takes a solver some thousand nodes; nothing chosen is a solution."""
    draw = random.Random(1)
    model = pulp.LpProblem("knapsack", pulp.LpMaximize)
    chosen = [model.add_variable(f"x{i}", 0, 1, pulp.LpInteger) for i in range(items)]
    for _ in range(rows):
        weights = [draw.randint(1000, 5000) for _ in chosen]
        model += pulp.lpSum(w * x for w, x in zip(weights, chosen, strict=True)) <= sum(weights) // 2
    model.setObjective(pulp.lpSum(draw.randint(1000, 5000) * x for x in chosen))
    return model


def a_market_split() -> pulp.LpProblem:
    """Equations over 40 yes-or-no numbers in which even a first solution is hard to find (Cornuejols, Dawande 1999)."""
    draw = random.Random(3)
    model = pulp.LpProblem("split", pulp.LpMaximize)
    chosen = [model.add_variable(f"x{i}", 0, 1, pulp.LpInteger) for i in range(40)]
    for _ in range(5):
        weights = [draw.randint(0, 99) for _ in chosen]
        model += pulp.lpSum(w * x for w, x in zip(weights, chosen, strict=True)) == sum(weights) // 2
    model.setObjective(pulp.lpSum(chosen))
    return model


# --- solved ---


@both_solvers
def test_an_optimum_is_its_own_bound(name: str) -> None:
    """2x + 3y with 2x + 2y <= 7: y = 3."""
    model, x, y = a_model()
    model += 2 * x + 2 * y <= 7
    model.setObjective(2 * x + 3 * y)
    solved = solver.solve(model, name)
    assert solved.outcome is Outcome.OPTIMAL
    assert (solved.objective, solved.bound) == (pytest.approx(9), pytest.approx(9))
    assert (x.value(), y.value()) == (0, 3)


@both_solvers
def test_a_constant_in_the_objective_is_part_of_value_and_bound(name: str) -> None:
    """Maximise x + 5 up to 15, minimise x + 5 from 5."""
    for sense, best in ((pulp.LpMaximize, 15), (pulp.LpMinimize, 5)):
        model, x, _ = a_model(sense)
        model.setObjective(x + 5)
        solved = solver.solve(model, name)
        assert (solved.objective, solved.bound) == (pytest.approx(best), pytest.approx(best))


@both_solvers
def test_a_model_without_whole_numbers(name: str) -> None:
    """The linear optimum 3.5 is its own bound."""
    model = pulp.LpProblem("linear", pulp.LpMaximize)
    x = model.add_variable("x", 0)
    model += 2 * x <= 7
    model.setObjective(1 * x)
    solved = solver.solve(model, name)
    assert (solved.outcome, solved.objective, solved.bound) == (Outcome.OPTIMAL, 3.5, 3.5)


@both_solvers
def test_infeasible_is_proved_and_has_neither_value_nor_bound(name: str) -> None:
    """2x = 3 has no whole solution."""
    model, x, _ = a_model()
    model += 2 * x == 3
    model.setObjective(1 * x)
    solved = solver.solve(model, name)
    assert solved.outcome is Outcome.INFEASIBLE
    assert math.isnan(solved.objective)
    assert solved.bound == math.inf


@both_solvers
def test_a_row_without_any_variable_can_be_impossible(name: str) -> None:
    """A lock that no option matches asks 0 >= 1."""
    model, x, _ = a_model()
    model += pulp.lpSum([]) >= 1, "lock[0]"
    model.setObjective(1 * x)
    assert solver.solve(model, name).outcome is Outcome.INFEASIBLE


# --- cut short ---


@both_solvers
def test_out_of_time_before_any_solution(name: str) -> None:
    """Neither a value nor a proof of infeasibility."""
    solved = solver.solve(a_market_split(), name, time_limit=0.5 if name != CBC else 1)
    assert solved.outcome is Outcome.NOTHING
    assert math.isnan(solved.objective)
    assert solved.bound > 0


def test_out_of_time_at_once_proves_nothing() -> None:
    """The bound of a solve that never began is infinite, not nought."""
    solved = solver.solve(a_market_split(), time_limit=0.0)
    assert (solved.outcome, solved.bound) == (Outcome.NOTHING, math.inf)


def test_a_node_limit_leaves_a_solution_and_a_bound_above_it() -> None:
    """PuLP would call this solve optimal."""
    solved = solver.solve(a_knapsack(), node_limit=1)
    best = solver.solve(a_knapsack()).objective
    assert solved.outcome is Outcome.FEASIBLE
    assert solved.objective <= best <= solved.bound
    assert solved.objective < solved.bound


def test_a_node_limit_repeats_exactly() -> None:
    """Unlike a time limit."""
    first, second = (solver.solve(a_knapsack(), node_limit=3) for _ in range(2))
    assert first == second


def test_a_stop_before_the_first_solution_ends_with_nothing() -> None:
    """Asked for the first time, it stops."""
    solved = solver.solve(a_market_split(), stop=lambda: True)
    assert solved.outcome is Outcome.NOTHING


def test_a_stop_later_keeps_the_solution_in_hand() -> None:
    """The warm start is a solution from the first moment on."""
    model = a_knapsack()
    for variable in model.variables():
        variable.setInitialValue(0)
    solved = solver.solve(model, warm_start=True, stop=lambda: True)
    assert solved.outcome is Outcome.FEASIBLE
    assert solved.objective >= 0
    assert solved.bound > solved.objective


def test_a_question_that_never_says_stop_changes_nothing() -> None:
    """It is asked, and the optimum comes out."""
    asked = []
    solved = solver.solve(a_knapsack(), stop=lambda: bool(asked.append(1)))
    assert solved.outcome is Outcome.OPTIMAL
    assert asked
    assert solved.objective == pytest.approx(solver.solve(a_knapsack()).objective)


def test_a_gap_ends_the_solve_within_it() -> None:
    """OPTIMAL is then meant within the gap, and the bound is the proved one."""
    best = solver.solve(a_knapsack()).objective
    solved = solver.solve(a_knapsack(), gap=0.05)
    assert solved.objective <= best <= solved.bound
    assert (solved.bound - solved.objective) / solved.objective <= 0.05 + 1e-9


def test_another_solvers_gap_leaves_no_bound() -> None:
    """Its optimum within 5 % proves nothing that PuLP could tell."""
    solved = solver.solve(a_knapsack(), CBC, gap=0.05)
    assert solved.bound == math.inf


# --- one process, several solves ---


def test_the_number_of_threads_may_change_from_solve_to_solve() -> None:
    """HiGHS shares one scheduler among all solves of a process and refuses another number of threads by itself."""
    for threads in (1, 2, 1):
        model, x, _ = a_model()
        model.setObjective(1 * x)
        solved = solver.solve(model, threads=threads)
        assert (solved.outcome, solved.bound) == (Outcome.OPTIMAL, 10)


def test_the_bound_is_that_of_the_solver_that_ran_last() -> None:
    """HiGHS first with a small limit, CBC then with the true optimum."""
    model = a_knapsack()
    solver.solve(model, node_limit=1)
    solved = solver.solve(model, CBC)
    assert solved.bound == pytest.approx(solved.objective)


def test_a_row_added_after_a_solve_counts_in_the_next() -> None:
    """The two passes of the planner solve one model twice."""
    model, x, y = a_model()
    model.setObjective(x + y)
    assert solver.solve(model).objective == 20
    model += x + y <= 7
    assert solver.solve(model).objective == 7


# --- which solver ---


def test_an_unknown_solver_is_named_with_those_there_are() -> None:
    """The message lists the names PuLP knows."""
    model, *_ = a_model()
    with pytest.raises(PlannerError, match="不认识求解器“HIGS”.*HiGHS"):
        solver.solve(model, "HIGS")


def test_a_solver_that_is_not_installed_is_not_asked() -> None:
    """The bureau is told what to use instead."""
    missing = next(name for name in pulp.listSolvers() if name not in pulp.listSolvers(onlyAvailable=True))
    model, *_ = a_model()
    with pytest.raises(PlannerError, match=f"求解器“{missing}”没有安装或没有许可证。请改用 HiGHS"):
        solver.solve(model, missing)


def test_a_solver_that_breaks_down_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """PuLP's own exception never reaches the user."""

    def break_down(*_args: object, **_options: object) -> None:
        raise pulp.PulpSolverError("Pulp: Error while executing cbc")

    model, x, _ = a_model()
    model.setObjective(1 * x)
    monkeypatch.setattr(pulp.PULP_CBC_CMD, "actualSolve", break_down)
    with pytest.raises(PlannerError, match="求解器“PULP_CBC_CMD”运行出错.*请改用 HiGHS"):
        solver.solve(model, CBC)
