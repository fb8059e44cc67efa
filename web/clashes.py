"""Where on the pages of data the requirements can be mended that no plan can meet together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SENTENCE = re.compile(r"^(任务|固定班)“([^”]+)”")
_SHEETS = {"任务": "targets", "固定班": "locks"}
PLACES = tuple(_SHEETS.values())
"""Sheets, by alias, that such requirements stand in."""


@dataclass(frozen=True, slots=True)
class ClashPlace:
    """A sheet in which requirements stand that clash: how many, and the words to find the only one by."""

    sheet: str
    count: int
    words: str = ""


def places_of(clashes: Sequence[str]) -> tuple[ClashPlace, ...]:
    """Return the sheets to mend, those of fixed classes first; empty when no sentence names a target or fixed class.

    The sentences are those of :mod:`planner.engine.feasibility`: a target by its id, a fixed class by its course.
    """
    found: dict[str, list[str]] = {"locks": [], "targets": []}
    for clash in clashes:
        if match := _SENTENCE.match(clash):
            found[_SHEETS[match[1]]].append(match[2])
    return tuple(
        ClashPlace(sheet, len(names), _course_of(names[0]) if len(set(names)) == 1 else "")
        for sheet, names in found.items()
        if names
    )


def _course_of(name: str) -> str:
    """Return the course of a fixed class, the id of a target: what stands before the first condition."""
    return name.partition("、")[0]
