"""The county in the mean of several weighted years or shocks: a problem whose bound holds for every plan's mean.

Under fixed weights w a plan x yields in the mean sum_i w_i V_i(x). V_i is linear in the yields of heads and concave in
yields and vacancies together (it is the optimum of a transport, and vacancies are its right-hand side), so

    sum_i w_i V_i(x) <= V(x; mean yields, mean vacancies),

and what the engine proves for the problem with these means (vacancies rounded up, yields never rounded below the mean)
bounds the left side for every plan. Classes and heads must keep the county's own rules, so each plan found is a plan of
the county.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.model.problem import Problem
from planner.scenarios.robust.draws import Conditions


def mean_of_years(problem: Problem, conditions: Conditions, weights: np.ndarray) -> Problem:
    """The county under the weighted mean of drawn years; ``weights`` (draws,) sum to 1.

    A yield of a year is min(1, rate * quality) * turn-out * ..., so the mean of rate * turn-out takes the rate's place.
    """
    used = np.flatnonzero(weights > 0)
    share = weights[used] * conditions.turnout[used]
    rate = problem.rate * float(share.sum())
    for cell in _wished_cells(problem):
        rate[cell] = float(share @ conditions.rate(cell)[used])
    vacancies = weights[used] @ conditions.vacancies[used]
    return with_vacancies(replace(problem, rate=rate), vacancies)


def with_vacancies(problem: Problem, vacancies: np.ndarray) -> Problem:
    """The problem with other vacancies for the rows of 岗位, rounded up to whole ones."""
    pools = problem.instance.pools
    if pools is None:
        return problem
    whole = np.ceil(vacancies - 1e-9).astype(np.int64)
    changed = tuple(replace(pool, vacancies=int(number)) for pool, number in zip(pools, whole, strict=True))
    jobs = np.array([whole[list(members)].sum() for members in problem.pool_members], dtype=np.int64)
    return replace(problem, instance=replace(problem.instance, pools=changed), pool_jobs=jobs)


def mean_of_shocks(problem: Problem, shocked: Sequence[Problem], weights: np.ndarray) -> Problem:
    """The county under the weighted mean of shocks; ``weights`` (shocks,) sum to 1.

    ``shocked`` have the county's own rates, townships, courses, providers, venues and weeks. A class that may not be
    held in a shock yields nothing there. Attendance is averaged over the shocks in which a provider is at work, at the
    provider for which it is highest, and the provider's quality carries the weight of those: never below the mean.
    """
    at_work = np.array([[teams > 0 for teams in one.teams] for one in shocked], dtype=bool)
    held = [_attendance(problem, one) for one in shocked]
    working = weights @ at_work
    rows = {tuple(row) for row in at_work.T[working > 0].tolist()}
    attendance = np.zeros_like(problem.attendance)
    for row in sorted(rows):
        part = np.where(row, weights, 0.0)
        mean = np.einsum("s,scfmw->cfmw", part / part.sum(), np.array(held))
        attendance = np.maximum(attendance, mean)
    attendance = np.where(problem.attendance < 0, -1.0, attendance)
    vacancies = sum(
        weight * np.array([pool.vacancies for pool in one.instance.pools or ()], dtype=float)
        for weight, one in zip(weights.tolist(), shocked, strict=True)
    )
    mixed = replace(problem, attendance=attendance, quality=problem.quality * np.minimum(1.0, working))
    return with_vacancies(mixed, np.asarray(vacancies))


def _attendance(problem: Problem, shocked: Problem) -> np.ndarray:
    """Attendance factors in a shock, 0 where nobody may come or the class may not be held."""
    possible = (shocked.length > 0) & (shocked.length == problem.length)
    found: np.ndarray = np.where(possible[None], np.maximum(0.0, shocked.attendance), 0.0)
    return found


def _wished_cells(problem: Problem) -> list[tuple[int, int, int]]:
    """Courses, age bands and groups that anybody wishes for."""
    return sorted({
        (int(c), int(problem.cohort_band[k]), int(problem.cohort_group[k])) for k, c in np.argwhere(problem.demand > 0)
    })
