"""The peers plan the same problem: exact formulations have its optimum, relaxations are above it, plans are valid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pulp
import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.peers.formulations import FORMULATIONS, seasons, shared_heads
from benchmarks.peers.office import plan_by_office
from benchmarks.peers.prototype import read_line
from benchmarks.peers.solvers import SOLVERS, bound_in_cbc_log, solve_by_cp_sat
from planner.checker import check_plan
from planner.domain.instance import Instance
from planner.engine.assemble import assemble_plan
from planner.engine.jobs import plan_value
from planner.engine.solve import Solution
from planner.export.record import plan_to_record
from planner.model import solver
from planner.model.compact import build_compact, solve_compact
from planner.model.options import ClassHeads
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook
from tests.model.drawn import small_instances

INSTANCES = Path(__file__).parents[2] / "instances"
BY_HAND = {"money": 2.8, "jobs": 6.5168, "target": 3.0}
"""Optima derived in instances/README.md."""

drawn = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def instance_of(name: str) -> Instance:
    """A bundled instance."""
    return read_workbook(INSTANCES / f"{name}.xlsx").instance


def is_valid(problem: Problem, classes: Sequence[ClassHeads]) -> bool:
    """Whether the independent checker passes the plan of these classes."""
    value = plan_value(problem, classes)
    plan = assemble_plan(problem, Solution(tuple(classes), value, math.inf, True, 0.0), "0" * 64, "0", 0)
    return check_plan(problem.instance, plan_to_record(plan)).passed


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated")
@pytest.mark.parametrize("solver_name", SOLVERS)
@pytest.mark.parametrize("formulation", ["compact", "shared heads"])
@pytest.mark.parametrize("name", BY_HAND)
def test_every_solver_finds_the_optimum_solved_by_hand(name: str, formulation: str, solver_name: str) -> None:
    """And proves a bound that is not below it."""
    problem = build_problem(instance_of(f"tiny/{name}"))
    stated = FORMULATIONS[formulation](problem)
    found = SOLVERS[solver_name](stated.model, 20.0, 1)
    assert found.outcome == "optimal"
    classes = stated.classes()
    assert plan_value(problem, classes) == pytest.approx(BY_HAND[name], rel=1e-6)
    assert BY_HAND[name] * (1 - 1e-6) <= found.bound <= BY_HAND[name] + 0.01
    assert is_valid(problem, classes)


@drawn
@given(small_instances())
def test_shared_heads_have_the_optimum_of_the_compact_model(instance: Instance) -> None:
    """Sharing heads among alike options changes nothing: same optimum, and the plan read back is worth it."""
    problem = build_problem(instance)
    expected = solve_compact(build_compact(problem))
    stated = shared_heads(problem)
    found = solver.solve(stated.model)
    assert found.outcome is expected.outcome
    if found.outcome is solver.Outcome.OPTIMAL:
        classes = stated.classes()
        assert plan_value(problem, classes) == pytest.approx(expected.value, abs=1e-5)
        assert is_valid(problem, classes)


@drawn
@given(small_instances())
def test_the_season_bound_is_not_below_the_optimum(instance: Instance) -> None:
    """A relaxation is feasible wherever the problem is, and worth at least as much."""
    problem = build_problem(instance)
    expected = solve_compact(build_compact(problem))
    relaxed = solver.solve(seasons(problem).model)
    if expected.outcome is solver.Outcome.OPTIMAL:
        assert relaxed.outcome is solver.Outcome.OPTIMAL
        assert relaxed.bound >= expected.value - 1e-5


def test_the_season_relaxation_forgets_single_weeks() -> None:
    """It keeps the capacity of teams, rooms and accreditations over runs of quarters, in far fewer rows."""
    problem = build_problem(instance_of("demo"))
    rows = {row.name.partition("_")[0] for row in seasons(problem).model.constraints()}
    weekly = {row.name for row in shared_heads(problem).model.constraints() if row.name.startswith("teams")}
    by_quarter = {row.name for row in seasons(problem).model.constraints() if row.name.startswith("teams")}
    assert {"teams", "rooms", "accreditation"} <= rows
    assert 0 < len(by_quarter) < len(weekly) / 2


@settings(drawn, max_examples=20)
@given(small_instances())
def test_cp_sat_never_proves_a_bound_below_the_optimum(instance: Instance) -> None:
    """Rounding to whole numbers only ever relaxes."""
    problem = build_problem(instance)
    expected = solve_compact(build_compact(problem))
    found = solve_by_cp_sat(build_compact(problem).model, 10.0, 1)
    if expected.outcome is solver.Outcome.OPTIMAL:
        assert found.outcome == "optimal"
        assert found.bound >= expected.value - 1e-6


def test_cp_sat_refuses_an_equation_it_cannot_state() -> None:
    """An equation with fractions has no outward rounding."""
    model = pulp.LpProblem("thirds", pulp.LpMaximize)
    x, y = (model.add_variable(name, 0, 9, pulp.LpInteger) for name in "xy")
    model += x / 3 == y, "thirds"
    model.setObjective(x + y)
    with pytest.raises(ValueError, match="thirds: an equation with fractions"):
        solve_by_cp_sat(model, 1.0, 1)


def test_the_office_makes_a_valid_plan_of_the_demo() -> None:
    """It meets the hard targets and locks of the bundled demo and passes the checker."""
    problem = build_problem(instance_of("demo"))
    classes = plan_by_office(problem)
    assert classes
    assert is_valid(problem, classes)


@drawn
@given(small_instances())
def test_the_office_is_never_better_than_the_optimum(instance: Instance) -> None:
    """Its plans are valid and worth at most the optimum; where nothing is feasible it has none."""
    problem = build_problem(instance)
    classes = plan_by_office(problem)
    if classes is None:
        return
    assert is_valid(problem, classes)
    assert plan_value(problem, classes) <= solve_compact(build_compact(problem)).value + 1e-6


def test_the_office_has_no_plan_when_a_hard_target_is_out_of_reach() -> None:
    """It says so instead of handing in an invalid plan."""
    instance = instance_of("tiny/target")
    hard = replace(instance.targets[0], hard=True, value=100)
    assert plan_by_office(build_problem(replace(instance, targets=(hard,)))) is None


@pytest.mark.parametrize(
    ("log", "bound"),
    [
        ("Result - Stopped on time limit\n\nObjective value:  -138.1\nLower bound:  -138.563\nGap: 0.01\n", 138.563),
        ("Cbc0010I After 0 nodes, 1 on tree, 1e+50 best solution, best possible -140.461 (8 seconds)\n", 140.461),
        ("Continuous objective value is -168.557 - 0.9 seconds\n", 168.557),
        ("nothing to read", math.inf),
    ],
)
def test_the_bound_of_cbc_is_read_from_its_log(log: str, bound: float) -> None:
    """The closing summary counts, else the tree, else the continuous relaxation."""
    assert bound_in_cbc_log(log) == bound


def test_the_line_of_the_prototype_is_read() -> None:
    """Its own value, bound and seconds; the gap is worked out again."""
    found = read_line("seed 0 bound 200.0 @8.0s plan 199.0 @29.5s gap 0.5000% iterations/s [1, 2]")
    assert found == {"bound": 200.0, "bound_seconds": 8.0, "value": 199.0, "seconds": 29.5, "gap": 0.005}
    assert read_line("Traceback") == {}
