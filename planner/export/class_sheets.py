"""The sheets about classes: 开班计划表 (which class, where, when, at what cost) and 班级生源 (who sits in it)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from planner.domain.instance import CostKind, Instance
from planner.domain.plan import Plan
from planner.export.figures import ClassFigures, count_heads, tags_of
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
    """Write sheet 班级生源: for each class the people it takes from each township, by group and age band."""
    cohorts = _cohorts_present(instance, classes)
    columns = [
        Column("序号", 5, Kind.LABEL),
        Column("班级编号", fitted_width([f.planned.id for f in classes], 8, 14), Kind.LABEL),
        Column("班级名称(期)", fitted_width([f.name for f in classes], 16, 38)),
        Column("开班日期", 12, Kind.DAY),
        Column("培训地点", fitted_width([f.planned.venue for f in classes], 14, 34)),
        Column("生源乡镇", fitted_width([township.name for township in instance.townships], 12, 24)),
        *(Column(band, 6.5, Kind.WHOLE, group=group) for group, band in cohorts),
        Column("小计", 7, Kind.WHOLE),
    ]
    sheet = BureauSheet(papers, "班级生源", title_of(instance, "班级生源表"), columns, "人", frozen_columns=3)
    if not classes:
        sheet.rows([])
    everyone: Counter[tuple[str, str]] = Counter()
    for number, figures in enumerate(classes, 1):
        planned = figures.planned
        head = (number, planned.id, figures.name, planned.start_week, planned.venue)
        people = _people_by_origin(figures)
        for township, persons in figures.sources:
            sheet.row((*head, township, *(people[township][cohort] or None for cohort in cohorts), persons))
        together = sum(people.values(), Counter())
        everyone += together
        if len(people) > 1:
            origins = f"小计（{len(people)} 个乡镇）"
            sheet.row((*head, origins, *(together[cohort] or None for cohort in cohorts), planned.size), strong=True)
    label = (None, "合计", f"{len(classes)} 个班", None, None, None)
    sheet.total((*label, *(everyone[cohort] for cohort in cohorts), everyone.total()))
    sheet.note("备注：空格表示没有该类人员；各列为人员类别和年龄段。")
    sheet.sign()


def _class_plan_columns(instance: Instance, classes: Sequence[ClassFigures]) -> list[Column]:
    year = instance.settings.plan_start.year
    # The title says the year, so month and day are enough unless a class runs beyond it.
    within_year = all(figures.planned.start_week.year == figures.finish.year == year for figures in classes)
    day = Column("", 9.2, Kind.SHORT_DAY) if within_year else Column("", 11, Kind.DAY)
    return [
        Column("序号", 4, Kind.LABEL),
        Column("班级编号", fitted_width([f.planned.id for f in classes], 5, 9.5), Kind.LABEL),
        Column("班级名称(期)", fitted_width([f.name for f in classes], 10, 16)),
        Column("培训类型", 4.5, Kind.LABEL),
        Column("工种", fitted_width([f.course.occupation for f in classes], 7, 12)),
        Column("承训机构", fitted_width([f.planned.provider for f in classes], 9, 14)),
        Column("培训地点", fitted_width([f.planned.venue for f in classes], 9, 14)),
        Column("计划人数", 6, Kind.WHOLE),
        *(Column(tag, 6, Kind.WHOLE, group="其中") for tag in tags_of(instance)),
        *(Column(band.name, 6, Kind.WHOLE, group="年龄段") for band in instance.age_bands),
        Column("生源乡镇及人数", 18),
        replace(day, heading="开班日期"),
        replace(day, heading="结业日期"),
        Column("培训天数", 5, Kind.WHOLE),
        Column("课时(理论/实操)", 8, Kind.LABEL),
        Column("授课方式", 5, Kind.LABEL),
        Column("资金渠道", fitted_width([fund.name for fund in instance.funds], 8, 14)),
        *(Column(f"{kind.value}预算(元)", 8.5, Kind.YUAN) for kind in COSTS_IN_ORDER),
        Column("对接岗位(人)", 7, Kind.JOBS),
        Column("预计就业人数", 7, Kind.JOBS),
        Column("备注", fitted_width([f.remark for f in classes], 5, 10)),
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
        f"{figures.hours}\n({figures.theory_hours}/{practice_hours})",
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
        f"{hours:,}",
        None,
        f"共 {yuan_words(plan.total_cost_cents)} 元",
        *(sum(figures.cost_cents[kind] for figures in classes) for kind in COSTS_IN_ORDER),
        sum(linked) if instance.pools is not None else None,
        sum(figures.expected_jobs for figures in classes),
        None,
    )


def _cohorts_present(instance: Instance, classes: Sequence[ClassFigures]) -> list[tuple[str, str]]:
    """Return the pairs of group and age band that anybody in the plan belongs to, in the workbook's order."""
    present = {(heads.group, heads.age_band) for figures in classes for heads in figures.planned.heads}
    pairs = [(group.name, band.name) for group in instance.groups for band in instance.age_bands]
    return [pair for pair in pairs if pair in present]


def _people_by_origin(figures: ClassFigures) -> dict[str, Counter[tuple[str, str]]]:
    """Return for each township the class's people by group and age band."""
    people: dict[str, Counter[tuple[str, str]]] = {township: Counter() for township, _ in figures.sources}
    for heads in figures.planned.heads:
        people[heads.township][heads.group, heads.age_band] += heads.persons
    return people
