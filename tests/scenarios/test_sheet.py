"""SCENARIOS.xlsx is read with every fault at its cell, and its template reads as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.domain.instance import Objective
from planner.errors import BadInput
from planner.scenarios.changes import KINDS
from planner.scenarios.scenario import Change, Scenario
from planner.scenarios.sheet import EXAMPLES, read_scenarios, write_scenario_template
from tests.checker.builders import a_small_instance

COUNTY = a_small_instance()
HEADINGS = ("情景", "项目", "对象", "数值", "说明")


def a_file(path: Path, *rows: tuple[Any, ...], sheet: str = "情景") -> Path:
    """A workbook with these rows under the headings."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in (HEADINGS, *rows):
        book.active.append(row)
    book.save(path / "scenarios.xlsx")
    return path / "scenarios.xlsx"


def faults_of(path: Path) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read_scenarios(path, COUNTY)
    return [str(fault) for fault in refused.value.faults]


def test_rows_of_one_name_are_one_scenario(tmp_path: Path) -> None:
    """Changes stay in the order of the rows, money is in cents, percentages are shares."""
    path = a_file(
        tmp_path, ("甲", "资金总额", None, "1,234.56", "自筹"), ("乙", "目标口径", "", "净增", ""),
        ("甲", "岗位数倍数", "全部", "75%", None), ("乙", "农忙不禁", None, None, None),
    )
    assert read_scenarios(path, COUNTY) == (
        Scenario("甲", (Change("total-money", None, 123_456), Change("vacancies", None, 0.75)), "自筹"),
        Scenario("乙", (Change("objective", None, Objective.UPLIFT), Change("busy-ban-off"))),
    )


def test_the_template_reads_as_it_stands(tmp_path: Path) -> None:
    """Its six examples are scenarios, and its page of instructions lists every kind of change."""
    path = tmp_path / "模板.xlsx"
    write_scenario_template(path)
    assert [scenario.name for scenario in read_scenarios(path, COUNTY)] == [row[0] for row in EXAMPLES]
    cells = {cell.value for row in openpyxl.load_workbook(path)["填写说明"].iter_rows() for cell in row}
    assert {kind.item for kind in KINDS.values()} <= cells


def test_equal_templates_have_equal_bytes(tmp_path: Path) -> None:
    """Nothing in it depends on the clock."""
    for name in ("a.xlsx", "b.xlsx"):
        write_scenario_template(tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


FAULTS = {
    "unknown kind": (("甲", "加钱", None, 1, None), "情景!B2：项目不在规定的词中（现为“加钱”）"),
    "unknown fund": (("甲", "单项资金", "彩票", 1, None), "情景!C2：工作簿中没有“彩票”"),
    "missing subject": (("甲", "机构停办", None, None, None), "情景!B2：“机构停办”需要填写对象"),
    "all where one is needed": (("甲", "机构停办", "全部", None, None), "情景!C2：“机构停办”需要填写对象"),
    "needless subject": (("甲", "资金总额", "家政服务", 1, None), "情景!C2：“资金总额”不需要对象"),
    "needless value": (("甲", "农忙不禁", None, 3, None), "情景!D2：“农忙不禁”不需要数值（现为“3”）"),
    "missing value": (("甲", "资金总额", None, None, None), "情景!B2：“资金总额”未填数值"),
    "text as money": (("甲", "资金总额", None, "五十万", None), "情景!D2：“资金总额”的数值应为数字（现为“五十万”）"),
    "thousandths of a yuan": (("甲", "资金总额", None, 1.005, None), "情景!D2：“资金总额”的数值超过两位小数"),
    "negative factor": (("甲", "岗位数倍数", None, -0.25, None), "情景!D2：“岗位数倍数”的数值不能为负（现为“-0.25”）"),
    "half a week": (("甲", "推迟审批", None, 1.5, None), "情景!D2：“推迟审批”的数值应为整数"),
    "reserved name": (("基准", "农忙不禁", None, None, None), "情景!A2：“基准”是工作簿原样的名称"),
    "no folder's name": (("甲/乙", "农忙不禁", None, None, None), "情景!A2：情景名称不能用作文件夹名"),
    "long name": (("长" * 21, "农忙不禁", None, None, None), "情景!A2：情景名称有 21 字，过长"),
    "impossible size": (("甲", "最小班额", "电工", 999, None), "情景!D2：“电工”的最小班额 999 大于最大班额"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_placed_at_its_cell(name: str, tmp_path: Path) -> None:
    """Place, problem and value found stand in one sentence."""
    row, words = FAULTS[name]
    found = faults_of(a_file(tmp_path, row))
    assert len(found) == 1
    assert found[0].startswith(words)


def test_all_faults_come_in_one_answer(tmp_path: Path) -> None:
    """One row each, in the order of the rows."""
    path = a_file(tmp_path, *(row for row, _ in FAULTS.values()))
    found = "\n".join(faults_of(path))
    places = [found.index(f"情景!{cell}") for cell in ("B2", "C3", "B4", "C5", "D9", "A13")]
    assert places == sorted(places)


def test_a_repeated_change_is_a_fault(tmp_path: Path) -> None:
    """Two amounts for one fund in one scenario leave open which counts."""
    path = a_file(tmp_path, ("甲", "资金总额", None, 1, None), ("甲", "资金总额", None, 2, None))
    assert "重复：与 A2" in faults_of(path)[0]


def test_an_empty_sheet_is_a_fault(tmp_path: Path) -> None:
    """A comparison needs something to compare with."""
    assert faults_of(a_file(tmp_path)) == [
        "情景：没有任何情景；允许：至少一行；每行填写 情景、项目、对象、数值"
    ]


def test_a_sheet_of_another_name_is_taken_when_it_is_the_only_one(tmp_path: Path) -> None:
    """Whoever types the table into a fresh workbook need not rename Sheet1."""
    path = a_file(tmp_path, ("甲", "农忙不禁", None, None, None), sheet="Sheet1")
    assert read_scenarios(path, COUNTY) == (Scenario("甲", (Change("busy-ban-off"),)),)
