"""How long days, rooms and teachers take, beside a plain CP-SAT model: ``python -m benchmarks.timetabling BOOK PLAN``.

Both place the classes of the same recorded plan, one after the other in one run, with the same threads. The plain
model is the contract's section 3 as one writes it down: a variable for each class, half day and teacher, one model for
the whole county, inspections inside, the same goals; it has a time limit where ours has its limit of work. Both are
counted by the same points; ours is checked by the independent checker.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from ortools.sat.python import cp_model

from planner.checker import check_plan
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.record import plan_to_record, read_record, record_to_plan
from planner.timetable.goals import (
    EXTRA_TEACHER,
    IDLE,
    MARKET,
    UNEVEN,
    ClassDay,
    Points,
    count_points,
    even_share,
)
from planner.timetable.lessons import DAYS_A_WEEK, Lessons, Staff, fewest_teachers, lessons_of, staff_of
from planner.timetable.solve import Effort, build_timetable, with_timetable
from planner.workbook.read import read_workbook

HALVES = (0, 1)


class PlainModel:
    """All classes of a county in one model of half days."""

    def __init__(self, instance: Instance, classes: Sequence[Lessons], staff: dict[str, tuple[Staff, ...]]) -> None:
        self.model, self.classes, self.staff = cp_model.CpModel(), classes, staff
        self.held: dict[tuple[int, date], Any] = {}
        self.theory: dict[tuple[int, date], Any] = {}
        self.teach: dict[tuple[int, date, int, str], Any] = {}
        self.goals: list[Any] = []
        for i, lessons in enumerate(classes):
            self._place(i, lessons)
        self._teachers()
        self._inspections(instance)
        for provider, members in staff.items():
            self._even(provider, members)
        self.model.minimize(sum(self.goals))

    def _place(self, i: int, lessons: Lessons) -> None:
        model, days = self.model, sorted(lessons.working)
        for day in days:
            self.held[i, day], self.theory[i, day] = model.new_bool_var(""), model.new_bool_var("")
            model.add(self.theory[i, day] <= self.held[i, day])
        model.add(sum(self.held[i, day] for day in days) == lessons.class_days)
        model.add(sum(self.theory[i, day] for day in days) == lessons.theory_days)
        for monday in lessons.weeks:
            model.add(sum(self.held[i, d] for d in days if 0 <= (d - monday).days < 7) <= lessons.week_limit)
        for n, day in enumerate(days):
            for later in days[n + 1 :]:  # no theory after practice
                model.add(self.held[i, day] - self.theory[i, day] + self.theory[i, later] <= 1)
        used: dict[str, Any] = {}
        for day in days:
            for half in HALVES:
                able = [m for m in self.staff[lessons.provider] if m.knows(lessons.course) and not m.is_away(day)]
                for member in able:
                    x = self.teach[i, day, half, member.name] = model.new_bool_var("")
                    if not member.practice:
                        model.add(x <= self.theory[i, day])
                    if not member.theory:
                        model.add(x + self.theory[i, day] <= 1)
                    model.add(x <= used.setdefault(member.name, model.new_bool_var("")))
                extra = (lessons.practice_teachers - 1) * (self.held[i, day] - self.theory[i, day])
                model.add(sum(self.teach[i, day, half, m.name] for m in able) == self.held[i, day] + extra)
        self.goals += [MARKET * self.held[i, day] for day in lessons.market]
        fewest = fewest_teachers(lessons, self.staff[lessons.provider])
        self.goals.append(EXTRA_TEACHER * (sum(used.values()) - fewest))
        if lessons.full_time:
            last = model.new_int_var(0, len(days), "")
            for n, day in enumerate(days):
                model.add(last >= (n + 1) * self.held[i, day])
            self.goals.append(IDLE * (last - lessons.class_days))

    def _teachers(self) -> None:
        at_once: defaultdict[Any, list[Any]] = defaultdict(list)
        weekly: defaultdict[Any, list[Any]] = defaultdict(list)
        places: dict[Any, Any] = {}
        daily: defaultdict[Any, set[str]] = defaultdict(set)
        for (i, day, half, name), x in self.teach.items():
            at_once[name, day, half].append(x)
            weekly[name, day - timedelta(days=day.weekday())].append(x)
            township = self.classes[i].township
            daily[name, day].add(township)
            place = places.setdefault((name, day, township), self.model.new_bool_var(""))
            self.model.add(x <= place)
        for taught in at_once.values():
            self.model.add_at_most_one(taught)
        for taught in weekly.values():
            self.model.add(sum(taught) <= 2 * DAYS_A_WEEK)
        for (name, day), townships in daily.items():
            self.model.add_at_most_one(places[name, day, township] for township in townships)

    def _inspections(self, instance: Instance) -> None:
        settings = instance.settings
        visits: defaultdict[Any, list[Any]] = defaultdict(list)
        for i, lessons in enumerate(self.classes):
            chosen = []
            for day in lessons.working:
                for q in range(settings.inspectors):
                    x = self.model.new_bool_var("")
                    self.model.add(x <= self.held[i, day])
                    visits[q, day, lessons.township].append(x)
                    chosen.append(x)
            self.model.add_at_least_one(chosen)
        there: defaultdict[Any, list[Any]] = defaultdict(list)
        for (q, day, _), made in visits.items():
            goes = self.model.new_bool_var("")
            self.model.add(sum(made) <= settings.visits_per_day * goes)
            there[q, day].append(goes)
        for goes in there.values():
            self.model.add_at_most_one(goes)

    def _even(self, provider: str, members: tuple[Staff, ...]) -> None:
        mine = [lessons for lessons in self.classes if lessons.provider == provider]
        share = even_share(mine, members)
        load: defaultdict[str, list[Any]] = defaultdict(list)
        for (_, _, half, name), x in self.teach.items():
            if half == 0:
                load[name].append(x)
        for member in members:
            over = self.model.new_int_var(0, 10_000, "")
            self.model.add(over >= sum(load[member.name]) - share)
            self.goals.append(UNEVEN * over)

    def points(self, solver: cp_model.CpSolver) -> Points:
        """Points of a solution, counted from its mornings as ours are."""
        names: defaultdict[tuple[int, date], set[str]] = defaultdict(set)
        for (i, day, half, name), x in self.teach.items():
            if half == 0 and solver.value(x):
                names[i, day].add(name)
        days = [
            ClassDay(self.classes[i].id, day, bool(solver.value(self.theory[i, day])), tuple(sorted(names[i, day])))
            for (i, day), x in self.held.items() if solver.value(x)
        ]  # fmt: skip
        total = Points()
        for provider, members in self.staff.items():
            mine = [lessons for lessons in self.classes if lessons.provider == provider]
            ids = {lessons.id for lessons in mine}
            total += count_points(mine, members, [day for day in days if day.class_id in ids])
        return total


class _FirstFound(cp_model.CpSolverSolutionCallback):
    """When the first solution was found."""

    def __init__(self) -> None:
        super().__init__()
        self.at: float | None = None

    def on_solution_callback(self) -> None:
        """Remember the time once."""
        if self.at is None:
            self.at = time.monotonic()


def measure_ours(instance: Instance, plan: Plan, threads: int) -> str:
    """One line about our timetable."""
    started, cpu = time.monotonic(), time.process_time()
    first: list[float] = []

    def told(placed: int, classes: int) -> None:
        del classes
        if placed == 0:
            first.append(time.monotonic() - started)

    timetable = build_timetable(instance, plan, Effort(threads=threads), told)
    if timetable is None:
        return "| planner | no timetable |"
    seconds = time.monotonic() - started
    report = check_plan(instance, plan_to_record(with_timetable(plan, timetable)))
    outcome = timetable.outcome
    return _line("planner", first[0], seconds, time.process_time() - cpu, outcome.cost, outcome.bound,
                 f"{len(outcome.unplaced)} unplaced; {'passes' if report.passed else 'FAILS'}")  # fmt: skip


def measure_plain(instance: Instance, plan: Plan, threads: int, seconds: float) -> str:
    """One line about the plain model."""
    started, cpu = time.monotonic(), time.process_time()
    classes = lessons_of(instance, plan)
    plain = PlainModel(instance, classes, staff_of(instance))
    solver, first = cp_model.CpSolver(), _FirstFound()
    solver.parameters.num_workers = threads
    solver.parameters.max_time_in_seconds = max(1.0, seconds - (time.monotonic() - started))
    status = solver.solve(plain.model, first)
    spent, used = time.monotonic() - started, time.process_time() - cpu
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE) or first.at is None:
        return f"| plain CP-SAT | – | {spent:.0f} s | {used:.0f} s | {solver.status_name(status)} | | | |"
    bound = max(0, round(solver.best_objective_bound))
    return _line("plain CP-SAT", first.at - started, spent, used, plain.points(solver).cost, bound, "")


def _line(name: str, first: float, seconds: float, cpu: float, cost: int, bound: int, remark: str) -> str:
    gap = f"{(cost - bound) / cost:.1%}" if cost else "0 %"
    return f"| {name} | {first:.1f} s | {seconds:.0f} s | {cpu:.0f} s | {cost} | {bound} | {gap} | {remark} |"


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path, exists=True))
@click.argument("plan", type=click.Path(path_type=Path, exists=True))
@click.option("--threads", default=2, show_default=True)
@click.option("--seconds", default=60.0, show_default=True, help="Time limit of the plain model.")
def main(workbook: Path, plan: Path, threads: int, seconds: float) -> None:
    """Place the days of PLAN twice and print a table."""
    instance = read_workbook(workbook).instance
    bare = replace(record_to_plan(read_record(plan)), sessions=(), exams=(), inspections=(), timetable=None)
    sessions = sum(lessons.class_days * len(HALVES) for lessons in lessons_of(instance, bare))
    click.echo(f"{workbook.stem}: {len(bare.classes)} classes, {sessions:,} sessions\n")
    click.echo("| solver | first timetable | ended | processor | points | bound | gap | remark |")
    click.echo("|---|---|---|---|---|---|---|---|")
    click.echo(measure_ours(instance, bare, threads))
    click.echo(measure_plain(instance, bare, threads, seconds))


if __name__ == "__main__":
    main()
