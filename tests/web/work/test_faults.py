"""Each process of the service is killed in turn in the middle of a search: it ends done, as a later attempt.

The processes are real: pages with a worker of their own, and a cluster of a scheduler, two workers and two coordinators
over encrypted links. The test itself plays the clerk from a process that hands nothing out.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import form_user
import pytest
from conftest import FAKE_PLANNER
from flask import Flask
from form_user import User, clerk_of, works_of
from planner_processes import await_planner, planner_pids
from service_processes import (
    Processes,
    await_true,
    free_port,
    kill,
    local_worker_of,
    processes,
    write_certificate,
)

from web.store.models import ErrandKind
from web.work.errands import Errand

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
LEASE_SECONDS = 4.0
SEARCH = {"seconds": 4}


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes take their time to start on a busy computer."""
    monkeypatch.setattr(form_user, "PATIENCE_SECONDS", 90.0)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Pages that hand nothing out."""
    return make_app(COORDINATOR="elsewhere")


def settings(tmp_path: Path, **more: Any) -> dict[str, Any]:
    data, instances = str(tmp_path / "data"), str(tmp_path / "instances")
    own = {"DATA_FOLDER": data, "INSTANCES_FOLDER": instances, "PLANNER_COMMAND": FAKE_PLANNER}
    return own | {"LEASE_SECONDS": LEASE_SECONDS} | more


def errand_of(app: Flask, address: str) -> Errand:
    desk = app.extensions["desk"]
    errand = works_of(app).errands.latest(desk.jobs.get(address.rsplit("/", 1)[1]), ErrandKind.PLAN)
    assert errand is not None
    return errand


def start(user: User, tmp_path: Path) -> tuple[str, int]:
    """Start a search and wait until its planner runs; return the job's address and the planner's process."""
    address = user.start(SEARCH)
    user.wait(address, "running")
    await_true("the planner runs", lambda: planner_pids(tmp_path / "data"))
    return address, await_planner(tmp_path / "data")


def ends_done(app: Flask, user: User, address: str, attempt: int) -> None:
    """The search ends with a plan in the attempt expected, and the upload is there."""
    assert "3,615" in user.wait(address)
    assert errand_of(app, address).attempt == attempt
    assert user.client.get(f"{address}/workbook").data == b'{"seconds": 4}'


def test_on_one_computer_neither_worker_nor_service_can_lose_a_plan(app: Flask, user: User, tmp_path: Path) -> None:
    with processes(tmp_path) as running:
        pages = running.service("pages", settings(tmp_path))
        address, planner = start(user, tmp_path)
        os.kill(local_worker_of(pages.pid), signal.SIGKILL)
        await_true("the planner ended with its worker", lambda: planner not in planner_pids(tmp_path / "data"))
        ends_done(app, user, address, attempt=2)

        address, planner = start(user, tmp_path)
        kill(pages)
        await_true("the planner ended with the service", lambda: not planner_pids(tmp_path / "data"))
        await_true("its room is cleared away", lambda: not list((tmp_path / "data" / "rooms").iterdir()))
        pages = running.service("pages", settings(tmp_path))
        ends_done(app, user, address, attempt=2)

        address, planner = start(user, tmp_path)
        pages.terminate()
        await_true("the planner ended with the service", lambda: not planner_pids(tmp_path / "data"))
        running.service("pages", settings(tmp_path))
        ends_done(app, user, address, attempt=1)


class Cluster:
    """A scheduler with two workers, with encrypted links."""

    def __init__(self, running: Processes, folder: Path, rooms: Path) -> None:
        self._running, self._port = running, free_port()
        self.address = f"tls://127.0.0.1:{self._port}"
        certificate, key = write_certificate(folder)
        self.settings = {
            "DASK_SCHEDULER_ADDRESS": self.address,
            "DASK_TLS_CA_FILE": str(certificate),
            "DASK_TLS_CERT_FILE": str(certificate),
            "DASK_TLS_KEY_FILE": str(key),
        }
        self._tls = ["--tls-ca-file", str(certificate), "--tls-cert", str(certificate), "--tls-key", str(key)]
        self._local = ["--local-directory", str(folder)]
        self.start_scheduler()
        self.workers = [self.start_worker() for _ in range(2)]

    def start_scheduler(self) -> None:
        where = ["--host", "127.0.0.1", "--port", str(self._port), "--protocol", "tls", "--no-dashboard"]
        self.scheduler = self._running.start("-m", "distributed.cli.dask_scheduler", *where, *self._tls)

    def start_worker(self) -> Any:
        words = [self.address, "--nthreads", "2", "--no-nanny", "--no-dashboard", "--protocol", "tls"]
        return self._running.start("-m", "distributed.cli.dask_worker", *words, *self._tls, *self._local)


def test_on_a_cluster_neither_worker_nor_coordinator_nor_scheduler_can_lose_a_plan(
    app: Flask, user: User, tmp_path: Path
) -> None:
    with processes(tmp_path) as running:
        cluster = Cluster(running, tmp_path, tmp_path / "data" / "rooms")
        config = settings(tmp_path, **cluster.settings)
        coordinators = {process.pid: process for process in (running.service("coordinator", config) for _ in range(2))}

        address, planner = start(user, tmp_path)
        busy = next(worker for worker in cluster.workers if parent_of(planner) == worker.pid)
        kill(busy)
        await_true("the planner ended with its worker", lambda: planner not in planner_pids(tmp_path / "data"))
        ends_done(app, user, address, attempt=2)

        address, planner = start(user, tmp_path)
        kill(coordinators[int(errand_of(app, address).owner.split(":")[1])])
        await_true("nobody waited for the planner", lambda: planner not in planner_pids(tmp_path / "data"))
        ends_done(app, user, address, attempt=2)

        address, planner = start(user, tmp_path)
        kill(cluster.scheduler)
        await_true("the planner ended without its scheduler", lambda: planner not in planner_pids(tmp_path / "data"))
        cluster.start_scheduler()
        cluster.start_worker()
        assert "3,615" in user.wait(address)
        assert errand_of(app, address).attempt > 1


def parent_of(pid: int) -> int:
    return int((Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[1])


def test_a_real_search_whose_planner_is_killed_ends_with_a_plan(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    county = Path(__file__).parents[3] / "instances" / "demo.xlsx"
    app = make_app(PLANNER_COMMAND=[sys.executable, "-m", "planner"])
    (tmp_path / "instances" / "demo.xlsx").write_bytes(county.read_bytes())
    user = clerk_of(app)
    address = user.client.post("/jobs/bundled", data={"county": "demo"}).location
    user.wait(address)
    user.client.post(f"{address}/plan", data={"time_limit": "60", "budget": ""})
    user.wait(address, "running")
    os.kill(await_planner(tmp_path / "data"), signal.SIGKILL)
    assert "预计就业" in user.wait(address)
    assert errand_of(app, address).attempt == 2
    assert user.client.get(f"{address}/workbook").data == county.read_bytes()
