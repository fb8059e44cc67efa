"""The ``timetable`` verb: place the days of a recorded plan anew, after teachers, holidays or venues have changed.

What was held before a day stays, what was published moves as little as possible, and what moved is said.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from planner import __version__
from planner.checker import check_plan, format_report
from planner.checker.report import CheckReport
from planner.domain.plan import Plan, PlannedClass
from planner.errors import NoPlanFound
from planner.evaluation import with_outlook
from planner.evaluation.expected import expected_jobs_of
from planner.export import write_all
from planner.export.record import plan_to_record, read_record, record_to_plan
from planner.model.problem import build_problem
from planner.timetable.lessons import ClassDay, Published
from planner.timetable.solve import Effort, build_timetable, with_timetable
from planner.workbook.read import read_workbook


@dataclass(frozen=True, slots=True)
class TimetableRequest:
    """Which plan to place anew by which workbook.

    ``since``: first day that may change; days before it have been held. ``None``: nothing has been held yet.
    """

    workbook: Path
    plan: Path
    out_dir: Path
    since: date | None
    effort: Effort


@dataclass(frozen=True, slots=True)
class PlacedAgain:
    """The plan with its new timetable, the files written, and sentences on what moved, by class."""

    plan: Plan
    files: tuple[Path, ...]
    moves: tuple[str, ...]


class NoLongerValid(Exception):
    """The classes of the plan break rules of the workbook as it is now; the message lists them."""


def place_again(
    request: TimetableRequest, on_step: Callable[[str, float], None], stopped: Callable[[], bool]
) -> PlacedAgain:
    """Read, place, check and write.

    Raises
    ------
    BadInput
        A file cannot be read or written.
    NoLongerValid
        The plan's classes do not fit the workbook any more; it must be planned again.
    NoPlanFound
        A stop or the time limit came before every class had days.
    """
    started = time.monotonic()
    read = read_workbook(request.workbook)
    before = record_to_plan(read_record(request.plan), request.plan.name)
    in_weeks = replace(
        before, sessions=(), exams=(), inspections=(), timetable=None, input_sha256=read.sha256, version=__version__,
    )  # fmt: skip
    _refuse_if_invalid(check_plan(read.instance, plan_to_record(in_weeks)), "方案中的班级已不符合现在的工作簿")
    since = request.since or date.min
    published = Published.of(before.sessions, before.inspections, since) if before.sessions else None
    timetable = build_timetable(
        read.instance, in_weeks, request.effort,
        lambda placed, classes: on_step(f"编排课表：已完成 {placed} / {classes} 个班", time.monotonic() - started),
        stopped, published,
    )  # fmt: skip
    if timetable is None:
        raise NoPlanFound("未能在停止或到时限前为全部班级排出课表。请延长 --time-limit 后重试。")
    plan = with_timetable(in_weeks, timetable)
    _refuse_if_invalid(check_plan(read.instance, plan_to_record(plan)), "程序内部错误：课表未通过独立核对，未写出")
    problem = build_problem(read.instance)
    plan = with_outlook(replace(plan, assumptions=read.instance.assumptions), problem)
    expected = expected_jobs_of(problem, plan.classes)
    files = write_all(read.instance, plan, request.out_dir, expected)
    return PlacedAgain(plan, files, moved_sentences(before, plan))


def moved_sentences(before: Plan, after: Plan) -> tuple[str, ...]:
    """What differs between two timetables of the same classes, a sentence for each class that moved."""
    was, now = (_days_by_class(plan) for plan in (before, after))
    exams = [{exam.class_id: exam.day for exam in plan.exams} for plan in (before, after)]
    sentences = []
    for planned in after.classes:
        old, new = was.get(planned.id, {}), now.get(planned.id, {})
        parts = _moved_days(old, new)
        exam_days = [found.get(planned.id) for found in exams]
        if exam_days[0] != exam_days[1]:
            parts.append(f"考核由{_day_text(exam_days[0])}改到{_day_text(exam_days[1])}")
        if parts:
            sentences.append(f"{_class_text(planned)}：{'；'.join(parts)}")
    return tuple(sentences)


def _moved_days(old: dict[date, ClassDay], new: dict[date, ClassDay]) -> list[str]:
    gone, come = sorted(set(old) - set(new)), sorted(set(new) - set(old))
    parts = []
    if gone:
        parts.append(f"取消{_days_text(gone)}")
    if come:
        parts.append(f"改在{_days_text(come)}上课" if gone else f"新增{_days_text(come)}")
    for day in sorted(set(old) & set(new)):
        if set(old[day].teachers) != set(new[day].teachers):
            parts.append(
                f"{_day_text(day)}教师由{'、'.join(old[day].teachers)}改为{'、'.join(new[day].teachers)}"
            )
    return parts


def _days_by_class(plan: Plan) -> dict[str, dict[date, ClassDay]]:
    days: dict[str, dict[date, ClassDay]] = {}
    for (class_id, day), class_day in Published.of(plan.sessions, (), date.min).days.items():
        days.setdefault(class_id, {})[day] = class_day
    return days


def _refuse_if_invalid(report: CheckReport, why: str) -> None:
    if report.violations:
        raise NoLongerValid(f"{why}。{format_report(report)}")


def _class_text(planned: PlannedClass) -> str:
    return f"{planned.course}班（{planned.id}，{planned.venue}）"


def _days_text(days: list[date]) -> str:
    return "、".join(_day_text(day) for day in days)


def _day_text(day: date | None) -> str:
    return "未定" if day is None else f"{day.month}月{day.day}日"
