"""Backups asked for on a page: made in the background, kept in ``backups/`` of the data folder.

They hold the plans of all bureaus, so no page hands one out; whoever has the server takes the file from the folder.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from web.store.backup import make_backup

_log = logging.getLogger(__name__)
_NAME = re.compile(r"backup-\d{8}-\d{6}\.zip")


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup in the folder: its name, bytes and when it was made (seconds since the epoch)."""

    name: str
    size_bytes: int
    made_at: float


class Backups:
    """One backup at a time."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._data = url, folder
        self.folder = folder / "backups"
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.failed = False

    @property
    def under_way(self) -> bool:
        """Whether a backup is being made."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> bool:
        """Begin a backup; False when one is under way."""
        with self._lock:
            if self.under_way:
                return False
            target = self.folder / time.strftime("backup-%Y%m%d-%H%M%S.zip")
            self._thread = threading.Thread(target=self._make, args=(target,), name="backup", daemon=True)
            self._thread.start()
            return True

    def wait(self) -> None:
        """Wait until no backup is under way."""
        if self._thread is not None:
            self._thread.join()

    def listed(self) -> list[BackupFile]:
        """Return the backups there are, newest first."""
        found = [path for path in self.folder.iterdir() if _NAME.fullmatch(path.name)] if self.folder.is_dir() else []
        stats = [(path.name, path.stat()) for path in found]
        return sorted((BackupFile(name, stat.st_size, stat.st_mtime) for name, stat in stats), key=lambda b: -b.made_at)

    def _make(self, target: Path) -> None:
        try:
            made = make_backup(self._url, self._data, target)
            _log.info("backup of %s files", made.files)
            self.failed = False
        except Exception:  # noqa: BLE001 - whatever it was, the page must say that there is no backup
            _log.exception("no backup was made")
            self.failed = True
