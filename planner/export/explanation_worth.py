"""Sheets 各班作用 and 各乡镇答复: what each class is worth, and what each township would cost one more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.explanations.townships import Place, TownshipAnswer
from planner.explanations.words import day_words
from planner.explanations.worth import Alternative, ClassWorth, Kind
from planner.export.frame import BureauSheet, Column, Papers, fitted_width
from planner.export.frame import Kind as Cell
from planner.export.wording import title_of
from planner.model.problem import Problem
from planner.model.weeks import FORMS

_EQUAL = 0.05
"""Expected jobs below which two places of a class are called equally good: what one decimal shows as nought."""


def write_worths(
    papers: Papers, instance: Instance, plan: Plan, problem: Problem, worths: Sequence[ClassWorth]
) -> None:
    """Write sheet 各班作用: each class with the jobs lost without it and its nearest alternatives."""
    columns = [
        Column("班级编号", 11, Cell.LABEL),
        Column("课程", fitted_width([planned.course for planned in plan.classes], 16, 24)),
        Column("承训机构和场地", 30),
        Column("开班日期", 12, Cell.DAY),
        Column("人数", 7, Cell.WHOLE),
        Column("少开它最多损失", 11, Cell.JOBS),
        Column("为什么在这一周", 28, group="换一换会怎样（同样的人，其他班不动）"),
        Column("为什么是这家机构", 28, group="换一换会怎样（同样的人，其他班不动）"),
        Column("为什么在这个场地", 28, group="换一换会怎样（同样的人，其他班不动）"),
    ]
    sheet = BureauSheet(papers, "各班作用", title_of(instance, "各班作用表"), columns, "人", frozen_columns=2)
    rows = []
    for worth in sorted(worths, key=lambda worth: (-_sortable(worth.most), worth.index)):
        planned = plan.classes[worth.index]
        most: float | str = "不能少" if worth.most is None else worth.most
        words = [_kind_words(problem, worth, kind, planned.size) for kind in Kind]
        place = f"{planned.provider}，{planned.venue}"
        rows.append((planned.id, planned.course, place, planned.start_week, planned.size, most, *words))
    sheet.rows(rows)
    sheet.filter_body()
    for number, sentence in enumerate(_guide(worths), 1):
        sheet.note(f"备注{number}：{sentence}")
    sheet.sign()


def write_answers(
    papers: Papers, instance: Instance, problem: Problem, answers: Sequence[TownshipAnswer]
) -> None:
    """Write sheet 各乡镇答复: the class each township misses most, and what it would cost."""
    columns = [
        Column("乡镇", fitted_width([township.name for township in instance.townships], 16, 26)),
        Column("本地开班", 9, Cell.WHOLE),
        Column("已安排人数", 10, Cell.WHOLE),
        Column("还在等的人次", 10, Cell.WHOLE),
        Column("最该补的班", 34),
        Column("补上最多损失", 12, Cell.JOBS),
        Column("补上要让出什么", 70),
    ]
    sheet = BureauSheet(papers, "各乡镇答复", title_of(instance, "各乡镇答复表"), columns, "班、人", frozen_columns=1)
    sheet.rows([
        (instance.townships[one.township].name, one.classes, one.persons, one.waiting, _place_words(problem, one.place),
         one.loss, answer_words(problem, one))
        for one in answers
    ])  # fmt: skip
    for number, sentence in enumerate(_answer_guide(), 1):
        sheet.note(f"备注{number}：{sentence}")
    sheet.sign()


def worth_sentences(plan: Plan, worths: Sequence[ClassWorth]) -> list[str]:
    """Return one sentence on the class that would be missed most and the one missed least."""
    known = [worth for worth in worths if worth.most is not None]
    if not known:
        return []
    dearest = max(known, key=lambda worth: (_sortable(worth.most), -worth.index))
    cheapest = min(known, key=lambda worth: (_sortable(worth.most), worth.index))

    def named(worth: ClassWorth) -> str:
        planned = plan.classes[worth.index]
        return f"{planned.course}（{planned.id}，少开它最多损失 {worth.most:,.1f}）"

    return [f"各班作用（少开一个、其余重排）：最难替代的是{named(dearest)}，最容易替代的是{named(cheapest)}。"]


def answer_words(problem: Problem, one: TownshipAnswer) -> str:
    """Return what a township's class would cost, in words that can be read aloud."""
    if one.place is None:
        return "没有还在等的人能组成一个班，原因见“未满足需求原因”" if one.waiting else "愿意的人都已安排"
    if one.loss is None:
        return "没有找到既补上它又完成全部必须任务的方案"
    changes = _changes(problem, one)
    if one.loss < -_EQUAL:
        return f"补上它得分还能多 {-one.loss:,.1f}（在离最优的差距以内）：{changes}"
    if one.loss < _EQUAL:
        return f"补上它得分不变：{changes}"
    return f"{'正好' if one.exact else '最多'}损失 {one.loss:,.1f}：{changes}"


