"""About how long a comparison takes: the time the plan's own search took, times the searches that a question needs.

The numbers of searches of a curve, of more money and of least money were measured on a county of thirty townships,
those of the uncertain years fit one measured run; those of a scenario, a nested curve and a front are guessed
(docs/scenarios.md). What starts from the base's plan takes a part of a search only, and a search with less effort is
taken as that share of one. It is no promise: a computer that is busier now, or a plan that began at an earlier one,
takes another time.
"""

from __future__ import annotations

import math

from flask_babel import gettext

from web.compare_asking import EFFORTS, Asked

SEARCHES = {
    "base": 1.0,
    "scenario": 0.3,
    "curve": 3.0,
    "nested": 3.0,
    "front": 2.4,
    "addition": 1.5,
    "least": 1.0,
    "years": 0.1,
    "cautious": 7.0,
    "shocks": 15.0,
    "alternatives": 20.0,
}
"""Searches of full effort that each question comes to, with the base's own (``base``) once for all of them."""

LEAST_SECONDS = 10.0
"""Reading, starting and writing."""


def searches_of(asked: Asked) -> float | None:
    """Return the searches that all that was asked comes to; None when the user's own file knows what is asked."""
    if asked.uploaded:
        return None
    several = {
        "scenario": len({row[0] for row in asked.rows}), "front": len(asked.fronts), "curve": asked.curve,
        "nested": asked.nested, "addition": len(asked.added_yuan), "least": len(asked.jobs) + len(asked.persons),
    }  # fmt: skip
    counted = sum(SEARCHES[key] * number for key, number in several.items())
    return SEARCHES["base"] + counted + sum(SEARCHES[key] for key in asked.uncertain)


def estimated_seconds(plan_seconds: float, searches: float, effort: str) -> float:
    """Return about how long so many searches take with this effort, no longer than the effort allows."""
    work, most_seconds, *_ = EFFORTS[effort]
    return min(LEAST_SECONDS + plan_seconds * searches * work, most_seconds)


def about(seconds: float) -> str:
    """Say about how long something takes, in whole minutes."""
    minutes = math.ceil(seconds / 60 - 1e-9)
    return str(gettext("不到 1 分钟")) if minutes <= 1 else str(gettext("约 %(minutes)s 分钟", minutes=minutes))
