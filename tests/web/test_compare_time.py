"""About how long comparisons take: what is added up, and where an estimate ends."""

from __future__ import annotations

import pytest

from web.compare_asking import EFFORTS, Asked, Topic
from web.compare_time import LEAST_SECONDS, SEARCHES, estimated_seconds, searches_of


def test_searches_add_up_with_the_bases_own_once() -> None:
    """Two scenarios, a curve, two second aims and a number to reach."""
    rows = tuple((name, "资金总额倍数", "", 0.9, "") for name in ("甲", "乙", "乙"))
    asked = Asked(Topic.SCENARIOS, rows=rows, curve=True, fronts=("heads", "farming"), jobs=(100,))
    each = [SEARCHES[key] for key in ("base", "scenario", "scenario", "curve", "front", "front", "least")]
    assert searches_of(asked) == pytest.approx(sum(each))


def test_of_the_users_own_file_nothing_is_estimated() -> None:
    """Only the planner reads what it asks."""
    assert searches_of(Asked(Topic.SCENARIOS, uploaded="情景.xlsx")) is None


def test_every_question_of_the_page_has_its_searches() -> None:
    """One that is added later must be measured, too."""
    from web.compare_asking import UNCERTAIN

    assert set(UNCERTAIN) <= set(SEARCHES)


@pytest.mark.parametrize("effort", EFFORTS)
def test_an_estimate_grows_with_effort_up_to_where_it_is_stopped(effort: str) -> None:
    """A share of the plan's own time for each search, never beyond the longest."""
    work, most, *_ = EFFORTS[effort]
    assert estimated_seconds(60.0, 2.0, effort) == pytest.approx(LEAST_SECONDS + 120 * work)
    assert estimated_seconds(1e9, 2.0, effort) == most
