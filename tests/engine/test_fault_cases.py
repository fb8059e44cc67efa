"""Instances in which nothing, or next to nothing, can be planned: a clear result each, never an exception."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.checker import check_plan
from planner.domain.instance import CostKind, FundRule, Instance, Measure, Sense, Target
from planner.engine.assemble import assemble_plan
from planner.engine.solve import Options, Solution, solve_problem
from planner.errors import Infeasible
from planner.export.record import plan_to_record
from planner.model import solver
from planner.model.compact import build_compact, solve_compact
from planner.model.problem import build_problem
from planner.model.shared import build_shared
from planner.workbook.read import read_workbook
from tests.oracle.enumeration import tiny_instances

INSTANCES = Path(__file__).parents[2] / "instances"
LOOP = Options(gap=0.0, effort=0.02, exact_heads=0, fixing_options=0)
"""The loop as a county gets it, with little work."""


@pytest.fixture(scope="module")
def free() -> Instance:
    """The bundled three-township county without hard targets and demanded classes."""
    demo = read_workbook(INSTANCES / "demo.xlsx").instance
    return replace(demo, targets=(), locks=())


def planned(instance: Instance) -> Solution:
    """The plan, accepted by the checker."""
    problem = build_problem(instance)
    found = solve_problem(problem, LOOP)
    report = check_plan(instance, plan_to_record(assemble_plan(problem, found, "0" * 64, "test", 0)))
    assert not report.violations
    return found


def test_wishes_below_every_smallest_class_open_nothing(free: Instance) -> None:
    """Nobody can fill a class: an empty plan, and a bound of nought proves it."""
    found = planned(replace(free, demand=tuple(replace(wish, persons=1) for wish in free.demand)))
    assert found.classes == () and found.bound == pytest.approx(0, abs=1e-6)


def test_no_accredited_provider_opens_nothing(free: Instance) -> None:
    """No feasible class at all."""
    found = planned(replace(free, accreditations=()))
    assert found.classes == () and found.bound == pytest.approx(0, abs=1e-6)


def test_a_fund_that_pays_nothing_is_not_spent(free: Instance) -> None:
    """Rules that no cost meets: its money stays, the other funds plan on."""
    useless = replace(free.funds[0], name="无用")
    rule = FundRule("无用", CostKind.SUBSIDY, training_type="没有这种培训")
    only = planned(replace(free, funds=(useless,), fund_rules=(rule,)))
    assert only.classes == () and only.bound == pytest.approx(0, abs=1e-6)
    assert planned(replace(free, funds=(*free.funds, useless), fund_rules=(*(free.fund_rules or ()), rule))).classes


def test_a_hard_target_above_the_population_is_impossible_and_named(free: Instance) -> None:
    """Counting alone proves it; the sentence names the target."""
    target = Target("人人培训", Measure.PERSONS, Sense.AT_LEAST, 10_000_000)
    with pytest.raises(Infeasible) as caught:
        solve_problem(build_problem(replace(free, targets=(target,))), LOOP)
    assert any("人人培训" in sentence for sentence in caught.value.clashes)


def test_a_wished_target_above_the_population_costs_its_penalty(free: Instance) -> None:
    """A 尽量 target that cannot be met is missed at its price, not an error."""
    target = Target("尽量", Measure.PERSONS, Sense.AT_LEAST, 10_000, hard=False, penalty=0.01)
    found = planned(replace(free, targets=(target,)))
    heads = sum(sum(members.values()) for _, members in found.classes)
    assert found.classes and heads < 10_000
    assert found.bound >= found.value


@pytest.mark.parametrize("name", sorted(tiny_instances()))
def test_shared_heads_have_the_optimum_of_the_plain_model(name: str) -> None:
    """With the strong rows, which whole classes imply, as without them."""
    problem = build_problem(tiny_instances()[name])
    plain = solve_compact(build_compact(problem))
    for strong in (False, True):
        shared = build_shared(problem, strong=strong)
        solved = solver.solve(shared.model)
        assert solved.outcome.value == plain.outcome.value
        if plain.classes:
            assert solved.objective == pytest.approx(plain.value, abs=1e-5)


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated")
def test_another_solver_finishes_the_heads(free: Instance) -> None:
    """The integer finish by CBC: a plan the checker accepts, never below the search's own."""
    problem = build_problem(free)
    found = solve_problem(problem, replace(LOOP, backend="PULP_CBC_CMD"))
    report = check_plan(free, plan_to_record(assemble_plan(problem, found, "0" * 64, "test", 0)))
    assert not report.violations and found.classes
