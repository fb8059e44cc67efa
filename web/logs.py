"""The service's own record: one line of JSON per event in ``logs/service.jsonl`` of the data folder, and the console.

Lines hold identifiers of requests, jobs and accounts, never names, file contents, addresses of people or passwords.
"""

from __future__ import annotations

import logging
import logging.config
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, request

FILE = Path("logs") / "service.jsonl"
_SLOW_SECONDS = 5.0

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    structlog.processors.format_exc_info,
]


def configure(folder: Path, most_megabytes: int, files: int, *, console: bool = True) -> None:
    """Send all log lines of this process to the file, the important ones to the console, too.

    What the standard library's loggers say goes the same way.
    """
    (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
    handlers: dict[str, Any] = {
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": str(folder / FILE),
            "maxBytes": most_megabytes * 1024 * 1024,
            "backupCount": files,
            "encoding": "utf-8",
            "formatter": "json",
        }
    }
    if console:
        handlers["console"] = {"class": "logging.StreamHandler", "level": "WARNING", "formatter": "plain"}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": _formatter(structlog.processors.JSONRenderer(ensure_ascii=False)),
                "plain": _formatter(structlog.dev.ConsoleRenderer(colors=False)),
            },
            "handlers": handlers,
            "root": {"handlers": list(handlers), "level": "INFO"},
            "loggers": {"alembic": {"level": "WARNING"}, "distributed": {"level": "WARNING"}},
        }
    )
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _formatter(renderer: Any) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        "foreign_pre_chain": _SHARED,
    }


def bind(**identifiers: str) -> None:
    """Put identifiers (``job``, ``errand``) on every later line of this thread's present work."""
    structlog.contextvars.bind_contextvars(**identifiers)


@contextmanager
def bound(**identifiers: str) -> Iterator[None]:
    """Put identifiers on the lines of a block alone, in a thread that has to do with many jobs."""
    with structlog.contextvars.bound_contextvars(**identifiers):
        yield


def init_request_log(app: Flask) -> None:
    """Write a line for each change, failure and slow answer."""
    log = logging.getLogger("web.requests")

    @app.before_request
    def start() -> None:
        g.started = time.monotonic()
        structlog.contextvars.clear_contextvars()
        given = {name: str(value) for name, value in (request.view_args or {}).items() if name.endswith("_id")}
        if given:
            bind(**{name.removesuffix("_id"): value for name, value in given.items()})

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.monotonic() - g.get("started", time.monotonic())
        if request.method not in ("GET", "HEAD") or response.status_code >= 500 or seconds > _SLOW_SECONDS:
            account = g.get("account")
            told = {
                "endpoint": request.endpoint,
                "method": request.method,
                "status": response.status_code,
                "milliseconds": round(seconds * 1000),
                "account": account.id if account is not None else None,
            }
            log.info("request", extra=told)
        return response
