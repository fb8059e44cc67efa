"""How far the files of an upload have come while they are read, one line for each file as it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from planner.errors import BadInput
from planner.reading.report import Level

if TYPE_CHECKING:
    from planner.reading.understand import SheetReading


class FileState(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class FileProgress:
    """How far one file of an upload has come.

    ``place`` is its number in the upload, from 0. ``parts`` is how many files it holds, 1 unless it is a folder or an
    archive, and ``parts_read`` how many of them were read or refused. ``rows`` counts the rows that gave people,
    ``townships`` the names of townships they stand under, ``errors`` what is wrong in cells and sheets. ``layouts`` is
    what its sheets were taken for, each once. ``problem`` and ``remedy`` say why it, or the first refused file in it,
    cannot be read. ``is_workbook``: it is the county's own workbook and not read for demand. ``workbooks`` are the
    county's workbooks in an archive or folder, ``aside`` what lies in it and is no table; ``same_as`` is a file before
    it in the upload that says the same to the byte, so that this one is not counted.
    """

    file: str
    place: int
    state: FileState = FileState.WAITING
    parts: int = 1
    parts_read: int = 0
    rows: int = 0
    townships: int = 0
    errors: int = 0
    layouts: tuple[str, ...] = ()
    problem: str = ""
    remedy: str = ""
    is_workbook: bool = False
    workbooks: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    same_as: str = ""

    @property
    def understood(self) -> bool:
        """Whether people or wishes were read from it."""
        return self.rows > 0


class Watch:
    """Follows the files of an upload; ``tell`` gets all of them each time one moves, whatever the threads."""

    def __init__(self, paths: Iterable[Path], tell: Callable[[Sequence[FileProgress]], None]) -> None:
        self._tell, self._lock = tell, Lock()
        names = [(path, path.name) for path in dict.fromkeys(paths)]
        self._files = {path: FileProgress(name, place) for place, (path, name) in enumerate(names)}
        self._townships: dict[Path, set[str]] = {path: set() for path in self._files}

    @property
    def files(self) -> tuple[FileProgress, ...]:
        """The files as they stand, in the order given."""
        return tuple(self._files.values())

    def begins(self) -> None:
        """Tell of all files before any of them is opened."""
        with self._lock:
            self._tell(self.files)

    def is_workbook(self, path: Path) -> None:
        """A file was recognised as the county's own workbook."""
        self._move(path, state=FileState.DONE, is_workbook=True)

    def holds_workbooks(self, path: Path, names: Sequence[str], *, only: bool) -> None:
        """The county's workbooks were found in an archive or folder; ``only``: nothing else is in it to be read."""
        state = {"state": FileState.DONE} if only else {}
        self._move(path, workbooks=tuple(names), **state)

    def opened(self, path: Path, parts: int, aside: Sequence[str] = ()) -> None:
        """A file turned out to hold so many files, and some that are no tables."""
        self._move(path, parts=parts, aside=tuple(aside))

    def same(self, path: Path, other: str) -> None:
        """A file says the same as one before it."""
        self._move(path, same_as=other)

    def refused(self, path: Path, error: BadInput) -> None:
        """A file cannot be opened at all."""
        problem, remedy = _words(error)
        self._move(path, state=FileState.DONE, errors=1, problem=problem, remedy=remedy)

    def part_begins(self, path: Path) -> None:
        """A file, or the next one in it, is being read."""
        self._move(path, state=FileState.READING)

    def part_read(self, path: Path, sheets: Sequence[SheetReading], error: BadInput | None = None) -> None:
        """A file, or one in it, has been read or cannot be."""
        findings = [finding for sheet in sheets for finding in sheet.report.findings]
        errors = sum(finding.level is Level.ERROR for finding in findings) + (error is not None)
        with self._lock:
            before = self._files[path]
            self._townships[path] |= {name for sheet in sheets for name in _townships_of(sheet)}
            read = before.parts_read + 1
            problem, remedy = before.problem, before.remedy
            if error is not None and not problem:
                problem, remedy = _words(error)
            self._files[path] = replace(
                before,
                state=FileState.DONE if read >= before.parts else before.state,
                parts_read=read,
                rows=before.rows + sum(sheet.report.rows_read for sheet in sheets),
                townships=len(self._townships[path]),
                errors=before.errors + errors,
                layouts=tuple(dict.fromkeys([*before.layouts, *(sheet.report.layout for sheet in sheets)])),
                problem=problem,
                remedy=remedy,
            )
            self._tell(self.files)

    def _move(self, path: Path, **values: object) -> None:
        with self._lock:
            self._files[path] = replace(self._files[path], **values)  # type: ignore[arg-type]
            self._tell(self.files)


def _townships_of(sheet: SheetReading) -> set[str]:
    return ({count.township for count in sheet.counts} | set(sheet.people.townships)) - {""}


def _words(error: BadInput) -> tuple[str, str]:
    return error.faults[0].problem, error.faults[0].remedy
