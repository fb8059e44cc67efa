"""The Gantt chart of a plan: which class stands in which line, and which weeks are shaded behind it.

Lines come in groups, one a township or a provider. Classes of a group that overlap stand in different lines.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from web.charts import BUSY_PEAK, WeekLoad
from web.result import ClassRow, Result

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)


class GroupBy(StrEnum):
    """What the lines of the chart stand for."""

    TOWNSHIP = "township"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Group:
    """Consecutive lines of one township or provider."""

    name: str
    first_line: int
    lines: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A class in its line."""

    line: int
    row: ClassRow


@dataclass(frozen=True, slots=True)
class Shade:
    """Weeks from ``first`` up to, not including, ``after`` shaded behind some lines.

    ``peak`` is 1..4: in what share (quarters) of the farming calendars of these lines there is a peak; 0 = holidays.
    """

    first_line: int
    lines: int
    first: date
    after: date
    peak: int


@dataclass(frozen=True, slots=True)
class Gantt:
    """Everything the chart draws; ``first`` and ``after`` bound its weeks."""

    first: date
    after: date
    groups: tuple[Group, ...]
    bars: tuple[Bar, ...]
    shades: tuple[Shade, ...]

    @property
    def lines(self) -> int:
        """Number of lines."""
        return sum(group.lines for group in self.groups)


def lay_out(result: Result, by: GroupBy) -> Gantt:
    """Lay out the classes of a plan; a plan without classes has no lines."""
    groups: list[Group] = []
    bars: list[Bar] = []
    first_line = 0
    for name, rows in _grouped(result, by):
        ends: list[date] = []
        for row in sorted(rows, key=lambda row: (row.begins, row.ends, row.id)):
            line = next((line for line, end in enumerate(ends) if end < row.begins), len(ends))
            ends[line : line + 1] = [row.ends]
            bars.append(Bar(first_line + line, row))
        groups.append(Group(name, first_line, len(ends)))
        first_line += len(ends)
    first, after = _span(result)
    shades = _holidays(result.weeks, first_line) + _peaks(result, groups, by)
    return Gantt(first, after, tuple(groups), tuple(bars), tuple(shades))


def township_of(result: Result, row: ClassRow) -> str:
    """Township of a class's venue; the venue's own name when the workbook's venues are not known."""
    return result.venues.get(row.venue, row.venue)


def _grouped(result: Result, by: GroupBy) -> list[tuple[str, list[ClassRow]]]:
    """Classes by township in the workbook's order, or by provider in alphabetical order."""
    found: dict[str, list[ClassRow]] = {}
    for row in result.classes:
        found.setdefault(township_of(result, row) if by is GroupBy.TOWNSHIP else row.provider, []).append(row)
    order = {place.name: i for i, place in enumerate(result.places)} if by is GroupBy.TOWNSHIP else {}
    return sorted(found.items(), key=lambda entry: (order.get(entry[0], len(order)), entry[0]))


def _span(result: Result) -> tuple[date, date]:
    days = [day for row in result.classes for day in (row.begins, row.ends)]
    days += [week.monday for week in result.weeks]
    days += [week.monday + 6 * _DAY for week in result.weeks[-1:]]
    if not days:
        return date(2026, 1, 5), date(2026, 1, 12)
    return min(days) - min(days).weekday() * _DAY, max(days) + _DAY


def _holidays(weeks: tuple[WeekLoad, ...], lines: int) -> list[Shade]:
    return [
        Shade(0, lines, first, after, 0)
        for first, after, holiday in _runs([(week.monday, int(week.holiday)) for week in weeks])
        if holiday and lines
    ]


def _peaks(result: Result, groups: list[Group], by: GroupBy) -> list[Shade]:
    """Farming peaks: a township's lines follow its own calendar, a provider's the share of all."""
    calendars = {place.name: place.calendar for place in result.places}
    shades = []
    for group in groups:
        calendar = calendars.get(group.name, "") if by is GroupBy.TOWNSHIP else ""
        levels = [(week.monday, _level(week, calendar)) for week in result.weeks]
        shades += [
            Shade(group.first_line, group.lines, first, after, level) for first, after, level in _runs(levels) if level
        ]
    return shades


def _level(week: WeekLoad, calendar: str) -> int:
    if calendar:
        return 4 if week.busy.get(calendar, 0.0) >= BUSY_PEAK else 0
    return math.ceil(week.peak_share * 4)


def _runs(levels: list[tuple[date, int]]) -> list[tuple[date, date, int]]:
    """Consecutive weeks of one level, as first Monday, Monday after, level."""
    runs: list[tuple[date, date, int]] = []
    for monday, level in levels:
        if runs and runs[-1][1] == monday and runs[-1][2] == level:
            runs[-1] = (runs[-1][0], monday + _WEEK, level)
        else:
            runs.append((monday, monday + _WEEK, level))
    return runs


def to_plain(gantt: Gantt, decided: dict[str, str]) -> dict[str, Any]:
    """Return what the script draws, as plain values; ``decided`` maps class ids to the kind of decision on them.

    Days are ISO dates, ends are exclusive. A bar is [line, from, until, id, course, form, persons, decision].
    """
    return {
        "from": gantt.first.isoformat(),
        "until": gantt.after.isoformat(),
        "lines": gantt.lines,
        "groups": [[group.name, group.first_line, group.lines] for group in gantt.groups],
        "bars": [
            [
                bar.line,
                bar.row.begins.isoformat(),
                (bar.row.ends + _DAY).isoformat(),
                bar.row.id,
                bar.row.course,
                bar.row.form,
                bar.row.persons,
                decided.get(bar.row.id, ""),
            ]
            for bar in gantt.bars
        ],
        "shades": [
            [shade.first_line, shade.lines, shade.first.isoformat(), shade.after.isoformat(), shade.peak]
            for shade in gantt.shades
        ],
    }
