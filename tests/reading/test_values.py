"""What each way of filling a cell is read as, and what is said about it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.reading.values import (
    CellValue,
    Dimension,
    Level,
    RowKind,
    check_columns_foot,
    check_rows_foot,
    column_unit_doubt,
    compare_age,
    parse_unit,
    read_age,
    read_age_range,
    read_count,
    read_date,
    read_days,
    read_identity,
    read_money,
    read_number,
    read_period,
    read_phones,
    read_sex,
    read_share,
    read_text,
    read_yes_no,
    row_kind_of_label,
    unit_for,
    unit_of_heading,
    units_of_line,
)
from planner.reading.values.identity import check_character
from planner.reading.values.numerals import chinese_money, chinese_number

PLAIN, NOTE, WARNING, FAULT = None, Level.NOTE, Level.WARNING, Level.FAULT
TODAY = date(2026, 11, 24)
WAN_YUAN = parse_unit("万元")


def gravest(found: CellValue) -> Level | None:
    """Return the gravest level of a cell's remarks."""
    order = (FAULT, WARNING, NOTE)
    levels = {remark.level for remark in found.remarks}
    return next((level for level in order if level in levels), None)


COUNTS = (
    # as the spreadsheet reader gives it, value, gravest remark
    *((45, 45, PLAIN), (45.0, 45, PLAIN), ("45", 45, PLAIN), ("  45 ", 45, PLAIN), ("45\u200b", 45, PLAIN)),
    *(("４５", 45, PLAIN), ("４５人", 45, PLAIN), ("45\xa0人", 45, PLAIN), ("'45", 45, PLAIN), ("45名", 45, PLAIN)),
    *(("1,000", 1000, PLAIN), ("１，０００", 1000, PLAIN), ("1 000", 1000, PLAIN), ("12个", 12, PLAIN)),
    *(("3.5万", 35000, PLAIN), ("3.5万人", 35000, PLAIN), ("1821万人", 18_210_000, PLAIN), ("1.2e3", 1200, PLAIN)),
    *(("0", 0, PLAIN), (0, 0, PLAIN), ("无", 0, NOTE), ("没有", 0, NOTE), ("零", 0, NOTE)),
    *((None, None, PLAIN), ("", None, PLAIN), ("　", None, PLAIN)),
    *(("—", None, NOTE), ("/", None, NOTE), ("－", None, NOTE), ("待定", None, WARNING), ("不详", None, WARNING)),
    *(("三十五", 35, NOTE), ("两百人", 200, NOTE), ("十二", 12, NOTE)),
    *(("约50", 50, WARNING), ("50左右", 50, WARNING), ("50余人", 50, WARNING), ("860余人", 860, WARNING)),
    *(("100多人", 100, WARNING), ("3万余人", 30000, WARNING), ("≥20", 20, WARNING), ("20人以上", 20, WARNING)),
    *(("不少于30人", 30, WARNING), ("不超过50人", 50, WARNING), ("近50人", 50, WARNING), ("100+", 100, WARNING)),
    *(("30-40", 30, WARNING), ("３０～４０人", 30, WARNING), ("30人至40人", 30, WARNING), ("3-5万", 30000, WARNING)),
    *(("45(其中脱贫20)", 45, WARNING), ("45人次", 45, WARNING)),
    *(("40-30", None, FAULT), ("男20女25", None, FAULT), ("20+15", None, FAULT), ("45/50", None, FAULT)),
    *(("1O", None, FAULT), ("1,00", None, FAULT), ("45²", None, FAULT), ("①", None, FAULT), ("（45）", None, FAULT)),
    *(("3户", None, FAULT), ("45元", None, FAULT), ("2班", None, FAULT), ("近百人", None, FAULT), ("人", None, FAULT)),
    *((-5, None, FAULT), ("-5", None, FAULT), (45.4, None, FAULT), ("45.4", None, FAULT), (True, None, FAULT)),
    *(("#REF!", None, FAULT), ("＃ＲＥＦ！", None, FAULT), ("=SUM(A1:A3)", None, FAULT), ("#####", None, FAULT)),
    *((datetime(2026, 3, 5), None, FAULT), (float("nan"), None, FAULT), (float("inf"), None, FAULT)),
    *((10**60, None, FAULT), ("5.22E+17", None, FAULT), ("13800000000 13900000000", None, FAULT)),
)


