"""compare.json: every figure is the plans' own, nothing is claimed without proof, and new topics are easy to add."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from planner.cli import main
from planner.cli.comparing_robust import RobustQuestions, answer_robust
from planner.domain.instance import Measure, Objective, Sense, Target
from planner.export.compare_record import SCHEMA, SECTIONS, comparison_to_record, section, write_comparison_record
from planner.export.comparison import Comparison
from planner.export.comparison_money import MoneyStudy
from planner.scenarios.additions import add_money
from planner.scenarios.compare import Difference
from planner.scenarios.curve import BudgetCurve, Sweep, budget_curve, problem_at, total_cents_at
from planner.scenarios.front import Aim, trace_front, willing_people
from planner.scenarios.least import Wanted, least_money
from planner.scenarios.nested import nested_curve
from planner.scenarios.robust.uncertainty import Uncertainty
from planner.scenarios.scenario import Change, Scenario
from planner.scenarios.sheet import read_scenarios, write_scenario_template
from planner.scenarios.solving import Outcome, Solved, Work, plan_scenario
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import tiny_instances
from tests.scenarios.builders import EXACT, LITTLE, the_demo

HASH = "0" * 64
COUNTY = tiny_instances()["pools"]
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "scenarios.md"
PAGES_EXAMPLE = Path(__file__).parents[1] / "web" / "compared.json"


def outcome_of(name: str, *changes: Change) -> Outcome:
    scenario = Scenario(name, changes)
    return plan_scenario(scenario, scenario.apply(COUNTY), HASH, Work(EXACT))


def compared(base: Outcome, *outcomes: Outcome, money: MoneyStudy | None = None) -> Comparison:
    return Comparison(base, outcomes, money or MoneyStudy(), HASH, "test", 0)


def solved_of(outcome: Outcome) -> Solved:
    assert outcome.solved is not None
    return outcome.solved


@pytest.fixture(scope="module")
def base() -> Outcome:
    """The tiny county as it is, solved to the optimum."""
    return outcome_of("基准")


@pytest.fixture(scope="module")
def curve(base: Outcome) -> BudgetCurve:
    """Its eleven levels of money."""
    return budget_curve(Sweep(COUNTY, solved_of(base), HASH, Work(EXACT), 11))


@pytest.fixture(scope="module")
def everything(base: Outcome, curve: BudgetCurve) -> dict[str, Any]:
    """The record of a comparison in which every topic was asked."""
    work, solved = Work(EXACT), solved_of(base)
    assert base.plan is not None
    nested = nested_curve(COUNTY, curve, HASH, work)
    sweep = Sweep(COUNTY, solved, HASH, work, 6)
    money = MoneyStudy(
        nested.free, nested, (add_money(COUNTY, solved, base.plan, 20_000, HASH, work),),
        (least_money(sweep, Wanted.VALUE, 1),),
        tuple(trace_front(aim, COUNTY, solved, base.plan, HASH, work) for aim in Aim), "已批准的方案",
    )  # fmt: skip
    few = outcome_of("无岗", Change("vacancies", None, 0.0), Change("total-money", None, 40_000))
    asked = RobustQuestions(True, 0.1, True, 1, Uncertainty(draws=1_000))
    robust = answer_robust(asked, base, (), work, lambda name, sentence: None)
    return comparison_to_record(replace(compared(base, few, money=money), robust=robust))


def test_figures_of_a_scenario_are_those_of_its_plan(base: Outcome, everything: dict[str, Any]) -> None:
    """Jobs, people, money and funds, the record's own sums against the plan's entries."""
    record, plan = everything["scenarios"][0]["plan"], base.plan
    assert plan is not None and plan.outlook is not None
    assert record["value"] == pytest.approx(plan.value) and record["bound"] == pytest.approx(plan.bound)
    assert record["persons"] == sum(heads.persons for one in plan.classes for heads in one.heads)
    assert sum(record["persons_by_age"].values()) == record["persons"]
    assert Decimal(record["total_cost"]) * 100 == plan.total_cost_cents
    assert sum(Decimal(fund["used"]) for fund in record["funds"]) == Decimal(record["total_cost"])
    assert record["outlook"]["jobs_10"] <= record["outlook"]["jobs_50"] <= record["outlook"]["jobs_90"]


def test_the_worst_served_township_has_the_least_share(base: Outcome, everything: dict[str, Any]) -> None:
    """Counted again from the plan's heads: no township lies below it."""
    plan, worst = base.plan, everything["scenarios"][0]["plan"]["worst_served"]
    assert plan is not None
    trained = dict.fromkeys(willing_people(COUNTY), 0)
    for one in plan.classes:
        for heads in one.heads:
            trained[heads.township] += heads.persons
    shares = {name: trained[name] / people for name, people in willing_people(COUNTY).items()}
    assert worst["share"] == pytest.approx(min(shares.values()))
    assert shares[worst["township"]] == pytest.approx(worst["share"])


