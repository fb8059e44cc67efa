"""Days and teachers of one provider, held against every timetable there is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from ortools.sat.python import cp_model

from planner.timetable.clash import Clash, days_or_clash
from planner.timetable.lessons import Lessons, Published, Staff
from planner.timetable.model import Draft
from planner.timetable.parts import Part, Watch, better_days, first_days
from planner.timetable.rules import LEFT_OUT_IN_TURN, RULES

from .builders import MONDAY, a_class, a_teacher, can_be_placed_by_halves, every_timetable, least_cost


def by_heads(lessons: Lessons) -> int:
    """Which class stays when two clash: the one with more heads."""
    return lessons.heads


def placed(classes: list[Lessons], staff: list[Staff], published: Published | None = None) -> Part:
    """The best days for the classes; nothing is left out."""
    some = first_days(classes, staff, by_heads, published, Watch())
    assert some is not None and not some.clashes
    return better_days(some, staff, published, 1.0, Watch())


def drawn(seed: int) -> tuple[list[Lessons], list[Staff]]:
    """One to three classes of up to three days within four working days, and one to three teachers, at random."""
    draw = random.Random(seed)
    days = [MONDAY + timedelta(days=n) for n in range(7)]
    working = frozenset(draw.sample(days[:5], 4))
    classes = [
        a_class(
            f"班{n}", course=draw.choice(["焊工", "电工"]), township=draw.choice(["甲镇", "乙镇"]),
            heads=draw.choice([20, 40]), class_days=(length := draw.choice([1, 2, 3])),
            theory_days=draw.randint(0, length), week_limit=draw.choice([3, 5]), full_time=draw.random() < 0.7,
            working=working, market=frozenset(draw.sample(sorted(working), draw.randint(0, 2))),
        )
        for n in range(draw.choice([1, 2, 2]))
    ]  # fmt: skip
    staff = [
        a_teacher(
            f"师{n}", courses=draw.choice([None, frozenset({"焊工"}), frozenset({"焊工", "电工"})]),
            theory=(theory := draw.random() < 0.8), practice=not theory or draw.random() < 0.8,
            leave=((away, away),) if draw.random() < 0.3 else (),
        )
        for n, away in enumerate(draw.sample(days[:5], draw.choice([2, 3])))
    ]  # fmt: skip
    return classes, staff


@pytest.mark.parametrize("seed", range(40))
def test_the_best_days_are_as_good_as_the_best_of_all(seed: int) -> None:
    """Points and bound equal the least of all timetables; where there is none, a clash is found."""
    classes, staff = drawn(seed)
    expected = least_cost(classes, staff)
    found = days_or_clash(classes, staff)
    if expected is None:
        assert isinstance(found, Clash)
        return
    part = placed(classes, staff)
    assert (part.points.cost, part.bound) == (expected, expected)
    assert part.days in {tuple(sorted(days, key=lambda d: (classes_index(classes, d.class_id), d.day)))
                         for days in every_timetable(classes, staff)}  # fmt: skip


def classes_index(classes: list[Lessons], class_id: str) -> int:
    """Position of a class."""
    return [lessons.id for lessons in classes].index(class_id)


def test_drawn_cases_are_of_both_sorts() -> None:
    """The seeds above hold counties that can be placed and some that cannot."""
    answers = {least_cost(*drawn(seed)) is None for seed in range(40)}
    assert answers == {True, False}


@pytest.mark.parametrize("seed", range(40))
def test_a_clash_is_minimal_in_its_classes(seed: int) -> None:
    """The classes of a clash cannot all be placed; without any one of them the others can."""
    classes, staff = drawn(seed)
    found = days_or_clash(classes, staff)
    if isinstance(found, Clash):
        assert least_cost(found.classes, staff) is None
        for lessons in found.classes:
            rest = [other for other in found.classes if other is not lessons]
            assert least_cost(rest, staff) is not None


@pytest.mark.parametrize("seed", range(40))
def test_whole_days_lose_nothing_against_half_days(seed: int) -> None:
    """Where no timetable of whole days exists, none exists in which teachers change at noon."""
    classes, staff = drawn(seed)
    if isinstance(days_or_clash(classes, staff), Clash):
        assert not can_be_placed_by_halves(classes, staff)


def test_a_clash_names_the_rules_that_cause_it() -> None:
    """Two practice classes of 40 in one week and three teachers: it is the pair of teachers, not anybody's leave."""
    classes = [a_class(name, heads=40, class_days=5, theory_days=0) for name in "甲乙"]
    found = days_or_clash(classes, [a_teacher(name) for name in "赵钱孙"])
    assert isinstance(found, Clash)
    assert {lessons.id for lessons in found.classes} == {"甲", "乙"}
    assert "teacher-count" in found.rules and "teacher-leave" not in found.rules


def test_each_rule_of_a_clash_is_needed() -> None:
    """With any one rule of the clash left out, its classes can be placed."""
    away = a_teacher("张三", leave=((MONDAY, MONDAY + timedelta(days=2)),))
    found = days_or_clash([a_class()], [away])
    assert isinstance(found, Clash) and "teacher-leave" in found.rules
    for key in found.rules:
        draft = Draft(found.classes, [away], frozenset(RULES) - {key})
        assert cp_model.CpSolver().solve(draft.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def test_every_rule_can_be_left_out() -> None:
    """The order of leaving out names each rule but the one that shapes the variables."""
    assert set(LEFT_OUT_IN_TURN) == set(RULES) - {"class-days"}


def test_of_a_clash_the_smaller_class_gives_way() -> None:
    """One teacher, two classes of five days in a week: the class with fewer heads is left out."""
    classes = [a_class("小", heads=20, class_days=5), a_class("大", heads=25, class_days=5)]
    part = first_days(classes, [a_teacher()], by_heads, None, Watch())
    assert part is not None
    assert [lessons.id for lessons, _ in part.clashes] == ["小"]
    assert {day.class_id for day in part.days} == {"大"}


def test_a_stop_before_anything_is_found_gives_nothing() -> None:
    """A watch that has been stopped lets no clash be blamed on anybody."""
    watch = Watch()
    watch.stop()
    some = first_days([a_class()], [a_teacher()], by_heads, None, Watch())
    assert some is not None
    assert better_days(some, [a_teacher()], None, 1.0, watch) == some


def test_days_already_held_stay_and_others_move_little() -> None:
    """The teacher falls ill from Wednesday: Monday and Tuesday stay, one day is moved to the colleague."""
    staff = [a_teacher("张三"), a_teacher("李四")]
    before = placed([a_class()], staff)
    wednesday = MONDAY + timedelta(days=2)
    first = before.days[0].teachers[0]
    ill = [replace(member, leave=((wednesday, date(2026, 12, 31)),)) if member.name == first else member
           for member in staff]  # fmt: skip
    published = Published({(day.class_id, day.day): day for day in before.days}, wednesday)
    after = placed([a_class()], ill, published)
    assert [day for day in after.days if day.day < wednesday] == [d for d in before.days if d.day < wednesday]
    assert [day.day for day in after.days] == [day.day for day in before.days]
    assert after.points.moved == 1
