"""Plans among which a hedging plan is chosen: each a checked plan of the county as it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.domain.plan import Plan
from planner.engine.jobs import plan_value
from planner.engine.solve import Solution
from planner.errors import Infeasible, NoPlanFound
from planner.model.options import ClassHeads
from planner.model.problem import Problem
from planner.scenarios.solving import Solved, Work, checked_plan

_WORK = 0.3
"""Work of one solve, in parts of the base's."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A checked plan with its classes by the base's indices; ``name`` says how it was made."""

    name: str
    plan: Plan
    classes: tuple[ClassHeads, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The base: problem, solution and checked plan; plans found later are proved against its bound."""

    solved: Solved
    plan: Plan
    input_sha256: str

    @property
    def problem(self) -> Problem:
        """The county as its workbook states it."""
        return self.solved.problem

    @property
    def candidate(self) -> Candidate:
        """The base's own plan."""
        return Candidate("基准方案", self.plan, self.solved.solution.classes)

    def candidate_of(self, name: str, classes: tuple[ClassHeads, ...], seed: int) -> Candidate:
        """A plan of the county from classes that were chosen for another aim.

        Raises
        ------
        PlannerError
            The checker does not pass the plan: an error of the program.
        """
        value = plan_value(self.problem, classes)
        bound = max(self.plan.bound, value)
        plan = checked_plan(self.problem, Solution(classes, value, bound, False, 0.0), self.input_sha256, seed)
        return Candidate(name, plan, classes)

    def price_of(self, candidate: Candidate) -> tuple[float, float]:
        """By how many jobs the county's best value lies above the candidate's: proved to be in this range."""
        value = candidate.plan.value
        return max(0.0, self.plan.value - value), max(0.0, self.plan.bound - value)


def solved_for(
    name: str, aim: Problem, base: Base, work: Work, *, with_bound: bool = True,
    start: tuple[ClassHeads, ...] | None = None,
) -> Solution | None:
    """Solve a problem with the base's rules and another aim; ``None`` when nothing was found.

    The search starts from the classes of ``start``, by default the base's. Without a bound no work is spent on
    tightening it.
    """
    options = replace(work.options, effort=_WORK * work.options.effort)
    if not with_bound:
        options = replace(options, patterns=False, fixing_options=0)
    light = replace(work, options=options)
    try:
        first = base.solved.start_of(aim)
        return light.solve(name, aim, first if start is None else replace(first, classes=start))
    except (Infeasible, NoPlanFound):
        return None
