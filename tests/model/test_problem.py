"""Index arrays of a problem against what a bureau would work out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from planner.domain.instance import (
    Accreditation,
    AgeBand,
    Cohort,
    CostKind,
    Demand,
    Form,
    Fund,
    FundRule,
    Group,
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
from planner.model.problem import ANY, NO_LIMIT, Problem, build_problem
from planner.model.weeks import FORMS
from tests.checker.builders import OLD, YOUNG, a_course, an_instance

COURSE = "家政服务"
FIRST = date(2026, 3, 2)
TWO_BANDS = (AgeBand(YOUNG, 16, 39), AgeBand(OLD, 51, 60))
TWO_GROUPS = (Group("一般"), Group("脱贫", frozenset({"脱贫"})))


def a_problem(**changes: Any) -> Problem:
    """Problem of the small instance of the checker's builders with these changes."""
    return build_problem(an_instance(**changes))


# --- cohorts and wishes ---


def test_a_cohort_without_people_or_wishes_is_left_out() -> None:
    """西河 wants nothing, 南坪 has nobody."""
    problem = a_problem(
        townships=(Township("东山"), Township("西河"), Township("南坪")),
        cohorts=(Cohort("东山", YOUNG, "一般", 3), Cohort("西河", YOUNG, "一般", 3), Cohort("南坪", YOUNG, "一般", 0)),
        demand=(Demand("东山", YOUNG, "一般", COURSE, 2), Demand("西河", YOUNG, "一般", COURSE, 0),
                Demand("南坪", YOUNG, "一般", COURSE, 5)),
    )
    assert problem.cohort_township.tolist() == [0]
    assert problem.demand.tolist() == [[2]]


def test_capacity_is_persons_times_trainings_and_caps_the_wishes() -> None:
    """3 people twice: 6 heads; 9 wishes for one course are worth 6."""
    settings = Settings(plan_start=FIRST, weeks=1, earliest_start=FIRST, trainings_per_person=2)
    problem = a_problem(settings=settings, demand=(Demand("东山", YOUNG, "一般", COURSE, 9),))
    assert problem.capacity.tolist() == [6]
    assert problem.demand.tolist() == [[6]]


def test_wishes_of_an_age_band_the_course_does_not_suit_are_nought() -> None:
    """The course is for the young only."""
    problem = a_problem(
        age_bands=TWO_BANDS,
        courses=(a_course(age_bands=frozenset({YOUNG})),),
        cohorts=(Cohort("东山", YOUNG, "一般", 3), Cohort("东山", OLD, "一般", 3)),
        demand=(Demand("东山", YOUNG, "一般", COURSE, 3), Demand("东山", OLD, "一般", COURSE, 3)),
    )
    assert problem.demand.tolist() == [[3], [0]]


# --- places ---


def test_distance_takes_off_a_tenth_per_half_hour_beyond_the_free_one() -> None:
    """30 minutes are free, 36 keep 1 - 0.1 · 6/30 = 0.98, 40 keep 1 - 0.1/3, 41 are too far, unknown is too far."""
    problem = a_problem(
        townships=tuple(Township(name) for name in ("东山", "西河", "南坪", "北岭", "中寨", "远村")),
        travel=(TravelTime("东山", "西河", 30), TravelTime("东山", "南坪", 36), TravelTime("东山", "北岭", 40),
                TravelTime("东山", "中寨", 41)),
    )
    assert problem.distance[:, 0] == pytest.approx([1.0, 1.0, 0.98, 1 - 0.1 / 3, -1.0, -1.0])


def test_distance_never_falls_below_nought() -> None:
    """A loss of 2 per half hour leaves nothing of 60 minutes, but people may still come; unreachable stays so."""
    settings = Settings(plan_start=FIRST, weeks=1, earliest_start=FIRST, max_travel_minutes=90, travel_loss=2.0)
    problem = a_problem(
        settings=settings,
        townships=(Township("东山"), Township("西河"), Township("远村")),
        travel=(TravelTime("东山", "西河", 60),),
    )
    assert problem.distance[:, 0].tolist() == [1.0, 0.0, -1.0]


