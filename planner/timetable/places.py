"""Rooms and exams: what follows from weeks and days without any choice that could fail.

A class holds one room of its venue in all its weeks. The plan never has more classes at a venue in a week than it has
rooms, and intervals on a line can be coloured with as many colours as overlap at most, in order of their start
(interval graphs; Golumbic 1980, section 8). An exam needs a working day only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from planner.domain.plan import PlannedClass
from planner.model.market_days import MarketRule

EXAM_WITHIN: Final = 5
"""Working days after the last class day within which the exam is held (contract, section 3)."""

LONGEST_HOLIDAY: Final = 60
"""Days looked ahead for a working day; no calendar has a longer holiday."""


def rooms_of(classes: Sequence[PlannedClass]) -> dict[str, int]:
    """Room number (from 1) of each class id at its venue; classes whose weeks overlap never share one."""
    rooms: dict[str, int] = {}
    free_from: defaultdict[str, list[date]] = defaultdict(list)
    for planned in sorted(classes, key=lambda c: (c.start_week, c.end_week, c.id)):
        until = free_from[planned.venue]
        room = next((n for n, last in enumerate(until) if last < planned.start_week), len(until))
        until[room : room + 1] = [planned.end_week]
        rooms[planned.id] = room + 1
    return rooms


def exam_day(last_class_day: date, is_working_day: Callable[[date], bool], market: MarketRule) -> date | None:
    """The first of the five working days after the last class day that is no market day, else the first of the five.

    ``None`` when there is no working day within sixty days.
    """
    following = [last_class_day + timedelta(days=n) for n in range(1, LONGEST_HOLIDAY + 1)]
    possible = [day for day in following if is_working_day(day)][:EXAM_WITHIN]
    quiet = [day for day in possible if not market.is_market_day(day)]
    return next(iter(quiet or possible), None)
