"""One run of the planner's own command line: plan, bound, gap, times, memory, and the checker's verdict.

Times are those of the planner's own clock, which starts after the workbook is read and the kernels are loaded; the
whole process, reading, checking and writing included, is ``process_seconds``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.child import Finished, Limits, run_child
from benchmarks.results import Result

BOUND_PERCENT = 0.1
PLAN_PERCENTS = (5.0, 2.0, 1.0, 0.5, 0.3, 0.2, 0.1)

_GRACE_SECONDS, _GRACE_FACTOR = 120.0, 1.5
"""Outer kill: reading, checking and writing come on top of the time limit."""

Point = tuple[float, float | None, float | None]
"""Seconds, value of the best plan (None before the first), bound (None before the first)."""


def run_planner(
    workbook: Path, out: Path, time_limit: float, memory_gb: float, *, seed: int = 0, gap: float = 5e-4,
    effort: float = 1.0, threads: int = 2,
) -> Result:
    """Plan a workbook in its own process and have the plan checked in another; the fields of a planner's result.

    ``time_limit`` in seconds, ``gap`` as a share at which the planner may stop, ``effort`` scales its work.
    """
    command = [
        sys.executable, "-m", "planner", "solve", str(workbook), "--out", str(out), "--progress", "json",
        "--time-limit", str(time_limit), "--gap", str(gap), "--seed", str(seed), "--effort", str(effort),
        "--threads", str(threads), "--no-timetable",
    ]
    done = run_child(command, Limits(_GRACE_FACTOR * time_limit + _GRACE_SECONDS, memory_gb))
    events = _events(done)
    result: Result = {
        "solver": "planner", "time_limit": time_limit, "seed": seed, "effort": effort, "threads": threads,
        "process_seconds": round(done.seconds, 2), "memory_gb": round(done.memory_gb, 3),
        "stages": stage_seconds(events),
    }
    plan_file = out / "plan.json"
    if done.exit_code != 0 or not plan_file.is_file():
        outcome = no_plan(done, time_limit) or failure(done, memory_gb)
        return result | {"outcome": outcome, "check": "", "value": None, "bound": None}
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    series = [*time_series(events), (plan["seconds"], plan["value"], plan["bound"])]
    return result | plan_figures(plan) | {
        "outcome": plan["status"], "check": check(workbook, plan_file), "seconds": plan["seconds"], "series": series,
        "milestones": milestones(series),
    }


def check(workbook: Path, plan_file: Path) -> str:
    """The independent checker's verdict on a plan: "passes" or "FAILS"."""
    command = [sys.executable, "-m", "planner", "check", str(workbook), str(plan_file)]
    return "passes" if run_child(command, Limits(900.0, 8.0)).exit_code == 0 else "FAILS"


def plan_figures(plan: dict[str, Any]) -> Result:
    """Value, bound, gap, classes and heads of a plan's record."""
    return {
        "value": plan["value"], "bound": plan["bound"], "gap": plan["gap"], "classes": len(plan["classes"]),
        "heads": sum(heads["persons"] for planned in plan["classes"] for heads in planned["heads"]),
    }


def no_plan(done: Finished, time_limit: float) -> str:
    """What the planner itself said instead of a plan; empty when it said nothing."""
    said = {json.loads(line)["event"] for _, line in done.lines if line.startswith("{")}
    if "infeasible" in said:
        return "proved infeasible"
    return f"no plan in {time_limit:g} s" if "no_plan" in said and done.exit_code == 3 else ""


def failure(done: Finished, memory_gb: float) -> str:
    """Why a command was cut short or broke down, in a few words."""
    if done.killed == "memory":
        return f"killed at {memory_gb:g} GB"
    if done.killed == "time":
        return f"killed after {done.seconds:.0f} s"
    last = (done.errors.strip().splitlines() or [""])[-1]
    return f"failed (exit {done.exit_code}{': ' + last[:80] if last else ''})"


def _events(done: Finished) -> list[dict[str, Any]]:
    """Progress events since the planner's clock last started (it starts again after the kernels are loaded)."""
    events = [json.loads(line) for _, line in done.lines if line.startswith("{")]
    events = [event for event in events if event["event"] == "progress"]
    restarts = [i for i in range(1, len(events)) if events[i]["seconds"] < events[i - 1]["seconds"]]
    return events[restarts[-1] if restarts else 0 :]


def time_series(events: Sequence[dict[str, Any]]) -> list[Point]:
    """Seconds, value and bound of the progress events."""
    return [(event["seconds"], event["value"], event["bound"]) for event in events]


def stage_seconds(events: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Seconds spent in each stage, in the order of first appearance; a stage that comes twice is summed."""
    spent: dict[str, float] = {}
    for event, following in zip(events, events[1:], strict=False):
        spent[event["stage"]] = spent.get(event["stage"], 0.0) + following["seconds"] - event["seconds"]
    return {stage: round(seconds, 2) for stage, seconds in spent.items()}


def milestones(series: Sequence[Point]) -> dict[str, float | None]:
    """First second at which the bound came within 0.1 % of the final bound, and the plan within each share of it.

    Keys are ``"bound 0.1"`` and ``"plan 1"`` (per cent of the final bound); None where it was not reached.
    """
    final = series[-1][2]
    if final is None:
        return {}

    def first(reached: Sequence[bool]) -> float | None:
        return next((point[0] for point, yes in zip(series, reached, strict=True) if yes), None)

    found: dict[str, float | None] = {
        f"bound {BOUND_PERCENT:g}": first(
            [bound is not None and bound - final <= BOUND_PERCENT / 100 * abs(final) for _, _, bound in series]
        )
    }
    for percent in PLAN_PERCENTS:
        found[f"plan {percent:g}"] = first(
            [value is not None and final - value <= percent / 100 * abs(final) for _, value, _ in series]
        )
    return found
