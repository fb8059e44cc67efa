"""Which days are off by statute, and which weekend days are worked instead.

The State Council publishes each year's arrangement in the autumn before. The ``holidays`` package carries
the published arrangements; a year counts as published when the package knows its make-up days. For any
other year only 1 January is taken as off (contract, sheet 节假日; contract notes, point 22).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import holidays

SATURDAY = 5

EXAM_WEEKS = 3
"""The fifth working day after the last class day comes within so many weeks, with the longest holiday (9 days)."""


@dataclass(frozen=True, slots=True)
class StatutoryCalendar:
    """Monday-Friday days off and worked weekend days of some years; ``unpublished`` are the years assumed."""

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    unpublished: tuple[int, ...]


def statutory_calendar(years: Iterable[int]) -> StatutoryCalendar:
    """Return the calendar of the given years (Gregorian, any order)."""
    days_off: set[date] = set()
    make_up_days: set[date] = set()
    unpublished = []
    for year in sorted(set(years)):
        china = holidays.country_holidays("CN", years=year)
        worked = {day for day in getattr(china, "weekend_workdays", ()) if day.year == year}
        if worked:
            days_off |= {day for day in china if day.year == year and day.weekday() < SATURDAY}
            make_up_days |= worked
        else:
            unpublished.append(year)
            new_year = date(year, 1, 1)
            days_off |= {new_year} if new_year.weekday() < SATURDAY else set()
    return StatutoryCalendar(frozenset(days_off), frozenset(make_up_days), tuple(unpublished))


def years_of_horizon(plan_start: date, weeks: int) -> range:
    """Return the years touched by ``weeks`` weeks from the Monday ``plan_start`` and by the exams after them."""
    return range(plan_start.year, (plan_start + timedelta(weeks=weeks + EXAM_WEEKS, days=-1)).year + 1)
