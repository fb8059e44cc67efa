"""Township notices: which classes, places of the township's people, ages, money as the settings say, how to enrol."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planner.domain.instance import AgeBand, Instance, Township, Venue
from planner.domain.plan import Heads, Plan
from planner.export.documents import write_documents
from planner.export.documents.township_notice import ages_of, notice_classes, places
from planner.export.figures import count_classes
from planner.export.folders import PaperFolders

from .builders import a_class, a_course, a_plan, an_instance, the_expected_jobs, with_days
from .pdf_reading import page_texts, text_of


def notices(folder: Path, instance: Instance, plan: Plan) -> dict[str, str]:
    """Write the documents and return each township's notice as text without white space."""
    folders = PaperFolders(folder, instance, plan)
    write_documents(instance, plan, folders, dict.fromkeys((planned.id for planned in plan.classes), 10.0))
    paths = {township.name: folders.township(township.name) / "开班公告.pdf" for township in instance.townships}
    return {name: text_of(path) for name, path in paths.items() if path.exists()}


def with_settings(**changes: Any) -> Instance:
    """The small county with other settings."""
    return an_instance(settings=replace(an_instance().settings, **changes))


def test_notice_is_an_official_paper(tmp_path: Path) -> None:
    """Title, addressee, opening, issuers and an open date, in this order."""
    text = notices(tmp_path, an_instance(), with_days(an_instance(), a_plan()))["可乐彝族苗族乡"]
    parts = [
        "赫章县可乐彝族苗族乡2026年职业技能培训开班公告",
        "各村（社区）、广大劳动者：",
        "根据赫章县人力资源和社会保障局2026年职业技能培训开班计划，本乡劳动者可参加1个培训班，共有名额32个。现公告如下。",
        "一、在本乡开班（1个）",
        "报名对象",
        "上课时间上午8:30—12:00；下午14:00—17:30。",
        "费用和补贴培训免费。",
        "报名方式带本人身份证",
        "考核发证",
        "赫章县人力资源和社会保障局可乐彝族苗族乡人民政府2026年月日",
    ]
    positions = [text.rindex(part) for part in parts]
    assert positions == sorted(positions)


def test_class_row_has_days_place_ages_and_places_by_group(tmp_path: Path) -> None:
    """Part-time class of five days: its days in runs, exam, venue, ages of the course, places by group."""
    text = notices(tmp_path, an_instance(), with_days(an_instance(), a_plan()))["可乐彝族苗族乡"]
    days = "3月9日—11日、16日—17日3月18日考核"
    assert f"1养蜂员第1期（分散，5天）{days}可乐彝族苗族乡可乐乡政府会议室16—6032人脱贫25、脱贫易迁7" in text


def test_without_days_the_notice_tells_weeks(tmp_path: Path) -> None:
    """Monday of the first to Friday of the last week, and that days follow."""
    text = notices(tmp_path, an_instance(), a_plan())["双河街道"]
    assert "3月2日—13日（日期另行通知）" in text
    assert "在所写起止日期之间上课，具体日期开班前通知" in text


def test_classes_elsewhere_that_take_the_townships_people_are_listed(tmp_path: Path) -> None:
    """A township without a class of its own is told where its people go; the place names the other township."""
    heads = (Heads("双河街道", "40岁以下", "一般", 22), Heads("可乐彝族苗族乡", "40岁以下", "脱贫", 5))
    plan = with_days(an_instance(), a_plan(classes=(a_class(heads=heads),), payments=(), total_cost_cents=0))
    text = notices(tmp_path, an_instance(), plan)["可乐彝族苗族乡"]
    assert "共有名额5个。本乡不开班，请到附近乡镇（街道）参加。" in text
    assert "一、在附近乡镇（街道）开班（1个）" in text
    assert "双河街道文化站16—605人脱贫5" in text


def test_township_that_only_hosts_says_whose_places_they_are(tmp_path: Path) -> None:
    """A class held for others is announced without places for the township's own people."""
    heads = (Heads("双河街道", "40岁以下", "一般", 22),)
    classes = (a_class(venue="可乐乡政府会议室", heads=heads),)
    plan = with_days(an_instance(), a_plan(classes=classes, payments=(), total_cost_cents=0))
    text = notices(tmp_path, an_instance(), plan)["可乐彝族苗族乡"]
    assert "以下培训班在本乡开班，学员来自其他乡镇（街道）" in text
    assert "名额为“—”的班在本乡上课，名额已安排给其他乡镇（街道）" in text


def test_township_with_nothing_to_announce_gets_no_notice(tmp_path: Path) -> None:
    """No class in it and none that takes its people: no paper and no folder."""
    plan = with_days(an_instance(), a_plan(classes=(a_class(),), payments=(), total_cost_cents=0))
    assert list(notices(tmp_path, an_instance(), plan)) == ["双河街道"]
    assert not (tmp_path / "乡镇" / "可乐彝族苗族乡").exists()


def test_places_of_all_notices_are_the_plans_heads() -> None:
    """Over all townships the places add up to the plan's people, and by township to those who come from it."""
    instance, plan = an_instance(), a_plan()
    classes = count_classes(instance, plan, the_expected_jobs())
    offered = Counter[str]()
    for township in instance.townships:
        for held in notice_classes(township.name, classes):
            offered[township.name] += sum(places(figures, township.name) for figures in held)
    expected = Counter[str]()
    for planned in plan.classes:
        for heads in planned.heads:
            expected[heads.township] += heads.persons
    assert offered == expected
    assert offered.total() == 62


