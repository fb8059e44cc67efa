"""From a workbook file to the plan's files: read, solve, place the days, check, write.

No plan is written before the independent checker has passed it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from planner import __version__
from planner.checker import check_plan, format_report
from planner.cli.inspection import facts
from planner.conversion.caution import with_caution
from planner.domain.budget import with_total_budget
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Status
from planner.engine.assemble import assemble_plan, expected_jobs_by_class
from planner.engine.decomposition.loop import is_wide
from planner.engine.solve import Options, Progress, Solution, Stage, Start, solve_problem
from planner.errors import BadInput, Fault, NoPlanFound, PlannerError
from planner.evaluation import with_outlook
from planner.explanations.difference import Difference, compare_plans
from planner.export import write_all
from planner.export.files import whole_file
from planner.export.record import plan_to_record
from planner.model.problem import Problem, build_problem
from planner.reading.choices import ReadingChoices
from planner.reading.counted import read_counted
from planner.reading.county import read_with_demand, with_counted
from planner.replanning.decisions import Decision, with_decisions
from planner.replanning.least_change import TOLERANCE, Kept, change_least, earlier_classes
from planner.scenarios.sheet import changes_of_words
from planner.timetable.agree import Exclusion, agree
from planner.timetable.solve import Effort, Timetable, build_timetable, classes_left_out, with_timetable
from planner.workbook.cells import CellFault
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables

PLANNED_INPUT = "input.xlsx"
"""Name of the workbook written beside the plan when an option changed what is planned."""

TIMETABLE_SHARE = 0.25
"""Share of the time limit that the timetable may take beyond it, when the plan has used it up."""

AGAIN_EFFORT, LEAST_SECONDS = 0.3, 5.0
"""Effort of a plan asked for again, from the one before, and the seconds below which it is not asked for."""


@dataclass(frozen=True, slots=True)
class Keep:
    """The earlier plan to change least, and the share of the value (0..1) that may be given up for it."""

    plan: Plan
    tolerance: float = TOLERANCE


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan, where to write and how hard to try.

    ``total_budget_yuan=None`` keeps the workbook's funds; ``caution`` is the quantile (0 < caution <= 0.5) at which
    rates that are not given count, ``None`` = their mean. ``demand`` are files of townships that take the place of
    the workbook's sheets 劳动力 and 需求, read with ``choices``; ``counts`` is what such a reading came to. Without
    ``timetable`` the plan says weeks only. ``decisions``, read from ``decisions_file``, are added to its locks.
    ``changes`` are those of a scenario, as options name them (:func:`planner.scenarios.sheet.changes_of_words`).
    ``facts`` is where the weeks, funds and places of what was planned go, for programs that show the plan.
    """

    workbook: Path
    out_dir: Path
    options: Options
    total_budget_yuan: float | None = None
    caution: float | None = None
    demand: tuple[Path, ...] = ()
    choices: ReadingChoices = ReadingChoices()
    counts: Path | None = None
    timetable: bool = True
    keep: Keep | None = None
    decisions: tuple[Decision, ...] = ()
    decisions_file: str = ""
    changes: tuple[str, ...] = ()
    facts: Path | None = None


@dataclass(frozen=True, slots=True)
class MadePlan:
    """A plan that was checked and written; ``difference`` and ``kept`` are there when an earlier plan was kept to."""

    instance: Instance
    plan: Plan
    files: tuple[Path, ...]
    difference: Difference | None = None
    kept: Kept | None = None


def make_plan(
    request: PlanRequest, on_progress: Callable[[Progress], None], stopped: Callable[[], bool]
) -> MadePlan:
    """Read, solve, place the days, check and write; raises the planner's errors and writes nothing when it does."""
    if request.counts is None:
        read = read_with_demand(request.workbook, request.demand, request.choices)
    else:
        read = with_counted(request.workbook, read_counted(request.counts))
    planned = None
    instance = read.instance
    wanted = _wanted(instance, request)
    changed = wanted if request.caution is None else with_caution(wanted, request.caution)
    if changed is not instance or request.demand or request.counts:
        request.out_dir.mkdir(parents=True, exist_ok=True)
        planned = request.out_dir / PLANNED_INPUT
        write_tables(planned, tables_of(changed))
        read = read_workbook(planned)
        # The rewritten workbook states every default; what was assumed is what the user's own file left open.
        instance = replace(read.instance, assumptions=changed.assumptions)
    problem = build_problem(instance)
    making = _Making(problem, read.sha256, request.options, on_progress, stopped, request.keep)
    plan, solution = making.with_days() if request.timetable else making.in_weeks()
    # The outlook is that of the rates as they are known, also where the plan was made on cautious ones.
    plan = with_outlook(plan, problem if request.caution is None else replace(problem, instance=wanted))
    report = check_plan(instance, plan_to_record(plan))
    if report.violations:
        raise PlannerError("程序内部错误：方案未通过独立核对，未写出。请把工作簿发给开发者。\n" + format_report(report))
    files = write_all(instance, plan, request.out_dir, expected_jobs_by_class(problem, solution))
    if request.facts is not None:
        with whole_file(request.facts) as draft:
            told = facts(replace(read, instance=instance))
            draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    difference = None if request.keep is None else compare_plans(instance, plan, request.keep.plan)
    return MadePlan(instance, plan, (*files, *((planned,) if planned else ())), difference, making.kept)


