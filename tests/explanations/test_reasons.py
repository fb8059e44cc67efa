"""Reasons of open wishes, against trying every class and against the checker.

The oracle lists every option with every filling by the checker's derivations and adds it to the plan; a reason is
right when exactly the changes it names let some class in that serves the wish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.domain.instance import (
    BusyWeek,
    Cohort,
    Demand,
    Fund,
    FundRule,
    Instance,
    Lock,
    LockKind,
    Measure,
    Provider,
    Sense,
    Settings,
    Target,
    Township,
    TravelTime,
    VacancyPool,
    Venue,
)
from planner.engine.jobs import plan_value
from planner.engine.reasons import Obstacle, OpenWish, Reason, all_wishes, open_wishes
from planner.engine.solve import Options, solve_problem
from planner.errors import PlannerError
from planner.explanations.unserved import change_words, explain_unserved
from planner.model.options import ClassHeads, admissible_heads, list_slots
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook
from tests.checker.builders import OLD, YOUNG, a_course
from tests.explanations.builders import explained, passes
from tests.model.drawn import small_instances
from tests.oracle.enumeration import FIRST_WEEK, SECOND_WEEK, a_tiny_instance

INSTANCES = Path(__file__).parents[2] / "instances"
drawn = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def without_demands(instance: Instance) -> Instance:
    """The instance without what a partial plan would miss: demanded classes and lower limits."""
    locks = tuple(lock for lock in instance.locks if lock.kind is LockKind.FORBIDDEN)
    return replace(instance, locks=locks, targets=tuple(t for t in instance.targets if not t.hard or t.sense == "<="))


def additions(problem: Problem, classes: Sequence[ClassHeads], k: int, c: int) -> Iterator[list[ClassHeads]]:
    """Every plan with one more head of cohort k in course c: a new class of the smallest size, or a seat."""
    for slot in list_slots(problem):
        if slot.offering == c and k in admissible_heads(problem, slot):
            for heads in fillings(admissible_heads(problem, slot).tolist(), k, int(problem.min_size[c])):
                yield [*classes, (slot, heads)]
    for i, (slot, heads) in enumerate(classes):
        if problem.offering_course[slot.offering] == c:
            more = {**heads, k: heads.get(k, 0) + 1}
            yield [*classes[:i], (slot, more), *classes[i + 1 :]]


def fillings(cohorts: Sequence[int], k: int, size: int) -> Iterator[dict[int, int]]:
    """Every way to fill a class of ``size`` from the cohorts with one of k at least."""

    def fill(rest: Sequence[int], left: int) -> Iterator[dict[int, int]]:
        if not rest:
            if left == 0:
                yield {}
            return
        for number in range(left + 1):
            for others in fill(rest[1:], left - number):
                yield {rest[0]: number, **others} if number else others

    return (heads for heads in fill(cohorts, size) if heads.get(k))


def is_possible(problem: Problem, classes: Sequence[ClassHeads], k: int, c: int) -> bool:
    """Whether the checker lets one more head of the cohort into the course."""
    return any(passes(problem, plan) for plan in additions(problem, classes, k, c)
               if enough_people(problem, plan) and payable(problem, plan))  # fmt: skip


def enough_people(problem: Problem, plan: Sequence[ClassHeads]) -> bool:
    """Whether no cohort is asked for more people than it has: spares the checker most of the work."""
    asked = [0] * len(problem.capacity)
    for _, heads in plan:
        for k, persons in heads.items():
            asked[k] += persons
    return all(number <= most for number, most in zip(asked, problem.capacity, strict=True))


def payable(problem: Problem, plan: Sequence[ClassHeads]) -> bool:
    """A plan that the funds cannot pay cannot even be recorded."""
    from planner.engine.money import plan_is_payable

    return plan_is_payable(problem, plan)


def with_money(instance: Instance, cents: int) -> Instance:
    """The instance with a new fund that may pay for everything."""
    rules = None if instance.fund_rules is None else (*instance.fund_rules, FundRule("补充资金"))
    return replace(instance, funds=(*instance.funds, Fund("补充资金", cents)), fund_rules=rules)


def with_people(instance: Instance, problem: Problem, wish: OpenWish, people: int) -> Instance:
    """The instance with more people of the wish's cohort who wish for its course."""
    township = instance.townships[problem.cohort_township[wish.cohort]].name
    band = instance.age_bands[problem.cohort_band[wish.cohort]].name
    group = instance.groups[problem.cohort_group[wish.cohort]].name
    course = instance.courses[wish.course].name
    key = (township, band, group)
    return replace(
        instance,
        cohorts=tuple(replace(k, persons=k.persons + people) if (k.township, k.age_band, k.group) == key else k
                      for k in instance.cohorts),
        demand=(*instance.demand, Demand(*key, course, people)),
    )  # fmt: skip


