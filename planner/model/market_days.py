"""Which days are market days (赶集、赶场) of a township, from the rule text of sheet 乡镇.

Rules come as a bureau writes them: days by their last digit (逢3、8), by the lunar calendar (农历逢二、五、十), by
weekday (星期三、星期六), by the day's earthly branch or its animal (赶辰戌日, 逢龙狗场). A digit without 农历 is
that of the solar date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from borax.calendars.lunardate import LunarDate

BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"
ANIMALS: Final = "鼠牛虎兔龙蛇马羊猴鸡狗猪"
WEEKDAYS: Final = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
NUMERALS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}

_HORSE_DAY: Final = date(2000, 1, 1).toordinal()
"""1 January 2000 was a 戊午 day; earthly branches repeat every twelve days."""
_HORSE: Final = 6

_WEEKDAY_LIST = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天](?:[、,，/和及]*(?:星期|周|礼拜)?[一二三四五六日天])*)")
_NUMBER = re.compile(r"\d{1,2}|[一二三四五六七八九十]")
_SEPARATORS = re.compile(r"[\s、,，;；/和及与或每逢月的日场集赶期]*")


@dataclass(frozen=True, slots=True)
class MarketRule:
    """Market days by last digit of the solar or lunar day (10 counts as 0), weekday (Monday 0) or branch (子 0)."""

    solar_digits: frozenset[int] = frozenset()
    lunar_digits: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    branches: frozenset[int] = frozenset()

    def is_market_day(self, day: date) -> bool:
        """Whether the township has its market on ``day``."""
        return (
            day.day % 10 in self.solar_digits
            or day.weekday() in self.weekdays
            or (day.toordinal() - _HORSE_DAY + _HORSE) % 12 in self.branches
            or (bool(self.lunar_digits) and lunar_day(day) % 10 in self.lunar_digits)
        )


def lunar_day(day: date) -> int:
    """Day (1..30) of the Chinese lunar month."""
    return int(LunarDate.from_solar(day).day)


def market_rule(text: str) -> MarketRule | None:
    """Return what a rule text says; an empty text is a rule without days, ``None`` a text that is not understood."""
    rest = text.strip()
    weekdays: set[int] = set()
    for found in _WEEKDAY_LIST.findall(rest):
        weekdays |= {WEEKDAYS[sign] for sign in found if sign in WEEKDAYS}
    rest = _WEEKDAY_LIST.sub("", rest)
    branches = {signs.index(sign) for signs in (BRANCHES, ANIMALS) for sign in rest if sign in signs}
    rest = re.sub(f"[{BRANCHES}{ANIMALS}]", "", rest)
    lunar = "农历" in rest or "阴历" in rest
    rest = re.sub("农历|阴历|公历|阳历", "", rest)
    digits = {(int(sign) if sign.isdigit() else NUMERALS[sign]) for sign in _NUMBER.findall(rest)}
    rest = _NUMBER.sub("", rest)
    if _SEPARATORS.fullmatch(rest) is None or any(not 0 < digit <= 10 for digit in digits):
        return None
    if text.strip() and not (weekdays or branches or digits):
        return None
    ends = frozenset(digit % 10 for digit in digits)
    return MarketRule(
        solar_digits=frozenset() if lunar else ends,
        lunar_digits=ends if lunar else frozenset(),
        weekdays=frozenset(weekdays),
        branches=frozenset(branches),
    )