@pytest.mark.parametrize(
    ("least", "most", "verdict"),
    [(2.04, 5.0, "more"), (-5.0, -2.04, "less"), (-1.0, 3.0, "unknown"), (0.04, 3.0, "unknown"), (0.0, 0.0, "same")],
)
def test_a_verdict_claims_no_more_than_its_sentence(least: float, most: float, verdict: str) -> None:
    """The same rounding away from a claim as in the words."""
    words = {"more": "至少多", "less": "至少少", "unknown": "分不出高低", "same": "相同"}
    found = Difference(least, most)
    assert found.verdict == verdict and words[verdict] in found.sentence


def test_the_band_of_a_difference_is_rounded_outwards(base: Outcome) -> None:
    """A tenth too wide rather than too narrow."""
    assert base.plan is not None
    lower = replace(base, plan=replace(base.plan, value=100.04, bound=100.06), scenario=Scenario("甲"))
    upper = replace(base, plan=replace(base.plan, value=90.0, bound=90.0))
    found = comparison_to_record(compared(upper, lower))["scenarios"][1]["difference"]
    assert (found["least"], found["most"], found["verdict"]) == (10.0, 10.1, "more")


def test_values_of_different_counts_have_no_difference(base: Outcome) -> None:
    """Gross jobs and uplift are never set off against each other."""
    record = comparison_to_record(compared(base, outcome_of("净增", Change("objective", None, Objective.UPLIFT))))
    assert record["scenarios"][1]["difference"] is None and record["scenarios"][1]["plan"] is not None
    assert record["scenarios"][1]["changes"][0]["value"] == "净增"


def test_a_scenario_without_a_plan_keeps_its_reasons(base: Outcome) -> None:
    """No figures, but what is proved to clash."""
    lost = replace(base, plan=None, solved=None, failure="已证明", clashes=("任务“甲”无法完成",))
    record = comparison_to_record(compared(base, lost))["scenarios"][1]
    assert record["plan"] is None and record["difference"] is None
    assert record["clashes"] == ["任务“甲”无法完成"] and record["failure"] == "已证明"


def test_a_missed_target_stands_with_what_is_missing() -> None:
    """A soft target beyond the county's people."""
    target = Target("全员", Measure.PERSONS, Sense.AT_LEAST, 10_000, hard=False, penalty=0.0)
    county = replace(COUNTY, targets=(target,))
    outcome = plan_scenario(Scenario("基准"), county, HASH, Work(EXACT))
    record = comparison_to_record(compared(outcome))["scenarios"][0]["plan"]
    (missed,) = record["missed_targets"]
    assert (missed["id"], missed["reached"] + missed["missing"], missed["hard"]) == ("全员", 10_000, False)
    assert missed["reached"] == record["persons"]


