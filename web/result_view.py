"""What the tabs of a result show beyond the plan itself: townships, versions, and the words on them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import gettext, lazy_gettext

from web import figures
from web.charts import WeekLoad
from web.result import ClassRow, Result
from web.result_gantt import township_of
from web.result_map import Tile, lay_tiles


class Tab(StrEnum):
    """Tabs of a result, by the word in their address."""

    SCHEDULE = "schedule"
    TOWNSHIPS = "townships"
    FUNDS = "funds"
    TARGETS = "targets"
    UNSERVED = "unserved"
    WHY = "why"
    VERSIONS = "versions"
    PAPERS = "papers"


TABS = {
    Tab.SCHEDULE: lazy_gettext("开班时间表"),
    Tab.TOWNSHIPS: lazy_gettext("各乡镇"),
    Tab.FUNDS: lazy_gettext("资金"),
    Tab.TARGETS: lazy_gettext("各项任务"),
    Tab.UNSERVED: lazy_gettext("未满足需求"),
    Tab.WHY: lazy_gettext("说明"),
    Tab.VERSIONS: lazy_gettext("各版本"),
    Tab.PAPERS: lazy_gettext("下载与文书"),
}


class Measure(StrEnum):
    """What the map's colours stand for."""

    HEADS = "heads"
    SHARE = "share"


MEASURES = {
    Measure.HEADS: lazy_gettext("安排培训的人次"),
    Measure.SHARE: lazy_gettext("满足意愿的比例"),
}

SHADES = 5
"""Colours of the map, from pale to dark."""

_LONGEST_LINE = 6
"""Characters that fit into a tile beside one another."""


@dataclass(frozen=True, slots=True)
class TownshipRow:
    """A township in the plan: classes held there, heads that come from it, what it wished for (None = not known)."""

    name: str
    classes: int
    heads: int
    wishes: int | None
    persons: int | None

    @property
    def share(self) -> float | None:
        """Share of the wishes that are met."""
        return self.heads / self.wishes if self.wishes else None

    def value(self, measure: Measure) -> float | None:
        """What the map shows."""
        return float(self.heads) if measure is Measure.HEADS else self.share


def township_rows(result: Result) -> list[TownshipRow]:
    """Return every township of the workbook, or those the plan names when the workbook's are not known."""
    heads: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for row in result.classes:
        classes[township_of(result, row)] += 1
        for township, persons in row.origins:
            heads[township] += persons
    facts = {place.name: place for place in result.places}
    names = list(facts) or sorted(heads)
    return [
        TownshipRow(
            name,
            classes[name],
            heads[name],
            facts[name].wishes if name in facts else None,
            facts[name].persons if name in facts else None,
        )
        for name in names
    ]


@dataclass(frozen=True, slots=True)
class ColouredTile:
    """A township's tile with its colour 0..``SHADES`` (0: nothing to show), and the figure on it."""

    tile: Tile
    shade: int
    figure: str
    title: str

    @property
    def name_lines(self) -> tuple[str, ...]:
        """The name in one line, or in two when it is long."""
        name = self.tile.name
        if len(name) <= _LONGEST_LINE:
            return (name,)
        half = max(math.ceil(len(name) / 2), len(name) - _LONGEST_LINE - 1)
        second = name[half:]
        return name[:half], second if len(second) <= _LONGEST_LINE + 1 else f"{second[:_LONGEST_LINE]}…"


@dataclass(frozen=True, slots=True)
class TileMap:
    """The schematic and the limits of its colours, as (colour, words)."""

    tiles: tuple[ColouredTile, ...]
    columns: int
    rows: int
    legend: tuple[tuple[int, str], ...]


def colour_tiles(result: Result, rows: list[TownshipRow], measure: Measure) -> TileMap | None:
    """Lay out and colour the townships; None when the workbook's townships are not known."""
    by_name = {row.name: row for row in rows}
    tiles = lay_tiles(result.places)
    if not tiles:
        return None
    limits = colour_limits([value for row in rows if (value := row.value(measure)) is not None])
    coloured = tuple(
        ColouredTile(tile, shade_of(value, limits), _figure(value, measure), _title(by_name[tile.name]))
        for tile in tiles
        for value in (by_name[tile.name].value(measure),)
    )
    legend = tuple(
        (shade, _range_words(low, high, measure))
        for shade, (low, high) in enumerate(zip(limits, limits[1:], strict=False), start=1)
    )
    width = 1 + max(tile.column for tile in tiles)
    return TileMap(coloured, width, 1 + max(tile.row for tile in tiles), legend)


