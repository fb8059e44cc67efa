"""Where people live and classes can be held: townships with synthetic positions, calendars and market days.

Names and codes are real; positions, altitude order, remoteness and market days are drawn (grade A), because no
table of them was found for these counties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.generate.facts import CountyFact, TownshipFact, calendars, counties, townships_of
from planner.generate.scale import Scale

_KM_PER_DEGREE = 6371 * np.pi / 180
_SEAT_RADIUS_KM = 4.0
_FROM_VALLEY_TO_SUMMIT = ("P5", "P6", "P4", "P1", "P2", "P3")
_TOWN_CALENDAR = "P7"
_CANDIDATES = 12
_REMOTE_SHARE = 0.25

_MARKET_RULES = (
    "逢1、5、8",
    "逢3、8",
    "逢5、10",
    "农历逢二、五、十",
    "农历逢四、九",
    "星期三、星期六",
    "星期日",
    "赶辰戌日",
)
"""Kinds of market rule found for neighbouring prefectures."""


@dataclass(frozen=True, slots=True)
class Place:
    """A township of the instance. Position in degrees, ``seat_km`` is the distance to the county seat in km."""

    fact: TownshipFact
    lon: float
    lat: float
    calendar: str
    seat_km: float
    remote: bool
    market_days: str

    @property
    def name(self) -> str:
        """Name of the township."""
        return self.fact.name

    @property
    def calendar_key(self) -> str:
        """Key of the farming calendar, such as ``P2``."""
        return self.calendar.split()[0]

    @property
    def is_town(self) -> bool:
        """True for a 街道: no farm land, resettlement sites, near the county seat."""
        return self.fact.kind == "街道"


def draw_places(scale: Scale, rng: np.random.Generator) -> tuple[Place, ...]:
    """Draw the townships' positions and calendars, county by county."""
    places: list[Place] = []
    for name in scale.counties:
        drawn = _places_of(counties()[name], townships_of(name), rng)
        places += _nearest_to_first(drawn, scale.townships_per_county) if scale.townships_per_county else drawn
    return tuple(places)


def _places_of(county: CountyFact, facts: tuple[TownshipFact, ...], rng: np.random.Generator) -> list[Place]:
    offsets = _offsets_km([fact.kind == "街道" for fact in facts], county.area_km2, rng)
    seat_km = np.hypot(*offsets.T)
    keys = _calendar_keys(facts, offsets, county, rng)
    remote_from = np.quantile(seat_km, 1 - _REMOTE_SHARE)
    lat = county.lat + offsets[:, 1] / _KM_PER_DEGREE
    lon = county.lon + offsets[:, 0] / (_KM_PER_DEGREE * np.cos(np.radians(county.lat)))
    return [
        Place(
            fact,
            round(float(lon[i]), 4),
            round(float(lat[i]), 4),
            calendars()[keys[i]],
            float(seat_km[i]),
            bool(fact.kind != "街道" and seat_km[i] >= remote_from),
            _MARKET_RULES[rng.integers(len(_MARKET_RULES))],
        )
        for i, fact in enumerate(facts)
    ]


def _offsets_km(in_seat: list[bool], area_km2: float, rng: np.random.Generator) -> np.ndarray:
    """Return offsets from the county seat in km (east, north): 街道 close to it, others spread over a disc.

    Each rural township takes the one of a few random points that lies farthest from all places so far (Mitchell's
    best candidate, 1991), which spreads them about as evenly as real ones.
    """
    radius = np.sqrt(area_km2 / np.pi)
    chosen = np.zeros((0, 2))
    for seat in in_seat:
        candidates = _in_disc(_SEAT_RADIUS_KM if seat else radius, _CANDIDATES, rng)
        others = np.vstack([chosen, np.zeros((1, 2))]) if not seat else chosen
        nearest = np.linalg.norm(candidates[:, None] - others[None], axis=2).min(axis=1) if len(others) else np.ones(1)
        chosen = np.vstack([chosen, candidates[int(nearest.argmax())]])
    return chosen


def _in_disc(radius: float, number: int, rng: np.random.Generator) -> np.ndarray:
    angle = rng.uniform(0, 2 * np.pi, number)
    distance = radius * np.sqrt(rng.uniform(0, 1, number))
    return np.column_stack([distance * np.cos(angle), distance * np.sin(angle)])


def _calendar_keys(
    facts: tuple[TownshipFact, ...], offsets: np.ndarray, county: CountyFact, rng: np.random.Generator
) -> list[str]:
    """Give each rural township a calendar by its place on a drawn slope, valleys first; 街道 have the town calendar."""
    slope = rng.uniform(0, 2 * np.pi)
    height = offsets @ np.array([np.cos(slope), np.sin(slope)])
    height += rng.normal(0, 0.25 * np.ptp(height), len(facts))
    rural = sorted((i for i, fact in enumerate(facts) if fact.kind != "街道"), key=lambda i: height[i])
    wanted = dict(county.calendars)
    main = next(iter(wanted))
    wanted[main] += len(rural) - sum(wanted.values())
    ladder = [key for key in _FROM_VALLEY_TO_SUMMIT for _ in range(wanted.get(key, 0))]
    keys = [_TOWN_CALENDAR] * len(facts)
    for i, key in zip(rural, ladder, strict=True):
        keys[i] = key
    return keys


def _nearest_to_first(places: list[Place], number: int) -> list[Place]:
    """Return the first township and its nearest rural neighbours."""
    first = places[0]
    rural = [place for place in places[1:] if not place.is_town]
    rural.sort(key=lambda place: (place.lon - first.lon) ** 2 + (place.lat - first.lat) ** 2)
    return [first, *rural[: number - 1]]


def township_rows(places: tuple[Place, ...]) -> list[dict[str, object]]:
    """Return the rows of sheet 乡镇."""
    return [
        {
            "乡镇": place.name,
            "区县": place.fact.county,
            "农时类型": place.calendar,
            "经度": place.lon,
            "纬度": place.lat,
            "偏远": "是" if place.remote else "否",
            "赶集": place.market_days,
            "区划代码": place.fact.code,
            "来源": f"名称：{place.fact.source}；经纬度、农时类型、偏远、赶集：虚构示例",
            "等级": f"名称{place.fact.grade}，其余A",
        }
        for place in places
    ]
