"""A plan cut down to less money: classes that yield least for their cost go first, those that hard rules need stay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.engine.fitting import fitting_classes
from planner.engine.jobs import class_jobs, penalties
from planner.engine.money import class_costs, plan_is_payable
from planner.model.options import ClassHeads, Slot, matches
from planner.model.problem import Problem


def cut_to_money(problem: Problem, classes: Sequence[ClassHeads]) -> list[ClassHeads]:
    """Classes of a plan for more money that this problem's money can pay, and that keep its people, teams and rooms.

    Classes go by rising expected jobs for their cost as long as hard targets and demanded classes allow it, until the
    rest can be paid; then what still can be paid comes back. Where even that is too dear, hard rules are missed.
    """
    ordered = by_worth(problem, classes)
    leaving = _leaving(problem, ordered)
    few, enough = 0, len(leaving)
    while few < enough:  # the least number that must go: paying for fewer classes is never dearer
        middle = (few + enough) // 2
        if plan_is_payable(problem, _without(ordered, leaving[:middle])):
            enough = middle
        else:
            few = middle + 1
    gone = set(leaving[:enough])
    return fitting_classes(problem, [*_without(ordered, leaving[:enough]),
                                     *(option for i, option in enumerate(ordered) if i in gone)])


def _without(classes: Sequence[ClassHeads], leaving: Sequence[int]) -> list[ClassHeads]:
    gone = set(leaving)
    return [option for i, option in enumerate(classes) if i not in gone]


def _leaving(problem: Problem, ordered: Sequence[ClassHeads]) -> list[int]:
    """Classes that can go, the least worthy first, without missing a hard lower target or a demanded class."""
    hard = ~np.isfinite(problem.target_penalty) & problem.target_at_least
    reached = np.array([penalties(problem, [option])[0][hard] for option in ordered], dtype=np.int64).reshape(
        len(ordered), int(hard.sum()))  # fmt: skip
    spare = reached.sum(axis=0) - problem.target_value[hard]
    serves = np.array([[matches(problem, pattern, slot) for pattern in problem.required] for slot, _ in ordered],
                      dtype=np.int64).reshape(len(ordered), len(problem.required))  # fmt: skip
    spare_locks = serves.sum(axis=0) - problem.required_number
    leaving = []
    for i in reversed(range(len(ordered))):
        needed = ((reached[i] > 0) & (reached[i] > spare)).any() or ((serves[i] > 0) & (serves[i] > spare_locks)).any()
        if not needed:
            leaving.append(i)
            spare, spare_locks = spare - reached[i], spare_locks - serves[i]
    return leaving


def by_worth(problem: Problem, classes: Sequence[ClassHeads]) -> tuple[ClassHeads, ...]:
    """The classes by falling expected jobs for their cost, so that the last to be paid buys least."""

    def rank(option: ClassHeads) -> tuple[float, Slot, list[tuple[int, int]]]:
        slot, heads = option
        cents = sum(class_costs(problem, slot, heads).values())
        return -sum(class_jobs(problem, slot, heads).values()) / max(1, cents), slot, sorted(heads.items())

    return tuple(sorted(classes, key=rank))
