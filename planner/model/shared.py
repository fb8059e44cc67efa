"""The contract's model with heads shared by class options that are alike for them: exact, with far fewer columns.

Class options of one offering are *alike* when heads cannot tell them apart: the same cohorts with the same expected
jobs, job sources, costs and targets, and the same largest size. Such options share their heads; provider, venue and
start week then matter to the classes only, which keep their weeks. Exact, because heads of alike classes can be
spread evenly over them: min_size <= average <= max_size holds for each class when it holds for their sum.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from planner.model.compact import Terms, add_class, add_common_rows, add_heads, add_sizes, most_classes, split_heads
from planner.model.options import ClassHeads, Slot, end_week, list_slots
from planner.model.problem import Problem


@dataclass(frozen=True, slots=True)
class SharedModel:
    """The PuLP model with handles on its variables: classes by group of alike options, heads by (cohort, group)."""

    problem: Problem
    model: pulp.LpProblem
    groups: list[list[tuple[Slot, pulp.LpVariable]]]
    heads: dict[tuple[int, int], pulp.LpVariable]

    def start_from(self, classes: Iterable[ClassHeads]) -> None:
        """Set the variables to a plan as a first solution; the solver completes flows and shortfalls itself."""
        number: Counter[Slot] = Counter()
        persons: Counter[tuple[int, int]] = Counter()
        group_of = {slot: i for i, options in enumerate(self.groups) for slot, _ in options}
        for slot, heads in classes:
            number[slot] += 1
            for k, count in heads.items():
                persons[k, group_of[slot]] += count
        for variable in self.model.variables():
            variable.setInitialValue(0, check=False)
        for options in self.groups:
            for slot, y in options:
                y.setInitialValue(number[slot], check=False)
        for key, x in self.heads.items():
            x.setInitialValue(persons[key], check=False)

    def chosen_classes(self) -> list[ClassHeads]:
        """Classes of the solution, each with an even part of the heads that its group shares."""
        shared: dict[int, dict[int, int]] = defaultdict(dict)
        for (k, i), x in self.heads.items():
            if persons := round(x.value() or 0):
                shared[i][k] = persons
        chosen: list[ClassHeads] = []
        for i, options in enumerate(self.groups):
            number = Counter({slot: round(y.value() or 0) for slot, y in options})
            if number.total():
                least = int(self.problem.min_size[options[0][0].offering])
                chosen += zip(number.elements(), split_heads(shared[i], number.total(), least), strict=True)
        return chosen


def build_shared(problem: Problem, slots: Iterable[Slot] | None = None, strong: bool = False) -> SharedModel:
    """State the model over the given options (all of them by default); its objective is the contract's value.

    ``strong`` adds the rows x <= demand * classes, which whole classes imply: a tighter linear relaxation.
    """
    model = pulp.LpProblem("shared_heads", pulp.LpMaximize)
    heads: dict[tuple[int, int], pulp.LpVariable] = {}
    terms: Terms = defaultdict(lambda: defaultdict(list))
    groups = []
    for i, options in enumerate(alike_options(problem, list_slots(problem) if slots is None else slots)):
        mine = add_heads(problem, model, terms, i, options[0], heads)
        classes = []
        for number, slot in enumerate(options):
            y = model.add_variable(f"y[{i},{number}]", 0, most_classes(problem, slot), pulp.LpInteger)
            add_class(problem, terms, slot, y)
            classes.append((slot, y))
        number = pulp.lpSum(y for _, y in classes)
        add_sizes(problem, model, i, options[0], number, mine)
        if strong:
            for j, x in enumerate(mine):
                model += x <= x.upBound * number, f"whole[{i},{j}]"
        groups.append(classes)
    add_common_rows(problem, model, terms)
    return SharedModel(problem, model, groups, heads)


def alike_options(problem: Problem, slots: Iterable[Slot]) -> Sequence[list[Slot]]:
    """The options in groups alike for heads, in the order of first appearance."""
    key = _HeadsKey(problem)
    groups: dict[Hashable, list[Slot]] = defaultdict(list)
    for slot in slots:
        groups[key(slot)].append(slot)
    return list(groups.values())


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
