"""Both counts of jobs, the range under drawn rates, optimism, and drafts read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

from planner.checker.derivation import ClassOption, Derivation
from planner.cli import main
from planner.conversion import RateTable
from planner.domain.instance import ConversionRate, Demand, Instance, Objective, PastOutcome
from planner.domain.plan import Plan
from planner.domain.rate import Source
from planner.engine.assemble import assemble_plan, expected_jobs_by_class
from planner.engine.solve import Options, solve_problem
from planner.errors import BadInput
from planner.evaluation import evaluate_classes, who_cannot_come, with_outlook
from planner.evaluation.draft import read_draft
from planner.evaluation.optimism import selection_optimism
from planner.export import write_all
from planner.export.record import plan_to_record
from planner.model.problem import Problem, build_problem
from planner.workbook.write import tables_of, write_tables
from tests.checker.builders import YOUNG, a_course
from tests.conversion.test_rates import a_rated_instance
from tests.oracle.enumeration import a_tiny_instance


def a_planned(instance: Instance) -> tuple[Problem, Plan, dict[str, float]]:
    """The instance's problem, its best plan and the expected jobs of each class."""
    problem = build_problem(instance)
    solution = solve_problem(problem, Options())
    return problem, assemble_plan(problem, solution, "0" * 64, "test", 0), expected_jobs_by_class(problem, solution)


def by_the_checker(instance: Instance, plan: Plan, objective: Objective) -> float:
    """Expected jobs of a plan under an objective, by the checker's derivation."""
    derivation = Derivation(replace(instance, settings=replace(instance.settings, objective=objective)))
    total = 0.0
    for one in plan.classes:
        course, provider = derivation.courses[one.course], derivation.providers[one.provider]
        weeks = derivation.class_weeks(course, one.form, one.start_week)
        assert weeks is not None
        option = ClassOption(course, provider, derivation.venues[one.venue], one.form, weeks)
        for heads in one.heads:
            total += heads.persons * derivation.expected_jobs(option, (heads.township, heads.age_band, heads.group))
    return total


def a_county(objective: Objective = Objective.GROSS) -> Instance:
    """The tiny county with rates partly given, partly from past classes."""
    base = a_tiny_instance()
    first = base.courses[0].name
    band = base.age_bands[0].name
    return replace(
        base,
        settings=replace(base.settings, objective=objective),
        conversion=(ConversionRate(base.courses[-1].name, None, None, 0.45, 0.03),) if len(base.courses) > 1 else (),
        history=(PastOutcome(first, band, None, None, 40, 40, 22), PastOutcome(first, None, None, None, 30, 30, 14)),
    )


@pytest.mark.parametrize("objective", Objective)
def test_both_counts_are_the_checkers(objective: Objective) -> None:
    """Gross and uplift jobs of the same plan, and the one that was maximised."""
    instance = a_county(objective)
    problem, plan, _ = a_planned(instance)
    outlook = with_outlook(plan, problem).outlook
    assert outlook is not None and outlook.maximised is objective
    assert outlook.gross_jobs == pytest.approx(by_the_checker(instance, plan, Objective.GROSS))
    assert outlook.uplift_jobs == pytest.approx(by_the_checker(instance, plan, Objective.UPLIFT))
    stated = outlook.uplift_jobs if objective is Objective.UPLIFT else outlook.gross_jobs
    assert stated == pytest.approx(plan.linked_jobs + plan.unlinked_jobs)
    assert sum(share for _, share in outlook.source_shares) == pytest.approx(1.0)


def test_the_range_holds_what_is_expected_and_given_rates_have_none() -> None:
    """Estimated rates spread; given rates do not; equal seeds give equal figures."""
    instance = a_county()
    problem, plan, _ = a_planned(instance)
    first, second = (with_outlook(plan, problem, 5).outlook for _ in range(2))
    assert first == second and first is not None
    assert first.low < first.gross_jobs < first.high
    rows = tuple(ConversionRate(course.name, None, None, 0.5, 0.03) for course in instance.courses)
    given = replace(instance, conversion=rows)
    problem, plan, _ = a_planned(given)
    certain = with_outlook(plan, problem).outlook
    assert certain is not None
    assert (certain.low, certain.high) == pytest.approx((certain.gross_jobs, certain.gross_jobs))
    assert dict(certain.source_shares)[Source.GIVEN] == pytest.approx(1.0)
    assert certain.optimism == 0.0


