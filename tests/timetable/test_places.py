"""Rooms and exams."""

from __future__ import annotations

import random
from datetime import date, timedelta

from planner.domain.instance import Form
from planner.domain.plan import PlannedClass
from planner.model.market_days import MarketRule
from planner.timetable.places import exam_day, rooms_of

MONDAY = date(2026, 3, 2)


def a_planned_class(class_id: str, first: int, last: int) -> PlannedClass:
    """A class at 文化站 from one week to another, counted from 2 March 2026."""
    start, end = MONDAY + timedelta(weeks=first), MONDAY + timedelta(weeks=last)
    return PlannedClass(class_id, "焊工", "职校", "文化站", Form.FULL_TIME, start, end, ())


def test_as_many_rooms_as_classes_at_once_suffice() -> None:
    """Classes that share a week never share a room, and no more rooms are used than classes meet in some week."""
    draw = random.Random(1)
    spans = [(first := draw.randrange(20), first + draw.randrange(5)) for _ in range(60)]
    classes = [a_planned_class(f"{n:02}", *span) for n, span in enumerate(spans)]
    rooms = rooms_of(classes)
    for one, (a, b) in zip(classes, spans, strict=True):
        for other, (c, d) in zip(classes, spans, strict=True):
            if one.id < other.id and a <= d and c <= b:
                assert rooms[one.id] != rooms[other.id]
    most = max(sum(a <= week <= b for a, b in spans) for week in range(30))
    assert max(rooms.values()) == most


def weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


def test_the_exam_is_on_the_next_working_day() -> None:
    """A class that ends on a Friday is examined on Monday."""
    assert exam_day(date(2026, 3, 6), weekday, MarketRule()) == date(2026, 3, 9)


def test_the_exam_keeps_clear_of_market_days_within_five_working_days() -> None:
    """Monday to Thursday are market days: Friday it is; if all five are, the first."""
    busy = MarketRule(weekdays=frozenset({0, 1, 2, 3}))
    assert exam_day(date(2026, 3, 6), weekday, busy) == date(2026, 3, 13)
    always = MarketRule(weekdays=frozenset(range(7)))
    assert exam_day(date(2026, 3, 6), weekday, always) == date(2026, 3, 9)


def test_a_holiday_after_the_class_puts_the_exam_off() -> None:
    """Spring Festival from 15 to 23 February 2026: a class that ends on the 13th is examined on the 24th."""
    def working(day: date) -> bool:
        return weekday(day) and not date(2026, 2, 15) <= day <= date(2026, 2, 23)

    assert exam_day(date(2026, 2, 13), working, MarketRule()) == date(2026, 2, 24)


def test_without_any_working_day_there_is_no_exam() -> None:
    """A calendar without working days gives no day."""
    assert exam_day(date(2026, 2, 13), lambda day: False, MarketRule()) is None
