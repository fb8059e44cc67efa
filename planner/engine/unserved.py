"""Wishes that the plan leaves open, each with its reason (:mod:`planner.engine.reasons`), as the record keeps them."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.plan import Unserved
from planner.engine.reasons import Reason, open_wishes
from planner.model.options import ClassHeads
from planner.model.problem import Problem


def unserved_wishes(problem: Problem, classes: Sequence[ClassHeads]) -> tuple[Unserved, ...]:
    """Open wishes of people who are in no class, by cohort and course.

    ``persons`` is the smaller of the wishes left and the cohort's people left; a person with several open wishes
    counts under each.
    """
    instance = problem.instance
    return tuple(
        Unserved(
            instance.townships[problem.cohort_township[wish.cohort]].name,
            instance.age_bands[problem.cohort_band[wish.cohort]].name,
            instance.groups[problem.cohort_group[wish.cohort]].name,
            instance.courses[wish.course].name, wish.persons, wish.reason.value,
        )
        for wish in open_wishes(problem, classes)
        if wish.reason is not Reason.PLACED
    )  # fmt: skip
