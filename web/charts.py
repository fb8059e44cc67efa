"""Geometry of the two drawings: classes over the weeks, and plan and bound closing in on each other.

Everything is worked out here in user units of an SVG view box; the templates only write the elements.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from web.progress import ProgressPoint

BUSY_PEAK = 0.5
"""Busy index from which a week is a farming peak."""

_MOST_MOMENTS = 10
_LABEL_HEIGHT = 16.0

HOLIDAY_STRIP = 14.0
"""Height of a holiday's grey above a farming peak's amber: laid one on the other they would be neither."""

WORKDAYS = 5
"""A week with fewer working days contains a statutory holiday."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A filled box with its class in the style sheet and the text shown on hover."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A text and the line it belongs to: ``x``, ``y`` of its anchor."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """Classes held in the week of ``monday`` by form, and how farmers and the calendar stand in it.

    ``busy`` maps farming calendar to busy index (0..1); ``working_days`` None = not known.
    """

    monday: date
    full_time: int
    part_time: int
    starting: int
    persons: int
    busy: dict[str, float]
    working_days: int | None

    @property
    def running(self) -> int:
        """Classes held in the week."""
        return self.full_time + self.part_time

    @property
    def peak_share(self) -> float:
        """Share of the farming calendars that have a peak in the week."""
        return sum(busy >= BUSY_PEAK for busy in self.busy.values()) / len(self.busy) if self.busy else 0.0

    @property
    def holiday(self) -> bool:
        """Whether statutory holidays shorten the week."""
        return self.working_days is not None and self.working_days < WORKDAYS


@dataclass(frozen=True, slots=True)
class WeekChart:
    """Columns of running classes with shaded weeks, and below it one strip of busy weeks per farming calendar."""

    width: float
    height: float
    left: float
    right: float
    base: float
    shades: tuple[Rectangle, ...]
    columns: tuple[Rectangle, ...]
    strips: tuple[Rectangle, ...]
    strip_labels: tuple[Label, ...]
    levels: tuple[Label, ...]
    months: tuple[Label, ...]


def draw_weeks(weeks: list[WeekLoad], titles: list[str], month_names: list[str]) -> WeekChart:
    """Lay out the chart of classes over the weeks.

    Parameters
    ----------
    weeks
        Consecutive weeks of the plan.
    titles
        Hover text of each week.
    month_names
        Name of the month each week starts in.
    """
    calendars = sorted({name for week in weeks for name in week.busy})
    left, right, top, base, strip = (112.0 if calendars else 40.0), 988.0, 28.0, 262.0, 16.0
    slot = (right - left) / max(1, len(weeks))
    highest, step = _ticks(max((week.running for week in weeks), default=0))
    scale = (base - top) / highest
    shades, columns, strips = [], [], []
    for number, (week, title) in enumerate(zip(weeks, titles, strict=True)):
        x = left + number * slot
        if week.holiday:
            height = HOLIDAY_STRIP if week.peak_share else base - top
            shades.append(Rectangle(x, top, slot, height, "holiday", title))
        if week.peak_share:
            y = top + HOLIDAY_STRIP if week.holiday else top
            shades.append(Rectangle(x, y, slot, base - y, f"peak peak-{math.ceil(week.peak_share * 4)}", title))
        full, part = week.full_time * scale, week.part_time * scale
        columns.append(Rectangle(x + slot * 0.14, base - full, slot * 0.72, full, "full-time", title))
        columns.append(Rectangle(x + slot * 0.14, base - full - part, slot * 0.72, part, "part-time", title))
        for row, calendar in enumerate(calendars):
            if week.busy.get(calendar, 0.0) >= BUSY_PEAK:
                strips.append(Rectangle(x, base + 30 + row * strip, slot, strip - 4, "peak peak-4", title))
    months = tuple(
        Label(left + number * slot, base + 16, name)
        for number, name in enumerate(month_names)
        if number == 0 or name != month_names[number - 1]
    )
    return WeekChart(
        width=1000.0,
        height=base + 34 + len(calendars) * strip,
        left=left,
        right=right,
        base=base,
        shades=tuple(shades),
        columns=tuple(column for column in columns if column.height > 0),
        strips=tuple(strips),
        strip_labels=tuple(Label(left - 8, base + 39 + row * strip, name) for row, name in enumerate(calendars)),
        levels=tuple(Label(left, base - level * scale, str(level)) for level in range(0, highest + 1, step)),
        months=_spaced(months, 44.0),
    )


BAR_WIDTH, BAR_HEIGHT = 200.0, 20.0
"""View box of the bars that stand in a table's row."""


def lay_end_to_end(parts: Sequence[float], most: float, kind: str) -> tuple[Rectangle, ...]:
    """Lay out parts of a whole one after another; ``most`` fills the width. Part ``n`` has the class ``kind-n``."""
    scale = BAR_WIDTH / most if most > 0 else 0.0
    bars, x = [], 0.0
    for number, part in enumerate(parts):
        if part > 0:
            bars.append(Rectangle(x, 3.0, part * scale, BAR_HEIGHT - 6.0, f"{kind}-{number}"))
        x += part * scale
    return tuple(bars)


def lay_beside(values: Sequence[float], most: float, kinds: Sequence[str]) -> tuple[Rectangle, ...]:
    """Lay out values below one another on one scale, each with its class; ``most`` fills the width."""
    scale = BAR_WIDTH / most if most > 0 else 0.0
    each = BAR_HEIGHT / len(values)
    return tuple(
        Rectangle(0.0, row * each + 1.0, value * scale, each - 2.0, kind)
        for row, (value, kind) in enumerate(zip(values, kinds, strict=True))
        if value > 0
    )


