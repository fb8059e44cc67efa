"""Reads a plan record (contract, section 4) that may be wrong in any way, without ever raising.

What can be read becomes domain objects; everything else becomes a :class:`RecordFault` filed under the key of the rule
that reports it. An entry with a fault is left out, so later rules see sound values only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from planner.domain.instance import CostKind, Form
from planner.domain.plan import (
    CONTRACT_VERSION,
    Exam,
    Half,
    Heads,
    Inspection,
    Payment,
    Placement,
    PlannedClass,
    Session,
    SessionKind,
    Status,
    TargetResult,
    TimetableOutcome,
    Unplaced,
    Unserved,
)

SHAPE = "record-shape"
VERSION = "contract-version"
NUMBERS = "record-numbers"
MONDAYS = "week-monday"
PERSONS = "persons-whole"
MONEY = "money-form"

LARGEST_COUNT = 10**9
LARGEST_JOBS = 1e12
MONEY_FORM = re.compile(r"[0-9]{1,15}\.[0-9]{2}")
DATE_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Choice = TypeVar("Choice", bound=StrEnum)
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class RecordFault:
    """A place of the record that cannot be read, under the key of the rule that reports it."""

    rule: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """What could be read of a record; a figure that could not be read is ``None``. Money in cents, jobs as floats.

    ``bound`` and ``gap`` are infinite when the record says that nothing is proved. ``timetable`` is ``None`` when the
    record lacks our own key of that name; ``unplaced`` are the readable entries of its list.
    """

    status: Status | None
    value: float | None
    bound: float | None
    gap: float | None
    linked_jobs: float | None
    unlinked_jobs: float | None
    total_cost_cents: int | None
    classes: tuple[PlannedClass, ...]
    payments: tuple[Payment, ...]
    placements: tuple[Placement, ...]
    targets: tuple[TargetResult, ...]
    unserved: tuple[Unserved, ...]
    sessions: tuple[Session, ...]
    exams: tuple[Exam, ...]
    inspections: tuple[Inspection, ...]
    timetable: TimetableOutcome | None
    unplaced: tuple[Unplaced, ...]
    faults: tuple[RecordFault, ...]

    @property
    def has_timetable(self) -> bool:
        """Whether the record claims a timetable; without sessions, exams, inspections and key it has none."""
        return bool(self.sessions or self.exams or self.inspections or self.unplaced or self.timetable)


def read_record(record: object) -> PlanRecord:
    """Read a parsed plan.json; anything but an object reads as an empty plan with a fault."""
    faults: list[RecordFault] = []
    if isinstance(record, Mapping):
        plan = _Fields(record, "", faults)
    else:
        faults.append(RecordFault(SHAPE, "方案记录", f"应为一个 JSON 对象，现为 {_shown(record)}"))
        plan = _Fields({}, "", [])
    _read_header(plan)
    timetable = plan.optional("timetable")
    return PlanRecord(
        status=plan.if_readable(plan.choice("status", Status), "status"),
        value=plan.if_readable(plan.number("value"), "value"),
        bound=plan.if_readable(plan.proved_number("bound"), "bound"),
        gap=plan.if_readable(plan.proved_number("gap"), "gap"),
        linked_jobs=plan.if_readable(plan.number("linked_jobs", least=0.0), "linked_jobs"),
        unlinked_jobs=plan.if_readable(plan.number("unlinked_jobs", least=0.0), "unlinked_jobs"),
        total_cost_cents=plan.if_readable(plan.money("total_cost"), "total_cost"),
        classes=_kept(_read_class(entry) for entry in plan.entries("classes")),
        payments=_kept(_read_payment(entry) for entry in plan.entries("payments")),
        placements=_kept(_read_placement(entry) for entry in plan.entries("placements")),
        targets=_kept(_read_target(entry) for entry in plan.entries("targets")),
        unserved=_kept(_read_unserved(entry) for entry in plan.entries("unserved")),
        sessions=_kept(_read_session(entry) for entry in plan.entries("sessions")),
        exams=_kept(_read_exam(entry) for entry in plan.entries("exams")),
        inspections=_kept(_read_inspection(entry) for entry in plan.entries("inspections")),
        timetable=None if timetable is None else _read_timetable(timetable),
        unplaced=() if timetable is None else _kept(map(_read_unplaced, timetable.entries("unplaced"))),
        faults=tuple(faults),
    )


def _read_header(plan: _Fields) -> None:
    """Look at what no other rule needs: version of the contract, origin of the plan, assumptions."""
    contract = plan.if_readable(plan.whole("contract"), "contract")
    if contract not in (None, CONTRACT_VERSION):
        plan.fault(VERSION, "contract", f"契约版本为 {contract}，本程序只能核对版本 {CONTRACT_VERSION}")
    plan.text("input_sha256")
    plan.text("version")
    plan.whole("seed")
    plan.number("seconds", least=0.0)
    for number, assumption in enumerate(plan.list("assumptions")):
        if not isinstance(assumption, str):
            plan.fault(SHAPE, f"assumptions[{number}]", f"应为文字，现为 {_shown(assumption)}")


def _read_class(entry: _Fields) -> PlannedClass | None:
    """Read one class; a head entry that cannot be read is left out of it."""
    found = PlannedClass(
        id=entry.name("id"),
        course=entry.name("course"),
        provider=entry.name("provider"),
        venue=entry.name("venue"),
        form=entry.choice("form", Form),
        start_week=entry.week("start_week"),
        end_week=entry.week("end_week"),
        heads=_kept(_read_heads(head) for head in entry.entries("heads")),
    )
    return entry.if_readable(found)


def _read_heads(entry: _Fields) -> Heads | None:
    found = Heads(
        township=entry.name("township"),
        age_band=entry.name("age_band"),
        group=entry.name("group"),
        persons=entry.persons("persons"),
    )
    return entry.if_readable(found)


def _read_payment(entry: _Fields) -> Payment | None:
    found = Payment(
        class_id=entry.name("class"),
        fund=entry.name("fund"),
        kind=entry.choice("kind", CostKind),
        group=entry.text("group"),
        amount_cents=entry.money("amount"),
    )
    return entry.if_readable(found)


def _read_placement(entry: _Fields) -> Placement | None:
    found = Placement(
        occupation=entry.name("occupation"),
        end_week=entry.week("end_week"),
        age_band=entry.name("age_band"),
        pool=entry.name("pool"),
        jobs=entry.number("jobs", least=0.0),
    )
    return entry.if_readable(found)


def _read_target(entry: _Fields) -> TargetResult | None:
    found = TargetResult(
        id=entry.name("id"), value=entry.whole("value", least=0), missing=entry.whole("missing", least=0)
    )
    return entry.if_readable(found)


def _read_unserved(entry: _Fields) -> Unserved | None:
    found = Unserved(
        township=entry.name("township"),
        age_band=entry.name("age_band"),
        group=entry.name("group"),
        course=entry.name("course"),
        persons=entry.persons("persons"),
        reason=entry.text("reason"),
    )
    return entry.if_readable(found)


def _read_session(entry: _Fields) -> Session | None:
    """Read one session; whether its room and teachers may be so is a matter of their rules."""
    found = Session(
        class_id=entry.name("class"),
        day=entry.day("date"),
        half=entry.choice("half", Half),
        room=entry.whole("room"),
        kind=entry.choice("kind", SessionKind),
        teachers=entry.names("teachers"),
    )
    return entry.if_readable(found)


def _read_exam(entry: _Fields) -> Exam | None:
    return entry.if_readable(Exam(class_id=entry.name("class"), day=entry.day("date")))


def _read_inspection(entry: _Fields) -> Inspection | None:
    found = Inspection(class_id=entry.name("class"), day=entry.day("date"), inspector=entry.name("inspector"))
    return entry.if_readable(found)


def _read_timetable(entry: _Fields) -> TimetableOutcome | None:
    """Read the timetable's own figures, its list of unplaced classes apart."""
    found = TimetableOutcome(
        cost=entry.whole("cost"),
        bound=entry.whole("bound"),
        market_mornings=entry.whole("market_mornings", least=0),
        extra_teachers=entry.whole("extra_teachers", least=0),
        uneven_days=entry.whole("uneven_days", least=0),
        idle_days=entry.whole("idle_days", least=0),
        moved=entry.whole("moved", least=0),
        rounds=entry.whole("rounds"),
    )
    return entry.if_readable(found)