@pytest.mark.parametrize(("raw", "value", "level"), COUNTS, ids=lambda part: repr(part)[:24])
def test_a_count_is_read_as_written_and_choices_are_told(raw: object, value: int | None, level: Level | None):
    found = read_count(raw)
    assert (found.value, gravest(found)) == (value, level)


@pytest.mark.parametrize(
    ("raw", "cents", "level"),
    [
        *((2500, 2_500_000_000, NOTE), ("2500", 2_500_000_000, NOTE), ("423万元", 423_000_000, PLAIN)),
        *(("45元", 4_500, WARNING), ("1.2亿", 12_000_000_000, WARNING), ("42.3万", 42_300_000, WARNING)),
        *((None, None, PLAIN), ("30人", None, FAULT), (-1, None, FAULT), ("壹仟贰佰元伍角整", 120_050, NOTE)),
    ],
)
def test_money_under_a_heading_in_ten_thousand_yuan(raw: object, cents: int | None, level: Level | None):
    found = read_money(raw, WAN_YUAN)
    assert (found.value, gravest(found)) == (cents, level)


@pytest.mark.parametrize(
    ("raw", "cents", "level"),
    [(1600, 160_000, PLAIN), ("1,600.50元", 160_050, PLAIN), (0.1 + 0.2, 30, PLAIN), ("￥800", None, FAULT),
     ("800元/人", 80_000, PLAIN), ("300-1600元", 30_000, WARNING), (12.345, 1_234, WARNING)],
)  # fmt: skip
def test_money_without_a_unit_is_yuan(raw: object, cents: int | None, level: Level | None):
    found = read_money(raw)
    assert (found.value, gravest(found)) == (cents, level)


@pytest.mark.parametrize(
    ("raw", "share", "level"),
    [("80%", "0.8", PLAIN), (0.8, "0.8", PLAIN), ("８０％", "0.8", PLAIN), (80, "0.8", WARNING), ("八成", "0.8", NOTE),
     ("80%以上", "0.8", WARNING), (1, "1", PLAIN), (130, None, FAULT), ("80人", None, FAULT), (-0.1, None, FAULT)],
)  # fmt: skip
def test_shares(raw: object, share: str | None, level: Level | None):
    found = read_share(raw)
    assert (found.value, gravest(found)) == (None if share is None else Decimal(share), level)


def test_a_share_under_a_per_cent_heading_needs_no_guess():
    found = read_share(1, parse_unit("%"))
    assert (found.value, found.remarks) == (Decimal("0.01"), ())


@pytest.mark.parametrize(
    ("raw", "unit", "days", "level"),
    [(8, None, 8, PLAIN), ("8天", "课时", 8, PLAIN), ("64课时", None, 8, WARNING), (100, "课时", 13, WARNING),
     ("64课时", "天", 8, WARNING), ("8人", None, None, FAULT), (None, "课时", None, PLAIN)],
)  # fmt: skip
def test_class_hours_become_days_with_a_warning(raw: object, unit: str | None, days: int | None, level: Level | None):
    found = read_days(raw, parse_unit(unit) if unit else None)
    assert (found.value, gravest(found)) == (days, level)


