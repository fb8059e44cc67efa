"""Columns of a table of counts that are answered by 是 or 否, as 是否脱贫户: they say which group a row's people are.

A row's answers together give its group: with 脱贫 answered yes and 易迁 no it is the people who are 脱贫 and nothing
else, as for a person of a register. A blank counts as no. Such a column is used when its tag is one that the county
tells groups apart by and its cells are answers; otherwise a warning names the column and what it would need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from planner.reading.files.addresses import cell_name
from planner.reading.files.grid import Grid, Row
from planner.reading.layouts.cells import Remarks
from planner.reading.layouts.fields import Column, Field, tag_asked_for
from planner.reading.report import Level, SheetReport
from planner.reading.tables.body import BodyRow, Part, body_rows
from planner.reading.tables.heading import Heading
from planner.reading.values import read_yes_no, text_of
from planner.reading.words import tags_of
from planner.reading.words.groups import NO_TAG

_NOT_WORDS = re.compile(r"[\d.,，]+(?:人|户|个)?")


def with_tag_columns(
    grid: Grid, heading: Heading, columns: Sequence[Column], tags: frozenset[str], report: SheetReport
) -> tuple[Column, ...]:
    """Return the columns of a table, those that are answered by 是 or 否 as tags where they can be used.

    ``tags`` are those that tell the county's groups apart. What cannot be used is warned of.
    """
    asked = [_as_asked(column, tags) for column in columns]
    if not any(column.tag or column.field is Field.IGNORED for column in asked):
        return tuple(columns)
    rows = [row.cells for row in body_rows(grid, heading) if row.part is Part.BODY]
    named = any(column.field is Field.GROUP for column in columns)
    result = []
    for column, question in zip(columns, asked, strict=True):
        why = _why_not(question, rows, tags, named=named)
        if why is None:
            result.append(question)
            continue
        text, remedy = why
        if text:
            place = cell_name(heading.rows[-1] + 1, column.heading.column + 1)
            report.say(Level.WARNING, text, cell=place, remedy=remedy)
        result.append(replace(column, unknown=column.unknown and not text))  # It is said once why it is not used.
    return tuple(result)


def _as_asked(column: Column, tags: frozenset[str]) -> Column:
    """Return a column with the tag its heading asks for, where it may be answered by 是 or 否; else as it is."""
    open_to_it = column.unknown or column.field in (Field.GROUP_COUNT, Field.TAG)
    tag = tag_asked_for(column.heading.path[-1], tags) if open_to_it and not column.course and not column.band else ""
    return replace(column, field=Field.TAG, tag=tag, group="", proposed="", unknown=False) if tag else column


def _why_not(
    column: Column, rows: Sequence[Row], tags: frozenset[str], *, named: bool
) -> tuple[str, str] | None:
    """Return why a column is no tag and the remedy, both empty where nothing is to be said; ``None`` when it is one."""
    text, at = column.heading.text, column.heading.column
    cells = [raw for raw in (row[at] if at < len(row) else None for row in rows) if not _is_blank(raw)]
    figures = [raw for raw in cells if _is_figure(raw)]
    answers = [raw for raw in cells if _answer(raw, column.tag) is not None and raw not in figures]
    if not column.tag:
        told = column.unknown and not column.proposed and 2 * len(answers) > len(cells) and not figures
        what = f"列“{text}”填的是“是”或“否”，但没有这样的群体标签，没有使用" if told else ""
        return what, "要按它分群体的，请在县里的工作簿的表“群体”加上这一标签的列；无关的不必理会" if told else ""
    is_question = text_of(column.heading.path[-1]).startswith("是")
    if figures and not (is_question and all(text_of(raw) in ("0", "1") for raw in figures)):
        if not is_question:
            return "", ""
        what = f"列“{text}”里是数字，不是“是”或“否”，没有使用"
        return what, "是人数的，请指明这一列是“群体人数”；否则每行填 是 或 否"
    if not cells or (not is_question and 2 * len(answers) < len(cells)):
        return "", ""
    if column.tag not in tags:
        what = f"列“{text}”没有使用：县里的工作簿的表“群体”没有标签“{column.tag}”，不区分"
        return what, f"要区分的，请在表“群体”加上“{column.tag}”一列，并写明哪些群体带它"
    if named:
        return f"列“{text}”没有使用：已有写明群体的列，以那一列为准", "两列说的不同的，请改写明群体的那一列"
    return None


class RowTags:
    """Tells the group of each row from the answers in its tag columns; ``""`` where a table has none."""

    def __init__(self, columns: Iterable[Column], rows: Iterable[BodyRow], report: SheetReport) -> None:
        self._columns = [column for column in columns if column.field is Field.TAG]
        body = [row for row in rows if row.part is Part.BODY]
        for column in self._columns:
            raws = [_at(row, column) for row in body]
            blank = sum(map(_is_blank, raws))
            text = column.heading.text
            if blank and any(_answer(raw, column.tag) is False for raw in raws if not _is_blank(raw)):
                report.say(Level.WARNING, f"{blank} 行没有填“{text}”，按“否”计", remedy="补填 是 或 否")
            elif blank:
                report.say(Level.DEFAULT, f"列“{text}”只标出了“是”的行，空着的按“否”计")
        if self._columns:
            names = "、".join(column.heading.text for column in self._columns)
            report.say(Level.UNDERSTOOD, f"每行的群体按“{names}”的“是”或“否”区分")

    def __bool__(self) -> bool:
        return bool(self._columns)

    def group_of(self, row: BodyRow, remarks: Remarks) -> str:
        """Return the tags of a row as a group's name; a cell that is no answer is an error at its address."""
        tags = []
        for column in self._columns:
            raw = _at(row, column)
            answer = False if _is_blank(raw) else _answer(raw, column.tag)
            if answer is None:
                remarks.take(read_yes_no(raw), row.row, column.heading.column, raw)
            elif answer:
                tags.append(column.tag)
        return "、".join(sorted(tags)) or NO_TAG


def _at(row: BodyRow, column: Column) -> object:
    at = column.heading.column
    return row.cells[at] if at < len(row.cells) else None


def _is_blank(raw: object) -> bool:
    """Return whether a cell says nothing: empty, or a word for "not known"."""
    if raw is None or text_of(raw) == "":
        return True
    value = read_yes_no(raw)
    return value.value is None and value.fault is None


def _is_figure(raw: object) -> bool:
    if isinstance(raw, bool):
        return False
    return isinstance(raw, int | float) or _NOT_WORDS.fullmatch(text_of(raw)) is not None


def _answer(raw: object, tag: str) -> bool | None:
    """Return what a cell answers: 是 or 否 in any of their forms, or the name of a group; ``None`` when it is none."""
    answer = read_yes_no(raw).value
    if answer is not None or not tag:
        return answer
    tags = tags_of(raw)
    return None if tags is None else tag in tags
