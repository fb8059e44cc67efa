"""What the papers tell of the timetable: days, rooms, teachers, exam and visits of each class, the teachers' loads.

Everything is taken or added up from the plan's own sessions, exams and inspections; a plan without a timetable gives
classes without days. All papers - workbooks, documents, calendars, registers - take a class's days from here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from planner.domain.instance import Instance
from planner.domain.plan import CLASS_HOURS_PER_SESSION, Half, Inspection, Plan, PlannedClass, Session, SessionKind
from planner.export.dates import monday_of
from planner.export.figures import FRIDAY

HALVES: Final = tuple(Half)


@dataclass(frozen=True, slots=True)
class ClassDay:
    """One class day: its number from 1 and its sessions, morning first."""

    number: int
    day: date
    sessions: tuple[Session, ...]

    @property
    def kinds(self) -> str:
        """What is taught, such as ``理论`` or ``理论、实操``."""
        return "、".join(dict.fromkeys(session.kind.value for session in self.sessions))

    def taught_by(self, teacher: str) -> ClassDay | None:
        """The sessions of one teacher; ``None`` when the teacher has none that day."""
        own = tuple(session for session in self.sessions if teacher in session.teachers)
        return ClassDay(self.number, self.day, own) if own else None


@dataclass(frozen=True, slots=True)
class ClassDays:
    """A class's part of the timetable: ``sessions`` by day and half, ``visits`` by day.

    ``problem`` says what the timetable could not do for the class: give it days, or a visit on one of them.
    """

    planned: PlannedClass
    sessions: tuple[Session, ...] = ()
    exam: date | None = None
    visits: tuple[Inspection, ...] = ()
    problem: str = ""

    @property
    def days(self) -> tuple[date, ...]:
        """Class days in order."""
        return tuple(dict.fromkeys(session.day for session in self.sessions))

    @property
    def first(self) -> date:
        """First day; the Monday of the first week while the class has no days."""
        return self.sessions[0].day if self.sessions else self.planned.start_week

    @property
    def last(self) -> date:
        """Last day; the Friday of the last week while the class has no days."""
        return self.sessions[-1].day if self.sessions else self.planned.end_week + FRIDAY

    @property
    def by_day(self) -> tuple[ClassDay, ...]:
        """The sessions by day, numbered in order of date."""
        grouped = groupby(self.sessions, key=lambda session: session.day)
        return tuple(ClassDay(number, day, tuple(held)) for number, (day, held) in enumerate(grouped, 1))

    @property
    def teachers(self) -> tuple[str, ...]:
        """Teachers in order of their first session."""
        return tuple(dict.fromkeys(name for session in self.sessions for name in session.teachers))

    @property
    def rooms(self) -> tuple[int, ...]:
        """Rooms used, in order of number."""
        return tuple(sorted({session.room for session in self.sessions}))


@dataclass(frozen=True, slots=True)
class TeacherFigures:
    """One line of the teachers' table: what one teacher of one provider teaches, ``sessions`` in order of time."""

    provider: str
    teacher: str
    sessions: tuple[Session, ...]

    @property
    def class_ids(self) -> tuple[str, ...]:
        """Classes in order of the teacher's first session in them."""
        return tuple(dict.fromkeys(session.class_id for session in self.sessions))

    @property
    def days(self) -> tuple[date, ...]:
        """Days with a session, in order."""
        return tuple(dict.fromkeys(session.day for session in self.sessions))

    @property
    def by_week(self) -> Counter[date]:
        """Sessions in each week, by its Monday."""
        return Counter(monday_of(session.day) for session in self.sessions)

    @property
    def hours(self) -> int:
        """Class hours taught, four a session."""
        return len(self.sessions) * CLASS_HOURS_PER_SESSION

    @property
    def theory_hours(self) -> int:
        """Class hours of theory."""
        theory = sum(session.kind is SessionKind.THEORY for session in self.sessions)
        return theory * CLASS_HOURS_PER_SESSION


def has_timetable(plan: Plan) -> bool:
    """Whether the plan has a timetable, though it may place no class."""
    return bool(plan.sessions) or plan.timetable is not None


def count_days(plan: Plan) -> dict[str, ClassDays]:
    """Return for each class id of the plan its part of the timetable; classes without days are there, too."""
    sessions: defaultdict[str, list[Session]] = defaultdict(list)
    for session in sorted(plan.sessions, key=_time_of):
        sessions[session.class_id].append(session)
    visits: defaultdict[str, list[Inspection]] = defaultdict(list)
    for visit in sorted(plan.inspections, key=lambda v: (v.day, v.inspector)):
        visits[visit.class_id].append(visit)
    exams = {exam.class_id: exam.day for exam in plan.exams}
    problems = {one.class_id: one.sentence for one in plan.timetable.unplaced} if plan.timetable else {}
    return {
        planned.id: ClassDays(
            planned,
            tuple(sessions[planned.id]),
            exams.get(planned.id),
            tuple(visits[planned.id]),
            problems.get(planned.id, ""),
        )
        for planned in plan.classes
    }


def count_teachers(instance: Instance, plan: Plan) -> tuple[TeacherFigures, ...]:
    """Return one line for each teacher with a session, providers in the workbook's order, teachers by name."""
    providers = {planned.id: planned.provider for planned in plan.classes}
    order = {provider.name: number for number, provider in enumerate(instance.providers)}
    taught: defaultdict[tuple[str, str], list[Session]] = defaultdict(list)
    for session in sorted(plan.sessions, key=_time_of):
        for teacher in session.teachers:
            taught[providers[session.class_id], teacher].append(session)
    keys = sorted(taught, key=lambda key: (order[key[0]], key[1]))
    return tuple(TeacherFigures(*key, tuple(taught[key])) for key in keys)


def own_name(teacher: str, provider: str) -> str:
    """Return a teacher's name without the provider's before it, for papers that name the provider anyway.

    Teachers that the workbook does not list are called after their provider.
    """
    return teacher.removeprefix(provider).strip() or teacher


def room_words(rooms: Sequence[int], of_venue: int) -> str:
    """Return rooms as a paper names them: ``第2教室``, or ``教室`` when the venue has one only."""
    if of_venue <= 1:
        return "教室" if rooms else ""
    return "、".join(f"第{room}教室" for room in rooms)


def _time_of(session: Session) -> tuple[date, int, str, int]:
    return session.day, HALVES.index(session.half), session.class_id, session.room
