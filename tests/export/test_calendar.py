"""The county's calendar: one lasting all-day entry for each class, the same bytes for the same plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar, Event

from planner.domain.plan import Plan
from planner.errors import BadInput
from planner.export.calendar import write_calendar

from .builders import a_class, a_plan, an_instance, with_days


def entries(plan: Plan, folder: Path) -> list[Event]:
    """Write the plan's calendar and read it back."""
    write_calendar(an_instance(), plan, folder / "calendar.ics")
    calendar = Calendar.from_ical((folder / "calendar.ics").read_bytes())
    return list(calendar.walk("VEVENT"))


def test_class_is_an_all_day_entry_from_monday_to_friday(tmp_path: Path) -> None:
    """The exclusive end is the Saturday after the last Friday."""
    first = entries(a_plan(), tmp_path)[0]
    assert (first["dtstart"].dt, first["dtend"].dt) == (date(2026, 3, 2), date(2026, 3, 14))


def test_class_with_days_lasts_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    """The days themselves and the exam are told in the description; the exam and the visit are entries of their own."""
    found = {str(event["summary"]): event for event in entries(with_days(an_instance(), a_plan()), tmp_path)}
    span = found["养蜂员第1期（32人，分散）"]
    assert (span["dtstart"].dt, span["dtend"].dt) == (date(2026, 3, 9), date(2026, 3, 18))
    assert "上课：3月9日—11日、16日—17日\n考核：3月18日" in span["description"]
    exam, visit = found["考核：养蜂员第1期（32人）"], found["督查：养蜂员第1期（可乐彝族苗族乡）"]
    assert (exam["dtstart"].dt, visit["dtstart"].dt) == (date(2026, 3, 18), date(2026, 3, 10))
    assert "督查人员：督查员1" in visit["description"] and len(found) == 6


def test_entry_says_what_where_and_who_in_chinese(tmp_path: Path) -> None:
    """Summary, place and description carry the class's facts."""
    first, second = entries(a_plan(), tmp_path)
    assert first["summary"] == "育婴员第1期（30人，集中）"
    assert first["location"] == "双河街道文化站"
    assert second["location"] == "可乐彝族苗族乡 可乐乡政府会议室"
    assert "生源：可乐彝族苗族乡 32 人" in second["description"]
    assert "（其中脱贫 32 人，易迁 7 人）" in second["description"]


def test_identities_are_those_of_county_year_and_class(tmp_path: Path) -> None:
    """A class keeps its identity when it moves and when the workbook changes; those of another county are others."""
    before = [str(event["uid"]) for event in entries(a_plan(), tmp_path)]
    moved = a_class(start_week=date(2026, 3, 9), end_week=date(2026, 3, 16))
    assert str(entries(a_plan(classes=(moved,), input_sha256="f" * 64), tmp_path)[0]["uid"]) == before[0]
    elsewhere = an_instance(townships=tuple(replace(t, county="威宁县") for t in an_instance().townships))
    write_calendar(elsewhere, a_plan(), tmp_path / "other.ics")
    others = Calendar.from_ical((tmp_path / "other.ics").read_bytes()).walk("VEVENT")
    assert len({*before, *(str(event["uid"]) for event in others)}) == 4


def test_stamp_is_the_plans_start_not_the_clock(tmp_path: Path) -> None:
    """Midnight of 5 January in China, written in universal time."""
    assert entries(a_plan(), tmp_path)[0]["dtstamp"].dt == datetime(2026, 1, 4, 16, tzinfo=UTC)


def test_equal_plans_give_equal_bytes(tmp_path: Path) -> None:
    """Neither the record's order nor the time it took matters; lines end as the format demands, within 75 bytes."""
    plan = with_days(an_instance(), a_plan())
    shuffled = replace(plan, seconds=99.0, sessions=plan.sessions[::-1], exams=plan.exams[::-1])
    write_calendar(an_instance(), plan, tmp_path / "one.ics")
    write_calendar(an_instance(), shuffled, tmp_path / "two.ics")
    text = (tmp_path / "one.ics").read_bytes()
    assert text == (tmp_path / "two.ics").read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n")
    assert max(map(len, text.split(b"\r\n"))) <= 75


def test_plan_without_classes_is_an_empty_calendar(tmp_path: Path) -> None:
    """An empty plan still gives a calendar that programs can open."""
    assert entries(a_plan(classes=(), payments=(), placements=()), tmp_path) == []


def test_names_with_separators_and_line_breaks_stay_whole(tmp_path: Path) -> None:
    """Commas, semicolons and line breaks in a name cannot start a new property."""
    instance = an_instance()
    venue = "会议室,A;B\r\nATTENDEE:x"
    odd = instance.venues[0].__class__(venue, "双河街道")
    odd_instance = an_instance(venues=(odd, *instance.venues))
    write_calendar(odd_instance, a_plan(classes=(a_class(venue=venue),)), tmp_path / "odd.ics")
    event = Calendar.from_ical((tmp_path / "odd.ics").read_bytes()).walk("VEVENT")[0]
    assert "attendee" not in event
    assert "会议室,A;B" in event["location"]


def test_unwritable_calendar_is_reported(tmp_path: Path) -> None:
    """A missing folder gives a sentence, not a traceback of the operating system."""
    with pytest.raises(BadInput, match=r"calendar\.ics：无法写入该文件"):
        write_calendar(an_instance(), a_plan(), tmp_path / "missing" / "calendar.ics")
