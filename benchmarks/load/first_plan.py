"""A real county from upload to its first plan on the page, the way from 停止 to the result, and memory at rest."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.load.service import ROOT, Clerk, Service, serving

_WORKBOOK = ROOT / "instances" / "hezhang.xlsx"
_LIMIT_SECONDS = 180
_SETTLE_SECONDS = 5.0
_WAIT_SECONDS = 300.0


def measure_first_plan(folder: Path) -> None:
    """Upload, plan, wait for the first plan, stop, wait for the result; print each step."""
    print(f"load {' '.join(f'{one:.1f}' for one in os.getloadavg())}, {os.cpu_count()} cores", flush=True)
    with serving(folder / "data", ["clerk"]) as service:
        clerk = Clerk(service.url, "clerk")
        _tell_memory("memory before the first job", service)
        clock = _Clock(service)
        job = clerk.upload(_WORKBOOK)
        clock.tell("upload accepted")
        clerk.wait(job)
        clock.tell("looked at")
        clerk.plan(job, _LIMIT_SECONDS)
        clock.tell("planning asked for")
        clerk.wait(job, "running")
        clock.tell("planner begun")
        _until(lambda: "正在寻找第一个方案" not in clerk.get(f"{job}/progress").text)
        clock.tell("first plan on the page")
        clerk.stop(job)
        stopping = _Clock(service)
        state = clerk.wait(job)
        stopping.tell(f"after the stop: {state}")
        clerk.get(job)
        stopping.tell("after the stop: result on the page")
        time.sleep(_SETTLE_SECONDS)
        _tell_memory("memory at rest, workers started", service)


class _Clock:
    """Seconds of the clock and of processor time since it was made."""

    def __init__(self, service: Service) -> None:
        self._service, self._began, self._used = service, time.monotonic(), service.processor_seconds()

    def tell(self, what: str) -> None:
        """Print how far it has come."""
        seconds, used = time.monotonic() - self._began, self._service.processor_seconds() - self._used
        print(f"{seconds:6.1f} s, {used:5.1f} s of processor: {what}", flush=True)


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"no plan on the page within {_WAIT_SECONDS:g} s")
        time.sleep(0.2)


def _tell_memory(what: str, service: Service) -> None:
    told = service.memory_megabytes()
    print(f"{what}: {sum(told.values()):.0f} MB (PSS)", flush=True)
    for name, megabytes in told.items():
        print(f"    {megabytes:5.0f} MB  {name}", flush=True)
