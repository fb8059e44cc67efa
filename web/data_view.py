"""The page of data in parts a template can write: rows with their drawings, and the fields a clerk may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from web.charts import BUSY_PEAK, Rectangle, lay_beside, lay_end_to_end

KINDS = ("培训补贴", "考证费", "生活补贴", "办班费")
"""Kinds of cost, in the order of the table of funds."""
_WORKDAYS = 5
_BUSY_FROM = 0.3
"""Busy index from which attendance falls (contract, section 1)."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the page: ``name`` in the form, what it changes, and the text it shows now.

    ``choices`` are the only answers, where there are any; ``width`` is in characters.
    """

    name: str
    sheet: str
    column: str
    key: tuple[str, ...]
    current: str
    choices: tuple[str, ...] = ()
    width: int = 8
    number: bool = True

    def differs(self, typed: str) -> bool:
        """Whether what was typed is another value than what is there; separators of thousands do not matter."""
        return bare_number(typed) != bare_number(self.current)


def bare_number(text: str) -> str:
    """Return a number as typed without separators of thousands."""
    return text.strip().replace(",", "").replace("，", "")


@dataclass(frozen=True, slots=True)
class TownRow:
    """A township: people who want training by age band, all, wishes, people who may be trained, and the bar."""

    township: str
    county: str
    by_band: tuple[int, ...]
    willing: int
    wishes: int
    persons: int
    bars: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class OccupationRow:
    """An occupation: its courses, wishes, vacancies (``None``: no sheet of vacancies), and both as bars."""

    occupation: str
    courses: tuple[str, ...]
    wishes: int
    vacancies: int | None
    bars: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class WeekHead:
    """A week of the calendar: its Monday, and whether holidays shorten it."""

    monday: date
    working_days: int

    @property
    def holiday(self) -> bool:
        """Whether statutory holidays shorten the week."""
        return self.working_days < _WORKDAYS


@dataclass(frozen=True, slots=True)
class Cell:
    """A week of a calendar: busy index in hundredths and its step of colour (0 none … 4 no class at all)."""

    hundredths: int
    step: int


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A farming calendar, its weeks, the townships that have it, and the field of each week."""

    calendar: str
    by_crops: bool
    cells: tuple[Cell, ...]
    townships: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund: its amount (yuan), the field to change it, what it pays by kind of cost, and its bar."""

    fund: str
    amount: str
    amount_field: Field
    period: str
    pays: tuple[tuple[str, ...] | None, ...]
    bars: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with the fields of its value and of 必须 or 尽量."""

    target: str
    measure: str
    relation: str
    filters: str
    penalty: float
    hard: bool
    value_field: Field
    hard_field: Field


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool of vacancies and the field of its number."""

    pool: str
    occupation: str
    place: str
    period: str
    ages: str
    number_field: Field


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting, whether the workbook gives it, and its field."""

    setting: str
    given: bool
    unit: str
    description: str
    allowed: str
    default_text: str
    setting_field: Field


@dataclass(frozen=True, slots=True)
class DefaultRow:
    """A default that was used, its source, and the field that fills the empty cells, where there are any."""

    sheet: str
    text: str
    source: str
    rows: int
    unit: str
    allowed: str
    fill_field: Field | None


@dataclass(slots=True)
class DataView:
    """Everything on the page; ``fields`` are all that may be changed, by name."""

    bands: tuple[str, ...]
    towns: list[TownRow]
    occupations: list[OccupationRow]
    weeks: list[WeekHead]
    months: list[tuple[date, int]]
    calendars: list[CalendarRow]
    uncalendared: tuple[str, ...]
    limits: tuple[float, float]
    funds: list[FundRow]
    rules_given: bool
    targets: list[TargetRow]
    pools: list[PoolRow]
    settings: list[SettingRow]
    defaults: list[DefaultRow]
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def total_yuan(self) -> str:
        """All funds together, in yuan."""
        return f"{sum(round(float(fund.amount) * 100) for fund in self.funds) / 100:.2f}"


