"""The command line as a user meets it: exit codes, files, and nothing written on failure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from planner.cli import main
from planner.domain.instance import Instance, Measure, Sense, Target
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance

INSTANCES = Path(__file__).parents[2] / "instances"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def write(instance: Instance, path: Path) -> Path:
    write_tables(path, tables_of(instance))
    return path


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A workbook small enough to be solved exactly at once."""
    return write(a_tiny_instance(), tmp_path / "tiny.xlsx")


def test_exit_0_a_plan_is_written_and_passes_the_check(tiny: Path, tmp_path: Path) -> None:
    """Solve writes the three files; check agrees with them."""
    solved = run("solve", tiny, "--out", tmp_path / "out")
    assert solved.exit_code == 0, solved.output
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"plan.json", "plan.xlsx", "calendar.ics"}
    checked = run("check", tiny, tmp_path / "out" / "plan.json")
    assert checked.exit_code == 0 and "通过" in checked.output


def test_exit_1_an_impossible_target_is_named(tmp_path: Path) -> None:
    """A hard target above the population is proved infeasible and quoted."""
    target = Target("T1", Measure.PERSONS, Sense.AT_LEAST, 10_000)
    book = write(replace(a_tiny_instance(), targets=(target,)), tmp_path / "book.xlsx")
    result = run("solve", book, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "任务“T1”" in result.output and "10000" in result.output
    assert not (tmp_path / "out").exists()


def test_exit_1_a_plan_that_breaks_a_rule_fails_the_check(tiny: Path, tmp_path: Path) -> None:
    """The checker names the rule a mutated plan breaks."""
    run("solve", tiny, "--out", tmp_path / "out")
    path = tmp_path / "out" / "plan.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["classes"][0]["heads"][0]["persons"] += 1000
    path.write_text(json.dumps(record), encoding="utf-8")
    result = run("check", tiny, path)
    assert result.exit_code == 1 and "class-size" in result.output


def test_exit_2_every_fault_of_a_bad_workbook_is_listed(tmp_path: Path) -> None:
    """All faults come in one answer with sheet and cell, and no file is written."""
    tables = tables_of(a_tiny_instance())
    tables["需求"][0]["愿意人数"] = -3
    tables["课程"][0]["最小班额"] = 99
    write_tables(tmp_path / "bad.xlsx", tables)
    result = run("solve", tmp_path / "bad.xlsx", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "需求!" in result.output and "-3" in result.output and "课程!" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"<html></html>"])
def test_exit_2_a_file_that_is_no_workbook(content: bytes, tmp_path: Path) -> None:
    """Empty, truncated and renamed files get a sentence, not a trace."""
    (tmp_path / "file.xlsx").write_bytes(content)
    result = run("solve", tmp_path / "file.xlsx", "--out", tmp_path / "out")
    assert result.exit_code == 2 and "file.xlsx" in result.output and "Traceback" not in result.output


def test_exit_3_stopped_before_any_plan(tmp_path: Path) -> None:
    """With a hard target and no time to meet it there is no plan to write."""
    target = Target("T1", Measure.PERSONS, Sense.AT_LEAST, 100)
    demo = read_workbook(INSTANCES / "demo.xlsx").instance
    book = write(replace(demo, targets=(target,)), tmp_path / "book.xlsx")
    (tmp_path / "stop").touch()
    result = run("solve", book, "--out", tmp_path / "out", "--stop-file", tmp_path / "stop")
    assert result.exit_code == 3 and "没有找到" in result.output
    assert not (tmp_path / "out").exists()


def test_json_progress_ends_with_the_files(tiny: Path, tmp_path: Path) -> None:
    """Programs read one JSON object per line."""
    result = run("solve", tiny, "--out", tmp_path / "out", "--progress", "json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[0]["event"] == "progress" and events[-1]["event"] == "done" and len(events[-1]["files"]) == 3


def test_a_changed_budget_leaves_the_workbook_that_was_planned(tiny: Path, tmp_path: Path) -> None:
    """The plan of a changed budget checks against the workbook written beside it."""
    result = run("solve", tiny, "--out", tmp_path / "out", "--total-budget", "1234.56")
    assert result.exit_code == 0, result.output
    planned = read_workbook(tmp_path / "out" / "input.xlsx").instance
    assert sum(fund.amount_cents for fund in planned.funds) == 123_456
    assert run("check", tmp_path / "out" / "input.xlsx", tmp_path / "out" / "plan.json").exit_code == 0


def test_an_unknown_solver_is_answered_with_the_names(tiny: Path, tmp_path: Path) -> None:
    """A wrong solver name is bad input."""
    result = run("solve", tiny, "--out", tmp_path / "out", "--solver", "Nonsense")
    assert result.exit_code == 2 and "HiGHS" in result.output


def test_inspect_says_what_was_read() -> None:
    """The web form reads the same figures as JSON."""
    found = json.loads(run("inspect", INSTANCES / "demo.xlsx", "--json", "--weeks").stdout)
    assert found["ok"] and found["summary"]["townships"] == 3 and len(found["weeks"]) == 12
    asked = {one["target"]: (one["relation"], one["value"], one["hard"]) for one in found["summary"]["targets"]}
    assert asked["T-总人数"] == (">=", 300, False) and asked["T-农业上限"] == ("<=", 60, True)


def test_template_and_generate_write_workbooks(tmp_path: Path) -> None:
    """Both verbs leave a file and say where it is."""
    assert run("template", tmp_path / "t.xlsx").exit_code == 0
    assert run("generate", "--size", "demo", "--seed", 3, tmp_path / "g.xlsx").exit_code == 0
    assert read_workbook(tmp_path / "g.xlsx").instance.cohorts
    assert (tmp_path / "t.xlsx").exists()
