"""Which sheets and columns the planning workbook has: the one declaration everything else follows.

Source: the planning contract, section 1. Reading (:mod:`.read`), writing (:mod:`.write`), the blank
template (:mod:`.template`) and ``docs/workbook.md`` (:mod:`.documentation`) are derived from ``SHEETS`` and
``SETTINGS``; a column that is not declared here does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any

from planner.domain import instance as domain
from planner.domain.instance import TRAINING_TYPES, CostKind, Form, LockKind, Measure, Objective, Sense, TeacherKind

ALL = "全部"
"""The word that stands for "no filter" in columns with ``all_word``; an empty cell means the same."""

INSTRUCTIONS = "填写说明"
"""Name of the template's sheet of instructions; the reader passes over it."""

SETTING_WORDS = "说明"
"""Heading of what the template says beside each setting; the reader passes over it, too."""

SEPARATOR = "、"
"""Separates the entries of a list in one cell; the reader also accepts commas and semicolons."""


class Kind(Enum):
    """What a cell holds; each kind has one reading rule in :mod:`planner.workbook.cells`."""

    TEXT = auto()
    WHOLE = auto()
    NUMBER = auto()
    MONEY = auto()
    DATE = auto()
    MONTH_DAY = auto()
    YES_NO = auto()
    CHOICE = auto()
    NAMES = auto()
    SEASON = auto()
    DAY_RANGES = auto()
    ANY = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet, or one key of sheet 参数.

    ``field`` is the attribute of the domain type (the alias where it has the same name). ``default`` is the
    domain value of an empty cell and ``default_text`` says it in Chinese, as the plan's assumptions quote it;
    an empty ``default_text`` means that an empty cell is a plain statement (no filter, no note) and no assumption.
    ``minimum`` and ``maximum`` are inclusive and in the column's unit; ``limit_remedy`` says what to do about a value
    outside them where the limits alone do not. ``refers_to`` names the sheet whose key
    column must hold the value (also 标签, 区县, 产业: the tags, counties and industries that occur).
    ``other_names`` are further headings the reader accepts.
    """

    heading: str
    alias: str
    kind: Kind
    description: str
    field: str = ""
    unit: str = ""
    required: bool = False
    default: object = None
    default_text: str = ""
    allowed: tuple[str, ...] = ()
    enum: type[StrEnum] | None = None
    synonyms: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    limit_remedy: str = ""
    refers_to: str = ""
    all_word: bool = False
    other_names: tuple[str, ...] = ()

    @property
    def attribute(self) -> str:
        """Name of the attribute of the domain type that holds this column."""
        return self.field or self.alias


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its columns in the contract's order and the aliases of its key columns.

    ``record`` is the domain type of a row and ``attribute`` the field of ``Instance`` that collects them;
    both are empty for the sheets whose rows are not records (参数, 农时, 群体, 节假日). ``noun`` counts rows in
    Chinese ("门课程"). ``default_text`` says what is assumed when the sheet is absent or has no rows.
    """

    name: str
    alias: str
    columns: tuple[Column, ...]
    description: str
    key: tuple[str, ...] = ()
    record: type[Any] | None = None
    attribute: str = ""
    noun: str = "行"
    required: bool = False
    default_text: str = ""

    def column(self, alias: str) -> Column:
        """Return the column with this English alias; ``KeyError`` when there is none."""
        for column in self.columns:
            if column.alias == alias:
                return column
        raise KeyError(f"{self.name} has no column {alias}")

    @property
    def key_headings(self) -> tuple[str, ...]:
        """Chinese headings of the key columns."""
        return tuple(self.column(alias).heading for alias in self.key)


def _choice(
    heading: str,
    alias: str,
    enum: type[StrEnum],
    description: str,
    *,
    field: str = "",
    required: bool = False,
    default: object = None,
    default_text: str = "",
    synonyms: tuple[tuple[str, str], ...] = (),
    all_word: bool = False,
) -> Column:
    return Column(
        heading,
        alias,
        Kind.CHOICE,
        description,
        field=field,
        required=required,
        default=default,
        default_text=default_text,
        allowed=tuple(member.value for member in enum),
        enum=enum,
        synonyms=synonyms,
        all_word=all_word,
    )


