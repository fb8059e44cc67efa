"""Who could be trained and what they wish: cohorts of the at-home pool and their wished courses.

The at-home trainable pool is older than the register (30/30/40 by age band; grade A, direction supported by the
2025 Zhaotong survey). Shares of groups are assumptions; resettled people live mainly in the 街道.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from planner.generate.facts import AGE_BANDS, CourseFact
from planner.generate.places import Place
from planner.generate.scale import Scale

AGE_SHARES = (0.30, 0.30, 0.40)
GROUP_SHARES = {"一般": 0.42, "脱贫": 0.44, "易迁": 0.05, "脱贫易迁": 0.09}
_RESETTLED_IN_TOWN = 4.0
_TOWNSHIP_SPREAD = 0.35
_COHORT_SPREAD = 0.15
_SIZE_BY_KIND = {"街道": 1.3, "镇": 1.2, "乡": 0.8}
_FEWEST_PERSONS = 3
_WISHES_PER_PERSON = 1.6
_MOST_OF_COHORT = 0.6
_TASTE_SHAPE = 2.0

_FIELD_CROPS = {"NN01": ("P1", "P2"), "NN02": ("P4", "P2"), "NN03": ("P4",), "NN04": ("P5", "P6"), "NN06": ("P2", "P6")}
"""Field courses that only townships with a matching crop wish."""

_RED_TOURISM_COUNTIES = ("威信县", "镇雄县")
_ETHNIC_TOWNSHIP_TASTE = 3.0
_WORKSHOP_TASTE_OF_RESETTLED = 2.0


@dataclass(frozen=True, slots=True)
class DrawnCohort:
    """A cohort with its people and its wishes: people willing by course name."""

    place: Place
    age_band: str
    group: str
    persons: int
    wishes: dict[str, int]


def offered_courses(scale: Scale, courses: tuple[CourseFact, ...]) -> tuple[CourseFact, ...]:
    """Return the courses of the catalogue that an instance of this size teaches."""
    return tuple(course for course in courses if scale.courses is None or course.code in scale.courses)


def draw_cohorts(
    scale: Scale, places: tuple[Place, ...], courses: tuple[CourseFact, ...], rng: np.random.Generator
) -> tuple[DrawnCohort, ...]:
    """Draw every cohort's people (they sum to ``scale.persons``) and wishes (they sum to more)."""
    size = rng.lognormal(0, _TOWNSHIP_SPREAD, len(places)) * [_SIZE_BY_KIND[place.fact.kind] for place in places]
    cells = [(i, age, group) for i in range(len(places)) for age in range(len(AGE_BANDS)) for group in scale.groups]
    weights = np.array([size[i] * AGE_SHARES[age] * _group_weight(places[i], group) for i, age, group in cells])
    weights *= rng.lognormal(0, _COHORT_SPREAD, len(cells))
    persons = _FEWEST_PERSONS + apportion(scale.persons - _FEWEST_PERSONS * len(cells), weights)
    taste = rng.gamma(_TASTE_SHAPE, 1 / _TASTE_SHAPE, (len(places), len(courses)))
    return tuple(
        DrawnCohort(
            places[i],
            AGE_BANDS[age],
            group,
            int(number),
            _wishes(places[i], AGE_BANDS[age], group, int(number), taste[i], scale, courses, rng),
        )
        for (i, age, group), number in zip(cells, persons, strict=True)
    )


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Split ``total`` into whole numbers proportional to ``weights`` by largest remainders (ties: earlier first)."""
    exact = total * weights / weights.sum()
    whole: np.ndarray = np.floor(exact).astype(int)
    rest = int(total - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:rest]] += 1
    return whole


def _group_weight(place: Place, group: str) -> float:
    resettled = _RESETTLED_IN_TOWN if place.is_town and "易迁" in group else 1.0
    return GROUP_SHARES[group] * resettled


def _wishes(
    place: Place,
    age_band: str,
    group: str,
    persons: int,
    taste: np.ndarray,
    scale: Scale,
    courses: tuple[CourseFact, ...],
    rng: np.random.Generator,
) -> dict[str, int]:
    """Draw which courses a cohort wishes and by how many people, each at most a part of the cohort."""
    liking = np.array([_liking(course, place, age_band, group) for course in courses]) * taste
    total = round(_WISHES_PER_PERSON * persons)
    number = min(scale.wished_courses, total, int((liking > 0).sum()))
    with np.errstate(divide="ignore"):
        # Gumbel noise on log weights draws without replacement in proportion to the weights.
        keys = np.log(liking) + rng.gumbel(size=len(courses))
    chosen = np.sort(np.argsort(-keys, kind="stable")[:number])
    people = 1 + apportion(total - number, liking[chosen])
    most = max(1, int(_MOST_OF_COHORT * persons))
    return {courses[c].name: min(int(n), most) for c, n in zip(chosen, people, strict=True)}


def _liking(course: CourseFact, place: Place, age_band: str, group: str) -> float:
    """Return the weight of a course for a cohort; 0 when its age band is not admitted or the crop does not grow."""
    if age_band not in course.age_bands:
        return 0.0
    crops = _FIELD_CROPS.get(course.code)
    if crops and place.calendar_key not in crops:
        return 0.0
    if course.row["产业"] == "农业" and place.is_town:
        return 0.0
    if course.code == "WL02" and place.fact.county not in _RED_TOURISM_COUNTIES:
        return 0.0
    liking = course.popularity * course.fit[age_band]
    if course.code == "FY01" and "族" in place.name:
        liking *= _ETHNIC_TOWNSHIP_TASTE
    if course.row["产业"] == "劳动密集" and "易迁" in group:
        liking *= _WORKSHOP_TASTE_OF_RESETTLED
    return liking


def wishes_by_course(cohorts: Iterable[DrawnCohort]) -> Counter[str]:
    """Return how many wishes each course has, by course name."""
    wishes: Counter[str] = Counter()
    for cohort in cohorts:
        wishes.update(cohort.wishes)
    return wishes


def cohort_rows(cohorts: tuple[DrawnCohort, ...]) -> list[dict[str, object]]:
    """Return the rows of sheet 劳动力."""
    return [
        {"乡镇": cohort.place.name, "年龄段": cohort.age_band, "群体": cohort.group, "可参训人数": cohort.persons}
        for cohort in cohorts
    ]


def demand_rows(cohorts: tuple[DrawnCohort, ...]) -> list[dict[str, object]]:
    """Return the rows of sheet 需求."""
    return [
        {
            "乡镇": cohort.place.name,
            "年龄段": cohort.age_band,
            "群体": cohort.group,
            "课程": course,
            "愿意人数": persons,
        }
        for cohort in cohorts
        for course, persons in cohort.wishes.items()
    ]


def group_rows(scale: Scale) -> list[dict[str, object]]:
    """Return the rows of sheet 群体 with the tags 脱贫 and 易迁."""
    return [
        {"群体": group, "脱贫": "是" if "脱贫" in group else "否", "易迁": "是" if "易迁" in group else "否"}
        for group in scale.groups
    ]


def age_band_rows() -> list[dict[str, object]]:
    """Return the rows of sheet 年龄段; both ends belong to the band."""
    limits = ((16, 39), (40, 50), (51, 60))
    return [{"年龄段": band, "最小": low, "最大": high} for band, (low, high) in zip(AGE_BANDS, limits, strict=True)]
