"""Puts the parts of background work together by the settings of the service; pages and coordinators use the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web.data_folder import DataFolder
from web.jobs import JobStore
from web.settings import Settings
from web.store.database import Database
from web.work.coordinator import Coordinator, Planner
from web.work.desk import ErrandDesk
from web.work.errands import ErrandStore
from web.work.kinds import Limits
from web.work.orders import EVENTS_KEPT_DAYS, Orders
from web.work.preparation import Preparation
from web.work.workforce import ClusterAddress, DaskWorkforce, InProcess, Workforce, rooms_of

PROJECT_ROOT = Path(__file__).resolve().parents[2]
_SEATS_BESIDE_PLANS = 3
"""Two for looks at uploads and one for papers."""

DEFAULTS: dict[str, Any] = Settings().as_config() | {"PLANNER_COMMAND": []}
"""The service's settings as they are when nobody set any, and what only tests set otherwise: the first words of the
planner's command (none: this Python's own). See docs/service-work.md.
"""


@dataclass(frozen=True, slots=True)
class Works:
    """The parts: for pages ``errands`` and ``orders``, for whoever runs errands the ``coordinator``.

    ``preparation`` compiles the solver when it is started; None where planners do not run on this computer.
    """

    errands: ErrandDesk
    orders: Orders
    coordinator: Coordinator
    preparation: Preparation | None

    @property
    def prepares(self) -> bool:
        """Whether the solver is being compiled now, so that a plan may have to wait for it."""
        return self.preparation is not None and self.preparation.under_way


def wire(config: Mapping[str, Any], database: Database, jobs: JobStore, data: DataFolder) -> Works:
    """Make the parts; neither the coordinator nor the preparation is started."""
    limits = _limits(config)
    planner = Planner(tuple(config["PLANNER_COMMAND"]), int(config["PLANNER_MEMORY_BYTES"]))
    store = ErrandStore(database, float(config["LEASE_SECONDS"]))
    errands = ErrandDesk(store, jobs, data, limits)
    orders = Orders(jobs, data, errands, limits, planner)
    chores: tuple[Callable[[float], None], ...] = (
        orders.resubmit,
        orders.remove_expired,
        orders.clear_half_uploads,
        lambda now: store.clear_events(now - EVENTS_KEPT_DAYS * 86_400),
    )
    coordinator = Coordinator(store, jobs, data, _workforce(config, limits), limits, planner, chores)
    store.changed = coordinator.wake
    runs_here = config["WORKFORCE"] == "workers" and not config["DASK_SCHEDULER_ADDRESS"]
    preparation = Preparation(planner.words, planner.memory_bytes, lambda: rooms_of(data.root)) if runs_here else None
    return Works(errands, orders, coordinator, preparation)


def _limits(config: Mapping[str, Any]) -> Limits:
    return Limits(
        plans_at_once=int(config["PLANS_AT_ONCE"]),
        examination_seconds=float(config["EXAMINATION_SECONDS"]),
        reading_seconds=float(config["READING_SECONDS"]),
        originals_days=float(config["KEEP_ORIGINALS_DAYS"]),
        writing_seconds=float(config["WRITING_SECONDS"]),
        stopping_seconds=float(config["STOPPING_SECONDS"]),
        papers_seconds=float(config["PAPERS_SECONDS"]),
    )


def _workforce(config: Mapping[str, Any], limits: Limits) -> Workforce:
    seats = limits.plans_at_once + _SEATS_BESIDE_PLANS
    if config["WORKFORCE"] == "in_process":
        return InProcess(seats)
    patience_seconds = float(config["LEASE_SECONDS"])
    if not config["DASK_SCHEDULER_ADDRESS"]:
        return DaskWorkforce(seats, None, patience_seconds)
    files = (config["DASK_TLS_CA_FILE"], config["DASK_TLS_CERT_FILE"], config["DASK_TLS_KEY_FILE"])
    return DaskWorkforce(seats, ClusterAddress(config["DASK_SCHEDULER_ADDRESS"], *files), patience_seconds)