def view_of(data: Mapping[str, Any]) -> DataView:
    """Return the page of a job's data (:func:`planner.cli.overview.overview`).

    Raises
    ------
    KeyError, TypeError, ValueError
        The data is none.
    """
    limits = float(data["limits"]["full_time"]), float(data["limits"]["part_time"])
    weeks = [WeekHead(date.fromisoformat(week["monday"]), week["working_days"]) for week in data["weeks"]]
    view = DataView(
        bands=tuple(data["age_bands"]),
        towns=_towns(data["townships"]),
        occupations=_occupations(data["occupations"]),
        weeks=weeks,
        months=_months(weeks),
        calendars=[_calendar(one, data["townships"], weeks, limits) for one in data["calendars"]],
        uncalendared=tuple(town["township"] for town in data["townships"] if not town["calendar"]),
        limits=limits,
        funds=_funds(data["funds"]),
        rules_given=any(fund["pays"] is not None for fund in data["funds"]),
        targets=[_target(one) for one in data["targets"]],
        pools=[_pool(one) for one in data["vacancies"]],
        settings=[_setting(one) for one in data["settings"]],
        defaults=[_default(one) for one in data["assumptions"]],
    )
    every = [
        *(fund.amount_field for fund in view.funds),
        *(one for target in view.targets for one in (target.value_field, target.hard_field)),
        *(pool.number_field for pool in view.pools),
        *(one for calendar in view.calendars for one in calendar.fields),
        *(setting.setting_field for setting in view.settings),
        *(default.fill_field for default in view.defaults if default.fill_field is not None),
    ]
    view.fields = {one.name: one for one in every}
    return view


def _field(sheet: str, column: str, key: Sequence[str], current: str, **more: Any) -> Field:
    return Field("/".join((sheet, column, *key)), sheet, column, tuple(key), current, **more)


def _towns(towns: Sequence[Mapping[str, Any]]) -> list[TownRow]:
    most = max((sum(town["willing"]) for town in towns), default=0)
    return [
        TownRow(
            town["township"], town["county"], tuple(town["willing"]), sum(town["willing"]), sum(town["wishes"]),
            sum(town["persons"]), lay_end_to_end(town["willing"], most, "band"),
        )
        for town in sorted(towns, key=lambda town: (-sum(town["willing"]), town["township"]))
    ]  # fmt: skip


def _occupations(occupations: Sequence[Mapping[str, Any]]) -> list[OccupationRow]:
    most = max((max(one["wishes"], one["vacancies"] or 0) for one in occupations), default=0)
    return [
        OccupationRow(
            one["occupation"], tuple(one["courses"]), one["wishes"], one["vacancies"],
            lay_beside((one["wishes"], one["vacancies"] or 0), most, ("wishes", "vacancies")),
        )
        for one in occupations
    ]  # fmt: skip


def _months(weeks: Sequence[WeekHead]) -> list[tuple[date, int]]:
    """Return the months the weeks start in, each with its number of weeks."""
    months: list[tuple[date, int]] = []
    for week in weeks:
        first = week.monday.replace(day=1)
        if months and months[-1][0] == first:
            months[-1] = (first, months[-1][1] + 1)
        else:
            months.append((first, 1))
    return months


def _calendar(
    calendar: Mapping[str, Any], towns: Sequence[Mapping[str, Any]], weeks: Sequence[WeekHead],
    limits: tuple[float, float],
) -> CalendarRow:  # fmt: skip
    name = calendar["calendar"]
    fields = tuple(
        _field("农时", "农忙指数", (name, week.monday.isoformat()), f"{busy:g}", width=6)
        for week, busy in zip(weeks, calendar["busy"], strict=True)
    )
    # Rounded down: what does not reach a limit must not look as if it did.
    cells = tuple(Cell(int(busy * 100 + 1e-6), step_of(busy, limits)) for busy in calendar["busy"])
    having = tuple(town["township"] for town in towns if town["calendar"] == name)
    return CalendarRow(name, bool(calendar["by_crops"]), cells, having, fields)


