"""What has to be done once in a while whether anybody asks or not: versions leave the bin for good."""

from __future__ import annotations

import logging
import threading
import time

from web.data_folder import DataFolder
from web.jobs import JobStore
from web.version_pages import clear_bin

_log = logging.getLogger(__name__)
_EVERY_SECONDS = 3600.0


class Housekeeping:
    """A thread that looks once an hour."""

    def __init__(self, jobs: JobStore, data: DataFolder, bin_days: float) -> None:
        self._jobs, self._data, self._bin_days = jobs, data, bin_days
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._closing.set()

    def _keep(self) -> None:
        while True:
            try:
                cleared = clear_bin(self._jobs, self._data, time.time(), self._bin_days)
                if cleared:
                    _log.info("%s versions left the bin for good", cleared)
            except Exception:  # noqa: BLE001 - tried again in an hour
                _log.exception("the bin could not be cleared; tried again in an hour")
            if self._closing.wait(timeout=_EVERY_SECONDS):
                return
