"""Where tasks run: in this process, in worker processes, or later on a cluster.

A task is a plain function of a module with arguments that can be pickled. A *lane* runs its tasks one after another
and may keep what an earlier task of the lane has left in its process (the arrays of its regions, for example), as a
worker of a Dask cluster would. Results do not depend on the kind of lanes.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, Protocol

import numba

Watch = Callable[[int, float], bool]
"""Told a region and the value of its best plan; whether the task shall go on."""

_watch: Watch = lambda region, value: True  # noqa: E731 - replaced by a lane


def go_on(region: int, value: float) -> bool:
    """Tell whoever watches this process how a region stands; whether to go on."""
    return _watch(region, value)


class Lanes(Protocol):
    """Places to run tasks."""

    count: int

    def submit(self, lane: int, task: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Run a task on a lane, after the lane's earlier ones."""

    def halt(self, halted: bool) -> None:
        """Ask running tasks to end with what they have (or allow new ones to run)."""

    def values(self) -> list[float]:
        """Best values of the regions as last told."""

    def close(self) -> None:
        """End the lanes; tasks still running are abandoned."""


class SerialLanes:
    """One lane in this process; ``stopped`` is asked by every task that goes on."""

    count = 1

    def __init__(self, regions: int, watch: Watch = lambda region, value: True) -> None:
        global _watch  # noqa: PLW0603 - the process is the lane
        self._values = [-float("inf")] * regions
        self._halted = False
        self._asked = watch
        _watch = self._told

    def _told(self, region: int, value: float) -> bool:
        self._values[region] = value
        return self._asked(region, value) and not self._halted

    def submit(self, lane: int, task: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Run the task at once."""
        del lane
        done: Future[Any] = Future()
        done.set_result(task(*arguments))
        return done

    def halt(self, halted: bool) -> None:
        """Tasks end at their next question while halted."""
        self._halted = halted

    def values(self) -> list[float]:
        """Best values of the regions as last told."""
        return list(self._values)

    def close(self) -> None:
        """Nobody watches this process any more."""
        global _watch  # noqa: PLW0603
        _watch = lambda region, value: True  # noqa: E731


class ProcessLanes:
    """A worker process for each lane, started afresh (not forked), so that it is the same on every system."""

    def __init__(self, count: int, regions: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.count = count
        self._halt = context.Event()
        self._values = context.Array("d", [-float("inf")] * regions, lock=False)
        self._pools = [
            ProcessPoolExecutor(1, context, initializer=_begin, initargs=(self._halt, self._values))
            for _ in range(count)
        ]

    def submit(self, lane: int, task: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Queue the task for the lane's process."""
        return self._pools[lane].submit(task, *arguments)

    def halt(self, halted: bool) -> None:
        """Tasks of all processes end at their next question while halted."""
        if halted:
            self._halt.set()
        else:
            self._halt.clear()

    def values(self) -> list[float]:
        """Best values of the regions as last told."""
        return list(self._values)

    def close(self) -> None:
        """End the processes, whatever they do."""
        for pool in self._pools:
            processes = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()


def _begin(halt: Any, values: Any) -> None:
    """First thing in a worker: one thread for kernels, answers to the parent's questions."""
    global _watch  # noqa: PLW0603 - the process is the lane
    numba.set_num_threads(1)

    def told(region: int, value: float) -> bool:
        values[region] = value
        return not halt.is_set()

    _watch = told
