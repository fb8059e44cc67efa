"""Rules on teachers: who may teach a session, how many it takes, and where one can be at once (contract, section 3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from planner.checker.audit import Audit
from planner.checker.calendar import monday_of
from planner.checker.register import Breach, rule
from planner.checker.teachers import Staff
from planner.checker.timetable import TimetabledClass
from planner.domain.plan import Half, Session, SessionKind

HEADS_OF_ONE_PRACTICE_TEACHER = 25
SESSIONS_A_WEEK = 10


def _taught(audit: Audit) -> Iterator[tuple[str, TimetabledClass, Session]]:
    """Each teacher of each session; one who is named twice in a session counts once."""
    for held in audit.timetabled:
        for session in held.sessions:
            for teacher in dict.fromkeys(session.teachers):
                yield teacher, held, session


def _classes(class_ids: list[str]) -> str:
    return "、".join(f"班级 {class_id}" for class_id in class_ids)


@rule("teacher-known", "教师属于本机构，教这门课程，类型（理论、实操、均可）相符。")
def are_teachers_known(audit: Audit) -> Iterator[Breach]:
    """Section 3: a teacher of p who is listed for c and the kind; each teacher of a class is named once."""
    staff = Staff(audit.instance)
    breaches: dict[Breach, None] = {}
    for teacher, held, session in _taught(audit):
        option = held.checked.option
        reason = staff.why_not(teacher, option.provider, option.course.name, session.kind)
        if reason is not None:
            breaches[held.where, reason] = None
    yield from breaches


@rule("teacher-count", "每个课次一名教师；超过 25 人的实操两名不同的教师。")
def are_teachers_enough(audit: Audit) -> Iterator[Breach]:
    """Section 3: one teacher, practice with more than 25 heads two."""
    for held in audit.timetabled:
        heads = held.checked.entry.size
        for session in held.sessions:
            pair = session.kind is SessionKind.PRACTICE and heads > HEADS_OF_ONE_PRACTICE_TEACHER
            due, found = 2 if pair else 1, len(session.teachers)
            if found != due or len(set(session.teachers)) != due:
                named = "、".join(session.teachers) or "无"
                where = f"{session.day} {session.half}的{session.kind}（{heads} 人）"
                yield held.where, f"{where}教师为“{named}”，应为{'两名不同的' if pair else '一名'}教师"


@rule("teacher-clash", "教师同一个半天只上一个课次。")
def is_no_teacher_twice_at_once(audit: Audit) -> Iterator[Breach]:
    """Section 3: none twice at once."""
    at_once: defaultdict[tuple[str, date, Half], list[str]] = defaultdict(list)
    for teacher, held, session in _taught(audit):
        at_once[teacher, session.day, session.half].append(held.checked.entry.id)
    for (teacher, day, half), class_ids in at_once.items():
        if len(class_ids) > 1:
            yield f"教师 {teacher}", f"{day} {half}有 {len(class_ids)} 个课次（{_classes(class_ids)}），最多一个"


@rule("teacher-township", "教师一天只在一个乡镇上课。")
def is_no_teacher_in_two_townships(audit: Audit) -> Iterator[Breach]:
    """Section 3: none in two townships on one day."""
    places: defaultdict[tuple[str, date], dict[str, str]] = defaultdict(dict)
    for teacher, held, session in _taught(audit):
        places[teacher, session.day].setdefault(held.township, held.checked.entry.id)
    for (teacher, day), class_of in places.items():
        if len(class_of) > 1:
            named = "、".join(f"{township}（班级 {class_id}）" for township, class_id in class_of.items())
            yield f"教师 {teacher}", f"{day} 在 {len(class_of)} 个乡镇上课：{named}，一天只能在一个乡镇"


@rule("teacher-week", "教师每周（周一至周日）最多上 10 个课次。")
def is_no_teacher_overloaded(audit: Audit) -> Iterator[Breach]:
    """Section 3: at most 10 sessions a week."""
    sessions = Counter((teacher, monday_of(session.day)) for teacher, _, session in _taught(audit))
    for (teacher, monday), number in sessions.items():
        if number > SESSIONS_A_WEEK:
            yield f"教师 {teacher}", f"{monday} 这周上 {number} 个课次，最多 {SESSIONS_A_WEEK} 个"


@rule("teacher-leave", "教师在不可用的日期不上课。")
def is_no_teacher_on_leave(audit: Audit) -> Iterator[Breach]:
    """Section 3: none on an unavailable day."""
    staff = Staff(audit.instance)
    breaches: dict[Breach, None] = {}
    for teacher, held, session in _taught(audit):
        leave = staff.leave(teacher, session.day)
        if leave is not None:
            span = f"{leave[0]}" if leave[0] == leave[1] else f"{leave[0]} 至 {leave[1]}"
            breaches[held.where, f"{session.day} 由教师“{teacher}”上课，此人 {span} 不可用"] = None
    yield from breaches
