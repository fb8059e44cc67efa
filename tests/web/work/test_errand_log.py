"""What is written down of an errand's life: every line names the errand and its job, however the errand ends."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from form_user import User, clerk_of
from sqlalchemy import select, update

from web.store.models import ErrandRow, ErrandState
from web.work.workforce import InProcess, RunLost

Record = Callable[[], list[dict[str, Any]]]
OF_ERRANDS = ("web.work.coordinator", "web.work.kinds", "web.work.task")
"""Loggers of what is done for one errand; others of background work tell of workers and of the service."""


def lines_of_errands(app: Flask, record: Record) -> list[str]:
    """Return the events of background work, after a look that each line names an errand of the database and its job."""
    lines = [line for line in record() if str(line.get("logger")).startswith(OF_ERRANDS)]
    with app.extensions["database"].reading() as session:
        jobs = {row.id: row.job_id for row in session.scalars(select(ErrandRow))}
    unbound = [line for line in lines if jobs.get(line.get("errand")) != line.get("job") or not line.get("job")]
    assert unbound == []
    return [line["event"] for line in lines]


def started(make_app: Callable[..., Flask], orders: dict[str, Any] | None = None, **config: Any) -> tuple[User, str]:
    """Return a clerk and the address of a job whose search has begun or is about to."""
    user = clerk_of(make_app(**config))
    return user, user.start(orders)


def await_line(app: Flask, record: Record, event: str) -> list[str]:
    """Wait until a line is written, and return all of background work."""
    end = time.monotonic() + 60
    while event not in (events := lines_of_errands(app, record)):
        assert time.monotonic() < end, events
        time.sleep(0.05)
    return events


def test_errands_that_end_well_are_told_from_begin_to_end(make_app: Callable[..., Flask], record: Record) -> None:
    """The look at the upload and the search."""
    user, address = started(make_app)
    user.wait(address)
    events = await_line(user.client.application, record, "plan ended: done")
    assert sorted(events) == [
        "examine begins, attempt 1", "examine ended: done", "plan begins, attempt 1", "plan ended: done",
    ]  # fmt: skip


def test_an_errand_that_is_lost_too_often_is_told_to_its_end(
    make_app: Callable[..., Flask], record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each lost attempt, and that it was given up, which is no errand's own thread that says it."""

    def lost(*_: Any) -> None:
        raise RunLost("the planner was killed")

    user = clerk_of(make_app())
    monkeypatch.setattr(InProcess, "run", lost)
    user.wait(user.upload())
    events = await_line(user.client.application, record, "examine given up: lost_too_often")
    assert [event for event in events if "lost:" in event] == [
        f"attempt {number} is lost: the planner was killed" for number in (1, 2, 3)
    ]


def test_an_errand_that_goes_to_another_coordinator_is_told(make_app: Callable[..., Flask], record: Record) -> None:
    """The lease that was lost, and the run that was dropped."""
    user, address = started(make_app, {"seconds": 20}, LEASE_SECONDS=1.2)
    user.wait(address, "running")
    app = user.client.application
    with app.extensions["database"].writing() as session:
        session.execute(update(ErrandRow).where(ErrandRow.state == ErrandState.RUNNING).values(owner="another"))
    events = await_line(app, record, "attempt 1 went to another coordinator")
    await_line(app, record, "attempt 1 is lost: nobody waits for it here any more")
    assert "plan begins, attempt 1" in events


@pytest.mark.parametrize(
    ("error", "failure"),
    [(RuntimeError("a mistake"), "internal"), (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "disk_full")],
)
def test_an_errand_that_fails_is_told_with_the_error(
    make_app: Callable[..., Flask], record: Record, monkeypatch: pytest.MonkeyPatch, error: Exception, failure: str
) -> None:
    """A mistake of the program, a full disk."""

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("web.work.kinds.plan.lay_down", fail)
    user, address = started(make_app)
    user.wait(address)
    events = await_line(user.client.application, record, f"plan given up: {failure}")
    assert "plan failed" in events
