"""The synonym tables that come with the package: ``data/*.csv``, each row with its source and grade.

Columns: ``means`` (what it stands for), ``names`` (other words, separated by ``|``), ``certain`` (是: may be applied;
否: only proposed; 非: something else, not even proposed), ``source``, ``grade`` (as in ``docs/facts.md``); headings
also have ``form``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Synonym:
    """One other word: ``name`` stands for ``means``; ``form`` limits a heading to one form, empty for all.

    ``excluded``: the name looks like it and is something else.
    """

    name: str
    means: str
    certain: bool
    source: str
    grade: str
    form: str = ""
    excluded: bool = False


@cache
def load_synonyms(table: str) -> tuple[Synonym, ...]:
    """Return the rows of a packaged table: headings, sheets, townships, courses or groups."""
    with (_DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_rows(csv.DictReader(file)))


def _rows(reader: csv.DictReader[str]) -> Iterator[Synonym]:
    for row in reader:
        for name in row["names"].split("|"):
            if name:
                certain, excluded = row["certain"] == "是", row["certain"] == "非"
                yield Synonym(
                    name, row["means"], certain, row["source"], row["grade"], row.get("form") or "", excluded
                )
