"""Figures that can be read and may still be wrong are doubted, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.instance import (
    Accreditation,
    ConversionRate,
    Instance,
    Measure,
    PastOutcome,
    Provider,
    Sense,
    Target,
    Teacher,
    TeacherKind,
    TravelTime,
    Venue,
)
from planner.reading.plausibility import (
    RULES,
    SurveyRow,
    check_against_workbook,
    check_residents,
    check_survey,
    doubts_of,
    outliers,
)
from planner.reading.read import read_demand
from planner.reading.report import Level
from planner.workbook.read import read_workbook
from tests.reading.survey import COUNTY, write_sheets

ROOT = Path(__file__).parents[2]
BUNDLED = ("demo.xlsx", "hezhang.xlsx", "zhenxiong.xlsx", "tiny/jobs.xlsx", "tiny/money.xlsx", "tiny/target.xlsx")


@cache
def bundled(name: str) -> Instance:
    return read_workbook(ROOT / "instances" / name).instance


@pytest.mark.parametrize("name", BUNDLED)
def test_the_bundled_instances_raise_no_doubt(name: str):
    assert doubts_of(bundled(name)) == ()


def first(records: tuple, **changes: object) -> tuple:
    """Change the first record."""
    return (replace(records[0], **changes), *records[1:])


def largest_demand_times(instance: Instance, factor: int) -> Instance:
    """Write one digit too many in the largest wish."""
    largest = max(instance.demand, key=lambda row: row.persons)
    return replace(instance, demand=tuple(
        replace(row, persons=row.persons * factor) if row is largest else row for row in instance.demand
    ))  # fmt: skip


def one_county_in_ten_thousands(instance: Instance) -> Instance:
    cohorts = tuple(replace(cohort, persons=cohort.persons * 10_000) for cohort in instance.cohorts)
    return replace(instance, cohorts=cohorts)


def everybody_willing(instance: Instance) -> Instance:
    """Let everybody of one township want one course."""
    place = instance.demand[0].township
    persons = {(row.age_band, row.group): row.persons for row in instance.cohorts if row.township == place}
    demand = tuple(
        replace(row, persons=persons[row.age_band, row.group]) if row.township == place else row
        for row in instance.demand
    )
    return replace(instance, demand=demand)


def only_the_wrong_age(instance: Instance) -> Instance:
    name = instance.demand[0].course
    others = {row.age_band for row in instance.demand if row.course != name} - {
        row.age_band for row in instance.demand if row.course == name
    }
    courses = tuple(
        replace(course, age_bands=frozenset(others or {"别的年龄段"})) if course.name == name else course
        for course in instance.courses
    )
    return replace(instance, courses=courses)


def a_second_name(instance: Instance) -> Instance:
    name = next(place for place in instance.townships if place.name == "可乐彝族苗族乡")
    return replace(instance, townships=(*instance.townships, replace(name, name="可乐乡")))


def swapped_coordinates(instance: Instance) -> Instance:
    place = instance.townships[0]
    return replace(instance, townships=first(instance.townships, lon=place.lat, lat=place.lon))


def course_of_the_catalogue(instance: Instance, **changes: object) -> Instance:
    courses = tuple(
        replace(course, **changes) if course.name.startswith("钢筋工") else course for course in instance.courses
    )
    assert courses != instance.courses
    return replace(instance, courses=courses)


def a_course_its_provider_may_not_teach(instance: Instance) -> Instance:
    teacher = instance.teachers[0]
    known = {row.course for row in instance.accreditations or () if row.provider == teacher.provider}
    other = next(course.name for course in instance.courses if course.name not in known)
    return replace(instance, teachers=first(instance.teachers, courses=(*teacher.courses, other)))


def only_one_for_practice(instance: Instance) -> Instance:
    """Let all but one teacher of a provider teach theory only, and that one everything."""
    one = instance.teachers[0]
    everything = tuple(row.course for row in instance.accreditations or () if row.provider == one.provider)
    teachers = tuple(
        replace(each, kind=TeacherKind.THEORY) if each.provider == one.provider else each
        for each in instance.teachers[1:]
    )
    return replace(instance, teachers=(replace(one, courses=everything, kind=TeacherKind.BOTH), *teachers))


EVERYBODY = Target("总任务", Measure.PERSONS, Sense.AT_LEAST, 10**7)

MUTATIONS: dict[str, Callable[[Instance], Instance]] = {
    "more-willing-than-people": lambda it: largest_demand_times(it, 50),
    "nearly-all-willing": everybody_willing,
    "more-people-than-residents": one_county_in_ten_thousands,
    "ten-times-the-usual": lambda it: largest_demand_times(it, 50),
    "nobody-of-the-right-age": only_the_wrong_age,
    "subsidy-out-of-range": lambda it: course_of_the_catalogue(it, subsidy_cents=9_000),
    "hours-for-days": lambda it: course_of_the_catalogue(it, class_days=64),
    "class-size": lambda it: replace(it, courses=first(it.courses, max_size=450)),
    "allowance": lambda it: replace(it, settings=replace(it.settings, living_allowance_cents=53_600)),
    "money-out-of-scale": lambda it: replace(it, funds=first(it.funds, amount_cents=25_000)),
    "rates": lambda it: replace(it, conversion=(ConversionRate(it.courses[0].name, None, None, 0.8, 0.8),)),
    "past-outcomes": lambda it: replace(it, history=(PastOutcome(it.courses[0].name, None, None, None, 50, 30, 40),)),
    "target-beyond-demand": lambda it: replace(it, targets=(EVERYBODY,)),
    "vacancies": lambda it: replace(it, pools=first(it.pools or (), vacancies=10**8)),
    "coordinates": swapped_coordinates,
    "travel": lambda it: replace(it, travel=(TravelTime(it.townships[0].name, it.townships[1].name, 3600.0),)),
    "market-days": lambda it: replace(it, townships=first(it.townships, market_days="看通知")),
    "teacher-not-accredited": a_course_its_provider_may_not_teach,
    "nobody-to-teach": lambda it: replace(
        it, teachers=tuple(replace(one, kind=TeacherKind.THEORY) for one in it.teachers)
    ),
    "one-practice-teacher": only_one_for_practice,
    "one-thing-two-names": a_second_name,
}


@pytest.mark.parametrize("key", [rule.key for rule in RULES])
def test_every_rule_finds_the_mistake_it_is_named_for(key: str):
    before = bundled("hezhang.xlsx")
    spoilt = MUTATIONS[key](before)
    found = [doubt for doubt in doubts_of(spoilt) if doubt.rule == key]
    assert len(found) == 1
    assert found[0].sheet in str(found[0]) and found[0].remedy


def test_a_doubt_names_three_cases_and_counts_the_rest():
    spoilt = bundled("hezhang.xlsx")
    spoilt = replace(spoilt, courses=tuple(replace(course, max_size=450) for course in spoilt.courses))
    (doubt,) = doubts_of(spoilt)
    assert doubt.text.count("450 人") == 3 and f"等 {len(spoilt.courses)} 处" in doubt.text


def a_school(*teachers: Teacher, **changes: object) -> Instance:
    """One provider that may teach two courses of ten days to 50 people; only the first is wished for."""
    one = bundled("hezhang.xlsx")
    courses = tuple(
        replace(one.courses[0], name=name, class_days=10, theory_days=4, max_size=50) for name in ("电焊", "厨艺")
    )
    courses = (replace(courses[0], **changes), courses[1])
    pairs = (("职校", "电焊"), ("职校", "厨艺"), ("民校", "电焊"))
    return replace(
        one,
        courses=courses,
        teachers=teachers,
        providers=(Provider("职校"), Provider("民校")),
        accreditations=tuple(Accreditation(provider, course, 1) for provider, course in pairs),
        demand=(replace(one.demand[0], course="电焊"),),
        conversion=(),
        history=(),
        venues=(Venue("馆", "镇", seats=45),),
    )


def teacher_doubts(instance: Instance) -> list[tuple[str, str]]:
    rules = ("teacher-not-accredited", "nobody-to-teach", "one-practice-teacher")
    return [(doubt.rule, doubt.text.partition("：")[2]) for doubt in doubts_of(instance) if doubt.rule in rules]


WELDER, COOK = Teacher("张", "职校", ("电焊",)), Teacher("李", "职校", ("厨艺",))
SECOND = Teacher("王", "职校", ("电焊",), TeacherKind.PRACTICE)


def test_a_provider_without_listed_teachers_raises_no_doubt_about_them():
    """民校 has as many teachers as it needs by default, and nobody wishes for 厨艺."""
    assert teacher_doubts(a_school()) == []
    assert teacher_doubts(a_school(WELDER, SECOND)) == []


def test_a_listed_provider_needs_theory_and_practice_of_each_wished_course():
    assert teacher_doubts(a_school(COOK)) == [("nobody-to-teach", "职校 电焊 无人教理论、职校 电焊 无人教实操")]
    assert teacher_doubts(a_school(SECOND, replace(SECOND, name="赵"))) == [("nobody-to-teach", "职校 电焊 无人教理论")]
    assert teacher_doubts(a_school(SECOND, replace(SECOND, name="赵"), theory_days=0)) == []
    assert teacher_doubts(a_school(replace(WELDER, kind=TeacherKind.THEORY), theory_days=10)) == []


def test_large_practice_groups_need_a_second_teacher():
    alone = [("one-practice-teacher", "职校 电焊（只有张，最大班额 50 人）")]
    assert teacher_doubts(a_school(WELDER)) == alone
    assert teacher_doubts(a_school(WELDER, max_size=25)) == []
    assert teacher_doubts(a_school(WELDER, theory_days=10)) == []
    small = replace(a_school(WELDER), venues=(Venue("馆", "镇", seats=25),))
    assert teacher_doubts(small) == []


def test_a_teacher_of_a_course_its_provider_may_not_teach_is_named():
    spoilt = replace(a_school(WELDER, SECOND), accreditations=(Accreditation("职校", "厨艺", 1),))
    cases = [("teacher-not-accredited", "张（职校，电焊）、王（职校，电焊）")]
    assert teacher_doubts(replace(spoilt, demand=())) == cases
    assert teacher_doubts(replace(spoilt, demand=(), accreditations=None)) == []


def test_one_slip_stands_out_and_one_large_town_among_large_ones_does_not():
    usual = [(f"乡{number}", 20.0 + number) for number in range(10)]
    assert outliers([*usual, ("错乡", 350.0)]) == [("错乡", 350.0, 25.0)]
    assert outliers([*usual, ("大乡", 190.0)]) == []
    assert outliers([*usual, *((f"城{size}", float(size)) for size in (60, 110, 200, 350))]) == []
    assert outliers([("甲", 1.0), ("乙", 1000.0)]) == []


@given(st.lists(st.tuples(st.text(max_size=3), st.floats(0, 1e12)), max_size=12))
def test_outliers_are_at_least_ten_times_the_median(figures: list[tuple[str, float]]):
    for _, figure, usual in outliers(figures):
        assert figure >= 10 * usual > 0


def survey(**figures: list[float]) -> list[SurveyRow]:
    places = max(len(column) for column in figures.values())
    return [
        SurveyRow(f"乡{place}", {meaning: column[place] for meaning, column in figures.items() if place < len(column)})
        for place in range(places)
    ]


def test_parts_of_a_survey_above_their_whole():
    rows = survey(labour=[1000, 900], willing_total=[400, 950], of_poverty=[300, 200])
    (doubt,) = check_survey(rows, "摸底表")
    assert "有培训意愿人数多于劳动力总数" in doubt.text and "乡1（950 多于 900）" in doubt.text


def test_a_survey_with_a_slip_of_one_digit():
    rows = survey(labour=[900, 1000, 1100, 1050, 950, 990, 10300], willing_total=[300] * 7)
    (doubt,) = check_survey(rows, "摸底表")
    assert doubt.rule == "ten-times-the-usual" and "乡6" in doubt.text


def test_a_county_with_eighteen_million_migrants():
    """The newspaper's 1821万 should have been 18.21万."""
    (doubt,) = check_residents(survey(away=[18_000_000, 210_000]), "赫章县", "情况表")
    assert "赫章县外出务工人数合计 18,210,000 人，常住人口约 648,471" in doubt.text
    assert check_residents(survey(away=[182_100]), "赫章县", "情况表") == ()
    (unknown,) = check_residents(survey(away=[18_210_000]), "", "情况表")
    assert "一个县一般不超过 2,000,000 人" in unknown.text


