"""Requirements that cannot be met: quick arithmetic proofs, and the clash behind a proved infeasibility.

Arithmetic first (each claim is a proof by itself), then - on small instances - a deletion filter over the hard
targets and locks, every claim confirmed by solving again. Sentences are Chinese, as the bureau reads them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.domain.instance import Lock, LockKind, Sense, Target
from planner.engine.prices import open_places
from planner.model import solver
from planner.model.compact import build_compact
from planner.model.options import Slot, admissible_heads, is_forbidden
from planner.model.problem import ANY, Problem


def impossible_requirements(problem: Problem) -> tuple[str, ...]:
    """Hard targets and locks that nobody could meet, each proved by counting alone."""
    found = [*_unreachable_targets(problem), *_unopenable_locks(problem)]
    return tuple(found)


def describe_target(target: Target) -> str:
    """A target as a bureau would quote it."""
    filters = [
        value for value in (target.county, target.township, target.tag, target.age_band, target.industry,
                            target.training_type, target.course, target.provider) if value is not None
    ]
    where = "、".join(filters) or "全县"
    sense = "不少于" if target.sense is Sense.AT_LEAST else "不超过"
    return f"任务“{target.id}”（{where}{target.measure.value}{sense} {target.value}）"


def describe_lock(lock: Lock) -> str:
    """A lock as a bureau would quote it."""
    parts = [lock.course, *(part for part in (lock.provider, lock.venue) if part)]
    if lock.form is not None:
        parts.append(lock.form.value)
    if lock.start_week is not None:
        parts.append(f"{lock.start_week:%Y-%m-%d} 开班")
    if lock.persons is not None:
        parts.append(f"{lock.persons} 人")
    number = f" {lock.number} 个班" if lock.kind is LockKind.REQUIRED else ""
    return f"固定班“{'、'.join(parts)}”（{lock.kind.value}{number}）"


def clashing_requirements(problem: Problem, time_limit: float | None = None) -> tuple[str, ...]:
    """A smallest-by-deletion set of hard targets and locks that cannot hold together; for small instances.

    Each requirement left out is tried by solving the compact model without it; what may be dropped while the rest
    stays infeasible is dropped (Chinneck 2008, deletion filter). Empty when even no requirement at all clashes.
    """
    rows = [f"target[{n}]" for n in np.flatnonzero(~np.isfinite(problem.target_penalty))]
    rows += [f"lock[{n}]" for n in range(len(problem.required_number))]
    kept = list(rows)
    for row in rows:
        trial = [other for other in kept if other != row]
        if _infeasible_with(problem, trial, rows, time_limit):
            kept = trial
    return tuple(_describe_row(problem, row) for row in kept)


def describe_hard_requirements(problem: Problem, which_targets: Sequence[int]) -> tuple[str, ...]:
    """Sentences for the given targets (indices) that are hard, and for every required lock."""
    hard = [n for n in which_targets if not np.isfinite(problem.target_penalty[n])]
    sentences = [describe_target(problem.instance.targets[n]) for n in hard]
    return tuple(sentences + [describe_lock(problem.instance.locks[i]) for i in problem.required_lock])


def _infeasible_with(problem: Problem, kept: list[str], rows: list[str], time_limit: float | None) -> bool:
    compact = build_compact(problem, without_rows=set(rows) - set(kept))
    return solver.solve(compact.model, time_limit=time_limit).outcome is solver.Outcome.INFEASIBLE


def _describe_row(problem: Problem, row: str) -> str:
    family, index = row[:-1].split("[")
    if family == "target":
        return describe_target(problem.instance.targets[int(index)])
    return describe_lock(problem.instance.locks[problem.required_lock[int(index)]])


def _servable(problem: Problem) -> np.ndarray:
    """Whether a cohort could attend some class of a course somewhere at some time; shape (K, C)."""
    places = np.zeros((problem.distance.shape[1], problem.demand.shape[1]), dtype=bool)
    opened = open_places(problem)
    for h, c in enumerate(problem.offering_course):
        places[:, c] |= opened[h] & problem.fits[:, :, c].any(axis=0)
    near = (problem.distance >= 0)[problem.cohort_township] @ places  # K, C
    may_attend = (problem.attendance >= 0).any(axis=(2, 3))[problem.township_calendar[problem.cohort_township]]
    return near & may_attend & (problem.demand > 0)


def _unreachable_targets(problem: Problem) -> list[str]:
    servable = _servable(problem)
    found = []
    for n, target in enumerate(problem.instance.targets):
        if not target.hard or not problem.target_at_least[n] or not problem.target_heads[n]:
            continue
        wishes = np.where(servable & problem.target_courses[n][None, :], problem.demand, 0).sum(axis=1)
        most = int(np.minimum(wishes, problem.capacity)[problem.target_cohorts[n]].sum())
        if most < target.value:
            found.append(
                f"{describe_target(target)}：符合条件且能参训的愿意人数最多只有 {most} 人。请核对需求或降低数值。"
            )
            continue
        cheapest = _cheapest_head_cents(problem, n, servable)
        money = int(problem.fund_cents.sum())
        if cheapest * target.value > money:
            found.append(
                f"{describe_target(target)}：每人费用至少 {cheapest / 100:,.2f} 元，共需 "
                f"{cheapest * target.value / 100:,.2f} 元，超过资金总额 {money / 100:,.2f} 元。请增加资金或降低数值。"
            )
    return found


def _cheapest_head_cents(problem: Problem, n: int, servable: np.ndarray) -> int:
    """Least cost per head among those a target counts, without class costs."""
    per_head = problem.head_cents.sum(axis=2)[:, problem.cohort_group].T  # K, C
    counted = servable & problem.target_cohorts[n][:, None] & problem.target_courses[n][None, :]
    return int(per_head[counted].min(initial=np.iinfo(np.int64).max // 10**6)) if counted.any() else 0


def _unopenable_locks(problem: Problem) -> list[str]:
    found = []
    for pattern, index in zip(problem.required, problem.required_lock, strict=True):
        if not _some_option(problem, pattern):
            lock = problem.instance.locks[index]
            found.append(
                f"{describe_lock(lock)}：没有一个班次符合——承训资格、设备、场地座位、开班时间、农忙或附近愿意人数中"
                "至少有一项不满足。请放宽该行的条件或删去该行。"
            )
    return found


def _some_option(problem: Problem, pattern: np.ndarray) -> bool:
    """Whether a class option exists that a required lock matches."""
    course, offering, provider, venue, form, week = (int(value) for value in pattern)
    offerings = [offering] if offering != ANY else np.flatnonzero(problem.offering_course == course)
    weeks = range(problem.weeks)
    for h in offerings:
        for p, v in zip(*np.nonzero(problem.fits[:, :, course]), strict=True):
            if provider not in (ANY, p) or venue not in (ANY, v) or problem.max_size[h, v] < problem.min_size[h]:
                continue
            for m in range(2) if form == ANY else [form]:
                for s in weeks if week == ANY else [w for w in [week] if w in weeks]:
                    if not problem.length[course, m, s]:
                        continue
                    slot = Slot(int(h), int(p), int(v), m, s)
                    gathered = problem.demand[admissible_heads(problem, slot), course].sum()
                    if gathered >= problem.min_size[h] and not is_forbidden(problem, slot):
                        return True
    return False