@pytest.mark.filterwarnings("error")
def test_without_any_travel_loss_the_unreachable_stay_unreachable() -> None:
    """Nothing lost per minute, times endless minutes, is not a number to plan with."""
    settings = Settings(plan_start=FIRST, weeks=1, earliest_start=FIRST, travel_loss=0.0)
    problem = a_problem(settings=settings, townships=(Township("东山"), Township("远村")))
    assert problem.distance[:, 0].tolist() == [1.0, -1.0]


def fits(course: dict[str, Any] | None = None, venue: dict[str, Any] | None = None, **provider: Any) -> bool:
    """Whether provider 县职校 (base 东山) may teach the course at a venue of 西河."""
    problem = a_problem(
        townships=(Township("东山"), Township("西河")),
        courses=(a_course(**(course or {})),),
        providers=(Provider("县职校", **({"base": "东山"} | provider)),),
        venues=(Venue("站", **({"township": "西河"} | (venue or {}))),),
    )
    return bool(problem.fits[0, 0, 0])


BOUND_TO_A_BENCH = {"mobile": False, "equipment": frozenset({"电工台", "投影"})}


def test_at_its_base_a_provider_has_what_the_course_needs() -> None:
    """Even a provider that never travels, for a course that never travels."""
    assert fits(BOUND_TO_A_BENCH, {"township": "东山"}, mobile=False)


def test_a_provider_that_does_not_travel_stays_at_its_base() -> None:
    """However mobile the course is; without a base it teaches nowhere."""
    assert not fits(mobile=False)
    assert not fits(venue={"township": "东山"}, base=None, mobile=False)


def test_on_the_road_the_equipment_travels_or_stands_there() -> None:
    """The venue must hold everything that a course bound to its equipment needs."""
    assert fits()
    assert not fits(BOUND_TO_A_BENCH)
    assert not fits(BOUND_TO_A_BENCH, {"equipment": frozenset({"电工台"})})
    assert fits(BOUND_TO_A_BENCH, {"equipment": frozenset({"电工台", "投影", "音响"})})
    assert fits({"mobile": False})


def test_accreditation_lists_what_a_provider_may_teach() -> None:
    """With a list: its own rows, never more teams than the provider has; without one: every course."""
    courses = (a_course(), a_course("电工"))
    providers = (Provider("县职校", base="东山", teams=2), Provider("民校", base="东山", teams=1))
    rows = (Accreditation("县职校", "电工", 5), Accreditation("民校", COURSE, 1))
    problem = a_problem(courses=courses, providers=providers, accreditations=rows)
    assert problem.accredited_teams.tolist() == [[0, 2], [1, 0]]
    assert problem.fits[:, 0].tolist() == [[False, True], [True, False]]
    assert a_problem(courses=courses, providers=providers).accredited_teams.tolist() == [[2, 2], [1, 1]]
    assert not a_problem(courses=courses, providers=providers, accreditations=()).fits.any()


def test_outreach_is_paid_away_from_the_base() -> None:
    """Nothing at home, its price elsewhere, everywhere without a base."""
    problem = a_problem(
        townships=(Township("东山"), Township("西河")),
        providers=(Provider("县职校", base="东山", outreach_cost_cents=700), Provider("游校", outreach_cost_cents=900)),
        venues=(Venue("东山站", "东山"), Venue("西河站", "西河")),
    )
    assert problem.outreach_cents.tolist() == [[0, 700], [900, 900]]


def test_seats_limit_the_class_and_a_missing_annual_limit_is_none() -> None:
    """At most 10 by the course, 4 by the seats."""
    problem = a_problem(
        venues=(Venue("小教室", "东山", seats=4), Venue("礼堂", "东山", seats=200)),
        providers=(Provider("县职校", base="东山", annual_classes=7), Provider("民校", base="东山")),
    )
    assert problem.max_size.tolist() == [[4, 10]]
    assert problem.annual_classes.tolist() == [7, NO_LIMIT]


# --- yields ---


def test_quality_never_makes_more_than_one_job_of_a_head() -> None:
    """0.5 · 1.2 = 0.6, but 0.5 · 3 is 1."""
    problem = a_problem(providers=(Provider("县职校", base="东山", quality=1.2), Provider("名校", quality=3.0)))
    assert problem.head_yield(0, 0, 0, 0) == pytest.approx(0.6)
    assert problem.head_yield(0, 1, 0, 0) == 1.0


