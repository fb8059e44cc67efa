"""The columns of the registers for provincial training systems, with field codes and what fills them.

Codes are those of the 金保 family of systems as far as they are public (docs/papers.md); a field without a known code
has none. What the plan does not know - codes of a system's own lists, persons - has no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from planner.domain.plan import CLASS_HOURS_PER_SESSION, Half, Heads, Session, SessionKind
from planner.export.csv_file import Cell
from planner.export.dates import HOURS, WEEKDAYS
from planner.export.days import ClassDay
from planner.export.figures import ClassFigures

COURSE_KINDS: Final = {SessionKind.THEORY: 1, SessionKind.PRACTICE: 2}
BOTH_KINDS: Final = 3
"""Values of bdf013 课程类型: 1 theory, 2 practice, 3 both."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    """A column: heading, field code (empty when none is public), what to know of it, and its value.

    ``value=None``: the plan does not know it, somebody else fills it in.
    """

    name: str
    code: str = ""
    note: str = ""
    value: Callable[[Row], Cell] | None = None


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class with its figures, days and exam."""

    figures: ClassFigures
    county: str
    days: tuple[ClassDay, ...]
    exam: date | None

    @property
    def kinds(self) -> int:
        """Theory, practice or both, as bdf013 counts them."""
        course = self.figures.course
        if not course.theory_days:
            return COURSE_KINDS[SessionKind.PRACTICE]
        return BOTH_KINDS if course.theory_days < course.class_days else COURSE_KINDS[SessionKind.THEORY]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session of a class."""

    of: ClassRow
    day: ClassDay
    session: Session


@dataclass(frozen=True, slots=True)
class ExamRow:
    """An exam of a class."""

    of: ClassRow
    day: date


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A place in a class, numbered from 1, and the people it is planned for."""

    of: ClassRow
    number: int
    heads: Heads


@dataclass(frozen=True, slots=True)
class Register(Generic[Row]):
    """A file: its name and its columns."""

    file: str
    fields: tuple[Field[Row], ...]

    def lines(self, rows: Iterable[Row]) -> list[list[Cell]]:
        """Return the cells of each row."""
        return [[field.value(row) if field.value else None for field in self.fields] for row in rows]


_SYSTEM_CODE = "系统自己的代码，由填报人在系统中选"
_EXAM_NOTE = "方案只定日期；钟点以考核通知为准"

IDENTITY: Final[tuple[Field[ClassRow], ...]] = (
    Field("培训班级编号", "acf003", "方案里的编号；系统另行编号的以系统为准", lambda r: r.figures.planned.id),
    Field("培训班级名称", "acf015", "", lambda r: r.figures.name),
    Field("培训单位编号", "bab001", _SYSTEM_CODE),
    Field("培训单位名称", "aab004", "", lambda r: r.figures.planned.provider),
)
PLACE_AND_TYPE: Final[tuple[Field[ClassRow], ...]] = (
    Field("统筹区（编码）", "aaa027", _SYSTEM_CODE),
    Field("统筹区（描述）", "aaa027Desc", "开班乡镇所在的区县", lambda r: r.county),
    Field("培训类型（编码）", "acf004", _SYSTEM_CODE),
    Field("培训类型（描述）", "acf004Desc", "工作簿“课程”表的培训类型", lambda r: r.figures.course.training_type),
)
TRADE: Final[tuple[Field[ClassRow], ...]] = (
    Field("培训工种编号", "aca111", _SYSTEM_CODE),
    Field("培训工种名称", "aca112", "工作簿“课程”表的工种", lambda r: r.figures.course.occupation),
    Field("培训等级（编码）", "bac015", _SYSTEM_CODE),
    Field("培训等级（描述）", "bac015Desc", "工作簿里没有等级"),
)

CLASSES: Final[Register[ClassRow]] = Register(
    "班级登记.csv",
    (
        *IDENTITY,
        *PLACE_AND_TYPE,
        *TRADE,
        Field("课程名称", "", "", lambda r: r.figures.planned.course),
        Field("行业类别", "", "工作簿“课程”表的产业", lambda r: r.figures.course.industry),
        Field("培训形式", "", "集中或分散", lambda r: r.figures.planned.form.value),
        Field("预计开班人数", "", "", lambda r: r.figures.planned.size),
        Field("培训天数", "", "", lambda r: r.figures.course.class_days),
        Field("学时", "", "每天 8 课时", lambda r: r.figures.hours),
        Field("理论学时", "", "", lambda r: r.figures.theory_hours),
        Field("实操学时", "", "", lambda r: r.figures.hours - r.figures.theory_hours),
        Field("开班周", "", "开班那一周的星期一", lambda r: r.figures.planned.start_week),
        Field("结束周", "", "结束那一周的星期一", lambda r: r.figures.planned.end_week),
        Field("开始日期", "", "第一个上课日；未排课表的留空", lambda r: r.days[0].day if r.days else None),
        Field("结束日期", "", "最后一个上课日；未排课表的留空", lambda r: r.days[-1].day if r.days else None),
        Field("上课时间", "", "未排课表的留空", lambda r: HOURS[Half.MORNING][0] if r.days else None),
        Field("下课时间", "", "未排课表的留空", lambda r: HOURS[Half.AFTERNOON][1] if r.days else None),
        Field("培训地点", "", "", lambda r: r.figures.planned.venue),
        Field("培训乡镇", "", "", lambda r: r.figures.township),
        Field("申请人", "", "承训机构的经办人"),
        Field("申请人联系方式", "", "承训机构的经办人"),
        Field("备注", "aae013", "固定班的说明", lambda r: r.figures.remark),
    ),
)


