"""No bureau reads, changes or adds a row of another, whatever statement it uses."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from web.accounts.account import Account
from web.jobs import JobStore
from web.store import audit
from web.store.database import Database
from web.store.models import (
    AccountRow,
    AuditRow,
    Base,
    BureauRow,
    DecisionRow,
    ErrandEventRow,
    ErrandRow,
    HeartbeatRow,
    JobRow,
    OfBureau,
    SignInRow,
    TokenRow,
)
from web.store.tenancy import NOBODY, ForeignBureau, acting

CONFINED = [BureauRow, AccountRow, SignInRow, TokenRow, JobRow, DecisionRow, ErrandRow, ErrandEventRow, AuditRow]
SHARED = [HeartbeatRow]
"""Tables that are of no bureau and hold nothing of any."""


@pytest.fixture
def filled(database: Database, jobs: JobStore, ours: Account, theirs: Account) -> dict[str, str]:
    """Put a row of each bureau into every table; return the ids of their jobs by bureau."""
    ids = {}
    for account in (ours, theirs):
        with acting(account.actor):
            job = jobs.create("赫章县", "赫章县.xlsx")
            ids[account.bureau_id] = job.id
            with database.writing() as session:
                session.add(TokenRow(account_id=account.id, name="x", sha256=account.id))
                session.add(SignInRow(account_id=account.id, stamp=account.stamp))
                session.add(DecisionRow(job_id=job.id, class_id="c1", kind="lock"))
                errand = ErrandRow(job_id=job.id, kind="plan")
                session.add(errand)
                session.flush()
                session.add(ErrandEventRow(errand_id=errand.id, attempt=1, data={}))
                audit.note(session, "pages.upload", job.title)
    return ids


def test_every_table_is_known_to_be_of_a_bureau_or_shared() -> None:
    """A new table must be put on one of the two lists, or nobody thinks about who may read it."""
    assert {mapper.class_ for mapper in Base.registry.mappers} == {*CONFINED, *SHARED}
    assert all(issubclass(table, OfBureau) for table in CONFINED[1:7])


@pytest.mark.parametrize("table", CONFINED)
def test_a_bureau_reads_its_own_rows_alone(
    database: Database, filled: dict[str, str], theirs: Account, table: type[Base]
) -> None:
    with database.reading() as session:
        everything = session.scalar(select(func.count()).select_from(table))
    with acting(theirs.actor), database.reading() as session:
        mine = session.scalar(select(func.count()).select_from(table))
        again = aliased(table)
        assert len(session.scalars(select(again)).all()) == mine
    assert 0 < mine < everything


@pytest.mark.parametrize("table", CONFINED)
def test_nobody_reads_nothing(database: Database, filled: dict[str, str], table: type[Base]) -> None:
    with acting(NOBODY), database.reading() as session:
        assert session.scalars(select(table)).all() == []


def test_a_row_of_another_bureau_is_not_found_by_its_key(
    database: Database, filled: dict[str, str], ours: Account, theirs: Account
) -> None:
    with acting(theirs.actor), database.reading() as session:
        assert session.get(JobRow, filled[ours.bureau_id]) is None
        assert session.get(JobRow, filled[theirs.bureau_id]) is not None


def test_statements_that_change_or_delete_all_rows_touch_the_own_ones(
    database: Database, jobs: JobStore, filled: dict[str, str], ours: Account, theirs: Account
) -> None:
    with acting(theirs.actor), database.writing() as session:
        session.execute(update(JobRow).values(note="mine"))
        session.execute(delete(DecisionRow))
    assert {job.bureau_id: job.note for job in jobs.listed()} == {ours.bureau_id: "", theirs.bureau_id: "mine"}
    with database.reading() as session:
        assert session.scalars(select(DecisionRow.bureau_id)).all() == [ours.bureau_id]


def test_a_join_does_not_open_a_way_to_another_bureau(
    database: Database, filled: dict[str, str], theirs: Account
) -> None:
    with acting(theirs.actor), database.reading() as session:
        rows = session.execute(select(JobRow, ErrandRow).join(ErrandRow, ErrandRow.job_id == JobRow.id)).all()
    assert [job.bureau_id for job, _ in rows] == [theirs.bureau_id]


def test_a_new_row_belongs_to_who_acts(jobs: JobStore, ours: Account) -> None:
    with acting(ours.actor):
        job = jobs.create("赫章县", "赫章县.xlsx")
    assert (job.bureau_id, job.created_by) == (ours.bureau_id, ours.id)


def test_a_row_for_another_bureau_is_refused(jobs: JobStore, ours: Account, theirs: Account) -> None:
    with acting(theirs.actor), pytest.raises(ForeignBureau, match="JobRow"):
        jobs.create("赫章县", "赫章县.xlsx", bureau_id=ours.bureau_id)


def test_an_object_loaded_before_does_not_stay_visible_to_others(
    database: Database, filled: dict[str, str], ours: Account, theirs: Account
) -> None:
    """Each session belongs to whoever acted when it was opened, also when somebody else acts later."""
    with acting(ours.actor), database.reading() as session, acting(theirs.actor):
        assert {row.bureau_id for row in session.scalars(select(JobRow))} == {ours.bureau_id}
