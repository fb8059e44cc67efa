"""The checker accepts the plan worked out by hand and rejects every mutation of it under the right rule."""

from __future__ import annotations

import pytest

from planner.checker import RULES, check_plan, format_report
from tests.checker import timetable_mutations  # noqa: F401  (importing them fills MUTATIONS)
from tests.checker.builders import (
    LINKED_JOBS,
    TOTAL_COST_CENTS,
    UNLINKED_JOBS,
    VALUE,
    a_small_instance,
    a_timetabled_record,
    a_valid_record,
    an_empty_record,
    an_instance,
)
from tests.checker.mutations import MUTATIONS, Mutation


def test_the_plan_worked_out_by_hand_is_accepted() -> None:
    """No rule is broken by the valid plan."""
    assert check_plan(a_small_instance(), a_valid_record()).violations == ()


def test_the_timetable_worked_out_by_hand_is_accepted() -> None:
    """No rule is broken by the valid plan with its days, rooms, teachers, exams and inspections."""
    assert check_plan(a_small_instance(), a_timetabled_record()).violations == ()


def test_figures_are_those_worked_out_by_hand() -> None:
    """Value, jobs and cost equal the sums in the builders' comments."""
    report = check_plan(a_small_instance(), a_valid_record())
    assert report.value == pytest.approx(VALUE, abs=1e-9)
    assert report.linked_jobs == pytest.approx(LINKED_JOBS, abs=1e-9)
    assert report.unlinked_jobs == pytest.approx(UNLINKED_JOBS, abs=1e-9)
    assert report.total_cost_cents == TOTAL_COST_CENTS


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: f"{mutation.rule}-{mutation.name}")
def test_mutation_is_rejected_by_its_rule(mutation: Mutation) -> None:
    """The violation carries the rule's key and a sentence with the value found and what is allowed."""
    instance, record = mutation.apply()
    found = [str(violation) for violation in check_plan(instance, record).violations if violation.rule == mutation.rule]
    assert any(mutation.message in text for text in found), found


def test_every_rule_has_a_mutation() -> None:
    """A rule registered without a mutation that it rejects is not tested."""
    assert set(RULES) == {mutation.rule for mutation in MUTATIONS}


def test_every_rule_has_a_sentence_for_the_planner() -> None:
    """Sentences are Chinese and end as one."""
    assert all(rule.sentence.endswith("。") for rule in RULES.values())


def test_an_empty_plan_of_a_county_without_obligations_is_accepted() -> None:
    """Nothing planned breaks nothing."""
    assert check_plan(an_instance(), an_empty_record()).violations == ()


def test_a_plan_without_a_proved_bound_is_accepted() -> None:
    """A search stopped early may have proved nothing: bound and gap are null."""
    record = a_valid_record() | {"status": "stopped", "bound": None, "gap": None}
    assert check_plan(a_small_instance(), record).violations == ()


def test_the_printed_report_says_passed_with_the_figures() -> None:
    """The command line prints 通过 and the checker's own figures."""
    text = format_report(check_plan(a_small_instance(), a_valid_record()))
    assert text.startswith("通过\n")
    assert "总费用 13030.50 元" in text
    assert text.endswith("课程表：方案没有课程表，未核对")
    assert "核对了 40 个课次" in format_report(check_plan(a_small_instance(), a_timetabled_record()))


def test_the_printed_report_lists_every_violation() -> None:
    """The command line prints how many violations there are and each with rule, place and sentence."""
    record = a_valid_record() | {"total_cost": "1.00", "contract": 2}
    text = format_report(check_plan(a_small_instance(), record))
    assert text.startswith("未通过，共 2 处违规：\n1. [contract-version] contract：契约版本为 2")
    assert "\n2. [total-cost] total_cost：写为 1.00 元，应为 13030.50 元\n" in text
