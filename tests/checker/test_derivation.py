"""The checker's derivations against sums done by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import exp, log
from typing import Any

import pytest

from planner.checker import calendar, farming, money, rates, travel
from planner.checker.derivation import ClassOption, Derivation, does_place_fit, is_pool_open
from planner.domain.instance import (
    DEFAULT_ATTENDANCE,
    AgeBand,
    BusyWeek,
    ConversionRate,
    CostKind,
    CropActivity,
    Form,
    Fund,
    Group,
    Instance,
    Objective,
    PastOutcome,
    Provider,
    Settings,
    Township,
    TravelTime,
    VacancyPool,
    Venue,
)
from tests.checker.builders import YOUNG, a_course, a_small_instance, an_instance

SPRING_FESTIVAL = frozenset({*(date(2026, 2, day) for day in range(16, 21)), date(2026, 2, 23)})
MADE_UP = frozenset({date(2026, 2, 14), date(2026, 2, 28)})


def around_spring_festival(**settings: Any) -> Instance:
    """An instance of eight weeks from 2026-02-02 with the festival's days off and make-up days."""
    return an_instance(
        settings=Settings(plan_start=date(2026, 2, 2), weeks=8, **settings),
        days_off=SPRING_FESTIVAL,
        make_up_days=MADE_UP,
    )


def mondays(first: date, weeks: int) -> tuple[date, ...]:
    """Consecutive Mondays."""
    return tuple(first + timedelta(weeks=week) for week in range(weeks))


# --- weeks of a class ---


def test_a_make_up_saturday_counts_as_a_working_day_of_its_week() -> None:
    """Week 02-09 has Monday to Friday and Saturday 14; week 02-23 has 24–27 and Saturday 28."""
    instance = around_spring_festival()
    worked = [calendar.working_days(instance, monday) for monday in mondays(date(2026, 2, 9), 3)]
    assert worked == [6, 0, 5]


def test_a_week_without_working_days_is_a_week_of_the_class() -> None:
    """Ten days full time from 02-09: five (of six) + none + five = three weeks."""
    weeks = calendar.class_weeks(around_spring_festival(), a_course(class_days=10), Form.FULL_TIME, date(2026, 2, 9))
    assert weeks == mondays(date(2026, 2, 9), 3)


def test_more_days_a_week_use_the_make_up_day() -> None:
    """Eleven days: 6 + 0 + 5 at six a week end a week before 5 + 0 + 5 + 1 at five a week."""
    course = a_course(class_days=11)
    six, five = around_spring_festival(days_full_time=6), around_spring_festival()
    assert len(calendar.class_weeks(six, course, Form.FULL_TIME, date(2026, 2, 9)) or ()) == 3
    assert len(calendar.class_weeks(five, course, Form.FULL_TIME, date(2026, 2, 9)) or ()) == 4


def test_part_time_stretches_a_class_over_more_weeks() -> None:
    """Seven days: 5 + 2 full time, 3 + 3 + 1 part time."""
    instance, course = around_spring_festival(), a_course(class_days=7)
    assert len(calendar.class_weeks(instance, course, Form.FULL_TIME, date(2026, 3, 2)) or ()) == 2
    assert len(calendar.class_weeks(instance, course, Form.PART_TIME, date(2026, 3, 2)) or ()) == 3


def test_a_class_may_end_in_the_last_week_but_not_after_it() -> None:
    """The last Monday is 03-23: six days from 03-16 fit, from 03-23 they do not."""
    instance, course = around_spring_festival(), a_course(class_days=6)
    assert calendar.class_weeks(instance, course, Form.FULL_TIME, date(2026, 3, 16)) == mondays(date(2026, 3, 16), 2)
    assert calendar.class_weeks(instance, course, Form.FULL_TIME, date(2026, 3, 23)) is None


def test_earliest_start_is_the_day_after_the_tenth_working_day() -> None:
    """From 02-09: 9–14 are six, then 24, 25, 26, 27: the tenth is Friday 27 February."""
    instance = replace(around_spring_festival(), settings=Settings(plan_start=date(2026, 2, 9)))
    assert calendar.earliest_start(instance) == date(2026, 2, 28)


def test_earliest_start_as_set_wins() -> None:
    """The setting 最早开班 replaces the default."""
    assert calendar.earliest_start(around_spring_festival(earliest_start=date(2026, 2, 3))) == date(2026, 2, 3)


# --- season ---

WINTER = (((11, 15), (2, 15)),)