def colour_limits(values: list[float]) -> list[float]:
    """Return round limits of up to ``SHADES`` colours, from 0 to at least the largest value."""
    highest = max(values, default=0.0)
    if highest <= 0:
        return [0.0]
    step = highest / SHADES
    power = 10.0 ** (len(str(int(1 / step))) * -1 if step < 1 else len(str(int(step))) - 1)
    step = next(power * factor for factor in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if power * factor * SHADES >= highest)
    return [round(step * number, 6) for number in range(SHADES + 1)]


def shade_of(value: float | None, limits: list[float]) -> int:
    """Return the colour of a value: 0 for nothing, else the first whose upper limit it does not exceed."""
    if not value:
        return 0
    return next((shade for shade, limit in enumerate(limits[1:], start=1) if value <= limit + 1e-9), len(limits) - 1)


def _figure(value: float | None, measure: Measure) -> str:
    if value is None:
        return "–"
    return figures.whole(value) if measure is Measure.HEADS else figures.share(value)


def _range_words(low: float, high: float, measure: Measure) -> str:
    return f"{_figure(low, measure)}–{_figure(high, measure)}"


def _title(row: TownshipRow) -> str:
    if row.wishes is None:
        return str(gettext("%(name)s：安排 %(heads)s 人次", name=row.name, heads=figures.whole(row.heads)))
    return str(
        gettext(
            "%(name)s：安排 %(heads)s 人次，意愿 %(wishes)s 人次，本地开班 %(classes)s 个",
            name=row.name,
            heads=figures.whole(row.heads),
            wishes=figures.whole(row.wishes),
            classes=row.classes,
        )
    )


def week_title(week: WeekLoad) -> str:
    """Return the words on a week of the chart of classes by week."""
    parts = [gettext("%(monday)s 当周：%(classes)s 个班", monday=week.monday.isoformat(), classes=week.running)]
    if week.working_days is not None:
        parts.append(gettext("工作日 %(days)s 天", days=week.working_days))
    parts += [f"{name} {busy:.2f}" for name, busy in sorted(week.busy.items()) if busy > 0]
    return " · ".join(parts)


# --- two versions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """A class of one version and its like in the other; ``before`` None: new, ``after`` None: no longer held."""

    before: ClassRow | None
    after: ClassRow | None

    @property
    def changes(self) -> list[str]:
        """What is different, by the name of the part."""
        if self.before is None or self.after is None:
            return []
        parts = ("provider", "venue", "form", "start_week", "origins")
        return [part for part in parts if getattr(self.before, part) != getattr(self.after, part)]


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """What moved from the parent version: ``same`` classes are held as they were, people and all."""

    same: int
    only_people: int
    moved: tuple[Moved, ...]
    dropped: tuple[ClassRow, ...]
    added: tuple[ClassRow, ...]
    persons: int
    expected_jobs: float


def compare_versions(before: Result, after: Result) -> VersionDifference:
    """Pair the classes of two versions: first those at the same place and time, then those of a course most alike."""
    left, right = list(before.classes), list(after.classes)
    pairs: list[Moved] = []
    for likeness in _LIKENESS:
        for old in list(left):
            found = next((new for new in right if likeness(old) == likeness(new)), None)
            if found is not None:
                pairs.append(Moved(old, found))
                left.remove(old)
                right.remove(found)
    moved = [pair for pair in pairs if set(pair.changes) - {"origins"}]
    people = sum(pair.changes == ["origins"] for pair in pairs)
    return VersionDifference(
        same=len(pairs) - len(moved) - people,
        only_people=people,
        moved=tuple(moved),
        dropped=tuple(left),
        added=tuple(right),
        persons=after.persons - before.persons,
        expected_jobs=after.expected_jobs - before.expected_jobs,
    )


_LIKENESS: tuple[Any, ...] = (
    lambda row: (row.course, row.provider, row.venue, row.form, row.start_week, row.origins),
    lambda row: (row.course, row.provider, row.venue, row.form, row.start_week),
    lambda row: (row.course, row.provider, row.venue, row.form),
    lambda row: (row.course, row.venue),
    lambda row: (row.course, row.provider),
    lambda row: (row.course,),
)
"""Classes of two versions are the same class when they agree in these parts; the strictest first."""


def gain_words(usual: Mapping[str, Any]) -> str:
    """Return the range of a gain over the usual way, empty when it is not known."""
    if usual.get("low") is None or usual.get("high") is None:
        return ""
    return f"{figures.expected(float(usual['low']))}–{figures.expected(float(usual['high']))}"
