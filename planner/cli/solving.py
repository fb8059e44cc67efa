"""From a workbook file to the plan's files: read, solve, check, write.

No plan is written before the independent checker has passed it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from planner import __version__
from planner.checker import check_plan, format_report
from planner.conversion.caution import with_caution
from planner.domain.budget import with_total_budget
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.engine.assemble import assemble_plan, expected_jobs_by_class
from planner.engine.solve import Options, Progress, solve_problem
from planner.errors import PlannerError
from planner.evaluation import with_outlook
from planner.export import write_all
from planner.export.record import plan_to_record
from planner.model.problem import build_problem
from planner.reading.choices import ReadingChoices
from planner.reading.counted import read_counted
from planner.reading.county import read_with_demand, with_counted
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables

PLANNED_INPUT = "input.xlsx"
"""Name of the workbook written beside the plan when an option changed what is planned."""


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan, where to write and how hard to try.

    ``total_budget_yuan=None`` keeps the workbook's funds; ``caution`` is the quantile (0 < caution <= 0.5) at which
    rates that are not given count, ``None`` = their mean. ``demand`` are files of townships that take the place of
    the workbook's sheets 劳动力 and 需求, read with ``choices``; ``counts`` is what such a reading came to.
    """

    workbook: Path
    out_dir: Path
    options: Options
    total_budget_yuan: float | None = None
    caution: float | None = None
    demand: tuple[Path, ...] = ()
    choices: ReadingChoices = ReadingChoices()
    counts: Path | None = None


@dataclass(frozen=True, slots=True)
class MadePlan:
    """A plan that was checked and written."""

    instance: Instance
    plan: Plan
    files: tuple[Path, ...]


def make_plan(
    request: PlanRequest, on_progress: Callable[[Progress], None], stopped: Callable[[], bool]
) -> MadePlan:
    """Read, solve, check and write; raises the planner's errors and writes nothing when it does."""
    if request.counts is None:
        read = read_with_demand(request.workbook, request.demand, request.choices)
    else:
        read = with_counted(request.workbook, read_counted(request.counts))
    sha256, planned = read.sha256, None
    instance = read.instance
    changed = _changed(instance, request)
    if changed is not instance or request.demand or request.counts:
        request.out_dir.mkdir(parents=True, exist_ok=True)
        planned = request.out_dir / PLANNED_INPUT
        write_tables(planned, tables_of(changed))
        again = read_workbook(planned)
        sha256 = again.sha256
        # The rewritten workbook states every default; what was assumed is what the user's own file left open.
        instance = replace(again.instance, assumptions=changed.assumptions)
    problem = build_problem(instance)
    solution = solve_problem(problem, request.options, on_progress, stopped)
    plan = assemble_plan(problem, solution, sha256, __version__, request.options.seed)
    # The outlook is that of the rates as they are known, also where the plan was made on cautious ones.
    plan = with_outlook(plan, problem if request.caution is None else replace(problem, instance=read.instance))
    report = check_plan(instance, plan_to_record(plan))
    if report.violations:
        raise PlannerError("程序内部错误：方案未通过独立核对，未写出。请把工作簿发给开发者。\n" + format_report(report))
    files = write_all(instance, plan, request.out_dir, expected_jobs_by_class(problem, solution))
    return MadePlan(instance, plan, (*files, *((planned,) if planned else ())))


def _changed(instance: Instance, request: PlanRequest) -> Instance:
    """The instance with the options' changes; the same object without any."""
    if request.total_budget_yuan is not None:
        instance = with_total_budget(instance, round(request.total_budget_yuan * 100))
    return instance if request.caution is None else with_caution(instance, request.caution)
