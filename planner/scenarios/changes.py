"""What a scenario may change: one small registered function from instance to instance for each kind.

A kind has a key for programs, the word of column 项目 for the sheet, what column 对象 may name, how column 数值 is
read, and a Chinese sentence. Names keep their places in every list (a lost provider stays with no teams), so that
plans and prices of the base can start the scenario's search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from planner.domain.budget import with_total_budget
from planner.domain.instance import (
    AttendanceStep,
    Form,
    Instance,
    LockKind,
    Measure,
    Objective,
    Sense,
    Target,
)
from planner.export.wording import yuan_words
from planner.model.weeks import earliest_start
from planner.scenarios.proportion import scaled_exactly
from planner.scenarios.willing import willing_people
from planner.workbook.cells import CellFault
from planner.workbook.schema import Column, Kind

NEVER_BANNED = 2.0
"""A limit that no busy index reaches (0..1)."""

_ORDINARY_YEAR = 2025
_FULL_TIME, _PART_TIME = "集中", "分散"
_FLOOR = "最低保障"
"""Targets that a change adds bear this word and the township."""

Apply = Callable[[Instance, "str | None", Any], Instance]
Sentence = Callable[["str | None", Any], str]
Names = Callable[[Instance], Iterable[str]]


@dataclass(frozen=True, slots=True)
class ChangeKind:
    """One kind of change.

    ``names`` lists what 对象 may name (``None``: it stays empty); with ``optional`` an empty 对象 or 全部 means
    everything. ``value`` declares column 数值 (``None``: it stays empty).
    """

    key: str
    item: str
    meaning: str
    apply: Apply
    sentence: Sentence
    names: Names | None = None
    optional: bool = False
    value: Column | None = None


KINDS: dict[str, ChangeKind] = {}
"""Every kind by its key, in the order of the template."""


def _kind(
    key: str, item: str, meaning: str, sentence: Sentence, *, names: Names | None = None, optional: bool = False,
    value: Column | None = None,
) -> Callable[[Apply], Apply]:
    """Register a function as the change of a kind."""

    def register(apply: Apply) -> Apply:
        KINDS[key] = ChangeKind(key, item, meaning, apply, sentence, names, optional, value)
        return apply

    return register


def exact(number: float) -> Fraction:
    """Return the number with exactly the decimal digits that it shows."""
    return Fraction(repr(number))


def percent_words(factor: float) -> str:
    """Return a factor as per cent and as a change: ``75%（减 25%）``."""
    percent, change = exact(factor) * 100, (exact(factor) - 1) * 100
    word = f"（{'增' if change > 0 else '减'} {_plain(abs(change))}%）" if change else ""
    return f"{_plain(percent)}%{word}"


def percent(part: float) -> str:
    """Return a share as per cent: ``12.5%``."""
    return f"{_plain(exact(part) * 100)}%"


def _plain(number: Fraction) -> str:
    return f"{float(number):.10g}"


_FACTOR = Column("数值", "value", Kind.NUMBER, "倍数", minimum=0, maximum=100)
_MONEY = Column("数值", "value", Kind.MONEY, "金额", unit="元", minimum=0)
_COUNT = Column("数值", "value", Kind.WHOLE, "人数或班数", minimum=0)
_SIZE = Column("数值", "value", Kind.WHOLE, "班额", unit="人", minimum=1, maximum=1000)
_LIMIT = Column("数值", "value", Kind.NUMBER, "农忙指数", unit="0–1", minimum=0, maximum=NEVER_BANNED)
_LATER = Column("数值", "value", Kind.WHOLE, "推迟周数", unit="周", minimum=1, maximum=104)
_SHIFT = Column("数值", "value", Kind.WHOLE, "推移周数，负数为提前", unit="周", minimum=-26, maximum=26)
_SHARE = Column("数值", "value", Kind.NUMBER, "比例", unit="0–1", minimum=0, maximum=1)
_HARDNESS = Column("数值", "value", Kind.CHOICE, "性质", field="hard", allowed=("必须", "尽量"))
_OBJECTIVE = Column(
    "数值", "value", Kind.CHOICE, "口径", allowed=tuple(member.value for member in Objective), enum=Objective
)


def _funds(instance: Instance) -> list[str]:
    return [fund.name for fund in instance.funds]


def _targets(instance: Instance) -> list[str]:
    return [target.id for target in instance.targets]


def _courses(instance: Instance) -> list[str]:
    return [course.name for course in instance.courses]


def _providers(instance: Instance) -> list[str]:
    return [provider.name for provider in instance.providers]


def _calendars(instance: Instance) -> list[str]:
    return sorted({township.calendar for township in instance.townships} - {""})


def _wishes(instance: Instance) -> list[str]:
    return [*_courses(instance), *(township.name for township in instance.townships)]


def _vacancies(instance: Instance) -> list[str]:
    pools = instance.pools or ()
    return sorted({pool.occupation for pool in pools} | {pool.place for pool in pools} - {""})


def _target_words(target: str | None) -> str:
    return "所有任务" if target is None else f"任务“{target}”"


def _of(subject: str | None, everything: str) -> str:
    return f"“{subject}”的" if subject is not None else everything


# --- money ---


@_kind("total-money", "资金总额", "各项资金按比例调整到这个总额",
       lambda _, cents: f"资金总额改为 {yuan_words(cents)} 元（各项按比例）", value=_MONEY)
def _total_money(instance: Instance, _: str | None, cents: int) -> Instance:
    if cents and not any(fund.amount_cents for fund in instance.funds):
        raise CellFault("各项资金都是 0，无法按比例调整总额", "资金不全为 0 的工作簿", "请先填写各项资金的金额")
    return replace(with_total_budget(instance, cents), assumptions=instance.assumptions)


@_kind("total-money-factor", "资金总额倍数", "各项资金按比例乘以这个数",
       lambda _, factor: f"资金总额为原来的 {percent_words(factor)}", value=_FACTOR)
def _total_money_factor(instance: Instance, _: str | None, factor: float) -> Instance:
    cents = scaled_exactly([sum(fund.amount_cents for fund in instance.funds)], exact(factor))[0]
    return replace(with_total_budget(instance, cents), assumptions=instance.assumptions)


@_kind("fund", "单项资金", "这项资金的金额", lambda fund, cents: f"“{fund}”改为 {yuan_words(cents)} 元", names=_funds,
       value=_MONEY)
def _fund(instance: Instance, subject: str | None, cents: int) -> Instance:
    funds = tuple(replace(f, amount_cents=cents) if f.name == subject else f for f in instance.funds)
    return replace(instance, funds=funds)


@_kind("fund-factor", "单项资金倍数", "这项资金乘以这个数",
       lambda fund, factor: f"“{fund}”为原来的 {percent_words(factor)}", names=_funds, value=_FACTOR)
def _fund_factor(instance: Instance, subject: str | None, factor: float) -> Instance:
    funds = tuple(
        replace(fund, amount_cents=scaled_exactly([fund.amount_cents], exact(factor))[0])
        if fund.name == subject else fund
        for fund in instance.funds
    )
    return replace(instance, funds=funds)


# --- targets ---


@_kind("target-off", "取消任务", "不再要求这项任务；全部 = 所有任务",
       lambda target, _: f"取消{_target_words(target)}", names=_targets, optional=True)
def _target_off(instance: Instance, subject: str | None, _: None) -> Instance:
    kept = () if subject is None else tuple(target for target in instance.targets if target.id != subject)
    return replace(instance, targets=kept)


@_kind("target-value", "任务数值", "这项任务的数值", lambda target, value: f"任务“{target}”的数值改为 {value:,}",
       names=_targets, value=_COUNT)
def _target_value(instance: Instance, subject: str | None, value: int) -> Instance:
    return replace(
        instance, targets=tuple(replace(t, value=value) if t.id == subject else t for t in instance.targets)
    )


@_kind("target-hardness", "任务性质", "必须或尽量；全部 = 所有任务",
       lambda target, hard: f"{_target_words(target)}改为“{'必须' if hard else '尽量'}”",
       names=_targets, optional=True, value=_HARDNESS)
def _target_hardness(instance: Instance, subject: str | None, hard: bool) -> Instance:
    return replace(
        instance, targets=tuple(replace(t, hard=hard) if subject in (None, t.id) else t for t in instance.targets)
    )


@_kind("township-floor", "乡镇最低保障", "每个乡镇必须培训到其意愿人数的这个比例",
       lambda _, part: f"每个乡镇至少培训意愿人数的 {percent(part)}（必须）", value=_SHARE)
def _township_floor(instance: Instance, _: str | None, part: float) -> Instance:
    return _with_floors(instance, part, hard=True)


@_kind("township-floor-soft", "乡镇尽量保障", "每个乡镇尽量培训到其意愿人数的这个比例",
       lambda _, part: f"每个乡镇尽量培训到意愿人数的 {percent(part)}", value=_SHARE)
def _township_floor_soft(instance: Instance, _: str | None, part: float) -> Instance:
    return _with_floors(instance, part, hard=False)


def _with_floors(instance: Instance, part: float, *, hard: bool) -> Instance:
    """Return the instance with one target on heads per township; people are counted in whole numbers, rounded up."""
    taken = {target.id for target in instance.targets}
    floors = tuple(
        Target(_unused(f"{_FLOOR}-{township}", taken), Measure.PERSONS, Sense.AT_LEAST, ceil(exact(part) * people),
               hard=hard, township=township)
        for township, people in sorted(willing_people(instance).items())
    )
    return replace(instance, targets=tuple(sorted((*instance.targets, *floors), key=lambda target: target.id)))


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "*"
    return name


# --- farming and time ---


@_kind("busy-ban", "农忙禁开", "农忙指数达到这个数就不开班；对象：集中、分散，空 = 两种",
       lambda form, limit: f"农忙指数达到 {limit:g} 即禁开{form or '（集中、分散）'}班",
       names=lambda _: (_FULL_TIME, _PART_TIME), optional=True, value=_LIMIT)
def _busy_ban(instance: Instance, subject: str | None, limit: float) -> Instance:
    settings = instance.settings
    if subject in (None, _FULL_TIME):
        settings = replace(settings, busy_ban=limit)
    if subject in (None, _PART_TIME):
        settings = replace(settings, busy_ban_part_time=limit)
    return replace(instance, settings=settings)


@_kind("busy-ban-off", "农忙不禁", "农忙时也可开班（出勤率照样折减）", lambda *_: "取消农忙禁开（出勤率照样折减）")
def _busy_ban_off(instance: Instance, _: str | None, __: None) -> Instance:
    return _busy_ban(instance, None, NEVER_BANNED)


@_kind("farming-ignored", "不计农忙", "农忙时也可开班，出勤率不折减", lambda *_: "不计农忙：不禁开，出勤率也不折减")
def _farming_ignored(instance: Instance, _: str | None, __: None) -> Instance:
    attendance = tuple(AttendanceStep(form, 0.0, 1.0) for form in (Form.FULL_TIME, Form.PART_TIME))
    return replace(_busy_ban(instance, None, NEVER_BANNED), attendance=attendance)


@_kind("late-approval", "推迟审批", "最早开班推迟这么多周", lambda _, weeks: f"最早开班推迟 {weeks} 周", value=_LATER)
def _late_approval(instance: Instance, _: str | None, weeks: int) -> Instance:
    later = earliest_start(instance) + timedelta(weeks=weeks)
    return replace(instance, settings=replace(instance.settings, earliest_start=later))


@_kind("farming-shift", "农时推移", "农时和课程的季节窗口推迟这么多周，负数为提前；对象：农时类型，空 = 全部",
       lambda calendar, weeks: f"{_of(calendar, '')}农时{'推迟' if weeks >= 0 else '提前'} {abs(weeks)} 周"
       + ("" if calendar is not None else "，课程的季节窗口同样推移"), names=_calendars, optional=True, value=_SHIFT)
def _farming_shift(instance: Instance, subject: str | None, weeks: int) -> Instance:
    days = timedelta(weeks=weeks)
    busy_weeks = tuple(
        replace(week, monday=week.monday + days) if subject in (None, week.calendar) else week
        for week in instance.busy_weeks
    )
    crops = (
        replace(crop, start=_shifted(crop.start, days), end=_shifted(crop.end, days))
        if subject in (None, crop.calendar) else crop
        for crop in instance.crop_activities
    )
    courses = tuple(
        replace(course, season=tuple(sorted((_shifted(first, days), _shifted(last, days))
                                            for first, last in course.season)))
        for course in instance.courses
    )
    return replace(
        instance, busy_weeks=busy_weeks, courses=courses if subject is None else instance.courses,
        crop_activities=tuple(sorted(
            crops, key=lambda c: (c.calendar, c.crop, c.activity, c.start, c.end, c.intensity, c.adoption)
        )),
    )


def _shifted(day: tuple[int, int], days: timedelta) -> tuple[int, int]:
    """Return a month-day of an ordinary year moved by days; the year goes round."""
    first = date(_ORDINARY_YEAR, 1, 1)
    moved = first + timedelta(days=((date(_ORDINARY_YEAR, *day) - first) + days).days % 365)
    return moved.month, moved.day


# --- classes, people, vacancies, providers ---


@_kind("least-size", "最小班额", "这门课程每班最少人数；全部 = 所有课程",
       lambda course, size: f"{_of(course, '所有课程的')}最小班额改为 {size} 人", names=_courses, optional=True,
       value=_SIZE)
def _least_size(instance: Instance, subject: str | None, size: int) -> Instance:
    return _sized(instance, subject, min_size=size)


@_kind("largest-size", "最大班额", "这门课程每班最多人数；全部 = 所有课程（场地座位照样限制）",
       lambda course, size: f"{_of(course, '所有课程的')}最大班额改为 {size} 人", names=_courses, optional=True,
       value=_SIZE)
def _largest_size(instance: Instance, subject: str | None, size: int) -> Instance:
    return _sized(instance, subject, max_size=size)


def _sized(instance: Instance, subject: str | None, **sizes: int) -> Instance:
    courses = tuple(
        replace(course, **sizes) if subject in (None, course.name) else course  # type: ignore[arg-type]
        for course in instance.courses
    )
    for course in courses:
        if course.min_size > course.max_size:
            raise CellFault(
                f"“{course.name}”的最小班额 {course.min_size} 大于最大班额 {course.max_size}",
                "最小班额不大于最大班额", "改正班额，或先用另一行调整另一端的班额",
            )
    return replace(instance, courses=courses)


@_kind("willingness", "愿意人数倍数", "愿意人数乘以这个数；对象：课程或乡镇，全部 = 所有",
       lambda subject, factor: f"{_of(subject, '全部')}愿意人数为原来的 {percent_words(factor)}", names=_wishes,
       optional=True, value=_FACTOR)
def _willingness(instance: Instance, subject: str | None, factor: float) -> Instance:
    chosen = [subject in (None, wish.course, wish.township) for wish in instance.demand]
    persons = _scaled([wish.persons for wish in instance.demand], chosen, factor)
    return replace(
        instance,
        demand=tuple(replace(wish, persons=n) for wish, n in zip(instance.demand, persons, strict=True)),
    )


@_kind("vacancies", "岗位数倍数", "岗位数乘以这个数；对象：工种或去向，全部 = 所有",
       lambda subject, factor: f"{_of(subject, '全部')}岗位数为原来的 {percent_words(factor)}", names=_vacancies,
       optional=True, value=_FACTOR)
def _fewer_vacancies(instance: Instance, subject: str | None, factor: float) -> Instance:
    if instance.pools is None:
        remedy = "先在工作簿中补上“岗位”表，或删去此行"
        raise CellFault("工作簿没有“岗位”表，无岗位数可调整", "有“岗位”表的工作簿", remedy)
    chosen = [subject in (None, pool.occupation, pool.place) for pool in instance.pools]
    vacancies = _scaled([pool.vacancies for pool in instance.pools], chosen, factor)
    pools = tuple(replace(pool, vacancies=n) for pool, n in zip(instance.pools, vacancies, strict=True))
    return replace(instance, pools=pools)


def _scaled(counts: list[int], chosen: list[bool], factor: float) -> list[int]:
    """Return the counts with the chosen ones scaled, exactly in total."""
    scaled = iter(scaled_exactly([n for n, one in zip(counts, chosen, strict=True) if one], exact(factor)))
    return [next(scaled) if one else n for n, one in zip(counts, chosen, strict=True)]


@_kind("provider-lost", "机构停办", "这家机构不再办班，其固定班随之取消",
       lambda provider, _: f"“{provider}”停办，其固定班随之取消", names=_providers)
def _provider_lost(instance: Instance, subject: str | None, _: None) -> Instance:
    providers = tuple(replace(p, teams=0) if p.name == subject else p for p in instance.providers)
    locks = tuple(
        lock for lock in instance.locks if lock.kind is not LockKind.REQUIRED or lock.provider != subject
    )
    return replace(instance, providers=providers, locks=locks)


# --- what is maximised ---


@_kind("objective", "目标口径", "毛就业或净增", lambda _, objective: f"按“{objective.value}”最大化", value=_OBJECTIVE)
def _objective(instance: Instance, _: str | None, objective: Objective) -> Instance:
    return replace(instance, settings=replace(instance.settings, objective=objective))
