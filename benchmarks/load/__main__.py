"""``python -m benchmarks.load``: the service under many clerks, a real county's first plan, memory at rest."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from benchmarks.load.first_plan import measure_first_plan
from benchmarks.load.pages import PAGES, path_of
from benchmarks.load.report import misses, read_times, to_table
from benchmarks.load.service import ROOT, Clerk, Service, serving
from web import wording

_RESTING_REQUESTS = 15
_WORKBOOK = ROOT / "instances" / "demo.xlsx"
_QUEUED_HONESTLY = frozenset({"ready", "queued", "running", "examining"})
_ENDED = frozenset({"done", "infeasible", "no_plan"})


@click.group(invoke_without_command=True)
@click.option("--minutes", default=5.0, show_default=True, type=click.FloatRange(min=0.2))
@click.option("--browsing", default=50, show_default=True, help="clerks who look at pages")
@click.option("--planning", default=10, show_default=True, help="clerks who upload and plan")
@click.pass_context
def main(context: click.Context, minutes: float, browsing: int, planning: int) -> None:
    """Load the service and print the table of docs/service-load.md; exit code 1 when it misses its aims."""
    if context.invoked_subcommand is None:
        with tempfile.TemporaryDirectory() as folder:
            sys.exit(load(Path(folder), minutes, browsing, planning))


@main.command("first-plan")
def first_plan() -> None:
    """Time from the upload of the real county to its first plan on the page, stopping, memory at rest."""
    with tempfile.TemporaryDirectory() as folder:
        measure_first_plan(Path(folder))


def load(folder: Path, minutes: float, browsing: int, planning: int) -> int:
    """Run the load test and print what came of it."""
    logins = [f"clerk{number:02d}" for number in range(browsing + planning)]
    _say(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}, {os.cpu_count()} cores, load {_machine_load()}")
    with serving(folder / "data", logins) as service:
        clerk = Clerk(service.url, logins[0])
        job = clerk.upload(_WORKBOOK)
        clerk.wait(job)
        clerk.plan(job, min(wording.TIME_LIMITS))
        if clerk.wait(job) != "done":
            raise RuntimeError("the plan that clerks look at was not made")
        plan = json.loads(clerk.get(f"{job}/files/plan.json").content)
        classes = [row["id"] for row in plan["classes"]]
        idle = resting_medians(clerk, job, classes)
        accepted = folder / "accepted.jsonl"
        accepted.touch()
        cast = {
            "logins": logins, "browsing": browsing, "planning": planning, "job": job, "classes": classes,
            "workbook": str(_WORKBOOK), "accepted": str(accepted), "limit_seconds": min(wording.TIME_LIMITS),
            "patience_seconds": 90,
        }  # fmt: skip
        used, began = service.processor_seconds(), time.monotonic()
        stats = play(service, folder, cast, minutes)
        used, took = service.processor_seconds() - used, time.monotonic() - began
        _say(f"load {_machine_load()} at the end; the service used {used:.0f} s of processor in {took:.0f} s")
        lost, states = look_for(clerk, accepted)
        failures = _rows(folder / "load_failures.csv") + _rows(folder / "load_exceptions.csv")
    pages = read_times(stats, idle)
    _say(to_table(pages))
    _say(f"uploads accepted {sum(states.values()) + len(lost)}: {dict(states)}; lost {len(lost)}")
    missed = [*failures[:20], *misses(pages), *lost]
    for line in missed:
        _say(line)
    return 1 if missed else 0


def resting_medians(clerk: Clerk, job: str, classes: list[str]) -> dict[str, float]:
    """Return each page's median in milliseconds while nobody else asks for anything."""
    chance, medians = random.Random(0), {}
    for page in PAGES:
        times = []
        for _ in range(_RESTING_REQUESTS + 1):
            path, began = path_of(page, job, classes, chance), time.perf_counter()
            clerk.get(path)
            times.append(1000 * (time.perf_counter() - began))
        medians[page] = statistics.median(times[1:])
    return medians


def play(service: Service, folder: Path, cast: dict[str, object], minutes: float) -> Path:
    """Let locust's clerks loose and return its table of requests."""
    (folder / "cast.json").write_text(json.dumps(cast), encoding="utf-8")
    words = [sys.executable, "-m", "locust", "--locustfile", str(Path(__file__).with_name("locustfile.py"))]
    words += ["--headless", "--only-summary", "--host", service.url, "--csv", str(folder / "load")]
    people = int(str(cast["browsing"])) + int(str(cast["planning"]))
    words += ["--users", str(people), "--spawn-rate", "4", "--run-time", f"{60 * minutes:.0f}s"]
    words += ["--exit-code-on-error", "0"]
    environment = os.environ | {"LOAD_CAST": str(folder / "cast.json"), "PYTHONPATH": str(ROOT)}
    with (folder / "locust.out").open("wb") as told:
        run = subprocess.run(words, cwd=folder, env=environment, stdout=told, stderr=told, check=False)
    if run.returncode:
        raise RuntimeError((folder / "locust.out").read_text(encoding="utf-8")[-2000:])
    return folder / "load_stats.csv"


def look_for(clerk: Clerk, accepted: Path) -> tuple[list[str], Counter[str]]:
    """Look for every upload that was accepted; return what is lost, and the states of the others.

    An upload is lost when its page or its file is gone, or when it is in a state that is neither an end nor a place
    in the queue; one that was to be planned must not stand as if nobody had asked.
    """
    told = [json.loads(line) for line in accepted.read_text(encoding="utf-8").splitlines()]
    asked = {row["job"] for row in told if row["what"] == "planned"}
    lost: list[str] = []
    states: Counter[str] = Counter()
    for job in dict.fromkeys(row["job"] for row in told):
        try:
            state, content = clerk.state(job), clerk.get(f"{job}/workbook").content
        except OSError as error:
            lost.append(f"lost: {job}: {error}")
            continue
        forgotten = job in asked and state in ("ready", "examining")
        if state not in _QUEUED_HONESTLY | _ENDED or forgotten or content != _WORKBOOK.read_bytes():
            lost.append(f"lost: {job}: {state}")
        else:
            states[state] += 1
    return lost, states


def _rows(table: Path) -> list[str]:
    return table.read_text(encoding="utf-8").splitlines()[1:]


def _machine_load() -> str:
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def _commit() -> str:
    words = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
