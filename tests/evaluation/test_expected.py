"""Expected jobs of a recorded plan are those that the engine found."""

from __future__ import annotations

import pytest

from planner.evaluation.expected import expected_jobs_of
from planner.export.record import plan_to_record, record_to_plan
from tests.evaluation.test_outlook import a_county, a_planned


def test_jobs_worked_out_anew_are_those_of_the_engine() -> None:
    """Class by class, from the record that plan.json holds."""
    problem, plan, jobs = a_planned(a_county())
    again = expected_jobs_of(problem, record_to_plan(plan_to_record(plan)).classes)
    assert again == pytest.approx(jobs) and sum(jobs.values()) > 0
    assert sum(again.values()) == pytest.approx(plan.linked_jobs + plan.unlinked_jobs)
