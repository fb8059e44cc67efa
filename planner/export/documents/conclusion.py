"""The county plan's first page: what is asked for, for whom, at what cost, with what result, and what is not possible.

Each line is a label and a few sentences. Gross placement and uplift are two numbers that are never added or mixed; a
bound is told as proved only when it is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from planner.domain.instance import Form, Instance, Objective
from planner.domain.plan import Plan
from planner.export.dates import short_day
from planner.export.days import ClassDays, has_timetable
from planner.export.figures import ClassFigures, count_funds, count_heads, tags_of
from planner.export.wording import (
    capital_amount,
    gap_percent,
    jobs_note,
    outlook_words,
    rounded_up,
    rounds_words,
    target_demand,
    timetable_quality,
    timetable_size,
    verdict,
    yuan_words,
)

LONGEST_LIST: Final = 5
"""Entries of a list on the first page; the rest is counted and told in full further on."""

Line = tuple[str, list[str]]


def conclusion(
    instance: Instance, plan: Plan, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays]
) -> list[Line]:
    """Return the lines of the first page, each a label and its sentences."""
    return [
        ("总的结论", _quality(plan)),
        ("培训规模", _size(instance, plan, classes)),
        ("培训对象", _people(instance, plan)),
        ("时间安排", _time(instance, plan, classes, days)),
        ("所需资金", _money(instance, plan)),
        ("预计就业", _jobs(instance, plan)),
        ("任务完成", _targets(instance, plan)),
        ("未能安排", _left_out(plan)),
        ("数据假设", [_assumptions(plan)]),
    ]


def _quality(plan: Plan) -> list[str]:
    lines = [f"{verdict(plan)}。"]
    percent = gap_percent(plan.gap)
    if percent and math.isfinite(plan.bound):
        lines.append(f"本方案得分 {plan.value:,.1f}；任何方案的得分都不会超过 {rounded_up(plan.bound)}（已证明）。")
    return lines


def _size(instance: Instance, plan: Plan, classes: Sequence[ClassFigures]) -> list[str]:
    persons = sum(planned.size for planned in plan.classes)
    hosts = {figures.township for figures in classes}
    providers = {planned.provider for planned in plan.classes}
    by_course: Counter[str] = Counter()
    for planned in plan.classes:
        by_course[planned.course] += planned.size
    return [
        f"开办 {len(plan.classes):,} 个班，培训 {persons:,} 人；在 {len(hosts)} 个乡镇（街道）开班，"
        f"由 {len(providers)} 家机构承训，共 {len(by_course)} 门课程。",
        *([f"人数最多的课程：{_largest(by_course, '人')}。"] if by_course else []),
    ]


def _people(instance: Instance, plan: Plan) -> list[str]:
    entries = [heads for planned in plan.classes for heads in planned.heads]
    heads = count_heads(instance, entries)
    origins = {entry.township for entry in entries if entry.persons}
    groups: Counter[str] = Counter()
    for entry in entries:
        groups[entry.group] += entry.persons
    by_group = "，".join(f"{group.name} {groups[group.name]:,} 人" for group in instance.groups if groups[group.name])
    bands = "，".join(f"{band.name} {heads.by_band.get(band.name, 0):,} 人" for band in instance.age_bands)
    tags = "，".join(f"{tag} {heads.by_tag.get(tag, 0):,} 人" for tag in tags_of(instance))
    return [
        f"来自 {len(origins)} 个乡镇（街道）。按人员类别：{by_group or '无'}" + (f"（合计{tags}）。" if tags else "。"),
        f"按年龄：{bands}。",
    ]


def _time(
    instance: Instance, plan: Plan, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays]
) -> list[str]:
    if not plan.classes:
        return ["没有开班。"]
    year = instance.settings.plan_start.year
    first = min(held.first for held in days.values())
    last = max(held.last for held in days.values())
    forms = Counter(planned.form for planned in plan.classes)
    outreach = sum(figures.outreach for figures in classes)
    return [
        f"{short_day(first, year)}开第一个班，{short_day(last, year)}最后一个班结业；"
        f"集中 {forms[Form.FULL_TIME]} 个班，分散 {forms[Form.PART_TIME]} 个班，其中送教下乡 {outreach} 个班。",
        *_timetable(plan, days),
    ]


def _timetable(plan: Plan, days: Mapping[str, ClassDays]) -> list[str]:
    """Return what there is to say of the timetable on the first page."""
    if not has_timetable(plan):
        return ["尚未排课表：开班、结业日期只到周，具体日期以课表为准。"]
    size, outcome = f"课表{timetable_size(plan)}", plan.timetable
    if outcome is None:
        return [f"{size}。"]
    undated = sum(1 for held in days.values() if not held.sessions)
    unvisited = len(outcome.unplaced) - undated
    left = [f"{undated:,} 个班排不出课表"] if undated else []
    left += [f"{unvisited:,} 个班排不上督查"] if unvisited > 0 else []
    missing = f"{'，'.join(left)}，原因见第二部分表后" if left else "没有排不出课表的班"
    return [f"{size}；{missing}。", f"{rounds_words(outcome)}；{timetable_quality(outcome)}，说明见第六部分。"]


def _money(instance: Instance, plan: Plan) -> list[str]:
    persons = sum(planned.size for planned in plan.classes)
    total = plan.total_cost_cents
    each = f"，人均 {yuan_words(round(total / persons / 100) * 100)} 元" if persons else ""
    funds = count_funds(instance, plan)
    used = [f"{f.fund} {yuan_words(f.used_cents)} 元（总额 {yuan_words(f.amount_cents)} 元）" for f in funds]
    left = sum(f.amount_cents - f.used_cents for f in funds)
    return [
        f"{yuan_words(total)} 元，人民币{capital_amount(total)}{each}。",
        f"{_first_of(used, '项资金', '第三部分')}；结余共 {yuan_words(left)} 元。",
    ]


def _jobs(instance: Instance, plan: Plan) -> list[str]:
    jobs = plan.linked_jobs + plan.unlinked_jobs
    linked = ""
    if instance.pools is not None:
        linked = f"其中能衔接到岗位的 {plan.linked_jobs:,.1f} 人，未衔接的 {plan.unlinked_jobs:,.1f} 人"
    if plan.outlook is not None:
        both, spread = outlook_words(plan.outlook)
        counted = f"按“{plan.outlook.maximised.value}”计的 {jobs:,.1f} 人，{linked}。" if linked else ""
        return [f"{both}。", f"{spread}。", *([counted] if counted else [])]
    uplift = instance.settings.objective is Objective.UPLIFT
    word = "净增就业" if uplift else "毛就业"
    other = "毛就业" if uplift else "净增就业"
    return [
        f"{word} {jobs:,.1f} 人{'，' + linked if linked else ''}。{other}人数和可能的范围未计算。",
        jobs_note(instance.settings.objective),
    ]


def _targets(instance: Instance, plan: Plan) -> list[str]:
    if not instance.targets:
        return ["没有下达任务。"]
    results = {result.id: result for result in plan.targets}
    hard = sum(target.hard for target in instance.targets)
    missed = [target for target in instance.targets if target.id in results and results[target.id].missing]
    words = (
        f"共 {len(instance.targets)} 项（必须完成 {hard} 项，尽量完成 {len(instance.targets) - hard} 项），"
        f"完成 {len(instance.targets) - len(missed)} 项，未完成 {len(missed)} 项。"
    )
    told = [
        f"{target.id}（要求{target_demand(target)}，计划 {results[target.id].value:,}）"
        for target in sorted(missed, key=lambda target: (-results[target.id].missing, target.id))
    ]
    return [words, *([f"未完成：{_first_of(told, '项', '第四部分')}。"] if told else [])]


def _left_out(plan: Plan) -> list[str]:
    persons = sum(entry.persons for entry in plan.unserved)
    if not persons:
        return ["全部培训意愿都已安排。"]
    reasons: Counter[str] = Counter()
    for entry in plan.unserved:
        reasons[entry.reason] += entry.persons
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    told = [f"{reason} {count:,} 人次" for reason, count in ordered]
    return [f"{persons:,} 人次的意愿没有安排（一人可报多个工种）：{_first_of(told, '种原因', '第五部分')}。"]


def _assumptions(plan: Plan) -> str:
    if not plan.assumptions:
        return "数据齐全，没有采用默认值。"
    return f"未提供的数据按默认值计算，共 {len(plan.assumptions)} 条，列在第六部分；请审核人逐条确认。"


def _largest(counts: Counter[str], unit: str) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "，".join(f"{name} {count:,} {unit}" for name, count in ordered[:LONGEST_LIST])


def _first_of(entries: Sequence[str], unit: str, part: str) -> str:
    """Return the first entries of a list and how many more there are, and where they stand."""
    words = "，".join(entries[:LONGEST_LIST])
    more = len(entries) - LONGEST_LIST
    return f"{words}，另有 {more} {unit}见{part}" if more > 0 else words
