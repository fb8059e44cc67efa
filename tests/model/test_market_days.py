"""Market days are understood as bureaus write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from borax.calendars.lunardate import LunarDate

from planner.model.market_days import BRANCHES, market_rule

YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


def days(text: str) -> list[date]:
    """Market days of 2026 under a rule text."""
    rule = market_rule(text)
    assert rule is not None
    return [day for day in YEAR if rule.is_market_day(day)]


@pytest.mark.parametrize("text", ["逢3、8", "逢三逢八", "每逢3,8日赶集", "3、8"])
def test_digits_are_those_of_the_solar_day(text: str) -> None:
    """逢3、8 means the 3rd, 8th, 13th … of each month."""
    assert days(text) == [day for day in YEAR if day.day % 10 in (3, 8)]


def test_ten_is_the_digit_nought() -> None:
    """逢5、10 means the 5th, 10th, 15th, 20th …"""
    assert days("逢5、10") == [day for day in YEAR if day.day % 5 == 0]


def test_lunar_digits_follow_the_lunar_calendar() -> None:
    """农历逢二、五、十: 17 February 2026 is the first day of the lunar year, so 18 February is a market day."""
    found = days("农历逢二、五、十")
    assert date(2026, 2, 18) in found and date(2026, 2, 17) not in found
    assert date(2026, 2, 21) in found and date(2026, 2, 26) in found


@pytest.mark.parametrize("text", ["星期三、星期六", "星期三、六", "周三和周六", "每周三、周六赶场"])
def test_weekdays_are_understood(text: str) -> None:
    """Weekdays come with or without repeating the word."""
    assert days(text) == [day for day in YEAR if day.weekday() in (2, 5)]


@pytest.mark.parametrize("text", ["赶辰戌日", "逢龙、狗场", "逢辰、戌日"])
def test_branches_and_animals_follow_the_sexagenary_days(text: str) -> None:
    """Days of the dragon and the dog, compared with a calendar library."""
    expected = [
        day for day in YEAR
        if LunarDate.from_solar(day).gz_day[1] in (BRANCHES[4], BRANCHES[10])
    ]  # fmt: skip
    assert days(text) == expected


def test_no_text_means_no_market_days() -> None:
    """An empty cell is a township without market days."""
    assert days("") == []


@pytest.mark.parametrize("text", ["不定期", "逢3、8（腊月天天赶）", "逢37", "农历", "看通知"])
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    """A text with anything unknown in it gives no rule."""
    assert market_rule(text) is None
