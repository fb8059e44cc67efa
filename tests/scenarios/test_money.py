"""Least money, more money on an approved plan, and the nested curve, against the enumeration."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from planner.domain.budget import with_total_budget
from planner.domain.instance import Instance, Measure, Sense, Target
from planner.domain.plan import Plan
from planner.engine.money import plan_is_payable
from planner.model.problem import build_problem
from planner.scenarios.additions import Addition, add_money, with_classes_kept
from planner.scenarios.curve import DEFAULT_SHARES, BudgetCurve, Sweep, budget_curve
from planner.scenarios.least import LeastMoney, Wanted, counting_heads, counting_sweep, least_money
from planner.scenarios.nested import NestedCurve, nested_curve
from planner.scenarios.scenario import Scenario
from planner.scenarios.solving import Solved, Work, plan_scenario
from tests.oracle.enumeration import a_tiny_instance, best_by_enumeration, tiny_instances
from tests.scenarios.builders import EXACT, LITTLE, a_fund, the_demo

HASH = "0" * 64
EXACTLY = Work(EXACT)


def planned(instance: Instance, work: Work = EXACTLY) -> tuple[Solved, Plan]:
    found = plan_scenario(Scenario("基准"), instance, HASH, work)
    assert found.solved is not None and found.plan is not None
    return found.solved, found.plan


def least(instance: Instance, wanted: Wanted, number: int) -> LeastMoney:
    solved, _ = planned(instance)
    if wanted is Wanted.PERSONS:
        return least_money(counting_sweep(instance, solved, HASH, EXACTLY), wanted, number)
    return least_money(Sweep(instance, solved, HASH, EXACTLY, 6), wanted, number)


def best_with(instance: Instance, cents: int) -> float:
    return best_by_enumeration(with_total_budget(instance, cents))[0]


# --- least money ---


def test_the_least_money_for_jobs_encloses_the_enumerated_threshold() -> None:
    """Two jobs need two heads of each township at home: 400 + 2 · 50 + 20 for teaching at 西河."""
    county = a_tiny_instance(funds=a_fund(65_000))
    found = least(county, Wanted.VALUE, 2)
    assert found.plan is not None and found.enough_cents is not None
    assert found.plan.value >= 2 - 1e-6 and found.plan.total_cost_cents <= found.enough_cents
    assert best_with(county, found.enough_cents) >= 2 - 1e-6
    assert best_with(county, found.too_little_cents) < 2
    assert found.too_little_cents < 52_000 <= found.enough_cents
    assert found.enough_cents - found.too_little_cents <= 65_000 / 2**4


def test_the_least_money_for_people_encloses_the_threshold() -> None:
    """Five heads in two classes at 东山 cost 600 yuan."""
    county = a_tiny_instance(funds=a_fund(100_000))
    found = least(county, Wanted.PERSONS, 5)
    assert found.plan is not None and found.enough_cents is not None
    assert sum(one.size for one in found.plan.classes) >= 5
    assert found.too_little_cents < 60_000 <= found.enough_cents


def test_more_people_than_there_are_is_proved_impossible() -> None:
    """Seven of six people, with up to four times the money."""
    found = least(a_tiny_instance(), Wanted.PERSONS, 7)
    assert found.enough_cents is None and found.plan is None and found.impossible
    assert found.tried_cents == 400_000


def test_the_people_may_need_more_money_than_there_is() -> None:
    """300 yuan pay for two heads; six in two classes cost 700."""
    found = least(a_tiny_instance(funds=a_fund(30_000)), Wanted.PERSONS, 6)
    assert found.enough_cents is not None and found.too_little_cents < 70_000 <= found.enough_cents


@pytest.mark.parametrize("name", sorted(tiny_instances()))
def test_counting_heads_is_the_county_with_every_head_worth_one(name: str) -> None:
    """The oracle maximises people under the same hard rules when rates, attendance and distance are 1."""
    county = tiny_instances()[name]
    sweep = counting_sweep(county, planned(county)[0], HASH, EXACTLY)
    plain = replace(
        county,
        conversion=(), history=(), pools=None, targets=tuple(t for t in county.targets if t.hard),
        attendance=tuple(replace(step, factor=1.0) for step in county.attendance),
        settings=replace(county.settings, travel_loss=0.0),
        providers=tuple(replace(provider, quality=9.0) for provider in county.providers),
    )
    assert sweep.solve(Fraction(1)).value == pytest.approx(best_by_enumeration(plain)[0], abs=1e-5)


def test_counting_heads_changes_no_rule() -> None:
    """Who may come, and what it costs, stays."""
    problem = build_problem(the_demo())
    counted = counting_heads(problem)
    assert ((counted.attendance >= 0) == (problem.attendance >= 0)).all()
    assert ((counted.distance >= 0) == (problem.distance >= 0)).all()
    assert (counted.fund_cents == problem.fund_cents).all() and (counted.head_cents == problem.head_cents).all()


# --- more money on an approved plan ---


def numbers(plan: Plan) -> Counter[tuple[object, ...]]:
    return Counter((c.course, c.provider, c.venue, c.form, c.start_week) for c in plan.classes)


def addition_of(instance: Instance, cents: int) -> tuple[Plan, Addition]:
    solved, plan = planned(instance)
    return plan, add_money(instance, solved, plan, cents, HASH, EXACTLY)


def test_added_money_keeps_every_approved_class() -> None:
    """With 350 yuan one class at 东山; 300 more buy a second."""
    approved, found = addition_of(a_tiny_instance(funds=a_fund(35_000)), 30_000)
    assert found.kept is not None and found.free is not None
    assert numbers(approved) <= numbers(found.kept)
    sizes = [sum(one.size for one in plan.classes if one.venue == approved.classes[0].venue)
             for plan in (approved, found.kept)]
    assert found.new_classes == 1 and found.fewer == sizes[0] - sizes[1] and found.shrunk == min(1, found.fewer)


def test_the_kept_plan_is_the_enumerated_optimum_with_the_classes_demanded() -> None:
    """One class at a time, and both values are the oracle's."""
    county = a_tiny_instance(funds=a_fund(37_000))
    approved, found = addition_of(county, 23_000)
    richer = with_total_budget(county, 60_000)
    assert found.kept is not None and found.free is not None
    assert found.free.value == pytest.approx(best_by_enumeration(richer)[0], abs=1e-5)
    kept = best_by_enumeration(with_classes_kept(richer, approved.classes))
    assert found.kept.value == pytest.approx(kept[0], abs=1e-5)
    assert found.price is not None
    least_price, most_price = found.price
    assert least_price <= found.free.value - found.kept.value + 1e-5 <= most_price + 2e-5