DATES = (
    *((date(2026, 3, 1), "2026-03-01", PLAIN), (datetime(2026, 3, 1), "2026-03-01", PLAIN)),
    *((datetime(2026, 3, 1, 8, 30), "2026-03-01", NOTE), (46056, "2026-02-03", NOTE), ("46056", "2026-02-03", NOTE)),
    *((42758.5, "2017-01-23", NOTE), ("2026.3.1", "2026-03-01", PLAIN), ("2026年3月1日", "2026-03-01", PLAIN)),
    *(("２０２６年３月１日", "2026-03-01", PLAIN), ("2026/3/1", "2026-03-01", PLAIN)),
    *(("20260301", "2026-03-01", PLAIN), (20260301, "2026-03-01", PLAIN), ("二〇二六年三月一日", "2026-03-01", PLAIN)),
    *(("26.3.5", "2026-03-05", NOTE), ("26/3/1", "2026-03-01", NOTE), ("2026-03-01 08:30:00", "2026-03-01", NOTE)),
    *(("13/5/2026", "2026-05-13", NOTE), ("2026年3月", "2026-03-01", WARNING), ("2026.3", "2026-03-01", WARNING)),
    *((2026.3, "2026-03-01", WARNING),),
    *(("3月1日", "2026-03-01", WARNING), ("3月上旬", "2026-03-01", WARNING), ("3.1-3.15", "2026-03-01", WARNING)),
    *((3.15, "2026-03-15", WARNING), ("二季度", "2026-04-01", WARNING), ("2026年第二季度", "2026-04-01", WARNING)),
    *((None, None, PLAIN), ("长期", None, NOTE), ("待定", None, WARNING), ("—", None, NOTE)),
    *((3.1, None, FAULT), (2026.1, None, FAULT), ("3/5/2026", None, FAULT), ("3/5/26", None, FAULT)),
    *(("2026-02-30", None, FAULT), (2026, None, FAULT), (True, None, FAULT), ("农闲", None, FAULT)),
    *((time(8, 30), None, FAULT), (timedelta(1), None, FAULT), ("3026-01-01", None, FAULT), ("#N/A", None, FAULT)),
)


@pytest.mark.parametrize(("raw", "day", "level"), DATES, ids=lambda part: repr(part)[:24])
def test_a_day_is_read_as_written(raw: object, day: str | None, level: Level | None):
    found = read_date(raw, year=2026)
    assert (None if found.value is None else found.value.isoformat(), gravest(found)) == (day, level)


def test_old_mac_workbooks_count_days_from_1904():
    assert read_date(42758, date_1904=True).value == date(2021, 1, 24)
    assert read_date(42758).value == date(2017, 1, 23)


def test_a_date_without_a_year_is_refused_when_no_year_is_known():
    assert read_date("3月1日").fault is not None


def test_the_end_of_a_month_is_its_last_day():
    assert read_date("2028年2月", last=True).value == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [("3.1-3.15", "2026-03-01", "2026-03-15"), ("3月1日至15日", "2026-03-01", "2026-03-15"),
     ("2026.3.1—2026.4.2", "2026-03-01", "2026-04-02"), ("3-5月", "2026-03-01", "2026-05-31"),
     ("3月下旬", "2026-03-21", "2026-03-31"), ("2月下旬", "2026-02-21", "2026-02-28"),
     ("第四季度", "2026-10-01", "2026-12-31"), ("2026年下半年", "2026-07-01", "2026-12-31"),
     ("2026-03-01", "2026-03-01", "2026-03-01"), ("2026-03-01至2027-01-15", "2026-03-01", "2027-01-15")],
)  # fmt: skip
def test_periods(raw: str, first: str, last: str):
    assert read_period(raw, year=2026).value == (date.fromisoformat(first), date.fromisoformat(last))


def test_an_open_period_has_no_ends_and_a_reversed_one_is_refused():
    assert read_period("长期").value == (None, None)
    assert "开始晚于截止" in str(read_period("2026.3.15-2026.3.1").fault)


def id_number(place: str = "522423", born: str = "19900101", sequence: str = "123") -> str:
    body = place + born + sequence
    return body + check_character(body)


def test_the_published_example_of_the_standard():
    """GB 11643-1999 gives 11010519491231002X for a woman born on the last day of 1949."""
    found = read_identity("11010519491231002X", TODAY).value
    assert found is not None
    assert (found.place, found.born, found.sex) == ("110105", date(1949, 12, 31), "女")
    assert found.age_on(date(2026, 12, 30)) == 76
    assert found.age_on(date(2026, 12, 31)) == 77
    assert found.masked == "110105********002X"


@pytest.mark.parametrize("raw", ["11010519491231002x", " 110105 19491231 002X", "’11010519491231002Ｘ"])
def test_harmless_ways_of_writing_an_id_number(raw: str):
    found = read_identity(raw, TODAY)
    assert found.value is not None and found.value.number == "11010519491231002X"


