"""The sheets of the timetable: 班级课程表 (when each class is taught, by whom), 督查安排表 and 教师任务表."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planner.domain.instance import Instance
from planner.domain.plan import CLASS_HOURS_PER_SESSION, Half, Inspection, SessionKind
from planner.export.class_sheets import UNDATED
from planner.export.dates import day_runs, short_day, weekday_words
from planner.export.days import ClassDays, TeacherFigures, own_name, room_words
from planner.export.figures import ClassFigures
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import title_of

LISTED_NAMES: Final = 40
"""Names that a note lists at most; the rest is counted."""

WEEKLY_LIMIT: Final = 10
"""Most sessions of a teacher in a week (planning contract, section 3)."""


def write_class_days(
    papers: Papers, instance: Instance, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays]
) -> None:
    """Write sheet 班级课程表: one row for each class with its days, room, teachers, exam and visit."""
    columns = [
        Column("序号", 4, Kind.LABEL),
        Column("班级编号", fitted_width([f.planned.id for f in classes], 5, 9.5), Kind.LABEL),
        Column("班级名称(期)", fitted_width([f.name for f in classes], 12, 18)),
        Column("承训机构", fitted_width([f.planned.provider for f in classes], 10, 15)),
        Column("培训地点", fitted_width([f.place for f in classes], 10, 17)),
        Column("教室", 7, Kind.LABEL),
        Column("人数", 5, Kind.WHOLE),
        Column("上课日期", 28),
        Column("天数", 4.6, Kind.WHOLE),
        Column("课时(理论/实操)", 9, Kind.LABEL),
        Column("授课教师", fitted_width([", ".join(_teachers(f, days[f.planned.id])) for f in classes], 12, 24)),
        Column("考核日期", 12, Kind.LABEL),
        Column("督查人员及日期", 14),
        Column("备注", 12 if any(not days[f.planned.id].days for f in classes) else 7),
    ]
    title = title_of(instance, "班级课程表")
    sheet = BureauSheet(papers, "班级课程表", title, columns, "人、天、课时", frozen_columns=3)
    rooms = _rooms(instance)
    sheet.rows(
        [
            _class_days_row(instance, number, figures, days[figures.planned.id], rooms)
            for number, figures in enumerate(classes, 1)
        ]
    )
    sheet.filter_body()
    heads = sum(figures.planned.size for figures in classes)
    taught = [days[figures.planned.id] for figures in classes]
    class_days = sum(len(found.days) for found in taught)
    hours = sum(len(found.sessions) for found in taught) * CLASS_HOURS_PER_SESSION
    exams = sum(found.exam is not None for found in taught)
    visits = sum(len(found.visits) for found in taught)
    sheet.total(
        (
            None,
            "合计",
            f"{len(classes)} 个班",
            *[None] * 3,
            heads,
            None,
            class_days,
            f"{hours:,}",
            None,
            f"{exams} 场",
            f"{visits} 班次",
            None,
        )
    )
    sheet.note("备注：1. 每个上课日上、下午各 4 课时，先理论、后实操；每日由谁授课见各班的教学计划表(课程表)。")
    sheet.note("2. 考核日期为工作日，在最后一个上课日之后五个工作日内。")
    for figures in classes:
        found = days[figures.planned.id]
        if found.problem and not found.days:
            sheet.note(f"{UNDATED}：{figures.planned.id} {figures.name}：{found.problem}")
    sheet.sign()


def write_visits(
    papers: Papers, instance: Instance, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays]
) -> None:
    """Write sheet 督查安排表: who inspects which class on which day, in order of day and inspector."""
    columns = [
        Column("序号", 5, Kind.LABEL),
        Column("督查日期", 12, Kind.DAY),
        Column("星期", 6, Kind.LABEL),
        Column("督查人员", 10, Kind.LABEL),
        Column("乡镇(街道)", fitted_width([f.township for f in classes], 12, 22)),
        Column("培训地点", fitted_width([f.planned.venue for f in classes], 14, 24)),
        Column("教室", 8, Kind.LABEL),
        Column("班级编号", fitted_width([f.planned.id for f in classes], 8, 10), Kind.LABEL),
        Column("班级名称(期)", fitted_width([f.name for f in classes], 14, 20)),
        Column("承训机构", fitted_width([f.planned.provider for f in classes], 12, 20)),
        Column("应到人数", 6, Kind.WHOLE),
        Column("当日课程", 8, Kind.LABEL),
        Column("实到人数", 6),
        Column("督查情况", 16),
        Column("签字", 9),
    ]
    title = title_of(instance, "督查安排表")
    sheet = BureauSheet(papers, "督查安排表", title, columns, "人", frozen_columns=4)
    rooms = _rooms(instance)
    visits = [(visit, figures) for figures in classes for visit in days[figures.planned.id].visits]
    visits.sort(key=lambda pair: (pair[0].day, pair[0].inspector, pair[0].class_id))
    sheet.rows(
        [
            (
                number,
                visit.day,
                weekday_words(visit.day),
                visit.inspector,
                figures.township,
                figures.planned.venue,
                room_words(days[figures.planned.id].rooms, rooms[figures.planned.venue]),
                figures.planned.id,
                figures.name,
                figures.planned.provider,
                figures.planned.size,
                _taught_on(visit, days[figures.planned.id]),
                None,
                None,
                None,
            )
            for number, (visit, figures) in enumerate(visits, 1)
        ]
    )
    sheet.filter_body()
    inspector_days = len({(visit.inspector, visit.day) for visit, _ in visits})
    heads = sum(figures.planned.size for _, figures in visits)
    total = [None] * len(columns)
    sheet.total((None, "合计", None, f"{inspector_days} 人天", *total[4:7], f"{len(visits)} 班次", None, None, heads,
                 *total[11:]))  # fmt: skip
    unseen = [figures for figures in classes if not days[figures.planned.id].visits]
    sheet.note("备注：1. 每班至少督查一次；一名督查人员一天内的班级都在同一乡镇。")
    if unseen:
        sheet.note(f"2. 尚未安排督查的班（{len(unseen)} 个）：{_listed([figures.planned.id for figures in unseen])}。")
        problems = dict.fromkeys(days[f.planned.id].problem for f in unseen if days[f.planned.id].days)
        for problem in filter(None, problems):
            sheet.note(problem)
    sheet.sign()


def write_teachers(
    papers: Papers,
    instance: Instance,
    classes: Sequence[ClassFigures],
    teachers: Sequence[TeacherFigures],
    providers: Sequence[str],
) -> None:
    """Write sheet 教师任务表: what each teacher teaches, a subtotal for each provider.

    ``teachers`` and ``classes`` are those of ``providers``; teachers of the workbook without a session are named.
    """
    by_id = {figures.planned.id: figures for figures in classes}
    year = instance.settings.plan_start.year
    columns = [
        Column("序号", 4, Kind.LABEL),
        Column("承训机构", fitted_width(providers, 12, 18)),
        Column("教师", fitted_width([own_name(f.teacher, f.provider) for f in teachers], 10, 16)),
        Column("班数", 5, Kind.WHOLE),
        Column("授课班级(期)", 40),
        Column("起止日期", 18, Kind.LABEL),
        Column("授课天数", 6, Kind.WHOLE),
        Column("授课周数", 6, Kind.WHOLE),
        Column("授课节次(半天)", 8, Kind.WHOLE),
        Column("课时", 7, Kind.WHOLE, group="课时"),
        Column("其中理论", 7, Kind.WHOLE, group="课时"),
        Column("其中实操", 7, Kind.WHOLE, group="课时"),
        Column("每周最多节次", 7, Kind.WHOLE),
        Column("备注", 7),
    ]
    sheet = BureauSheet(papers, "教师任务表", title_of(instance, "教师任务表"), columns, "天、课时", frozen_columns=3)
    if not teachers:
        sheet.rows([])
    number = 0
    for provider in providers:
        own = [figures for figures in teachers if figures.provider == provider]
        for figures in own:
            number += 1
            first, last = short_day(figures.days[0], year), short_day(figures.days[-1], year)
            name, listed = own_name(figures.teacher, provider), _terms([by_id[one] for one in figures.class_ids])
            sheet.row((number, provider, name, len(figures.class_ids), listed, f"{first}—{last}",
                       *_load_cells([figures]), None))  # fmt: skip
        if own and len(providers) > 1:
            sheet.total((None, provider, f"小计 {len(own)} 人", *_classes_cell(own), *_load_cells(own), None))
    sheet.total((None, "合计", f"{len(teachers)} 人", *_classes_cell(teachers), *_load_cells(teachers), None))
    sheet.note(
        f"备注：1. 一名教师每周不超过 {WEEKLY_LIMIT} 个半天，同一天只在一个乡镇授课；"
        "实操班超过 25 人时两名教师同时授课，课时各计。"
    )
    idle = sorted(
        teacher.name
        for teacher in instance.teachers
        if teacher.provider in providers and (teacher.provider, teacher.name) not in _keys(teachers)
    )
    if idle:
        sheet.note(f"2. 本方案未安排授课的教师（{len(idle)} 名）：{_listed(idle)}。")
    sheet.sign()


def _class_days_row(
    instance: Instance, number: int, figures: ClassFigures, found: ClassDays, rooms: Mapping[str, int]
) -> tuple[Any, ...]:
    planned, year = figures.planned, instance.settings.plan_start.year
    practice_hours = figures.hours - figures.theory_hours
    return (
        number,
        planned.id,
        figures.name,
        planned.provider,
        figures.place,
        room_words(found.rooms, rooms[planned.venue]),
        planned.size,
        day_runs(found.days, year),
        len(found.days),
        f"{figures.hours}\n({figures.theory_hours}/{practice_hours})",
        "、".join(_teachers(figures, found)),
        f"{short_day(found.exam, year)}\n{weekday_words(found.exam)}" if found.exam else "",
        "\n".join(f"{visit.inspector} {short_day(visit.day, year)}" for visit in found.visits),
        "" if found.days else UNDATED,
    )


def _teachers(figures: ClassFigures, found: ClassDays) -> list[str]:
    return [own_name(name, figures.planned.provider) for name in found.teachers]


def _taught_on(visit: Inspection, found: ClassDays) -> str:
    """Return what the class does on the day of the visit, such as ``理论`` or ``上午理论、下午实操``."""
    kinds: dict[Half, SessionKind] = {s.half: s.kind for s in found.sessions if s.day == visit.day}
    if len(set(kinds.values())) <= 1:
        return "".join(sorted({kind.value for kind in kinds.values()}))
    return "、".join(f"{half.value}{kind.value}" for half, kind in kinds.items())


def _load_cells(teachers: Sequence[TeacherFigures]) -> list[int]:
    """Return days, weeks, sessions, hours (theory, practice) of these teachers and the most sessions in a week."""
    hours = sum(figures.hours for figures in teachers)
    theory_hours = sum(figures.theory_hours for figures in teachers)
    return [
        sum(len(figures.days) for figures in teachers),
        sum(len(figures.by_week) for figures in teachers),
        sum(len(figures.sessions) for figures in teachers),
        hours,
        theory_hours,
        hours - theory_hours,
        max((max(figures.by_week.values()) for figures in teachers), default=0),
    ]


def _terms(classes: Sequence[ClassFigures]) -> str:
    """Return classes by course, such as ``育婴员第1、3期；养蜂员第1期``."""
    terms: dict[str, list[int]] = {}
    for figures in classes:
        terms.setdefault(figures.planned.course, []).append(figures.term)
    return "；".join(f"{course}第{'、'.join(map(str, sorted(numbers)))}期" for course, numbers in terms.items())


def _classes_cell(teachers: Sequence[TeacherFigures]) -> tuple[int, None, None]:
    """Return the number of different classes of these teachers, and two cells left empty."""
    return len({class_id for figures in teachers for class_id in figures.class_ids}), None, None


def _keys(teachers: Sequence[TeacherFigures]) -> set[tuple[str, str]]:
    return {(figures.provider, figures.teacher) for figures in teachers}


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - LISTED_NAMES
    return "、".join(names[:LISTED_NAMES]) + (f" 等，另有 {rest} 个" if rest > 0 else "")


def _rooms(instance: Instance) -> dict[str, int]:
    return {venue.name: venue.rooms for venue in instance.venues}
