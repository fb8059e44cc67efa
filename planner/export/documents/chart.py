"""Charts of the papers: figures to places inside a frame of 1 by 1, with ticks and every label worded.

A chart shows what was found and what is proved beside it: a band from value to bound at each point. Black and white
print keeps them apart by strokes and shapes. The templates (``chart.typ``) only turn shares into lengths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

STEPS: Final = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))
"""Distances between ticks, in powers of ten."""

NARROWEST: Final = 1e-6
"""A span of figures below it counts as none."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from ``low`` to ``high`` (``low < high``) with ticks at these figures."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def place(self, figure: float) -> float:
        """Where a figure lies, as a share of the axis's length; figures beyond its ends lie on them."""
        return min(1.0, max(0.0, (figure - self.low) / (self.high - self.low)))


@dataclass(frozen=True, slots=True)
class Point:
    """A figure found at ``x``, and what is proved to bound it: ``None`` when nothing is."""

    x: float
    value: float
    bound: float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """Words beside a point of the chart."""

    x: float
    value: float
    words: str


def axis_over(figures: Iterable[float], most_ticks: int, from_nought: bool = False) -> Axis:
    """Return the axis that holds all figures, from tick to tick; with ``most_ticks`` ticks at most (at least 3).

    ``from_nought`` makes nought one of its figures.
    """
    shown = [figure for figure in figures if math.isfinite(figure)] or [0.0]
    if from_nought:
        shown.append(0.0)
    low, high = min(shown), max(shown)
    if high - low < NARROWEST * max(1.0, abs(high)):
        low, high = low - 0.5 * max(1.0, 0.1 * abs(low)), high + 0.5 * max(1.0, 0.1 * abs(high))
    step = _step(high - low, most_ticks)
    while (ticks := _ticks(low, high, step)) and len(ticks) > most_ticks:
        step = _step(float(step) * (most_ticks - 1) * 1.01, most_ticks)
    return Axis(float(ticks[0]), float(ticks[-1]), tuple(map(float, ticks)))


def _step(span: float, most_ticks: int) -> Fraction:
    """The least round distance between ticks with which ``most_ticks`` of them span so much."""
    wanted = span / (most_ticks - 1)
    power = Fraction(10) ** math.floor(math.log10(wanted))
    return next(power * step for step in STEPS if power * step >= Fraction(wanted) * Fraction(10**9 - 1, 10**9))


def _ticks(low: float, high: float, step: Fraction) -> list[Fraction]:
    first = math.floor(Fraction(low) / step + Fraction(1, 10**9))
    last = math.ceil(Fraction(high) / step - Fraction(1, 10**9))
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def tick_words(ticks: Sequence[float], form: str = "") -> list[str]:
    """Return the labels of ticks: as many decimals as they need to differ, in per cent for form ``%``."""
    scale = 100.0 if form == "%" else 1.0
    decimals = next((d for d in range(6) if all(abs(t * scale - round(t * scale, d)) < 1e-9 * max(1.0, abs(t * scale))
                                                for t in ticks)), 6)
    return [f"{t * scale + 0.0:,.{decimals}f}{form}" for t in ticks]


def band_chart(
    x_axis: Axis, points: Sequence[Point | None], names: tuple[str, str], titles: tuple[str, str],
    *, x_form: str = "", marks: Sequence[Mark] = (), other: tuple[str, Sequence[Point | None]] | None = None,
) -> dict[str, Any]:
    """Return a chart of values with their proved bounds as ``chart.typ`` draws it.

    Parameters
    ----------
    points
        By rising x; ``None`` interrupts the lines.
    names
        What values and bounds are, for the legend.
    titles
        Of the two axes.
    other
        Name and points of a further line of values, without bounds.
    """
    more = () if other is None else other[1]
    shown = [p for p in (*points, *more) if p is not None]
    heights = [p.value for p in shown] + [p.bound for p in shown if p.bound is not None]
    y_axis = axis_over(heights, 7, from_nought=bool(heights) and 0 <= min(heights) < 0.3 * max(heights))
    lines = [{"name": names[0], "look": "value", "runs": _runs(points, x_axis, y_axis, bounds=False)},
             {"name": names[1], "look": "bound", "runs": _runs(points, x_axis, y_axis, bounds=True)}]  # fmt: skip
    if other is not None:
        lines.append({"name": other[0], "look": "other", "runs": _runs(more, x_axis, y_axis, bounds=False)})
    return {
        "x_title": titles[0],
        "y_title": titles[1],
        "x_ticks": _placed(x_axis, x_form),
        "y_ticks": _placed(y_axis, ""),
        "lines": [line for line in lines if line["runs"]],
        "bands": _bands(points, x_axis, y_axis),
        "marks": [[x_axis.place(mark.x), y_axis.place(mark.value), mark.words] for mark in marks],
        "cut": "" if y_axis.low == 0 else f"纵轴从 {tick_words([y_axis.low])[0]} 起",
    }


def _placed(axis: Axis, form: str) -> list[list[Any]]:
    return [[axis.place(tick), words] for tick, words in zip(axis.ticks, tick_words(axis.ticks, form), strict=True)]


def _bands(points: Sequence[Point | None], x_axis: Axis, y_axis: Axis) -> list[list[list[float]]]:
    """The unbroken pieces of the band from value to bound: x, value, bound."""
    runs: list[list[list[float]]] = [[]]
    for point in points:
        if point is None or point.bound is None:
            runs.append([])
        else:
            runs[-1].append([x_axis.place(point.x), y_axis.place(point.value), y_axis.place(point.bound)])
    return [run for run in runs if run]


def _runs(points: Sequence[Point | None], x_axis: Axis, y_axis: Axis, *, bounds: bool) -> list[list[list[float]]]:
    """The unbroken pieces of a line."""
    runs: list[list[list[float]]] = [[]]
    for point in points:
        height = None if point is None else point.bound if bounds else point.value
        if point is None or height is None:
            runs.append([])
        else:
            runs[-1].append([x_axis.place(point.x), y_axis.place(height)])
    return [run for run in runs if run]


def difference_bars(bands: Sequence[tuple[float, float] | None]) -> dict[str, Any]:
    """Return bars of bands around nought on one axis: where each lies, whether it leaves out nought, and its ticks.

    A band that is infinite on a side runs to the axis's end there, as what is not proved.
    """
    finite = [figure for band in bands if band is not None for figure in band if math.isfinite(figure)]
    axis = axis_over(finite, 4, from_nought=True)
    bars = [None if band is None else
            {"from": axis.place(band[0]), "to": axis.place(band[1]), "open": not all(map(math.isfinite, band)),
             "proved": band[0] > 0 or band[1] < 0}
            for band in bands]  # fmt: skip
    words = tick_words(axis.ticks)
    signed = ["0" if not tick else words[i] if tick < 0 else f"+{words[i]}" for i, tick in enumerate(axis.ticks)]
    return {"bars": bars, "nought": axis.place(0.0),
            "ticks": [[axis.place(tick), label] for tick, label in zip(axis.ticks, signed, strict=True)]}
