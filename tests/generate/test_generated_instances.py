"""Generated instances: deterministic, of the right size, readable, labelled as invented, and able to be planned."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from planner.engine.feasibility import impossible_requirements
from planner.generate import SIZES, generate_tables, generate_workbook
from planner.generate.facts import courses, crops_of, townships_of
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook

Tables = dict[str, list[dict[str, object]]]


@cache
def tables_of(size: str) -> Tables:
    """Tables of one size, drawn once for all tests that only look at them."""
    return generate_tables(size, 3)


@pytest.fixture(scope="module", params=list(SIZES))
def generated(request: pytest.FixtureRequest) -> tuple[str, Tables]:
    """One instance of each size."""
    return request.param, tables_of(request.param)


@pytest.fixture(scope="module")
def county() -> Tables:
    """The county instance of the seed that is bundled."""
    return generate_tables("county", 1)


def total(rows: list[dict[str, object]], heading: str) -> int:
    """Sum a column of whole numbers."""
    return sum(int(str(row[heading])) for row in rows)


def test_equal_seed_gives_equal_bytes(tmp_path: Path) -> None:
    """Two runs of the same size and seed write the same file."""
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    generate_workbook("county", 7, first)
    generate_workbook("county", 7, second)
    assert first.read_bytes() == second.read_bytes()


def test_another_seed_gives_other_wishes() -> None:
    """The seed matters."""
    assert generate_tables("demo", 1)["需求"] != generate_tables("demo", 2)["需求"]


def test_an_unknown_size_names_the_sizes() -> None:
    """The error lists what is allowed."""
    with pytest.raises(ValueError, match="没有规模“village”；允许：demo、county、large-county、prefecture"):
        generate_tables("village", 0)


def test_a_negative_seed_is_refused() -> None:
    """The error shows the value found."""
    with pytest.raises(ValueError, match="现为 -1"):
        generate_tables("demo", -1)


@pytest.mark.parametrize(
    ("size", "townships", "cohorts", "providers", "target", "weeks"),
    [
        ("demo", 3, 18, 2, 300, 12),
        ("county", 30, 360, 10, 7_200, 52),
        ("large-county", 30, 360, 22, 30_000, 52),
        ("prefecture", 150, 1_800, 115, 330_000, 52),
    ],
)
def test_each_size_has_its_scale(
    size: str, townships: int, cohorts: int, providers: int, target: int, weeks: int
) -> None:
    """Townships, cohorts, providers, target and horizon are those of the size."""
    tables = tables_of(size)
    counts = {sheet: len(tables[sheet]) for sheet in ("乡镇", "劳动力", "机构")}
    assert counts == {"乡镇": townships, "劳动力": cohorts, "机构": providers}
    assert tables["任务"][0] | {"任务": "T-总人数", "数值": target} == tables["任务"][0]
    assert {row["参数"]: row["值"] for row in tables["参数"]}["计划周数"] == weeks


def test_the_prefecture_has_its_eleven_counties() -> None:
    """All 150 townships of Zhaotong are there, each once, in eleven counties."""
    townships = tables_of("prefecture")["乡镇"]
    assert len({row["乡镇"] for row in townships}) == 150
    assert len({row["区县"] for row in townships}) == 11


def test_the_county_has_the_real_townships(county: Tables) -> None:
    """Names and codes are those of the code table, in its order."""
    real = [(fact.name, fact.code) for fact in townships_of("赫章县")]
    assert [(row["乡镇"], row["区划代码"]) for row in county["乡镇"]] == real


@pytest.mark.parametrize("size", ["demo", "county", "large-county"])
def test_it_reads_back_without_faults(size: str, tmp_path: Path) -> None:
    """The reader accepts the workbook and finds every cohort, wish and provider in it."""
    generate_workbook(size, 3, tmp_path / "instance.xlsx")
    instance = read_workbook(tmp_path / "instance.xlsx").instance
    tables = tables_of(size)
    assert len(instance.cohorts) == len(tables["劳动力"])
    assert len(instance.demand) == len(tables["需求"])
    assert len(instance.providers) == len(tables["机构"])


def test_people_sum_to_the_scale(generated: tuple[str, Tables]) -> None:
    """Trainable people are exactly those of the size, and wishes exceed them."""
    size, tables = generated
    assert total(tables["劳动力"], "可参训人数") == SIZES[size].persons
    assert total(tables["需求"], "愿意人数") > SIZES[size].persons


def test_no_wish_exceeds_its_cohort(generated: tuple[str, Tables]) -> None:
    """A course is wished by at least one and at most all people of a cohort."""
    _, tables = generated
    people = {(row["乡镇"], row["年龄段"], row["群体"]): row["可参训人数"] for row in tables["劳动力"]}
    for row in tables["需求"]:
        assert 1 <= int(str(row["愿意人数"])) <= int(str(people[row["乡镇"], row["年龄段"], row["群体"]]))


def test_only_admitted_age_bands_wish_a_course(generated: tuple[str, Tables]) -> None:
    """Nobody wishes a course that does not admit their age band."""
    _, tables = generated
    admitted = {row["课程"]: str(row["适合年龄段"]).split("、") for row in tables["课程"]}
    assert all(row["年龄段"] in admitted[row["课程"]] for row in tables["需求"])


def test_every_wished_course_is_taught_in_every_county(generated: tuple[str, Tables]) -> None:
    """Each county has an accredited provider for each course of the catalogue."""
    _, tables = generated
    county_of = {row["乡镇"]: row["区县"] for row in tables["乡镇"]}
    base = {row["机构"]: county_of[row["驻地"]] for row in tables["机构"]}
    taught = {(base[row["机构"]], row["课程"]) for row in tables["承训"]}
    assert taught == {(county, row["课程"]) for county in set(county_of.values()) for row in tables["课程"]}


def test_every_course_of_a_provider_has_teachers_for_a_large_class(generated: tuple[str, Tables]) -> None:
    """At least two teachers for practice and one for theory, so that any class can be staffed."""
    _, tables = generated
    theory, practice = Counter(), Counter()
    for row in tables["教师"]:
        for course in str(row["课程"]).split("、"):
            theory[row["机构"], course] += row["类型"] in ("理论", "均可")
            practice[row["机构"], course] += row["类型"] in ("实操", "均可")
    pairs = [(row["机构"], row["课程"]) for row in tables["承训"]]
    assert all(theory[pair] >= 1 and practice[pair] >= 2 for pair in pairs)


def test_vacancies_are_about_three_quarters_of_the_target(generated: tuple[str, Tables]) -> None:
    """Pools of very few jobs are dropped, so a small instance may have a little less."""
    size, tables = generated
    assert 0.5 * SIZES[size].target < total(tables["岗位"], "岗位数") <= 0.75 * SIZES[size].target


def test_money_is_neither_ample_nor_hopeless(generated: tuple[str, Tables]) -> None:
    """The funds hold 1,000 to 1,600 yuan for each person of the target."""
    size, tables = generated
    assert 1_000 <= total(tables["资金"], "金额") / SIZES[size].target <= 1_600


def test_class_cost_money_never_depends_on_a_tag(generated: tuple[str, Tables]) -> None:
    """A class has no group, so 办班费 is paid by rules for everybody only."""
    _, tables = generated
    assert all(row["标签"] == "全部" for row in tables["资金用途"] if row["费用"] == "办班费")


def test_hard_targets_are_modest(generated: tuple[str, Tables]) -> None:
    """Hard floors ask for far fewer people than could be trained; the head count itself is soft."""
    size, tables = generated
    floors = [row for row in tables["任务"] if row["性质"] == "必须" and row["关系"] == ">="]
    assert floors
    assert all(int(str(row["数值"])) <= 0.35 * SIZES[size].target + 1 for row in floors)
    assert tables["任务"][0]["性质"] == "尽量"


def test_township_venues_reach_neighbouring_townships(county: Tables) -> None:
    """With 40 minutes at 2 minutes a kilometre a township reaches six to twelve townships on average."""
    points = [(math.radians(float(str(r["经度"]))), math.radians(float(str(r["纬度"])))) for r in county["乡镇"]]

    def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
        half = math.sin((a[1] - b[1]) / 2) ** 2 + math.cos(a[1]) * math.cos(b[1]) * math.sin((a[0] - b[0]) / 2) ** 2
        return 2 * 6371 * math.asin(math.sqrt(half))

    reached = sum(kilometres(a, b) * 2.0 <= 40 for a in points for b in points) / len(points)
    assert 6 <= reached <= 12


def test_a_county_follows_several_calendars(county: Tables) -> None:
    """Altitude zones give two to six calendars, and each has its Spring Festival."""
    calendars = {row["农时类型"] for row in county["乡镇"]}
    assert 2 <= len(calendars) <= 6
    with_festival = {row["农时类型"] for row in county["农时"] if row["作物"] == "春节"}
    assert with_festival == calendars


@pytest.mark.parametrize(
    ("calendar", "digits"),
    [
        ("P2 中山粮烟区", "0000007884333144444000000000244444445555541000000000"),
        ("P3 高寒山区", "0000006886555553111122222100000000566666655000000000"),
        ("P4 竹笋天麻区", "1122227883225666642000012222200002445663222221111111"),
        ("P5 江边河谷区", "0000006883444430122222100233335555422210000000110000"),
        ("P6 二半山粮椒烟区", "0012227883003455542222222223322224666764310000000000"),
    ],
)
def test_calendars_give_the_derived_busy_index(calendar: str, digits: str) -> None:
    """The weekly index from 2025-12-29 on, in tenths cut off, is the one derived with the calendars' facts."""
    first = date(2025, 12, 29)
    weeks = [busy_index(calendar, first + timedelta(weeks=week)) for week in range(len(digits))]
    # A week of exactly 0.3 may be cut to either side.
    for index, digit in zip(weeks, digits, strict=True):
        assert int(10 * index - 1e-9) <= int(digit) <= int(10 * index + 1e-9)