def _yes_no(heading: str, alias: str, description: str, *, field: str = "", default: bool) -> Column:
    return Column(
        heading,
        alias,
        Kind.YES_NO,
        description,
        field=field,
        default=default,
        default_text="是" if default else "否",
        allowed=("是", "否"),
    )


def _township(description: str, *, field: str = "", required: bool = True) -> Column:
    return Column("乡镇", "township", Kind.TEXT, description, field=field, required=required, refers_to="乡镇")


def _age_band(description: str, *, all_word: bool = False) -> Column:
    return Column(
        "年龄段",
        "age_band",
        Kind.TEXT,
        description,
        required=not all_word,
        refers_to="年龄段",
        all_word=all_word,
    )


def _group(description: str, *, all_word: bool = False) -> Column:
    return Column("群体", "group", Kind.TEXT, description, required=not all_word, refers_to="群体", all_word=all_word)


def _course(description: str, *, required: bool = True) -> Column:
    return Column("课程", "course", Kind.TEXT, description, required=required, refers_to="课程")


def _provider(description: str, *, required: bool = True) -> Column:
    return Column("机构", "provider", Kind.TEXT, description, required=required, refers_to="机构")


def _first_day(what: str) -> Column:
    return Column("开始", "from", Kind.DATE, f"{what}的第一天", field="first_day", default_text="不限起始日期")


def _last_day(what: str) -> Column:
    return Column("截止", "to", Kind.DATE, f"{what}的最后一天（含当天）", field="last_day", default_text="不限截止日期")


SETTINGS = (
    Column(
        "计划开始",
        "plan_start",
        Kind.DATE,
        "计划期第一周的周一",
        default_text=" 2026-01-05（2026 年第一个周一）",
    ),
    Column("计划周数", "weeks", Kind.WHOLE, "计划期的周数", unit="周", default=52, minimum=1, maximum=520),
    _choice(
        "目标口径",
        "objective",
        Objective,
        "以毛就业率还是净增就业率计算预期就业",
        default=Objective.GROSS,
        synonyms=(("gross", "毛就业"), ("uplift", "净增"), ("毛就业率", "毛就业"), ("净增就业率", "净增")),
    ),
    Column(
        "每人次数上限", "trainings_per_person", Kind.WHOLE, "计划期内一人最多参加几次", unit="次", default=1, minimum=1
    ),
    Column(
        "农忙禁开",
        "busy_ban",
        Kind.NUMBER,
        "农忙指数达到此值的周不安排集中班学员；大于 1 表示不设禁",
        default=0.5,
        minimum=0,
        maximum=2,
    ),
    Column(
        "分散禁开",
        "busy_ban_part_time",
        Kind.NUMBER,
        "农忙指数达到此值的周不安排分散班学员；大于 1 表示不设禁",
        default=0.7,
        minimum=0,
        maximum=2,
    ),
    Column(
        "集中每周课日", "days_full_time", Kind.WHOLE, "集中班每周最多课日", unit="天", default=5, minimum=1, maximum=7
    ),
    Column(
        "分散每周课日", "days_part_time", Kind.WHOLE, "分散班每周最多课日", unit="天", default=3, minimum=1, maximum=7
    ),
    Column(
        "最大路程",
        "max_travel",
        Kind.NUMBER,
        "学员到场地的最长单程时间",
        field="max_travel_minutes",
        unit="分钟",
        default=40.0,
        minimum=0,
    ),
    Column(
        "免折路程",
        "free_travel",
        Kind.NUMBER,
        "不折减就业率的单程时间",
        field="free_travel_minutes",
        unit="分钟",
        default=30.0,
        minimum=0,
    ),
    Column(
        "路程折减",
        "travel_loss",
        Kind.NUMBER,
        "超过免折路程后每 30 分钟折减的比例",
        unit="0–1",
        default=0.10,
        minimum=0,
        maximum=1,
    ),
    Column(
        "无岗系数",
        "unlinked_factor",
        Kind.NUMBER,
        "没有岗位衔接的预期就业按此系数计",
        unit="0–1",
        default=0.6,
        minimum=0,
        maximum=1,
    ),
    Column(
        "岗位衔接周数", "placement_weeks", Kind.WHOLE, "结业后多少周内的岗位可衔接", unit="周", default=13, minimum=0
    ),
    Column(
        "生活补贴",
        "living_allowance",
        Kind.MONEY,
        "每人每课日的生活补贴",
        field="living_allowance_cents",
        unit="元",
        default=4000,
        minimum=0,
    ),
    Column("生活补贴标签", "allowance_tag", Kind.TEXT, "带此标签的群体领取生活补贴", default="脱贫"),
    Column(
        "督查员",
        "inspectors",
        Kind.WHOLE,
        "督查人员数",
        unit="人",
        default=2,
        minimum=1,
        limit_remedy="每班必查至少要 1 名督查员；填实际人数，或留空按 2 人",
    ),
    Column(
        "每员每日督查",
        "visits_per_day",
        Kind.WHOLE,
        "每名督查员每天最多督查班数",
        unit="班",
        default=2,
        minimum=1,
        limit_remedy="每班必查要督查员每天至少能查 1 个班；填实际班数，或留空按 2 班",
    ),
    Column(
        "最早开班",
        "earliest_start",
        Kind.DATE,
        "开班周的周一不早于此日",
        default_text="计划开始起第 10 个工作日的次日",
    ),
)
"""Keys of sheet 参数, in the contract's order; ``attribute`` is the field of ``Settings``."""

