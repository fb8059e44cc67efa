"""``prepare``: compile what the first plan on a computer would wait half a minute for."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_LEAST_NICE = 19


def prepare(compiling: Callable[[], None]) -> float | None:
    """Compile the kernels unless they are there; return the seconds it took, None when there was nothing to do.

    ``compiling`` is called before a compilation begins. The process gives way to every other one from then on.
    """
    from planner.engine.ahead import are_compiled, compile_kernels, note_compiled

    if are_compiled():
        return None
    compiling()
    started = time.monotonic()
    _give_way()
    from planner.generate import generate_workbook
    from planner.model.problem import build_problem
    from planner.workbook.read import read_workbook

    with tempfile.TemporaryDirectory() as folder:
        county = Path(folder) / "county.xlsx"
        generate_workbook("demo", 0, county)
        problem = build_problem(read_workbook(county).instance)
    compile_kernels(problem)
    note_compiled()
    return time.monotonic() - started


def _give_way() -> None:
    """Run only when nobody else wants the processor, as far as the system knows how to.

    Where Linux groups processes by session, only the group's priority counts against others: it is lowered where the
    session is this process's own, as the service's are.
    """
    with suppress(AttributeError, OSError):
        os.nice(_LEAST_NICE)
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with suppress(AttributeError, OSError):
        if os.getsid(0) == os.getpid():
            Path("/proc/self/autogroup").write_text(str(_LEAST_NICE), encoding="ascii")
