"""Inspections (每班必查): each class is visited on one of its days, with as few trips as possible.

Variables: visit_id (class i is visited on day d) and trips_dτ (inspectors sent to township τ on d). Rows:
Σ_d visit_id = 1, Σ_{i in τ} visit_id ≤ visits a day · trips_dτ, Σ_τ trips_dτ ≤ inspectors. Goal: fewest trips.
Inspectors are alike, so trips are handed to 督查员1, 督查员2 … in turn. If not all classes can be visited, as few as
possible are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ortools.sat.python import cp_model

from planner.domain.plan import Inspection
from planner.timetable.lessons import Published
from planner.timetable.parts import Watch, interleaved

WORK_PER_CLASS: Final = 0.02
LEAST_WORK: Final = 1.0
"""Deterministic seconds of CP-SAT: so many a class, and no fewer than the least."""
MISSED: Final = 1_000
"""Points of a class without a visit; a trip has one."""
MOVED: Final = 2
"""Points of a published visit that moves."""


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits found, the ids of classes without one, and whether it is proved that no fewer could be left out."""

    inspections: tuple[Inspection, ...]
    missed: tuple[str, ...]
    proved: bool


def plan_visits(
    days: Mapping[str, tuple[date, ...]],
    township: Mapping[str, str],
    inspectors: int,
    visits_a_day: int,
    watch: Watch,
    published: Published | None = None,
) -> Visits:
    """Choose a day of visit for each class.

    Parameters
    ----------
    days, township
        Class days and township of each class id.
    inspectors, visits_a_day
        How many inspectors there are, and how many classes each can visit on one day in one township.
    watch
        Lets a stop reach the solver; it then keeps the visits found.
    published
        Visits that people know: those made stay, others move only to save trips of theirs or where they must.
    """
    model = cp_model.CpModel()
    visit: dict[tuple[str, date], Any] = {}
    there: defaultdict[tuple[date, str], list[Any]] = defaultdict(list)
    trips: defaultdict[date, list[Any]] = defaultdict(list)
    missed = {}
    for class_id, class_days in days.items():
        for day in class_days:
            visit[class_id, day] = chosen = model.new_bool_var("")
            there[day, township[class_id]].append(chosen)
        missed[class_id] = model.new_bool_var("")
        model.add_exactly_one([missed[class_id], *(visit[class_id, day] for day in class_days)])
    for (day, _), chosen_there in there.items():
        sent = model.new_int_var(0, min(inspectors, len(chosen_there)), "")
        model.add(sum(chosen_there) <= visits_a_day * sent)
        trips[day].append(sent)
    for sent_that_day in trips.values():
        model.add(sum(sent_that_day) <= inspectors)
    moved = []
    for class_id, day in published.visits.items() if published is not None else ():
        if (class_id, day) in visit:
            if published is not None and day < published.before:
                model.add(visit[class_id, day] == 1)
            moved.append(1 - visit[class_id, day])
    model.minimize(
        sum(sent for sent_that_day in trips.values() for sent in sent_that_day)
        + MOVED * sum(moved) + MISSED * sum(missed.values())
    )  # fmt: skip
    # Without any visit everything holds, so there is a solution to begin with, whatever stops the solver.
    for literal in missed.values():
        model.add_hint(literal, 1)
    solver = interleaved(max(LEAST_WORK, WORK_PER_CLASS * len(days)))
    if not watch.solve(solver, model):
        return Visits((), tuple(days), False)
    made = sorted((day, township[class_id], class_id) for (class_id, day), x in visit.items() if solver.value(x))
    without = tuple(class_id for class_id, x in missed.items() if solver.value(x))
    proved = solver.best_objective_bound > MISSED * (len(without) - 1) + 0.5 if without else True
    return Visits(_to_inspectors(made, visits_a_day), without, proved)


def _to_inspectors(chosen: Iterable[tuple[date, str, str]], visits_a_day: int) -> tuple[Inspection, ...]:
    """Hand visits, sorted by day and township, to inspectors: a new one for each township and each full day."""
    inspections: list[Inspection] = []
    before: tuple[date, str] | None = None
    inspector = made = 0
    for day, place, class_id in chosen:
        if before is None or before[0] != day:
            inspector, made = 1, 0
        elif before[1] != place or made == visits_a_day:
            inspector, made = inspector + 1, 0
        inspections.append(Inspection(class_id, day, f"督查员{inspector}"))
        before, made = (day, place), made + 1
    return tuple(inspections)
