"""The conversion rate of a course for an age band and a group (转化率, 历史; contract notes, 16, 17 and 25).

Written from the contract notes alone: past people are spread over a tree of nested keys, worked from the finest level
up and back down. Every number here is a share or a count of people, real or effective.
"""

from __future__ import annotations

from math import exp, log

from planner.domain.instance import AgeBand, Course, Group, Instance, Objective

STRENGTH_GRID = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
"""People, tried for each level (contract notes, 25)."""

TOP_PEOPLE = 2
"""Weight of the default at the top of the tree."""

Key = tuple[str, ...]
Count = tuple[float, float]
"""People and employed."""


class PastRates:
    """Rates that 历史 says of any course, age band and group; without any past class there are none."""

    def __init__(self, instance: Instance) -> None:
        self._courses = {course.name: course for course in instance.courses}
        self._bands = instance.age_bands
        self.counts: dict[Key, Count] = {}
        for row in instance.history:
            if row.trained and row.course in self._courses:
                key = self.key(self._courses[row.course])
                if row.age_band:
                    key += (row.age_band, row.group) if row.group else (row.age_band,)
                self._count(key, row.trained, row.employed)
        self.branches = {key[0] for key in self.counts}
        self._strength = {1: float(TOP_PEOPLE)}
        for depth in (5, 4, 3, 2):
            self._close_level(depth)

    @staticmethod
    def key(course: Course) -> Key:
        """Branch (in-firm training apart from all other), training type and course."""
        return ("自主" if course.training_type == "自主" else "其他", course.training_type, course.name)

    def rate(self, key: Key) -> float:
        """(employed + m · rate above) / (people + m)."""
        above = 0.5 if len(key) == 1 else moved(self.rate(key[:-1]), self._default(key[:-1]), self._default(key))
        people, employed = self.counts.get(key, (0.0, 0.0))
        strength = self._strength[len(key)]
        return (employed + strength * above) / (people + strength)

    def _count(self, key: Key, people: float, employed: float) -> None:
        before = self.counts.get(key, (0.0, 0.0))
        self.counts[key] = (before[0] + people, before[1] + employed)

    def _default(self, key: Key) -> float:
        if len(key) < 3:
            return 0.5
        course = self._courses[key[2]]
        suited = [band for band in self._bands if course.age_bands is None or band.name in course.age_bands]
        bands = [band for band in self._bands if band.name == key[3]] if len(key) > 3 else suited or list(self._bands)
        return sum(default_rate(Objective.GROSS, course, band) for band in bands) / len(bands)

    def _close_level(self, depth: int) -> None:
        """Find the level's strength and hand its people on to the level above."""
        siblings: dict[Key, list[tuple[float, float]]] = {}
        for key, (people, employed) in sorted(self.counts.items()):
            if len(key) == depth:
                share = moved(employed / people, self._default(key), self._default(key[:-1]))
                siblings.setdefault(key[:-1], []).append((people, share))
        weights = {m: log_weight(m, list(siblings.values())) for m in STRENGTH_GRID}
        top = max(weights.values())
        total = sum(exp(weight - top) for weight in weights.values())
        m = exp(sum(exp(weight - top) * log(tried) for tried, weight in weights.items()) / total)
        self._strength[depth] = m
        for above, cells in siblings.items():
            for people, share in cells:
                worth = people * (m + 1) / (people + m)
                self._count(above, worth, worth * share)


def moved(rate: float, from_default: float, to_default: float) -> float:
    """Rate of a cell with another default, at the same ratio of odds."""
    if rate in (0, 1):
        return rate
    odds = rate / (1 - rate) / (from_default / (1 - from_default)) * (to_default / (1 - to_default))
    return odds / (1 + odds)


def log_weight(m: float, families: list[list[tuple[float, float]]]) -> float:
    """Log of prior times restricted likelihood of a strength; cells without sisters say nothing."""
    weight = -((log(m / 100) / 1.5) ** 2) / 2
    for cells in families:
        if len(cells) < 2:
            continue
        worths = [people * (m + 1) / (people + m) for people, _ in cells]
        all_worth = sum(worths)
        centre = (sum(w * share for w, (_, share) in zip(worths, cells, strict=True)) + 0.5) / (all_worth + 1)
        variance = centre * (1 - centre)
        distance = sum(w * (share - centre) ** 2 for w, (_, share) in zip(worths, cells, strict=True))
        logs = sum(log(w) for w in worths) - log(all_worth) - (len(cells) - 1) * log(variance)
        weight += (logs - distance / variance) / 2
    return weight


def conversion_rate(
    instance: Instance, course: Course, age_band: AgeBand, group: Group, past: PastRates | None = None
) -> float:
    """Rate (0..1) of the settings' objective: stated on 转化率, else from 历史 (gross only), else the default.

    ``past`` may be handed over where many rates are asked of one instance.
    """
    stated = _stated_rate(instance, course, age_band, group)
    if stated is not None:
        return stated
    # Past classes have no control group, so an uplift is never estimated from them.
    if instance.settings.objective is Objective.UPLIFT:
        return default_rate(Objective.UPLIFT, course, age_band)
    past = past or PastRates(instance)
    key = past.key(course)
    if key[0] not in past.branches:
        return default_rate(Objective.GROSS, course, age_band)
    return past.rate((*key, age_band.name, group.name))


def _stated_rate(instance: Instance, course: Course, age_band: AgeBand, group: Group) -> float | None:
    """Most specific row of 转化率 that gives the wanted column."""
    uplift = instance.settings.objective is Objective.UPLIFT
    for wanted in ((age_band.name, group.name), (age_band.name, None), (None, group.name), (None, None)):
        for row in instance.conversion:
            rate = row.uplift if uplift else row.gross
            if row.course == course.name and (row.age_band, row.group) == wanted and rate is not None:
                return rate
    return None


def default_rate(objective: Objective, course: Course, age_band: AgeBand) -> float:
    """Default gross or uplift rate, first match of the table in contract notes, 17."""
    if course.training_type == "订单":
        gross, uplift = 0.75, 0.08
    elif age_band.min_age >= 50:
        gross, uplift = 0.40, 0.02
    elif course.industry == "创业":
        gross, uplift = 0.15, 0.01
    elif course.industry.startswith("农业"):
        gross, uplift = 0.35, 0.01
    elif course.training_type == "双证":
        gross, uplift = 0.60, 0.05
    elif course.training_type == "自主":
        gross, uplift = 0.50, 0.01
    else:
        gross, uplift = 0.50, 0.02
    return uplift if objective is Objective.UPLIFT else gross