# --- jobs ---


def with_pools(*pools: VacancyPool, **changes: Any) -> Problem:
    """Four weeks from 2026-03-02, placement within one week, two age bands."""
    settings = Settings(plan_start=FIRST, weeks=4, earliest_start=FIRST, placement_weeks=1)
    return a_problem(**({"settings": settings, "age_bands": TWO_BANDS, "pools": pools} | changes))


def takers(problem: Problem, band: int, week: int) -> set[str]:
    """Pools that may take jobs of the first occupation from this band and end week."""
    source = problem.source[0, band, week]
    merged = np.flatnonzero(problem.source_pools[source])
    return {problem.instance.pools[d].id for m in merged for d in problem.pool_members[m]}


def test_a_pool_is_open_from_the_end_week_to_the_sunday_of_the_last_placement_week() -> None:
    """Week 03-02 with one placement week runs to Sunday 03-15; a pool closed on 03-08 takes the first week only."""
    problem = with_pools(
        VacancyPool("早", COURSE, "县内", 1, None, date(2026, 3, 8)),
        VacancyPool("晚", COURSE, "县内", 1, date(2026, 3, 15), None),
        VacancyPool("更晚", COURSE, "县内", 1, date(2026, 3, 16), date(2026, 3, 16)),
    )
    assert [takers(problem, 0, week) for week in range(4)] == [
        {"早", "晚"}, {"晚", "更晚"}, {"晚", "更晚"}, {"晚"}
    ]


def test_pools_admit_their_age_bands_and_occupation() -> None:
    """The young find both, the old one of them; electricians none."""
    problem = with_pools(
        VacancyPool("青年岗", COURSE, "县内", 1, age_bands=frozenset({YOUNG})),
        VacancyPool("岗", COURSE, "县内", 1),
        VacancyPool("电工岗", "电工", "县内", 1),
    )
    assert takers(problem, 0, 0) == {"青年岗", "岗"}
    assert takers(problem, 1, 0) == {"岗"}


def test_pools_that_take_the_same_jobs_are_one() -> None:
    """2 in the county and 3 far away are 5; a pool that closes earlier, an empty one and an untaught one are not."""
    problem = with_pools(
        VacancyPool("县内岗", COURSE, "县内", 2),
        VacancyPool("省外岗", COURSE, "省外", 3, date(2026, 1, 1), date(2026, 12, 31)),
        VacancyPool("短期岗", COURSE, "县内", 4, None, date(2026, 3, 8)),
        VacancyPool("空岗", COURSE, "县内", 0),
        VacancyPool("电工岗", "电工", "县内", 9),
    )
    assert sorted(zip(problem.pool_members, problem.pool_jobs.tolist(), strict=True)) == [((0, 1), 5), ((2,), 4)]


def test_sources_that_the_same_pools_take_are_one() -> None:
    """One pool for all weeks and both bands: a single source; with an early pool for the young there are two."""
    everyone = VacancyPool("岗", COURSE, "县内", 2)
    assert len(with_pools(everyone).source_pools) == 1
    early = VacancyPool("早", COURSE, "县内", 1, None, date(2026, 3, 8), frozenset({YOUNG}))
    problem = with_pools(everyone, early)
    assert len(problem.source_pools) == 2
    assert problem.source[0, 0].tolist() != problem.source[0, 1].tolist()
    assert len(set(problem.source[0, 1].tolist())) == 1


def test_occupations_never_share_a_source() -> None:
    """Courses of one occupation do; a course of another has its own even without any pool."""
    courses = (a_course(), a_course("月嫂", occupation=COURSE), a_course("电工"))
    problem = with_pools(courses=courses)
    assert problem.course_occupation[0] == problem.course_occupation[1] != problem.course_occupation[2]
    assert len(problem.source_pools) == 2


def test_without_vacancies_everything_counts_one_but_none_at_all_is_an_answer() -> None:
    """``None`` is "not known"; an empty list given by a program says that there are none."""
    assert with_pools(pools=None).unlinked_factor == 1.0
    nothing_open = with_pools()
    assert nothing_open.unlinked_factor == 0.6
    assert not nothing_open.source_pools.any()


