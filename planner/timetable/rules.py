"""The rules of a timetable (contract, section 3): key, sentence for the planner, and what the rule does to the model.

Two sorts. A *bar* says who may not teach when, before there is any variable; a *row* adds constraints. Each can be left
out by its key, which is how a clash finds the rules that cause it. Rooms, inspections and exams come after the days and
have their rules in :mod:`planner.timetable.places` and :mod:`planner.timetable.visits`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from planner.timetable.lessons import DAYS_A_WEEK, Lessons, Staff

if TYPE_CHECKING:
    from planner.timetable.model import Draft

Bar = Callable[[Lessons, Staff, date], bool]
"""Whether a teacher may not teach a class on a day."""

Row = Callable[["Draft"], None]
"""Adds a rule's constraints to a draft of the model."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its key; ``sentence`` as a planner reads it.

    A rule with neither ``bar`` nor ``row`` shapes the variables themselves and is never left out.
    """

    key: str
    sentence: str
    bar: Bar | None = None
    row: Row | None = None


RULES: dict[str, Rule] = {}
"""Every rule of days and teachers by its key, in the order in which a sentence lists them."""


def _row(key: str, sentence: str, bar: Bar | None = None) -> Callable[[Row], Row]:
    """Register the decorated function as a rule's row, with its bar where it has both."""

    def register(row: Row) -> Row:
        RULES[key] = Rule(key, sentence, bar, row)
        return row

    return register


def _bar(key: str, sentence: str) -> Callable[[Bar], Bar]:
    """Register the decorated function as a rule's bar."""

    def register(bar: Bar) -> Bar:
        RULES[key] = Rule(key, sentence, bar=bar)
        return bar

    return register


RULES["class-days"] = Rule("class-days", "每个班在计划的周内上满规定的课日")


@_row("working-day", "只在工作日上课，法定节假日休息，调休上班日可上课")
def working_day(draft: Draft) -> None:
    """held_id = 0 on days off."""
    for (i, day), held in draft.held.items():
        if day not in draft.classes[i].working:
            draft.model.add(held == 0)


@_row("day-limit", "每周上课不超过该形式规定的天数")
def day_limit(draft: Draft) -> None:
    """Σ held over a week's days ≤ days of the form."""
    for i, lessons in enumerate(draft.classes):
        for monday in lessons.weeks:
            draft.model.add(sum(draft.held[i, day] for day in _week(monday)) <= lessons.week_limit)


@_row("theory-first", "先上理论课，后上实操课")
def theory_first(draft: Draft) -> None:
    """theory_id ≤ phase_id ≤ phase_i(d−1) and held_id − theory_id ≤ 1 − phase_id: practice only after the phase."""
    for i, lessons in enumerate(draft.classes):
        if not lessons.theory_days or not lessons.practice_days:
            continue
        before: Any = 1
        for day in lessons.days:
            phase = draft.model.new_bool_var("")
            draft.model.add(phase <= before)
            draft.model.add(draft.theory[i, day] <= phase)
            draft.model.add(draft.held[i, day] - draft.theory[i, day] + phase <= 1)
            before = phase


def _not_listed(lessons: Lessons, teacher: Staff, day: date) -> bool:
    del day
    return not teacher.knows(lessons.course)


@_bar("teacher-leave", "教师在不可用的日期不上课")
def teacher_away(lessons: Lessons, teacher: Staff, day: date) -> bool:
    """On leave."""
    del lessons
    return teacher.is_away(day)


@_row("teacher-known", "教师须列明可教该课程；理论教师只上理论课，实操教师只上实操课", bar=_not_listed)
def teacher_known(draft: Draft) -> None:
    """Who is not listed is barred; teach_idt ≤ theory_id for teachers of theory, ≤ held_id − theory_id of practice."""
    for (i, day, t), teaches in draft.teach.items():
        teacher = draft.staff[t]
        if not teacher.practice:
            draft.model.add(teaches <= draft.theory[i, day])
        if not teacher.theory:
            draft.model.add(teaches + draft.theory[i, day] <= 1)


@_row("teacher-count", "理论课 1 名教师；实操课 1 名，超过 25 人时 2 名")
def teacher_count(draft: Draft) -> None:
    """Practice with more than 25 heads has a second teacher: Σ_t teach_idt = held_id + (held_id − theory_id)."""
    for i, lessons in enumerate(draft.classes):
        if lessons.practice_teachers == 2:
            for day in lessons.days:
                draft.second[i, day] = draft.held[i, day] - draft.theory[i, day]


@_row("teacher-clash", "一名教师同一时间只上一个班的课")
def teacher_clash(draft: Draft) -> None:
    """Σ_i teach_idt ≤ 1: a teacher takes a whole day of one class."""
    for taught in draft.by_teacher_day().values():
        if len(taught) > 1:
            draft.model.add_at_most_one(teaches for _, teaches in taught)


@_row("teacher-township", "一名教师一天只在一个乡镇上课")
def teacher_township(draft: Draft) -> None:
    """At most one township a day; follows from teacher-clash where that rule stands."""
    if "teacher-clash" in draft.active:
        return
    for taught in draft.by_teacher_day().values():
        places: dict[str, Any] = {}
        for i, teaches in taught:
            township = draft.classes[i].township
            place = places.setdefault(township, draft.model.new_bool_var(""))
            draft.model.add(teaches <= place)
        draft.model.add_at_most_one(places.values())


@_row("teacher-week", "每名教师一周至多 10 节（半天为一节）")
def teacher_week(draft: Draft) -> None:
    """Σ over a week of teach_idt ≤ 5 days; bites only where a week offers more."""
    weeks: defaultdict[tuple[date, int], list[Any]] = defaultdict(list)
    days: defaultdict[tuple[date, int], set[date]] = defaultdict(set)
    for (_, day, t), teaches in draft.teach.items():
        monday = day - timedelta(days=day.weekday())
        weeks[monday, t].append(teaches)
        days[monday, t].add(day)
    for key, taught in weeks.items():
        if len(days[key]) > DAYS_A_WEEK or "teacher-clash" not in draft.active:
            draft.model.add(sum(taught) <= DAYS_A_WEEK)


@_row("already-held", "已经上过的课不再变动")
def already_held(draft: Draft) -> None:
    """Before the published limit a class that was published meets on its days, with its teachers, and no others."""
    if draft.published is None:
        return
    known = {class_id for class_id, _ in draft.published.days}
    for i, lessons in enumerate(draft.classes):
        if lessons.id not in known:
            continue
        for day in lessons.days:
            if day >= draft.published.before:
                break
            past = draft.published.days.get((lessons.id, day))
            draft.model.add(draft.held[i, day] == int(past is not None))
            draft.model.add(draft.theory[i, day] == int(past is not None and past.theory))
            for t, teaches in draft.teachers_of(i, day):
                draft.model.add(teaches == int(past is not None and draft.staff[t].name in past.teachers))


LEFT_OUT_IN_TURN = (
    "teacher-week", "teacher-township", "theory-first", "day-limit", "working-day", "teacher-leave", "teacher-count",
    "teacher-known", "already-held", "teacher-clash",
)  # fmt: skip
"""Rules that a clash may be blamed on, in the order in which leaving them out is tried: the last are blamed most."""


def _week(monday: date) -> list[date]:
    return [monday + timedelta(days=n) for n in range(7)]
