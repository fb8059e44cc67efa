"""What there is to place: each class's days to choose from, and the teachers of each provider.

A class is placed by whole days, since each of its days has a morning and an afternoon session of one kind. A teacher
takes both sessions of a class's day. That loses nothing: who teaches the mornings can teach the afternoons as well, the
same classes meeting in the same townships; only in a week with more than five working days could a split of a day reach
the limit of ten sessions more closely.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from planner.domain.instance import Form, Instance, TeacherKind
from planner.domain.plan import Half, Inspection, Plan, PlannedClass, Session, SessionKind
from planner.model.market_days import MarketRule, market_rule
from planner.model.weeks import days_per_week, is_working_day

PAIR_FROM: Final = 26
"""Heads from which practice needs two teachers (contract, section 3: more than 25)."""

ANONYMOUS_PER_TEAM: Final = 2
"""Teachers per team of a provider that has no row in sheet 教师."""

DAYS_A_WEEK: Final = 5
"""Teaching days of a teacher a week: ten sessions, two a day."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """A class to place. ``days`` are all days of its weeks, Monday to Sunday; ``working`` those on which it may meet.

    ``week_limit`` is in days; ``market`` holds the working days that are market days of the venue's township.
    """

    id: str
    course: str
    provider: str
    venue: str
    township: str
    heads: int
    class_days: int
    theory_days: int
    week_limit: int
    full_time: bool
    days: tuple[date, ...]
    working: frozenset[date]
    market: frozenset[date]

    @property
    def practice_days(self) -> int:
        """Class days after theory."""
        return self.class_days - self.theory_days

    @property
    def practice_teachers(self) -> int:
        """Teachers that each practice session needs."""
        return 2 if self.heads >= PAIR_FROM else 1

    @property
    def teacher_days(self) -> int:
        """Teaching days of all its teachers together."""
        return self.theory_days + self.practice_days * self.practice_teachers

    @property
    def weeks(self) -> tuple[date, ...]:
        """Mondays of its weeks."""
        return self.days[::7]


@dataclass(frozen=True, slots=True)
class Staff:
    """A teacher of a provider; ``courses=None``: any course. ``leave`` holds inclusive day ranges."""

    name: str
    courses: frozenset[str] | None
    theory: bool
    practice: bool
    leave: tuple[tuple[date, date], ...] = ()

    def knows(self, course: str) -> bool:
        """Whether the teacher is listed for a course."""
        return self.courses is None or course in self.courses

    def is_away(self, day: date) -> bool:
        """Whether the day is one of the teacher's unavailable days."""
        return any(first <= day <= last for first, last in self.leave)


@dataclass(frozen=True, slots=True)
class ClassDay:
    """A day of a class with its teachers, by name in the provider's order."""

    class_id: str
    day: date
    theory: bool
    teachers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A timetable that people know: ``days`` by class id and day, ``visits`` (days of inspection) by class id.

    What lies before ``before`` was held and stays.
    """

    days: Mapping[tuple[str, date], ClassDay]
    before: date
    visits: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def of(cls, sessions: Iterable[Session], visits: Iterable[Inspection], before: date) -> Published:
        """The class days that sessions make, and the first visit of each class."""
        mornings = [session for session in sessions if session.half is Half.MORNING]
        return cls(
            {(s.class_id, s.day): ClassDay(s.class_id, s.day, s.kind is SessionKind.THEORY, s.teachers)
             for s in mornings},
            before,
            {visit.class_id: visit.day for visit in sorted(visits, key=lambda v: v.day, reverse=True)},
        )  # fmt: skip


def lessons_of(instance: Instance, plan: Plan) -> tuple[Lessons, ...]:
    """What the plan's classes need, in the plan's order."""
    courses = {course.name: course for course in instance.courses}
    venues = {venue.name: venue for venue in instance.venues}
    markets = {township.name: market_rule(township.market_days) or MarketRule() for township in instance.townships}

    def lessons(planned: PlannedClass) -> Lessons:
        course, township = courses[planned.course], venues[planned.venue].township
        span = (planned.end_week - planned.start_week).days + 7
        days = tuple(planned.start_week + timedelta(days=n) for n in range(span))
        working = frozenset(day for day in days if is_working_day(instance, day))
        return Lessons(
            planned.id, course.name, planned.provider, planned.venue, township, planned.size, course.class_days,
            course.theory_days, days_per_week(instance, planned.form), planned.form is Form.FULL_TIME, days, working,
            frozenset(day for day in working if markets[township].is_market_day(day)),
        )  # fmt: skip

    return tuple(lessons(planned) for planned in plan.classes)


def staff_of(instance: Instance) -> dict[str, tuple[Staff, ...]]:
    """Teachers of each provider; one without any has teams × 2 anonymous ones, who may teach anything."""
    staff: dict[str, list[Staff]] = {provider.name: [] for provider in instance.providers}
    for teacher in instance.teachers:
        staff[teacher.provider].append(
            Staff(
                teacher.name, frozenset(teacher.courses), teacher.kind is not TeacherKind.PRACTICE,
                teacher.kind is not TeacherKind.THEORY, teacher.unavailable,
            )  # fmt: skip
        )
    for provider in instance.providers:
        if not staff[provider.name]:
            staff[provider.name] = [
                Staff(f"{provider.name}教师{number}", None, True, True)
                for number in range(1, provider.teams * ANONYMOUS_PER_TEAM + 1)
            ]
    return {name: tuple(members) for name, members in staff.items()}


def fewest_teachers(lessons: Lessons, staff: Sequence[Staff]) -> int:
    """The least number of different teachers that the class's sessions need."""
    able = [member for member in staff if member.knows(lessons.course)]
    practice = lessons.practice_teachers if lessons.practice_days else 0
    if not lessons.theory_days or (practice and any(member.theory and member.practice for member in able)):
        return practice or 1
    return practice + 1
