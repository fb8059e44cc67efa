"""Class timetables: a row for each session, one page for up to fourteen days, who teaches, the exam."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from planner.domain.instance import Instance, Venue
from planner.domain.plan import Plan
from planner.export.documents import write_documents
from planner.export.folders import PaperFolders

from .builders import a_class, a_course, a_plan, an_instance, with_days
from .pdf_reading import page_texts, text_of

MORNING, AFTERNOON = "上午8:30—12:00", "下午14:00—17:30"


def timetable(folder: Path, instance: Instance, plan: Plan) -> Path:
    """Write the documents and return the timetable of the plan's class K001."""
    folders = PaperFolders(folder, instance, plan)
    write_documents(instance, plan, folders, dict.fromkeys((planned.id for planned in plan.classes), 10.0))
    return folders.of_class("K001") / "课程表.pdf"


def a_long_class(days: int, **changes: object) -> tuple[Instance, Plan]:
    """One class of 育婴员 with so many days, four of them theory, and its sessions."""
    instance = an_instance(courses=(a_course("育婴员", class_days=days),))
    end = date.fromordinal(date(2026, 3, 2).toordinal() + 7 * ((days - 1) // 5))
    plan = a_plan(classes=(a_class(end_week=end, **changes),), payments=(), total_cost_cents=0)
    return instance, with_days(instance, plan)


def test_every_session_has_its_row_in_order(tmp_path: Path) -> None:
    """Ten days: ten mornings and ten afternoons, each followed by hours, kind and teacher; theory first."""
    instance, plan = a_long_class(10)
    text = text_of(timetable(tmp_path, instance, plan))
    assert text.count(f"{MORNING}4") == text.count(f"{AFTERNOON}4") == 10
    assert text.count("4理论教师1") == 8
    assert text.count("4实操教师1、教师2") == 12
    assert text.rindex("4理论") < text.index("4实操")
    assert text.index("3月2日周一") < text.index("3月6日周五") < text.index("3月9日周一")


def test_head_and_foot_say_what_the_class_is(tmp_path: Path) -> None:
    """Name, provider, place, span, people, hours in total and by kind, the exam day and who signs."""
    instance, plan = a_long_class(10)
    text = text_of(timetable(tmp_path, instance, plan))
    for part in (
        "赫章县2026年职业技能培训班级课程表",
        "班级名称育婴员第1期班级编号K001",
        "承训机构赫章县中等职业学校培训地点双河街道文化站",
        "培训时间3月2日至3月13日，10天（集中）计划人数30人",
        "总课时80理论32，实操48；考核：3月16日（周一）",
        "承训机构（盖章）：",
    ):
        assert part in text


@pytest.mark.parametrize("days", [1, 13, 14, 20])
def test_up_to_fourteen_days_stand_on_one_page(tmp_path: Path, days: int) -> None:
    """28 rows, head, notes and signatures fit, and 40 in smaller type."""
    assert len(page_texts(timetable(tmp_path, *a_long_class(days)))) == 1


def test_fourteen_days_with_long_names_stand_on_one_page(tmp_path: Path) -> None:
    """60 people, two teachers with long names in each practice session, long course, provider and venue."""
    long = "兴发苗族彝族回族乡易地扶贫搬迁安置区综合文化服务中心三楼多功能培训教室"
    course = a_course("新能源汽车维修(中职订单班,中长期)", class_days=14, max_size=60)
    instance = an_instance(courses=(course,), venues=(Venue(long, "可乐彝族苗族乡"),))
    plan = a_plan(
        classes=(a_class(course=course.name, venue=long, end_week=date(2026, 3, 16)),), payments=(), total_cost_cents=0
    )
    plan = with_days(instance, plan)
    names = "上官欧阳慕容雪(特聘高级技师)甲", "上官欧阳慕容雪(特聘高级技师)乙"
    sessions = tuple(replace(session, teachers=names[: len(session.teachers)]) for session in plan.sessions)
    (text,) = page_texts(timetable(tmp_path, instance, replace(plan, sessions=sessions)))
    assert text.count("、".join(names)) == 20
    assert text.count(MORNING) == text.count(AFTERNOON) == 14


def test_long_course_goes_on_with_its_header_on_each_page(tmp_path: Path) -> None:
    """Ninety days: every session is there, and each page begins its rows with the header."""
    pages = page_texts(timetable(tmp_path, *a_long_class(90)))
    assert sum(text.count(MORNING) for text in pages) == sum(text.count(AFTERNOON) for text in pages) == 90
    assert len(pages) > 3
    assert all("日期星期时段课时教学内容形式授课教师备注" in text for text in pages if MORNING in text)


def test_named_teachers_keep_their_names(tmp_path: Path) -> None:
    """Only names made from the provider's are shortened, and then a note asks to fill in the real ones."""
    instance, plan = a_long_class(10)
    named = replace(plan, sessions=tuple(replace(session, teachers=("王秀英",)) for session in plan.sessions))
    assert "代号，开班前请填写姓名" in text_of(timetable(tmp_path / "nobody", instance, plan))
    text = text_of(timetable(tmp_path / "named", instance, named))
    assert text.count("王秀英") == 20
    assert "代号" not in text


def test_a_note_on_two_teachers_stands_only_where_two_teach_together(tmp_path: Path) -> None:
    """Two teachers who take turns are no pair."""
    instance, plan = a_long_class(10)
    taking_turns = tuple(replace(one, teachers=(f"张三{n % 2}",)) for n, one in enumerate(plan.sessions))
    assert "两人同时到场" in text_of(timetable(tmp_path / "pairs", instance, plan))
    assert "两人同时到场" not in text_of(timetable(tmp_path / "turns", instance, replace(plan, sessions=taking_turns)))


def test_room_is_told_where_there_are_several(tmp_path: Path) -> None:
    """A venue with three rooms names the class's room; a venue with one does not."""
    instance, plan = a_long_class(10)
    rooms = replace(instance, venues=(Venue("双河街道文化站", "双河街道", rooms=3),))
    assert "双河街道文化站（第1教室）" in text_of(timetable(tmp_path / "three", rooms, plan))
    assert "教室）" not in text_of(timetable(tmp_path / "one", instance, plan))


def test_inspections_are_not_announced(tmp_path: Path) -> None:
    """The paper that hangs in the class room does not say when the inspector comes."""
    assert "督查" not in text_of(timetable(tmp_path, *a_long_class(10)))
