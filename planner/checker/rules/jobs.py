"""Rules on expected jobs: which pools take them, how many, and the figures they add up to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from planner.checker.audit import Audit, Source
from planner.checker.derivation import is_age_admitted, is_pool_open
from planner.checker.register import Breach, rule
from planner.domain.instance import VacancyPool
from planner.domain.plan import Placement

JOBS_TOLERANCE = 1e-6


def is_close(found: float, derived: float) -> bool:
    """Equal within 10⁻⁶, relative for figures above 1: expected jobs are sums of many products."""
    return abs(found - derived) <= JOBS_TOLERANCE * max(1.0, abs(derived))


def _where(placement: Placement) -> str:
    return f"岗位 {placement.pool}（{placement.occupation}，{placement.end_week}，{placement.age_band}）"


def _resolved(audit: Audit) -> Iterator[tuple[Placement, VacancyPool]]:
    """Placements into known pools out of weeks of the plan."""
    for placement in audit.record.placements:
        pool = audit.derivation.pools.get(placement.pool)
        if pool is not None and placement.end_week in audit.derivation.weeks:
            yield placement, pool


@rule("placement-without-pools", "工作簿没有岗位表时，方案不记岗位衔接。")
def are_placements_absent_without_pools(audit: Audit) -> Iterator[Breach]:
    """Contract notes, 23: no 岗位 sheet, no placements."""
    if audit.instance.pools is None and audit.record.placements:
        yield "placements", f"记了 {len(audit.record.placements)} 条，工作簿没有岗位，应为空"


@rule("placement-unique", "同一职业、结束周、年龄段和岗位只记一条衔接。")
def are_placements_unique(audit: Audit) -> Iterator[Breach]:
    """Section 4: one entry per source and pool."""
    for where, times in Counter(_where(placement) for placement in audit.record.placements).items():
        if times > 1:
            yield where, f"记了 {times} 条，应合并为一条"


@rule("placement-occupation", "岗位只接收同一工种的就业。")
def is_occupation_of_pool(audit: Audit) -> Iterator[Breach]:
    """Section 2: the pool's occupation is o."""
    for placement, pool in _resolved(audit):
        if placement.occupation != pool.occupation:
            yield _where(placement), f"岗位的工种是“{pool.occupation}”，不能接收“{placement.occupation}”"


@rule("placement-age", "岗位只接收它允许的年龄段。")
def is_age_of_pool(audit: Audit) -> Iterator[Breach]:
    """Section 2: the pool admits a."""
    for placement, pool in _resolved(audit):
        if not is_age_admitted(pool.age_bands, placement.age_band):
            allowed = "、".join(sorted(pool.age_bands or ()))
            yield _where(placement), f"不接收年龄段“{placement.age_band}”，允许：{allowed}"


@rule("placement-window", "岗位的起止日期与结业后的衔接期相交。")
def is_pool_open_in_time(audit: Audit) -> Iterator[Breach]:
    """Section 2: Monday of e to Sunday of week e + placement_weeks meets from–to; e is a week of the plan."""
    for placement in audit.record.placements:
        if placement.end_week not in audit.derivation.weeks:
            yield _where(placement), f"结束周 {placement.end_week} 不在计划期内"
    weeks = audit.instance.settings.placement_weeks
    for placement, pool in _resolved(audit):
        if not is_pool_open(audit.derivation, pool, placement.end_week):
            yield (
                _where(placement),
                f"岗位 {pool.first_day or '不限'} 至 {pool.last_day or '不限'} 招人，"
                f"与 {placement.end_week} 起 {weeks} 周的衔接期不相交",
            )


@rule("pool-vacancies", "岗位接收的就业不超过岗位数。")
def are_vacancies_enough(audit: Audit) -> Iterator[Breach]:
    """Section 2: flows to a pool are at most its vacancies."""
    taken: defaultdict[str, float] = defaultdict(float)
    for placement in audit.record.placements:
        taken[placement.pool] += placement.jobs
    for pool_id, jobs in sorted(taken.items()):
        pool = audit.derivation.pools.get(pool_id)
        if pool is not None and jobs > pool.vacancies and not is_close(jobs, pool.vacancies):
            yield f"岗位 {pool_id}", f"共接收 {jobs:.6f}，岗位数只有 {pool.vacancies}"


@rule("placement-source", "同一职业、结束周、年龄段的衔接合计不超过其预计就业。")
def are_sources_enough(audit: Audit) -> Iterator[Breach]:
    """Section 2: flows out of E[o, e, a] are at most E[o, e, a]."""
    placed: defaultdict[Source, float] = defaultdict(float)
    for placement in audit.record.placements:
        placed[placement.occupation, placement.end_week, placement.age_band] += placement.jobs
    for source, jobs in sorted(placed.items()):
        expected = audit.expected_jobs.get(source, 0.0)
        if jobs > expected and not is_close(jobs, expected):
            where = f"{source[0]}，{source[1]}，{source[2]}"
            yield where, f"衔接合计 {jobs:.6f}，预计就业只有 {expected:.6f}"


@rule("linked-jobs", "有岗就业等于衔接合计；没有岗位表时等于全部预计就业。")
def are_linked_jobs_right(audit: Audit) -> Iterator[Breach]:
    """Section 4: linked_jobs, from the recorded placements."""
    recorded = audit.record.linked_jobs
    if recorded is not None and not is_close(recorded, audit.linked_jobs):
        yield "linked_jobs", f"写为 {recorded:.6f}，应为 {audit.linked_jobs:.6f}"


@rule("unlinked-jobs", "无岗就业等于预计就业减去有岗就业。")
def are_unlinked_jobs_right(audit: Audit) -> Iterator[Breach]:
    """Section 4: unlinked_jobs; linked and unlinked jobs add up to all expected jobs."""
    recorded = audit.record.unlinked_jobs
    if recorded is not None and not is_close(recorded, audit.unlinked_jobs):
        yield "unlinked_jobs", f"写为 {recorded:.6f}，应为 {audit.unlinked_jobs:.6f}"


@rule("value", "方案值等于有岗就业加无岗系数乘无岗就业减去任务代价。")
def is_value_right(audit: Audit) -> Iterator[Breach]:
    """Section 2: what is maximised, recomputed from the recorded placements."""
    recorded = audit.record.value
    if recorded is not None and not is_close(recorded, audit.value):
        yield "value", f"写为 {recorded:.6f}，应为 {audit.value:.6f}（任务代价 {audit.penalties:.6f}）"
