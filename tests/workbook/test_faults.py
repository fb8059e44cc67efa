"""Every fault is found at its cell, with what is wrong, what is allowed and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.workbook.builders import (
    MIDDLE,
    YOUNG,
    added,
    changed,
    faults_of,
    full_tables,
    minimal_tables,
    without_column,
    without_sheet,
)


def only_fault(folder: Path, tables):
    faults = faults_of(folder, tables)
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


CELL_FAULTS = {
    # sheet, data row, changed cells, place, part of the sentence
    "negative-persons": ("需求", 0, {"愿意人数": -3}, "需求!E2", "愿意人数不能为负（现为“-3”）"),
    "fractional-persons": ("劳动力", 1, {"可参训人数": 2.5}, "劳动力!D3", "可参训人数应为整数（现为“2.5”）"),
    "number-with-text": ("需求", 0, {"愿意人数": "约50人"}, "需求!E2", "只写数字"),
    "not-a-number": ("需求", 0, {"愿意人数": "NaN"}, "需求!E2", "愿意人数应为数字"),
    "infinite": ("资金", 0, {"金额": "inf"}, "资金!B2", "金额应为数字"),
    "huge-number": ("需求", 0, {"愿意人数": 1e15}, "需求!E2", "数值过大"),
    "date-as-words": ("资金", 0, {"开始": "三月初"}, "资金!C2", "开始不是日期（现为“三月初”）"),
    "date-as-serial": ("资金", 0, {"开始": 46027}, "资金!C2", "显示为 2026-01-05"),
    "impossible-date": ("资金", 0, {"开始": "2026-02-30"}, "资金!C2", "不是日期"),
    "date-of-the-wrong-century": ("资金", 0, {"截止": "2206-01-05"}, "资金!D2", "年份不在"),
    "share-above-one": ("转化率", 0, {"毛就业率": 60}, "转化率!D2", "0.3 或 30%"),
    "share-below-zero": ("农时", 0, {"农忙指数": -0.1}, "农时!C2", "农忙指数不能为负"),
    "min-above-max-size": ("课程", 1, {"最小班额": 41}, "课程!G3", "最小班额 41 大于最大班额 40"),
    "theory-above-class-days": ("课程", 0, {"理论课日": 11}, "课程!F2", "理论课日多于课日"),
    "neither-form": ("课程", 0, {"可集中": "否", "可分散": "否"}, "课程!N2", "既不可集中也不可分散"),
    "longer-than-the-plan": ("课程", 0, {"课日": 200}, "课程!E2", "集中班最多上 125 个课日，这门课永远开不了班"),
    "no-class-days": ("课程", 0, {"课日": 0}, "课程!E2", "课日不能小于 1"),
    "negative-money": ("课程", 0, {"每人补贴": -1}, "课程!I2", "每人补贴不能为负"),
    "three-decimals": ("资金", 0, {"金额": 100.125}, "资金!B2", "超过两位小数"),
    "unknown-training-type": ("课程", 0, {"培训类型": "学徒"}, "课程!D2", "自主、双证、项目、品牌、订单"),
    "overlapping-seasons": ("课程", 1, {"季节窗口": "02-01~03-15、03-10~05-25"}, "课程!Q3", "各段互相重叠"),
    "seasons-overlap-over-new-year": ("课程", 1, {"季节窗口": "11-01~01-20、01-10~02-10"}, "课程!Q3", "各段互相重叠"),
    "malformed-season": ("课程", 1, {"季节窗口": "春季"}, "课程!Q3", "MM-DD~MM-DD"),
    "leap-day-season": ("课程", 1, {"季节窗口": "02-01~02-29"}, "课程!Q3", "每年都有"),
    "unknown-yes-no": ("课程", 0, {"可集中": "也许"}, "课程!M2", "只能填 是 或 否"),
    "coordinates-by-half": ("乡镇", 0, {"纬度": None}, "乡镇!D2", "有坐标但纬度未填"),
    "unknown-calendar": ("乡镇", 0, {"农时类型": "三熟"}, "乡镇!C2", "没有名为“三熟”的农时"),
    "unknown-township": ("需求", 1, {"乡镇": "山香"}, "需求!A3", "没有名为“山香”的乡镇"),
    "unknown-age-band": ("劳动力", 0, {"年龄段": "青年"}, "劳动力!B2", "没有名为“青年”的年龄段"),
    "unknown-group": ("劳动力", 0, {"群体": "残疾人"}, "劳动力!C2", "没有名为“残疾人”的群体"),
    "course-missing-from-list": ("需求", 0, {"课程": "焊接工"}, "需求!D2", "是否为“焊工”？"),
    "unknown-course-in-rates": ("转化率", 0, {"课程": "钳工"}, "转化率!A2", "没有名为“钳工”的课程"),
    "unknown-course-in-history": ("历史", 0, {"课程": "钳工"}, "历史!A2", "没有名为“钳工”的课程"),
    "unknown-provider-in-history": ("历史", 0, {"机构": "技校"}, "历史!D2", "没有名为“技校”的机构"),
    "unknown-base": ("机构", 0, {"驻地": "城关"}, "机构!B2", "没有名为“城关”的乡镇"),
    "unknown-accredited-course": ("承训", 0, {"课程": "钳工"}, "承训!B2", "没有名为“钳工”的课程"),
    "unknown-accredited-provider": ("承训", 0, {"机构": "技校"}, "承训!A2", "没有名为“技校”的机构"),
    "unknown-township-of-venue": ("场地", 0, {"乡镇": "城关"}, "场地!B2", "没有名为“城关”的乡镇"),
    "unknown-origin": ("路程", 0, {"起": "城关"}, "路程!A2", "没有名为“城关”的乡镇"),
    "unknown-age-band-of-course": ("课程", 0, {"适合年龄段": f"{YOUNG}、少年"}, "课程!L2", "没有名为“少年”的年龄段"),
    "unknown-age-band-of-vacancy": ("岗位", 0, {"年龄段": "少年"}, "岗位!G2", "没有名为“少年”的年龄段"),
    "unknown-fund": ("资金用途", 0, {"资金": "市级"}, "资金用途!A2", "没有名为“市级”的资金"),
    "unknown-tag-of-fund": ("资金用途", 1, {"标签": "易迁"}, "资金用途!C3", "没有名为“易迁”的标签"),
    "unknown-county-of-fund": ("资金用途", 1, {"区县": "威宁县"}, "资金用途!E3", "没有名为“威宁县”的区县"),
    "unknown-cost-kind": ("资金用途", 0, {"费用": "餐费"}, "资金用途!B2", "培训补贴、考证费、生活补贴、办班费、全部"),
    "class-cost-with-tag": ("资金用途", 1, {"费用": "办班费"}, "资金用途!C3", "办班费不分群体"),
    "unknown-industry": ("任务", 0, {"产业": "渔业"}, "任务!G2", "没有名为“渔业”的产业"),
    "unknown-tag-of-target": ("任务", 0, {"标签": "退役"}, "任务!E2", "没有名为“退役”的标签"),
    "unknown-measure": ("任务", 0, {"指标": "人次"}, "任务!B2", "人数、班数"),
    "unknown-relation": ("任务", 0, {"关系": "="}, "任务!K2", ">=、<="),
    "unknown-strength": ("任务", 0, {"性质": "争取"}, "任务!M2", "必须、尽量"),
    "classes-by-tag": ("任务", 1, {"标签": "脱贫"}, "任务!E3", "班数指标不能按标签筛选"),
    "classes-by-age": ("任务", 1, {"年龄段": YOUNG}, "任务!F3", "班数指标不能按年龄段筛选"),
    "unknown-provider-of-lock": ("固定班", 0, {"机构": "技校"}, "固定班!B2", "没有名为“技校”的机构"),
    "unknown-venue-of-lock": ("固定班", 0, {"场地": "礼堂"}, "固定班!C2", "没有名为“礼堂”的场地"),
    "unknown-lock-kind": ("固定班", 0, {"要求": "尽量开"}, "固定班!G2", "必须开、禁止"),
    "lock-not-on-monday": ("固定班", 0, {"开班周": date(2026, 4, 7)}, "固定班!E2", "改为当周的周一 2026-04-06"),
    "lock-outside-horizon": ("固定班", 0, {"开班周": date(2027, 4, 5)}, "固定班!E2", "开班周不在计划期内"),
    "forbidden-with-persons": ("固定班", 1, {"人数": 20}, "固定班!F3", "禁止的班不能填人数"),
    "teacher-of-unknown-course": ("教师", 0, {"课程": "焊工、钳工"}, "教师!C2", "没有名为“钳工”的课程"),
    "teacher-of-unknown-provider": ("教师", 0, {"机构": "技校"}, "教师!B2", "没有名为“技校”的机构（现为“技校”）"),
    "teacher-without-provider": ("教师", 0, {"机构": None}, "教师!B2", "机构未填"),
    "teacher-without-course": ("教师", 0, {"课程": None}, "教师!C2", "课程未填"),
    "unknown-teacher-kind": ("教师", 0, {"类型": "双师"}, "教师!D2", "理论、实操、均可"),
    "malformed-unavailability": ("教师", 0, {"不可用": "每周五"}, "教师!E2", "2026-03-01~2026-03-10"),
    "unavailability-as-words": ("教师", 0, {"不可用": "农忙时"}, "教师!E2", "不可用写法不对（现为“农忙时”）"),
    "unavailability-partly-words": ("教师", 0, {"不可用": "2026-04-01、秋收"}, "教师!E2", "不可用写法不对"),
    "unavailability-without-year": ("教师", 0, {"不可用": "4月1日至4月5日"}, "教师!E2", "写成 2026-03-01"),
    "unavailability-as-serial": ("教师", 0, {"不可用": 46113}, "教师!E2", "不可用写法不对"),
    "inverted-unavailability": ("教师", 0, {"不可用": "2026-04-03~2026-04-01"}, "教师!E2", "开始晚于截止"),
    "inverted-fund-dates": ("资金", 0, {"截止": date(2025, 12, 31)}, "资金!D2", "截止早于开始 2026-01-01"),
    "inverted-vacancy-dates": ("岗位", 0, {"截止": date(2026, 3, 1)}, "岗位!F2", "截止早于开始 2026-04-01"),
    "overlapping-age-bands": ("年龄段", 1, {"最小": 39}, "年龄段!B3", "重叠"),
    "inverted-age-band": ("年龄段", 0, {"最小": 40, "最大": 16}, "年龄段!C2", "最大小于最小"),
    "busy-week-not-on-monday": ("农时", 0, {"周一日期": date(2026, 5, 5)}, "农时!B2", "改为当周的周一 2026-05-04"),
    "crop-form-without-end": ("农时", 1, {"结束": None}, "农时!G3", "结束未填"),
    "both-farming-forms-in-a-row": ("农时", 0, {"作物": "玉米"}, "农时!A2", "混用两种写法"),
    "both-farming-forms-of-a-calendar": ("农时", 1, {"农时类型": "一熟"}, "农时!A3", "用了两种写法"),
    "more-employed-than-trained": ("历史", 0, {"三月就业": 41}, "历史!G2", "多于参训人数"),
    "rate-row-without-rates": ("转化率", 0, {"毛就业率": None, "净增就业率": None}, "转化率!A2", "至少填一项"),
    "attendance-not-from-zero": ("出勤", 2, {"指数下限": 0.1}, "出勤!B4", "没有从 0 开始"),
    "tag-neither-yes-nor-no": ("群体", 0, {"脱贫": "部分"}, "群体!B2", "标签列“脱贫”只能填 是 或 否"),
    "required-cell-empty": ("需求", 0, {"愿意人数": None}, "需求!E2", "愿意人数未填"),
    "formula-error": ("课程", 0, {"最小班额": "#N/A"}, "课程!G2", "公式错误"),
    "zero-weeks": ("参数", 1, {"值": 0}, "参数!B3", "计划周数不能小于 1"),
    "start-not-on-monday": ("参数", 0, {"值": date(2026, 3, 3)}, "参数!B2", "计划开始不是周一"),
    "setting-of-wrong-type": ("参数", 1, {"值": "一年"}, "参数!B3", "计划周数应为数字（现为“一年”）"),
    "unknown-setting": ("参数", 1, {"参数": "计划周期"}, "参数!A3", "是否为“计划周数”？"),
    "unknown-holiday-kind": ("节假日", 0, {"类型": "假"}, "节假日!B2", "休、班"),
}


@pytest.mark.parametrize("fault", CELL_FAULTS)
def test_a_wrong_cell_is_named(tmp_path: Path, fault: str):
    sheet, row, cells, place, sentence = CELL_FAULTS[fault]
    found = only_fault(tmp_path, changed(full_tables(), sheet, row, **cells))
    assert found.place == place
    assert sentence in str(found)
    assert found.file == "计划.xlsx"
    assert found.allowed or found.remedy


DUPLICATES = {
    "参数": "A4",
    "乡镇": "A4",
    "农时": "A4",
    "群体": "A4",
    "年龄段": "A5",
    "劳动力": "A4",
    "需求": "A4",
    "课程": "A4",
    "转化率": "A4",
    "机构": "A3",
    "承训": "A4",
    "场地": "A4",
    "路程": "A3",
    "岗位": "A3",
    "资金": "A4",
    "资金用途": "A4",
    "任务": "A4",
    "固定班": "A4",
    "教师": "A3",
    "节假日": "A4",
    "出勤": "A5",
}


@pytest.mark.parametrize("sheet", DUPLICATES)
def test_a_repeated_key_names_both_cells(tmp_path: Path, sheet: str):
    tables = full_tables()
    faults = faults_of(tmp_path, added(tables, sheet, dict(tables[sheet][0])))
    repeated = [fault for fault in faults if fault.problem.startswith("重复")]
    assert [fault.place for fault in repeated] == [f"{sheet}!{DUPLICATES[sheet]}"]
    assert "与 A2 " in repeated[0].problem


def test_history_may_repeat_a_course_for_another_year(tmp_path: Path):
    tables = full_tables()
    assert faults_of(tmp_path, added(tables, "历史", dict(tables["历史"][0]))) == ()


@pytest.mark.parametrize("sheet", ["需求", "资金"])
def test_an_indispensable_sheet_that_is_missing_is_named(tmp_path: Path, sheet: str):
    found = only_fault(tmp_path, without_sheet(minimal_tables(), sheet))
    assert found.place == sheet
    assert f"缺少表“{sheet}”" in found.problem
    assert "表头为" in found.remedy


@pytest.mark.parametrize("sheet", ["需求", "资金"])
def test_an_indispensable_sheet_without_rows_is_named(tmp_path: Path, sheet: str):
    tables = minimal_tables() | {sheet: []}
    assert "没有数据行" in only_fault(tmp_path, tables).problem


def test_a_missing_required_column_names_the_headings_found(tmp_path: Path):
    found = only_fault(tmp_path, without_column(full_tables(), "劳动力", "可参训人数"))
    assert found.place == "劳动力"
    assert "缺少必需的列“可参训人数”" in found.problem
    assert "乡镇、年龄段、群体" in found.found


def test_the_same_heading_twice_names_both_cells(tmp_path: Path):
    found = only_fault(tmp_path, changed(minimal_tables(), "资金", 0, amount=5))
    assert found.place == "资金!C1"
    assert "与 B1 同为“金额”" in found.problem


def test_a_fund_without_a_rule_is_named(tmp_path: Path):
    tables = full_tables()
    tables["资金用途"] = tables["资金用途"][:1]
    found = only_fault(tmp_path, tables)
    assert found.place == "资金!A3"
    assert "没有任何一行" in found.problem


def test_an_opposite_travel_time_must_agree(tmp_path: Path):
    found = only_fault(tmp_path, added(full_tables(), "路程", {"起": "河镇", "到": "山乡", "分钟": 50}))
    assert found.place == "路程!C3"
    assert "C2 的反向路程不同（35 分钟）" in found.problem


def test_attendance_of_both_forms_is_needed(tmp_path: Path):
    tables = full_tables()
    tables["出勤"] = tables["出勤"][:2]
    assert "缺少分散班的出勤率" in only_fault(tmp_path, tables).problem


def test_a_course_unknown_to_the_catalogue_needs_the_course_sheet(tmp_path: Path):
    found = only_fault(tmp_path, changed(minimal_tables(), "需求", 0, 课程="潜水"))
    assert found.place == "需求!D2"
    assert "内置课程目录里没有“潜水”" in found.problem


def test_an_allowance_tag_nobody_knows_is_named(tmp_path: Path):
    found = only_fault(tmp_path, added(full_tables(), "参数", {"参数": "生活补贴标签", "值": "退役"}))
    assert found.place == "参数!B4"
    assert "没有名为“退役”的标签" in found.problem


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("督查员", "督查员不能小于 1（现为“0”）；允许：整数，不小于 1；每班必查至少要 1 名督查员"),
        (
            "每员每日督查",
            "每员每日督查不能小于 1（现为“0”）；允许：整数，不小于 1；每班必查要督查员每天至少能查 1 个班",
        ),
    ],
)
def test_nobody_to_inspect_is_a_fault_at_its_setting(tmp_path: Path, setting: str, sentence: str):
    found = only_fault(tmp_path, added(full_tables(), "参数", {"参数": setting, "值": 0}))
    assert found.place == "参数!B4"
    assert sentence in str(found)


@pytest.mark.parametrize(
    ("course", "most"),
    [
        # One week of five working days, in which a part-time class has three.
        ({"课日": 6}, "集中班最多上 5 个课日"),
        ({"课日": 4, "可集中": "否"}, "分散班最多上 3 个课日"),
    ],
)
def test_a_course_of_more_days_than_the_plan_leaves_is_named(tmp_path: Path, course: dict, most: str):
    one_week = {"课日": 3, "理论课日": 1}
    tables = changed(full_tables(), "课程", 0, **one_week | course)
    tables = changed(changed(tables, "课程", 1, **one_week), "参数", 1, 值=1)
    tables = without_sheet(tables, "固定班", "节假日")
    found = only_fault(tmp_path, tables)
    assert (found.place, found.found) == ("课程!E2", str(course["课日"]))
    assert f"2026-03-02 至 2026-03-08 的计划期里，{most}，这门课永远开不了班" in found.problem
    assert "课时" in found.remedy


@pytest.mark.parametrize("days_off", [("2026-03-04",), ("2026-03-04", "2026-03-05", "2026-03-07")])
def test_days_off_and_make_up_days_count_for_the_longest_course(tmp_path: Path, days_off: tuple[str, ...]):
    """Of five working days some are off; an odd Saturday off changes nothing."""
    left = 5 - sum(day < "2026-03-07" for day in days_off)
    tables = without_sheet(changed(full_tables(), "参数", 1, 值=1), "固定班")
    tables["节假日"] = [{"日期": day, "类型": "休"} for day in days_off]
    fitting = changed(changed(tables, "课程", 0, 课日=left, 理论课日=1), "课程", 1, 课日=1, 理论课日=1)
    assert faults_of(tmp_path, fitting) == ()
    longer = changed(fitting, "课程", 0, 课日=left + 1)
    assert f"最多上 {left} 个课日" in only_fault(tmp_path, longer).problem
    longer["节假日"].append({"日期": "2026-03-08", "类型": "班"})
    assert faults_of(tmp_path, changed(longer, "参数", 1, 值=1)) == ()


def test_all_faults_come_in_one_answer_in_the_order_of_the_sheets(tmp_path: Path):
    tables = changed(full_tables(), "资金", 0, 金额=-1)
    tables = changed(tables, "需求", 1, 愿意人数=1.5, 群体="谁")
    tables = changed(tables, "课程", 0, 课日="十天")
    places = [fault.place for fault in faults_of(tmp_path, tables)]
    assert places == ["需求!C3", "需求!E3", "课程!E2", "资金!B2"]


@pytest.mark.parametrize("text", ["2026-03-02", "2026/3/2", "2026年3月2日", "２０２６－０３－０２", " 2026-03-02 "])
def test_a_date_may_be_written_as_text(tmp_path: Path, text: str):
    assert faults_of(tmp_path, changed(full_tables(), "参数", 0, 值=text)) == ()


@pytest.mark.parametrize("text", ["３０", " 30 ", "30.0", "1,000"])
def test_a_number_may_be_written_as_text(tmp_path: Path, text: str):
    assert faults_of(tmp_path, changed(full_tables(), "需求", 0, 愿意人数=text)) == ()


@pytest.mark.parametrize("sign", ["≥", ">=", "＞＝"])
def test_a_relation_has_synonyms(tmp_path: Path, sign: str):
    assert faults_of(tmp_path, changed(full_tables(), "任务", 0, 关系=sign)) == ()


@pytest.mark.parametrize("separator", ["、", ",", "，", ";", "；"])
def test_a_list_accepts_the_usual_separators(tmp_path: Path, separator: str):
    assert faults_of(tmp_path, changed(full_tables(), "课程", 0, 适合年龄段=f"{YOUNG}{separator}{MIDDLE}")) == ()
