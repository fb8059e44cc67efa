"""What a timetable may do: the limits of its rules, and which plans the rules leave alone."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.checker import check_plan
from planner.checker.calendar import working_day_after
from planner.domain.instance import Demand, Instance, Provider, Settings, Teacher, Venue
from tests.checker.builders import (
    YOUNG,
    a_course,
    a_small_instance,
    a_timetabled_record,
    a_valid_record,
    an_empty_record,
    an_instance,
    class_day,
    unplaced,
    without_days,
)

TIMETABLE_RULES = {
    *("timetable-complete", "timetable-figures", "class-days", "day-limit", "working-day", "theory-first"),
    *("teacher-known", "teacher-count", "teacher-clash", "teacher-township", "teacher-week", "teacher-leave"),
    *("room-clash", "inspection-missing", "inspection-load", "exam-window"),
}


def broken(instance: Instance, record: dict[str, Any]) -> list[str]:
    """Breaches of the rules of section 3 and of the rules on the record, as the user reads them."""
    rules = TIMETABLE_RULES | {"record-shape", "names-known"}
    return [str(found) for found in check_plan(instance, record).violations if found.rule in rules]


def a_county_with_room(**changes: Any) -> Instance:
    """One township with two venues, a provider of four teams, and room for everybody."""
    return an_instance(
        providers=(Provider("县职校", base="东山", teams=4),),
        venues=(Venue("东山站", "东山", rooms=3, seats=60), Venue("东山馆", "东山", rooms=1, seats=60)),
        courses=(a_course(max_size=60), a_course("育婴", max_size=60, theory_days=0), a_course("月嫂", class_days=15)),
        demand=(Demand("东山", YOUNG, "一般", "家政服务", 60),),
        **changes,
    )


def a_class(class_id: str, persons: int = 10, week: str = "2026-03-02", **changes: Any) -> dict[str, Any]:
    """A class of five days in one week."""
    return {
        "id": class_id,
        "course": "家政服务",
        "provider": "县职校",
        "venue": "东山站",
        "form": "集中",
        "start_week": week,
        "end_week": week,
        "heads": [{"township": "东山", "age_band": YOUNG, "group": "一般", "persons": persons}],
    } | changes


def five_days(class_id: str, theory: str, *practice: str, room: int = 1, first: int = 2) -> list[dict[str, object]]:
    """Two days of theory and three of practice from the ``first`` of March 2026."""
    days = [f"2026-03-{first + number:02d}" for number in range(5)]
    taught = [
        *(class_day(class_id, day, "理论", theory, room=room) for day in days[:2]),
        *(class_day(class_id, day, "实操", *practice, room=room) for day in days[2:]),
    ]
    return [session for day in taught for session in day]


def a_plan(*classes: dict[str, Any], sessions: list[dict[str, object]], **changes: Any) -> dict[str, Any]:
    """A plan in which each class has its exam on the Monday after its last week and a visit on its first Monday."""
    exam_of = {"2026-03-02": "2026-03-09", "2026-03-09": "2026-03-16"}
    exams = [{"class": each["id"], "date": exam_of[each["end_week"]]} for each in classes]
    visits = [
        {"class": each["id"], "date": each["start_week"], "inspector": f"督查员{1 + number % 2}"}
        for number, each in enumerate(classes)
    ]
    lists = {"sessions": sessions, "exams": exams, "inspections": visits}
    return an_empty_record(classes=list(classes), **lists) | changes


# --- plans without a timetable, and classes without one ---


def test_a_plan_without_a_timetable_breaks_no_rule_of_the_timetable() -> None:
    """--no-timetable leaves sessions, exams and inspections empty."""
    assert broken(a_small_instance(), a_valid_record()) == []


def test_a_timetable_without_our_own_key_is_checked_all_the_same() -> None:
    """The contract does not know the key timetable: the lists alone are a timetable."""
    record = a_timetabled_record()
    del record["timetable"]
    assert broken(a_small_instance(), record) == []
    del record["exams"][0]
    assert broken(a_small_instance(), record) == ["[exam-window] 班级 K1：有 0 次考试，应恰好一次"]


def test_a_class_reported_as_unplaced_needs_no_days() -> None:
    """It has a reason in place of a timetable."""
    record = without_days(a_timetabled_record(), "K3")
    record["timetable"]["unplaced"] = [unplaced("K3", "K2", rules=("teacher-clash", "teacher-township"))]
    assert broken(a_small_instance(), record) == []


def test_a_plan_of_which_nothing_could_be_placed_is_complete() -> None:
    """Every class has its reason; one that cannot be held at all clashes with no other class."""
    record = a_valid_record() | {"timetable": a_timetabled_record()["timetable"]}
    record["timetable"]["unplaced"] = [unplaced("K1"), unplaced("K2", "K3"), unplaced("K3", "K2")]
    assert broken(a_small_instance(), record) == []


def test_a_class_that_only_lacks_an_inspector_keeps_its_days() -> None:
    """Listed by the rules of inspections alone it needs no visit; its days and its exam are checked as ever."""
    record = a_timetabled_record()
    record["inspections"] = [visit for visit in record["inspections"] if visit["class"] != "K3"]
    record["timetable"]["unplaced"] = [unplaced("K3", rules=("inspection-missing", "inspection-load"))]
    assert broken(a_small_instance(), record) == []
    record["sessions"] = [session for session in record["sessions"] if session["class"] != "K3"]
    assert [text[:20] for text in broken(a_small_instance(), record)] == ["[timetable-complete]"]


def test_a_class_said_to_lack_an_inspector_has_no_visit() -> None:
    """A visit contradicts the list."""
    record = a_timetabled_record()
    record["timetable"]["unplaced"] = [unplaced("K3", rules=("inspection-missing",))]
    assert any("列为排不上督查，却有" in text for text in broken(a_small_instance(), record))


def test_a_missing_timetable_is_one_breach_of_one_rule() -> None:
    """A class without days is not reported again by the rules on days, exams and inspections."""
    found = broken(a_small_instance(), without_days(a_timetabled_record(), "K3"))
    assert found == ["[timetable-complete] 班级 K3：没有课程表，也没有列为排不进去（timetable.unplaced）"]


# --- teachers ---


@pytest.mark.parametrize(
    ("heads", "practice", "is_right"),
    [
        (25, ("县职校教师2",), True),
        (25, ("县职校教师2", "县职校教师3"), False),
        (26, ("县职校教师2", "县职校教师3"), True),
        (26, ("县职校教师2",), False),
        (60, ("县职校教师2", "县职校教师3"), True),
        (60, ("县职校教师2", "县职校教师3", "县职校教师4"), False),
    ],
)
def test_practice_beyond_25_heads_takes_exactly_two_teachers(
    heads: int, practice: tuple[str, ...], is_right: bool
) -> None:
    """25 heads take one teacher, 26 and more take two; theory takes one whatever the heads."""
    record = a_plan(a_class("K1", heads), sessions=five_days("K1", "县职校教师1", *practice))
    found = broken(a_county_with_room(), record)
    assert found == [] if is_right else {text[:15] for text in found} == {"[teacher-count]"}


def test_a_teacher_may_teach_ten_sessions_a_week_and_ten_the_next() -> None:
    """Two full weeks in a row are no week of twenty."""
    record = a_plan(
        a_class("K1"),
        a_class("K2", week="2026-03-09"),
        sessions=[*five_days("K1", *2 * ["县职校教师1"]), *five_days("K2", *2 * ["县职校教师1"], first=9)],
    )
    assert broken(a_county_with_room(), record) == []


def test_the_last_anonymous_teacher_is_twice_the_teams() -> None:
    """Four teams have eight teachers."""
    sessions = five_days("K1", "县职校教师8", "县职校教师1")
    assert broken(a_county_with_room(), a_plan(a_class("K1"), sessions=sessions)) == []


def test_a_teacher_may_go_from_class_to_class_in_one_township() -> None:
    """Morning in one venue, afternoon in another of the same township."""
    record = a_plan(
        a_class("K1"),
        a_class("K2", venue="东山馆"),
        sessions=[*five_days("K1", "县职校教师1", "县职校教师2"), *five_days("K2", "县职校教师3", "县职校教师4")],
    )
    swapped = {"县职校教师1": "县职校教师3", "县职校教师3": "县职校教师1"}
    for session in record["sessions"]:
        if session["half"] == "下午":
            session["teachers"] = [swapped.get(name, name) for name in session["teachers"]]
    assert broken(a_county_with_room(), record) == []


def test_a_teacher_named_twice_in_a_session_is_one_breach() -> None:
    """It is one teacher too few for 26 heads; nobody is in two sessions at once, and the week has ten sessions."""
    sessions = five_days("K1", "县职校教师1", "县职校教师1", "县职校教师1")
    found = broken(a_county_with_room(), a_plan(a_class("K1", 26), sessions=sessions))
    assert {text.partition("]")[0] for text in found} == {"[teacher-count"}


def test_a_listed_teacher_is_there_before_and_after_the_leave() -> None:
    """Leave takes its first and last day and nothing else."""
    leave = ((date(2026, 2, 20), date(2026, 3, 1)), (date(2026, 3, 7), date(2026, 3, 20)))
    county = a_county_with_room(teachers=(Teacher("周师傅", "县职校", ("家政服务",), unavailable=leave),))
    record = a_plan(a_class("K1"), sessions=five_days("K1", "周师傅", "周师傅"))
    assert broken(county, record) == []


# --- rooms ---


def test_two_classes_may_use_one_room_in_different_weeks() -> None:
    """The room is free from the Monday after."""
    record = a_plan(
        a_class("K1"),
        a_class("K2", week="2026-03-09"),
        sessions=[
            *five_days("K1", "县职校教师1", "县职校教师2"),
            *five_days("K2", "县职校教师1", "县职校教师2", first=9),
        ],
    )
    assert broken(a_county_with_room(), record) == []


def test_two_venues_may_both_have_a_room_1() -> None:
    """Rooms are counted in each venue."""
    record = a_plan(
        a_class("K1"),
        a_class("K2", venue="东山馆"),
        sessions=[*five_days("K1", "县职校教师1", "县职校教师2"), *five_days("K2", "县职校教师3", "县职校教师4")],
    )
    assert broken(a_county_with_room(), record) == []


def test_each_class_in_a_taken_room_is_named_with_who_has_it() -> None:
    """Three classes in one room: the second and third clash with the first."""
    names = [f"县职校教师{number}" for number in range(1, 7)]
    sessions = [each for n in range(3) for each in five_days(f"K{n + 1}", names[2 * n], names[2 * n + 1], room=2)]
    found = broken(a_county_with_room(), a_plan(*(a_class(f"K{n}") for n in (1, 2, 3)), sessions=sessions))
    taken = "场地“东山站”的教室 2 在 2026-03-02 至 2026-03-08 由班级 K1 使用"
    assert found == [f"[room-clash] 班级 K2：{taken}", f"[room-clash] 班级 K3：{taken}"]


def test_a_long_class_holds_its_room_past_a_short_one() -> None:
    """K1 has the room for three weeks: K2 in the first and K3 in the third both clash with it."""
    weeks = {"K1": "2026-03-02", "K2": "2026-03-02", "K3": "2026-03-16"}
    courses = {"K1": "月嫂", "K2": "家政服务", "K3": "家政服务"}
    classes = [a_class(class_id, week=week, course=courses[class_id]) for class_id, week in weeks.items()]
    sessions = [session for each in classes for session in class_day(each["id"], each["start_week"], "理论", "谁")]
    found = broken(a_county_with_room(), an_empty_record(classes=classes, sessions=sessions))
    taken = "场地“东山站”的教室 1 在 2026-03-02 至 2026-03-22 由班级 K1 使用"
    clashes = [text for text in found if text.startswith("[room-clash]")]
    assert clashes == [f"[room-clash] 班级 K2：{taken}", f"[room-clash] 班级 K3：{taken}"]


# --- courses, inspections and exams at their limits ---


def test_a_course_without_theory_begins_with_practice() -> None:
    """theory_days = 0."""
    days = [class_day("K1", f"2026-03-0{day}", "实操", "县职校教师1") for day in range(2, 7)]
    record = a_plan(a_class("K1", course="育婴"), sessions=[session for day in days for session in day])
    assert broken(a_county_with_room(), record) == []


def test_an_inspector_may_fill_the_day_in_one_township_and_come_again() -> None:
    """Two visits a day are allowed, and more than one visit to a class."""
    record = a_plan(
        a_class("K1"),
        a_class("K2", venue="东山馆"),
        sessions=[*five_days("K1", "县职校教师1", "县职校教师2"), *five_days("K2", "县职校教师3", "县职校教师4")],
    )
    record["inspections"] = [
        {"class": class_id, "date": day, "inspector": "督查员1"}
        for class_id in ("K1", "K2")
        for day in ("2026-03-02", "2026-03-06")
    ]
    assert broken(a_county_with_room(), record) == []


@pytest.mark.parametrize("day", range(9, 14))
def test_an_exam_may_be_on_any_of_the_five_working_days_after(day: int) -> None:
    """The last class day is Friday 6 March."""
    record = a_plan(a_class("K1"), sessions=five_days("K1", "县职校教师1", "县职校教师2"))
    record["exams"][0]["date"] = f"2026-03-{day:02d}"
    assert broken(a_county_with_room(), record) == []


def test_an_exam_may_lie_after_the_horizon() -> None:
    """The plan of one week ends on 8 March; the exam is on 13 March."""
    county = a_county_with_room(settings=Settings(date(2026, 3, 2), 1, earliest_start=date(2026, 3, 2)))
    record = a_plan(a_class("K1"), sessions=five_days("K1", "县职校教师1", "县职校教师2"))
    record["exams"][0]["date"] = "2026-03-13"
    assert broken(county, record) == []


def test_working_days_after_a_day_pass_over_holidays_and_take_make_up_days() -> None:
    """From Thursday 12 February: 13, 14 (made up), 24, 25 and 26 February (16–20 and 23 are off)."""
    county = a_small_instance()
    found = [working_day_after(county, date(2026, 2, 12), number).day for number in (1, 2, 3, 4, 5)]
    assert found == [13, 14, 24, 25, 26]


def test_working_days_after_the_last_day_of_all_time_end_there() -> None:
    """A record may name 9999-12-31; there is no day after it."""
    assert working_day_after(a_small_instance(), date.max, 5) == date.max


def test_thousands_of_wrong_sessions_are_answered() -> None:
    """Every class in one room with one teacher on the same days: each class is named, and the check ends."""
    county = replace(a_county_with_room(), settings=Settings(date(2026, 3, 2), 2, earliest_start=date(2026, 3, 2)))
    classes = [a_class(f"K{number}") for number in range(300)]
    days = five_days("K0", "县职校教师1", "县职校教师1")
    sessions = [deepcopy(session) | {"class": each["id"]} for each in classes for session in days]
    found = broken(county, a_plan(*classes, sessions=sessions))
    assert sum(text.startswith("[room-clash]") for text in found) == 299
    assert sum(text.startswith("[teacher-clash]") for text in found) == 10
