"""Open wishes with their verified reason and the smallest change that would serve them, in sentences.

Reasons come from :mod:`planner.engine.reasons`; here they are put into words, counted by township and course, and
told whether the occupation still has a vacancy for the people who wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.engine.jobs import Outcome, link_more
from planner.engine.reasons import Obstacle, OpenWish, Reason, Way, open_wishes
from planner.explanations.words import class_words, day_words, yuan
from planner.model.options import ClassHeads, end_week
from planner.model.problem import Problem


@dataclass(frozen=True, slots=True)
class UnservedCell:
    """Open wishes of one township for one course that share a reason: how many, and what would serve them.

    ``cells`` counts the cohorts behind it. ``no_vacancy``: vacancies that could take them are full or there are none.
    """

    township: str
    course: str
    persons: int
    cells: int
    reason: Reason
    change: str
    no_vacancy: bool


def explain_unserved(problem: Problem, classes: Sequence[ClassHeads]) -> tuple[UnservedCell, ...]:
    """Every open wish by township, course and reason; of several changes the nearest is told."""
    groups: dict[tuple[int, int, Reason], list[OpenWish]] = defaultdict(list)
    for wish in open_wishes(problem, classes):
        groups[int(problem.cohort_township[wish.cohort]), wish.course, wish.reason].append(wish)
    vacancies = _Vacancies(problem, classes)
    instance = problem.instance
    return tuple(
        UnservedCell(
            instance.townships[t].name, instance.courses[c].name, sum(wish.persons for wish in wishes), len(wishes),
            reason, change_words(problem, min(wishes, key=_nearness)), all(vacancies.are_full(wish) for wish in wishes),
        )
        for (t, c, reason), wishes in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1], item[0][2].name))
    )  # fmt: skip


def _nearness(wish: OpenWish) -> tuple[int, int, int, int]:
    way = wish.way
    return (0, 0, 0, wish.cohort) if way is None else (way.obstacles.bit_count(), way.people, way.cents, wish.cohort)


class _Vacancies:
    """Whether one more expected job would still find a vacancy beside the plan's."""

    def __init__(self, problem: Problem, classes: Sequence[ClassHeads]) -> None:
        self._problem = problem
        self._known: dict[Outcome, bool] = {}
        self._more = link_more(problem, classes)

    def are_full(self, wish: OpenWish) -> bool:
        """Whether the wish's nearest class would find no vacancy; false where no vacancies are known."""
        problem, way = self._problem, wish.way
        if way is None or problem.instance.pools is None:
            return False
        outcome = int(problem.course_occupation[wish.course]), int(problem.cohort_band[wish.cohort]), end_week(
            problem, way.slot
        )
        if outcome not in self._known:
            self._known[outcome] = self._more(outcome) < 0.5
        return self._known[outcome]


def change_words(problem: Problem, wish: OpenWish) -> str:
    """The smallest change that would serve a wish, as a sentence without full stop."""
    instance, way = problem.instance, wish.way
    course = instance.courses[wish.course].name
    if wish.reason is Reason.AGE:
        band = instance.age_bands[problem.cohort_band[wish.cohort]].name
        return f"“{course}”的适合年龄段放宽到{band}"
    if wish.reason is Reason.PLACED:
        return f"每人次数上限由 {instance.settings.trainings_per_person} 次放宽"
    if wish.reason is Reason.NO_PROVIDER:
        return f"有一家机构取得“{course}”的承训资格，并有班次和场地"
    if wish.reason is Reason.TOO_FAR:
        return _travel_words(problem, wish.minutes)
    if way is None:
        return "放宽季节窗口，或延长计划期"
    if not way.obstacles:
        words = f"可以{'插入' if way.joined else '开'}{_way_words(problem, way)}"
        return f"{words}，得分多 {way.gain:,.1f}" if way.gain > 1e-9 else f"{words}，但得分不增加，要先有空缺岗位"
    return f"{'插入' if way.joined else '开'}{_way_words(problem, way)}，要" + "，并且".join(_needs(problem, way))


def _travel_words(problem: Problem, minutes: float) -> str:
    if not np.isfinite(minutes):
        return "没有到任何能开班场地的路程；补报路程，或在就近场地配齐机构和设备"
    most = problem.instance.settings.max_travel_minutes
    more = minutes - most
    return f"最近的能开班场地要走 {minutes:,.0f} 分钟，比上限 {most:g} 分钟多 {more:,.0f} 分钟；就近设点，或放宽路程"


def _way_words(problem: Problem, way: Way) -> str:
    if way.joined:
        return f"{class_words(problem, way.slot)}（还有 {way.size} 个座位）"
    return f"{class_words(problem, way.slot)}（{way.size} 人）"


def _needs(problem: Problem, way: Way) -> list[str]:
    """What is missing for the way, the hardest first."""
    instance = problem.instance
    needs = []
    if way.obstacles & Obstacle.LOCK:
        needs.append("取消禁止它的固定班")
    if way.obstacles & Obstacle.CAP:
        needs.append("提高已满的任务上限")
    if way.obstacles & Obstacle.FARMING:
        form_ban = (instance.settings.busy_ban, instance.settings.busy_ban_part_time)[way.slot.form]
        first = day_words(problem.mondays[way.slot.week])
        needs.append(f"允许 {first} 起的几周农忙时上课（本乡农忙指数最高 {way.busy:.2f}，禁开线 {form_ban:g}）")
    if way.obstacles & Obstacle.PEOPLE:
        needs.append(f"附近再有 {way.people} 人愿意")
    if way.obstacles & Obstacle.CAPACITY:
        team = f"{instance.providers[way.slot.provider].name}在这几周多 1 个班次"
        room = f"{instance.venues[way.slot.venue].name}在这几周多 1 间教室"
        needs.append("，".join([*([team] if way.team_missing else []), *([room] if way.room_missing else [])]))
    if way.obstacles & Obstacle.MONEY:
        needs.append(f"{'每人' if way.joined else ''}再有 {yuan(way.cents)} 元（用途不限）")
    return needs
