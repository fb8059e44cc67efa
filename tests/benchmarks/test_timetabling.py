"""The plain peer of the timetable's benchmark solves the same problem."""

from __future__ import annotations

from ortools.sat.python import cp_model

from benchmarks.timetabling import PlainModel, measure_ours, measure_plain
from planner.timetable.lessons import lessons_of, staff_of
from planner.timetable.solve import Effort, build_timetable
from tests.timetable.test_solve import a_county


def test_half_days_and_whole_days_have_the_same_best_points() -> None:
    """A model of half days for the whole county, written apart from ours, ends at the same points, both proved."""
    instance, plan = a_county()
    ours = build_timetable(instance, plan, Effort(work=1.0))
    plain = PlainModel(instance, lessons_of(instance, plan), staff_of(instance))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    assert solver.solve(plain.model) == cp_model.OPTIMAL
    assert ours is not None
    assert ours.outcome.cost == ours.outcome.bound == round(solver.objective_value) == plain.points(solver).cost


def test_both_are_told_in_a_line() -> None:
    """The table's lines name the solver, its points and whether the checker passed ours."""
    instance, plan = a_county()
    assert measure_plain(instance, plan, 1, 20.0).startswith("| plain CP-SAT | ")
    assert measure_ours(instance, plan, 1).startswith("| planner | ")
