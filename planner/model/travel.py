"""Travel minutes between townships (contract, sheet 路程)."""

from __future__ import annotations

import numpy as np

from planner.domain.instance import Instance

EARTH_RADIUS_KM = 6371.0
MINUTES_PER_KM = 2.0

MINUTES_TOLERANCE = 1e-9
"""By how much minutes from coordinates may pass 最大路程: the last bits of a haversine are nobody's distance."""


def travel_minutes(instance: Instance) -> np.ndarray:
    """Minutes between every two townships, inf where unknown; shape (townships, townships).

    A row of 路程 counts both ways; otherwise great-circle kilometres (haversine) times two minutes; 0 at home.
    """
    townships = instance.townships
    lon = np.radians([np.nan if t.lon is None else t.lon for t in townships])
    lat = np.radians([np.nan if t.lat is None else t.lat for t in townships])
    half_lat = np.sin((lat[:, None] - lat[None, :]) / 2.0) ** 2
    half_lon = np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin((lon[:, None] - lon[None, :]) / 2.0) ** 2
    km = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half_lat + half_lon, 0.0, 1.0)))
    minutes = np.where(np.isnan(km), np.inf, km * MINUTES_PER_KM)
    index = {township.name: i for i, township in enumerate(townships)}
    for row in instance.travel:
        i, j = index[row.origin], index[row.destination]
        minutes[i, j] = minutes[j, i] = row.minutes
    np.fill_diagonal(minutes, 0.0)
    return minutes
