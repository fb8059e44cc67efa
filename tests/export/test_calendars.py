"""Whose calendar shows what, read back with another library; what changes for people who have an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject

from planner.domain.plan import Exam, Half, Plan, Session, SessionKind
from planner.errors import BadInput
from planner.export.calendar import write_calendar, write_calendars
from planner.export.folders import PaperFolders

from .builders import a_class, a_plan, an_instance, with_days

SCHOOL = "赫章县中等职业学校"
COUNTY = "全县/开班日历.ics"
CLASS_FILE = "班级/K001/课程日历.ics"
BEIJING = timedelta(hours=8)


def a_timetable() -> Plan:
    """Both classes of the small plan with their days."""
    return with_days(an_instance(), a_plan())


def write(plan: Plan, root: Path, earlier: Path | None = None) -> dict[str, Path]:
    """Write every calendar below ``root``; files by their place there."""
    files = write_calendars(an_instance(), plan, PaperFolders(root, an_instance(), plan), earlier)
    return {path.relative_to(root).as_posix(): path for path in files}


def events(path: Path) -> list[Any]:
    """The entries of a calendar as vobject reads them, in the file's order."""
    return list(vobject.readOne(path.read_text(encoding="utf-8")).contents.get("vevent", []))


def shown(path: Path) -> list[str]:
    """What a calendar program lists."""
    return [event.summary.value for event in events(path)]


def fields(path: Path, name: str) -> Iterator[str]:
    """One property of every entry."""
    return (getattr(event, name).value for event in events(path))


def test_everybody_with_an_entry_has_a_calendar(tmp_path: Path) -> None:
    """County, both providers, both townships, both classes, four teachers and the inspector; nobody else."""
    files = write(a_timetable(), tmp_path)
    assert list(files) == [
        COUNTY,
        f"承训机构/{SCHOOL}/开班日历.ics",
        "承训机构/黔鑫职业技能培训学校/开班日历.ics",
        "乡镇/双河街道/开班日历.ics",
        "乡镇/可乐彝族苗族乡/开班日历.ics",
        CLASS_FILE,
        "班级/K002/课程日历.ics",
        *(f"教师/{name}教师{n}.ics" for name in (SCHOOL, "黔鑫职业技能培训学校") for n in (1, 2)),
        "督查员/督查员1.ics",
    ]
    assert sorted(files.values()) == sorted(path for path in tmp_path.rglob("*") if path.is_file())


def test_a_class_without_days_is_shown_as_weeks(tmp_path: Path) -> None:
    """A plan without timetable has no calendars of people, and its class calendars show the span of weeks."""
    files = write(a_plan(), tmp_path)
    assert not any(name.startswith(("教师", "督查员")) for name in files)
    (span,) = events(files[CLASS_FILE])
    assert (span.dtstart.value, span.dtend.value) == (date(2026, 3, 2), date(2026, 3, 14))


def test_class_days_have_hours_in_china(tmp_path: Path) -> None:
    """Ten days of 8:30 to 17:30 at UTC+8 by the file's own time zone, theory first, then the exam."""
    *days, exam = events(write(a_timetable(), tmp_path)[CLASS_FILE])
    assert [day.summary.value for day in days[3:5]] == ["育婴员第1期 第4天（理论）", "育婴员第1期 第5天（实操）"]
    assert len(days) == 10
    assert {(day.dtstart.value.strftime("%H:%M"), day.dtend.value.strftime("%H:%M")) for day in days} == {
        ("08:30", "17:30")
    }
    assert {day.dtstart.value.utcoffset() for day in days} == {BEIJING}
    assert days[0].dtstart.value.date() == date(2026, 3, 2)
    assert exam.summary.value == "考核：育婴员第1期（30人）" and exam.dtstart.value == date(2026, 3, 16)


def test_every_time_names_a_zone_that_the_file_defines(tmp_path: Path) -> None:
    """Programs that know no zones by name find Asia/Shanghai in the file itself, with one offset."""
    text = write(a_timetable(), tmp_path)[CLASS_FILE].read_text(encoding="utf-8")
    assert text.count("DTSTART;TZID=Asia/Shanghai:") == text.count("DTEND;TZID=Asia/Shanghai:") == 10
    zone = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")]
    assert "TZID:Asia/Shanghai" in zone and zone.count("TZOFFSETTO:+0800") == zone.count("TZOFFSETTO") == 1


