"""The least change: as much of the earlier plan as its value allows, proved on a county that is solved by hand.

Two townships, one team, two weeks; 东山's people lose 2 % at 西河. Any arrangement of both venues over the two weeks
is worth 6 · 0.5 = 3; both classes at 西河 are worth 3 · 0.5 + 3 · 0.49 = 2.97.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from planner.cli import main
from planner.domain.instance import Form, Lock, LockKind
from planner.engine.solve import Options, Solution, Start, solve_problem
from planner.model.options import ClassHeads, Slot
from planner.model.problem import Problem, build_problem
from planner.replanning.least_change import change_least, count_kept
from planner.workbook.read import read_workbook
from tests.explanations.builders import passes
from tests.oracle.enumeration import FIRST_WEEK, a_tiny_instance

INSTANCES = Path(__file__).parents[2] / "instances"
EAST, WEST = 0, 1
NOT_EAST_FIRST = Lock("家政服务", LockKind.FORBIDDEN, None, "东山站", Form.FULL_TIME, FIRST_WEEK)


def a_class(venue: int, week: int) -> ClassHeads:
    return Slot(0, 0, venue, 0, week), {venue: 3}


def least_change(problem: Problem, earlier: list[ClassHeads], tolerance: float) -> tuple[Solution, int]:
    found = solve_problem(problem, Options())
    solution, kept = change_least(problem, found, earlier, tolerance, Options())
    assert kept.kept == count_kept(problem, solution.classes, earlier) and kept.classes == len(earlier)
    assert passes(problem, solution.classes)
    assert solution.bound == found.bound
    return solution, kept.kept


@pytest.mark.parametrize("earlier", [[a_class(EAST, 0), a_class(WEST, 1)], [a_class(EAST, 1), a_class(WEST, 0)]])
def test_of_equal_plans_the_earlier_one_is_kept_whole(earlier: list[ClassHeads]) -> None:
    """Whichever of two plans of the same value the search ends in, nothing moves."""
    solution, kept = least_change(build_problem(a_tiny_instance()), earlier, 0.0)
    assert kept == 2 and solution.value == pytest.approx(3.0)
    assert sorted(solution.classes) == sorted(earlier)


@pytest.mark.parametrize(("tolerance", "kept", "value"), [(0.0, 0, 3.0), (0.009, 0, 3.0), (0.011, 1, 2.97)])
def test_value_is_given_up_only_within_the_tolerance(tolerance: float, kept: int, value: float) -> None:
    """With 东山's first week forbidden, 西河's second week can stay for one per cent of the value."""
    problem = build_problem(a_tiny_instance(locks=(NOT_EAST_FIRST,)))
    solution, held = least_change(problem, [a_class(EAST, 0), a_class(WEST, 1)], tolerance)
    assert held == kept and solution.value == pytest.approx(value)


def test_a_stop_leaves_a_plan() -> None:
    """Nothing more is tried after a stop; the best plan found so far comes back."""
    problem = build_problem(a_tiny_instance())
    earlier = [a_class(EAST, 1), a_class(WEST, 0)]
    found = solve_problem(problem, Options(), start=Start(tuple(earlier)))
    solution, _ = change_least(problem, found, earlier, 0.0, Options(), stopped=lambda: True)
    assert passes(problem, solution.classes) and solution.value == pytest.approx(3.0)


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_forbid_and_lock_on_the_demo_county(tmp_path: Path) -> None:
    """One class forbidden, one locked: the checker agrees, the rest stays, and the answer says what moved."""
    little = ("--effort", 0.05, "--no-timetable", "--threads", 1)
    assert run("solve", INSTANCES / "demo.xlsx", "--out", tmp_path / "a", *little).exit_code == 0
    old = json.loads((tmp_path / "a" / "plan.json").read_text(encoding="utf-8"))
    parts = ("course", "provider", "venue", "form", "start_week")
    options = [tuple(one[part] for part in parts) for one in old["classes"]]
    alone = [option for option in options if options.count(option) == 1]
    banned, locked = alone[0], alone[1]
    entries = [dict(zip(parts, option, strict=True)) | {"kind": kind, "note": "测试"}
               for option, kind in ((banned, "禁止"), (locked, "必须开"))]  # fmt: skip
    (tmp_path / "d.json").write_text(json.dumps({"decisions": entries}, ensure_ascii=False), encoding="utf-8")
    again = run(
        "solve", INSTANCES / "demo.xlsx", "--out", tmp_path / "b", *little, "--decisions", tmp_path / "d.json",
        "--keep", tmp_path / "a" / "plan.json", "--keep-tolerance", 0.02, "--progress", "json",
    )  # fmt: skip
    assert again.exit_code == 0, again.output
    checked = run("check", tmp_path / "b" / "input.xlsx", tmp_path / "b" / "plan.json")
    assert checked.exit_code == 0 and "通过" in checked.output
    new = json.loads((tmp_path / "b" / "plan.json").read_text(encoding="utf-8"))
    held = [tuple(one[part] for part in parts) for one in new["classes"]]
    assert banned not in held and locked in held
    assert new["bound"] >= new["value"]
    done = json.loads(again.output.strip().splitlines()[-1])
    assert done["kept"]["classes"] == len(options)
    assert done["kept"]["kept"] == len([o for o in set(options) if o in held]) >= len(options) - 3
    assert new["value"] >= done["kept"]["best_value"] * 0.98 - 1e-6
    assert "与原方案相比" in done["moves"][-1]
    rows = read_workbook(tmp_path / "b" / "input.xlsx").instance.locks
    assert {(lock.kind, lock.note) for lock in rows} >= {(LockKind.FORBIDDEN, "测试"), (LockKind.REQUIRED, "测试")}


def test_a_plan_that_broke_the_ban_fails_the_check(tmp_path: Path) -> None:
    """The workbook beside the plan holds the ban: the earlier plan is refused by the independent checker."""
    book = INSTANCES / "tiny" / "money.xlsx"
    assert run("solve", book, "--out", tmp_path / "a", "--no-timetable").exit_code == 0
    old = json.loads((tmp_path / "a" / "plan.json").read_text(encoding="utf-8"))
    one = old["classes"][0]
    (tmp_path / "d.json").write_text(
        json.dumps({"decisions": [{"kind": "禁止", "course": one["course"], "start_week": one["start_week"]}]}),
        encoding="utf-8",
    )
    again = run("solve", book, "--out", tmp_path / "b", "--no-timetable", "--decisions", tmp_path / "d.json")
    assert again.exit_code == 0, again.output
    refused = run("check", tmp_path / "b" / "input.xlsx", tmp_path / "a" / "plan.json")
    assert refused.exit_code == 1 and "lock-forbidden" in refused.output
