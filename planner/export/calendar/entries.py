"""What the calendars show of a plan: classes as a whole, their class days, exams and inspections.

An entry is named by what it is of (class id, number of the day, teacher), never by when it is: a day that moves keeps
its entry. The same entry reads the same in every calendar that has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from planner.domain.instance import Instance
from planner.domain.plan import Half, Plan, Session
from planner.export.figures import FRIDAY, ClassFigures, count_classes, tags_of
from planner.export.hours import HOURS, clock
from planner.export.wording import yuan_words

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a calendar.

    ``identity`` tells the entry from all others of the plan. ``start`` and ``end`` are both days (``end`` is the day
    after the last) or both local times in China.
    """

    identity: tuple[str, ...]
    start: date | datetime
    end: date | datetime
    summary: str
    location: str
    description: str
    category: str

    @property
    def timed(self) -> bool:
        """Whether it has hours; otherwise it lasts whole days."""
        return isinstance(self.start, datetime)


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
class ClassEntries:
    """Everything a plan holds of one class: its figures, its days in order, and its entries by kind."""

    figures: ClassFigures
    days: tuple[ClassDay, ...]
    whole: Entry
    exams: tuple[Entry, ...]
    inspections: tuple[tuple[str, Entry], ...]
    """Inspector and visit."""

    def day_entries(self) -> list[Entry]:
        """One entry for each class day, with both its sessions."""
        return [_day_entry(self.figures, day, "day", "") for day in self.days]

    def teacher_entries(self, teacher: str) -> list[Entry]:
        """One entry for each class day on which the teacher teaches, with the hours that are the teacher's."""
        own = (day.taught_by(teacher) for day in self.days)
        return [_day_entry(self.figures, day, "teacher", teacher) for day in own if day]

    @property
    def teachers(self) -> list[str]:
        """Names of the class's teachers, sorted."""
        return sorted({name for day in self.days for session in day.sessions for name in session.teachers})

    @property
    def townships(self) -> set[str]:
        """The township that holds the class and those whose people attend it."""
        return {self.figures.township, *(township for township, _ in self.figures.sources)}


def class_entries(instance: Instance, plan: Plan) -> tuple[ClassEntries, ...]:
    """Return the entries of every class, in order of start, township and id."""
    sessions: defaultdict[str, list[Session]] = defaultdict(list)
    for session in plan.sessions:
        sessions[session.class_id].append(session)
    exams: defaultdict[str, list[date]] = defaultdict(list)
    for exam in plan.exams:
        exams[exam.class_id].append(exam.day)
    visits: defaultdict[str, list[tuple[date, str]]] = defaultdict(list)
    for visit in plan.inspections:
        visits[visit.class_id].append((visit.day, visit.inspector))
    found = []
    # The calendars show no jobs; zero for every class leaves the other figures as they are.
    for figures in count_classes(instance, plan, dict.fromkeys((c.id for c in plan.classes), 0.0)):
        class_id = figures.planned.id
        days = class_days(sessions[class_id])
        found.append(
            ClassEntries(
                figures,
                days,
                _whole_entry(instance, figures, days, sorted(exams[class_id])),
                tuple(_exam_entry(figures, day, n) for n, day in enumerate(sorted(exams[class_id]), 1)),
                tuple((who, _visit_entry(figures, day, who, n))
                      for n, (day, who) in enumerate(sorted(visits[class_id]), 1)),
            )
        )  # fmt: skip
    return tuple(found)


def class_days(sessions: Iterable[Session]) -> tuple[ClassDay, ...]:
    """Return the sessions of one class by day, numbered in order of date."""
    by_day: defaultdict[date, list[Session]] = defaultdict(list)
    for session in sessions:
        by_day[session.day].append(session)
    return tuple(
        ClassDay(number, day, tuple(sorted(by_day[day], key=lambda s: (list(Half).index(s.half), s.room, s.teachers))))
        for number, day in enumerate(sorted(by_day), 1)
    )


