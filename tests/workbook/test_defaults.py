"""Every default of the contract, and the sentence about it in the plan's assumptions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.domain.instance import DEFAULT_AGE_BANDS, DEFAULT_ATTENDANCE, DEFAULT_GROUPS, Cohort, Objective, Settings
from planner.workbook.schema import SETTINGS, SHEETS
from tests.workbook.builders import (
    MIDDLE,
    YOUNG,
    added,
    changed,
    full_tables,
    minimal_tables,
    read_tables,
    without_column,
)


def sentences(instance, sheet: str) -> list[str]:
    return [text for text in instance.assumptions if text.startswith(f"{sheet}：")]


def cell_defaults():
    """Every optional column with a worded default, and what an empty cell becomes."""
    return {
        ("乡镇", "区县"): ("townships", "county", ""),
        ("乡镇", "农时类型"): ("townships", "calendar", ""),
        ("乡镇", "经度"): ("townships", "lon", None),
        ("乡镇", "纬度"): ("townships", "lat", None),
        ("乡镇", "偏远"): ("townships", "remote", False),
        ("乡镇", "赶集"): ("townships", "market_days", ""),
        ("课程", "工种"): ("courses", "occupation", "课程的名称"),
        ("课程", "产业"): ("courses", "industry", ""),
        ("课程", "培训类型"): ("courses", "training_type", "项目"),
        ("课程", "理论课日"): ("courses", "theory_days", 4),
        ("课程", "最小班额"): ("courses", "min_size", 20),
        ("课程", "最大班额"): ("courses", "max_size", 50),
        ("课程", "每人考证费"): ("courses", "exam_fee_cents", 0),
        ("课程", "每班固定费"): ("courses", "class_cost_cents", 0),
        ("课程", "适合年龄段"): ("courses", "age_bands", None),
        ("课程", "可集中"): ("courses", "full_time", True),
        ("课程", "可分散"): ("courses", "part_time", True),
        ("课程", "可下乡"): ("courses", "mobile", True),
        ("课程", "设备"): ("courses", "equipment", frozenset()),
        ("课程", "季节窗口"): ("courses", "season", ()),
        ("转化率", "毛就业率"): ("conversion", "gross", None),
        ("转化率", "净增就业率"): ("conversion", "uplift", None),
        ("机构", "驻地"): ("providers", "base", None),
        ("机构", "同时开班上限"): ("providers", "teams", 3),
        ("机构", "年度班数上限"): ("providers", "annual_classes", None),
        ("机构", "质量系数"): ("providers", "quality", 1.0),
        ("机构", "可下乡"): ("providers", "mobile", True),
        ("机构", "下乡每班费"): ("providers", "outreach_cost_cents", 0),
        ("承训", "同时开班上限"): ("accreditations", "teams", 2),
        ("场地", "同时班数"): ("venues", "rooms", 1),
        ("场地", "座位"): ("venues", "seats", 50),
        ("场地", "设备"): ("venues", "equipment", frozenset()),
        ("岗位", "去向"): ("pools", "place", ""),
        ("岗位", "开始"): ("pools", "first_day", None),
        ("岗位", "截止"): ("pools", "last_day", None),
        ("岗位", "年龄段"): ("pools", "age_bands", None),
        ("资金", "开始"): ("funds", "first_day", None),
        ("资金", "截止"): ("funds", "last_day", None),
        ("任务", "性质"): ("targets", "hard", True),
        ("固定班", "班数"): ("locks", "number", 1),
        ("教师", "类型"): ("teachers", "kind", "均可"),
        ("教师", "不可用"): ("teachers", "unavailable", ()),
    }


def test_every_worded_default_of_the_schema_is_tested():
    worded = {
        (sheet.name, column.heading)
        for sheet in SHEETS
        for column in sheet.columns
        if column.default_text and sheet.record
    }
    assert set(cell_defaults()) == worded


@pytest.mark.parametrize(("sheet", "heading"), cell_defaults())
def test_a_column_left_out_takes_its_default_and_says_so(tmp_path: Path, sheet: str, heading: str):
    attribute, field, expected = cell_defaults()[sheet, heading]
    tables = full_tables()
    if heading == "区县":
        tables = changed(changed(tables, "资金用途", 1, 区县=None), "任务", 1, 区县=None)
    for left_out in ("经度", "纬度") if heading in ("经度", "纬度") else (heading,):
        tables = without_column(tables, sheet, left_out)
    instance = read_tables(tmp_path, tables)
    records = getattr(instance, attribute)
    for record in records:
        assert getattr(record, field) == (record.name if heading == "工种" else expected)
    assert any(f"{len(records)} " in text and f"未填{heading}，按" in text for text in sentences(instance, sheet))


def test_empty_cells_of_a_column_are_counted_in_one_sentence(tmp_path: Path):
    instance = read_tables(tmp_path, without_column(full_tables(), "课程", "最小班额"))
    assert "课程：2 门课程未填最小班额，按 20 人" in instance.assumptions


def test_theory_days_are_two_fifths_of_the_class_days_rounded(tmp_path: Path):
    for class_days, theory_days in ((1, 0), (2, 1), (3, 1), (4, 2), (7, 3), (12, 5)):
        tables = changed(full_tables(), "课程", 0, 课日=class_days, 理论课日=None)
        course = next(course for course in read_tables(tmp_path, tables).courses if course.name == "焊工")
        assert course.theory_days == theory_days


def test_an_unpriced_soft_target_costs_a_fifth_of_a_job(tmp_path: Path):
    instance = read_tables(tmp_path, changed(full_tables(), "任务", 0, 每缺一代价=None))
    assert instance.targets[0].penalty == 0.2
    assert "任务：1 项“尽量”任务未填每缺一代价，按 0.2" in instance.assumptions


def test_the_settings_take_the_contracts_defaults(tmp_path: Path):
    settings = read_tables(tmp_path, minimal_tables()).settings
    assert settings == Settings(plan_start=date(2026, 1, 5))
    assert (settings.weeks, settings.objective, settings.living_allowance_cents) == (52, Objective.GROSS, 4000)


def test_every_setting_left_out_is_named_in_one_sentence(tmp_path: Path):
    (sentence,) = sentences(read_tables(tmp_path, minimal_tables()), "参数")
    assert all(setting.heading in sentence for setting in SETTINGS)
    assert "计划周数 52 周" in sentence
    assert "生活补贴 40.00 元" in sentence


def test_settings_may_be_written_in_english(tmp_path: Path):
    rows = [{"key": "plan_start", "value": "2026-03-02"}, {"key": "objective", "value": "uplift"}]
    settings = read_tables(tmp_path, minimal_tables() | {"settings": rows}).settings
    assert settings == Settings(plan_start=date(2026, 3, 2), objective=Objective.UPLIFT)


@pytest.mark.parametrize("sheet", [sheet.name for sheet in SHEETS if sheet.default_text])
def test_an_absent_sheet_is_stated_in_the_assumptions(tmp_path: Path, sheet: str):
    assert any("未提供此表" in text for text in sentences(read_tables(tmp_path, minimal_tables()), sheet))


@pytest.mark.parametrize("sheet", [sheet.name for sheet in SHEETS if sheet.default_text])
def test_an_empty_sheet_counts_as_an_absent_one(tmp_path: Path, sheet: str):
    empty = minimal_tables() | {sheet: []}
    assert read_tables(tmp_path, empty) == read_tables(tmp_path, minimal_tables())


def test_absent_sheets_take_their_defaults(tmp_path: Path):
    instance = read_tables(tmp_path, minimal_tables())
    assert [township.name for township in instance.townships] == ["河镇"]
    assert set(instance.groups) == set(DEFAULT_GROUPS)
    assert instance.age_bands == DEFAULT_AGE_BANDS
    assert instance.attendance == DEFAULT_ATTENDANCE
    assert instance.cohorts == (Cohort("河镇", YOUNG, "一般", 30),)
    assert [provider.name for provider in instance.providers] == ["全县统一承训"]
    assert [(venue.name, venue.rooms, venue.seats) for venue in instance.venues] == [("河镇", 1, 50)]
    assert (instance.accreditations, instance.pools, instance.fund_rules) == (None, None, None)
    assert instance.travel == instance.busy_weeks == instance.crop_activities == instance.conversion == ()


def test_without_a_course_sheet_the_catalogue_answers(tmp_path: Path):
    (course,) = read_tables(tmp_path, minimal_tables()).courses
    assert (course.name, course.class_days, course.theory_days, course.subsidy_cents) == ("钢筋工", 8, 2, 90000)
    assert course.age_bands == {YOUNG, MIDDLE}


def test_the_catalogues_age_bands_are_carried_to_other_bands(tmp_path: Path):
    bands = [{"年龄段": "青壮年", "最小": 16, "最大": 50}, {"年龄段": "老年", "最小": 51, "最大": 65}]
    tables = changed(minimal_tables(), "需求", 0, 年龄段="青壮年") | {"年龄段": bands}
    (course,) = read_tables(tmp_path, tables).courses
    assert course.age_bands == {"青壮年"}


def test_a_cohort_left_out_of_the_list_takes_the_sum_of_its_demand(tmp_path: Path):
    tables = added(full_tables(), "需求", full_tables()["需求"][0] | {"课程": "果树管护", "愿意人数": 5})
    tables["劳动力"] = tables["劳动力"][1:]
    instance = read_tables(tmp_path, tables)
    assert Cohort("河镇", YOUNG, "一般", 35) in instance.cohorts
    assert any("1 个乡镇、年龄段、群体的组合未列" in text for text in sentences(instance, "劳动力"))


def test_all_and_empty_mean_no_filter(tmp_path: Path):
    instance = read_tables(tmp_path, full_tables())
    assert all(target.township is None for target in instance.targets)
    rule = next(rule for rule in instance.fund_rules if rule.fund == "省级资金")
    assert (rule.kind, rule.tag, rule.training_type, rule.county) == (None, None, None, None)
    emptied = changed(full_tables(), "资金用途", 0, 费用=None, 标签=None, 培训类型=None, 区县=None)
    assert read_tables(tmp_path, emptied).fund_rules == instance.fund_rules


def test_a_year_without_published_holidays_has_new_years_day_off(tmp_path: Path):
    tables = added(minimal_tables(), "参数", {"参数": "计划开始", "值": date(2027, 1, 4)})
    instance = read_tables(tmp_path, tables)
    assert instance.days_off == {date(2027, 1, 1)}
    assert instance.make_up_days == frozenset()
    assert any("2027 年放假安排尚未公布" in text for text in sentences(instance, "节假日"))


def test_the_published_calendar_has_its_make_up_days(tmp_path: Path):
    instance = read_tables(tmp_path, minimal_tables())
    assert date(2026, 2, 17) in instance.days_off
    assert {date(2026, 2, 14), date(2026, 2, 28)} <= instance.make_up_days
    assert all(day.weekday() < 5 for day in instance.days_off)
    assert all(day.weekday() >= 5 for day in instance.make_up_days)


def test_the_year_of_the_last_exams_is_known_too(tmp_path: Path):
    """A plan that ends on 27 December 2026 may have exams on its fifth working day after: not on 1 January."""
    tables = added(minimal_tables(), "参数", {"参数": "计划开始", "值": date(2025, 12, 29)})
    assert date(2027, 1, 1) in read_tables(tmp_path, tables).days_off


def test_providers_without_a_listed_teacher_are_named(tmp_path: Path):
    tables = added(full_tables(), "机构", full_tables()["机构"][0] | {"机构": "民校"})
    assert "教师：1 家机构未列教师，按同时开班上限的 2 倍配备：民校" in read_tables(tmp_path, tables).assumptions


def test_the_full_workbook_assumes_only_what_it_leaves_empty(tmp_path: Path):
    instance = read_tables(tmp_path, full_tables())
    assert not any("未提供此表" in text for text in instance.assumptions)
