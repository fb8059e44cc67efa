"""Plain formulations of the planning problem that any integer solver can be given.

``compact``: the contract's model as it stands, heads for each class option (:mod:`planner.model.compact`).

``shared heads``: the same problem, exactly, with far fewer columns (:mod:`planner.model.shared`).

``seasons``: shared heads, and the classes of alike start weeks of one quarter are one variable as well. Capacity of
teams, accreditations and rooms is kept over runs of whole quarters only: a relaxation, whose optimum is a bound and no
plan. It is the smallest plain model we know that still has every other row of the contract.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import combinations_with_replacement

import pulp

from planner.model.compact import (
    Terms,
    add_class_duties,
    add_common_rows,
    add_heads,
    add_sizes,
    build_compact,
    chosen_classes,
    most_classes,
)
from planner.model.options import ClassHeads, Slot, end_week, list_slots, matches
from planner.model.problem import Problem
from planner.model.shared import alike_options, build_shared

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
    built = build_shared(problem)
    return Formulation(built.model, built.chosen_classes)


def seasons(problem: Problem) -> Formulation:
    """A relaxation: classes of alike start weeks of a quarter are one variable, capacity is kept over quarters."""
    model = pulp.LpProblem("seasons", pulp.LpMaximize)
    heads: dict[tuple[int, int], pulp.LpVariable] = {}
    terms: Terms = defaultdict(lambda: defaultdict(list))
    used: dict[tuple[Hashable, ...], list[_Season]] = defaultdict(list)
    for i, slots in enumerate(alike_options(problem, list_slots(problem))):
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
