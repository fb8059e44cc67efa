"""When a class meets: its days, sessions, exam and inspections, and dates in the office's words.

A class has days when the timetable placed it; otherwise only its weeks are known, and its papers say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from planner.domain.plan import Half, Plan, PlannedClass, Session
from planner.export.figures import FRIDAY

HOURS_OF_DAY: Final = {Half.MORNING: "上午 8:30—12:00", Half.AFTERNOON: "下午 14:00—17:30"}
"""When sessions begin and end, as class timetables of the bureaus print them."""

WEEKDAYS: Final = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")

MOST_RUNS: Final = 6
"""Runs of days that a list may have; a class with more is told by its first and last day."""

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClassSchedule:
    """Sessions of a class in order of time (empty: not placed), days of its exam and inspections."""

    planned: PlannedClass
    sessions: tuple[Session, ...]
    exam: date | None
    inspections: tuple[tuple[date, str], ...]

    @property
    def days(self) -> tuple[date, ...]:
        """Days on which the class meets, in order."""
        return tuple(sorted({session.day for session in self.sessions}))

    @property
    def first(self) -> date:
        """First day; the Monday of the first week while the class has no days."""
        return self.sessions[0].day if self.sessions else self.planned.start_week

    @property
    def last(self) -> date:
        """Last day; the Friday of the last week while the class has no days."""
        return self.sessions[-1].day if self.sessions else self.planned.end_week + FRIDAY


def schedules_of(plan: Plan) -> Mapping[str, ClassSchedule]:
    """Return the schedule of every class of the plan by its id."""
    sessions: defaultdict[str, list[Session]] = defaultdict(list)
    for session in plan.sessions:
        sessions[session.class_id].append(session)
    exams = {exam.class_id: exam.day for exam in plan.exams}
    visits: defaultdict[str, list[tuple[date, str]]] = defaultdict(list)
    for visit in plan.inspections:
        visits[visit.class_id].append((visit.day, visit.inspector))
    halves = list(Half)
    return {
        planned.id: ClassSchedule(
            planned,
            tuple(sorted(sessions[planned.id], key=lambda s: (s.day, halves.index(s.half)))),
            exams.get(planned.id),
            tuple(sorted(visits[planned.id])),
        )
        for planned in plan.classes
    }


def day_words(day: date, year: int) -> str:
    """Return a day such as ``3月2日``, with its year if that is not ``year``."""
    words = f"{day.month}月{day.day}日"
    return words if day.year == year else f"{day.year}年{words}"


def span_words(first: date, last: date, year: int) -> str:
    """Return two days as ``3月2日—6日`` or ``3月30日—4月3日``; one day if they are the same."""
    if first == last:
        return day_words(first, year)
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{day_words(first, year)}—{f'{last.day}日' if same_month else day_words(last, year)}"


def days_words(days: Iterable[date], year: int) -> str:
    """Return days as runs such as ``3月2日—6日、9日—13日``; first and last day only when there are many runs."""
    runs = _runs(days)
    if len(runs) > MOST_RUNS:
        return span_words(runs[0][0], runs[-1][1], year)
    words, month = [], (0, 0)
    for first, last in runs:
        text = span_words(first, last, year)
        if (first.year, first.month) == month:
            text = text.removeprefix(day_words(first, year)[: -len(f"{first.day}日")])
        words.append(text)
        month = (last.year, last.month)
    return "、".join(words)


def _runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the days as runs of days that follow each other."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == ONE_DAY:
            runs[-1] = runs[-1][0], day
        else:
            runs.append((day, day))
    return runs
