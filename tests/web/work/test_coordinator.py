"""What becomes of errands when planners, disks and databases fail; the planner runs from the tests' own process."""

from __future__ import annotations

import errno
import io
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from form_user import User, clerk_of, text_of, works_of
from planner_processes import await_planner
from werkzeug.datastructures import FileStorage

from web.data_folder import JobFolder
from web.jobs import Job, JobState
from web.store.models import ErrandKind, ErrandState
from web.work.coordinator import Attempt
from web.work.errands import Errand

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


def job_of(app: Flask, address: str) -> Job:
    job: Job | None = app.extensions["desk"].jobs.get(address.rsplit("/", 1)[1])
    assert job is not None
    return job


def errand_of(app: Flask, address: str, kind: ErrandKind = ErrandKind.PLAN) -> Errand:
    errand = works_of(app).errands.latest(job_of(app, address), kind)
    assert errand is not None
    return errand


@ON_LINUX
def test_a_planner_that_somebody_kills_is_started_again(app: Flask, user: User, tmp_path: Path) -> None:
    address = user.start({"seconds": 2})
    user.wait(address, "running")
    os.kill(await_planner(tmp_path / "data"), 9)
    await_planner(tmp_path / "data")
    end = time.monotonic() + 10
    while "这是第 2 次" not in user.client.get(f"{address}/progress").text:
        assert time.monotonic() < end
    assert "3,615" in user.wait(address)
    errand = errand_of(app, address)
    assert (errand.state, errand.attempt) == (ErrandState.DONE, 2)


@ON_LINUX
def test_a_planner_that_is_killed_each_time_is_given_up_after_three_attempts(make_app: Callable[..., Flask]) -> None:
    app = make_app(PLANNER_COMMAND=[sys.executable, "-S", "-c", "import os; os.kill(os.getpid(), 9)"])
    user = clerk_of(app)
    address = user.upload()
    assert "计算程序连续几次意外中断，这一步没有做完" in user.wait(address)
    errand = errand_of(app, address, ErrandKind.EXAMINE)
    assert (errand.state, errand.failure, errand.attempt) == (ErrandState.FAILED, "lost_too_often", 3)
    assert user.client.get(f"{address}/workbook").data == b"{}"


def test_a_disk_that_is_full_when_the_plan_comes_ends_the_errand_with_a_sentence(
    app: Flask, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any, **named: Any) -> None:
        raise FULL

    monkeypatch.setattr("web.work.kinds.plan.lay_down", full)
    address = user.start()
    assert "服务器的磁盘已满，这一步没有做完" in user.wait(address)
    assert errand_of(app, address).failure == "disk_full"
    monkeypatch.undo()
    again = user.client.post(f"{address}/again").location
    user.client.post(f"{again}/plan", data={"time_limit": "60", "budget": ""})
    assert "3,615" in user.wait(again)


def upload(user: User, content: bytes, name: str = "county.xlsx") -> Any:
    return user.client.post("/jobs", data={"workbook": (io.BytesIO(content), name)})