def test_an_approved_class_in_a_bad_place_has_its_price() -> None:
    """Approved: a class at 西河, dearer by 20 yuan. 650 yuan freely buy five heads at 东山; with it only four."""
    county = a_tiny_instance(funds=a_fund(33_000), targets=(
        Target("西河班", Measure.CLASSES, Sense.AT_LEAST, 1, township="西河"),))
    solved, approved = planned(county)
    without = replace(county, targets=())
    found = add_money(without, solved, approved, 27_000, HASH, EXACTLY)
    assert found.kept is not None and found.free is not None and found.price is not None
    assert found.free.value > found.kept.value
    assert found.price[0] > 0


# --- the nested curve ---


@pytest.fixture(scope="module")
def demo_nested() -> tuple[BudgetCurve, NestedCurve]:
    """The demo county's curve and its nested curve, with little work."""
    work = Work(replace(LITTLE, effort=0.1))
    solved, _ = planned(the_demo(), work)
    curve = budget_curve(Sweep(the_demo(), solved, HASH, work, 11), DEFAULT_SHARES[::5])
    return curve, nested_curve(the_demo(), curve, HASH, work)


def test_nothing_bought_is_dropped(demo_nested: tuple[BudgetCurve, NestedCurve]) -> None:
    """Each level holds every class of the level before."""
    plans = [level.plan for level in demo_nested[1].levels]
    assert len(plans) == 3
    for smaller, larger in zip(plans, plans[1:], strict=False):
        assert smaller is not None and larger is not None
        assert numbers(smaller) <= numbers(larger)


def test_the_nested_curve_never_lies_above_the_free_one(demo_nested: tuple[BudgetCurve, NestedCurve]) -> None:
    """A nested plan is a free plan; its price is a proved range from nought up."""
    before, nested = demo_nested
    for level, free, first in zip(nested.levels, nested.free.levels, before.levels, strict=True):
        assert level.plan is not None and level.price is not None and free.plan is not None
        assert level.plan.value <= free.value + 1e-9 and first.value <= free.value + 1e-9
        assert 0 <= level.price[0] <= level.price[1]
        assert level.plan.bound <= free.bound + 1e-9 and free.plan.value == free.value


def test_the_free_curve_still_never_falls(demo_nested: tuple[BudgetCurve, NestedCurve]) -> None:
    """Also where nested plans have raised some of its levels."""
    values = [level.value for level in demo_nested[1].free.levels]
    bounds = [level.bound for level in demo_nested[1].free.levels]
    assert values == sorted(values) and bounds == sorted(bounds)


@pytest.mark.parametrize("name", ["plain", "two_funds"])
def test_nested_levels_are_the_enumerated_optima_with_earlier_classes_kept(name: str) -> None:
    """The oracle demands the classes of the level before."""
    county = tiny_instances()[name]
    solved, _ = planned(county)
    curve = budget_curve(Sweep(county, solved, HASH, EXACTLY, 3), [Fraction(1, 2), Fraction(1), Fraction(3, 2)])
    nested = nested_curve(county, curve, HASH, EXACTLY)
    before: Plan | None = None
    for level in nested.levels:
        assert level.plan is not None
        richer = with_total_budget(county, level.total_cents)
        asked = richer if before is None else with_classes_kept(richer, before.classes)
        assert level.plan.value == pytest.approx(best_by_enumeration(asked)[0], abs=1e-5)
        before = level.plan


def test_a_plan_for_less_money_is_payable_from_more() -> None:
    """Scaling funds in proportion never takes money from one of them."""
    solved, _ = planned(a_tiny_instance(funds=a_fund(65_000)))
    for share in DEFAULT_SHARES[5:]:
        cents = int(65_000 * share)
        assert plan_is_payable(build_problem(a_tiny_instance(funds=a_fund(cents))), solved.solution.classes)
