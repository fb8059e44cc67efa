"""Whatever stands in the cells, the answer is an instance or a list of faults."""

from __future__ import annotations

import contextlib
import random
from datetime import date, datetime, time
from pathlib import Path

import pytest

from planner.errors import BadInput
from planner.workbook import read
from planner.workbook.read import read_workbook
from planner.workbook.sources import RawSheet, RawWorkbook
from tests.workbook.builders import Tables, full_tables

ODD_CELLS = (
    *("", None, "全部", "是", -1, 0, 2.5, 1e308, float("nan"), float("inf"), True, 10**30, "1" * 400, "1e999"),
    *(date(2026, 1, 5), date(1, 1, 1), date(9999, 12, 27), datetime(2026, 1, 5, 3), time(3, 4)),
    *("、", "~", ")(", "02-29", "13-45", "02-01~", "2026-01-05", "2100-12-27", "0000-00-00", "\ud800", "\x00"),
    *("=1+1", "#N/A", "30%", "%", "1,2", "--5", "½", "²", "٣٤", "焊工", "河镇", "集中", "≥", "一熟"),
)


def mutated(tables: Tables, dice: random.Random) -> Tables:
    """Change cells, repeat rows, and drop rows, columns or sheets, a few at a time."""
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        name = dice.choice(list(tables))
        rows, what = tables[name], dice.random()
        if rows and what < 0.75:
            row = dice.choice(rows)
            row[dice.choice(list(row) or ["乡镇"])] = dice.choice(ODD_CELLS)
        elif rows and what < 0.85:
            heading = dice.choice(list(rows[0]) or ["乡镇"])
            tables[name] = [{key: value for key, value in row.items() if key != heading} for row in rows]
        elif rows and what < 0.9:
            rows.append(dict(rows[0]))
        elif what < 0.95:
            tables[name] = []
        elif len(tables) > 1:
            del tables[name]
    return tables


def raw_workbook(tables: Tables) -> RawWorkbook:
    sheets = []
    for name, rows in tables.items():
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        cells = [headings, *([row.get(heading) for heading in headings] for row in rows)]
        sheets.append(RawSheet("计划.xlsx", name, cells))
    return RawWorkbook("计划.xlsx", tuple(sheets), "0" * 64)


@pytest.mark.parametrize("seed", range(10))
def test_odd_cells_in_odd_places_give_an_instance_or_faults(monkeypatch, seed: int):
    dice = random.Random(seed)
    for _ in range(25):
        source = raw_workbook(mutated(full_tables(), dice))
        monkeypatch.setattr(read, "read_source", lambda path, source=source: source)
        with contextlib.suppress(BadInput):
            assert read_workbook(Path("计划.xlsx")).instance.funds
