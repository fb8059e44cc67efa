"""Headings of real tables marked by people (IM-TQA), one half developed on, the other held out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.reading.files.grid import Grid, Range
from planner.reading.tables.heading import find_heading

CASES = Path(__file__).parents[2] / ".." / "shared" / "cases" / "header_tables" / "dev_tables.json"
needs_cases = pytest.mark.skipif(not CASES.exists(), reason="../shared/cases/header_tables is not there: not scored")


def grid_of(table: dict[str, Any]) -> Grid:
    """Lay a marked table out as a sheet, with the cells that cover several fields merged."""
    places: dict[int, list[tuple[int, int]]] = {}
    for row, cells in enumerate(table["cell_ID_matrix"]):
        for column, number in enumerate(cells):
            places.setdefault(number, []).append((row, column))
    rows = [[""] * len(cells) for cells in table["cell_ID_matrix"]]
    merged = []
    for number, fields in places.items():
        top, left = fields[0]
        rows[top][left] = table["chinese_cell_value_list"][number]
        if len(fields) > 1:
            merged.append(Range(top, left, max(row for row, _ in fields), max(column for _, column in fields)))
    return Grid("表", "表", rows, tuple(merged))


def marked_rows(table: dict[str, Any]) -> int:
    """Return how many leading rows consist mostly of cells marked as column headings.

    In tables with headings on the left the first cell heads rows, not columns, and does not count.
    """
    heads = {*table["column_attribute"], *table["column_index"]}
    texts = table["chinese_cell_value_list"]
    marked = 0
    for cells in table["cell_ID_matrix"]:
        numbers = [number for number in dict.fromkeys(cells) if texts[number].strip()]
        if table["table_type"] == "horizontal" and len(numbers) > 1:
            numbers = [number for number in numbers if number != cells[0]]
        if not numbers or sum(number in heads for number in numbers) * 2 <= len(numbers):
            break
        marked += 1
    return marked


def found_rows(table: dict[str, Any]) -> int:
    """Return how many rows the finder puts above the body; the people who marked counted captions as headings."""
    heading = find_heading(grid_of(table))
    return heading.rows[-1] + 1 if heading else 0


@needs_cases
@pytest.mark.parametrize(("half", "least"), [(0, 52), (1, 54)], ids=["developed-on", "held-out"])
def test_the_headings_of_real_tables_are_found_exactly(half: int, least: int):
    """The figures of docs/reading.md: 52 of 56 and 54 of 55 tables."""
    tables = json.loads(CASES.read_text(encoding="utf-8"))[half::2]
    assert sum(marked_rows(table) == found_rows(table) for table in tables) >= least
