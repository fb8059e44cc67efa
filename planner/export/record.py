"""The plan as a JSON record: the exact shape of the planning contract's section 4, written and read back.

Equal plans give equal bytes: keys stand in the contract's order, money is a string of yuan with two decimals,
expected jobs are rounded to nine decimals, weeks and days are ISO dates, and the file ends with a newline. Only
``seconds`` differs between two runs of the same input.
"""

from __future__ import annotations

import json
import math
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from planner.domain.instance import CostKind, Form, Objective
from planner.domain.plan import (
    Exam,
    Half,
    Heads,
    Inspection,
    JobOutlook,
    Payment,
    Placement,
    Plan,
    PlannedClass,
    Session,
    SessionKind,
    Status,
    TargetResult,
    TimetableOutcome,
    Unplaced,
    Unserved,
)
from planner.domain.rate import Rate, Source, UsedRate
from planner.errors import BadInput, Fault
from planner.export.files import whole_file

JOBS_DECIMALS: Final = 9
"""Decimals kept of expected jobs, bounds and gaps: far below one person, well above rounding noise."""

SECONDS_DECIMALS: Final = 3

Word = TypeVar("Word", bound=StrEnum)


def plan_to_record(plan: Plan) -> dict[str, Any]:
    """Return the plan as the contract's JSON object (section 4), keys in the contract's order.

    A bound or gap that is not finite (nothing proved) is ``None``, because JSON has no infinity.
    """
    record: dict[str, Any] = {
        "contract": plan.contract,
        "input_sha256": plan.input_sha256,
        "version": plan.version,
        "seed": plan.seed,
        "status": plan.status.value,
        "value": _rounded(plan.value),
        "bound": _rounded(plan.bound),
        "gap": _rounded(plan.gap),
        "linked_jobs": _rounded(plan.linked_jobs),
        "unlinked_jobs": _rounded(plan.unlinked_jobs),
        "total_cost": yuan_text(plan.total_cost_cents),
        "seconds": _rounded(plan.seconds, SECONDS_DECIMALS),
        "classes": [_class_record(planned) for planned in plan.classes],
        "payments": [_payment_record(payment) for payment in plan.payments],
        "placements": [_placement_record(placement) for placement in plan.placements],
        "targets": [{"id": result.id, "value": result.value, "missing": result.missing} for result in plan.targets],
        "sessions": [_session_record(session) for session in plan.sessions],
        "exams": [{"class": exam.class_id, "date": exam.day.isoformat()} for exam in plan.exams],
        "inspections": [
            {"class": visit.class_id, "date": visit.day.isoformat(), "inspector": visit.inspector}
            for visit in plan.inspections
        ],
        "unserved": [_unserved_record(unserved) for unserved in plan.unserved],
        "assumptions": list(plan.assumptions),
    }
    # Beyond the contract, after its keys: how good the timetable is, the other count of jobs, where rates come from.
    if plan.timetable is not None:
        record["timetable"] = _timetable_record(plan.timetable)
    if plan.outlook is not None:
        record["outlook"] = _outlook_record(plan.outlook)
    if plan.rates:
        record["rates"] = [_rate_record(used) for used in plan.rates]
    return record


def record_to_plan(record: dict[str, Any], file: str = "plan.json") -> Plan:
    """Return the plan that ``record`` states; ``file`` is the name that faults are reported under.

    Of the keys that the contract does not know, our own ``timetable``, ``outlook`` and ``rates`` are read where there
    are any; others are ignored.

    Raises
    ------
    BadInput
        With one fault for every missing or unreadable value, placed as ``classes[3].start_week``.
    """
    faults: list[Fault] = []
    top = _Entry(record, "", file, faults)
    plan = Plan(
        contract=top.whole("contract"),
        input_sha256=top.text("input_sha256"),
        version=top.text("version"),
        seed=top.whole("seed"),
        status=top.word("status", Status),
        value=top.number("value"),
        bound=top.number("bound", missing=math.inf),
        gap=top.number("gap", missing=math.inf),
        linked_jobs=top.number("linked_jobs"),
        unlinked_jobs=top.number("unlinked_jobs"),
        total_cost_cents=top.cents("total_cost"),
        seconds=top.number("seconds"),
        classes=tuple(_read_class(entry) for entry in top.entries("classes")),
        payments=tuple(_read_payment(entry) for entry in top.entries("payments")),
        placements=tuple(_read_placement(entry) for entry in top.entries("placements")),
        targets=tuple(
            TargetResult(entry.text("id"), entry.whole("value"), entry.whole("missing"))
            for entry in top.entries("targets")
        ),
        unserved=tuple(_read_unserved(entry) for entry in top.entries("unserved")),
        assumptions=top.texts("assumptions"),
        sessions=tuple(_read_session(entry) for entry in top.entries("sessions")),
        exams=tuple(Exam(entry.text("class"), entry.day("date")) for entry in top.entries("exams")),
        inspections=tuple(
            Inspection(entry.text("class"), entry.day("date"), entry.text("inspector"))
            for entry in top.entries("inspections")
        ),
        timetable=_read_timetable(top.entry("timetable")) if "timetable" in record else None,
        outlook=_read_outlook(top.entry("outlook")) if "outlook" in record else None,
        rates=tuple(_read_used_rate(entry) for entry in top.entries("rates")) if "rates" in record else (),
    )
    if faults:
        raise BadInput(faults)
    return plan