@pytest.mark.parametrize(
    ("first", "weeks", "inside"),
    [
        (date(2026, 12, 28), 2, True),  # 28 December to 8 January
        (date(2026, 11, 16), 1, True),  # Monday after it opens
        (date(2026, 11, 9), 2, False),  # begins before 15 November
        (date(2027, 2, 8), 1, True),  # ends Friday 12 February
        (date(2027, 2, 8), 2, False),  # ends Friday 19 February
        (date(2027, 6, 7), 1, False),
    ],
)
def test_a_season_may_cross_the_new_year(first: date, weeks: int, inside: bool) -> None:
    """Window 11-15~02-15 of two calendar years is one occurrence."""
    assert calendar.is_in_season(a_course(season=WINTER), mondays(first, weeks)) is inside


@pytest.mark.parametrize(("last_day", "inside"), [((3, 6), True), ((3, 5), False)])
def test_a_season_holds_until_the_friday_of_the_last_week(last_day: tuple[int, int], inside: bool) -> None:
    """The week of 2026-03-02 ends on Friday 03-06."""
    assert calendar.is_in_season(a_course(season=(((3, 1), last_day),)), (date(2026, 3, 2),)) is inside


def test_a_class_lies_in_one_occurrence_of_a_yearly_window() -> None:
    """Window 01-01~12-31 does not hold the week from 2026-12-28 to Friday 2027-01-01."""
    course = a_course(season=(((1, 1), (12, 31)),))
    assert not calendar.is_in_season(course, (date(2026, 12, 28),))


def test_a_class_may_use_any_of_several_windows_but_not_two() -> None:
    """Windows 03-01~03-13 and 03-14~03-31: weeks 03-02 and 03-16 fit, both together do not."""
    course = a_course(season=(((3, 1), (3, 13)), ((3, 14), (3, 31))))
    assert calendar.is_in_season(course, mondays(date(2026, 3, 2), 2))
    assert calendar.is_in_season(course, (date(2026, 3, 16),))
    assert not calendar.is_in_season(course, mondays(date(2026, 3, 2), 3))


# --- farming ---


def rice_and_maize() -> Instance:
    """Rice planted 05-04~05-06 (0.5 · 0.8) and maize hoed in all of May (0.4 · 0.5)."""
    return an_instance(
        crop_activities=(
            CropActivity("平坝", "水稻", "插秧", (5, 4), (5, 6), intensity=0.8, adoption=0.5),
            CropActivity("平坝", "玉米", "薅草", (5, 1), (5, 31), intensity=0.5, adoption=0.4),
            CropActivity("高山", "天麻", "采收", (12, 30), (1, 2), intensity=1.0, adoption=0.7),
        )
    )


def test_busy_index_combines_crop_activities() -> None:
    """Week 2026-05-04: 1 − (1 − 0.4 · 3/7)(1 − 0.2) = 1 − (29/35)(4/5) = 59/175."""
    assert farming.busy_index(rice_and_maize(), "平坝", date(2026, 5, 4)) == pytest.approx(59 / 175, abs=1e-9)


def test_busy_index_counts_the_days_of_the_week_inside() -> None:
    """Week 2026-04-27: only Friday 1 to Sunday 3 May, 0.2 · 3/7."""
    assert farming.busy_index(rice_and_maize(), "平坝", date(2026, 4, 27)) == pytest.approx(0.6 / 7, abs=1e-9)


def test_a_crop_activity_may_cross_the_new_year() -> None:
    """Week 2026-12-28: 30, 31 December, 1, 2 January are four of seven days, 0.7 · 4/7 = 0.4."""
    assert farming.busy_index(rice_and_maize(), "高山", date(2026, 12, 28)) == pytest.approx(0.4, abs=1e-9)


def test_a_busy_index_at_the_limit_meets_it() -> None:
    """1 − (1 − 0.7) is 0.7 and not a little more or less, so the ban from 0.7 holds."""
    activity = CropActivity("平坝", "水稻", "收割", (9, 1), (9, 30), intensity=0.7, adoption=1.0)
    assert farming.busy_index(an_instance(crop_activities=(activity,)), "平坝", date(2026, 9, 7)) == 0.7


def test_a_township_without_calendar_is_never_busy() -> None:
    """A missing calendar and a missing week both mean 0."""
    instance = an_instance(busy_weeks=(BusyWeek("平坝", date(2026, 3, 2), 0.9),))
    assert farming.busy_index(instance, "", date(2026, 3, 2)) == 0.0
    assert farming.busy_index(instance, "平坝", date(2026, 3, 9)) == 0.0


