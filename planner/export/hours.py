"""When the sessions of a class day begin and end: the hours that county class timetables print (上午、下午).

Source: the usual timetable form 教学计划表 (docs/papers.md); four class hours with their breaks fill three and a half
clock hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Final

from planner.domain.plan import Half

HOURS: Final[Mapping[Half, tuple[time, time]]] = {
    Half.MORNING: (time(8, 30), time(12, 0)),
    Half.AFTERNOON: (time(14, 0), time(17, 30)),
}
"""Beginning and end of each session, local time in China."""


def clock(moment: time) -> str:
    """Return a time of day such as ``8:30``."""
    return f"{moment.hour}:{moment.minute:02d}"