def _read_unplaced(entry: _Fields) -> Unplaced | None:
    found = Unplaced(
        class_id=entry.name("class"),
        clashing=entry.names("clashing"),
        rules=entry.names("rules"),
        sentence=entry.name("sentence"),
    )
    return entry.if_readable(found)


def _kept(entries: Iterator[Entry | None]) -> tuple[Entry, ...]:
    """Entries that could be read."""
    return tuple(entry for entry in entries if entry is not None)


def _shown(found: object) -> str:
    """Show a found value, shortened; the type only where a number is too long to print."""
    if isinstance(found, int) and abs(found) > LARGEST_COUNT:
        return "过大的整数"
    shown = repr(found) if isinstance(found, str | int | float | None) else f"{type(found).__name__} 类型的值"
    return shown if len(shown) <= 60 else shown[:60] + "…"


class _Fields:
    """Fields of one JSON object, read one by one.

    What is missing or wrong is filed, its field is remembered as unreadable, and a stand-in of the right type is
    returned, so that all faults of an object are found before it is left out.
    """

    def __init__(self, fields: Mapping[str, object], place: str, faults: list[RecordFault]) -> None:
        self._fields = fields
        self._place = place
        self._faults = faults
        self._unreadable: set[str] = set()

    def fault(self, rule: str, name: str, message: str) -> None:
        """File a fault of a field under a rule."""
        self._faults.append(RecordFault(rule, f"{self._place}{name}", message))

    def if_readable(self, found: Entry, name: str = "") -> Entry | None:
        """What was found, unless the field it came from (without a name: any field of the object) was unreadable."""
        unreadable = name in self._unreadable if name else self._unreadable
        return None if unreadable else found

    def _wrong(self, rule: str, name: str, allowed: str) -> None:
        """File a field as missing or as holding something not allowed."""
        self._unreadable.add(name)
        if name in self._fields:
            self.fault(rule, name, f"应为{allowed}，现为 {_shown(self._fields[name])}")
        else:
            self.fault(SHAPE, name, "缺少这个字段")

    def text(self, name: str) -> str:
        """Text, which may be empty."""
        found = self._fields.get(name)
        if isinstance(found, str):
            return found
        self._wrong(SHAPE, name, "文字")
        return ""

    def name(self, name: str) -> str:
        """Text that must not be empty."""
        found = self._fields.get(name)
        if isinstance(found, str) and found:
            return found
        self._wrong(SHAPE, name, "非空文字")
        return ""

    def choice(self, name: str, values: type[Choice]) -> Choice:
        """One of the values of an enumeration."""
        found = self._fields.get(name)
        if isinstance(found, str) and found in set(values):
            return values(found)
        self._wrong(SHAPE, name, "下列之一：" + "、".join(values))
        return next(iter(values))

    def whole(self, name: str, least: int = -LARGEST_COUNT) -> int:
        """Whole number, not below ``least``."""
        found = self._fields.get(name)
        if isinstance(found, int) and not isinstance(found, bool) and least <= found <= LARGEST_COUNT:
            return found
        self._wrong(SHAPE, name, "整数" if least < 0 else f"不小于 {least} 的整数")
        return 0

    def persons(self, name: str) -> int:
        """Positive whole number of people."""
        found = self._fields.get(name)
        if isinstance(found, int) and not isinstance(found, bool) and 0 < found <= LARGEST_COUNT:
            return found
        self._wrong(PERSONS, name, "正整数人数")
        return 0

    def number(self, name: str, least: float = -LARGEST_JOBS) -> float:
        """Finite number, not below ``least``; NaN is within no limits, and long integers are compared unconverted."""
        found = self._fields.get(name)
        if isinstance(found, int | float) and not isinstance(found, bool) and least <= found <= LARGEST_JOBS:
            return float(found)
        self._wrong(NUMBERS, name, "有限数值" if least < 0 else f"不小于 {least:g} 的有限数值")
        return 0.0

    def proved_number(self, name: str) -> float:
        """Finite number, or infinity for ``null``: nothing is proved, and JSON has no infinity."""
        if name in self._fields and self._fields[name] is None:
            return math.inf
        return self.number(name)

    def money(self, name: str) -> int:
        """Yuan written as text with two decimals, in cents."""
        found = self._fields.get(name)
        if isinstance(found, str) and MONEY_FORM.fullmatch(found):
            return int(found.replace(".", ""))
        self._wrong(MONEY, name, '两位小数的元数文字（如 "123.00"）')
        return 0

    def day(self, name: str) -> date:
        """Day written as an ISO date."""
        day = _read_date(self._fields.get(name))
        if day is None:
            self._wrong(SHAPE, name, "形如 2026-01-05 的日期")
            return date.min
        return day

    def week(self, name: str) -> date:
        """Week written as the date of its Monday."""
        day = self.day(name)
        if day.weekday() != 0:
            self._wrong(MONDAYS, name, "周一的日期")
        return day

    def names(self, name: str) -> tuple[str, ...]:
        """List of texts that must not be empty; the list may be."""
        found = self._fields.get(name)
        if isinstance(found, list) and all(isinstance(each, str) and each for each in found):
            return tuple(found)
        self._wrong(SHAPE, name, "非空文字的列表")
        return ()

    def list(self, name: str) -> list[object]:
        """List, empty when it is missing or something else."""
        found = self._fields.get(name)
        if isinstance(found, list):
            return found
        self._wrong(SHAPE, name, "列表")
        return []

    def optional(self, name: str) -> _Fields | None:
        """Object that may be missing."""
        if name not in self._fields:
            return None
        found = self._fields[name]
        if isinstance(found, Mapping):
            return _Fields(found, f"{self._place}{name}.", self._faults)
        self._wrong(SHAPE, name, "一个 JSON 对象")
        return None

    def entries(self, name: str) -> Iterator[_Fields]:
        """Objects of a list."""
        for number, entry in enumerate(self.list(name)):
            if isinstance(entry, Mapping):
                yield _Fields(entry, f"{self._place}{name}[{number}].", self._faults)
            else:
                self.fault(SHAPE, f"{name}[{number}]", f"应为一个 JSON 对象，现为 {_shown(entry)}")


def _read_date(found: object) -> date | None:
    if not isinstance(found, str) or not DATE_FORM.fullmatch(found):
        return None
    try:
        return date.fromisoformat(found)
    except ValueError:
        return None
