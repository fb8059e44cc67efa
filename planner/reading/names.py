"""From names as written to the county's own names: certain matches are applied and said, likely ones are proposed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from planner.reading.choices import ReadingChoices
from planner.reading.report import Finding, Level, Proposal
from planner.reading.values import read_age_range
from planner.reading.words import CourseNames, GroupNames, Match, TownshipNames, name_key, tags_of
from planner.workbook.known import KnownCounty

_SEPARATORS = re.compile(r"[、，,;；/|+]|\s和\s|\s")
_BRACKETS = re.compile(r"[(（\[].*?[)）\]]")
_ALIKE = 0.75
"""Share of the ages of two bands that must be common for them to be taken for the same."""


class KnownNames:
    """Resolves the names of one upload and remembers what had to be said or asked.

    ``None`` as an answer means: not known, or left out on purpose. Numbers of persons weigh the questions.
    """

    def __init__(self, known: KnownCounty, choices: ReadingChoices) -> None:
        self._known, self._choices = known, choices
        self._townships = TownshipNames(known.townships)
        self._courses = CourseNames(known.courses)
        self._groups = GroupNames(known.groups)
        self._found: dict[tuple[str, str], str | None] = {}
        self._matches: dict[tuple[str, str], Match] = {}
        self._said: dict[str, None] = {}
        self._asked: Counter[tuple[str, str]] = Counter()
        self._group_tags = frozenset(tag for group in known.groups for tag in group.tags)

    def township(self, written: str, persons: int) -> str | None:
        """Return a township; any name counts when the county's workbook lists none."""
        if written and not self._known.townships and written not in self._choices.names.get("乡镇", {}):
            return written
        return self._resolve("乡镇", written, persons)

    def course(self, written: str, persons: int) -> str | None:
        """Return a course."""
        return self._resolve("课程", written, persons)

    def courses(self, written: str, persons: int) -> list[str | None]:
        """Return the courses a cell names: one, or several with 、 or / between them when one of them is certain."""
        parts = _names_in(written)
        if self._is_certain_course(written) or not (len(parts) > 1 and any(map(self._is_certain_course, parts))):
            return [self.course(written, persons)]
        return [self.course(part, persons) for part in parts]

    def past_courses(self, written: str) -> list[str]:
        """Return the courses of a past training that are certain; nothing is asked about the others."""
        found = (self._courses.match(part).meaning for part in (written, *_names_in(written)))
        return [course for course in found if course is not None]

    def _is_certain_course(self, written: str) -> bool:
        return self._confirmed("课程", written) is not None or self._courses.match(written).is_certain

    def group(self, written: str, persons: int) -> str | None:
        """Return a group by the words of a cell or heading, the county's own tags with 、 between them among them."""
        written = written.removeprefix("其中").lstrip(":：")
        tags = frozenset(written.split("、"))
        own = {group.name for group in self._known.groups}
        if written not in own and tags <= self._group_tags and self._confirmed("群体", written) is None:
            return self.group_of_tags(tags, persons)
        return self._resolve("群体", written, persons)

    def group_of_tags(self, tags: frozenset[str], persons: int) -> str | None:
        """Return the group that has just these tags; tags that no group of the county has do not matter."""
        wanted = tags & self._group_tags
        for tag in sorted(tags - wanted):
            self._said[f"标签“{tag}”在表“群体”中没有，不区分"] = None
        fitting = [group.name for group in self._known.groups if group.tags == wanted]
        return fitting[0] if fitting else self._resolve("群体", "、".join(sorted(wanted)) or "一般", persons)

    def tags(self, written: str) -> frozenset[str] | None:
        """Return the tags a name states, as far as groups of the county have them; ``None`` when not certain."""
        tags = tags_of(written)
        return None if tags is None else tags & self._group_tags

    def band(self, written: str, persons: int) -> str | None:
        """Return an age band: of the same name, else the one of nearly the same ages."""
        return self._resolve("年龄段", written, persons)

    def proposals(self) -> list[Proposal]:
        """Return the names that somebody must decide on, most persons first."""
        result = []
        for (kind, written), persons in sorted(self._asked.items(), key=lambda item: (-item[1], item[0])):
            match = self._matches.get((kind, written))
            best = match.proposals[0] if match and match.proposals else None
            result.append(Proposal(kind, written, best.name if best else "", best.score if best else 0.0, persons))
        return result

    def findings(self) -> list[Finding]:
        """Return what was applied without asking, one sentence each."""
        return [Finding(Level.UNDERSTOOD, "", "", "", text) for text in self._said]

    def _resolve(self, kind: str, written: str, persons: int) -> str | None:
        key = (kind, written)
        if key not in self._found:
            confirmed = self._confirmed(kind, written)
            if confirmed is not None:
                self._found[key] = confirmed or None
                what = f"按“{confirmed}”计" if confirmed else "不计入"
                self._said[f"{kind}“{written}”{what}（已确认）"] = None
                return self._found[key]
            self._found[key] = self._match(kind, written)
        if self._found[key] is None and self._confirmed(kind, written) is None:
            self._asked[key] += persons
        return self._found[key]

    def _confirmed(self, kind: str, written: str) -> str | None:
        names: Mapping[str, str] = self._choices.names.get(kind, {})
        return names.get(written)

    def _match(self, kind: str, written: str) -> str | None:
        if kind == "年龄段":
            return self._match_band(written)
        names: TownshipNames | CourseNames | GroupNames = self._townships
        if kind != "乡镇":
            names = self._courses if kind == "课程" else self._groups
        match = names.match(written)
        self._matches[kind, written] = match
        if match.is_certain and match.remark:
            self._said[f"{kind}{match.remark}"] = None
        return match.meaning

    def _match_band(self, written: str) -> str | None:
        for band in self._known.bands:
            if name_key(band.name) == name_key(written):
                return band.name
        ages = read_age_range(written).value
        if ages is None:
            return None
        for band in self._known.bands:
            low, high = max(ages[0], band.min_age), min(ages[1], band.max_age)
            common = high - low + 1
            widths = (min(ages[1], 60) - ages[0] + 1, band.max_age - band.min_age + 1)
            if common >= _ALIKE * max(widths):
                self._said[f"年龄段“{written}”按“{band.name}”（{band.min_age}–{band.max_age} 岁）计"] = None
                return band.name
        return None


def _names_in(text: str) -> list[str]:
    """Return the names in a cell; separators inside brackets belong to a name."""
    outside = _BRACKETS.sub(lambda match: "\x00" * len(match[0]), text)
    cuts = [match.span() for match in _SEPARATORS.finditer(outside)]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]
