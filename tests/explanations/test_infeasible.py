"""Clashes against enumeration: every claim holds, a clash is minimal, the elastic plan keeps every limit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.cli import main
from planner.domain.instance import (
    BusyWeek,
    Fund,
    FundRule,
    Instance,
    Lock,
    LockKind,
    Measure,
    Sense,
    Target,
    Township,
)
from planner.engine.solve import Options
from planner.errors import Infeasible
from planner.explanations.infeasible import Sort, diagnose
from planner.explanations.planned import broken_rules
from planner.explanations.requirements import (
    Answer,
    Kind,
    Requirement,
    all_requirements,
    is_proved_impossible,
    only,
    proves_infeasible,
)
from planner.export.explanation_infeasible import diagnosis_sentences
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import SECOND_WEEK, a_tiny_instance, best_by_enumeration

INSTANCES = Path(__file__).parents[2] / "instances"
EXACT, SEARCHED = Options(), Options(exact_heads=0)
drawn = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def at_least(number: int, name: str = "人数", **filters: str) -> Target:
    return Target(name, Measure.PERSONS, Sense.AT_LEAST, number, **filters)  # type: ignore[arg-type]


def is_feasible(instance: Instance) -> bool:
    """By enumeration."""
    try:
        best_by_enumeration(instance)
    except Infeasible:
        return False
    return True


def with_kept(instance: Instance, kept: Collection[Requirement]) -> Instance:
    """The instance with all other requirements lifted, small enough to be enumerated."""
    return only(instance, kept)


@st.composite
def demanding_counties(draw: st.DrawFn) -> Instance:
    """The tiny county with drawn demands and limits, feasible or not."""
    targets = [
        draw(st.sampled_from([
            at_least(2, "东山二", township="东山"), at_least(3, "西河三", township="西河"), at_least(5, "五人"),
            at_least(7, "七人"), Target("一班", Measure.CLASSES, Sense.AT_MOST, 1),
            Target("四人内", Measure.PERSONS, Sense.AT_MOST, 4), Target("二班", Measure.CLASSES, Sense.AT_LEAST, 2),
        ]))
        for _ in range(draw(st.integers(1, 3)))
    ]  # fmt: skip
    locks = draw(st.lists(st.sampled_from([
        Lock("家政服务", LockKind.REQUIRED, start_week=SECOND_WEEK),
        Lock("家政服务", LockKind.FORBIDDEN, venue="东山站"),
        Lock("家政服务", LockKind.REQUIRED, venue="西河站", persons=3),
    ]), max_size=2, unique=True))  # fmt: skip
    busy = draw(st.sampled_from([(), (BusyWeek("高山", SECOND_WEEK, 0.9),)]))
    rules = draw(st.sampled_from([None, (FundRule("就业资金", county="甲县"),)]))
    return a_tiny_instance(
        townships=(Township("东山", "甲县", "高山"), Township("西河", "乙县", "高山")),
        busy_weeks=busy, fund_rules=rules,
        targets=tuple({target.id: target for target in targets}.values()), locks=tuple(locks),
        funds=(Fund("就业资金", draw(st.sampled_from([100_000, 65_000, 36_000]))),),
    )  # fmt: skip


@drawn
@given(demanding_counties())
def test_what_is_said_to_clash_clashes_and_without_any_member_it_does_not(instance: Instance) -> None:
    """By enumeration; and a county is called infeasible exactly when it is."""
    diagnosis = diagnose(instance, EXACT)
    assert (diagnosis.answer is Answer.YES) == is_feasible(instance)
    assert (diagnosis.answer is Answer.NO) == bool(diagnosis.clashes)
    for clash in diagnosis.clashes:
        assert not is_feasible(with_kept(instance, clash.requirements))
        assert clash.minimal
        for one in clash.requirements:
            assert is_feasible(with_kept(instance, [other for other in clash.requirements if other is not one]))


@drawn
@given(demanding_counties())
def test_by_prices_alone_nothing_false_is_proved(instance: Instance) -> None:
    """As for a county: a proof holds, and a plan said to be there is there; where neither is found, nothing is said."""
    diagnosis = diagnose(instance, SEARCHED)
    feasible = is_feasible(instance)
    assert diagnosis.answer is Answer.UNKNOWN or (diagnosis.answer is Answer.YES) == feasible
    for clash in diagnosis.clashes:
        assert not is_feasible(with_kept(instance, clash.requirements))
    if diagnosis.answer is Answer.YES:
        assert broken_rules(diagnosis.problem, diagnosis.elastic) == ()


@drawn
@given(demanding_counties())
def test_the_elastic_plan_breaks_only_what_is_named(instance: Instance) -> None:
    """The checker objects to as many demands as there are shortfalls, and to nothing else."""
    diagnosis = diagnose(instance, SEARCHED)
    broken = broken_rules(diagnosis.problem, diagnosis.elastic)
    assert len(broken) == len(diagnosis.shortfalls)
    for one in diagnosis.shortfalls:
        assert one.missing == one.asked - one.reached > 0


def test_more_people_than_there_are_is_structural_and_counted() -> None:
    """Seven of six: counting proves it, and nothing that could be lifted would help."""
    diagnosis = diagnose(a_tiny_instance(targets=(at_least(7),)), EXACT)
    assert [clash.sort for clash in diagnosis.clashes] == [Sort.STRUCTURAL]
    assert diagnosis.counting and "6 人" in diagnosis.counting[0]
    assert any(sentence.startswith("结构性") for sentence in diagnosis_sentences(diagnosis))


def test_a_demand_against_the_money_is_impossible_alone() -> None:
    """Five people cost 500 yuan and two classes; the fund has 360."""
    diagnosis = diagnose(a_tiny_instance(targets=(at_least(5),), funds=(Fund("就业资金", 36_000),)), EXACT)
    (clash,) = diagnosis.clashes
    assert clash.sort is Sort.ALONE and clash.minimal
    assert {one.kind for one in clash.requirements} == {Kind.TARGET, Kind.FUND}


def test_two_demands_that_only_together_cost_too_much() -> None:
    """Money for one class: each township's three are possible, both are not."""
    targets = (at_least(3, "东山三", township="东山"), at_least(3, "西河三", township="西河"))
    diagnosis = diagnose(a_tiny_instance(targets=targets, funds=(Fund("就业资金", 37_000),), travel=()), EXACT)
    (clash,) = diagnosis.clashes
    assert clash.sort is Sort.TOGETHER and clash.minimal
    assert {one.name[:5] for one in clash.requirements} == {"任务“东山", "任务“西河", "“就业资金"[:5]}
    assert len(diagnosis.shortfalls) == 1 and diagnosis.shortfalls[0].missing == 3


