"""The county's workbook for township files that came without one: what may be chosen, and taking what was chosen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from werkzeug.datastructures import FileStorage

from web.county_data import read_changes
from web.desk import current_desk
from web.jobs import Job, JobState
from web.uploads import KeptWorkbook, bundled_files, lay_workbook, name_of

MOST_EARLIER = 6
"""So many workbooks of earlier plans are shown at once; the others are unfolded."""


@dataclass(frozen=True, slots=True)
class EarlierWorkbook:
    """The workbook of an earlier plan as it was planned: with the clerk's ``changes``, so many, if there were any."""

    job: Job
    name: str
    changes: int


@dataclass(frozen=True, slots=True)
class Choices:
    """Workbooks that may be chosen.

    ``found`` are names of those among the uploaded files, ``earlier`` those of the newest job of each workbook that the
    bureau used and that could be read, newest first, ``older`` those beyond ``MOST_EARLIER``, ``bundled`` the names of
    the bundled counties.
    """

    found: tuple[str, ...]
    earlier: tuple[EarlierWorkbook, ...]
    older: tuple[EarlierWorkbook, ...]
    bundled: tuple[str, ...]


def choices_for(job: Job) -> Choices | None:
    """Return what may be chosen for a job, ``None`` when nothing may."""
    if not may_choose(job):
        return None
    found = tuple(path.name for path in current_desk().folder(job).workbooks() if job.lacks_workbook)
    earlier = tuple(map(_earlier_workbook, _earlier(job)))
    return Choices(found, earlier[:MOST_EARLIER], earlier[MOST_EARLIER:], tuple(bundled_files()))


def may_choose(job: Job) -> bool:
    """Whether a job's township files, all of them still there, can be read against another workbook."""
    folder = current_desk().folder(job)
    if job.state not in (JobState.REVIEW, JobState.FAULTY) or folder.removed.is_file():
        return False
    return job.lacks_workbook and bool(folder.workbooks()) or bool(folder.demand_files())


def workbook_named(chosen: str, job: Job | None = None) -> KeptWorkbook | None:
    """Return a workbook by its word: ``bundled:<county>``, ``job:<id>`` of the bureau, ``file:<name>`` of a job's.

    That of another job is the one it is planned with, the clerk's changes made.
    """
    kind, _, name = chosen.partition(":")
    desk = current_desk()
    path: Path | None = None
    if kind == "bundled":
        path = bundled_files().get(name)
    elif kind == "file" and job is not None:
        path = next((path for path in desk.folder(job).workbooks() if path.name == name), None)
    elif kind == "job" and (other := desk.jobs.get(name)) is not None:
        path, name = desk.folder(other).workbook_to_plan(other.file_name), _planned_name(other)
    return KeptWorkbook(path, path.name if kind != "job" else name) if path is not None and path.is_file() else None


def choose_workbook(job: Job, workbook: KeptWorkbook | FileStorage) -> bool:
    """Take a workbook for a job's township files and have them read against it; False when it cannot take one."""
    if not may_choose(job):
        return False
    desk, name = current_desk(), name_of(workbook)
    folder = desk.folder(job)
    path = folder.workbook(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    coming = folder.root / "workbook.coming"
    lay_workbook(workbook, coming)
    os.replace(coming, path)
    for of_the_workbook_before in (folder.changes, folder.changed_workbook, folder.data, folder.sheets):
        of_the_workbook_before.unlink(missing_ok=True)
    return desk.orders.read_with(job, name)


def _planned_name(job: Job) -> str:
    """Return what the workbook of a job that is planned with is called: a changed copy is an .xlsx in any case."""
    path = current_desk().folder(job).workbook_to_plan(job.file_name)
    return str(Path(job.file_name).with_suffix(path.suffix))


def _earlier_workbook(job: Job) -> EarlierWorkbook:
    return EarlierWorkbook(job, _planned_name(job), len(read_changes(current_desk().folder(job))))


def _earlier(job: Job) -> list[Job]:
    """Return the newest job of each uploaded workbook that could be read; the bureau's own, as all jobs of a view."""
    bundled = {path.name for path in bundled_files().values()}
    newest: dict[str, Job] = {}
    for other in current_desk().jobs.listed():  # newest first
        if other.summary is not None and not other.lacks_workbook and other.file_name not in bundled:
            newest.setdefault(other.file_name, other)
    return [other for other in newest.values() if other.id != job.id]
