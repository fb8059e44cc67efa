"""What training leads to: conversion rates, past classes and vacancies.

Rates start from the default table by class mode (docs/facts.md) and vary modestly by course and by how well the
age band suits it; all grade A. They are gross rates and uplifts side by side: gross placement is not an effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planner.generate.facts import AGE_BANDS, CourseFact
from planner.generate.people import DrawnCohort, apportion, wishes_by_course
from planner.generate.scale import Scale
from planner.generate.teaching import DrawnProvider

_GRADE_A = "A"
_MODES = {
    "订单": (0.75, 0.08),
    "创业": (0.15, 0.01),
    "农业": (0.35, 0.01),
    "双证": (0.60, 0.05),
    "自主": (0.50, 0.01),
    "其他": (0.50, 0.02),
}
_OVER_50 = (0.40, 0.02)
_COURSE_VARIATION = (0.90, 1.10)
_FIT_WEIGHT = 0.6
_COURSES_WITH_HISTORY = 20
_RATE_LEFT_TO_HISTORY = 4
_PASS_RATE = (0.78, 0.95)
_VACANCIES_PER_TARGET = 0.75
_SCARCITY_SPREAD = 0.7
_QUARTER_SHARES = (0.30, 0.25, 0.20, 0.25)
_SMALLEST_POOL = 3
_YOUNGER_ONLY = "、".join(AGE_BANDS[:2])
_YOUNGER_ONLY_SHARE = {"省外": 0.6, "省内": 0.3, "县内": 0.1}


@dataclass(frozen=True, slots=True)
class Rates:
    """Gross placement and uplift (0..1) of a course by age band."""

    gross: dict[str, float]
    uplift: dict[str, float]


def draw_rates(courses: Sequence[CourseFact], rng: np.random.Generator) -> dict[str, Rates]:
    """Draw the rates of every course by name."""
    return {course.name: _rates_of(course, float(rng.uniform(*_COURSE_VARIATION))) for course in courses}


def _rates_of(course: CourseFact, variation: float) -> Rates:
    gross, uplift = {}, {}
    for band in course.age_bands:
        base, effect = _mode_rates(course, band)
        # A band that suits the course less finds work less often: fit 1 keeps the rate, fit 0.3 keeps 58 %.
        suitability = 1 - _FIT_WEIGHT * (1 - course.fit[band])
        gross[band] = round(min(0.95, base * variation * suitability), 3)
        uplift[band] = round(effect * variation * suitability, 3)
    return Rates(gross, uplift)


def _mode_rates(course: CourseFact, band: str) -> tuple[float, float]:
    training_type, industry = course.row["培训类型"], course.row["产业"]
    if training_type == "订单":
        return _MODES["订单"]
    if band == AGE_BANDS[2]:
        return _OVER_50
    if industry == "创业":
        return _MODES["创业"]
    if industry.startswith("农业"):
        return _MODES["农业"]
    return _MODES.get(training_type, _MODES["其他"])


def conversion_rows(
    courses: Sequence[CourseFact], rates: dict[str, Rates], providers: Sequence[DrawnProvider]
) -> list[dict[str, object]]:
    """Return the rows of sheet 转化率: one for each course, and one for each age band whose rate differs.

    The last few courses with past classes have no gross rate: it is to be estimated from sheet 历史.
    """
    estimated = {course.name for course in _with_history(courses, providers)[-_RATE_LEFT_TO_HISTORY:]}
    rows: list[dict[str, object]] = []
    for course in courses:
        drawn = rates[course.name]
        lead = course.age_bands[0]
        for band in ("全部", *course.age_bands):
            key = lead if band == "全部" else band
            same_as_course = (drawn.gross[key], drawn.uplift[key]) == (drawn.gross[lead], drawn.uplift[lead])
            if band != "全部" and same_as_course:
                continue
            rows.append(
                {
                    "课程": course.name,
                    "年龄段": band,
                    "群体": "全部",
                    "毛就业率": None if course.name in estimated else drawn.gross[key],
                    "净增就业率": drawn.uplift[key],
                    "等级": _GRADE_A,
                }
            )
    return rows


def _with_history(courses: Sequence[CourseFact], providers: Sequence[DrawnProvider]) -> list[CourseFact]:
    """Return the most popular courses that several age bands take and someone teaches."""
    taught = {name for provider in providers for name in provider.courses}
    candidates = [course for course in courses if course.name in taught and len(course.age_bands) > 1]
    ranked = sorted(candidates, key=lambda course: (-course.popularity, course.code))
    return ranked[:_COURSES_WITH_HISTORY]


def history_rows(
    courses: Sequence[CourseFact],
    rates: dict[str, Rates],
    providers: Sequence[DrawnProvider],
    rng: np.random.Generator,
) -> list[dict[str, object]]:
    """Return the rows of sheet 历史: people trained, certified and employed by course, age band and provider."""
    rows: list[dict[str, object]] = []
    for course in _with_history(courses, providers):
        teachers = [provider.name for provider in providers if course.name in provider.courses][:2]
        for provider in teachers:
            for band in course.age_bands:
                trained = int(rng.integers(18, 95))
                passed = int(rng.binomial(trained, rng.uniform(*_PASS_RATE)))
                employed = int(rng.binomial(trained, rates[course.name].gross[band]))
                rows.append(
                    {
                        "课程": course.name,
                        "年龄段": band,
                        "群体": "全部",
                        "机构": provider,
                        "参训": trained,
                        "合格": passed,
                        "三月就业": employed,
                        "等级": _GRADE_A,
                    }
                )
    return rows


def vacancy_rows(
    scale: Scale, courses: Sequence[CourseFact], cohorts: Sequence[DrawnCohort], rng: np.random.Generator
) -> list[dict[str, object]]:
    """Return the rows of sheet 岗位: quarterly pools by occupation and destination, some for younger people only.

    Together they hold about three quarters of the target, spread over occupations in proportion to wishes times a
    drawn factor: scarce for some occupations, ample for others.
    """
    total = round(_VACANCIES_PER_TARGET * scale.target)
    wishes = wishes_by_course(cohorts)
    wanted: dict[str, dict[str, float]] = {}
    for course in courses:
        by_place = wanted.setdefault(course.occupation, {})
        for place, share in course.places.items():
            by_place[place] = by_place.get(place, 0) + share * wishes[course.name]
    scarcity = {occupation: rng.lognormal(0, _SCARCITY_SPREAD) for occupation in wanted}
    quarters = _quarters(scale)
    cells = [
        (occupation, place, quarter, weight * scarcity[occupation] * quarter.share * rng.uniform(0.7, 1.3))
        for occupation, by_place in wanted.items()
        for place, weight in by_place.items()
        for quarter in quarters
    ]
    numbers = apportion(total, np.array([weight for *_, weight in cells]))
    return [
        {
            "岗位": f"{quarter.name}-{occupation}-{place}",
            "工种": occupation,
            "去向": place,
            "岗位数": int(number),
            "开始": quarter.first_day,
            "截止": quarter.last_day,
            "年龄段": _YOUNGER_ONLY if rng.random() < _YOUNGER_ONLY_SHARE[place] else "全部",
            "说明": "虚构岗位",
            "等级": _GRADE_A,
        }
        for (occupation, place, quarter, _), number in zip(cells, numbers, strict=True)
        if number >= _SMALLEST_POOL
    ]


@dataclass(frozen=True, slots=True)
class _Quarter:
    name: str
    first_day: date
    last_day: date
    share: float


def _quarters(scale: Scale) -> list[_Quarter]:
    """Return the calendar quarters that the plan meets; bureaus publish vacancies by quarter."""
    last_day_of_plan = scale.plan_start + timedelta(weeks=scale.weeks)
    year = scale.plan_start.year
    quarters = []
    for i, share in enumerate(_QUARTER_SHARES):
        first_day = date(year, 3 * i + 1, 1)
        last_day = (date(year + i // 3, (3 * i + 3) % 12 + 1, 1)) - timedelta(days=1)
        if last_day >= scale.plan_start and first_day <= last_day_of_plan:
            quarters.append(_Quarter(f"{year}年{i + 1}季度", first_day, last_day, share))
    return quarters