def _lifted(fields: tuple[Field[ClassRow], ...], of: Callable[[Row], ClassRow]) -> tuple[Field[Row], ...]:
    """The columns of a class in a register of something that belongs to a class."""

    def lift(field: Field[ClassRow]) -> Field[Row]:
        value = field.value
        return Field(field.name, field.code, field.note, (lambda row: value(of(row))) if value else None)

    return tuple(lift(field) for field in fields)


def _theory_exam(row: ExamRow) -> date | None:
    return row.day if row.of.kinds != COURSE_KINDS[SessionKind.PRACTICE] else None


def _practice_exam(row: ExamRow) -> date | None:
    return row.day if row.of.kinds != COURSE_KINDS[SessionKind.THEORY] else None


def _teacher(row: SessionRow, number: int) -> str | None:
    teachers = row.session.teachers
    return "、".join(teachers[1:]) if number else (teachers[0] if teachers else None)


SESSIONS: Final[Register[SessionRow]] = Register(
    "课程安排.csv",
    (
        *_lifted(IDENTITY, lambda row: row.of),
        Field("第几天", "", "", lambda r: r.day.number),
        Field("日期", "", "", lambda r: r.day.day),
        Field("星期", "", "", lambda r: WEEKDAYS[r.day.day.weekday()]),
        Field("时段", "", "", lambda r: r.session.half.value),
        Field("开始时间", "", "", lambda r: HOURS[r.session.half][0]),
        Field("结束时间", "", "", lambda r: HOURS[r.session.half][1]),
        Field("课时", "", "", lambda r: CLASS_HOURS_PER_SESSION),
        Field("课程类型", "bdf013", "1 理论，2 实操", lambda r: COURSE_KINDS[r.session.kind]),
        Field("课程类型（描述）", "bdf013desc", "", lambda r: r.session.kind.value),
        Field("教学内容", "", "任课教师填写"),
        Field("授课教师", "", "", lambda r: _teacher(r, 0)),
        Field("助教", "", "大班实操的第二位教师", lambda r: _teacher(r, 1)),
        Field("地点", "", "", lambda r: r.of.figures.planned.venue),
        Field("教室", "", "场地里的第几间", lambda r: r.session.room),
        Field("备注", "aae013", "任课教师填写"),
    ),
)

EXAMS: Final[Register[ExamRow]] = Register(
    "考核安排.csv",
    (
        *_lifted(IDENTITY, lambda row: row.of),
        *_lifted(TRADE, lambda row: row.of),
        Field("课程类型", "bdf013", "1 理论，2 实操，3 理论和实操", lambda r: r.of.kinds),
        Field("理论考试开始时间", "acf016", _EXAM_NOTE, _theory_exam),
        Field("理论考试结束时间", "acf017", _EXAM_NOTE, _theory_exam),
        Field("理论考试地址", "acf020", "以考核通知为准"),
        Field("实践考试开始时间", "acf018", _EXAM_NOTE, _practice_exam),
        Field("实践考试结束时间", "acf019", _EXAM_NOTE, _practice_exam),
        Field("是否补考", "bcc007", "0 否，1 是", lambda r: 0),
        Field("应考人数", "", "按计划人数", lambda r: r.of.figures.planned.size),
    ),
)

SEATS: Final[Register[SeatRow]] = Register(
    "学员花名册.csv",
    (
        *_lifted(IDENTITY, lambda row: row.of),
        *_lifted(PLACE_AND_TYPE, lambda row: row.of),
        *_lifted(TRADE, lambda row: row.of),
        Field("序号", "", "班内第几个名额", lambda r: r.number),
        Field("个人编号", "bac001", "系统自动编号"),
        Field("姓名", "aac003", "报名后填写"),
        Field("身份证号", "aac002", "18 位，按文本填写；列的格式不是文本时，末三位会变成 000"),
        Field("性别（编码）", "aac004", "报名后填写"),
        Field("民族（编码）", "aac005", "报名后填写"),
        Field("户口性质（编码）", "aac009", "报名后填写"),
        Field("人员类型（编码）", "bcc006", _SYSTEM_CODE),
        Field("人员类型（描述）", "bcc006Desc", "方案给这个名额定的群体；实际报名不同的要改", lambda r: r.heads.group),
        Field("手机号码", "aae005", "报名后填写，按文本填写"),
        Field("家庭住址", "bdc026", "报名后填写"),
        Field("生源乡镇", "", "方案给这个名额定的乡镇", lambda r: r.heads.township),
        Field("年龄段", "", "方案给这个名额定的年龄段", lambda r: r.heads.age_band),
        Field("补贴方式（编码）", "bdc102", _SYSTEM_CODE),
        Field("报名来源（编码）", "bdc024", _SYSTEM_CODE),
        Field("备注", "aae013", "报名后填写"),
    ),
)
