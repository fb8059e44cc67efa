"""What is measured is what happened: limits that kill, memory, milestones, cut counties, exponents, tables."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.child import Finished, Limits, run_child
from benchmarks.cut import cut_county
from benchmarks.growth import fit_exponent
from benchmarks.peers.measure import outcome
from benchmarks.planner_run import milestones, no_plan, stage_seconds
from benchmarks.results import Result, ResultFile, newest, read_results
from benchmarks.tables import TABLES, all_tables, put_into
from planner.domain.instance import Instance
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables

ROOT = Path(__file__).parents[2]
AMPLE = Limits(60.0, 4.0)


def python(text: str, limits: Limits = AMPLE) -> Finished:
    """Run a few lines of Python as a measured child."""
    return run_child([sys.executable, "-c", text], limits)


def test_a_child_gives_its_lines_and_exit_code() -> None:
    """Lines carry the second at which they came."""
    done = python("import sys; print('one', flush=True); print('two'); sys.exit(3)")
    assert [line for _, line in done.lines] == ["one", "two"]
    assert (done.exit_code, done.killed) == (3, "")
    assert 0.0 < done.lines[0][0] <= done.seconds


def test_a_child_is_killed_at_its_time() -> None:
    """And so is what it has started itself."""
    done = python(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)",
        Limits(3.0, 4.0),
    )
    assert done.killed == "time"
    grandchild = int(done.lines[0][1])
    for _ in range(100):
        if not is_running(grandchild):
            break
        time.sleep(0.05)
    assert not is_running(grandchild)


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_child_is_killed_at_its_memory() -> None:
    """It had far more time than it took."""
    done = python("import time; block = bytearray(400_000_000); time.sleep(50)", Limits(50.0, 0.2))
    assert done.killed == "memory"
    assert done.seconds < 45.0


def test_memory_is_that_of_the_child() -> None:
    """A large child is seen, and the next small one is not charged for it."""
    assert python("block = bytearray(b'x') * 300_000_000").memory_gb > 0.25
    assert python("pass").memory_gb < 0.25 + os.sysconf("SC_PAGE_SIZE") * _pages_of_this_process() / 2**30


def _pages_of_this_process() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])


def test_milestones_are_the_first_seconds_within_a_share_of_the_final_bound() -> None:
    """Shares are of the final bound, not of the bound at that second."""
    series = [(1.0, None, 200.0), (2.0, 94.0, 101.0), (3.0, 98.0, 100.05), (4.0, 99.2, 100.0)]
    found = milestones(series)
    assert found["bound 0.1"] == 3.0
    assert (found["plan 5"], found["plan 2"], found["plan 1"], found["plan 0.5"]) == (3.0, 3.0, 4.0, None)
    assert milestones([(1.0, None, None)]) == {}


def test_stage_seconds_add_up_to_the_run() -> None:
    """A stage that comes twice is summed."""
    events = [{"stage": stage, "seconds": at} for stage, at in (("a", 0.0), ("b", 1.0), ("a", 4.0), ("c", 4.5))]
    assert stage_seconds(events) == {"a": 1.5, "b": 3.0}


def test_what_became_of_a_run_is_said() -> None:
    """Killed, broken down, out of time and infeasible are told apart."""
    def ended(exit_code: int, killed: str = "", lines: tuple = (), errors: str = "") -> Finished:
        return Finished(lines, errors, exit_code, killed, 70.2, 4.1)

    assert outcome(ended(-9, "memory"), {}, False, 60, 4) == "killed at 4 GB while building"
    assert outcome(ended(-9, "time"), {}, True, 60, 4) == "killed after 70 s"
    assert outcome(ended(1, errors="MemoryError\n"), {}, True, 60, 4) == "failed (exit 1: MemoryError)"
    assert outcome(ended(0), {"outcome": "nothing", "bound": None}, True, 60, 4) == "no plan in 60 s"
    assert outcome(ended(0), {"outcome": "relaxation", "bound": 7.0}, True, 60, 4) == "bound only"
    assert no_plan(ended(1, lines=((1.0, '{"event": "infeasible"}'),)), 60) == "proved infeasible"
    assert no_plan(ended(1), 60) == ""


def demo() -> Instance:
    """The bundled demo."""
    return read_workbook(ROOT / "instances" / "demo.xlsx").instance


@pytest.mark.parametrize(("townships", "courses"), [(1, 1), (2, 5), (3, 12)])
def test_a_cut_county_is_a_workbook_without_faults(townships: int, courses: int, tmp_path: Path) -> None:
    """It has the size asked for and at most its share of money and targets."""
    whole = demo()
    cut = cut_county(whole, townships, courses)
    write_tables(tmp_path / "cut.xlsx", tables_of(cut))
    again = read_workbook(tmp_path / "cut.xlsx").instance
    assert (len(again.townships), len(again.courses)) == (townships, courses)
    assert {wish.course for wish in again.demand} == {course.name for course in again.courses}
    share = sum(wish.persons for wish in cut.demand) / sum(wish.persons for wish in whole.demand)
    assert sum(fund.amount_cents for fund in again.funds) <= share * sum(fund.amount_cents for fund in whole.funds)
    values = {target.id: target.value for target in whole.targets}
    assert all(target.value <= values[target.id] for target in again.targets)


def test_a_power_law_has_its_exponent() -> None:
    """seconds = 3 * size^1.25 exactly, so there is no error."""
    fit = fit_exponent([(size, 3 * size**1.25) for size in (10, 20, 40, 80)])
    assert fit is not None
    assert fit.exponent == pytest.approx(1.25)
    assert fit.error == pytest.approx(0.0, abs=1e-9)


def test_one_size_has_no_exponent() -> None:
    """Nor has none."""
    assert fit_exponent([(10, 1.0), (10, 2.0)]) is None
    assert fit_exponent([]) is None


ORIGIN = {"commit": "abc1234", "date": "2026-01-02", "machine": "a machine", "python": "3.11.7"}


def a_peer_result(solver: str, value: float | None, bound: float | None, **changes: object) -> Result:
    """A result of the part ``peers``."""
    gap = None if value is None or bound is None else (bound - value) / bound
    return {
        "part": "peers", "instance": "3 × 4", "solver": solver, "columns": 57_833, "outcome": "feasible",
        "options": 2_006, "value": value, "bound": bound, "gap": gap, "process_seconds": 61.4, "memory_gb": 0.5,
        "check": "passes" if value is not None else "", **ORIGIN,
    } | changes


def test_the_table_of_peers_shows_each_solver() -> None:
    """Value, bound, gap, share of the best plan; and where it stopped working."""
    tables = all_tables([
        a_peer_result("planner", 160.0, 165.0, columns=None),
        a_peer_result("compact/CBC", None, 170.0, outcome="no plan in 60 s"),
        a_peer_result("office", 144.0, None),
    ])
    assert tables["peers"].splitlines()[2:5] == [
        "| 3 × 4 | planner | – | feasible | 160.0 | 165.0 | 3.03 % | 100.0 % | 61 s | 0.50 GB | passes |",
        "| 3 × 4 | compact/CBC | 57,833 | no plan in 60 s | – | 170.0 | – | – | 61 s | 0.50 GB |  |",
        "| 3 × 4 | office | 57,833 | feasible | 144.0 | – | – | 90.0 % | 61 s | 0.50 GB | passes |",
    ]
    assert "| compact/CBC | – | – | 3 × 4: no plan in 60 s |" in tables["limits"]
    assert tables["peers"].endswith("Commit abc1234, 2026-01-02, a machine, Python 3.11.7.")


def test_a_bound_below_a_checked_plan_is_flagged() -> None:
    """A solver that proves too much is wrong, whatever its own check says."""
    table = TABLES["peers"]([a_peer_result("planner", 160.0, 165.0), a_peer_result("other", 150.0, 155.0)])
    assert [("BOUND BELOW A PLAN" in line) for line in table.splitlines()[2:4]] == [False, True]


def test_results_are_kept_with_their_origin(tmp_path: Path) -> None:
    """Read back as written, with commit, date and machine; of two runs of the same thing the newest counts."""
    file = ResultFile(tmp_path / "new" / "results.jsonl")
    file.add({"part": "peers", "instance": "3 × 4", "solver": "office", "value": 1.0})
    file.add({"part": "peers", "instance": "3 × 4", "solver": "office", "value": 2.0})
    results = read_results(file.path)
    assert set(results[0]) == {"part", "instance", "solver", "value", "commit", "date", "machine", "python"}
    assert [row["value"] for row in newest(results, "peers", "instance", "solver")] == [2.0]
    assert str(ROOT) not in file.path.read_text(encoding="utf-8")


def test_a_figure_that_is_no_number_cannot_be_kept(tmp_path: Path) -> None:
    """JSON has no infinity; a bound that is not proved is null."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        ResultFile(tmp_path / "results.jsonl").add({"bound": float("inf")})


def test_only_the_marked_tables_of_a_page_are_replaced() -> None:
    """Text around the markers stays."""
    page = "before\n<!-- table: peers -->\nold\n<!-- end -->\nbetween\n<!-- table: growth -->\nkept\n<!-- end -->\n"
    put = put_into(page, {"peers": "new", "counties": "nowhere"})
    assert "old" not in put
    assert put.startswith("before\n<!-- table: peers -->\n\nnew\n\n<!-- end -->\nbetween\n")
    assert put.endswith("<!-- table: growth -->\nkept\n<!-- end -->\n")


def test_the_page_has_a_place_for_every_table() -> None:
    """docs/benchmarks.md is written by ``python -m benchmarks.tables --into``."""
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert [name for name in TABLES if f"<!-- table: {name} -->" not in page] == []


@pytest.mark.parametrize("script", ["run", "profile"])
def test_the_scripts_can_be_run_from_anywhere(script: str, tmp_path: Path) -> None:
    """They explain themselves."""
    done = run_child(["env", f"PYTHON={sys.executable}", str(ROOT / "benchmarks" / script), "--help"], AMPLE, tmp_path)
    assert done.exit_code == 0
    assert any("--results" in line for _, line in done.lines)