@pytest.fixture(scope="module")
def searched() -> tuple[BudgetCurve, dict[str, Any]]:
    """Three levels of the demo county, searched with hardly any work so that prices prove them, and their record."""
    work, demo = Work(LITTLE), the_demo()
    base = plan_scenario(Scenario("基准"), demo, HASH, work)
    shares = (Fraction(1, 2), Fraction(1), Fraction(3, 2))
    curve = budget_curve(Sweep(demo, solved_of(base), HASH, work, 3), shares)
    return curve, comparison_to_record(compared(base, money=MoneyStudy(curve)))["curve"]


def along(line: dict[str, Any], cents: int) -> float:
    """What a recorded line says of a total."""
    return float(line["bound"] + line["jobs_per_yuan"] * float(Decimal(cents) / 100 - Decimal(line["money"])))


def test_every_line_bounds_every_level(searched: tuple[BudgetCurve, dict[str, Any]]) -> None:
    """Whatever money a plan was found with: the page answers for any amount from these lines alone."""
    curve, record = searched
    assert record["lines"]
    for line in record["lines"]:
        assert all(along(line, level.total_cents) >= level.value for level in curve.levels)


def test_a_line_is_that_of_the_funds_to_within_a_cent(searched: tuple[BudgetCurve, dict[str, Any]]) -> None:
    """Money in proportion turns the line over funds into one over the total; each fund's cent is allowed for."""
    curve, record = searched
    for line, recorded in zip(curve.lines, record["lines"], strict=True):
        for share in (Fraction(1, 2), Fraction(733, 1000), Fraction(1011, 1000), Fraction(3)):
            exact = line.at(problem_at(the_demo(), share).fund_cents)
            slack = 2 * float(line.jobs_per_cent.sum()) + 1e-6
            assert exact - 1e-6 <= along(recorded, total_cents_at(the_demo(), share)) <= exact + slack


def test_levels_and_marks_are_those_of_the_curve(curve: BudgetCurve, everything: dict[str, Any]) -> None:
    """Money, value, bound, and places of knee and saturation."""
    record = everything["curve"]
    assert [level["share"] for level in record["levels"]] == [float(level.share) for level in curve.levels]
    for level, recorded in zip(curve.levels, record["levels"], strict=True):
        assert recorded["bound"] >= recorded["value"] >= level.value - 1e-6
        assert Decimal(recorded["money"]) * 100 == level.total_cents
    assert record["levels"][0]["per_10000_yuan"] is None
    assert (record["knee"], record["saturation"]) == (curve.knee, curve.saturation)


def test_what_was_not_asked_has_no_key(base: Outcome) -> None:
    """Readers find a topic or do not find it; nothing stands there empty."""
    assert set(comparison_to_record(compared(base))) & set(SECTIONS) == {"scenarios"}


def test_everything_asked_has_its_key(everything: dict[str, Any]) -> None:
    """In the order of the sections, after where it comes from."""
    assert everything["schema"] == SCHEMA
    assert [key for key in everything if key in SECTIONS] == list(SECTIONS)


@pytest.fixture
def another_topic() -> Iterator[None]:
    """A topic that somebody adds."""
    section("weather")(lambda comparison: {"sunny": comparison.seed == 0})
    yield
    del SECTIONS["weather"]


def test_a_topic_is_added_by_one_function(base: Outcome, another_topic: None) -> None:
    """Registered, it stands in the file."""
    assert comparison_to_record(compared(base))["weather"] == {"sunny": True}


@pytest.mark.parametrize("key", sorted(SECTIONS))
def test_every_section_is_documented(key: str) -> None:
    """docs/scenarios.md has a row for it."""
    assert f"| `{key}` |" in DOCUMENTATION.read_text(encoding="utf-8")


