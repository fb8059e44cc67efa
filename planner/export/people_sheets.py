"""The sheets about people and promises: 乡镇汇总, 岗位衔接, 任务完成情况 and 未满足需求."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from planner.domain.instance import Instance, Measure, Sense, Target
from planner.domain.plan import Plan
from planner.export.figures import (
    FRIDAY,
    TownshipFigures,
    UnservedFigures,
    count_heads,
    tags_of,
)
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import county_of, target_demand, target_scope, title_of

SCOPE_NOTES: Final = {
    Measure.PERSONS: "人数指标的区县、乡镇按生源地计。",
    Measure.CLASSES: "班数指标的区县、乡镇按培训地点计。",
}
"""Whose township a target means, by what it counts (planning contract, section 2)."""


def write_townships(papers: Papers, instance: Instance, plan: Plan, townships: Sequence[TownshipFigures]) -> None:
    """Write sheet 乡镇汇总: trainable, willing and trained people of each township and the classes held there."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        *([] if county_of(instance) else [Column("区县", 14, Kind.LABEL)]),
        Column("乡镇", fitted_width([township.name for township in instance.townships], 16, 26)),
        Column("可参训人数", 11, Kind.WHOLE),
        Column("愿意参训人次", 11, Kind.WHOLE),
        Column("计划培训人数", 11, Kind.WHOLE),
        *_head_columns(instance),
        Column("本地开班数", 10, Kind.WHOLE),
        Column("培训人数占可参训人数", 12, Kind.SHARE),
    ]
    sheet = BureauSheet(papers, "乡镇汇总", title_of(instance, "乡镇汇总表"), columns, "人、班")
    for number, figures in enumerate(townships, 1):
        county = [] if county_of(instance) else [figures.county]
        sheet.row((number, *county, figures.township, *_township_cells(instance, figures)))
    everyone = TownshipFigures(
        township="合计",
        county="",
        trainable=sum(figures.trainable for figures in townships),
        willing=sum(figures.willing for figures in townships),
        trained=count_heads(instance, [entry for planned in plan.classes for entry in planned.heads]),
        classes_held=len(plan.classes),
    )
    blank = [] if county_of(instance) else [None]
    sheet.total((None, *blank, "合计", *_township_cells(instance, everyone)))
    sheet.note("备注：愿意参训人次按意愿计，一人可报多个工种；计划培训人数按生源乡镇计，本地开班数按培训地点计。")
    sheet.sign()


def write_placements(papers: Papers, instance: Instance, plan: Plan) -> None:
    """Write sheet 岗位衔接: which vacancy pool takes the graduates of which occupation and week."""
    pools = {pool.id: pool for pool in instance.pools or ()}
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("工种", fitted_width([placement.occupation for placement in plan.placements], 18, 30)),
        # Graduates are linked by the week their class ends in; only without a timetable is its Friday their last day.
        Column("结业周(周五)" if plan.sessions else "结业日期", 14, Kind.DAY),
        Column("年龄段", 14, Kind.LABEL),
        Column("岗位来源", fitted_width(list(pools), 24, 44)),
        Column("去向", 12, Kind.LABEL),
        Column("岗位数", 12, Kind.WHOLE),
        Column("衔接就业人数", 14, Kind.JOBS),
    ]
    sheet = BureauSheet(papers, "岗位衔接", title_of(instance, "岗位衔接表"), columns, "人")
    ordered = sorted(plan.placements, key=lambda p: (p.occupation, p.end_week, p.age_band, p.pool))
    sheet.rows(
        [
            (
                number,
                placement.occupation,
                placement.end_week + FRIDAY,
                placement.age_band,
                placement.pool,
                pools[placement.pool].place,
                pools[placement.pool].vacancies,
                placement.jobs,
            )
            for number, placement in enumerate(ordered, 1)
        ]
    )
    jobs = sum(placement.jobs for placement in plan.placements)
    sheet.total((None, "已衔接合计", *[None] * 5, jobs))
    if instance.pools is None:
        sheet.note("备注：未提供岗位表，预计就业人数全部按 1 计，不区分是否有岗位衔接。")
    else:
        factor = instance.settings.unlinked_factor
        sheet.total((None, "未衔接到岗位", *[None] * 5, plan.unlinked_jobs))
        sheet.note(
            f"备注：岗位数是该来源的全部岗位，同一来源可接收多周结业的人；未衔接到岗位的预计就业按 {factor:g} 折算。"
        )
    sheet.sign()


