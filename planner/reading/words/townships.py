"""Townships under old and short names: 可乐乡 is 可乐彝族苗族乡, 城关镇 is one of today's sub-districts.

Certain: the full name; with the county before it or 人民政府 behind it; without the names of nationalities, when one
known township has that stem and the same kind (乡, 镇, 街道). Without any kind the stem must be the only one.
Everything else, a changed kind included, is proposed: 小坝镇 is not 大坝镇.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.reading.words.match import Match, Proposal, exact, proposed, similar, synonym
from planner.reading.words.names import name_key, split_brackets, without_numbering
from planner.reading.words.tables import load_synonyms

_KINDS = ("街道", "民族乡", "镇", "乡")
_OFFICE = re.compile(r"(?:党工委|党委|人民政府|政府)?(?:街道办事处|街道办|办事处)$|(?:党委)?(?:人民政府|政府)$")
_NATIONALITIES = (
    "维吾尔族 哈萨克族 柯尔克孜族 塔吉克族 乌孜别克族 俄罗斯族 鄂温克族 鄂伦春族 达斡尔族 塔塔尔族 仡佬族 布依族 "
    "土家族 "
    "哈尼族 傈僳族 拉祜族 纳西族 景颇族 布朗族 毛南族 仫佬族 阿昌族 普米族 德昂族 独龙族 基诺族 朝鲜族 锡伯族 裕固族 "
    "保安族 东乡族 撒拉族 高山族 赫哲族 门巴族 珞巴族 蒙古族 彝族 苗族 回族 白族 壮族 侗族 瑶族 傣族 黎族 佤族 畲族 "
    "水族 土族 羌族 怒族 京族 满族 藏族"
)
_NATIONALITY = re.compile(f"(?:{'|'.join(_NATIONALITIES.split())})+(?:民族)?$")
_ABOVE = r"^(?:.{2,8}?(?:省|自治区))?(?:.{1,8}?(?:市|自治州|州|地区))?"
_PREFIX = re.compile(_ABOVE + r"(.{1,8}?(?:自治县|县|区|市))(?=.{2,})")
_UPPER = re.compile(_ABOVE + "$")


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart: ``stem`` without kind and nationalities, ``kind`` one of 街道, 镇, 乡 or empty."""

    stem: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Known:
    name: str
    county: str
    key: str
    parts: _Name


class TownshipNames:
    """Finds which of the known townships a written name means."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        """Take the known townships as ``(name, county)``; the county may be empty."""
        self._known = tuple(_Known(name, name_key(county), name_key(name), _take_apart(name_key(name)))
                            for name, county in dict.fromkeys(known))  # fmt: skip
        self._counties = sorted({place.county for place in self._known if place.county}, key=len, reverse=True)

    def match(self, written: str) -> Match:
        """Return what a written township means."""
        key = without_numbering(name_key(written))
        found = [place for place in self._known if place.key == key]
        if len({place.name for place in found}) == 1:
            return exact(written, found[0].name)
        whole = split_brackets(key)[0]
        # 珠市彝族乡 is no township of a city called 珠市.
        short, county = (whole, "") if _certain(whole, self._known) else self._without_county(whole)
        known = tuple(place for place in self._known if not county or not place.county or place.county == county)
        certain = _certain(short, known)
        if certain is not None and (certain[0].key != key):
            return synonym(written, certain[0].name, certain[1])
        proposals = (*_renamed(short, known), *_same_stem(short, self._known, known), *_alike(short, known))
        return proposed(written, proposals)

    def _without_county(self, key: str) -> tuple[str, str]:
        """Return the name without province, city and county, and the county it names (empty when none)."""
        for county in self._counties:
            before, found, rest = key.partition(county)
            if found and len(rest) >= 2 and (not before or _UPPER.match(before)):
                return rest, county
        match = _PREFIX.match(key)
        if match and re.search("(?:镇|乡|街道)", key[match.end() :]) and len(key) - match.end() >= 3:
            return key[match.end() :], match[1]
        return key, ""


def _take_apart(key: str) -> _Name:
    if _OFFICE.search(key):
        was = key
        key = _OFFICE.sub("", key)
        if "办" in was[len(key) :] and not key.endswith(_KINDS):
            key += "街道"
    kind = next((kind for kind in _KINDS if key.endswith(kind) and len(key) > len(kind)), "")
    stem = key.removesuffix(kind) if kind else key
    if kind in ("乡", "民族乡", ""):
        stem = _NATIONALITY.sub("", stem) or stem
    return _Name(stem, "乡" if kind == "民族乡" else kind)


def _certain(key: str, known: Sequence[_Known]) -> tuple[_Known, str] | None:
    parts = _take_apart(key)
    same = [place for place in known if place.parts.stem == parts.stem]
    fitting = same if not parts.kind else [place for place in same if place.parts.kind == parts.kind]
    if len(fitting) != 1 or (not parts.kind and len(parts.stem) < 2):
        return None
    return fitting[0], "简称" if not parts.kind else "全称" if len(fitting[0].key) > len(key) else "同一乡镇"


def _renamed(key: str, known: Sequence[_Known]) -> Iterable[Proposal]:
    """Propose what the table of old names says, only among the known townships."""
    names = {place.name for place in known}
    stem = _take_apart(key).stem
    for row in load_synonyms("townships"):
        if row.means in names and name_key(row.name) in (key, stem):
            yield Proposal(row.means, 0.9, "旧名")


def _same_stem(key: str, everywhere: Iterable[_Known], known: Sequence[_Known]) -> Iterable[Proposal]:
    parts = _take_apart(key)
    for place in everywhere:
        if place.parts.stem != parts.stem:
            continue
        if place not in known:
            yield Proposal(place.name, 0.5, "同名，区县不同")
        elif parts.kind and place.parts.kind != parts.kind:
            yield Proposal(place.name, 0.85, "同名，改设镇或街道")
        else:
            yield Proposal(place.name, 0.88, "同名")


def _alike(key: str, known: Iterable[_Known]) -> list[Proposal]:
    short = [(place.parts.stem + place.parts.kind, place.name) for place in known]
    return similar(key, [*short, *((place.key, place.name) for place in known)])
