"""Minutes between two townships and what a long way leaves of expected jobs (contract, sections 1 and 2)."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from planner.domain.instance import Instance, Settings, Township

EARTH_RADIUS_KM = 6371.0
MINUTES_PER_KM = 2.0
MINUTES_TOLERANCE = 1e-9


def great_circle_km(a: Township, b: Township) -> float | None:
    """Haversine distance in km on a sphere of radius 6371 km; ``None`` when a coordinate is missing."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return None
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_chord = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half_chord)))


def stated_minutes(instance: Instance) -> dict[frozenset[str], float]:
    """Minutes of 路程 by the pair of townships, either way round."""
    return {frozenset((row.origin, row.destination)): row.minutes for row in instance.travel}


def travel_minutes(stated: dict[frozenset[str], float], a: Township, b: Township) -> float | None:
    """Minutes from one township to the other, ``None`` when unreachable.

    The same township is 0; a row of 路程 wins over coordinates (contract notes, 18).
    """
    if a.name == b.name:
        return 0.0
    pair = frozenset((a.name, b.name))
    if pair in stated:
        return stated[pair]
    km = great_circle_km(a, b)
    return None if km is None else km * MINUTES_PER_KM


def distance_factor(settings: Settings, minutes: float) -> float:
    """Share (0..1) of expected jobs left after ``minutes`` of travel."""
    beyond = max(0.0, minutes - settings.free_travel_minutes)
    return max(0.0, 1 - settings.travel_loss * beyond / 30)
