"""One provider's classes: their days and teachers, as good as the work allows, with a proved bound.

Providers share no teacher, and rooms and inspectors come after the days, so each provider is a problem of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ortools.sat.python import cp_model

from planner.timetable.clash import Clash, days_or_clash
from planner.timetable.goals import Points, count_points, set_goals
from planner.timetable.lessons import ClassDay, Lessons, Published, Staff
from planner.timetable.model import Draft

WORK_PER_CLASS: Final = 0.12
LEAST_WORK: Final = 2.0
"""Deterministic seconds of CP-SAT for a provider: so many a class, and no fewer than the least."""

WORKERS: Final = 8
"""Search strategies that take turns; interleaved, so that the result does not depend on the machine."""


@dataclass(frozen=True, slots=True)
class Part:
    """A provider's days; ``bound`` is a proved lower bound of ``points.cost`` for the classes placed.

    ``clashes`` pairs each class that was left out with the clash that it was left out for.
    """

    classes: tuple[Lessons, ...]
    days: tuple[ClassDay, ...]
    points: Points
    bound: int
    clashes: tuple[tuple[Lessons, Clash], ...]


class Watch:
    """Lets a stop reach the solvers at work: ``stop`` ends them, and those that come later do not begin."""

    def __init__(self) -> None:
        self.stopped = False
        self._solvers: list[cp_model.CpSolver] = []

    def solve(self, solver: cp_model.CpSolver, model: cp_model.CpModel) -> bool:
        """Solve; whether there is a solution."""
        if self.stopped:
            return False
        self._solvers.append(solver)
        try:
            return solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        finally:
            self._solvers.remove(solver)

    def stop(self) -> None:
        """End the solvers at work; they keep what they have found."""
        self.stopped = True
        for solver in tuple(self._solvers):
            solver.stop_search()


def first_days(
    classes: Sequence[Lessons],
    staff: Sequence[Staff],
    weight: Callable[[Lessons], Any],
    published: Published | None,
    watch: Watch,
) -> Part | None:
    """Some days for a provider's classes; of each clash the class with the least ``weight`` is left out.

    ``None`` when a stop came before any days were found.
    """
    kept = list(classes)
    clashes: list[tuple[Lessons, Clash]] = []
    while isinstance(found := days_or_clash(kept, staff, published, lambda: watch.stopped), Clash):
        loser = min(found.classes, key=lambda lessons: (weight(lessons), lessons.id))
        kept = [lessons for lessons in kept if lessons is not loser]
        clashes.append((loser, found))
        if watch.stopped:
            return None
    if found is None:
        return None
    return Part(tuple(kept), found, count_points(kept, staff, found, published), 0, tuple(clashes))


def better_days(
    part: Part, staff: Sequence[Staff], published: Published | None, work: float, watch: Watch
) -> Part:
    """The part with fewer points and a proved bound; ``work`` scales the solver's deterministic time.

    A stop leaves the days found so far.
    """
    draft = Draft(part.classes, staff, published=published)
    set_goals(draft)
    # Without the known days as a hint: from them the solver ends at three times the points (docs/timetable.md).
    solver = interleaved(work * max(LEAST_WORK, WORK_PER_CLASS * len(part.classes)))
    if not watch.solve(solver, draft.model):
        return part
    bound = max(0, round(solver.best_objective_bound))
    days = draft.days(solver)
    points = count_points(part.classes, staff, days, published)
    if points.cost > part.points.cost:
        return replace(part, bound=bound)
    return replace(part, days=days, points=points, bound=bound)


def interleaved(deterministic_seconds: float) -> cp_model.CpSolver:
    """A solver whose result depends on its work only, not on cores or clocks."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.interleave_search = True
    solver.parameters.max_deterministic_time = deterministic_seconds
    return solver
