"""A whole timetable: every rule by the independent checker, the same bytes for any number of threads, stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from planner.checker import check_plan
from planner.domain.instance import Instance, Teacher, TeacherKind
from planner.domain.plan import Plan
from planner.export.record import plan_to_record
from planner.model.market_days import market_rule
from planner.timetable.lessons import Published
from planner.timetable.solve import Effort, Timetable, build_timetable, classes_left_out, with_timetable
from tests.export.builders import a_class, a_plan, an_instance

TIMETABLE_RULES = {
    "class-days", "day-limit", "working-day", "theory-first", "teacher-known", "teacher-count", "teacher-clash",
    "teacher-township", "teacher-week", "teacher-leave", "room-clash", "inspection-missing", "inspection-load",
    "exam-window", "timetable-complete", "timetable-figures",
}  # fmt: skip
EASY = Effort(work=0.3)


def two_teachers(**changes: object) -> tuple[Teacher, ...]:
    """Two teachers of 育婴员 at 赫章县中等职业学校; changes are those of the first."""
    first = Teacher("张三", "赫章县中等职业学校", ("育婴员",))
    return replace(first, **changes), Teacher("李四", "赫章县中等职业学校", ("育婴员",), TeacherKind.PRACTICE)


def broken_rules(instance: Instance, plan: Plan, timetable: Timetable) -> set[str]:
    """Rules of the timetable that the checker finds broken; the plan itself is not looked at."""
    report = check_plan(instance, plan_to_record(with_timetable(plan, timetable)))
    return {violation.rule for violation in report.violations} & TIMETABLE_RULES


def built(instance: Instance, plan: Plan, effort: Effort = EASY, **options: object) -> Timetable:
    """A timetable that was found."""
    timetable = build_timetable(instance, plan, effort, **options)  # type: ignore[arg-type]
    assert timetable is not None
    return timetable


def a_county(**changes: object) -> tuple[Instance, Plan]:
    """Two teachers, a market every Wednesday, a holiday, a make-up day, four classes of two providers."""
    first, beekeeping = a_plan().classes
    late = a_class("K003", start_week=date(2026, 3, 16), end_week=date(2026, 3, 23))
    other_room = a_class("K004", provider="黔鑫职业技能培训学校")
    townships = tuple(replace(township, market_days="星期三") for township in an_instance().townships)
    venues = tuple(replace(venue, rooms=2) for venue in an_instance().venues)
    courses = tuple(replace(course, class_days=min(8, course.class_days)) for course in an_instance().courses)
    instance = an_instance(
        townships=townships, venues=venues, courses=courses, teachers=two_teachers(),
        days_off=frozenset({date(2026, 3, 3)}), make_up_days=frozenset({date(2026, 3, 14)}), **changes,
    )  # fmt: skip
    return instance, a_plan(classes=(first, beekeeping, late, other_room))


def test_the_checker_finds_every_rule_kept() -> None:
    """Sessions, exams and inspections of four classes under holidays, markets and two teachers."""
    instance, plan = a_county()
    timetable = built(instance, plan)
    assert not timetable.left_out and broken_rules(instance, plan, timetable) == set()
    assert {exam.class_id for exam in timetable.exams} == {visit.class_id for visit in timetable.inspections}


def test_points_are_those_of_the_finished_days() -> None:
    """Market mornings are counted anew from the sessions; the bound is not above the points."""
    instance, plan = a_county()
    timetable = built(instance, plan)
    wednesdays = {(s.class_id, s.day) for s in timetable.sessions if s.day.weekday() == 2}
    assert timetable.outcome.market_mornings == len(wednesdays)
    assert 0 <= timetable.outcome.bound <= timetable.outcome.cost


def test_market_days_are_avoided_where_there_is_room() -> None:
    """A part-time class of five days in two weeks of three keeps clear of the market on Wednesday."""
    instance, plan = a_county()
    rule = market_rule("星期三")
    assert rule is not None
    days = {session.day for session in built(instance, plan).sessions if session.class_id == "K002"}
    assert not any(rule.is_market_day(day) for day in days)


def test_threads_do_not_change_the_timetable() -> None:
    """One thread and three give the same."""
    instance, plan = a_county()
    assert built(instance, plan, replace(EASY, threads=1)) == built(instance, plan, replace(EASY, threads=3))


def test_anonymous_teachers_are_those_the_checker_knows() -> None:
    """Without sheet 教师 every provider has two teachers a team."""
    instance, plan = a_county()
    anonymous = replace(instance, teachers=())
    timetable = built(anonymous, plan)
    assert broken_rules(anonymous, plan, timetable) == set()
    assert all(name.startswith(("赫章县中等职业学校教师", "黔鑫职业技能培训学校教师"))
               for session in timetable.sessions for name in session.teachers)  # fmt: skip


def test_a_class_without_teachers_is_reported_with_names_and_rules() -> None:
    """Practice of 30 needs two teachers and only one may teach it: the class is left out and the sentence says why."""
    instance, plan = a_county()
    alone = replace(instance, teachers=(Teacher("张三", "赫章县中等职业学校", ("育婴员",)),))
    timetable = built(alone, plan)
    unplaced = {one.class_id: one for one in timetable.outcome.unplaced}
    assert set(unplaced) == {"K001", "K003"}
    sentence = unplaced["K001"].sentence
    assert "K001" in sentence and "张三" in sentence and "实操课 1 名，超过 25 人时 2 名" in sentence
    assert "teacher-count" in unplaced["K001"].rules
    assert broken_rules(alone, plan, timetable) == set()
    assert classes_left_out(alone, plan, EASY) == timetable.left_out


def test_leave_is_named_with_its_dates() -> None:
    """The only practice pair is broken up by leave: the sentence names who is away and when."""
    instance, plan = a_county()
    away = replace(instance, teachers=two_teachers(unavailable=((date(2026, 3, 2), date(2026, 3, 31)),)))
    sentence = next(one.sentence for one in built(away, plan).outcome.unplaced if one.class_id == "K001")
    assert "张三（理论、实操均可，3月2日至3月31日不可用）" in sentence


def test_too_few_inspectors_are_reported_and_classes_keep_their_days() -> None:
    """One inspector, one visit a day, one class day for each of two classes on the same day."""
    instance, plan = a_county()
    first, second = a_class("K001"), a_class("K005", provider="黔鑫职业技能培训学校")
    courses = tuple(replace(course, class_days=1, theory_days=1) for course in instance.courses)
    monday = replace(first, end_week=first.start_week), replace(second, end_week=second.start_week)
    days_off = frozenset(date(2026, 3, day) for day in (3, 4, 5, 6))
    settings = replace(instance.settings, inspectors=1, visits_per_day=1)
    tight = replace(instance, courses=courses, settings=settings, days_off=days_off)
    timetable = built(tight, replace(plan, classes=monday))
    missed = [one for one in timetable.outcome.unplaced if "inspection-missing" in one.rules]
    assert len(missed) == 1 and len(timetable.sessions) == 4
    assert "督查员 1 名" in missed[0].sentence and "已证明不能再少" in missed[0].sentence


@pytest.mark.parametrize("effort", [EASY, Effort(time_limit=0.0)])
def test_a_stop_before_the_first_days_gives_no_timetable(effort: Effort) -> None:
    """A stop asked for at once, or no time at all: either nothing, or a timetable that holds."""
    instance, plan = a_county()
    timetable = build_timetable(instance, plan, effort, stopped=lambda: True)
    assert timetable is None or broken_rules(instance, plan, timetable) == set()


def test_a_later_change_keeps_what_was_held_and_moves_little() -> None:
    """After a new holiday on 11 March only classes that met then move, and nothing before the 9th."""
    instance, plan = a_county()
    before = built(instance, plan)
    holiday = replace(instance, days_off=instance.days_off | {date(2026, 3, 11)})
    since = date(2026, 3, 9)
    after = built(holiday, plan, published=Published.of(before.sessions, before.inspections, since))
    assert broken_rules(holiday, plan, after) == set()
    assert {s for s in before.sessions if s.day < since} == {s for s in after.sessions if s.day < since}
    assert {v for v in before.inspections if v.day < since} == {v for v in after.inspections if v.day < since}
    old, new = ({(s.class_id, s.day) for s in timetable.sessions} for timetable in (before, after))
    met = {(class_id, day) for class_id, day in old if day == date(2026, 3, 11)}
    assert len(new - old) == len(met) and after.outcome.moved >= len(met)


def test_a_timetable_cut_short_says_so() -> None:
    """A stop after the first days leaves a timetable that may not repeat; one that ended by its work says nothing."""
    instance, plan = a_county()
    asked: list[bool] = []
    cut = build_timetable(instance, plan, EASY, lambda placed, classes: asked.append(True), lambda: bool(asked))
    assert cut is not None and cut.cut_short and broken_rules(instance, plan, cut) == set()
    assert not built(instance, plan).cut_short
