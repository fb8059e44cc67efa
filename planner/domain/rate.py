"""A conversion rate with its source: what a plan says of each rate it counts with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where a rate comes from."""

    GIVEN = "给定"
    ESTIMATED = "历史估计"
    DEFAULT = "默认"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate (0..1) with its source.

    ``low`` and ``high`` hold it in 80 % of cases: for an estimate the posterior's interval, for a default uplift the
    low and high of the literature; a given rate and a default gross rate have none (``None``). ``people`` were trained
    in past classes of ``basis``, the finest cell that has any; 0 when the rate is not estimated.
    """

    value: float
    source: Source
    low: float | None = None
    high: float | None = None
    people: int = 0
    basis: str = ""


@dataclass(frozen=True, slots=True)
class UsedRate:
    """Both rates of a course, age band and group that ``persons`` heads of a plan count with."""

    course: str
    age_band: str
    group: str
    persons: int
    gross: Rate
    uplift: Rate