def test_a_teacher_sees_only_the_hours_that_are_the_teachers(tmp_path: Path) -> None:
    """An afternoon is an entry of that afternoon; a day with both sessions is one entry."""
    plan = a_plan(classes=(a_class(),), payments=())
    days = [date(2026, 3, 2), date(2026, 3, 3)]
    first = [Session("K001", day, Half.MORNING, 1, SessionKind.THEORY, ("张三",)) for day in days]
    second = [
        Session("K001", days[0], Half.AFTERNOON, 1, SessionKind.PRACTICE, ("李四", "王五")),
        Session("K001", days[1], Half.AFTERNOON, 1, SessionKind.PRACTICE, ("张三", "李四")),
    ]
    files = write(replace(plan, sessions=(*second, *first)), tmp_path)

    def hours(name: str) -> list[tuple[datetime, datetime]]:
        found = events(files[f"教师/{name}.ics"])
        return [(e.dtstart.value.replace(tzinfo=None), e.dtend.value.replace(tzinfo=None)) for e in found]

    assert hours("张三") == [
        (datetime(2026, 3, 2, 8, 30), datetime(2026, 3, 2, 12)),
        (datetime(2026, 3, 3, 8, 30), datetime(2026, 3, 3, 17, 30)),
    ]
    assert hours("王五") == [(datetime(2026, 3, 2, 14), datetime(2026, 3, 2, 17, 30))]
    assert shown(files["教师/张三.ics"])[1] == "育婴员第1期 第2天（理论、实操）"
    assert "下午 14:00—17:30　实操　教师：张三、李四" in list(fields(files["教师/张三.ics"], "description"))[1]


def test_inspections_are_in_the_countys_and_the_inspectors_calendar_only(tmp_path: Path) -> None:
    """They come unannounced."""
    files = write(a_timetable(), tmp_path)
    with_visits = [name for name, path in files.items() if "督查" in path.read_text(encoding="utf-8")]
    assert with_visits == [COUNTY, "督查员/督查员1.ics"]
    visits = shown(files["督查员/督查员1.ics"])
    assert visits == ["督查：育婴员第1期（双河街道）", "督查：养蜂员第1期（可乐彝族苗族乡）"]


def test_a_township_sees_classes_held_there_and_classes_of_its_people(tmp_path: Path) -> None:
    """A township that sends people must tell them, wherever the class is held."""
    guests = a_class("K001", venue="可乐乡政府会议室")  # people of 双河街道, taught in 可乐彝族苗族乡
    plan = a_plan(classes=(guests,), payments=(), placements=())
    files = write(plan, tmp_path)
    assert shown(files["乡镇/双河街道/开班日历.ics"]) == ["育婴员第1期（30人，集中）"]
    assert shown(files["乡镇/可乐彝族苗族乡/开班日历.ics"]) == ["育婴员第1期（30人，集中）"]


def test_an_entry_reads_the_same_wherever_it_stands(tmp_path: Path) -> None:
    """Importing a second calendar into the same program changes nothing that both have; none has one twice."""
    seen: dict[str, str] = {}
    for path in write(a_timetable(), tmp_path).values():
        uids = list(fields(path, "uid"))
        assert len(set(uids)) == len(uids)
        for uid, event in zip(uids, events(path), strict=True):
            assert seen.setdefault(uid, event.serialize()) == event.serialize()
    assert len(seen) == 2 * 3 + (10 + 5) + (10 + 6 + 5 + 3)  # of classes; class days; days of first, second teachers


def test_the_countys_calendar_is_the_one_beside_the_plan(tmp_path: Path) -> None:
    """calendar.ics and the county's paper have the same bytes."""
    files = write(a_timetable(), tmp_path / "papers")
    write_calendar(an_instance(), a_timetable(), tmp_path / "calendar.ics")
    assert files[COUNTY].read_bytes() == (tmp_path / "calendar.ics").read_bytes()


def test_what_did_not_change_keeps_its_revision(tmp_path: Path) -> None:
    """The same plan over calendars that are out gives the same bytes, in place or beside them."""
    first = write(a_timetable(), tmp_path / "first")
    again = write(a_timetable(), tmp_path / "again", earlier=tmp_path / "first")
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in first.items()
    }


