"""How busy farming keeps a township in a week, and what that leaves of attendance (contract, section 1)."""

from __future__ import annotations

from datetime import date, timedelta
from math import prod

from planner.domain.instance import AttendanceStep, CropActivity, Form, Instance

INDEX_DECIMALS = 9
"""Busy indices are rounded so that 1 − (1 − 0.7) meets the limit 0.7 whatever the order of the arithmetic."""


def share_of_week(activity: CropActivity, monday: date) -> float:
    """Share (0..1) of the seven days from ``monday`` that lie in the activity's days, which recur every year."""
    inside = 0
    for i in range(7):
        day = monday + timedelta(days=i)
        key = (day.month, day.day)
        if activity.start <= activity.end:
            inside += activity.start <= key <= activity.end
        else:
            inside += key >= activity.start or key <= activity.end
    return inside / 7


def busy_index(instance: Instance, calendar: str, monday: date) -> float:
    """Busy index (0..1) of a farming calendar in the week of ``monday``; a calendar without a name is never busy.

    A row for the week is taken as it is; otherwise 1 − Π(1 − adoption · intensity · share) over the crop activities
    of the calendar, which is 0 without any.
    """
    if not calendar:
        return 0.0
    for row in instance.busy_weeks:
        if row.calendar == calendar and row.monday == monday:
            return round(row.busy, INDEX_DECIMALS)
    idle = prod(
        1 - activity.adoption * activity.intensity * share_of_week(activity, monday)
        for activity in instance.crop_activities
        if activity.calendar == calendar
    )
    return round(1 - idle, INDEX_DECIMALS)


def attendance_factor(steps: tuple[AttendanceStep, ...], form: Form, busy: float) -> float:
    """Share (0..1) of heads attending at this busy index: the form's step with the highest limit not above it."""
    reached = [step for step in steps if step.form is form and step.busy_from <= busy]
    if not reached:
        return 1.0
    return max(reached, key=lambda step: step.busy_from).factor
