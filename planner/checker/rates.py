"""The conversion rate of a course for an age band and a group (转化率, 历史; contract notes, 16 and 17)."""

from __future__ import annotations

from planner.domain.instance import AgeBand, Course, Group, Instance, Objective, PastOutcome

SHRINKAGE_PEOPLE = 20
"""Weight, in people, of the coarser estimate against a cell's own history (contract notes, 16)."""


def conversion_rate(instance: Instance, course: Course, age_band: AgeBand, group: Group) -> float:
    """Rate (0..1) of the settings' objective: stated on 转化率, else from 历史 (gross only), else the default."""
    stated = _stated_rate(instance, course, age_band, group)
    if stated is not None:
        return stated
    default = default_rate(instance.settings.objective, course, age_band)
    # Past classes have no control group, so an uplift is never estimated from them.
    if instance.settings.objective is Objective.UPLIFT:
        return default
    return _rate_from_history(instance, course, age_band, group, default)


def _stated_rate(instance: Instance, course: Course, age_band: AgeBand, group: Group) -> float | None:
    """Most specific row of 转化率 that gives the wanted column."""
    uplift = instance.settings.objective is Objective.UPLIFT
    for wanted in ((age_band.name, group.name), (age_band.name, None), (None, group.name), (None, None)):
        for row in instance.conversion:
            rate = row.uplift if uplift else row.gross
            if row.course == course.name and (row.age_band, row.group) == wanted and rate is not None:
                return rate
    return None


def _rate_from_history(instance: Instance, course: Course, age_band: AgeBand, group: Group, default: float) -> float:
    """Shrink the default by the course's history, then by course × age, then by course × age × group."""
    of_course = [row for row in instance.history if row.course == course.name]
    of_age = [row for row in of_course if row.age_band == age_band.name]
    of_group = [row for row in of_age if row.group == group.name]
    rate = default
    for cell in (of_course, of_age, of_group):
        rate = _shrunk(cell, rate)
    return rate


def _shrunk(cell: list[PastOutcome], parent: float) -> float:
    """(employed + m · parent) / (trained + m)."""
    trained = sum(row.trained for row in cell)
    employed = sum(row.employed for row in cell)
    return (employed + SHRINKAGE_PEOPLE * parent) / (trained + SHRINKAGE_PEOPLE)


def default_rate(objective: Objective, course: Course, age_band: AgeBand) -> float:
    """Default gross or uplift rate, first match of the table in contract notes, 17."""
    if course.training_type == "订单":
        gross, uplift = 0.75, 0.08
    elif age_band.min_age >= 50:
        gross, uplift = 0.40, 0.02
    elif course.industry == "创业":
        gross, uplift = 0.15, 0.01
    elif course.industry.startswith("农业"):
        gross, uplift = 0.35, 0.01
    elif course.training_type == "双证":
        gross, uplift = 0.60, 0.05
    elif course.training_type == "自主":
        gross, uplift = 0.50, 0.01
    else:
        gross, uplift = 0.50, 0.02
    return uplift if objective is Objective.UPLIFT else gross