@pytest.mark.parametrize(
    ("busy", "full_time", "part_time"),
    [(0.0, 1.0, 1.0), (0.29, 1.0, 1.0), (0.3, 0.9, 0.95), (0.5, 0.75, 0.9), (0.7, 0.5, 0.75), (1.0, 0.5, 0.75)],
)
def test_attendance_by_busy_index(busy: float, full_time: float, part_time: float) -> None:
    """The table of the contract, limits included from below."""
    assert farming.attendance_factor(DEFAULT_ATTENDANCE, Form.FULL_TIME, busy) == full_time
    assert farming.attendance_factor(DEFAULT_ATTENDANCE, Form.PART_TIME, busy) == part_time


def busy_weeks_instance() -> Instance:
    """Busy 0.3 and 0.6 in the first two of four weeks from 2026-03-02, in the only township."""
    return an_instance(
        townships=(Township("东山", calendar="高山"),),
        busy_weeks=(BusyWeek("高山", date(2026, 3, 2), 0.3), BusyWeek("高山", date(2026, 3, 9), 0.6)),
    )


def an_option(instance: Instance, **changes: Any) -> ClassOption:
    """The only course by the only provider at the only venue, full time in the first three weeks."""
    option = ClassOption(
        instance.courses[0], instance.providers[0], instance.venues[0], Form.FULL_TIME, mondays(date(2026, 3, 2), 3)
    )
    return replace(option, **changes)


def test_attendance_is_the_plain_mean_over_the_weeks() -> None:
    """Full time (0.9 + 0.75 + 1)/3 = 2.65/3, part time (0.95 + 0.9 + 1)/3 = 0.95."""
    instance = busy_weeks_instance()
    derivation = Derivation(instance)
    assert derivation.attendance(an_option(instance), "东山") == pytest.approx(2.65 / 3)
    assert derivation.attendance(an_option(instance, form=Form.PART_TIME), "东山") == pytest.approx(0.95)


def test_full_time_and_part_time_have_their_own_ban() -> None:
    """0.6 closes a week to full time (0.5), not to part time (0.7)."""
    instance = busy_weeks_instance()
    derivation = Derivation(instance)
    assert derivation.banned_weeks(an_option(instance), "东山") == (date(2026, 3, 9),)
    assert derivation.banned_weeks(an_option(instance, form=Form.PART_TIME), "东山") == ()


def test_a_course_with_a_season_ignores_farming() -> None:
    """Neither ban nor lower attendance."""
    instance = busy_weeks_instance()
    derivation = Derivation(instance)
    option = an_option(instance, course=a_course(season=(((3, 1), (3, 31)),)))
    assert derivation.banned_weeks(option, "东山") == ()
    assert derivation.attendance(option, "东山") == 1.0


# --- travel ---


def test_travel_minutes_from_coordinates() -> None:
    """0.1° on a great circle: 6371 · π/1800 km = 11.119493 km, two minutes each."""
    a, b, c = Township("甲", lon=105, lat=0), Township("乙", lon=105.1, lat=0), Township("丙", lon=105, lat=0.1)
    assert travel.travel_minutes({}, a, b) == pytest.approx(22.2389853, abs=1e-6)
    assert travel.travel_minutes({}, a, c) == pytest.approx(22.2389853, abs=1e-6)


def test_meridians_converge_towards_the_pole() -> None:
    """At 60° north 0.1° of longitude is half as far, to within a metre."""
    a, b = Township("甲", lon=105, lat=60), Township("乙", lon=105.1, lat=60)
    assert travel.travel_minutes({}, a, b) == pytest.approx(22.2389853 / 2, abs=2e-3)


def test_a_travel_row_wins_over_coordinates_both_ways() -> None:
    """路程 is symmetric and more specific than coordinates; the same township is 0."""
    a, b = Township("甲", lon=105, lat=0), Township("乙", lon=105.1, lat=0)
    stated = travel.stated_minutes(an_instance(travel=(TravelTime("甲", "乙", 50),)))
    assert travel.travel_minutes(stated, b, a) == 50
    assert travel.travel_minutes(stated, a, a) == 0


def test_a_pair_without_row_or_coordinates_is_unreachable() -> None:
    """One missing coordinate is enough."""
    assert travel.travel_minutes({}, Township("甲", lon=105, lat=0), Township("乙", lon=105)) is None


