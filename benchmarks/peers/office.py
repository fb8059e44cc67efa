"""The office as a peer: the planner's own baseline of ranking by cost per expected job, or no plan."""

from __future__ import annotations

from planner.engine.jobs import locks_hold, penalties
from planner.explanations.baselines.ranking import plan_by_ranking
from planner.model.options import ClassHeads
from planner.model.problem import Problem


def plan_by_office(problem: Problem) -> list[ClassHeads] | None:
    """Classes and heads of the office's plan; None when it misses a hard requirement."""
    classes = plan_by_ranking(problem)
    hard = ~(problem.target_penalty < float("inf"))
    missed = penalties(problem, classes)[1][hard].any() or not locks_hold(problem, classes)
    return None if missed else classes
