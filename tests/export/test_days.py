"""What the papers tell of the timetable: a class's days and a teacher's load."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from planner.domain.plan import Half, Session, SessionKind, TimetableOutcome, Unplaced
from planner.export.days import count_days, count_teachers, has_timetable, own_name

from .builders import a_plan, an_instance, with_days


def test_a_plan_without_timetable_has_no_days() -> None:
    """Neither sessions nor an outcome: no timetable, which is not the same as one that places nothing."""
    assert not has_timetable(a_plan())
    assert [found.days for found in count_days(a_plan()).values()] == [(), ()]
    outcome = TimetableOutcome(0, 0, 0, 0, 0, unplaced=(Unplaced("K001", ("K002",), ("teacher",), "缺教师"),))
    assert has_timetable(a_plan(timetable=outcome))
    found = count_days(a_plan(timetable=outcome))
    assert (found["K001"].days, found["K001"].problem, found["K002"].problem) == ((), "缺教师", "")


def test_a_class_knows_its_days_teachers_exam_and_visit() -> None:
    """Ten days in two weeks, theory by one teacher, practice by two, exam on Monday, one visit."""
    plan = with_days(an_instance(), a_plan())
    found = count_days(replace(plan, sessions=tuple(reversed(plan.sessions))))
    days = found["K001"]
    assert days.days == tuple(date(2026, 3, day) for day in (*range(2, 7), *range(9, 14)))
    assert (days.first, days.last) == (date(2026, 3, 2), date(2026, 3, 13))
    assert days.teachers == ("赫章县中等职业学校教师1", "赫章县中等职业学校教师2")
    assert (days.exam, days.rooms) == (date(2026, 3, 16), (1,))
    assert [visit.day for visit in days.visits] == [date(2026, 3, 3)]
    assert [session.half for session in days.sessions[:2]] == [Half.MORNING, Half.AFTERNOON]


def test_a_teachers_load_is_added_up() -> None:
    """Days, weeks, hours of theory and practice; two teachers of one practice session count both."""
    teachers = count_teachers(an_instance(), with_days(an_instance(), a_plan()))
    assert [(one.provider, own_name(one.teacher, one.provider)) for one in teachers] == [
        ("赫章县中等职业学校", "教师1"),
        ("赫章县中等职业学校", "教师2"),
        ("黔鑫职业技能培训学校", "教师1"),
        ("黔鑫职业技能培训学校", "教师2"),
    ]
    first, second = teachers[:2]
    assert (len(first.days), len(first.by_week), first.hours, first.theory_hours) == (10, 2, 80, 32)
    assert (len(second.days), second.hours, second.theory_hours) == (6, 48, 0)


def test_teachers_of_the_same_name_are_not_mixed_up() -> None:
    """张三 of one provider and 张三 of another have a line each."""
    sessions = tuple(
        Session(class_id, date(2026, 3, 2), Half.MORNING, 1, SessionKind.THEORY, ("张三",))
        for class_id in ("K001", "K002")
    )
    teachers = count_teachers(an_instance(), a_plan(sessions=sessions))
    assert [(one.provider, one.teacher, one.hours) for one in teachers] == [
        ("赫章县中等职业学校", "张三", 4),
        ("黔鑫职业技能培训学校", "张三", 4),
    ]


def test_a_name_that_is_the_providers_is_kept() -> None:
    """Nothing is left of a teacher called like the provider, so the name stays."""
    assert own_name("甲校", "甲校") == "甲校"
    assert own_name("甲校 教师3", "甲校") == "教师3"
    assert own_name("李四", "甲校") == "李四"
