"""From checked rows to the instance: records, defaults of cells and of whole sheets, canonical order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, TypeVar

from planner.domain import instance as domain
from planner.domain.instance import Course, Instance, Settings, TravelTime, Venue
from planner.workbook import schema
from planner.workbook.assumptions import Assumptions
from planner.workbook.catalogue import load_catalogue
from planner.workbook.references import DEFAULT_PROVIDER, Tables
from planner.workbook.schema import CROP_FORM, WEEK_FORM, Sheet
from planner.workbook.statutory import StatutoryCalendar
from planner.workbook.tables import Table, TableRow
from planner.workbook.working_days import working_calendar

_THEORY_SHARE_PERCENT = 40
_LISTED_NAMES = 8

Values = dict[str, Any]
Records = tuple[Any, ...]
"""Records of one sheet; their type is the sheet's ``record``."""

Completion = Callable[[Values, TableRow], None]
"""Fills the defaults of a row that depend on its other cells."""

Default = TypeVar("Default", Records, None)


@dataclass(frozen=True, slots=True)
class Reading:
    """The tables that have rows, the settings, and where assumptions go."""

    tables: Tables
    settings: Settings
    assumptions: Assumptions


def assemble(reading: Reading) -> Instance:
    """Build the instance from tables without any fault."""
    townships = _townships(reading)
    demand = _records(reading, schema.DEMAND)
    age_bands = _age_bands(reading)
    providers = _providers(reading)
    busy_weeks, crop_activities = _farming(reading)
    calendar = _working_calendar(reading)
    conversion = _records_or_default(reading, schema.CONVERSION, ())
    return Instance(
        settings=reading.settings,
        townships=townships,
        busy_weeks=busy_weeks,
        crop_activities=crop_activities,
        groups=_groups(reading),
        age_bands=age_bands,
        cohorts=_cohorts(reading, demand),
        demand=demand,
        courses=_courses(reading, demand, age_bands),
        conversion=conversion,
        history=_records_or_default(reading, schema.HISTORY, ()),
        providers=providers,
        accreditations=_accreditations(reading, providers),
        venues=_venues(reading, townships),
        travel=_travel(reading),
        pools=_records_or_default(reading, schema.VACANCIES, None),
        funds=_records(reading, schema.FUNDS),
        fund_rules=_records_or_default(reading, schema.FUND_RULES, None),
        targets=_targets(reading),
        locks=_records_or_default(reading, schema.LOCKS, ()),
        teachers=_teachers(reading, providers),
        days_off=calendar.days_off,
        make_up_days=calendar.make_up_days,
        attendance=_records_or_default(reading, schema.ATTENDANCE, _ordered(domain.DEFAULT_ATTENDANCE)),
    )


def _ordered(records: Iterable[Any]) -> Records:
    """Return records sorted by their fields in order of declaration, key first; the canonical order."""
    return tuple(sorted(records, key=lambda record: [_rank(getattr(record, item.name)) for item in fields(record)]))


def _rank(value: Any) -> tuple[Any, ...]:
    if value is None:
        return (0,)
    if isinstance(value, Enum):
        return (1, list(type(value)).index(value))
    if isinstance(value, frozenset):
        return (1, tuple(sorted(value)))
    return (1, value)


def _nothing_to_complete(values: Values, row: TableRow) -> None:
    """Most sheets have no default that depends on other cells."""


def _records(reading: Reading, sheet: Sheet, complete: Completion = _nothing_to_complete) -> Records:
    """Build one record per row; ``complete`` fills what depends on other cells."""
    table = reading.tables.get(sheet.name)
    if table is None or sheet.record is None:
        return ()
    records = []
    for row in table.rows:
        values = _values(reading, sheet, row)
        complete(values, row)
        records.append(sheet.record(**values))
    return _ordered(records)


def _values(reading: Reading, sheet: Sheet, row: TableRow) -> Values:
    values: Values = {}
    for column in sheet.columns:
        if column.alias in row.values:
            values[column.attribute] = row.values[column.alias]
            continue
        values[column.attribute] = column.default
        if column.default_text:
            reading.assumptions.empty_cell(sheet, column)
    return values


