"""What kind of text a cell holds, as far as that can be told without knowing what it means."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from planner.reading.files.grid import Row

_VALUE = re.compile(
    r"[+\-−(]?[¥$]?\d[\d,]*(\.\d+)?\)?(%|‰)?|\d+(\.\d+)?\s*[~～至\-—]\s*\d+(\.\d+)?(人|元|天|%)?"
    r"|[约近]?\d[\d,.]*\s*余?(人|人次|元|万元|名|个|户|天|课时|班|期|万|亩|kg|cm|mm)|\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?"
    r"|\d{4}年\d{1,2}月(\d{1,2}日)?"
)
_NOTHING = frozenset({"-", "--", "—", "——", "－", "/", "无"})
_FRAME = re.compile(
    r"(附[件表]|填报单位|填表单位|报送单位|单位名称|制表单位|填报[日时]|填表[日时]|报送[日时]|制表[日时]|单位[:：]|金额单位|计量单位|"
    r"填表说明|说明[:：]|备注[:：]|注[:：]|表[一二三四五六七八九十\d])"
)
_FOOT = re.compile(
    r"[(（]?(填表人|制表人?|审核人?|复核人?|填报人|经办人|负责人|单位负责人|分管领导|主要领导|联系电话|联系人|填报日期|"
    r"填报时间|备注|注|说明|填表说明|填报说明)[)）]?\s*([（(][^）)]*[)）])?\s*[:：]"
)
_UNIT = re.compile(
    r"[(（]?(单位[:：])?(人|人次|元|万元|亿元|%|天|课时|个|户|岁|名|元/人|元/天|元/月|期|班|亩|年|月)[)）]?"
)
_ORDINALS = ("甲乙丙丁戊己庚辛壬癸", "一二三四五六七八九十", "①②③④⑤⑥⑦⑧⑨⑩", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LONGEST_LABEL = 60


def text_at(cells: Row, column: int) -> str:
    """Return the text of a cell without white space around it; empty outside the row."""
    return plain(cells[column]) if column < len(cells) else ""


def plain(raw: object) -> str:
    """Return a cell as text without white space inside Chinese words."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return " ".join(raw.split()) if raw.isascii() else "".join(raw.split())
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return str(raw)


def is_value(raw: object) -> bool:
    """Return whether a cell holds a number, a date, a figure with its unit or a mark for nothing."""
    if isinstance(raw, (int, float, date, time, timedelta)):
        return True
    text = plain(raw)
    return bool(text) and (text in _NOTHING or _VALUE.fullmatch(text) is not None)


def is_label(raw: object) -> bool:
    """Return whether a cell could head a column: a short text that is no figure and no sentence."""
    text = plain(raw)
    return bool(text) and not is_value(raw) and len(text) <= _LONGEST_LABEL and not text.endswith(("。", "；"))


def is_frame(text: str) -> bool:
    """Return whether a text belongs to the frame above a table: 附件1, 填报单位：…, 单位：人."""
    return _FRAME.match(text) is not None


def is_foot(text: str) -> bool:
    """Return whether a text starts a note or a signature below a table."""
    return _FOOT.match(text) is not None


def is_unit(text: str) -> bool:
    """Return whether a text is nothing but a unit."""
    return _UNIT.fullmatch(text) is not None


def index_position(text: str) -> int | None:
    """Return the place in its sequence of a column index: 1, (2), 甲, ③, C; ``None`` for other text."""
    bare = text.strip("()（）[]【】.、栏列")
    if bare.isascii() and bare.isdecimal() and len(bare) < 4:
        return int(bare)
    for ordinals in _ORDINALS:
        if len(bare) == 1 and bare in ordinals:
            return ordinals.index(bare) + 1
    return None
