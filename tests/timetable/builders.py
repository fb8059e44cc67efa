"""Small classes and teachers for the tests of the timetable, and every timetable of them by trying all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

from planner.timetable.goals import count_points
from planner.timetable.lessons import DAYS_A_WEEK, ClassDay, Lessons, Staff

MONDAY = date(2026, 3, 2)


def a_class(class_id: str = "甲", **changes: Any) -> Lessons:
    """Three full-time days (one of theory) for 20 heads in 野马川镇 in the week of 2 March 2026, Monday to Friday."""
    days = changes.pop("days", tuple(MONDAY + timedelta(days=n) for n in range(7)))
    working = changes.pop("working", frozenset(day for day in days if day.weekday() < 5))
    lessons = Lessons(
        id=class_id, course="焊工", provider="职校", venue="文化站", township="野马川镇", heads=20, class_days=3,
        theory_days=1, week_limit=5, full_time=True, days=days, working=working, market=frozenset(),
    )  # fmt: skip
    return replace(lessons, **changes)


def a_teacher(name: str = "张三", **changes: Any) -> Staff:
    """A teacher of 焊工, theory and practice, never away."""
    return replace(Staff(name, frozenset({"焊工"}), True, True), **changes)


def every_timetable(classes: Sequence[Lessons], staff: Sequence[Staff]) -> Iterator[tuple[ClassDay, ...]]:
    """All ways to place the classes under the contract's section 3, a teacher for whole days."""
    choices = [list(_every_class_timetable(lessons, staff)) for lessons in classes]
    for chosen in product(*choices):
        days = tuple(day for one in chosen for day in one)
        if _teachers_hold(days):
            yield days


def least_cost(classes: Sequence[Lessons], staff: Sequence[Staff]) -> int | None:
    """Points of the best timetable by trying all; ``None`` when there is none."""
    return min((count_points(classes, staff, days).cost for days in every_timetable(classes, staff)), default=None)


def can_be_placed_by_halves(classes: Sequence[Lessons], staff: Sequence[Staff]) -> bool:
    """Whether the classes can be placed if teachers may change at noon; for fewer than five working days a week.

    With so few days nobody reaches ten sessions a week, so each day can be looked at alone.
    """
    meetings = [
        [meets for meets in combinations(sorted(lessons.working), lessons.class_days)
         if len(meets) <= lessons.week_limit]
        for lessons in classes
    ]  # fmt: skip
    return any(
        all(_day_holds_by_halves(day, classes, chosen, staff) for day in {day for meets in chosen for day in meets})
        for chosen in product(*meetings)
    )


def _day_holds_by_halves(
    day: date, classes: Sequence[Lessons], chosen: Sequence[Sequence[date]], staff: Sequence[Staff]
) -> bool:
    there = [(lessons, meets.index(day)) for lessons, meets in zip(classes, chosen, strict=True) if day in meets]
    teams = [list(_teams(lessons, staff, day, n < lessons.theory_days)) for lessons, n in there]
    halves = [
        [(name, lessons.township) for (lessons, _), team in zip(there, one, strict=True) for name in team]
        for one in product(*teams)
    ]  # fmt: skip
    halves = [half for half in halves if len({name for name, _ in half}) == len(half)]
    return any(
        len(set(morning + afternoon)) == len({name for name, _ in morning + afternoon})
        for morning, afternoon in product(halves, repeat=2)
    )


def _every_class_timetable(lessons: Lessons, staff: Sequence[Staff]) -> Iterator[tuple[ClassDay, ...]]:
    for meets in combinations(sorted(lessons.working), lessons.class_days):
        weeks = [day - timedelta(days=day.weekday()) for day in meets]
        if any(weeks.count(week) > lessons.week_limit for week in weeks):
            continue
        teams = [list(_teams(lessons, staff, day, n < lessons.theory_days)) for n, day in enumerate(meets)]
        for chosen in product(*teams):
            yield tuple(
                ClassDay(lessons.id, day, n < lessons.theory_days, team)
                for n, (day, team) in enumerate(zip(meets, chosen, strict=True))
            )


def _teams(lessons: Lessons, staff: Sequence[Staff], day: date, theory: bool) -> Iterator[tuple[str, ...]]:
    able = [
        member.name for member in staff
        if member.knows(lessons.course) and not member.is_away(day) and (member.theory if theory else member.practice)
    ]  # fmt: skip
    yield from combinations(able, 1 if theory or lessons.heads <= 25 else 2)


def _teachers_hold(days: Sequence[ClassDay]) -> bool:
    taught = [(name, day.day) for day in days for name in day.teachers]
    if len(set(taught)) < len(taught):
        return False
    weeks = [(name, day - timedelta(days=day.weekday())) for name, day in taught]
    return all(weeks.count(week) <= DAYS_A_WEEK for week in set(weeks))
