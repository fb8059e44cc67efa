"""What is measured: the counties with their limits and aims, the sizes of the ladders, the peers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class County:
    """An instance of the main table. ``size`` names a generated one; ``None`` is bundled.

    ``time_limit`` in seconds; ``aims`` are the seconds aimed at by milestone, ``aim_gb`` the memory.
    """

    name: str
    time_limit: float
    aims: dict[str, float] = field(default_factory=dict)
    aim_gb: float = 1.0
    memory_gb: float = 4.0
    size: str | None = None


COUNTIES = (
    County("demo", 60, {"bound 0.1": 1, "plan 1": 2, "plan 0.5": 5, "plan 0.1": 30}, 0.3),
    County("hezhang", 180, {"bound 0.1": 6, "plan 1": 10, "plan 0.5": 20, "plan 0.3": 60}, 0.5),
    County("zhenxiong", 420, {"bound 0.1": 10, "plan 1": 25, "plan 0.5": 90, "plan 0.3": 300}, 1.0),
    County("prefecture", 900, {"bound 0.1": 180, "plan 1": 300, "plan 0.5": 720}, 4.0, 8.0, "prefecture"),
)


class Length(StrEnum):
    """How long the benchmark may take: five minutes, 25 minutes without the prefecture, or some hours."""

    QUICK = "quick"
    SHORT = "short"
    FULL = "full"


COUNTIES_OF = {
    Length.QUICK: (County("demo", 15), County("hezhang", 45)), Length.SHORT: COUNTIES[:3], Length.FULL: COUNTIES,
}

Rung = tuple[int, int]
"""Townships and courses of a county cut from Hezhang."""

_RUNGS: tuple[Rung, ...] = ((3, 55), (5, 55), (8, 55), (12, 55), (20, 55), (30, 55))

PEER_LADDER: dict[Length, tuple[tuple[Rung, ...], float]] = {
    Length.QUICK: (((3, 4),), 5.0),
    Length.SHORT: (((3, 4), (3, 8), (6, 16), (10, 30)), 10.0),
    Length.FULL: (((3, 4), (3, 8), (3, 16), (6, 16), (10, 30), (20, 55), (30, 55)), 60.0),
}
"""Rungs of the ladder of peers, and seconds for each solver."""
PEER_MEMORY_GB = 4.0

GROWTH: dict[Length, tuple[tuple[Rung, ...], float]] = {
    Length.QUICK: (((3, 55), (8, 55)), 12.0), Length.SHORT: (_RUNGS, 40.0), Length.FULL: (_RUNGS, 90.0),
}
"""Rungs on which growth is measured, and seconds for each."""

PROFILE_SECONDS = {Length.QUICK: 30.0, Length.SHORT: 90.0, Length.FULL: 120.0}

LADDER_COUNTY = "hezhang"

PLANNER = "planner"
PEERS = (
    PLANNER, "office", "compact/CBC", "compact/HiGHS", "compact/SCIP", "compact/CP-SAT", "shared heads/CBC",
    "shared heads/HiGHS", "shared heads/SCIP", "shared heads/CP-SAT", "seasons/HiGHS",
)
QUICK_PEERS = (PLANNER, "office", "compact/CBC", "compact/HiGHS", "compact/SCIP", "compact/CP-SAT",
               "shared heads/HiGHS", "seasons/HiGHS")

PROTOTYPE_SECONDS, QUICK_PROTOTYPE_SECONDS = (8.0, 20.0), (4.0, 6.0)
"""Seconds for its bound and for its search."""
