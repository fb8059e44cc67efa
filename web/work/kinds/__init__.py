"""The kinds of errands: what the planner is asked, and what its answer does to the job.

A kind is a module here that bears the name of its :class:`web.store.models.ErrandKind` and ends with ``KIND``, a
:class:`Kind`. The coordinator calls its functions; nothing else has to know the module. A new kind::

    def prepare(work: Work) -> Command | None:
        return Command(
            words=("explain", "in.xlsx", "plan.json", "--out", "out", "--stop-file", STOP, "--progress", "json"),
            inputs={"in.xlsx": planned_workbook(work.job, work.folder), "plan.json": work.folder.output / "plan.json"},
            outputs=("out/",),
            most_seconds=300.0,
        )

    def conclude(work: Work, outcome: Outcome) -> Command | None:
        if outcome.exit_code != 0:
            raise ErrandFailed("explain_crashed")
        lay_down(work.folder.root / "explanations", outcome.files, within="out/")
        return None

    KIND = Kind(prepare, conclude)

What holds for every kind:

* ``prepare`` may be called again, after a worker or the coordinator has died: it reads the job as it now stands and
  changes nothing. It returns ``None`` when there is nothing (left) to do.
* ``conclude`` is called once per command that has ended, never by two coordinators at once, and may be repeated when
  its own process died in the middle: it replaces files, it does not add to them. It may return a further command of the
  same errand (``outcome.number`` tells which one has ended).
* An errand that comes to nothing raises :class:`ErrandFailed` with a word of :data:`web.wording.FAILURES`; pages find
  it in ``Errand.failure`` and ``Errand.note``.
* ``begin`` is called when an attempt starts, ``withdraw`` when the errand is taken out of the queue, ``fail`` when it
  ends without an outcome (it was lost too often, the disk is full, a fault of ours). They move ``job.state`` or the
  like; a kind whose page looks at the errand itself needs none of them.
"""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from web.data_folder import DataFolder, JobFolder
from web.jobs import Job, JobStore
from web.store.models import ErrandKind
from web.work.errand import Command, Outcome


class Lane(StrEnum):
    """Errands wait behind those of their own lane only: a look at a workbook never waits for a long search."""

    PLANNING = "planning"
    WRITING = "writing"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and numbers the errands keep to.

    ``plans_at_once`` is how many searches run at the same time. ``originals_days`` is how long township files that name
    people are kept at most; ``writing_seconds`` what a planner may take beyond its time limit to read, check and write,
    ``timetable_share`` the share of the limit that the timetable may take beyond it
    (``planner.cli.solving.TIMETABLE_SHARE``); ``stopping_seconds`` what it may take after being asked to stop before it
    is ended; ``papers_seconds`` the longest that all papers of a plan may take.
    """

    plans_at_once: int = 1
    examination_seconds: float = 90.0
    reading_seconds: float = 300.0
    originals_days: float = 30.0
    writing_seconds: float = 180.0
    timetable_share: float = 0.25
    stopping_seconds: float = 60.0
    papers_seconds: float = 900.0


@dataclass(frozen=True, slots=True)
class Work:
    """What a kind works with: the job as it stands, its files, the errand's parameters, and the store to change it."""

    job: Job
    folder: JobFolder
    parameters: dict[str, Any]
    jobs: JobStore
    data: DataFolder
    limits: Limits


class ErrandFailed(Exception):
    """An errand came to nothing: ``failure`` is a word of :data:`web.wording.FAILURES`, ``note`` the planner's own."""

    def __init__(self, failure: str, note: str = "") -> None:
        super().__init__(failure)
        self.failure, self.note = failure, note


def _nothing(work: Work) -> None:
    pass


def _nothing_failed(work: Work, failure: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Kind:
    """The functions of a kind; see the module's words for when each is called."""

    prepare: Callable[[Work], Command | None]
    conclude: Callable[[Work, Outcome], Command | None]
    begin: Callable[[Work], None] = field(default=_nothing)
    withdraw: Callable[[Work], None] = field(default=_nothing)
    fail: Callable[[Work, str], None] = field(default=_nothing_failed)


LANES = {
    ErrandKind.EXAMINE: Lane.READING,
    ErrandKind.READ_DEMAND: Lane.READING,
    ErrandKind.PLAN: Lane.PLANNING,
    ErrandKind.COMPARE: Lane.PLANNING,
    ErrandKind.PAPERS: Lane.WRITING,
    ErrandKind.EXPLAIN: Lane.WRITING,
}
"""The lane of each kind."""


def kind_of(kind: ErrandKind) -> Kind:
    """Return the functions of a kind."""
    found: Kind = importlib.import_module(f"{__name__}.{kind}").KIND
    return found


def planned_workbook(job: Job, folder: JobFolder) -> Path:
    """Return the workbook that a finished plan was made from."""
    return folder.planned_workbook if folder.planned_workbook.exists() else folder.workbook(job.file_name)


def lay_down(folder: Path, files: dict[str, bytes], *, within: str) -> None:
    """Replace a folder by the files of an outcome that lie below ``within`` (``"out/"``) in the room.

    The files are complete before the folder is there: a reader finds the old ones or all of the new ones.
    """
    coming = folder.with_name(f"{folder.name}.coming")
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir(parents=True)
    for path, content in files.items():
        if path.startswith(within):
            target = coming / path.removeprefix(within)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    shutil.rmtree(folder, ignore_errors=True)
    coming.rename(folder)


def lay_file(path: Path, content: bytes | None) -> None:
    """Replace a file in one step; without content it is removed."""
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    coming = path.with_name(f"{path.name}.coming")
    coming.write_bytes(content)
    os.replace(coming, path)
