"""Lets time pass for sessions: for the signer of cookies, and for the rows that the server keeps."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from itsdangerous import TimestampSigner

from web.accounts import directory

_REAL = time.time


def pass_hours(monkeypatch: pytest.MonkeyPatch, hours: float, *, cookies: bool = True) -> None:
    """Let it be so many hours later than it is; with ``cookies=False`` for the server's rows alone."""

    def later() -> float:
        return _REAL() + hours * 3600

    if cookies:
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(later()))
    monkeypatch.setattr(directory, "time", SimpleNamespace(time=later))
