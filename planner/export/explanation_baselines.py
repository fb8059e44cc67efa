"""Sheet 与常规做法对比: the plan beside what the bureau would do without it, under the same rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.explanations.baselines.comparison import Gain
from planner.export.frame import BureauSheet, Column, Kind, Papers
from planner.export.wording import jobs_note, rounded_up, title_of, upward

_MOST_BROKEN = 6
"""Broken rules of a draft that are quoted; the others are counted."""


def write_gains(papers: Papers, instance: Instance, plan: Plan, gains: Sequence[Gain]) -> None:
    """Write the sheet: one row for the plan, one for each baseline, and a sentence on each gain."""
    columns = [
        Column("做法", 20),
        Column("怎样做的", 38),
        Column("班数", 8, Kind.WHOLE),
        Column("人数", 9, Kind.WHOLE),
        Column("费用（元）", 15, Kind.YUAN),
        Column("得分", 11, Kind.JOBS),
        Column("按现有就业率", 11, Kind.JOBS, group="本方案多"),
        Column("低（10%）", 10, Kind.JOBS, group="本方案多"),
        Column("高（90%）", 10, Kind.JOBS, group="本方案多"),
        Column("最好也只多", 11, Kind.JOBS, group="本方案多"),
        Column("是否符合规则", 30),
    ]
    sheet = BureauSheet(papers, "与常规做法对比", title_of(instance, "方案与常规做法对比表"), columns, "班、人、元")
    persons = sum(planned.size for planned in plan.classes)
    sheet.total(("本方案", "本程序编制", len(plan.classes), persons, plan.total_cost_cents, plan.value,
                 None, None, None, None, "符合（已独立核对）"))  # fmt: skip
    sheet.rows([_row(gain) for gain in gains])
    for number, sentence in enumerate([*gain_sentences(gains), *_guide(instance, plan, gains)], 1):
        sheet.note(f"{number}. {sentence}")
    sheet.sign()


def gain_sentences(gains: Sequence[Gain]) -> list[str]:
    """Return one sentence on each baseline that can be read aloud."""
    return [_sentence(gain) for gain in gains]


def _row(gain: Gain) -> tuple[Any, ...]:
    baseline = gain.baseline
    classes = baseline.planned if baseline.classes is None else len(baseline.classes)
    most = None if gain.most is None else upward(gain.most)
    size = (gain.persons, gain.cents, gain.value) if baseline.classes is not None else (None, None, None)
    return (baseline.name, baseline.how, classes, *size, gain.gain, gain.low, gain.high, most,
            broken_words(baseline.broken))  # fmt: skip


def broken_words(broken: Sequence[str]) -> str:
    """Return what the checker objects to, in a cell's length."""
    if not broken:
        return "符合（已独立核对）"
    more = f"；另有 {len(broken) - _MOST_BROKEN} 处" if len(broken) > _MOST_BROKEN else ""
    return f"不符合，{len(broken)} 处：" + "；".join(broken[:_MOST_BROKEN]) + more


def _sentence(gain: Gain) -> str:
    name = gain.baseline.name
    if gain.gain is None or gain.low is None or gain.high is None:
        return f"“{name}”不符合规则，不能作为方案，因此不说本方案比它多多少。"
    if gain.low <= 0 <= gain.high:
        sure = "范围跨过 0，不能说哪个更好" if gain.low < 0 < gain.high else "看不出差别"
        first = f"与“{name}”相比，本方案得分差 {gain.gain:+,.1f}，{sure}"
    else:
        first = f"与“{name}”相比，本方案得分{'多' if gain.gain > 0 else '少'} {abs(gain.gain):,.1f}"
    spread = f"就业率变动时十次有八次在 {gain.low:,.1f} 至 {gain.high:,.1f} 之间"
    if gain.most is None:
        return f"{first}（{spread}）。"
    return f"{first}（{spread}）；任何方案比它最多多 {rounded_up(gain.most)}（已证明）。"


def _guide(instance: Instance, plan: Plan, gains: Sequence[Gain]) -> list[str]:
    missing = rounded_up(max(0.0, plan.bound - plan.value))
    sentences = [
        "得分是预计就业折算人数：有岗位衔接的每人计 1，没有的按无岗系数折算，再减去未完成任务的扣分。",
        "各做法都用同一份工作簿、同样的资金、班次、农忙、路程和任务规则，由同一核对程序核对。",
        f"范围的算法：就业率按已知的把握程度抽取 200 次，两个方案每次用同一组就业率计算，取差额的 10% 和 90% 位置；"
        f"给定的就业率按准确计。“最好也只多”用已证明的得分上限计算；本方案离上限最多 {missing}。",
        jobs_note(instance.settings.objective),
    ]
    if not any(gain.baseline.name.startswith("原草案") for gain in gains):
        sentences.append("未提供草案或上年方案；用 --draft 提供后，本表会加上它。")
    return sentences
