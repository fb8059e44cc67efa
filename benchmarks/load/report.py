"""The load test's table: each page at rest and under load."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

MOST_TIMES = 10.0
"""How many times its idle median a page may take for 95 of 100 requests."""

WITHOUT_REST = frozenset({"Aggregated"})


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Answers of a page: how many, how many failed, milliseconds; ``idle_ms`` is None if it was not asked at rest."""

    page: str
    requests: int
    errors: int
    idle_ms: float | None
    median_ms: float
    high_ms: float

    @property
    def times(self) -> float | None:
        """How many times the idle median the 95th percentile is."""
        return None if not self.idle_ms else self.high_ms / self.idle_ms


def read_times(stats: Path, idle_ms: Mapping[str, float]) -> list[PageTimes]:
    """Read locust's table of requests; ``idle_ms`` are the medians at rest by page."""
    with stats.open(encoding="utf-8", newline="") as table:
        return [
            PageTimes(
                row["Name"], int(row["Request Count"]), int(row["Failure Count"]), idle_ms.get(row["Name"]),
                float(row["Median Response Time"]), float(row["95%"]),
            )
            for row in csv.DictReader(table) if row["Name"] not in WITHOUT_REST and int(row["Request Count"])
        ]  # fmt: skip


def to_table(pages: Iterable[PageTimes]) -> str:
    """Return the times as a Markdown table."""
    lines = ["| page | requests | errors | idle median | median | 95th percentile | 95th / idle |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for page in pages:
        idle = "–" if page.idle_ms is None else f"{page.idle_ms:.0f} ms"
        times = "–" if page.times is None else f"{page.times:.1f}"
        counts, seen = f"{page.requests} | {page.errors}", f"{page.median_ms:.0f} ms | {page.high_ms:.0f} ms"
        lines.append(f"| {page.page} | {counts} | {idle} | {seen} | {times} |")
    return "\n".join(lines)


def misses(pages: Iterable[PageTimes]) -> list[str]:
    """Return what misses the aim: no error, and the 95th percentile within ten times the idle median."""
    found = []
    for page in pages:
        if page.errors:
            found.append(f"{page.page}: {page.errors} errors")
        if page.times is not None and page.times > MOST_TIMES:
            found.append(f"{page.page}: 95th percentile {page.times:.1f} times the idle median")
    return found
