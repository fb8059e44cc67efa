"""The compact model on drawn counties: equal to the enumeration, and what must never lower its value."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.checker import check_plan
from planner.checker.derivation import CohortKey, Derivation
from planner.domain.instance import Instance
from planner.engine.assemble import assemble_plan
from planner.engine.solve import Solution
from planner.errors import Infeasible
from planner.export.record import plan_to_record
from planner.model.compact import VALUE_TOLERANCE, CompactSolution, build_compact, solve_compact
from planner.model.problem import build_problem
from planner.model.solver import Outcome
from tests.model.drawn import small_instances
from tests.oracle import enumeration

SLACK = 1e-6

drawn = settings(
    max_examples=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def solved(instance: Instance) -> CompactSolution:
    """The compact solution."""
    return solve_compact(build_compact(build_problem(instance)))


def value_of(instance: Instance) -> float:
    """Best value, minus infinity when infeasible."""
    found = solved(instance)
    return float("-inf") if found.outcome is Outcome.INFEASIBLE else found.value


@settings(drawn, max_examples=40)
@given(small_instances())
def test_value_and_cost_are_those_of_the_enumeration(instance: Instance) -> None:
    """Every plan is tried; a cheaper one may be found only within the tolerance of the value."""
    found = solved(instance)
    try:
        value, cost_cents = enumeration.best_by_enumeration(instance)
    except Infeasible:
        assert found.outcome is Outcome.INFEASIBLE
        return
    assert found.outcome is Outcome.OPTIMAL
    assert value - 2 * VALUE_TOLERANCE * max(1.0, abs(value)) <= found.value <= value + 1e-9
    assert found.bound >= value - 1e-7
    if found.value > value - 1e-9:
        assert round(found.cost_cents) == cost_cents
    else:
        assert found.cost_cents < cost_cents


@drawn
@given(small_instances(most_classes=4))
def test_the_checker_accepts_the_plan(instance: Instance) -> None:
    """Counties too large to enumerate in a test."""
    problem = build_problem(instance)
    found = solve_compact(build_compact(problem))
    assume(found.outcome is Outcome.OPTIMAL)
    solution = Solution(found.classes, found.value, found.bound, False, 0.0)
    report = check_plan(instance, plan_to_record(assemble_plan(problem, solution, "0" * 64, "0", 0)))
    assert report.violations == ()
    assert report.value == pytest.approx(found.value, abs=SLACK)
    assert report.total_cost_cents == round(found.cost_cents)


@drawn
@given(small_instances(most_classes=4), st.integers(0, 2**32 - 1))
def test_no_random_plan_is_better(instance: Instance, seed: int) -> None:
    """Plans put together at random from the checker's options, kept when they break no rule."""
    derivation = Derivation(instance)
    options = enumeration.every_option(derivation)
    vectors = {option: heads for option in options if (heads := enumeration.every_head_vector(derivation, option))}
    assume(vectors)
    best = value_of(instance)
    dice = random.Random(seed)
    for _ in range(40):
        chosen = dice.choices(list(vectors), k=dice.randint(0, 3))
        classes = [(option, dice.choice(vectors[option])) for option in chosen]
        if is_feasible(derivation, classes):
            assert enumeration.best_value(derivation, classes) <= best + SLACK


def is_feasible(derivation: Derivation, classes: list[enumeration.TriedClass]) -> bool:
    """Whether a plan keeps every requirement, by the checker's derivations."""
    instance = derivation.instance
    options = [option for option, _ in classes]
    return (
        enumeration.fits_capacity(derivation, options)
        and are_people_enough(derivation, classes)
        and enumeration.keeps_locks(instance, classes)
        and not any(t.hard and enumeration.missing(derivation, t, classes) for t in instance.targets)
        and enumeration.can_be_paid(derivation, classes, enumeration.costs(derivation, classes))
    )


def are_people_enough(derivation: Derivation, classes: list[enumeration.TriedClass]) -> bool:
    """Whether wishes and people suffice for the heads of all classes together."""
    wanted: Counter[tuple[CohortKey, str]] = Counter()
    trained: Counter[CohortKey] = Counter()
    for option, vector in classes:
        for cohort, persons in vector.persons:
            wanted[cohort, option.course.name] += persons
            trained[cohort] += persons
    times = derivation.settings.trainings_per_person
    return all(persons <= derivation.demand[key] for key, persons in wanted.items()) and all(
        persons <= derivation.persons[cohort] * times for cohort, persons in trained.items()
    )


@drawn
@given(small_instances(most_classes=3), st.data())
def test_more_money_never_lowers_the_value(instance: Instance, data: st.DataObject) -> None:
    """Some fund gets up to 500 yuan more."""
    i = data.draw(st.integers(0, len(instance.funds) - 1))
    richer = list(instance.funds)
    richer[i] = replace(richer[i], amount_cents=richer[i].amount_cents + data.draw(st.integers(1, 50_000)))
    assert value_of(replace(instance, funds=tuple(richer))) >= value_of(instance) - SLACK


@drawn
@given(small_instances(most_classes=3).filter(lambda instance: instance.pools), st.data())
def test_more_vacancies_never_lower_the_value(instance: Instance, data: st.DataObject) -> None:
    """Some pool gets one or two more."""
    i = data.draw(st.integers(0, len(instance.pools) - 1))
    more = list(instance.pools)
    more[i] = replace(more[i], vacancies=more[i].vacancies + data.draw(st.integers(1, 2)))
    assert value_of(replace(instance, pools=tuple(more))) >= value_of(instance) - SLACK


@drawn
@given(small_instances(most_classes=3).filter(lambda instance: instance.targets))
def test_dropping_a_target_never_lowers_the_value(instance: Instance) -> None:
    """Neither a row that binds nor a penalty."""
    assert value_of(replace(instance, targets=instance.targets[1:])) >= value_of(instance) - SLACK


@drawn
@given(small_instances(most_classes=3).filter(lambda instance: instance.locks))
def test_dropping_a_lock_never_lowers_the_value(instance: Instance) -> None:
    """Whether it demands or forbids."""
    assert value_of(replace(instance, locks=())) >= value_of(instance) - SLACK


@drawn
@given(small_instances(most_classes=3), st.randoms(use_true_random=False))
def test_shuffled_rows_change_neither_value_nor_cost(instance: Instance, dice: random.Random) -> None:
    """Every sheet in another order."""
    shuffled = {}
    for field in fields(instance):
        rows = getattr(instance, field.name)
        if isinstance(rows, tuple):
            shuffled[field.name] = tuple(dice.sample(rows, len(rows)))
    first, second = solved(instance), solved(replace(instance, **shuffled))
    assert first.outcome is second.outcome
    if first.outcome is Outcome.OPTIMAL:
        assert second.value == pytest.approx(first.value, abs=SLACK)
        assert second.cost_cents == pytest.approx(first.cost_cents, abs=0.5)
