"""Jobs, versions, the bin and what is final, on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from web.accounts.account import Account
from web.data_folder import DataFolder
from web.jobs import Job, JobState, JobStore, PapersState
from web.store.tenancy import acting
from web.version_pages import clear_bin, days_left

_DAY = 86_400


@pytest.fixture
def planned(jobs: JobStore, ours: Account) -> Job:
    """Return a finished plan of the first bureau."""
    with acting(ours.actor):
        return jobs.create("赫章县", "赫章县.xlsx", state=JobState.DONE, expected_jobs=3412.5)


def test_what_is_written_is_read_back(jobs: JobStore, ours: Account) -> None:
    values = {
        "summary": {"counties": ["赫章县"]},
        "faults": ({"cell": "E12"},),
        "clashes": ("任务 T1",),
        "papers": PapersState.FAILED,
        "time_limit_seconds": 60,
    }
    with acting(ours.actor):
        job = jobs.create("赫章县", "赫章县.xlsx", state=JobState.READY, **values)
    assert jobs.get(job.id) == job
    assert {name: getattr(job, name) for name in values} == values


def test_versions_of_a_plan_count_from_one(jobs: JobStore, planned: Job) -> None:
    second = jobs.create("赫章县", "赫章县.xlsx", version_of=planned)
    third = jobs.create("赫章县", "赫章县.xlsx", version_of=second)
    assert [job.version for job in jobs.versions(planned.series_id)] == [3, 2, 1]
    assert (third.parent_id, third.bureau_id) == (second.id, planned.bureau_id)


def test_versions_made_at_the_same_moment_have_different_numbers(jobs: JobStore, planned: Job) -> None:
    made: list[int] = []
    threads = [
        threading.Thread(target=lambda: made.append(jobs.create("x", "x.xlsx", version_of=planned).version))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [2, 3, 4, 5]


def test_a_number_is_not_given_twice_although_the_newest_version_lies_in_the_bin(jobs: JobStore, planned: Job) -> None:
    second = jobs.create("赫章县", "赫章县.xlsx", version_of=planned, state=JobState.READY)
    assert jobs.put_into_bin(second.id)
    assert jobs.create("赫章县", "赫章县.xlsx", version_of=planned).version == 3


def test_a_change_that_depends_on_the_state_is_made_once(jobs: JobStore, planned: Job) -> None:
    assert jobs.change(planned.id, only_from=(JobState.DONE,), state=JobState.QUEUED, queued_at=time.time())
    assert not jobs.change(planned.id, only_from=(JobState.DONE,), state=JobState.QUEUED)


@pytest.mark.parametrize(
    ("state", "papers"), [(JobState.RUNNING, PapersState.NONE), (JobState.DONE, PapersState.WRITING)]
)
def test_what_is_being_worked_on_is_not_deleted(
    jobs: JobStore, planned: Job, state: JobState, papers: PapersState
) -> None:
    jobs.change(planned.id, state=state, papers=papers)
    assert not jobs.put_into_bin(planned.id)


def test_a_final_version_is_not_deleted(jobs: JobStore, planned: Job, ours: Account) -> None:
    assert jobs.publish(planned.id, ours.id)
    assert not jobs.put_into_bin(planned.id)
    assert jobs.unpublish(planned.id) and jobs.put_into_bin(planned.id)


@pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.DONE])
def test_only_a_finished_plan_becomes_final(jobs: JobStore, planned: Job, ours: Account, state: JobState) -> None:
    jobs.change(planned.id, state=state)
    assert not jobs.publish(planned.id, ours.id)


def test_a_version_in_the_bin_is_listed_there_alone_until_it_is_restored(jobs: JobStore, planned: Job) -> None:
    jobs.put_into_bin(planned.id)
    assert jobs.listed() == [] and jobs.get(planned.id) is None
    assert [job.id for job in jobs.in_bin()] == [planned.id]
    assert jobs.restore(planned.id) and not jobs.restore(planned.id)
    assert [job.id for job in jobs.listed()] == [planned.id]


def test_the_bin_is_emptied_of_what_lay_in_it_too_long(
    jobs: JobStore, planned: Job, data_of: Callable[[Job], DataFolder]
) -> None:
    data = data_of(planned)
    jobs.put_into_bin(planned.id)
    now = time.time()
    assert clear_bin(jobs, data, now + 29 * _DAY, 30) == 0
    assert data.job(planned.id).root.is_dir()
    assert clear_bin(jobs, data, now + 31 * _DAY, 30) == 1
    assert not data.job(planned.id).root.exists() and jobs.in_bin() == []


@pytest.fixture
def data_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Job], DataFolder]:
    """Return what makes a data folder with an uploaded file of a job."""

    def make(job: Job) -> DataFolder:
        data = DataFolder(tmp_path_factory.mktemp("data"))
        path = data.job(job.id).workbook(job.file_name)
        path.parent.mkdir(parents=True)
        path.write_bytes(b"workbook")
        return data

    return make


@pytest.mark.parametrize(("days_ago", "left"), [(0.0, 30), (0.5, 30), (1.0, 29), (29.5, 1), (31.0, 0)])
def test_begun_days_in_the_bin_count(days_ago: float, left: int) -> None:
    job = Job("a", JobState.READY, "x", "x.xlsx", 0.0, deleted_at=1_000_000.0)
    assert days_left(job, 1_000_000.0 + days_ago * _DAY, 30) == left