def step_of(busy: float, limits: tuple[float, float]) -> int:
    """Return the step of colour of a busy index: 4 from both limits up, 3 from one up, 2 busy, 1 little, 0 nothing."""
    if busy >= max(limits):
        return 4
    if busy >= min(limits):
        return 3
    if busy >= min(_BUSY_FROM, BUSY_PEAK):
        return 2
    return 1 if busy > 0 else 0


def _funds(funds: Sequence[Mapping[str, Any]]) -> list[FundRow]:
    most = max((float(fund["amount"]) for fund in funds), default=0)
    return [
        FundRow(
            fund["fund"], fund["amount"], _field("资金", "金额", (fund["fund"],), _yuan(fund["amount"]), width=14),
            _period(fund), tuple(_paid(fund["pays"], kind) for kind in KINDS),
            lay_end_to_end((float(fund["amount"]),), most, "fund"),
        )
        for fund in funds
    ]  # fmt: skip


def _paid(rules: Sequence[Mapping[str, Any]] | None, kind: str) -> tuple[str, ...] | None:
    """Return for whom and what a fund pays a kind of cost: ``None`` not at all, empty without condition."""
    if rules is None:
        return ()
    found = [rule for rule in rules if rule["kind"] in (None, kind)]
    if not found:
        return None
    parts = [tuple(rule[part] for part in ("tag", "training_type", "county") if rule[part]) for rule in found]
    return () if () in parts else tuple(" · ".join(part) for part in parts)


def _target(target: Mapping[str, Any]) -> TargetRow:
    key = (target["target"],)
    return TargetRow(
        target["target"], target["measure"], target["relation"],
        "、".join(f"{name} {value}" for name, value in target["filters"].items()), target["penalty"], target["hard"],
        _field("任务", "数值", key, str(target["value"])),
        _field("任务", "性质", key, "必须" if target["hard"] else "尽量", choices=("必须", "尽量")),
    )  # fmt: skip


def _pool(pool: Mapping[str, Any]) -> PoolRow:
    number = _field("岗位", "岗位数", (pool["pool"],), str(pool["vacancies"]))
    ages = "、".join(pool["age_bands"]) if pool["age_bands"] is not None else ""
    return PoolRow(pool["pool"], pool["occupation"], pool["place"], _period(pool), ages, number)


def _setting(setting: Mapping[str, Any]) -> SettingRow:
    number, choices = setting["allowed"].startswith(("整数", "数字", "金额")), tuple(setting["choices"])
    one = _field("参数", "值", (setting["setting"],), setting["value"], choices=choices, width=12, number=number)
    return SettingRow(
        setting["setting"], setting["given"], setting["unit"], setting["description"], setting["allowed"],
        setting["default_text"], one,
    )  # fmt: skip


def _default(entry: Mapping[str, Any]) -> DefaultRow:
    fill = _field(entry["sheet"], entry["column"], (), "", width=14, number=False) if entry["column"] else None
    sheet, text, source = entry["sheet"], entry["text"], entry["source"]
    return DefaultRow(sheet, text, source, entry["rows"], entry["unit"], entry["allowed"], fill)


def _period(row: Mapping[str, Any]) -> str:
    """Return from when to when, empty without limits."""
    return f"{row['from'] or ''}～{row['to'] or ''}" if row["from"] or row["to"] else ""


def _yuan(amount: str) -> str:
    whole, _, cents = amount.partition(".")
    return f"{int(whole):,}" + (f".{cents}" if cents.strip("0") else "")


def sum_of(rows: Sequence[TownRow], attribute: str, position: int) -> int:
    """Return the sum of one place of a tuple over rows, for templates."""
    return sum(int(getattr(row, attribute)[position]) for row in rows)


def any_in(rows: Sequence[PoolRow | CalendarRow], faults: Mapping[str, Any]) -> bool:
    """Return whether a field of the rows has a fault: what holds it must then be open. For templates."""
    fields = [one for row in rows for one in ((row.number_field,) if isinstance(row, PoolRow) else row.fields)]
    return any(one.name in faults for one in fields)