SETTINGS_SHEET = Sheet(
    "参数",
    "settings",
    (
        Column("参数", "key", Kind.TEXT, "参数名，见下表", required=True),
        Column("值", "value", Kind.ANY, "参数的值；空着即用默认值"),
    ),
    "全县一套的参数，一行一个，每个参数只写一行。",
)

TOWNSHIPS = Sheet(
    "乡镇",
    "townships",
    (
        Column("乡镇", "township", Kind.TEXT, "乡镇（街道）名称", field="name", required=True),
        Column("区县", "county", Kind.TEXT, "所属区县", default="", default_text="无区县"),
        Column(
            "农时类型",
            "calendar",
            Kind.TEXT,
            "采用哪一种农时，见表“农时”",
            default="",
            default_text="没有农忙",
            refers_to="农时",
        ),
        Column("经度", "lon", Kind.NUMBER, "东经", unit="度", default_text="无坐标", minimum=-180, maximum=180),
        Column("纬度", "lat", Kind.NUMBER, "北纬", unit="度", default_text="无坐标", minimum=-90, maximum=90),
        _yes_no("偏远", "remote", "是否偏远乡镇", default=False),
        Column("赶集", "market_days", Kind.TEXT, "赶集日规则（文字）", default="", default_text="无赶集日"),
    ),
    "参加计划的全部乡镇。",
    key=("township",),
    record=domain.Township,
    attribute="townships",
    noun="个乡镇",
    default_text="按“需求”中出现的乡镇，无区县、农时和坐标",
)

FARMING = Sheet(
    "农时",
    "farming",
    (
        Column("农时类型", "calendar", Kind.TEXT, "农时的名称", required=True),
        Column("周一日期", "week", Kind.DATE, "（按周填）该周的周一", field="monday"),
        Column("农忙指数", "busy", Kind.NUMBER, "（按周填）该周农忙指数", unit="0–1", minimum=0, maximum=1),
        Column("作物", "crop", Kind.TEXT, "（按作物填）作物"),
        Column("环节", "activity", Kind.TEXT, "（按作物填）农事环节"),
        Column("开始", "start", Kind.MONTH_DAY, "（按作物填）环节第一天", unit="MM-DD"),
        Column("结束", "end", Kind.MONTH_DAY, "（按作物填）环节最后一天，可跨年", unit="MM-DD"),
        Column("占用", "intensity", Kind.NUMBER, "（按作物填）占用劳动时间的比例", unit="0–1", minimum=0, maximum=1),
        Column("参与率", "adoption", Kind.NUMBER, "（按作物填）种植户所占比例", unit="0–1", minimum=0, maximum=1),
    ),
    "各农时类型的农忙指数。可按周填（周一日期、农忙指数），也可按作物填（作物至参与率），同一农时类型只用一种；"
    "未列出的周指数为 0。",
    key=("calendar", "week", "crop", "activity", "start", "end"),
    default_text="各周农忙指数均为 0",
)
WEEK_FORM = ("week", "busy")
CROP_FORM = ("crop", "activity", "start", "end", "intensity", "adoption")

