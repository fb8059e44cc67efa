"""How far a search or the reading of township files has come, by the planner's progress events."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    """State of the search after ``seconds``: expected jobs of the best plan and the proved bound, when known."""

    seconds: float
    value: float | None
    bound: float | None
    stage: str = ""

    @property
    def improvable_share(self) -> float | None:
        """By what share of the best plan's value any plan could at most exceed it."""
        if self.value is None or self.bound is None or self.value <= 0:
            return None
        return max(0.0, self.bound - self.value) / self.value

    @property
    def gap(self) -> float | None:
        """Proved distance from the best possible value, as the contract defines it: (bound - value) / |bound|."""
        if self.value is None or self.bound is None:
            return None
        return max(0.0, self.bound - self.value) / abs(self.bound) if self.bound else 0.0


def to_points(events: Iterable[dict[str, Any]]) -> list[ProgressPoint]:
    """Return the points of a search in order, thinned to a few hundred; what is no point is passed over."""
    points = []
    for event in events:
        seconds = _finite(event.get("seconds"))
        if seconds is not None:
            value, bound = _finite(event.get("value")), _finite(event.get("bound"))
            points.append(ProgressPoint(seconds, value, bound, str(event.get("stage") or "")))
    step = max(1, math.ceil(len(points) / _MOST_POINTS))
    return points[:-1:step] + points[-1:]


@dataclass(frozen=True, slots=True)
class FileCard:
    """A township file while it is read: its name, whether it is done, rows that gave people, errors."""

    name: str
    done: bool
    rows: int
    errors: int


def to_file_cards(event: dict[str, Any]) -> list[FileCard]:
    """Return the files that an event of reading tells of; what is no file is passed over."""
    files = event.get("files")
    return [
        FileCard(str(file["file"]), bool(file.get("done")), int(file.get("rows") or 0), int(file.get("errors") or 0))
        for file in (files if isinstance(files, list) else [])
        if isinstance(file, dict) and file.get("file")
    ]


def _finite(number: Any) -> float | None:
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        return None
    return float(number)
