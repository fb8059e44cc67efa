"""Entries as an iCalendar file (RFC 5545): time zone, identities, revision numbers.

The same entry of the same county and year has the same UID whatever the plan says of it, so a calendar program
updates what it has instead of showing it twice. DTSTAMP grows by a second with SEQUENCE and knows no clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Final

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from planner.domain.instance import Instance
from planner.export.calendar.entries import Entry
from planner.export.files import whole_file

PRODUCT: Final = "-//planner//vocational training plan//ZH"
TIME_ZONE: Final = "Asia/Shanghai"
CHINA_STANDARD_TIME: Final = timezone(timedelta(hours=8))
"""China has had one fixed offset since 1991, so no time zone data is needed."""

UID_CHARACTERS: Final = 32


def event_of(instance: Instance, entry: Entry) -> Event:
    """Return the entry as a first revision (SEQUENCE 0)."""
    event = Event()
    event.add("uid", uid_of(instance, entry))
    event.add("dtstamp", stamp_of(instance, 0))
    event.add("sequence", 0)
    # A zone by its name: a time with a zone object would need time zone data, which Windows lacks.
    zone = {"TZID": TIME_ZONE} if entry.timed else {}
    event.add("dtstart", entry.start, parameters=zone)
    event.add("dtend", entry.end, parameters=zone)
    event.add("summary", entry.summary)
    if entry.location:
        event.add("location", entry.location)
    event.add("description", entry.description)
    event.add("categories", [entry.category])
    event.add("transp", "OPAQUE" if entry.timed else "TRANSPARENT")
    return event


def uid_of(instance: Instance, entry: Entry) -> str:
    """Return an identity that depends on county, year and what the entry is of, not on workbook, plan or dates."""
    counties = sorted({township.county for township in instance.townships})
    parts = ("、".join(counties), str(instance.settings.plan_start.year), *entry.identity)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:UID_CHARACTERS]


def stamp_of(instance: Instance, sequence: int) -> datetime:
    """Return the DTSTAMP of a revision: midnight of the plan's start in China, and a second more for each revision."""
    midnight = datetime.combine(instance.settings.plan_start, time(), CHINA_STANDARD_TIME)
    return (midnight + timedelta(seconds=sequence)).astimezone(UTC)


def write_events(name: str, events: Iterable[Event], path: Path) -> None:
    """Write a calendar called ``name`` to ``path``, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", TIME_ZONE)
    calendar.add_component(_china_time())
    for event in events:
        calendar.add_component(event)
    with whole_file(path) as draft:
        draft.write_bytes(calendar.to_ical())


def _china_time() -> Timezone:
    """The time zone of every entry: one offset, no summer time."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", TIME_ZONE)
    zone.add_component(standard)
    return zone
