"""Township files that name people: kept while they may have to be read again, then removed.

A register holds names and ID numbers, which nobody needs once it has been read: planning uses the counted table, and
the roster that stays has codes in their place. So such a file goes when the clerk goes on to planning, at the clerk's
word, or some days after the upload. Files that name nobody stay. Removing is an ordinary deletion, no wiping of the
disk.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from web.data_folder import JobFolder


class Removal(StrEnum):
    """Why files were removed."""

    ACCEPTED = "accepted"
    ASKED = "asked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Removed:
    """Names of the files that were removed, the day (ISO) and why."""

    files: tuple[str, ...]
    day: str
    why: Removal


def read_removed(folder: JobFolder) -> Removed | None:
    """Return what was removed of a job's files, ``None`` when they are as they came."""
    try:
        plain = json.loads(folder.removed.read_text(encoding="utf-8"))
        return Removed(tuple(map(str, plain["files"])), str(plain["day"]), Removal(plain["why"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return Removed((), "", Removal.ASKED)


def personal_files(folder: JobFolder) -> list[Path]:
    """Return the township files that hold names or ID numbers; those that nobody could read are among them."""
    files = folder.demand_files()
    sheets = _sheets_read(folder)
    read = {sheet["file"] for sheet in sheets}
    personal = {sheet["file"] for sheet in sheets if sheet.get("personal", True)}
    names = {path.name for path in files}
    inside_read, inside_personal = read - names, personal - names
    return [
        path
        for path in files
        if path.name in personal
        or (path.name not in read and (inside_personal or not inside_read or not zipfile.is_zipfile(path)))
    ]


def _sheets_read(folder: JobFolder) -> list[dict[str, Any]]:
    try:
        return list(json.loads(folder.reading.read_text(encoding="utf-8"))["reading"]["sheets"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def remove_personal(folder: JobFolder, why: Removal, today: date) -> Removed | None:
    """Remove the files that name people and their marked copies; return what was removed, ``None`` for nothing."""
    files = personal_files(folder)
    if not files:
        return None
    removed = Removed(tuple(path.name for path in files), today.isoformat(), why)
    # Written first: should the machine stop in between, the files are known to be incomplete.
    folder.removed.write_text(json.dumps(asdict(removed), ensure_ascii=False), encoding="utf-8")
    for path in [*files, *_marked_copies(folder, files)]:
        path.unlink(missing_ok=True)
    return removed


def _marked_copies(folder: JobFolder, files: list[Path]) -> list[Path]:
    """Return the marked copies of files, and all of them where a file is an archive of others."""
    kept = [path for path in folder.demand_files() if path not in files]
    stems = tuple(f"{path.stem}（" for path in kept)
    return [path for path in folder.marked_files() if not path.name.startswith(stems)]
