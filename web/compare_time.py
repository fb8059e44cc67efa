"""About how long a comparison takes, as a range: by earlier ones of this county, else by the plan's own search.

Each question comes to so many searches of the base, which take less with less effort, and to so many solves, of which
each has a part that no effort shortens (bounds, exact numbers of heads). Both were measured on the demo county and on
Hezhang, where they differ much (docs/scenarios.md); hence two numbers. What a search takes at full effort follows from
comparisons of the same county that have ended, else from the time that the plan's own search took, its number of
classes, and how far comparisons of other counties of the bureau were from that. While one runs, what is done corrects
what is left. It is no promise: a computer that is busier than then takes longer.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext

from web.compare_asking import EFFORTS, Asked

SEARCHES = {
    "base": (0.9, 1.3),
    "scenario": (0.8, 1.6),
    "curve": (2.0, 4.0),
    "nested": (2.0, 4.0),
    "addition": (1.2, 2.5),
    "least": (0.7, 12.0),
    "front": (2.4, 5.0),
    "years": (0.1, 0.3),
    "cautious": (2.5, 7.0),
    "shocks": (2.5, 15.0),
    "alternatives": (2.5, 20.0),
}
"""Searches that each question comes to, least and most, with the base's own (``base``) once for all of them; in the
order in which the planner works them out.
"""

SOLVES = {
    "base": 1, "scenario": 1, "curve": 10, "nested": 10, "addition": 2, "least": 7, "front": 8, "years": 0,
    "cautious": 4, "shocks": 7, "alternatives": 20,
}  # fmt: skip
"""About how many solves each question comes to; each has one name in the planner's events."""

FIXED_BY_CLASS = 1 / 400
"""The part of a search's time at full effort that each solve takes whatever the effort, for each class of the plan."""

_FIXED_SPREAD = 2.0
"""It is as many times more or less."""

LEAST_SECONDS = 10.0
"""Reading, starting and writing."""

USUAL_SECONDS = 120.0
"""What a search takes at full effort when the plan's own was cut short and so says nothing."""

_SAME, _COUNTY, _OTHERS = 1.2, 1.8, 2.5
"""How far beyond what was measured: the same questions, others of the county, those of other counties."""

_CUT_SHARE = 0.95
"""A search that took this share of its limit was cut by it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of the plan that is compared: its series, what its search took (0: not known), its classes."""

    series: str
    seconds: float
    classes: int

    @property
    def fixed(self) -> float:
        """The part of a search that each solve takes whatever the effort."""
        return FIXED_BY_CLASS * self.classes


@dataclass(frozen=True, slots=True)
class Past:
    """A comparison that ended by itself: of which plan, what was asked, what it took."""

    plan: Plan
    questions: tuple[tuple[str, int], ...]
    effort: str
    seconds: float

    @property
    def search_seconds(self) -> float:
        """What one search at full effort came to."""
        return max(0.0, self.seconds - LEAST_SECONDS) / _usual_searches(dict(self.questions), self.effort, self.plan)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of one search at full effort, least and most; ``measured`` says of how many comparisons it was learned.

    ``fixed`` is the part of a search that each solve takes whatever the effort, least and most.
    Measured ones stand for the middle of a question's searches: their spread is in the seconds then.
    """

    fast: float
    slow: float
    fixed: tuple[float, float]
    measured: int = 0

    def searches(self, question: str) -> tuple[float, float]:
        """Return the least and most searches of a question."""
        return (_middle(SEARCHES[question]),) * 2 if self.measured else SEARCHES[question]

    def seconds(self, questions: Mapping[str, int], effort: str) -> tuple[float, float]:
        """Return the least and most that questions take with an effort, no longer than it allows."""
        work, most, *_ = EFFORTS[effort]
        low, high = (
            LEAST_SECONDS
            + seconds * sum(n * (work * self.searches(key)[end] + self.fixed[end] * SOLVES[key]) for key, n in asked)
            for end, seconds in enumerate((self.fast, self.slow))
            if (asked := questions.items())
        )
        return min(low, most), min(high, most)


def _middle(ends: tuple[float, float]) -> float:
    """Return what is as many times the least as the most is times it."""
    return math.sqrt(ends[0] * ends[1])


def _usual_searches(questions: Mapping[str, int], effort: str, plan: Plan) -> float:
    """Return about how many searches at full effort questions come to with another one."""
    return sum(usual_searches(key, effort, plan) * number for key, number in questions.items())


def usual_searches(question: str, effort: str, plan: Plan) -> float:
    """Return about how many searches at full effort a question comes to with another one."""
    return EFFORTS[effort][0] * _middle(SEARCHES[question]) + plan.fixed * SOLVES[question]


def questions_of(asked: Asked) -> dict[str, int] | None:
    """Return how many of each question are asked; None when only the user's own file knows. Nesting needs the curve."""
    if asked.uploaded:
        return None
    counts = {
        "base": 1, "scenario": len({row[0] for row in asked.rows}), "curve": int(asked.curve or asked.nested),
        "nested": int(asked.nested), "addition": len(asked.added_yuan), "least": len(asked.jobs) + len(asked.persons),
        "front": len(asked.fronts),
    } | dict.fromkeys(asked.uncertain, 1)  # fmt: skip
    return {key: number for key, number in counts.items() if number}


