"""The exact finish: head counts over the few hundred options of a plan.

With the options fixed to those that the search has opened, the contract's model is small: the compact model of
:mod:`planner.model.compact` over these options only. Its optimum is a plan of the whole problem; its bound is not
(options are missing), so only its plan is used. Formulas: docs/engine.md, section 3.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from planner.engine.jobs import plan_value
from planner.model import solver
from planner.model.compact import CompactModel, build_compact, chosen_classes
from planner.model.options import ClassHeads, Slot
from planner.model.problem import Problem

NODES = 400
"""Branching of one call, enough for a county's plan."""
COST_WEIGHT = 1e-9
"""Jobs that a cent weighs in the head counts' objective: enough to prefer the cheaper of two equals, too little to
cost a job (a county's whole budget weighs about one)."""


def best_heads(
    problem: Problem,
    classes: Sequence[ClassHeads],
    more_slots: Sequence[Slot] = (),
    backend: str = solver.DEFAULT_SOLVER,
    gap: float = 1e-5,
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
    nodes: int = NODES,
) -> list[ClassHeads]:
    """Best classes and head counts over the plan's options and ``more_slots``; never worse than the plan given.

    ``nodes`` limits the solver's branching, and with it the work.
    """
    slots = sorted({slot for slot, _ in classes} | set(more_slots))
    if not slots:
        return list(classes)
    compact = build_compact(problem, slots, lean=True)
    compact.model.setObjective(compact.value - COST_WEIGHT * compact.cost)
    start_from(compact, classes)
    solved = solver.solve(
        compact.model, backend, time_limit, gap, warm_start=True, stop=stop, node_limit=nodes
    )
    if solved.outcome not in (solver.Outcome.OPTIMAL, solver.Outcome.FEASIBLE):
        return list(classes)
    better = list(chosen_classes(compact))
    return better if plan_value(problem, better) > plan_value(problem, classes) else list(classes)


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