GROUPS = Sheet(
    "群体",
    "groups",
    (Column("群体", "group", Kind.TEXT, "群体名称", field="name", required=True),),
    "每个群体一行；其余每一列是一个标签（脱贫、易迁、妇女、返乡……），填 是/否，空着为否。",
    key=("group",),
    default_text="一般、脱贫、易迁、脱贫易迁四类，标签为脱贫、易迁",
)

AGE_BANDS = Sheet(
    "年龄段",
    "age_bands",
    (
        Column("年龄段", "age_band", Kind.TEXT, "年龄段名称", field="name", required=True),
        Column("最小", "min_age", Kind.WHOLE, "最小年龄（含）", unit="岁", required=True, minimum=0, maximum=120),
        Column("最大", "max_age", Kind.WHOLE, "最大年龄（含）", unit="岁", required=True, minimum=0, maximum=120),
    ),
    "年龄段互不重叠。",
    key=("age_band",),
    record=domain.AgeBand,
    attribute="age_bands",
    default_text="40岁以下（16–39 岁）、40-50岁（40–50 岁）、50岁以上（51–60 岁）",
)

COHORTS = Sheet(
    "劳动力",
    "cohorts",
    (
        _township("户籍或常住乡镇"),
        _age_band("年龄段"),
        _group("群体"),
        Column("可参训人数", "persons", Kind.WHOLE, "可以参加培训的人数", unit="人", required=True, minimum=0),
    ),
    "各乡镇、年龄段、群体可参训的人数。",
    key=("township", "age_band", "group"),
    record=domain.Cohort,
    attribute="cohorts",
    default_text="可参训人数按“需求”各课程愿意人数之和",
)

DEMAND = Sheet(
    "需求",
    "demand",
    (
        _township("户籍或常住乡镇"),
        _age_band("年龄段"),
        _group("群体"),
        _course("愿意参加的课程"),
        Column("愿意人数", "persons", Kind.WHOLE, "愿意参加的人数", unit="人", required=True, minimum=0),
    ),
    "摸底得到的培训需求，必填。",
    key=("township", "age_band", "group", "course"),
    record=domain.Demand,
    attribute="demand",
    required=True,
)

