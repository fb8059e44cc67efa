"""Slows down guessing: only failed attempts count, per login name and address together, per name and per address.

The counts live in the memory of the one web process.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from web.accounts.directory import normal_login

_SHARED_ADDRESS = 6
"""An office shares an address, and a name may be tried from many: these counts may be so many times as high."""

_GUESSED = ("accounts.sign_in", "accounts.set_up", "accounts.change_password")


def init_throttle(app: Flask) -> None:
    """Limit failed attempts at the views that take a password or code."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    few = int(app.config["SIGN_INS_PER_QUARTER_HOUR"])
    limits = (
        (f"{few} per 15 minutes", lambda: f"{_login()} {get_remote_address()}"),
        (f"{few * _SHARED_ADDRESS} per 15 minutes", get_remote_address),
        (f"{few * _SHARED_ADDRESS} per 15 minutes", lambda: f"name {_login()}"),
    )
    for endpoint in _GUESSED:
        view: Any = app.view_functions[endpoint]
        for limit, key in limits:
            view = limiter.limit(limit, key_func=key, deduct_when=_failed)(view)
        app.view_functions[endpoint] = view


def _login() -> str:
    return normal_login(request.form.get("login", ""))[:60]


def _failed(response: Response) -> bool:
    return response.status_code in (400, 401)
