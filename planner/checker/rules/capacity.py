"""Rules on what runs at the same time: teams of providers, accredited teams, rooms; and classes in a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from planner.checker.audit import Audit
from planner.checker.register import Breach, rule


@rule("provider-teams", "机构每周同时开班数不超过它的上限。")
def has_provider_teams(audit: Audit) -> Iterator[Breach]:
    """Section 2: teams of p in each week."""
    running: Counter[tuple[str, date]] = Counter()
    for checked in audit.classes:
        running.update((checked.entry.provider, week) for week in checked.option.weeks)
    for (provider, week), classes in sorted(running.items()):
        teams = audit.derivation.providers[provider].teams
        if classes > teams:
            yield f"机构 {provider}", f"{week} 这周同时开 {classes} 个班，最多 {teams} 个"


@rule("accreditation-teams", "机构每周同时开同一课程的班数不超过承训上限。")
def has_accredited_teams(audit: Audit) -> Iterator[Breach]:
    """Section 2: teams of (p, c) in each week; a class without accreditation is reported by its own rule."""
    running: Counter[tuple[str, str, date]] = Counter()
    for checked in audit.classes:
        running.update((checked.entry.provider, checked.entry.course, week) for week in checked.option.weeks)
    derivation = audit.derivation
    for (provider, course, week), classes in sorted(running.items()):
        teams = derivation.accredited_teams(derivation.providers[provider], derivation.courses[course])
        if teams is not None and classes > teams:
            yield f"机构 {provider}·课程 {course}", f"{week} 这周同时开 {classes} 个班，最多 {teams} 个"


@rule("venue-rooms", "场地每周同时班数不超过教室数。")
def has_venue_rooms(audit: Audit) -> Iterator[Breach]:
    """Section 2: rooms of v in each week."""
    running: Counter[tuple[str, date]] = Counter()
    for checked in audit.classes:
        running.update((checked.entry.venue, week) for week in checked.option.weeks)
    for (venue, week), classes in sorted(running.items()):
        rooms = audit.derivation.venues[venue].rooms
        if classes > rooms:
            yield f"场地 {venue}", f"{week} 这周同时有 {classes} 个班，最多 {rooms} 个"


@rule("annual-classes", "机构的班数不超过年度班数上限。")
def is_year_within_limit(audit: Audit) -> Iterator[Breach]:
    """Section 2 and contract notes, 19: annual classes of p count every class of the plan."""
    held = Counter(checked.entry.provider for checked in audit.classes)
    for provider, classes in sorted(held.items()):
        most = audit.derivation.providers[provider].annual_classes
        if most is not None and classes > most:
            yield f"机构 {provider}", f"全年开 {classes} 个班，最多 {most} 个"
