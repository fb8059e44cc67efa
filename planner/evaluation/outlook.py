"""Expected jobs of a set of classes counted both ways, with a range from drawn rates (docs/conversion.md)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.conversion.draws import RateDraws
from planner.conversion.rates import RateTable
from planner.domain.instance import AgeBand, Course, Group
from planner.domain.plan import JobOutlook, Plan, PlannedClass
from planner.domain.rate import Source, UsedRate
from planner.engine.jobs import plan_value
from planner.evaluation.optimism import selection_optimism
from planner.model.options import ClassHeads, Slot, slot_yields
from planner.model.problem import Problem
from planner.model.weeks import FORMS

DRAWS = 1000
VALUE_DRAWS = 200
POINTS = (10, 50, 90)

CellIndex = tuple[int, int, int]
"""Indices of course, age band and group."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Outlook of a plan, the rates it counts with, its value (contract, section 2) and its 10, 50 and 90 % points."""

    outlook: JobOutlook
    rates: tuple[UsedRate, ...]
    value: float
    value_points: tuple[float, float, float]


def class_heads(problem: Problem, planned: Sequence[PlannedClass]) -> list[ClassHeads]:
    """Classes of a plan by indices.

    Raises
    ------
    KeyError
        A name, a form or a week that the problem lacks, or a cohort that wishes for nothing.
    """
    instance = problem.instance
    courses, providers, venues = _index(instance.courses), _index(instance.providers), _index(instance.venues)
    townships, bands, groups = _index(instance.townships), _index(instance.age_bands), _index(instance.groups)
    weeks = {monday: i for i, monday in enumerate(problem.mondays)}
    cohorts = {
        (int(t), int(a), int(g)): k
        for k, (t, a, g) in enumerate(
            zip(problem.cohort_township, problem.cohort_band, problem.cohort_group, strict=True)
        )
    }
    found = []
    for one in planned:
        slot = Slot(courses[one.course], providers[one.provider], venues[one.venue], FORMS.index(one.form),
                    weeks[one.start_week])
        heads: Counter[int] = Counter()
        for entry in one.heads:
            heads[cohorts[townships[entry.township], bands[entry.age_band], groups[entry.group]]] += entry.persons
        found.append((slot, dict(heads)))
    return found


def who_cannot_come(problem: Problem, planned: Sequence[PlannedClass]) -> list[str]:
    """Chinese sentences on classes that cannot be held as planned: no yield of theirs is defined."""
    found = []
    for one, (slot, heads) in zip(planned, class_heads(problem, planned), strict=True):
        course = problem.offering_course[slot.offering]
        if not problem.length[course, slot.form, slot.week]:
            why = "过早、超出计划期或不在季节窗口"
            found.append(f"班级 {one.id}：{one.start_week} 起{one.form.value}不能开“{one.course}”（{why}）")
            continue
        able = problem.distance[problem.cohort_township, slot.venue] >= 0
        calendars = problem.township_calendar[problem.cohort_township]
        able &= problem.attendance[calendars, course, slot.form, slot.week] >= 0
        away = sorted({int(problem.cohort_township[k]) for k in heads if not able[k]})
        if away:
            names = "、".join(problem.instance.townships[t].name for t in away)
            found.append(f"班级 {one.id}：{names} 的学员不能参加（路程超过最大路程，或当时农忙禁开）")
    return found


def _index(items: Sequence[Any]) -> dict[str, int]:
    return {item.name: i for i, item in enumerate(items)}


def with_outlook(plan: Plan, problem: Problem, seed: int = 0) -> Plan:
    """The plan with its job outlook and the source of every rate it counts with."""
    load = _Load(problem, class_heads(problem, plan.classes))
    return replace(plan, outlook=load.outlook(seed), rates=load.used_rates())


def evaluate_classes(problem: Problem, planned: Sequence[PlannedClass], seed: int = 0) -> Evaluation:
    """Score classes at the workbook's rates and at drawn ones; rules are not checked.

    Raises
    ------
    KeyError
        As :func:`class_heads`.
    """
    classes = class_heads(problem, planned)
    load = _Load(problem, classes)
    values = [plan_value(drawn, classes) for drawn in load.drawn_problems(VALUE_DRAWS, seed)]
    low, middle, high = np.percentile(values, POINTS).tolist()
    return Evaluation(load.outlook(seed), load.used_rates(), plan_value(problem, classes), (low, middle, high))


