"""Clerks who browse, and clerks who upload and plan, as locust plays them (``python -m benchmarks.load`` starts it).

The file named by ``LOAD_CAST`` says who they are: logins, the finished plan they look at, the workbook they upload.
What the service accepted is written down line by line beside it, so that it can be looked for afterwards.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
from pathlib import Path

import gevent
from locust import HttpUser, between, task

from benchmarks.load.pages import PAGES, WEIGHTS, path_of
from benchmarks.load.service import MOVING, PASSWORD, token_of

_CAST = json.loads(Path(os.environ["LOAD_CAST"]).read_text(encoding="utf-8"))
_ACCEPTED = Path(_CAST["accepted"])
_STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
_POLL_SECONDS = 2.0
_NUMBERS = itertools.count()
_NAMES = tuple(PAGES)


class _Person(HttpUser):  # type: ignore[misc]  # locust has no types
    """Signs in, and has a browser's cache of style sheets and scripts."""

    abstract = True
    logins: tuple[str, ...] = ()

    def on_start(self) -> None:
        """Sign in."""
        number = next(_NUMBERS)
        self.chance = random.Random(number)
        self._known: dict[str, str] = {}
        token = token_of(self.client.get("/login", name="sign-in page").text)
        form = {"login": self.logins[number % len(self.logins)], "password": PASSWORD, "csrf_token": token}
        self.client.post("/login", form, name="signing in")

    def open(self, path: str, name: str) -> str:
        """Open a page with its style sheets and scripts, as far as a browser would ask for them."""
        text: str = self.client.get(path, name=name).text
        for file in sorted(set(_STATIC.findall(text))):
            self._fetch(file)
        return text

    def _fetch(self, file: str) -> None:
        """Ask for a static file: not at all while its lifetime lasts, else whether it has changed."""
        known = self._known.get(file)
        if known == "fresh":
            return
        answer = self.client.get(file, name="static file", headers={"If-None-Match": known} if known else {})
        lasting = "max-age" in answer.headers.get("Cache-Control", "")
        self._known[file] = "fresh" if lasting else answer.headers.get("ETag", "")


class Browsing(_Person):
    """Looks at one page after the other, with 4 to 12 seconds to read each."""

    fixed_count = _CAST["browsing"]
    logins = tuple(_CAST["logins"][: _CAST["browsing"]])
    wait_time = between(4, 12)

    @task
    def look(self) -> None:
        """Look at a page."""
        page = self.chance.choices(_NAMES, [WEIGHTS.get(name, 1) for name in _NAMES])[0]
        path = path_of(page, _CAST["job"], _CAST["classes"], self.chance)
        if page.startswith("download") or page == "Gantt figures":
            self.client.get(path, name=page)
        else:
            self.open(path, page)


class Planning(_Person):
    """Uploads a workbook, plans it with the shortest limit, watches the page, starts the next one."""

    fixed_count = _CAST["planning"]
    logins = tuple(_CAST["logins"][_CAST["browsing"] :])
    wait_time = between(4, 12)

    @task
    def upload_and_plan(self) -> None:
        """Take one workbook to its plan, or until the patience of a clerk ends."""
        token = token_of(self.open("/new", "new plan"))
        workbook = Path(_CAST["workbook"])
        answer = self.client.post(
            "/jobs", {"csrf_token": token}, files={"workbook": (workbook.name, workbook.read_bytes())},
            name="upload", allow_redirects=False,
        )  # fmt: skip
        if answer.status_code != 303:
            answer.raise_for_status()
            return
        job = answer.headers["Location"]
        note("uploaded", job)
        self._watch(job, _CAST["patience_seconds"])
        token = token_of(self.open(job, "ready"))
        form = {"csrf_token": token, "time_limit": str(_CAST["limit_seconds"]), "budget": "", "timetable": "1"}
        if self.client.post(f"{job}/plan", form, name="start planning", allow_redirects=False).status_code == 303:
            note("planned", job)
        self.open(job, "progress page")
        self._watch(job, _CAST["patience_seconds"])

    def _watch(self, job: str, seconds: float) -> None:
        """Ask as the page's script does until the job is at rest."""
        for _ in range(int(seconds / _POLL_SECONDS)):
            state = self.client.get(f"{job}/progress", name="progress").headers.get("X-Job-State")
            if state not in MOVING:
                return
            gevent.sleep(_POLL_SECONDS)


def note(what: str, job: str) -> None:
    """Write down what the service has accepted."""
    with _ACCEPTED.open("a", encoding="utf-8") as told:
        told.write(json.dumps({"what": what, "job": job}) + "\n")
