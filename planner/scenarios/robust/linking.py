"""How many jobs find a vacancy, exactly, in many draws at once.

Jobs of a source (occupation, and the set of pools that may take them: age limits and dates are in the set) flow to
these pools. By the theorem of the least cut (Ford & Fulkerson 1956; for transports Gale 1957) the most that can be
linked in an occupation is

    min over sets T of pools:  vacancies of T + jobs of the sources that some pool outside T may take,

and only unions of the sources' own sets need be tried. The sets are fixed, jobs and vacancies are drawn, so all draws
are valued by two matrix products. An occupation with too many unions is valued draw by draw by a maximum flow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.engine.unions import all_unions
from planner.model.problem import Problem

_UNITS_PER_JOB = 1_000_000_000


@dataclass(frozen=True, slots=True, eq=False)
class _Occupation:
    """Sources and pools of one occupation. ``cut_pools``: cuts x pools; ``cut_jobs``: cuts x sources, or ``None``."""

    sources: np.ndarray  # indices of job sources in use
    pools: np.ndarray  # indices of merged pools
    takes: np.ndarray  # sources x pools: bool
    cut_pools: np.ndarray | None
    cut_jobs: np.ndarray | None


class Linking:
    """Links jobs of the sources in use (by index of the problem's job sources) to its merged pools."""

    def __init__(self, problem: Problem, sources: np.ndarray) -> None:
        self._everything = problem.instance.pools is None
        self._members = problem.pool_members
        self._occupations = [
            _occupation(problem, sources[problem.source_occupation[sources] == o])
            for o in np.unique(problem.source_occupation[sources])
        ]

    def linked(self, jobs: np.ndarray, vacancies: np.ndarray) -> np.ndarray:
        """Linked jobs of each draw.

        Parameters
        ----------
        jobs
            Expected jobs; shape (draws, job sources of the problem).
        vacancies
            Vacancies of each row of 岗位; shape (draws, rows).

        Returns
        -------
        Shape (draws,).
        """
        if self._everything:
            total: np.ndarray = jobs.sum(axis=1)
            return total
        merged = np.stack([vacancies[:, list(members)].sum(axis=1) for members in self._members], axis=1) \
            if self._members else np.zeros((len(jobs), 0))
        linked = np.zeros(len(jobs))
        for one in self._occupations:
            mine, room = jobs[:, one.sources], merged[:, one.pools]
            if one.cut_pools is None or one.cut_jobs is None:
                linked += [_flow(row, space, one.takes) for row, space in zip(mine, room, strict=True)]
            else:
                linked += (room @ one.cut_pools.T + mine @ one.cut_jobs.T).min(axis=1)
        return linked


def _occupation(problem: Problem, sources: np.ndarray) -> _Occupation:
    takes = problem.source_pools[sources]
    pools = np.flatnonzero(takes.any(axis=0))
    takes = takes[:, pools]
    unions = all_unions(takes)
    if not _is_closed(unions, takes):
        return _Occupation(sources, pools, takes, None, None)
    cut = (takes[None, :, :] & ~unions[:, None, :]).any(axis=2)
    return _Occupation(sources, pools, takes, unions.astype(float), cut.astype(float))


def _is_closed(unions: np.ndarray, rows: np.ndarray) -> bool:
    """Whether every union is there (:func:`all_unions` gives up when there are too many)."""
    known = {union.tobytes() for union in unions}
    return all((union | row).tobytes() in known for row in np.unique(rows, axis=0) for union in unions)


def _flow(jobs: np.ndarray, room: np.ndarray, takes: np.ndarray) -> float:
    """Most jobs that the pools take, by a maximum flow in whole billionths of a job."""
    from ortools.graph.python import max_flow

    flow = max_flow.SimpleMaxFlow()
    first_pool = 2 + len(jobs)
    for s, amount in enumerate(jobs):
        flow.add_arc_with_capacity(0, 2 + s, int(amount * _UNITS_PER_JOB))
        for d in np.flatnonzero(takes[s]):
            flow.add_arc_with_capacity(2 + s, first_pool + int(d), int(amount * _UNITS_PER_JOB))
    for pool, space in enumerate(room):
        flow.add_arc_with_capacity(first_pool + pool, 1, int(space) * _UNITS_PER_JOB)
    flow.solve(0, 1)
    return float(flow.optimal_flow()) / _UNITS_PER_JOB
