"""One peer on one workbook, in this process.

    python -m benchmarks.peers "compact/HiGHS" WORKBOOK OUT --time-limit 60

Says on standard output, as JSON lines, when the model was built (with its size) and what was found, so that the process
that measures knows how far a run came that it had to kill. A plan is written to ``OUT/plan.json``.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.peers.formulations import FORMULATIONS
from benchmarks.peers.office import plan_by_office
from benchmarks.peers.solvers import SOLVERS
from planner import __version__
from planner.engine.assemble import assemble_plan
from planner.engine.jobs import plan_value
from planner.engine.solve import Solution
from planner.export.record import plan_to_record
from planner.model.options import ClassHeads
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook

OFFICE = "office"


@click.command()
@click.argument("peer")
@click.argument("workbook", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--time-limit", default=60.0, help="Seconds for the solver; building the model comes on top.")
@click.option("--threads", default=2)
def main(peer: str, workbook: Path, out: Path, time_limit: float, threads: int) -> None:
    """Plan WORKBOOK by PEER ("office" or "formulation/solver")."""
    read = read_workbook(workbook)
    problem = build_problem(read.instance)
    started = time.monotonic()
    if peer == OFFICE:
        outcome, bound, classes = "feasible", math.inf, plan_by_office(problem)
    else:
        outcome, bound, classes = solve(problem, peer, time_limit, threads)
    seconds = time.monotonic() - started
    value = None
    if classes is not None:
        value = plan_value(problem, classes)
        write_plan(problem, classes, max(bound, value), seconds, read.sha256, out)
    say("solved", outcome=outcome if classes is not None or outcome != "feasible" else "nothing", value=value,
        bound=bound if math.isfinite(bound) else None, seconds=round(seconds, 2))


def solve(
    problem: Problem, peer: str, time_limit: float, threads: int
) -> tuple[str, float, Sequence[ClassHeads] | None]:
    """Outcome, proved bound and classes (None without a plan) of a formulation given to a solver.

    A relaxation has no plan: then the outcome is ``relaxation`` whatever the solver found.
    """
    formulation_name, _, solver_name = peer.partition("/")
    started = time.monotonic()
    formulation = FORMULATIONS[formulation_name](problem)
    say("built", columns=formulation.model.numVariables(), rows=formulation.model.numConstraints(),
        seconds=round(time.monotonic() - started, 2))
    found = SOLVERS[solver_name](formulation.model, time_limit, threads)
    if formulation.classes is None:
        return "relaxation", found.bound, None
    has_plan = found.outcome in ("optimal", "feasible")
    return found.outcome, found.bound, formulation.classes() if has_plan else None


def write_plan(
    problem: Problem, classes: Sequence[ClassHeads], bound: float, seconds: float, sha256: str, out: Path
) -> None:
    """Write the planner's record of these classes to ``out/plan.json``."""
    solution = Solution(tuple(classes), plan_value(problem, classes), bound, True, seconds)
    record = plan_to_record(assemble_plan(problem, solution, sha256, __version__, 0))
    out.mkdir(parents=True, exist_ok=True)
    (out / "plan.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def say(event: str, **fields: object) -> None:
    """One JSON line for the process that measures."""
    print(json.dumps({"event": event, **fields}), flush=True)


if __name__ == "__main__":
    main()
