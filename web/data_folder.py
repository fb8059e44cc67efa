"""Where the form keeps what it was given and what it made: one folder, one folder inside it per job."""

from __future__ import annotations

import os
import re
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]')
_WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST_STEM = 60


class FolderInUse(Exception):
    """Another running server works in the same data folder."""


@dataclass(frozen=True, slots=True)
class JobFolder:
    """The files of one job: the workbook as it came, and what the planner made of it."""

    root: Path

    @property
    def output(self) -> Path:
        """Folder the planner writes plan.xlsx and the others into."""
        return self.root / "out"

    @property
    def log(self) -> Path:
        """What the planner wrote to its error stream."""
        return self.root / "planner.log"

    @property
    def planned_workbook(self) -> Path:
        """The workbook beside the plan, there when options changed what was planned."""
        return self.output / "input.xlsx"

    @property
    def papers(self) -> Path:
        """Folder of all papers of the plan; its name stands in the archive."""
        return self.root / "文书"

    @property
    def papers_archive(self) -> Path:
        """All papers in one file."""
        return self.root / "文书.zip"

    @property
    def papers_log(self) -> Path:
        """What the planner wrote to its error stream while it wrote the papers."""
        return self.root / "papers.log"

    @property
    def decisions(self) -> Path:
        """What planners decided on classes of the version before, for the planner; none for a plan from nothing."""
        return self.root / "decisions.json"

    @property
    def kept_plan(self) -> Path:
        """The plan of the version before, which this one shall change as little as it can."""
        return self.root / "keep.json"

    @property
    def planned_facts(self) -> Path:
        """Weeks, funds and places of the workbook that was planned, as ``planner solve --facts`` wrote them."""
        return self.root / "planned.json"

    @property
    def demand(self) -> Path:
        """Folder of the township files as they came; there is none for a job of a complete workbook."""
        return self.root / "demand"

    @property
    def choices(self) -> Path:
        """What the clerk confirmed about the township files (:class:`planner.reading.choices.ReadingChoices`)."""
        return self.root / "choices.json"

    @property
    def remembered(self) -> Path:
        """Words of the township files that were applied because they had been confirmed with an earlier upload."""
        return self.root / "remembered.json"

    @property
    def reading(self) -> Path:
        """The planner's last answer about the township files."""
        return self.root / "reading.json"

    @property
    def findings(self) -> Path:
        """The list of all findings about the township files."""
        return self.root / "核对清单.xlsx"

    @property
    def marked(self) -> Path:
        """Folder of the copies of township files with faulty cells marked."""
        return self.root / "marked"

    @property
    def counts(self) -> Path:
        """What the township files come to: cohorts and wishes, nobody named; there once nothing in them is open."""
        return self.root / "汇总表.xlsx"

    @property
    def roster(self) -> Path:
        """The people of registers with codes in place of names and ID numbers."""
        return self.root / "人员明细.csv"

    @property
    def removed(self) -> Path:
        """Which township files were removed because they name people (:mod:`web.originals`)."""
        return self.root / "removed.json"

    @property
    def changes(self) -> Path:
        """The clerk's changes to the workbook (:mod:`web.county_data`)."""
        return self.root / "changes.json"

    @property
    def changed_workbook(self) -> Path:
        """The copy of the workbook with the changes, there when there are any: it is what is planned."""
        return self.root / "changed.xlsx"

    @property
    def data(self) -> Path:
        """What would be planned, as ``planner inspect --data`` tells it."""
        return self.root / "data.json"

    @property
    def sheets(self) -> Path:
        """The rows of what would be planned, sheet by sheet, as ``planner inspect --sheets`` tells them."""
        return self.root / "sheets.json"

    def workbook_to_plan(self, file_name: str) -> Path:
        """Path of the workbook that a plan is made from: the changed copy, else the user's own."""
        return self.changed_workbook if self.changed_workbook.is_file() else self.workbook(file_name)

    def demand_files(self) -> list[Path]:
        """Return the township files by name, none for a job of a complete workbook."""
        return sorted(self.demand.iterdir()) if self.demand.is_dir() else []

    def marked_files(self) -> list[Path]:
        """Return the marked copies by name."""
        return sorted(self.marked.iterdir()) if self.marked.is_dir() else []

    def workbooks(self) -> list[Path]:
        """Return the county's workbooks by name: several where it is not clear yet, or not any more, which counts."""
        folder = self.root / "upload"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def workbook(self, file_name: str) -> Path:
        """Path of the workbook under the user's own (already safe) file name."""
        return self.root / "upload" / file_name


class DataFolder:
    """The service's data folder, created on first use; without ``make`` only the folder itself is."""

    def __init__(self, root: Path, *, make: bool = True) -> None:
        self.root = root.resolve()
        (self.root / "jobs" if make else self.root).mkdir(parents=True, exist_ok=True)
        self._lock: IO[bytes] | None = None

    def job(self, job_id: str) -> JobFolder:
        """Folder of a job known to the job store."""
        return JobFolder(self.root / "jobs" / job_id)

    def secret_key(self) -> str:
        """Key that signs cookies; made at the first start and kept readable by its owner only."""
        path = self.root / "secret_key"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            key = secrets.token_hex(32)
            file.write(key)
        return key

    def lock(self) -> None:
        """Keep the folder for this process, since a starting server takes up running jobs again.

        Raises
        ------
        FolderInUse
            When another process holds it.
        """
        file = (self.root / "lock").open("ab")
        try:
            _lock_file(file)
        except OSError as error:
            file.close()
            raise FolderInUse(str(self.root)) from error
        self._lock = file


def _lock_file(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def safe_file_name(name: str) -> str:
    """Return the user's file name as it may stand in a folder on Windows and Linux; Chinese characters stay."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = _NOT_IN_FILE_NAMES.sub("", name).strip(" .")
    if _WINDOWS_DEVICES.match(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = stem.strip(" .")[:_LONGEST_STEM] or "workbook"
    return f"{stem}.{ending[:8]}" if ending else stem
