"""Errand stores with bureaus and jobs in them, as the tests need them."""

from __future__ import annotations

from dataclasses import dataclass

from web.store.database import Database
from web.store.models import BureauRow, ErrandKind, JobRow, new_id
from web.work.errands import Errand, ErrandStore


@dataclass
class Office:
    """A database with an errand store; bureaus are made as they are named."""

    database: Database
    store: ErrandStore

    def job(self, bureau: str = "甲县", state: str = "queued") -> str:
        """Add a job of a bureau and return its id."""
        with self.database.writing() as session:
            if session.get(BureauRow, bureau) is None:
                session.add(BureauRow(id=bureau, name=bureau))
                session.flush()
            row = JobRow(bureau_id=bureau, series_id="", state=state, title="", file_name="county.xlsx")
            row.series_id = row.id = new_id()
            session.add(row)
            return row.id

    def submit(self, bureau: str = "甲县", kind: ErrandKind = ErrandKind.PLAN) -> Errand:
        """Submit an errand of a new job."""
        return self.store.submit(bureau, self.job(bureau), kind)
