"""情景对比表.xlsx and the verb: what is written, in which words, and that nothing is claimed without proof."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from planner.checker import check_plan
from planner.cli import main
from planner.cli.comparing import cents_of, shares_of
from planner.domain.instance import Instance
from planner.errors import BadInput
from planner.export.comparison import Comparison, write_comparison
from planner.export.comparison_money import MoneyStudy
from planner.export.record import read_record
from planner.scenarios.compare import Difference, difference
from planner.scenarios.curve import DEFAULT_SHARES
from planner.scenarios.scenario import Change, Scenario
from planner.scenarios.sheet import write_scenario_template
from planner.scenarios.solving import Outcome, Work, plan_scenario
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import tiny_instances
from tests.scenarios.builders import EXACT

HASH = "0" * 64
COUNTY = tiny_instances()["pools"]


def outcome_of(name: str, *changes: Change) -> Outcome:
    scenario = Scenario(name, changes)
    return plan_scenario(scenario, scenario.apply(COUNTY), HASH, Work(EXACT))


def with_band(outcome: Outcome, value: float, bound: float) -> Outcome:
    assert outcome.plan is not None
    return replace(outcome, plan=replace(outcome.plan, value=value, bound=bound))


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (2.04, 5.01, "比基准至少多 2.0（至多 5.1）"),
        (-5.01, -2.04, "比基准至少少 2.0（至多 5.1）"),
        (-1.0, 3.0, "分不出高低（差别在 -1.0 至 +3.0 之间）"),
        (0.04, 3.0, "分不出高低（差别在 +0.0 至 +3.0 之间）"),
        (0.0, 0.0, "与基准相同"),
        (2.0, 2.0, "比基准多 2.0"),
        (-2.0, -2.0, "比基准少 2.0"),
    ],
)
def test_a_difference_is_told_no_larger_than_proved(least: float, most: float, words: str) -> None:
    """Rounded away from a claim; overlapping bands are told as such."""
    assert Difference(least, most).sentence == words


def test_overlapping_bands_are_never_called_better() -> None:
    """A plan found 5 % higher says nothing while the base's bound lies above it."""
    base, other = with_band(outcome_of("基准"), 100.0, 110.0), with_band(outcome_of("甲"), 105.0, 112.0)
    found = difference(other, base)
    assert found is not None and not found.is_proved
    assert (found.least, found.most) == (-5.0, 12.0)
    apart = difference(with_band(other, 111.0, 112.0), base)
    assert apart is not None and apart.is_proved


def test_gross_and_uplift_are_not_set_off_against_each_other(tmp_path: Path) -> None:
    """Another objective has no difference to the base, and the sheet says why."""
    from planner.domain.instance import Objective

    base, uplift = outcome_of("基准"), outcome_of("净增", Change("objective", None, Objective.UPLIFT))
    assert difference(uplift, base) is None
    cells = words_of(written(tmp_path, base, uplift))
    assert "口径不同，得分不可比" in cells


def written(folder: Path, base: Outcome, *outcomes: Outcome, name: str = "表.xlsx") -> Path:
    write_comparison(Comparison(base, outcomes, MoneyStudy(), HASH, "test", 0), folder / name)
    return folder / name


def words_of(path: Path) -> set[Any]:
    book = openpyxl.load_workbook(path)
    return {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}


def test_equal_comparisons_have_equal_bytes(tmp_path: Path) -> None:
    """Nothing depends on the clock, not even the time that solving took."""
    base, other = outcome_of("基准"), outcome_of("甲", Change("vacancies", None, 0.0))
    first = written(tmp_path, base, other, name="a.xlsx")
    second = written(tmp_path, replace(base, seconds=9.0), replace(other, seconds=8.0), name="b.xlsx")
    assert first.read_bytes() == second.read_bytes()


