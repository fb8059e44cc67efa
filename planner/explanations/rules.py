"""The planner's own rules - those that a bureau or a leader could lift - and the instance with one of them lifted.

Lifting never changes the order or the number of rows, so plans and prices of the instance as it stands are a warm
start for the lifted one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from planner.domain.instance import FundRule, Instance, LockKind, Sense
from planner.engine.feasibility import describe_lock, describe_target

_NO_BAN = 2.0
"""A busy index (0..1) never reaches it."""
_FARTHER = 1.5
"""Factor by which the longest way is widened: lifting it altogether would let everybody go everywhere."""


class Family(StrEnum):
    """Kinds of rules, as the bureau names them."""

    TARGET = "必须任务"
    WISHED = "尽量任务"
    LOCK = "固定班"
    FARMING = "农忙禁开"
    EARMARK = "资金用途"
    TRAVEL = "最大路程"
    SIZE = "班额"
    ANNUAL = "年度班数上限"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and the instance without it. ``within`` names the wider rule whose lifting lifts this one, too."""

    family: Family
    name: str
    lifted: Instance
    within: str = ""


def liftable_rules(instance: Instance) -> tuple[Rule, ...]:
    """Every rule of the instance that can be lifted, targets first; what binds nobody is listed, too."""
    return (*_targets(instance), *_locks(instance), *_farming(instance), *_earmarks(instance), *_travel(instance),
            *_sizes(instance), *_annual(instance))  # fmt: skip


def soft_target_rule(instance: Instance, n: int) -> Rule:
    """Soft target number n alone, as a part of all soft targets together."""
    alone = describe_target(instance.targets[n])
    return Rule(Family.WISHED, alone, lift_target(instance, n), _all_soft_words(instance))


def lift_target(instance: Instance, n: int) -> Instance:
    """The instance whose target number n asks nothing; its row stays."""
    target = instance.targets[n]
    most = instance.settings.trainings_per_person * sum(cohort.persons for cohort in instance.cohorts)
    idle = replace(target, value=0 if target.sense is Sense.AT_LEAST else max(target.value, most))
    return replace(instance, targets=(*instance.targets[:n], idle, *instance.targets[n + 1 :]))


def lift_lock(instance: Instance, n: int) -> Instance:
    """The instance without lock number n; a demanded one stays as a demand for no class."""
    lock = instance.locks[n]
    rest = [replace(lock, number=0)] if lock.kind is LockKind.REQUIRED else []
    return replace(instance, locks=(*instance.locks[:n], *rest, *instance.locks[n + 1 :]))


def lift_farming(instance: Instance) -> Instance:
    """The instance in which people may attend in any week; attendance still falls with the busy index."""
    settings = replace(instance.settings, busy_ban=_NO_BAN, busy_ban_part_time=_NO_BAN)
    return replace(instance, settings=settings)


def _targets(instance: Instance) -> Iterator[Rule]:
    wished = instance
    for n, target in enumerate(instance.targets):
        if target.hard:
            yield Rule(Family.TARGET, describe_target(target), lift_target(instance, n))
        else:
            wished = lift_target(wished, n)
    if wished is not instance:
        yield Rule(Family.WISHED, _all_soft_words(instance), wished)


def _all_soft_words(instance: Instance) -> str:
    soft = [target for target in instance.targets if not target.hard]
    return f"全部尽量任务（{len(soft)} 项，如{describe_target(soft[0])}）"


def _locks(instance: Instance) -> Iterator[Rule]:
    for n, lock in enumerate(instance.locks):
        yield Rule(Family.LOCK, describe_lock(lock), lift_lock(instance, n))


def _farming(instance: Instance) -> Iterator[Rule]:
    settings = instance.settings
    name = f"农忙禁开（集中班指数 {settings.busy_ban:g}、分散班 {settings.busy_ban_part_time:g} 起不上课）"
    yield Rule(Family.FARMING, name, lift_farming(instance))


def _earmarks(instance: Instance) -> Iterator[Rule]:
    if instance.fund_rules is None:
        return
    every = "全部资金用途限制"
    yield Rule(Family.EARMARK, every, replace(instance, fund_rules=None))
    for fund in instance.funds:
        rules = tuple(rule for rule in instance.fund_rules if rule.fund != fund.name)
        if FundRule(fund.name) not in instance.fund_rules:
            free = replace(instance, fund_rules=(*rules, FundRule(fund.name)))
            yield Rule(Family.EARMARK, f"“{fund.name}”的用途限制", free, every)


def _travel(instance: Instance) -> Iterator[Rule]:
    minutes = instance.settings.max_travel_minutes
    farther = replace(instance, settings=replace(instance.settings, max_travel_minutes=_FARTHER * minutes))
    yield Rule(Family.TRAVEL, f"最大路程 {minutes:g} 分钟（放宽到 {_FARTHER * minutes:g} 分钟）", farther)


def _sizes(instance: Instance) -> Iterator[Rule]:
    """Smallest sizes halved, and largest ones raised to what the venues seat."""
    if any(course.min_size > 1 for course in instance.courses):
        courses = tuple(replace(course, min_size=-(-course.min_size // 2)) for course in instance.courses)
        yield Rule(Family.SIZE, "最小班额（各课程减半）", replace(instance, courses=courses))
    seats = max((venue.seats for venue in instance.venues), default=0)
    if any(course.max_size < seats for course in instance.courses):
        courses = tuple(replace(course, max_size=max(course.max_size, seats)) for course in instance.courses)
        yield Rule(Family.SIZE, "最大班额（只受场地座位限制）", replace(instance, courses=courses))


def _annual(instance: Instance) -> Iterator[Rule]:
    limited = [provider for provider in instance.providers if provider.annual_classes is not None]
    if limited:
        free = tuple(replace(provider, annual_classes=None) for provider in instance.providers)
        yield Rule(Family.ANNUAL, f"年度班数上限（{len(limited)} 家机构）", replace(instance, providers=free))