COURSES = Sheet(
    "课程",
    "courses",
    (
        Column("课程", "course", Kind.TEXT, "课程名称", field="name", required=True),
        Column("工种", "occupation", Kind.TEXT, "对应岗位的工种", default_text="与课程同名"),
        Column("产业", "industry", Kind.TEXT, "所属产业", default="", default_text="不属于任何产业"),
        Column(
            "培训类型",
            "training_type",
            Kind.CHOICE,
            "培训类型",
            default="项目",
            default_text="项目",
            allowed=TRAINING_TYPES,
        ),
        Column("课日", "class_days", Kind.WHOLE, "面授课日", unit="天", required=True, minimum=1, maximum=1000),
        Column(
            "理论课日",
            "theory_days",
            Kind.WHOLE,
            "其中理论课日",
            unit="天",
            default_text="课日的 40%（四舍五入）",
            minimum=0,
        ),
        Column(
            "最小班额", "min_size", Kind.WHOLE, "每班最少人数", unit="人", default=20, default_text="20 人", minimum=1
        ),
        Column(
            "最大班额", "max_size", Kind.WHOLE, "每班最多人数", unit="人", default=50, default_text="50 人", minimum=1
        ),
        Column(
            "每人补贴",
            "subsidy",
            Kind.MONEY,
            "每人培训补贴",
            field="subsidy_cents",
            unit="元",
            required=True,
            minimum=0,
        ),
        Column(
            "每人考证费",
            "exam_fee",
            Kind.MONEY,
            "每人鉴定考证费",
            field="exam_fee_cents",
            unit="元",
            default=0,
            default_text="0 元",
            minimum=0,
        ),
        Column(
            "每班固定费",
            "class_cost",
            Kind.MONEY,
            "每班固定办班费",
            field="class_cost_cents",
            unit="元",
            default=0,
            default_text="0 元",
            minimum=0,
        ),
        Column(
            "适合年龄段",
            "age_bands",
            Kind.NAMES,
            "适合的年龄段，用、分隔",
            default_text="全部年龄段",
            refers_to="年龄段",
            all_word=True,
        ),
        _yes_no("可集中", "full_time", "可否办集中班", default=True),
        _yes_no("可分散", "part_time", "可否办分散班", default=True),
        _yes_no("可下乡", "mobile", "设备可否随班下乡", default=True),
        Column(
            "设备",
            "equipment",
            Kind.NAMES,
            "需要的设备，用、分隔，场地须全部具备",
            default=frozenset(),
            default_text="不需要专用设备",
        ),
        Column(
            "季节窗口",
            "season",
            Kind.SEASON,
            "只能在其中开课的日期范围，可跨年，多段用、分隔",
            unit="MM-DD~MM-DD",
            default=(),
            default_text="无季节规定",
        ),
    ),
    "培训课程目录。",
    key=("course",),
    record=domain.Course,
    attribute="courses",
    noun="门课程",
    default_text="“需求”中的课程按内置课程目录",
)

CONVERSION = Sheet(
    "转化率",
    "conversion",
    (
        _course("课程"),
        _age_band("年龄段，可填“全部”", all_word=True),
        _group("群体，可填“全部”", all_word=True),
        Column(
            "毛就业率",
            "gross",
            Kind.NUMBER,
            "结业后就业的比例",
            unit="0–1",
            default_text="“历史”估计值（无历史的用默认率）",
            minimum=0,
            maximum=1,
        ),
        Column(
            "净增就业率",
            "uplift",
            Kind.NUMBER,
            "因培训而增加的就业比例",
            unit="0–1",
            default_text="默认率",
            minimum=0,
            maximum=1,
        ),
    ),
    "课程的就业转化率；最具体的一行优先：课程+年龄段+群体、课程+年龄段、课程+群体、课程。",
    key=("course", "age_band", "group"),
    record=domain.ConversionRate,
    attribute="conversion",
    default_text="毛就业率由“历史”估计，无历史的按默认率；净增就业率按默认率",
)

HISTORY = Sheet(
    "历史",
    "history",
    (
        _course("课程"),
        _age_band("年龄段，可填“全部”", all_word=True),
        _group("群体，可填“全部”", all_word=True),
        Column("机构", "provider", Kind.TEXT, "承办机构，可填“全部”", refers_to="机构", all_word=True),
        Column("参训", "trained", Kind.WHOLE, "参训人数", unit="人", required=True, minimum=0),
        Column("合格", "passed", Kind.WHOLE, "合格人数", unit="人", required=True, minimum=0),
        Column("三月就业", "employed", Kind.WHOLE, "结业三个月后就业人数", unit="人", required=True, minimum=0),
    ),
    "以往办班结果，用来估计缺少的毛就业率。",
    record=domain.PastOutcome,
    attribute="history",
    default_text="没有以往办班结果",
)

