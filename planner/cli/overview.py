"""What a plan will be made with, in figures: people, vacancies, farming, money, tasks, settings, defaults."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from planner.domain.instance import Instance, Settings
from planner.model import weeks as timeline
from planner.workbook import schema
from planner.workbook.assumptions import Default
from planner.workbook.cells import allowed_text
from planner.workbook.read import ReadResult
from planner.workbook.schema import SETTINGS, SETTINGS_SHEET, Column
from planner.workbook.write import cell_value

STATED_DEFAULT = "填报说明约定的默认值"
_SOURCES = {
    "课程": "内置课程目录（公开资料与假设值，逐门注明等级）",
    "转化率": "本县“历史”表的估计；没有历史的用默认率",
    "路程": "按乡镇经纬度折算",
    "节假日": "国务院公布的放假调休安排",
    "需求": "乡镇报表的读取说明",
}
"""Where the defaults of a whole sheet come from, other than from the contract."""
_CELL_SOURCES = {"转化率": _SOURCES["转化率"]}
"""Where the defaults of single cells come from, other than from the contract."""


def overview(read: ReadResult) -> dict[str, Any]:
    """Return what was read, in plain values: persons, wishes, vacancies as numbers, money as yuan text, ISO dates.

    ``willing`` counts people: of every cohort at most as many as may be trained and as there are wishes.
    """
    instance = read.instance
    return {
        "age_bands": [band.name for band in instance.age_bands],
        "townships": _townships(instance),
        "occupations": _occupations(instance),
        "courses": _courses(instance),
        "vacancies": _vacancies(instance),
        "weeks": [
            {"monday": monday.isoformat(), "working_days": int(days)}
            for monday, days in zip(timeline.mondays(instance), timeline.working_days(instance), strict=True)
        ],
        "calendars": _calendars(instance),
        "limits": {"full_time": instance.settings.busy_ban, "part_time": instance.settings.busy_ban_part_time},
        "funds": _funds(instance),
        "targets": targets_asked(instance),
        "settings": _settings(instance.settings, read.defaults),
        "assumptions": _assumptions(read),
    }


def _townships(instance: Instance) -> list[dict[str, Any]]:
    wishes: Counter[tuple[str, str]] = Counter()
    persons: Counter[tuple[str, str]] = Counter()
    willing: Counter[tuple[str, str]] = Counter()
    of_cohort: Counter[tuple[str, str, str]] = Counter()
    for wish in instance.demand:
        wishes[wish.township, wish.age_band] += wish.persons
        of_cohort[wish.township, wish.age_band, wish.group] += wish.persons
    for cohort in instance.cohorts:
        persons[cohort.township, cohort.age_band] += cohort.persons
        people = min(cohort.persons, of_cohort[cohort.township, cohort.age_band, cohort.group])
        willing[cohort.township, cohort.age_band] += people
    bands = [band.name for band in instance.age_bands]
    return [
        {
            "township": town.name,
            "county": town.county,
            "calendar": town.calendar,
            "persons": [persons[town.name, band] for band in bands],
            "willing": [willing[town.name, band] for band in bands],
            "wishes": [wishes[town.name, band] for band in bands],
        }
        for town in instance.townships
    ]


def _courses(instance: Instance) -> list[dict[str, Any]]:
    wishes: Counter[str] = Counter()
    for wish in instance.demand:
        wishes[wish.course] += wish.persons
    return [{"course": one.name, "occupation": one.occupation, "wishes": wishes[one.name]} for one in instance.courses]


@dataclass(slots=True)
class _Occupation:
    courses: list[str] = field(default_factory=list)
    wishes: int = 0
    vacancies: int = 0
    places: Counter[str] = field(default_factory=Counter)


def _occupations(instance: Instance) -> list[dict[str, Any]]:
    """Wishes and vacancies of every occupation that has either, most wishes first."""
    found: dict[str, _Occupation] = defaultdict(_Occupation)
    for course in _courses(instance):
        found[course["occupation"]].courses.append(course["course"])
        found[course["occupation"]].wishes += course["wishes"]
    for pool in instance.pools or ():
        found[pool.occupation].vacancies += pool.vacancies
        found[pool.occupation].places[pool.place] += pool.vacancies
    order = sorted(found, key=lambda name: (-found[name].wishes, -found[name].vacancies, name))
    return [
        {
            "occupation": name,
            "courses": found[name].courses,
            "wishes": found[name].wishes,
            "vacancies": found[name].vacancies if instance.pools is not None else None,
            "places": dict(sorted(found[name].places.items())),
        }
        for name in order
    ]


def _vacancies(instance: Instance) -> list[dict[str, Any]]:
    return [
        {
            "pool": pool.id,
            "occupation": pool.occupation,
            "place": pool.place,
            "vacancies": pool.vacancies,
            "from": _day(pool.first_day),
            "to": _day(pool.last_day),
            "age_bands": None if pool.age_bands is None else sorted(pool.age_bands),
        }
        for pool in instance.pools or ()
    ]


def _calendars(instance: Instance) -> list[dict[str, Any]]:
    by_crops = {activity.calendar for activity in instance.crop_activities}
    towns: Counter[str] = Counter(town.calendar for town in instance.townships)
    busy = timeline.busy_indices(instance)
    return [
        {
            "calendar": name,
            "townships": towns[name],
            "by_crops": name in by_crops,
            "busy": [round(float(index), 4) for index in busy[row]],
        }
        for row, name in enumerate(timeline.calendar_names(instance))
        if name
    ]


def _funds(instance: Instance) -> list[dict[str, Any]]:
    rules = instance.fund_rules
    return [
        {
            "fund": fund.name,
            "amount": _yuan(fund.amount_cents),
            "from": _day(fund.first_day),
            "to": _day(fund.last_day),
            "pays": None
            if rules is None
            else [
                {
                    "kind": rule.kind.value if rule.kind else None,
                    "tag": rule.tag,
                    "training_type": rule.training_type,
                    "county": rule.county,
                }
                for rule in rules
                if rule.fund == fund.name
            ],
        }
        for fund in instance.funds
    ]


_FILTERS = ("county", "township", "tag", "age_band", "industry", "training_type", "course", "provider")


def targets_asked(instance: Instance) -> list[dict[str, Any]]:
    """Return what every target of the workbook asks for."""
    return [
        {
            "target": target.id,
            "measure": target.measure.value,
            "relation": target.sense.value,
            "value": target.value,
            "hard": target.hard,
            "penalty": target.penalty,
            "filters": {
                schema.TARGETS.column(alias).heading: getattr(target, alias)
                for alias in _FILTERS
                if getattr(target, alias) is not None
            },
        }
        for target in instance.targets
    ]


def _settings(settings: Settings, defaults: Iterable[Default]) -> list[dict[str, Any]]:
    at_default = {one.column.heading for one in defaults if one.sheet == SETTINGS_SHEET.name}
    return [
        {
            "setting": column.heading,
            "value": plain(column, getattr(settings, column.attribute)),
            "given": column.heading not in at_default,
            "unit": column.unit,
            "description": column.description,
            "allowed": allowed_text(column),
            "choices": list(column.allowed),
            "default_text": column.default_text.strip(),
        }
        for column in SETTINGS
    ]


def _assumptions(read: ReadResult) -> list[dict[str, Any]]:
    """Every default used: single cells with the column to fill, then the sentences about whole sheets."""
    cells = [one for one in read.defaults if one.sheet != SETTINGS_SHEET.name]
    found = [
        {
            "sheet": one.sheet,
            "column": one.column.heading,
            "rows": one.rows,
            "value": one.text.strip(),
            "text": _sentence_of(read, one),
            "source": _CELL_SOURCES.get(one.sheet, STATED_DEFAULT),
            "unit": one.column.unit,
            "allowed": allowed_text(one.column),
        }
        for one in cells
    ]
    single = {entry["text"] for entry in found}
    for sentence in read.instance.assumptions:
        sheet = sentence.partition("：")[0]
        if sentence in single or (sheet == SETTINGS_SHEET.name and "未填的按默认值" in sentence):
            continue
        source = _SOURCES.get(sheet, STATED_DEFAULT)
        found.append(
            {
                "sheet": sheet,
                "column": None,
                "rows": 0,
                "value": "",
                "text": sentence,
                "source": source,
                "unit": "",
                "allowed": "",
            }
        )
    return found


def _sentence_of(read: ReadResult, one: Default) -> str:
    """The sentence of the plan's assumptions that tells of this default."""
    start, heading = f"{one.sheet}：{one.rows} ", f"未填{one.column.heading}，按"
    return next(text for text in read.instance.assumptions if text.startswith(start) and heading in text)


def plain(column: Column, value: object) -> str:
    """Return a value as a clerk would type it: money without needless decimals, ISO dates, the word of a choice."""
    shown = cell_value(column, value)
    if shown is None:
        return ""
    if isinstance(shown, Decimal):
        return f"{shown.normalize():f}"
    return f"{shown:.10g}" if isinstance(shown, float) else str(shown)


def _yuan(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
