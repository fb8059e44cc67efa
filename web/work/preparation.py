"""Has the solver compiled in the background when the service starts, once on a computer, before anybody waits for it.

It never stands in anybody's way: the planner gives way to all other processes while it compiles, a plan that begins
meanwhile compiles what it needs itself, and whatever goes wrong only means that the first plan compiles it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from web.work import task as task_module
from web.work.task import Task

_log = logging.getLogger(__name__)

_MOST_SECONDS = 1800.0
"""On a busy computer it may take long, since it only gets what others leave."""


class Preparation:
    """The compilation of this computer's solver; ``planner`` are the first words of the planner's command, none for
    this Python's own, ``rooms`` gives the folder in which it gets its room, ``memory_bytes`` is what it may take.
    """

    def __init__(self, planner: tuple[str, ...], memory_bytes: int, rooms: Callable[[], Path]) -> None:
        self._planner, self._memory_bytes, self._rooms = planner, memory_bytes, rooms
        self._closing, self._compiling = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="preparation", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    @property
    def under_way(self) -> bool:
        """Whether the solver is being compiled now."""
        return self._compiling.is_set()

    def close(self) -> None:
        """End it at once, as far as it goes on."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def tell(self, event: dict[str, Any]) -> None:
        """Hear that it compiles: it says nothing when there is nothing to do."""
        self._compiling.set()

    def stop_asked(self) -> bool:
        """Whether it should finish with what it has: it does not know how to."""
        return False

    def abandoned(self) -> bool:
        """Whether nobody waits any more."""
        return self._closing.is_set()

    def _run(self) -> None:
        try:
            task: Task = {
                "planner": list(self._planner),
                "words": ["prepare", "--progress", "json"],
                "inputs": {},
                "outputs": [],
                "most_seconds": _MOST_SECONDS,
                "stopping_seconds": 0.0,
                "stop": "",
                "memory_bytes": self._memory_bytes,
                "rooms": str(self._rooms()),
            }
            found = task_module.run(task, self)
            if found["exit_code"] != 0 and not self._closing.is_set():
                words = found["error_output"].decode("utf-8", "replace")[-2000:]
                _log.warning("the solver could not be compiled ahead; the first plan compiles it: %s", words)
        except Exception:  # noqa: BLE001 - whatever it was, the first plan compiles the solver
            _log.exception("the solver could not be compiled ahead; the first plan compiles it")
        finally:
            self._compiling.clear()
