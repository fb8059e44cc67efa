"""What the papers tell of the timetable: days, rooms, teachers, exam and visit of each class, and days in words.

Everything is taken or added up from the plan's own sessions, exams and inspections; a plan without a timetable gives
classes without days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from planner.domain.instance import Instance
from planner.domain.plan import CLASS_HOURS_PER_SESSION, Half, Inspection, Plan, Session, SessionKind

HALVES: Final = tuple(Half)

HALF_TIMES: Final = {Half.MORNING: "8:30-12:00", Half.AFTERNOON: "14:00-17:30"}
"""Clock times of the two sessions of a day, as the form 教学计划表 prints them (domain facts, 7.2)."""

WEEKDAYS: Final = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class ClassDays:
    """A class's part of the timetable: ``sessions`` by day and half, ``visits`` by day.

    ``problem`` says why a class of a plan with a timetable has no days; it is empty otherwise.
    """

    sessions: tuple[Session, ...] = ()
    exam: date | None = None
    visits: tuple[Inspection, ...] = ()
    problem: str = ""

    @property
    def days(self) -> tuple[date, ...]:
        """Class days in order."""
        return tuple(dict.fromkeys(session.day for session in self.sessions))

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


def count_days(plan: Plan) -> dict[str, ClassDays] | None:
    """Return for each class id of the plan its part of the timetable, ``None`` when the plan has no timetable."""
    if not plan.sessions and plan.timetable is None:
        return None
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
            tuple(sessions[planned.id]), exams.get(planned.id), tuple(visits[planned.id]), problems.get(planned.id, "")
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


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def weekday_words(day: date) -> str:
    """Return the weekday, such as ``周一``."""
    return f"周{WEEKDAYS[day.weekday()]}"


def long_day(day: date) -> str:
    """Return a day with its year and weekday, such as ``2026年3月2日（周一）``."""
    return f"{day.year}年{day.month}月{day.day}日（{weekday_words(day)}）"


def short_day(day: date, year: int) -> str:
    """Return a day such as ``3月2日``, with its year when that is not ``year``."""
    return f"{'' if day.year == year else f'{day.year}年'}{day.month}月{day.day}日"


def day_runs(days: Iterable[date], year: int) -> str:
    """Return days in the fewest words, such as ``3月2—6日、9日，4月1日``; a year that is not ``year`` is named."""
    months = []
    for (in_year, month), of_month in groupby(sorted(days), key=lambda day: (day.year, day.month)):
        prefix = "" if in_year == year else f"{in_year}年"
        months.append(f"{prefix}{month}月{'、'.join(_runs([day.day for day in of_month]))}")
    return "，".join(months)


def _runs(numbers: Sequence[int]) -> list[str]:
    """Return rising numbers with neighbours joined, such as ``2—6日`` and ``9日``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [f"{run[0]}—{run[-1]}日" if len(run) > 1 else f"{run[0]}日" for run in runs]


def _time_of(session: Session) -> tuple[date, int, str, int]:
    return session.day, HALVES.index(session.half), session.class_id, session.room
