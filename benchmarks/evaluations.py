"""How long one evaluation of the bound takes: the unit of work that the descent repeats.

    python -m benchmarks.evaluations WORKBOOK --count 50
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from planner.engine.prices import Relaxation
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook


def evaluation_ms(problem: Problem, count: int, threads: int) -> float:
    """Mean milliseconds of one evaluation with its cuts, at prices of the right order, kernels loaded before."""
    relaxation = Relaxation(problem)
    prices = relaxation.first_prices()
    relaxation.evaluate(prices)
    with relaxation.on_threads(threads):
        relaxation.evaluate(prices)
        started = time.perf_counter()
        for _ in range(count):
            relaxation.evaluate(prices)
    return 1000 * (time.perf_counter() - started) / max(1, count)


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
