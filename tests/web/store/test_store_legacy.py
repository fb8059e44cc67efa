"""What a version before accounts left behind goes to the first bureau; nothing uploaded is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from old_records import LATE, an_old_job, write_old_record

from web.accounts.account import Account
from web.jobs import JobState, JobStore, PapersState
from web.store.database import Database
from web.store.legacy import take_over
from web.store.tenancy import acting


def test_old_jobs_belong_to_the_bureau_afterwards(
    database: Database, jobs: JobStore, ours: Account, tmp_path: Path
) -> None:
    write_old_record(tmp_path, an_old_job())
    assert take_over(database, tmp_path, ours.actor) == 1
    with acting(ours.actor):
        job = jobs.get("abc")
    assert job is not None
    assert (job.state, job.papers, job.version, job.series_id) == (JobState.DONE, PapersState.DONE, 1, "abc")
    assert (job.expected_jobs, job.summary, job.clashes) == (3412.5, {"counties": ["赫章县"]}, ("任务 T1",))
    assert job.timetable and not job.bundled


def test_another_bureau_sees_none_of_them(
    database: Database, jobs: JobStore, ours: Account, theirs: Account, tmp_path: Path
) -> None:
    write_old_record(tmp_path, an_old_job())
    take_over(database, tmp_path, ours.actor)
    with acting(theirs.actor):
        assert jobs.get("abc") is None


def test_the_old_record_is_kept_under_another_name_and_not_read_again(
    database: Database, ours: Account, tmp_path: Path
) -> None:
    write_old_record(tmp_path, an_old_job())
    take_over(database, tmp_path, ours.actor)
    assert take_over(database, tmp_path, ours.actor) == 0
    kept = tmp_path / "jobs.sqlite3.taken-over"
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT id FROM job").fetchall() == [("abc",)]
    assert not list(tmp_path.glob("jobs.sqlite3-*"))


def test_a_take_over_that_was_cut_short_can_be_done_again(
    database: Database, jobs: JobStore, ours: Account, tmp_path: Path
) -> None:
    write_old_record(tmp_path, an_old_job(), an_old_job(id="def"))
    take_over(database, tmp_path, ours.actor)
    jobs.change("abc", note="changed since")
    (tmp_path / "jobs.sqlite3.taken-over").rename(tmp_path / "jobs.sqlite3")
    assert take_over(database, tmp_path, ours.actor) == 0
    assert jobs.get("abc").note == "changed since"


def test_an_even_older_record_without_timetables_and_papers_is_read(
    database: Database, jobs: JobStore, ours: Account, tmp_path: Path
) -> None:
    write_old_record(tmp_path, an_old_job(), without=LATE)
    take_over(database, tmp_path, ours.actor)
    job = jobs.get("abc")
    assert (job.timetable, job.papers) == (False, PapersState.NONE)


@pytest.mark.parametrize(
    ("state", "papers", "becomes", "papers_become"),
    [
        ("running", "", JobState.INTERRUPTED, PapersState.NONE),
        ("queued", "", JobState.READY, PapersState.NONE),
        ("done", "writing", JobState.DONE, PapersState.FAILED),
        ("review", "", JobState.REVIEW, PapersState.NONE),
    ],
)
def test_nothing_taken_over_is_said_to_be_moving_that_nobody_moves(
    database: Database,
    jobs: JobStore,
    ours: Account,
    tmp_path: Path,
    state: str,
    papers: str,
    becomes: JobState,
    papers_become: PapersState,
) -> None:
    write_old_record(tmp_path, an_old_job(state=state, papers=papers))
    take_over(database, tmp_path, ours.actor)
    job = jobs.get("abc")
    assert (job.state, job.papers) == (becomes, papers_become)


def test_without_an_old_record_nothing_is_taken_over(database: Database, ours: Account, tmp_path: Path) -> None:
    assert take_over(database, tmp_path, ours.actor) == 0