@pytest.mark.parametrize(("minutes", "factor"), [(0, 1.0), (30, 1.0), (45, 0.95), (60, 0.9), (400, 0.0)])
def test_distance_factor(minutes: float, factor: float) -> None:
    """0.10 less for every 30 minutes beyond 30, never below 0."""
    assert travel.distance_factor(Settings(date(2026, 1, 5)), minutes) == pytest.approx(factor)


# --- rates ---

OLD_BAND = AgeBand("50岁以上", 51, 60)
YOUNG_BAND = AgeBand(YOUNG, 16, 39)
POOR = Group("脱贫", frozenset({"脱贫"}))


def rate(instance: Instance, age_band: AgeBand = YOUNG_BAND, objective: Objective = Objective.GROSS) -> float:
    """Rate of the instance's course for a band and 脱贫."""
    settings = replace(instance.settings, objective=objective)
    return rates.conversion_rate(replace(instance, settings=settings), instance.courses[0], age_band, POOR)


def test_the_most_specific_rate_wins() -> None:
    """Course + age + group before course + age before course + group before course."""
    rows = (
        ConversionRate("家政服务", None, None, 0.1, None),
        ConversionRate("家政服务", None, "脱贫", 0.2, None),
        ConversionRate("家政服务", YOUNG, None, 0.3, None),
        ConversionRate("家政服务", YOUNG, "脱贫", 0.4, None),
    )
    found = [rate(an_instance(conversion=rows[:number])) for number in (1, 2, 3, 4)]
    assert found == [0.1, 0.2, 0.3, 0.4]


def test_a_row_that_lacks_the_wanted_rate_is_passed_over() -> None:
    """A specific row with only an uplift leaves the gross rate to the coarser row, and the other way round."""
    rows = (ConversionRate("家政服务", None, None, 0.5, None), ConversionRate("家政服务", YOUNG, "脱贫", None, 0.07))
    assert rate(an_instance(conversion=rows)) == 0.5
    assert rate(an_instance(conversion=rows), objective=Objective.UPLIFT) == 0.07


def test_a_missing_gross_rate_is_shrunk_from_history() -> None:
    """One past cell of 200 in 300 at the default's odds, levels of the usual strength: worked down by hand."""
    history = (PastOutcome("家政服务", YOUNG, "脱贫", "民校", 300, 300, 200),)
    instance = an_instance(conversion=(), history=history, age_bands=(YOUNG_BAND,))
    grid = [2.0**power for power in range(1, 13)]
    weights = [exp(-(log(m / 100) ** 2) / (2 * 1.5**2)) for m in grid]
    m = exp(sum(w * log(tried) for w, tried in zip(weights, grid, strict=True)) / sum(weights))
    people = [300.0]
    for _ in range(4):
        people.append(people[-1] * (m + 1) / (people[-1] + m))
    expected = (people[4] * 2 / 3 + 2 * 0.5) / (people[4] + 2)
    for number in (3, 2, 1, 0):
        expected = (people[number] * 2 / 3 + m * expected) / (people[number] + m)
    assert rate(instance) == pytest.approx(expected, abs=1e-12)


def test_history_changes_nothing_without_people_and_never_an_uplift() -> None:
    """An empty row leaves the default 0.5; past classes say nothing of uplift (default 0.02)."""
    nobody = (PastOutcome("家政服务", YOUNG, "脱贫", None, 0, 0, 0),)
    many = (PastOutcome("家政服务", YOUNG, "脱贫", None, 100, 100, 100),)
    assert rate(an_instance(conversion=(), history=nobody)) == pytest.approx(0.5)
    assert rate(an_instance(conversion=(), history=many), objective=Objective.UPLIFT) == 0.02


@pytest.mark.parametrize(
    ("training_type", "industry", "age_band", "gross", "uplift"),
    [
        ("订单", "农业种植", OLD_BAND, 0.75, 0.08),
        ("双证", "创业", OLD_BAND, 0.40, 0.02),
        ("双证", "创业", YOUNG_BAND, 0.15, 0.01),
        ("双证", "农业种植", YOUNG_BAND, 0.35, 0.01),
        ("双证", "工业", YOUNG_BAND, 0.60, 0.05),
        ("自主", "工业", YOUNG_BAND, 0.50, 0.01),
        ("品牌", "工业", YOUNG_BAND, 0.50, 0.02),
    ],
)
def test_default_rates(training_type: str, industry: str, age_band: AgeBand, gross: float, uplift: float) -> None:
    """First match of the table of default rates."""
    course = a_course(training_type=training_type, industry=industry)
    assert rates.default_rate(Objective.GROSS, course, age_band) == gross
    assert rates.default_rate(Objective.UPLIFT, course, age_band) == uplift