PROVIDERS = Sheet(
    "机构",
    "providers",
    (
        Column("机构", "provider", Kind.TEXT, "培训机构名称", field="name", required=True),
        Column(
            "驻地",
            "base",
            Kind.TEXT,
            "驻地乡镇",
            default_text="无驻地，只能下乡办班",
            refers_to="乡镇",
            other_names=("base_township",),
        ),
        Column(
            "同时开班上限", "teams", Kind.WHOLE, "同时最多开班数", unit="班", default=3, default_text="3 班", minimum=0
        ),
        Column(
            "年度班数上限", "annual_classes", Kind.WHOLE, "计划内最多办班数", unit="班", default_text="不限", minimum=0
        ),
        Column(
            "质量系数",
            "quality",
            Kind.NUMBER,
            "乘在就业率上的系数",
            default=1.0,
            default_text="1.0",
            minimum=0,
            maximum=2,
        ),
        _yes_no("可下乡", "mobile", "可否到驻地以外办班", default=True),
        Column(
            "下乡每班费",
            "outreach_cost",
            Kind.MONEY,
            "到驻地以外办一个班的费用",
            field="outreach_cost_cents",
            unit="元",
            default=0,
            default_text="0 元",
            minimum=0,
        ),
    ),
    "承担培训的机构。",
    key=("provider",),
    record=domain.Provider,
    attribute="providers",
    noun="家机构",
    default_text="一家机构“全县统一承训”，无驻地，可下乡，同时开班上限 3 班，质量系数 1，无下乡费",
)

ACCREDITATION = Sheet(
    "承训",
    "accreditation",
    (
        _provider("机构"),
        _course("可承训的课程"),
        Column(
            "同时开班上限", "teams", Kind.WHOLE, "该课程同时最多开班数", unit="班", default_text="与机构相同", minimum=0
        ),
    ),
    "哪家机构可以承训哪门课程。",
    key=("provider", "course"),
    record=domain.Accreditation,
    attribute="accreditations",
    default_text="每家机构可承训全部课程",
)

VENUES = Sheet(
    "场地",
    "venues",
    (
        Column("场地", "venue", Kind.TEXT, "场地名称", field="name", required=True),
        _township("所在乡镇"),
        Column(
            "同时班数", "rooms", Kind.WHOLE, "同时可容纳的班数", unit="班", default=1, default_text="1 班", minimum=0
        ),
        Column("座位", "seats", Kind.WHOLE, "每班座位", unit="座", default=50, default_text="50 座", minimum=0),
        Column(
            "设备",
            "equipment",
            Kind.NAMES,
            "场地具备的设备，用、分隔",
            default=frozenset(),
            default_text="无专用设备",
        ),
    ),
    "可以办班的场地。",
    key=("venue",),
    record=domain.Venue,
    attribute="venues",
    noun="处场地",
    default_text="每个乡镇一处同名场地，1 班、50 座，无专用设备",
)

TRAVEL = Sheet(
    "路程",
    "travel",
    (
        Column("起", "from", Kind.TEXT, "乡镇", field="origin", required=True, refers_to="乡镇"),
        Column("到", "to", Kind.TEXT, "乡镇", field="destination", required=True, refers_to="乡镇"),
        Column("分钟", "minutes", Kind.NUMBER, "单程时间，往返相同", unit="分钟", required=True, minimum=0),
    ),
    "乡镇之间的单程时间；同一乡镇为 0。",
    key=("from", "to"),
    record=domain.TravelTime,
    attribute="travel",
    default_text="按经纬度球面距离每公里 2 分钟；缺坐标的乡镇与其他乡镇视为不可到达",
)

VACANCIES = Sheet(
    "岗位",
    "vacancies",
    (
        Column("岗位", "pool_id", Kind.TEXT, "岗位编号", field="id", required=True, other_names=("pool",)),
        Column("工种", "occupation", Kind.TEXT, "工种，与“课程”的工种对应", required=True),
        Column(
            "去向",
            "place",
            Kind.CHOICE,
            "就业去向",
            default="",
            default_text="去向不明",
            allowed=("县内", "省内", "省外"),
        ),
        Column("岗位数", "vacancies", Kind.WHOLE, "岗位数", unit="个", required=True, minimum=0),
        _first_day("招工"),
        _last_day("招工"),
        Column(
            "年龄段",
            "age_bands",
            Kind.NAMES,
            "接收的年龄段，用、分隔",
            default_text="全部年龄段",
            refers_to="年龄段",
            all_word=True,
        ),
    ),
    "可以衔接的岗位。",
    key=("pool_id",),
    record=domain.VacancyPool,
    attribute="pools",
    noun="个岗位",
    default_text="不计岗位衔接，预期就业全部按 1 计",
)

