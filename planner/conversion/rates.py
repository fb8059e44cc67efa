"""Conversion rates of an instance: given rows first, then past classes, then the documented default.

Gross placement and causal uplift are two numbers and are never mixed. Readings 16 and 17 of docs/contract-notes.md.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.conversion.defaults import default_rate
from planner.conversion.estimate import PastClasses, cell_of
from planner.domain.instance import AgeBand, ConversionRate, Course, Group, Instance, Objective
from planner.domain.rate import Rate, Source

INTERVAL_SHARE = 0.8
"""Probability that an estimated rate lies in its interval."""


BASIS = ("", "全县", "培训类型", "课程", "课程×年龄段", "课程×年龄段×群体")
"""Name of the cell, by its length, whose past people are counted behind an estimate."""


class RateTable:
    """Gross rate and uplift of each course, age band and group, each with its source."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.past = PastClasses(instance)
        self._given_gross = _given(instance, lambda row: row.gross)
        self._given_uplift = _given(instance, lambda row: row.uplift)

    def gross(self, course: Course, band: AgeBand, group: Group) -> Rate:
        """Share employed three months after the class, whatever the reason."""
        given = _most_specific(self._given_gross, course, band, group)
        if given is not None:
            return Rate(given, Source.GIVEN)
        cell = cell_of(course, band.name, group.name)
        length, people = self.past.people_behind(cell)
        if not people:
            return Rate(default_rate(course, band).gross, Source.DEFAULT)
        posterior = self.past.hierarchy.posterior(cell)
        low, high = posterior.interval(INTERVAL_SHARE)
        return Rate(posterior.mean, Source.ESTIMATED, low, high, people, BASIS[length])

    def uplift(self, course: Course, band: AgeBand, group: Group) -> Rate:
        """Share employed because of the class; never from past classes, which have no control group."""
        given = _most_specific(self._given_uplift, course, band, group)
        if given is not None:
            return Rate(given, Source.GIVEN)
        default = default_rate(course, band)
        return Rate(default.uplift, Source.DEFAULT, default.uplift_low, default.uplift_high)

    def rate(self, course: Course, band: AgeBand, group: Group) -> Rate:
        """The one of the two that the plan maximises (目标口径)."""
        uplift = self.instance.settings.objective is Objective.UPLIFT
        return (self.uplift if uplift else self.gross)(course, band, group)

    def array(self, of: Callable[[Course, AgeBand, Group], Rate]) -> np.ndarray:
        """Values of one kind of rate; shape (courses, bands, groups)."""
        instance = self.instance
        return np.array(
            [[[of(course, band, group).value for group in instance.groups] for band in instance.age_bands]
             for course in instance.courses],
            dtype=float,
        ).reshape(len(instance.courses), len(instance.age_bands), len(instance.groups))



def conversion_rates(instance: Instance) -> np.ndarray:
    """Rate by ``settings.objective`` of each course, age band and group; shape (courses, bands, groups)."""
    table = RateTable(instance)
    return table.array(table.rate)


Key = tuple[str, str | None, str | None]
"""Course, age band and group that a row names; ``None`` = all."""


def _given(instance: Instance, column: Callable[[ConversionRate], float | None]) -> dict[Key, float]:
    rows = ((row, column(row)) for row in instance.conversion)
    return {(row.course, row.age_band, row.group): value for row, value in rows if value is not None}


def _most_specific(given: dict[Key, float], course: Course, band: AgeBand, group: Group) -> float | None:
    for names in ((band.name, group.name), (band.name, None), (None, group.name), (None, None)):
        value = given.get((course.name, *names))
        if value is not None:
            return value
    return None
