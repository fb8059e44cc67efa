"""An even split: the townships take turns, each opening one class a round, until nothing more can be opened."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.explanations.baselines.by_hand import ByHand
from planner.model.options import ClassHeads
from planner.model.problem import Problem

EVEN_SPLIT = "乡镇平均分配"
HOW = "各乡镇轮流，每轮各开一个班：开本乡愿意人数最多的课程，本乡的人先上，在最近的场地；固定班和必须任务先开"


def plan_by_even_split(problem: Problem, stopped: Callable[[], bool] = lambda: False) -> list[ClassHeads]:
    """Classes and heads when every township gets as many classes as any other, as far as its people allow.

    Townships come in the workbook's order. A township opens the course that most of its people without a class wish
    for, at its nearest venue, its own people first and neighbours on the seats left. Hard requirements may stay unmet.
    """
    office = ByHand(problem, stopped)
    office.open_duties()
    waiting = {t: _nearest_venues(problem, t) for t in range(len(problem.distance))}
    closed: set[tuple[int, int, int]] = set()
    while waiting and not stopped():
        waiting = {t: venues for t, venues in waiting.items()
                   if not stopped() and _open_one(problem, office, t, venues, closed)}  # fmt: skip
    return office.classes


def _open_one(problem: Problem, office: ByHand, t: int, venues: list[int], closed: set[tuple[int, int, int]]) -> bool:
    """Open the township's next class; false when there is none.

    ``closed`` keeps (township, course, venue) that had no class to offer: what is free only shrinks.
    """
    mine = problem.cohort_township == t
    wishes = office.open_wishes(np.flatnonzero(mine))
    office.prefer(mine)
    try:
        for c in np.argsort(-wishes, kind="stable").tolist():
            if wishes[c] == 0:
                break
            for v in venues:
                offer = None if (t, c, v) in closed else office.offer(c, v)  # offering c is course c
                if offer is not None and any(mine[k] for k in offer.heads) and office.open(offer):
                    return True
                closed.add((t, c, v))
    finally:
        office.prefer(None)
    return False


def _nearest_venues(problem: Problem, t: int) -> list[int]:
    """Venues within reach of a township: its own, then those that lose least over the distance."""
    reach = np.flatnonzero(problem.distance[t] >= 0)
    away = problem.venue_township[reach] != t
    order = np.lexsort((reach, -problem.distance[t, reach], away))
    return [int(v) for v in reach[order]]
