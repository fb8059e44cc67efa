"""Years drawn for a county, and what a plan yields in each of them.

A draw says, for all plans alike, which conversion rates are true, what share of those enrolled comes, and how many
vacancies exist (:mod:`.uncertainty`). A plan's value in a draw is what the contract counts (section 2) under these
conditions, classes and heads unchanged:

    linked + unlinked_factor * unlinked jobs - penalties of missed soft targets,

the penalties as planned: targets are counted on planned heads. With chance, people of a class who come, and who of them
find work, are drawn one by one (two binomials); without it, their expected numbers count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.conversion.draws import RateDraws
from planner.conversion.rates import RateTable
from planner.engine.jobs import penalties
from planner.model.options import ClassHeads, end_week, slot_yields
from planner.model.problem import Problem
from planner.scenarios.robust.linking import Linking
from planner.scenarios.robust.uncertainty import EVERYTHING, Factor, Uncertainty

_BLOCK = 250
"""Draws valued at a time: bounds the memory."""
_TURNOUT_STREAM, _VACANCY_STREAM, _CHANCE_STREAM = 11, 12, 13


class Conditions:
    """Drawn years of a county: rates, turn-out and vacancies; equal settings give equal years."""

    def __init__(self, problem: Problem, given: Uncertainty) -> None:
        self.problem, self.given = problem, given
        self._rates = RateDraws(RateTable(problem.instance), given.draws, given.seed)
        self.turnout = self._drawn_turnout()
        self.vacancies = self._drawn_vacancies()

    def rate(self, cell: tuple[int, int, int]) -> np.ndarray:
        """Draws of the rate of a course, age band and group (indices), at least 0; shape (draws,)."""
        course, band, group = cell
        instance = self.problem.instance
        drawn = self._rates.rate(instance.courses[course], instance.age_bands[band], instance.groups[group])
        positive: np.ndarray = np.maximum(0.0, drawn)
        return positive

    def _drawn_turnout(self) -> np.ndarray:
        weights, count = self.given.turnout_weights, self.given.draws
        if weights is None:
            return np.full(count, self.given.turnout_mean)
        return np.random.default_rng([self.given.seed, _TURNOUT_STREAM]).beta(*weights, count)

    def _drawn_vacancies(self) -> np.ndarray:
        """Whole vacancies of each row of 岗位; shape (draws, rows)."""
        planned = planned_vacancies(self.problem)
        stream = np.random.default_rng([self.given.seed, _VACANCY_STREAM])
        fall = self.given.orders_fall * stream.random(self.given.draws)
        lapsed = stream.random((self.given.draws, len(planned))) < self.given.lapse
        kept: np.ndarray = np.floor(planned * (1.0 - fall[:, None]) + 0.5)
        return np.where(lapsed, 0.0, kept)


def planned_vacancies(problem: Problem) -> np.ndarray:
    """Vacancies of each row of 岗位 as the workbook says."""
    return np.array([pool.vacancies for pool in problem.instance.pools or ()], dtype=float)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What a plan yields in each draw: value (expected jobs), people who come, classes that fall below their size.

    Each of shape (draws,).
    """

    value: np.ndarray
    coming: np.ndarray
    small_classes: np.ndarray