def _changes(problem: Problem, one: TownshipAnswer) -> str:
    """Which courses lose or gain classes, and how many classes only move."""
    fewer, more = _by_course(one.given_up), _by_course(one.put_in)
    lost, gained = fewer - more, more - fewer
    moved = min(fewer.total(), more.total()) - min(lost.total(), gained.total())
    names = problem.instance.courses
    parts = []
    if lost:
        parts.append("少开" + "、".join(f"{names[c].name} {number} 个班" for c, number in sorted(lost.items())))
    if gained:
        parts.append("多开" + "、".join(f"{names[c].name} {number} 个班" for c, number in sorted(gained.items())))
    if moved:
        parts.append(f"{moved} 个班换地点")
    return "，".join(parts) or "各班数不变，只调整学员"


def _by_course(places: Sequence[tuple[Place, int]]) -> Counter[int]:
    courses: Counter[int] = Counter()
    for (course, _), number in places:
        courses[course] += number
    return courses


def _place_words(problem: Problem, place: Place | None) -> str:
    if place is None:
        return ""
    return f"{problem.instance.courses[place[0]].name}，在{problem.instance.venues[place[1]].name}"


def _sortable(most: float | None) -> float:
    return float("inf") if most is None else most


def _kind_words(problem: Problem, worth: ClassWorth, kind: Kind, persons: int) -> str:
    ones = [one for one in worth.alternatives if one.kind is kind]
    return "；".join(_alternative_words(problem, one, persons) for one in ones) or "没有别的可选"


def _alternative_words(problem: Problem, one: Alternative, persons: int) -> str:
    words = _elsewhere_words(problem, one)
    gap = f"{'多' if one.difference > 0 else '少'} {abs(one.difference):,.1f}"
    if abs(one.difference) < _EQUAL:
        gap = "一样好"
    stays = "" if one.persons == persons else f"（只能来 {one.persons} 人）"
    denied = f"，但{'、'.join(one.obstacles)}" if one.obstacles else ""
    return f"{words}{stays}：{gap}{denied}"


def _elsewhere_words(problem: Problem, one: Alternative) -> str:
    """What the alternative changes, in words."""
    instance, slot = problem.instance, one.slot
    if one.kind is Kind.WEEK:
        return f"{day_words(problem.mondays[slot.week])} 起{FORMS[slot.form].value}"
    return instance.providers[slot.provider].name if one.kind is Kind.PROVIDER else instance.venues[slot.venue].name


def _guide(worths: Sequence[ClassWorth]) -> list[str]:
    sentences = [
        "“少开它最多损失”：该场地少开一个这门课的班，空出的人、钱、班次全部重新安排后，得分少多少。"
        "已找到的重排方案证明损失不会更大；真正的损失在 0 与它之间。同场地同课程有几个班的，各班数字相同。",
        "“不能少”：没有找到少开它还能完成全部必须任务和固定班的方案。",
        "“换一换”：只动这一个班，其他班和学员不动，按得分计；列出能开的里面最好的，以及更好但开不了的和原因。",
        "得分按预计就业折算，是期望值，不是对某个人的承诺。",
    ]
    if worths and all(worth.most is not None and worth.most == worth.least for worth in worths):
        sentences[0] = "“少开它最多损失”：该场地少开一个这门课的班，其余重新求到最优后，得分正好少这么多（已证明）。"
    return sentences


def _answer_guide() -> list[str]:
    return [
        "“最该补的班”：本乡还没有安排的人能组成的班里，每元预计就业最多的两个逐一试过，取损失小的一个；"
        "场地取本乡的，没有的取最近的。",
        "“补上最多损失”：把这个班作为必须开，其余全部重新安排后，得分少多少；找到的方案证明损失不会更大。"
        "负数表示补上后反而更好，可据此改进方案。",
        "还在等的人次按意愿计，一人报了几门课的分别计；已在其他班的人不算。",
    ]