FUNDS = Sheet(
    "资金",
    "funds",
    (
        Column("资金", "fund", Kind.TEXT, "资金名称", field="name", required=True),
        Column("金额", "amount", Kind.MONEY, "可用金额", field="amount_cents", unit="元", required=True, minimum=0),
        _first_day("可用"),
        _last_day("可用"),
    ),
    "可用资金，必填，至少一笔。",
    key=("fund",),
    record=domain.Fund,
    attribute="funds",
    noun="笔资金",
    required=True,
)

FUND_RULES = Sheet(
    "资金用途",
    "fund_rules",
    (
        Column("资金", "fund", Kind.TEXT, "资金名称", required=True, refers_to="资金"),
        _choice("费用", "kind", CostKind, "可支付的费用", all_word=True),
        Column("标签", "tag", Kind.TEXT, "只支付带此标签的群体", refers_to="标签", all_word=True),
        Column("培训类型", "training_type", Kind.CHOICE, "只支付此类培训", allowed=TRAINING_TYPES, all_word=True),
        Column("区县", "county", Kind.TEXT, "只支付在此区县的场地办的班", refers_to="区县", all_word=True),
    ),
    "每笔资金可以支付什么；办班费不分标签。",
    key=("fund", "kind", "tag", "training_type", "county"),
    record=domain.FundRule,
    attribute="fund_rules",
    default_text="每笔资金可支付全部费用",
)

TARGETS = Sheet(
    "任务",
    "targets",
    (
        Column("任务", "id", Kind.TEXT, "任务编号", required=True),
        _choice("指标", "measure", Measure, "按人数还是班数考核", required=True),
        Column("区县", "county", Kind.TEXT, "筛选：区县", refers_to="区县", all_word=True),
        Column("乡镇", "township", Kind.TEXT, "筛选：乡镇", refers_to="乡镇", all_word=True),
        Column("标签", "tag", Kind.TEXT, "筛选：标签（班数指标不可用）", refers_to="标签", all_word=True),
        Column("年龄段", "age_band", Kind.TEXT, "筛选：年龄段（班数指标不可用）", refers_to="年龄段", all_word=True),
        Column("产业", "industry", Kind.TEXT, "筛选：产业", refers_to="产业", all_word=True),
        Column("培训类型", "training_type", Kind.CHOICE, "筛选：培训类型", allowed=TRAINING_TYPES, all_word=True),
        Column("课程", "course", Kind.TEXT, "筛选：课程", refers_to="课程", all_word=True),
        Column("机构", "provider", Kind.TEXT, "筛选：机构", refers_to="机构", all_word=True),
        _choice(
            "关系",
            "relation",
            Sense,
            ">= 至少，<= 至多",
            field="sense",
            required=True,
            synonyms=(("≥", ">="), ("≤", "<="), ("=>", ">="), ("=<", "<="), ("≧", ">="), ("≦", "<=")),
        ),
        Column("数值", "value", Kind.WHOLE, "人数或班数", required=True, minimum=0),
        Column(
            "性质",
            "strength",
            Kind.CHOICE,
            "必须完成，或尽量完成",
            field="hard",
            default=True,
            default_text="必须",
            allowed=("必须", "尽量"),
        ),
        Column(
            "每缺一代价",
            "penalty",
            Kind.NUMBER,
            "“尽量”任务每差一人（班）相当于少几个预期就业",
            unit="预期就业",
            default=0.2,
            minimum=0,
        ),
    ),
    "上级任务和自定要求；筛选列空着表示全部。区县和乡镇：人数指标按学员，班数指标按场地。",
    key=("id",),
    record=domain.Target,
    attribute="targets",
    noun="项任务",
    default_text="没有任务要求",
)

