"""From a plan of weeks to days, rooms, teachers, exams and inspections (contract, section 3): the short loop.

    lessons → each provider's days and teachers → rooms, exams → inspections

Theory and measurements: docs/timetable.md.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from planner.domain.instance import Instance, LockKind
from planner.domain.plan import (
    Exam,
    Half,
    Inspection,
    Plan,
    PlannedClass,
    Session,
    SessionKind,
    TimetableOutcome,
    Unplaced,
)
from planner.model.market_days import MarketRule, market_rule
from planner.model.weeks import is_working_day
from planner.timetable.clash import Clash
from planner.timetable.goals import Points
from planner.timetable.lessons import ClassDay, Lessons, Published, Staff, lessons_of, staff_of
from planner.timetable.parts import Part, Watch, better_days, first_days
from planner.timetable.places import exam_day, rooms_of
from planner.timetable.visits import Visits, plan_visits
from planner.timetable.wording import clash_sentence

POLL_SECONDS = 0.1
Made = TypeVar("Made")
NOT_VISITED = ("inspection-missing", "inspection-load")


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to work: ``work`` scales the deterministic time of each provider, ``threads`` at most at once."""

    work: float = 1.0
    threads: int = 2
    time_limit: float | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    """A timetable, and the classes left out with the clash that each was left out for.

    ``cut_short``: a stop or the time limit ended it before its work was done, so that it may not repeat.
    """

    sessions: tuple[Session, ...]
    exams: tuple[Exam, ...]
    inspections: tuple[Inspection, ...]
    outcome: TimetableOutcome
    left_out: tuple[tuple[Lessons, Clash], ...]
    cut_short: bool = False


def build_timetable(
    instance: Instance,
    plan: Plan,
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    on_progress: Callable[[int, int], None] = lambda placed, all_classes: None,
    stopped: Callable[[], bool] = lambda: False,
    published: Published | None = None,
) -> Timetable | None:
    """Place every class of the plan, or say which cannot be placed and why.

    Parameters
    ----------
    on_progress
        Is told how many of all classes lie in providers that are done; 0 when all have their first days.
    published
        A timetable that people know: days before its limit stay, others move as little as possible.

    Returns
    -------
    Timetable or None
        ``None`` when a stop or the time limit came before every provider had days.
    """
    lessons, staff = lessons_of(instance, plan), staff_of(instance)
    work = _Parts(lessons, staff, effort, stopped, published)
    some = work.first(_weights(instance))
    if some is None:
        return None
    on_progress(0, len(lessons))
    parts = list(work.better(some, on_progress).values())
    days = _by_class(day for part in parts for day in part.days)
    markets = {township.name: market_rule(township.market_days) or MarketRule() for township in instance.townships}
    exams = _exams(instance, lessons, days, markets)
    visits = _visits(instance, lessons, days, effort, stopped, published)
    placed = [planned for planned in plan.classes if planned.id in days]
    points = sum((part.points for part in parts), Points())
    left_out = tuple(left for part in parts for left in part.clashes)
    return Timetable(
        sessions=_sessions(placed, days),
        exams=exams,
        inspections=visits.inspections,
        outcome=TimetableOutcome(
            cost=points.cost,
            bound=min(points.cost, sum(part.bound for part in parts)),
            market_mornings=points.market_mornings,
            extra_teachers=points.extra_teachers,
            uneven_days=points.uneven_days,
            idle_days=points.idle_days,
            moved=points.moved,
            unplaced=(*_clashing(left_out, staff), *_not_visited(instance, visits)),
        ),
        left_out=left_out,
        cut_short=work.cut_short,
    )