def test_every_rate_of_the_plan_is_recorded_with_its_source() -> None:
    """Each cohort kind of the plan has one entry; the record carries them after the contract's keys."""
    problem, plan, _ = a_planned(a_county())
    plan = with_outlook(plan, problem)
    cells = {(one.course, heads.age_band, heads.group) for one in plan.classes for heads in one.heads}
    assert {(used.course, used.age_band, used.group) for used in plan.rates} == cells
    assert sum(used.persons for used in plan.rates) == sum(one.size for one in plan.classes)
    record = plan_to_record(plan)
    assert list(record)[-3:] == ["assumptions", "outlook", "rates"]
    assert {entry["gross"]["source"] for entry in record["rates"]} <= {source.value for source in Source}
    estimated = [entry["gross"] for entry in record["rates"] if entry["gross"]["source"] == "历史估计"]
    assert estimated
    assert all(one["low"] < one["rate"] < one["high"] and one["people"] > 0 for one in estimated)


def test_values_under_drawn_rates_enclose_the_value() -> None:
    """The 10 and 90 % points lie around the value at the workbook's rates."""
    problem, plan, _ = a_planned(a_county())
    found = evaluate_classes(problem, plan.classes)
    low, middle, high = found.value_points
    assert found.value == pytest.approx(plan.value)
    assert low < middle < high and low < found.value < high


# --- optimism ---


def many_courses(people: int) -> Instance:
    """Twenty courses of equal default, each with ``people`` past people; wishes for all."""
    draw = np.random.default_rng(people)
    courses = tuple(a_course(f"课{number:02d}") for number in range(20))
    history = tuple(
        PastOutcome(course.name, YOUNG, None, None, people, people, int(draw.binomial(people, draw.beta(5, 5))))
        for course in courses
    )
    base = a_rated_instance(courses=courses, history=history)
    township = base.townships[0].name
    return replace(base, demand=tuple(Demand(township, YOUNG, "一般", course.name, 30) for course in courses))


@pytest.mark.parametrize("people", [15, 150])
def test_shrunk_rates_leave_little_optimism(people: int) -> None:
    """Choosing the best three courses of twenty by posterior means promises at most 6 % too much."""
    assert abs(selection_optimism(RateTable(many_courses(people)), 90)) < 0.06


def test_raw_shares_would_have_promised_far_too_much() -> None:
    """The same choice by raw shares of 15 people: drawn truths fall short by more than 10 %."""
    draw, shortfall = np.random.default_rng(1), []
    for _ in range(200):
        truth = draw.beta(5, 5, 20)
        raw = draw.binomial(15, truth) / 15
        best = np.argsort(-raw)[:3]
        shortfall.append(1 - truth[best].sum() / raw[best].sum())
    assert np.mean(shortfall) > 0.10


# --- drafts ---


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan, Instance]:
    """A folder with county.xlsx and the plan's files."""
    folder = tmp_path_factory.mktemp("plan")
    instance = a_county()
    write_tables(folder / "county.xlsx", tables_of(instance))
    problem, plan, jobs = a_planned(instance)
    plan = with_outlook(plan, problem)
    write_all(instance, plan, folder, jobs)
    return folder, plan, instance