def test_quality_cannot_lift_a_rate_above_one() -> None:
    """min(1, 0.5 · 3) · attendance 1 · distance 1."""
    instance = an_instance(providers=(Provider("县职校", base="东山", quality=3.0),))
    assert Derivation(instance).expected_jobs(an_option(instance), ("东山", YOUNG, "一般")) == 1.0


# --- places, pools, money ---


@pytest.mark.parametrize(
    ("provider", "course", "equipment", "fits"),
    [
        (Provider("p", base="东山", mobile=False), {"mobile": False, "equipment": frozenset({"车床"})}, (), True),
        (Provider("p", base="西河", mobile=False), {}, (), False),
        (Provider("p", base="西河"), {}, (), True),
        (Provider("p"), {"mobile": False}, (), True),
        (Provider("p"), {"mobile": False, "equipment": frozenset({"车床", "焊机"})}, ("车床",), False),
        (Provider("p"), {"mobile": False, "equipment": frozenset({"车床", "焊机"})}, ("车床", "焊机", "灶"), True),
        (Provider("p"), {"equipment": frozenset({"车床"})}, (), True),
    ],
)
def test_place_fits(provider: Provider, course: dict[str, Any], equipment: tuple[str, ...], fits: bool) -> None:
    """At its base everything; on the road what travels or finds all its equipment there."""
    venue = Venue("东山站", "东山", equipment=frozenset(equipment))
    assert does_place_fit(a_course(**course), provider, venue) is fits


@pytest.mark.parametrize(
    ("first_day", "last_day", "is_open"),
    [
        (None, None, True),
        (date(2026, 3, 15), None, True),  # the Sunday of the week after
        (date(2026, 3, 16), None, False),
        (None, date(2026, 3, 2), True),  # the Monday of the last week
        (None, date(2026, 3, 1), False),
    ],
)
def test_pool_window(first_day: date | None, last_day: date | None, is_open: bool) -> None:
    """A class that ends in week 03-02 with one placement week: Monday 03-02 to Sunday 03-15."""
    instance = an_instance(settings=Settings(date(2026, 3, 2), 4, placement_weeks=1))
    pool = VacancyPool("岗", "家政", "县内", 1, first_day, last_day)
    assert is_pool_open(Derivation(instance), pool, date(2026, 3, 2)) is is_open


@pytest.mark.parametrize(
    ("first_day", "last_day", "pays"),
    [
        (None, None, True),
        (date(2026, 3, 20), None, True),  # the Friday of the last week
        (date(2026, 3, 21), None, False),
        (None, date(2026, 3, 16), True),  # its Monday
        (None, date(2026, 3, 15), False),
    ],
)
def test_fund_dates(first_day: date | None, last_day: date | None, pays: bool) -> None:
    """The last week of the class is Monday 03-16 to Friday 03-20."""
    assert money.do_dates_allow(Fund("资金", 1, first_day, last_day), an_option(an_instance())) is pays


def test_costs_of_a_class_on_the_road() -> None:
    """南坪 is not the base: 4 heads of 天麻种植, two of them 脱贫, as in the builders' sums."""
    derivation = Derivation(a_small_instance())
    option = ClassOption(
        derivation.courses["天麻种植"],
        derivation.providers["县职校"],
        derivation.venues["南坪点"],
        Form.FULL_TIME,
        (date(2026, 3, 2),),
    )
    assert money.cost_items(derivation, option, {"一般": 2, "脱贫": 2}) == {
        (CostKind.SUBSIDY, "一般"): 120_000,
        (CostKind.SUBSIDY, "脱贫"): 120_000,
        (CostKind.LIVING, "脱贫"): 32_000,
        (CostKind.CLASS_COST, ""): 65_050,
    }


def test_a_provider_without_base_pays_outreach_everywhere() -> None:
    """No township is its base."""
    instance = an_instance(providers=(Provider("流动队", outreach_cost_cents=700),))
    items = money.cost_items(Derivation(instance), an_option(instance), {"一般": 1})
    assert items[CostKind.CLASS_COST, ""] == 700


def test_a_cohort_missing_from_the_labour_sheet_has_the_sum_of_its_demand() -> None:
    """Contract notes, 7."""
    derivation = Derivation(an_instance(cohorts=()))
    assert derivation.persons == {("东山", YOUNG, "一般"): 3}
