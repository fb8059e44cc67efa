"""Style sheets and scripts: their address names their content, so that a browser asks for each of them once."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

_DIGITS = 12
_ONE_YEAR_SECONDS = 31_536_000
_KEPT = f"private, max-age={_ONE_YEAR_SECONDS}, immutable"
"""By the browser alone: the answer prolongs the session, and no shared cache may hand out its cookie."""

_CONTENT = "v"


def init_static_files(app: Flask) -> None:
    """Add the content's hash to the address of each static file, and let what was asked for by it be kept.

    An address without the hash, or with that of another version, is asked for every time.
    """
    root = Path(app.static_folder or "")

    @app.url_defaults
    def name_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and _CONTENT not in values and (hashed := hash_of(root / values["filename"])):
            values[_CONTENT] = hashed

    @app.after_request
    def let_keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            asked = request.args.get(_CONTENT)
            if asked and asked == hash_of(root / (request.view_args or {})["filename"]):
                response.headers["Cache-Control"] = _KEPT
        return response


def hash_of(path: Path) -> str:
    """Return a file's hash as it is in addresses, empty when there is no such file."""
    try:
        state = path.stat()
        return _hash_of(path, state.st_mtime_ns, state.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=256)
def _hash_of(path: Path, changed_ns: int, size: int) -> str:
    del changed_ns, size  # a file that was written anew is another one
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
