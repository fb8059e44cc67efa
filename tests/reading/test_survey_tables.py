"""Survey tables to cohorts and demand: what is stated stays exact, what is open is split, totals are never counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from planner.reading.choices import ReadingChoices
from planner.reading.read import DemandReading, read_demand
from planner.reading.report import Level
from planner.workbook.read import read_known, read_workbook
from tests.reading.survey import (
    BOTH,
    COUNTY,
    MIDDLE,
    MOVED,
    OLD,
    PLAIN,
    POOR,
    SURVEY_MERGES,
    SURVEY_TOP,
    YOUNG,
    write_sheets,
)

INSTANCES = Path(__file__).parents[2] / "instances"
COUNTY_WORKBOOK = INSTANCES / "hezhang.xlsx"
FOOT = [["填表人：      审核人："], ["备注：1.一人可填多个工种。"]]


def read(*paths: Path, **choices) -> DemandReading:
    return read_demand(paths, COUNTY, ReadingChoices(**choices))


def said(reading: DemandReading, *levels: Level) -> str:
    return "\n".join(map(str, reading.report.all_findings(*levels)))


def persons_of(reading: DemandReading, position: int) -> Counter[str]:
    """Add up cohorts by township (0), age band (1) or group (2)."""
    sums: Counter[str] = Counter()
    for key, persons in reading.people.cohorts.items():
        sums[key[position]] += persons
    return sums


def survey(tmp_path: Path, *rows, name: str = "摸底表.xlsx", foot=FOOT) -> Path:
    return write_sheets(tmp_path / name, {"摸底表": [*SURVEY_TOP, *rows, *foot]}, {"摸底表": SURVEY_MERGES})


def test_the_bundled_form_by_age_band_gives_back_the_county_it_was_made_from():
    """Oracle: the workbook from which the form was written states every cohort and every wish."""
    known, truth = read_known(COUNTY_WORKBOOK), read_workbook(COUNTY_WORKBOOK).instance
    reading = read_demand([INSTANCES / "bureau" / "附件2_分年龄段意愿汇总表.xlsx"], known)
    assert reading.report.faults() == []
    expected = {(c.township, c.age_band, c.group): c.persons for c in truth.cohorts if c.persons}
    assert reading.people.cohorts == expected
    named = {key[3] for key in reading.people.demand}
    sums: Counter[tuple[str, ...]] = Counter()
    for wish in truth.demand:
        if wish.course in named:
            sums[wish.township, wish.age_band, wish.course] += wish.persons
    found: Counter[tuple[str, ...]] = Counter()
    for (township, band, _, course), persons in reading.people.demand.items():
        found[township, band, course] += persons
    assert found == +sums


def test_a_sheet_for_each_township_gives_back_cohorts_and_wishes_exactly():
    known, truth = read_known(COUNTY_WORKBOOK), read_workbook(COUNTY_WORKBOOK).instance
    names = {"课程": {"电工": "低压电工", "电子厂": "电子装配工"}}
    reading = read_demand([INSTANCES / "bureau" / "附件3_乡镇分表.xlsx"], known, ReadingChoices(names=names))
    assert reading.report.faults() == []
    townships = {key[0] for key in reading.people.cohorts}
    assert len(townships) == 4
    expected = {(c.township, c.age_band, c.group): c.persons for c in truth.cohorts if c.township in townships}
    assert reading.people.cohorts == expected
    named = {key[3] for key in reading.people.demand}
    wishes = {
        (w.township, w.age_band, w.group, w.course): w.persons
        for w in truth.demand
        if w.township in townships and w.course in named and w.persons
    }
    assert reading.people.demand == wishes


def test_the_form_by_township_keeps_every_stated_margin():
    known = read_known(COUNTY_WORKBOOK)
    names = {"课程": {"电工": "低压电工", "电子厂": "电子装配工"}}
    reading = read_demand([INSTANCES / "bureau" / "附件1_培训需求摸底表.xlsx"], known, ReadingChoices(names=names))
    assert reading.people.persons == 24_500
    assert persons_of(reading, 0)["双河街道"] == 1485
    bands = Counter()
    for (township, band, _), persons in reading.people.cohorts.items():
        bands[band] += persons if township == "双河街道" else 0
    assert bands == {"40岁以下": 445, "40-50岁": 496, "50岁以上": 544}
    assert sum(n for key, n in reading.people.demand.items() if key[0] == "双河街道" and key[3] == "低压电工") == 197


def test_a_likely_name_is_asked_and_not_counted():
    known = read_known(COUNTY_WORKBOOK)
    reading = read_demand([INSTANCES / "bureau" / "附件1_培训需求摸底表.xlsx"], known)
    asked = {proposal.found: proposal for proposal in reading.report.proposals}
    assert asked["电工"].target == "低压电工" and 0 < asked["电工"].score < 1 and asked["电工"].persons == 1493
    assert "低压电工" not in {key[3] for key in reading.people.demand}
    assert any("电工" in fault.problem for fault in reading.report.faults())


def test_totals_notes_and_index_rows_are_no_people(tmp_path: Path):
    path = survey(
        tmp_path,
        ["甲", "乙", 1, 2, 3, 4, 5, 6, 7, 8],
        ["合计", "", 80, 30, 30, 20, 14, 20, 6],
        [1, "河镇", "50人", 20, 20, 10, 12, 15, 3],
        [2, "山乡", 30, 10, 10, 10, 2, 5, 3],
    )
    reading = read(path)
    assert reading.report.faults() == []
    assert persons_of(reading, 0) == {"河镇": 50, "山乡": 30}
    assert persons_of(reading, 1) == {YOUNG: 30, MIDDLE: 30, OLD: 20}
    assert reading.people.wishes == 12 + 15 + 2 + 5
    assert "“其他”课程共 6 人次" in said(reading, Level.WARNING)


def test_a_total_typed_wrongly_is_doubted_and_the_rows_count(tmp_path: Path):
    path = survey(tmp_path, [1, "河镇", 50, 20, 20, 10, 12, 15, 0], ["合计", "", 90, 20, 20, 10, 12, 15, 0])
    reading = read(path)
    assert reading.people.persons == 50
    assert "摸底表!C7：合计写的是 90，各行相加为 50" in said(reading, Level.WARNING)


def test_age_bands_that_do_not_add_up_are_doubted_and_split_in_proportion(tmp_path: Path):
    reading = read(survey(tmp_path, [1, "河镇", 60, 20, 20, 10, 1, 1, 0]))
    assert persons_of(reading, 1) == {YOUNG: 24, MIDDLE: 24, OLD: 12}
    assert "各年龄段相加为 50，与有意愿人数 60 不符" in said(reading, Level.WARNING)


def test_a_cell_that_cannot_be_read_is_an_error_at_its_address(tmp_path: Path):
    reading = read(survey(tmp_path, [1, "河镇", "若干", 20, 20, 10, 12, 15, 3]))
    assert [fault.place for fault in reading.report.faults()] == ["摸底表!C6"]
    assert "若干" in str(reading.report.faults()[0])


def test_wishes_follow_the_ages_a_course_suits(tmp_path: Path):
    """焊工 suits nobody over 50, so its twelve wishes go to the forty younger people."""
    reading = read(survey(tmp_path, [1, "河镇", 50, 20, 20, 10, 12, 15, 0]))
    welders = {key[1]: persons for key, persons in reading.people.demand.items() if key[3] == "焊工"}
    assert welders == {YOUNG: 6, MIDDLE: 6}


def test_more_wishes_than_suitable_people_are_said(tmp_path: Path):
    reading = read(survey(tmp_path, [1, "河镇", 50, 20, 20, 10, 45, 15, 0]))
    assert sum(n for key, n in reading.people.demand.items() if key[3] == "焊工") == 40
    assert "河镇“焊工”有 5 人次没有适龄" in said(reading, Level.WARNING)


GROUP_TOP = [["乡镇", "有培训意愿人数", "其中：脱贫劳动力", "易地搬迁劳动力", "家政"]]


def test_overlapping_groups_are_split_as_independent(tmp_path: Path):
    """100 people, 60 脱贫, 50 易迁: 0.6 x 0.5 of them are both."""
    path = write_sheets(tmp_path / "表.xlsx", {"表": [*GROUP_TOP, ["河镇", 100, 60, 50, 10]]})
    known = replace(COUNTY, bands=COUNTY.bands[:1])
    reading = read_demand([path], known)
    by_group = {key[2]: persons for key, persons in reading.people.cohorts.items()}
    assert by_group == {PLAIN: 20, POOR: 30, MOVED: 20, BOTH: 30}
    assert "互有重叠" in said(reading, Level.DEFAULT)


def test_villages_are_added_up_and_their_township_row_is_not(tmp_path: Path):
    rows = [
        ["乡镇", "村(社区)", "有培训意愿人数", "家政"],
        ["河镇", "", 30, 8],
        ["", "一村", 10, 3],
        ["", "二村", 20, 5],
    ]
    reading = read(write_sheets(tmp_path / "表.xlsx", {"表": rows}))
    assert reading.people.persons == 30
    assert reading.people.wishes == 8


def test_the_long_form_of_the_contract_reads_too(tmp_path: Path):
    rows = [["乡镇", "年龄段", "群体", "课程", "愿意人数"], ["河镇", YOUNG, POOR, "电焊工", 7]]
    reading = read(write_sheets(tmp_path / "需求.xlsx", {"需求": rows}))
    assert reading.people.demand == {("河镇", YOUNG, POOR, "焊工"): 7}


def one_township(township: str, welders: int) -> list[list[object]]:
    headings = ["年龄段", "人员类别", "有培训意愿人数", "电焊工"]
    return [[f"{township}培训需求摸底表"], headings, [YOUNG, POOR, 20, welders]]


def test_one_file_for_each_township_in_a_folder_or_a_zip(tmp_path: Path):
    folder = tmp_path / "报表"
    folder.mkdir()
    write_sheets(folder / "1.xlsx", {"Sheet1": one_township("河镇", 4)})
    write_sheets(folder / "可乐乡.xlsx", {"Sheet1": one_township("可乐乡", 5)})
    (folder / "~$可乐乡.xlsx").write_bytes(b"lock")
    assert read(folder).people.demand == {
        ("河镇", YOUNG, POOR, "焊工"): 4,
        ("可乐彝族苗族乡", YOUNG, POOR, "焊工"): 5,
    }


def test_a_summary_beside_its_townships_is_not_counted_twice(tmp_path: Path):
    summary = [["乡镇", "有培训意愿人数", "电焊工"], ["河镇", 21, 4]]
    path = write_sheets(tmp_path / "表.xlsx", {"汇总": summary, "河镇": one_township("河镇", 4)})
    reading = read(path)
    assert reading.people.persons == 20
    assert reading.people.wishes == 4
    assert "两处总数不同：此表 21，该表 20" in said(reading, Level.WARNING)


def test_the_same_township_twice_is_an_error_until_one_sheet_is_left_out(tmp_path: Path):
    paths = [write_sheets(tmp_path / f"{n}.xlsx", {"表": one_township("河镇", n)}) for n in (4, 5)]
    assert "不知以哪个为准" in said(read(*paths), Level.ERROR)
    reading = read(*paths, sheets={"4.xlsx!表": "skip"})
    assert reading.report.faults() == []
    assert reading.people.wishes == 5


def test_a_hidden_row_counts_and_is_told_and_can_be_left_out(tmp_path: Path):
    import xlsxwriter

    path = tmp_path / "表.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        for number, row in enumerate([["乡镇", "有培训意愿人数", "家政"], ["河镇", 20, 4], ["山乡", 10, 2]]):
            sheet.write_row(number, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
    reading = read(path)
    assert reading.people.persons == 30
    assert "第 3 行在表中被隐藏" in said(reading, Level.WARNING)
    assert read(path, hidden_rows=False).people.persons == 20


def test_a_confirmed_column_is_read_as_confirmed(tmp_path: Path):
    rows = [["乡镇", "有培训意愿人数", "模特"], ["河镇", 20, 4]]
    path = write_sheets(tmp_path / "表.xlsx", {"表": rows})
    assert "模特" not in said(read(path), Level.ERROR)
    reading = read(path, columns={"模特": "课程人数"}, names={"课程": {"模特": "家政服务员"}})
    assert sum(reading.people.demand.values()) == 4
    assert {key[3] for key in reading.people.demand} == {"家政服务员"}


def test_a_name_confirmed_as_nothing_is_left_out(tmp_path: Path):
    path = survey(tmp_path, [1, "外县某乡", 50, 20, 20, 10, 12, 15, 0], [2, "河镇", 5, 5, 0, 0, 1, 1, 0])
    assert [proposal.found for proposal in read(path).report.proposals] == ["外县某乡"]
    reading = read(path, names={"乡镇": {"外县某乡": ""}})
    assert reading.report.faults() == []
    assert persons_of(reading, 0) == {"河镇": 5}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_table_reads_like_the_workbook(tmp_path: Path, encoding: str):
    lines = ["sep=;", "乡镇;有培训意愿人数;家政", "河镇;２０;4"]
    path = tmp_path / "河镇.csv"
    path.write_text("\n".join(lines), encoding=encoding)
    reading = read(path)
    assert (reading.people.persons, reading.people.wishes) == (20, 4)


def test_a_file_that_is_no_demand_says_so(tmp_path: Path):
    path = write_sheets(tmp_path / "表.xlsx", {"通讯录": [["单位", "座机"], ["办公室", "0870"]]})
    assert "没有读到任何培训意愿" in said(read(path), Level.ERROR)
