"""Which days are worked in the plan: the statutory calendar with the corrections of sheet 节假日."""

from __future__ import annotations

from datetime import date, timedelta

from planner.domain.instance import Form, Settings
from planner.workbook.statutory import SATURDAY, StatutoryCalendar, statutory_calendar, years_of_horizon
from planner.workbook.tables import Table


def working_calendar(holidays: Table | None, settings: Settings) -> StatutoryCalendar:
    """Return Monday-Friday days off and worked weekend days; rows of 节假日 that cannot be read are passed over."""
    statutory = statutory_calendar(years_of_horizon(settings.plan_start, settings.weeks))
    days_off, make_up_days = set(statutory.days_off), set(statutory.make_up_days)
    for row in holidays.rows if holidays else ():
        day = row.get("date")
        if not isinstance(day, date):
            continue
        weekend = day.weekday() >= SATURDAY
        if row.get("kind") == "休":
            make_up_days.discard(day)
            days_off |= set() if weekend else {day}
        else:
            days_off.discard(day)
            make_up_days |= {day} if weekend else set()
    return StatutoryCalendar(frozenset(days_off), frozenset(make_up_days), statutory.unpublished)


def most_class_days(calendar: StatutoryCalendar, settings: Settings, form: Form) -> int:
    """Return how many class days a class of this form can have at most from the first week of the plan to the last."""
    limit = settings.days_full_time if form is Form.FULL_TIME else settings.days_part_time
    mondays = (settings.plan_start + timedelta(weeks=week) for week in range(settings.weeks))
    return sum(min(limit, _working_days(calendar, monday)) for monday in mondays)


def _working_days(calendar: StatutoryCalendar, monday: date) -> int:
    days = [monday + timedelta(days=number) for number in range(7)]
    weekdays, weekend = days[:SATURDAY], days[SATURDAY:]
    return sum(day not in calendar.days_off for day in weekdays) + sum(day in calendar.make_up_days for day in weekend)