def as_told(asked: Asked, plan: Plan) -> dict[str, Any]:
    """Return what an errand keeps, so that what it took can be learned from; empty when nothing can."""
    questions = questions_of(asked)
    if questions is None or not plan.seconds:
        return {}
    return {"plan": asdict(plan), "questions": questions, "effort": asked.effort}


def past_of(parameters: Mapping[str, Any], seconds: float) -> Past | None:
    """Return what an errand that ended by itself teaches; None when it says too little or was cut by its limit."""
    try:
        questions = tuple(sorted((str(key), int(number)) for key, number in parameters["questions"].items()))
        effort, plan = str(parameters["effort"]), Plan(**parameters["plan"])
        cut = seconds >= _CUT_SHARE * EFFORTS[effort][1]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    known = all(key in SEARCHES for key, _ in questions) and plan.seconds > 0
    return Past(plan, questions, effort, seconds) if known and not cut else None


def pace_of(past: Sequence[Past], plan: Plan, asked: Asked | None = None) -> Pace | None:
    """Return the pace by comparisons of the same questions, else of the county, else of others, else by its plan."""
    wanted = (questions_of(asked), asked.effort) if asked is not None else None
    county = [one for one in past if one.plan.series == plan.series]
    fixed = (plan.fixed, plan.fixed)
    same = [one for one in county if (dict(one.questions), one.effort) == wanted]
    for found, beyond in ((same, _SAME), (county, _COUNTY)):
        if found:
            seconds = [one.search_seconds for one in found]
            return Pace(min(seconds) / beyond, max(seconds) * beyond, fixed, len(found))
    if not plan.seconds:
        return None
    ratios = [one.search_seconds / one.plan.seconds for one in past]
    if ratios:
        return Pace(plan.seconds * min(ratios) / _OTHERS, plan.seconds * max(ratios) * _OTHERS, fixed, len(ratios))
    return Pace(plan.seconds, plan.seconds, (plan.fixed / _FIXED_SPREAD, plan.fixed * _FIXED_SPREAD))


def believed_seconds(seconds: float, limit_seconds: float, *, stopped: bool) -> float:
    """Return what a plan's search would have taken by itself: one that was cut short took no less than usual."""
    cut = stopped or (limit_seconds > 0 and seconds >= _CUT_SHARE * limit_seconds)
    return max(seconds, USUAL_SECONDS) if cut and seconds else seconds


# --- while it runs ----------------------------------------------------------------------------------------------------

_NAMED = (
    ("逐级追加", "nested"), ("追加 ", "addition"), ("权衡", "front"), ("培训人数最多", "front"),
    ("谨慎方案", "cautious"), ("稳妥方案", "shocks"), ("相近方案", "alternatives"), ("按人数计", "least"),
)  # fmt: skip
_MOST_OPEN = 0.95
"""A question counts for no more than this until the next one has begun."""


def share_done(asked: Asked, plan: Plan, events: Iterable[Mapping[str, Any]]) -> float:
    """Return which share of the searches is done, by the planner's events."""
    questions = questions_of(asked)
    if questions is None:
        return 0.0
    order = [key for key in SEARCHES if key in questions]
    weights = {key: usual_searches(key, asked.effort, plan) * questions[key] for key in order}
    begun: dict[str, set[str]] = {}
    for event in events:
        if event.get("event") == "progress" and isinstance(event.get("task"), str):
            key = _question(event["task"], order, begun.get("curve", set()))
            begun.setdefault(key, set()).add(event["task"])
    last = max((order.index(key) for key in begun if key in order), default=-1)
    total = sum(weights.values())
    if last < 0:
        return 0.0
    done = sum(weights[key] for key in order[:last])
    key = order[last]
    tasks = max(len(begun[key]), SOLVES[key] * questions[key])
    return float((done + weights[key] * min(_MOST_OPEN, (len(begun[key]) - 0.5) / tasks)) / total)


def _question(task: str, order: Sequence[str], levels: Collection[str]) -> str:
    """Return which question a task of the planner belongs to; ``levels`` are those of the curve so far."""
    if task == "基准":
        return "base"
    if task.startswith("资金水平"):
        of_curve = "curve" in order and (task in levels or len(levels) < SOLVES["curve"])
        return "curve" if of_curve else "least"
    return next((key for words, key in _NAMED if task.startswith(words)), "scenario")


def left_seconds(estimate: tuple[float, float], share: float, elapsed: float) -> tuple[float, float]:
    """Return the least and most that is left: the more is done, the more what it took so far counts.

    With the share s done after t seconds the estimate E leaves (1 - s) E and the pace so far (1 - s) t / s; they are
    weighed by 1 - s and s.
    """
    low, high = ((1 - share) * ((1 - share) * end + elapsed) for end in estimate)
    return low, high


def words(seconds: tuple[float, float]) -> str:
    """Say about how long something takes, in whole minutes: 约 2–4 分钟."""
    low, high = max(1, math.floor(seconds[0] / 60)), math.ceil(seconds[1] / 60 - 1e-9)
    if high <= 1:
        return str(gettext("不到 1 分钟"))
    if low >= high:
        return str(gettext("约 %(minutes)s 分钟", minutes=high))
    return str(gettext("约 %(low)s–%(high)s 分钟", low=low, high=high))
