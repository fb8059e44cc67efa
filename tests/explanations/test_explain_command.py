"""The verb ``explain`` as a user meets it: the workbook written, and what it answers to a plan that does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from planner.cli import main
from planner.domain.instance import Fund
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny workbook and its plan."""
    folder = tmp_path_factory.mktemp("county")
    write_tables(folder / "book.xlsx", tables_of(a_tiny_instance()))
    assert run("solve", folder / "book.xlsx", "--out", folder, "--progress", "none").exit_code == 0
    return folder


def test_explain_writes_its_workbook_and_says_the_findings(county: Path, tmp_path: Path) -> None:
    """Exit 0, a sentence on each baseline, and the sheets."""
    result = run("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "与“乡镇平均分配”相比" in result.output and "已证明" in result.output
    sheets = ["结论", "与常规做法对比", "规则代价", "未满足需求原因", "各乡镇答复", "各班作用"]
    assert openpyxl.load_workbook(tmp_path / "方案说明.xlsx").sheetnames == sheets


def test_the_same_plan_is_explained_in_the_same_bytes(county: Path, tmp_path: Path) -> None:
    """Nothing depends on the clock."""
    for folder in ("one", "two"):
        run("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path / folder)
    assert (tmp_path / "one" / "方案说明.xlsx").read_bytes() == (tmp_path / "two" / "方案说明.xlsx").read_bytes()


def test_the_plan_itself_as_a_draft_gains_nothing(county: Path, tmp_path: Path) -> None:
    """A draft in the form of plan.xlsx is read and compared first."""
    words = ("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path)
    result = run(*words, "--draft", county / "plan.xlsx")
    assert result.exit_code == 0 and "与“原草案”相比，本方案得分差 +0.0" in result.output


def test_a_plan_of_another_workbook_is_refused(county: Path, tmp_path: Path) -> None:
    """Its bound is proved for other data; the sentence says which workbook to take."""
    other = replace(a_tiny_instance(), funds=(Fund("就业资金", 99_900),))
    write_tables(tmp_path / "other.xlsx", tables_of(other))
    result = run("explain", tmp_path / "other.xlsx", county / "plan.json", "--out", tmp_path)
    assert result.exit_code == 2 and "数据指纹不同" in result.output and "input.xlsx" in result.output
    assert not (tmp_path / "方案说明.xlsx").exists()


def test_a_plan_that_breaks_rules_is_refused(county: Path, tmp_path: Path) -> None:
    """Nothing is explained that the checker objects to."""
    record = json.loads((county / "plan.json").read_text(encoding="utf-8"))
    record["classes"][0]["heads"][0]["persons"] += 100
    (tmp_path / "plan.json").write_text(json.dumps(record), encoding="utf-8")
    result = run("explain", county / "book.xlsx", tmp_path / "plan.json", "--out", tmp_path)
    assert result.exit_code == 2 and "请用 solve 重新编制" in result.output


def test_programs_read_one_object_a_line(county: Path, tmp_path: Path) -> None:
    """Progress first, the file and the findings last."""
    result = run("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path, "--progress", "json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[0]["event"] == "progress"
    assert events[-1]["event"] == "done" and events[-1]["findings"] and events[-1]["files"]


def test_a_stop_writes_what_was_finished_before_it(county: Path, tmp_path: Path) -> None:
    """With the stop file there from the start no baseline is made, and that is said."""
    (tmp_path / "stop").touch()
    words = ("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path)
    result = run(*words, "--stop-file", tmp_path / "stop")
    assert result.exit_code == 0 and "提前停止" in result.output


def test_evaluate_names_what_a_draft_breaks(county: Path, tmp_path: Path) -> None:
    """The bureau's own draft, one of whose classes was given ten times its people: the rule and the number are told."""
    book = openpyxl.load_workbook(county / "plan.xlsx")
    sheet = book["班级生源"]
    cell = next(cell for row in sheet.iter_rows(min_row=6) for cell in row[3:] if isinstance(cell.value, int))
    cell.value *= 10
    book.save(tmp_path / "draft.xlsx")
    good = run("evaluate", county / "book.xlsx", county / "plan.xlsx")
    assert good.exit_code == 0 and "规则：全部符合" in good.output
    bad = run("evaluate", county / "book.xlsx", tmp_path / "draft.xlsx")
    assert bad.exit_code == 0 and "规则：违反" in bad.output and "愿意参加" in bad.output
    figures = json.loads(run("evaluate", county / "book.xlsx", tmp_path / "draft.xlsx", "--json").output)
    assert figures["broken_rules"] == len(figures["broken"]) > 0


def test_several_counties_are_told_what_is_left_to_each_county(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too large to plan again a hundred times: reasons of open wishes only, and clashes not at all."""
    monkeypatch.setattr("planner.cli.explaining.is_wide", lambda problem: True)
    told = run("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path)
    assert told.exit_code == 0 and "请按县分别说明" in told.output
    assert openpyxl.load_workbook(tmp_path / "方案说明.xlsx").sheetnames == ["结论", "未满足需求原因"]
    asked = run("explain", county / "book.xlsx", "--out", tmp_path)
    assert asked.exit_code == 2 and "拆成各县的工作簿" in asked.output


def test_explain_json_says_what_the_sheets_say(county: Path, tmp_path: Path) -> None:
    """Every part is there, names are the workbook's, classes carry the plan's ids, and the bytes repeat."""
    for folder in ("one", "two"):
        assert run("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path / folder).exit_code == 0
    text = (tmp_path / "one" / "explain.json").read_bytes()
    assert text == (tmp_path / "two" / "explain.json").read_bytes()
    told = json.loads(text)
    plan = json.loads((county / "plan.json").read_text(encoding="utf-8"))
    parts = ("baselines", "rules", "unserved", "townships", "classes")
    assert told["explain"] == 1 and all(told[part] is not None for part in parts) and told["difference"] is None
    assert [one["id"] for one in told["classes"]] == [one["id"] for one in plan["classes"]]
    assert told["input_sha256"] == plan["input_sha256"] and told["value"] == plan["value"]
    assert {one["name"] for one in told["baselines"]} >= {"乡镇平均分配"}
    sheet = openpyxl.load_workbook(tmp_path / "one" / "方案说明.xlsx")["结论"]
    said = [row[1].value for row in sheet.iter_rows() if isinstance(row[0].value, int)]
    assert said[1:] == told["findings"]


def test_one_class_alone_is_looked_into(county: Path, tmp_path: Path) -> None:
    """Only explain.json is written; what it says of the class is what the whole explanation says."""
    plan = json.loads((county / "plan.json").read_text(encoding="utf-8"))
    wanted = plan["classes"][-1]["id"]
    assert run("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path / "all").exit_code == 0
    alone = run("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path / "one", "--class", wanted)
    assert alone.exit_code == 0, alone.output
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["explain.json"]
    whole, one = (json.loads((tmp_path / name / "explain.json").read_text("utf-8")) for name in ("all", "one"))
    assert one["classes"] == [entry for entry in whole["classes"] if entry["id"] == wanted]
    assert one["rules"] is None


def test_a_class_the_plan_lacks_is_a_fault(county: Path, tmp_path: Path) -> None:
    """The id is quoted."""
    result = run("explain", county / "book.xlsx", county / "plan.json", "--out", tmp_path, "--class", "X-1")
    assert result.exit_code == 2 and "方案里没有这个班（现为“X-1”）" in result.output
