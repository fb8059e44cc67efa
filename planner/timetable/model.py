"""The CP-SAT model of days and teachers for some classes of one provider.

Variables, for class i, day d and teacher t:

    held_id    the class meets on d                     theory_id  … and it is a theory day (≤ held_id)
    teach_idt  t takes the class's two sessions of d    placed_i   the class is placed at all (1 unless ``optional``)

Rows: Σ_d held_id = class_days · placed_i, Σ_d theory_id = theory_days · placed_i, Σ_t teach_idt = held_id + second_id,
and one family for each active rule of :mod:`planner.timetable.rules`. Goals are in :mod:`planner.timetable.goals`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from ortools.sat.python import cp_model

from planner.timetable.lessons import ClassDay, Lessons, Published, Staff
from planner.timetable.rules import RULES

ALL_RULES: Final = frozenset(RULES)


class Draft:
    """A model in the making. ``active`` holds the keys of the rules that stand; all unless a clash is looked into."""

    def __init__(
        self,
        classes: Sequence[Lessons],
        staff: Sequence[Staff],
        active: frozenset[str] = ALL_RULES,
        optional: bool = False,
        published: Published | None = None,
    ) -> None:
        self.model = cp_model.CpModel()
        self.classes = classes
        self.staff = staff
        self.active = active
        self.published = published
        self.placed: list[Any] = [self.model.new_bool_var("") if optional else 1 for _ in classes]
        self.held: dict[tuple[int, date], Any] = {}
        self.theory: dict[tuple[int, date], Any] = {}
        self.teach: dict[tuple[int, date, int], Any] = {}
        self.second: dict[tuple[int, date], Any] = {}
        self._taught: dict[tuple[date, int], list[tuple[int, Any]]] | None = None
        self._bars = [RULES[key].bar for key in RULES if key in active]
        for i, lessons in enumerate(classes):
            self._add_days(i, lessons)
        for key, rule in RULES.items():
            if key in active and rule.row is not None:
                rule.row(self)
        for i, lessons in enumerate(classes):
            for day in self._possible_days(lessons):
                needed = self.held[i, day] + self.second.get((i, day), 0)
                self.model.add(sum(teaches for _, teaches in self.teachers_of(i, day)) == needed)

    def _possible_days(self, lessons: Lessons) -> Iterable[date]:
        if "working-day" in self.active:
            return [day for day in lessons.days if day in lessons.working]
        return lessons.days

    def _add_days(self, i: int, lessons: Lessons) -> None:
        possible = set(self._possible_days(lessons))
        for day in lessons.days:
            self.held[i, day] = self.model.new_bool_var("") if day in possible else 0
            self.theory[i, day] = 0
            if day not in possible:
                continue
            if lessons.theory_days == lessons.class_days:
                self.theory[i, day] = self.held[i, day]
            elif lessons.theory_days:
                self.theory[i, day] = self.model.new_bool_var("")
                self.model.add(self.theory[i, day] <= self.held[i, day])
            for t, teacher in enumerate(self.staff):
                if not any(bar is not None and bar(lessons, teacher, day) for bar in self._bars):
                    self.teach[i, day, t] = self.model.new_bool_var("")
        placed = self.placed[i]
        self.model.add(sum(self.held[i, day] for day in lessons.days) == lessons.class_days * placed)
        self.model.add(sum(self.theory[i, day] for day in lessons.days) == lessons.theory_days * placed)

    def teachers_of(self, i: int, day: date) -> list[tuple[int, Any]]:
        """Teachers who may take class i on a day, with their variables."""
        return [(t, self.teach[i, day, t]) for t in range(len(self.staff)) if (i, day, t) in self.teach]

    def by_teacher_day(self) -> dict[tuple[date, int], list[tuple[int, Any]]]:
        """Classes that each teacher may take on each day, with their variables."""
        if self._taught is None:
            taught: defaultdict[tuple[date, int], list[tuple[int, Any]]] = defaultdict(list)
            for (i, day, t), teaches in self.teach.items():
                taught[day, t].append((i, teaches))
            self._taught = dict(taught)
        return self._taught

    def days(self, solver: cp_model.CpSolver) -> tuple[ClassDay, ...]:
        """The class days of a solution, by class and day."""
        return tuple(
            ClassDay(
                self.classes[i].id, day, bool(solver.value(self.theory[i, day])),
                tuple(self.staff[t].name for t, teaches in self.teachers_of(i, day) if solver.value(teaches)),
            )
            for (i, day), held in self.held.items() if solver.value(held)
        )  # fmt: skip
