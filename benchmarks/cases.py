"""What is measured: the counties with their limits and aims, the sizes of the ladders, the peers."""

from __future__ import annotations

from dataclasses import dataclass, field


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
QUICK_COUNTIES = (County("demo", 15), County("hezhang", 45))

Rung = tuple[int, int]
"""Townships and courses of a county cut from Hezhang."""

PEER_RUNGS: tuple[Rung, ...] = ((3, 4), (3, 8), (3, 16), (6, 16), (10, 30), (20, 55), (30, 55))
QUICK_PEER_RUNGS: tuple[Rung, ...] = ((3, 4),)
PEER_SECONDS, QUICK_PEER_SECONDS = 60.0, 5.0
PEER_MEMORY_GB = 4.0

GROWTH_RUNGS: tuple[Rung, ...] = ((3, 55), (5, 55), (8, 55), (12, 55), (20, 55), (30, 55))
QUICK_GROWTH_RUNGS: tuple[Rung, ...] = ((3, 55), (8, 55))
GROWTH_SECONDS, QUICK_GROWTH_SECONDS = 90.0, 12.0

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
