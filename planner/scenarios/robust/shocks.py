"""A plan under named shocks: what of it can still be held under each shock's rules, and what that yields.

The plan stays as it is. Heads that may no longer come stay away, a class that falls below its smallest size or may not
be held is dropped, and if supplies or money no longer suffice the later classes give way. Targets are counted as
planned, so a shock's value is the jobs that remain less the plan's own penalties, the same count as in drawn years.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.instance import Instance
from planner.engine.fitting import fitting_classes
from planner.engine.jobs import penalties, place_jobs
from planner.model.options import ClassHeads, admissible_heads
from planner.model.problem import Problem, build_problem
from planner.scenarios.carry import carried_classes
from planner.scenarios.scenario import Change, Scenario

MOST_PROVIDERS = 20
"""Providers of which the loss is tried, those with the most people in the base's plan first.

Also those that the base does not use: a plan that moves everything there must not look safe.
"""
ORDERS_LEFT, WILLING_LEFT = 0.75, 0.875
"""Default shocks: orders down by a quarter (S2); willing people from 80 to 70 of a hundred (S0 has 80)."""
LATE_WEEKS, SHIFT_WEEKS = 2, 2


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """A named shock and the county under it."""

    scenario: Scenario
    problem: Problem

    @property
    def name(self) -> str:
        """Its name."""
        return self.scenario.name


@dataclass(frozen=True, slots=True)
class Endured:
    """What remains of a plan in a shock: classes, people, value (expected jobs less the plan's own penalties)."""

    shock: str
    classes: int
    persons: int
    value: float


def default_shocks(instance: Instance, heads_of_providers: Counter[str]) -> tuple[Scenario, ...]:
    """The shocks that are tried when none are named, as far as the workbook has what they change."""
    found = []
    if instance.pools:
        found.append(Scenario("订单减四分之一", (Change("vacancies", None, ORDERS_LEFT),)))
    names = [provider.name for provider in instance.providers if provider.teams]
    largest = sorted(names, key=lambda name: (-heads_of_providers[name], name))[:MOST_PROVIDERS]
    found += [Scenario(f"停办：{name}", (Change("provider-lost", name),)) for name in largest]
    found.append(Scenario("推迟两周获批", (Change("late-approval", None, LATE_WEEKS),)))
    if instance.busy_weeks or instance.crop_activities or any(course.season for course in instance.courses):
        found.append(Scenario("农时推迟两周", (Change("farming-shift", None, SHIFT_WEEKS),)))
        found.append(Scenario("农时提前两周", (Change("farming-shift", None, -SHIFT_WEEKS),)))
    found.append(Scenario("愿意人数减八分之一", (Change("willingness", None, WILLING_LEFT),)))
    return tuple(found)


def heads_of_providers(problem: Problem, classes: Sequence[ClassHeads]) -> Counter[str]:
    """People in the classes of each provider."""
    heads: Counter[str] = Counter()
    for slot, people in classes:
        heads[problem.instance.providers[slot.provider].name] += sum(people.values())
    return heads


def shocks_of(base: Problem, scenarios: Sequence[Scenario]) -> tuple[Shock, ...]:
    """The county under each scenario."""
    return tuple(Shock(one, build_problem(one.apply(base.instance))) for one in scenarios)


def endured(base: Problem, classes: Sequence[ClassHeads], shock: Shock) -> Endured:
    """What remains of a plan in a shock."""
    left = held_classes(base, classes, shock.problem)
    jobs = place_jobs(shock.problem, left)
    _, short = penalties(base, classes)
    soft = np.isfinite(base.target_penalty)
    value = jobs.linked + shock.problem.unlinked_factor * jobs.unlinked - float(base.target_penalty[soft] @ short[soft])
    return Endured(shock.name, len(left), sum(sum(heads.values()) for _, heads in left), value)


def held_classes(base: Problem, classes: Sequence[ClassHeads], shocked: Problem) -> list[ClassHeads]:
    """Classes that can still be held, with the heads that can still come, by the indices of ``shocked``."""
    persons, wishes = shocked.capacity.copy(), shocked.demand.copy()
    trimmed = []
    for slot, heads in carried_classes(base, tuple(classes), shocked):
        course = int(shocked.offering_course[slot.offering])
        slot = replace(slot, offering=course)  # a demanded exact size binds the plan, not what is left of it
        able = set(admissible_heads(shocked, slot).tolist())
        room = int(shocked.max_size[course, slot.venue])
        coming: dict[int, int] = {}
        for k, number in heads.items():
            number = min(number, int(persons[k]), int(wishes[k, course]), room) if k in able else 0
            if number > 0:
                coming[k] = number
                room -= number
        if sum(coming.values()) < shocked.min_size[course]:
            continue
        for k, number in coming.items():
            persons[k] -= number
            wishes[k, course] -= number
        trimmed.append((slot, coming))
    return fitting_classes(shocked, trimmed)