def test_every_requirement_lifted_leaves_a_county_that_asks_nothing() -> None:
    """All limits gone, too: the empty plan is feasible, and so is every class."""
    demo = read_workbook(INSTANCES / "demo.xlsx").instance
    lifted = only(demo, ())
    assert [one for one in all_requirements(lifted) if one.kind is Kind.FORBIDDEN] == []
    assert broken_rules(build_problem(lifted), ()) == ()


def test_prices_prove_a_clash_of_the_demo_and_never_one_of_a_feasible_county() -> None:
    """Twice the people that its money can train; the demo itself has a plan, so nothing may be proved."""
    demo = read_workbook(INSTANCES / "demo.xlsx").instance
    assert not proves_infeasible(build_problem(demo))
    dear = replace(demo, targets=(*demo.targets, at_least(500, "T-多人")))
    assert proves_infeasible(build_problem(dear))
    assert is_proved_impossible(dear, SEARCHED)


def test_a_stop_claims_nothing(tmp_path: Path) -> None:
    """Stopped at once: neither yes nor no."""
    demo = read_workbook(INSTANCES / "demo.xlsx").instance
    dear = replace(demo, targets=(*demo.targets, at_least(500, "T-多人")))
    diagnosis = diagnose(dear, SEARCHED, lambda: True)
    assert diagnosis.answer is Answer.UNKNOWN and diagnosis.clashes == ()


@pytest.mark.parametrize(("number", "code"), [(5, 1), (3, 0)])
def test_explain_without_a_plan_answers_with_its_exit_code(number: int, code: int, tmp_path: Path) -> None:
    """1 with 无解说明.xlsx where infeasibility is proved, 0 without a file where a plan exists."""
    instance = a_tiny_instance(targets=(at_least(number),), funds=(Fund("就业资金", 36_000),))
    write_tables(tmp_path / "book.xlsx", tables_of(instance))
    result = CliRunner().invoke(main, ["explain", str(tmp_path / "book.xlsx"), "--out", str(tmp_path / "out")])
    assert result.exit_code == code, result.output
    path = tmp_path / "out" / "无解说明.xlsx"
    assert path.exists() == bool(code)
    if code:
        assert openpyxl.load_workbook(path).sheetnames == ["冲突的要求", "缺口", "弹性方案"]
        assert "单独不可行" in result.output and "已证明" in result.output
    else:
        assert "能够同时满足" in result.output


def test_solve_points_to_explain_where_it_is_infeasible(tmp_path: Path) -> None:
    """Who reads that there is no plan learns how to find out why."""
    write_tables(tmp_path / "book.xlsx", tables_of(a_tiny_instance(targets=(at_least(7),))))
    result = CliRunner().invoke(main, ["solve", str(tmp_path / "book.xlsx"), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1 and "explain WORKBOOK" in result.output
