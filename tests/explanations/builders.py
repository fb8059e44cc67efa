"""Plans to explain: the best plan of a tiny county, by index, with the proved bound."""

from __future__ import annotations

from collections.abc import Sequence

from planner.checker import check_plan
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.engine.assemble import assemble_plan
from planner.engine.jobs import plan_value
from planner.engine.solve import Options, Solution, solve_problem
from planner.explanations.planned import Explained
from planner.export.record import plan_to_record
from planner.model.options import ClassHeads
from planner.model.problem import Problem, build_problem


def explained(instance: Instance, options: Options | None = None) -> Explained:
    """The instance's plan as the explanations see it; solved exactly unless options say otherwise."""
    problem = build_problem(instance)
    found = solve_problem(problem, options or Options())
    return Explained(problem, tuple(found.classes), found.value, found.bound)


def recorded(problem: Problem, classes: Sequence[ClassHeads]) -> Plan:
    """The plan record of some classes."""
    value = plan_value(problem, classes)
    return assemble_plan(problem, Solution(tuple(classes), value, value, True, 0.0), "0" * 64, "test", 0)


def passes(problem: Problem, classes: Sequence[ClassHeads]) -> bool:
    """Whether the independent checker accepts the classes as a plan."""
    return check_plan(problem.instance, plan_to_record(recorded(problem, classes))).passed
