"""Where the time of a run goes: by stage of the planner, and by function of its Python parts.

    benchmarks/profile hezhang --time-limit 120

The stages come from an undisturbed run of the command line. The functions come from a second run under cProfile, which
slows Python calls down and sees compiled kernels and solvers as single calls: read its shares, not its seconds.
"""

from __future__ import annotations

import cProfile
import pstats
import time
from pathlib import Path

import click

from benchmarks.child import ROOT
from benchmarks.results import ResultFile
from benchmarks.run import compile_kernels, stage_result
from benchmarks.tables import stages_table


def function_table(workbook: Path, time_limit: float, most: int) -> str:
    """The functions of the project with the most time in themselves and below them, as a Markdown table."""
    from planner.engine.solve import Options, solve_problem
    from planner.model.problem import build_problem
    from planner.workbook.read import read_workbook

    profile = cProfile.Profile()
    started = time.perf_counter()
    profile.enable()
    problem = build_problem(read_workbook(workbook).instance)
    solve_problem(problem, Options(gap=0.0, time_limit=time_limit))
    profile.disable()
    total = time.perf_counter() - started
    lines = ["| function | calls | seconds in it | with all below | share |", "|---|---|---|---|---|"]
    entries = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # typeshed leaves it out
    ours = sorted(
        ((cumulative, own, calls, place) for place, (_, calls, own, cumulative, _) in entries.items()
         if str(ROOT / "planner") in place[0]),
        reverse=True,
    )
    for cumulative, own, calls, (file, _, function) in ours[:most]:
        module = Path(file).relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        lines.append(f"| `{module}.{function}` | {calls:,} | {own:.2f} | {cumulative:.2f} | {cumulative / total:.0%} |")
    return "\n".join(lines)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("county", default="hezhang")
@click.option("--time-limit", default=120.0, show_default=True, help="Seconds for each of the two runs.")
@click.option("--most", default=25, show_default=True, help="Functions to list.")
@click.option("--results", type=click.Path(path_type=Path, dir_okay=False),
              default=ROOT / "out/benchmarks/results.jsonl", help="File of JSON lines to append the stages to.")
def main(county: str, time_limit: float, most: int, results: Path) -> None:
    """Show where the time goes for COUNTY (a bundled one, or a workbook's path)."""
    workbook = ROOT / "instances" / f"{county}.xlsx"
    workbook = workbook if workbook.is_file() else Path(county).absolute()
    compile_kernels()
    result = stage_result(workbook, workbook.stem, time_limit)
    file = ResultFile(results)
    file.add(result)
    from benchmarks.results import read_results

    click.echo(stages_table([row for row in read_results(results) if row.get("instance") == workbook.stem]))
    click.echo("\n" + function_table(workbook, time_limit, most))


if __name__ == "__main__":
    main()
