"""plan.xlsx: the plan as a bureau prints it, with totals that foot to the plan record.

Nothing in the file depends on the clock or on the run: equal plans give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.blank_workbook import new_papers
from planner.export.class_sheets import write_class_plan
from planner.export.days import count_days, count_teachers, has_timetable
from planner.export.figures import count_classes, count_funds, count_townships, count_unserved
from planner.export.frame import Papers
from planner.export.money_sheet import write_money
from planner.export.notes_sheets import write_assumptions, write_explanation
from planner.export.people_sheets import write_placements, write_targets, write_townships, write_unserved
from planner.export.rate_sheet import write_rates
from planner.export.task_sheet import write_tasks
from planner.export.timetable_sheets import write_class_days, write_teachers, write_visits
from planner.export.trainee_sheets import write_sources


def write_plan_workbook(instance: Instance, plan: Plan, path: Path, expected_jobs: Mapping[str, float]) -> None:
    """Write the plan's printable workbook to ``path``, whole or not at all.

    Parameters
    ----------
    instance, plan
        The planning problem and a plan for it: names in the plan must exist in the instance.
    path
        The .xlsx file to write.
    expected_jobs
        For each class id, the expected jobs of its heads before the vacancy limit (sum of the conversion rates).

    Raises
    ------
    BadInput
        When the file cannot be written, for example because a spreadsheet program holds it open.
    KeyError
        When the plan names something that the instance or ``expected_jobs`` lacks.
    """
    with new_papers(path, instance, plan, "开班计划") as papers:
        _write_sheets(papers, instance, plan, expected_jobs)


def _write_sheets(papers: Papers, instance: Instance, plan: Plan, expected_jobs: Mapping[str, float]) -> None:
    classes = count_classes(instance, plan, expected_jobs)
    days = count_days(plan) if has_timetable(plan) else None
    write_class_plan(papers, instance, classes, days)
    write_sources(papers, instance, classes, days)
    if days is not None:
        providers = [provider.name for provider in instance.providers]
        write_class_days(papers, instance, classes, days)
        write_visits(papers, instance, classes, days)
        write_teachers(papers, instance, classes, count_teachers(instance, plan), providers)
    write_money(papers, instance, plan, count_funds(instance, plan))
    if days is not None:
        write_tasks(papers, instance, classes, days)
    write_townships(papers, instance, plan, count_townships(instance, plan))
    write_placements(papers, instance, plan)
    write_targets(papers, instance, plan, instance.targets)
    write_unserved(papers, instance, count_unserved(instance, plan))
    if plan.rates:
        write_rates(papers, instance, plan.rates)
    write_assumptions(papers, instance, plan)
    write_explanation(papers, instance, plan)
