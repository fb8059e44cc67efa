"""Rules on what the plan claims of itself: status, bound, gap, and who is left out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from planner.checker.audit import Audit, cohort_text
from planner.checker.derivation import CohortKey
from planner.checker.register import Breach, rule
from planner.checker.rules.jobs import is_close
from planner.domain.plan import Status


@rule("bound", "上界不低于方案值。")
def is_bound_above_value(audit: Audit) -> Iterator[Breach]:
    """Section 2: no plan is above the proved bound, so neither is this one."""
    bound = audit.record.bound
    for name, value in (("记录的方案值", audit.record.value), ("复算的方案值", audit.value)):
        if bound is not None and value is not None and bound < value and not is_close(bound, value):
            yield "bound", f"上界 {bound:.6f} 低于{name} {value:.6f}"
            return


@rule("gap", "差距等于（上界－方案值）÷上界；没有上界时也没有差距。")
def is_gap_right(audit: Audit) -> Iterator[Breach]:
    """Contract notes, 20: (bound − value)/|bound|, 0 when they are equal; a bound of 0 leaves the gap undefined."""
    value, bound, gap = audit.record.value, audit.record.bound, audit.record.gap
    if value is None or bound is None or gap is None:
        return
    if math.isinf(bound):
        if not math.isinf(gap):
            yield "gap", f"写为 {gap:.6f}，没有上界（null）时差距也应为 null"
        return
    if is_close(bound, value) and is_close(gap, 0.0):
        return
    if bound and not is_close(gap, (bound - value) / abs(bound)):
        yield "gap", f"写为 {gap:.6f}，按上界 {bound:.6f} 和方案值 {value:.6f} 应为 {(bound - value) / abs(bound):.6f}"


@rule("status", "有方案的状态是 optimal、feasible 或 stopped；optimal 时方案值等于上界。")
def is_status_right(audit: Audit) -> Iterator[Breach]:
    """Section 4: an infeasible problem has no plan; optimal means value = bound."""
    status, value, bound = audit.record.status, audit.record.value, audit.record.bound
    if status is Status.INFEASIBLE:
        yield "status", "状态为 infeasible 的记录不是方案，应为 optimal、feasible 或 stopped"
    if status is Status.OPTIMAL and value is not None and bound is not None and not is_close(bound, value):
        yield "status", f"状态为 optimal，但方案值 {value:.6f} 不等于上界 {bound:.6f}"


@rule("unserved", "未满足人数不超过愿意人数减去已安排人数。")
def is_unserved_right(audit: Audit) -> Iterator[Breach]:
    """Section 4: unserved does not exceed the demand left."""
    unserved: Counter[tuple[CohortKey, str]] = Counter()
    for left in audit.record.unserved:
        unserved[(left.township, left.age_band, left.group), left.course] += left.persons
    for (cohort, course), persons in unserved.items():
        most = max(0, audit.derivation.demand.get((cohort, course), 0) - audit.trained[cohort, course])
        if persons > most:
            yield f"{cohort_text(cohort)}·{course}", f"写为 {persons} 人未满足，愿意而未安排的只有 {most} 人"