def _records_or_default(
    reading: Reading,
    sheet: Sheet,
    default: Default,
    complete: Completion = _nothing_to_complete,
) -> Records | Default:
    if sheet.name in reading.tables:
        return _records(reading, sheet, complete)
    _say_absent(reading, sheet)
    return default


def _say_absent(reading: Reading, sheet: Sheet) -> None:
    reading.assumptions.say(sheet, f"未提供此表，{sheet.default_text}")


def _townships(reading: Reading) -> tuple[domain.Township, ...]:
    if "乡镇" in reading.tables:
        return _records(reading, schema.TOWNSHIPS)
    _say_absent(reading, schema.TOWNSHIPS)
    demand = reading.tables["需求"]
    return _ordered(domain.Township(name) for name in {str(row.get("township")) for row in demand.rows})


def _farming(reading: Reading) -> tuple[tuple[domain.BusyWeek, ...], tuple[domain.CropActivity, ...]]:
    table = reading.tables.get("农时")
    if table is None:
        _say_absent(reading, schema.FARMING)
        return (), ()
    weeks, crops = [], []
    for row in table.rows:
        if "week" in row.values:
            weeks.append(domain.BusyWeek(**_attributes(table, row, WEEK_FORM)))
        else:
            unnamed: Values = {"crop": "", "activity": ""}
            crops.append(domain.CropActivity(**(unnamed | _attributes(table, row, CROP_FORM))))
    return _ordered(weeks), _ordered(crops)


def _attributes(table: Table, row: TableRow, aliases: tuple[str, ...]) -> Values:
    return {
        table.sheet.column(alias).attribute: row.values[alias]
        for alias in ("calendar", *aliases)
        if alias in row.values
    }


def _groups(reading: Reading) -> tuple[domain.Group, ...]:
    table = reading.tables.get("群体")
    if table is None:
        _say_absent(reading, schema.GROUPS)
        return _ordered(domain.DEFAULT_GROUPS)
    return _ordered(domain.Group(str(row.get("group")), frozenset(row.tags)) for row in table.rows)


def _age_bands(reading: Reading) -> tuple[domain.AgeBand, ...]:
    bands = _records_or_default(reading, schema.AGE_BANDS, domain.DEFAULT_AGE_BANDS)
    return tuple(sorted(bands, key=lambda band: (band.min_age, band.name)))


def _cohorts(reading: Reading, demand: tuple[domain.Demand, ...]) -> tuple[domain.Cohort, ...]:
    willing: Counter[tuple[str, str, str]] = Counter()
    for row in demand:
        willing[row.township, row.age_band, row.group] += row.persons
    if "劳动力" not in reading.tables:
        _say_absent(reading, schema.COHORTS)
        return _ordered(domain.Cohort(*key, persons) for key, persons in willing.items())
    given = _records(reading, schema.COHORTS)
    listed = {(cohort.township, cohort.age_band, cohort.group) for cohort in given}
    missing = [domain.Cohort(*key, persons) for key, persons in willing.items() if key not in listed]
    if missing:
        text = f"{len(missing)} 个乡镇、年龄段、群体的组合未列，可参训人数按其“需求”愿意人数之和"
        reading.assumptions.say(schema.COHORTS, text)
    return _ordered((*given, *missing))


def _courses(
    reading: Reading, demand: tuple[domain.Demand, ...], age_bands: tuple[domain.AgeBand, ...]
) -> tuple[Course, ...]:
    if "课程" in reading.tables:
        return _records(reading, schema.COURSES, _complete_course)
    catalogue = {entry.course.name: entry for entry in load_catalogue()}
    found = [catalogue[name] for name in sorted({row.course for row in demand})]
    text = f"未提供此表，“需求”中的 {len(found)} 门课程按内置课程目录（等级 A 为假设值，W 为公开资料）"
    reading.assumptions.say(schema.COURSES, text)
    return _ordered(_with_bands_of(entry.course, age_bands) for entry in found)


