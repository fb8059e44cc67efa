"""What views work with, pages and the JSON interface alike."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, current_app

from web.data_folder import DataFolder, JobFolder
from web.jobs import Job, JobStore
from web.work.desk import ErrandDesk
from web.work.orders import Orders


@dataclass(frozen=True, slots=True)
class Desk:
    """What the views work with."""

    jobs: JobStore
    data: DataFolder
    errands: ErrandDesk
    orders: Orders

    def job(self, job_id: str) -> Job:
        """Return a job or answer 404; another bureau's jobs cannot be told from ones that never were."""
        job = self.jobs.get(job_id)
        if job is None:
            abort(404)
        return job

    def folder(self, job: Job) -> JobFolder:
        """Return the folder of a job."""
        return self.data.job(job.id)


def current_desk() -> Desk:
    """Return what the views of this application work with."""
    desk: Desk = current_app.extensions["desk"]
    return desk
