"""Days and hours in the office's words."""

from __future__ import annotations

from datetime import date

import pytest

from planner.domain.plan import Half
from planner.export.dates import day_runs, day_span, long_day, session_hours, short_day

MANY_RUNS = [date(2026, 3, day) for day in range(2, 30, 2)]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), "3月2日"),
        (date(2026, 3, 2), date(2026, 3, 6), "3月2日—6日"),
        (date(2026, 3, 30), date(2026, 4, 3), "3月30日—4月3日"),
        (date(2026, 12, 30), date(2027, 1, 4), "12月30日—2027年1月4日"),
        (date(2027, 1, 4), date(2027, 1, 8), "2027年1月4日—8日"),
    ],
)
def test_spans_are_told_as_the_office_does(first: date, last: date, words: str) -> None:
    """The month once if it is the same, the year only if it is not the plan's."""
    assert day_span(first, last, 2026) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        ([date(2026, 3, 2)], "3月2日"),
        ([date(2026, 3, 9), date(2026, 3, 3), date(2026, 3, 2)], "3月2日—3日、9日"),
        ([date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 8), date(2026, 4, 9)], "3月31日—4月1日、8日—9日"),
        ([date(2026, 3, 27), date(2026, 4, 3)], "3月27日、4月3日"),
        ([date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 5)], "12月28日、2027年1月4日—5日"),
        ([date(2027, 1, 4), date(2027, 1, 6)], "2027年1月4日、6日"),
    ],
)
def test_days_are_told_in_runs(days: list[date], words: str) -> None:
    """Days in a row are one run, months are named once, a year only when it is not the plan's."""
    assert day_runs(days, 2026) == words


def test_many_runs_are_told_by_their_first_and_last_day_where_room_is_short() -> None:
    """Fourteen single days: all of them, or the span."""
    assert day_runs(MANY_RUNS, 2026).count("、") == 13
    assert day_runs(MANY_RUNS, 2026, most=14).count("、") == 13
    assert day_runs(MANY_RUNS, 2026, most=13) == "3月2日—28日"


def test_a_day_is_named_with_what_is_not_evident() -> None:
    """A short day names another year; a long one names year and weekday."""
    assert short_day(date(2026, 3, 2), 2026) == "3月2日"
    assert short_day(date(2027, 1, 4), 2026) == "2027年1月4日"
    assert long_day(date(2026, 3, 1)) == "2026年3月1日（周日）"


def test_sessions_have_the_hours_of_the_form() -> None:
    """As class timetables of the bureaus print them."""
    assert [session_hours(half) for half in Half] == ["上午 8:30—12:00", "下午 14:00—17:30"]
