"""Rules on targets (任务) and locks (固定班)."""

from __future__ import annotations

from collections.abc import Iterator

from planner.checker.audit import Audit, CheckedClass
from planner.checker.register import Breach, rule
from planner.domain.instance import Lock, LockKind


@rule("target-hard", "必须完成的任务都完成。")
def are_hard_targets_met(audit: Audit) -> Iterator[Breach]:
    """Section 2 and contract notes, 14: a row on heads or classes under its filters."""
    for target in audit.instance.targets:
        if target.hard and audit.missing(target):
            yield f"任务 {target.id}", f"{target.measure}为 {audit.reached(target)}，必须 {target.sense} {target.value}"


@rule("target-report", "每项任务报告一次，完成数和差额属实。")
def are_targets_reported(audit: Audit) -> Iterator[Breach]:
    """Section 4: value reached and units missing of every target."""
    for target in audit.instance.targets:
        results = [result for result in audit.record.targets if result.id == target.id]
        where = f"任务 {target.id}"
        if len(results) != 1:
            yield where, f"报告了 {len(results)} 次，应恰好一次"
        for result in results:
            if result.value != audit.reached(target):
                yield where, f"完成数写为 {result.value}，应为 {audit.reached(target)}"
            if result.missing != audit.missing(target):
                yield where, f"差额写为 {result.missing}，应为 {audit.missing(target)}"


@rule("lock-required", "必须开的固定班都开，写明人数的按人数开足。")
def are_required_classes_held(audit: Audit) -> Iterator[Breach]:
    """Section 2 and contract notes, 15: Σ y over matching options ≥ number, with exactly the heads when given."""
    for lock in audit.instance.locks:
        if lock.kind is not LockKind.REQUIRED:
            continue
        sizes = [checked.entry.size for checked in audit.classes if _matches(lock, checked)]
        held = sum(lock.persons in (None, size) for size in sizes)
        if held < lock.number:
            of_size = "" if lock.persons is None else f"、恰好 {lock.persons} 人"
            found = "、".join(str(size) for size in sizes) or "无"
            yield (
                _lock_text(lock),
                f"符合条件{of_size}的班有 {held} 个，必须开 {lock.number} 个（符合其他条件的班的人数：{found}）",
            )


@rule("lock-forbidden", "禁止的班都不开。")
def are_forbidden_classes_absent(audit: Audit) -> Iterator[Breach]:
    """Section 2: Σ y over matching options = 0."""
    for lock in audit.instance.locks:
        if lock.kind is LockKind.FORBIDDEN:
            for checked in audit.classes:
                if _matches(lock, checked):
                    yield checked.where, f"{_lock_text(lock)} 禁止开这个班"


def _matches(lock: Lock, checked: CheckedClass) -> bool:
    """Whether the class is of the lock's course and of whatever else the lock names."""
    entry = checked.entry
    return (
        lock.course == entry.course
        and lock.provider in (None, entry.provider)
        and lock.venue in (None, entry.venue)
        and lock.form in (None, entry.form)
        and lock.start_week in (None, entry.start_week)
    )


def _lock_text(lock: Lock) -> str:
    named = (lock.course, lock.provider, lock.venue, lock.form, lock.start_week)
    return "固定班 " + "·".join(str(part) for part in named if part is not None)