class LaidPlan:
    """Heads of a plan's classes side by side, one entry for each class and cohort, ready to be drawn."""

    def __init__(self, problem: Problem, classes: Sequence[ClassHeads]) -> None:
        self.problem, self.classes = problem, classes
        entries: list[tuple[int, int, int, int, tuple[int, int, int], float]] = []
        certain = _certain(problem)
        for number, (slot, heads) in enumerate(classes):
            course = int(problem.offering_course[slot.offering])
            occupation, last = int(problem.course_occupation[course]), end_week(problem, slot)
            cohorts = np.array(sorted(heads), dtype=np.int64)
            for k, share in zip(cohorts.tolist(), slot_yields(certain, slot, cohorts), strict=True):
                band, group = int(problem.cohort_band[k]), int(problem.cohort_group[k])
                source = int(problem.source[occupation, band, last])
                entries.append((source, number, heads[k], slot.provider, (course, band, group), float(share)))
        entries.sort()
        self.cells = sorted({entry[4] for entry in entries})
        place = {cell: i for i, cell in enumerate(self.cells)}
        self.source = np.array([entry[0] for entry in entries], dtype=np.int64)
        self.number = np.array([entry[1] for entry in entries], dtype=np.int64)
        self.persons = np.array([entry[2] for entry in entries], dtype=np.int64)
        self.quality = np.array([problem.quality[entry[3]] for entry in entries], dtype=float)
        self.cell = np.array([place[entry[4]] for entry in entries], dtype=np.int64)
        self.share = np.array([entry[5] for entry in entries], dtype=float)
        self.least = np.array([problem.min_size[slot.offering] for slot, _ in classes], dtype=np.int64)
        self.sources = np.unique(self.source)
        self.linking = Linking(problem, self.sources)
        _, short = penalties(problem, classes)
        soft = np.isfinite(problem.target_penalty)
        self.penalty = float(problem.target_penalty[soft] @ short[soft])

    def drawn(self, conditions: Conditions, varying: frozenset[Factor] = EVERYTHING) -> Drawn:
        """Value the plan in every draw; factors that do not vary are as planned (all come, all vacancies exist)."""
        problem, count = self.problem, conditions.given.draws
        rates = np.array(
            [conditions.rate(cell) if Factor.RATES in varying else np.full(count, max(0.0, float(problem.rate[cell])))
             for cell in self.cells]
        ).reshape(len(self.cells), count)
        turnout = conditions.turnout if Factor.TURNOUT in varying else np.ones(count)
        vacancies = conditions.vacancies if Factor.VACANCIES in varying \
            else np.repeat(planned_vacancies(problem)[None], count, axis=0)
        chance = np.random.default_rng([conditions.given.seed, _CHANCE_STREAM]) if Factor.CHANCE in varying else None
        blocks = []
        for first in range(0, count, _BLOCK):
            span = slice(first, first + _BLOCK)
            blocks.append(self._block(rates[:, span].T, turnout[span], vacancies[span], chance))
        value, coming, small = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        return Drawn(value, coming, small)

    def _block(
        self, rates: np.ndarray, turnout: np.ndarray, vacancies: np.ndarray, chance: np.random.Generator | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        yields = np.minimum(1.0, rates[:, self.cell] * self.quality) * self.share
        shape = yields.shape
        if chance is None:
            come = self.persons * np.broadcast_to(turnout[:, None], shape)
            jobs = come * yields
        else:
            come = chance.binomial(self.persons, np.broadcast_to(turnout[:, None], shape)).astype(float)
            jobs = chance.binomial(come.astype(np.int64), np.clip(yields, 0.0, 1.0)).astype(float)
        supplied = _summed(jobs, self.source, self.problem.source_pools.shape[0])
        total = jobs.sum(axis=1)
        linked = self.linking.linked(supplied, vacancies)
        factor = self.problem.unlinked_factor
        value = linked + factor * (total - linked) - self.penalty
        sizes = _summed(come, self.number, len(self.classes))
        return value, come.sum(axis=1), (sizes < self.least - 1e-9).sum(axis=1)


def _certain(problem: Problem) -> Problem:
    """The problem in which everybody who attends finds work, so that yields are attendance and distance alone."""
    return replace(problem, rate=np.ones_like(problem.rate), quality=np.ones_like(problem.quality))


def _summed(amounts: np.ndarray, index: np.ndarray, size: int) -> np.ndarray:
    """Sum columns of equal index; shape (draws, size)."""
    onto = np.zeros((amounts.shape[1], size))
    onto[np.arange(amounts.shape[1]), index] = 1.0
    summed: np.ndarray = amounts @ onto
    return summed