def test_what_changed_has_the_next_revision_and_a_later_stamp(tmp_path: Path) -> None:
    """A moved exam and the class that tells of it are updates; a second move is the second revision."""
    plan, uid = a_timetable(), {}
    write(plan, tmp_path / "0")
    for n in (1, 2):
        exams = (Exam("K001", date(2026, 3, 16 + n)), plan.exams[1])
        files = write(replace(plan, exams=exams), tmp_path / str(n), earlier=tmp_path / str(n - 1))
        sequences = {e.summary.value: int(e.sequence.value) for e in events(files[COUNTY])}
        changed = {"考核：育婴员第1期（30人）", "育婴员第1期（30人，集中）"}
        assert {name for name, number in sequences.items() if number == n} == changed
        assert {number for name, number in sequences.items() if name not in changed} == {0}
        exam = next(e for e in events(files[COUNTY]) if e.summary.value.startswith("考核：育婴员"))
        assert exam.dtstamp.value.replace(tzinfo=None) == datetime(2026, 1, 4, 16, 0, n)
        uid[n] = exam.uid.value
    assert uid[1] == uid[2]


def test_what_is_gone_is_cancelled_once(tmp_path: Path) -> None:
    """A class that was dropped is cancelled in every calendar that had it, even where nothing else is left."""
    write(a_timetable(), tmp_path / "0")
    plan = with_days(an_instance(), a_plan(classes=a_plan().classes[:1], payments=(), placements=()))
    files = write(plan, tmp_path / "1", earlier=tmp_path / "0")
    gone = files["教师/黔鑫职业技能培训学校教师1.ics"]
    assert set(fields(gone, "status")) == {"CANCELLED"} and set(fields(gone, "sequence")) == {"1"}
    assert shown(gone)[0] == "已取消：养蜂员第1期 第1天（理论）"
    assert [name for name in shown(files[COUNTY]) if name.startswith("已取消")] == [
        "已取消：养蜂员第1期（32人，分散）",
        "已取消：督查：养蜂员第1期（可乐彝族苗族乡）",
        "已取消：考核：养蜂员第1期（32人）",
    ]
    later = write(plan, tmp_path / "2", earlier=tmp_path / "1")
    assert later[COUNTY].read_bytes() == files[COUNTY].read_bytes()
    assert later["教师/黔鑫职业技能培训学校教师1.ics"].read_bytes() == gone.read_bytes()


def test_a_cancelled_class_that_comes_back_is_an_update(tmp_path: Path) -> None:
    """Its revision is above that of the cancellation, so that programs show it again."""
    less = a_plan(classes=a_plan().classes[:1], payments=(), placements=())
    write(a_plan(), tmp_path / "0")
    write(less, tmp_path / "1", earlier=tmp_path / "0")
    files = write(a_plan(), tmp_path / "2", earlier=tmp_path / "1")
    back = next(e for e in events(files[COUNTY]) if e.summary.value.startswith("养蜂员"))
    assert back.sequence.value == "2" and "status" not in back.contents


@pytest.mark.parametrize(
    "content", [b"no calendar", b"\xff\xfe", b"BEGIN:VCALENDAR\r\nPRODID:other\r\nEND:VCALENDAR\r\n"]
)
def test_earlier_calendars_that_are_not_ours_are_named(tmp_path: Path, content: bytes) -> None:
    """A damaged or foreign file gives a sentence, and nothing is written."""
    write(a_plan(), tmp_path / "earlier")
    (tmp_path / "earlier" / "全县" / "a.ics").write_bytes(content)
    with pytest.raises(BadInput, match=r"全县/a\.ics：这份已发的日历读不懂"):
        write(a_plan(), tmp_path / "papers", tmp_path / "earlier")
    assert not (tmp_path / "papers").exists()


def test_a_folder_without_papers_has_no_earlier_calendars(tmp_path: Path) -> None:
    """The folder of the plan instead of that of its papers would cancel everything; it is refused."""
    write(a_plan(), tmp_path / "papers")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(BadInput, match="这里没有已发的日历.*全县/开班日历.ics"):
            write(a_plan(), tmp_path / "new", folder)
