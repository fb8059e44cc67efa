"""calendar.ics: one all-day entry for each class, from the Monday of its first week to the Friday of its last.

Entries keep their identity: planning the same input again updates a subscribed calendar instead of doubling it.
Nothing depends on the clock; equal plans give equal bytes. Format: RFC 5545.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Final

from icalendar import Calendar, Event

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.figures import FRIDAY, ClassFigures, count_classes, tags_of
from planner.export.files import whole_file
from planner.export.wording import title_of, yuan_words

TIME_ZONE: Final = "Asia/Shanghai"
CHINA_STANDARD_TIME: Final = timezone(timedelta(hours=8))
"""China has had one fixed offset since 1991, so no time zone data is needed."""

UID_CHARACTERS: Final = 32


def write_calendar(instance: Instance, plan: Plan, path: Path) -> None:
    """Write the plan's calendar to ``path``, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//planner//vocational training plan//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title_of(instance, "开班日历"))
    calendar.add("x-wr-timezone", TIME_ZONE)
    # The calendar shows no jobs; zero for every class leaves the other figures as they are.
    for figures in count_classes(instance, plan, dict.fromkeys((c.id for c in plan.classes), 0.0)):
        calendar.add_component(_event(instance, plan, figures))
    with whole_file(path) as draft:
        draft.write_bytes(calendar.to_ical())


def _event(instance: Instance, plan: Plan, figures: ClassFigures) -> Event:
    planned = figures.planned
    event = Event()
    event.add("uid", _uid(plan.input_sha256, planned.id))
    event.add("dtstamp", _stamp(instance))
    event.add("dtstart", planned.start_week)
    event.add("dtend", planned.end_week + FRIDAY + timedelta(days=1))  # the end of an all-day entry is exclusive
    event.add("summary", f"{figures.name}（{planned.size}人，{planned.form.value}）")
    place = planned.venue if figures.township in planned.venue else f"{figures.township} {planned.venue}"
    event.add("location", place)
    event.add("description", _description(instance, figures))
    event.add("categories", [figures.course.training_type])
    event.add("transp", "TRANSPARENT")
    return event


def _description(instance: Instance, figures: ClassFigures) -> str:
    planned, heads = figures.planned, figures.heads
    tags = "，".join(f"{tag} {heads.by_tag.get(tag, 0)} 人" for tag in tags_of(instance))
    sources = "、".join(f"{township} {persons} 人" for township, persons in figures.sources)
    cost_cents = sum(figures.cost_cents.values())
    lines = [
        f"班级编号：{planned.id}",
        f"承训机构：{planned.provider}",
        f"计划人数：{heads.persons} 人" + (f"（其中{tags}）" if tags else ""),
        f"生源：{sources}",
        f"培训：{figures.course.class_days} 天，{figures.hours} 课时",
        f"预算：{yuan_words(cost_cents)} 元" + (f"（{'、'.join(figures.funds)}）" if figures.funds else ""),
    ]
    return "\n".join(lines)


def _uid(input_sha256: str, class_id: str) -> str:
    return hashlib.sha256(f"{input_sha256}\n{class_id}".encode()).hexdigest()[:UID_CHARACTERS]


def _stamp(instance: Instance) -> datetime:
    midnight = datetime.combine(instance.settings.plan_start, time(), CHINA_STANDARD_TIME)
    return midnight.astimezone(UTC)
