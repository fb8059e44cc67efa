"""Weeks of the plan: working days, lengths of classes, seasons, farming and attendance.

Theory: docs/model.md, section "Time". Week indices run from 0 (the week of ``plan_start``) to ``weeks - 1``.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from planner.domain.instance import Course, Form, Instance

FORMS = (Form.FULL_TIME, Form.PART_TIME)
"""Order of forms in every array indexed by form."""

BUSY_DECIMALS = 9
"""Decimals kept of a busy index: it meets a limit exactly, whatever the order of the arithmetic."""

_SATURDAY = 5
_APPLICATION_WORKING_DAYS = 10


def mondays(instance: Instance) -> list[date]:
    """Mondays of the plan's weeks, in order."""
    start = instance.settings.plan_start
    return [start + timedelta(weeks=week) for week in range(instance.settings.weeks)]


def is_working_day(instance: Instance, day: date) -> bool:
    """Whether classes may be held: Monday to Friday less days off, plus Saturdays and Sundays made up."""
    return day in instance.make_up_days if day.weekday() >= _SATURDAY else day not in instance.days_off


def working_days(instance: Instance) -> np.ndarray:
    """Working days of each week, Monday to Sunday; shape (weeks,)."""
    return np.array(
        [sum(is_working_day(instance, monday + timedelta(days=d)) for d in range(7)) for monday in mondays(instance)]
    )


def earliest_start(instance: Instance) -> date:
    """First day on which a class's first week may begin.

    Default: the day after the 10th working day from ``plan_start`` (which counts when it is one), the notice
    that a class application needs (docs/facts.md).
    """
    if instance.settings.earliest_start is not None:
        return instance.settings.earliest_start
    day, counted = instance.settings.plan_start, 0
    while True:
        counted += is_working_day(instance, day)
        day += timedelta(days=1)
        if counted == _APPLICATION_WORKING_DAYS:
            return day


def days_per_week(instance: Instance, form: Form) -> int:
    """Class days counted at most per week in a form."""
    settings = instance.settings
    return settings.days_full_time if form is Form.FULL_TIME else settings.days_part_time


def class_lengths(class_days: int, days_a_week: int, working: np.ndarray) -> np.ndarray:
    """Length in weeks of a class by start week; 0 where it would end beyond the horizon. Shape (weeks,)."""
    taught = np.minimum(working, days_a_week)
    total = np.concatenate([[0], np.cumsum(taught)])
    weeks = len(working)
    ends = np.searchsorted(total, total[:-1] + class_days)
    lengths = ends - np.arange(weeks)
    return np.where(ends <= weeks, np.maximum(lengths, 1), 0)


def in_season(course: Course, first_day: date, last_day: date) -> bool:
    """Whether ``first_day``..``last_day`` lies inside one occurrence of one of the course's windows.

    Days are compared as (year, month, day), so 02-29 needs no special case in other years.
    """
    first, last = _ymd(first_day), _ymd(last_day)
    return any(
        (year, *start) <= first and last <= (year + (end < start), *end)
        for start, end in course.season
        for year in (first_day.year - 1, first_day.year)
    )


def start_lengths(instance: Instance) -> np.ndarray:
    """Length in weeks of each course, form and start week, 0 where it may not start; (courses, forms, weeks)."""
    first_days = mondays(instance)
    working = working_days(instance)
    earliest = earliest_start(instance)
    in_time = np.array([monday >= earliest for monday in first_days])
    lengths = np.zeros((len(instance.courses), len(FORMS), len(first_days)), dtype=np.int64)
    for c, course in enumerate(instance.courses):
        for m, form in enumerate(FORMS):
            if not (course.full_time if form is Form.FULL_TIME else course.part_time):
                continue
            row = class_lengths(course.class_days, days_per_week(instance, form), working) * in_time
            if course.season:
                for s in np.flatnonzero(row):
                    last_friday = first_days[s + row[s] - 1] + timedelta(days=4)
                    if not in_season(course, first_days[s], last_friday):
                        row[s] = 0
            lengths[c, m] = row
    return lengths


def calendar_names(instance: Instance) -> list[str]:
    """Farming calendars in use, the empty one (never busy) included."""
    return sorted({township.calendar for township in instance.townships} | {""})


def busy_indices(instance: Instance) -> np.ndarray:
    """Busy index (0..1) of each calendar and week; shape (calendars, weeks).

    A calendar's crop activities combine as 1 - prod(1 - adoption * intensity * share of the week's 7 days
    inside); a week row of the calendar overrides its crops in that week. The calendar without a name is never busy.
    """
    names = {name: i for i, name in enumerate(calendar_names(instance))}
    first_days = mondays(instance)
    idle = np.ones((len(names), len(first_days)))
    for activity in instance.crop_activities:
        if not activity.calendar or activity.calendar not in names:
            continue
        shares = np.array([_share_inside(activity.start, activity.end, monday) for monday in first_days])
        idle[names[activity.calendar]] *= 1.0 - activity.adoption * activity.intensity * shares
    busy = np.round(1.0 - idle, BUSY_DECIMALS)
    index = {monday: week for week, monday in enumerate(first_days)}
    for row in instance.busy_weeks:
        if row.calendar and row.calendar in names and row.monday in index:
            busy[names[row.calendar], index[row.monday]] = round(row.busy, BUSY_DECIMALS)
    return busy


def attendance_factors(instance: Instance, busy: np.ndarray) -> np.ndarray:
    """Attendance factor by form for each entry of ``busy``; shape (forms, *busy.shape)."""
    factors = np.ones((len(FORMS), *busy.shape))
    for m, form in enumerate(FORMS):
        for step in sorted((s for s in instance.attendance if s.form is form), key=lambda s: s.busy_from):
            factors[m][busy >= step.busy_from] = step.factor
    return factors


def class_attendance(instance: Instance, lengths: np.ndarray) -> np.ndarray:
    """Mean attendance of heads by their calendar over a class; -1 where they may not attend.

    Shape (calendars, courses, forms, weeks), for each start in ``lengths`` (courses, forms, weeks). A head may
    not attend when a week of the class is at or above the form's farming ban; courses with a season are exempt
    and have attendance 1.
    """
    busy = busy_indices(instance)
    factors = attendance_factors(instance, busy)
    bans = (instance.settings.busy_ban, instance.settings.busy_ban_part_time)
    result = np.full((busy.shape[0], *lengths.shape), -1.0)
    for m, ban in enumerate(bans):
        factor_sums = np.concatenate([np.zeros((busy.shape[0], 1)), np.cumsum(factors[m], axis=1)], axis=1)
        banned = np.concatenate([np.zeros((busy.shape[0], 1)), np.cumsum(busy >= ban, axis=1)], axis=1)
        for c, course in enumerate(instance.courses):
            starts = np.flatnonzero(lengths[c, m])
            if course.season:
                result[:, c, m, starts] = 1.0
                continue
            length = lengths[c, m, starts]
            mean = (factor_sums[:, starts + length] - factor_sums[:, starts]) / length
            allowed = banned[:, starts + length] == banned[:, starts]
            # Rounding keeps equal means equal, whatever weeks they were summed over.
            result[:, c, m, starts] = np.where(allowed, np.round(mean, 12), -1.0)
    return result


def _ymd(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def _share_inside(start: tuple[int, int], end: tuple[int, int], monday: date) -> float:
    """Share of the week's seven days between two month-days, inclusive, in any year."""
    inside = 0
    for offset in range(7):
        day = monday + timedelta(days=offset)
        key = (day.month, day.day)
        inside += (start <= key <= end) if start <= end else (key >= start or key <= end)
    return inside / 7
