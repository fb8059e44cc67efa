"""Real calendar programs import our calendars: khal, which knows entries by their UID, and calcurse, which does not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from planner.domain.plan import Plan
from planner.export.calendar import write_calendars
from planner.export.folders import PaperFolders

from .builders import a_plan, an_instance, with_days

needs_khal = pytest.mark.skipif(not shutil.which("khal"), reason="khal is not installed: its import is not tried")
needs_calcurse = pytest.mark.skipif(not shutil.which("calcurse"), reason="calcurse is not installed: not tried")

KHAL_SETTINGS = """
[calendars]
[[plan]]
path = {folder}/entries
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
[sqlite]
path = :memory:
"""


def calendars(plan: Plan, root: Path) -> tuple[Path, ...]:
    """Write every calendar of the plan below ``root``."""
    return write_calendars(an_instance(), plan, PaperFolders(root, an_instance(), plan))


def run(folder: Path, *words: str | Path) -> str:
    """Run a program with ``folder`` as home, in Chinese time."""
    surroundings = os.environ | {"HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"}
    done = subprocess.run(words, capture_output=True, text=True, env=surroundings, timeout=120, check=True)
    return done.stdout


class Khal:
    """A khal with one empty calendar in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "entries").mkdir(parents=True)
        (folder / "settings").write_text(KHAL_SETTINGS.format(folder=folder), encoding="utf-8")

    def take(self, *paths: Path) -> None:
        """Import files as a user does who is asked nothing."""
        self._khal("import", "--batch", "-a", "plan", *paths)

    def listed(self) -> list[str]:
        """What khal shows of the year, once for each entry and day."""
        output = self._khal("list", "2026-01-01", "365d", "--format", "{start-date} {start-time} {end-time} {title}")
        return [line for line in output.splitlines() if re.match(r"\d{4}-", line)]

    @property
    def entries(self) -> int:
        """Number of entries kept."""
        return len(list((self._folder / "entries").iterdir()))

    def _khal(self, *words: str | Path) -> str:
        return run(self._folder, "khal", "-c", self._folder / "settings", *words)


@needs_khal
def test_khal_shows_class_days_at_their_hours(tmp_path: Path) -> None:
    """Ten days from 8:30 to 17:30 Chinese time and the exam."""
    plan = with_days(an_instance(), a_plan())
    khal = Khal(tmp_path / "khal")
    khal.take(next(path for path in calendars(plan, tmp_path / "papers") if "K001" in path.parts))
    listed = khal.listed()
    assert listed[0] == "2026-03-02 08:30 17:30 育婴员第1期 第1天（理论）"
    assert listed[-1].split() == ["2026-03-16", "考核：育婴员第1期（30人）"] and len(listed) == 11


@needs_khal
def test_khal_doubles_nothing(tmp_path: Path) -> None:
    """Every calendar of the county, imported twice into one, leaves each entry once."""
    paths = calendars(with_days(an_instance(), a_plan()), tmp_path / "papers")
    khal = Khal(tmp_path / "khal")
    khal.take(*paths)
    once, listed = khal.entries, khal.listed()
    khal.take(*paths)
    assert (khal.entries, khal.listed()) == (once, listed)
    assert once == 45  # two classes, exams and visits; 15 class days; 24 teacher days


@needs_khal
def test_khal_updates_a_class_that_moved(tmp_path: Path) -> None:
    """A class planned again from a changed workbook, a week later, is shown at its new days only."""
    plan = a_plan()
    later = tuple(replace(c, start_week=c.start_week + timedelta(7), end_week=c.end_week + timedelta(7))
                  for c in plan.classes)  # fmt: skip
    moved = replace(plan, classes=later, input_sha256="f" * 64)
    khal = Khal(tmp_path / "khal")
    khal.take(*calendars(with_days(an_instance(), plan), tmp_path / "papers"))
    before = khal.listed()
    khal.take(*calendars(with_days(an_instance(), moved), tmp_path / "moved"))

    def a_week_on(line: str) -> str:
        return f"{date.fromisoformat(line[:10]) + timedelta(7)}{line[10:]}"

    assert sorted(khal.listed()) == sorted(map(a_week_on, before))


@needs_calcurse
def test_calcurse_reads_every_entry(tmp_path: Path) -> None:
    """None is skipped, and hours are Chinese hours."""
    plan = with_days(an_instance(), a_plan())
    path = next(path for path in calendars(plan, tmp_path / "papers") if "K001" in path.parts)
    (tmp_path / "calcurse").mkdir()
    report = run(tmp_path, "calcurse", "-D", tmp_path / "calcurse", "-i", path)
    assert "10 apps / 1 event / 0 todos / 0 skipped" in report
    listed = (tmp_path / "calcurse" / "apts").read_text(encoding="utf-8")
    assert re.search(r"^03/02/2026 @ 08:30 -> 03/02/2026 @ 17:30.*育婴员第1期 第1天", listed, re.MULTILINE)
