"""The sheets about classes: 开班计划表 (which class, where, when, at what cost) and 班级生源 (who sits in it)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from planner.domain.instance import CostKind, Instance
from planner.domain.plan import Plan
from planner.export.figures import ClassFigures, HeadCount, count_heads, tags_of
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import jobs_note, title_of, yuan_words

COSTS_IN_ORDER = (CostKind.SUBSIDY, CostKind.LIVING, CostKind.EXAM_FEE, CostKind.CLASS_COST)
"""Order of the cost kinds in every paper (headings of the class plan form)."""


def write_class_plan(papers: Papers, instance: Instance, plan: Plan, classes: Sequence[ClassFigures]) -> None:
    """Write sheet 开班计划表: one row for each class, in order of start."""
    sheet = BureauSheet(
        papers,
        "开班计划表",
        title_of(instance, "开班计划表"),
        _class_plan_columns(instance, classes),
        "人、天、课时、元",
        frozen_columns=3,
    )
    sheet.rows([_class_plan_row(instance, number, figures) for number, figures in enumerate(classes, 1)])
    sheet.filter_body()
    sheet.total(_class_plan_total(instance, plan, classes))
    sheet.note(f"备注：1. {jobs_note(instance.settings.objective)}")
    if instance.pools is None:
        sheet.note("2. 未提供岗位表，对接岗位一栏空缺。")
    else:
        sheet.note("2. 对接岗位按同工种、同周结业各班的预计就业人数分摊，合计等于全部已对接岗位；明细见“岗位衔接”。")
    sheet.note("3. 开班日期为首周周一，结业日期为末周周五；逢法定节假日顺延至该周工作日上课，节假日不计入培训天数。")
    sheet.sign()


def write_sources(papers: Papers, instance: Instance, classes: Sequence[ClassFigures]) -> None:
    """Write sheet 班级生源: for each class the people it takes from each township and group, by age band."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("班级编号", fitted_width([f.planned.id for f in classes], 10, 18), Kind.LABEL),
        Column("班级名称（期）", fitted_width([f.name for f in classes], 18, 34)),
        Column("开班日期", 12, Kind.DAY),
        Column("培训地点", fitted_width([f.planned.venue for f in classes], 18, 30)),
        Column("生源乡镇", fitted_width([township.name for township in instance.townships], 16, 24)),
        Column("人员类别", fitted_width([group.name for group in instance.groups], 12, 20), Kind.LABEL),
        *(Column(band.name, 10, Kind.WHOLE, group="年龄段") for band in instance.age_bands),
        Column("小计", 9, Kind.WHOLE),
    ]
    sheet = BureauSheet(papers, "班级生源", title_of(instance, "班级生源表"), columns, "人", frozen_columns=3)
    if not classes:
        sheet.rows([])
    for number, figures in enumerate(classes, 1):
        planned = figures.planned
        head = (number, planned.id, figures.name, planned.start_week, planned.venue)
        for township, group, heads in _heads_by_origin(instance, figures):
            sheet.row((*head, township, group, *heads.band_cells(instance), heads.persons))
        origins = f"来自 {len(figures.sources)} 个乡镇"
        sheet.row((*head, origins, "小计", *figures.heads.band_cells(instance), figures.heads.persons), strong=True)
    everyone = count_heads(instance, [entry for figures in classes for entry in figures.planned.heads])
    label = (None, "合计", f"{len(classes)} 个班", None, None, None, None)
    sheet.total((*label, *everyone.band_cells(instance), everyone.persons))
    sheet.sign()


