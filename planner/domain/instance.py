"""The planning problem as the workbook states it: one frozen type for each sheet of the contract.

Nothing here is derived: lengths of classes, busy indices, distances and rates follow from these
values by the contract's rules and are worked out in :mod:`planner.model` (and, independently, in
:mod:`planner.checker`). Column defaults are already filled in; a value of ``None`` means "the rule's
default applies", and says which in the field's description. Money is in cents, dates are
``datetime.date``, weeks are the Monday they start on, shares lie in 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Objective(StrEnum):
    """Which conversion rate the plan maximises. Gross placement is never called effect."""

    GROSS = "毛就业"
    UPLIFT = "净增"


class Form(StrEnum):
    """How class days are spread: full time in a row, or part time over more weeks."""

    FULL_TIME = "集中"
    PART_TIME = "分散"


class CostKind(StrEnum):
    """The four kinds of cost a fund may pay."""

    SUBSIDY = "培训补贴"
    EXAM_FEE = "考证费"
    LIVING = "生活补贴"
    CLASS_COST = "办班费"


class Measure(StrEnum):
    """What a target counts."""

    PERSONS = "人数"
    CLASSES = "班数"


class Sense(StrEnum):
    """Direction of a target."""

    AT_LEAST = ">="
    AT_MOST = "<="


class LockKind(StrEnum):
    """A lock demands classes or forbids them."""

    REQUIRED = "必须开"
    FORBIDDEN = "禁止"


class TeacherKind(StrEnum):
    """What a teacher may teach."""

    THEORY = "理论"
    PRACTICE = "实操"
    BOTH = "均可"


TRAINING_TYPES = ("自主", "双证", "项目", "品牌", "订单")
"""Allowed values of a course's training type (培训类型)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Sheet 参数. ``earliest_start=None``: the day after the 10th working day from ``plan_start``."""

    plan_start: date
    weeks: int = 52
    objective: Objective = Objective.GROSS
    trainings_per_person: int = 1
    busy_ban: float = 0.5
    busy_ban_part_time: float = 0.7
    days_full_time: int = 5
    days_part_time: int = 3
    max_travel_minutes: float = 40.0
    free_travel_minutes: float = 30.0
    travel_loss: float = 0.10
    unlinked_factor: float = 0.6
    placement_weeks: int = 13
    living_allowance_cents: int = 4000
    allowance_tag: str = "脱贫"
    inspectors: int = 2
    visits_per_day: int = 2
    earliest_start: date | None = None


@dataclass(frozen=True, slots=True)
class Township:
    """Sheet 乡镇. ``calendar`` is the farming calendar's name, empty when it has none (never busy)."""

    name: str
    county: str = ""
    calendar: str = ""
    lon: float | None = None
    lat: float | None = None
    remote: bool = False
    market_days: str = ""


@dataclass(frozen=True, slots=True)
class BusyWeek:
    """Sheet 农时, week form: busy index (0..1) of a calendar in the week of ``monday``."""

    calendar: str
    monday: date
    busy: float


@dataclass(frozen=True, slots=True)
class CropActivity:
    """Sheet 农时, crop form: days ``start`` to ``end`` (month, day), inclusive; may cross the new year."""

    calendar: str
    crop: str
    activity: str
    start: tuple[int, int]
    end: tuple[int, int]
    intensity: float
    adoption: float


@dataclass(frozen=True, slots=True)
class Group:
    """Sheet 群体: a group of people and the policy tags all its members carry."""

    name: str
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Sheet 年龄段: ages ``min_age`` to ``max_age``, both inclusive."""

    name: str
    min_age: int
    max_age: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Sheet 劳动力: trainable people of one township, age band and group."""

    township: str
    age_band: str
    group: str
    persons: int


@dataclass(frozen=True, slots=True)
class Demand:
    """Sheet 需求: people of a cohort willing to take a course."""

    township: str
    age_band: str
    group: str
    course: str
    persons: int


@dataclass(frozen=True, slots=True)
class Course:
    """Sheet 课程. ``season`` holds windows ((month, day), (month, day)), inclusive; empty = no season rule.

    ``age_bands=None``: every band. ``equipment`` empty: none needed.
    """

    name: str
    occupation: str
    industry: str
    training_type: str
    class_days: int
    theory_days: int
    min_size: int
    max_size: int
    subsidy_cents: int
    exam_fee_cents: int = 0
    class_cost_cents: int = 0
    age_bands: frozenset[str] | None = None
    full_time: bool = True
    part_time: bool = True
    mobile: bool = True
    equipment: frozenset[str] = frozenset()
    season: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


@dataclass(frozen=True, slots=True)
class ConversionRate:
    """Sheet 转化率: ``age_band`` or ``group`` ``None`` = 全部. ``uplift`` may be missing."""

    course: str
    age_band: str | None
    group: str | None
    gross: float | None
    uplift: float | None


@dataclass(frozen=True, slots=True)
class PastOutcome:
    """Sheet 历史: people trained, certified and employed after three months in past classes."""

    course: str
    age_band: str | None
    group: str | None
    provider: str | None
    trained: int
    passed: int
    employed: int


@dataclass(frozen=True, slots=True)
class Provider:
    """Sheet 机构. ``base=None``: no base township, teaches on the road only. ``annual_classes=None``: no limit."""

    name: str
    base: str | None = None
    teams: int = 3
    annual_classes: int | None = None
    quality: float = 1.0
    mobile: bool = True
    outreach_cost_cents: int = 0


