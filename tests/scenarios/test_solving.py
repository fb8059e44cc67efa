"""Scenarios start from the base, pass the checker, and never lose what a relaxed rule allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.domain.instance import Instance, Lock, LockKind, Measure, Sense, Target
from planner.engine.fitting import fitting_classes
from planner.model.problem import build_problem
from planner.scenarios.carry import carried_classes, carried_prices
from planner.scenarios.scenario import Change, Scenario
from planner.scenarios.solving import Outcome, Solved, Work, plan_scenario
from tests.oracle.enumeration import a_tiny_instance, best_by_enumeration, tiny_instances
from tests.scenarios.builders import EXACT, LITTLE, a_fund, the_demo

HASH = "0" * 64


EXACTLY = Work(EXACT)


def outcome_of(instance: Instance, *changes: Change, work: Work = EXACTLY, base: Solved | None = None) -> Outcome:
    scenario = Scenario("试", changes)
    return plan_scenario(scenario, scenario.apply(instance), HASH, work, base)


@pytest.fixture(scope="module")
def demo_base() -> Solved:
    """The demo county planned with little work."""
    solved = outcome_of(the_demo(), work=Work(replace(LITTLE, effort=0.1))).solved
    assert solved is not None
    return solved


@pytest.mark.parametrize(
    "changes",
    [
        (Change("total-money-factor", None, 0.6),),
        (Change("total-money-factor", None, 2.0),),
        (Change("largest-size", None, 2),),
        (Change("willingness", "家政服务", 0.5),),
        (Change("late-approval", None, 1),),
        (Change("busy-ban-off"), Change("total-money", None, 30_000)),
    ],
    ids=lambda changes: "+".join(change.kind for change in changes),
)
@pytest.mark.parametrize("name", ["plain", "part_time", "two_funds"])
def test_a_scenario_reaches_the_optimum_of_the_changed_county(name: str, changes: tuple[Change, ...]) -> None:
    """The oracle tries every plan of the changed county."""
    instance = tiny_instances()[name]
    base = outcome_of(instance).solved
    found = outcome_of(instance, *changes, base=base)
    best, cents = best_by_enumeration(found.instance)
    assert found.plan is not None
    assert (found.plan.value, found.plan.total_cost_cents) == (pytest.approx(best, abs=1e-5), cents)


RELAXED = [
    Change("total-money-factor", None, 1.5),
    Change("busy-ban-off"),
    Change("largest-size", None, 60),
    Change("willingness", None, 1.2),
    Change("vacancies", None, 2.0),
    Change("target-hardness", None, False),
]


@pytest.mark.parametrize("change", RELAXED, ids=lambda change: change.kind)
def test_a_relaxed_rule_never_costs_jobs(demo_base: Solved, change: Change) -> None:
    """Whatever little work is done, the base's plan is still a plan."""
    found = outcome_of(the_demo(), change, work=Work(replace(LITTLE, effort=0.001)), base=demo_base)
    assert found.plan is not None
    assert found.plan.value >= demo_base.solution.value - 1e-9
    assert found.plan.bound >= found.plan.value


def test_a_proved_infeasible_scenario_names_its_clash() -> None:
    """Seven of six people."""
    target = Target("总人数", Measure.PERSONS, Sense.AT_LEAST, 2)
    county = a_tiny_instance(funds=a_fund(65_000), targets=(target,))
    found = outcome_of(county, Change("target-value", "总人数", 7))
    assert found.plan is None
    assert "任务“总人数”" in found.clashes[0]
    assert "已证明" in found.failure


def test_a_lost_provider_opens_nothing() -> None:
    """The tiny county has only one."""
    found = outcome_of(a_tiny_instance(), Change("provider-lost", "县职校"))
    assert found.plan is not None and not found.plan.classes and found.plan.value == 0.0


def changed(instance: Instance, **changes: Any) -> Instance:
    return replace(instance, **changes)


def test_classes_are_carried_by_names(demo_base: Solved) -> None:
    """When a cohort loses its wishes and an exact class is demanded, places in lists move but names stay."""
    before = demo_base.problem
    demo = the_demo()
    gone = demo.demand[0]
    lock = Lock(demo.courses[0].name, LockKind.REQUIRED, persons=demo.courses[0].min_size)
    after = build_problem(changed(
        demo, locks=(lock, *demo.locks),
        demand=tuple(d for d in demo.demand if (d.township, d.age_band, d.group) != (
            gone.township, gone.age_band, gone.group)),
    ))
    assert len(after.capacity) == len(before.capacity) - 1
    carried = carried_classes(before, demo_base.solution.classes, after)
    for (slot, heads), (old_slot, old_heads) in zip(carried, demo_base.solution.classes, strict=True):
        assert after.offering_course[slot.offering] == before.offering_course[old_slot.offering]
        assert sum(heads.values()) <= sum(old_heads.values())
        named = {(int(after.cohort_township[k]), int(after.cohort_band[k]), int(after.cohort_group[k])): n
                 for k, n in heads.items()}
        old = {(int(before.cohort_township[k]), int(before.cohort_band[k]), int(before.cohort_group[k])): n
               for k, n in old_heads.items()}
        assert named.items() <= old.items()


def test_an_unchanged_county_carries_everything(demo_base: Solved) -> None:
    """Every class fits again and the prices are the same."""
    problem = build_problem(the_demo())
    start = demo_base.start_of(problem)
    assert fitting_classes(problem, start.classes) == list(demo_base.solution.classes)
    assert start.prices is not None and demo_base.solution.prices is not None
    assert (start.prices == demo_base.solution.prices).all()


def test_prices_survive_a_dropped_target(demo_base: Solved) -> None:
    """Prices of the other targets move up, all other prices stay."""
    problem = build_problem(Change("target-off", the_demo().targets[0].id).apply(the_demo()))
    carried = carried_prices(demo_base.problem, demo_base.solution.prices, problem)
    assert carried is not None and demo_base.solution.prices is not None
    assert len(carried) == len(demo_base.solution.prices) - 1
    assert carried.sum() <= demo_base.solution.prices.sum() + 1e-9
