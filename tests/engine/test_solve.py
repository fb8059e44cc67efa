"""The engine against the oracles: its value is a plan's, its bound is never below the optimum."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from pathlib import Path

import pytest

from planner.checker import check_plan
from planner.domain.instance import BusyWeek, Instance, Measure, Sense, Target
from planner.domain.plan import Status
from planner.engine.assemble import assemble_plan
from planner.engine.solve import Options, Progress, Solution, solve_problem
from planner.errors import Infeasible, NoPlanFound
from planner.export.record import plan_to_record
from planner.model import weeks as timeline
from planner.model.compact import build_compact, solve_compact
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook
from tests.oracle.enumeration import a_tiny_instance, best_by_enumeration, tiny_instances

INSTANCES = Path(__file__).parents[2] / "instances"
SEARCHED = Options(gap=0.0, effort=0.02, exact_heads=0)
"""The whole loop, never the shortcut for small instances, with little work."""
LARGE = replace(SEARCHED, fixing_options=0)
"""The loop as a county gets it: without closing the gap exactly."""


def solve(instance: Instance, options: Options = SEARCHED) -> Solution:
    return solve_problem(build_problem(instance), options)


@pytest.fixture(scope="module")
def demo() -> Instance:
    """The bundled three-township county."""
    return read_workbook(INSTANCES / "demo.xlsx").instance


@pytest.mark.parametrize("name", sorted(tiny_instances()))
def test_searched_value_and_bound_enclose_the_enumerated_optimum(name: str) -> None:
    """Search never claims more than the optimum, the bound never less."""
    instance = tiny_instances()[name]
    best, _ = best_by_enumeration(instance)
    found = solve(instance)
    assert found.value <= best + 1e-6
    assert found.bound >= best - 1e-6


@pytest.mark.parametrize("name", sorted(tiny_instances()))
def test_small_instances_are_solved_to_the_proved_optimum(name: str) -> None:
    """The shortcut for small instances reaches the enumerated value at the enumerated cost."""
    instance = tiny_instances()[name]
    best, cents = best_by_enumeration(instance)
    found = solve(instance, Options())
    assert found.value == pytest.approx(best, abs=1e-5)
    plan = assemble_plan(build_problem(instance), found, "0" * 64, "test", 0)
    assert plan.status is Status.OPTIMAL
    assert plan.total_cost_cents == cents


def test_the_checker_accepts_the_demo_plan(demo: Instance) -> None:
    """A searched plan keeps every rule, yuan and job of the contract."""
    found = solve(demo, LARGE)
    report = check_plan(demo, plan_to_record(assemble_plan(build_problem(demo), found, "0" * 64, "test", 0)))
    assert not report.violations
    assert report.value == pytest.approx(found.value, abs=1e-6)
    assert found.bound >= found.value


def test_the_same_seed_gives_the_same_plan_whatever_the_threads(demo: Instance) -> None:
    """A limit of work, not of time, ends the run, so it repeats exactly."""
    one = solve(demo, replace(LARGE, threads=1))
    two = solve(demo, replace(LARGE, threads=2))
    assert (one.classes, one.value, one.bound) == (two.classes, two.value, two.bound)


def test_shuffled_rows_change_nothing(demo: Instance, tmp_path: Path) -> None:
    """The reader sorts, so the order of rows in a workbook cannot change the plan."""
    from planner.workbook.write import tables_of, write_tables

    tables = tables_of(demo)
    for rows in tables.values():
        random.Random(5).shuffle(rows)
    write_tables(tmp_path / "shuffled.xlsx", tables)
    shuffled = read_workbook(tmp_path / "shuffled.xlsx").instance
    for field in fields(Instance):
        if field.name != "assumptions":
            assert getattr(shuffled, field.name) == getattr(demo, field.name), field.name


@pytest.mark.parametrize("name", ["plain", "two_funds", "pools"])
def test_more_money_never_lowers_the_bound(name: str) -> None:
    """Proved optima rise with the budget."""
    instance = tiny_instances()[name]
    values = []
    for factor in (0, 1, 2, 4):
        funds = tuple(replace(fund, amount_cents=fund.amount_cents * factor // 2) for fund in instance.funds)
        try:
            values.append(solve(replace(instance, funds=funds), Options()).bound)
        except Infeasible:
            values.append(float("-inf"))
    assert values == sorted(values)


def test_no_money_gives_an_empty_plan_with_its_penalties() -> None:
    """Zero money is no fault: nothing is opened and soft targets are missed."""
    instance = a_tiny_instance()
    broke = replace(instance, funds=tuple(replace(fund, amount_cents=0) for fund in instance.funds))
    found = solve(broke, Options())
    assert found.classes == () and found.value == 0 and found.bound == pytest.approx(0)


def test_all_weeks_banned_gives_an_empty_plan(demo: Instance) -> None:
    """Farming everywhere all year leaves only seasonal courses, or nothing."""
    calendars = {township.calendar for township in demo.townships}
    busy = tuple(BusyWeek(name, monday, 1.0) for name in sorted(calendars) for monday in timeline.mondays(demo))
    courses = tuple(replace(course, season=()) for course in demo.courses)
    banned = replace(demo, busy_weeks=busy, crop_activities=(), courses=courses, locks=(), targets=())
    found = solve(banned)
    assert found.classes == () and found.bound == pytest.approx(0, abs=1e-6)


def test_a_stop_returns_the_best_plan_so_far(demo: Instance) -> None:
    """Stopping early is no error once a plan is at hand."""
    asked = iter(range(10_000))
    soft = replace(demo, targets=tuple(replace(t, hard=False) for t in demo.targets), locks=())
    found = solve_problem(build_problem(soft), replace(LARGE, effort=1.0), stopped=lambda: next(asked) > 150)
    assert found.cut_short
    assert found.classes


def test_stopped_before_any_plan_is_said(demo: Instance) -> None:
    """With a hard target and no time there is no plan."""
    target = Target("T", Measure.PERSONS, Sense.AT_LEAST, 50)
    with pytest.raises(NoPlanFound, match="没有找到"):
        solve_problem(build_problem(replace(demo, targets=(target,))), SEARCHED, stopped=lambda: True)


@pytest.mark.parametrize("questions", [1, 40, 150])
def test_a_plan_without_any_class_is_neither_told_nor_returned_by_a_stop(demo: Instance, questions: int) -> None:
    """Whoever stops once a plan is told gets classes; whoever stops before is told that there is no plan."""
    problem = build_problem(replace(demo, locks=()))
    told: list[float] = []
    asked = iter(range(10_000))

    def tell(progress: Progress) -> None:
        if progress.value is not None:
            told.append(progress.value)

    try:
        found = solve_problem(problem, replace(LARGE, effort=1.0, threads=1), tell, lambda: next(asked) > questions)
    except NoPlanFound:
        assert not told
    else:
        assert found.classes
        assert told


def test_clashing_targets_are_proved_and_named() -> None:
    """At least 5 and at most 2 people of the same kind cannot hold together; the deletion filter names both."""
    instance = a_tiny_instance()
    clash = (Target("至少", Measure.PERSONS, Sense.AT_LEAST, 5), Target("至多", Measure.PERSONS, Sense.AT_MOST, 2))
    with pytest.raises(Infeasible) as caught:
        solve(replace(instance, targets=clash, locks=()), Options())
    assert any("至少" in sentence for sentence in caught.value.clashes)
    assert any("至多" in sentence for sentence in caught.value.clashes)


def test_engine_and_compact_model_agree_on_a_small_county(demo: Instance) -> None:
    """The compact model's proved optimum lies between the engine's value and bound."""
    wishes = tuple(d for d in demo.demand if d.course == "家政服务员")
    small = replace(demo, demand=wishes, locks=(), targets=())
    problem = build_problem(small)
    exact = solve_compact(build_compact(problem), time_limit=60)
    found = solve_problem(problem, LARGE)
    assert found.value <= exact.bound + 1e-6
    assert found.bound >= exact.value - 1e-6
    assert found.value >= 0.95 * exact.value


def test_the_bound_follows_the_value_below_zero() -> None:
    """Without money a soft target of ten people costs 10 · 0.2 = 2 jobs: the bound falls below zero, never below -2."""
    instance = a_tiny_instance()
    target = Target("T", Measure.PERSONS, Sense.AT_LEAST, 10, hard=False, penalty=0.2)
    broke = tuple(replace(fund, amount_cents=0) for fund in instance.funds)
    found = solve(replace(instance, funds=broke, targets=(target,), locks=()), replace(LARGE, effort=0.5))
    assert found.value == pytest.approx(-2.0)
    assert -2.0 - 1e-9 <= found.bound < -0.3
