"""The exact finish: head counts, recombination and least cost over a few hundred options.

With the options fixed to those that the search has opened, the contract's model is small: the compact model of
:mod:`planner.model.compact` over these options only. Its optimum is a plan of the whole problem; its bound is not
(options are missing), so only its plan is used. Formulas: docs/engine.md, section 3.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from planner.engine.jobs import plan_value
from planner.model import solver
from planner.model.compact import VALUE_TOLERANCE, CompactModel, build_compact, chosen_classes, hold_value
from planner.model.options import ClassHeads, Slot
from planner.model.problem import Problem

_NODES = 400


def best_heads(
    problem: Problem,
    classes: Sequence[ClassHeads],
    backend: str = solver.DEFAULT_SOLVER,
    gap: float = 1e-5,
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[ClassHeads]:
    """Best classes and head counts over the plan's options; never worse than the plan given."""
    slots = sorted({slot for slot, _ in classes})
    if not slots:
        return list(classes)
    compact = build_compact(problem, slots, lean=True)
    start_from(compact, classes)
    solved = solver.solve(
        compact.model, backend, time_limit, gap, warm_start=True, stop=stop, node_limit=_NODES
    )
    if solved.outcome not in (solver.Outcome.OPTIMAL, solver.Outcome.FEASIBLE):
        return list(classes)
    better = list(chosen_classes(compact))
    return better if plan_value(problem, better) > plan_value(problem, classes) else list(classes)


def least_cost(
    problem: Problem,
    classes: Sequence[ClassHeads],
    backend: str = solver.DEFAULT_SOLVER,
    gap: float = 1e-5,
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[ClassHeads]:
    """Cheapest classes and head counts over the plan's options that hold its value within 1e-6 relative."""
    slots = sorted({slot for slot, _ in classes})
    if not slots:
        return list(classes)
    value = plan_value(problem, classes)
    compact = build_compact(problem, slots, lean=True)
    hold_value(compact, value)
    start_from(compact, classes)
    solved = solver.solve(
        compact.model, backend, time_limit, gap, warm_start=True, stop=stop, node_limit=_NODES
    )
    if solved.outcome not in (solver.Outcome.OPTIMAL, solver.Outcome.FEASIBLE):
        return list(classes)
    cheaper = list(chosen_classes(compact))
    held = plan_value(problem, cheaper) >= value - VALUE_TOLERANCE * abs(value)
    return cheaper if held and plan_cents(problem, cheaper) < plan_cents(problem, classes) else list(classes)


def plan_cents(problem: Problem, classes: Sequence[ClassHeads]) -> int:
    """Total cost of a plan in cents."""
    total = 0
    for slot, heads in classes:
        course = problem.offering_course[slot.offering]
        total += int(problem.class_cents[course] + problem.outreach_cents[slot.provider, slot.venue])
        for k, persons in heads.items():
            total += persons * int(problem.head_cents[course, problem.cohort_group[k]].sum())
    return total


def start_from(compact: CompactModel, classes: Sequence[ClassHeads]) -> None:
    """Set classes and heads to the plan as a first solution; the solver completes the flows itself."""
    number = Counter(slot for slot, _ in classes)
    heads: dict[tuple[Slot, int], int] = defaultdict(int)
    for slot, members in classes:
        for k, persons in members.items():
            heads[slot, k] += persons
    for variable in compact.model.variables():
        variable.setInitialValue(0, check=False)
    for j, slot in enumerate(compact.slots):
        compact.classes[j].setInitialValue(number[slot], check=False)
    for (k, j), variable in compact.heads.items():
        variable.setInitialValue(heads[compact.slots[j], k], check=False)
