"""``coordinate``: hand errands out from a process of its own, beside the pages or on another computer."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from web.data_folder import DataFolder
from web.jobs import JobStore
from web.store.database import Database, sqlite_url
from web.work.wiring import DEFAULTS, wire

_log = logging.getLogger(__name__)


def hand_out(config: Mapping[str, Any]) -> None:
    """Coordinate until the process is asked to end (SIGTERM, Ctrl-C); what runs then goes back into the queue.

    ``config`` holds ``DATA_FOLDER``, ``DATABASE_URL`` and what differs from :data:`web.work.wiring.DEFAULTS`. The
    database must be there: the service makes it.
    """
    data = DataFolder(Path(config["DATA_FOLDER"]))
    database = Database(config.get("DATABASE_URL") or sqlite_url(data.root))
    works = wire(DEFAULTS | dict(config), database, JobStore(database), data)
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    works.coordinator.start(alone=False)
    if works.preparation is not None:
        works.preparation.start()
    _log.info("coordinator %s", works.coordinator.owner)
    while not ended.wait(timeout=1.0):
        pass
    if works.preparation is not None:
        works.preparation.close()
    works.coordinator.close()
    database.close()
