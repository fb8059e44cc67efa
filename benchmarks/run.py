"""Reproduce the tables of docs/benchmarks.md: ``benchmarks/run`` or ``python -m benchmarks.run``.

Parts: each county by name, ``growth`` (the planner on counties of growing size), ``peers`` (the planner beside others,
from three townships until each stops working), ``prototype`` and ``profile`` (the seconds of each stage). Results are
appended to a file of JSON lines as they come; at the end the tables are printed. Run it on an otherwise idle machine.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import cases
from benchmarks.child import ROOT, Finished, Limits, run_child
from benchmarks.peers.measure import run_peer
from benchmarks.peers.prototype import run_prototype
from benchmarks.planner_run import run_planner
from benchmarks.results import Result, ResultFile, read_results
from benchmarks.tables import all_tables

PARTS = (*(county.name for county in cases.COUNTIES), "growth", "peers", "prototype", "profile")

_TOOL_LIMITS = Limits(900.0, 8.0)
_COMPILE_LIMITS = Limits(600.0, 8.0)


@dataclass(frozen=True, slots=True)
class Bench:
    """How this benchmark is run: where results and workbooks go, which seeds, how long."""

    results: ResultFile
    work: Path
    seeds: tuple[int, ...]
    factor: float
    length: cases.Length
    prototype: Path | None
    prototype_python: str

    def record(self, result: Result) -> None:
        """Keep a result and say it in a line."""
        self.results.add(result)
        figures = [f"{name} {result[name]}" for name in ("value", "bound", "seconds", "memory_gb", "check")
                   if result.get(name) not in (None, "")]
        where = result.get("instance", "")
        click.echo(f"{result['part']:10} {where:16} {result['solver']:20} {result['outcome']}; {', '.join(figures)}")


def measure_counties(bench: Bench, names: set[str]) -> None:
    """The planner on the bundled counties and the generated prefecture."""
    for county in cases.COUNTIES_OF[bench.length]:
        if county.name not in names:
            continue
        workbook = workbook_of(bench, county)
        size = size_of(workbook)
        for seed in bench.seeds:
            with TemporaryDirectory() as out:
                found = run_planner(
                    workbook, Path(out), bench.factor * county.time_limit, county.memory_gb, seed=seed
                )
            bench.record({"part": "counties", "instance": county.name, **size, **found})


def measure_growth(bench: Bench) -> None:
    """The planner and one evaluation of its bound on counties of growing size."""
    rungs, seconds = cases.GROWTH[bench.length]
    for name, workbook, size in rung_workbooks(bench, rungs):
        timed = tool("benchmarks.evaluations", str(workbook), "--count", "50")
        with TemporaryDirectory() as out:
            found = run_planner(workbook, Path(out), bench.factor * seconds, cases.PEER_MEMORY_GB)
        bench.record({"part": "growth", "instance": name, **size, **last_object(timed), **found})


def measure_peers(bench: Bench) -> None:
    """The planner and its peers, size after size; a peer that has found nothing is not tried on a larger one."""
    rungs, limit = cases.PEER_LADDER[bench.length]
    seconds = bench.factor * limit
    working = list(cases.QUICK_PEERS if bench.length is cases.Length.QUICK else cases.PEERS)
    for name, workbook, size in rung_workbooks(bench, rungs):
        for peer in tuple(working):
            with TemporaryDirectory() as out:
                if peer == cases.PLANNER:
                    found = run_planner(workbook, Path(out), seconds, cases.PEER_MEMORY_GB)
                else:
                    found = run_peer(peer, workbook, Path(out), seconds, cases.PEER_MEMORY_GB)
            bench.record({"part": "peers", "instance": name, **size, **found})
            if not still_works(found):
                working.remove(peer)


def still_works(found: Result) -> bool:
    """Whether a peer has a plan that passes the check or, as a relaxation, a bound."""
    return found["check"] == "passes" or found["outcome"] == "bound only"


def measure_prototype(bench: Bench) -> None:
    """An engine from elsewhere, on its own county."""
    if bench.prototype is None:
        return
    seconds = cases.QUICK_PROTOTYPE_SECONDS if bench.length is cases.Length.QUICK else cases.PROTOTYPE_SECONDS
    for seed in bench.seeds:
        found = run_prototype(bench.prototype, bench.prototype_python, seed, *seconds, cases.PEER_MEMORY_GB)
        bench.record({"part": "prototype", "instance": f"its own, seed {seed}", **found})


def workbook_of(bench: Bench, county: cases.County) -> Path:
    """The county's workbook: bundled, or generated with seed 0."""
    if county.size is None:
        return ROOT / "instances" / f"{county.name}.xlsx"
    workbook = bench.work / f"{county.name}.xlsx"
    tool("planner", "generate", "--size", county.size, str(workbook))
    return workbook


