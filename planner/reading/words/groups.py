"""Groups under the words of the years: 建档立卡 became 脱贫, 易地扶贫搬迁 became 易迁, 三类人员 are 监测对象.

The words of a cell are turned into policy tags; the group that carries just those tags is meant. 非脱贫 carries none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from planner.domain.instance import Group
from planner.reading.words.match import Match, Proposal, exact, proposed, similar, synonym, unknown
from planner.reading.words.names import name_key, without_numbering
from planner.reading.words.tables import load_synonyms

_SEPARATORS = re.compile(r"[、,;/+&和且兼及与]|(?<=户)(?=易)")
NO_TAG = "一般"
"""What the table writes for people without any tag."""


class GroupNames:
    """Finds which of the known groups a written name means."""

    def __init__(self, known: Iterable[Group]) -> None:
        self._known = tuple(known)

    def match(self, written: str) -> Match:
        """Return what a written group means."""
        key = without_numbering(name_key(written))
        same = [group for group in self._known if name_key(group.name) == key]
        if len(same) == 1:
            return exact(written, same[0].name)
        tags = tags_of(written)
        if tags is not None:
            fitting = [group for group in self._known if group.tags == tags]
            if len(fitting) == 1:
                return synonym(written, fitting[0].name, "同义词表" if tags else "没有政策标签")
            if not fitting:
                return unknown(written, f"“{written}”是带标签“{'、'.join(sorted(tags)) or '无'}”的群体，表“群体”中没有")
        return proposed(written, self._proposals(key))

    def _proposals(self, key: str) -> Iterable[Proposal]:
        tags = _tags(key, certain_only=False)
        for group in self._known:
            if tags is not None and group.tags == tags:
                yield Proposal(group.name, 0.85, "同义词表，须确认")
            elif tags and group.tags & tags:
                share = len(group.tags & tags) / len(group.tags | tags)
                yield Proposal(group.name, round(0.8 * share, 2), "部分标签相同")
        yield from similar(key, [(name_key(group.name), group.name) for group in self._known])


def tags_of(written: object) -> frozenset[str] | None:
    """Return the policy tags a cell surely states, empty for 一般; ``None`` when any of its words is not certain."""
    return _tags(without_numbering(name_key(written)), certain_only=True)


def _tags(key: str, *, certain_only: bool) -> frozenset[str] | None:
    table = _table(certain_only)
    whole = table.get(key)
    if whole is not None:
        return whole
    parts = [part for part in _SEPARATORS.split(key) if part]
    found = [table.get(part) for part in parts]
    if not parts or any(tags is None for tags in found):
        return None
    states = [tags for tags in found if tags is not None]
    if len(states) > 1 and not all(states):
        return None  # 一般 beside a tag contradicts itself.
    return frozenset(tag for tags in states for tag in tags)


@cache
def _table(certain_only: bool) -> dict[str, frozenset[str]]:
    return {
        name_key(row.name): frozenset(tag for tag in row.means.split("、") if tag != NO_TAG)
        for row in load_synonyms("groups")
        if row.certain or not certain_only
    }
