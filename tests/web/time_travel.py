"""Lets time pass for signed cookies."""

from __future__ import annotations

import time

import pytest
from itsdangerous import TimestampSigner

_REAL = time.time


def pass_hours(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    """Let the signer of cookies believe that it is so many hours later than it is."""
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(_REAL() + hours * 3600))