def test_an_old_number_of_fifteen_digits_is_completed_and_noted():
    found = read_identity("110105491231002", TODAY)
    assert found.value is not None and found.value.number == "11010519491231002X"
    assert gravest(found) is NOTE


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        *((5.22423199001010000e17, "已丢失"), (522423199001010000, "已丢失"), ("5.22E+17", "已丢失")),
        *(("522423199001010000", "末三位是 000"), ("522423199001011234", "校验位"), ("522423199013011234", "出生日期")),
        *(("99" + id_number()[2:], "地区代码"), (id_number(born="20300101"), "不可能"), ("52242319900101123", "17 位")),
        *(("522423********1234", "遮盖"), ("45311288080…", "遮盖"), ("王小明", "以外的字符"), (True, "不是身份证")),
        *((id_number(born="18800101"), "不可能"), ("#REF!", "公式错误")),
    ],
)
def test_id_numbers_that_cannot_be_used(raw: object, problem: str):
    found = read_identity(raw, TODAY)
    assert found.value is None and problem in str(found.fault)


@given(st.dates(date(1910, 1, 1), date(2020, 1, 1)), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_one_wrong_digit_is_always_found_and_never_shown(born: date, sequence: int, position: int, change: int):
    number = id_number(born=f"{born:%Y%m%d}", sequence=f"{sequence:03}")
    wrong = number[:position] + str((int(number[position]) + change) % 10) + number[position + 1 :]
    for raw in (number, wrong):
        found = read_identity(raw, TODAY)
        assert (found.value is None) == (raw == wrong)
        assert raw not in repr(found)


@given(st.dates(date(1910, 1, 1), date(2020, 1, 1)), st.integers(0, 999), st.sampled_from(["{}", "{}人", "号{}"]))
@settings(max_examples=60, deadline=None)
def test_an_id_number_in_the_wrong_column_is_quoted_by_no_remark(born: date, sequence: int, pattern: str):
    number = id_number(born=f"{born:%Y%m%d}", sequence=f"{sequence:03}")
    raw = pattern.format(number)
    cells = [read_count(raw), read_date(raw, year=2026), read_yes_no(raw), read_age(raw), read_age_range(raw)]
    cells += [read_sex(raw), read_share(raw), read_period(raw), read_phones(raw)]
    assert all(number[6:14] not in str(remark) for cell in cells for remark in cell.remarks)


def test_a_typed_age_gives_way_to_the_id_number():
    person = read_identity(id_number(born="19860101"), TODAY).value
    assert person is not None
    assert compare_age(person, 40, TODAY) is None
    assert compare_age(person, None, TODAY) is None
    remarks = [compare_age(person, age, TODAY) for age in (41, 50)]
    assert [remark and remark.level for remark in remarks] == [NOTE, WARNING]


def test_tokens_tell_persons_apart_without_their_numbers():
    people = [read_identity(id_number(sequence=sequence), TODAY).value for sequence in ("123", "123", "125")]
    tokens = [person.token(b"county") for person in people if person]
    assert tokens[0] == tokens[1] != tokens[2]
    assert people[0] is not None and people[0].token(b"other") != tokens[0]


@pytest.mark.parametrize(
    ("raw", "numbers"),
    [(13800000000.0, ("13800000000",)), ("138 0000 0000", ("13800000000",)), ("+86-138-0000-0000", ("13800000000",)),
     ("0857-3222222", ("08573222222",)), ("13800000000/13900000000", ("13800000000", "13900000000")), ("无", None),
     ("1380000000", None), ("1.38E+10", None), ("微信同号", None), (None, None)],
)  # fmt: skip
def test_telephone_numbers(raw: object, numbers: tuple[str, ...] | None):
    assert read_phones(raw).value == numbers


@pytest.mark.parametrize(
    ("raw", "answer", "level"),
    [("是", True, PLAIN), ("否", False, PLAIN), ("√", True, NOTE), ("×", False, NOTE), ("愿意", True, NOTE),
     ("不愿意", False, NOTE), (1, True, NOTE), (0.0, False, NOTE), (True, True, PLAIN), ("无", False, NOTE),
     ("", None, PLAIN), ("待定", None, WARNING), ("看情况", None, FAULT), (2, None, FAULT), (0.5, None, FAULT)],
)  # fmt: skip
def test_yes_and_no(raw: object, answer: bool | None, level: Level | None):
    found = read_yes_no(raw)
    assert (found.value, gravest(found)) == (answer, level)


def test_sexes():
    assert [read_sex(raw).value for raw in ("男", "女性", 1, 2.0, "")] == ["男", "女", "男", "女", None]
    assert read_sex("3").fault is not None


@pytest.mark.parametrize(
    ("raw", "ages", "level"),
    [("16-39岁", (16, 39), PLAIN), ("41—50周岁", (41, 50), PLAIN), ("40岁以下", (16, 40), WARNING),
     ("40岁(含)以下", (16, 40), PLAIN), ("40岁及以下", (16, 40), PLAIN), ("不满40岁", (16, 39), PLAIN),
     ("50岁以上", (50, 100), WARNING), ("超过50岁", (51, 100), PLAIN), ("50岁以上(不含50)", (51, 100), PLAIN),
     ("青年", None, FAULT), ("50-40岁", None, FAULT)],
)  # fmt: skip
def test_age_ranges_say_when_the_boundary_is_open(raw: str, ages: tuple[int, int] | None, level: Level | None):
    found = read_age_range(raw)
    assert (found.value, gravest(found)) == (ages, level)


@pytest.mark.parametrize(("raw", "age"), [(35, 35), ("35周岁", 35), ("虚岁36", None), (1990, None), ("", None)])
def test_ages(raw: object, age: int | None):
    assert read_age(raw).value == age


@pytest.mark.parametrize(
    ("raw", "text", "level"),
    [("可 乐 乡", "可乐乡", PLAIN), ("可乐\u200b乡\xa0", "可乐乡", PLAIN), ("可乐_x000D_乡", "可乐乡", PLAIN),
     ("⼈社局", "人社局", PLAIN), ("锟斤拷", None, FAULT), ("河\ufffd镇", None, FAULT),
     ("\ue123家沟", "\ue123家沟", WARNING),
     ("𬭎", "𬭎", PLAIN), ("—", None, PLAIN), ("#N/A", None, FAULT)],
)  # fmt: skip
def test_text_loses_what_cannot_be_seen_and_damage_is_told(raw: str, text: str | None, level: Level | None):
    found = read_text(raw)
    assert (found.value, gravest(found)) == (text, level)


def test_a_number_longer_than_python_shows_is_refused():
    huge = 10**5000
    found = [read_count(huge), read_date(huge), read_identity(huge, TODAY), read_phones(huge), read_yes_no(huge)]
    assert all(cell.fault for cell in found)


def test_units_are_found_in_headings_and_unit_lines():
    assert unit_of_heading("培训补贴（万元）") == WAN_YUAN
    assert unit_of_heading("培训人数，人次") == parse_unit("人次")
    assert unit_of_heading("补贴标准(元/人)") == parse_unit("元/人")
    assert unit_of_heading("姓名(必填)") is None
    declared = units_of_line("单位：人、万元、课时")
    assert [unit.word for unit in declared] == ["人", "万元", "课时"]
    assert unit_for(Dimension.YUAN, None, declared) == WAN_YUAN
    assert units_of_line("填报单位(盖章)：河镇人民政府") == ()


def test_person_times_in_a_column_of_persons_are_doubted_once():
    assert "一人培训两次是 1 人、2 人次" in str(column_unit_doubt(Dimension.PERSONS, parse_unit("人次")))
    assert column_unit_doubt(Dimension.PERSONS, parse_unit("万人")) is None
    assert column_unit_doubt(Dimension.YUAN, parse_unit("人")) is not None


@pytest.mark.parametrize(
    ("text", "number"),
    [("二〇二六", 2026), ("十", 10), ("二十", 20), ("一百零五", 105), ("一百二", 120), ("三万五", 35000),
     ("一亿零三百万", 103_000_000), ("十十", None), ("百", None), ("二百三百", None), ("", None), ("人", None)],
)  # fmt: skip
def test_chinese_numerals(text: str, number: int | None):
    assert chinese_number(text) == number


def test_capital_amounts():
    assert chinese_money("贰万陆仟伍佰肆拾元整") == 26540
    assert chinese_money("壹佰元零伍分") == Decimal("100.05")
    assert chinese_money("壹佰") is None


@pytest.mark.parametrize(
    ("label", "kind"),
    [("合 计", RowKind.TOTAL), ("全县合计：", RowKind.TOTAL), ("总计", RowKind.TOTAL), ("合计(人)", RowKind.TOTAL),
     ("小计", RowKind.SUBTOTAL), ("昭阳区小计", RowKind.SUBTOTAL), ("本页合计", RowKind.SUBTOTAL),
     ("会计", RowKind.BODY), ("可乐乡", RowKind.BODY), (None, RowKind.BODY), (3, RowKind.BODY)],
)  # fmt: skip
def test_rows_of_totals_are_known_by_their_label(label: object, kind: RowKind):
    assert row_kind_of_label(label) is kind


BODY, SUBTOTAL, TOTAL = RowKind.BODY, RowKind.SUBTOTAL, RowKind.TOTAL


def test_totals_that_do_not_foot_are_found_wherever_they_stand():
    rows = [(TOTAL, {"电工": 60, "焊工": 30}), (BODY, {"电工": 20, "焊工": 10}), (BODY, {"电工": 35, "焊工": 20})]
    (doubt,) = check_columns_foot(rows)
    assert (doubt.row, doubt.column, doubt.stated, doubt.found) == (0, "电工", 60, 55)
    assert str(doubt) == "“电工”写的是 60，各项相加为 55"


@pytest.mark.parametrize("order", [1, -1])
def test_subtotals_close_the_block_above_or_open_the_one_below(order: int):
    rows = [(BODY, {"人": 1}), (BODY, {"人": 2}), (SUBTOTAL, {"人": 3}), (BODY, {"人": 4}), (SUBTOTAL, {"人": 4})]
    assert check_columns_foot(rows[::order]) == ()


def test_rows_foot_only_over_parts_that_exclude_each_other():
    rows = [{"合计": 30, "男": 10, "女": 20}, {"合计": 30, "男": 10, "女": 10}, {"合计": None, "男": 1, "女": 1}]
    assert [doubt.row for doubt in check_rows_foot(rows, "合计", ("男", "女"))] == [1]


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**14, 10**19),
    st.floats(),
    st.text(max_size=30),
    st.text(alphabet="0123456789.-~/年月日万亿人元次班余多约成%十百一二两()，: 旬季度上下至xXeE+#=岁以含", max_size=14),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
