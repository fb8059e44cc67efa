"""Sheet 任务分解表: each township's yearly task, the people it sends by group, age and quarter, and the classes held
there with their cost; people foot to the plan by origin, classes and cost by venue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from planner.domain.instance import CostKind, Instance, Measure, Sense, Target
from planner.export.class_sheets import COSTS_IN_ORDER
from planner.export.days import ClassDays
from planner.export.figures import ClassFigures, HeadCount, count_heads, tags_of
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import county_of, title_of

QUARTERS = ("一季度", "二季度", "三季度", "四季度")

Quarter = tuple[int, int]
"""A year and a quarter of it, 0 to 3."""


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """One line of the table. ``task`` is the township's yearly target of people, ``None`` without one.

    ``by_quarter`` counts its people by the quarter in which their class begins; ``classes_held`` and ``cost_cents``
    are of the classes held in the township, whoever sits in them.
    """

    township: str
    county: str
    task: int | None
    trained: HeadCount
    by_quarter: Mapping[Quarter, int]
    classes_held: int
    cost_cents: Mapping[CostKind, int]


def write_tasks(
    papers: Papers, instance: Instance, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays] | None
) -> None:
    """Write sheet 任务分解表: one row for each township, in the order of the workbook's 乡镇 sheet."""
    tasks = count_tasks(instance, classes, days)
    quarters = _quarters(instance, tasks)
    several_years = len({year for year, _ in quarters}) > 1
    columns = [
        Column("序号", 4, Kind.LABEL),
        *([] if county_of(instance) else [Column("区县", 10, Kind.LABEL)]),
        Column("乡镇", fitted_width([township.name for township in instance.townships], 12, 20)),
        Column("年度任务(人)", 7, Kind.WHOLE),
        Column("计划培训人数", 7, Kind.WHOLE),
        Column("完成率", 7.5, Kind.SHARE),
        *(Column(tag, 6, Kind.WHOLE, group="其中") for tag in tags_of(instance)),
        *(Column(band.name, 6.6, Kind.WHOLE, group="年龄段") for band in instance.age_bands),
        *(
            Column(f"{year}年{QUARTERS[quarter]}" if several_years else QUARTERS[quarter], 6.6, Kind.WHOLE,
                   group="按开班季度(人)")
            for year, quarter in quarters
        ),
        Column("本地开班数", 6, Kind.WHOLE),
        *(Column(f"{kind.value}(元)", 10, Kind.YUAN, group="本地开班费用") for kind in COSTS_IN_ORDER),
        Column("小计(元)", 11, Kind.YUAN, group="本地开班费用"),
    ]  # fmt: skip
    title = title_of(instance, "任务分解表")
    sheet = BureauSheet(papers, "任务分解表", title, columns, "人、班、元", frozen_columns=2)
    for number, task in enumerate(tasks, 1):
        county = [] if county_of(instance) else [task.county]
        sheet.row((number, *county, task.township, *_cells(instance, task, quarters)))
    everyone = _together(instance, classes, tasks)
    blank = [] if county_of(instance) else [None]
    sheet.total((None, *blank, "合计", *_cells(instance, everyone, quarters)))
    sheet.note(
        "备注：1. 人数按生源乡镇计，开班数和费用按培训地点计（含外乡镇学员），两者口径不同；各列合计等于全县方案合计。"
    )
    sheet.note("2. 年度任务取“任务”表中对该乡镇下达的总人数；未下达的空缺。季度按开班日期划分。")
    whole = [target for target in instance.targets if _is_total(target) and target.township is None]
    if whole:
        sheet.note(f"3. 全县总任务 {max(target.value for target in whole):,} 人，各乡镇任务之和可与之不同。")
    sheet.sign()


def count_tasks(
    instance: Instance, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays] | None
) -> tuple[TaskFigures, ...]:
    """Return one line for each township; ``days=None``: quarters by the Monday of the first week."""
    return tuple(
        TaskFigures(
            township=township.name,
            county=township.county,
            task=max((t.value for t in instance.targets if _is_total(t) and t.township == township.name), default=None),
            trained=count_heads(
                instance, [h for f in classes for h in f.planned.heads if h.township == township.name]
            ),
            by_quarter=_by_quarter(township.name, classes, days),
            classes_held=sum(figures.township == township.name for figures in classes),
            cost_cents=_costs([figures for figures in classes if figures.township == township.name]),
        )
        for township in instance.townships
    )


def _quarters(instance: Instance, tasks: Sequence[TaskFigures]) -> list[Quarter]:
    """Return the quarters that the plan's Mondays lie in and those in which a class begins, in order."""
    start = instance.settings.plan_start
    mondays = [start + timedelta(weeks=week) for week in range(instance.settings.weeks)]
    begun = {quarter for task in tasks for quarter, persons in task.by_quarter.items() if persons}
    return sorted({_quarter(monday) for monday in mondays} | begun)


def _by_quarter(
    township: str, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays] | None
) -> Counter[Quarter]:
    persons: Counter[Quarter] = Counter()
    for figures in classes:
        found = days[figures.planned.id].days if days is not None else ()
        quarter = _quarter(found[0] if found else figures.planned.start_week)
        persons[quarter] += dict(figures.sources).get(township, 0)
    return persons


def _quarter(day: date) -> Quarter:
    return day.year, (day.month - 1) // 3


def _is_total(target: Target) -> bool:
    """Tell whether a target asks for people without any filter but the place."""
    filters = (target.tag, target.age_band, target.industry, target.training_type, target.course, target.provider)
    return target.measure is Measure.PERSONS and target.sense is Sense.AT_LEAST and not any(filters)


def _costs(classes: Sequence[ClassFigures]) -> dict[CostKind, int]:
    return {kind: sum(figures.cost_cents[kind] for figures in classes) for kind in CostKind}


def _together(instance: Instance, classes: Sequence[ClassFigures], tasks: Sequence[TaskFigures]) -> TaskFigures:
    asked = [task.task for task in tasks if task.task is not None]
    return TaskFigures(
        township="合计",
        county="",
        task=sum(asked) if asked else None,
        trained=count_heads(instance, [heads for figures in classes for heads in figures.planned.heads]),
        by_quarter=sum((Counter(task.by_quarter) for task in tasks), Counter[Quarter]()),
        classes_held=len(classes),
        cost_cents=_costs(classes),
    )


def _cells(instance: Instance, task: TaskFigures, quarters: Sequence[Quarter]) -> list[Any]:
    trained = task.trained
    return [
        task.task,
        trained.persons,
        trained.persons / task.task if task.task else None,
        *trained.tag_cells(instance),
        *trained.band_cells(instance),
        *(task.by_quarter.get(quarter, 0) for quarter in quarters),
        task.classes_held,
        *(task.cost_cents[kind] for kind in COSTS_IN_ORDER),
        sum(task.cost_cents.values()),
    ]
