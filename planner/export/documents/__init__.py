"""PDF documents of a plan: the county plan for signature, a timetable for each class, a notice for each township.

Typst sets them with bundled Chinese fonts, without network; equal plans give equal bytes. docs/documents.md tells what
each paper holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.days import count_days
from planner.export.documents.class_timetable import class_timetable
from planner.export.documents.county_plan import county_plan
from planner.export.documents.township_notice import notice_classes, township_notice
from planner.export.documents.typesetting import Content, Typesetter
from planner.export.figures import ClassFigures, count_classes
from planner.export.files import unwritable, whole_file
from planner.export.folders import PaperFolders, safe_name
from planner.export.wording import title_of

__all__ = ["write_documents"]

TIMETABLE_FILE: Final = "课程表.pdf"
NOTICE_FILE: Final = "开班公告.pdf"


def write_documents(
    instance: Instance, plan: Plan, folders: PaperFolders, expected_jobs: Mapping[str, float],
    on_written: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write the plan's PDF documents into ``folders`` and return their paths: county, classes, townships.

    A class without sessions gets no timetable; a township gets a notice when a class is held in it or takes its
    people. Folders are made as needed; each file is written whole or not at all.

    Parameters
    ----------
    expected_jobs
        For each class id, the expected jobs of its heads before the vacancy limit.
    on_written
        Told after each document how many are done, and how many there are.

    Raises
    ------
    BadInput
        When a folder or a file cannot be written, for example because a reader holds it open.
    """
    typesetter = Typesetter()
    documents = list(_documents(instance, plan, folders, count_classes(instance, plan, expected_jobs)))
    written = []
    for number, (template, content, path) in enumerate(documents, 1):
        written.append(_write(typesetter, template, content(), path))
        on_written(number, len(documents))
    return tuple(written)


def _documents(
    instance: Instance, plan: Plan, folders: PaperFolders, classes: tuple[ClassFigures, ...]
) -> Iterator[tuple[str, Callable[[], Content], Path]]:
    """Give template, content (made when it is asked for) and path of each document."""
    days = count_days(plan)
    county = f"{safe_name(title_of(instance, '开班计划'))}.pdf"
    yield "county_plan", partial(county_plan, instance, plan, classes, days), folders.county / county
    for figures in classes:
        held = days[figures.planned.id]
        if held.sessions:
            content = partial(class_timetable, instance, plan, figures, held)
            yield "class_timetable", content, folders.of_class(figures.planned.id) / TIMETABLE_FILE
    for township in instance.townships:
        here, near = notice_classes(township.name, classes)
        if here or near:
            content = partial(township_notice, instance, plan, township, (here, near), days)
            yield "township_notice", content, folders.township(township.name) / NOTICE_FILE


def _write(typesetter: Typesetter, template: str, content: Content, path: Path) -> Path:
    made = typesetter.pdf(template, content)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
    with whole_file(path) as draft:
        draft.write_bytes(made)
    return path