def _class_plan_columns(instance: Instance, classes: Sequence[ClassFigures]) -> list[Column]:
    return [
        Column("序号", 4.5, Kind.LABEL),
        Column("班级编号", fitted_width([f.planned.id for f in classes], 6, 10), Kind.LABEL),
        Column("班级名称（期）", fitted_width([f.name for f in classes], 12, 17)),
        Column("培训类型", 5, Kind.LABEL),
        Column("工种", fitted_width([f.course.occupation for f in classes], 8, 13)),
        Column("承训机构", fitted_width([f.planned.provider for f in classes], 10, 15)),
        Column("培训地点", fitted_width([f.planned.venue for f in classes], 10, 15)),
        Column("计划人数", 6, Kind.WHOLE),
        *(Column(tag, 6, Kind.WHOLE, group="其中") for tag in tags_of(instance)),
        *(Column(band.name, 6.5, Kind.WHOLE, group="年龄段") for band in instance.age_bands),
        Column("生源乡镇及人数", 21),
        Column("开班日期", 11, Kind.DAY),
        Column("结业日期", 11, Kind.DAY),
        Column("培训天数", 5, Kind.WHOLE),
        Column("课时（理论/实操）", 9, Kind.LABEL),
        Column("授课方式", 7, Kind.LABEL),
        Column("资金渠道", fitted_width([fund.name for fund in instance.funds], 8, 13)),
        Column("培训补贴预算（元）", 10.5, Kind.YUAN),
        Column("生活补贴预算（元）", 9.5, Kind.YUAN),
        Column("考证费预算（元）", 9.5, Kind.YUAN),
        Column("办班费预算（元）", 9.5, Kind.YUAN),
        Column("对接岗位（人）", 7, Kind.JOBS),
        Column("预计就业人数", 7.5, Kind.JOBS),
        Column("备注", 9),
    ]


def _class_plan_row(instance: Instance, number: int, figures: ClassFigures) -> tuple[Any, ...]:
    planned, course = figures.planned, figures.course
    practice_hours = figures.hours - figures.theory_hours
    return (
        number,
        planned.id,
        figures.name,
        course.training_type,
        course.occupation,
        planned.provider,
        planned.venue,
        *figures.heads.cells(instance),
        "、".join(f"{township}{persons}" for township, persons in figures.sources),
        planned.start_week,
        figures.finish,
        course.class_days,
        f"{figures.hours}\n（{figures.theory_hours}/{practice_hours}）",
        f"{planned.form.value}\n下乡" if figures.outreach else planned.form.value,
        "、".join(figures.funds),
        *(figures.cost_cents[kind] for kind in COSTS_IN_ORDER),
        figures.linked_jobs,
        figures.expected_jobs,
        figures.remark,
    )


def _class_plan_total(instance: Instance, plan: Plan, classes: Sequence[ClassFigures]) -> tuple[Any, ...]:
    heads = count_heads(instance, [entry for figures in classes for entry in figures.planned.heads])
    hours = sum(figures.hours for figures in classes)
    linked = [figures.linked_jobs for figures in classes if figures.linked_jobs is not None]
    return (
        None,
        "合计",
        f"{len(classes)} 个班",
        *[None] * 4,
        *heads.cells(instance),
        *[None] * 3,
        sum(figures.course.class_days for figures in classes),
        str(hours),
        None,
        f"共 {yuan_words(plan.total_cost_cents)} 元",
        *(sum(figures.cost_cents[kind] for figures in classes) for kind in COSTS_IN_ORDER),
        sum(linked) if instance.pools is not None else None,
        sum(figures.expected_jobs for figures in classes),
        None,
    )


def _heads_by_origin(instance: Instance, figures: ClassFigures) -> list[tuple[str, str, HeadCount]]:
    """Return the class's people by township and group, townships in order of people sent."""
    entries: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for entry in figures.planned.heads:
        entries[entry.township, entry.group].append(entry)
    rank = {township: number for number, (township, _) in enumerate(figures.sources)}
    groups = {group.name: number for number, group in enumerate(instance.groups)}
    keys = sorted(entries, key=lambda key: (rank[key[0]], groups[key[1]]))
    return [(*key, count_heads(instance, entries[key])) for key in keys]
