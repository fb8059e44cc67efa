"""New papers in the place of old ones, without losing what people wrote into them.

The folder's list of papers (文书清单.csv) holds what was written there, with a hash of each file. A paper that is still
as it was written is replaced, or removed when the new plan has none such; one that somebody has changed (a register of
pupils that was filled in) is kept under another name.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planner.domain.plan import Plan
from planner.export.csv_file import write_csv
from planner.export.files import unwritable
from planner.export.record import plan_to_record

LIST_FILE: Final = "文书清单.csv"
CHANGED_MARK: Final = "（改动过）"
PLAN_CHARACTERS: Final = 16
_HEADINGS = ("文件", "种类", "SHA-256", "方案")


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper as it was written: its kind (suffix), the hash of its bytes and the plan it is of."""

    kind: str
    sha256: str
    plan: str


def place_papers(
    drafts: Path, root: Path, plan: Plan, made: Mapping[str, str], kinds: Collection[str],
    on_notice: Callable[[str], None],
) -> tuple[Path, ...]:  # fmt: skip
    """Move new papers from ``drafts`` to the same places below ``root`` and return them there.

    Parameters
    ----------
    made
        Kind of each new paper, by its place below ``drafts`` (with ``/``).
    kinds
        Kinds that are written anew as a whole: old papers of these that are not in ``made`` go.
    on_notice
        Told in Chinese sentences what was kept and what does not belong together.

    Raises
    ------
    BadInput
        When an old paper cannot be replaced, for example because it is open elsewhere; then nothing has changed.
    """
    before = read_list(root)
    identity = plan_identity(plan)
    now = {file: Listed(kind, _sha256(drafts / file), identity) for file, kind in made.items()}
    stale = [file for file, listed in before.items() if listed.kind in kinds and file not in now]
    _check_free(root / file for file in (*now, *stale))
    for file, listed in now.items():
        target = root / file
        if target.exists() and _sha256(target) not in (listed.sha256, before[file].sha256 if file in before else ""):
            on_notice(f"{file} 有人改动过，另存为 {_set_aside(target).name}，没有覆盖")
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(drafts / file, target)
    for file in stale:
        target = root / file
        if target.exists() and _sha256(target) == before[file].sha256:
            target.unlink()
            _remove_empty(target.parent, root)
        elif target.exists():
            on_notice(f"{file} 不在这份方案里，但有人改动过，没有删除")
    others = {file: listed for file, listed in before.items() if listed.kind not in kinds}
    old = sorted({listed.kind for listed in others.values() if listed.plan != identity})
    if old:
        on_notice(f"文件夹里的 {'、'.join(old)} 文书出自另一份方案，请重新生成后再用")
    _write_list(root, now | others)
    return tuple(root / file for file in now)


def plan_identity(plan: Plan) -> str:
    """Return a short hash of everything a plan says but the time it took."""
    record = plan_to_record(plan) | {"seconds": 0}
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:PLAN_CHARACTERS]


def read_list(root: Path) -> dict[str, Listed]:
    """Return the papers listed in a folder; none when there is no list or it cannot be read.

    Without a list every file counts as somebody's own, so nothing is lost.
    """
    try:
        text = (root / LIST_FILE).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    rows = list(csv.reader(text.splitlines()))
    if not rows or tuple(rows[0]) != _HEADINGS:
        return {}
    return {row[0]: Listed(*row[1:]) for row in rows[1:] if len(row) == len(_HEADINGS) and _inside(row[0])}


def _write_list(root: Path, papers: Mapping[str, Listed]) -> None:
    rows = [(file, paper.kind, paper.sha256, paper.plan) for file, paper in sorted(papers.items())]
    write_csv(root / LIST_FILE, [_HEADINGS, *rows])


def _inside(file: str) -> bool:
    """Whether a listed place lies below its folder: a list that somebody edited must not lead elsewhere."""
    path = Path(file)
    return bool(file) and not path.is_absolute() and not path.drive and ".." not in path.parts


def _check_free(paths: Iterable[Path]) -> None:
    """Open every old paper for writing: a spreadsheet program that holds one open forbids it on Windows."""
    for path in paths:
        try:
            if path.exists():
                path.open("r+b").close()
        except OSError as error:
            raise unwritable(path, error) from error


def _replace(draft: Path, target: Path) -> None:
    try:
        os.replace(draft, target)
    except OSError as error:
        raise unwritable(target, error) from error


def _set_aside(path: Path) -> Path:
    """Rename a file that somebody changed to an unused name next to it and return that."""
    aside = path.with_name(f"{path.stem}{CHANGED_MARK}{path.suffix}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}{CHANGED_MARK}{number}{path.suffix}")
    _replace(path, aside)
    return aside


def _remove_empty(folder: Path, root: Path) -> None:
    with suppress(OSError):  # not empty
        while folder != root:
            folder.rmdir()
            folder = folder.parent


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
