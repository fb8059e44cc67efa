"""Who teaches what, where and with which equipment: courses, providers, accreditations, venues, teachers.

Providers, venues and teachers are invented and say so in their names or their 说明 column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planner.generate.facts import CourseFact, counties
from planner.generate.people import apportion
from planner.generate.places import Place
from planner.generate.scale import Scale

FICTION = "（虚构）"
_GRADE_A = "A"
_CLASS_COST_BASE_YUAN = 1500
_CLASS_COST_YUAN_PER_HOUR = 20
_HOURS_PER_DAY = 8
_QUALITY = (0.92, 1.05)
_OUTREACH_YUAN = (800, 2500)
_COMMON_PROVIDERS = (4, 8)
_SPECIAL_PROVIDERS = (1, 3)
_USUAL_NUMBER = 10
_FEWEST_PER_COUNTY = 4
_BASE_IN_TOWN = 0.6
_ANNUAL_LIMIT_SHARE = 0.3
_CLASSES_A_YEAR_PER_TEAM = (9, 14)
_SEATS = 50
_KINDS = ("职业培训学校", "技能培训中心", "劳务职业培训学校", "实用技术培训中心")
_DIGITS = "零一二三四五六七八九十"

_TOWNSHIP_EQUIPMENT = {
    "直播间": 0.4,
    "缝纫机": 0.3,
    "装配工位": 0.3,
    "护理床": 0.5,
    "面点台": 0.2,
    "菌棚": 0.2,
    "分拣车间": 0.3,
}
"""Share of townships whose venue holds a thing (帮扶车间, 电商服务点, 敬老院 …); assumption."""

_FIELD_SITES = {
    "P1": ("果园", "种薯基地"),
    "P2": ("核桃园", "林下基地", "种薯基地", "药材基地"),
    "P3": ("种薯基地", "药材基地"),
    "P4": ("竹林", "林下基地"),
    "P5": ("椒园", "果园"),
    "P6": ("核桃园", "椒园", "药材基地"),
    "P7": (),
}
"""Field classrooms that a township's crops allow."""


@dataclass(frozen=True, slots=True)
class DrawnProvider:
    """A provider of a county with its base and the courses it may teach (classes at once by course name)."""

    name: str
    county: str
    base: str
    teams: int
    annual_classes: int | None
    quality: float
    outreach_yuan: int
    courses: dict[str, int]


def course_rows(courses: Sequence[CourseFact]) -> list[dict[str, object]]:
    """Return the rows of sheet 课程: the catalogue's figures with the instance's class cost and equipment."""
    return [
        {
            "课程": course.name,
            "工种": course.occupation,
            "产业": course.row["产业"],
            "培训类型": course.row["培训类型"],
            "课日": course.class_days,
            "理论课日": int(course.row["理论课日"]),
            "最小班额": int(course.row["最小班额"]),
            "最大班额": int(course.row["最大班额"]),
            "每人补贴": int(course.row["每人补贴"]),
            "每人考证费": int(course.row["每人考证费"]),
            "每班固定费": class_cost_yuan(course),
            "适合年龄段": course.row["适合年龄段"],
            "可集中": "是",
            "可分散": "是",
            "可下乡": "是" if course.mobile else "否",
            "设备": course.equipment,
            "季节窗口": course.row["季节窗口"],
            "编码": course.code,
            "来源": f"目录：{course.row['出处']}；工种归并、固定费、设备、可下乡：示例假设",
            "等级": f"目录{course.row['等级']}，其余A",
        }
        for course in courses
    ]


def class_cost_yuan(course: CourseFact) -> int:
    """Return the fixed cost of a class in yuan: a base plus a rate per class hour (assumption)."""
    return _CLASS_COST_BASE_YUAN + _CLASS_COST_YUAN_PER_HOUR * _HOURS_PER_DAY * course.class_days