# --- money ---


def payers(
    problem: Problem, kind: CostKind, group: str = "一般", course: int = 0, venue: int = 0, week: int = 0
) -> set[str]:
    """Funds that may pay a cost of a class that ends in this week."""
    place = problem.training_type[course], problem.venue_county[venue], week
    if kind is CostKind.CLASS_COST:
        category = problem.class_category[place]
    else:
        row = [CostKind.SUBSIDY, CostKind.EXAM_FEE, CostKind.LIVING].index(kind)
        column = [one.name for one in problem.instance.groups].index(group)
        category = problem.head_category[(row, column, *place)]
    return {problem.instance.funds[f].name for f in np.flatnonzero(problem.category_funds[category])}


def test_costs_of_a_head_by_kind_and_group() -> None:
    """Subsidy 100, exam fee 20; living allowance 40 yuan on five class days for people in poverty only."""
    problem = a_problem(groups=TWO_GROUPS, courses=(a_course(exam_fee_cents=2_000, class_cost_cents=5_000),))
    assert problem.head_cents[0].tolist() == [[10_000, 2_000, 0], [10_000, 2_000, 20_000]]
    assert problem.class_cents.tolist() == [5_000]


def test_the_allowance_goes_by_the_tag_of_the_settings() -> None:
    """30 yuan a day to relocated people."""
    settings = Settings(
        plan_start=FIRST, weeks=1, earliest_start=FIRST, living_allowance_cents=3_000, allowance_tag="易迁"
    )
    groups = (Group("脱贫", frozenset({"脱贫"})), Group("双重", frozenset({"脱贫", "易迁"})))
    problem = a_problem(
        settings=settings, groups=groups, cohorts=(Cohort("东山", YOUNG, "脱贫", 3),),
        demand=(Demand("东山", YOUNG, "脱贫", COURSE, 3),),
    )
    assert problem.head_cents[0, :, 2].tolist() == [0, 15_000]


def test_a_fund_pays_for_classes_whose_last_week_meets_its_dates() -> None:
    """Monday to Friday: a fund that ends on Monday 03-09 meets that week, one from Saturday 03-14 does not."""
    problem = a_problem(
        funds=(Fund("至周一", 1, None, date(2026, 3, 9)), Fund("自周五", 1, date(2026, 3, 13), None),
               Fund("自周六", 1, date(2026, 3, 14), None))
    )
    found = [payers(problem, CostKind.SUBSIDY, week=week) for week in range(4)]
    assert found == [{"至周一"}, {"至周一", "自周五"}, {"自周五", "自周六"}, {"自周五", "自周六"}]


def test_fund_rules_go_by_kind_tag_type_and_county() -> None:
    """Each fund has one rule that names one thing; the last pays everything."""
    funds = tuple(Fund(name, 1) for name in ("补贴", "脱贫", "双证", "乙县", "全部"))
    rules = (
        FundRule("补贴", CostKind.SUBSIDY),
        FundRule("脱贫", tag="脱贫"),
        FundRule("双证", training_type="双证"),
        FundRule("乙县", county="乙县"),
        FundRule("全部"),
    )
    problem = a_problem(
        townships=(Township("东山", "甲县"), Township("西河", "乙县")),
        groups=TWO_GROUPS,
        courses=(a_course(), a_course("电工", training_type="双证")),
        venues=(Venue("东山站", "东山"), Venue("西河站", "西河")),
        funds=funds,
        fund_rules=rules,
    )
    assert payers(problem, CostKind.SUBSIDY) == {"补贴", "全部"}
    assert payers(problem, CostKind.EXAM_FEE) == {"全部"}
    assert payers(problem, CostKind.LIVING, "脱贫") == {"脱贫", "全部"}
    assert payers(problem, CostKind.SUBSIDY, "脱贫", course=1, venue=1) == {"补贴", "脱贫", "双证", "乙县", "全部"}
    # A rule with a tag never pays 办班费.
    assert payers(problem, CostKind.CLASS_COST, venue=1) == {"乙县", "全部"}


