"""The plan in a few plain sentences, for the command line and the web page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from planner.domain.instance import Instance, Objective, Sense
from planner.domain.plan import Plan, Status
from planner.export.days import has_timetable
from planner.export.figures import count_funds, count_heads, tags_of
from planner.export.wording import (
    gap_percent,
    outlook_words,
    rounded_up,
    rounds_words,
    target_demand,
    timetable_size,
    unplaced_words,
    verdict,
    yuan_words,
)

ENGLISH_VERDICT = {
    Status.OPTIMAL: "proved optimal: no better plan exists under these settings",
    Status.FEASIBLE: "feasible plan",
    Status.STOPPED: "stopped early (time limit or by hand): the best plan found until then",
    Status.INFEASIBLE: "no plan meets every hard requirement",
}


def summary_lines(instance: Instance, plan: Plan, files: Sequence[Path] = ()) -> list[str]:
    """Return the plan's summary in Chinese: verdict, classes and people, jobs, money by fund, bound, targets, files."""
    heads = count_heads(instance, [entry for planned in plan.classes for entry in planned.heads])
    tags = "，".join(f"{tag} {heads.by_tag.get(tag, 0):,} 人" for tag in tags_of(instance))
    word = "预计净增就业 " if instance.settings.objective is Objective.UPLIFT else "预计就业（毛）"
    jobs = f"{word}{plan.linked_jobs + plan.unlinked_jobs:,.1f} 人"
    if instance.pools is not None:
        jobs += f"：衔接到岗位 {plan.linked_jobs:,.1f} 人，未衔接 {plan.unlinked_jobs:,.1f} 人"
    lines = [
        f"结论：{verdict(plan)}",
        f"规模：{len(plan.classes):,} 个班，{heads.persons:,} 人" + (f"（其中{tags}）" if tags else ""),
        f"就业：{jobs}",
        *_outlook_lines(plan),
        f"费用：{yuan_words(plan.total_cost_cents)} 元",
    ]
    for fund in count_funds(instance, plan):
        used, amount = yuan_words(fund.used_cents), yuan_words(fund.amount_cents)
        lines.append(f"  {fund.fund}：用 {used} 元，共 {amount} 元")
    lines.append(f"得分：{plan.value:,.1f}，理论上限 {rounded_up(plan.bound)}，差距 {_gap_words(plan)}")
    lines += _missed(instance, plan)
    lines += _timetable_lines(plan)
    unserved = sum(entry.persons for entry in plan.unserved)
    if unserved:
        lines.append(f"未满足需求：{unserved:,} 人次，原因见“未满足需求”")
    lines += [f"文件：{path}" for path in files]
    return lines


def summary_lines_en(instance: Instance, plan: Plan, files: Sequence[Path] = ()) -> list[str]:
    """Return the plan's summary in English, line by line as :func:`summary_lines`; names stay as they are."""
    heads = count_heads(instance, [entry for planned in plan.classes for entry in planned.heads])
    tags = ", ".join(f"{tag} {heads.by_tag.get(tag, 0):,}" for tag in tags_of(instance))
    word = "Expected jobs (uplift)" if instance.settings.objective is Objective.UPLIFT else "Expected jobs (gross)"
    jobs = f"{word}: {plan.linked_jobs + plan.unlinked_jobs:,.1f}"
    if instance.pools is not None:
        jobs += f" - {plan.linked_jobs:,.1f} linked to vacancies, {plan.unlinked_jobs:,.1f} not"
    lines = [
        f"Result: {ENGLISH_VERDICT[plan.status]}",
        f"Size: {len(plan.classes):,} classes, {heads.persons:,} people" + (f" ({tags})" if tags else ""),
        jobs,
        *_outlook_lines_en(plan),
        f"Cost: {yuan_words(plan.total_cost_cents)} yuan",
    ]
    for fund in count_funds(instance, plan):
        used, amount = yuan_words(fund.used_cents), yuan_words(fund.amount_cents)
        lines.append(f"  {fund.fund}: {used} of {amount} yuan used")
    percent = gap_percent(plan.gap)
    bound = rounded_up(plan.bound) if math.isfinite(plan.bound) else "not proved"
    lines.append(
        f"Score: {plan.value:,.1f}, upper bound {bound}, gap {f'at most {percent}' if percent else 'not proved'}"
    )
    results = {result.id: result for result in plan.targets}
    for target in instance.targets:
        result = results.get(target.id)
        if result is not None and result.missing:
            side = "short by" if target.sense is Sense.AT_LEAST else "exceeded by"
            asked = f"{target.sense.value} {target.value}"
            lines.append(f"Target missed: {target.id} (asked {asked}, reached {result.value}, {side} {result.missing})")
    lines += _timetable_lines_en(plan)
    unserved = sum(entry.persons for entry in plan.unserved)
    if unserved:
        lines.append(f"Unserved wishes: {unserved:,}, reasons on sheet 未满足需求")
    lines += [f"File: {path}" for path in files]
    return lines


def _outlook_lines(plan: Plan) -> list[str]:
    if plan.outlook is None:
        return []
    both, spread = outlook_words(plan.outlook)
    return [f"两种口径：{both}", f"就业范围：{spread}"]


def _outlook_lines_en(plan: Plan) -> list[str]:
    outlook = plan.outlook
    if outlook is None:
        return []
    word = "uplift" if outlook.maximised is Objective.UPLIFT else "gross"
    return [
        f"Both counts: gross {outlook.gross_jobs:,.1f} (not an effect), uplift {outlook.uplift_jobs:,.1f}; "
        f"the plan maximises {word}",
        f"Range: {outlook.low:,.1f} to {outlook.high:,.1f} in eight cases of ten; optimism at most about "
        f"{max(0.0, outlook.optimism):.1%}; given rates count as certain",
    ]


def _timetable_lines(plan: Plan) -> list[str]:
    if not has_timetable(plan):
        return ["课表：未排，日期只到周"]
    outcome = plan.timetable
    if outcome is None:
        return [f"课表：{timetable_size(plan)}"]
    return [
        f"课表：{timetable_size(plan)}；{rounds_words(outcome)}",
        *(f"  排不出：{words}" for words in unplaced_words(outcome)),
    ]


def _timetable_lines_en(plan: Plan) -> list[str]:
    if not has_timetable(plan):
        return ["Timetable: none, dates are weeks only"]
    placed = len({session.class_id for session in plan.sessions})
    size = (
        f"Timetable: {placed:,} of {len(plan.classes):,} classes placed, {len(plan.sessions):,} half-day sessions, "
        f"{len(plan.exams):,} exams, {len(plan.inspections):,} inspections"
    )
    outcome = plan.timetable
    if outcome is None:
        return [size]
    rounds = f"{size}; plan and timetable asked in {outcome.rounds:,} round{'s' if outcome.rounds != 1 else ''}"
    return [rounds, *(f"  Not placed: {words}" for words in unplaced_words(outcome))]


def _gap_words(plan: Plan) -> str:
    percent = gap_percent(plan.gap)
    return f"≤ {percent}（已证明）" if percent else "尚未证明"


def _missed(instance: Instance, plan: Plan) -> list[str]:
    results = {result.id: result for result in plan.targets}
    lines = []
    for target in instance.targets:
        result = results.get(target.id)
        if result is not None and result.missing:
            side = "差" if target.sense is Sense.AT_LEAST else "超出"
            demand = target_demand(target)
            lines.append(f"未完成任务：{target.id}（要求{demand}，计划 {result.value}，{side} {result.missing}）")
    return lines
