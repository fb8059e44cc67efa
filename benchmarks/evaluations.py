"""How long one evaluation of the bound takes: the unit of work that the ascent repeats.

    python -m benchmarks.evaluations WORKBOOK --count 50
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from planner.engine.bundle import prove_bound
from planner.engine.prices import Relaxation
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook


def evaluation_ms(problem: Problem, count: int, threads: int) -> float:
    """Mean milliseconds of one step of the ascent (an evaluation, its slope and the step), kernels loaded before."""
    relaxation = Relaxation(problem)
    prove_bound(relaxation, 2)
    started = time.perf_counter()
    with relaxation.on_threads(threads):
        proved = prove_bound(relaxation, count)
    return 1000 * (time.perf_counter() - started) / max(1, proved.iterations)


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path, exists=True))
@click.option("--count", default=50)
@click.option("--threads", default=2)
def main(workbook: Path, count: int, threads: int) -> None:
    """Print the milliseconds of one evaluation as JSON."""
    problem = build_problem(read_workbook(workbook).instance)
    print(json.dumps({"evaluation_ms": round(evaluation_ms(problem, count, threads), 3)}))


if __name__ == "__main__":
    main()
