"""What the columns of a demand file mean, told from the names above them.

The words are those of :mod:`planner.reading.words`; here stands how names above each other combine: below
意愿工种及人数 every name is a course, below 年龄段 an age band, and 其他 under courses is no course.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from planner.reading.tables.heading import ColumnHeading
from planner.reading.values import read_age_range
from planner.reading.words import HeadingNames, heading_key, tags_of
from planner.reading.words.tables import load_synonyms


class Field(StrEnum):
    """What a column can be; the value is the word shown to people and kept in confirmed choices."""

    TOWNSHIP = "乡镇"
    VILLAGE = "村"
    AGE_BAND = "年龄段"
    GROUP = "人员类别"
    COURSE = "课程"
    PERSONS = "有意愿人数"
    COURSE_COUNT = "课程人数"
    BAND_COUNT = "年龄段人数"
    GROUP_COUNT = "群体人数"
    CELL_COUNT = "分组人数"
    LABOUR = "劳动力总数"
    OTHER_COURSES = "其他课程人数"
    NAME = "姓名"
    ID_NUMBER = "身份证号"
    AGE = "年龄"
    BORN = "出生日期"
    WILLING = "培训意愿"
    WISH = "意愿课程"
    TRAINED = "已培训课程"
    TAG = "标签"
    DEAD = "死亡情况"
    HOUSEHOLD = "户编号"
    IGNORED = "不使用"


COUNTS = frozenset(
    {Field.PERSONS, Field.COURSE_COUNT, Field.BAND_COUNT, Field.GROUP_COUNT, Field.CELL_COUNT, Field.OTHER_COURSES}
)
"""Fields whose cells are numbers of willing people or wishes."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its meaning. ``course``, ``band`` and ``group`` are the names its heading gives its counts.

    ``rank`` is the place of a wish (1 to 3), ``tag`` the policy tag of a yes-or-no column. ``proposed`` names a
    meaning that is only likely. ``aside`` is the meaning of figures that are not used and only looked at for doubts;
    ``unknown`` says that nothing is known of the heading.
    """

    heading: ColumnHeading
    field: Field
    course: str = ""
    band: str = ""
    group: str = ""
    rank: int = 0
    tag: str = ""
    proposed: str = ""
    aside: str = ""
    unknown: bool = False


_ROW_FIELDS = {
    "township": Field.TOWNSHIP,
    "village": Field.VILLAGE,
    "age_band": Field.AGE_BAND,
    "group": Field.GROUP,
    "course": Field.COURSE,
    "persons": Field.PERSONS,
    "willing_total": Field.PERSONS,
    "labour": Field.LABOUR,
    "name": Field.NAME,
    "id_number": Field.ID_NUMBER,
    "age": Field.AGE,
    "born": Field.BORN,
    "willing": Field.WILLING,
    "trained_course": Field.TRAINED,
    "dead": Field.DEAD,
    "household": Field.HOUSEHOLD,
    "special_tag_1": Field.TAG,
    "special_tag_2": Field.TAG,
    "special_tag_3": Field.TAG,
}
_PERSONAL = frozenset(
    ("name", "id_number", "age", "born", "trained_course", "dead", "household", "sex", "education", "relation")
    + ("special_tag_1", "special_tag_2", "special_tag_3", "trained_before", "trained_on", "employment", "health")
    + ("nationality", "student", "skill", "job_wish", "job_place", "occupation_now", "wish_time", "wish_place")
    + ("address", "wage")
)
_WISHES = {"wish_1": 1, "wish_2": 2, "wish_3": 3}
_TAGS = {"poverty_tag": "脱贫", "resettled_tag": "易迁", "monitored_tag": "监测"}
_OF_GROUP = {"of_poverty": "脱贫", "of_resettled": "易迁", "of_monitored": "监测"}
_TOTALS = frozenset({"total", "willing_total", "persons"})
_UNUSED = frozenset({"men", "women", "at_home", "away", "residents", "number", "note", "contact", "phone"})
_ASIDE = frozenset({"residents", "at_home", "away", "men", "women"})
_COUNT_MEANINGS = (_ROW_FIELDS.keys() - _PERSONAL) | _TOTALS | _UNUSED | _OF_GROUP.keys() | {"county", "wish_time"}
_PERSON_MEANINGS = (
    (_ROW_FIELDS.keys() - {"course", "persons", "willing_total", "labour"})
    | _PERSONAL
    | _WISHES.keys()
    | _TAGS.keys()
    | {"number", "note", "phone", "county", "collected_on", "collector"}
)
_COURSES_ABOVE = re.compile(
    r"(意愿|需求|培训|报名|拟)?(培训)?(工种|课程|专业|项目)(名称|类别)?(及|和|、)?(意愿|需求|报名)?(人数)?"
)
_BANDS_ABOVE = re.compile(r"年龄(段|结构|组|分布)?(及)?(人数)?")
_GROUPS_ABOVE = re.compile(r"(人员|人群|身份|劳动力)(类别|类型|属性|分类)|群体(类别)?|其中")
_ASKED = re.compile(r"^(?:是否(?:为|是|属于|属)?|是不是)|(?:属性|标识)$")
_OTHER = re.compile(r"其[他它].*|.*注明.*")
_MANY_WORDS = 12


def tag_asked_for(text: str, tags: frozenset[str]) -> str:
    """Return the policy tag that a heading such as 是否残疾人 or 残疾人 asks for, empty when it is none or several.

    ``tags`` are the county's own, which go before those of the tables and may be written differently.
    """
    asked = _ASKED.sub("", heading_key(text))
    stated = tags_of(asked)
    for tag in sorted(tags):
        if asked in (tag, f"{tag}户", f"{tag}人", f"{tag}人员") or (stated and stated == tags_of(tag)):
            return tag
    return next(iter(stated)) if stated and len(stated) == 1 else ""


class ColumnReader:
    """Tells the meaning of headings of one upload.

    ``is_course`` says whether a name is certainly a known course, ``resembles_course`` whether it may be one; ``tags``
    are those of the county's groups.
    """

    def __init__(
        self,
        is_course: Callable[[str], bool],
        confirmed: Mapping[str, str],
        resembles_course: Callable[[str], bool] = lambda name: False,
        tags: frozenset[str] = frozenset(),
    ) -> None:
        self.tags = tags
        self._is_course, self._resembles_course = is_course, resembles_course
        self._confirmed = confirmed
        self._names = HeadingNames("需求", _COUNT_MEANINGS)
        self._register_names = HeadingNames("花名册", _PERSON_MEANINGS)

    def knows(self, text: str) -> bool:
        """Return whether a text is certainly a heading of a demand file."""
        return heading_key(text) in _all_headings()

    def person_columns(self, headings: tuple[ColumnHeading, ...]) -> tuple[Column, ...]:
        """Return the meaning of each column of a person-level register."""
        found = [self._person_column(heading) for heading in headings]
        return tuple(_without_doubles(found))

    def is_register(self, headings: tuple[ColumnHeading, ...]) -> bool:
        """Return whether a sheet has a row for each person: ID numbers, or names with ages and wishes."""
        fields = {column.field for column in map(self._person_column, headings)}
        return Field.ID_NUMBER in fields or {Field.NAME, Field.AGE} <= fields

    def count_columns(self, headings: tuple[ColumnHeading, ...]) -> tuple[Column, ...]:
        """Return the meaning of each column of a table of counts."""
        return tuple(self._count_column(heading) for heading in headings)

    def _person_column(self, heading: ColumnHeading) -> Column:
        confirmed = self._confirmed_column(heading)
        if confirmed is not None:
            return confirmed
        match = self._register_names.match(heading.path[-1])
        meaning = match.meaning or ""
        if meaning in _WISHES:
            return Column(heading, Field.WISH, rank=_WISHES[meaning])
        if meaning in _TAGS:
            return Column(heading, Field.TAG, tag=_TAGS[meaning])
        asked = tag_asked_for(heading.path[-1], self.tags) if _ASKED.search(heading_key(heading.path[-1])) else ""
        if asked and not match.is_certain:
            return Column(heading, Field.TAG, tag=asked)
        field = _ROW_FIELDS.get(meaning, Field.IGNORED)
        used = _ROW_FIELDS.keys() | _WISHES.keys() | _TAGS.keys()
        useful = [proposal for proposal in match.proposals if proposal.name in used]
        likely = useful[0].label if useful and not match.is_certain else ""
        return Column(heading, field, proposed=likely if field is Field.IGNORED else "")

    def _confirmed_column(self, heading: ColumnHeading) -> Column | None:
        word = self._confirmed.get(heading.text)
        if word is None:
            return None
        field = Field(word)
        leaf = heading.path[-1]
        column = Column(heading, field)
        if field is Field.COURSE_COUNT:
            return replace(column, course=leaf)
        if field is Field.BAND_COUNT:
            return replace(column, band=leaf)
        if field is Field.GROUP_COUNT:
            return replace(column, group=leaf)
        return replace(column, rank=1) if field is Field.WISH else column

    def _count_column(self, heading: ColumnHeading) -> Column:
        confirmed = self._confirmed_column(heading)
        if confirmed is not None:
            return confirmed
        leaf, above = heading.path[-1], heading.path[:-1]
        under_courses = any(_COURSES_ABOVE.fullmatch(_bare(text)) for text in above)
        names = self._dimensions(heading.path)
        if under_courses and not names["course"]:
            if _OTHER.fullmatch(leaf):
                return Column(heading, Field.OTHER_COURSES)
            if not names["band"] and not names["group"] and self._meaning(leaf) not in _TOTALS:
                names["course"] = leaf
        if names["course"]:
            return Column(heading, Field.COURSE_COUNT, names["course"], names["band"], names["group"])
        if names["band"] or names["group"]:
            both = names["band"] and names["group"]
            field = Field.CELL_COUNT if both else Field.BAND_COUNT if names["band"] else Field.GROUP_COUNT
            return Column(heading, field, "", names["band"], names["group"])
        return self._plain_column(heading, under_courses)

    def _plain_column(self, heading: ColumnHeading, under_courses: bool) -> Column:
        """Return the meaning of a column whose names are no course, band or group."""
        meaning = self._meaning(heading.path[-1])
        if meaning in _TOTALS and len(heading.path) > 1:
            upper = self._meaning(heading.path[-2])
            if under_courses or upper not in (*_TOTALS, "willing", None):
                return Column(heading, Field.IGNORED)
            return Column(heading, Field.PERSONS)
        if meaning == "total":
            return Column(heading, Field.PERSONS)
        if meaning in _ASIDE and not under_courses:
            return Column(heading, Field.IGNORED, aside=meaning or "")
        if meaning in _UNUSED or meaning is None:
            likely = self._names.match(heading.path[-1]).proposals if meaning is None else ()
            useful = [proposal for proposal in likely if proposal.name in _ROW_FIELDS]
            proposed = useful[0].label if useful else ""
            if meaning is None and not proposed and self._resembles_course(heading.path[-1]):
                proposed = Field.COURSE_COUNT.value
            return Column(heading, Field.IGNORED, proposed=proposed, unknown=meaning is None)
        return Column(heading, _ROW_FIELDS.get(meaning, Field.IGNORED))

    def _meaning(self, text: str) -> str | None:
        return self._names.match(text).meaning

    def _dimensions(self, path: tuple[str, ...]) -> dict[str, str]:
        """Return the course, the age band and the group that the names above a column give, empty where none."""
        names = {"course": "", "band": "", "group": ""}
        for position, text in enumerate(path):
            above = [_bare(upper) for upper in path[:position]]
            if (
                "岁" in text
                and read_age_range(text).value is not None
                or any(map(_BANDS_ABOVE.fullmatch, above))
                and read_age_range(text).value is not None
            ):
                names["band"] = text
            elif self._is_group(text, above):
                names["group"] = text
            elif self._is_course(text):
                names["course"] = text
        return names

    def _is_group(self, text: str, above: list[str]) -> bool:
        bare = re.sub(r"^其中[:：]?", "", text)
        if self._meaning(bare) in ("total", "men", "women", "labour"):
            return False
        return tags_of(bare) is not None or (
            any(map(_GROUPS_ABOVE.fullmatch, above)) and self._meaning(bare) not in _TOTALS
        )


@cache
def _all_headings() -> frozenset[str]:
    return frozenset(heading_key(row.name) for row in load_synonyms("headings") if row.certain)


def _bare(text: str) -> str:
    """Return a heading without brackets and white space."""
    return re.sub(r"[(（\[].*?[)）\]]|[\s:：]", "", text)


def _without_doubles(columns: list[Column]) -> list[Column]:
    """Keep one column for each thing a person has once: the better filled-in 18-digit number, the first of the rest."""
    single = {Field.ID_NUMBER, Field.NAME, Field.AGE, Field.BORN, Field.TOWNSHIP, Field.WILLING, Field.HOUSEHOLD}
    seen: dict[Field, int] = {}
    for position, column in enumerate(columns):
        if column.field not in single:
            continue
        first = seen.setdefault(column.field, position)
        if first != position:
            better = "18" in column.heading.text and "18" not in columns[first].heading.text
            loser = first if better else position
            columns[loser] = replace(columns[loser], field=Field.IGNORED)
            seen[column.field] = position if better else first
    return columns
