"""The verb's answers on uncertainty: options, faults, sheets and figures, and shocks marked in the scenario file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from planner.checker import check_plan
from planner.cli import main
from planner.cli.comparing_robust import RobustQuestions, check_robust, robust_questions
from planner.domain.instance import Objective, Township
from planner.engine.decomposition import loop
from planner.errors import BadInput
from planner.export.record import read_record
from planner.scenarios.robust.uncertainty import Uncertainty
from planner.scenarios.scenario import Change, Scenario
from planner.scenarios.sheet import read_scenarios
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance, tiny_instances
from tests.scenarios.test_alternatives import with_a_near_twin

COUNTY = tiny_instances()["pools"]
UNASKED: dict[str, Any] = {
    "robust": False, "cautious": None, "shocks": False, "alternatives": None, "draws": None, "turnout": None,
    "orders_fall": None, "lapse": None, "seed": 0,
}  # fmt: skip


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A county with a second provider that is almost as good, solved exactly at once."""
    write_tables(tmp_path / "tiny.xlsx", tables_of(with_a_near_twin()))
    return tmp_path / "tiny.xlsx"


def scenario_file(path: Path, *rows: tuple[Any, ...]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "情景"
    for row in (("情景", "项目", "对象", "数值", "说明", "冲击"), *rows):
        book.active.append(row)
    book.save(path)
    return path


def both_losses(folder: Path) -> Path:
    """A scenario file with the loss of each provider, marked as shocks."""
    return scenario_file(folder / "情景.xlsx", *((f"失去{name}", "机构停办", name, None, None, "是")
                                               for name in ("县职校", "民校")))


def test_each_question_has_its_sheet_and_its_plans(tiny: Path, tmp_path: Path) -> None:
    """Four sheets; every plan written passes the check against the workbook."""
    out = tmp_path / "out"
    result = run("compare", tiny, both_losses(tmp_path), "--out", out, "--robust", "--cautious", 0.1, "--alternatives",
                 1, "--draws", 1000)
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(out / "情景对比表.xlsx")
    assert book.sheetnames[-5:] == ["年景变动", "谨慎方案", "冲击检验", "相近方案", "说明"]
    printed = "".join(page.extract_text() for page in PdfReader(out / "情景对比表.pdf").pages).replace("\n", "")
    assert [name for name in ("年景变动", "谨慎方案", "冲击检验", "相近方案") if f"、{name}" not in printed] == []
    for path in (out / "基准/plan.json", out / "稳妥方案/plan.json", out / "相近方案/1/plan.json"):
        assert not check_plan(read_workbook(tiny).instance, read_record(path)).violations
    assert "十次有八次" in result.output and "已证明" in result.output


def test_figures_of_the_shocks_stand_in_the_sheet(tiny: Path, tmp_path: Path) -> None:
    """By hand: lost, the better provider leaves nothing of the base's 3.0; spread, 0.995 · 1.5 remain."""
    out = tmp_path / "out"
    assert run("compare", tiny, both_losses(tmp_path), "--out", out, "--progress", "none").exit_code == 0
    sheet = openpyxl.load_workbook(out / "情景对比表.xlsx")["冲击检验"]
    rows = {row[1].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=6)}
    assert rows["不受冲击"][3:6] == [2, 6, pytest.approx(3.0)]
    lost = rows["失去县职校"]
    assert lost[3:7] == [0, 0, pytest.approx(0.0), pytest.approx(-3.0)]
    assert lost[9] == pytest.approx(1.4925) and lost[11] == pytest.approx(1.4925)


def test_equal_questions_give_equal_bytes(tiny: Path, tmp_path: Path) -> None:
    """The same seed draws the same years and finds the same plans."""
    tables = []
    for name in ("a", "b"):
        assert run("compare", tiny, "--out", tmp_path / name, "--cautious", 0.2, "--alternatives", 1, "--seed",
                   4).exit_code == 0
        tables.append((tmp_path / name / "情景对比表.xlsx").read_bytes())
    assert tables[0] == tables[1]


def test_a_stop_writes_what_there_is(tiny: Path, tmp_path: Path) -> None:
    """Stopped before anything was drawn: the base and the page of explanations."""
    (tmp_path / "stop").touch()
    result = run("compare", tiny, "--out", tmp_path / "out", "--robust", "--shocks", "--stop-file", tmp_path / "stop")
    assert result.exit_code in (0, 3), result.output


def test_marked_scenarios_are_the_shocks(tiny: Path, tmp_path: Path) -> None:
    """Those with 是 in column 冲击 are tried in place of the default ones, and planned anew as any scenario."""
    file = scenario_file(tmp_path / "情景.xlsx", ("少一成钱", "资金总额倍数", None, 0.9, None, "是"),
                         ("多一成钱", "资金总额倍数", None, 1.1, None, None))
    out = tmp_path / "out"
    result = run("compare", tiny, file, "--out", out)
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(out / "情景对比表.xlsx")
    names = [row[1].value for row in book["冲击检验"].iter_rows(min_row=6, max_row=8)]
    assert names[:2] == ["不受冲击", "少一成钱"] and "多一成钱" not in names