def test_figures_of_the_sheet_are_those_of_the_plans(tmp_path: Path) -> None:
    """Value, bound, heads and cost of each scenario, cell by cell."""
    base, other = outcome_of("基准"), outcome_of("无岗", Change("vacancies", None, 0.0))
    sheet = openpyxl.load_workbook(written(tmp_path, base, other))["情景对比"]
    rows = {row[1].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=6, max_row=7)}
    for outcome in (base, other):
        plan, cells = outcome.plan, rows[outcome.scenario.name]
        assert plan is not None and plan.outlook is not None
        assert cells[3:5] == [len(plan.classes), sum(one.size for one in plan.classes)]
        assert cells[5:9] == pytest.approx([plan.outlook.gross_jobs, plan.outlook.uplift_jobs, plan.outlook.low,
                                            plan.outlook.high])
        assert cells[9] == pytest.approx(plan.value) and plan.bound <= cells[10] < plan.bound + 0.1
        assert cells[12] == plan.total_cost_cents / 100


def test_a_scenario_without_a_plan_says_why(tmp_path: Path) -> None:
    """Its figures stay empty; the proof is quoted."""
    base = outcome_of("基准")
    lost = replace(base, plan=None, solved=None, failure="已证明：没有任何方案", clashes=("任务“甲”无法完成",))
    assert "已证明：没有任何方案；任务“甲”无法完成" in words_of(written(tmp_path, base, lost))


def test_names_never_become_formulas(tmp_path: Path) -> None:
    """A scenario called =1+1 is text."""
    base, other = outcome_of("基准"), outcome_of("=1+1")
    book = openpyxl.load_workbook(written(tmp_path, base, other))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert cells and all(cell.data_type == "s" for cell in cells)


# --- the verb ---


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def write(instance: Instance, path: Path) -> Path:
    write_tables(path, tables_of(instance))
    return path


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A workbook solved exactly at once."""
    return write(COUNTY, tmp_path / "tiny.xlsx")


def test_compare_writes_the_table_and_every_plan(tiny: Path, tmp_path: Path) -> None:
    """The template's scenarios as they stand; each plan passes the check against the workbook beside it."""
    write_scenario_template(tmp_path / "情景.xlsx")
    out = tmp_path / "out"
    result = run("compare", tiny, tmp_path / "情景.xlsx", "--out", out)
    assert result.exit_code == 0, result.output
    assert (out / "情景对比表.xlsx").is_file()
    folders = sorted(path.parent for path in out.glob("*/plan.json"))
    assert len(folders) == 7
    for folder in folders:
        book = folder / "input.xlsx" if (folder / "input.xlsx").exists() else tiny
        assert not check_plan(read_workbook(book).instance, read_record(folder / "plan.json")).violations
    assert "订单减四分之一：" in result.output and "用时" in result.output


def test_compare_answers_questions_about_money(tiny: Path, tmp_path: Path) -> None:
    """Without a scenario file: curve, nested curve, additions and least money, each on its sheet."""
    out = tmp_path / "out"
    result = run("compare", tiny, "--out", out, "--budget-curve", "--nested", "--add", "100", "--jobs", 1, "--heads", 4)
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(out / "情景对比表.xlsx")
    assert book.sheetnames == ["预算曲线", "逐级追加", "追加资金", "最少资金", "说明"]
    levels = [row[0].value for row in book["预算曲线"].iter_rows(min_row=6) if str(row[0].value).endswith("%")]
    assert levels == [f"{percent}%" for percent in range(50, 151, 10)]
    assert len(list((out / "预算曲线").glob("*/plan.json"))) == 11


