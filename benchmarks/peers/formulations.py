"""Plain formulations of the planning problem that any integer solver can be given.

``compact``: the contract's model as it stands, heads for each class option (:mod:`planner.model.compact`).

``shared heads``: the same problem, exactly, with far fewer columns. Class options of one offering whose heads are
alike - the same cohorts with the same expected jobs, job sources, costs, targets and largest size - share their heads:
provider, venue and start week then matter to the classes only. Classes keep their weeks. Exact, because heads of alike
classes can be spread evenly over them, so sizes min <= average <= max hold for each class.

``seasons``: shared heads, and the classes of alike start weeks of one quarter are one variable as well. Capacity of
teams, accreditations and rooms is kept over runs of whole quarters only: a relaxation, whose optimum is a bound and no
plan. It is the smallest plain model we know that still has every other row of the contract.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import pulp

from planner.model.compact import (
    Terms,
    add_class,
    add_class_duties,
    add_common_rows,
    add_heads,
    add_sizes,
    build_compact,
    chosen_classes,
    most_classes,
    split_heads,
)
from planner.model.options import ClassHeads, Slot, end_week, list_slots, matches
from planner.model.problem import Problem

QUARTER_WEEKS = 13


@dataclass(frozen=True, slots=True)
class Formulation:
    """A model and how to read the classes of its solution; ``classes`` is None for a relaxation."""

    model: pulp.LpProblem
    classes: Callable[[], list[ClassHeads]] | None


def compact(problem: Problem) -> Formulation:
    """The contract's model, one variable per cohort and class option."""
    built = build_compact(problem)
    return Formulation(built.model, lambda: list(chosen_classes(built)))


def shared_heads(problem: Problem) -> Formulation:
    """The same problem with heads shared by class options that are alike for them; exact."""
    model = pulp.LpProblem("shared_heads", pulp.LpMaximize)
    heads: dict[tuple[int, int], pulp.LpVariable] = {}
    terms: Terms = defaultdict(lambda: defaultdict(list))
    classes: dict[int, list[tuple[Slot, pulp.LpVariable]]] = {}
    for i, slots in enumerate(_alike(problem, _HeadsKey(problem)).values()):
        mine = add_heads(problem, model, terms, i, slots[0], heads)
        classes[i] = []
        for number, slot in enumerate(slots):
            y = model.add_variable(f"y[{i},{number}]", 0, most_classes(problem, slot), pulp.LpInteger)
            add_class(problem, terms, slot, y)
            classes[i].append((slot, y))
        add_sizes(problem, model, i, slots[0], pulp.lpSum(y for _, y in classes[i]), mine)
    add_common_rows(problem, model, terms)
    return Formulation(model, lambda: _spread(problem, classes, heads))


def seasons(problem: Problem) -> Formulation:
    """A relaxation: classes of alike start weeks of a quarter are one variable, capacity is kept over quarters."""
    model = pulp.LpProblem("seasons", pulp.LpMaximize)
    heads: dict[tuple[int, int], pulp.LpVariable] = {}
    terms: Terms = defaultdict(lambda: defaultdict(list))
    used: dict[tuple[Hashable, ...], list[_Season]] = defaultdict(list)
    for i, slots in enumerate(_alike(problem, _HeadsKey(problem)).values()):
        mine = add_heads(problem, model, terms, i, slots[0], heads)
        classes = []
        for number, season in enumerate(_seasons_of(problem, slots)):
            most = sum(most_classes(problem, slot) for slot in season)
            y = model.add_variable(f"y[{i},{number}]", 0, most, pulp.LpInteger)
            classes.append(y)
            add_class_duties(problem, terms, season[0], y)
            _use(problem, used, season, y)
        add_sizes(problem, model, i, slots[0], pulp.lpSum(classes), mine)
    _add_capacity(problem, model, used)
    add_common_rows(problem, model, terms)
    return Formulation(model, None)


FORMULATIONS: dict[str, Callable[[Problem], Formulation]] = {
    "compact": compact, "shared heads": shared_heads, "seasons": seasons,
}