def classes_left_out(
    instance: Instance,
    plan: Plan,
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[tuple[Lessons, Clash], ...] | None:
    """Classes that cannot be placed, each with its clash; much sooner than a whole timetable. ``None`` after a stop."""
    work = _Parts(lessons_of(instance, plan), staff_of(instance), effort, stopped, None)
    some = work.first(_weights(instance))
    return None if some is None else tuple(left for part in some.values() for left in part.clashes)


def with_timetable(plan: Plan, timetable: Timetable, rounds: int = 1) -> Plan:
    """The plan with the timetable in it."""
    return replace(
        plan, sessions=timetable.sessions, exams=timetable.exams, inspections=timetable.inspections,
        timetable=replace(timetable.outcome, rounds=rounds),
    )  # fmt: skip


class _Parts:
    """All providers' parts: some days for each first, then better ones, several providers at a time."""

    def __init__(
        self, lessons: Sequence[Lessons], staff: Mapping[str, Sequence[Staff]], effort: Effort,
        stopped: Callable[[], bool], published: Published | None,
    ) -> None:  # fmt: skip
        self._classes: defaultdict[str, list[Lessons]] = defaultdict(list)
        for each in lessons:
            self._classes[each.provider].append(each)
        self._staff, self._effort, self._stopped, self._published = staff, effort, stopped, published
        self._watch, self._started = Watch(), time.monotonic()

    @property
    def cut_short(self) -> bool:
        """Whether a stop or the time limit reached the solvers."""
        return self._watch.stopped

    def first(self, weight: Callable[[Lessons], tuple[bool, int]]) -> dict[str, Part] | None:
        """Some days for each provider's classes; ``None`` when a stop came before each had some."""
        parts = self._all(
            lambda name: first_days(self._classes[name], self._staff[name], weight, self._published, self._watch)
        )
        found = {name: part for name, part in parts.items() if part is not None}
        return found if len(found) == len(parts) else None

    def better(self, parts: Mapping[str, Part], on_progress: Callable[[int, int], None]) -> dict[str, Part]:
        """Better days with a proved bound."""
        return self._all(
            lambda name: better_days(
                parts[name], self._staff[name], self._published, self._effort.work, self._watch
            ),
            on_progress,
        )

    def _all(
        self, work: Callable[[str], Made], on_progress: Callable[[int, int], None] = lambda done, of: None
    ) -> dict[str, Made]:
        """Work on every provider, the largest first; a stop or the time limit ends the solvers."""
        sizes = {name: len(classes) for name, classes in self._classes.items()}
        with ThreadPoolExecutor(self._effort.threads) as pool:
            futures = {name: pool.submit(work, name) for name in sorted(sizes, key=lambda name: (-sizes[name], name))}
            for _ in _watched(futures.values(), self._watch, self._stopped, self._effort.time_limit, self._started):
                done = sum(sizes[name] for name, future in futures.items() if future.done())
                on_progress(done, sum(sizes.values()))
        return {name: futures[name].result() for name in sorted(sizes)}


def _watched(
    futures: Iterable[Future[Any]], watch: Watch, stopped: Callable[[], bool], limit: float | None, started: float
) -> Iterator[None]:
    """Wait for all futures, yielding whenever some ended; a stop or the limit (seconds) ends the solvers."""
    waiting = set(futures)
    while waiting:
        ended, waiting = wait(waiting, timeout=POLL_SECONDS)
        if stopped() or (limit is not None and time.monotonic() - started > limit):
            watch.stop()
        if ended:
            yield


def _weights(instance: Instance) -> Callable[[Lessons], tuple[bool, int]]:
    """Which class of a clash stays: demanded courses before others, then the one with more heads."""
    demanded = {lock.course for lock in instance.locks if lock.kind is LockKind.REQUIRED}
    return lambda lessons: (lessons.course in demanded, lessons.heads)


def _by_class(days: Iterable[ClassDay]) -> dict[str, list[ClassDay]]:
    held: defaultdict[str, list[ClassDay]] = defaultdict(list)
    for class_day in days:
        held[class_day.class_id].append(class_day)
    return {class_id: sorted(mine, key=lambda each: each.day) for class_id, mine in held.items()}


def _sessions(placed: Sequence[PlannedClass], days: Mapping[str, Sequence[ClassDay]]) -> tuple[Session, ...]:
    rooms = rooms_of(placed)
    return tuple(
        Session(planned.id, each.day, half, rooms[planned.id],
                SessionKind.THEORY if each.theory else SessionKind.PRACTICE, each.teachers)
        for planned in placed for each in days[planned.id] for half in Half
    )  # fmt: skip


def _exams(
    instance: Instance,
    lessons: Sequence[Lessons],
    days: Mapping[str, Sequence[ClassDay]],
    markets: Mapping[str, MarketRule],
) -> tuple[Exam, ...]:
    working = partial(is_working_day, instance)
    exams = []
    for each in lessons:
        if each.id in days:
            day = exam_day(days[each.id][-1].day, working, markets[each.township])
            if day is not None:
                exams.append(Exam(each.id, day))
    return tuple(exams)


def _visits(
    instance: Instance, lessons: Sequence[Lessons], days: Mapping[str, Sequence[ClassDay]], effort: Effort,
    stopped: Callable[[], bool], published: Published | None,
) -> Visits:  # fmt: skip
    """Inspections of the classes placed; a stop keeps those found."""
    township = {each.id: each.township for each in lessons}
    class_days: dict[str, tuple[date, ...]] = {each.id: tuple(d.day for d in days[each.id]) for each in lessons
                                               if each.id in days}
    watch = Watch()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(
            plan_visits, class_days, township, instance.settings.inspectors, instance.settings.visits_per_day, watch,
            published,
        )  # fmt: skip
        for _ in _watched([future], watch, stopped, effort.time_limit, time.monotonic()):
            pass
    return future.result()


def _clashing(left_out: Iterable[tuple[Lessons, Clash]], staff: Mapping[str, Sequence[Staff]]) -> list[Unplaced]:
    return [
        Unplaced(
            lessons.id, tuple(other.id for other in clash.classes if other is not lessons), clash.rules,
            clash_sentence(clash, staff[lessons.provider]),
        )
        for lessons, clash in left_out
    ]  # fmt: skip


def _not_visited(instance: Instance, visits: Visits) -> list[Unplaced]:
    """Classes with days and no inspector to visit them on any."""
    settings = instance.settings
    fewest = "已证明不能再少" if visits.proved else "未证明不能再少"
    sentence = (
        f"督查员 {settings.inspectors} 名、每人每天至多 {settings.visits_per_day} 班且同在一个乡镇，"
        f"有 {len(visits.missed)} 个班排不上督查（{fewest}）。请增加督查员或每员每日督查班数。"
    )
    return [Unplaced(class_id, (), NOT_VISITED, sentence) for class_id in visits.missed]
