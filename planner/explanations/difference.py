"""What changed from an earlier plan to this one: classes added, dropped, moved, people and money, and why.

Classes of the two plans are paired course by course, those most alike first. Why a class was dropped is told where it
can be derived: the checker says what it would break today, alone or beside the plan's other classes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from planner.checker import check_plan
from planner.domain.instance import Instance
from planner.domain.plan import Plan, PlannedClass
from planner.export.record import plan_to_record

_OF_CLASSES = frozenset({
    "accreditation", "form-allowed", "earliest-start", "horizon", "place-fits", "end-week", "season", "farming-ban",
    "age-fits", "travel", "class-size", "cohort-persons", "demand", "names-known", "lock-forbidden", "provider-teams",
    "accreditation-teams", "venue-rooms", "annual-classes",
})  # fmt: skip
"""Rules that a class can break by itself or beside others; those on money and on the record's figures are apart."""


class Change(StrEnum):
    """What became of a class."""

    ADDED = "新增"
    DROPPED = "取消"
    MOVED = "调整"
    RESIZED = "增减学员"


@dataclass(frozen=True, slots=True)
class ClassChange:
    """A class that changed: before (``None``: added), after (``None``: dropped), more heads and cents (negative: less).

    ``details`` say what moved, ``why`` why it was dropped as far as it is known.
    """

    change: Change
    before: PlannedClass | None
    after: PlannedClass | None
    persons: int
    cents: int
    details: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class TownshipChange:
    """More (negative: less) classes held in a township, people trained from it, cents paid for the classes there."""

    township: str
    classes: int
    persons: int
    cents: int


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from the earlier plan; ``same`` counts classes without any change.

    ``same_input``: both plans were made from the same workbook, so that their values may be compared.
    """

    same: int
    classes: tuple[ClassChange, ...]
    townships: tuple[TownshipChange, ...]
    persons: int
    cents: int
    value: float
    same_input: bool


def compare_plans(instance: Instance, plan: Plan, earlier: Plan) -> Difference:
    """What changed from ``earlier``, made from any workbook, to ``plan``, made from ``instance``."""
    costs = _class_cents(plan) | {f"<{name}": cents for name, cents in _class_cents(earlier).items()}
    pairs, dropped, added = _paired(earlier.classes, plan.classes)
    changes, same = [], 0
    for before, after in pairs:
        details = _moves(before, after)
        persons, cents = after.size - before.size, costs[after.id] - costs[f"<{before.id}"]
        if not details and _people(before) == _people(after):
            same += 1
            continue
        change = Change.MOVED if details else Change.RESIZED
        why = _why_moved(instance, plan, before) if details else ""
        changes.append(ClassChange(change, before, after, persons, cents, tuple(details), why))
    changes += [ClassChange(Change.ADDED, None, one, one.size, costs[one.id]) for one in added]
    changes += [
        ClassChange(Change.DROPPED, one, None, -one.size, -costs[f"<{one.id}"], (), why_dropped(instance, plan, one))
        for one in dropped
    ]
    order = list(Change)
    changes.sort(key=lambda one: (order.index(one.change), (one.after or one.before or plan.classes[0]).course,
                                  (one.after or one.before or plan.classes[0]).id))  # fmt: skip
    return Difference(
        same, tuple(changes), _townships(instance, plan, earlier, costs),
        sum(one.size for one in plan.classes) - sum(one.size for one in earlier.classes),
        plan.total_cost_cents - earlier.total_cost_cents, plan.value - earlier.value,
        plan.input_sha256 == earlier.input_sha256,
    )  # fmt: skip


def _class_cents(plan: Plan) -> dict[str, int]:
    cents = {one.id: 0 for one in plan.classes}
    for payment in plan.payments:
        cents[payment.class_id] = cents.get(payment.class_id, 0) + payment.amount_cents
    return cents


def _people(one: PlannedClass) -> Counter[tuple[str, str, str]]:
    people: Counter[tuple[str, str, str]] = Counter()
    for heads in one.heads:
        people[heads.township, heads.age_band, heads.group] += heads.persons
    return people


def _paired(
    before: Sequence[PlannedClass], after: Sequence[PlannedClass]
) -> tuple[list[tuple[PlannedClass, PlannedClass]], list[PlannedClass], list[PlannedClass]]:
    """Pairs of classes of the same course, the most alike first; what is left of each plan."""
    scored = [
        (-_likeness(one, other), i, j)
        for i, one in enumerate(before)
        for j, other in enumerate(after)
        if one.course == other.course
    ]
    pairs, used_before, used_after = [], set(), set()
    for _, i, j in sorted(scored):
        if i not in used_before and j not in used_after:
            used_before.add(i)
            used_after.add(j)
            pairs.append((before[i], after[j]))
    dropped = [one for i, one in enumerate(before) if i not in used_before]
    return pairs, dropped, [one for j, one in enumerate(after) if j not in used_after]


def _likeness(one: PlannedClass, other: PlannedClass) -> float:
    """How alike two classes of a course are, 0..11: place, provider, week, form and the share of common people."""
    common = (_people(one) & _people(other)).total()
    return (
        4.0 * (one.venue == other.venue) + 2.0 * (one.provider == other.provider) + (one.form is other.form)
        + 2.0 * (one.start_week == other.start_week) + 2.0 * common / max(1, one.size, other.size)
    )  # fmt: skip


def _moves(before: PlannedClass, after: PlannedClass) -> list[str]:
    found = []
    if before.start_week != after.start_week:
        found.append(f"开班 {before.start_week:%Y-%m-%d} → {after.start_week:%Y-%m-%d}")
    for what, old, new in (
        ("场地", before.venue, after.venue), ("机构", before.provider, after.provider),
        ("方式", before.form.value, after.form.value),
    ):  # fmt: skip
        if old != new:
            found.append(f"{what} {old} → {new}")
    return found


def _why_moved(instance: Instance, plan: Plan, before: PlannedClass) -> str:
    """What stands against a class where it was, in today's workbook; empty when nothing does."""
    alone = _objections(instance, plan, (before,))
    return "按现在的工作簿，原来的安排不能开：" + "；".join(alone[:3]) if alone else ""


