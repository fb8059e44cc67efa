"""The verb that sets two plans beside each other, its record and its workbook."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from planner.cli import main
from planner.domain.plan import Plan
from planner.engine.solve import Options
from planner.export.record import write_record
from planner.workbook.read import read_workbook
from tests.explanations.builders import explained, recorded

DEMO = Path(__file__).parents[2] / "instances" / "demo.xlsx"
PAGES_EXAMPLE = Path(__file__).parents[1] / "web" / "differed.json"


@pytest.fixture(scope="module")
def plans() -> tuple[Plan, Plan]:
    """A quick plan of the demo county and the same with one class dropped."""
    found = read_workbook(DEMO)
    plan = explained(found.instance, Options(effort=0.01, fixing_options=0))
    made = replace(recorded(plan.problem, plan.classes), input_sha256=found.sha256)
    return made, replace(made, classes=made.classes[1:])


def tell(folder: Path, plan: Plan, earlier: Plan, *words: str) -> Result:
    write_record(plan, folder / "plan.json")
    write_record(earlier, folder / "earlier.json")
    files = [str(DEMO), str(folder / "plan.json"), str(folder / "earlier.json")]
    return CliRunner().invoke(main, ["difference", *files, "--out", str(folder / "out"), *words])


def test_a_dropped_class_stands_in_record_and_workbook(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    """With its people and money below nought, and a reason; all others are the same."""
    plan, shorter = plans
    result = tell(tmp_path, shorter, plan)
    assert result.exit_code == 0 and "取消 1 个班" in result.output
    record = json.loads((tmp_path / "out" / "difference.json").read_text(encoding="utf-8"))
    (dropped,) = record["classes"]
    gone = plan.classes[0]
    assert (dropped["change"], dropped["after"], dropped["before"]["course"]) == ("取消", None, gone.course)
    assert record["persons"] == dropped["persons"] == -gone.size
    assert record["same_classes"] == len(plan.classes) - 1 and record["same_input"]
    assert Decimal(dropped["cost"]) < 0 and dropped["why"]
    assert sum(one["persons"] for one in record["townships"]) == -gone.size
    assert openpyxl.load_workbook(tmp_path / "out" / "方案变动表.xlsx").sheetnames == ["两案差别", "两案差别（乡镇）"]


def test_plans_of_different_data_have_no_difference_in_jobs(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    """The earlier plan may come from any workbook; its value then means something else."""
    plan, _ = plans
    assert tell(tmp_path, plan, replace(plan, input_sha256="1" * 64)).exit_code == 0
    record = json.loads((tmp_path / "out" / "difference.json").read_text(encoding="utf-8"))
    assert record["value"] is None and not record["same_input"]


def test_a_plan_of_another_workbook_is_refused(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    """Exit 2 with the fingerprint found, the one expected, and the way out; nothing is written."""
    plan, _ = plans
    result = tell(tmp_path, replace(plan, input_sha256="1" * 64), plan, "--progress", "json")
    assert result.exit_code == 2 and not (tmp_path / "out").exists()
    (fault,) = json.loads(result.stdout.splitlines()[-1])["faults"]
    assert "数据指纹不同" in fault["problem"] and fault["found"] == "1" * 8 and "input.xlsx" in fault["remedy"]


def test_equal_plans_give_equal_bytes(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    """Nothing depends on the clock."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        assert tell(tmp_path / name, plans[1], plans[0]).exit_code == 0
    for file in ("difference.json", "方案变动表.xlsx"):
        assert (tmp_path / "a" / "out" / file).read_bytes() == (tmp_path / "b" / "out" / file).read_bytes()


def test_the_example_of_the_pages_tests_is_what_the_planner_writes(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    """The page is tested with a record of the demo county; it has the keys of a record written today."""
    tell(tmp_path, plans[1], plans[0])
    record = json.loads((tmp_path / "out" / "difference.json").read_text(encoding="utf-8"))
    example = json.loads(PAGES_EXAMPLE.read_text(encoding="utf-8"))
    assert set(record) == set(example) and set(record["classes"][0]) == set(example["classes"][0])
    assert set(record["townships"][0]) == set(example["townships"][0])
