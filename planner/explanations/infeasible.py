"""Why no plan meets all hard requirements: what clashes, proved, and the plan that meets as much as it can.

    counting -> each demand alone -> what is left, together -> an elastic plan

Clashes are found by dropping requirements one after another as long as what is left is still proved impossible
(deletion filter, Chinneck 2008, chapter 6, in halves first). A clash is called *minimal* only where for every member a
plan was found that meets all the others; nothing is claimed that was not proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from planner.domain.instance import Instance
from planner.engine.feasibility import impossible_requirements
from planner.engine.jobs import penalties
from planner.engine.solve import Options
from planner.explanations.planned import Stopped, never
from planner.explanations.requirements import (
    DEMANDS,
    Answer,
    Requirement,
    all_requirements,
    can_be_met,
    is_proved_impossible,
    meets_requirements,
    only,
    search_for_plan,
)
from planner.model.options import ClassHeads, matches
from planner.model.problem import Problem, build_problem

_HEAD_CHARGE, _CLASS_CHARGE = 1.5, 30.0
"""Expected jobs charged for a head or a class that a demand lacks: more than it can earn, less than limits cost."""


class Sort(StrEnum):
    """How a clash comes about."""

    STRUCTURAL = "结构性"
    ALONE = "单独不可行"
    TOGETHER = "合在一起不可行"


@dataclass(frozen=True, slots=True)
class Clash:
    """Requirements that no plan meets together. ``minimal``: without any one of them a plan was found.

    Structural: one demand that people, providers, venues and weeks alone make impossible, whatever else is lifted.
    Alone: one demand and the limits (money, bans ...) that deny it. Together: several demands.
    """

    sort: Sort
    requirements: tuple[Requirement, ...]
    minimal: bool


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A demand that the elastic plan misses: what it asks, what is reached, what is missing (heads or classes)."""

    requirement: Requirement
    asked: int
    reached: int
    missing: int


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """What is known of an instance's hard requirements.

    ``answer`` NO is proved, YES has the plan in ``elastic``; with UNKNOWN neither was found. ``counting`` are sentences
    that prove by counting alone. ``elastic`` keeps everything but the demands in ``shortfalls``.
    """

    problem: Problem
    answer: Answer
    counting: tuple[str, ...]
    clashes: tuple[Clash, ...]
    elastic: tuple[ClassHeads, ...]
    shortfalls: tuple[Shortfall, ...]


def diagnose(instance: Instance, options: Options, stopped: Stopped = never) -> Diagnosis:
    """Find out whether the hard requirements can be met, and if not, which clash."""
    problem = build_problem(instance)
    # Counting and prices are quick; without a proof from them a plan is searched for, which takes longer.
    impossible = is_proved_impossible(instance, options, stopped)
    answer, plan = (Answer.NO, ()) if impossible else can_be_met(instance, options, stopped=stopped)
    if answer is Answer.YES:
        return Diagnosis(problem, answer, (), (), plan, ())
    elastic = _elastic(problem, options, stopped)
    if meets_requirements(problem, elastic):
        return Diagnosis(problem, Answer.YES, (), (), tuple(elastic), ())
    tests = _Tests(instance, options, elastic, _shortfalls(problem, elastic), stopped)
    clashes = _clashes(tests) if not stopped() else ()
    if clashes:
        answer = Answer.NO
    return Diagnosis(problem, answer, impossible_requirements(problem), clashes, tuple(elastic),
                     _shortfalls(problem, elastic))  # fmt: skip


def _elastic(problem: Problem, options: Options, stopped: Stopped) -> list[ClassHeads]:
    """The search's best plan when unmet demands are charged, less than limits are; it keeps every limit."""
    asked = ~np.isfinite(problem.target_penalty) & problem.target_at_least
    charge = np.where(problem.target_heads, _HEAD_CHARGE, _CLASS_CHARGE)
    softened = replace(problem, target_penalty=np.where(asked, charge, problem.target_penalty))
    found = search_for_plan(softened, options, (), stopped)
    reached, _ = penalties(problem, found)
    caps = ~np.isfinite(problem.target_penalty) & ~problem.target_at_least
    return found if (reached[caps] <= problem.target_value[caps]).all() else []


