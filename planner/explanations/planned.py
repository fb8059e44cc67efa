"""A plan as the explanations see it: its classes by index, what they are worth, and which rules they break."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.checker import check_plan
from planner.domain.plan import PlannedClass
from planner.engine.assemble import assemble_plan
from planner.engine.jobs import plan_value
from planner.engine.money import category_costs, plan_is_payable
from planner.engine.solve import Solution
from planner.evaluation.outlook import class_heads
from planner.export.record import plan_to_record
from planner.model.options import ClassHeads, Slot, matches
from planner.model.problem import ANY, Problem

Stopped = Callable[[], bool]
"""Asked during long work: has the user asked to stop?"""


def never() -> bool:
    """The answer of nobody who stops."""
    return False


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """The plan that is explained: its problem, its classes by index, its value and the proved bound (expected jobs)."""

    problem: Problem
    classes: tuple[ClassHeads, ...]
    value: float
    bound: float


def classes_of(problem: Problem, planned: Sequence[PlannedClass]) -> list[ClassHeads]:
    """Classes of a plan by index; one that serves a lock on an exact number of heads has that lock's offering.

    Raises
    ------
    KeyError
        A name, a form or a week that the problem lacks, or a cohort that wishes for nothing.
    """
    return [(_offering_of(problem, slot, sum(heads.values())), heads) for slot, heads in class_heads(problem, planned)]


def _offering_of(problem: Problem, slot: Slot, persons: int) -> Slot:
    for pattern in problem.required:
        h = int(pattern[1])
        if h != ANY and int(problem.min_size[h]) == persons <= int(problem.max_size[h, slot.venue]):
            exact = replace(slot, offering=h)
            if matches(problem, pattern, exact):
                return exact
    return slot


def lenient_value(problem: Problem, classes: Sequence[ClassHeads]) -> float:
    """Value in expected jobs when missed hard targets cost nothing."""
    penalty = np.where(np.isfinite(problem.target_penalty), problem.target_penalty, 0.0)
    return plan_value(replace(problem, target_penalty=penalty), classes)


def total_cents(problem: Problem, classes: Sequence[ClassHeads]) -> int:
    """Total cost of classes in cents."""
    return int(category_costs(problem, classes).sum())


def broken_rules(problem: Problem, classes: Sequence[ClassHeads]) -> tuple[str, ...]:
    """What the independent checker objects to in these classes; empty when they are a valid plan.

    Classes must be options with defined yields (:func:`planner.evaluation.who_cannot_come` finds none).
    """
    # Funds are widened so that a plan can be recorded which they cannot pay; the checker knows their real amounts.
    wide = replace(problem, fund_cents=np.maximum(problem.fund_cents, total_cents(problem, classes)))
    value = lenient_value(problem, classes)
    payer = problem if plan_is_payable(problem, classes) else wide
    try:
        plan = assemble_plan(payer, Solution(tuple(classes), value, math.inf, True, 0.0), "0" * 64, "0", 0)
    except ValueError:
        return ("有的费用没有任何资金可以支付",)
    report = check_plan(problem.instance, plan_to_record(plan))
    return tuple(f"{violation.where}：{violation.message}" for violation in report.violations)

