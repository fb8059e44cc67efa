"""What a person decided on classes of a plan, from a JSON file to rows of sheet 固定班.

A decision names a class option: course, provider, venue, form and the Monday of its first week; what it leaves out
means any, as an empty cell of the sheet does. 必须开 demands as many classes of the option as there are decisions on
it; 禁止 shuts the option out altogether. People of a class are not fixed by either.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from planner.domain.instance import Form, Instance, Lock, LockKind
from planner.errors import BadInput, Fault
from planner.model.weeks import mondays

_PARTS = ("course", "provider", "venue", "form", "start_week")
_KEYS = frozenset({*_PARTS, "kind", "note", "class"})
_LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: the class option it names (``None`` = any) and why, in the planner's own words."""

    kind: LockKind
    course: str
    provider: str | None = None
    venue: str | None = None
    form: Form | None = None
    start_week: date | None = None
    note: str = ""

    @property
    def option(self) -> tuple[str, str | None, str | None, Form | None, date | None]:
        """The class option."""
        return self.course, self.provider, self.venue, self.form, self.start_week


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Return the decisions of a file ``{"decisions": [{"kind": "必须开", "course": "…", "provider": "…", …}]}``.

    ``class`` (an id) may stand beside them and is not read.

    Raises
    ------
    BadInput
        The file cannot be read, or entries are not what they should be; every fault is listed.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        remedy = "请选用网页导出的决定文件，或按 docs/replanning.md 的格式写"
        raise BadInput([Fault(path.name, "", "", "决定文件读不出来", str(error)[:80], "JSON 文件", remedy)]) from error
    entries = plain.get("decisions") if isinstance(plain, dict) else None
    if not isinstance(entries, list):
        allowed = '{"decisions": […]}'
        raise BadInput([Fault(path.name, "", "", "决定文件里没有 decisions 列表", "", allowed, "请补上")])
    faults: list[Fault] = []
    found = [_read_entry(path.name, f"decisions[{i}]", entry, faults) for i, entry in enumerate(entries)]
    if faults:
        raise BadInput(faults)
    return tuple(decision for decision in found if decision is not None)


def _read_entry(file: str, place: str, entry: Any, faults: list[Fault]) -> Decision | None:
    """One decision; what is wrong with it is added to ``faults``."""
    before = len(faults)

    def wrong(key: str, problem: str, allowed: str, remedy: str) -> None:
        found = entry.get(key) if isinstance(entry, dict) else entry
        faults.append(Fault(file, "", "", f"{place}.{key}：{problem}", str(found)[:40], allowed, remedy))

    if not isinstance(entry, dict):
        faults.append(Fault(file, "", "", f"{place} 不是一项决定", str(entry)[:40], "JSON 对象", "请按格式写"))
        return None
    for key in sorted(set(entry) - _KEYS):
        wrong(key, "不认识的项", "、".join(sorted(_KEYS)), "请删去或改正名称")
    for key in (*_PARTS, "note"):
        if entry.get(key) is not None and not isinstance(entry[key], str):
            wrong(key, "应是文字", "文字", "请改成文字")
    if len(faults) > before:
        return None
    if entry.get("kind") not in [*LockKind]:
        wrong("kind", "不认识的要求", "、".join(LockKind), "请改正")
    if not entry.get("course"):
        wrong("course", "没有写课程", "课程名称", "请补上")
    if entry.get("form") and entry["form"] not in [*Form]:
        wrong("form", "不认识的形式", "、".join(Form), "请改正")
    start = _read_day(entry.get("start_week"))
    if entry.get("start_week") and start is None:
        wrong("start_week", "开班周看不懂", "周一的日期，如 2026-03-02", "请改正")
    if len(entry.get("note") or "") > _LONGEST_NOTE:
        wrong("note", "说明太长", f"不超过 {_LONGEST_NOTE} 字", "请写短些")
    if len(faults) > before:
        return None
    return Decision(
        LockKind(entry["kind"]), entry["course"], entry.get("provider") or None, entry.get("venue") or None,
        Form(entry["form"]) if entry.get("form") else None, start, entry.get("note") or "",
    )  # fmt: skip


