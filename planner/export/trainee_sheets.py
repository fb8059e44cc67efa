"""The sheets about who sits in a class: 班级生源 by class for the county, 学员参训安排 for one township."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from planner.domain.instance import Instance
from planner.export.class_sheets import UNDATED, ClassDates, dates_of
from planner.export.dates import day_runs, session_hours, short_day
from planner.export.days import HALVES, ClassDays
from planner.export.figures import ClassFigures
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import title_of


def write_sources(
    papers: Papers, instance: Instance, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays] | None
) -> None:
    """Write sheet 班级生源: for each class the people it takes from each township, by group and age band.

    ``days=None``: the plan has no timetable, and a class begins on the Monday of its first week.
    """
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
        start = dates_of(instance, figures, days).start
        head = (number, planned.id, figures.name, start, planned.venue)
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


def write_trainees(
    papers: Papers,
    instance: Instance,
    township: str,
    classes: Sequence[ClassFigures],
    days: Mapping[str, ClassDays] | None,
) -> None:
    """Write sheet 学员参训安排: the classes that people of a township go to, when, where and how many of whom."""
    going = [figures for figures in classes if any(name == township for name, _ in figures.sources)]
    people = [_people_by_origin(figures)[township] for figures in going]
    present = set().union(*people)
    cohorts = [pair for pair in _cohorts_present(instance, going) if pair in present]
    year = instance.settings.plan_start.year
    dates = [dates_of(instance, figures, days) for figures in going]
    columns = [
        Column("序号", 4, Kind.LABEL),
        Column("班级编号", fitted_width([f.planned.id for f in going], 8, 12), Kind.LABEL),
        Column("班级名称(期)", fitted_width([f.name for f in going], 14, 24)),
        Column("承训机构", fitted_width([f.planned.provider for f in going], 12, 18)),
        Column("培训地点", fitted_width([f.place for f in going], 12, 20)),
        Column("培训时间", 24 if days is not None else 18),
        *(Column(band, 6.5, Kind.WHOLE, group=group) for group, band in cohorts),
        Column("本乡镇人数", 6.5, Kind.WHOLE),
        Column("全班人数", 6.5, Kind.WHOLE),
    ]
    sheet = BureauSheet(papers, "学员参训安排", title_of(instance, "学员参训安排表"), columns, "人", frozen_columns=3)
    sheet.rows(
        [
            (
                number,
                figures.planned.id,
                figures.name,
                figures.planned.provider,
                figures.place,
                _period_words(date_of, days, figures, year),
                *(persons[cohort] or None for cohort in cohorts),
                persons.total(),
                figures.planned.size,
            )
            for number, (figures, persons, date_of) in enumerate(zip(going, people, dates, strict=True), 1)
        ]
    )
    together = sum(people, Counter[tuple[str, str]]())
    sheet.total(
        (
            None,
            "合计",
            f"{len(going)} 个班",
            *[None] * 3,
            *(together[cohort] for cohort in cohorts),
            together.total(),
            None,
        )
    )
    sheet.note("备注：1. 空格表示没有该类人员；各列为人员类别和年龄段，均为本乡镇学员，请按此人数组织报名。")
    if days is None:
        sheet.note("2. 培训时间为首周周一至末周周五，具体上课日另行通知。")
    else:
        hours = "，".join(map(session_hours, HALVES))
        sheet.note(f"2. 培训时间为上课日，{hours}；尚未排课的班为首周周一至末周周五。")
    sheet.sign()


def _period_words(dates: ClassDates, days: Mapping[str, ClassDays] | None, figures: ClassFigures, year: int) -> str:
    """Return when a class is held: its days, or its first and last week."""
    if days is not None and days[figures.planned.id].days:
        return day_runs(days[figures.planned.id].days, year)
    weeks = f"{short_day(dates.start, year)}—{short_day(dates.finish, year)}"
    return weeks if days is None else f"{weeks}（{UNDATED}）"


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
