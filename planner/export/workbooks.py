"""The workbooks for those who carry the plan out: one for each provider, each township and each class.

The county's own workbook is :mod:`planner.export.county_workbook`. All are made of the same sheets from the same
figures, so that their totals foot to the county's: money and classes over providers and over the townships of the
venues, people over the townships they come from. Inspections come unannounced: only the county's workbook tells them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from planner.domain.instance import Instance, Township
from planner.domain.plan import Plan
from planner.export.blank_workbook import new_papers
from planner.export.class_papers import write_class_papers
from planner.export.class_sheets import write_class_plan
from planner.export.days import ClassDays, TeacherFigures, count_days, count_teachers, has_timetable
from planner.export.figures import ClassFigures, UnservedFigures, count_classes, count_funds, count_unserved
from planner.export.files import unwritable
from planner.export.folders import PaperFolders
from planner.export.money_sheet import write_class_money
from planner.export.people_sheets import write_targets, write_unserved
from planner.export.timetable_sheets import write_teachers
from planner.export.trainee_sheets import write_trainees
from planner.export.wording import office_of

PROVIDER_PAPERS: Final = "开班计划.xlsx"
TOWNSHIP_PAPERS: Final = "培训安排.xlsx"
CLASS_PAPERS: Final = "课程表花名册考勤表.xlsx"
"""Ends of the files' names; the folder's name stands before them."""

FORM_SIGNERS: Final = ("填表人", "审核人", "联系电话")
"""Who signs a form that a provider or township fills in."""


@dataclass(frozen=True, slots=True)
class _Figures:
    """What all workbooks are made of, counted once."""

    instance: Instance
    plan: Plan
    classes: tuple[ClassFigures, ...]
    days: Mapping[str, ClassDays] | None
    teachers: tuple[TeacherFigures, ...]
    unserved: tuple[UnservedFigures, ...]


def write_workbooks(
    instance: Instance, plan: Plan, folders: PaperFolders, expected_jobs: Mapping[str, float],
    on_written: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write the workbooks of all providers, townships and classes and return their paths in that order.

    Each file is written whole or not at all; folders are made where they are missing.

    Parameters
    ----------
    instance, plan
        The planning problem and a plan for it: names in the plan must exist in the instance.
    folders
        Where the papers of this instance and plan lie.
    expected_jobs
        For each class id, the expected jobs of its heads before the vacancy limit (sum of the conversion rates).

    on_written
        Told after each workbook how many are done, and how many there are.

    Raises
    ------
    BadInput
        When a folder or file cannot be written, for example because a spreadsheet program holds it open.
    KeyError
        When the plan names something that the instance or ``expected_jobs`` lacks.
    """
    figures = _Figures(
        instance,
        plan,
        count_classes(instance, plan, expected_jobs),
        count_days(plan) if has_timetable(plan) else None,
        count_teachers(instance, plan),
        count_unserved(instance, plan),
    )
    rooms = {venue.name: venue.rooms for venue in instance.venues}
    writers = [partial(_write_provider, figures, provider.name) for provider in instance.providers]
    writers += [partial(_write_township, figures, township) for township in instance.townships]
    writers += [partial(_write_class, figures, one, rooms[one.planned.venue]) for one in figures.classes]
    written = []
    for number, write in enumerate(writers, 1):
        written.append(write(folders))
        on_written(number, len(writers))
    return tuple(written)


def _write_provider(figures: _Figures, provider: str, folders: PaperFolders) -> Path:
    """Write a provider's workbook: its classes, their money and its teachers' tasks."""
    instance = figures.instance
    classes = tuple(one for one in figures.classes if one.planned.provider == provider)
    path = _made(folders.provider(provider), PROVIDER_PAPERS)
    with new_papers(
        path, instance, figures.plan, "开班计划", issuer=provider, part=provider, signers=FORM_SIGNERS
    ) as papers:
        write_class_plan(papers, instance, classes, figures.days, "本表只列由本机构承训的班。", with_visits=False)
        write_class_money(papers, instance, classes, count_funds(instance, _part_of(figures.plan, classes)))
        if figures.days is not None:
            teachers = tuple(one for one in figures.teachers if one.provider == provider)
            write_teachers(papers, instance, classes, teachers, (provider,))
    return path


def _write_township(figures: _Figures, township: Township, folders: PaperFolders) -> Path:
    """Write a township's workbook: classes held there, where its people go, its targets and its unserved wishes."""
    instance = figures.instance
    held = tuple(one for one in figures.classes if one.township == township.name)
    path = _made(folders.township(township.name), TOWNSHIP_PAPERS)
    office = office_of(township.name)
    with new_papers(
        path, instance, figures.plan, "培训安排", issuer=office, part=township.name, signers=FORM_SIGNERS
    ) as papers:
        write_trainees(papers, instance, township.name, figures.classes, figures.days)
        scope = "本表只列在本乡镇举办的班，含外乡镇来的学员；本乡镇学员去哪些班见“学员参训安排”。"
        write_class_plan(papers, instance, held, figures.days, scope, with_visits=False)
        targets = [target for target in instance.targets if target.township == township.name]
        write_targets(papers, instance, figures.plan, targets)
        write_unserved(papers, instance, [one for one in figures.unserved if one.township == township.name])
    return path


def _write_class(figures: _Figures, one: ClassFigures, rooms: int, folders: PaperFolders) -> Path:
    """Write a class's workbook: 教学计划表(课程表), 学员花名册 and 考勤表."""
    instance, planned = figures.instance, one.planned
    path = _made(folders.of_class(planned.id), CLASS_PAPERS)
    with new_papers(
        path, instance, figures.plan, "班级资料", issuer=planned.provider, signers=FORM_SIGNERS
    ) as papers:
        found = figures.days[planned.id] if figures.days is not None else ClassDays(planned)
        write_class_papers(papers, instance, one, found, rooms)
    return path


def _part_of(plan: Plan, classes: tuple[ClassFigures, ...]) -> Plan:
    """Return the plan with the payments for these classes only."""
    ids = {one.planned.id for one in classes}
    return replace(plan, payments=tuple(payment for payment in plan.payments if payment.class_id in ids))


def _made(folder: Path, end: str) -> Path:
    """Make the folder if it is missing and return the path of its paper."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    return folder / f"{folder.name}{end}"
