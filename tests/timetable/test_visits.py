"""Inspections: every class once, by few trips."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import product

import pytest

from planner.timetable.parts import Watch
from planner.timetable.visits import plan_visits

DAYS = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]


def fewest_trips(
    days: dict[str, tuple[date, ...]], township: dict[str, str], inspectors: int, a_day: int
) -> int | None:
    """The least number of trips by trying every choice of days; ``None`` when not all can be visited."""
    best = None
    for chosen in product(*days.values()):
        there = Counter((day, township[class_id]) for class_id, day in zip(days, chosen, strict=True))
        trips = {key: -(-number // a_day) for key, number in there.items()}
        per_day: Counter[date] = Counter()
        for (day, _), number in trips.items():
            per_day[day] += number
        if max(per_day.values()) <= inspectors:
            best = min(best or 99, sum(trips.values()))
    return best


@pytest.mark.parametrize(("inspectors", "a_day"), [(1, 2), (2, 2), (1, 1), (2, 1)])
def test_visits_take_as_few_trips_as_possible(inspectors: int, a_day: int) -> None:
    """Five classes in two townships over three days, compared with every choice."""
    early, late = tuple(DAYS[:3]), tuple(DAYS[1:3])
    days = {"甲": early, "乙": tuple(DAYS[:2]), "丙": late, "丁": (DAYS[0],), "戊": early}
    township = {"甲": "东镇", "乙": "东镇", "丙": "西镇", "丁": "西镇", "戊": "西镇"}
    expected = fewest_trips(days, township, inspectors, a_day)
    visits = plan_visits(days, township, inspectors, a_day, Watch())
    if expected is None:
        assert visits.missed and visits.proved
        return
    assert not visits.missed
    assert len({(visit.inspector, visit.day) for visit in visits.inspections}) == expected


def test_an_inspector_stays_in_one_township_and_within_the_daily_visits() -> None:
    """Four classes on one day in two townships, two inspectors: each goes to one township."""
    township = {"甲": "东镇", "乙": "东镇", "丙": "西镇", "丁": "西镇"}
    visits = plan_visits({class_id: (DAYS[0],) for class_id in township}, township, 2, 2, Watch())
    went: defaultdict[str, set[str]] = defaultdict(set)
    for visit in visits.inspections:
        went[visit.inspector].add(township[visit.class_id])
    assert not visits.missed and sorted(len(places) for places in went.values()) == [1, 1]


def test_too_few_inspectors_leave_out_as_few_classes_as_possible() -> None:
    """Five classes on one day, one inspector with two visits: three are missed, and that is proved."""
    township = {str(n): "东镇" for n in range(5)}
    visits = plan_visits({class_id: (DAYS[0],) for class_id in township}, township, 1, 2, Watch())
    assert len(visits.missed) == 3 and visits.proved
