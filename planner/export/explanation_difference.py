"""Sheets 两案差别 and 两案差别（乡镇）: what changed from an earlier plan to this one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from planner.domain.instance import Instance
from planner.explanations.difference import Change, ClassChange, Difference
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import title_of, yuan_words


def write_difference(papers: Papers, instance: Instance, difference: Difference) -> None:
    """Write both sheets."""
    _write_classes(papers, instance, difference)
    _write_townships(papers, instance, difference)


def difference_sentences(difference: Difference) -> list[str]:
    """Return the changes in total, in a sentence that can be read aloud."""
    number = Counter(one.change for one in difference.classes)
    parts = [f"{change.value} {number[change]} 个班" for change in Change if number[change]]
    changed = "、".join([*parts, f"{difference.same} 个班没有变化"])
    sentence = (
        f"与原方案相比：{changed}；培训人数{_signed(difference.persons, '人')}，费用"
        f"{_signed_yuan(difference.cents)}"
    )
    if difference.same_input:
        return [f"{sentence}，得分{difference.value:+,.1f}。"]
    return [f"{sentence}；两个方案用的工作簿不同，得分不能直接相比。"]


def _write_classes(papers: Papers, instance: Instance, difference: Difference) -> None:
    courses = [_either(one).course for one in difference.classes]
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("变化", 11, Kind.LABEL),
        Column("课程", fitted_width(courses, 16, 24)),
        Column("原班级", 11, Kind.LABEL),
        Column("现班级", 11, Kind.LABEL),
        Column("人数增减", 9, Kind.WHOLE),
        Column("费用增减（元）", 13, Kind.YUAN),
        Column("变了什么", 44),
        Column("为什么", 44),
    ]
    sheet = BureauSheet(papers, "两案差别", title_of(instance, "方案变动表"), columns, "人、元", frozen_columns=3)
    sheet.rows([_row(number, one) for number, one in enumerate(difference.classes, 1)])
    sheet.total((None, "合计", None, None, None, difference.persons, difference.cents, None, None))
    sheet.note("备注1：" + difference_sentences(difference)[0])
    sheet.note(
        "备注2：同一门课的班按场地、机构、时间和学员相像的程度一一对应；对不上的，原有的记为取消，现有的记为新增。"
        "“为什么”只写核对程序能推出的原因。"
    )
    sheet.sign()


def _row(number: int, one: ClassChange) -> tuple[Any, ...]:
    before, after = one.before, one.after
    where = [] if one.before and one.after else [f"{_either(one).provider}，{_either(one).venue}，"
                                                 f"{_either(one).start_week:%Y-%m-%d} 开班"]  # fmt: skip
    details = "；".join([*where, *one.details]) or "只调整学员"
    return (number, one.change.value, _either(one).course, before.id if before else "", after.id if after else "",
            one.persons, one.cents, details, one.why)  # fmt: skip


def _write_townships(papers: Papers, instance: Instance, difference: Difference) -> None:
    columns = [
        Column("乡镇", fitted_width([one.township for one in difference.townships], 20, 40)),
        Column("本地开班增减", 16, Kind.WHOLE),
        Column("培训人数增减", 16, Kind.WHOLE),
        Column("本地开班费用增减（元）", 20, Kind.YUAN),
    ]
    title = title_of(instance, "方案变动表（分乡镇）")
    sheet = BureauSheet(papers, "两案差别（乡镇）", title, columns, "班、人、元")
    sheet.rows([(one.township, one.classes, one.persons, one.cents) for one in difference.townships])
    sheet.total((
        "合计", sum(one.classes for one in difference.townships), sum(one.persons for one in difference.townships),
        sum(one.cents for one in difference.townships),
    ))  # fmt: skip
    sheet.note("备注：人数按生源乡镇计，开班和费用按培训地点计。")
    sheet.sign()


def _either(one: ClassChange) -> Any:
    return one.after or one.before


def _signed(number: int, unit: str) -> str:
    return f"{'增加' if number > 0 else '减少'} {abs(number):,} {unit}" if number else "不变"


def _signed_yuan(cents: int) -> str:
    return f"{'增加' if cents > 0 else '减少'} {yuan_words(abs(cents))} 元" if cents else "不变"