def _complete_course(values: Values, row: TableRow) -> None:
    if values["occupation"] is None:
        values["occupation"] = values["name"]
    if values["theory_days"] is None:
        # 40 % of whole days never ends in exactly one half, so the way of rounding does not matter.
        values["theory_days"] = (values["class_days"] * _THEORY_SHARE_PERCENT + 50) // 100


def _with_bands_of(course: Course, age_bands: tuple[domain.AgeBand, ...]) -> Course:
    """Return the catalogue's course with its age bands in the workbook's terms.

    The catalogue speaks of the default bands; a band of the workbook suits when its middle age does.
    """
    suitable = [band for band in domain.DEFAULT_AGE_BANDS if course.age_bands is None or band.name in course.age_bands]
    names = [
        band.name
        for band in age_bands
        if any(default.min_age <= (band.min_age + band.max_age) // 2 <= default.max_age for default in suitable)
    ]
    return replace(course, age_bands=frozenset(names))


def _providers(reading: Reading) -> tuple[domain.Provider, ...]:
    return _records_or_default(reading, schema.PROVIDERS, (domain.Provider(DEFAULT_PROVIDER),))


def _accreditations(
    reading: Reading, providers: tuple[domain.Provider, ...]
) -> tuple[domain.Accreditation, ...] | None:
    teams = {provider.name: provider.teams for provider in providers}

    def complete(values: Values, row: TableRow) -> None:
        if values["teams"] is None:
            values["teams"] = teams.get(str(values["provider"]), 0)

    return _records_or_default(reading, schema.ACCREDITATION, None, complete)


def _venues(reading: Reading, townships: tuple[domain.Township, ...]) -> tuple[Venue, ...]:
    default = tuple(Venue(township.name, township.name) for township in townships)
    return _records_or_default(reading, schema.VENUES, default)


def _teachers(reading: Reading, providers: tuple[domain.Provider, ...]) -> tuple[domain.Teacher, ...]:
    """Return the teachers listed, and say which providers have none listed: those get as many as without the sheet."""
    teachers = _records_or_default(reading, schema.TEACHERS, ())
    listed = {teacher.provider for teacher in teachers}
    missing = [provider.name for provider in providers if provider.name not in listed]
    if teachers and missing:
        named = "、".join(missing[:_LISTED_NAMES]) + (" 等" if len(missing) > _LISTED_NAMES else "")
        text = f"{len(missing)} 家机构未列教师，按同时开班上限的 2 倍配备：{named}"
        reading.assumptions.say(schema.TEACHERS, text)
    return teachers


def _travel(reading: Reading) -> tuple[TravelTime, ...]:
    """Return one entry per pair, origin before destination; the same township needs none."""
    rows = _records_or_default(reading, schema.TRAVEL, ())
    pairs = {
        (min(row.origin, row.destination), max(row.origin, row.destination)): row.minutes
        for row in rows
        if row.origin != row.destination
    }
    return _ordered(TravelTime(origin, destination, minutes) for (origin, destination), minutes in pairs.items())


def _targets(reading: Reading) -> tuple[domain.Target, ...]:
    column = schema.TARGETS.column("penalty")
    unpriced = 0

    def complete(values: Values, row: TableRow) -> None:
        nonlocal unpriced
        unpriced += values["hard"] is False and "penalty" not in row.raw

    targets = _records_or_default(reading, schema.TARGETS, (), complete)
    if unpriced:
        text = f"{unpriced} {schema.TARGETS.noun}“尽量”任务未填{column.heading}，按 {column.default}".replace(
            "项任务“", "项“"
        )
        reading.assumptions.say(schema.TARGETS, text)
    return targets


def _working_calendar(reading: Reading) -> StatutoryCalendar:
    """Return the calendar of the plan, and say what of it was assumed."""
    table = reading.tables.get("节假日")
    calendar = working_calendar(table, reading.settings)
    for year in calendar.unpublished:
        reading.assumptions.say(schema.HOLIDAYS, f"{year} 年放假安排尚未公布，法定放假只计 1 月 1 日")
    if table is None:
        _say_absent(reading, schema.HOLIDAYS)
    return calendar
