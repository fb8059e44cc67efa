"""Which classes and rules cannot all stand: found by assumptions, made minimal by leaving out, proved by re-solving.

For a provider's classes the model without goals is asked with every class optional and assumed placed. An infeasible
answer names assumptions that suffice; classes are then left out of that core one by one as long as the rest still
clashes (deletion filter, Chinneck & Dravnieks 1991). The same is done with the rules. So a clash is proved twice over:
its classes cannot all be placed under its rules, and without any one of the classes, or of the rules, they can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ortools.sat.python import cp_model

from planner.timetable.lessons import ClassDay, Lessons, Published, Staff
from planner.timetable.model import ALL_RULES, Draft
from planner.timetable.rules import LEFT_OUT_IN_TURN

WORK: Final = 20.0
"""Deterministic seconds of CP-SAT for one question; a question it cannot answer counts as "can be placed"."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Classes of one provider that cannot all be placed under ``rules`` (keys); minimal in both."""

    classes: tuple[Lessons, ...]
    rules: tuple[str, ...]


def days_or_clash(
    classes: Sequence[Lessons],
    staff: Sequence[Staff],
    published: Published | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[ClassDay, ...] | Clash | None:
    """Days for all classes, or a minimal clash among them; ``None`` when the work did not suffice to tell."""
    core = _days_or_core(classes, staff, published)
    if not isinstance(core, list):
        return core
    for lessons in tuple(core):
        rest = [other for other in core if other is not lessons]
        if len(core) > 1 and not stopped() and _clash(rest, staff, ALL_RULES, published):
            core = rest
    rules = ALL_RULES
    for key in LEFT_OUT_IN_TURN:
        if not stopped() and _clash(core, staff, rules - {key}, published):
            rules -= {key}
    return Clash(tuple(core), tuple(key for key in LEFT_OUT_IN_TURN if key in rules))


def _days_or_core(
    classes: Sequence[Lessons], staff: Sequence[Staff], published: Published | None
) -> tuple[ClassDay, ...] | list[Lessons] | None:
    """Days for all classes, or a list of classes whose being placed suffices for infeasibility."""
    draft = Draft(classes, staff, optional=True, published=published)
    draft.model.add_assumptions(draft.placed)
    solver = _solver()
    status = solver.solve(draft.model)
    if status != cp_model.INFEASIBLE:
        return draft.days(solver) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
    named = set(solver.sufficient_assumptions_for_infeasibility())
    core = [lessons for lessons, placed in zip(classes, draft.placed, strict=True) if placed.index in named]
    return core or list(classes)


def _clash(
    classes: Sequence[Lessons], staff: Sequence[Staff], rules: frozenset[str], published: Published | None
) -> bool:
    """Whether it is proved that the classes cannot all be placed under the rules."""
    return _solver().solve(Draft(classes, staff, rules, published=published).model) == cp_model.INFEASIBLE


def _solver() -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = WORK
    return solver