def busy_index(calendar: str, monday: date) -> float:
    """One minus the product of what each activity leaves free, weighted by its share of the week's days."""
    free = 1.0
    days = [f"{monday + timedelta(days=n):%m-%d}" for n in range(7)]
    for crop in crops_of(calendar):
        wraps = crop.start > crop.end
        inside = sum((day >= crop.start or day <= crop.end) if wraps else crop.start <= day <= crop.end for day in days)
        free *= 1 - crop.adoption * crop.intensity * inside / 7
    return 1 - free


@pytest.mark.parametrize("seed", range(12))
def test_no_hard_requirement_of_a_small_instance_is_impossible(seed: int, tmp_path: Path) -> None:
    """Locks and hard targets are chosen so that each can be met by itself, whatever the seed."""
    generate_workbook("demo", seed, tmp_path / "demo.xlsx")
    assert impossible_requirements(build_problem(read_workbook(tmp_path / "demo.xlsx").instance)) == ()


@pytest.mark.parametrize("sheet", ["机构", "场地", "教师", "岗位", "资金", "转化率", "历史"])
def test_invented_rows_carry_grade_a(county: Tables, sheet: str) -> None:
    """Every row of an invented sheet says that it is an assumption."""
    assert all("A" in str(row["等级"]) for row in county[sheet])


def test_invented_names_say_so(county: Tables) -> None:
    """Providers and teachers cannot be mistaken for real ones."""
    assert all("虚构" in str(row["机构"]) for row in county["机构"])
    assert all("虚构" in str(row["教师"]) for row in county["教师"])


def test_every_sheet_has_its_source(generated: tuple[str, Tables]) -> None:
    """来源说明 has a row with source and grade for each other sheet."""
    _, tables = generated
    described = {row["工作表"]: row for row in tables["来源说明"]}
    assert set(described) == (set(tables) - {"来源说明"}) | {"（全簿）"}
    assert all(row["来源"] and row["等级"] for row in described.values())


def test_the_whole_catalogue_has_traits() -> None:
    """Each of the 55 courses has traits under its own name, and some age band suits it."""
    assert len(courses()) == 55
    assert all(course.age_bands and max(course.fit.values()) > 0 for course in courses())


def test_some_rates_are_left_to_past_classes(county: Tables) -> None:
    """Courses without a gross rate have past classes to estimate it from."""
    missing = {row["课程"] for row in county["转化率"] if row["毛就业率"] is None}
    assert missing
    assert missing <= {row["课程"] for row in county["历史"]}
