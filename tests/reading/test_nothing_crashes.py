"""Whatever stands in the cells of a survey table or register, the answer is a reading."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

import pytest

from planner.reading.choices import ReadingChoices
from planner.reading.combine import Splitter, named_counts
from planner.reading.files.grid import Grid, Range
from planner.reading.names import KnownNames
from planner.reading.understand import FileReading, understand
from tests.reading.survey import COUNTY, SURVEY_TOP, register_rows

ODD_CELLS = (
    *("", None, "全部", "是", -1, 0, 2.5, 1e308, float("nan"), float("inf"), True, 10**30, "1" * 400, "1e999", "合计"),
    *(date(2026, 1, 5), datetime(2026, 1, 5, 3), time(3, 4), timedelta(days=3), "40岁以下", "脱贫", "其中", "河镇"),
    *("、", "~", ")(", "2026-01-05", "=1+1", "#N/A", "30%", "--5", "½", "٣٤", "焊工/家政", "小计", "备注：", "\ud800"),
    *(5.3e17, "530627199001010000", "(", "甲", "1", "单位：万人", "身份证号", "姓名", "意愿工种1", "年龄", "人"),
)
REQUEST = {"courses": list(COUNTY.courses), "on": "2026-01-05", "key": "00" * 16, "choices": ReadingChoices().as_json()}
SURVEY = [*SURVEY_TOP, *([n, "河镇", 50, 20, 20, 10, 12, 15, 3, ""] for n in range(4)), ["合计", "", 200]]


def mutated(rows, dice: random.Random) -> Grid:
    """Change cells, drop or repeat rows, and merge at random."""
    cells = [list(row) for row in rows]
    for _ in range(dice.choice((1, 3, 10, 40))):
        row = dice.choice(cells)
        if row and dice.random() < 0.8:
            row[dice.randrange(len(row))] = dice.choice(ODD_CELLS)
        elif dice.random() < 0.5:
            cells.insert(dice.randrange(len(cells)), list(dice.choice(cells)))
        elif len(cells) > 1:
            cells.pop(dice.randrange(len(cells)))
    merged = []
    for _ in range(dice.choice((0, 1, 4))):
        top, left = dice.randrange(len(cells)), dice.randrange(10)
        merged.append(Range(top, left, top + dice.randrange(4), left + dice.randrange(4)))
    hidden = frozenset(dice.sample(range(len(cells)), 1))
    return Grid("表.xlsx", dice.choice(("表", "河镇", "")), cells, tuple(merged), hidden, unsaved=frozenset({(5, 2)}))


@pytest.mark.parametrize("rows", [SURVEY, register_rows(6)], ids=["survey", "register"])
@pytest.mark.parametrize("seed", range(6))
def test_odd_cells_in_odd_places_give_a_reading(rows, seed: int):
    dice = random.Random(seed)
    for _ in range(40):
        reading = understand([mutated(rows, dice)], REQUEST)
        (sheet,) = FileReading.from_json(reading.as_json()).sheets
        names = KnownNames(COUNTY, ReadingChoices())
        for township, counts in named_counts(sheet.counts, names).items():
            people = Splitter(COUNTY).people_of(township, [count for count in counts if count.course is None])
            assert all(persons >= 0 for persons in people.values())
        assert names.proposals() is not None