def test_conditions_of_a_rule_hold_together_and_rules_of_a_fund_add_up() -> None:
    """One fund: subsidies of 双证 courses, or living allowance of people in poverty."""
    rules = (
        FundRule("资金", CostKind.SUBSIDY, training_type="双证"), FundRule("资金", CostKind.LIVING, tag="脱贫")
    )
    problem = a_problem(groups=TWO_GROUPS, courses=(a_course(), a_course("电工", training_type="双证")),
                        funds=(Fund("资金", 1),), fund_rules=rules)
    assert payers(problem, CostKind.SUBSIDY, "脱贫") == set()
    assert payers(problem, CostKind.SUBSIDY, course=1) == {"资金"}
    assert payers(problem, CostKind.LIVING, "脱贫") == {"资金"}
    assert payers(problem, CostKind.CLASS_COST, course=1) == set()


def test_costs_that_the_same_funds_pay_are_one_category() -> None:
    """Without rules and dates there is one category, whatever the kind, group, week."""
    problem = a_problem(groups=TWO_GROUPS, funds=(Fund("甲", 1), Fund("乙", 1)))
    assert problem.category_funds.tolist() == [[True, True]]


# --- targets ---


def a_targeted_problem(*targets: Target) -> Problem:
    """Two counties, two bands, two groups, two courses, two providers and two venues."""
    people = [("东山", YOUNG, "一般"), ("东山", OLD, "脱贫"), ("西河", YOUNG, "脱贫")]
    return a_problem(
        townships=(Township("东山", "甲县"), Township("西河", "乙县")),
        age_bands=TWO_BANDS,
        groups=TWO_GROUPS,
        courses=(a_course(), a_course("电工", industry="工业", training_type="双证")),
        providers=(Provider("县职校", base="东山"), Provider("民校", base="西河")),
        venues=(Venue("东山站", "东山"), Venue("西河站", "西河")),
        cohorts=tuple(Cohort(*who, 3) for who in people),
        demand=tuple(Demand(*who, COURSE, 3) for who in people),
        targets=targets,
    )


def a_target(measure: Measure = Measure.PERSONS, **changes: Any) -> Target:
    """At least 5, filtered by the changes."""
    return replace(Target("任务", measure, Sense.AT_LEAST, 5), **changes)


@pytest.mark.parametrize(
    ("filters", "cohorts"),
    [
        ({}, [True, True, True]),
        ({"township": "西河"}, [False, False, True]),
        ({"county": "甲县"}, [True, True, False]),
        ({"tag": "脱贫"}, [False, True, True]),
        ({"age_band": YOUNG}, [True, False, True]),
        ({"age_band": YOUNG, "tag": "脱贫"}, [False, False, True]),
        ({"county": "乙县", "township": "东山"}, [False, False, False]),
    ],
    ids=str,
)
def test_heads_a_target_counts(filters: dict[str, str], cohorts: list[bool]) -> None:
    """By where the heads live, what they are and how old."""
    assert a_targeted_problem(a_target(**filters)).target_cohorts.tolist() == [cohorts]


@pytest.mark.parametrize(
    ("filters", "courses"),
    [
        ({}, [True, True]),
        ({"course": "电工"}, [False, True]),
        ({"industry": "服务业"}, [True, False]),
        ({"training_type": "双证"}, [False, True]),
        ({"training_type": "双证", "industry": "服务业"}, [False, False]),
    ],
    ids=str,
)
def test_courses_a_target_counts(filters: dict[str, str], courses: list[bool]) -> None:
    """By name, industry and training type."""
    assert a_targeted_problem(a_target(**filters)).target_courses.tolist() == [courses]


def test_providers_and_places_a_target_counts() -> None:
    """A county or township of a 班数 target is the venue's."""
    problem = a_targeted_problem(
        a_target(Measure.CLASSES, provider="民校"), a_target(Measure.CLASSES, county="乙县"),
        a_target(Measure.CLASSES, township="东山"),
    )
    assert problem.target_providers.tolist() == [[False, True], [True, True], [True, True]]
    assert problem.target_venues.tolist() == [[True, True], [False, True], [True, False]]
    assert not problem.target_heads.any()