@dataclass(frozen=True, slots=True)
class SearchChart:
    """Best plan and proved bound over the seconds; ``band`` is the space between them, still undecided.

    ``value_at`` and ``bound_at`` are the heights of the figures at the ends of the lines, apart enough to be read;
    ``moments`` tell the same in a few rows.
    """

    width: float
    height: float
    left: float
    right: float
    base: float
    value_path: str
    bound_path: str
    band_path: str
    levels: tuple[Label, ...]
    times: tuple[Label, ...]
    value_end: tuple[float, float] | None
    bound_end: tuple[float, float] | None
    value_at: float
    bound_at: float
    moments: tuple[ProgressPoint, ...]


def draw_search(points: list[ProgressPoint], seconds: float) -> SearchChart | None:
    """Lay out the chart of a search that has run for ``seconds``; None before there is anything to draw."""
    values = [(point.seconds, point.value) for point in points if point.value is not None]
    bounds = [(point.seconds, point.bound) for point in points if point.bound is not None]
    if not values and not bounds:
        return None
    left, right, top, base = 76.0, 630.0, 14.0, 200.0
    end = max([seconds, 1.0] + [point.seconds for point in points])
    low, high, step = _window(values, bounds)

    def x(second: float) -> float:
        return left + (right - left) * second / end

    def y(value: float) -> float:
        return base - (base - top) * min(1.0, max(0.0, (value - low) / (high - low)))

    value_line = _steps([(x(at), y(value)) for at, value in values], right)
    bound_line = _steps([(x(at), y(bound)) for at, bound in bounds], right)
    start = max(value_line[0][0], bound_line[0][0]) if value_line and bound_line else right
    band = _clip(value_line, start) + _clip(bound_line, start)[::-1] if start < right else []
    value_at, bound_at = _apart(value_line[-1][1] if value_line else base, bound_line[-1][1] if bound_line else top)
    levels = [low + number * step for number in range(round((high - low) / step) + 1)]
    return SearchChart(
        width=720.0,
        height=230.0,
        left=left,
        right=right,
        base=base,
        value_path=_path(value_line),
        bound_path=_path(bound_line),
        band_path=_path(band) + "Z" if band else "",
        levels=tuple(Label(left, y(level), f"{level:,.0f}") for level in levels),
        times=tuple(Label(x(second), base + 24, f"{second:g}") for second in _times(end)),
        value_end=value_line[-1] if value_line else None,
        bound_end=bound_line[-1] if bound_line else None,
        value_at=value_at,
        bound_at=bound_at,
        moments=moments_of(points),
    )


def _apart(value_y: float, bound_y: float) -> tuple[float, float]:
    """Return the heights of two labels, the bound's above the value's, moved apart where they would touch."""
    short = _LABEL_HEIGHT - (value_y - bound_y)
    return (value_y + short / 2, bound_y - short / 2) if short > 0 else (value_y, bound_y)


def moments_of(points: Sequence[ProgressPoint]) -> tuple[ProgressPoint, ...]:
    """Return the search in at most ten rows: what was known at evenly spread improvements, first and last included."""
    steps: list[ProgressPoint] = []
    value = bound = None
    for point in points:
        better = (point.value if point.value is not None else value, point.bound if point.bound is not None else bound)
        if better != (value, bound):
            value, bound = better
            steps.append(ProgressPoint(point.seconds, value, bound, point.stage))
    if len(steps) <= _MOST_MOMENTS:
        return tuple(steps)
    last = len(steps) - 1
    return tuple(steps[round(number * last / (_MOST_MOMENTS - 1))] for number in range(_MOST_MOMENTS))


def _times(end: float) -> list[float]:
    """Choose about four round moments from 0 up to the end of the search."""
    step = max(1.0, _nice(end / 4))
    return [number * step for number in range(int(end / step) + 1)]


def _window(values: list[tuple[float, float]], bounds: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Choose low and high end and the step of the vertical axis so that the closing gap fills it.

    The first bounds of a search may be far off: the axis ends at twice the gap above the last known bound.
    """
    best = values[-1][1] if values else min(bound for _, bound in bounds)
    bound = bounds[-1][1] if bounds else best
    first = values[0][1] if values else best
    margin = max(bound - best, 0.02 * abs(bound), 1.0)
    low = max(min(first, best), best - 3 * margin) - 0.5 * margin
    if best >= 0:
        low = max(0.0, low)
    high = bound + margin
    step = _nice((high - low) / 4)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def _steps(points: list[tuple[float, float]], right: float) -> list[tuple[float, float]]:
    """Turn points into a staircase that lasts to the right edge."""
    line: list[tuple[float, float]] = []
    for at, level in points:
        if line:
            line.append((at, line[-1][1]))
        line.append((at, level))
    if line:
        line.append((right, line[-1][1]))
    return line


def _clip(line: list[tuple[float, float]], start: float) -> list[tuple[float, float]]:
    before = [level for at, level in line if at <= start]
    return [(start, before[-1] if before else line[0][1])] + [point for point in line if point[0] > start]


def _path(line: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{at:.1f} {level:.1f}" for at, level in line) if line else ""


def _ticks(highest: int) -> tuple[int, int]:
    """Return the top of an axis of whole numbers and the step of its marks."""
    step = max(1, round(_nice(max(1, highest) / 4)))
    return max(step, math.ceil(highest / step) * step), step


def _nice(step: float) -> float:
    """Round a step up to 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step * (1 - 1e-9))


def _spaced(labels: tuple[Label, ...], distance: float) -> tuple[Label, ...]:
    """Drop labels that would touch the one before."""
    kept: list[Label] = []
    for label in labels:
        if not kept or label.x - kept[-1].x >= distance:
            kept.append(label)
    return tuple(kept)