def test_an_upload_that_does_not_fit_on_the_disk_leaves_no_half_plan(
    app: Flask, user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(self: FileStorage, path: Path) -> None:
        Path(path).write_bytes(b"half")
        raise FULL

    monkeypatch.setattr(FileStorage, "save", save)
    answer = upload(user, b"{}")
    assert answer.status_code == 507
    assert "上传没有保存，也没有留下不完整的方案" in answer.text
    assert app.extensions["desk"].jobs.listed() == []
    assert list((tmp_path / "data" / "jobs").iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    folder = tmp_path / "data"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.getuid() != 0 or subprocess.run(words, capture_output=True).returncode != 0:
        pytest.skip("a small disk can be made by root on Linux only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_on_a_disk_that_is_really_full_the_next_smaller_upload_goes_well(
    small_disk: Path, make_app: Callable[..., Flask]
) -> None:
    app = make_app()
    user = clerk_of(app)
    kept = user.upload({"note": "before"})
    user.wait(kept)
    answer = upload(user, os.urandom(6_000_000))
    assert answer.status_code == 507 and "磁盘已满" in answer.text
    assert len(app.extensions["desk"].jobs.listed()) == 1
    after = user.upload({"note": "after"})
    assert 'value="1250.50005"' in user.wait(after)
    assert json.loads(user.client.get(f"{kept}/workbook").data) == {"note": "before"}


def test_a_database_locked_longer_than_it_is_waited_for_is_a_sentence_and_no_plan_is_lost(
    app: Flask, user: User, tmp_path: Path
) -> None:
    address = user.start({"seconds": 1})
    user.wait(address, "running")
    before = len(app.extensions["desk"].jobs.listed())
    other = sqlite3.connect(tmp_path / "data" / "service.sqlite3", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(7.0, other.rollback)
    release.start()
    answer = upload(user, b"{}")
    assert answer.status_code == 503 and "数据库暂时没有响应，这一步没有做" in answer.text
    assert len(app.extensions["desk"].jobs.listed()) == before
    assert "3,615" in user.wait(address)
    release.join()
    other.close()


def test_a_search_that_had_ended_when_the_service_died_is_not_done_again(app: Flask, user: User) -> None:
    address = user.start({"seconds": 0.2})
    user.wait(address)
    desk, job = app.extensions["desk"], job_of(app, address)
    plan = desk.folder(job).output / "plan.json"
    written = plan.stat().st_mtime_ns
    desk.folder(job).planned_facts.unlink()
    desk.jobs.change(job.id, state=JobState.RUNNING)
    desk.errands.submit(job, ErrandKind.PLAN)
    assert "3,615" in user.wait(address)
    assert plan.stat().st_mtime_ns == written and desk.folder(job).planned_facts.is_file()


def test_jobs_whose_upload_was_cut_off_are_cleared_away_and_no_others(app: Flask, user: User, tmp_path: Path) -> None:
    jobs, orders = app.extensions["desk"].jobs, works_of(app).orders
    kept = user.upload()
    user.wait(kept)
    bureau = job_of(app, kept).bureau_id
    half, read = (jobs.create("x", "x.xlsx", state=JobState.REVIEW, bureau_id=bureau) for _ in range(2))
    reading = JobFolder(tmp_path / "data" / "jobs" / read.id).reading
    reading.parent.mkdir()
    reading.write_text("{}", encoding="utf-8")
    jobs.change(job_of(app, kept).id, state=JobState.REVIEW)
    orders.clear_half_uploads(time.time() + 60)
    assert jobs.get(half.id) is not None
    orders.clear_half_uploads(time.time() + 7200)
    assert jobs.get(half.id) is None and jobs.get(read.id) is not None
    assert user.client.get(f"{kept}/workbook").status_code == 200


class Told:
    """A store that only keeps what is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def tell(self, errand: Errand, data: dict[str, Any]) -> None:
        self.told.append(data)


def an_attempt(store: Told, *, stop_requested: bool = False) -> Attempt:
    state = ErrandState.RUNNING
    errand = Errand("e", "b", "j", ErrandKind.PLAN, state, 0.0, attempt=2, stop_requested=stop_requested)
    return Attempt(errand, store)  # type: ignore[arg-type]


def test_of_many_events_one_a_second_is_kept_and_always_the_last_with_all_that_is_known() -> None:
    store = Told()
    attempt = an_attempt(store)
    for number in range(100):
        attempt.heard({"seconds": number, "value": 5.0 if number < 50 else None, "bound": 9.0})
        attempt.tell()
    attempt.tell(at_once=True)
    attempt.tell(at_once=True)
    assert [event["seconds"] for event in store.told] == [0, 99]
    assert store.told[-1] == {"seconds": 99, "value": 5.0, "bound": 9.0}


def test_a_search_lost_after_it_was_asked_to_stop_goes_on_to_its_first_plan() -> None:
    attempt = an_attempt(Told(), stop_requested=True)
    attempt.ask_to_stop()
    attempt.heard({"seconds": 1, "value": None})
    assert not attempt.stop.is_set()
    attempt.heard({"seconds": 2, "value": 7.0})
    assert attempt.stop.is_set()


def test_a_wish_to_stop_is_not_for_the_command_that_looks_at_what_the_search_left() -> None:
    attempt = an_attempt(Told())
    attempt.ask_to_stop()
    assert attempt.stop.is_set()
    attempt.next_command()
    attempt.ask_to_stop()
    assert not attempt.stop.is_set()


@pytest.mark.parametrize("said", [{}, {"solve": "no_facts"}])
def test_a_stopped_plan_knows_its_farming_weeks_and_funds(app: Flask, user: User, said: dict[str, str]) -> None:
    """The search leaves them with the plan; where it did not, they are read after it, also after a stop."""
    address = user.start({"seconds": 60, "weeks_seconds": 0.5} | said)
    user.wait(address, "running")
    end = time.monotonic() + 10
    while "已找到方案" not in user.client.get(f"{address}/progress").text:
        assert time.monotonic() < end
    user.client.post(f"{address}/stop")
    page = text_of(user.wait(address))
    assert "规划由您停止" in page
    assert "没有读到农时" not in page and "可用资金" in page


def test_an_errand_of_a_deleted_plan_ends(app: Flask, user: User) -> None:
    address = user.upload()
    user.wait(address)
    desk, job = app.extensions["desk"], job_of(app, address)
    user.client.post(f"{address}/delete")
    errand = desk.errands.submit(job, ErrandKind.EXAMINE)
    end = time.monotonic() + 10
    while (found := works_of(app).errands.get(errand.id)).moving:
        assert time.monotonic() < end
    assert (found.state, found.failure) == (ErrandState.FAILED, "job_gone")


def test_pages_of_a_plan_in_the_queue_say_so(app: Flask, user: User) -> None:
    first = user.start({"seconds": 60})
    user.wait(first, "running")
    second = user.start()
    assert "您排在第 1 位" in text_of(user.client.get(second).text)
    user.client.post(f"{first}/stop")
    user.wait(second)
    assert errand_of(app, first).state is ErrandState.STOPPED
