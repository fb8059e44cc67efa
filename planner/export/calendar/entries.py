"""What the calendars show of a plan: classes as a whole, their class days, exams and inspections.

An entry is named by what it is of (class id, number of the day, teacher), never by when it is: a day that moves keeps
its entry. The same entry reads the same in every calendar that has it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.dates import HOURS, ONE_DAY, day_runs, session_hours, short_day
from planner.export.days import ClassDay, ClassDays, count_days
from planner.export.figures import ClassFigures, count_classes, tags_of
from planner.export.wording import yuan_words


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
    days = count_days(plan)
    found = []
    # The calendars show no jobs; zero for every class leaves the other figures as they are.
    for figures in count_classes(instance, plan, dict.fromkeys((c.id for c in plan.classes), 0.0)):
        held = days[figures.planned.id]
        exam = (_exam_entry(figures, held.exam),) if held.exam else ()
        visits = tuple(
            (visit.inspector, _visit_entry(figures, visit.day, visit.inspector, number))
            for number, visit in enumerate(held.visits, 1)
        )
        found.append(ClassEntries(figures, held.by_day, _whole_entry(instance, figures, held), exam, visits))
    return tuple(found)


def _whole_entry(instance: Instance, figures: ClassFigures, held: ClassDays) -> Entry:
    """The class from its first day to its last, or from Monday to Friday of its weeks while it has no days."""
    planned = figures.planned
    return Entry(
        identity=("class", planned.id),
        start=held.first,
        end=held.last + ONE_DAY,
        summary=f"{figures.name}（{planned.size}人，{planned.form.value}）",
        location=figures.place,
        description=_description(instance, figures, held),
        category=figures.course.training_type,
    )


def _day_entry(figures: ClassFigures, day: ClassDay, kind: str, teacher: str) -> Entry:
    hours = [HOURS[session.half] for session in day.sessions]
    said: defaultdict[str, list[str]] = defaultdict(list)
    for session in day.sessions:
        what = f"{session.kind.value}　教师：{'、'.join(session.teachers)}　第{session.room}教室"
        said[what].append(session_hours(session.half))
    lines = [f"{'，'.join(halves)}　{what}" for what, halves in said.items()]
    planned = figures.planned
    lines += [f"班级编号：{planned.id}", f"承训机构：{planned.provider}", f"人数：{planned.size} 人"]
    return Entry(
        identity=(kind, planned.id, str(day.number), *([teacher] if teacher else [])),
        start=datetime.combine(day.day, min(start for start, _ in hours)),
        end=datetime.combine(day.day, max(end for _, end in hours)),
        summary=f"{figures.name} 第{day.number}天（{day.kinds}）",
        location=figures.place,
        description="\n".join(lines),
        category="上课",
    )


def _exam_entry(figures: ClassFigures, day: date) -> Entry:
    planned = figures.planned
    return Entry(
        identity=("exam", planned.id, "1"),
        start=day,
        end=day + ONE_DAY,
        summary=f"考核：{figures.name}（{planned.size}人）",
        location="",  # the plan says when, not where
        description=f"班级编号：{planned.id}\n承训机构：{planned.provider}\n培训地点：{figures.place}\n"
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
        location=figures.place,
        description=f"督查人员：{inspector}\n班级编号：{planned.id}\n承训机构：{planned.provider}\n"
        f"人数：{planned.size} 人",
        category="督查",
    )


def _description(instance: Instance, figures: ClassFigures, held: ClassDays) -> str:
    year = instance.settings.plan_start.year
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
    if held.days:
        lines.append(f"上课：{day_runs(held.days, year)}")
    if held.exam:
        lines.append(f"考核：{short_day(held.exam, year)}")
    lines.append(f"预算：{yuan_words(cost_cents)} 元" + (f"（{'、'.join(figures.funds)}）" if figures.funds else ""))
    return "\n".join(lines)
