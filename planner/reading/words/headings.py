"""Column headings and sheet names: what bureaus write for what the planner needs.

A meaning is the English alias of a column of the workbook where there is one (township, age_band, course), otherwise
a word of its own (name, id_number, wish_1); ``data/headings.csv`` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache

from planner.reading.values.text import text_of
from planner.reading.values.units import parse_unit
from planner.reading.words.match import Match, Proposal, exact, proposed, similar, synonym
from planner.reading.words.names import name_key, split_brackets, without_numbering
from planner.reading.words.tables import Synonym, load_synonyms
from planner.workbook.schema import SHEETS, Sheet

_ASIDE = re.compile(r"^其中:?|^(?:\*|必填)|(?:\*|必填|选填)$")
_ASIDES_IN_BRACKETS = frozenset({"必填", "选填", "可不填", "盖章", "手填", "附", "注明", "大写"})
_CHOICES = re.compile(r"[^\d/-]+([/-][^\d/-]+)+")


class HeadingNames:
    """Finds what a heading means in one form, among the meanings asked for.

    Forms are the sheets of the workbook by their Chinese names, ``花名册`` for lists and registers of persons, and
    ``""`` for any table.
    """

    def __init__(self, form: str = "", meanings: Iterable[str] | None = None) -> None:
        wanted = None if meanings is None else frozenset(meanings)
        self._rows = _candidates("headings", form, wanted)

    def match(self, written: object) -> Match:
        """Return the meaning of a heading, whose unit and asides in brackets are passed over."""
        return _match(text_of(written), self._rows)


class SheetNames:
    """Finds which sheet of the workbook a sheet's name or title means, such as 培训机构名册."""

    def __init__(self) -> None:
        own = tuple(Synonym(name, sheet.name, True, "", "") for sheet in SHEETS for name in (sheet.name, sheet.alias))
        self._rows = (*own, *load_synonyms("sheets"))

    def match(self, written: object) -> Match:
        """Return the Chinese name of the sheet."""
        return _match(text_of(written), self._rows)


def headings_of(sheet: Sheet) -> HeadingNames:
    """Return the finder of a workbook sheet's columns, whose meanings are their aliases."""
    names = HeadingNames(sheet.name, (column.alias for column in sheet.columns))
    own = tuple(
        Synonym(name, column.alias, True, "", "", sheet.name)
        for column in sheet.columns
        for name in (column.heading, column.alias, *column.other_names)
    )
    names._rows = (*own, *names._rows)
    return names


@lru_cache(maxsize=8192)
def heading_key(text: str) -> str:
    """Return a heading without numbering, 其中, required marks, and brackets that hold a unit or an aside."""
    key = without_numbering(name_key(text))
    key = _ASIDE.sub("", key)
    outside, inside = split_brackets(key)
    kept = [part for part in inside if not _is_aside(part)]
    return outside + "".join(f"({part})" for part in kept)


def _is_aside(bracket: str) -> bool:
    """Return whether brackets hold a unit, an instruction or the choices (是/否, 乡镇-村-组) of a cell."""
    is_unit = parse_unit(bracket.removeprefix("单位:")) is not None
    return is_unit or bracket in _ASIDES_IN_BRACKETS or bool(_CHOICES.fullmatch(bracket))


def _match(text: str, rows: tuple[Synonym, ...]) -> Match:
    for key in dict.fromkeys((name_key(text), heading_key(text), split_brackets(heading_key(text))[0])):
        # Brackets that are no unit say more than their heading: without them a match is only proposed.
        bare = key != heading_key(text) and key != name_key(text)
        fitting: dict[str, Synonym] = {}
        for row in rows:
            if key and heading_key(row.name) == key:
                fitting.setdefault(row.means, row)
        certain = [row for row in fitting.values() if row.certain]
        if len(fitting) == 1 and certain and not bare:
            (row,) = certain
            same = row.source == "" or name_key(text) == name_key(row.means)
            label = _label(rows, row.means)
            return exact(text, row.means) if same else synonym(text, row.means, "表头同义词表", label)
        if fitting:
            labels = [(means, _label(rows, means)) for means in fitting]
            return proposed(text, [Proposal(means, 0.85, "表头同义词表，须确认", label) for means, label in labels])
    alike = similar(heading_key(text), [(heading_key(row.name), row.means) for row in rows])
    return proposed(text, [replace(proposal, label=_label(rows, proposal.name)) for proposal in alike])


def _label(rows: tuple[Synonym, ...], means: str) -> str:
    """Return the Chinese word for a meaning: the first one its rows give."""
    return next(row.name for row in rows if row.means == means)


@cache
def _candidates(table: str, form: str, wanted: frozenset[str] | None) -> tuple[Synonym, ...]:
    """Return the rows for a form: its own words go before the general ones."""
    rows = [row for row in load_synonyms(table) if wanted is None or row.means in wanted]
    own = [row for row in rows if form and row.form == form]
    taken = {heading_key(row.name) for row in own}
    general = [row for row in rows if not row.form and heading_key(row.name) not in taken]
    return (*own, *general)
