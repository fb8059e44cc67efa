"""The sizes of instance that can be generated, from a three-township demo to a prefecture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

HEZHANG = "赫章县"
ZHENXIONG = "镇雄县"
ZHAOTONG = (
    "昭阳区",
    "鲁甸县",
    "巧家县",
    "盐津县",
    "大关县",
    "永善县",
    "绥江县",
    ZHENXIONG,
    "彝良县",
    "威信县",
    "水富市",
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How big an instance is. Counts are of the whole instance unless the field says otherwise.

    Attributes
    ----------
    counties
        Real counties the townships are taken from.
    townships_per_county
        ``None``: all; else the county seat's first 街道 and its nearest neighbours.
    target
        People to be trained.
    persons
        Trainable people at home, about 3.3 to 3.4 for each person of the target.
    wished_courses
        Courses that a cohort wishes, at most.
    courses
        Codes of the courses taught; ``None``: the whole catalogue.
    venues_per_township, rooms_per_base, bases_per_county
        Township venues have one room each; training bases stand in the county seat.
    teams
        Fewest and most classes a provider runs at once.
    yuan_per_head
        Amounts of the four funds for each person of the target (see :mod:`planner.generate.tasks`).
    """

    title: str
    counties: tuple[str, ...]
    plan_start: date
    earliest_start: date
    weeks: int
    target: int
    persons: int
    providers: int
    groups: tuple[str, ...] = ("一般", "脱贫", "易迁", "脱贫易迁")
    townships_per_county: int | None = None
    wished_courses: int = 25
    courses: tuple[str, ...] | None = None
    venues_per_township: int = 1
    bases_per_county: int = 4
    rooms_per_base: tuple[int, int] = (2, 3)
    teams: tuple[int, int] = (2, 4)
    yuan_per_head: tuple[int, int, int, int] = (800, 347, 140, 200)


_DEMO_COURSES = (
    *("GY01", "GY06", "GY07", "GY12", "GY13", "GY14", "DS01", "DS02", "DS03", "JZ01", "JZ02", "JZ05", "JZ07", "JZ08"),
    *("CY01", "CY03", "FY01", "NN08", "NN10", "CYP1"),
)

SIZES: dict[str, Scale] = {
    "demo": Scale(
        "三乡镇演示",
        (HEZHANG,),
        date(2026, 5, 11),
        date(2026, 5, 25),
        weeks=12,
        target=300,
        persons=1_020,
        providers=2,
        groups=("一般", "脱贫"),
        townships_per_county=3,
        wished_courses=12,
        courses=_DEMO_COURSES,
        bases_per_county=1,
        rooms_per_base=(2, 2),
        yuan_per_head=(700, 150, 70, 80),
    ),
    "county": Scale(
        "赫章县规模",
        (HEZHANG,),
        date(2026, 1, 5),
        date(2026, 1, 19),
        weeks=52,
        target=7_200,
        persons=24_500,
        providers=10,
    ),
    "large-county": Scale(
        "镇雄县规模",
        (ZHENXIONG,),
        date(2026, 1, 5),
        date(2026, 1, 19),
        weeks=52,
        target=30_000,
        persons=102_000,
        providers=22,
        venues_per_township=2,
        bases_per_county=8,
        rooms_per_base=(3, 4),
        teams=(3, 5),
    ),
    "prefecture": Scale(
        "昭通市规模",
        ZHAOTONG,
        date(2026, 1, 5),
        date(2026, 1, 19),
        weeks=52,
        target=330_000,
        persons=1_089_000,
        providers=115,
        venues_per_township=3,
        bases_per_county=6,
        rooms_per_base=(3, 4),
        teams=(4, 6),
    ),
}
