"""A plan to be evaluated: the record plan.json, or a workbook with the sheets 开班计划表 and 班级生源.

A bureau's own draft needs of 开班计划表 only 班级编号, 班级名称(期) or 课程, 承训机构, 培训地点, 开班日期 and 授课方式,
and of 班级生源 班级编号, 生源乡镇 and a column for each age band below its group. Every name is checked against the
workbook; whether the draft keeps the rules is not checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from planner.domain.instance import Form, Instance
from planner.domain.plan import Heads, PlannedClass
from planner.errors import BadInput, Fault
from planner.export.record import read_record, record_to_plan
from planner.reading.files.addresses import cell_name
from planner.workbook.cells import normalised, shown
from planner.workbook.sources import RawSheet, read_source

CLASSES, ORIGINS = "开班计划表", "班级生源"
_TERM = re.compile(r"第\d+期$")
_CLASS_HEADINGS = ("班级编号", "承训机构", "培训地点", "开班日期", "授课方式")


def read_draft(path: Path, instance: Instance) -> tuple[PlannedClass, ...]:
    """Classes of a plan.json, or of a workbook with the sheets 开班计划表 and 班级生源.

    Raises
    ------
    BadInput
        The file cannot be read, lacks a sheet or heading, or names something that the planning workbook lacks; every
        fault with its cell and what to do.
    """
    if path.suffix.lower() == ".json":
        classes = record_to_plan(read_record(path), path.name).classes
        _check_names(path.name, instance, classes)
        return classes
    return _Draft(path, instance).classes()


def _check_names(file: str, instance: Instance, classes: Iterable[PlannedClass]) -> None:
    known = _Known.of(instance)
    wrong = [
        Fault(file, "", "", f"班级 {one.id} 的{what}不在工作簿里", _text(name), "", "请选用由这份工作簿编制的方案")
        for one in classes
        for what, name, names in (
            ("课程", one.course, known.courses), ("机构", one.provider, known.providers),
            ("场地", one.venue, known.venues), ("开班周", one.start_week, known.weeks),
            *(("人群", (h.township, h.age_band, h.group), known.cohorts) for h in one.heads),
        )
        if name not in names
    ]  # fmt: skip
    if wrong:
        raise BadInput(wrong)


def _text(found: object) -> str:
    return " ".join(found) if isinstance(found, tuple) else str(found)


@dataclass(frozen=True, slots=True)
class _Known:
    """Names and weeks of a workbook; cohorts are those that wish for a course and have people."""

    courses: frozenset[str]
    providers: frozenset[str]
    venues: frozenset[str]
    weeks: frozenset[date]
    cohorts: frozenset[tuple[str, str, str]]

    @classmethod
    def of(cls, instance: Instance) -> _Known:
        people = {(k.township, k.age_band, k.group) for k in instance.cohorts if k.persons > 0}
        start = instance.settings.plan_start
        return cls(
            frozenset(course.name for course in instance.courses),
            frozenset(provider.name for provider in instance.providers),
            frozenset(venue.name for venue in instance.venues),
            frozenset(start + timedelta(weeks=week) for week in range(instance.settings.weeks)),
            frozenset(key for d in instance.demand if d.persons > 0 for key in [(d.township, d.age_band, d.group)]
                      if key in people),
        )


class _Draft:
    """The two sheets of a draft, with the faults found in them."""

    def __init__(self, path: Path, instance: Instance) -> None:
        self._file, self._known, self._faults = path.name, _Known.of(instance), list[Fault]()
        self._groups = {group.name for group in instance.groups}
        self._bands = {band.name for band in instance.age_bands}
        sheets = {sheet.name.strip(): sheet for sheet in read_source(path).sheets}
        missing = [name for name in (CLASSES, ORIGINS) if name not in sheets]
        if missing:
            raise BadInput([
                Fault(path.name, "", "", f"缺少表“{name}”", "、".join(sheets) or "没有任何表", f"{CLASSES}、{ORIGINS}",
                      "请按 plan.xlsx 的样式填写这两张表")
                for name in missing
            ])  # fmt: skip
        self._sheets = sheets

    def classes(self) -> tuple[PlannedClass, ...]:
        origins = self._origins()
        found = self._class_rows(origins)
        if self._faults:
            raise BadInput(self._faults)
        return tuple(found)

    def _class_rows(self, origins: dict[str, list[Heads]]) -> list[PlannedClass]:
        sheet = self._sheets[CLASSES]
        header = self._header(sheet, _CLASS_HEADINGS)
        if header is None:
            return []
        top, columns = header
        course_column = columns.get("课程", columns.get("班级名称(期)"))
        if course_column is None:
            self._add(sheet, top, 0, "缺少列“班级名称(期)”或“课程”", "", "", "在表头行补上这一列")
            return []
        found = []
        for number, row in enumerate(sheet.rows[top + 1 :], start=top + 1):
            identity = _cell(row, columns["班级编号"])
            if not normalised(identity) or normalised(identity) == "合计":
                continue
            name = normalised(identity)
            course = _TERM.sub("", normalised(_cell(row, course_column)))
            self._known_name(sheet, number, course_column, course, "课程", self._known.courses)
            provider, venue = (normalised(_cell(row, columns[heading])) for heading in ("承训机构", "培训地点"))
            self._known_name(sheet, number, columns["承训机构"], provider, "机构", self._known.providers)
            self._known_name(sheet, number, columns["培训地点"], venue, "场地", self._known.venues)
            week = self._week(sheet, number, columns["开班日期"], _cell(row, columns["开班日期"]))
            word = str(_cell(row, columns["授课方式"]) or "").strip()[:2]
            if word not in set(Form):
                self._add(sheet, number, columns["授课方式"], "授课方式读不懂", word, "集中、分散", "填 集中 或 分散")
                word = Form.FULL_TIME.value
            if name not in origins:
                self._add(sheet, number, columns["班级编号"], f"表“{ORIGINS}”里没有这个班的学员", name, "",
                          f"在“{ORIGINS}”为该班填写生源")
            heads = tuple(origins.get(name, ()))
            found.append(PlannedClass(name, course, provider, venue, Form(word), week, week, heads))
        return found

    def _origins(self) -> dict[str, list[Heads]]:
        sheet = self._sheets[ORIGINS]
        header = self._header(sheet, ("班级编号", "生源乡镇"))
        if header is None:
            return {}
        top, columns = header
        cohorts = self._cohort_columns(sheet, top)
        if not cohorts:
            self._add(sheet, top, 0, "看不出各列是哪个群体、哪个年龄段", "", "群体在上、年龄段在下的两行表头",
                      "请按 plan.xlsx 的样式填写表头")
        heads: dict[str, list[Heads]] = {}
        for number, row in enumerate(sheet.rows[top + 2 :], start=top + 2):
            name, township = (normalised(_cell(row, columns[heading])) for heading in ("班级编号", "生源乡镇"))
            if not name or name == "合计" or township.startswith("小计"):
                continue
            for column, (group, band) in cohorts.items():
                persons = _cell(row, column)
                if persons in (None, ""):
                    continue
                if not isinstance(persons, int | float) or persons != int(persons) or persons < 0:
                    self._add(sheet, number, column, "人数不是整数", shown(persons), "0 或正整数", "只填数字")
                elif persons:
                    if (township, band, group) not in self._known.cohorts:
                        self._add(sheet, number, column, "工作簿里没有这类愿意参训的人", f"{township} {band} {group}",
                                  "“需求”里有的乡镇、年龄段和群体", "核对乡镇名称和所在列")
                    heads.setdefault(name, []).append(Heads(township, band, group, int(persons)))
        return heads

    def _cohort_columns(self, sheet: RawSheet, top: int) -> dict[int, tuple[str, str]]:
        """Columns by the group in the heading row (merged to the right) and the age band in the row below."""
        groups = [normalised(cell) for cell in sheet.rows[top]]
        bands = [normalised(cell) for cell in sheet.rows[top + 1]] if top + 1 < len(sheet.rows) else []
        found, group = {}, ""
        for column, band in enumerate(bands):
            group = (groups[column] if column < len(groups) else "") or group
            if group in self._groups and band in self._bands:
                found[column] = (group, band)
        return found

    def _header(self, sheet: RawSheet, wanted: tuple[str, ...]) -> tuple[int, dict[str, int]] | None:
        for number, row in enumerate(sheet.rows[:10]):
            columns = {normalised(cell).replace(" ", ""): column for column, cell in enumerate(row) if cell}
            if wanted[0] in columns:
                lacking = [heading for heading in wanted if heading not in columns]
                for heading in lacking:
                    self._add(sheet, number, 0, f"缺少列“{heading}”", "", "、".join(wanted), "在表头行补上这一列")
                return None if lacking else (number, columns)
        self._add(sheet, 0, 0, "找不到表头", "", f"前 10 行里有“{wanted[0]}”", "请按 plan.xlsx 的样式填写表头")
        return None

    def _known_name(
        self, sheet: RawSheet, row: int, column: int, name: str, what: str, known: frozenset[str]
    ) -> None:
        if name not in known:
            listed = "、".join(sorted(known)[:8]) + ("……" if len(known) > 8 else "")
            self._add(sheet, row, column, f"工作簿里没有这个{what}", name, listed, f"改成“{what}”表中的名称")

    def _week(self, sheet: RawSheet, row: int, column: int, found: Any) -> date:
        day = found.date() if isinstance(found, datetime) else found
        if isinstance(day, date):
            monday = day - timedelta(days=day.weekday())
            if monday in self._known.weeks:
                return monday
        self._add(sheet, row, column, "开班日期不是计划期内的日期", shown(found), "如 2026-03-02", "填写日期")
        return min(self._known.weeks)

    def _add(
        self, sheet: RawSheet, row: int, column: int, problem: str, found: str, allowed: str, remedy: str
    ) -> None:
        place = cell_name(row + 1, column + 1)
        self._faults.append(Fault(self._file, sheet.name, place, problem, found, allowed, remedy))


def _cell(row: list[Any], column: int) -> Any:
    return row[column] if column < len(row) else None
