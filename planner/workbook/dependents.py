"""Which rows name a row that is to be deleted, and the rows that name those: what has to go with it.

A name is gone when no row gives it any more, so counties, industries and townships that only some rows mention are
followed, too. Of a list in a cell only the name goes, as long as another is left: an empty list would mean all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from planner.workbook.cells import normalised, split_list
from planner.workbook.references import Names, Tables, known_names
from planner.workbook.schema import Column
from planner.workbook.tables import Table, TableRow


@dataclass(frozen=True, slots=True)
class Dependent:
    """A row that names something gone: it goes, or keeps the names ``left`` of the list in ``column``."""

    table: Table
    row: TableRow
    column: Column
    names: tuple[str, ...]
    left: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Sheet and row number."""
        return self.table.sheet.name, self.row.number


def dependents_of(tables: Tables, table: Table, row: TableRow) -> list[Dependent]:
    """Return the rows that cannot stay as they are without a row, in the order of the sheets; itself is none of them.

    ``tables`` are those with rows, the row's own among them.
    """
    before, own = known_names(tables), (table.sheet.name, row.number)
    out: set[tuple[str, int]] = set()
    further = {own}
    while further - out:
        out |= further
        gone = _gone(before, known_names(_without(tables, out)))
        found = [one for one in _naming(tables, gone) if one.place != own]
        further = {one.place for one in found if not one.left}
    return found


def _without(tables: Tables, out: set[tuple[str, int]]) -> dict[str, Table]:
    """Return the tables without some rows; one that has none left counts as absent."""
    kept = {
        name: replace(table, rows=[row for row in table.rows if (name, row.number) not in out])
        for name, table in tables.items()
    }
    return {name: table for name, table in kept.items() if table.rows}


def _gone(before: Names, after: Names) -> dict[str, frozenset[str]]:
    """Return by kind the names that there were and are no more; of a kind that cannot be told now none are gone."""
    gone = {}
    for kind, known in before.items():
        still = after[kind]
        if known is not None and still is not None and known - still:
            gone[kind] = known - still
    return gone


def _naming(tables: Mapping[str, Table], gone: Mapping[str, frozenset[str]]) -> Iterator[Dependent]:
    """Return for each row that names something gone the column that cannot do without it, else every list with it."""
    for table in tables.values():
        columns = [column for column in table.sheet.columns if column.refers_to in gone]
        for row in table.rows:
            found = [one for column in columns if (one := _named(table, row, column, gone[column.refers_to]))]
            bound = [one for one in found if not one.left]
            yield from bound[:1] or found


def _named(table: Table, row: TableRow, column: Column, gone: frozenset[str]) -> Dependent | None:
    value = row.get(column.alias)
    if not isinstance(value, frozenset | tuple):
        return Dependent(table, row, column, (str(value),)) if value in gone else None
    listed = split_list(normalised(row.raw[column.alias]))
    names = tuple(name for name in listed if name in gone)
    left = tuple(name for name in listed if name not in gone)
    return Dependent(table, row, column, names, left) if names else None
