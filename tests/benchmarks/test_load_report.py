"""The load test's table: what is read from locust's, and what misses the aims."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from benchmarks.load.__main__ import look_for
from benchmarks.load.report import PageTimes, misses, read_times, to_table

WORKBOOK = Path(__file__).resolve().parents[2] / "instances" / "demo.xlsx"


def times(errors: int = 0, idle_ms: float | None = 5.0, high_ms: float = 40.0) -> PageTimes:
    """A page's times that miss nothing."""
    return PageTimes("workbench", 100, errors, idle_ms, 9.0, high_ms)


def test_only_errors_and_slow_pages_miss_the_aims() -> None:
    """Ten times the idle median is still within; what was not asked at rest can only fail by an error."""
    assert misses([times(), times(high_ms=50.0), times(idle_ms=None, high_ms=9_000.0)]) == []
    assert misses([times(errors=2)]) == ["workbench: 2 errors"]
    assert misses([times(high_ms=51.0)]) == ["workbench: 95th percentile 10.2 times the idle median"]


def test_the_table_has_a_row_a_page_and_no_sum(tmp_path: Path) -> None:
    """Locust's own sum over all pages says nothing about any of them."""
    table = "Name,Request Count,Failure Count,Median Response Time,95%\nworkbench,7,1,9,40\nclass,0,0,0,0\n"
    path = tmp_path / "stats.csv"
    path.write_text(table + "Aggregated,7,1,9,40\n", encoding="utf-8")
    pages = read_times(path, {"workbench": 5.0})
    assert pages == [PageTimes("workbench", 7, 1, 5.0, 9.0, 40.0)]
    assert to_table(pages).splitlines()[2:] == ["| workbench | 7 | 1 | 5 ms | 9 ms | 40 ms | 8.0 |"]


class Service:
    """Answers for jobs by their path: a state and a workbook's content, or nothing."""

    def __init__(self, jobs: dict[str, tuple[str, bytes]]) -> None:
        self.jobs = jobs

    def state(self, job: str) -> str:
        """The job's state, an error for one that is gone."""
        if job not in self.jobs:
            raise requests.HTTPError("404")
        return self.jobs[job][0]

    def get(self, path: str) -> requests.Response:
        """The job's workbook."""
        answer = requests.Response()
        answer._content = self.jobs[path.removesuffix("/workbook")][1]
        return answer


@pytest.mark.parametrize(
    ("kept", "lost"),
    [
        (("done", WORKBOOK.read_bytes()), 0),
        (("queued", WORKBOOK.read_bytes()), 0),
        (("failed", WORKBOOK.read_bytes()), 1),
        (("ready", WORKBOOK.read_bytes()), 1),
        (("done", b"something else"), 1),
        (None, 1),
    ],
)
def test_what_was_accepted_and_does_not_stand_honestly_is_lost(
    kept: tuple[str, bytes] | None, lost: int, tmp_path: Path
) -> None:
    """A job that was to be planned must be planned or wait for it, with the workbook that was sent."""
    accepted = tmp_path / "accepted.jsonl"
    accepted.write_text("".join(json.dumps({"what": w, "job": "/jobs/a"}) + "\n" for w in ("uploaded", "planned")))
    found, states = look_for(Service({"/jobs/a": kept} if kept else {}), accepted)
    assert (len(found), sum(states.values())) == (lost, 1 - lost)
