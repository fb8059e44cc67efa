"""Comparisons that are kept with a job: what was asked, the answer's files, and the faults of the user's own file.

Everything lies in one folder for each comparison, so that deleting it leaves nothing behind.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from web.compare_asking import Asked, read_asked
from web.data_folder import JobFolder

PLANS = "scenarios"
"""Folder within the answer that holds a folder for each scenario with a plan, named by its place in the record."""

_NAME = re.compile(r"[A-Za-z0-9_-]{8,40}")


@dataclass(frozen=True, slots=True)
class Kept:
    """One comparison of a job. ``id`` stands in its address and cannot be guessed."""

    id: str
    folder: Path
    asked: Asked

    @property
    def answer(self) -> Path:
        """Folder of the answer's files, there once the planner has ended well."""
        return self.folder / "out"

    @property
    def record(self) -> Path:
        """The answer of scenarios or more money, for the page."""
        return self.answer / "compare.json"

    @property
    def difference(self) -> Path:
        """The answer of two plans, for the page."""
        return self.answer / "difference.json"

    @property
    def other(self) -> Path:
        """The plan that is set beside this one, as it was when it was asked."""
        return self.folder / "other.json"

    def plan_of(self, number: int) -> Path | None:
        """Folder with ``input.xlsx`` and ``plan.json`` of a scenario by its place in the record.

        The base (0) has none of its own, nor has a scenario without a plan or of a comparison made before they were
        kept.
        """
        folder = self.answer / PLANS / str(number)
        return folder if (folder / "plan.json").is_file() and (folder / "input.xlsx").is_file() else None

    @property
    def scenarios(self) -> Path:
        """Folder of the file of scenarios, under its own name."""
        return self.folder / "scenarios"

    @property
    def faults(self) -> Path:
        """What is wrong with the file of scenarios."""
        return self.folder / "faults.json"

    @property
    def answered(self) -> bool:
        """Whether there is an answer."""
        return self.record.is_file() or self.difference.is_file()

    def downloads(self) -> list[Path]:
        """The papers of the answer: workbooks, then printed ones."""
        found = self.answer.iterdir() if self.answer.is_dir() else ()
        papers = [path for path in found if path.suffix in (".xlsx", ".pdf")]
        return sorted(papers, key=lambda path: (path.suffix == ".pdf", path.name))

    def read_faults(self) -> tuple[dict[str, str], ...]:
        """The faults that the planner found in the user's own file, none when it had none."""
        try:
            found = json.loads(self.faults.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ()
        return tuple(found)

    def with_errand(self, errand_id: str) -> Kept:
        """Keep which errand works it out."""
        kept = replace(self, asked=replace(self.asked, errand_id=errand_id))
        kept.asked.write(self.folder / "asked.json")
        return kept

    def delete(self) -> None:
        """Remove it with all its files."""
        shutil.rmtree(self.folder, ignore_errors=True)


def comparisons_of(folder: JobFolder) -> list[Kept]:
    """Return what is kept, newest first; folders that are not whole are passed over."""
    root = folder.root / "comparisons"
    names = [path.name for path in root.iterdir()] if root.is_dir() else []
    found = [kept for name in names if (kept := kept_comparison(folder, name)) is not None]
    return sorted(found, key=lambda kept: (-kept.asked.created_at, kept.id))


def kept_comparison(folder: JobFolder, name: str) -> Kept | None:
    """Return the comparison of this name, ``None`` when there is none."""
    if not _NAME.fullmatch(name):
        return None
    path = folder.root / "comparisons" / name
    try:
        return Kept(name, path, read_asked(path / "asked.json"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(folder: JobFolder, asked: Asked) -> Kept:
    """Make the folder of a new comparison."""
    name = secrets.token_urlsafe(9)
    path = folder.root / "comparisons" / name
    path.mkdir(parents=True)
    asked.write(path / "asked.json")
    return Kept(name, path, asked)