class _HeadsKey:
    """What heads see of a class option; equal keys are interchangeable for them."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._near = [
            np.unique(problem.township_calendar[problem.distance[:, v] >= 0]) for v in range(problem.distance.shape[1])
        ]

    def __call__(self, slot: Slot) -> Hashable:
        problem = self._problem
        course = problem.offering_course[slot.offering]
        last = end_week(problem, slot)
        place = problem.training_type[course], problem.venue_county[slot.venue], last
        return (
            slot.offering,
            problem.attendance[self._near[slot.venue], course, slot.form, slot.week].tobytes(),
            problem.distance[:, slot.venue].tobytes(),
            float(problem.quality[slot.provider]),
            problem.source[problem.course_occupation[course], :, last].tobytes(),
            problem.head_category[:, :, *place].tobytes(),
            problem.target_providers[problem.target_heads, slot.provider].tobytes(),
            int(problem.max_size[slot.offering, slot.venue]),
        )


def _alike(problem: Problem, key: Callable[[Slot], Hashable]) -> dict[Hashable, list[Slot]]:
    """All class options by key, in the order of first appearance."""
    groups: dict[Hashable, list[Slot]] = defaultdict(list)
    for slot in list_slots(problem):
        groups[key(slot)].append(slot)
    return groups


def _spread(
    problem: Problem, classes: dict[int, list[tuple[Slot, pulp.LpVariable]]],
    heads: dict[tuple[int, int], pulp.LpVariable],
) -> list[ClassHeads]:
    """Classes of the solution, each with an even part of the heads it shares."""
    shared: dict[int, dict[int, int]] = defaultdict(dict)
    for (k, i), x in heads.items():
        if persons := round(x.value() or 0):
            shared[i][k] = persons
    chosen: list[ClassHeads] = []
    for i, options in classes.items():
        number = Counter({slot: round(y.value() or 0) for slot, y in options})
        if number.total():
            parts = split_heads(shared[i], number.total(), int(problem.min_size[options[0][0].offering]))
            chosen += zip(number.elements(), parts, strict=True)
    return chosen


@dataclass(frozen=True, slots=True)
class _Season:
    """Classes that start in one quarter: the variable, the fewest weeks of one class, the last week of any."""

    quarter: int
    weeks: int
    last: int
    classes: pulp.LpVariable


def _seasons_of(problem: Problem, slots: list[Slot]) -> list[list[Slot]]:
    """Options alike for heads, split so that all of a part are alike for costs, locks and targets of classes too."""
    parts: dict[Hashable, list[Slot]] = defaultdict(list)
    for slot in slots:
        course = problem.offering_course[slot.offering]
        place = problem.training_type[course], problem.venue_county[slot.venue], end_week(problem, slot)
        locks = tuple(matches(problem, pattern, slot) for pattern in problem.required)
        quarter = slot.week // QUARTER_WEEKS
        parts[slot.provider, slot.venue, slot.form, quarter, int(problem.class_category[place]), locks].append(slot)
    return list(parts.values())


def _use(
    problem: Problem, used: dict[tuple[Hashable, ...], list[_Season]], slots: list[Slot], y: pulp.LpVariable
) -> None:
    """Note which supplies the classes of a season use."""
    slot = slots[0]
    course = int(problem.offering_course[slot.offering])
    season = _Season(
        slot.week // QUARTER_WEEKS,
        min(end_week(problem, other) - other.week + 1 for other in slots),
        max(end_week(problem, other) for other in slots),
        y,
    )
    for key in (("teams", slot.provider), ("rooms", slot.venue), ("accreditation", slot.provider, course)):
        used[key].append(season)


def _add_capacity(
    problem: Problem, model: pulp.LpProblem, used: dict[tuple[Hashable, ...], list[_Season]]
) -> None:
    """Class weeks of each run of quarters fit into the weeks from its first to the last that such a class can have."""
    supply = {"teams": problem.teams, "rooms": problem.rooms, "accreditation": problem.accredited_teams}
    for (family, *index), members in used.items():
        capacity = int(supply[str(family)][tuple(index)])
        quarters = sorted({season.quarter for season in members})
        for first, last in combinations_with_replacement(quarters, 2):
            inside = [season for season in members if first <= season.quarter <= last]
            weeks = max(season.last for season in inside) + 1 - QUARTER_WEEKS * first
            name = f"{family}[{','.join(map(str, (*index, first, last)))}]"
            model += pulp.lpSum(season.weeks * season.classes for season in inside) <= capacity * weeks, name