LOCKS = Sheet(
    "固定班",
    "locks",
    (
        _course("课程"),
        Column("机构", "provider", Kind.TEXT, "机构，空着不限", refers_to="机构", all_word=True),
        Column("场地", "venue", Kind.TEXT, "场地，空着不限", refers_to="场地", all_word=True),
        _choice("形式", "form", Form, "集中或分散，空着不限", all_word=True),
        Column("开班周", "start_week", Kind.DATE, "开班周的周一，空着不限"),
        Column("人数", "persons", Kind.WHOLE, "每班正好多少人，空着不限", unit="人", minimum=1),
        _choice("要求", "kind", LockKind, "必须开或禁止", required=True),
        Column("班数", "number", Kind.WHOLE, "至少开几班", unit="班", default=1, default_text="1 班", minimum=1),
        Column("说明", "note", Kind.TEXT, "自用说明", default=""),
    ),
    "事先定下必须开或禁止开的班。",
    key=("course", "provider", "venue", "form", "start_week", "persons", "kind"),
    record=domain.Lock,
    attribute="locks",
    default_text="没有固定班",
)

TEACHERS = Sheet(
    "教师",
    "teachers",
    (
        Column("教师", "teacher", Kind.TEXT, "教师姓名", field="name", required=True),
        _provider("所属机构"),
        Column("课程", "courses", Kind.NAMES, "可教的课程，用、分隔", required=True, refers_to="课程"),
        _choice("类型", "kind", TeacherKind, "可教理论还是实操", default=TeacherKind.BOTH, default_text="均可"),
        Column(
            "不可用",
            "unavailable",
            Kind.DAY_RANGES,
            "不能上课的日期或日期范围，用、分隔",
            unit="日期~日期",
            default=(),
            default_text="随时可用",
        ),
    ),
    "任课教师。",
    key=("teacher",),
    record=domain.Teacher,
    attribute="teachers",
    noun="名教师",
    default_text="每家机构按同时开班上限的 2 倍配备教师",
)

HOLIDAYS = Sheet(
    "节假日",
    "holidays",
    (
        Column("日期", "date", Kind.DATE, "日期", required=True),
        Column("类型", "kind", Kind.CHOICE, "休：不上班；班：上班", required=True, allowed=("休", "班")),
    ),
    "对国务院公布的放假调休安排的补充和更正。",
    key=("date",),
    default_text="按国务院公布的放假调休安排，尚未公布的年份只放元旦 1 月 1 日",
)

ATTENDANCE = Sheet(
    "出勤",
    "attendance",
    (
        _choice("形式", "form", Form, "集中或分散", required=True),
        Column(
            "指数下限",
            "busy_from",
            Kind.NUMBER,
            "农忙指数从此值起用这一行，每种形式从 0 开始",
            unit="0–1",
            required=True,
            minimum=0,
            maximum=1,
        ),
        Column("出勤率", "factor", Kind.NUMBER, "出勤率", unit="0–1", required=True, minimum=0, maximum=1),
    ),
    "农忙对出勤的影响，给出后整表替换默认表。",
    key=("form", "busy_from"),
    record=domain.AttendanceStep,
    attribute="attendance",
    default_text="默认表：集中班 1.0／0.9／0.75／0.5，分散班 1.0／0.95／0.9／0.75（农忙指数 0、0.3、0.5、0.7 起）",
)

SHEETS = (
    SETTINGS_SHEET,
    TOWNSHIPS,
    FARMING,
    GROUPS,
    AGE_BANDS,
    COHORTS,
    DEMAND,
    COURSES,
    CONVERSION,
    HISTORY,
    PROVIDERS,
    ACCREDITATION,
    VENUES,
    TRAVEL,
    VACANCIES,
    FUNDS,
    FUND_RULES,
    TARGETS,
    LOCKS,
    TEACHERS,
    HOLIDAYS,
    ATTENDANCE,
)
"""Every sheet of the workbook, in the contract's order."""
