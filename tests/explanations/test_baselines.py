"""Baselines keep the same rules, never beat the optimum, and the gain against them is stated with range and bound."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from planner.domain.instance import (
    Cohort,
    Demand,
    Fund,
    Instance,
    Measure,
    PastOutcome,
    Provider,
    Sense,
    Target,
)
from planner.domain.plan import Heads
from planner.engine.jobs import plan_value
from planner.evaluation import paired_values
from planner.explanations.baselines.comparison import compare_with_baselines
from planner.explanations.baselines.draft import judge_draft
from planner.explanations.baselines.even_split import plan_by_even_split
from planner.explanations.baselines.ranking import plan_by_ranking
from planner.explanations.planned import broken_rules, classes_of
from planner.export.explanation_baselines import gain_sentences
from planner.model.compact import build_compact, solve_compact
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook
from tests.checker.builders import YOUNG
from tests.explanations.builders import explained, passes, recorded
from tests.model.drawn import small_instances
from tests.oracle.enumeration import a_tiny_instance, best_by_enumeration, tiny_instances

INSTANCES = Path(__file__).parents[2] / "instances"
drawn = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def an_uneven_county() -> Instance:
    """东山 has three times the people of 西河; a class costs the same in both, so ranking would go on in 东山."""
    return a_tiny_instance(
        cohorts=(Cohort("东山", YOUNG, "一般", 9), Cohort("西河", YOUNG, "一般", 3)),
        demand=(Demand("东山", YOUNG, "一般", "家政服务", 9), Demand("西河", YOUNG, "一般", "家政服务", 3)),
        providers=(Provider("县职校", base="东山", teams=1, outreach_cost_cents=2_000),),
        travel=(),
        funds=(Fund("就业资金", 72_000),),
    )


@drawn
@given(small_instances())
def test_an_even_split_is_valid_or_says_what_it_breaks_and_never_beats_the_optimum(instance: Instance) -> None:
    """The checker agrees with what is said of the baseline."""
    problem = build_problem(instance)
    classes = plan_by_even_split(problem)
    broken = broken_rules(problem, classes)
    if not broken:
        assert passes(problem, classes)
        assert plan_value(problem, classes) <= solve_compact(build_compact(problem)).value + 1e-6


def test_an_even_split_gives_each_township_its_turn() -> None:
    """Money for two classes: one in each township, where ranking by cost holds both in the cheaper one."""
    problem = build_problem(an_uneven_county())

    def held(classes: list) -> Counter[int]:
        return Counter(int(problem.venue_township[slot.venue]) for slot, _ in classes)

    assert held(plan_by_even_split(problem)) == {0: 1, 1: 1}
    assert held(plan_by_ranking(problem)) == {0: 2}


@pytest.mark.parametrize("name", sorted(set(tiny_instances()) - {"hard_target"}))
def test_the_gain_is_the_difference_of_enumerated_optimum_and_baseline(name: str) -> None:
    """Stated gain plus the baseline's value is the optimum; at most the bound allows more."""
    instance = tiny_instances()[name]
    best, _ = best_by_enumeration(instance)
    gains = compare_with_baselines(explained(instance))
    assert [gain.baseline.name for gain in gains] == ["乡镇平均分配", "按成本排队"]
    for gain in gains:
        if gain.gain is None:
            assert gain.baseline.broken
            continue
        assert gain.value + gain.gain == pytest.approx(best, abs=1e-5)
        assert gain.gain >= -1e-6 and gain.most >= gain.gain - 1e-6


def test_a_baseline_that_misses_a_hard_target_is_named_and_gets_no_gain() -> None:
    """It is no plan under the same rules, so nothing is claimed against it."""
    target = Target("电工不少于", Measure.PERSONS, Sense.AT_LEAST, 2, township="西河")
    instance = replace(an_uneven_county(), targets=(target,), funds=(Fund("就业资金", 72_000),))
    problem = build_problem(instance)
    classes = [one for one in plan_by_ranking(problem) if one[0].venue == 0]
    assert any("电工不少于" in sentence for sentence in broken_rules(problem, classes))


