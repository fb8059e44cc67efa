"""From what the sheets say to cohorts (劳动力) and demand (需求) of the county: one answer for each township.

A survey table seldom says how many people of each age band *and* group want each course. What it leaves open is split
in proportion and said so: age bands and groups are taken as independent of each other, tags such as 脱贫 and 易迁 too,
wishes for a course follow the people of the township whose age suits it. Registers leave nothing open.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from planner.reading.layouts.counts import Count
from planner.reading.names import KnownNames
from planner.reading.report import Level, SheetReport
from planner.reading.shares import allocate
from planner.workbook.known import CohortKey, KnownCounty

Cell = tuple[str, str]
"""Age band and group."""
DemandKey = tuple[str, str, str, str]
"""Township, age band, group, course."""


@dataclass(slots=True)
class People:
    """Cohorts and demand by key, persons at least 1. ``unknown_cohorts``: townships with wishes but no head count."""

    cohorts: dict[CohortKey, int] = field(default_factory=dict)
    demand: dict[DemandKey, int] = field(default_factory=dict)
    unknown_cohorts: list[str] = field(default_factory=list)

    @property
    def persons(self) -> int:
        """Willing people."""
        return sum(self.cohorts.values())

    @property
    def wishes(self) -> int:
        """Wishes; one person may have several."""
        return sum(self.demand.values())


@dataclass(frozen=True, slots=True)
class NamedCount:
    """A count with the county's own names; ``None`` where its table says nothing. ``tags`` of a group that overlaps.

    ``apart``: its group excludes every other one of the table.
    """

    band: str | None
    group: str | None
    tags: frozenset[str] | None
    course: str | None
    persons: int
    apart: bool = False


class Splitter:
    """Fills in what the tables leave open, one township at a time, and collects what it assumed."""

    def __init__(self, known: KnownCounty) -> None:
        self._known = known
        self._groups = {group.name: group.tags for group in known.groups}
        self.defaults: Counter[str] = Counter()

    def people_of(self, township: str, heads: Sequence[NamedCount]) -> dict[Cell, int]:
        """Return willing people by age band and group from the counts without a course."""
        by_band: dict[str | None, list[NamedCount]] = defaultdict(list)
        for count in heads:
            by_band[count.band].append(count)
        overall = by_band.pop(None, [])
        bands = self._bands(township, by_band, overall)
        own = {band: [count for count in by_band.get(band, []) if _names_group(count)] for band in bands}
        of_all = [count for count in overall if _names_group(count)]
        together = {band: persons for band, persons in bands.items() if of_all and not own[band]}
        result: dict[Cell, int] = {}
        if together:
            # What is stated for all ages together holds for all of them together: the last band takes what is left.
            weights = self._group_weights(township, of_all, sum(bands.values()))
            left = allocate(sum(together.values()), weights)
            for band, persons in together.items():
                given = allocate(persons, {group: float(number) for group, number in left.items()}, left)
                left = {group: number - given[group] for group, number in left.items()}
                result |= {(band, group): number for group, number in given.items()}
        for band, persons in bands.items():
            if band not in together:
                weights = self._group_weights(township, own[band], persons)
                result |= {(band, group): number for group, number in allocate(persons, weights).items()}
        return {(band, group): number for wanted in bands for (band, group), number in result.items() if band == wanted}

    def _bands(
        self, township: str, by_band: Mapping[str | None, list[NamedCount]], overall: list[NamedCount]
    ) -> dict[str, int]:
        totals = {band: _whole(counts) for band, counts in by_band.items() if band is not None}
        whole = _whole(overall) if overall else None
        if totals:
            return allocate(whole, totals) if whole is not None else totals
        self.defaults["没有分年龄段的人数，按本县已有的年龄构成或各年龄段的跨度分摊"] += 1
        weights = {band.name: float(band.max_age - band.min_age + 1) for band in self._known.bands}
        return allocate(whole or 0, self._cohort_weights(township, 1) or weights)

    def _group_weights(self, township: str, stated: list[NamedCount], persons: int) -> dict[str, float]:
        """Return the weight of each group within a band."""
        if not stated:
            self.defaults["没有分群体的人数，按本县已有的群体构成，没有则计入不带标签的群体"] += 1
            given = self._cohort_weights(township, 2)
            return given or {name: float(not tags) for name, tags in self._groups.items()}
        whole = sum(count.persons for count in stated if count.group is not None)
        named = {count.group for count in stated}
        apart = any(not self._groups.get(name or "", frozenset({"?"})) for name in named)
        apart = apart or all(count.apart for count in stated)
        if apart:
            weights = dict.fromkeys(self._groups, 0.0)
            for count in stated:
                if count.group is not None:
                    weights[count.group] += count.persons
            return weights if whole else dict.fromkeys(weights, 1.0)
        return self._tag_weights(stated, persons)

    def _tag_weights(self, stated: list[NamedCount], persons: int) -> dict[str, float]:
        """Return the weights of groups from overlapping 其中 counts: tags are taken as independent."""
        whole = max(persons, *(count.persons for count in stated), 1)
        shares: dict[str, float] = {}
        for count in stated:
            tags = count.tags or self._groups.get(count.group or "", frozenset())
            for tag in tags if len(tags) == 1 else ():
                shares[tag] = min(1.0, count.persons / whole)
        self.defaults["“其中”各类人数互有重叠，各类别视为互相独立来划分群体"] += 1
        weights = {}
        for name, tags in self._groups.items():
            weight = float(tags <= shares.keys())
            for tag, share in shares.items():
                weight *= share if tag in tags else 1 - share
            weights[name] = weight
        return weights

    def _cohort_weights(self, township: str, position: int) -> dict[str, float]:
        """Return the workbook's people of a township, else of the county, by age band (1) or group (2)."""
        for wanted in (township, None):
            weights: dict[str, float] = defaultdict(float)
            for key, persons in self._known.cohorts.items():
                if wanted is None or key[0] == wanted:
                    weights[key[position]] += persons
            if weights:
                return dict(weights)
        return {}

    def wishes_of(
        self, course: str, counts: Sequence[NamedCount], people: Mapping[Cell, int], capped: bool
    ) -> tuple[dict[Cell, int], int]:
        """Return the wishes for a course by age band and group, and how many found nobody of a suitable age."""
        fitting = self._known.courses.get(course)
        result: dict[Cell, int] = defaultdict(int)
        lost = 0
        for count in sorted(counts, key=lambda c: (c.band is None) + (c.group is None)):
            open_cells = {
                cell: float(persons)
                for cell, persons in people.items()
                if (count.band is None or cell[0] == count.band)
                and (count.group is None or cell[1] == count.group)
                and (fitting is None or cell[0] in fitting)
            }
            if count.band is None or count.group is None:
                self.defaults["意愿没有分年龄段、群体的，按该乡镇适龄人群的比例分摊"] += 1
            caps = {cell: people[cell] - result[cell] for cell in open_cells} if capped else None
            given = allocate(count.persons, open_cells, caps)
            lost += count.persons - sum(given.values())
            for cell, number in given.items():
                result[cell] += number
        return {cell: number for cell, number in result.items() if number}, lost


