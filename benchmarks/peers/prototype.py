"""An engine from elsewhere as a peer: a folder with ``drive.py SEED BOUND_SECONDS SEARCH_SECONDS``.

It plans an instance of its own and prints one line, ``seed 0 bound 100.0 @5.0s plan 99.0 @20.0s gap 1.0000% ...``.
These are its own figures on its own county: nothing of it is checked here, and its values do not compare with ours.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.child import Limits, run_child
from benchmarks.planner_run import failure
from benchmarks.results import Result

_LINE = re.compile(
    r"bound (?P<bound>[\d.]+) @(?P<bound_seconds>[\d.]+)s plan (?P<value>[\d.]+) @(?P<seconds>[\d.]+)s"
)
_COMPILE_SECONDS = 180.0


def run_prototype(
    folder: Path, python: str, seed: int, bound_seconds: float, search_seconds: float, memory_gb: float
) -> Result:
    """Run the prototype in ``folder`` with its own ``python`` and take its own figures down."""
    command = [python, "drive.py", str(seed), str(bound_seconds), str(search_seconds)]
    limit = 2 * (bound_seconds + search_seconds) + _COMPILE_SECONDS
    done = run_child(command, Limits(limit, memory_gb), folder)
    result: Result = {
        "solver": "prototype", "time_limit": bound_seconds + search_seconds, "check": "its own",
        "process_seconds": round(done.seconds, 2), "memory_gb": round(done.memory_gb, 3),
    }
    figures = read_line(" ".join(line for _, line in done.lines))
    if done.exit_code != 0 or not figures:
        return result | {"outcome": failure(done, memory_gb), "value": None, "bound": None}
    return result | figures | {"outcome": "feasible"}


def read_line(text: str) -> Result:
    """Value, bound, gap and seconds of the line it prints; empty when there is none."""
    found = _LINE.search(text)
    if not found:
        return {}
    figures: Result = {name: float(number) for name, number in found.groupdict().items()}
    return figures | {"gap": (figures["bound"] - figures["value"]) / figures["bound"]}
