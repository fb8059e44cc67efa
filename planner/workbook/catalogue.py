"""The bundled course catalogue: what a course needs and costs when the workbook does not say.

``catalogue.csv`` holds the columns of sheet 课程 plus a code, the source (出处) and the grade (等级) of each
row. Grade A: an assumption anchored on the source; W: taken from a published page. Class days are the
published class hours at 8 a day, rounded up; theory days follow from the published share of practice;
age bands are those with a suitability of at least 0.3; the season windows of the farming courses are
grade A throughout.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from planner.domain.instance import Course
from planner.workbook.cells import read_cell
from planner.workbook.schema import COURSES

_FILE = Path(__file__).with_name("catalogue.csv")


@dataclass(frozen=True, slots=True)
class CatalogueCourse:
    """A course of the catalogue, with its code there, the source of its figures and their grade (A or W)."""

    code: str
    course: Course
    source: str
    grade: str


@cache
def load_catalogue() -> tuple[CatalogueCourse, ...]:
    """Return the bundled courses in the order of the file; their occupation is their own name."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_catalogue_course(row) for row in csv.DictReader(file))


def _catalogue_course(row: dict[str, str]) -> CatalogueCourse:
    values: dict[str, Any] = {"occupation": row["课程"]}
    for column in COURSES.columns:
        if row.get(column.heading):
            values[column.attribute] = read_cell(column, row[column.heading])
    return CatalogueCourse(row["编码"], Course(**values), row["出处"], row["等级"])