UNITS = st.sampled_from([None, *(parse_unit(word) for word in ("人", "万人", "人次", "元", "万元", "课时", "天", "%"))])


@given(ANYTHING, UNITS, st.sampled_from(Dimension))
@settings(max_examples=400, deadline=None)
def test_no_cell_whatever_makes_reading_fail(raw: object, unit, dimension: Dimension):
    """A cell without a value has a fault or is blank; a fault never comes with a value."""
    found: list[CellValue] = [
        *(read_text(raw), read_number(raw, dimension, unit), read_count(raw, dimension, unit), read_money(raw, unit)),
        *(read_share(raw, unit), read_days(raw, unit), read_date(raw, year=2026), read_period(raw, year=2026)),
        *(read_date(raw, date_1904=True), read_identity(raw, TODAY), read_phones(raw), read_yes_no(raw), read_sex(raw)),
        *(read_age(raw), read_age_range(raw)),
    ]
    for cell in found:
        assert cell.value is None or cell.fault is None
    row_kind_of_label(raw)
    unit_of_heading(raw)
    units_of_line(raw)


@given(st.integers(0, 10**9), st.sampled_from(["{}", "{}人", "{:,}", "{:,}人", " {} ", "{}.0", "{}名"]))
@settings(max_examples=100, deadline=None)
def test_a_plain_count_is_itself_however_it_is_dressed(number: int, pattern: str):
    found = read_count(pattern.format(number))
    assert (found.value, found.remarks) == (number, ())


@given(st.dates(date(1990, 1, 1), date(2049, 12, 31)), st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_a_day_is_itself_however_it_is_written(day: date, form: int):
    serial = (day - date(1899, 12, 30)).days
    written = (
        *(day, serial, str(serial), f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}"),
        *(day.isoformat(), f"{day:%Y%m%d}"),
    )[form]
    assert read_date(written).value == day
