"""The usual spreadsheet method: rank what could be opened by cost per expected job, and fill from the top."""

from __future__ import annotations

from collections.abc import Callable

from planner.explanations.baselines.by_hand import ByHand
from planner.model.options import ClassHeads
from planner.model.problem import Problem

RANKING = "按成本排队"
HOW = "把能开的班按“每个预计就业花多少钱”从低到高排队，依次开到钱、人或班次用完；固定班和必须任务先开，开了不退"


def plan_by_ranking(problem: Problem, stopped: Callable[[], bool] = lambda: False) -> list[ClassHeads]:
    """Classes and heads of an office that ranks by cost per expected job; hard targets and locks come first.

    Hard requirements may stay unmet: nothing is taken back to meet them.
    """
    office = ByHand(problem, stopped)
    office.open_duties()
    office.open_best(lambda slot: True)
    return office.classes
