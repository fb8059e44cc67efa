"""Minutes between townships against distances done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from planner.domain.instance import Township, TravelTime
from planner.model.travel import travel_minutes
from tests.checker.builders import an_instance

ONE_DEGREE_KM = 6371.0 * np.pi / 180.0


def minutes(*townships: Township, travel: tuple[TravelTime, ...] = ()) -> np.ndarray:
    """Minutes between the townships."""
    return travel_minutes(an_instance(townships=townships, travel=travel))


def test_a_tenth_of_a_degree_on_a_meridian() -> None:
    """6371 km · pi / 1800 = 11.119 km at two minutes: 22.24 minutes, both ways."""
    found = minutes(Township("西河", lon=105.0, lat=27.0), Township("南坪", lon=105.0, lat=27.1))
    assert found[0, 1] == pytest.approx(22.2390, abs=1e-4)
    assert found[1, 0] == found[0, 1]


def test_a_degree_of_longitude_on_the_equator_is_as_long() -> None:
    """On the equator both are one degree of a great circle."""
    found = minutes(Township("甲", lon=105.0, lat=0.0), Township("乙", lon=106.0, lat=0.0))
    assert found[0, 1] == pytest.approx(2.0 * ONE_DEGREE_KM, rel=1e-12)


def test_opposite_ends_of_the_earth() -> None:
    """Half the circumference, in spite of rounding in the haversine."""
    found = minutes(Township("甲", lon=0.0, lat=0.0), Township("乙", lon=180.0, lat=0.0))
    assert found[0, 1] == pytest.approx(360.0 * ONE_DEGREE_KM, rel=1e-9)


def test_a_row_counts_both_ways_and_wins_over_coordinates() -> None:
    """The mountain road takes 75 minutes, whatever the map says."""
    found = minutes(
        Township("西河", lon=105.0, lat=27.0),
        Township("南坪", lon=105.0, lat=27.1),
        travel=(TravelTime("南坪", "西河", 75.0),),
    )
    assert found.tolist() == [[0.0, 75.0], [75.0, 0.0]]


def test_a_pair_without_row_or_coordinates_is_unreachable() -> None:
    """Coordinates of one of the two are not enough."""
    found = minutes(Township("东山"), Township("西河", lon=105.0, lat=27.0))
    assert np.isinf(found[0, 1])
    assert np.isinf(found[1, 0])


def test_home_is_reached_at_once() -> None:
    """Without coordinates, and even if a row says otherwise."""
    found = minutes(Township("东山"), travel=(TravelTime("东山", "东山", 15.0),))
    assert found.tolist() == [[0.0]]


def test_half_a_coordinate_is_no_coordinate() -> None:
    """A longitude without a latitude leaves the pair unreachable."""
    found = minutes(Township("东山", lon=105.0), Township("西河", lon=105.0, lat=27.0))
    assert np.isinf(found[0, 1])