def test_given_rates_leave_the_gain_without_a_range() -> None:
    """Rates that are given count as certain: low, middle and high are the gain itself."""
    for gain in compare_with_baselines(explained(an_uneven_county())):
        assert gain.low == pytest.approx(gain.gain) and gain.high == pytest.approx(gain.gain)


def test_drawn_rates_move_both_plans_together() -> None:
    """A plan against itself gains nothing in any draw, however uncertain its rates are."""
    county = an_uneven_county()
    history = (PastOutcome("家政服务", None, None, None, 40, 38, 20),)
    plan = explained(replace(county, conversion=(), history=history))
    values = paired_values(plan.problem, [plan.classes, plan.classes])
    assert np.array_equal(values[0], values[1])
    assert values[0].std() > 0


def test_a_draft_that_keeps_the_rules_is_a_baseline_itself() -> None:
    """The plan handed in as its own draft: no gain, nothing broken."""
    plan = explained(a_tiny_instance())
    first = compare_with_baselines(plan, recorded(plan.problem, plan.classes).classes)[0]
    assert first.baseline.name == "原草案" and not first.baseline.broken
    assert first.gain == pytest.approx(0, abs=1e-9)


def test_a_draft_that_overspends_is_named_and_its_fitting_part_compared() -> None:
    """Money for one class of the draft's two: the sentence names the fund, the part keeps the first class."""
    rich = explained(a_tiny_instance())
    draft = recorded(rich.problem, rich.classes).classes
    poor = a_tiny_instance(funds=(Fund("就业资金", 36_000),))
    judged = judge_draft(build_problem(poor), draft)
    assert any("就业资金" in sentence for sentence in judged.broken)
    assert 0 < len(judged.fitting) < len(draft)
    gains = compare_with_baselines(explained(poor), draft)
    assert [gain.baseline.name for gain in gains[:2]] == ["原草案", "原草案中符合规则的部分"]
    assert gains[0].gain is None and gains[1].gain is not None


def test_a_draft_with_people_who_cannot_come_has_no_value() -> None:
    """Too far to travel: the class is named, and only the part that can be held is valued."""
    plan = explained(a_tiny_instance(travel=()))
    one = recorded(plan.problem, plan.classes).classes[0]
    here = one.heads[0].township
    there = "西河" if here == "东山" else "东山"
    wrong = replace(one, heads=(Heads(there, YOUNG, "一般", 3),))
    judged = judge_draft(plan.problem, (wrong,))
    assert judged.classes is None and any(one.id in sentence for sentence in judged.broken)
    assert judged.fitting == ()


def test_a_class_of_a_lock_with_a_number_of_heads_is_read_back_as_such() -> None:
    """Read from its record, the plan still serves the lock."""
    instance = tiny_instances()["lock"]
    plan = explained(instance)
    again = classes_of(plan.problem, recorded(plan.problem, plan.classes).classes)
    assert sorted(slot for slot, _ in again) == sorted(slot for slot, _ in plan.classes)


def test_the_demo_is_compared_within_its_rules() -> None:
    """Both usual methods make valid plans of the bundled demo."""
    problem = build_problem(read_workbook(INSTANCES / "demo.xlsx").instance)
    for make in (plan_by_even_split, plan_by_ranking):
        assert broken_rules(problem, make(problem)) == ()


def test_without_a_proved_bound_nothing_is_said_of_the_most() -> None:
    """A plan that was stopped before any bound: the gain stands, the limit is left out."""
    plan = explained(an_uneven_county())
    gain = compare_with_baselines(replace(plan, bound=float("inf")))[0]
    assert gain.gain is not None and gain.most is None
    assert "已证明" not in gain_sentences([gain])[0]