def days_words(days: Iterable[date]) -> str:
    """Return days in order in words, such as ``3月2日—6日、9日、4月1日``; only days in a row are joined."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == ONE_DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    month, words = 0, []
    for run in runs:
        first, last = run[0], run[-1]
        text = f"{first.day}日" if first.month == month else f"{first.month}月{first.day}日"
        if last != first:
            text += f"—{last.day}日" if last.month == first.month else f"—{last.month}月{last.day}日"
        month = last.month
        words.append(text)
    return "、".join(words)


def _whole_entry(
    instance: Instance, figures: ClassFigures, days: tuple[ClassDay, ...], exams: list[date]
) -> Entry:
    """The class from its first day to its last, or from Monday to Friday of its weeks while it has no days."""
    planned = figures.planned
    first, last = (days[0].day, days[-1].day) if days else (planned.start_week, planned.end_week + FRIDAY)
    return Entry(
        identity=("class", planned.id),
        start=first,
        end=last + ONE_DAY,
        summary=f"{figures.name}（{planned.size}人，{planned.form.value}）",
        location=_place(figures),
        description=_description(instance, figures, days, exams),
        category=figures.course.training_type,
    )


def _day_entry(figures: ClassFigures, day: ClassDay, kind: str, teacher: str) -> Entry:
    hours = [HOURS[session.half] for session in day.sessions]
    said: defaultdict[str, list[str]] = defaultdict(list)
    for session in day.sessions:
        what = f"{session.kind.value}　教师：{'、'.join(session.teachers)}　第{session.room}教室"
        said[what].append(f"{session.half.value} {'—'.join(map(clock, HOURS[session.half]))}")
    lines = [f"{'，'.join(halves)}　{what}" for what, halves in said.items()]
    planned = figures.planned
    lines += [f"班级编号：{planned.id}", f"承训机构：{planned.provider}", f"人数：{planned.size} 人"]
    return Entry(
        identity=(kind, planned.id, str(day.number), *([teacher] if teacher else [])),
        start=datetime.combine(day.day, min(start for start, _ in hours)),
        end=datetime.combine(day.day, max(end for _, end in hours)),
        summary=f"{figures.name} 第{day.number}天（{day.kinds}）",
        location=_place(figures),
        description="\n".join(lines),
        category="上课",
    )


def _exam_entry(figures: ClassFigures, day: date, number: int) -> Entry:
    planned = figures.planned
    return Entry(
        identity=("exam", planned.id, str(number)),
        start=day,
        end=day + ONE_DAY,
        summary=f"考核：{figures.name}（{planned.size}人）",
        location="",  # the plan says when, not where
        description=f"班级编号：{planned.id}\n承训机构：{planned.provider}\n培训地点：{_place(figures)}\n"
        "考核时间、地点以考核通知为准",
        category="考核",
    )


def _visit_entry(figures: ClassFigures, day: date, inspector: str, number: int) -> Entry:
    planned = figures.planned
    return Entry(
        identity=("inspection", planned.id, str(number)),
        start=day,
        end=day + ONE_DAY,
        summary=f"督查：{figures.name}（{figures.township}）",
        location=_place(figures),
        description=f"督查人员：{inspector}\n班级编号：{planned.id}\n承训机构：{planned.provider}\n"
        f"人数：{planned.size} 人",
        category="督查",
    )


def _place(figures: ClassFigures) -> str:
    venue = figures.planned.venue
    return venue if figures.township in venue else f"{figures.township} {venue}"


def _description(
    instance: Instance, figures: ClassFigures, days: tuple[ClassDay, ...], exams: list[date]
) -> str:
    planned, heads = figures.planned, figures.heads
    tags = "，".join(f"{tag} {heads.by_tag.get(tag, 0)} 人" for tag in tags_of(instance))
    sources = "、".join(f"{township} {persons} 人" for township, persons in figures.sources)
    cost_cents = sum(figures.cost_cents.values())
    lines = [
        f"班级编号：{planned.id}",
        f"承训机构：{planned.provider}",
        f"计划人数：{heads.persons} 人" + (f"（其中{tags}）" if tags else ""),
        f"生源：{sources}",
        f"培训：{figures.course.class_days} 天，{figures.hours} 课时",
    ]
    if days:
        lines.append(f"上课：{days_words(day.day for day in days)}")
    if exams:
        lines.append(f"考核：{days_words(exams)}")
    lines.append(f"预算：{yuan_words(cost_cents)} 元" + (f"（{'、'.join(figures.funds)}）" if figures.funds else ""))
    return "\n".join(lines)
