"""Two objectives at once: each point against the enumeration, and no point better than a looser one."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from planner.domain.instance import BusyWeek, Cohort, Demand, Instance, Settings, Township
from planner.domain.plan import Plan
from planner.scenarios.front import Aim, Front, measured, trace_front, willing_people, with_limit
from planner.scenarios.scenario import Scenario
from planner.scenarios.solving import Solved, Work, plan_scenario
from tests.checker.builders import YOUNG
from tests.oracle.enumeration import FIRST_WEEK, SECOND_WEEK, a_tiny_instance, best_by_enumeration
from tests.scenarios.builders import EXACT, LITTLE, a_fund, the_demo

HASH = "0" * 64


def planned(instance: Instance, work: Work) -> tuple[Solved, Plan]:
    found = plan_scenario(Scenario("基准"), instance, HASH, work)
    assert found.solved is not None and found.plan is not None
    return found.solved, found.plan


def front_of(aim: Aim, instance: Instance, work: Work, points: int = 8) -> Front:
    return trace_front(aim, instance, *planned(instance, work), HASH, work, points)


def a_farming_county() -> Instance:
    """Two weeks, the first busier than the second, and money for two classes."""
    return a_tiny_instance(
        settings=Settings(plan_start=FIRST_WEEK, weeks=2, earliest_start=FIRST_WEEK),
        townships=(Township("东山", "甲县", "高山"), Township("西河", "乙县", "高山")),
        busy_weeks=(BusyWeek("高山", FIRST_WEEK, 0.4), BusyWeek("高山", SECOND_WEEK, 0.2)),
    )


def a_lopsided_county() -> Instance:
    """Money for one class; people of 东山 find work more easily because 西河 costs outreach."""
    return a_tiny_instance(
        funds=a_fund(37_000),
        cohorts=(Cohort("东山", YOUNG, "一般", 4), Cohort("西河", YOUNG, "一般", 3)),
        demand=(Demand("东山", YOUNG, "一般", "家政服务", 4), Demand("西河", YOUNG, "一般", "家政服务", 3)),
    )


@pytest.mark.parametrize(
    ("aim", "county"),
    [(Aim.HEADS, a_tiny_instance(funds=a_fund(65_000))), (Aim.FAIRNESS, a_lopsided_county()),
     (Aim.FARMING, a_farming_county())],
    ids=[aim.name for aim in Aim],
)
def test_each_point_is_the_enumerated_optimum_under_its_rule(aim: Aim, county: Instance) -> None:
    """The oracle tries every plan of the county with the second aim as a hard rule."""
    from planner.errors import Infeasible

    front = front_of(aim, county, Work(EXACT), points=4)
    assert len(front.points) >= 2
    for point in front.points[1:]:
        assert point.limit is not None
        ruled = with_limit(aim, county, point.limit)
        if point.impossible:
            with pytest.raises(Infeasible):
                best_by_enumeration(ruled)
        else:
            assert point.value == pytest.approx(best_by_enumeration(ruled)[0], abs=1e-5)
            assert point.plan is not None and keeps(aim, ruled, point.plan, point.limit)


def keeps(aim: Aim, instance: Instance, plan: Plan, limit: float) -> bool:
    reached = measured(aim, instance, plan)
    return reached < limit + 1e-9 if aim is Aim.FARMING else reached >= limit - 1e-9


@pytest.mark.parametrize(("aim", "points"), [(Aim.HEADS, 8), (Aim.FAIRNESS, 3), (Aim.FARMING, 3)])
def test_a_stricter_point_never_yields_more(aim: Aim, points: int) -> None:
    """On the demo county with little work: values and bounds never rise, and each plan keeps its rule."""
    front = front_of(aim, the_demo(), Work(replace(LITTLE, effort=0.05)), points)
    assert len(front.points) == points + 1 and not front.stopped
    values, bounds = [p.value for p in front.points], [p.bound for p in front.points]
    assert values == sorted(values, reverse=True) and bounds == sorted(bounds, reverse=True)
    for point in front.points:
        assert point.value <= point.bound
        if point.plan is not None and point.limit is not None:
            assert keeps(aim, the_demo(), point.plan, point.limit)
            assert point.reached == measured(aim, the_demo(), point.plan)
    assert sum(point.plan is not None for point in front.points) >= 3


def test_a_limit_on_people_is_rounded_up() -> None:
    """Nobody can be trained by halves."""
    ruled = with_limit(Aim.HEADS, a_tiny_instance(), 2.5)
    assert ruled.targets[-1].value == 3 and ruled.targets[-1].hard


def test_every_township_with_wishes_gets_its_share() -> None:
    """Two thirds of three willing people are two; a township without wishes has no rule."""
    county = a_tiny_instance(townships=(Township("东山"), Township("西河"), Township("北坡")))
    assert willing_people(county) == {"东山": 3, "西河": 3}
    ruled = with_limit(Aim.FAIRNESS, county, 2 / 3)
    assert {target.township: target.value for target in ruled.targets} == {"东山": 2, "西河": 2}


def test_a_farming_limit_never_loosens_the_countys_own_ban() -> None:
    """The county bans at 0.5 full time; a limit of 0.6 changes only part time."""
    settings = with_limit(Aim.FARMING, a_farming_county(), 0.6).settings
    assert (settings.busy_ban, settings.busy_ban_part_time) == (0.5, 0.6)


def test_nobody_trained_measures_nothing() -> None:
    """An empty plan trains no one, serves no township and disturbs no farm."""
    county = a_tiny_instance(funds=a_fund(0))
    _, plan = planned(county, Work(EXACT))
    assert [measured(aim, county, plan) for aim in Aim] == [0.0, 0.0, 0.0]


def test_after_a_proof_stricter_points_are_not_solved() -> None:
    """More people than money can train: proved once, and said of all that are stricter."""
    front = front_of(Aim.FAIRNESS, a_tiny_instance(funds=a_fund(35_000)), Work(EXACT), points=4)
    impossible = [point.impossible for point in front.points]
    assert impossible == sorted(impossible)
    assert all(math.isinf(point.value) for point in front.points if point.impossible)
