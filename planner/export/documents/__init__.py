"""PDF documents of a plan: the county plan for signature, a timetable for each class, a notice for each township.

Typst sets them with bundled Chinese fonts, without network; equal plans give equal bytes. docs/documents.md tells what
each paper holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.documents.class_timetable import class_timetable
from planner.export.documents.county_plan import county_plan
from planner.export.documents.schedule import schedules_of
from planner.export.documents.township_notice import notice_classes, township_notice
from planner.export.documents.typesetting import Content, Typesetter
from planner.export.figures import count_classes
from planner.export.files import unwritable, whole_file
from planner.export.folders import PaperFolders, safe_name

__all__ = ["write_documents"]

TIMETABLE_FILE: Final = "课程表.pdf"
NOTICE_FILE: Final = "开班公告.pdf"


def write_documents(
    instance: Instance, plan: Plan, folders: PaperFolders, expected_jobs: Mapping[str, float]
) -> tuple[Path, ...]:
    """Write the plan's PDF documents into ``folders`` and return their paths: county, classes, townships.

    A class without sessions gets no timetable; a township gets a notice when a class is held in it or takes its
    people. Folders are made as needed; each file is written whole or not at all.

    Parameters
    ----------
    expected_jobs
        For each class id, the expected jobs of its heads before the vacancy limit.

    Raises
    ------
    BadInput
        When a folder or a file cannot be written, for example because a reader holds it open.
    """
    typesetter = Typesetter()
    classes = count_classes(instance, plan, expected_jobs)
    schedules = schedules_of(plan)
    content = county_plan(instance, plan, classes, schedules)
    written = [_write(typesetter, "county_plan", content, folders.county / f"{safe_name(content['title'])}.pdf")]
    for figures in classes:
        schedule = schedules[figures.planned.id]
        if schedule.sessions:
            content = class_timetable(instance, plan, figures, schedule)
            path = folders.of_class(figures.planned.id) / TIMETABLE_FILE
            written.append(_write(typesetter, "class_timetable", content, path))
    for township in instance.townships:
        here, near = notice_classes(township.name, classes)
        if here or near:
            content = township_notice(instance, plan, township, (here, near), schedules)
            written.append(
                _write(typesetter, "township_notice", content, folders.township(township.name) / NOTICE_FILE)
            )
    return tuple(written)


def _write(typesetter: Typesetter, template: str, content: Content, path: Path) -> Path:
    made = typesetter.pdf(template, content)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
    with whole_file(path) as draft:
        draft.write_bytes(made)
    return path
