"""Whose calendar shows what, and where it lies.

========== ======================================================= ===========================================
calendar   entries                                                  why
========== ======================================================= ===========================================
county     each class as one span, exams, inspections               the bureau sees the year at a glance
provider   its classes as spans, their exams                        inspections come unannounced
township   classes held there or with its people, their exams       who must be told and sent when
class      each class day with its hours, the exam                  fit for the pupils' phones
teacher    the days and hours that the teacher teaches              nobody else's
inspector  the inspector's visits                                   nobody else's
========== ======================================================= ===========================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.calendar.changes import EarlierCalendars
from planner.export.calendar.entries import ClassEntries, Entry, class_entries
from planner.export.calendar.ical import event_of, write_events
from planner.export.folders import PaperFolders
from planner.export.wording import title_of

CLASSES_FILE: Final = "开班日历.ics"
DAYS_FILE: Final = "课程日历.ics"

Owned = tuple[Path, str, list[Entry]]
"""File, name shown by the calendar program, entries."""


def write_calendar(instance: Instance, plan: Plan, path: Path) -> None:
    """Write the county's calendar to ``path``, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written.
    """
    entries = _county_entries(class_entries(instance, plan))
    write_events(title_of(instance, "开班日历"), [event_of(instance, entry) for entry in _in_order(entries)], path)


def write_calendars(
    instance: Instance, plan: Plan, folders: PaperFolders, earlier: Path | None = None,
    on_written: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write the calendar of everybody who has an entry, making the folders, and return the files.

    Parameters
    ----------
    earlier
        Folder of calendars, laid out as these, that people already have: entries that changed since get a higher
        revision, those that are gone are written as cancelled.
    on_written
        Told after each calendar how many are done, and how many there are.

    Raises
    ------
    BadInput
        When a file cannot be written, or one in ``earlier`` cannot be read.
    """
    before = EarlierCalendars(instance, earlier)
    written: dict[str, Path] = {}
    calendars = list(_calendars(instance, plan, folders))
    for number, (path, name, entries) in enumerate(calendars, 1):
        file = path.relative_to(folders.root).as_posix()
        events = before.revised(file, [event_of(instance, entry) for entry in _in_order(entries)])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_events(name, events, path)
        written[file] = path
        on_written(number, len(calendars))
    for file, name in before.abandoned(written).items():
        path = folders.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        write_events(name, before.revised(file, []), path)
        written[file] = path
    return tuple(written.values())


def _calendars(instance: Instance, plan: Plan, folders: PaperFolders) -> Iterator[Owned]:
    """Give every calendar that has an entry."""
    classes = class_entries(instance, plan)
    year = f"{instance.settings.plan_start.year}年"
    yield folders.county / CLASSES_FILE, title_of(instance, "开班日历"), _county_entries(classes)
    for provider in instance.providers:
        own = [one for one in classes if one.figures.planned.provider == provider.name]
        if own:
            yield folders.provider(provider.name) / CLASSES_FILE, f"{provider.name}{year}开班日历", _spans(own)
    for township in instance.townships:
        own = [one for one in classes if township.name in one.townships]
        if own:
            yield folders.township(township.name) / CLASSES_FILE, f"{township.name}{year}开班日历", _spans(own)
    for one in classes:
        figures = one.figures
        entries = [*one.day_entries(), *one.exams] if one.days else [one.whole, *one.exams]
        yield folders.of_class(figures.planned.id) / DAYS_FILE, f"{figures.name}课程日历", entries
    yield from _people(classes, folders, year)


def _people(classes: Sequence[ClassEntries], folders: PaperFolders, year: str) -> Iterator[Owned]:
    for teacher in sorted({name for one in classes for name in one.teachers}):
        days = [entry for one in classes for entry in one.teacher_entries(teacher)]
        yield folders.teacher_file(teacher, ".ics"), f"{teacher}{year}授课日历", days
    for inspector in sorted({who for one in classes for who, _ in one.inspections}):
        visits = [visit for one in classes for who, visit in one.inspections if who == inspector]
        yield folders.inspector_file(inspector, ".ics"), f"{inspector}{year}督查日历", visits


def _county_entries(classes: Iterable[ClassEntries]) -> list[Entry]:
    return [entry for one in classes for entry in (one.whole, *one.exams, *(visit for _, visit in one.inspections))]


def _spans(classes: Iterable[ClassEntries]) -> list[Entry]:
    return [entry for one in classes for entry in (one.whole, *one.exams)]


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By start (whole days before hours of the same day), then by identity."""
    return sorted(entries, key=lambda entry: (_moment(entry.start), entry.timed, entry.identity))


def _moment(start: date | datetime) -> datetime:
    return start if isinstance(start, datetime) else datetime.combine(start, time())