def test_sense_value_and_price_of_a_target() -> None:
    """A 必须 target has no price that would do instead."""
    problem = a_targeted_problem(
        a_target(), a_target(sense=Sense.AT_MOST, value=7, hard=False, penalty=0.3)
    )
    assert problem.target_at_least.tolist() == [True, False]
    assert problem.target_value.tolist() == [5, 7]
    assert problem.target_penalty.tolist() == [np.inf, 0.3]


def test_no_targets_leave_empty_masks_of_the_right_shape() -> None:
    """Nothing to count, but arrays to multiply with."""
    problem = a_targeted_problem()
    assert problem.target_cohorts.shape == (0, 3)
    assert problem.target_courses.shape == (0, 2)


# --- locks ---


def a_locked_problem(*locks: Lock, **changes: Any) -> Problem:
    """Two courses, the class sizes 2 to 10, two venues of 50 and of 4 seats."""
    values: dict[str, Any] = {
        "courses": (a_course(min_size=2), a_course("电工", min_size=2)),
        "venues": (Venue("东山站", "东山"), Venue("小教室", "东山", seats=4)),
        "locks": locks,
    }
    return a_problem(**(values | changes))


def test_a_lock_on_nothing_but_the_course_leaves_the_rest_open() -> None:
    """Three classes of 电工, anywhere."""
    problem = a_locked_problem(Lock("电工", LockKind.REQUIRED, number=3))
    assert problem.required.tolist() == [[1, ANY, ANY, ANY, ANY, ANY]]
    assert problem.required_number.tolist() == [3]


def test_a_lock_may_name_everything() -> None:
    """Provider, venue, form and week by index."""
    lock = Lock(COURSE, LockKind.FORBIDDEN, "县职校", "小教室", Form.PART_TIME, date(2026, 3, 16))
    problem = a_locked_problem(lock)
    assert problem.forbidden.tolist() == [[0, ANY, 0, 1, FORMS.index(Form.PART_TIME), 2]]
    assert problem.required.shape == (0, 6)


def test_a_week_outside_the_plan_matches_nothing() -> None:
    """Neither a week of the plan nor the wildcard."""
    problem = a_locked_problem(Lock(COURSE, LockKind.REQUIRED, start_week=date(2027, 3, 1)))
    assert problem.required[0, 5] not in range(ANY, problem.weeks)


def test_required_locks_remember_their_rows() -> None:
    """The second row of 固定班 is the only one that demands anything."""
    problem = a_locked_problem(Lock(COURSE, LockKind.FORBIDDEN), Lock("电工", LockKind.REQUIRED))
    assert problem.required_lock == (1,)


def test_a_number_of_heads_makes_an_offering_of_exactly_that_size() -> None:
    """Six of 家政服务, named by two locks: one offering of 6, which the room of four seats cannot hold."""
    six = Lock(COURSE, LockKind.REQUIRED, persons=6)
    problem = a_locked_problem(six, replace(six, venue="东山站"))
    assert problem.offering_course.tolist() == [0, 1, 0]
    assert problem.min_size.tolist() == [2, 2, 6]
    assert problem.max_size.tolist() == [[10, 4], [10, 4], [6, 4]]
    assert problem.required[:, 1].tolist() == [2, 2]


@pytest.mark.parametrize("persons", [1, 11])
def test_an_exact_size_outside_the_class_limits_fits_nowhere(persons: int) -> None:
    """The class limits hold for locked classes too."""
    problem = a_locked_problem(Lock(COURSE, LockKind.REQUIRED, persons=persons))
    assert (problem.max_size[2] < problem.min_size[2]).all()


def test_a_class_is_never_empty() -> None:
    """A smallest size of nought is read as one."""
    assert a_problem(courses=(a_course(min_size=0),)).min_size.tolist() == [1]


# --- nothing to plan ---


def test_no_demand_at_all_gives_empty_arrays() -> None:
    """The shapes hold, so that everything downstream does."""
    problem = a_problem(demand=(), targets=(Target("任务", Measure.PERSONS, Sense.AT_LEAST, 1, hard=False),))
    assert problem.demand.shape == (0, 1)
    assert problem.target_cohorts.shape == (1, 0)
