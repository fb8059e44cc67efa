"""Sentences about classes that cannot be placed, as a planner reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planner.timetable.clash import Clash
from planner.timetable.lessons import Lessons, Staff
from planner.timetable.rules import RULES

REMEDY = "请增加教师或调整不可用日期、课程、类型，或改由其他机构、其他时间开班"


def clash_sentence(clash: Clash, staff: Sequence[Staff]) -> str:
    """Who clashes, by which rules, and which teachers there are.

    Such as ``焊工班（2026-0012，野马川镇，3月9日当周起，50 人）、电工班（…）不能都排上课：一名教师同一时间只上
    一个班的课。赫章县职校可教的教师共 1 名：张三（理论、实操均可）。…``
    """
    names = "、".join(class_name(lessons) for lessons in clash.classes)
    cannot = "排不上课" if len(clash.classes) == 1 else "不能都排上课"
    because = "；".join(rule.sentence for key, rule in RULES.items() if key in clash.rules)
    return f"{names}{cannot}：{because or RULES['class-days'].sentence}。{_teachers(clash, staff)}{REMEDY}。"


def class_name(lessons: Lessons) -> str:
    """A class as a sentence names it."""
    start = lessons.days[0]
    return f"{lessons.course}班（{lessons.id}，{lessons.township}，{_day(start)}当周起，{lessons.heads} 人）"


def _teachers(clash: Clash, staff: Sequence[Staff]) -> str:
    courses = {lessons.course for lessons in clash.classes}
    able = [member for member in staff if any(member.knows(course) for course in courses)]
    provider = clash.classes[0].provider
    if not able:
        return f"{provider}没有教师可教这门课程。" if len(courses) == 1 else f"{provider}没有教师可教这些课程。"
    span = min(lessons.days[0] for lessons in clash.classes), max(lessons.days[-1] for lessons in clash.classes)
    listed = "、".join(f"{member.name}（{_kind(member)}{_leave(member, *span)}）" for member in able)
    return f"{provider}可教的教师共 {len(able)} 名：{listed}。"


def _kind(member: Staff) -> str:
    if member.theory and member.practice:
        return "理论、实操均可"
    return "只教理论" if member.theory else "只教实操"


def _leave(member: Staff, first: date, last: date) -> str:
    """Leave within the classes' weeks, if any."""
    away = [(a, b) for a, b in member.leave if a <= last and b >= first]
    return "".join(f"，{_day(a)}不可用" if a == b else f"，{_day(a)}至{_day(b)}不可用" for a, b in away)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