def test_json_progress_is_one_object_a_line(tiny: Path, tmp_path: Path) -> None:
    """Programs read tasks, results and the files at the end."""
    result = run("compare", tiny, "--out", tmp_path / "out", "--levels", "50,100", "--progress", "json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert {event["event"] for event in events} == {"progress", "result", "done"}
    assert events[-1]["event"] == "done" and events[-1]["exit"] == 0


def test_nothing_asked_is_a_fault_with_the_way_out(tiny: Path, tmp_path: Path) -> None:
    """Exit 2, and the template is named."""
    result = run("compare", tiny, "--out", tmp_path / "out")
    assert result.exit_code == 2 and "没有可比较的内容" in result.output and "--template" in result.output
    assert not (tmp_path / "out").exists()


def test_missing_arguments_are_named(tiny: Path) -> None:
    """Exit 2 for a workbook without a folder, and for nothing at all."""
    assert "没有给出结果文件夹 --out" in run("compare", tiny).output
    assert "没有给出工作簿、结果文件夹" in run("compare").output


def test_faults_of_the_scenario_file_are_listed(tiny: Path, tmp_path: Path) -> None:
    """Exit 2, with the cell; nothing is written."""
    book = openpyxl.Workbook()
    book.active.title = "情景"
    for row in (("情景", "项目", "对象", "数值"), ("甲", "机构停办", "没有的机构", None)):
        book.active.append(row)
    book.save(tmp_path / "情景.xlsx")
    result = run("compare", tiny, tmp_path / "情景.xlsx", "--out", tmp_path / "out")
    assert result.exit_code == 2 and "情景!C2" in result.output
    assert not (tmp_path / "out").exists()


def test_an_approved_plan_that_costs_too_much_is_refused(tiny: Path, tmp_path: Path) -> None:
    """A plan made with more money than the workbook has is no approved plan of it."""
    rich = write(replace(COUNTY, funds=tuple(replace(f, amount_cents=10 * f.amount_cents) for f in COUNTY.funds)),
                 tmp_path / "rich.xlsx")
    assert run("solve", rich, "--out", tmp_path / "rich").exit_code == 0
    poor = write(replace(COUNTY, funds=tuple(replace(f, amount_cents=30_000) for f in COUNTY.funds)),
                 tmp_path / "poor.xlsx")
    result = run("compare", poor, "--out", tmp_path / "out", "--add", "10", "--approved", tmp_path / "rich/plan.json")
    assert result.exit_code == 2 and "费用超过工作簿的资金" in result.output


def test_an_approved_plan_is_kept(tiny: Path, tmp_path: Path) -> None:
    """The plan of an earlier solve is read back as the approved one."""
    assert run("solve", tiny, "--out", tmp_path / "first").exit_code == 0
    result = run("compare", tiny, "--out", tmp_path / "out", "--add", "1万", "--approved",
                 tmp_path / "first" / "plan.json")
    assert result.exit_code == 0, result.output
    assert any("指定的方案" in str(words) for words in words_of(tmp_path / "out" / "情景对比表.xlsx"))


def test_a_stop_file_ends_with_what_there_is(tiny: Path, tmp_path: Path) -> None:
    """The table is written, says that it was stopped, and scenarios not reached are left out."""
    write_scenario_template(tmp_path / "情景.xlsx")
    (tmp_path / "stop").touch()
    result = run("compare", tiny, tmp_path / "情景.xlsx", "--out", tmp_path / "out", "--stop-file", tmp_path / "stop")
    assert result.exit_code == 0, result.output
    assert any("人工停止" in str(words) for words in words_of(tmp_path / "out" / "情景对比表.xlsx"))


@pytest.mark.parametrize(("text", "cents"), [("500000", 50_000_000), ("50万", 50_000_000), ("1,234.56元", 123_456)])
def test_amounts_are_read_to_the_cent(text: str, cents: int) -> None:
    """Digits count exactly; 万 is ten thousand."""
    assert cents_of(text) == cents


@pytest.mark.parametrize("text", ["", "0", "-5", "很多", "1.234", "nan", "1e99"])
def test_other_amounts_are_refused(text: str) -> None:
    """With what is allowed."""
    with pytest.raises(BadInput, match="追加的金额写法不对"):
        cents_of(text)


def test_levels_are_read_as_per_cent() -> None:
    """Sorted, without repetition; empty means the default eleven."""
    assert shares_of("100, 50%，75、50") == (Fraction(1, 2), Fraction(3, 4), Fraction(1))
    assert shares_of("") == DEFAULT_SHARES and len(DEFAULT_SHARES) == 11
    with pytest.raises(BadInput, match="资金水平写法不对"):
        shares_of("50,500")
