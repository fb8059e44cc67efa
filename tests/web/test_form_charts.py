"""Geometry of the drawings and how numbers are written."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from web import figures
from web.charts import WeekLoad, draw_search, draw_weeks
from web.progress import ProgressPoint, to_points


def a_week(number: int = 0, full_time: int = 0, busy: float = 0.0, working_days: int | None = 5) -> WeekLoad:
    monday = date(2026, 1, 5) + timedelta(weeks=number)
    return WeekLoad(monday, full_time, 0, 0, 0, {"坝区": busy}, working_days)


def kinds(weeks: list[WeekLoad]) -> list[str]:
    chart = draw_weeks(weeks, [""] * len(weeks), ["1"] * len(weeks))
    return [shade.kind for shade in chart.shades]


def test_a_week_is_a_peak_from_busy_index_one_half() -> None:
    assert kinds([a_week(busy=0.49)]) == []
    assert kinds([a_week(busy=0.5)]) == ["peak peak-4"]


def test_a_week_with_fewer_than_five_working_days_is_a_holiday_week() -> None:
    assert kinds([a_week(working_days=4)]) == ["holiday"]
    assert kinds([a_week(working_days=None)]) == []


def test_columns_are_as_high_as_their_classes() -> None:
    weeks = [a_week(0, full_time=2), a_week(1, full_time=4)]
    low, high = draw_weeks(weeks, ["", ""], ["1", "1"]).columns
    assert high.height == pytest.approx(2 * low.height)


def test_a_plan_without_weeks_or_classes_still_draws() -> None:
    assert draw_weeks([], [], []).columns == ()


def test_there_is_no_search_chart_before_anything_is_known() -> None:
    assert draw_search([ProgressPoint(1.0, None, None)], 1.0) is None


@pytest.mark.parametrize(
    "points",
    [
        [ProgressPoint(0.0, None, 1e9)],
        [ProgressPoint(0.0, 0.0, 0.0)],
        [ProgressPoint(0.0, -5.0, -3.0)],
        [ProgressPoint(1.0, 10.0, None), ProgressPoint(2.0, 12.0, 1e12), ProgressPoint(3.0, 12.0, 12.0)],
    ],
)
def test_the_search_chart_stays_inside_its_box(points: list[ProgressPoint]) -> None:
    chart = draw_search(points, 3.0)
    for end in (chart.value_end, chart.bound_end):
        assert end is None or 0 <= end[1] <= chart.height
    assert 2 <= len(chart.levels) <= 12


def test_events_that_are_no_points_are_passed_over() -> None:
    events = [{"seconds": 1, "value": 5, "bound": math.nan}, {}, {"seconds": "x"}, {"seconds": True}]
    assert to_points(events) == [ProgressPoint(1.0, 5.0, None)]


def test_many_points_are_thinned_and_the_last_is_kept() -> None:
    points = to_points({"seconds": second, "value": 1} for second in range(5000))
    assert len(points) <= 401
    assert points[-1].seconds == 4999


def test_improvement_is_relative_to_the_plan_and_gap_to_the_bound() -> None:
    point = ProgressPoint(1.0, 80.0, 100.0)
    assert point.improvable_share == pytest.approx(0.25)
    assert point.gap == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("share", "text"), [(0.0101, "1.1%"), (0.01, "1%"), (0.0004, "0.04%"), (0.00041, "0.05%"), (0.0, "0%")]
)
def test_shares_are_rounded_up(share: float, text: str) -> None:
    assert figures.share_up(share) == text


@pytest.mark.parametrize(
    ("language", "yuan", "text"),
    [
        ("zh", "99999.5", "99,999.5 元"),
        ("zh", "100000", "10 万元"),
        ("zh", "12505000.50", "1,250.5 万元"),
        ("en", "12505000", "12,505,000 yuan"),
    ],
)
def test_money_is_written_in_ten_thousands_from_100000_yuan_up(app: Flask, language: str, yuan: str, text: str) -> None:
    with app.test_request_context("/login"):
        from flask import session

        session["language"] = language
        app.preprocess_request()
        assert figures.money(yuan) == text


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("", None),
        (" ", None),
        ("1,250.5", "12505000.00"),
        ("８００ 万元", "8000000.00"),
        ("0", "0.00"),
        ("1，000", "10000000.00"),
    ],
)
def test_budgets_are_understood_as_the_office_types_them(typed: str, yuan: str | None) -> None:
    assert figures.read_budget(typed) == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize("typed", ["abc", "-1", "1.2.3", "NaN", "Infinity", "1e99", "0.0000001", "一百万", "9" * 60])
def test_budgets_that_are_no_amount_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=re.escape(typed)):
        figures.read_budget(typed)


def test_a_bound_is_rounded_up(app: Flask) -> None:
    with app.test_request_context("/login"):
        app.preprocess_request()
        assert figures.at_most(3449.01) == "3,450"
        assert figures.at_most(12.34) == "12.4"


def test_a_small_countys_plan_and_its_bound_keep_a_decimal(app: Flask) -> None:
    """Else 135.4 of at most 137.4 would read 135 of at most 138, and seem farther from the best than it is."""
    with app.test_request_context("/login"):
        app.preprocess_request()
        assert (figures.found(135.44), figures.proved(137.41)) == ("135.4", "137.5")
        assert (figures.found(3412.4), figures.proved(3449.01)) == ("3,412", "3,450")
        assert (figures.found(999.94), figures.proved(1000.0)) == ("999.9", "1,000")
