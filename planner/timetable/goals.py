"""What a timetable should be like, in points; the fewer the better.

============== ====== ==========================================================================================
market          4      a class morning on a market day of the venue's township
extra teacher   2      a teacher of a class beyond the fewest that its sessions need
idle            1      a working day without class before the last day of a full-time class
uneven          1      a teaching day above a teacher's even share of the provider's teaching days
moved           6      a class day, or a teacher of one, that differs from what was published (only in later changes)
============== ====== ==========================================================================================

The even share is the provider's teaching days divided by its teachers who know one of its courses, rounded up. The same
points are counted twice: as the model's objective, and from the finished days (:func:`count_points`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planner.timetable.lessons import ClassDay, Lessons, Published, Staff, fewest_teachers
from planner.timetable.model import Draft

MARKET: Final = 4
EXTRA_TEACHER: Final = 2
IDLE: Final = 1
UNEVEN: Final = 1
MOVED: Final = 6


@dataclass(frozen=True, slots=True)
class Points:
    """How often each goal is missed."""

    market_mornings: int = 0
    extra_teachers: int = 0
    idle_days: int = 0
    uneven_days: int = 0
    moved: int = 0

    @property
    def cost(self) -> int:
        """The weighted sum."""
        return (
            MARKET * self.market_mornings + EXTRA_TEACHER * self.extra_teachers + IDLE * self.idle_days
            + UNEVEN * self.uneven_days + MOVED * self.moved
        )  # fmt: skip

    def __add__(self, other: Points) -> Points:
        """The points of two parts together."""
        return Points(
            self.market_mornings + other.market_mornings, self.extra_teachers + other.extra_teachers,
            self.idle_days + other.idle_days, self.uneven_days + other.uneven_days, self.moved + other.moved,
        )  # fmt: skip


def even_share(classes: Sequence[Lessons], staff: Sequence[Staff]) -> int:
    """Teaching days of each teacher if all were even, rounded up."""
    able = sum(any(member.knows(lessons.course) for lessons in classes) for member in staff)
    return -(-sum(lessons.teacher_days for lessons in classes) // max(1, able))


def set_goals(draft: Draft) -> None:
    """Minimise the points."""
    terms: list[Any] = []
    for i, lessons in enumerate(draft.classes):
        terms += [MARKET * draft.held[i, day] for day in lessons.market]
        if lessons.full_time:
            terms.append(IDLE * _idle_days(draft, i, lessons))
        terms.append(EXTRA_TEACHER * _extra_teachers(draft, i, lessons))
    terms += [UNEVEN * over for over in _uneven_days(draft)]
    terms += [MOVED * moved for moved in _moved(draft)]
    draft.model.minimize(sum(terms))


def count_points(
    classes: Sequence[Lessons], staff: Sequence[Staff], days: Iterable[ClassDay], published: Published | None = None
) -> Points:
    """Count the points of finished days of one provider's classes; classes without days count nothing."""
    held: defaultdict[str, list[ClassDay]] = defaultdict(list)
    load: Counter[str] = Counter()
    moved = 0
    for class_day in days:
        held[class_day.class_id].append(class_day)
        load.update(class_day.teachers)
        if published:
            before = published.days.get((class_day.class_id, class_day.day))
            moved += before is None or bool(set(class_day.teachers) - set(before.teachers))
    market = extra = idle = 0
    for lessons in classes:
        mine = held.get(lessons.id, [])
        if not mine:
            continue
        meets = {class_day.day for class_day in mine}
        market += len(meets & lessons.market)
        teachers = {name for class_day in mine for name in class_day.teachers}
        extra += max(0, len(teachers) - fewest_teachers(lessons, staff))
        if lessons.full_time:
            idle += sum(day not in meets and day < max(meets) for day in lessons.working)
    share = even_share(classes, staff)
    return Points(market, extra, idle, sum(max(0, taught - share) for taught in load.values()), moved)


def _idle_days(draft: Draft, i: int, lessons: Lessons) -> Any:
    """Σ open_d − class_days, where open_d = 1 on every working day up to the last class day."""
    later: Any = 0
    opened = []
    for day in sorted(lessons.working, reverse=True):
        is_open = draft.model.new_bool_var("")
        draft.model.add(is_open >= draft.held[i, day])
        draft.model.add(is_open >= later)
        opened.append(is_open)
        later = is_open
    return sum(opened) - lessons.class_days * draft.placed[i]


def _extra_teachers(draft: Draft, i: int, lessons: Lessons) -> Any:
    """Σ_t used_it − the fewest, where used_it ≥ teach_idt."""
    used: dict[int, Any] = {}
    for day in lessons.days:
        for t, teaches in draft.teachers_of(i, day):
            if t not in used:
                used[t] = draft.model.new_bool_var("")
            draft.model.add_implication(teaches, used[t])
    fewest = fewest_teachers(lessons, draft.staff)
    draft.model.add(sum(used.values()) >= fewest * draft.placed[i])
    return sum(used.values()) - fewest * draft.placed[i]


def _uneven_days(draft: Draft) -> list[Any]:
    """over_t ≥ Σ_id teach_idt − share for each teacher."""
    load: defaultdict[int, list[Any]] = defaultdict(list)
    for (_, _, t), teaches in draft.teach.items():
        load[t].append(teaches)
    share = even_share(draft.classes, draft.staff)
    over = []
    for taught in load.values():
        if len(taught) > share:
            above = draft.model.new_int_var(0, len(taught) - share, "")
            draft.model.add(above >= sum(taught) - share)
            over.append(above)
    return over


def _moved(draft: Draft) -> list[Any]:
    """One for each class day that was not published, or that gets a teacher it did not have."""
    if draft.published is None:
        return []
    moved = []
    for (i, day), held in draft.held.items():
        if isinstance(held, int):
            continue
        before = draft.published.days.get((draft.classes[i].id, day))
        if before is None:
            moved.append(held)
            continue
        changed = draft.model.new_bool_var("")
        for t, teaches in draft.teachers_of(i, day):
            if draft.staff[t].name not in before.teachers:
                draft.model.add_implication(teaches, changed)
        moved.append(changed)
    return moved
