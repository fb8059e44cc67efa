"""Sheet 开班计划表 (which class, where, when, at what cost) and when a class is held, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from planner.domain.instance import CostKind, Instance
from planner.export.dates import short_day
from planner.export.days import ClassDays
from planner.export.figures import ClassFigures, count_heads, tags_of
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import jobs_note, title_of, yuan_words

COSTS_IN_ORDER = (CostKind.SUBSIDY, CostKind.LIVING, CostKind.EXAM_FEE, CostKind.CLASS_COST)
"""Order of the cost kinds in every paper (headings of the class plan form)."""

UNDATED: Final = "尚未排课"
"""Remark of a class that the timetable could not place."""


@dataclass(frozen=True, slots=True)
class ClassDates:
    """When a class is held, as its line of the class plan says: days of the timetable, or weeks without one."""

    start: date
    finish: date
    exam: date | None
    visits: str
    remark: str


def write_class_plan(
    papers: Papers,
    instance: Instance,
    classes: Sequence[ClassFigures],
    days: Mapping[str, ClassDays] | None,
    scope: str = "",
    *,
    with_visits: bool = True,
) -> None:
    """Write sheet 开班计划表: one row for each class, in order of start.

    Parameters
    ----------
    days
        Each class's days; ``None`` when the plan has no timetable: then Monday and Friday stand for first and last
        day, and the columns 考核日期 and 督查人员及日期 are left out.
    scope
        A sentence that says which classes of the county stand here; empty when all do.
    with_visits
        Whether the paper tells when a class is inspected; those who are inspected must not know.
    """
    exams, visits = days is not None, days is not None and with_visits
    dates = [dates_of(instance, figures, days) for figures in classes]
    sheet = BureauSheet(
        papers,
        "开班计划表",
        title_of(instance, "开班计划表"),
        _class_plan_columns(instance, classes, dates, exams, visits),
        "人、天、课时、元",
        frozen_columns=3,
    )
    lines = enumerate(zip(classes, dates, strict=True), 1)
    sheet.rows([_class_plan_row(instance, number, *line, exams, visits) for number, line in lines])
    sheet.filter_body()
    sheet.total(_class_plan_total(instance, classes, exams, visits))
    notes = (jobs_note(instance.settings.objective), _vacancies_note(instance, scope), dates_note(classes, days), scope)
    for number, note in enumerate(filter(None, notes), 1):
        sheet.note(f"{'备注：' if number == 1 else ''}{number}. {note}")
    sheet.sign()


def dates_of(instance: Instance, figures: ClassFigures, days: Mapping[str, ClassDays] | None) -> ClassDates:
    """Return when a class is held; ``days=None``: the plan has no timetable."""
    planned = figures.planned
    found = days[planned.id] if days is not None else ClassDays(planned)
    year = instance.settings.plan_start.year
    visits = "\n".join(f"{visit.inspector}\n{short_day(visit.day, year)}" for visit in found.visits)
    undated = UNDATED if days is not None and not found.days else ""
    return ClassDates(found.first, found.last, found.exam, visits, "；".join(filter(None, (figures.remark, undated))))


def _vacancies_note(instance: Instance, scope: str) -> str:
    if instance.pools is None:
        return "未提供岗位表，对接岗位一栏空缺。"
    shared = "对接岗位按同工种、同周结业各班的预计就业人数分摊"
    return shared + ("。" if scope else "，合计等于全部已对接岗位；明细见“岗位衔接”。")


def dates_note(classes: Sequence[ClassFigures], days: Mapping[str, ClassDays] | None) -> str:
    """Return what the dates of the classes mean."""
    weeks = (
        "开班日期为首周周一，结业日期为末周周五；逢法定节假日顺延至该周工作日上课，节假日不计入培训天数。"
    )
    if days is None:
        return weeks
    exact = "开班日期为首个上课日，结业日期为最后一个上课日，均已避开法定节假日；考核在结业后五个工作日内。"
    undated = sum(not days[figures.planned.id].days for figures in classes)
    return exact + (f"标“{UNDATED}”的 {undated} 个班以首周周一、末周周五代替。" if undated else "")


def _class_plan_columns(
    instance: Instance, classes: Sequence[ClassFigures], dates: Sequence[ClassDates], exams: bool, visits: bool
) -> list[Column]:
    year = instance.settings.plan_start.year
    # The title says the year, so month and day are enough unless a class runs beyond it.
    within_year = all(day.year == year for one in dates for day in (one.start, one.finish, one.exam) if day)
    day = Column("", 9.2, Kind.SHORT_DAY) if within_year else Column("", 10.6, Kind.DAY)
    return [
        Column("序号", 4, Kind.LABEL),
        Column("班级编号", fitted_width([f.planned.id for f in classes], 5, 9.5), Kind.LABEL),
        Column("班级名称(期)", fitted_width([f.name for f in classes], 10, 15)),
        Column("培训类型", 4.5, Kind.LABEL),
        Column("工种", fitted_width([f.course.occupation for f in classes], 7, 9.5)),
        Column("承训机构", fitted_width([f.planned.provider for f in classes], 9, 13)),
        Column("培训地点", fitted_width([f.planned.venue for f in classes], 9, 13)),
        Column("计划人数", 5, Kind.WHOLE),
        *(Column(tag, 5, Kind.WHOLE, group="其中") for tag in tags_of(instance)),
        *(Column(band.name, 5, Kind.WHOLE, group="年龄段") for band in instance.age_bands),
        Column("生源乡镇及人数", 18),
        replace(day, heading="开班日期"),
        replace(day, heading="结业日期"),
        Column("培训天数", 4.6, Kind.WHOLE),
        Column("课时(理论/实操)", 8, Kind.LABEL),
        Column("授课方式", 4.6, Kind.LABEL),
        *([replace(day, heading="考核日期")] if exams else []),
        Column("资金渠道", fitted_width([fund.name for fund in instance.funds], 8, 14)),
        *(Column(f"{kind.value}预算(元)", 8, Kind.YUAN) for kind in COSTS_IN_ORDER),
        Column("对接岗位(人)", 5, Kind.JOBS),
        Column("预计就业人数", 5, Kind.JOBS),
        *([Column("督查人员及日期", 9)] if visits else []),
        Column("备注", fitted_width([one.remark for one in dates], 5, 9)),
    ]


def _class_plan_row(
    instance: Instance, number: int, figures: ClassFigures, dates: ClassDates, exams: bool, visits: bool
) -> tuple[Any, ...]:
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
        dates.start,
        dates.finish,
        course.class_days,
        f"{figures.hours}\n({figures.theory_hours}/{practice_hours})",
        f"{planned.form.value}\n下乡" if figures.outreach else planned.form.value,
        *([dates.exam] if exams else []),
        "、".join(figures.funds),
        *(figures.cost_cents[kind] for kind in COSTS_IN_ORDER),
        figures.linked_jobs,
        figures.expected_jobs,
        *([dates.visits] if visits else []),
        dates.remark,
    )


def _class_plan_total(
    instance: Instance, classes: Sequence[ClassFigures], exams: bool, visits: bool
) -> tuple[Any, ...]:
    heads = count_heads(instance, [entry for figures in classes for entry in figures.planned.heads])
    hours = sum(figures.hours for figures in classes)
    linked = [figures.linked_jobs for figures in classes if figures.linked_jobs is not None]
    costs_cents = [sum(figures.cost_cents[kind] for figures in classes) for kind in COSTS_IN_ORDER]
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
        *([None] if exams else []),
        f"共 {yuan_words(sum(costs_cents))} 元",
        *costs_cents,
        sum(linked) if instance.pools is not None else None,
        sum(figures.expected_jobs for figures in classes),
        *([None] if visits else []),
        None,
    )
