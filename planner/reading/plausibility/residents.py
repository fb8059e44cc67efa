"""Residents of counties, from the packaged table of facts (its source and grade stand there)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[2] / "generate" / "facts" / "counties.csv"
"""Read here, since the generator's package takes half a second to load."""

LARGEST_COUNTY = 2_000_000
"""Taken for a county that is not in the table; ours (镇雄, the largest there, has 1.35 million)."""


def most_residents(county: str) -> tuple[int, bool]:
    """Return how many people live in a county, and whether that is known; else a number no county should pass."""
    known = _table().get(county)
    return (LARGEST_COUNTY, False) if known is None else (known, True)


@cache
def _table() -> dict[str, int]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["county"]: int(row["residents"]) for row in csv.DictReader(file)}
