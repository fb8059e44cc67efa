"""Plan and timetable asked in turn until both agree (logic-based Benders; Hooker & Ottosson 2003).

The plan chooses classes by weeks, the timetable proves which of them cannot all be placed, and the plan is asked again
with that combination shut out, by the means that a workbook has: a combination of one course at one provider lowers the
number of its classes at once, any other forbids the start of the class that gave way. Both shut out more than the
combination alone, so a later plan is a plan of the original workbook, its value is honest and the bound of the first
question still holds; what the stronger exclusion may cost lies between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from planner.domain.instance import Accreditation, Form, Instance, Lock, LockKind
from planner.errors import Infeasible, NoPlanFound
from planner.timetable.clash import Clash
from planner.timetable.lessons import Lessons

ROUNDS: Final = 6
"""Plans asked for at most."""

WEEKLY_CAUSES: Final = frozenset({"teacher-leave", "working-day", "already-held"})
"""Rules that bite in some weeks only: a clash by one of them says nothing about other weeks."""

Made = TypeVar("Made")
"""A plan with what its maker needs to go on."""

Exclusion = tuple[Lessons, Clash]
"""The class that gave way, and the clash it gave way in."""


def agree(
    instance: Instance,
    first: Made,
    left_out_of: Callable[[Made], Sequence[Exclusion] | None],
    plan_again: Callable[[Instance, Made], Made],
    stopped: Callable[[], bool],
) -> tuple[Made, int]:
    """Return the plan that leaves the fewest people without class days, and the number of plans made.

    Parameters
    ----------
    first
        The plan made without a timetable in mind.
    left_out_of
        Classes of a plan that cannot be placed, each with its clash; ``None`` when a stop came before it was known.
    plan_again
        Plans a stricter instance, starting from the plan before; may raise Infeasible or NoPlanFound.
    """
    best = made = first
    left_out = left_out_of(first)
    fewest, rounds, strict = _people(left_out or ()), 1, instance
    while left_out and rounds < ROUNDS and not stopped():
        stricter = shut_out(strict, left_out)
        if stricter is strict:
            break
        try:
            made = plan_again(stricter, made)
        except (Infeasible, NoPlanFound):
            break
        strict, rounds = stricter, rounds + 1
        left_out = left_out_of(made)
        if left_out is not None and _people(left_out) < fewest:
            best, fewest = made, _people(left_out)
    return best, rounds


def _people(left_out: Iterable[Exclusion]) -> int:
    """People in classes without days."""
    return sum(lessons.heads for lessons, _ in left_out)


def shut_out(instance: Instance, left_out: Iterable[Exclusion]) -> Instance:
    """The instance with each clash's combination shut out; the same object when none can be."""
    for lessons, clash in left_out:
        if _is_demanded(instance, lessons):
            continue
        alike = all(other.course == lessons.course for other in clash.classes)
        if alike and len(clash.classes) > 1 and not WEEKLY_CAUSES.intersection(clash.rules):
            instance = _with_fewer_at_once(instance, lessons, len(clash.classes) - 1)
        else:
            always = len(clash.classes) == 1 and not WEEKLY_CAUSES.intersection(clash.rules)
            instance = replace(instance, locks=(*instance.locks, _forbidden(lessons, always)))
    return instance


def _is_demanded(instance: Instance, lessons: Lessons) -> bool:
    """Whether a lock demands classes of the course; such a class must not be shut out."""
    return any(
        lock.kind is LockKind.REQUIRED
        and lock.course == lessons.course
        and lock.provider in (None, lessons.provider)
        for lock in instance.locks
    )


def _forbidden(lessons: Lessons, always: bool) -> Lock:
    form = Form.FULL_TIME if lessons.full_time else Form.PART_TIME
    return Lock(
        lessons.course, LockKind.FORBIDDEN, provider=lessons.provider, form=None if always else form,
        start_week=None if always else lessons.days[0],
    )  # fmt: skip


def _with_fewer_at_once(instance: Instance, lessons: Lessons, teams: int) -> Instance:
    """The instance in which the provider holds at most ``teams`` classes of the course at once."""
    rows = instance.accreditations
    if rows is None:
        rows = tuple(
            Accreditation(provider.name, course.name, provider.teams)
            for provider in instance.providers for course in instance.courses
        )  # fmt: skip
    return replace(
        instance,
        accreditations=tuple(
            replace(row, teams=min(row.teams, teams))
            if (row.provider, row.course) == (lessons.provider, lessons.course) else row
            for row in rows
        ),
    )  # fmt: skip
