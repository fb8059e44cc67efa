"""A peer's run as a result: value, bound, gap, seconds, memory, and where it stopped working."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.child import Finished, Limits, run_child
from benchmarks.planner_run import check, failure, plan_figures
from benchmarks.results import Result

_BUILD_SECONDS = 240.0
"""Building a large model takes longer than solving is allowed to; beyond this the run is killed."""


def run_peer(peer: str, workbook: Path, out: Path, time_limit: float, memory_gb: float, threads: int = 2) -> Result:
    """Run a peer in a process of its own; its plan, if any, is checked in another."""
    command = [
        sys.executable, "-m", "benchmarks.peers", peer, str(workbook), str(out), "--time-limit", str(time_limit),
        "--threads", str(threads),
    ]
    done = run_child(command, Limits(2 * time_limit + _BUILD_SECONDS, memory_gb))
    events = {event["event"]: event for event in map(json.loads, (line for _, line in done.lines if line[:1] == "{"))}
    built, solved = events.get("built", {}), events.get("solved", {})
    result: Result = {
        "solver": peer, "time_limit": time_limit, "threads": threads, "columns": built.get("columns"),
        "rows": built.get("rows"), "build_seconds": built.get("seconds"), "seconds": solved.get("seconds"),
        "process_seconds": round(done.seconds, 2), "memory_gb": round(done.memory_gb, 3),
        "value": None, "bound": solved.get("bound"), "check": "",
    }
    plan_file = out / "plan.json"
    if solved and plan_file.is_file():
        plan = json.loads(plan_file.read_text(encoding="utf-8"))
        result |= plan_figures(plan) | {"check": check(workbook, plan_file)}
    return result | {"outcome": outcome(done, solved, bool(built), time_limit, memory_gb)}


def outcome(done: Finished, solved: Result, built: bool, time_limit: float, memory_gb: float) -> str:
    """What became of a peer, in a few words."""
    if done.killed or done.exit_code:
        return failure(done, memory_gb) + ("" if built else " while building")
    if solved["outcome"] == "relaxation":
        return "bound only" if solved["bound"] is not None else f"no bound in {time_limit:g} s"
    if solved["outcome"] == "nothing":
        return f"no plan in {time_limit:g} s" if built else "no plan"
    return str(solved["outcome"])
