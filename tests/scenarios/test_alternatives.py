"""Near-optimal alternatives: close in value, really different, each passed by the checker; the measures by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planner.checker import check_plan
from planner.domain.instance import Cohort, Demand, Form, Instance, Provider
from planner.domain.plan import Heads, Plan, PlannedClass
from planner.engine.jobs import plan_value
from planner.export.record import plan_to_record
from planner.model.options import slot_yields
from planner.scenarios.alternatives import (
    LOSS,
    MOST_SOLVES,
    AlternativeStudy,
    Apart,
    Device,
    find_alternatives,
    less_attractive,
    plans_apart,
)
from planner.scenarios.robust.candidates import Base
from planner.scenarios.scenario import Scenario
from planner.scenarios.solving import Work, plan_scenario
from tests.checker.builders import YOUNG, a_course
from tests.oracle.enumeration import a_tiny_instance
from tests.scenarios.builders import EXACT, LITTLE, a_fund, the_demo

HASH = "0" * 64


def base_of(instance: Instance, work: Work) -> Base:
    found = plan_scenario(Scenario("基准"), instance, HASH, work)
    assert found.solved is not None and found.plan is not None
    return Base(found.solved, found.plan, HASH)


def with_a_near_twin() -> Instance:
    """A second provider whose quality is 0.995; money for two classes of three."""
    return a_tiny_instance(
        providers=(Provider("县职校", base="东山", teams=1), Provider("民校", base="东山", teams=1, quality=0.995)),
        funds=a_fund(70_000),
    )


def keeps_its_promise(base: Base, study: AlternativeStudy) -> None:
    """Within a hundredth of the base's value, checked, and different from the base and from each other."""
    plans = [base.plan, *(one.plan for one in study.found)]
    for number, one in enumerate(study.found, 1):
        assert not check_plan(base.problem.instance, plan_to_record(one.plan)).violations
        assert one.plan.value >= (1 - LOSS) * base.plan.value - 1e-9
        assert one.plan.value <= one.plan.bound and one.plan.bound >= base.plan.bound
        assert one.plan.value == pytest.approx(plan_value(base.problem, one.candidate.classes))
        assert all(plans_apart(base.problem, earlier, one.plan).is_real for earlier in plans[:number])
        assert one.apart == plans_apart(base.problem, base.plan, one.plan)
        assert one.sentence.endswith("。")


def test_the_twin_provider_is_found() -> None:
    """By hand: the better provider holds both classes (3.0); its near twin yields 2.9925 or 2.985."""
    base = base_of(with_a_near_twin(), Work(EXACT))
    study = find_alternatives(base, 2, Work(EXACT))
    keeps_its_promise(base, study)
    assert base.plan.value == pytest.approx(3.0) and study.found
    assert {round(one.plan.value, 4) for one in study.found} <= {2.9925, 2.985}
    first = study.found[0]
    assert first.apart.provider >= 0.5 and first.apart.course == 0 and "机构" in first.apart.words
    assert "机构：" in first.sentence and "民校+" in first.sentence


def test_alternatives_of_the_demo_keep_their_promise() -> None:
    """Searched with little work; at least one is found, and no more than asked."""
    base = base_of(the_demo(), Work(replace(LITTLE, effort=0.05)))
    study = find_alternatives(base, 2, Work(replace(LITTLE, effort=0.05)))
    keeps_its_promise(base, study)
    assert 1 <= len(study.found) <= 2 and study.solves <= MOST_SOLVES and not study.stopped


def test_where_nothing_is_different_nothing_is_found() -> None:
    """One provider, one course, one week and one cohort: every plan as good is the same, and the search ends."""
    settings = replace(a_tiny_instance().settings, weeks=1)
    county = a_tiny_instance(
        settings=settings, cohorts=(Cohort("东山", YOUNG, "一般", 3),),
        demand=(Demand("东山", YOUNG, "一般", "家政服务", 3),),
    )
    study = find_alternatives(base_of(county, Work(EXACT)), 1, Work(EXACT))
    assert study.found == () and 0 < study.solves <= MOST_SOLVES


