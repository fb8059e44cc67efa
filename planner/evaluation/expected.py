"""Expected jobs of a recorded plan's classes, worked out anew from the workbook."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.plan import PlannedClass
from planner.engine.jobs import class_jobs
from planner.evaluation.outlook import class_heads
from planner.model.problem import Problem


def expected_jobs_of(problem: Problem, planned: Sequence[PlannedClass]) -> dict[str, float]:
    """Expected jobs of each class id before vacancies.

    Raises
    ------
    KeyError
        As :func:`planner.evaluation.outlook.class_heads`.
    """
    return {
        one.id: sum(class_jobs(problem, slot, heads).values())
        for one, (slot, heads) in zip(planned, class_heads(problem, planned), strict=True)
    }