def test_allowance_is_told_as_the_settings_say(tmp_path: Path) -> None:
    """Amount and groups follow 生活补贴 and its tag; without either there is no such sentence."""
    plan = with_days(an_instance(), a_plan())
    text = notices(tmp_path / "default", an_instance(), plan)["双河街道"]
    assert "生活补贴：脱贫、脱贫易迁人员，按实际课日每人每天40元。" in text
    other = with_settings(living_allowance_cents=5_550, allowance_tag="易迁")
    text = notices(tmp_path / "other", other, plan)["双河街道"]
    assert "生活补贴：易迁、脱贫易迁人员，按实际课日每人每天55.50元。" in text
    assert "生活补贴" not in notices(tmp_path / "zero", with_settings(living_allowance_cents=0), plan)["双河街道"]
    assert "生活补贴" not in notices(tmp_path / "tag", with_settings(allowance_tag="无人"), plan)["双河街道"]


def test_exam_fee_is_mentioned_where_there_is_one(tmp_path: Path) -> None:
    """育婴员 has an exam fee, 养蜂员 has none."""
    texts = notices(tmp_path, an_instance(), with_days(an_instance(), a_plan()))
    assert "培训费和考证费由培训资金承担，不向学员收取" in texts["双河街道"]
    assert "培训费由培训资金承担，不向学员收取" in texts["可乐彝族苗族乡"]


def test_limit_of_trainings_is_that_of_the_settings(tmp_path: Path) -> None:
    """每人次数上限 2 is told as two."""
    instance = with_settings(trainings_per_person=2)
    assert "每人在本计划期内最多参加2次培训" in notices(tmp_path, instance, a_plan())["双河街道"]


@pytest.mark.parametrize(
    ("bands", "ages"),
    [
        (None, "16—60"),
        (frozenset({"40岁以下", "40-50岁"}), "16—50"),
        (frozenset({"50岁以上"}), "51—60"),
        (frozenset({"40岁以下", "50岁以上"}), "16—39、51—60"),
    ],
)
def test_ages_are_those_of_the_course(bands: frozenset[str] | None, ages: str) -> None:
    """Bands that touch are one span; a gap is told."""
    assert ages_of(an_instance(), a_course(age_bands=bands)) == ages


def test_overlapping_age_bands_are_one_span() -> None:
    """Bands may overlap in a workbook of one's own."""
    instance = an_instance(age_bands=(AgeBand("青年", 16, 35), AgeBand("中年", 30, 55)))
    assert ages_of(instance, a_course()) == "16—55"


def test_many_classes_flow_over_pages_with_the_header_on_each(tmp_path: Path) -> None:
    """Sixty classes: all rows are there, in order of their start, each page with the table's header."""
    classes = tuple(a_class(f"K{n:03}", start_week=date(2026, 3, 2), end_week=date(2026, 3, 9)) for n in range(1, 61))
    plan = with_days(an_instance(), a_plan(classes=classes, payments=(), total_cost_cents=0))
    folders = PaperFolders(tmp_path, an_instance(), plan)
    write_documents(an_instance(), plan, folders, dict.fromkeys((planned.id for planned in classes), 1.0))
    pages = page_texts(folders.township("双河街道") / "开班公告.pdf")
    assert sum(text.count("期（集中，10天）") for text in pages) == 60
    assert len(pages) > 3
    assert all("序号培训班培训时间培训地点" in text for text in pages if "（集中，10天）" in text)


@pytest.mark.parametrize("number", range(1, 19, 3))
def test_the_offices_that_sign_never_stand_alone_on_a_page(tmp_path: Path, number: int) -> None:
    """However many classes there are, the last page begins with text."""
    classes = tuple(a_class(f"K{n:03}", start_week=date(2026, 3, 2), end_week=date(2026, 3, 9)) for n in range(number))
    plan = with_days(an_instance(), a_plan(classes=classes, payments=(), total_cost_cents=0))
    folders = PaperFolders(tmp_path, an_instance(), plan)
    write_documents(an_instance(), plan, folders, dict.fromkeys((planned.id for planned in classes), 1.0))
    last = page_texts(folders.township("双河街道") / "开班公告.pdf")[-1]
    assert "课程结束后统一组织考核" in last and "双河街道办事处" in last


@pytest.mark.parametrize(
    ("name", "own", "office"),
    [
        ("双河街道", "在本街道开班", "双河街道办事处"),
        ("妈姑镇", "在本镇开班", "妈姑镇人民政府"),
        ("金银山社区", "在本地开班", "赫章县人力资源和社会保障局金银山社区"),
    ],
)
def test_township_speaks_of_itself_by_its_kind(tmp_path: Path, name: str, own: str, office: str) -> None:
    """Sub-district, town or anything else: own word and the office that signs."""
    instance = an_instance(townships=(Township(name, "赫章县"),), venues=(Venue("文化站", name),))
    planned = a_class(venue="文化站", heads=(Heads(name, "40岁以下", "一般", 30),))
    plan = a_plan(classes=(planned,), payments=(), placements=(), unserved=(), total_cost_cents=0)
    text = notices(tmp_path, instance, plan)[name]
    assert own in text
    assert office in text
