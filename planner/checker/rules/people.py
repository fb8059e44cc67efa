"""Rules on who sits in a class: farming, age, travel, class size, people and demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.checker.audit import Audit, cohort_of, cohort_text
from planner.checker.derivation import CohortKey, is_age_admitted
from planner.checker.register import Breach, rule
from planner.checker.travel import MINUTES_TOLERANCE


@rule("farming-ban", "学员所在乡镇农忙达到禁开指数的周不上课（有季节窗口的课程除外）。")
def is_farming_respected(audit: Audit) -> Iterator[Breach]:
    """Section 2: busy[t, w] < busy_ban (part time: busy_ban_part_time) in every week of j."""
    derivation = audit.derivation
    for checked in audit.classes:
        limit = derivation.busy_limit(checked.option.form)
        for township in dict.fromkeys(head.township for head in checked.heads):
            for week in derivation.banned_weeks(checked.option, township):
                busy = derivation.busy(derivation.townships[township], week)
                yield (
                    checked.where,
                    f"乡镇“{township}” {week} 这周农忙指数 {busy:g}，{checked.option.form}班须低于 {limit:g}",
                )


@rule("age-fits", "学员的年龄段在课程适合的年龄段之内。")
def is_age_fit(audit: Audit) -> Iterator[Breach]:
    """Section 2: a fits c."""
    for checked in audit.classes:
        admitted = checked.option.course.age_bands
        for head in checked.heads:
            if not is_age_admitted(admitted, head.age_band):
                allowed = "、".join(sorted(admitted or ()))
                yield (
                    checked.where,
                    f"{cohort_text(cohort_of(head))} 的年龄段不适合课程“{checked.entry.course}”，允许：{allowed}",
                )


@rule("travel", "学员到场地的路程不超过最大路程。")
def is_near_enough(audit: Audit) -> Iterator[Breach]:
    """Section 2: travel(t, v) ≤ max_travel; a pair without minutes is unreachable."""
    limit = audit.instance.settings.max_travel_minutes
    for checked in audit.classes:
        destination = checked.option.venue.township
        for township in dict.fromkeys(head.township for head in checked.heads):
            minutes = audit.derivation.minutes(township, destination)
            if minutes is None:
                yield checked.where, f"乡镇“{township}”到“{destination}”没有路程也没有坐标，不可到达"
            elif minutes > limit + MINUTES_TOLERANCE:
                yield checked.where, f"乡镇“{township}”到“{destination}”需 {minutes:g} 分钟，最多 {limit:g} 分钟"


@rule("class-size", "班额不少于最小班额，不多于最大班额和场地座位。")
def is_size_right(audit: Audit) -> Iterator[Breach]:
    """Section 2: min_size ≤ heads ≤ min(max_size, seats of v)."""
    for checked in audit.classes:
        least, most, size = checked.option.course.min_size, checked.option.max_heads, checked.entry.size
        if not least <= size <= most:
            yield (
                checked.where,
                f"共 {size} 人，应为 {least} 至 {most} 人（最大班额 {checked.option.course.max_size}，"
                f"场地“{checked.option.venue.name}”座位 {checked.option.venue.seats}）",
            )


@rule("cohort-persons", "每批人的参训人次不超过可参训人数乘每人次数上限。")
def are_there_persons_enough(audit: Audit) -> Iterator[Breach]:
    """Section 2: Σ_j x ≤ persons · trainings_per_person."""
    trained: Counter[CohortKey] = Counter()
    for (cohort, _), persons in audit.trained.items():
        trained[cohort] += persons
    times = audit.instance.settings.trainings_per_person
    for cohort, persons in trained.items():
        most = audit.derivation.persons.get(cohort, 0) * times
        if persons > most:
            yield cohort_text(cohort), f"共安排 {persons} 人次，最多 {most} 人次（每人至多 {times} 次）"


@rule("demand", "每批人参加一门课的人数不超过愿意人数。")
def is_demand_respected(audit: Audit) -> Iterator[Breach]:
    """Section 2: Σ_{j of c} x ≤ demand."""
    for (cohort, course), persons in audit.trained.items():
        willing = audit.derivation.demand.get((cohort, course), 0)
        if persons > willing:
            yield f"{cohort_text(cohort)}·{course}", f"共安排 {persons} 人，愿意参加的只有 {willing} 人"
