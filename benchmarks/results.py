"""Results as JSON lines: one object per run, each with commit, date and machine. No paths, no host names."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.child import ROOT

Result = dict[str, Any]
"""One run. ``part`` says which fields it has (see the modules that measure)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a result comes from; ``commit`` ends in ``+`` when files differed from it."""

    commit: str
    date: str
    machine: str
    python: str


@cache
def origin() -> Origin:
    """Of this process: today's date, the checked-out commit and the machine."""
    return Origin(_commit(), date.today().isoformat(), _machine(), platform.python_version())


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    head = git("rev-parse", "--short", "HEAD")
    return f"{head or 'unknown'}{'+' if git('status', '--porcelain', '--untracked-files=no') else ''}"


def _machine() -> str:
    """Processor, cores and memory, as far as the system tells."""
    processor = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        models = [line.partition(":")[2].strip() for line in cpuinfo.read_text(encoding="utf-8").splitlines()
                  if line.startswith("model name")]
        processor = models[0] if models else processor
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{processor}, {len(os.sched_getaffinity(0))} cores, {memory_gb:.0f} GB, {platform.system()}"


class ResultFile:
    """A JSON-lines file that results are appended to, one by one, so that an interrupted benchmark keeps its runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, result: Result) -> None:
        """Append a result with its origin."""
        line = json.dumps(result | asdict(origin()), ensure_ascii=False, allow_nan=False)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def read_results(path: Path) -> list[Result]:
    """All results of a file, oldest first."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def newest(results: Iterable[Result], part: str, *key: str) -> list[Result]:
    """The last result of each ``key`` (field names) in a part, in the order of first appearance."""
    latest: dict[tuple[Any, ...], Result] = {}
    for result in results:
        if result["part"] == part:
            latest[tuple(result[name] for name in key)] = result
    return list(latest.values())