@drawn
@given(small_instances(), st.integers(0, 2))
def test_a_wish_is_said_to_be_possible_exactly_when_some_class_can_be_added(instance: Instance, dropped: int) -> None:
    """No obstacle is invented and none overlooked, by adding every class and every seat to the plan."""
    instance = without_demands(instance)
    problem = build_problem(instance)
    try:
        classes = list(solve_problem(problem, Options()).classes)
    except PlannerError:
        return
    classes = classes[: max(0, len(classes) - dropped)]
    if not passes(problem, classes):
        return
    for wish in open_wishes(problem, classes):
        if wish.reason is not Reason.PLACED:
            expected = is_possible(problem, classes, wish.cohort, wish.course)
            assert (wish.reason in (Reason.POSSIBLE, Reason.NO_GAIN)) == expected, wish


@drawn
@given(small_instances())
def test_the_money_said_to_be_missing_suffices_and_a_cent_less_does_not(instance: Instance) -> None:
    """Of wishes that only money keeps open, in the plan without its last class."""
    instance = without_demands(instance)
    problem = build_problem(instance)
    try:
        classes = list(solve_problem(problem, Options()).classes)[:1]
    except PlannerError:
        return
    if not passes(problem, classes):
        return
    for wish in open_wishes(problem, classes)[:3]:
        if wish.reason is Reason.MONEY and wish.way is not None and wish.way.obstacles == Obstacle.MONEY:
            enough, short = (build_problem(with_money(instance, wish.way.cents - less)) for less in (0, 1))
            assert is_possible(enough, classes, wish.cohort, wish.course)
            slot = wish.way.slot
            ways = [plan for plan in additions(short, classes, wish.cohort, wish.course)
                    if plan[-1][0] == slot and len(plan) > len(classes) or wish.way.joined]  # fmt: skip
            assert not any(payable(short, plan) for plan in ways)


def the_reason(instance: Instance, classes: Sequence[ClassHeads] = ()) -> tuple[Problem, OpenWish]:
    """The one open wish of an instance under a plan."""
    problem = build_problem(instance)
    wishes = open_wishes(problem, classes)
    assert len({(w.reason, w.course) for w in wishes}) == 1, wishes
    return problem, wishes[0]


