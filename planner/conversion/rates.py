"""Conversion rates: given rows first, then past classes, then the documented default.

Gross placement and causal uplift are two numbers and are never mixed: uplift is never estimated from past
classes, which have no control group. Readings 16 and 17 of docs/contract-notes.md.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.domain.instance import AgeBand, Course, Instance, Objective

SHRINKAGE_PERSONS = 20
"""Weight of the parent level, in people, when a thin cell of past classes is shrunk towards it."""

_LIGHT_WORK_AGE = 50

Level = tuple[str, str | None, str | None]
"""Course, age band and group that a row names; ``None`` = all."""


def default_rate(course: Course, band: AgeBand) -> tuple[float, float]:
    """Default gross and uplift rate (0..1) of a course for an age band; evidence grade A (docs/facts.md)."""
    if course.training_type == "订单":
        return 0.75, 0.08
    if band.min_age >= _LIGHT_WORK_AGE:
        return 0.40, 0.02
    if course.industry == "创业":
        return 0.15, 0.01
    if course.industry.startswith("农业"):
        return 0.35, 0.01
    if course.training_type == "双证":
        return 0.60, 0.05
    if course.training_type == "自主":
        return 0.50, 0.01
    return 0.50, 0.02


def conversion_rates(instance: Instance) -> np.ndarray:
    """Rate by ``settings.objective`` of each course, age band and group; shape (courses, bands, groups)."""
    gross = instance.settings.objective is Objective.GROSS
    given = {}
    for row in instance.conversion:
        value = row.gross if gross else row.uplift
        if value is not None:
            given[row.course, row.age_band, row.group] = value
    history = _outcomes_by_level(instance) if gross else {}
    rates = np.empty((len(instance.courses), len(instance.age_bands), len(instance.groups)))
    for c, course in enumerate(instance.courses):
        for a, band in enumerate(instance.age_bands):
            default = default_rate(course, band)[0 if gross else 1]
            for g, group in enumerate(instance.groups):
                levels = (
                    (course.name, band.name, group.name),
                    (course.name, band.name, None),
                    (course.name, None, group.name),
                    (course.name, None, None),
                )
                known = next((given[level] for level in levels if level in given), None)
                if known is None:
                    known = _shrunk(default, (history.get(level) for level in (levels[3], levels[1], levels[0])))
                rates[c, a, g] = known
    return rates


def _outcomes_by_level(instance: Instance) -> dict[Level, tuple[int, int]]:
    """People trained and employed in past classes, summed at each level a row names."""
    totals: dict[Level, tuple[int, int]] = {}
    for row in instance.history:
        levels: list[Level] = [(row.course, None, None)]
        if row.age_band is not None:
            levels.append((row.course, row.age_band, None))
            if row.group is not None:
                levels.append((row.course, row.age_band, row.group))
        for level in levels:
            trained, employed = totals.get(level, (0, 0))
            totals[level] = (trained + row.trained, employed + row.employed)
    return totals


def _shrunk(rate: float, outcomes: Iterable[tuple[int, int] | None]) -> float:
    """Posterior mean, level by level from the coarsest: (employed + m * parent) / (trained + m)."""
    for outcome in outcomes:
        if outcome is not None and outcome[0] > 0:
            trained, employed = outcome
            rate = (employed + SHRINKAGE_PERSONS * rate) / (trained + SHRINKAGE_PERSONS)
    return rate
