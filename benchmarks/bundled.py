"""Measure the planner on the bundled counties: value, proved bound, gap, seconds, memory, and the checker's verdict.

    python benchmarks/bundled.py [--time-limit SECONDS] [NAME ...]

Each county is planned by the command line in its own process, with the kernels compiled before. Times are wall times
of that process's own clock; figures depend on the machine and on what else it does. Prints a Markdown table.
"""

from __future__ import annotations

import json
import platform
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pandas as pd

ROOT = Path(__file__).parents[1]
COUNTIES = ("demo", "hezhang", "zhenxiong")


def progress_of(workbook: Path, out: Path, time_limit: float) -> pd.DataFrame:
    """Plan a workbook; one row per progress event with stage, seconds, value, bound and gap."""
    command = [sys.executable, "-m", "planner", "solve", str(workbook), "--out", str(out), "--progress", "json",
               "--time-limit", str(time_limit)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return pd.DataFrame([event for event in events if event["event"] == "progress"])


def first_time(progress: pd.DataFrame, reached: pd.Series) -> float | None:
    """Seconds at the first event that fulfils a condition, None when none does."""
    return float(progress.loc[reached, "seconds"].iloc[0]) if reached.any() else None


def measure(name: str, time_limit: float) -> dict[str, object]:
    """One row of the table."""
    workbook = ROOT / "instances" / f"{name}.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        progress = progress_of(workbook, out, time_limit)
        plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
        check = subprocess.run(
            [sys.executable, "-m", "planner", "check", str(workbook), str(out / "plan.json")],
            cwd=ROOT, capture_output=True, check=False,
        )
    bound = plan["bound"]
    row: dict[str, object] = {
        "county": name, "classes": len(plan["classes"]),
        "heads": sum(head["persons"] for item in plan["classes"] for head in item["heads"]),
        "value": round(plan["value"], 1), "bound": round(bound, 1), "gap %": round(100 * plan["gap"], 2),
        "seconds": round(plan["seconds"]), "status": plan["status"],
        "bound within 0.1 % of final (s)": first_time(progress, progress["bound"] <= 1.001 * bound),
    }
    for percent in (5, 2, 1):
        reached = progress["value"] >= (1 - percent / 100) * bound
        row[f"plan within {percent} % of final bound (s)"] = first_time(progress, reached)
    row["memory GB"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20, 2)
    row["check"] = "passes" if check.returncode == 0 else "FAILS"
    return row


@click.command()
@click.option("--time-limit", default=120.0, show_default=True, help="Seconds for each county.")
@click.argument("names", nargs=-1, type=click.Choice(COUNTIES))
def main(time_limit: float, names: tuple[str, ...]) -> None:
    """Measure the named counties (all by default) and print a table."""
    head = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    print(f"commit {commit}, {platform.machine()}, Python {platform.python_version()}")
    table = pd.DataFrame([measure(name, time_limit) for name in names or COUNTIES])
    print("| " + " | ".join(table.columns) + " |")
    print("|" + "---|" * len(table.columns))
    for row in table.itertuples(index=False):
        print("| " + " | ".join(str(value) for value in row) + " |")


if __name__ == "__main__":
    main()