def paired_values(
    problem: Problem,
    plans: Sequence[Sequence[ClassHeads]],
    seed: int = 0,
    on_draw: Callable[[], object] = lambda: None,
) -> np.ndarray:
    """Value of several plans under the same drawn rates; shape (plans, VALUE_DRAWS).

    Hard targets that a plan misses cost it nothing here. Differences of rows tell how sure a gain is: what moves all
    plans alike cancels out. ``on_draw`` is called after each draw, for progress.
    """
    lenient = replace(problem, target_penalty=np.where(np.isfinite(problem.target_penalty), problem.target_penalty, 0))
    load = _Load(lenient, [one for classes in plans for one in classes])
    values = np.empty((len(plans), VALUE_DRAWS))
    for i, drawn in enumerate(load.drawn_problems(VALUE_DRAWS, seed)):
        values[:, i] = [plan_value(drawn, classes) for classes in plans]
        on_draw()
    return values


class _Load:
    """Attending heads (heads · attendance · distance) of classes by course, age band, group and provider."""

    def __init__(self, problem: Problem, classes: Sequence[ClassHeads]) -> None:
        self._problem, self._instance = problem, problem.instance
        self.table = RateTable(problem.instance)
        self._persons: Counter[CellIndex] = Counter()
        attending: dict[tuple[CellIndex, int], float] = defaultdict(float)
        certain = replace(problem, rate=np.ones_like(problem.rate), quality=np.ones_like(problem.quality))
        for slot, heads in classes:
            course = int(problem.offering_course[slot.offering])
            cohorts = np.array(sorted(heads), dtype=np.int64)
            for k, share in zip(cohorts, slot_yields(certain, slot, cohorts), strict=True):
                cell = (course, int(problem.cohort_band[k]), int(problem.cohort_group[k]))
                self._persons[cell] += heads[int(k)]
                attending[cell, slot.provider] += heads[int(k)] * float(share)
        self._attending = dict(sorted(attending.items()))

    def outlook(self, seed: int) -> JobOutlook:
        """Jobs counted both ways, range, optimism and what the jobs rest on."""
        draws = RateDraws(self.table, DRAWS, seed)
        jobs = self._jobs({cell: draws.rate(*self._named(cell)) for cell in self._persons}, DRAWS)
        low, middle, high = np.percentile(jobs, POINTS).tolist()
        table = self.table
        gross, uplift, maximised = (
            self._jobs({cell: np.array([of(*self._named(cell)).value]) for cell in self._persons}, 1)[0]
            for of in (table.gross, table.uplift, table.rate)
        )
        return JobOutlook(
            self._instance.settings.objective, float(gross), float(uplift), low, middle, high,
            selection_optimism(table, sum(self._persons.values()), seed), self._source_shares(float(maximised)),
        )

    def used_rates(self) -> tuple[UsedRate, ...]:
        """Both rates of each course, age band and group that anybody of the classes belongs to."""
        return tuple(
            UsedRate(course.name, band.name, group.name, self._persons[cell],
                     self.table.gross(course, band, group), self.table.uplift(course, band, group))
            for cell in sorted(self._persons)
            for course, band, group in (self._named(cell),)
        )

    def drawn_problems(self, count: int, seed: int) -> list[Problem]:
        """The problem with drawn rates, ``count`` times; rates that no head counts with stay."""
        draws = RateDraws(self.table, count, seed)
        rates = np.repeat(self._problem.rate[None], count, axis=0)
        for cell in self._persons:
            rates[:, *cell] = np.maximum(0.0, draws.rate(*self._named(cell)))
        return [replace(self._problem, rate=rate) for rate in rates]

    def _jobs(self, rates: dict[CellIndex, np.ndarray], count: int) -> np.ndarray:
        jobs = np.zeros(count)
        for (cell, provider), heads in self._attending.items():
            jobs += heads * np.minimum(1.0, rates[cell] * self._problem.quality[provider])
        return jobs

    def _source_shares(self, total: float) -> tuple[tuple[Source, float], ...]:
        jobs: dict[Source, float] = defaultdict(float)
        for (cell, provider), heads in self._attending.items():
            rate = self.table.rate(*self._named(cell))
            jobs[rate.source] += heads * min(1.0, rate.value * float(self._problem.quality[provider]))
        return tuple((source, jobs[source] / total if total else 0.0) for source in Source)

    def _named(self, cell: CellIndex) -> tuple[Course, AgeBand, Group]:
        course, band, group = cell
        return self._instance.courses[course], self._instance.age_bands[band], self._instance.groups[group]
