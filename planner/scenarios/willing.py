"""How many people of a township want to be trained and could be."""

from __future__ import annotations

import numpy as np

from planner.domain.instance import Instance
from planner.model.problem import build_problem


def willing_people(instance: Instance) -> dict[str, int]:
    """People of each township who could be trained for a wish of theirs; townships without any are left out."""
    problem = build_problem(instance)
    people = np.minimum(problem.capacity, problem.demand.sum(axis=1))
    found: dict[str, int] = {}
    for t, number in zip(problem.cohort_township, people, strict=True):
        name = instance.townships[t].name
        found[name] = found.get(name, 0) + int(number)
    return {name: number for name, number in found.items() if number}
