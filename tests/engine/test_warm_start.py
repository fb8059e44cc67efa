"""Starting from an earlier plan: what still fits is kept, and no value is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.checker import check_plan
from planner.domain.instance import Instance
from planner.engine.assemble import assemble_plan
from planner.engine.fitting import fitting_classes
from planner.engine.jobs import plan_value
from planner.engine.solve import Options, Solution, Start, solve_problem
from planner.export.record import plan_to_record
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook

INSTANCES = Path(__file__).parents[2] / "instances"
LITTLE = Options(gap=0.0, effort=0.01, exact_heads=0, fixing_options=0)


@pytest.fixture(scope="module")
def demo() -> Instance:
    return read_workbook(INSTANCES / "demo.xlsx").instance


@pytest.fixture(scope="module")
def earlier(demo: Instance) -> Solution:
    """A plan with more work behind it than a later solve will do."""
    return solve_problem(build_problem(demo), replace(LITTLE, effort=0.3))


def with_money(instance: Instance, percent: int) -> Instance:
    funds = tuple(replace(fund, amount_cents=fund.amount_cents * percent // 100) for fund in instance.funds)
    return replace(instance, funds=funds)


def test_a_plan_fits_its_own_problem_whole(demo: Instance, earlier: Solution) -> None:
    """Nothing is dropped when nothing has changed."""
    assert fitting_classes(build_problem(demo), earlier.classes) == list(earlier.classes)


def test_a_warm_start_never_ends_below_its_plan(demo: Instance, earlier: Solution) -> None:
    """Even with hardly any work, the earlier plan's value is kept and its prices prove a bound as good."""
    problem = build_problem(demo)
    again = solve_problem(problem, replace(LITTLE, effort=1e-6), start=Start(earlier.classes, earlier.prices))
    cold = solve_problem(problem, replace(LITTLE, effort=1e-6))
    assert again.value >= earlier.value - 1e-9
    assert again.bound <= cold.bound + 1e-9


@pytest.mark.parametrize("percent", [0, 35, 70])
def test_with_less_money_the_classes_that_fit_are_a_valid_plan(
    demo: Instance, earlier: Solution, percent: int
) -> None:
    """What is kept keeps every rule (hard targets aside) and is worth what the whole plan's value says."""
    soft = replace(demo, targets=tuple(replace(t, hard=False, penalty=0.0) for t in demo.targets), locks=())
    poorer = with_money(soft, percent)
    problem = build_problem(poorer)
    kept = fitting_classes(problem, earlier.classes)
    assert (len(kept) < len(earlier.classes)) and (kept or percent == 0)
    value = plan_value(problem, kept)
    found = Solution(tuple(kept), value, value, True, 0.0)
    report = check_plan(poorer, plan_to_record(assemble_plan(problem, found, "0" * 64, "test", 0)))
    assert not report.violations
