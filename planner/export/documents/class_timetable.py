"""课程表.pdf of a class: a row for each morning and afternoon, as the provider, the township and the class use it.

Inspections are left out on purpose: this paper hangs in the class room, and visits are not announced.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

from planner.domain.instance import Instance
from planner.domain.plan import CLASS_HOURS_PER_SESSION, Plan, Session, SessionKind
from planner.export.dates import session_hours, short_day, weekday_words
from planner.export.days import ClassDays, own_name, room_words
from planner.export.documents.paper import frame
from planner.export.figures import ClassFigures
from planner.export.wording import title_of

ONE_PAGE_DAYS: Final = 20
"""A class of up to so many days has its timetable on one page; the type gets smaller if it must."""


def class_timetable(instance: Instance, plan: Plan, figures: ClassFigures, held: ClassDays) -> dict[str, Any]:
    """Return the content of template ``class_timetable`` for a class that has sessions."""
    year = instance.settings.plan_start.year
    hours = len(held.sessions) * CLASS_HOURS_PER_SESSION
    theory = sum(1 for session in held.sessions if session.kind is SessionKind.THEORY) * CLASS_HOURS_PER_SESSION
    return {
        **frame(instance, plan, title_of(instance, "班级课程表")),
        "facts": _facts(instance, figures, held, year),
        "days": [
            {
                "date": short_day(day, year),
                "weekday": weekday_words(day),
                "sessions": [_session(session, figures.planned.provider) for session in sessions],
            }
            for day, sessions in groupby(held.sessions, key=lambda session: session.day)
        ],
        "one_page": len(held.days) <= ONE_PAGE_DAYS,
        "total_hours": f"{hours:,}",
        "total_words": f"理论 {theory:,}，实操 {hours - theory:,}；{_exam_words(held, year)}",
        "notes": _notes(figures, held),
        "signatures": ["承训机构（盖章）", "教学负责人", "填表日期"],
    }


def _facts(instance: Instance, figures: ClassFigures, held: ClassDays, year: int) -> list[tuple[str, str]]:
    planned, course = figures.planned, figures.course
    first, last = short_day(held.first, year), short_day(held.last, year)
    return [
        ("班级名称", figures.name),
        ("班级编号", planned.id),
        ("承训机构", planned.provider),
        ("培训地点", _place(instance, figures, held)),
        ("培训类型", course.training_type),
        ("工种", course.occupation),
        ("培训时间", f"{first} 至 {last}，{len(held.days)} 天（{planned.form.value}）"),
        ("计划人数", f"{planned.size} 人"),
    ]


def _place(instance: Instance, figures: ClassFigures, held: ClassDays) -> str:
    """Return venue and, where the venue has several, the room."""
    venue = next(venue for venue in instance.venues if venue.name == figures.planned.venue)
    return f"{figures.place}（{room_words(held.rooms, venue.rooms)}）" if venue.rooms > 1 else figures.place


def _session(session: Session, provider: str) -> dict[str, str]:
    return {
        "hours_of_day": session_hours(session.half),
        "class_hours": str(CLASS_HOURS_PER_SESSION),
        "kind": session.kind.value,
        "teachers": "、".join(own_name(name, provider) for name in session.teachers),
    }


def _exam_words(held: ClassDays, year: int) -> str:
    if held.exam is None:
        return "考核日期另行通知"
    return f"考核：{short_day(held.exam, year)}（{weekday_words(held.exam)}）"


def _notes(figures: ClassFigures, held: ClassDays) -> list[str]:
    notes = ["教学内容由承训机构按教学计划填写；未列出的日期不上课。"]
    provider = figures.planned.provider
    if any(name.startswith(provider) for session in held.sessions for name in session.teachers):
        notes.append("“教师1”等为承训机构未报教师名单时的代号，开班前请填写姓名。")
    if any(len(session.teachers) > 1 for session in held.sessions):
        notes.append("一节列两名教师的，为人数较多的实操课，两人同时到场。")
    return notes