@dataclass(frozen=True, slots=True)
class Accreditation:
    """Sheet 承训: a provider may teach a course with at most ``teams`` classes at once."""

    provider: str
    course: str
    teams: int


@dataclass(frozen=True, slots=True)
class Venue:
    """Sheet 场地: ``rooms`` classes at once of at most ``seats`` people each."""

    name: str
    township: str
    rooms: int = 1
    seats: int = 50
    equipment: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TravelTime:
    """Sheet 路程: minutes between two townships, the same both ways."""

    origin: str
    destination: str
    minutes: float


@dataclass(frozen=True, slots=True)
class VacancyPool:
    """Sheet 岗位. ``first_day``/``last_day`` ``None`` = open on that side. ``age_bands=None``: every band."""

    id: str
    occupation: str
    place: str
    vacancies: int
    first_day: date | None = None
    last_day: date | None = None
    age_bands: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Fund:
    """Sheet 资金: an amount that may pay for classes whose last week meets ``first_day``..``last_day``."""

    name: str
    amount_cents: int
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class FundRule:
    """Sheet 资金用途: what a fund pays for; ``None`` = 全部. ``county`` is that of the venue."""

    fund: str
    kind: CostKind | None = None
    tag: str | None = None
    training_type: str | None = None
    county: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Sheet 任务: a row on heads or classes under filters (``None`` = all).

    ``penalty`` is in expected jobs per unit missing (>=) or too many (<=) and counts when ``hard`` is false.
    """

    id: str
    measure: Measure
    sense: Sense
    value: int
    hard: bool = True
    penalty: float = 0.2
    county: str | None = None
    township: str | None = None
    tag: str | None = None
    age_band: str | None = None
    industry: str | None = None
    training_type: str | None = None
    course: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """Sheet 固定班: ``None`` = any. With ``persons`` the demanded classes have exactly that many heads."""

    course: str
    kind: LockKind
    provider: str | None = None
    venue: str | None = None
    form: Form | None = None
    start_week: date | None = None
    persons: int | None = None
    number: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Teacher:
    """Sheet 教师: ``unavailable`` holds inclusive day ranges."""

    name: str
    provider: str
    courses: tuple[str, ...]
    kind: TeacherKind = TeacherKind.BOTH
    unavailable: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class AttendanceStep:
    """Sheet 出勤: ``factor`` applies from busy index ``busy_from`` up to the next step of the form."""

    form: Form
    busy_from: float
    factor: float


DEFAULT_ATTENDANCE = (
    AttendanceStep(Form.FULL_TIME, 0.0, 1.0),
    AttendanceStep(Form.FULL_TIME, 0.3, 0.9),
    AttendanceStep(Form.FULL_TIME, 0.5, 0.75),
    AttendanceStep(Form.FULL_TIME, 0.7, 0.5),
    AttendanceStep(Form.PART_TIME, 0.0, 1.0),
    AttendanceStep(Form.PART_TIME, 0.3, 0.95),
    AttendanceStep(Form.PART_TIME, 0.5, 0.9),
    AttendanceStep(Form.PART_TIME, 0.7, 0.75),
)
"""Attendance by busy index of a week (contract, section 1); editable on sheet 出勤."""

DEFAULT_GROUPS = (
    Group("一般"),
    Group("脱贫", frozenset({"脱贫"})),
    Group("易迁", frozenset({"易迁"})),
    Group("脱贫易迁", frozenset({"脱贫", "易迁"})),
)

DEFAULT_AGE_BANDS = (
    AgeBand("40岁以下", 16, 39),
    AgeBand("40-50岁", 40, 50),
    AgeBand("50岁以上", 51, 60),
)


@dataclass(frozen=True, slots=True)
class Instance:
    """One planning problem. Order of tuples is canonical (sorted by key), so shuffled rows change nothing.

    ``days_off`` and ``make_up_days`` are the statutory calendar of the plan's years corrected by sheet
    节假日: a Monday-Friday day in ``days_off`` and a Saturday or Sunday not in ``make_up_days`` is not worked.
    ``pools=None``: no 岗位 given, everything counts 1. ``accreditations=None``: every provider, every course.
    ``fund_rules=None``: every fund pays everything. ``assumptions`` are the defaults used, in Chinese sentences.
    """

    settings: Settings
    townships: tuple[Township, ...]
    busy_weeks: tuple[BusyWeek, ...]
    crop_activities: tuple[CropActivity, ...]
    groups: tuple[Group, ...]
    age_bands: tuple[AgeBand, ...]
    cohorts: tuple[Cohort, ...]
    demand: tuple[Demand, ...]
    courses: tuple[Course, ...]
    conversion: tuple[ConversionRate, ...]
    history: tuple[PastOutcome, ...]
    providers: tuple[Provider, ...]
    accreditations: tuple[Accreditation, ...] | None
    venues: tuple[Venue, ...]
    travel: tuple[TravelTime, ...]
    pools: tuple[VacancyPool, ...] | None
    funds: tuple[Fund, ...]
    fund_rules: tuple[FundRule, ...] | None
    targets: tuple[Target, ...] = ()
    locks: tuple[Lock, ...] = ()
    teachers: tuple[Teacher, ...] = ()
    days_off: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    attendance: tuple[AttendanceStep, ...] = DEFAULT_ATTENDANCE
    assumptions: tuple[str, ...] = ()