def _read_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def with_decisions(instance: Instance, decisions: tuple[Decision, ...], file: str) -> Instance:
    """The instance with the decisions among its locks; ``file`` is the name that faults are reported under.

    Decisions on the same option come together in one row of as many classes.

    Raises
    ------
    BadInput
        A decision names what the workbook lacks, or an option is both demanded and forbidden.
    """
    faults = [*_unknown_names(instance, decisions, file), *_contradictions(decisions, file)]
    if faults:
        raise BadInput(faults)
    number = Counter((decision.kind, decision.option) for decision in decisions)
    if not number:
        return instance
    locks = {_key(lock): lock for lock in instance.locks}
    for (kind, option), times in number.items():
        notes = dict.fromkeys(d.note for d in decisions if (d.kind, d.option) == (kind, option) and d.note)
        course, provider, venue, form, start_week = option
        wanted = times if kind is LockKind.REQUIRED else 1
        lock = Lock(course, kind, provider, venue, form, start_week, None, wanted, "；".join(notes))
        before = locks.get(_key(lock))
        if before is not None:
            notes = dict.fromkeys(note for note in (before.note, lock.note) if note)
            lock = replace(lock, number=max(before.number, wanted), note="；".join(notes))
        locks[_key(lock)] = lock
    required = sum(times for (kind, _), times in number.items() if kind is LockKind.REQUIRED)
    forbidden = sum(kind is LockKind.FORBIDDEN for kind, _ in number)
    said = f"按对原方案的决定：锁定 {required} 个班，禁止 {forbidden} 种安排（已写入固定班表）"
    return replace(instance, locks=tuple(locks.values()), assumptions=(*instance.assumptions, said))


def _key(lock: Lock) -> tuple[object, ...]:
    """What tells rows of sheet 固定班 apart."""
    return lock.course, lock.provider, lock.venue, lock.form, lock.start_week, lock.persons, lock.kind


def _unknown_names(instance: Instance, decisions: tuple[Decision, ...], file: str) -> list[Fault]:
    known = {
        "course": ("课程", {one.name for one in instance.courses}),
        "provider": ("机构", {one.name for one in instance.providers}),
        "venue": ("场地", {one.name for one in instance.venues}),
    }
    faults = []
    for i, decision in enumerate(decisions):
        for part, (sheet, names) in known.items():
            name = getattr(decision, part)
            if name is not None and name not in names:
                faults.append(Fault(
                    file, "", "", f"decisions[{i}].{part}：工作簿没有这个{sheet}", name, f"{sheet}表里的名称",
                    "名称改过的，请对照工作簿改正；已经没有的，请删去这项决定",
                ))  # fmt: skip
        week = decision.start_week
        if week is not None and week not in mondays(instance):
            allowed = f"{mondays(instance)[0]} 到 {mondays(instance)[-1]} 之间的周一"
            place = f"decisions[{i}].start_week：不是计划期内的周一"
            faults.append(Fault(file, "", "", place, week.isoformat(), allowed, "请改正，或删去这项决定"))
    return faults


def _contradictions(decisions: tuple[Decision, ...], file: str) -> list[Fault]:
    """Options that are demanded although a decision forbids them."""
    forbidden = [decision for decision in decisions if decision.kind is LockKind.FORBIDDEN]
    faults = []
    for i, decision in enumerate(decisions):
        if decision.kind is LockKind.REQUIRED and any(_covers(other, decision) for other in forbidden):
            faults.append(Fault(
                file, "", "", f"decisions[{i}]：同一种安排既锁定又禁止", option_words(decision), "二者之一",
                "请取消其中一项",
            ))  # fmt: skip
    return faults


def _covers(wide: Decision, narrow: Decision) -> bool:
    """Whether every option of one decision is among another's."""
    return all(one in (None, other) for one, other in zip(wide.option, narrow.option, strict=True))


def option_words(decision: Decision) -> str:
    """The class option in the office's words."""
    week = decision.start_week
    parts = (
        decision.course, decision.provider, decision.venue, decision.form,
        f"{week:%Y-%m-%d} 当周开班" if week else None,
    )  # fmt: skip
    return "，".join(str(part) for part in parts if part)
