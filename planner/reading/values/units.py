"""Units in headings, unit rows and cells: 人 is not 人次, 元 is not 万元, 课时 is not 天."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from planner.reading.values.cell import Remark, warning
from planner.reading.values.text import text_of


class Dimension(Enum):
    """What a unit counts; the value is the Chinese word for it."""

    PERSONS = "人"
    PERSON_TIMES = "人次"
    YUAN = "元"
    DAYS = "天"
    HOURS = "课时"
    CLASSES = "班"
    HOUSEHOLDS = "户"
    MONTHS = "月"
    WEEKS = "周"
    MINUTES = "分钟"
    YEARS_OF_AGE = "岁"
    PERCENT = "%"
    ITEMS = "个"
    AREA = "亩"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written: ``factor`` turns figures into the dimension's own unit (万元: 10000); ``per`` as in 元/人."""

    word: str
    dimension: Dimension
    factor: Decimal = Decimal(1)
    per: str = ""


_MAGNITUDES = {"": 1, "十": 10, "百": 100, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7}
_MAGNITUDES["亿"] = 10**8
_WORDS = {
    **dict.fromkeys(("人", "名", "位", "个人", "口", "口人"), Dimension.PERSONS),
    **dict.fromkeys(("人次", "人·次"), Dimension.PERSON_TIMES),
    **dict.fromkeys(("元", "块", "块钱", "元整", "圆", "RMB", "¥"), Dimension.YUAN),
    **dict.fromkeys(("天", "日", "课日", "个工作日", "工作日"), Dimension.DAYS),
    **dict.fromkeys(("课时", "学时", "节", "节课", "个课时", "个学时"), Dimension.HOURS),
    **dict.fromkeys(("班", "个班", "期", "班次", "个班次", "班期"), Dimension.CLASSES),
    **dict.fromkeys(("户", "家", "个家庭"), Dimension.HOUSEHOLDS),
    **dict.fromkeys(("月", "个月"), Dimension.MONTHS),
    **dict.fromkeys(("周", "个周", "星期", "个星期"), Dimension.WEEKS),
    **dict.fromkeys(("分钟", "min"), Dimension.MINUTES),
    **dict.fromkeys(("岁", "周岁"), Dimension.YEARS_OF_AGE),
    **dict.fromkeys(("%", "百分比"), Dimension.PERCENT),
    **dict.fromkeys(("个", "个岗位", "岗", "座", "套", "台", "间", "项"), Dimension.ITEMS),
    **dict.fromkeys(("亩",), Dimension.AREA),
}
_UNIT = re.compile(
    "(十万|百万|千万|十|百|千|万|亿)?("
    + "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
    + ")(?:/(.+))?"
)
_BRACKETED = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_UNIT_LINE = re.compile(r"(?:计量)?单位[:：]?\s*(.+)")
_SEPARATORS = re.compile(r"[、,，;；\s]+")


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit | None:
    """Return the unit a short text names (万元, 人次, 元/人·天), ``None`` when it names none."""
    word = text_of(text)
    match = _UNIT.fullmatch(word)
    if match is None:
        return None
    magnitude, name, per = match.groups()
    return Unit(word, _WORDS[name], Decimal(_MAGNITUDES[magnitude or ""]), per or "")


def unit_of_heading(heading: object) -> Unit | None:
    """Return the unit in the brackets of a heading, or after its last comma: 补贴(万元), 培训人数，人次."""
    text = text_of(heading)
    inside = [part for match in _BRACKETED.findall(text) for part in _SEPARATORS.split(match)]
    after = _SEPARATORS.split(text)[1:]
    for part in (*inside, *after):
        unit = parse_unit(part.removeprefix("单位:").removeprefix("单位"))
        if unit is not None:
            return unit
    return None


def units_of_line(text: object) -> tuple[Unit, ...]:
    """Return the units a line such as “单位：人、万元、课时” declares for the whole sheet; empty when it is none."""
    match = _UNIT_LINE.search(text_of(text))
    if match is None or "填报单位" in text_of(text)[: match.start() + 2]:
        return ()
    parts = _SEPARATORS.split(match[1].strip("() "))
    return tuple(unit for unit in (parse_unit(part) for part in parts) if unit is not None)


def unit_for(expected: Dimension, heading: Unit | None, sheet: Iterable[Unit] = ()) -> Unit | None:
    """Return the unit of a column: its heading's, else the one the sheet declares for that dimension."""
    if heading is not None:
        return heading
    return next((unit for unit in sheet if unit.dimension is expected), None)


def compatible(expected: Dimension, found: Dimension) -> bool:
    """Return whether a figure in ``found`` may be read as ``expected``; 个 counts anything that can be counted."""
    countable = {Dimension.PERSONS, Dimension.PERSON_TIMES, Dimension.CLASSES, Dimension.HOUSEHOLDS}
    return expected is found or (found is Dimension.ITEMS and expected in countable) or expected is Dimension.ITEMS


def column_unit_doubt(expected: Dimension, unit: Unit | None) -> Remark | None:
    """Return what to say once about a column whose declared unit is not the expected one; ``None`` when it fits."""
    if unit is None or compatible(expected, unit.dimension):
        return None
    if {expected, unit.dimension} == {Dimension.PERSONS, Dimension.PERSON_TIMES}:
        return warning(
            f"表头单位是“{unit.word}”，这里需要“{expected.value}”：一人培训两次是 1 人、2 人次",
            "改填人数；若每人只计一次，确认即可",
        )
    return warning(f"表头单位是“{unit.word}”，这里需要“{expected.value}”", "核对这一列是不是要找的列")
