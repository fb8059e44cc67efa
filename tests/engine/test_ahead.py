"""Kernels compiled ahead: a first plan finds all of them, whoever else compiled them at the same time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANS = """
import json, sys
from dataclasses import replace
from pathlib import Path
from planner.engine.decomposition.loop import solve_by_counties
from planner.engine.solve import Options, solve_problem
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook

demo = read_workbook(Path("instances/demo.xlsx")).instance
two = tuple(replace(t, county="甲县" if i % 2 else "乙县") for i, t in enumerate(demo.townships))
options = Options(gap=0.0, effort=0.02, exact_heads=0, threads=1)
one_county = solve_problem(build_problem(demo), options)
counties = solve_by_counties(build_problem(replace(demo, townships=two)), options)
print(json.dumps([one_county.value, one_county.bound, counties.value, counties.bound]))
"""
"""A plan of one county by the whole loop and one of two counties that share money and teams."""


def planner_process(cache: Path | None, *words: str) -> subprocess.Popen[str]:
    """Start Python with a folder of kernels of its own, or with the usual one."""
    environment = os.environ | {"PYTHONUTF8": "1"} | ({"NUMBA_CACHE_DIR": str(cache)} if cache else {})
    return subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8",
    )  # fmt: skip


def ended_well(process: subprocess.Popen[str]) -> str:
    """Wait for a process and return what it printed."""
    output, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    return output


def files_of(folder: Path) -> dict[Path, int]:
    """All files with the time of their last change."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of kernels that two processes filled at the same time."""
    cache = tmp_path_factory.mktemp("kernels")
    both = [planner_process(cache, "-m", "planner", "prepare") for _ in range(2)]
    assert all("已编译求解程序" in ended_well(process) for process in both)
    return cache


def test_plans_after_it_compile_nothing(prepared: Path) -> None:
    """Neither one county's plan nor that of several adds or changes a kernel."""
    before = files_of(prepared)
    ended_well(planner_process(prepared, "-c", PLANS))
    assert files_of(prepared) == before


def test_two_that_compile_at_once_leave_kernels_that_plan_as_ever(prepared: Path) -> None:
    """Values and bounds are those of kernels compiled by one process alone."""
    found = [ended_well(planner_process(cache, "-c", PLANS)) for cache in (prepared, None)]
    assert json.loads(found[0]) == json.loads(found[1])


def test_every_kernel_has_one_signature(prepared: Path) -> None:
    """So that two processes never give one file's name to different code."""
    assert list(prepared.rglob("*.1.nbc"))
    assert not [path for path in prepared.rglob("*.nbc") if not path.name.endswith(".1.nbc")]


def test_asked_again_it_compiles_nothing(prepared: Path) -> None:
    """The note beside the kernels says that they are there; no progress is told."""
    before = files_of(prepared)
    assert ended_well(planner_process(prepared, "-m", "planner", "prepare", "--progress", "json")) == ""
    assert files_of(prepared) == before


def test_a_note_without_its_processor_counts_for_nothing(prepared: Path, tmp_path: Path) -> None:
    """A folder copied from another computer holds that one's note only."""
    (tmp_path / "all-0123456789ab").write_text("")
    words = "from planner.engine.ahead import are_compiled; print(are_compiled())"
    assert ended_well(planner_process(tmp_path, "-c", words)) == "False\n"
    assert ended_well(planner_process(prepared, "-c", words)) == "True\n"