def draw_providers(
    scale: Scale, places: tuple[Place, ...], courses: tuple[CourseFact, ...], rng: np.random.Generator
) -> tuple[DrawnProvider, ...]:
    """Draw the providers of every county and accredit them, so that each course has one in each county."""
    return tuple(
        provider
        for county, number in zip(scale.counties, _providers_by_county(scale), strict=True)
        for provider in _providers_of(county, number, scale, places, courses, rng)
    )


def _providers_by_county(scale: Scale) -> list[int]:
    residents = np.array([counties()[county].residents for county in scale.counties], float)
    fewest = min(_FEWEST_PER_COUNTY, scale.providers // len(residents))
    return [int(fewest + extra) for extra in apportion(scale.providers - fewest * len(residents), residents)]


def _providers_of(
    county: str,
    number: int,
    scale: Scale,
    places: tuple[Place, ...],
    courses: tuple[CourseFact, ...],
    rng: np.random.Generator,
) -> list[DrawnProvider]:
    here = [place for place in places if place.fact.county == county]
    accredited = _accredit(number, courses, rng)
    providers = []
    for i in range(number):
        teams = int(rng.integers(scale.teams[0], scale.teams[1] + 1))
        limited = rng.random() < _ANNUAL_LIMIT_SHARE
        a_year = int(rng.integers(*_CLASSES_A_YEAR_PER_TEAM)) * teams * scale.weeks // 52
        providers.append(
            DrawnProvider(
                f"{county}{_KINDS[i % len(_KINDS)]}{_numeral(i // len(_KINDS) + 1)}{FICTION}",
                county,
                _base(here, i, rng).name,
                teams,
                a_year if limited else None,
                round(float(rng.uniform(*_QUALITY)), 2),
                int(rng.integers(_OUTREACH_YUAN[0] // 100, _OUTREACH_YUAN[1] // 100 + 1)) * 100,
                {
                    course.name: int(rng.integers(1, min(2, teams) + 1))
                    for course, chosen in zip(courses, accredited, strict=True)
                    if i in chosen
                },
            )
        )
    return providers


def _base(here: list[Place], index: int, rng: np.random.Generator) -> Place:
    """Return a base township: the first provider's is the county seat, most others are in towns near it."""
    if index == 0:
        return min(here, key=lambda place: place.seat_km)
    towns = [place for place in here if place.is_town] or here
    others = [place for place in here if place.fact.kind == "镇"] or here
    choice = towns if rng.random() < _BASE_IN_TOWN else others
    return choice[int(rng.integers(len(choice)))]


def _accredit(number: int, courses: tuple[CourseFact, ...], rng: np.random.Generator) -> list[set[int]]:
    """Return the providers (by index) of every course: many for common ones, few where equipment is special.

    The usual numbers are those of a county with ten providers; one with more has more for each course.
    """
    chosen = []
    times = max(1, round(number / _USUAL_NUMBER))
    for course in courses:
        low, high = _COMMON_PROVIDERS if course.common else _SPECIAL_PROVIDERS
        wanted = min(number, times * int(rng.integers(low, high + 1)))
        chosen.append({int(i) for i in rng.choice(number, size=wanted, replace=False)})
    return chosen


def _numeral(number: int) -> str:
    """Return a number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


def provider_rows(providers: Sequence[DrawnProvider]) -> list[dict[str, object]]:
    """Return the rows of sheet 机构."""
    return [
        {
            "机构": provider.name,
            "驻地": provider.base,
            "同时开班上限": provider.teams,
            "年度班数上限": provider.annual_classes,
            "质量系数": provider.quality,
            "可下乡": "是",
            "下乡每班费": provider.outreach_yuan,
            "说明": "虚构机构，非真实单位",
            "等级": _GRADE_A,
        }
        for provider in providers
    ]


def accreditation_rows(providers: Sequence[DrawnProvider]) -> list[dict[str, object]]:
    """Return the rows of sheet 承训."""
    return [
        {"机构": provider.name, "课程": course, "同时开班上限": teams}
        for provider in providers
        for course, teams in provider.courses.items()
    ]


def venue_rows(
    scale: Scale, places: tuple[Place, ...], courses: tuple[CourseFact, ...], rng: np.random.Generator
) -> list[dict[str, object]]:
    """Return the rows of sheet 场地: township venues with what the township has, and bases with special equipment."""
    rows = [
        _venue(f"{place.name}培训点{_suffix(number, scale)}", place, 1, _township_equipment(place, courses, rng))
        for place in places
        for number in range(1, scale.venues_per_township + 1)
    ]
    for county in scale.counties:
        rows += _base_rows(county, scale, places, courses, rng)
    return rows


def _suffix(number: int, scale: Scale) -> str:
    return _numeral(number) if scale.venues_per_township > 1 else ""


def _venue(name: str, place: Place, rooms: int, equipment: Sequence[str]) -> dict[str, object]:
    return {
        "场地": name,
        "乡镇": place.name,
        "同时班数": rooms,
        "座位": _SEATS,
        "设备": "、".join(equipment),
        "说明": "虚构场地",
        "等级": _GRADE_A,
    }


def _township_equipment(place: Place, courses: tuple[CourseFact, ...], rng: np.random.Generator) -> list[str]:
    needed = {course.equipment for course in courses}
    present = [thing for thing, share in _TOWNSHIP_EQUIPMENT.items() if rng.random() < share]
    return [thing for thing in (*present, *_FIELD_SITES[place.calendar_key]) if thing in needed]


def _base_rows(
    county: str, scale: Scale, places: tuple[Place, ...], courses: tuple[CourseFact, ...], rng: np.random.Generator
) -> list[dict[str, object]]:
    """Return the county's training bases; every special thing that is no field site stands in one or two of them."""
    field_sites = {site for sites in _FIELD_SITES.values() for site in sites}
    things = sorted({course.equipment for course in courses if course.equipment} - field_sites)
    holds: list[list[str]] = [[] for _ in range(scale.bases_per_county)]
    for thing in things:
        copies = min(len(holds), int(rng.integers(1, 3)))
        for base in sorted(rng.choice(len(holds), size=copies, replace=False)):
            holds[base].append(thing)
    near_seat = sorted((place for place in places if place.fact.county == county), key=lambda place: place.seat_km)
    low, high = scale.rooms_per_base
    return [
        _venue(
            f"{county}实训基地{_numeral(i + 1)}{FICTION}",
            near_seat[i % min(4, len(near_seat))],
            int(rng.integers(low, high + 1)),
            equipment,
        )
        for i, equipment in enumerate(holds)
    ]


def teacher_rows(scale: Scale, providers: Sequence[DrawnProvider], rng: np.random.Generator) -> list[dict[str, object]]:
    """Return the rows of sheet 教师: enough that every course of a provider has several for theory and practice.

    A class uses at most two teachers at once, so a provider has about 2.5 for each of its teams. Each teacher knows
    two thirds of the provider's courses (three blocks in turn).
    """
    rows: list[dict[str, object]] = []
    kinds = ("均可", "均可", "均可", "均可", "理论", "实操")
    for provider in providers:
        names = list(provider.courses)
        number = max(6, round(2.5 * provider.teams) + 1)
        for i in range(number):
            rows.append(
                {
                    "教师": f"教师{len(rows) + 1:03d}{FICTION}",
                    "机构": provider.name,
                    "课程": "、".join(name for j, name in enumerate(names) if j % 3 != i % 3 or len(names) < 3),
                    "类型": kinds[i % len(kinds)],
                    "不可用": _leave(scale, rng),
                    "等级": _GRADE_A,
                }
            )
    return rows


def _leave(scale: Scale, rng: np.random.Generator) -> str:
    """Return one week of further training for every second teacher."""
    if rng.random() < 0.5:
        return ""
    monday = scale.plan_start + timedelta(weeks=int(rng.integers(3, scale.weeks)))
    return f"{_iso(monday)}~{_iso(monday + timedelta(days=4))}"


def _iso(day: date) -> str:
    return day.isoformat()
