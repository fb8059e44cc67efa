"""Person-level registers (实名制登记台账, 意愿花名册): a row for each person, up to a hundred columns.

Each person leaves this module as a keyed hash of the ID number, a township, an age, policy tags and ranked wishes.
Names and numbers are neither kept nor quoted; the key is drawn anew for each reading, so hashes of two readings
cannot be compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from planner.reading.files.grid import Grid, Row
from planner.reading.layouts.cells import Remarks
from planner.reading.layouts.fields import Column, Field
from planner.reading.layouts.places import township_of_sheet
from planner.reading.report import Level, SheetReport
from planner.reading.tables.body import Part, body_rows
from planner.reading.tables.heading import Heading
from planner.reading.values import compare_age, read_age, read_date, read_identity, read_yes_no, text_of
from planner.reading.words import tags_of

_NO_WISH = frozenset(
    {"", "无", "没有", "暂无", "其他", "其它", "不愿意", "否", "-", "—", "/", "都可以", "均可", "待定"}
)
_ALIVE = frozenset({"", "否", "未死亡", "健在", "正常", "无", "0"})
_TOKEN_LENGTH = 16
_ID_NUMBER = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:(?:19|20)\d{2}|\d{2})(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]?(?!\d)"
)
_ROWS_LOOKED_AT = 200
_LONG_NUMBER = re.compile(r"\d{7,}[\dXx]?")


def holds_id_numbers(grid: Grid) -> bool:
    """Return whether an ID number stands in the first rows of a sheet, whatever its layout."""
    return any(
        _ID_NUMBER.search(str(cell)) for row in grid.rows[:_ROWS_LOOKED_AT] for cell in row if cell not in ("", None)
    )


@dataclass(slots=True)
class People:
    """The people of one sheet, as parallel lists; texts stand once in their tables and are referred to by position.

    ``keys`` are hashes, empty where there is no readable ID number. ``rows`` are 1-based. ``groups`` holds, for each
    distinct combination, the tags and the words nobody could turn into tags. ``wishes`` holds tuples of names as
    written, in order of rank.
    """

    keys: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    ages: list[int] = field(default_factory=list)
    township: list[int] = field(default_factory=list)
    group: list[int] = field(default_factory=list)
    wish: list[int] = field(default_factory=list)
    trained: list[int] = field(default_factory=list)
    townships: list[str] = field(default_factory=list)
    groups: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    wishes: list[tuple[str, ...]] = field(default_factory=list)
    trainings: list[tuple[str, ...]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.keys)

    def as_json(self) -> dict[str, Any]:
        """Return the lists as plain values; names of courses stand once in ``names``."""
        names: list[str] = []
        table = _Table(names)
        plain = {name: getattr(self, name) for name in self.__slots__}
        for several in ("wishes", "trainings"):
            plain[several] = [[table.number(name) for name in written] for written in plain[several]]
        return plain | {"names": names}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> People:
        """Return the people that :meth:`as_json` wrote."""
        names = plain["names"]
        people = cls(**{name: plain[name] for name in cls.__slots__})
        people.groups = [(tuple(tags), tuple(words)) for tags, words in plain["groups"]]
        people.wishes = [tuple([names[number] for number in written]) for written in plain["wishes"]]
        people.trainings = [tuple([names[number] for number in written]) for written in plain["trainings"]]
        return people


def read_register(
    grid: Grid,
    heading: Heading,
    columns: Sequence[Column],
    report: SheetReport,
    *,
    on: date,
    key: bytes,
    hidden_rows: bool = True,
) -> People:
    """Return the people of one sheet who wish to be trained.

    Parameters
    ----------
    grid, heading, columns
        The sheet and what its columns mean.
    report
        Takes what is said about rows and cells.
    on
        The day on which ages are reckoned.
    key
        Secret of this reading for the hashes of ID numbers.
    hidden_rows
        Whether rows that the sender has hidden count.
    """
    reader = _Reader(grid, heading, columns, Remarks(report), on, key)
    left_out: dict[str, int] = {}
    for row in body_rows(grid, heading):
        if row.row in grid.hidden_rows and not hidden_rows:
            continue
        if row.part is not Part.BODY:
            reason: str | None = row.part.value
        else:
            reason = reader.take(row.row, row.cells)
        if reason:
            left_out[reason] = left_out.get(reason, 0) + 1
    for reason, number in left_out.items():
        report.say(Level.UNDERSTOOD, f"{number} 行不计入：{reason}")
    if grid.hidden_rows and hidden_rows:
        report.say(Level.WARNING, f"表中隐藏了 {len(grid.hidden_rows)} 行，仍计入", remedy="不该计入的请删去该行")
    report.rows_read = len(reader.people)
    reader.remarks.close()
    return reader.people


class _Table:
    """Numbers distinct values in order of appearance."""

    def __init__(self, values: list[Any]) -> None:
        self._values, self._number = values, {value: number for number, value in enumerate(values)}

    def number(self, value: Any) -> int:
        found = self._number.get(value)
        if found is None:
            found = self._number[value] = len(self._values)
            self._values.append(value)
        return found


class _Reader:
    """Reads one row after the other into :class:`People`."""

    def __init__(
        self, grid: Grid, heading: Heading, columns: Sequence[Column], remarks: Remarks, on: date, key: bytes
    ) -> None:
        self.people, self.remarks = People(), remarks
        self._on, self._key = on, key
        at = {column.field: column.heading.column for column in reversed(columns)}
        self._township, self._id, self._age = at.get(Field.TOWNSHIP), at.get(Field.ID_NUMBER), at.get(Field.AGE)
        self._born, self._willing, self._dead = at.get(Field.BORN), at.get(Field.WILLING), at.get(Field.DEAD)
        ranked = sorted((c for c in columns if c.field is Field.WISH), key=lambda c: (c.rank, c.heading.column))
        self._wish_columns = [column.heading.column for column in ranked]
        self._trained_columns = [c.heading.column for c in columns if c.field is Field.TRAINED]
        self._tag_columns = [(c.heading.column, c.tag) for c in columns if c.field in (Field.TAG, Field.GROUP)]
        self._whole_sheet = "" if self._township is not None else township_of_sheet(grid, heading)
        self._last_township = self._whole_sheet
        self._townships, self._groups = _Table(self.people.townships), _Table(self.people.groups)
        self._wishes, self._trainings = _Table(self.people.wishes), _Table(self.people.trainings)
        self._known_tags: dict[tuple[str, str], tuple[frozenset[str], str]] = {}
        self._known_places: dict[str, str] = {}
        self._known_wishes: dict[str, str] = {}
        self._known_answers: dict[str, bool | None] = {}

    def take(self, row: int, cells: Row) -> str | None:
        """Add a person; return why the row is left out, ``None`` when it is not."""
        if self._dead is not None and text_of(_at(cells, self._dead)) not in _ALIVE:
            return "已死亡"
        wishes = self._names(cells, self._wish_columns)
        willing = self._answer(row, cells)
        if willing is False or (willing is None and not wishes):
            return "不愿参加培训，或没有填写培训意愿"
        found = self._person(row, cells)
        if found is None:
            return "读不出年龄（见错误）"
        self._add(row, cells, found, wishes)
        return None

    def _add(self, row: int, cells: Row, found: tuple[str, int], wishes: tuple[str, ...]) -> None:
        if self._township is not None:
            self._last_township = self._place(_at(cells, self._township)) or self._last_township
        people = self.people
        people.keys.append(found[0])
        people.ages.append(found[1])
        people.rows.append(row + 1)
        people.township.append(self._townships.number(self._last_township))
        people.group.append(self._groups.number(self._group(cells)))
        people.wish.append(self._wishes.number(wishes))
        people.trained.append(self._trainings.number(self._names(cells, self._trained_columns)))

    def _place(self, raw: object) -> str:
        text = raw if isinstance(raw, str) else str(raw)
        place = self._known_places.get(text)
        if place is None:
            place = self._known_places[text] = _without_numbers(text_of(raw))
        return place

    def _answer(self, row: int, cells: Row) -> bool | None:
        if self._willing is None:
            return None
        raw = _at(cells, self._willing)
        text = raw if isinstance(raw, str) else text_of(raw)
        if text not in self._known_answers:
            value = read_yes_no(raw)
            if value.fault is not None:
                self.remarks.take(value, row, self._willing, raw)
                return None
            self._known_answers[text] = value.value
        return self._known_answers[text]

    def _person(self, row: int, cells: Row) -> tuple[str, int] | None:
        """Return the hash of the ID number (empty: none) and the age; ``None`` when there is no age."""
        typed = self._typed_age(row, cells)
        raw = _at(cells, self._id)
        if self._id is not None and raw not in ("", None):
            value = read_identity(raw, self._on)
            person = self.remarks.take(value, row, self._id, raw, private=True)
            if person is not None:
                doubt = compare_age(person, typed, self._on)
                if doubt is not None and self._age is not None and "填写的年龄" in doubt.text and typed is not None:
                    self._say_age(row, typed, person.age_on(self._on))
                return person.token(self._key)[:_TOKEN_LENGTH], person.age_on(self._on)
        if typed is not None:
            return "", typed
        born = self._birth_date(row, cells)
        if born is not None:
            on = self._on
            return "", on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        if raw in ("", None):
            column = next(c for c in (self._id, self._age, self._born, 0) if c is not None)
            text = "没有身份证号，也没有年龄"
            self.remarks.say(Level.ERROR, text, row, column, remedy="补填身份证号或年龄；不参加培训的删去该行")
        return None

    def _say_age(self, row: int, typed: int, age: int) -> None:
        if abs(typed - age) > 1 and self._age is not None:
            text = "填写的年龄与身份证号码不符，按号码计"
            self.remarks.say(Level.WARNING, text, row, self._age, found=str(typed), remedy="核对年龄和号码")

    def _typed_age(self, row: int, cells: Row) -> int | None:
        raw = _at(cells, self._age)
        if self._age is None or raw in ("", None):
            return None
        return self.remarks.take(read_age(raw), row, self._age, raw)

    def _birth_date(self, row: int, cells: Row) -> date | None:
        raw = _at(cells, self._born)
        if self._born is None or raw in ("", None):
            return None
        return self.remarks.take(read_date(raw), row, self._born, raw, private=True)

    def _group(self, cells: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        tags: set[str] = set()
        words: list[str] = []
        for column, tag in self._tag_columns:
            raw = _at(cells, column)
            if raw is None or raw == "":
                continue
            known = (tag, raw if isinstance(raw, str) else str(raw))
            meant = self._known_tags.get(known)
            if meant is None:
                meant = self._known_tags[known] = _tags_of_cell(raw, tag)
            found, word = meant
            tags |= found
            if word:
                words.append(word)
        return tuple(sorted(tags)), tuple(words)

    def _names(self, cells: Row, columns: Sequence[int]) -> tuple[str, ...]:
        """Return what some cells say of courses, each text once, in order; a text may name several."""
        names: list[str] = []
        for column in columns:
            raw = cells[column] if column < len(cells) else None
            if raw is None or raw == "":
                continue
            text = raw if isinstance(raw, str) else str(raw)
            name = self._known_wishes.get(text)
            if name is None:
                name = self._known_wishes[text] = _course_named(raw)
            if name and name not in names:
                names.append(name)
        return tuple(names)


def _at(cells: Row, column: int | None) -> Any:
    return cells[column] if column is not None and column < len(cells) else None


def _course_named(raw: object) -> str:
    """Return what a cell says of a course, empty for words and figures that name none."""
    name = _without_numbers(text_of(raw))
    return "" if name in _NO_WISH or name.isdecimal() else name


def _tags_of_cell(raw: object, tag: str) -> tuple[frozenset[str], str]:
    """Return the tags a cell gives and the word that could not be turned into any (empty: none)."""
    text = text_of(raw)
    if tag:
        answer = read_yes_no(raw).value
        if answer is not None:
            return (frozenset({tag}) if answer else frozenset()), ""
    if text in _NO_WISH:
        return frozenset(), ""
    tags = tags_of(text)
    return (tags, "") if tags is not None else (frozenset(), _without_numbers(text))


def _without_numbers(text: str) -> str:
    """Return a text whose long numbers are gone: in a row with shifted cells they are somebody's."""
    return _LONG_NUMBER.sub("…", text)
