"""Which files of an upload are a county's own workbook: as they were given, or inside an archive or a folder of files.

A workbook is known by its sheets, never by its name or ending (:func:`planner.workbook.read.is_planning_workbook`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from planner.errors import BadInput
from planner.reading.files.unpack import SourceFile, files_of, unused_path
from planner.workbook.read import are_of_a_workbook, is_planning_workbook
from planner.workbook.sources import sheet_names_in

_FILES_AT_ONCE = 2
_LONGEST_STEM = 60


@dataclass(frozen=True, slots=True)
class ToldApart:
    """What the files of an upload are.

    ``given`` are files that are workbooks themselves, ``inside`` the workbooks in each archive or folder that has some.
    ``others`` are what is to be read for demand: archives are among them unless they hold nothing but workbooks.
    """

    given: tuple[Path, ...]
    inside: dict[Path, tuple[SourceFile, ...]]
    others: tuple[Path, ...]

    def workbooks(self, room: Path) -> list[Path]:
        """Return every different workbook once; those that were inside something are laid down in ``room``.

        Two of the same bytes are one. The order is that of the upload, those given as files first.
        """
        known: dict[str, Path] = {}
        for path in self.given:
            known.setdefault(_digest(path), path)
        for file in (file for files in self.inside.values() for file in files):
            digest = hashlib.sha256(file.content).hexdigest()
            if digest not in known:
                known[digest] = unused_path(room, _short(PurePosixPath(file.name)))
                known[digest].write_bytes(file.content)
        return list(known.values())


def tell_apart(paths: Sequence[Path]) -> ToldApart:
    """Tell the county's workbooks of an upload from the files of its townships."""
    with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:
        # Each thread mostly waits for a process of its own.
        are = dict(zip(paths, pool.map(is_planning_workbook, paths), strict=True))
        rest = [path for path in paths if not are[path]]
        looked_into = dict(zip(rest, pool.map(_look_into, rest), strict=True))
    inside = {path: workbooks for path, (workbooks, _) in looked_into.items() if workbooks}
    others = tuple(path for path, (workbooks, files) in looked_into.items() if len(workbooks) < files or not files)
    return ToldApart(tuple(path for path in paths if are[path]), inside, others)


def _look_into(path: Path) -> tuple[tuple[SourceFile, ...], int]:
    """Return the workbooks in an archive or folder and how many tables it holds; (), 0 for whatever else it is."""
    workbooks, number = [], 0
    try:
        for file in files_of(path):
            if not file.inside:
                return (), 0
            number += 1
            if _is_one(file):
                workbooks.append(file)
    except BadInput:
        return (), 0
    return tuple(workbooks), number


def _is_one(file: SourceFile) -> bool:
    try:
        return are_of_a_workbook(sheet_names_in(file.name, file.content))
    except BadInput:
        return False


def _digest(path: Path) -> str:
    """Return what a workbook is known by: its bytes, of a folder its place."""
    return str(path) if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()


def _short(name: PurePosixPath) -> str:
    """Return a file's own name, shortened where a folder would not take it."""
    return name.stem[:_LONGEST_STEM] + name.suffix


def names_of(files: Iterable[SourceFile]) -> tuple[str, ...]:
    """Return the names of files."""
    return tuple(file.name for file in files)