def why_dropped(instance: Instance, plan: Plan, one: PlannedClass) -> str:
    """Why an earlier class is not in the plan, as far as it can be derived; never a guess.

    First what it would break by itself in today's workbook; then what it would break beside the plan's classes.
    """
    alone = _objections(instance, plan, (one,))
    if alone:
        return "按现在的工作簿不能开：" + "；".join(alone[:3])
    renamed = replace(one, id="原方案的班")
    beside = _objections(instance, plan, (*plan.classes, renamed))
    if beside:
        return "现在还能开，但与本方案的班冲突：" + "；".join(beside[:3])
    return "现在还能开，人、班次和教室也够；资金用在了别的班上，或不增加得分"


def _objections(instance: Instance, plan: Plan, classes: tuple[PlannedClass, ...]) -> list[str]:
    """What the checker says of some classes, whatever is paid and placed."""
    bare = replace(
        plan, classes=classes, payments=(), placements=(), targets=(), unserved=(), sessions=(), exams=(),
        inspections=(), rates=(),
    )  # fmt: skip
    report = check_plan(instance, plan_to_record(bare))
    return [violation.message for violation in report.violations if violation.rule in _OF_CLASSES]


def _townships(
    instance: Instance, plan: Plan, earlier: Plan, costs: dict[str, int]
) -> tuple[TownshipChange, ...]:
    place = {venue.name: venue.township for venue in instance.venues}
    classes: Counter[str] = Counter()
    persons: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    for sign, mark, one in [*((1, "", c) for c in plan.classes), *((-1, "<", c) for c in earlier.classes)]:
        township = place.get(one.venue, f"{one.venue}（场地已不在工作簿）")
        classes[township] += sign
        cents[township] += sign * costs[f"{mark}{one.id}"]
        for heads in one.heads:
            persons[heads.township] += sign * heads.persons
    known = [township.name for township in instance.townships]
    names = [*known, *sorted((set(classes) | set(persons)) - set(known))]
    return tuple(TownshipChange(name, classes[name], persons[name], cents[name]) for name in names)
