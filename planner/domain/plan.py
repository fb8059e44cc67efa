"""The plan as the contract's section 4 records it: classes, payments, placements and what was left out.

Money is in cents, weeks are Mondays, ids are the planner's own. A *bound* is only what is proved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.domain.instance import CostKind, Form, Objective
from planner.domain.rate import Source, UsedRate

CONTRACT_VERSION = 1


class Status(StrEnum):
    """``OPTIMAL``: value equals bound. ``FEASIBLE``: gap stated. ``STOPPED``: cut by time or by the user."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Heads:
    """People of one cohort in a class."""

    township: str
    age_band: str
    group: str
    persons: int


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """One dated delivery of a course, from the Monday of its first week to the Monday of its last."""

    id: str
    course: str
    provider: str
    venue: str
    form: Form
    start_week: date
    end_week: date
    heads: tuple[Heads, ...]

    @property
    def size(self) -> int:
        """Number of people in the class."""
        return sum(heads.persons for heads in self.heads)


@dataclass(frozen=True, slots=True)
class Payment:
    """What a fund pays for one class; ``group`` is empty for 办班费."""

    class_id: str
    fund: str
    kind: CostKind
    group: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Placement:
    """Expected jobs of an occupation, end week and age band filled from a vacancy pool."""

    occupation: str
    end_week: date
    age_band: str
    pool: str
    jobs: float


@dataclass(frozen=True, slots=True)
class TargetResult:
    """What a target reached; ``missing`` is the shortfall (>=) or excess (<=), at least 0."""

    id: str
    value: int
    missing: int


@dataclass(frozen=True, slots=True)
class Unserved:
    """Willing people of one cohort left without the course they wished for, and why."""

    township: str
    age_band: str
    group: str
    course: str
    persons: int
    reason: str


@dataclass(frozen=True, slots=True)
class JobOutlook:
    """Expected jobs counted both ways and how far they may lie off; all before 无岗系数 and penalties.

    ``low``, ``middle`` and ``high`` are the 10, 50 and 90 % points of the jobs of the ``maximised`` rate when rates are
    drawn from what is known of them; given rates count as certain. ``optimism`` is the share by which jobs of a plan
    chosen by estimated rates fall short of what the estimates promise (winner's curse), simulated.
    ``source_shares`` tells which share of the maximised jobs rests on which source.
    """

    maximised: Objective
    gross_jobs: float
    uplift_jobs: float
    low: float
    middle: float
    high: float
    optimism: float
    source_shares: tuple[tuple[Source, float], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan; ``value`` and ``bound`` are expected jobs, ``gap`` is (bound - value) / |bound|."""

    input_sha256: str
    version: str
    seed: int
    status: Status
    value: float
    bound: float
    gap: float
    linked_jobs: float
    unlinked_jobs: float
    total_cost_cents: int
    seconds: float
    classes: tuple[PlannedClass, ...]
    payments: tuple[Payment, ...]
    placements: tuple[Placement, ...]
    targets: tuple[TargetResult, ...]
    unserved: tuple[Unserved, ...]
    assumptions: tuple[str, ...]
    contract: int = CONTRACT_VERSION
    sessions: tuple[()] = ()
    exams: tuple[()] = ()
    inspections: tuple[()] = ()
    outlook: JobOutlook | None = None
    rates: tuple[UsedRate, ...] = ()
