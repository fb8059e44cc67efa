"""The papers of a finished plan as they lie in its folder, and how far their writing is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web.data_folder import JobFolder
from web.wording import COUNTY_PAPERS

COUNTY = "全县"
"""Folder of the bureau's own papers (``planner.export.folders``)."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the planner is doing, by its own name, and how much of it is done; ``total`` is 0 when it is not known."""

    stage: str = ""
    done: int = 0
    total: int = 0


def county_papers(folder: JobFolder) -> list[Path]:
    """Return the bureau's own papers: those to read first, then by name."""
    county = folder.papers / COUNTY
    order = {ending: number for number, ending in enumerate(COUNTY_PAPERS)}
    papers = county.iterdir() if county.is_dir() else ()
    return sorted(papers, key=lambda path: (order.get(path.suffix, len(order)), path.name))


def count_papers(folder: JobFolder) -> dict[str, int]:
    """Return how many papers there are of each kind (suffix without its dot), in all folders together."""
    counts: dict[str, int] = {}
    for path in folder.papers.rglob("*"):
        if path.is_file() and path.parent != folder.papers:  # the list of papers is none
            counts[path.suffix[1:]] = counts.get(path.suffix[1:], 0) + 1
    return counts


def to_step(event: dict[str, Any]) -> Step:
    """Understand what the planner told last."""
    done, total = event.get("done"), event.get("total")
    counted = isinstance(done, int) and isinstance(total, int) and 0 <= done <= total
    return Step(str(event.get("stage") or ""), *((done, total) if counted else ()))
