"""Default conversion rates by class mode: what holds where neither a given rate nor past classes say better.

All are assumptions (grade A) anchored on published programmes; docs/facts.md names the anchors. Contract notes, 17.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.instance import AgeBand, Course

LIGHT_WORK_AGE = 50
"""Age bands from this age up take light or flexible work."""

IN_FIRM = "自主"
"""Training type of firms for their own staff: people who have a job before the class."""


@dataclass(frozen=True, slots=True)
class DefaultRate:
    """Rates (0..1) of a class mode: gross placement, uplift, and the literature's low and high uplift."""

    mode: str
    gross: float
    uplift: float
    uplift_low: float
    uplift_high: float
    grade: str = "A"


ORDER = DefaultRate("订单", 0.75, 0.08, 0.03, 0.15)
LIGHT = DefaultRate("50岁以上轻体力", 0.40, 0.02, 0.0, 0.05)
START_UP = DefaultRate("创业", 0.15, 0.01, -0.01, 0.03)
FARMING = DefaultRate("农业", 0.35, 0.01, 0.0, 0.03)
TWO_CERTIFICATES = DefaultRate("双证", 0.60, 0.05, 0.02, 0.08)
FIRM = DefaultRate("自主", 0.50, 0.01, 0.0, 0.03)
SHORT = DefaultRate("短期", 0.50, 0.02, 0.0, 0.04)

DEFAULT_TABLE = (ORDER, LIGHT, START_UP, FARMING, TWO_CERTIFICATES, FIRM, SHORT)
"""Every mode, in the order in which the first match counts."""


def default_rate(course: Course, band: AgeBand) -> DefaultRate:
    """Rates of the first mode that matches the course and the age band."""
    if course.training_type == "订单":
        return ORDER
    if band.min_age >= LIGHT_WORK_AGE:
        return LIGHT
    if course.industry == "创业":
        return START_UP
    if course.industry.startswith("农业"):
        return FARMING
    return {"双证": TWO_CERTIFICATES, IN_FIRM: FIRM}.get(course.training_type, SHORT)
