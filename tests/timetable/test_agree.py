"""Plan and timetable asked in turn: what is shut out, and when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from planner.domain.instance import Form, Instance, Lock, LockKind
from planner.errors import Infeasible
from planner.timetable.agree import ROUNDS, Exclusion, agree, shut_out
from planner.timetable.clash import Clash
from tests.export.builders import an_instance

from .builders import MONDAY, a_class

PLENTY = ("teacher-count", "teacher-clash")


def a_lesson(class_id: str = "甲", **changes):
    """A class of 育婴员 at 赫章县中等职业学校, which the instance knows."""
    return a_class(class_id, course="育婴员", provider="赫章县中等职业学校", **changes)


def teams_of(instance: Instance, course: str) -> int:
    """Classes of a course that 赫章县中等职业学校 may hold at once."""
    assert instance.accreditations is not None
    return next(
        row.teams for row in instance.accreditations
        if (row.provider, row.course) == ("赫章县中等职业学校", course)
    )  # fmt: skip


def test_too_few_teachers_for_a_course_lower_its_classes_at_once() -> None:
    """Three classes of a course that cannot be held together: at most two at once, other courses as before."""
    classes = tuple(a_lesson(name) for name in "甲乙丙")
    stricter = shut_out(an_instance(), [(classes[0], Clash(classes, PLENTY))])
    assert teams_of(stricter, "育婴员") == 2 and teams_of(stricter, "养蜂员") == 3
    assert stricter.locks == an_instance().locks


def test_a_clash_by_leave_forbids_the_week_only() -> None:
    """Leave says nothing about other weeks: the start of the class that gave way is forbidden, at any venue."""
    lessons = a_lesson()
    stricter = shut_out(an_instance(), [(lessons, Clash((lessons,), ("teacher-leave",)))])
    assert stricter.locks[-1] == Lock(
        "育婴员", LockKind.FORBIDDEN, provider="赫章县中等职业学校", form=Form.FULL_TIME, start_week=MONDAY
    )


def test_a_class_that_nobody_can_ever_teach_is_forbidden_altogether() -> None:
    """A single class in a clash without leave or holidays: the provider cannot hold the course."""
    lessons = a_lesson()
    stricter = shut_out(an_instance(), [(lessons, Clash((lessons,), ("teacher-known",)))])
    assert stricter.locks[-1] == Lock("育婴员", LockKind.FORBIDDEN, provider="赫章县中等职业学校")


def test_different_courses_that_clash_forbid_the_start_of_the_one_that_gave_way() -> None:
    """焊工 and 育婴员 need the same teacher: only the start of the class that gave way is shut out."""
    one, other = a_lesson("甲"), replace(a_lesson("乙"), course="焊工")
    stricter = shut_out(an_instance(), [(one, Clash((one, other), PLENTY))])
    assert stricter.locks[-1].start_week == MONDAY and stricter.accreditations is None


def test_demanded_classes_are_never_shut_out() -> None:
    """A lock that demands the course wins; then nothing is left to ask for."""
    instance = an_instance(locks=(Lock("育婴员", LockKind.REQUIRED),))
    lessons = a_lesson()
    assert shut_out(instance, [(lessons, Clash((lessons,), PLENTY))]) is instance


class Plans:
    """Plans numbered from 0; ``left_out`` tells for each number who cannot be placed."""

    def __init__(self, left_out: Sequence[Sequence[Exclusion] | None], infeasible_from: int = 99) -> None:
        self._left_out, self._infeasible_from = left_out, infeasible_from
        self.asked: list[Instance] = []

    def left_out_of(self, plan: int) -> Sequence[Exclusion] | None:
        """Who cannot be placed in a plan."""
        return self._left_out[min(plan, len(self._left_out) - 1)]

    def plan_again(self, stricter: Instance, before: int) -> int:
        """The next plan."""
        if before + 1 >= self._infeasible_from:
            raise Infeasible(("任务",))
        self.asked.append(stricter)
        return before + 1

    def agree(self, stopped: bool = False) -> tuple[int, int]:
        """Ask in turn."""
        return agree(an_instance(), 0, self.left_out_of, self.plan_again, lambda: stopped)


def an_exclusion(week: int = 0, heads: int = 20) -> Exclusion:
    """A class that leave keeps from its week, each week another."""
    lessons = a_lesson(heads=heads, days=tuple(MONDAY + timedelta(weeks=week, days=n) for n in range(7)))
    return lessons, Clash((lessons,), ("teacher-leave",))


def test_a_plan_whose_classes_can_all_be_placed_is_taken_at_once() -> None:
    """One round."""
    assert Plans([()]).agree() == (0, 1)


def test_exclusions_add_up_over_the_rounds() -> None:
    """Two rounds of clashes: the third plan is asked for with both shut out, and taken."""
    plans = Plans([[an_exclusion(0)], [an_exclusion(1)], ()])
    assert plans.agree() == (2, 3)
    assert [len(instance.locks) for instance in plans.asked] == [2, 3]


def test_the_plan_with_the_fewest_left_out_is_kept_when_they_never_agree() -> None:
    """The rounds are limited; the second plan left out fewest people."""
    plans = Plans([[an_exclusion(0, 30)], [an_exclusion(1, 10)], *([an_exclusion(n, 20)] for n in range(2, 20))])
    assert plans.agree() == (1, ROUNDS)


def test_an_exclusion_that_leaves_no_plan_ends_the_rounds() -> None:
    """The plan before stays, with its class reported."""
    assert Plans([[an_exclusion()]], infeasible_from=1).agree() == (0, 1)


def test_a_stop_ends_the_rounds() -> None:
    """After a stop no plan is asked for."""
    plans = Plans([[an_exclusion()]])
    assert plans.agree(stopped=True) == (0, 1) and not plans.asked
    assert Plans([None]).agree() == (0, 1)
