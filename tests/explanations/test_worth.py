"""Worth of a class and a township's missing class against enumeration; alternatives against the checker."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.domain.instance import Instance, Lock, LockKind, Measure, Sense, Target
from planner.engine.jobs import plan_value
from planner.engine.solve import Options
from planner.errors import Infeasible
from planner.explanations.planned import Explained
from planner.explanations.refill import Refill, at_most_classes
from planner.explanations.townships import answers_for_townships
from planner.explanations.valuer import Valuer
from planner.explanations.worth import Kind, alternatives, worth_of_classes
from planner.model.problem import Problem
from planner.workbook.read import read_workbook
from tests.explanations.builders import explained, passes
from tests.oracle.enumeration import best_by_enumeration, tiny_instances

INSTANCES = Path(__file__).parents[2] / "instances"
SEARCHED = Options(exact_heads=0)
"""Refilling as a county gets it, never the exact shortcut."""


@pytest.fixture(scope="module")
def demo() -> Explained:
    """A quick plan of the bundled three-township county."""
    return explained(read_workbook(INSTANCES / "demo.xlsx").instance, Options(effort=0.01, fixing_options=0))


def value_by_enumeration(instance: Instance) -> float | None:
    """The best value, None where nothing is feasible."""
    try:
        return best_by_enumeration(instance)[0]
    except Infeasible:
        return None


def without_one(instance: Instance, problem: Problem, course: int, venue: int, number: int) -> Instance:
    """The instance with at most ``number`` classes of a course in the venue's township, which has no other venue."""
    township = instance.venues[venue].township
    assert sum(one.township == township for one in instance.venues) == 1
    name = instance.courses[course].name
    return replace(instance, targets=(
        *instance.targets, Target("少开", Measure.CLASSES, Sense.AT_MOST, number, course=name, township=township)))


@pytest.mark.parametrize("options", [Options(), SEARCHED], ids=["exact", "searched"])
@pytest.mark.parametrize("name", sorted(tiny_instances()))
def test_the_worth_of_each_class_encloses_the_enumerated_loss(name: str, options: Options) -> None:
    """Exactly that where the instance is solved again exactly; at most that where the plan is only refilled."""
    instance = tiny_instances()[name]
    plan = explained(instance)
    problem = plan.problem
    worths = worth_of_classes(plan, None, options)
    assert worths is not None and len(worths) == len(plan.classes)
    places = Counter((int(problem.offering_course[s.offering]), s.venue) for s, _ in plan.classes)
    for worth in worths:
        slot, _ = plan.classes[worth.index]
        place = int(problem.offering_course[slot.offering]), slot.venue
        left = value_by_enumeration(without_one(instance, problem, *place, places[place] - 1))
        assert worth.alike == places[place]
        if worth.most is None:
            assert left is None or options is SEARCHED
            continue
        assert left is not None
        loss = plan.value - left
        assert worth.least - 1e-5 <= loss <= worth.most + 1e-5
        if options is not SEARCHED:
            assert worth.most == pytest.approx(max(0.0, loss), abs=1e-5) and worth.least == worth.most


@pytest.mark.parametrize("name", ["plain", "two_funds", "pools", "part_time"])
def test_a_townships_class_costs_what_enumeration_says(name: str) -> None:
    """The missing class is demanded as a lock, and the best plan with it enumerated."""
    instance = tiny_instances()[name]
    plan = explained(instance)
    problem = plan.problem
    answers = answers_for_townships(plan, None, Options())
    assert answers is not None and [one.township for one in answers] == list(range(len(instance.townships)))
    places = Counter((int(problem.offering_course[s.offering]), s.venue) for s, _ in plan.classes)
    for one in answers:
        if one.place is None or one.loss is None:
            continue
        course, venue = one.place
        lock = Lock(instance.courses[course].name, LockKind.REQUIRED, venue=instance.venues[venue].name,
                    number=places[one.place] + 1)  # fmt: skip
        best, _ = best_by_enumeration(replace(instance, locks=(*instance.locks, lock)))
        assert one.exact and one.loss == pytest.approx(plan.value - best, abs=1e-5)


def test_a_refilled_plan_is_a_plan_and_keeps_the_change(demo: Explained) -> None:
    """The checker accepts it, it has one class fewer there, and it is never worth more than the bound."""
    problem = demo.problem
    refill = Refill(problem, demo.classes, None, replace(SEARCHED, effort=0.2))
    slot, _ = demo.classes[0]
    place = int(problem.offering_course[slot.offering]), slot.venue
    changed = at_most_classes(problem, *place, 0)
    start = [one for one in demo.classes if (int(problem.offering_course[one[0].offering]), one[0].venue) != place]
    found = refill.best(changed, start)
    assert found is not None
    assert passes(problem, found.classes)
    assert all((int(problem.offering_course[s.offering]), s.venue) != place for s, _ in found.classes)
    assert plan_value(problem, start) - 1e-9 <= found.value <= demo.bound + 1e-9


def test_worths_repeat_whatever_the_threads(demo: Explained) -> None:
    """Equal seed, equal answers."""
    few = Explained(demo.problem, demo.classes, demo.value, demo.bound)
    one, two = (worth_of_classes(few, None, replace(SEARCHED, effort=0.02, threads=n)) for n in (1, 2))
    assert one == two


def test_an_alternative_that_can_be_held_passes_the_checker_and_is_worth_what_is_said(demo: Explained) -> None:
    """And one that is denied does not pass, or its obstacle is a full room or team."""
    valuer = Valuer(demo.problem, demo.classes)
    seen = set()
    for i, (slot, heads) in enumerate(demo.classes):
        for one in alternatives(valuer, i):
            if one.persons != sum(heads.values()):
                continue
            seen.add((one.kind, bool(one.obstacles)))
            moved = [*demo.classes[:i], (one.slot, heads), *demo.classes[i + 1 :]]
            assert one.difference == pytest.approx(plan_value(demo.problem, moved) - demo.value, abs=1e-6)
            if one.obstacles:
                from planner.engine.money import plan_is_payable

                assert not plan_is_payable(demo.problem, moved) or not passes(demo.problem, moved)
            else:
                assert passes(demo.problem, moved)
            assert one.slot != slot
    assert {kind for kind, _ in seen} == set(Kind) and any(denied for _, denied in seen)


def test_a_stop_leaves_the_part_out(demo: Explained) -> None:
    """Half a table would be read as a whole one."""
    assert worth_of_classes(demo, None, SEARCHED, lambda: True) is None
    assert answers_for_townships(demo, None, SEARCHED, lambda: True) is None


def test_a_township_whose_people_are_all_placed_needs_no_class() -> None:
    """Nobody waits, so there is nothing to force in."""
    instance = tiny_instances()["plain"]
    rich = replace(instance, funds=tuple(replace(fund, amount_cents=10**7) for fund in instance.funds))
    plan = explained(rich)
    answers = answers_for_townships(plan, None, Options())
    assert answers is not None
    assert [one.waiting for one in answers] == [0, 0] and all(one.place is None for one in answers)
    assert sum(one.persons for one in answers) == sum(sum(heads.values()) for _, heads in plan.classes)
    assert np.isfinite(plan.value)