def test_registered_people_may_pass_the_residents_where_many_are_away():
    assert check_residents(survey(residents=[900_000]), "赫章县", "情况表") == ()
    assert check_residents(survey(residents=[9_000_000]), "赫章县", "情况表") != ()


def test_ten_times_the_people_of_the_workbook():
    known = {"甲乡": 300, "乙乡": 8, "丙乡": 400}
    (doubt,) = check_against_workbook({"甲乡": 3000, "乙乡": 90, "丙乡": 3900, "丁乡": 9000}, known)
    assert "甲乡 3,000 人（工作簿 300 人）" in doubt.text and "乙乡" not in doubt.text and "丙乡" not in doubt.text
    assert check_against_workbook({"甲乡": 2999}, known) == ()


def test_migrants_in_a_column_that_is_not_used_are_doubted_in_the_report(tmp_path: Path):
    """From the sheet to the sentence: 外出务工人数 in 万 is no wish, and still told when it cannot be."""
    rows = [
        ["乡镇", "劳动力总数", "外出务工人数(万人)", "有培训意愿人数", "家政"],
        ["河镇", 9000, 1821, 300, 20],
        ["山乡", 8000, "0.3", 200, 10],
    ]
    reading = read_demand([write_sheets(tmp_path / "表.xlsx", {"摸底表": rows})], COUNTY)
    said = [str(finding) for finding in reading.report.all_findings(Level.WARNING)]
    assert any("外出务工人数合计 18,213,000 人" in one for one in said)
    assert any("外出务工人数多于劳动力总数：河镇（18,210,000 多于 9,000）" in one for one in said)
    assert reading.people.persons == 500 and not reading.report.faults()
