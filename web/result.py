"""A finished plan as its pages show it, read from ``plan.json`` and the facts of the planned workbook."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from web.charts import WeekLoad
from web.data_folder import JobFolder
from web.wording import COST_KINDS, TIMETABLE_POINTS


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class: ``origins`` maps township to its heads, largest first; without a timetable it has no days."""

    number: int
    id: str
    course: str
    provider: str
    venue: str
    form: str
    start_week: date
    end_week: date
    persons: int
    origins: tuple[tuple[str, int], ...]
    first_day: date | None = None
    last_day: date | None = None
    exam: date | None = None

    @property
    def begins(self) -> date:
        """First day of class, or the Monday of the first week."""
        return self.first_day or self.start_week

    @property
    def ends(self) -> date:
        """Last day of class, or the Friday of the last week."""
        return self.last_day or self.end_week + timedelta(days=4)


@dataclass(frozen=True, slots=True)
class TownshipFacts:
    """What the planned workbook says of a township; ``wishes`` are heads, ``persons`` trainable people."""

    name: str
    calendar: str
    lon: float | None
    lat: float | None
    persons: int
    wishes: int


@dataclass(frozen=True, slots=True)
class PointRow:
    """How often one thing that counts against a timetable occurs: its name in the record and its number."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """How good the timetable is: points (the fewer the better) and their proved lower bound.

    ``unplaced`` holds the ids of classes without days or without a visit, and why.
    """

    placed: int
    sessions: int
    exams: int
    inspections: int
    teachers: int
    cost: int
    bound: int
    rounds: int
    points: tuple[PointRow, ...]
    unplaced: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def proved_best(self) -> bool:
        """Whether no timetable of the same classes and weeks is better."""
        return self.cost <= self.bound


@dataclass(frozen=True, slots=True)
class FundRow:
    """What one fund pays by kind of cost, in yuan; ``available`` is None when the workbook's funds are not known."""

    name: str
    paid: dict[str, Decimal]
    available: Decimal | None

    @property
    def total(self) -> Decimal:
        """All that the fund pays."""
        return sum(self.paid.values(), Decimal(0))

    @property
    def used_share(self) -> float | None:
        """Share of the fund that is spent."""
        return float(self.total / self.available) if self.available else None


@dataclass(frozen=True, slots=True)
class UnservedRow:
    """Willing people left out for one reason, and the courses they wished for, largest first."""

    reason: str
    persons: int
    courses: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a target asks for: at least or at most a number, as a must or if possible; ``measure`` is 人数 or 班数."""

    at_least: bool
    number: float
    hard: bool
    measure: str = ""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """What a target of the workbook reached, and by how much it was missed.

    ``asked`` is None for a floor of the page of planning, which no workbook has, and in plans made earlier.
    """

    id: str
    value: int
    missing: int
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Jobs of the same plan at either rate, and the range of those it maximises when rates vary."""

    gross_jobs: float
    uplift_jobs: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Result:
    """Everything on the result page.

    ``value`` is what the plan was chosen by: linked jobs, plus unlinked ones at their factor, less the penalties of
    missed soft targets. ``uplift`` says which rate jobs are counted at, None when the settings are not known.

    ``places`` are the workbook's townships (empty when they are not known), ``venues`` maps a venue to its township.
    ``bound`` and ``gap`` are None when nothing is proved; ``improvable_share`` is (bound - value) / value, None
    without a bound or a positive value.
    """

    status: str
    value: float
    bound: float | None
    gap: float | None
    improvable_share: float | None
    linked_jobs: float
    unlinked_jobs: float
    uplift: bool | None
    outlook: Outlook | None
    timetable: Timetable | None
    persons: int
    total_cost: Decimal
    available: Decimal | None
    seconds: float
    classes: tuple[ClassRow, ...]
    funds: tuple[FundRow, ...]
    targets: tuple[TargetRow, ...]
    unserved: tuple[UnservedRow, ...]
    assumptions: tuple[str, ...]
    weeks: tuple[WeekLoad, ...]
    calendars_known: bool
    places: tuple[TownshipFacts, ...]
    venues: dict[str, str]
    version: str
    seed: int
    input_sha256: str

    @property
    def expected_jobs(self) -> float:
        """Expected jobs, linked to a vacancy or not, each counted whole as on the printed papers."""
        return self.linked_jobs + self.unlinked_jobs

    @property
    def discounted(self) -> bool:
        """Whether the plan's value differs from its expected jobs: unlinked jobs count less, missed targets cost."""
        return abs(self.value - self.expected_jobs) >= 0.05

    @property
    def townships(self) -> list[str]:
        """Townships that send people, in alphabetical order."""
        return sorted({township for row in self.classes for township, _ in row.origins})

    @property
    def providers(self) -> int:
        """Number of providers that teach."""
        return len({row.provider for row in self.classes})

    @property
    def missed_targets(self) -> int:
        """Number of targets that the plan misses."""
        return sum(row.missing > 0 for row in self.targets)

    @property
    def unserved_persons(self) -> int:
        """Wishes that the plan does not meet."""
        return sum(row.persons for row in self.unserved)

    def classes_of(self, township: str) -> list[ClassRow]:
        """Classes that take people of a township; all of them when it is empty."""
        return [row for row in self.classes if not township or any(name == township for name, _ in row.origins)]


