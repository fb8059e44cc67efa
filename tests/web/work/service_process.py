"""Runs one process of the service for the fault tests: ``pages`` or ``coordinator`` with settings as JSON."""

from __future__ import annotations

import json
import logging
import signal
import sys

import waitress

from web import create_app
from web.work.command import coordinate


def main(role: str, settings: str) -> None:
    """Run until ended."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    config = json.loads(settings)
    if role == "coordinator":
        coordinate(config)
        return
    signal.signal(signal.SIGTERM, lambda *given: sys.exit())
    app = create_app(config)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    try:
        server.run()
    finally:
        app.extensions["works"].coordinator.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
