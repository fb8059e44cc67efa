"""A service of its own to be measured: a fresh data folder, real settings, accounts, thrown away at the end."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from web.accounts.directory import Directory
from web.accounts.passwords import HashCost, Passwords
from web.settings import Settings
from web.store.database import Database, sqlite_url
from web.store.migrate import migrate
from web.store.models import Role
from web.store.tenancy import acting

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a fine day for planning"
_START_SECONDS, _WAIT_SECONDS = 60.0, 600.0
MOVING = frozenset({"examining", "queued", "running"})
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs: its address and its first process."""

    url: str
    process: psutil.Process

    def processes(self) -> list[psutil.Process]:
        """Return all its processes: pages, scheduler and worker, guards, planners."""
        return [self.process, *self.process.children(recursive=True)]

    def memory_megabytes(self) -> dict[str, float]:
        """Return the proportional memory (PSS) of each process, shared pages counted once among them."""
        told: dict[str, float] = {}
        for each in self.processes():
            try:
                name = " ".join(each.cmdline()[1:4])[:60] or each.name()
                told[f"{each.pid} {name}"] = each.memory_full_info().pss / 1e6
            except psutil.NoSuchProcess:
                continue
        return told

    def processor_seconds(self) -> float:
        """Return what all processes have used so far, those that ended and were waited for among them."""
        total = 0.0
        for each in self.processes():
            try:
                times = each.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
        return total


@contextmanager
def serving(folder: Path, logins: Sequence[str]) -> Iterator[Service]:
    """Serve from a fresh folder with an account for each login until the block ends."""
    make_accounts(folder, logins)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "web", "--port", str(port), "--data", str(folder)]
    with (
        (folder / "service.out").open("wb") as told,
        subprocess.Popen(words, cwd=ROOT, stdout=told, stderr=told) as run,
    ):
        try:
            service = Service(f"http://127.0.0.1:{port}", psutil.Process(run.pid))
            _await_start(service.url)
            yield service
        finally:
            run.terminate()
            run.wait(60)


def make_accounts(folder: Path, logins: Sequence[str]) -> None:
    """Make a bureau whose accounts have these logins, all with the same password; the first administers it."""
    folder.mkdir(parents=True, exist_ok=True)
    migrate(sqlite_url(folder))
    database, settings = Database(sqlite_url(folder)), Settings()
    passwords = Passwords(HashCost(settings.password_hash_kibibytes, settings.password_hash_passes))
    directory = Directory(database, passwords)
    first = directory.set_up("负荷测试县人社局", logins[0], logins[0], PASSWORD)
    with acting(first.actor):
        for login in logins[1:]:
            account, _ = directory.add(login, login, Role.PLANNER)
            directory.change_password(account, PASSWORD)
    database.close()


def _await_start(url: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            if requests.get(f"{url}/healthz", timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        if time.monotonic() > end:
            raise TimeoutError(f"no answer from {url} within {_START_SECONDS:g} s")
        time.sleep(0.1)


class Clerk:
    """Takes the steps a clerk takes with a browser, one after the other."""

    def __init__(self, url: str, login: str) -> None:
        self._url, self._session = url, requests.Session()
        token = token_of(self.get("/login").text)
        self.post("/login", {"login": login, "password": PASSWORD, "csrf_token": token})

    def get(self, path: str) -> requests.Response:
        """Open a page; any answer but a good one is an error."""
        answer = self._session.get(self._url + path, timeout=60)
        answer.raise_for_status()
        return answer

    def post(self, path: str, form: dict[str, str], file: Path | None = None) -> requests.Response:
        """Send a form and follow to the page it leads to."""
        files = {"workbook": (file.name, file.read_bytes())} if file is not None else None
        answer = self._session.post(self._url + path, data=form, files=files, timeout=60)
        answer.raise_for_status()
        return answer

    def upload(self, workbook: Path) -> str:
        """Upload a workbook and return the path of its job."""
        answer = self.post("/jobs", {"csrf_token": token_of(self.get("/new").text)}, workbook)
        return answer.url.removeprefix(self._url)

    def plan(self, job: str, seconds: int) -> None:
        """Have a job planned whose workbook was looked at."""
        self.post(f"{job}/plan", {"csrf_token": token_of(self.get(job).text), "time_limit": str(seconds),
                                  "budget": "", "timetable": "1"})  # fmt: skip

    def stop(self, job: str) -> None:
        """End a search with the best plan so far."""
        self.post(f"{job}/stop", {"csrf_token": token_of(self.get(job).text)})

    def state(self, job: str) -> str:
        """Return where a job stands."""
        return self.get(f"{job}/progress").headers["X-Job-State"]

    def wait(self, job: str, *also: str) -> str:
        """Wait until a job is at rest, or in one of these states; return its state."""
        end = time.monotonic() + _WAIT_SECONDS
        while (state := self.state(job)) in MOVING - set(also):
            if time.monotonic() > end:
                raise TimeoutError(f"{job} is still {state} after {_WAIT_SECONDS:g} s")
            time.sleep(0.2)
        return state


def token_of(page: str) -> str:
    """Return the token that a page's forms carry."""
    found = _TOKEN.search(page)
    if found is None:
        raise ValueError("the page has no form")
    return found[1]
