"""Chinese numerals: 三十五, 两万五千, 二〇二六, and the capital figures of money forms (壹仟贰佰元整)."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {digit: value for value, group in enumerate(
    ("〇零○", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
) for digit in group}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8}
NUMERAL = "〇零○一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万萬亿"
_ONLY_DIGITS = re.compile(f"[{''.join(_DIGITS)}]{{2,}}")
_MONEY = re.compile(f"([{NUMERAL}]+)[元圆](?:([{''.join(_DIGITS)}])角)?(?:[零〇]?([{''.join(_DIGITS)}])分)?[整正]?")
_LONGEST = 24


def chinese_number(text: str) -> int | None:
    """Return the whole number a Chinese numeral states, ``None`` when it is none.

    Digits alone are read in places (二〇二六 is 2026); otherwise 十, 百, 千, 万 and 亿 must descend.
    """
    if not text or len(text) > _LONGEST or any(character not in NUMERAL for character in text):
        return None
    if _ONLY_DIGITS.fullmatch(text):
        return int("".join(str(_DIGITS[character]) for character in text))
    return _with_places(text)


def _with_places(text: str) -> int | None:
    for word, value in (("亿", 10**8), ("万", 10**4), ("萬", 10**4)):
        if word in text:
            high, _, low = text.partition(word)
            above, below = _with_places(high), _below(low, value)
            return None if above is None or below is None or not above else above * value + below
    return _below_ten_thousand(text)


def _below(text: str, limit: int) -> int | None:
    """Read what follows 万 or 亿; a single digit is of the next place (三万五 is 35000)."""
    if not text:
        return 0
    if len(text) == 1 and text in _DIGITS and _DIGITS[text]:
        return _DIGITS[text] * limit // 10
    value = _with_places(text.lstrip("零〇○"))
    return value if value is not None and value < limit else None


def _below_ten_thousand(text: str) -> int | None:
    total, digit, last = 0, None, 10_000
    for position, character in enumerate(text):
        if character in _TENS:
            place = _TENS[character]
            if place >= last or (digit is None and (place != 10 or position)) or digit == 0:
                return None
            total, digit, last = total + (1 if digit is None else digit) * place, None, place
        elif digit is None or digit == 0:
            digit = _DIGITS[character]
        else:
            return None
    if digit is None:
        return total
    follows_directly = len(text) > 1 and text[-2] in _TENS
    return total + (digit * last // 10 if follows_directly and last > 10 else digit)


def chinese_money(text: str) -> Decimal | None:
    """Return the yuan a capital amount states (壹仟贰佰叁拾元伍角整), ``None`` when it is none."""
    match = _MONEY.fullmatch(text)
    if match is None:
        return None
    yuan = chinese_number(match[1])
    if yuan is None:
        return None
    tenths, hundredths = (_DIGITS[digit or "零"] for digit in match.group(2, 3))
    return yuan + Decimal(10 * tenths + hundredths) / 100