@pytest.mark.parametrize("name", ["plan.json", "plan.xlsx"])
def test_a_written_plan_reads_back(written: tuple[Path, Plan, Instance], name: str) -> None:
    """Both files give the same classes with the same heads."""
    folder, plan, instance = written

    def essence(classes: tuple) -> set:  # type: ignore[type-arg]
        return {
            (c.id, c.course, c.provider, c.venue, c.form, c.start_week, frozenset(h for h in c.heads)) for c in classes
        }

    assert essence(read_draft(folder / name, instance)) == essence(plan.classes)


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "words"),
    [
        ("开班计划表", "承训机构", "无名校", "没有这个机构"),
        ("开班计划表", "培训地点", "月球", "没有这个场地"),
        ("开班计划表", "开班日期", "下周", "开班日期"),
        ("开班计划表", "授课方式", "夜校", "授课方式读不懂"),
        ("班级生源", "生源乡镇", "无名乡", "没有这类愿意参训的人"),
    ],
)
def test_a_wrong_cell_of_a_draft_is_named(
    written: tuple[Path, Plan, Instance], tmp_path: Path, sheet: str, heading: str, value: str, words: str
) -> None:
    """Sheet, cell, value and what to do."""
    folder, _, instance = written
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    found = next(cell for row in book[sheet].iter_rows() for cell in row if cell.value == heading)
    row = found.row + 1
    while book[sheet].cell(row, 1).value is None:
        row += 1
    book[sheet].cell(row, found.column).value = value
    book.save(tmp_path / "draft.xlsx")
    with pytest.raises(BadInput) as caught:
        read_draft(tmp_path / "draft.xlsx", instance)
    fault = caught.value.faults[0]
    assert fault.sheet == sheet and words in fault.problem and value in fault.found and fault.remedy
    assert fault.cell.endswith(str(row))


def test_a_file_without_the_sheets_says_which(written: tuple[Path, Plan, Instance]) -> None:
    """The county's own workbook is no plan."""
    folder, _, instance = written
    with pytest.raises(BadInput, match="缺少表“开班计划表”"):
        read_draft(folder / "county.xlsx", instance)


def test_a_class_that_nobody_can_attend_is_said() -> None:
    """A week in which the course may not start, and places beyond the longest way, have no yield."""
    problem, plan, _ = a_planned(a_county())
    assert who_cannot_come(problem, plan.classes) == []
    closed = replace(problem, length=np.zeros_like(problem.length))
    assert all("不能开" in words for words in who_cannot_come(closed, plan.classes))
    far = replace(problem, distance=np.full_like(problem.distance, -1.0))
    assert all("的学员不能参加" in words for words in who_cannot_come(far, plan.classes))
    assert len(who_cannot_come(far, plan.classes)) == len(plan.classes) > 0


def test_the_verb_prints_both_counts_the_range_and_the_rules(written: tuple[Path, Plan, Instance]) -> None:
    """Exit 0 with sentences, or one JSON object."""
    folder, plan, _ = written
    words = ["evaluate", str(folder / "county.xlsx"), str(folder / "plan.json")]
    said = CliRunner().invoke(main, words)
    assert said.exit_code == 0, said.output
    assert "毛就业" in said.output and "净增就业" in said.output and "十次有八次" in said.output
    assert "规则：全部符合" in said.output
    figures = json.loads(CliRunner().invoke(main, [*words, "--json"]).output)
    assert figures["value"] == pytest.approx(plan.value, abs=1e-6)
    assert figures["jobs"]["10"] < figures["jobs"]["50"] < figures["jobs"]["90"]
    assert figures["broken_rules"] == 0


def test_a_cautious_plan_is_checked_against_its_own_workbook(
    written: tuple[Path, Plan, Instance], tmp_path: Path
) -> None:
    """Planned on low rates: input.xlsx states them, the check passes, and the outlook is that of the known rates."""
    folder, plan, _ = written
    county, out = str(folder / "county.xlsx"), tmp_path / "out"
    solved = CliRunner().invoke(main, ["solve", county, "--out", str(out), "--caution", "0.1", "--progress", "none"])
    assert solved.exit_code == 0, solved.output
    record = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert CliRunner().invoke(main, ["check", str(out / "input.xlsx"), str(out / "plan.json")]).exit_code == 0
    assert record["value"] < plan.value
    assert record["outlook"]["gross_jobs"] > record["linked_jobs"] + record["unlinked_jobs"]
    assert any("10% 分位" in line for line in record["assumptions"])