def test_a_stop_ends_the_search() -> None:
    """Nothing is solved after it."""
    base = base_of(with_a_near_twin(), Work(EXACT))
    study = find_alternatives(base, 5, Work(EXACT, stopped=lambda: True))
    assert study.stopped and study.found == () and study.solves == 0


# --- how different two plans are ---


def a_class(
    course: str, provider: str, week: date, *heads: tuple[str, int], venue: str = "东山站"
) -> PlannedClass:
    people = tuple(Heads(township, YOUNG, "一般", persons) for township, persons in heads)
    return PlannedClass("1", course, provider, venue, Form.FULL_TIME, week, week, people)


MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 6)
ONE = a_class("家政服务", "县职校", MARCH, ("东山", 6), ("西河", 4))


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        ((ONE,), Apart(0, 0, 0, 0, 0)),
        ((a_class("电工", "县职校", MARCH, ("东山", 6), ("西河", 4)),), Apart(1, 1, 1, 0, 0)),
        ((a_class("家政服务", "民校", MARCH, ("东山", 6), ("西河", 4)),), Apart(1, 0, 0, 1, 0)),
        ((a_class("家政服务", "县职校", APRIL, ("东山", 6), ("西河", 4)),), Apart(0, 1, 0, 0, 0)),
        ((a_class("家政服务", "县职校", MARCH, ("东山", 6), ("西河", 4), venue="西河站"),), Apart(0, 0, 0, 0, 1)),
        ((a_class("家政服务", "县职校", date(2026, 3, 23), ("东山", 3), ("西河", 7)),), Apart(0.3, 0, 0, 0, 0)),
        ((a_class("家政服务", "县职校", MARCH, ("东山", 6), ("西河", 14)),), Apart(0.5, 0.5, 0.5, 0.5, 0.5)),
        ((), Apart(1, 1, 1, 1, 1)),
    ],
)
def test_shares_of_heads_without_a_match_by_hand(other: tuple[PlannedClass, ...], apart: Apart) -> None:
    """Of the larger plan; a class moved within its month is matched."""
    base = base_of(a_tiny_instance(courses=(a_course(min_size=2, max_size=3, part_time=False),)), Work(EXACT))
    plan: Plan = base.plan
    found = plans_apart(base.problem, replace(plan, classes=(ONE,)), replace(plan, classes=other))
    assert np.allclose([found.who, found.when, found.course, found.provider, found.place],
                       [apart.who, apart.when, apart.course, apart.provider, apart.place])


def test_a_difference_counts_from_its_threshold() -> None:
    """A fifth of the people elsewhere, or half of them in another month; the largest shares are named first."""
    assert Apart(0.2, 0, 0, 0, 0).is_real and Apart(0, 0.5, 0, 0, 0).is_real
    assert not Apart(0.19, 0.49, 0.49, 0.19, 0.49).is_real
    assert Apart(0.5, 0.3, 0.1, 0.4, 0.05).words == "机构、月份、课程"
    assert Apart(0.3, 0.0, 0.0, 0.0, 0.0).words == "生源"


# --- what is made less attractive ---


@pytest.mark.parametrize("device", Device)
def test_only_what_the_plans_use_yields_less(device: Device) -> None:
    """The base's own heads lose yield, none gains, and what may be held stays the same."""
    base = base_of(the_demo(), Work(LITTLE))
    problem = base.problem
    changed = less_attractive(problem, device, [base.candidate], 0.1)
    own = other = 0.0
    for slot, heads in base.candidate.classes:
        cohorts = np.array(sorted(heads), dtype=np.int64)
        own += float(slot_yields(problem, slot, cohorts).sum())
        other += float(slot_yields(changed, slot, cohorts).sum())
    assert 0.5 * own < other < own - 1e-6
    assert (changed.rate <= problem.rate).all() and (changed.quality <= problem.quality).all()
    assert (changed.attendance <= problem.attendance).all() and (changed.distance <= problem.distance).all()
    assert ((changed.attendance >= 0) == (problem.attendance >= 0)).all()
    assert ((changed.distance >= 0) == (problem.distance >= 0)).all()
