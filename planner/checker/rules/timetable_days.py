"""Rules on the days of each class: how many, when, theory before practice, and the exam (contract, section 3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from planner.checker import calendar
from planner.checker.audit import Audit
from planner.checker.register import Breach, rule
from planner.checker.timetable import TimetabledClass
from planner.domain.plan import Half, Session, SessionKind

EXAM_WORKING_DAYS = 5
"""The exam is at most so many working days after the last class day."""

_WEEKDAYS = "一二三四五六日"


def _weekday(day: date) -> str:
    return f"{day}（周{_WEEKDAYS[day.weekday()]}）"


@rule("class-days", "每个班恰好上满课日，都在它的开班周至结束周内，每天上午、下午各一个课次，同为理论或同为实操。")
def are_class_days_right(audit: Audit) -> Iterator[Breach]:
    """Section 3: class_days days inside weeks s … e, each with a morning and an afternoon session."""
    for held in audit.timetabled:
        option = held.checked.option
        if len(held.days) != option.course.class_days:
            yield held.where, f"上 {len(held.days)} 个课日，应为 {option.course.class_days} 个"
        first, last = option.start_week, option.end_week + calendar.SUNDAY
        for day in held.days:
            if not first <= day <= last:
                yield held.where, f"{day} 不在班级的 {first} 至 {last} 之内"
        yield from _days_without_two_like_halves(held)


def _days_without_two_like_halves(held: TimetabledClass) -> Iterator[Breach]:
    of_day: defaultdict[date, list[Session]] = defaultdict(list)
    for session in held.sessions:
        of_day[session.day].append(session)
    for day, sessions in of_day.items():
        halves = Counter(session.half for session in sessions)
        if any(halves[half] != 1 for half in Half):
            counted = "、".join(f"{half} {halves[half]} 个课次" for half in Half)
            yield held.where, f"{day} 有{counted}，应各一个"
        kinds = dict.fromkeys(session.kind for session in sessions)
        if len(kinds) > 1:
            yield held.where, f"{day} 既有{'又有'.join(kinds)}，一天应只有一种"


@rule("working-day", "只在工作日上课：放假不上，调休上班的周末可上。")
def are_days_worked(audit: Audit) -> Iterator[Breach]:
    """Section 3: on working days (statutory holidays off, make-up days on)."""
    for held in audit.timetabled:
        for day in held.days:
            if not calendar.is_working_day(audit.instance, day):
                yield held.where, f"{_weekday(day)}不是工作日，不能上课"


@rule("day-limit", "每个班每周（周一至周日）的课日不超过它的形式（集中、分散）的上限。")
def are_weeks_within_limit(audit: Audit) -> Iterator[Breach]:
    """Section 3: at most days_m days a week."""
    for held in audit.timetabled:
        form = held.checked.option.form
        most = calendar.days_a_week(audit.instance.settings, form)
        for monday, days in Counter(map(calendar.monday_of, held.days)).items():
            if days > most:
                yield held.where, f"{monday} 这周上 {days} 天，{form}班最多 {most} 天"


@rule("theory-first", "先上满理论课日，再上实操。")
def is_theory_first(audit: Audit) -> Iterator[Breach]:
    """Section 3: theory_days first, then practice."""
    for held in audit.timetabled:
        number_of = {day: number for number, day in enumerate(held.days, start=1)}
        theory_days = held.checked.option.course.theory_days
        wrong: dict[date, str] = {}
        for session in held.sessions:
            due = SessionKind.THEORY if number_of[session.day] <= theory_days else SessionKind.PRACTICE
            if session.kind is not due:
                wrong.setdefault(session.day, f"第 {number_of[session.day]} 个课日 {session.day} 上{session.kind}")
        if wrong:
            others = f"等 {len(wrong)} 天" if len(wrong) > 1 else ""
            first = next(iter(wrong.values()))
            yield held.where, f"{first}{others}，应为前 {theory_days} 个课日上理论，其余上实操"


@rule("exam-window", "每个班考试一次，在最后一个课日之后第 1 至第 5 个工作日中的一天。")
def is_exam_in_its_window(audit: Audit) -> Iterator[Breach]:
    """Section 3: on a working day, at most 5 working days after the last class day; it may lie after the horizon."""
    for held in audit.timetabled:
        if len(held.exams) != 1:
            yield held.where, f"有 {len(held.exams)} 次考试，应恰好一次"
        last = held.days[-1]
        latest = calendar.working_day_after(audit.instance, last, EXAM_WORKING_DAYS)
        for exam in held.exams:
            if not calendar.is_working_day(audit.instance, exam.day):
                yield held.where, f"考试日 {_weekday(exam.day)}不是工作日"
            if not last < exam.day <= latest:
                yield held.where, f"考试日 {exam.day} 应在最后一个课日 {last} 之后，不晚于 {latest}（第 5 个工作日）"
