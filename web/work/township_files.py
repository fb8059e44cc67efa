"""Township files that came without, or together with, the county's workbook: told apart, kept until there is one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.reading.choices import ReadingChoices
from planner.reading.files.unpack import unused_path
from planner.reading.progress import FileState
from web.data_folder import JobFolder, safe_file_name
from web.jobs import JobState
from web.progress import to_file_cards
from web.words import write_confirmed
from web.work.kinds import Work, lay_file

TAKEN_OUT = "workbooks/"
"""Where the planner lays the county's workbooks that it found inside archives."""


def with_workbook(work: Work, answer: dict[str, Any], files: Mapping[str, bytes]) -> Work:
    """Lay the county's workbooks apart, those of archives too; the only one becomes the job's, which is named after it.

    ``files`` are those of the planner's outcome. An archive in which there was nothing to read but workbooks goes.
    """
    folder = work.folder
    for card in to_file_cards(answer):
        path = folder.demand / card.file
        if card.is_workbook and path.is_file():
            _move(path, folder.root / "upload")
        elif card.workbooks and card.parts_read == 0 and card.state is FileState.DONE:
            path.unlink(missing_ok=True)
    for name, content in files.items():
        if name.startswith(TAKEN_OUT):
            _lay_new(content, folder.root / "upload", safe_file_name(name))
    found = _each_once(folder.workbooks())
    if len(found) != 1:
        return work
    name, title = found[0].name, found[0].stem
    work.jobs.change(work.job.id, only_from=(JobState.EXAMINING,), file_name=name, title=title)
    return replace(work, job=replace(work.job, file_name=name, title=title))


def keep_as_township_file(work: Work, answer: dict[str, Any]) -> None:
    """Keep the one file of a job as a township file that waits for the county's workbook."""
    path = work.folder.workbook(work.job.file_name)
    if path.is_file():
        _move(path, work.folder.demand)
    write_confirmed(work.folder.choices, ReadingChoices())
    await_workbook(work, answer)


def await_workbook(work: Work, answer: dict[str, Any]) -> None:
    """Keep what was recognised; the county's workbook is asked for on the page of the reading."""
    lay_file(work.folder.reading, json.dumps(answer, ensure_ascii=False).encode())
    work.jobs.change(work.job.id, only_from=(JobState.EXAMINING,), state=JobState.REVIEW, file_name="")


def upload_of(folder: JobFolder, file_name: str) -> Path:
    """Return where the one file of a job lies: with the workbooks, or already with the township files."""
    path = folder.workbook(file_name)
    return path if path.is_file() else folder.demand / file_name


def understood(answer: dict[str, Any] | None) -> bool:
    """Whether the planner took a file for a township's and could read sheets of it."""
    reading = (answer or {}).get("reading")
    return isinstance(reading, dict) and bool(reading.get("sheets"))


def _lay_new(content: bytes, folder: Path, name: str) -> None:
    """Store a file unless one of the same bytes is there: what ends twice stores it once."""
    folder.mkdir(exist_ok=True)
    if not any(path.read_bytes() == content for path in folder.iterdir()):
        lay_file(unused_path(folder, name), content)


def _each_once(paths: Sequence[Path]) -> list[Path]:
    """Return the files that are different; of several that are the same to the byte only the first stays."""
    different: dict[bytes, Path] = {}
    for path in paths:
        if different.setdefault(path.read_bytes(), path) != path:
            path.unlink()
    return list(different.values())


def _move(path: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    os.replace(path, unused_path(folder, path.name))
