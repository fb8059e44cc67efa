"""How time grows with size: the exponent b of seconds = a * size^b, fitted to logarithms by least squares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.results import Result

SIZES = ("persons", "options")
"""What size can mean: people who can be trained, class options of the plain model."""

TIMES = {
    "evaluation_ms": "one evaluation of the bound",
    "bound 0.1": "bound within 0.1 % of final",
    "plan 2": "plan within 2 % of final bound",
    "plan 1": "plan within 1 % of final bound",
}
"""What is fitted: a field of a growth result or one of its milestones."""


@dataclass(frozen=True, slots=True)
class Fit:
    """``exponent`` with its standard error (None for two points), and the points (size, time) it is fitted to."""

    exponent: float
    error: float | None
    points: tuple[tuple[float, float], ...]


def fit_exponent(points: Iterable[tuple[float, float]]) -> Fit | None:
    """Least-squares slope of log(time) on log(size); None with fewer than two sizes. Times and sizes are positive."""
    kept = tuple(sorted((size, time) for size, time in points if size > 0 and time > 0))
    xs, ys = [math.log(size) for size, _ in kept], [math.log(time) for _, time in kept]
    if len(set(xs)) < 2:
        return None
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    slope = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread
    rest = sum((y - middle_y - slope * (x - middle_x)) ** 2 for x, y in zip(xs, ys, strict=True))
    error = math.sqrt(rest / (len(xs) - 2) / spread) if len(xs) > 2 else None
    return Fit(slope, error, kept)


def time_of(result: Result, name: str) -> float | None:
    """A time of a growth result: its own field or one of its milestones; None where it was not reached."""
    found = result.get(name)
    return found if found is not None else result.get("milestones", {}).get(name)


def growth_fit(results: Sequence[Result], size: str, time: str) -> Fit | None:
    """The fit of one time against one size over the rungs where the time was reached."""
    points = [(result[size], time_of(result, time)) for result in results]
    return fit_exponent([(float(at), float(took)) for at, took in points if took is not None])
