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

CLASS_HOURS_PER_SESSION = 4
"""A morning or an afternoon session has four class hours (planning contract, section 3)."""


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


class Half(StrEnum):
    """The two sessions of a class day."""

    MORNING = "上午"
    AFTERNOON = "下午"


class SessionKind(StrEnum):
    """What a session is; a class's theory days come before its practice days."""

    THEORY = "理论"
    PRACTICE = "实操"


@dataclass(frozen=True, slots=True)
class Session:
    """A morning or afternoon of a class: ``room`` counts the venue's rooms from 1; one teacher, or two for practice
    with many heads."""

    class_id: str
    day: date
    half: Half
    room: int
    kind: SessionKind
    teachers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exam:
    """The day on which a class is examined."""

    class_id: str
    day: date


@dataclass(frozen=True, slots=True)
class Inspection:
    """A visit of an inspector to a class on one of its days (每班必查); inspectors are 督查员1, 督查员2 …"""

    class_id: str
    day: date
    inspector: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A class that has no days, because it and the ``clashing`` classes (ids) cannot all keep ``rules`` (keys).

    ``sentence`` says so in the planner's words.
    """

    class_id: str
    clashing: tuple[str, ...]
    rules: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class TimetableOutcome:
    """How good a timetable is: ``cost`` and its proved lower ``bound`` are in points (:mod:`planner.timetable.goals`).

    ``market_mornings`` counts class mornings on market days of the venue's township, ``extra_teachers`` teachers of a
    class beyond the fewest, ``uneven_days`` teaching days above an even share, ``idle_days`` working days without class
    before the end of a full-time class, ``moved`` class days that differ from those published before. ``rounds`` counts
    how often plan and timetable were asked.
    """

    cost: int
    bound: int
    market_mornings: int
    extra_teachers: int
    uneven_days: int
    idle_days: int = 0
    moved: int = 0
    rounds: int = 1
    unplaced: tuple[Unplaced, ...] = ()


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
    sessions: tuple[Session, ...] = ()
    exams: tuple[Exam, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    timetable: TimetableOutcome | None = None
    outlook: JobOutlook | None = None
    rates: tuple[UsedRate, ...] = ()