def test_one_marked_row_marks_its_scenario(tmp_path: Path) -> None:
    """否 and an empty cell do not; anything else is a fault at its cell."""
    file = scenario_file(tmp_path / "情景.xlsx", ("甲", "资金总额倍数", None, 0.9, None, None),
                         ("甲", "农忙不禁", None, None, None, "是"), ("乙", "农忙不禁", None, None, None, "否"))
    assert [one.shock for one in read_scenarios(file, COUNTY)] == [True, False]
    wrong = scenario_file(tmp_path / "错.xlsx", ("甲", "农忙不禁", None, None, None, "也许"))
    with pytest.raises(BadInput, match="情景!F2"):
        read_scenarios(wrong, COUNTY)


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "draws for nothing": ({"draws": 2000}, "--draws 只用于测算年景"),
    "turn-out for nothing": ({"turnout": "0.9", "shocks": True}, "--turnout 只用于测算年景"),
    "few draws": ({"robust": True, "draws": 999}, "--draws：数值超出范围（现为“999”）；允许：1,000 到 50,000 次"),
    "no quantile": ({"cautious": 0.7}, "--cautious：数值超出范围（现为“0.7”）"),
    "not a number": ({"cautious": float("nan")}, "--cautious：数值超出范围（现为“nan”）"),
    "six alternatives": ({"alternatives": 6}, "--alternatives：数值超出范围（现为“6”）；允许：1 到 5"),
    "no alternatives": ({"alternatives": 0}, "--alternatives：数值超出范围（现为“0”）"),
    "falling range": ({"robust": True, "turnout": "0.94-0.86"}, "--turnout：到课率写法不对（现为“0.94-0.86”）"),
    "per cent": ({"robust": True, "turnout": "86-94"}, "--turnout：到课率写法不对（现为“86-94”）"),
    "words": ({"robust": True, "turnout": "多数"}, "--turnout：到课率写法不对（现为“多数”）"),
    "fall beyond all": ({"robust": True, "orders_fall": 1.5}, "--orders-fall：数值超出范围（现为“1.5”）"),
    "negative lapse": ({"robust": True, "lapse": -0.1}, "--lapse：数值超出范围（现为“-0.1”）"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_odd_option_is_a_fault_with_what_is_allowed(name: str) -> None:
    """One fault, with the option, the value found and what is allowed."""
    changes, words = FAULTS[name]
    with pytest.raises(BadInput) as refused:
        robust_questions(**(UNASKED | changes))
    assert len(refused.value.faults) == 1 and words in str(refused.value.faults[0])


def test_odd_options_end_with_exit_code_2(tiny: Path, tmp_path: Path) -> None:
    """All of them in one answer; nothing is written."""
    result = run("compare", tiny, "--out", tmp_path / "out", "--alternatives", 9, "--lapse", 2, "--turnout", "0.9-0.8")
    assert result.exit_code == 2
    for option in ("--alternatives", "--lapse", "--turnout"):
        assert option in result.output
    assert not (tmp_path / "out").exists()


def test_options_are_read() -> None:
    """A range or one share of turn-out; the cautious plan asks for drawn years, too."""
    asked = robust_questions(**(UNASKED | {"cautious": 0.2, "turnout": "0.8－0.9", "lapse": 0.0, "seed": 3}))
    assert asked == RobustQuestions(True, 0.2, False, 0, Uncertainty(2_000, 3, 0.8, 0.9, 0.25, 0.0))
    sure = robust_questions(**(UNASKED | {"robust": True, "turnout": "1"}))
    assert (sure.given.turnout_low, sure.given.turnout_high) == (1.0, 1.0)
    assert not robust_questions(**UNASKED).is_asked


def test_a_shock_that_changes_the_objective_is_refused() -> None:
    """Gross jobs and uplift are not set off against each other."""
    shock = Scenario("净增", (Change("objective", None, Objective.UPLIFT),), shock=True)
    with pytest.raises(BadInput, match="情景“净增”改变目标口径，不能作为冲击"):
        check_robust(RobustQuestions(), COUNTY, [shock])
    check_robust(RobustQuestions(), COUNTY, [replace(shock, shock=False)])


def test_a_region_planned_by_counties_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """New plans for uncertain years are made for one county; drawn years alone are valued for any region."""
    monkeypatch.setattr(loop, "WHOLE_TOWNSHIPS", 1)
    region = a_tiny_instance(townships=(Township("东山", "甲县"), Township("西河", "乙县")))
    with pytest.raises(BadInput, match="不能用于分县求解的大地区"):
        check_robust(RobustQuestions(shocks=True), region, [])
    check_robust(RobustQuestions(years=True), region, [])
