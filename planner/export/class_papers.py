"""The papers of one class: 教学计划表(课程表) from the timetable, 学员花名册 and 考勤表 ready to be filled in.

The register of a class holds exactly as many rows as the class has places. Names are typed once: the attendance sheets
take them from the register, and count attended days from the symbols. The day of the inspection is not printed here:
these papers hang on the wall, and a visit that everybody expects checks nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from planner.domain.instance import Instance
from planner.domain.plan import CLASS_HOURS_PER_SESSION, Half, SessionKind
from planner.export.dates import day_runs, long_day, session_hours, weekday_words
from planner.export.days import HALVES, ClassDays, own_name, room_words
from planner.export.figures import ClassFigures, tags_of
from planner.export.frame import BureauSheet, Column, Formula, Kind, Papers, fitted_width
from planner.export.wording import title_of

ROSTER: Final = "学员花名册"

DAYS_ON_A_SHEET: Final = 14
"""Class days that one attendance sheet holds; a longer course gets several sheets of about equal length."""

DAYS_IN_PORTRAIT: Final = 7
"""Up to so many days an attendance sheet is printed in portrait, with higher rows."""

ROW_POINTS: Final = 20.0
LOW_ROW_POINTS: Final = 15.5
"""Heights of a row filled in by hand: usual, and for a long course, where 30 heads go on a landscape page."""

SESSIONS_ON_A_PAGE: Final = 40
"""Sessions of a teaching plan on one portrait page, with its signatures, in print a little smaller than usual."""

ROWS_ON_A_PAGE: Final = 30
"""Heads of an attendance sheet on one landscape page."""

ROSTER_ROWS_ON_A_PAGE: Final = 34
"""Rows of a register of pupils on one landscape page, in print a fifth smaller than usual."""

ROSTER_FRAME_ROWS: Final = 12
"""Rows that title, facts, header, note and signatures of a register take."""

ATTENDANCE_SIGNERS: Final = ("班主任", "承训机构负责人", "督查人员")

PRESENT, LATE, EXCUSED, ABSENT = "√", "△", "○", "×"
SYMBOLS: Final = (PRESENT, LATE, EXCUSED, ABSENT)


def write_class_papers(
    papers: Papers, instance: Instance, figures: ClassFigures, found: ClassDays, rooms_of_venue: int
) -> None:
    """Write the sheets of one class.

    Parameters
    ----------
    found
        The class's part of the timetable; without days the dates are left open, to be filled in by hand.
    rooms_of_venue
        Number of rooms at the class's venue, at least 1.
    """
    room = room_words(found.rooms, rooms_of_venue)
    _write_teaching_plan(papers, instance, figures, found, room)
    first_name = _write_roster(papers, instance, figures, found)
    _write_attendance(papers, instance, figures, found, first_name)


def _write_teaching_plan(
    papers: Papers, instance: Instance, figures: ClassFigures, found: ClassDays, room: str
) -> None:
    """Write sheet 教学计划表(课程表): one row for each session, theory first, then hours in total and the exam."""
    rows = _sessions(figures, found, room)
    columns = [
        Column("日期", 11, Kind.DAY),
        Column("星期", 5.5, Kind.LABEL),
        Column("时段", 19.5, Kind.LABEL),
        Column("课时", 5, Kind.WHOLE),
        Column("教学内容", fitted_width([row[4] for row in rows], 18, 22)),
        Column("形式", 6, Kind.LABEL),
        Column("授课教师", fitted_width([row[6] or "" for row in rows], 11, 17)),
        Column("助教", fitted_width([row[7] or "" for row in rows], 8, 17)),
        Column("地点", 9, Kind.LABEL),
        Column("备注", 7),
    ]
    name = "教学计划表(课程表)"
    title = title_of(instance, name)
    facts = _facts(instance, figures, found)
    pages_high = max(1, -(-len(rows) // SESSIONS_ON_A_PAGE))
    sheet = BureauSheet(papers, name, title, columns, "课时", portrait=True, facts=facts, pages_high=pages_high)
    sheet.rows(rows)
    practice_hours = figures.hours - figures.theory_hours
    split = f"理论 {figures.theory_hours}，实操 {practice_hours}"
    sheet.total(("总课时", None, None, figures.hours, split, *[None] * 5))
    exam = long_day(found.exam) if found.exam else "      年    月    日"
    sheet.band(f"考核日期：{exam}", bold=True)
    sheet.note("备注：1. 每半天 4 课时。教学内容按课时编排，具体章节由承训机构依据教学大纲填写。")
    sheet.note("2. 日期、教师如需调整，请先报主管部门同意。")
    if not found.days:
        sheet.note(f"3. 本班尚未排定上课日期，请填写。{found.problem}")
    sheet.sign()


def _sessions(figures: ClassFigures, found: ClassDays, room: str) -> list[tuple[Any, ...]]:
    """Return a row for each session; a class without days gets its sessions with open dates."""
    planned: list[tuple[date | None, Half, SessionKind, list[str]]] = [
        (one.day, one.half, one.kind, [own_name(name, figures.planned.provider) for name in one.teachers])
        for one in found.sessions
    ]
    if not planned:
        kinds = [SessionKind.THEORY] * figures.course.theory_days
        kinds += [SessionKind.PRACTICE] * (figures.course.class_days - len(kinds))
        planned = [(None, half, kind, []) for kind in kinds for half in HALVES]
    rows: list[tuple[Any, ...]] = []
    for number, (day, half, kind, teachers) in enumerate(planned):
        first = number * CLASS_HOURS_PER_SESSION + 1
        rows.append(
            (
                day,
                weekday_words(day) if day else None,
                session_hours(half),
                CLASS_HOURS_PER_SESSION,
                f"{kind.value}第{first}—{first + CLASS_HOURS_PER_SESSION - 1}课时",
                kind.value,
                teachers[0] if teachers else None,
                "、".join(teachers[1:]) or None,
                room or None,
                None,
            )
        )
    return rows


def _write_roster(papers: Papers, instance: Instance, figures: ClassFigures, found: ClassDays) -> tuple[int, int]:
    """Write sheet 学员花名册, blank; return row and column of the first name, counted from 0."""
    columns = [
        Column("序号", 4.5, Kind.LABEL),
        Column("姓名", 9, Kind.LABEL),
        Column("性别", 4.5, Kind.LABEL),
        Column("年龄", 4.5, Kind.LABEL),
        Column("身份证号", 21, Kind.LABEL),
        Column("民族", 6, Kind.LABEL),
        Column("文化程度", 7, Kind.LABEL),
        Column("户籍地址", 23),
        Column("人员类别", 8, Kind.LABEL),
        Column("联系电话", 13, Kind.LABEL),
        Column("社保卡/银行卡号", 21, Kind.LABEL),
        Column("开户行", 12),
        Column("本人签字", 9),
        Column("备注", 7),
    ]
    sources = "、".join(f"{township} {persons} 人" for township, persons in figures.sources)
    facts = (*_facts(instance, figures, found), f"生源：{sources}")
    sheet = BureauSheet(papers, ROSTER, title_of(instance, ROSTER), columns, "人", frozen_columns=2, facts=facts,
                        pages_high=-(-(figures.planned.size + ROSTER_FRAME_ROWS) // ROSTER_ROWS_ON_A_PAGE))  # fmt: skip
    first_row = sheet.next_row
    for number in range(1, figures.planned.size + 1):
        sheet.row((number, *[None] * (len(columns) - 1)), height=ROW_POINTS)
    sheet.offer(2, 2, ("男", "女"))
    sheet.offer(8, 8, [group.name for group in instance.groups])
    groups = "、".join(group.name for group in instance.groups)
    sheet.note(f"备注：1. 共 {figures.planned.size} 人。人员类别填：{groups}。2. 姓名填好后，考勤表自动带出。")
    sheet.sign()
    return first_row, 1


def _write_attendance(
    papers: Papers, instance: Instance, figures: ClassFigures, found: ClassDays, first_name: tuple[int, int]
) -> None:
    """Write sheet 考勤表, or 考勤表1, 考勤表2 … for a long course; the last one counts the whole course."""
    days: list[date | None] = [*found.days] or [None] * figures.course.class_days
    parts = _in_parts(days)
    counted: list[list[str]] = [[] for _ in range(figures.planned.size)]
    portrait = max(map(len, parts)) <= DAYS_IN_PORTRAIT
    done = 0
    for number, part in enumerate(parts, 1):
        name = "考勤表" if len(parts) == 1 else f"考勤表{number}"
        is_last = number == len(parts)
        columns = [
            Column("序号", 4.2, Kind.LABEL),
            Column("姓名", 9, Kind.LABEL),
            *(column for place, day in enumerate(part, done + 1) for column in _day_columns(day, place)),
            Column("出勤天数", 6, Kind.JOBS),
            *([Column("累计天数", 6, Kind.JOBS)] if is_last and len(parts) > 1 else []),
            *([Column("出勤率", 8, Kind.SHARE)] if is_last else []),
            Column("签字", 9),
        ]
        sheet = BureauSheet(
            papers,
            name,
            title_of(instance, "考勤表"),
            columns,
            "天",
            frozen_columns=2,
            portrait=portrait,
            facts=_facts(instance, figures, found)[:2],
            pages_high=0 if portrait else -(-figures.planned.size // ROWS_ON_A_PAGE),
        )
        for head, cells in enumerate(counted):
            row = sheet.next_row
            marks = xl_range(row, 2, row, 1 + 2 * len(part))
            attended = xl_rowcol_to_cell(row, 2 + 2 * len(part))
            cells.append(f"'{name}'!{attended}")
            values: list[Any] = [head + 1, _name_from_roster(first_name, head), *[None] * (2 * len(part))]
            values.append(_days_attended(marks))
            whole = attended
            if is_last and len(parts) > 1:
                values.append(_sum_of(cells))
                whole = xl_rowcol_to_cell(row, 3 + 2 * len(part))
            if is_last:
                values.append(Formula(f'=IF({whole}="","",{whole}/{len(days)})'))
            sheet.row((*values, None), height=ROW_POINTS if portrait else LOW_ROW_POINTS)
        sheet.offer(2, 1 + 2 * len(part), SYMBOLS)
        sheet.note(
            f"备注：{PRESENT} 出勤，{LATE} 迟到或早退，{EXCUSED} 请假，{ABSENT} 缺课；"
            f"上、下午分别登记，{PRESENT} 和 {LATE} 计半天出勤。"
        )
        sheet.sign(ATTENDANCE_SIGNERS)
        done += len(part)


def _in_parts(days: Sequence[date | None]) -> list[Sequence[date | None]]:
    """Return the days in parts of about equal length, none longer than :data:`DAYS_ON_A_SHEET`."""
    number = max(1, -(-len(days) // DAYS_ON_A_SHEET))
    edges = [len(days) * part // number for part in range(number + 1)]
    return [days[first:last] for first, last in zip(edges, edges[1:], strict=False)]


def _day_columns(day: date | None, place: int) -> list[Column]:
    """Return the two columns of a day; one without a date is numbered."""
    group = f"{day.month}/{day.day}\n{weekday_words(day)}" if day else f"第{place}天"
    return [Column(half.value[0], 3.4, Kind.LABEL, group=group) for half in HALVES]


def _name_from_roster(first_name: tuple[int, int], head: int) -> Formula:
    cell = f"'{ROSTER}'!{xl_rowcol_to_cell(first_name[0] + head, first_name[1])}"
    return Formula(f'=IF({cell}="","",{cell})')


def _days_attended(marks: str) -> Formula:
    """Half a day for each mark of presence, also late; nothing as long as no mark is made."""
    return Formula(f'=IF(COUNTA({marks})=0,"",(COUNTIF({marks},"{PRESENT}")+COUNTIF({marks},"{LATE}"))/2)')


def _sum_of(cells: Sequence[str]) -> Formula:
    listed = ",".join(cells)
    return Formula(f'=IF(COUNT({listed})=0,"",SUM({listed}))')


def _facts(instance: Instance, figures: ClassFigures, found: ClassDays) -> tuple[str, str, str, str]:
    """Return what the class is, where, for whom and when, in four lines."""
    planned, course = figures.planned, figures.course
    tags = "，".join(f"{tag} {figures.heads.by_tag.get(tag, 0)} 人" for tag in tags_of(instance))
    practice_hours = figures.hours - figures.theory_hours
    when = "      年    月    日至      年    月    日"
    if found.days:
        year = found.days[0].year
        when = f"{year}年{day_runs(found.days, year)}"
    occupation = "" if course.occupation == course.name else f"    工种：{course.occupation}"
    return (
        f"班级：{figures.name}（编号 {planned.id}）    培训类型：{course.training_type}{occupation}",
        f"承训机构：{planned.provider}    培训地点：{figures.place}",
        f"计划人数：{planned.size} 人{f'（其中{tags}）' if tags else ''}    授课方式：{planned.form.value}    "
        f"{course.class_days} 天 {figures.hours} 课时（理论 {figures.theory_hours}，实操 {practice_hours}）",
        f"上课日期：{when}",
    )
