"""Calendars (.ics) of a plan: for the county, each provider, township, class, teacher and inspector.

:mod:`.entries` says what is in a calendar, :mod:`.owners` whose calendar shows what, :mod:`.changes` what changed since
calendars that people already have, :mod:`.ical` how it is written. Nothing depends on the clock; equal plans give equal
bytes. Format: RFC 5545.
"""

from planner.export.calendar.owners import write_calendar, write_calendars

__all__ = ["write_calendar", "write_calendars"]
