"""Carrying a plan and its prices over to a changed county: by names, not by places in lists."""

from __future__ import annotations

import numpy as np

from planner.engine.decomposition.loop import is_wide
from planner.engine.prices import Relaxation
from planner.engine.solve import Start
from planner.model.options import ClassHeads, Slot
from planner.model.problem import Problem


def carried_start(
    before: Problem, classes: tuple[ClassHeads, ...], prices: np.ndarray | None, after: Problem
) -> Start:
    """A warm start for ``after`` from a plan and prices for ``before``.

    Both must have the same townships, courses, providers, venues and weeks; cohorts, targets, locks and funds may
    come, go and change. Heads of a cohort that wishes for nothing any more are left out.
    """
    return Start(carried_classes(before, classes, after), carried_prices(before, prices, after))


def carried_classes(before: Problem, classes: tuple[ClassHeads, ...], after: Problem) -> tuple[ClassHeads, ...]:
    """The classes by the indices of ``after``; whether they still fit is not asked."""
    cohorts = _cohort_indices(after)
    keys = _cohort_keys(before)
    offerings = {_offering_key(after, h): h for h in range(len(after.offering_course))}
    carried = []
    for slot, heads in classes:
        size = _offering_key(before, slot.offering)
        offering = offerings.get(size, int(before.offering_course[slot.offering]))
        kept = {cohorts[keys[k]]: persons for k, persons in heads.items() if keys[k] in cohorts}
        carried.append((Slot(offering, slot.provider, slot.venue, slot.form, slot.week), dict(sorted(kept.items()))))
    return tuple(carried)


def carried_prices(before: Problem, prices: np.ndarray | None, after: Problem) -> np.ndarray | None:
    """The price vector in the layout of ``after``; supplies that are new have the price nought.

    ``None`` without prices, and for several counties planned one by one, whose prices have another layout.
    """
    if prices is None or is_wide(before) or is_wide(after):
        return None
    old, new = Relaxation(before), Relaxation(after)
    if len(prices) != len(old.supply):
        return None
    blocks = old.prices(prices)
    start = new.prices(np.zeros(len(new.supply)))
    for name in ("team", "accredited", "room", "annual", "pool"):
        if getattr(blocks, name).shape == getattr(start, name).shape:
            getattr(start, name)[...] = getattr(blocks, name)
    for name, of in (("fund", _fund_keys), ("target", _target_keys), ("lock", _lock_keys)):
        known = dict(zip(of(before), getattr(blocks, name), strict=True))
        getattr(start, name)[...] = [known.get(key, 0.0) for key in of(after)]
    carried: np.ndarray = np.minimum(start.vector(), new.upper)
    return carried


def _cohort_keys(problem: Problem) -> list[tuple[str, str, str]]:
    instance = problem.instance
    return [
        (instance.townships[t].name, instance.age_bands[a].name, instance.groups[g].name)
        for t, a, g in zip(problem.cohort_township, problem.cohort_band, problem.cohort_group, strict=True)
    ]


def _cohort_indices(problem: Problem) -> dict[tuple[str, str, str], int]:
    return {key: k for k, key in enumerate(_cohort_keys(problem))}


def _offering_key(problem: Problem, offering: int) -> tuple[int, int]:
    """Course and exact size; size 0 = the course's own sizes."""
    courses = problem.demand.shape[1]
    return int(problem.offering_course[offering]), 0 if offering < courses else int(problem.min_size[offering])


def _fund_keys(problem: Problem) -> list[object]:
    return [fund.name for fund in problem.instance.funds]


def _target_keys(problem: Problem) -> list[object]:
    return [target.id for target in problem.instance.targets]


def _lock_keys(problem: Problem) -> list[object]:
    return [problem.instance.locks[lock] for lock in problem.required_lock]
