"""The budget curve against the enumeration, and what must hold between its levels."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from planner.domain.instance import Instance, Measure, Sense, Target
from planner.domain.plan import Plan
from planner.model.problem import build_problem
from planner.scenarios.bounds import BoundLine, least_level, line_of
from planner.scenarios.curve import (
    DEFAULT_SHARES,
    BudgetCurve,
    Level,
    Sweep,
    budget_curve,
    marginal,
    problem_at,
    problem_funds,
    total_cents_at,
)
from planner.scenarios.scenario import Scenario
from planner.scenarios.solving import Solved, Work, plan_scenario
from tests.oracle.enumeration import a_tiny_instance, best_by_enumeration, tiny_instances
from tests.scenarios.builders import EXACT, LITTLE, a_fund, the_demo

HASH = "0" * 64


def base_of(instance: Instance, work: Work) -> Solved:
    solved = plan_scenario(Scenario("基准"), instance, HASH, work).solved
    assert solved is not None
    return solved


def sweep_of(instance: Instance, base: Solved, work: Work) -> BudgetCurve:
    return budget_curve(Sweep(instance, base, HASH, work, len(DEFAULT_SHARES)))


def curve_of(instance: Instance) -> BudgetCurve:
    return sweep_of(instance, base_of(instance, Work(EXACT)), Work(EXACT))


@pytest.fixture(scope="module")
def demo_work() -> Work:
    return Work(replace(LITTLE, effort=0.1))


@pytest.fixture(scope="module")
def demo_base(demo_work: Work) -> Solved:
    return base_of(the_demo(), demo_work)


@pytest.fixture(scope="module")
def demo_curve(demo_base: Solved, demo_work: Work) -> BudgetCurve:
    return sweep_of(the_demo(), demo_base, demo_work)


@pytest.mark.parametrize("name", ["plain", "two_funds", "soft_target"])
def test_each_level_is_the_enumerated_optimum_of_its_money(name: str) -> None:
    """On a tiny county every level is solved exactly."""
    instance = tiny_instances()[name]
    for level in curve_of(instance).levels:
        best, _ = best_by_enumeration(problem_at(instance, level.share).instance)
        assert level.value == pytest.approx(best, abs=1e-5)
        assert level.bound == pytest.approx(best, abs=1e-5)


def test_too_little_money_for_a_hard_target_is_proved_impossible() -> None:
    """Four heads and two classes cost 500 yuan; below, no plan trains four."""
    target = Target("总人数", Measure.PERSONS, Sense.AT_LEAST, 4)
    county = a_tiny_instance(funds=a_fund(65_000), targets=(target,))
    curve = curve_of(county)
    for level in curve.levels:
        assert level.impossible == (level.total_cents < 50_000)
        assert (level.plan is None) == level.impossible


def test_the_curve_never_falls_on_its_values_or_bounds(demo_curve: BudgetCurve) -> None:
    """More money never buys less, and each value lies below its bound."""
    values, bounds = [lv.value for lv in demo_curve.levels], [lv.bound for lv in demo_curve.levels]
    assert [level.share for level in demo_curve.levels] == list(DEFAULT_SHARES)
    assert values == sorted(values) and bounds == sorted(bounds)
    assert all(value <= bound + 1e-9 for value, bound in zip(values, bounds, strict=True))
    assert values[0] < values[5]


def test_money_is_scaled_to_the_cent(demo_curve: BudgetCurve) -> None:
    """Funds of a level sum to its total, and no plan spends more."""
    for level in demo_curve.levels:
        assert int(problem_funds(the_demo(), level.share).sum()) == level.total_cents
        assert level.plan is not None and level.plan.total_cost_cents <= level.total_cents


def test_every_line_bounds_every_level(demo_base: Solved, demo_curve: BudgetCurve) -> None:
    """A proof at one amount of money holds at any other: no plan found lies above any line."""
    assert len(demo_curve.lines) >= 3
    for line in demo_curve.lines:
        for level in demo_curve.levels:
            assert line.at(problem_funds(the_demo(), level.share)) >= level.value - 1e-9


def test_a_line_is_the_relaxation_evaluated_at_the_other_money(demo_base: Solved) -> None:
    """The independent way: evaluate the bound at the same prices with the other supplies."""
    from planner.engine.prices import Relaxation

    prices = demo_base.solution.prices
    assert prices is not None
    here, there = demo_base.problem, problem_at(the_demo(), Fraction(13, 10))
    before, after = (Relaxation(problem).evaluate(prices)[0] for problem in (here, there))
    line = BoundLine.of(before, here, Relaxation(here).prices(prices).fund)
    assert line.at(there.fund_cents) == pytest.approx(after, abs=1e-7)
    priced = line_of(here, demo_base.solution)
    assert priced is not None and priced.bound >= demo_base.solution.bound - 1e-9


def test_the_base_level_is_the_base_itself(demo_base: Solved, demo_curve: BudgetCurve) -> None:
    """At 100 % nothing is searched again."""
    level = demo_curve.levels[5]
    assert level.share == 1 and level.value >= demo_base.solution.value


def test_equal_input_gives_equal_curves(demo_base: Solved, demo_work: Work) -> None:
    """Work, not time, ends each level, so threads do not matter either."""
    alone = replace(demo_work, options=replace(demo_work.options, threads=1))
    curves = [
        budget_curve(Sweep(the_demo(), demo_base, HASH, work, 3), DEFAULT_SHARES[4::5]) for work in (demo_work, alone)
    ]
    first, second = ([(lv.share, lv.value, lv.bound) for lv in curve.levels] for curve in curves)
    assert first == second and len(first) == 2


def test_a_stopped_sweep_keeps_what_it_has(demo_base: Solved) -> None:
    """The first level ends with its best plan so far, the others are left out, and the curve says so."""
    curve = sweep_of(the_demo(), demo_base, Work(LITTLE, stopped=lambda: True))
    assert curve.stopped and 1 <= len(curve.levels) < len(DEFAULT_SHARES)


@cache
def a_tiny_plan() -> tuple[Instance, Plan]:
    """A county solved exactly and its plan."""
    county = a_tiny_instance(funds=a_fund(65_000))
    plan = plan_scenario(Scenario("基准"), county, HASH, Work(EXACT)).plan
    assert plan is not None
    return county, plan


def a_level(percent: int, value: float, bound: float) -> Level:
    """A level of a county with 10,000 yuan; its plan has nothing but value and bound."""
    _, plan = a_tiny_plan()
    return Level(Fraction(percent, 100), percent * 10_000, value, bound, plan)


def test_marginal_jobs_carry_their_proved_range() -> None:
    """From 10 (at most 12) to 15 (at most 16) over 5,000 yuan: found 10 a wan, at least 6, at most 12."""
    found = marginal(a_level(50, 10.0, 12.0), a_level(100, 15.0, 16.0))
    assert found is not None
    assert (found.found, found.least, found.most) == (10.0, 6.0, 12.0)


def test_saturation_is_where_all_further_money_adds_less_than_a_hundredth() -> None:
    """The proved bound of the last level decides, not the plans found."""
    curve = BudgetCurve((a_level(50, 80.0, 90.0), a_level(100, 99.5, 100.4), a_level(150, 99.5, 100.4)), ())
    assert curve.saturation == 1
    loose = BudgetCurve((a_level(50, 80.0, 90.0), a_level(100, 99.5, 100.4), a_level(150, 99.5, 101.0)), ())
    assert loose.saturation is None


def test_the_knee_is_marked_only_where_the_bend_is_certain() -> None:
    """Farthest above the chord, by more than the widest band."""
    bend = (a_level(50, 10.0, 11.0), a_level(100, 50.0, 51.0), a_level(150, 55.0, 56.0))
    assert BudgetCurve(bend, ()).knee == 1
    straight = (a_level(50, 10.0, 11.0), a_level(100, 30.5, 31.0), a_level(150, 50.0, 51.0))
    assert BudgetCurve(straight, ()).knee is None


def test_the_least_level_is_rounded_towards_safety() -> None:
    """Below it the bound is proved to miss what is wanted."""
    found = least_level(lambda share: 300.0 * float(share), 100.0, Fraction(0), Fraction(1))
    assert Fraction(1, 3) - Fraction(1, 50_000) <= found <= Fraction(1, 3)
    assert least_level(lambda share: 5.0, 4.0, Fraction(1, 2), Fraction(1)) == Fraction(1, 2)


def test_total_money_of_a_share_is_whole_cents() -> None:
    """Half a cent is rounded up."""
    assert total_cents_at(a_tiny_instance(funds=a_fund(101)), Fraction(1, 2)) == 51


def test_a_problem_at_full_money_is_the_countys_own() -> None:
    """Scaling by one changes no amount."""
    demo = the_demo()
    assert (problem_at(demo, Fraction(1)).fund_cents == build_problem(demo).fund_cents).all()