def one_cohort(persons: int, **changes: object) -> Instance:
    """The tiny county with people in 东山 only."""
    base = a_tiny_instance(
        cohorts=(Cohort("东山", YOUNG, "一般", persons),), demand=(Demand("东山", YOUNG, "一般", "家政服务", persons),)
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_too_few_is_told_with_the_people_missing() -> None:
    """One person where a class needs two: one more of them, and a class can be opened."""
    instance = one_cohort(1)
    problem, wish = the_reason(instance)
    assert wish.reason is Reason.TOO_FEW and wish.way is not None and wish.way.people == 1
    more = build_problem(with_people(instance, problem, wish, 1))
    assert is_possible(more, (), 0, 0)
    assert "再有 1 人愿意" in change_words(problem, wish)


def test_those_left_over_beside_a_class_are_too_few() -> None:
    """Four wish, three are in a class: the fourth lacks a mate, though all together would be enough for two classes."""
    instance = one_cohort(4)
    plan = explained(one_cohort(3))
    _, wish = the_reason(instance, plan.classes)
    assert wish.reason is Reason.LEFT_TOO_FEW and wish.way is not None and wish.way.people == 1


def test_farming_is_told_with_the_week_that_would_have_to_be_allowed() -> None:
    """Both weeks are busy; the less busy one is named, and with its ban off a class can be opened."""
    busy = (BusyWeek("高山", FIRST_WEEK, 0.9), BusyWeek("高山", SECOND_WEEK, 0.6))
    instance = one_cohort(3, townships=(Township("东山", "甲县", "高山"), Township("西河", "乙县")), busy_weeks=busy)
    problem, wish = the_reason(instance)
    assert wish.reason is Reason.FARMING and wish.way is not None
    assert problem.mondays[wish.way.slot.week] == SECOND_WEEK and wish.way.busy == pytest.approx(0.6)
    allowed = replace(instance, settings=replace(instance.settings, busy_ban=0.61))
    assert is_possible(build_problem(allowed), (), 0, 0)


def test_a_full_team_is_told_and_one_more_team_would_do() -> None:
    """The only team teaches in both weeks."""
    instance = one_cohort(9, funds=(Fund("就业资金", 1_000_000),), venues=(Venue("东山站", "东山"),))
    plan = explained(replace(instance, cohorts=(Cohort("东山", YOUNG, "一般", 6),)))
    assert len(plan.classes) == 2
    problem, wish = the_reason(instance, plan.classes)
    assert wish.reason is Reason.FULL and wish.way is not None
    assert wish.way.team_missing and wish.way.room_missing
    two = (Provider("县职校", base="东山", teams=2),)
    roomy = replace(instance, providers=two, venues=(Venue("东山站", "东山", 2),))
    assert is_possible(build_problem(roomy), plan.classes, 0, 0)
    assert "多 1 个班次" in change_words(problem, wish) and "多 1 间教室" in change_words(problem, wish)


def test_age_provider_distance_and_season_come_before_everything_else() -> None:
    """What no class of the horizon could change is told first."""
    old = replace(
        a_tiny_instance(), cohorts=(Cohort("东山", OLD, "一般", 3),),
        demand=(Demand("东山", OLD, "一般", "家政服务", 3),),
        age_bands=(*a_tiny_instance().age_bands, replace(a_tiny_instance().age_bands[0], name=OLD)),
        courses=(a_course(min_size=2, max_size=3, age_bands=frozenset({YOUNG})),),
    )  # fmt: skip
    assert the_reason(old)[1].reason is Reason.AGE
    assert the_reason(one_cohort(3, accreditations=()))[1].reason is Reason.NO_PROVIDER
    far = one_cohort(3, venues=(Venue("西河站", "西河"),), travel=(TravelTime("东山", "西河", 61),))
    problem, wish = the_reason(far)
    assert wish.reason is Reason.TOO_FAR and wish.minutes == 61 and "多 21 分钟" in change_words(problem, wish)
    winter = one_cohort(3, courses=(a_course(min_size=2, max_size=3, season=(((12, 1), (12, 31)),)),))
    assert the_reason(winter)[1].reason is Reason.SEASON


def test_a_lock_and_a_full_upper_target_are_named() -> None:
    """Both are the bureau's own rules, so they are told apart from what nature denies."""
    lock = one_cohort(3, locks=(Lock("家政服务", LockKind.FORBIDDEN),))
    assert the_reason(lock)[1].reason is Reason.FORBIDDEN
    cap = one_cohort(3, targets=(Target("上限", Measure.PERSONS, Sense.AT_MOST, 1),))
    assert the_reason(cap)[1].reason is Reason.CAP
    classes = one_cohort(3, targets=(Target("上限", Measure.CLASSES, Sense.AT_MOST, 0),))
    assert the_reason(classes)[1].reason is Reason.CAP


def test_without_a_vacancy_a_class_that_gains_nothing_is_told_as_such() -> None:
    """Unlinked jobs count nothing and the only vacancy is taken: possible, but worth nothing; with one more, it is."""
    base = one_cohort(
        6, settings=Settings(plan_start=FIRST_WEEK, weeks=2, earliest_start=FIRST_WEEK, unlinked_factor=0.0),
        pools=(VacancyPool("家政岗", "家政服务", "县内", 1),), funds=(Fund("就业资金", 1_000_000),),
    )  # fmt: skip
    problem = build_problem(base)
    one = [next((slot, {0: 3}) for slot in list_slots(problem))]
    wish = open_wishes(problem, one)[0]
    assert wish.reason is Reason.NO_GAIN
    assert explain_unserved(problem, one)[0].no_vacancy
    more = build_problem(replace(base, pools=(VacancyPool("家政岗", "家政服务", "县内", 9),)))
    again = open_wishes(more, one)[0]
    assert again.reason is Reason.POSSIBLE and again.way is not None
    assert again.way.gain == pytest.approx(1.0 if again.way.size == 2 else 0.5)
    assert not explain_unserved(more, one)[0].no_vacancy


def test_people_placed_elsewhere_are_told_apart() -> None:
    """Three people with two wishes each, all in one course: their other wish is open because they are placed."""
    instance = one_cohort(
        3, courses=(a_course(min_size=2, max_size=3), a_course("电工", min_size=2, max_size=3)),
        demand=(Demand("东山", YOUNG, "一般", "家政服务", 3), Demand("东山", YOUNG, "一般", "电工", 3)),
    )  # fmt: skip
    problem = build_problem(instance)
    slot = next(slot for slot in list_slots(problem) if slot.offering == 0)
    wishes = open_wishes(problem, [(slot, {0: 3})])
    assert [(w.course, w.persons, w.reason) for w in wishes] == [(1, 3, Reason.PLACED)]


def test_every_open_wish_has_one_reason_and_the_numbers_add_up() -> None:
    """Of the demo's plan: persons by cohort and course are wishes less heads."""
    instance = read_workbook(INSTANCES / "demo.xlsx").instance
    problem = build_problem(instance)
    classes = solve_problem(problem, Options(effort=0.01, fixing_options=0)).classes
    wishes = all_wishes(problem)
    for slot, heads in classes:
        for k, persons in heads.items():
            wishes[k, problem.offering_course[slot.offering]] -= persons
    found = open_wishes(problem, classes)
    for wish in found:
        wishes[wish.cohort, wish.course] -= wish.persons
    assert not wishes.any()
    assert sum(cell.persons for cell in explain_unserved(problem, classes)) == sum(wish.persons for wish in found)


def test_a_gain_is_the_difference_of_two_values() -> None:
    """What a possible class would add is the value with it less the value without."""
    problem = build_problem(one_cohort(3))
    wish = open_wishes(problem, [])[0]
    assert wish.reason is Reason.POSSIBLE and wish.way is not None
    assert wish.way.gain == pytest.approx(plan_value(problem, [(wish.way.slot, {0: wish.way.size})]))
    assert date(2026, 3, 2) == problem.mondays[wish.way.slot.week]