def _shortfalls(problem: Problem, classes: Sequence[ClassHeads]) -> tuple[Shortfall, ...]:
    reached, missing = penalties(problem, classes)
    locks = {index: n for n, index in enumerate(problem.required_lock)}
    found = []
    for one in all_requirements(problem.instance):
        if one.kind is DEMANDS[0] and missing[one.index]:
            asked = int(problem.target_value[one.index])
            found.append(Shortfall(one, asked, int(reached[one.index]), int(missing[one.index])))
        elif one.kind is DEMANDS[1]:
            n = locks[one.index]
            asked = int(problem.required_number[n])
            held = sum(matches(problem, problem.required[n], slot) for slot, _ in classes)
            if held < asked:
                found.append(Shortfall(one, asked, held, asked - held))
    return tuple(found)


def _clashes(tests: _Tests) -> tuple[Clash, ...]:
    """Structural and lonely clashes first; then those among the demands that are left."""
    requirements = all_requirements(tests.instance)
    demands = [one for one in requirements if one.kind in DEMANDS]
    limits = [one for one in requirements if one.kind not in DEMANDS]
    clashes, free = [], []
    for demand in demands:
        if not tests.clash([demand, *limits]):
            free.append(demand)
        elif tests.clash([demand]):
            clashes.append(Clash(Sort.STRUCTURAL, (demand,), True))
        else:
            clashes.append(tests.smallest(Sort.ALONE, [demand], limits))
    if len(free) > 1 and tests.clash([*free, *limits]):
        clashes.append(tests.smallest(Sort.TOGETHER, [], [*limits, *free]))
    return tuple(clashes)


class _Tests:
    """Which subsets of requirements are proved to clash, each asked once; the elastic plan answers many at once."""

    def __init__(
        self, instance: Instance, options: Options, elastic: Sequence[ClassHeads], shortfalls: Sequence[Shortfall],
        stopped: Stopped,
    ) -> None:  # fmt: skip
        self.instance = instance
        self._options, self._elastic, self._stopped = options, list(elastic), stopped
        missed = {one.requirement for one in shortfalls}
        self._met = [frozenset(one for one in all_requirements(instance) if one not in missed)]
        self._clashing: list[frozenset[Requirement]] = []
        self._open: set[frozenset[Requirement]] = set()

    def clash(self, kept: Sequence[Requirement]) -> bool:
        """Whether it is proved that these requirements cannot be met together, all others lifted."""
        key = frozenset(kept)
        if any(known <= key for known in self._clashing):
            return True
        if key in self._open or any(key <= known for known in self._met):
            return False
        proved = is_proved_impossible(only(self.instance, key), self._options, self._stopped)
        if proved:
            self._clashing.append(key)
        else:
            self._open.add(key)
        return proved

    def can_be_met(self, kept: Sequence[Requirement]) -> bool:
        """Whether a plan is found that meets these requirements, all others lifted."""
        key = frozenset(kept)
        if not any(key <= known for known in self._met):
            answer, _ = can_be_met(only(self.instance, key), self._options, self._elastic, self._stopped)
            if answer is not Answer.YES:
                return False
            self._met.append(key)
        return True

    def smallest(self, sort: Sort, fixed: Sequence[Requirement], rest: Sequence[Requirement]) -> Clash:
        """A smallest clash by deletion within ``fixed`` and ``rest``, which are proved to clash."""
        kept = self._without_halves(list(fixed), list(rest))
        for one in list(kept):
            trial = [other for other in kept if other is not one]
            if self.clash([*fixed, *trial]):
                kept = trial
        clash = [*fixed, *kept]
        minimal = all(self.can_be_met([other for other in clash if other is not one]) for one in clash)
        return Clash(sort, tuple(clash), minimal)

    def _without_halves(self, fixed: list[Requirement], rest: list[Requirement]) -> list[Requirement]:
        """``rest`` after dropping halves, quarters ... that the clash does without."""
        size = len(rest) // 2
        while size > 1:
            for first in range(0, len(rest), size):
                trial = rest[:first] + rest[first + size :]
                if self.clash([*fixed, *trial]):
                    rest = trial
                    break
            else:
                size //= 2
            size = min(size, len(rest) // 2)
        return rest
