"""Bringing names to one form before they are compared."""

from __future__ import annotations

import re

from planner.reading.values.text import text_of

_TRADITIONAL = str.maketrans(
    "鄉鎮縣區電銲員數歲無師護業種課訓練養護殖農產銷製術級廚駕駛挖掘機車場運維嬰產婦貧遷戶勞動務別層額費證聯繫單",
    "乡镇县区电焊员数岁无师护业种课训练养护殖农产销制术级厨驾驶挖掘机车场运维婴产妇贫迁户劳动务别层额费证联系单",
)
"""Traditional characters of the words in the tables; no general conversion."""

_NUMBERING = re.compile(r"^(?:\(?\d{1,2}[.、)]|[①-⑳]|[一二三四五六七八九十]{1,2}、)\s*(?=\D)")


def name_key(raw: object) -> str:
    """Return a name without spaces, quotes, case and traditional characters; what is left is compared."""
    text = text_of(raw).translate(_TRADITIONAL).casefold()
    return re.sub(r"[\s\"'“”‘’《》·•*]", "", text)


def without_numbering(text: str) -> str:
    """Drop a leading 1. or 一、 or (2)."""
    return _NUMBERING.sub("", text)


def split_brackets(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without its bracketed parts, and those parts."""
    inside = re.findall(r"[(\[【〔](.*?)[)\]】〕]", text)
    outside = re.sub(r"[(\[【〔].*?[)\]】〕]", "", text)
    return outside, tuple(part for part in inside if part)
