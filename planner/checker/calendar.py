"""Which weeks a class takes: working days, length, horizon, earliest start and season (contract, section 2).

Weeks are named by their Monday. Worked on its own from the contract; shares nothing with the planner's model.
"""

from __future__ import annotations

from datetime import date, timedelta

from planner.domain.instance import Course, Form, Instance, Settings

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FRIDAY = timedelta(days=4)
SUNDAY = timedelta(days=6)
SATURDAY_INDEX = 5
WORKING_DAYS_BEFORE_START = 10


def is_working_day(instance: Instance, day: date) -> bool:
    """Monday to Friday unless off; Saturday and Sunday only as make-up days."""
    if day.weekday() >= SATURDAY_INDEX:
        return day in instance.make_up_days
    return day not in instance.days_off


def working_days(instance: Instance, monday: date) -> int:
    """Count the working days (0..7) from ``monday`` to its Sunday."""
    return sum(is_working_day(instance, monday + timedelta(days=i)) for i in range(7))


def working_day_after(instance: Instance, day: date, number: int) -> date:
    """Return the ``number``-th working day (1, 2 …) after ``day``; it may lie after the horizon."""
    worked = 0
    while worked < number and day < date.max:
        day += DAY
        worked += is_working_day(instance, day)
    return day


def monday_of(day: date) -> date:
    """Return the Monday of the Monday-to-Sunday week of a day."""
    return day - day.weekday() * DAY


def horizon(settings: Settings) -> tuple[date, ...]:
    """Mondays of the plan's weeks, first to last."""
    return tuple(settings.plan_start + i * WEEK for i in range(settings.weeks))


def earliest_start(instance: Instance) -> date:
    """First day on which a class may begin: as set, or the day after the 10th working day from ``plan_start``.

    ``plan_start`` itself counts when it is a working day (contract notes, 10).
    """
    if instance.settings.earliest_start is not None:
        return instance.settings.earliest_start
    day = instance.settings.plan_start - DAY
    worked = 0
    while worked < WORKING_DAYS_BEFORE_START:
        day += DAY
        worked += is_working_day(instance, day)
    return day + DAY


def days_a_week(settings: Settings, form: Form) -> int:
    """Class days counted at most in one week of this form."""
    return settings.days_full_time if form is Form.FULL_TIME else settings.days_part_time


def class_weeks(instance: Instance, course: Course, form: Form, start_week: date) -> tuple[date, ...] | None:
    """Weeks s…e of a class: the fewest from ``start_week`` whose counted working days sum to ``class_days``.

    A week without any working day is a week of the class too (contract notes, 11). Returns ``None`` when the class
    does not start or does not end inside the horizon.
    """
    weeks = horizon(instance.settings)
    if start_week not in weeks:
        return None
    taken: list[date] = []
    days = 0
    for monday in weeks[weeks.index(start_week) :]:
        taken.append(monday)
        days += min(days_a_week(instance.settings, form), working_days(instance, monday))
        if days >= course.class_days:
            return tuple(taken)
    return None


def is_in_season(course: Course, weeks: tuple[date, ...]) -> bool:
    """Whether Monday of the first to Friday of the last week lie in one occurrence of one window; no season: always.

    Dates are compared as (year, month, day), so a window to 02-29 simply ends with February in other years.
    """
    if not course.season:
        return True
    first, last = weeks[0], weeks[-1] + FRIDAY
    for start, end in course.season:
        crosses_new_year = int(end < start)
        for year in (first.year - 1, first.year):
            begins, ends = (year, *start), (year + crosses_new_year, *end)
            if begins <= (first.year, first.month, first.day) and (last.year, last.month, last.day) <= ends:
                return True
    return False
