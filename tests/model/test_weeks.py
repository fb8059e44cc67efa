"""Working days, lengths, seasons, farming and attendance against sums done by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from planner.domain.instance import (
    AttendanceStep,
    BusyWeek,
    CropActivity,
    Form,
    Instance,
    Settings,
    Township,
)
from planner.model import weeks
from tests.checker.builders import a_course, an_instance

FULL_TIME, PART_TIME = (weeks.FORMS.index(form) for form in (Form.FULL_TIME, Form.PART_TIME))
SPRING_FESTIVAL = frozenset({*(date(2026, 2, day) for day in range(16, 21)), date(2026, 2, 23)})
MADE_UP = frozenset({date(2026, 2, 14), date(2026, 2, 28)})


def around_spring_festival(class_days: int = 5, **settings: Any) -> Instance:
    """Five weeks from 2026-02-02: weeks of 5, 6 (Saturday 14), 0, 5 (24-27 and Saturday 28) and 5 working days."""
    values = {"plan_start": date(2026, 2, 2), "weeks": 5, "earliest_start": date(2026, 2, 2)} | settings
    return an_instance(
        settings=Settings(**values),
        courses=(a_course(class_days=class_days),),
        days_off=SPRING_FESTIVAL,
        make_up_days=MADE_UP,
    )


def with_farming(*busy: float, **changes: Any) -> Instance:
    """Weeks from 2026-03-02 with these busy indices in calendar 高山 of township 东山; 西河 has no calendar."""
    first = date(2026, 3, 2)
    values: dict[str, Any] = {
        "settings": Settings(plan_start=first, weeks=len(busy), earliest_start=first),
        "townships": (Township("东山", calendar="高山"), Township("西河")),
        "busy_weeks": tuple(
            BusyWeek("高山", date.fromordinal(first.toordinal() + 7 * week), index) for week, index in enumerate(busy)
        ),
    }
    return an_instance(**(values | changes))


def attendance_of(instance: Instance, calendar: str, form: int) -> list[float]:
    """Attendance by start week of the only course for heads of a calendar, -1 where they may not attend."""
    names = weeks.calendar_names(instance)
    found = weeks.class_attendance(instance, weeks.start_lengths(instance))
    return found[names.index(calendar), 0, form].tolist()


# --- working days and lengths ---


def test_working_days_of_weeks_around_spring_festival() -> None:
    """A make-up Saturday counts in its own week; a week may have no working day at all."""
    assert weeks.working_days(around_spring_festival()).tolist() == [5, 6, 0, 5, 5]


def test_a_weekday_both_off_and_made_up_stays_off() -> None:
    """Make-up days are Saturdays and Sundays: a day off cannot be made up by itself."""
    monday = date(2026, 2, 2)
    instance = replace(around_spring_festival(), days_off=frozenset({monday}), make_up_days=frozenset({monday}))
    assert not weeks.is_working_day(instance, monday)


def test_full_time_length_jumps_over_the_festival() -> None:
    """Ten days: 5 + 5 of 6, then 5 + 0 + 5, then 0 + 5 + 5, then 5 + 5; the last start ends beyond the horizon."""
    assert weeks.start_lengths(around_spring_festival(10))[0, FULL_TIME].tolist() == [2, 3, 3, 2, 0]


def test_part_time_stretches_a_class() -> None:
    """Six days at three a week: 3 + 3, then 3 + 0 + 3, then 0 + 3 + 3, then 3 + 3."""
    assert weeks.start_lengths(around_spring_festival(6))[0, PART_TIME].tolist() == [2, 3, 3, 2, 0]


def test_a_make_up_day_is_taught_when_six_days_a_week_are_allowed() -> None:
    """Six days fit week 02-09 alone at six days a week, and no other week."""
    instance = around_spring_festival(6, days_full_time=6)
    assert weeks.start_lengths(instance)[0, FULL_TIME].tolist() == [2, 1, 3, 2, 0]


def test_lengths_by_hand() -> None:
    """Weeks of 5, 2, 0, 4 days; seven days at most three a week: 3 + 2 + 0 + 3, nothing else fits."""
    assert weeks.class_lengths(7, 3, np.array([5, 2, 0, 4])).tolist() == [4, 0, 0, 0]


def test_a_class_that_exactly_fills_the_horizon_fits() -> None:
    """One more day does not."""
    assert weeks.class_lengths(10, 5, np.array([5, 5])).tolist() == [2, 0]
    assert weeks.class_lengths(11, 5, np.array([5, 5])).tolist() == [0, 0]


def test_a_form_that_is_not_allowed_never_starts() -> None:
    """The course is full time only."""
    instance = replace(around_spring_festival(), courses=(a_course(part_time=False),))
    assert weeks.start_lengths(instance)[0, PART_TIME].tolist() == [0] * 5


# --- earliest start ---


def test_default_earliest_start_is_the_day_after_ten_working_days() -> None:
    """02-02 to 02-06 are five, 02-09 to 02-13 make ten: from Saturday 14 on, so first on Monday 16."""
    instance = around_spring_festival(earliest_start=None)
    assert weeks.earliest_start(instance) == date(2026, 2, 14)
    assert weeks.start_lengths(instance)[0, FULL_TIME].tolist() == [0, 0, 2, 1, 1]


def test_plan_start_on_a_day_off_is_not_counted() -> None:
    """Off on 02-16 to 02-20 and 02-23; 24-28 are five (28 made up), 03-02 to 03-06 make ten."""
    instance = around_spring_festival(plan_start=date(2026, 2, 16), earliest_start=None)
    assert weeks.earliest_start(instance) == date(2026, 3, 7)


def test_stated_earliest_start_is_compared_with_the_monday() -> None:
    """From Tuesday 02-03 the first Monday is 02-09."""
    instance = around_spring_festival(earliest_start=date(2026, 2, 3))
    assert weeks.start_lengths(instance)[0, FULL_TIME].tolist() == [0, 1, 2, 1, 1]


# --- seasons ---


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        (date(2026, 11, 2), date(2026, 11, 6), True),
        (date(2026, 12, 28), date(2027, 1, 8), True),
        (date(2027, 2, 8), date(2027, 2, 10), True),
        (date(2027, 2, 8), date(2027, 2, 12), False),
        (date(2026, 10, 26), date(2026, 11, 6), False),
        (date(2027, 6, 7), date(2027, 6, 11), False),
    ],
    ids=["from its first day", "across the year", "to its last day", "beyond its end", "before it opens", "summer"],
)
def test_a_season_across_the_new_year(first: date, last: date, inside: bool) -> None:
    """Window 11-01 to 02-10."""
    assert weeks.in_season(a_course(season=(((11, 1), (2, 10)),)), first, last) is inside


def test_a_class_from_one_window_into_the_next_is_out_of_season() -> None:
    """Two windows side by side are not one, and last year's occurrence does not join this year's."""
    course = a_course(season=(((3, 2), (3, 8)), ((3, 9), (3, 31))))
    assert not weeks.in_season(course, date(2026, 3, 2), date(2026, 3, 13))
    assert weeks.in_season(course, date(2026, 3, 9), date(2026, 3, 20))
    whole_year = a_course(season=(((1, 1), (12, 31)),))
    assert not weeks.in_season(whole_year, date(2026, 12, 28), date(2027, 1, 1))


def test_a_window_from_the_29th_of_february_begins_in_march_of_other_years() -> None:
    """2022-02-28 is a Monday: not yet inside; 2028-02-29 exists."""
    course = a_course(season=(((2, 29), (3, 31)),))
    assert not weeks.in_season(course, date(2022, 2, 28), date(2022, 3, 4))
    assert weeks.in_season(course, date(2022, 3, 7), date(2022, 3, 11))
    assert weeks.in_season(course, date(2028, 2, 29), date(2028, 3, 3))


def test_only_starts_whose_whole_class_is_in_season_remain() -> None:
    """Window 02-09 to 03-06: a class of ten days from 02-09 ends on Friday 02-27; from 02-23 on 03-06."""
    instance = around_spring_festival(10)
    instance = replace(instance, courses=(a_course(class_days=10, season=(((2, 9), (3, 5)),)),))
    assert weeks.start_lengths(instance)[0, FULL_TIME].tolist() == [0, 3, 0, 0, 0]
    instance = replace(instance, courses=(a_course(class_days=10, season=(((2, 9), (3, 6)),)),))
    assert weeks.start_lengths(instance)[0, FULL_TIME].tolist() == [0, 3, 3, 2, 0]


# --- farming ---


def test_crops_combine_by_their_shares_of_the_week() -> None:
    """Week 03-02: sowing all 7 days 0.5 · 0.8, weeding 4 of 7 days 0.7 · 1: 1 - 0.6 · (1 - 0.4) = 0.64."""
    crops = (
        CropActivity("高山", "马铃薯", "播种", (2, 20), (3, 8), 0.5, 0.8),
        CropActivity("高山", "油菜", "除草", (3, 5), (3, 12), 0.7, 1.0),
        CropActivity("平坝", "水稻", "育秧", (1, 1), (12, 31), 1.0, 1.0),
    )
    instance = with_farming(0.0, busy_weeks=(), crop_activities=crops)
    names = weeks.calendar_names(instance)
    assert weeks.busy_indices(instance)[names.index("高山")] == pytest.approx([0.64], abs=1e-9)


def test_a_crop_activity_may_cross_the_new_year() -> None:
    """12-31 to 01-02 covers three of the days 2026-12-28 to 2027-01-03."""
    settings = Settings(plan_start=date(2026, 12, 28), weeks=1)
    crops = (CropActivity("高山", "天麻", "采收", (12, 31), (1, 2), 1.0, 0.7),)
    instance = with_farming(0.0, settings=settings, busy_weeks=(), crop_activities=crops)
    assert weeks.busy_indices(instance).max() == pytest.approx(0.3, abs=1e-9)


def test_a_week_row_takes_the_place_of_the_crops() -> None:
    """Crops alone would make every week 0.5."""
    crops = (CropActivity("高山", "玉米", "收获", (1, 1), (12, 31), 0.5, 1.0),)
    instance = with_farming(0.1, 0.2, crop_activities=crops)
    instance = replace(instance, busy_weeks=instance.busy_weeks[1:])
    names = weeks.calendar_names(instance)
    assert weeks.busy_indices(instance)[names.index("高山")].tolist() == [0.5, 0.2]


def test_a_township_without_a_calendar_is_never_busy() -> None:
    """Even if someone wrote a week row or a crop for the calendar without a name."""
    crops = (CropActivity("", "玉米", "收获", (1, 1), (12, 31), 0.5, 1.0),)
    instance = with_farming(0.9, crop_activities=crops, busy_weeks=(BusyWeek("", date(2026, 3, 2), 0.9),))
    assert weeks.busy_indices(instance)[weeks.calendar_names(instance).index("")].tolist() == [0.0]


def test_busy_indices_are_kept_to_nine_decimals() -> None:
    """1 - 0.5 · 0.6 is 0.7 exactly, and a row of 0.4999999999 is the limit 0.5."""
    crops = (
        CropActivity("高山", "甲", "收", (1, 1), (12, 31), 0.5, 1.0),
        CropActivity("高山", "乙", "收", (1, 1), (12, 31), 0.4, 1.0),
    )
    instance = with_farming(0.0, busy_weeks=(), crop_activities=crops)
    assert weeks.busy_indices(instance).max() == 0.7
    assert weeks.busy_indices(with_farming(0.4999999999)).max() == 0.5


# --- bans and attendance ---


def test_attendance_is_the_mean_over_the_weeks_of_the_class() -> None:
    """Ten days full time at 0, 0.3, 0.4: means of 1 and 0.9, then 0.9 and 0.9; the third start ends beyond."""
    instance = with_farming(0.0, 0.3, 0.4, courses=(a_course(class_days=10),))
    assert attendance_of(instance, "高山", FULL_TIME) == [0.95, 0.9, -1.0]
    assert attendance_of(instance, "", FULL_TIME) == [1.0, 1.0, -1.0]


def test_a_week_at_the_limit_is_banned() -> None:
    """Full time from 0.5, part time from 0.7; part time at 0.5 attends 0.9."""
    instance = with_farming(0.49, 0.5, 0.69, 0.7)
    assert attendance_of(instance, "高山", FULL_TIME) == [0.9, -1.0, -1.0, -1.0]
    instance = with_farming(0.49, 0.5, 0.69, 0.7, courses=(a_course(class_days=3),))
    assert attendance_of(instance, "高山", PART_TIME) == [0.95, 0.9, 0.9, -1.0]


def test_one_banned_week_closes_every_class_that_touches_it() -> None:
    """Weeks 1 and 2 of four are part of the classes from weeks 0, 1 and 2."""
    instance = with_farming(0.0, 0.0, 0.8, 0.0, 0.0, courses=(a_course(class_days=10),))
    assert attendance_of(instance, "高山", FULL_TIME) == [1.0, -1.0, -1.0, 1.0, -1.0]


def test_the_bans_are_settings() -> None:
    """With bans beyond 1 everyone attends, at the factors of the table."""
    settings = Settings(
        plan_start=date(2026, 3, 2), weeks=2, earliest_start=date(2026, 3, 2), busy_ban=1.1, busy_ban_part_time=1.1
    )
    instance = with_farming(0.6, 0.9, settings=settings, courses=(a_course(class_days=3),))
    assert attendance_of(instance, "高山", FULL_TIME) == [0.75, 0.5]
    assert attendance_of(instance, "高山", PART_TIME) == [0.9, 0.75]


def test_a_course_with_a_season_knows_no_ban_and_full_attendance() -> None:
    """Week 1 is as busy as can be."""
    instance = with_farming(0.0, 1.0, courses=(a_course(season=(((3, 1), (3, 31)),)),))
    assert attendance_of(instance, "高山", FULL_TIME) == [1.0, 1.0]


def test_the_attendance_table_may_be_replaced() -> None:
    """0.8 from 0.2; below the first step of a form, and for a form without steps, everyone attends."""
    steps = (AttendanceStep(Form.FULL_TIME, 0.2, 0.8),)
    instance = with_farming(0.1, 0.2, courses=(a_course(class_days=3),), attendance=steps)
    assert attendance_of(instance, "高山", FULL_TIME) == [1.0, 0.8]
    assert attendance_of(instance, "高山", PART_TIME) == [1.0, 1.0]


def test_weeks_without_a_working_day_count_in_the_mean() -> None:
    """02-09 to 02-23 at 0, 0.4, 0: (1 + 0.9 + 1) / 3."""
    instance = replace(
        around_spring_festival(10),
        townships=(Township("东山", calendar="高山"),),
        busy_weeks=(BusyWeek("高山", date(2026, 2, 16), 0.4),),
    )
    assert attendance_of(instance, "高山", FULL_TIME)[1] == pytest.approx(2.9 / 3, abs=1e-12)
