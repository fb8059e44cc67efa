"""Work on a second thread while the loop goes on, so that a stop is answered at once.

A task that is not waited for any more (the run was stopped) ends by itself: every long task asks for the stop.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_POLL_SECONDS = 0.05


class Aside(Generic[T]):
    """A task on a thread of its own; its result or its error is had by :meth:`result` once it is done."""

    def __init__(self, task: Callable[[], T]) -> None:
        self._task = task
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._result.append(self._task())
        except BaseException as error:  # noqa: BLE001  raised again where the result is asked for
            self._error = error

    @property
    def done(self) -> bool:
        """Whether the task has ended."""
        return not self._thread.is_alive()

    def result(self) -> T:
        """The task's result; raises what the task raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result[0]


def wait(tasks: list[Aside], keep_on: Callable[[], bool]) -> bool:
    """Wait for all tasks; false when ``keep_on`` answered no before they were done (asked every 0.05 s)."""
    while not all(task.done for task in tasks):
        if not keep_on():
            return all(task.done for task in tasks)
        time.sleep(_POLL_SECONDS)
    return True
