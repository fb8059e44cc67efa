"""What a county's own workbook knows of places, people and courses, for reading other files against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from planner.domain.instance import DEFAULT_AGE_BANDS, DEFAULT_GROUPS, AgeBand, Group
from planner.workbook.catalogue import load_catalogue
from planner.workbook.settings import DEFAULT_PLAN_START
from planner.workbook.tables import Table, TableRow

CohortKey = tuple[str, str, str]
"""Township, age band, group."""


@dataclass(frozen=True, slots=True)
class KnownCounty:
    """Names to compare with: ``townships`` as (name, county), empty when the workbook lists none; ``courses`` with the
    age bands they fit (``None``: all); ``cohorts`` gives persons where the workbook has them.
    """

    townships: tuple[tuple[str, str], ...] = ()
    courses: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    groups: tuple[Group, ...] = DEFAULT_GROUPS
    bands: tuple[AgeBand, ...] = DEFAULT_AGE_BANDS
    cohorts: Mapping[CohortKey, int] = field(default_factory=dict)
    plan_start: date = DEFAULT_PLAN_START


def catalogue_county() -> KnownCounty:
    """Return what is known without any workbook: the bundled courses, the default groups and age bands."""
    return KnownCounty(courses=_catalogue_courses())


def known_county(tables: Mapping[str, Table], plan_start: date) -> KnownCounty:
    """Return what the sheets of a workbook know; rows with faults are passed over."""
    courses = {
        str(row.get("course")): row.get("age_bands") for row in _rows(tables, "课程", "course")
    } or _catalogue_courses()
    groups = tuple(Group(str(row.get("group")), frozenset(row.tags)) for row in _rows(tables, "群体", "group"))
    bands = tuple(
        AgeBand(str(row.get("age_band")), int(row.get("min_age")), int(row.get("max_age")))
        for row in _rows(tables, "年龄段", "age_band", "min_age", "max_age")
    )
    cohorts = {
        (str(row.get("township")), str(row.get("age_band")), str(row.get("group"))): int(row.get("persons"))
        for row in _rows(tables, "劳动力", "township", "age_band", "group", "persons")
    }
    places = _rows(tables, "乡镇", "township")
    townships = tuple((str(row.get("township")), str(row.get("county") or "")) for row in places)
    return KnownCounty(townships, courses, groups or DEFAULT_GROUPS, bands or DEFAULT_AGE_BANDS, cohorts, plan_start)


def _rows(tables: Mapping[str, Table], sheet: str, *needed: str) -> list[TableRow]:
    table = tables.get(sheet)
    return [row for row in table.rows if all(alias in row.values for alias in needed)] if table else []


def _catalogue_courses() -> dict[str, frozenset[str] | None]:
    return {entry.course.name: entry.course.age_bands for entry in load_catalogue()}