def test_equal_comparisons_have_equal_bytes(base: Outcome, tmp_path: Path) -> None:
    """Not even the time that solving took stands in the file."""
    write_comparison_record(compared(base), tmp_path / "a.json")
    write_comparison_record(compared(replace(base, seconds=9.0)), tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_nothing_proved_is_null_and_the_file_is_plain_json(base: Outcome, tmp_path: Path) -> None:
    """JSON has no infinity."""
    assert base.plan is not None
    unproved = replace(base, plan=replace(base.plan, bound=float("inf"), gap=float("inf")), scenario=Scenario("甲"))
    write_comparison_record(compared(base, unproved), tmp_path / "c.json")
    text = (tmp_path / "c.json").read_text(encoding="utf-8")
    assert "Infinity" not in text and "NaN" not in text
    found = json.loads(text)["scenarios"][1]
    assert found["plan"]["bound"] is None and found["difference"]["most"] is None


def shape_of(value: Any) -> Any:
    """Keys of a record, lists by their second entry (the first is the base); figures and free names left out."""
    if isinstance(value, dict):
        free = {"persons_by_tag", "persons_by_age", "by_kind", "changes", "missed_targets", "clashes", "lines", "found"}
        return {key: None if key in free else shape_of(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape_of(value[min(1, len(value) - 1)])] if value and isinstance(value[0], dict) else []
    return None


def test_the_example_of_the_pages_tests_is_what_the_planner_writes(everything: dict[str, Any]) -> None:
    """The pages are tested with a record of the demo county; it has the keys of a record written today."""
    example = json.loads(PAGES_EXAMPLE.read_text(encoding="utf-8"))
    assert set(example) == set(everything)
    for key in SECTIONS:
        assert shape_of(example[key]) == shape_of(everything[key]), key


# --- the verb and the sheet ---


def test_compare_writes_the_record_beside_the_table(tmp_path: Path) -> None:
    """Programs read compare.json, people 情景对比表.xlsx."""
    write_tables(tmp_path / "tiny.xlsx", tables_of(COUNTY))
    out = tmp_path / "out"
    words = ["compare", str(tmp_path / "tiny.xlsx"), "--out", str(out), "--levels", "50,100"]
    assert CliRunner().invoke(main, words).exit_code == 0
    record = json.loads((out / "compare.json").read_text(encoding="utf-8"))
    assert record["schema"] == SCHEMA and len(record["curve"]["levels"]) == 2
    assert record["input_sha256"] == read_workbook(tmp_path / "tiny.xlsx").sha256


def test_the_base_is_no_worse_than_the_approved_plan(tmp_path: Path) -> None:
    """It starts from it, so a comparison never shows less than the plan on the table."""
    write_tables(tmp_path / "tiny.xlsx", tables_of(COUNTY))
    solve = ["solve", str(tmp_path / "tiny.xlsx"), "--out", str(tmp_path / "plan")]
    assert CliRunner().invoke(main, solve).exit_code == 0
    approved = tmp_path / "plan" / "plan.json"
    words = ["compare", str(tmp_path / "tiny.xlsx"), "--out", str(tmp_path / "out"), "--levels", "100"]
    result = CliRunner().invoke(main, [*words, "--approved", str(approved), "--effort", "0.001"])
    assert result.exit_code == 0, result.output
    record = json.loads((tmp_path / "out" / "compare.json").read_text(encoding="utf-8"))
    value = json.loads(approved.read_text(encoding="utf-8"))["value"]
    assert record["scenarios"][0]["plan"]["value"] >= value - 1e-9


def test_scenarios_of_ones_own_are_written_as_they_are_read(tmp_path: Path) -> None:
    """The sheet that a program fills in reads back as the same changes."""
    rows = (("资金少一成", "资金总额倍数", "", 0.9, ""), ("资金少一成", "推迟审批", "", 2, ""),
            ("=甲", "目标口径", "", "净增", "说明"))  # fmt: skip
    write_scenario_template(tmp_path / "情景.xlsx", rows)
    first, second = read_scenarios(tmp_path / "情景.xlsx", COUNTY)
    assert [change.kind for change in first.changes] == ["total-money-factor", "late-approval"]
    assert (second.name, second.note, second.changes[0].value) == ("=甲", "说明", Objective.UPLIFT)