def _names_group(count: NamedCount) -> bool:
    return bool(count.group) or count.tags is not None


def _whole(counts: Sequence[NamedCount]) -> int:
    """Return the people counts speak of: the total where there is one, else the sum of groups."""
    totals = [count.persons for count in counts if count.group is None and count.tags is None]
    return sum(totals) if totals else sum(count.persons for count in counts if count.group is not None)


def named_counts(counts: Iterable[Count], names: KnownNames) -> dict[str, list[NamedCount]]:
    """Return the counts of one sheet by township of the county; what has no known name is asked for and left out."""
    result: dict[str, list[NamedCount]] = defaultdict(list)
    sums: Counter[tuple[str, NamedCount]] = Counter()
    for count in counts:
        if count.other or count.labour:
            continue
        township = names.township(count.township, count.persons) if count.township else None
        band = names.band(count.band, count.persons) if count.band else None
        group = names.group(count.group, count.persons) if count.group else None
        course = names.course(count.course, count.persons) if count.course else None
        if township is None or (count.band and not band) or (count.group and not group):
            continue
        if count.course and not course:
            continue
        tags = names.tags(count.group) if count.group else None
        key = NamedCount(band, group, tags, course, 0, count.apart)
        sums[township, key] += count.persons
    for (township, key), persons in sums.items():
        result[township].append(replace(key, persons=persons))
    return result


def detail(counts: Sequence[NamedCount]) -> int:
    """Return how finely counts are broken down: 0 (by township only) to 2 (by age band and group)."""
    return max(((count.band is not None) + (count.group is not None) for count in counts), default=0)


def choose_sheets(
    by_sheet: Sequence[tuple[SheetReport, Sequence[NamedCount]]], township: str, what: str
) -> list[NamedCount]:
    """Return the counts of the sheet that says most about a township, and say what happens to the others.

    Numbers of two sheets are never added. Sheets that say equally much about different things (other courses) are put
    together; equally much about the same is an error that the clerk settles by leaving one out.
    """
    ranked = sorted(by_sheet, key=lambda entry: -detail(entry[1]))
    chosen, first = list(ranked[0][1]), ranked[0]
    stated = {(count.course, count.band, count.group) for count in chosen}
    for report, counts in ranked[1:]:
        again = {(count.course, count.band, count.group) for count in counts}
        if detail(counts) < detail(first[1]):
            _compare(report, first[0], township, what, counts, first[1])
        elif again & stated:
            report.say(
                Level.ERROR,
                f"{township}的{what}在“{first[0].file} {first[0].sheet}”里也有，不知以哪个为准",
                remedy="删去其中一张表，或确认不读其中一张",
            )
        else:
            chosen.extend(counts)
            stated |= again
    return chosen


def _compare(
    report: SheetReport, better: SheetReport, township: str, what: str,
    counts: Sequence[NamedCount], finer: Sequence[NamedCount],
) -> None:  # fmt: skip
    ours, theirs = _sum_of(counts), _sum_of(finer)
    text = f"{township}的{what}以更细的“{better.file} {better.sheet}”为准"
    if ours != theirs:
        report.say(Level.WARNING, f"{text}；两处总数不同：此表 {ours}，该表 {theirs}", remedy="核对两张表")
    else:
        report.say(Level.UNDERSTOOD, f"{text}，总数一致")


def _sum_of(counts: Sequence[NamedCount]) -> int:
    if any(count.course for count in counts):
        return sum(count.persons for count in counts)
    by_band: dict[str | None, list[NamedCount]] = defaultdict(list)
    for count in counts:
        by_band[count.band].append(count)
    if None in by_band:
        return _whole(by_band[None])
    return sum(map(_whole, by_band.values()))
