"""Whether the service is well (``/healthz``) and how busy it is (``/metrics``), for whoever watches it.

Everybody may ask whether it is well; the details and the figures are for this computer, or for who has the token of
setting ``metrics_token``.
"""

from __future__ import annotations

import secrets
import shutil
import time
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from web.accounts import public
from web.accounts.access import is_loopback
from web.jobs import JobState
from web.store.database import Database
from web.store.models import ErrandRow, ErrandState, HeartbeatRow, JobRow
from web.store.tenancy import acting

health_pages = Blueprint("health", __name__)

COORDINATOR = "coordinator"
"""Under this name the coordinator of background work says that it is alive."""

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_ALIVE_SECONDS = 60.0
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Health:
    """What was found: whether the database answers, free megabytes of the disk, seconds since the coordinator spoke.

    ``coordinator_seconds`` is None when no coordinator has ever spoken.
    """

    database: bool
    free_megabytes: int
    enough_space: bool
    coordinator_seconds: float | None

    @property
    def well(self) -> bool:
        """Whether everything is as it should be."""
        alive = self.coordinator_seconds is None or self.coordinator_seconds < _ALIVE_SECONDS
        return self.database and self.enough_space and alive


def look(database: Database, folder: str, least_free_megabytes: int) -> Health:
    """Find out how the service is."""
    try:
        with acting(None), database.reading() as session:
            session.execute(text("SELECT 1"))
            beat = session.scalar(select(HeartbeatRow.at).where(HeartbeatRow.name == COORDINATOR))
        answers = True
    except SQLAlchemyError:
        answers, beat = False, None
    free = shutil.disk_usage(folder).free // _MEGABYTE
    return Health(answers, free, free >= least_free_megabytes, None if beat is None else time.time() - beat)


def current_health() -> Health:
    """Find out how this application's service is."""
    config = current_app.config
    return look(current_app.extensions["database"], str(config["DATA_FOLDER"]), int(config["LEAST_FREE_MEGABYTES"]))


@health_pages.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """Answer 200 when all is well, 503 when not; with details for those who may know them."""
    health = current_health()
    told: dict[str, object] = {"status": "ok" if health.well else "failing"}
    if _may_know():
        told |= {
            "database": health.database,
            "free_megabytes": health.free_megabytes,
            "enough_space": health.enough_space,
            "coordinator_seconds": health.coordinator_seconds,
            "preparing_solver": current_app.extensions["works"].prepares,
        }
    return jsonify(told), 200 if health.well else 503


@health_pages.get("/metrics")
@public
def metrics() -> Response:
    """Answer the figures in Prometheus' text format."""
    if not _may_know():
        abort(403)
    figures: Figures = current_app.extensions["figures"]
    figures.count_rows(current_app.extensions["database"])
    figures.note(current_health())
    return Response(generate_latest(figures.registry), content_type=CONTENT_TYPE_LATEST)


def _may_know() -> bool:
    token = str(current_app.config["METRICS_TOKEN"])
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and secrets.compare_digest(token.encode(), given.encode()):
        return True
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return is_loopback(request.remote_addr) and not forwarded


class Figures:
    """The figures of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter(
            "planner_web_answers_total", "Answers by view, method and class of status.",
            ("endpoint", "method", "status"), registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "planner_web_answer_seconds", "Seconds from request to answer.", ("endpoint",), registry=self.registry
        )
        self.jobs = Gauge("planner_web_jobs", "Versions of plans by state.", ("state",), registry=self.registry)
        self.errands = Gauge("planner_web_errands", "Background work by state.", ("state",), registry=self.registry)
        self.free = Gauge("planner_web_free_bytes", "Free space of the data folder's disk.", registry=self.registry)
        self.beat = Gauge(
            "planner_web_coordinator_seconds", "Seconds since the coordinator spoke; -1: never.",
            registry=self.registry,
        )  # fmt: skip

    def count_rows(self, database: Database) -> None:
        """Count jobs and errands of all bureaus."""
        with acting(None), database.reading() as session:
            jobs = dict(session.execute(select(JobRow.state, func.count()).group_by(JobRow.state)).all())
            errands = dict(session.execute(select(ErrandRow.state, func.count()).group_by(ErrandRow.state)).all())
        for job_state in JobState:
            self.jobs.labels(job_state.value).set(jobs.get(job_state.value, 0))
        for errand_state in ErrandState:
            self.errands.labels(errand_state.value).set(errands.get(errand_state.value, 0))

    def note(self, health: Health) -> None:
        """Take over what was found of the service's health."""
        self.free.set(health.free_megabytes * _MEGABYTE)
        self.beat.set(-1 if health.coordinator_seconds is None else health.coordinator_seconds)


def init_health(app: Flask) -> None:
    """Register the views and count every answer."""
    figures = app.extensions["figures"] = Figures()
    app.register_blueprint(health_pages)

    @app.before_request
    def start() -> None:
        g.asked_at = time.monotonic()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in _METHODS else "other"
        figures.answers.labels(endpoint, method, f"{response.status_code // 100}xx").inc()
        figures.seconds.labels(endpoint).observe(time.monotonic() - g.get("asked_at", time.monotonic()))
        return response
