"""Each feature of the contract switched on alone: the compact model moves exactly as the enumeration does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.domain.instance import (
    Accreditation,
    AgeBand,
    AttendanceStep,
    BusyWeek,
    Cohort,
    ConversionRate,
    CostKind,
    CropActivity,
    Demand,
    Form,
    Fund,
    FundRule,
    Group,
    Instance,
    Lock,
    LockKind,
    Measure,
    Objective,
    PastOutcome,
    Provider,
    Sense,
    Target,
    Township,
    TravelTime,
    VacancyPool,
    Venue,
)
from planner.errors import Infeasible
from planner.model.compact import build_compact, solve_compact
from planner.model.problem import build_problem
from planner.model.solver import Outcome
from tests.checker.builders import OLD, YOUNG, a_course
from tests.oracle.enumeration import FIRST_WEEK, SECOND_WEEK, a_tiny_instance, best_by_enumeration

COURSE = "家政服务"
POOR = Group("脱贫", frozenset({"脱贫"}))
RICH = (Fund("就业资金", 1_000_000),)


def a_county(**changes: Any) -> Instance:
    """Six people, half of them in poverty, half of 西河, plenty of money: the tiny county with something to filter."""
    people = (("东山", YOUNG, "一般", 2), ("东山", OLD, "脱贫", 1), ("西河", YOUNG, "脱贫", 2))
    values: dict[str, Any] = {
        "age_bands": (AgeBand(YOUNG, 16, 39), AgeBand(OLD, 51, 60)),
        "groups": (Group("一般"), POOR),
        "cohorts": tuple(Cohort(*who) for who in people),
        "demand": tuple(Demand(*who[:3], COURSE, who[3]) for who in people),
        "conversion": (
            ConversionRate(COURSE, None, None, 0.5, 0.02),
            ConversionRate(COURSE, OLD, None, 0.3, 0.05),
            ConversionRate(COURSE, None, "脱贫", 0.7, 0.01),
        ),
        "funds": RICH,
    }
    return a_tiny_instance(**(values | changes))


def at_one_place(**changes: Any) -> Instance:
    """The county with all classes at 东山, 36 minutes from 西河."""
    return a_county(venues=(Venue("东山站", "东山"),), **changes)


def with_settings(instance: Instance, **changes: Any) -> Instance:
    """The instance with some settings changed."""
    return replace(instance, settings=replace(instance.settings, **changes))


def with_course(instance: Instance, **changes: Any) -> Instance:
    """The instance with its only course changed."""
    return replace(instance, courses=(replace(instance.courses[0], **changes),))


def with_provider(instance: Instance, **changes: Any) -> Instance:
    """The instance with its only provider changed."""
    return replace(instance, providers=(replace(instance.providers[0], **changes),))


def with_rules(*rules: FundRule, **fund: Any) -> Instance:
    """Only one fund, which pays by these rules, and one of 150 yuan for whatever else there is."""
    rules = (*rules, FundRule("兜底资金"))
    return a_county(funds=(Fund("专项资金", 1_000_000, **fund), Fund("兜底资金", 15_000)), fund_rules=rules)


def with_target(measure: Measure, sense: Sense, value: int, **changes: Any) -> Instance:
    """The county with one target."""
    return a_county(targets=(Target("任务", measure, sense, value, **changes),))


def with_lock(kind: LockKind = LockKind.REQUIRED, **changes: Any) -> Instance:
    """The county with one lock."""
    return a_county(locks=(Lock(COURSE, kind, **changes),))


def with_pool(**changes: Any) -> Instance:
    """The county with two vacancies in one pool."""
    return a_county(pools=(replace(VacancyPool("岗", COURSE, "县内", 2), **changes),))


def two_courses(**changes: Any) -> Instance:
    """Three people who would take both courses, one of three days."""
    values: dict[str, Any] = {
        "courses": (a_course(min_size=2, max_size=3, part_time=False), a_course("电工", min_size=2, max_size=3)),
        "conversion": (ConversionRate(COURSE, None, None, 0.5, None), ConversionRate("电工", None, None, 0.4, None)),
        "cohorts": (Cohort("东山", YOUNG, "一般", 3),),
        "demand": (Demand("东山", YOUNG, "一般", COURSE, 3), Demand("东山", YOUNG, "一般", "电工", 2)),
        "venues": (Venue("东山站", "东山"),),
        "funds": RICH,
    }
    return a_tiny_instance(**(values | changes))


def busy(first: float, second: float, **changes: Any) -> Instance:
    """The county with a farming calendar of 东山."""
    return a_county(
        townships=(Township("东山", "甲县", "高山"), Township("西河", "乙县")),
        busy_weeks=(BusyWeek("高山", FIRST_WEEK, first), BusyWeek("高山", SECOND_WEEK, second)),
        **changes,
    )


PERSONS, CLASSES = Measure.PERSONS, Measure.CLASSES
LEAST, MOST = Sense.AT_LEAST, Sense.AT_MOST

SWITCHED: dict[str, tuple[Instance, Instance]] = {
    # name: (with the feature, without it)
    "trainings per person": (with_settings(two_courses(), trainings_per_person=2), two_courses()),
    "several rooms and teams": (
        with_settings(
            with_provider(a_county(venues=(Venue("东山站", "东山", rooms=2),)), teams=2, annual_classes=2), weeks=1
        ),
        with_settings(with_provider(a_county(venues=(Venue("东山站", "东山"),)), teams=2), weeks=1),
    ),
    "seats": (a_county(venues=(Venue("西河站", "西河", seats=2),)), a_county(venues=(Venue("西河站", "西河"),))),
    "annual limit": (with_provider(a_county(), annual_classes=1), a_county()),
    "quality": (with_provider(a_county(), quality=1.2), a_county()),
    "quality never makes more than one job a head": (
        with_provider(a_county(), quality=5.0), with_provider(a_county(), quality=1.4)
    ),
    "outreach cost": (with_provider(a_county(), outreach_cost_cents=90_000), a_county()),
    "a provider that stays at home": (with_provider(a_county(), mobile=False), a_county()),
    "equipment that stays": (with_course(a_county(), mobile=False, equipment=frozenset({"电工台"})), a_county()),
    "equipment at the venue": (
        with_course(
            a_county(venues=(Venue("西河站", "西河", equipment=frozenset({"电工台"})),)),
            mobile=False, equipment=frozenset({"电工台"}),
        ),
        with_course(a_county(venues=(Venue("西河站", "西河"),)), mobile=False, equipment=frozenset({"电工台"})),
    ),
    "accreditation": (a_county(accreditations=()), a_county()),
    "accredited teams": (
        with_provider(
            with_settings(
                a_county(accreditations=(Accreditation("县职校", COURSE, 1),), venues=(Venue("站", "东山", rooms=2),)),
                weeks=1,
            ),
            teams=2,
        ),
        with_provider(with_settings(a_county(venues=(Venue("站", "东山", rooms=2),)), weeks=1), teams=2),
    ),
    "ages a course suits": (with_course(a_county(), age_bands=frozenset({YOUNG})), a_county()),
    "travel loss": (with_settings(at_one_place(), travel_loss=3.0), at_one_place()),
    "longest way": (with_settings(at_one_place(), max_travel_minutes=35.0), at_one_place()),
    "free minutes": (with_settings(at_one_place(), free_travel_minutes=36.0), at_one_place()),
    "coordinates": (
        at_one_place(
            townships=(Township("东山", "甲县", lon=105.0, lat=27.0), Township("西河", "乙县", lon=105.0, lat=27.16)),
            travel=(),
        ),
        at_one_place(travel=()),
    ),
    "objective uplift": (with_settings(a_county(), objective=Objective.UPLIFT), a_county()),
    "history": (
        a_county(conversion=(), history=(PastOutcome(COURSE, YOUNG, "脱贫", None, 50, 50, 45),)),
        a_county(conversion=()),
    ),
    "part time": (
        with_course(busy(0.3, 0.6), part_time=True, class_days=6),
        with_course(busy(0.3, 0.6), part_time=False, class_days=6),
    ),
    "part-time days a week": (
        with_settings(with_course(a_county(), full_time=False, part_time=True), days_part_time=2),
        with_course(a_county(), full_time=False, part_time=True),
    ),
    "full-time days a week": (with_settings(a_county(), days_full_time=4), a_county()),
    "farming ban": (busy(0.6, 0.6), busy(0.1, 0.1)),
    "farming ban as set": (with_settings(busy(0.6, 0.6), busy_ban=0.61), busy(0.6, 0.6)),
    "attendance": (busy(0.4, 0.4), busy(0.1, 0.1)),
    "attendance table": (busy(0.4, 0.4, attendance=(AttendanceStep(Form.FULL_TIME, 0.4, 0.1),)), busy(0.4, 0.4)),
    "crops": (
        replace(
            busy(0, 0, crop_activities=(CropActivity("高山", "玉米", "播种", (3, 1), (3, 15), 0.9, 1.0),)),
            busy_weeks=(),
        ),
        busy(0, 0),
    ),
    "season": (with_course(busy(0.9, 0.9), season=(((3, 9), (3, 13)),)), busy(0.9, 0.9)),
    "season across the new year": (
        with_course(a_county(), season=(((12, 1), (3, 8)),)), with_course(a_county(), season=(((12, 1), (3, 14)),))
    ),
    "days off": (a_county(days_off=frozenset({date(2026, 3, 13)})), a_county()),
    "make-up days": (
        a_county(days_off=frozenset({date(2026, 3, 13)}), make_up_days=frozenset({date(2026, 3, 14)})),
        a_county(days_off=frozenset({date(2026, 3, 13)})),
    ),
    "earliest start": (with_settings(a_county(), earliest_start=SECOND_WEEK), a_county()),
    "vacancies": (with_pool(), a_county()),
    "no vacancies at all": (a_county(pools=()), a_county()),
    "unlinked factor": (with_settings(with_pool(), unlinked_factor=0.1), with_pool()),
    "vacancies by age": (with_pool(age_bands=frozenset({OLD})), with_pool()),
    "vacancies that close": (with_pool(last_day=date(2026, 3, 7)), with_pool()),
    "vacancies that open late": (
        with_settings(with_pool(first_day=date(2026, 3, 23)), placement_weeks=1), with_pool(first_day=date(2026, 3, 23))
    ),
    "vacancies of another occupation": (with_pool(occupation="电工"), with_pool()),
    "too little money": (a_county(funds=(Fund("就业资金", 60_000),)), a_county()),
    "a fund by kind": (with_rules(FundRule("专项资金", CostKind.SUBSIDY)), with_rules(FundRule("专项资金"))),
    "a fund by tag": (with_rules(FundRule("专项资金", tag="脱贫")), with_rules(FundRule("专项资金"))),
    "a fund by training type": (
        with_rules(FundRule("专项资金", training_type="双证")), with_rules(FundRule("专项资金"))
    ),
    "a fund by county": (with_rules(FundRule("专项资金", county="乙县")), with_rules(FundRule("专项资金"))),
    "a fund that closes": (
        with_rules(FundRule("专项资金"), last_day=date(2026, 3, 6)), with_rules(FundRule("专项资金"))
    ),
    "a fund that opens late": (
        with_rules(FundRule("专项资金"), first_day=date(2026, 3, 14)), with_rules(FundRule("专项资金"))
    ),
    "living allowance": (
        with_settings(a_county(funds=(Fund("就业资金", 100_000),)), living_allowance_cents=4_001),
        with_settings(a_county(funds=(Fund("就业资金", 100_000),)), living_allowance_cents=0),
    ),
    "allowance tag": (with_settings(a_county(), allowance_tag="易迁"), a_county()),
    "exam fee": (with_course(a_county(), exam_fee_cents=2_001), a_county()),
    "soft target on persons": (with_target(PERSONS, MOST, 2, hard=False, penalty=0.6), a_county()),
    "soft target beyond reach": (with_target(PERSONS, LEAST, 9, hard=False), a_county()),
    "soft target on classes": (with_target(CLASSES, LEAST, 3, hard=False), a_county()),
    "soft limit on classes": (with_target(CLASSES, MOST, 1, hard=False, penalty=0.9), a_county()),
    "hard limit on classes": (with_target(CLASSES, MOST, 1), a_county()),
    "hard limit on persons": (with_target(PERSONS, MOST, 3), a_county()),
    "hard target nobody can meet": (with_target(PERSONS, LEAST, 6), a_county()),
    "target by county of the heads": (with_target(PERSONS, MOST, 0, county="乙县"), a_county()),
    "target by county of the venue": (with_target(CLASSES, MOST, 0, county="甲县"), a_county()),
    "target by township": (with_target(PERSONS, MOST, 1, township="东山"), a_county()),
    "target by tag": (with_target(PERSONS, MOST, 1, tag="脱贫"), a_county()),
    "target by age band": (with_target(PERSONS, MOST, 0, age_band=OLD), a_county()),
    "target by industry": (with_target(PERSONS, MOST, 1, industry="服务业"), a_county()),
    "target by another industry": (with_target(PERSONS, LEAST, 1, industry="农业种植"), a_county()),
    "target by training type": (with_target(PERSONS, MOST, 2, training_type="项目"), a_county()),
    "target by course": (with_target(CLASSES, MOST, 1, course=COURSE), a_county()),
    "target by provider": (with_target(CLASSES, MOST, 1, provider="县职校"), a_county()),
    "demanded venue": (with_lock(venue="西河站", number=2), a_county()),
    "demanded size": (with_lock(persons=2, number=2), a_county()),
    "demanded size no class may have": (with_lock(persons=4), a_county()),
    "demanded week outside the plan": (with_lock(start_week=date(2026, 4, 6)), a_county()),
    "forbidden course": (with_lock(LockKind.FORBIDDEN), a_county()),
    "forbidden form": (with_lock(LockKind.FORBIDDEN, form=Form.FULL_TIME), a_county()),
    "forbidden week": (with_lock(LockKind.FORBIDDEN, start_week=SECOND_WEEK), a_county()),
    "forbidden provider": (with_lock(LockKind.FORBIDDEN, provider="县职校"), a_county()),
    "unreachable": (a_county(travel=()), a_county(travel=(TravelTime("西河", "东山", 20),))),
    "a provider without a base": (with_provider(a_county(), base=None), a_county()),
    "two providers": (
        a_county(providers=(Provider("县职校", base="东山", teams=1, annual_classes=1),
                            Provider("民校", base="西河", teams=1, annual_classes=1, quality=0.9))),
        a_county(providers=(Provider("县职校", base="东山", teams=1, annual_classes=1),)),
    ),
}


def by_enumeration(instance: Instance) -> tuple[float, int] | None:
    """Value and cost in cents, ``None`` when infeasible."""
    try:
        return best_by_enumeration(instance)
    except Infeasible:
        return None


def by_compact(instance: Instance) -> tuple[float, int] | None:
    """Value and cost in cents, ``None`` when infeasible."""
    found = solve_compact(build_compact(build_problem(instance)))
    if found.outcome is Outcome.INFEASIBLE:
        return None
    assert found.outcome is Outcome.OPTIMAL
    return found.value, round(found.cost_cents)


@pytest.mark.parametrize("name", SWITCHED)
def test_a_feature_moves_the_optimum_as_the_enumeration_says(name: str) -> None:
    """With and without: same value, same cost; and the feature does change one of them."""
    results = []
    for instance in SWITCHED[name]:
        found, expected = by_compact(instance), by_enumeration(instance)
        assert (found is None) == (expected is None)
        if found and expected:
            assert found[0] == pytest.approx(expected[0], abs=1e-9)
            assert found[1] == expected[1]
        results.append(expected and (round(expected[0], 6), expected[1]))
    assert results[0] != results[1], "the feature is not at work here"
