"""A user of the form, as the tests play one."""

from __future__ import annotations

import io
import json
import re
import time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from web.work.wiring import Works

PATIENCE_SECONDS = 60.0


def works_of(app: Flask) -> Works:
    """Return the application's background work."""
    return app.extensions["works"]


LOGIN, PASSWORD = "clerk", "a fine day for planning"
"""The administrator of the first bureau in the tests."""


def open_bureau(app: Flask) -> None:
    """Make the first bureau and its administrator, unless there is one already."""
    directory = app.extensions["directory"]
    if not directory.is_set_up():
        directory.set_up("某县人社局", LOGIN, "王芳", PASSWORD)


def clerk_of(app: Flask, login: str = LOGIN, password: str = PASSWORD) -> User:
    """Return a user of that application who has signed in."""
    user = User(app.test_client())
    user.sign_in(login, password)
    return user


class User:
    """Takes the steps a user takes, and reads the page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def sign_in(self, login: str = LOGIN, password: str = PASSWORD) -> None:
        """Sign in with the page's form."""
        page = self.client.get("/login").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        form = {"login": login, "password": password, "csrf_token": token[1] if token else ""}
        assert self.client.post("/login", data=form).status_code == 303

    def upload(self, content: bytes | dict[str, Any] | None = None, name: str = "county.xlsx") -> str:
        """Upload a workbook (for the fake planner: its orders) and return the address of its page."""
        data = json.dumps(content or {}).encode() if not isinstance(content, bytes) else content
        answer = self.client.post("/jobs", data={"workbook": (io.BytesIO(data), name)})
        assert answer.status_code == 303, answer.text
        return answer.location

    def wait(self, address: str, *states: str) -> str:
        """Wait until the job is in one of these states, or at rest, and return its page."""
        end = time.monotonic() + PATIENCE_SECONDS
        moving = {"examining", "queued", "running"} - set(states)
        while (state := self.state(address)) in moving:
            assert time.monotonic() < end, f"still {state}"
            time.sleep(0.05)
        return self.client.get(address).text

    def state(self, address: str) -> str:
        """Return the job's state."""
        return self.client.get(f"{address}/progress").headers["X-Job-State"]

    def start(self, orders: dict[str, Any] | None = None, **form: str) -> str:
        """Upload, wait for the examination and start planning."""
        address = self.upload(orders)
        self.wait(address)
        answer = self.client.post(f"{address}/plan", data={"time_limit": "60", "budget": "", "timetable": "1"} | form)
        assert answer.status_code == 303, answer.text
        return address

    def start_in_weeks(self, orders: dict[str, Any] | None = None) -> str:
        """Upload, wait for the examination and start planning with the timetable's box left open."""
        address = self.upload(orders)
        self.wait(address)
        answer = self.client.post(f"{address}/plan", data={"time_limit": "60", "budget": ""})
        assert answer.status_code == 303, answer.text
        return address

    def write_papers(self, address: str) -> str:
        """Have the papers of a finished plan written, wait for their end and return the page."""
        assert self.client.post(f"{address}/papers").status_code == 303
        self.await_papers(address, "done", "failed")
        return self.client.get(address).text

    def await_papers(self, address: str, *states: str) -> str:
        """Wait until the papers are in one of these states and return the moving part."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self.client.get(f"{address}/papers/progress")
            if answer.headers["X-Job-State"] in states:
                return answer.text
            assert time.monotonic() < end, "papers are still moving"
            time.sleep(0.05)

    def plan(self, orders: dict[str, Any] | None = None, **form: str) -> str:
        """Plan to the end and return the page."""
        return self.wait(self.start(orders, **form))


def text_of(page: str) -> str:
    """Return a page's visible text."""
    body = page.split("<main", 1)[-1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
