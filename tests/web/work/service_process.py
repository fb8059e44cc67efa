"""Runs one process of the service for the fault tests: ``pages`` or ``coordinator`` with settings as JSON."""

from __future__ import annotations

import json
import logging
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
    server = waitress.create_server(create_app(config), host="127.0.0.1", port=0, threads=4)
    print(f"port {server.effective_port}", flush=True)
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
