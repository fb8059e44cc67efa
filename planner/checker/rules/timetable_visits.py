"""Rules on inspections: every class visited (每班必查), no inspector with too many visits (contract, section 3)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from planner.checker.audit import Audit
from planner.checker.register import Breach, rule
from planner.checker.rules.timetable_record import is_only_unvisited
from planner.domain.plan import Inspection

_INSPECTOR = re.compile("督查员([1-9][0-9]{0,9})")


@rule("inspection-missing", "每个班至少督查一次，每次都在它的课日。")
def is_every_class_inspected(audit: Audit) -> Iterator[Breach]:
    """Section 3: every class is inspected at least once on one of its days."""
    excused = {entry.class_id for entry in audit.record.unplaced if is_only_unvisited(entry)}
    for held in audit.timetabled:
        if not held.inspections and held.checked.entry.id not in excused:
            yield held.where, "没有督查，每个班至少督查一次"
        for visit in held.inspections:
            if visit.day not in held.days:
                yield held.where, f"{visit.inspector} {visit.day} 督查，这天不是它的课日"


@rule("inspection-load", "督查员按人数编号，每人每天督查的班数不超过上限，且都在一个乡镇。")
def are_inspectors_within_limits(audit: Audit) -> Iterator[Breach]:
    """Section 3: at most visits_per_day visits a day, all in one township; inspectors are 督查员1 … 督查员N."""
    settings = audit.instance.settings
    of_day: defaultdict[tuple[str, date], list[Inspection]] = defaultdict(list)
    for visit in audit.record.inspections:
        of_day[visit.inspector, visit.day].append(visit)
    for inspector in dict.fromkeys(visit.inspector for visit in audit.record.inspections):
        match = _INSPECTOR.fullmatch(inspector)
        if match is None or int(match[1]) > settings.inspectors:
            yield f"督查员 {inspector}", f"没有这名督查员，共 {settings.inspectors} 名，从督查员1 起编号"
    for (inspector, day), visits in of_day.items():
        if len(visits) > settings.visits_per_day:
            yield f"督查员 {inspector}", f"{day} 督查 {len(visits)} 次，最多 {settings.visits_per_day} 次"
        known = (audit.class_of_id[visit.class_id] for visit in visits if visit.class_id in audit.class_of_id)
        townships = dict.fromkeys(checked.option.venue.township for checked in known)
        if len(townships) > 1:
            yield f"督查员 {inspector}", f"{day} 督查了 {'、'.join(townships)}，一天只能在一个乡镇"
