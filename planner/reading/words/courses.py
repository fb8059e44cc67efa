"""Courses under other names: 电焊工 is 焊工, 月嫂 is 母婴护理; 初级电工 is never 中级电工.

A course's name is taken apart into its main words, its level (初级 is 五级) and what stands in brackets. Certain: the
same main words and level, or two words the table gives the same certain meaning, when one known course alone fits and
the brackets do not contradict. Everything else is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from planner.reading.words.match import Match, Proposal, exact, proposed, similar, synonym
from planner.reading.words.names import name_key, split_brackets, without_numbering
from planner.reading.words.tables import Synonym, load_synonyms

_LEVEL = re.compile(
    r"职业技能等级|"
    r"(?P<level>[一二三四五1-5]级(?:/?(?:初级工?|中级工?|高级工?|高级技师|技师))?|初级工?|中级工?|高级技师|高级工?|技师)"
)
_LEVELS = {
    **dict.fromkeys(("五级", "5级", "初级", "初级工"), 5),
    **dict.fromkeys(("四级", "4级", "中级", "中级工"), 4),
    **dict.fromkeys(("三级", "3级", "高级", "高级工"), 3),
    **dict.fromkeys(("二级", "2级", "技师"), 2),
    **dict.fromkeys(("一级", "1级", "高级技师"), 1),
}
"""Levels by the national occupational standards (五级/初级工 … 一级/高级技师)."""

_FILLER = re.compile(
    r"20\d\d年度?|第?[一二三四五六七八九十\d]+期|职业技能|实用技术|技能提升|技能|就业技能|岗前|短期|"
    r"培训班|订单班|定向班|专班|培训|课程|工种|专业|(?<=.)班$|(?<=..)技术$"
)


@dataclass(frozen=True, slots=True)
class _Parts:
    main: str
    level: int
    brackets: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Known:
    name: str
    key: str
    parts: _Parts
    meanings: frozenset[str]


class CourseNames:
    """Finds which of the known courses a written name means."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = tuple(_known(name) for name in dict.fromkeys(known))

    def match(self, written: str) -> Match:
        """Return what a written course or trade means."""
        key = without_numbering(name_key(written))
        same = [course for course in self._known if course.key == key]
        if len(same) == 1:
            return exact(written, same[0].name)
        parts = _take_apart(key)
        fitting, why = self._certain(parts)
        if len(fitting) == 1:
            return synonym(written, fitting[0].name, why)
        return proposed(written, self._proposals(key, parts))

    def _certain(self, parts: _Parts) -> tuple[list[_Known], str]:
        """Return the courses that may be meant for certain, one or it is not certain, and why."""
        level = [course for course in self._known if course.parts.level == parts.level]
        by_name = [course for course in level if course.parts.main == parts.main]
        agreeing = [course for course in by_name if _brackets_agree(parts.brackets, course)]
        if by_name and (agreeing or not parts.brackets):
            # The county's own words go before the table's.
            return agreeing, "同一课程"
        meanings = _meanings(parts, certain=True, whole=bool(parts.brackets))
        return [course for course in level if course.meanings & meanings], "同义词表"

    def _proposals(self, key: str, parts: _Parts) -> Iterable[Proposal]:
        meanings = _meanings(parts, certain=False)
        others = _excluded_table().get(parts.main, frozenset())
        known = [course for course in self._known if not course.meanings & others]
        for course in known:
            if course.parts.main == parts.main:
                yield Proposal(course.name, 0.9, "同名，等级或括号内容不同")
            elif course.meanings & meanings:
                yield Proposal(course.name, 0.85, "同义词表，须确认")
            elif parts.main in course.parts.brackets:
                yield Proposal(course.name, 0.85, "括号内的名称")
        yield from similar(parts.main, [(course.parts.main, course.name) for course in known])


def _known(name: str) -> _Known:
    key = name_key(name)
    parts = _take_apart(key)
    return _Known(name, key, parts, _meanings(parts, certain=True))


def _brackets_agree(brackets: frozenset[str], course: _Known) -> bool:
    """Return whether each bracket says nothing new: it stands in the course's name, or the table says it is one."""
    table = _certain_table()
    return all(part in course.parts.brackets or table.get(part, frozenset()) & course.meanings for part in brackets)


def _take_apart(key: str) -> _Parts:
    outside, inside = split_brackets(key)
    level = 0

    def note_level(match: re.Match[str]) -> str:
        nonlocal level
        if match["level"]:
            level = _LEVELS[re.sub("级/?(?=[初中高技]).*", "级", match["level"])]
        return ""

    main = _LEVEL.sub(note_level, outside)
    brackets = [_LEVEL.sub(note_level, part) for part in inside]
    main = _FILLER.sub("", main) or main or outside
    return _Parts(main.strip("-—/、"), level, frozenset(part for bracket in brackets for part in _pieces(bracket)))


def _pieces(bracket: str) -> list[str]:
    return [piece for piece in re.split("[/、,;]", _FILLER.sub("", bracket)) if piece]


def _meanings(parts: _Parts, *, certain: bool, whole: bool = False) -> frozenset[str]:
    """Return the table's meanings of a name; with ``whole`` only if it knows the name together with its brackets."""
    names = {f"{parts.main}({bracket})" for bracket in parts.brackets} | (set() if whole else {parts.main})
    table = _certain_table() if certain else _whole_table()
    return frozenset(meaning for name in names for meaning in table.get(name, ()))


@cache
def _certain_table() -> dict[str, frozenset[str]]:
    return _table(lambda row: row.certain)


@cache
def _whole_table() -> dict[str, frozenset[str]]:
    return _table(lambda row: not row.excluded)


@cache
def _excluded_table() -> dict[str, frozenset[str]]:
    return _table(lambda row: row.excluded)


def _table(chosen: Callable[[Synonym], bool]) -> dict[str, frozenset[str]]:
    """Return meanings by name, the names taken apart like any other."""
    table: dict[str, set[str]] = {}
    for row in load_synonyms("courses"):
        if chosen(row):
            parts = _take_apart(name_key(row.name))
            for name in [f"{parts.main}({bracket})" for bracket in parts.brackets] or [parts.main]:
                table.setdefault(name, set()).add(row.means)
    return {name: frozenset(meanings) for name, meanings in table.items()}
