"""One class of a plan with all that is known of it: who comes, what it costs, its days, and why it stands here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from web.data_folder import JobFolder
from web.result import ClassRow, Result, read_plan
from web.wording import COST_KINDS

Option = tuple[str, str, str, str, str]
"""Course, provider, venue, form and Monday of the first week: what a decision is about."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is taught on one day: rooms, kinds of lessons and teachers of its sessions."""

    day: date
    halves: tuple[str, ...]
    kinds: tuple[str, ...]
    room: int
    teachers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassDetail:
    """A class: ``heads`` are (township, age band, group, persons), ``costs`` (kind, fund, yuan), largest first."""

    row: ClassRow
    option: Option
    alike: int
    heads: tuple[tuple[str, str, str, int], ...]
    costs: tuple[tuple[str, str, Decimal], ...]
    lessons: tuple[Lesson, ...]
    inspections: tuple[tuple[date, str], ...]

    @property
    def cost(self) -> Decimal:
        """All that is paid for the class."""
        return sum((amount for _, _, amount in self.costs), Decimal(0))

    @property
    def teachers(self) -> tuple[str, ...]:
        """Everybody who teaches the class."""
        return tuple(sorted({teacher for lesson in self.lessons for teacher in lesson.teachers}))

    @property
    def rooms(self) -> tuple[int, ...]:
        """Rooms of the venue that are used, counted from 1."""
        return tuple(sorted({lesson.room for lesson in self.lessons}))


def option_of(record: Mapping[str, Any]) -> Option:
    """Return the option of a class of plan.json."""
    return (
        str(record["course"]),
        str(record["provider"]),
        str(record["venue"]),
        str(record["form"]),
        str(record["start_week"]),
    )


def read_class(folder: JobFolder, result: Result, class_id: str) -> ClassDetail | None:
    """Read one class of a job's plan; None when the plan has no such class."""
    plan = read_plan(folder)
    row = next((row for row in result.classes if row.id == class_id), None)
    record = next((record for record in plan["classes"] if str(record["id"]) == class_id), None)
    if row is None or record is None:
        return None
    option = option_of(record)
    return ClassDetail(
        row=row,
        option=option,
        alike=sum(option_of(other) == option for other in plan["classes"]),
        heads=_heads(record),
        costs=_costs(plan, class_id),
        lessons=_lessons(plan, class_id),
        inspections=tuple(
            sorted(
                (date.fromisoformat(visit["date"]), str(visit["inspector"]))
                for visit in plan["inspections"]
                if visit["class"] == class_id
            )
        ),
    )


def _heads(record: Mapping[str, Any]) -> tuple[tuple[str, str, str, int], ...]:
    heads = [(str(h["township"]), str(h["age_band"]), str(h["group"]), int(h["persons"])) for h in record["heads"]]
    by_township: Counter[str] = Counter()
    for township, _, _, persons in heads:
        by_township[township] += persons
    return tuple(sorted(heads, key=lambda one: (-by_township[one[0]], one[0], -one[3], one[1], one[2])))


def _costs(plan: Mapping[str, Any], class_id: str) -> tuple[tuple[str, str, Decimal], ...]:
    costs: dict[tuple[str, str], Decimal] = {}
    for payment in plan["payments"]:
        if payment["class"] == class_id:
            key = str(payment["kind"]), str(payment["fund"])
            costs[key] = costs.get(key, Decimal(0)) + Decimal(payment["amount"])
    order = list(COST_KINDS)
    found = [(kind, fund, amount) for (kind, fund), amount in costs.items() if amount]
    return tuple(sorted(found, key=lambda one: (order.index(one[0]) if one[0] in order else len(order), one[1])))


def _lessons(plan: Mapping[str, Any], class_id: str) -> tuple[Lesson, ...]:
    by_day: dict[str, list[Mapping[str, Any]]] = {}
    for session in plan["sessions"]:
        if session["class"] == class_id:
            by_day.setdefault(session["date"], []).append(session)
    return tuple(
        Lesson(
            date.fromisoformat(day),
            tuple(str(session["half"]) for session in sessions),
            tuple(dict.fromkeys(str(session["kind"]) for session in sessions)),
            int(sessions[0]["room"]),
            tuple(dict.fromkeys(str(teacher) for session in sessions for teacher in session["teachers"])),
        )
        for day, sessions in sorted(by_day.items())
    )
