"""Rules on the record itself: readable fields, known names, unique entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Hashable, Iterable, Iterator
from typing import TypeVar

from planner.checker import record
from planner.checker.audit import Audit, cohort_of, cohort_text
from planner.checker.derivation import CohortKey
from planner.checker.register import RULES, Breach, rule

Key = TypeVar("Key", bound=Hashable)
ALREADY_HELD = {"already-held"}
"""A rule of a timetable placed anew, which needs the one before: it can be blamed and not be checked."""

Use = tuple[str, str, str, Container[str]]
"""Where a name is used, what it names, the name, and the names there are."""


def _faults_of(audit: Audit, key: str) -> Iterator[Breach]:
    for fault in audit.record.faults:
        if fault.rule == key:
            yield fault.where, fault.message


def _repeated(keys: Iterable[Key]) -> Iterator[Key]:
    """Keys that occur more than once."""
    return (key for key, times in Counter(keys).items() if times > 1)


@rule(record.SHAPE, "方案记录的字段齐全，类型和写法正确。")
def is_readable(audit: Audit) -> Iterator[Breach]:
    """Section 4: every field is there with its type."""
    yield from _faults_of(audit, record.SHAPE)


@rule(record.VERSION, "方案记录的契约版本是本程序认识的版本。")
def is_version_known(audit: Audit) -> Iterator[Breach]:
    """Section 4: contract = 1."""
    yield from _faults_of(audit, record.VERSION)


@rule(record.NUMBERS, "数值是有限的数，岗位和用时不为负。")
def are_numbers_finite(audit: Audit) -> Iterator[Breach]:
    """Section 4: neither NaN nor infinite, jobs and seconds at least 0."""
    yield from _faults_of(audit, record.NUMBERS)


@rule(record.MONDAYS, "每一周都用该周周一的日期表示。")
def are_weeks_mondays(audit: Audit) -> Iterator[Breach]:
    """Section 4: weeks are written as their Monday."""
    yield from _faults_of(audit, record.MONDAYS)


@rule(record.PERSONS, "人数都是正整数。")
def are_persons_whole(audit: Audit) -> Iterator[Breach]:
    """Section 2: x is an integer; an entry of nobody says nothing."""
    yield from _faults_of(audit, record.PERSONS)


@rule(record.MONEY, "金额写成两位小数的元数文字。")
def is_money_exact(audit: Audit) -> Iterator[Breach]:
    """Section 4: money is exact to the cent and not negative."""
    yield from _faults_of(audit, record.MONEY)


@rule("names-known", "方案里的各种名称都在工作簿里，所提到的班级都在方案里。")
def are_names_known(audit: Audit) -> Iterator[Breach]:
    """Every name of the record is a name of the workbook or the id of a class of the plan."""
    for where, what, name, known in _uses_of_names(audit):
        if name not in known:
            yield where, f"没有名为“{name}”的{what}"


def _uses_of_names(audit: Audit) -> Iterator[Use]:
    """Every name of the record but teachers and inspectors, which have rules of their own."""
    derivation, plan = audit.derivation, audit.record
    for entry in plan.classes:
        where = f"班级 {entry.id}"
        yield where, "课程", entry.course, derivation.courses
        yield where, "机构", entry.provider, derivation.providers
        yield where, "场地", entry.venue, derivation.venues
        for head in entry.heads:
            yield from _cohort_names(audit, where, cohort_of(head))
    class_ids = {entry.id for entry in plan.classes}
    for payment in plan.payments:
        where = f"班级 {payment.class_id} 的付款"
        yield where, "班级", payment.class_id, class_ids
        yield where, "资金", payment.fund, derivation.funds
        if payment.group:
            yield where, "群体", payment.group, derivation.groups
    for placement in plan.placements:
        where = f"岗位 {placement.pool}"
        yield where, "岗位", placement.pool, derivation.pools
        yield where, "年龄段", placement.age_band, derivation.age_bands
    targets = {target.id for target in audit.instance.targets}
    for result in plan.targets:
        yield f"任务 {result.id}", "任务", result.id, targets
    for left in plan.unserved:
        yield from _cohort_names(audit, "未满足需求", (left.township, left.age_band, left.group))
        yield "未满足需求", "课程", left.course, derivation.courses
    yield from _timetable_names(audit, class_ids)


def _timetable_names(audit: Audit, class_ids: Container[str]) -> Iterator[Use]:
    """Classes of sessions, exams and inspections (each once), and the classes and rules of unplaced classes."""
    plan = audit.record
    for what, entries in (("课程表", plan.sessions), ("考试", plan.exams), ("督查", plan.inspections)):
        for class_id in dict.fromkeys(entry.class_id for entry in entries):
            yield what, "班级", class_id, class_ids
    for unplaced in plan.unplaced:
        where = f"未排班级 {unplaced.class_id}"
        for class_id in (unplaced.class_id, *unplaced.clashing):
            yield where, "班级", class_id, class_ids
        for key in unplaced.rules:
            yield where, "规则", key, RULES.keys() | ALREADY_HELD


def _cohort_names(audit: Audit, where: str, cohort: CohortKey) -> Iterator[Use]:
    township, age_band, group = cohort
    yield where, "乡镇", township, audit.derivation.townships
    yield where, "年龄段", age_band, audit.derivation.age_bands
    yield where, "群体", group, audit.derivation.groups


@rule("class-id-unique", "班级编号不重复。")
def are_class_ids_unique(audit: Audit) -> Iterator[Breach]:
    """Section 4: one entry of classes is one class."""
    for class_id in _repeated(entry.id for entry in audit.record.classes):
        yield f"班级 {class_id}", "这个编号用了不止一次，每个班的编号只能用一次"


@rule("heads-unique", "一个班里同一批人（乡镇、年龄段、群体）只写一行。")
def are_heads_unique(audit: Audit) -> Iterator[Breach]:
    """Section 4: one entry of heads per cohort."""
    for entry in audit.record.classes:
        for cohort in _repeated(cohort_of(head) for head in entry.heads):
            yield f"班级 {entry.id}", f"{cohort_text(cohort)} 写了不止一行，应合并为一行"


@rule("class-empty", "每个班都有学员。")
def has_every_class_heads(audit: Audit) -> Iterator[Breach]:
    """Section 2: a class has at least min_size heads, so never none."""
    for entry in audit.record.classes:
        if not entry.heads:
            yield f"班级 {entry.id}", "班里没有学员，应有人参加或删去这个班"
