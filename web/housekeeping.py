"""What has to be done once in a while whether anybody asks or not: versions leave the bin for good, and so does what is
left of sessions that have ended.
"""

from __future__ import annotations

import logging
import threading
import time

from web.accounts.directory import Directory
from web.data_folder import DataFolder
from web.jobs import JobStore
from web.version_pages import clear_bin

_log = logging.getLogger(__name__)
_EVERY_SECONDS = 3600.0


class Housekeeping:
    """A thread that looks once an hour."""

    def __init__(self, jobs: JobStore, data: DataFolder, bin_days: float, directory: Directory) -> None:
        self._jobs, self._data, self._bin_days, self._directory = jobs, data, bin_days, directory
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._closing.set()

    def look(self) -> None:
        """Clear away what there is."""
        cleared = clear_bin(self._jobs, self._data, time.time(), self._bin_days)
        if cleared:
            _log.info("%s versions left the bin for good", cleared)
        self._directory.clear_sessions()

    def _keep(self) -> None:
        while True:
            try:
                self.look()
            except Exception:  # noqa: BLE001 - tried again in an hour
                _log.exception("bin and sessions could not be cleared; tried again in an hour")
            if self._closing.wait(timeout=_EVERY_SECONDS):
                return
