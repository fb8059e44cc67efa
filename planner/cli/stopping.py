"""Stopping a solve: Ctrl-C, a terminate signal or a stop file end it with the best plan so far."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

_LOOK_SECONDS = 0.2


def stop_requests(stop_file: Path | None) -> Callable[[], bool]:
    """A question to ask during a solve: has the user asked to stop? The stop file is looked for every 0.2 s."""
    asked = False
    looked = 0.0

    def on_signal(_number: int, _frame: object) -> None:
        nonlocal asked
        asked = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)

    def stop() -> bool:
        nonlocal asked, looked
        now = time.monotonic()
        if not asked and stop_file is not None and now - looked >= _LOOK_SECONDS:
            looked = now
            asked = stop_file.exists()
        return asked

    return stop