def write_record(plan: Plan, path: Path) -> None:
    """Write the plan's record to ``path`` as UTF-8 JSON, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because another program holds it open.
    """
    text = json.dumps(plan_to_record(plan), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    with whole_file(path) as draft:
        draft.write_bytes(text.encode("utf-8"))


def read_record(path: Path) -> dict[str, Any]:
    """Return the JSON object in ``path``, unchecked beyond being one object.

    Raises
    ------
    BadInput
        When the file is missing, unreadable, empty, truncated, not UTF-8, not JSON or not one object.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _unreadable(
            path, "找不到方案文件", remedy="请核对文件名和所在文件夹，或先运行 planner solve 生成方案"
        ) from None
    except UnicodeDecodeError:
        raise _unreadable(
            path, "方案文件不是 UTF-8 编码的文本", remedy="请选用 planner solve 写出的 plan.json"
        ) from None
    except OSError as error:
        raise _unreadable(path, "方案文件打不开", str(error.strerror or error), remedy="请核对文件和访问权限") from None
    try:
        record = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _unreadable(
            path, "方案文件不完整或不是 JSON", _json_place(text, error), remedy="请重新运行 planner solve 生成方案"
        ) from None
    if not isinstance(record, dict):
        raise _unreadable(
            path, "方案文件的内容不是一份方案", text.strip()[:20], remedy="请选用 planner solve 写出的 plan.json"
        )
    return record


def yuan_text(cents: int) -> str:
    """Return an amount in cents as the record writes it: yuan with exactly two decimals, such as ``1234.50``."""
    sign = "-" if cents < 0 else ""
    yuan, rest = divmod(abs(cents), 100)
    return f"{sign}{yuan}.{rest:02d}"


def _unreadable(path: Path, problem: str, found: str = "", remedy: str = "") -> BadInput:
    return BadInput([Fault(path.name, "", "", problem, found, "一份由本程序写出的 JSON 方案", remedy)])


def _json_place(text: str, error: Exception) -> str:
    if not text.strip():
        return "空文件"
    if isinstance(error, json.JSONDecodeError):
        return f"第 {error.lineno} 行第 {error.colno} 个字符处读不下去"
    return "层次过深"


def _rounded(number: float, decimals: int = JOBS_DECIMALS) -> float | None:
    if not math.isfinite(number):
        return None
    return round(float(number), decimals) + 0.0  # adding 0.0 turns -0.0 into 0.0, so equal values give equal bytes


def _class_record(planned: PlannedClass) -> dict[str, Any]:
    return {
        "id": planned.id,
        "course": planned.course,
        "provider": planned.provider,
        "venue": planned.venue,
        "form": planned.form.value,
        "start_week": planned.start_week.isoformat(),
        "end_week": planned.end_week.isoformat(),
        "heads": [
            {
                "township": heads.township,
                "age_band": heads.age_band,
                "group": heads.group,
                "persons": heads.persons,
            }
            for heads in planned.heads
        ],
    }


def _payment_record(payment: Payment) -> dict[str, Any]:
    return {
        "class": payment.class_id,
        "fund": payment.fund,
        "kind": payment.kind.value,
        "group": payment.group,
        "amount": yuan_text(payment.amount_cents),
    }


def _placement_record(placement: Placement) -> dict[str, Any]:
    return {
        "occupation": placement.occupation,
        "end_week": placement.end_week.isoformat(),
        "age_band": placement.age_band,
        "pool": placement.pool,
        "jobs": _rounded(placement.jobs),
    }


def _session_record(session: Session) -> dict[str, Any]:
    return {
        "class": session.class_id,
        "date": session.day.isoformat(),
        "half": session.half.value,
        "room": session.room,
        "kind": session.kind.value,
        "teachers": list(session.teachers),
    }


def _timetable_record(outcome: TimetableOutcome) -> dict[str, Any]:
    return {
        "cost": outcome.cost,
        "bound": outcome.bound,
        "market_mornings": outcome.market_mornings,
        "extra_teachers": outcome.extra_teachers,
        "uneven_days": outcome.uneven_days,
        "idle_days": outcome.idle_days,
        "moved": outcome.moved,
        "rounds": outcome.rounds,
        "unplaced": [
            {
                "class": unplaced.class_id,
                "clashing": list(unplaced.clashing),
                "rules": list(unplaced.rules),
                "sentence": unplaced.sentence,
            }
            for unplaced in outcome.unplaced
        ],
    }


def _outlook_record(outlook: JobOutlook) -> dict[str, Any]:
    return {
        "maximised": outlook.maximised.value,
        "gross_jobs": _rounded(outlook.gross_jobs),
        "uplift_jobs": _rounded(outlook.uplift_jobs),
        "jobs_10": _rounded(outlook.low),
        "jobs_50": _rounded(outlook.middle),
        "jobs_90": _rounded(outlook.high),
        "optimism": _rounded(outlook.optimism),
        "sources": {source.value: _rounded(share) for source, share in outlook.source_shares},
    }


def _rate_record(used: UsedRate) -> dict[str, Any]:
    record: dict[str, Any] = {
        "course": used.course, "age_band": used.age_band, "group": used.group, "persons": used.persons,
    }  # fmt: skip
    for kind, rate in (("gross", used.gross), ("uplift", used.uplift)):
        record[kind] = {"rate": _rounded(rate.value), "source": rate.source.value}
        if rate.low is not None and rate.high is not None:
            record[kind] |= {"low": _rounded(rate.low), "high": _rounded(rate.high)}
        if rate.people:
            record[kind] |= {"people": rate.people, "basis": rate.basis}
    return record


def _unserved_record(unserved: Unserved) -> dict[str, Any]:
    return {
        "township": unserved.township,
        "age_band": unserved.age_band,
        "group": unserved.group,
        "course": unserved.course,
        "persons": unserved.persons,
        "reason": unserved.reason,
    }


def _read_class(entry: _Entry) -> PlannedClass:
    return PlannedClass(
        id=entry.text("id"),
        course=entry.text("course"),
        provider=entry.text("provider"),
        venue=entry.text("venue"),
        form=entry.word("form", Form),
        start_week=entry.day("start_week"),
        end_week=entry.day("end_week"),
        heads=tuple(
            Heads(heads.text("township"), heads.text("age_band"), heads.text("group"), heads.whole("persons"))
            for heads in entry.entries("heads")
        ),
    )


def _read_payment(entry: _Entry) -> Payment:
    return Payment(
        class_id=entry.text("class"),
        fund=entry.text("fund"),
        kind=entry.word("kind", CostKind),
        group=entry.text("group"),
        amount_cents=entry.cents("amount"),
    )


def _read_placement(entry: _Entry) -> Placement:
    return Placement(
        occupation=entry.text("occupation"),
        end_week=entry.day("end_week"),
        age_band=entry.text("age_band"),
        pool=entry.text("pool"),
        jobs=entry.number("jobs"),
    )


def _read_unserved(entry: _Entry) -> Unserved:
    return Unserved(
        township=entry.text("township"),
        age_band=entry.text("age_band"),
        group=entry.text("group"),
        course=entry.text("course"),
        persons=entry.whole("persons"),
        reason=entry.text("reason"),
    )


def _read_session(entry: _Entry) -> Session:
    return Session(
        class_id=entry.text("class"),
        day=entry.day("date"),
        half=entry.word("half", Half),
        room=entry.whole("room"),
        kind=entry.word("kind", SessionKind),
        teachers=entry.texts("teachers"),
    )


def _read_timetable(entry: _Entry) -> TimetableOutcome:
    return TimetableOutcome(
        cost=entry.whole("cost"),
        bound=entry.whole("bound"),
        market_mornings=entry.whole("market_mornings"),
        extra_teachers=entry.whole("extra_teachers"),
        uneven_days=entry.whole("uneven_days"),
        idle_days=entry.whole("idle_days"),
        moved=entry.whole("moved"),
        rounds=entry.whole("rounds"),
        unplaced=tuple(
            Unplaced(each.text("class"), each.texts("clashing"), each.texts("rules"), each.text("sentence"))
            for each in entry.entries("unplaced")
        ),
    )


def _read_outlook(entry: _Entry) -> JobOutlook:
    shares = entry.entry("sources")
    return JobOutlook(
        maximised=entry.word("maximised", Objective),
        gross_jobs=entry.number("gross_jobs"),
        uplift_jobs=entry.number("uplift_jobs"),
        low=entry.number("jobs_10"),
        middle=entry.number("jobs_50"),
        high=entry.number("jobs_90"),
        optimism=entry.number("optimism"),
        source_shares=tuple((source, shares.number(source.value)) for source in Source if source.value in shares),
    )


def _read_used_rate(entry: _Entry) -> UsedRate:
    return UsedRate(
        entry.text("course"),
        entry.text("age_band"),
        entry.text("group"),
        entry.whole("persons"),
        _read_rate(entry.entry("gross")),
        _read_rate(entry.entry("uplift")),
    )


def _read_rate(entry: _Entry) -> Rate:
    ranged, estimated = "low" in entry, "people" in entry
    return Rate(
        entry.number("rate"),
        entry.word("source", Source),
        entry.number("low") if ranged else None,
        entry.number("high") if ranged else None,
        entry.whole("people") if estimated else 0,
        entry.text("basis") if estimated else "",
    )


class _Entry:
    """One JSON object of the record, which notes a fault for each value it cannot give.

    After a fault a stand-in value is returned, so that reading goes on and every fault is found at once; the
    caller raises before anybody sees the stand-ins.
    """

    def __init__(self, values: Any, place: str, file: str, faults: list[Fault]) -> None:
        self._place, self._file, self._faults = place, file, faults
        self._values: dict[str, Any] = {}
        if isinstance(values, dict):
            self._values = values
        else:
            self._refuse("", values, "一组“名称: 值”")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str:
        value = self._values.get(key)
        if isinstance(value, str):
            return value
        self._refuse(key, value, "文字")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self._refuse(key, value, "一列文字")
        return ()

    def whole(self, key: str) -> int:
        value = self._values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._refuse(key, value, "整数")
        return 0

    def number(self, key: str, missing: float | None = None) -> float:
        value = self._values.get(key)
        if value is None and key in self._values and missing is not None:
            return missing
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        self._refuse(key, value, "数字")
        return 0.0

    def cents(self, key: str) -> int:
        value = self._values.get(key)
        try:
            cents = Decimal(value) * 100 if isinstance(value, str) else None
            if cents is not None and cents == cents.to_integral_value():
                return int(cents)
        except (InvalidOperation, ValueError, OverflowError):
            pass  # not an amount at all: refused below like an amount with too many decimals
        self._refuse(key, value, '以元计、至多两位小数的金额文字，如 "1200.00"')
        return 0

    def day(self, key: str) -> date:
        value = self._values.get(key)
        try:
            if isinstance(value, str):
                return date.fromisoformat(value)
        except ValueError:
            pass  # text that is no date: refused below like a value that is no text
        self._refuse(key, value, "日期，如 2026-01-05")
        return date.min

    def word(self, key: str, words: type[Word]) -> Word:
        value = self._values.get(key)
        for word in words:
            if word.value == value:
                return word
        self._refuse(key, value, "、".join(word.value for word in words))
        return next(iter(words))

    def entry(self, key: str) -> _Entry:
        return _Entry(self._values.get(key), self._within(key), self._file, self._faults)

    def entries(self, key: str) -> list[_Entry]:
        value = self._values.get(key)
        if isinstance(value, list):
            return [
                _Entry(item, f"{self._within(key)}[{number}]", self._file, self._faults)
                for number, item in enumerate(value)
            ]
        self._refuse(key, value, "一列条目")
        return []

    def _within(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place and key else self._place or key

    def _refuse(self, key: str, value: Any, allowed: str) -> None:
        absent = bool(key) and key not in self._values
        self._faults.append(
            Fault(
                self._file,
                self._within(key),
                "",
                "缺少这一项" if absent else "这一项的值读不懂",
                "" if absent else json.dumps(value, ensure_ascii=False)[:40],
                allowed,
                "请重新运行 planner solve 生成方案，不要手工改动方案文件",
            )
        )