def rung_workbooks(bench: Bench, rungs: tuple[cases.Rung, ...]) -> Iterator[tuple[str, Path, Result]]:
    """Name, workbook and size of each county of a ladder, cut from a bundled one."""
    whole = ROOT / "instances" / f"{cases.LADDER_COUNTY}.xlsx"
    for townships, courses in rungs:
        workbook = bench.work / f"{townships}x{courses}.xlsx"
        done = tool("benchmarks.cut", str(whole), str(workbook), "--townships", str(townships), "--courses",
                    str(courses))
        size = last_object(done)
        yield f"{size['townships']} × {size['courses']}", workbook, size


def size_of(workbook: Path) -> Result:
    """How big a workbook's instance is."""
    return last_object(tool("benchmarks.cut", str(workbook), str(workbook)))


def stage_result(workbook: Path, name: str, time_limit: float, memory_gb: float = 8.0) -> Result:
    """A run of the planner with the seconds of its stages and of what surrounds them."""
    with TemporaryDirectory() as out:
        found = run_planner(workbook, Path(out), time_limit, memory_gb)
    around = found["process_seconds"] - sum(found["stages"].values())
    stages = found["stages"] | {"reading, loading kernels, checking, writing": round(around, 2)}
    return {"part": "profile", "instance": name, **size_of(workbook), **found, "stages": stages}


def compile_kernels() -> None:
    """Have the planner's kernels compiled before anything is measured."""
    with TemporaryDirectory() as out:
        demo = ROOT / "instances" / "demo.xlsx"
        run_child([sys.executable, "-m", "planner", "solve", str(demo), "--out", out, "--progress", "none", "--effort",
                   "0.001", "--time-limit", "5"], _COMPILE_LIMITS)


def tool(module: str, *arguments: str) -> Finished:
    """Run a module of the project in a process of its own, so that this one stays small; it must succeed."""
    done = run_child([sys.executable, "-m", module, *arguments], _TOOL_LIMITS)
    if done.exit_code:
        raise click.ClickException(f"{module} {' '.join(arguments)}: exit {done.exit_code}\n{done.errors}")
    return done


def last_object(done: Finished) -> Result:
    """The JSON object of the last line of a command."""
    found: Result = json.loads(done.lines[-1][1])
    return found


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="Parts to run; all by default.")
@click.option("--quick", "length", flag_value="quick", help="Small sizes and short limits: five minutes.")
@click.option("--short", "length", flag_value="short",
              help="All but the prefecture, with short limits for growth and peers: 25 minutes.")
@click.option("--results", type=click.Path(path_type=Path, dir_okay=False),
              default=ROOT / "out/benchmarks/results.jsonl", help="File of JSON lines to append to.")
@click.option("--seed", "seeds", multiple=True, type=click.IntRange(min=0), default=(0,), help="Seeds of the counties.")
@click.option("--time-factor", default=1.0, show_default=True, help="Factor on all time limits.")
@click.option("--prototype", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Folder with the drive.py of another engine, measured on its own county.")
@click.option("--prototype-python", default=sys.executable, help="The Python that has what the other engine needs.")
def main(
    only: tuple[str, ...], length: str | None, results: Path, seeds: tuple[int, ...], time_factor: float,
    prototype: Path | None, prototype_python: str,
) -> None:
    """Measure the planner and its peers; append results and print the tables."""
    started = time.monotonic()
    names = set(only or PARTS)
    results.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as work:
        bench = Bench(ResultFile(results), Path(work), seeds, time_factor, cases.Length(length or "full"), prototype,
                      prototype_python)
        compile_kernels()
        measure_counties(bench, names)
        if "growth" in names:
            measure_growth(bench)
        if "peers" in names:
            measure_peers(bench)
        if "prototype" in names:
            measure_prototype(bench)
        if "profile" in names:
            bench.record(stage_result(ROOT / "instances" / f"{cases.LADDER_COUNTY}.xlsx", cases.LADDER_COUNTY,
                                      bench.factor * cases.PROFILE_SECONDS[bench.length]))
    for title, table in all_tables(read_results(results)).items():
        click.echo(f"\n## {title}\n\n{table}")
    click.echo(f"\n{time.monotonic() - started:.0f} s in all; results in {results.name}")


if __name__ == "__main__":
    main()