class _Making:
    """One plan in the making: weeks from the engine, days from the timetable, asked in turn until both agree."""

    def __init__(
        self, problem: Problem, sha256: str, options: Options, on_progress: Callable[[Progress], None],
        stopped: Callable[[], bool], keep: Keep | None = None,
    ) -> None:  # fmt: skip
        self.kept: Kept | None = None
        self._keep = keep
        self._problem, self._sha256, self._options = problem, sha256, options
        self._on_progress, self._stopped = on_progress, stopped
        self._started = time.monotonic()
        self._first: Solution | None = None

    def in_weeks(self) -> tuple[Plan, Solution]:
        """The plan without a timetable."""
        solution = self._solve(self._problem, self._options, self._on_progress)
        return self._record(solution), solution

    def with_days(self) -> tuple[Plan, Solution]:
        """The plan with a timetable; without one where a stop came first."""
        self._first = self._solve(self._problem, self._options, self._tell)
        solution, rounds = agree(
            self._problem.instance, self._first, self._left_out, self._plan_again, self._stopped
        )
        plan = self._record(solution)
        timetable = self._timetable(plan)
        if timetable is not None:
            plan = with_timetable(plan, timetable, rounds)
        if plan.status is Status.FEASIBLE and (timetable is None or timetable.cut_short):
            plan = replace(plan, status=Status.STOPPED)
        plan = replace(plan, seconds=self._seconds)
        self._on_progress(Progress(Stage.DONE, plan.seconds, plan.value, plan.bound))
        return plan, solution

    def _solve(
        self, problem: Problem, options: Options, on_progress: Callable[[Progress], None], start: Start | None = None
    ) -> Solution:
        """The best plan; with an earlier plan to keep to, the one nearly as good that changes it least."""
        if self._keep is None or is_wide(problem):
            return solve_problem(problem, options, on_progress, self._stopped, start)
        earlier = earlier_classes(problem, self._keep.plan.classes)
        found = solve_problem(problem, options, _all_but_done(on_progress), self._stopped, start or Start(earlier))

        def look_up() -> bool:
            on_progress(Progress(Stage.KEEP, self._seconds, found.value, found.bound))
            return self._stopped()

        limit = self._options.time_limit
        left = None if limit is None else max(limit - self._seconds, TIMETABLE_SHARE * limit)
        solution, self.kept = change_least(problem, found, earlier, self._keep.tolerance, self._options, left, look_up)
        on_progress(Progress(Stage.DONE, self._seconds, solution.value, solution.bound))
        return replace(solution, seconds=self._seconds)

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _record(self, solution: Solution) -> Plan:
        return assemble_plan(self._problem, solution, self._sha256, __version__, self._options.seed)

    def _tell(self, progress: Progress) -> None:
        """Pass progress on, but for the engine's own end; a plan asked for again is one stage under the first bound."""
        if self._first is not None:
            progress = Progress(Stage.AGAIN, self._seconds, progress.value, self._first.bound)
        if progress.stage is not Stage.DONE:
            self._on_progress(progress)

    def _left_out(self, solution: Solution) -> tuple[Exclusion, ...] | None:
        if self._stopped():  # nobody waits for a plan to be asked again: the timetable itself says who is left out
            return None
        plan = self._record(solution)
        self._on_progress(Progress(Stage.TIMETABLE, self._seconds, plan.value, plan.bound))
        return classes_left_out(self._problem.instance, plan, self._effort(), self._stopped)

    def _timetable(self, plan: Plan) -> Timetable | None:
        def tell(placed: int, classes: int) -> None:
            del placed, classes
            self._on_progress(Progress(Stage.TIMETABLE, self._seconds, plan.value, plan.bound))

        return build_timetable(self._problem.instance, plan, self._effort(), tell, self._stopped)

    def _effort(self) -> Effort:
        """What is left of the time limit, or a share of it."""
        limit = self._options.time_limit
        left = None if limit is None else max(limit - self._seconds, TIMETABLE_SHARE * limit)
        return Effort(self._options.effort, self._options.threads, left)

    def _plan_again(self, stricter: Instance, before: Solution) -> Solution:
        """A plan of a stricter instance from the one before; the bound of the first question still holds."""
        assert self._first is not None
        limit = self._options.time_limit
        left = None if limit is None else limit - self._seconds
        if (left is not None and left < LEAST_SECONDS) or is_wide(self._problem):
            raise NoPlanFound("没有时间再次规划")
        options = replace(self._options, effort=AGAIN_EFFORT * self._options.effort, time_limit=left)
        start = Start(before.classes, before.prices)
        again = self._solve(build_problem(stricter), options, self._tell, start)
        return replace(again, bound=self._first.bound, cut_short=self._first.cut_short or again.cut_short)


def _all_but_done(on_progress: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Pass progress on, but for the engine's own end."""
    return lambda progress: None if progress.stage is Stage.DONE else on_progress(progress)


def _wanted(instance: Instance, request: PlanRequest) -> Instance:
    """The instance with the options' money, changes and decisions; the same object without any."""
    if request.total_budget_yuan is not None:
        instance = with_total_budget(instance, round(request.total_budget_yuan * 100))
    if request.changes:
        instance = _with_changes(instance, request.changes)
    return with_decisions(instance, request.decisions, request.decisions_file)


def _with_changes(instance: Instance, changes: tuple[str, ...]) -> Instance:
    try:
        return changes_of_words(changes, instance).apply(instance)
    except CellFault as fault:
        told = Fault("--change", "", "", fault.problem, "、".join(changes), fault.allowed, fault.remedy)
        raise BadInput([told]) from fault