def write_targets(papers: Papers, instance: Instance, plan: Plan, targets: Sequence[Target]) -> None:
    """Write sheet 任务完成情况: what each of these targets asks, what the plan reaches and what is missing."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("任务", 30),
        Column("指标", 8, Kind.LABEL),
        Column("范围", 30),
        Column("要求", 18),
        Column("性质", 8, Kind.LABEL),
        Column("计划完成", 11, Kind.WHOLE),
        Column("缺口或超出", 11, Kind.WHOLE),
        Column("完成率", 10, Kind.SHARE),
        Column("结论", 10, Kind.LABEL),
    ]
    sheet = BureauSheet(papers, "任务完成情况", title_of(instance, "任务完成情况表"), columns, "人、班")
    results = {result.id: result for result in plan.targets}
    rows: list[tuple[Any, ...]] = []
    for number, target in enumerate(targets, 1):
        result = results[target.id]
        at_least = target.sense is Sense.AT_LEAST
        rows.append(
            (
                number,
                target.id,
                target.measure.value,
                target_scope(target),
                target_demand(target),
                "必须" if target.hard else "尽量",
                result.value,
                result.missing,
                result.value / target.value if at_least and target.value else None,
                "完成" if not result.missing else "未完成" if at_least else "超出",
            )
        )
    sheet.rows(rows)
    scopes = {target.measure for target in targets}
    notes = [SCOPE_NOTES[measure] for measure in Measure if measure in scopes]
    if notes:
        sheet.note(f"备注：{''.join(notes)}")
    sheet.sign()


def write_unserved(papers: Papers, instance: Instance, unserved: Sequence[UnservedFigures]) -> None:
    """Write sheet 未满足需求: the wishes left out by township, course and reason, then the reasons in total."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("乡镇", fitted_width([township.name for township in instance.townships], 16, 24)),
        Column("课程", fitted_width([figures.course for figures in unserved], 18, 28)),
        Column("未满足人次", 10, Kind.WHOLE),
        *_head_columns(instance),
        Column("原因", fitted_width([figures.reason for figures in unserved], 30, 50)),
    ]
    sheet = BureauSheet(papers, "未满足需求", title_of(instance, "未满足需求表"), columns, "人次", frozen_columns=3)
    sheet.rows(
        [
            (number, figures.township, figures.course, *figures.heads.cells(instance), figures.reason)
            for number, figures in enumerate(unserved, 1)
        ]
    )
    sheet.filter_body()
    total = [sum(column) for column in zip(*(f.heads.cells(instance) for f in unserved), strict=True)]
    sheet.total((None, "合计", None, *(total or [0] * (1 + len(columns) - 5)), None))
    by_reason: Counter[str] = Counter()
    for figures in unserved:
        by_reason[figures.reason] += figures.heads.persons
    for reason, persons in sorted(by_reason.items(), key=lambda item: (-item[1], item[0])):
        sheet.total((None, "其中", None, persons, *[None] * (len(columns) - 5), reason))
    sheet.note("备注：按意愿计人次，一人报了多个工种而已参训其一的，其余意愿也列在此表。")
    sheet.sign()


def _head_columns(instance: Instance) -> list[Column]:
    return [
        *(Column(tag, 9, Kind.WHOLE, group="其中") for tag in tags_of(instance)),
        *(Column(band.name, 10, Kind.WHOLE, group="年龄段") for band in instance.age_bands),
    ]


def _township_cells(instance: Instance, figures: TownshipFigures) -> list[Any]:
    trained = figures.trained
    share = trained.persons / figures.trainable if figures.trainable else None
    return [figures.trainable, figures.willing, *trained.cells(instance), figures.classes_held, share]
