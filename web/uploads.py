"""New jobs from what was uploaded or chosen: the files first, then the examination; all of them, or there is no job."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext
from werkzeug.datastructures import FileStorage

from planner.reading.choices import ReadingChoices
from planner.reading.files.unpack import unused_path
from web.data_folder import safe_file_name
from web.desk import current_desk
from web.jobs import Job, JobState
from web.words import write_confirmed

BUNDLED = {
    "hezhang": (lazy_gettext("赫章县"), lazy_gettext("30 个真实乡镇，全县规模")),
    "zhenxiong": (lazy_gettext("镇雄县"), lazy_gettext("3 万人规模的人口大县")),
    "demo": (lazy_gettext("示例县"), lazy_gettext("3 个乡镇的小例子，先看看怎么用")),
}
"""Bundled counties by the name of their workbook: title and what it shows. Those missing are not offered."""

MOST_FILES = 200
"""Township files of one upload."""


@dataclass(frozen=True, slots=True)
class KeptWorkbook:
    """A workbook on disk, and what the clerk knows it as."""

    path: Path
    name: str


def bundled_files() -> dict[str, Path]:
    """Return the workbooks of the bundled counties that are installed."""
    folder = Path(current_app.config["INSTANCES_FOLDER"])
    return {name: folder / f"{name}.xlsx" for name in BUNDLED if (folder / f"{name}.xlsx").is_file()}


def title_of(job: Job) -> str:
    """Return what a job is called: its workbook's name, or the bundled county's in the page's language."""
    return str(BUNDLED[job.title][0]) if job.bundled and job.title in BUNDLED else job.title


def take_workbook(file: FileStorage) -> Job:
    """Store an uploaded workbook and have it examined; an archive may hold township files, a workbook or both."""
    name = safe_file_name(str(file.filename or ""))
    if Path(name).suffix.lower() == ".zip":
        return take_files([file])
    with _whole_upload(_new_job(Path(name).stem, name)) as job:
        file.save(_room_for(job, name))
    return _examined(job)


def take_bundled(source: Path) -> Job:
    """Store a copy of a bundled county's workbook and have it examined."""
    with _whole_upload(_new_job(source.stem, source.name, bundled=True)) as job:
        shutil.copyfile(source, _room_for(job, source.name))
    return _examined(job)


def take_files(files: Sequence[FileStorage]) -> Job:
    """Store files of which it is not known yet which is the county's workbook, and have them told apart and read."""
    with _whole_upload(_new_job(Path(safe_file_name(str(files[0].filename))).stem, "")) as job:
        _keep_township_files(job, files)
    return _examined(job)


def take_township_files(files: Sequence[FileStorage], base: KeptWorkbook | FileStorage) -> Job:
    """Store township files beside a county's workbook, one on disk or one that was uploaded, and have them read."""
    name = name_of(base)
    with _whole_upload(_new_job(Path(safe_file_name(str(files[0].filename))).stem, name)) as job:
        lay_workbook(base, _room_for(job, name))
        _keep_township_files(job, files)
    return _examined(job)


def _keep_township_files(job: Job, files: Sequence[FileStorage]) -> None:
    folder = current_desk().folder(job)
    folder.demand.mkdir(parents=True)
    for file in files:
        file.save(unused_path(folder.demand, safe_file_name(str(file.filename))))
    write_confirmed(folder.choices, ReadingChoices())


def name_of(workbook: KeptWorkbook | FileStorage) -> str:
    """Return the safe name of a workbook, one on disk or one that was uploaded."""
    return workbook.name if isinstance(workbook, KeptWorkbook) else safe_file_name(str(workbook.filename or ""))


def lay_workbook(workbook: KeptWorkbook | FileStorage, path: Path) -> None:
    """Store a workbook, one on disk or one that was uploaded."""
    if isinstance(workbook, KeptWorkbook):
        shutil.copyfile(workbook.path, path)
    else:
        workbook.save(path)


def _new_job(title: str, name: str, *, bundled: bool = False) -> Job:
    """Make a job that waits in a state that no coordinator takes up."""
    return current_desk().jobs.create(title, name, bundled=bundled, state=JobState.REVIEW)


def _room_for(job: Job, name: str) -> Path:
    path = current_desk().folder(job).workbook(name)
    path.parent.mkdir(parents=True)
    return path


@contextmanager
def _whole_upload(job: Job) -> Iterator[Job]:
    """Store the files of a new job within a block: all of them, or there is no such job."""
    desk = current_desk()
    try:
        yield job
        desk.jobs.change(job.id, state=JobState.EXAMINING)
    except BaseException:
        shutil.rmtree(desk.folder(job).root, ignore_errors=True)
        desk.jobs.delete(job.id)
        raise


def _examined(job: Job) -> Job:
    desk = current_desk()
    desk.orders.examine(job)
    return desk.job(job.id)
