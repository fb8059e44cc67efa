"""课程表.pdf of a class: a row for each morning and afternoon, as the provider, the township and the class use it.

Inspections are left out on purpose: this paper hangs in the class room, and visits are not announced.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

from planner.domain.instance import Instance
from planner.domain.plan import CLASS_HOURS_PER_SESSION, Plan, Session, SessionKind
from planner.export.documents.paper import frame
from planner.export.documents.schedule import HOURS_OF_DAY, WEEKDAYS, ClassSchedule, day_words
from planner.export.figures import ClassFigures
from planner.export.wording import title_of

ONE_PAGE_DAYS: Final = 20
"""A class of up to so many days has its timetable on one page; the type gets smaller if it must."""


def class_timetable(instance: Instance, plan: Plan, figures: ClassFigures, schedule: ClassSchedule) -> dict[str, Any]:
    """Return the content of template ``class_timetable`` for a class that has sessions."""
    year = instance.settings.plan_start.year
    hours = len(schedule.sessions) * CLASS_HOURS_PER_SESSION
    theory = sum(1 for session in schedule.sessions if session.kind is SessionKind.THEORY) * CLASS_HOURS_PER_SESSION
    return {
        **frame(instance, plan, title_of(instance, "班级课程表")),
        "facts": _facts(instance, figures, schedule, year),
        "days": [
            {
                "date": day_words(day, year),
                "weekday": WEEKDAYS[day.weekday()],
                "sessions": [_session(session, figures.planned.provider) for session in sessions],
            }
            for day, sessions in groupby(schedule.sessions, key=lambda session: session.day)
        ],
        "one_page": len(schedule.days) <= ONE_PAGE_DAYS,
        "total_hours": f"{hours:,}",
        "total_words": f"理论 {theory:,}，实操 {hours - theory:,}；{_exam_words(schedule, year)}",
        "notes": _notes(figures, schedule),
        "signatures": ["承训机构（盖章）", "教学负责人", "填表日期"],
    }


def _facts(instance: Instance, figures: ClassFigures, schedule: ClassSchedule, year: int) -> list[tuple[str, str]]:
    planned, course = figures.planned, figures.course
    first, last = day_words(schedule.first, year), day_words(schedule.last, year)
    return [
        ("班级名称", figures.name),
        ("班级编号", planned.id),
        ("承训机构", planned.provider),
        ("培训地点", _place(instance, figures, schedule)),
        ("培训类型", course.training_type),
        ("工种", course.occupation),
        ("培训时间", f"{first} 至 {last}，{len(schedule.days)} 天（{planned.form.value}）"),
        ("计划人数", f"{planned.size} 人"),
    ]


def _place(instance: Instance, figures: ClassFigures, schedule: ClassSchedule) -> str:
    """Return venue and, where the venue has several, the room."""
    venue = next(venue for venue in instance.venues if venue.name == figures.planned.venue)
    rooms = sorted({session.room for session in schedule.sessions})
    place = venue_words(figures)
    return f"{place}（{'、'.join(f'{room} 号教室' for room in rooms)}）" if venue.rooms > 1 else place


def venue_words(figures: ClassFigures) -> str:
    """Return the venue's name, with its township in front if the name does not tell it."""
    venue = figures.planned.venue
    return venue if figures.township in venue else f"{figures.township} {venue}"


def _session(session: Session, provider: str) -> dict[str, str]:
    # Teachers nobody named are called after their provider, which the head of the paper already names.
    teachers = [name.removeprefix(provider) or name for name in session.teachers]
    return {
        "hours_of_day": HOURS_OF_DAY[session.half],
        "class_hours": str(CLASS_HOURS_PER_SESSION),
        "kind": session.kind.value,
        "teachers": "、".join(teachers),
    }


def _exam_words(schedule: ClassSchedule, year: int) -> str:
    if schedule.exam is None:
        return "考核日期另行通知"
    return f"考核：{day_words(schedule.exam, year)}（{WEEKDAYS[schedule.exam.weekday()]}）"


def _notes(figures: ClassFigures, schedule: ClassSchedule) -> list[str]:
    notes = ["教学内容由承训机构按教学计划填写；未列出的日期不上课。"]
    provider = figures.planned.provider
    if any(name.startswith(provider) for session in schedule.sessions for name in session.teachers):
        notes.append("“教师1”等为承训机构未报教师名单时的代号，开班前请填写姓名。")
    if len({name for session in schedule.sessions for name in session.teachers}) > 1:
        notes.append("一节列两名教师的，为人数较多的实操课，两人同时到场。")
    return notes
