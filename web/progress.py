"""How far a search or the reading of township files has come, by the planner's progress events."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from planner.reading.progress import FileProgress, FileState

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


def to_file_cards(told: dict[str, Any]) -> list[FileProgress]:
    """Return the files that an event or the answer of a reading tells of; what is no file is passed over."""
    files = told.get("files")
    known = [file for file in (files if isinstance(files, list) else []) if _is_file(file)]
    return [_to_card(file, place) for place, file in enumerate(known)]


def _is_file(file: Any) -> bool:
    return isinstance(file, dict) and bool(file.get("file")) and file.get("state") in [*FileState]


def _to_card(file: dict[str, Any], place: int) -> FileProgress:
    return FileProgress(
        str(file["file"]),
        place,
        FileState(file["state"]),
        parts=int(file.get("parts") or 1),
        parts_read=int(file.get("parts_read") or 0),
        rows=int(file.get("rows") or 0),
        townships=int(file.get("townships") or 0),
        errors=int(file.get("errors") or 0),
        layouts=tuple(map(str, file.get("layouts") or ())),
        problem=str(file.get("problem") or ""),
        remedy=str(file.get("remedy") or ""),
        is_workbook=bool(file.get("is_workbook")),
        workbooks=tuple(map(str, file.get("workbooks") or ())),
        aside=tuple(map(str, file.get("aside") or ())),
        same_as=str(file.get("same_as") or ""),
    )


def _finite(number: Any) -> float | None:
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        return None
    return float(number)