def read_plan(folder: JobFolder) -> Mapping[str, Any]:
    """Read the record of a job's plan; a plan that was read lately is not parsed again.

    Raises
    ------
    OSError, ValueError
        When plan.json is missing or no JSON.
    """
    path = folder.output / "plan.json"
    state = path.stat()
    return _parsed(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _parsed(path: Path, changed_ns: int, size: int) -> Mapping[str, Any]:
    del changed_ns, size  # a file that was written anew is another one
    plan: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return plan


def read_result(folder: JobFolder) -> Result:
    """Read a job's plan.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        When plan.json is missing or not a plan.
    """
    return _result(folder, *(_version_of(path) for path in (folder.output / "plan.json", folder.planned_facts)))


def _version_of(path: Path) -> tuple[int, int]:
    """When a file was changed and how large it is: a file that was written anew is another one."""
    try:
        state = path.stat()
        return state.st_mtime_ns, state.st_size
    except FileNotFoundError:
        return 0, 0


@lru_cache(maxsize=16)
def _result(folder: JobFolder, plan_version: tuple[int, int], facts_version: tuple[int, int]) -> Result:
    """Everything of a plan that pages show; nobody changes it, and every page of the plan shows the same."""
    del plan_version, facts_version
    plan = read_plan(folder)
    facts = _read_facts(folder)
    classes = _class_rows(plan)
    value = float(plan["value"])
    bound, gap = _optional(plan["bound"]), _optional(plan["gap"])
    return Result(
        status=plan["status"],
        value=value,
        bound=bound,
        gap=None if gap is None else max(0.0, gap),
        improvable_share=max(0.0, bound - value) / value if bound is not None and value > 0 else None,
        linked_jobs=float(plan["linked_jobs"]),
        unlinked_jobs=float(plan["unlinked_jobs"]),
        uplift={"毛就业": False, "净增": True}.get(str(facts.get("objective"))),
        outlook=_outlook(plan.get("outlook")),
        timetable=_timetable(plan),
        persons=sum(row.persons for row in classes),
        total_cost=Decimal(plan["total_cost"]),
        available=_amount(facts.get("total_funds")),
        seconds=float(plan["seconds"]),
        classes=classes,
        funds=_fund_rows(plan["payments"], facts.get("funds") or []),
        targets=_target_rows(plan["targets"], facts.get("targets") or []),
        unserved=_unserved_rows(plan["unserved"]),
        assumptions=tuple(plan["assumptions"]),
        weeks=_week_loads(classes, facts.get("weeks") or []),
        calendars_known=bool(facts.get("weeks")),
        places=_places(facts.get("places") or {}),
        venues={str(one["name"]): str(one["township"]) for one in (facts.get("places") or {}).get("venues", [])},
        version=str(plan["version"]),
        seed=int(plan["seed"]),
        input_sha256=str(plan["input_sha256"]),
    )


def _places(found: Mapping[str, Any]) -> tuple[TownshipFacts, ...]:
    return tuple(
        TownshipFacts(
            str(one["name"]),
            str(one.get("calendar") or ""),
            _optional(one.get("lon")),
            _optional(one.get("lat")),
            int(one.get("persons") or 0),
            int(one.get("wishes") or 0),
        )
        for one in found.get("townships", [])
    )


def _outlook(found: Any) -> Outlook | None:
    """Outlook of a plan, None for plans written before there was one."""
    if not found:
        return None
    return Outlook(*(float(found[key]) for key in ("gross_jobs", "uplift_jobs", "jobs_10", "jobs_90")))


def _timetable(plan: Mapping[str, Any]) -> Timetable | None:
    """How good the timetable is, None for plans of weeks only."""
    found = plan.get("timetable")
    if not found:
        return None
    unplaced: dict[str, list[str]] = {}
    for entry in found["unplaced"]:
        unplaced.setdefault(str(entry["sentence"]), []).append(str(entry["class"]))
    return Timetable(
        placed=len({session["class"] for session in plan["sessions"]}),
        sessions=len(plan["sessions"]),
        exams=len(plan["exams"]),
        inspections=len(plan["inspections"]),
        teachers=len({teacher for session in plan["sessions"] for teacher in session["teachers"]}),
        cost=int(found["cost"]),
        bound=int(found["bound"]),
        rounds=int(found["rounds"]),
        points=tuple(PointRow(key, int(found[key])) for key in TIMETABLE_POINTS),
        unplaced=tuple((tuple(ids), sentence) for sentence, ids in unplaced.items()),
    )


def _read_facts(folder: JobFolder) -> dict[str, Any]:
    try:
        facts = json.loads(folder.planned_facts.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _class_rows(plan: Mapping[str, Any]) -> tuple[ClassRow, ...]:
    days: dict[str, list[date]] = {}
    for session in plan["sessions"]:
        days.setdefault(session["class"], []).append(date.fromisoformat(session["date"]))
    exams = {exam["class"]: date.fromisoformat(exam["date"]) for exam in plan["exams"]}

    def place(row: Mapping[str, Any]) -> tuple[date, str, str, str]:
        start = min(days.get(row["id"], [date.fromisoformat(row["start_week"])]))
        return start, row["course"], row["venue"], row["id"]

    ordered = sorted(plan["classes"], key=place)
    rows = []
    for number, row in enumerate(ordered, start=1):
        origins: Counter[str] = Counter()
        for heads in row["heads"]:
            origins[heads["township"]] += int(heads["persons"])
        rows.append(
            ClassRow(
                number=number,
                id=str(row["id"]),
                course=row["course"],
                provider=row["provider"],
                venue=row["venue"],
                form=row["form"],
                start_week=date.fromisoformat(row["start_week"]),
                end_week=date.fromisoformat(row["end_week"]),
                persons=origins.total(),
                origins=tuple(origins.most_common()),
                first_day=min(days.get(row["id"], []), default=None),
                last_day=max(days.get(row["id"], []), default=None),
                exam=exams.get(row["id"]),
            )
        )
    return tuple(rows)


def _fund_rows(payments: Iterable[Mapping[str, Any]], funds: list[Mapping[str, Any]]) -> tuple[FundRow, ...]:
    available = {str(fund["name"]): _amount(fund.get("amount")) for fund in funds}
    paid: dict[str, dict[str, Decimal]] = {name: dict.fromkeys(COST_KINDS, Decimal(0)) for name in available}
    for payment in payments:
        kinds = paid.setdefault(payment["fund"], dict.fromkeys(COST_KINDS, Decimal(0)))
        kinds[payment["kind"]] += Decimal(payment["amount"])
    return tuple(FundRow(name, kinds, available.get(name)) for name, kinds in paid.items())


def _target_rows(targets: Iterable[Mapping[str, Any]], told: Iterable[Mapping[str, Any]]) -> tuple[TargetRow, ...]:
    """Return the targets with what they ask for, missed ones first."""
    asked = {
        str(one["target"]): Asked(
            one["relation"] == ">=", float(one["value"]), bool(one["hard"]), str(one.get("measure", ""))
        )
        for one in told
    }
    rows = [TargetRow(row["id"], int(row["value"]), int(row["missing"]), asked.get(row["id"])) for row in targets]
    return tuple(sorted(rows, key=lambda row: row.missing == 0))


def _unserved_rows(unserved: Iterable[Mapping[str, Any]]) -> tuple[UnservedRow, ...]:
    by_reason: dict[str, Counter[str]] = {}
    for row in unserved:
        by_reason.setdefault(row["reason"], Counter())[row["course"]] += int(row["persons"])
    rows = [UnservedRow(reason, courses.total(), tuple(courses.most_common())) for reason, courses in by_reason.items()]
    return tuple(sorted(rows, key=lambda row: -row.persons))


def _week_loads(classes: tuple[ClassRow, ...], known: list[Mapping[str, Any]]) -> tuple[WeekLoad, ...]:
    """Count the classes of each week of the horizon, or of the weeks the classes span when it is not known."""
    facts = {date.fromisoformat(week["monday"]): week for week in known}
    mondays = sorted(facts)
    if not mondays and classes:
        first, last = min(row.start_week for row in classes), max(row.end_week for row in classes)
        mondays = [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
    loads = []
    for monday in mondays:
        running = [row for row in classes if row.start_week <= monday <= row.end_week]
        full_time = sum(row.form == "集中" for row in running)
        week = facts.get(monday, {})
        loads.append(
            WeekLoad(
                monday=monday,
                full_time=full_time,
                part_time=len(running) - full_time,
                starting=sum(row.start_week == monday for row in running),
                persons=sum(row.persons for row in running),
                busy={str(name): float(busy) for name, busy in (week.get("busy") or {}).items()},
                working_days=week.get("working_days"),
            )
        )
    return tuple(loads)


def _optional(number: Any) -> float | None:
    return None if number is None else float(number)


def _amount(text: Any) -> Decimal | None:
    return None if text in (None, "") else Decimal(str(text))
