"""Mutations of the timetable of the valid plan (or of its county), added to those of the rest of the plan."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

from planner.domain.instance import Instance
from tests.checker.builders import class_day, unplaced, without_days
from tests.checker.mutations import Record, add_copy, breaks, with_settings


def sessions_on(record: Record, class_id: str, day: str) -> list[dict[str, Any]]:
    """Morning and afternoon of a class on a day, to be changed in place."""
    return [each for each in record["sessions"] if (each["class"], each["date"]) == (class_id, day)]


def change_day(record: Record, class_id: str, day: str, **changes: Any) -> None:
    """Change both sessions of a day."""
    for session in sessions_on(record, class_id, day):
        session.update(changes)


def without_day(record: Record, class_id: str, day: str) -> None:
    """Take a day from a class."""
    dropped = sessions_on(record, class_id, day)
    record["sessions"] = [each for each in record["sessions"] if each not in dropped]


def add_class_with_days(record: Record, number: int, room: int = 1, **changes: Any) -> None:
    """Append a copy of a class under the id K9 with a copy of its days, in a room."""
    add_copy(record, number, **changes)
    class_id = record["classes"][number]["id"]
    copies = [each | {"class": "K9", "room": room} for each in record["sessions"] if each["class"] == class_id]
    record["sessions"] += deepcopy(copies)


# --- the record itself ---


@breaks("record-shape", "sessions[0].teachers：应为非空文字的列表，现为 '民校教师1'")
def teacher_without_a_list(record: Record, _: Instance) -> None:
    record["sessions"][0]["teachers"] = "民校教师1"


@breaks("record-shape", "sessions[0].half：应为下列之一：上午、下午，现为 '晚上'")
def evening_session(record: Record, _: Instance) -> None:
    record["sessions"][0]["half"] = "晚上"


@breaks("record-shape", "sessions[0].room：应为整数，现为 '一楼'")
def room_as_text(record: Record, _: Instance) -> None:
    record["sessions"][0]["room"] = "一楼"


@breaks("record-shape", "exams[0].date：应为形如 2026-01-05 的日期，现为 '农忙后'")
def exam_day_as_words(record: Record, _: Instance) -> None:
    record["exams"][0]["date"] = "农忙后"


@breaks("record-shape", "inspections[0].inspector：缺少这个字段")
def visit_by_nobody(record: Record, _: Instance) -> None:
    del record["inspections"][0]["inspector"]


@breaks("record-shape", "timetable：应为一个 JSON 对象")
def timetable_as_list(record: Record, _: Instance) -> None:
    record["timetable"] = []


@breaks("names-known", "课程表：没有名为“K7”的班级")
def session_of_unknown_class(record: Record, _: Instance) -> None:
    record["sessions"][0]["class"] = "K7"


@breaks("names-known", "考试：没有名为“K7”的班级")
def exam_of_unknown_class(record: Record, _: Instance) -> None:
    record["exams"][0]["class"] = "K7"


@breaks("names-known", "督查：没有名为“K7”的班级")
def visit_of_unknown_class(record: Record, _: Instance) -> None:
    record["inspections"][0]["class"] = "K7"


@breaks("names-known", "未排班级 K7：没有名为“K7”的班级")
def unplaced_class_unknown(record: Record, _: Instance) -> None:
    record["timetable"]["unplaced"] = [unplaced("K7")]


@breaks("names-known", "未排班级 K3：没有名为“K7”的班级")
def clashing_class_unknown(record: Record, _: Instance) -> None:
    record |= without_days(record, "K3")
    record["timetable"]["unplaced"] = [unplaced("K3", "K7")]


@breaks("names-known", "未排班级 K3：没有名为“bad-luck”的规则")
def clashing_rule_unknown(record: Record, _: Instance) -> None:
    record |= without_days(record, "K3")
    record["timetable"]["unplaced"] = [unplaced("K3", "K2", rules=("teacher-week", "bad-luck"))]


# --- the timetable as a whole ---


@breaks("timetable-complete", "班级 K3：没有课程表，也没有列为排不进去")
def class_without_a_timetable(record: Record, _: Instance) -> None:
    record |= without_days(record, "K3")


@breaks("timetable-complete", "班级 K1：没有课程表")
def nothing_but_the_figures_of_a_timetable(record: Record, _: Instance) -> None:
    record |= {"sessions": [], "exams": [], "inspections": []}


@breaks("timetable-complete", "班级 K3：没有课程表")
def nothing_but_exams(record: Record, _: Instance) -> None:
    record["sessions"] = []
    del record["timetable"]


@breaks("timetable-complete", "班级 K3：列为排不进去，却有 0 个课次、1 次考试、1 次督查，应都没有")
def unplaced_class_with_an_exam(record: Record, _: Instance) -> None:
    record["sessions"] = [session for session in record["sessions"] if session["class"] != "K3"]
    record["timetable"]["unplaced"] = [unplaced("K3", "K2")]


@breaks("timetable-complete", "班级 K3：列为排不进去 2 次")
def unplaced_class_listed_twice(record: Record, _: Instance) -> None:
    record |= without_days(record, "K3")
    record["timetable"]["unplaced"] = [unplaced("K3", "K2"), unplaced("K3", "K1")]


@breaks("timetable-figures", "代价 1 低于下界 2")
def cost_below_the_bound(record: Record, _: Instance) -> None:
    record["timetable"]["cost"] = 1


@breaks("timetable-figures", "下界为 -1")
def negative_bound(record: Record, _: Instance) -> None:
    record["timetable"]["bound"] = -1


@breaks("timetable-figures", "轮数为 0，至少为 1")
def never_asked(record: Record, _: Instance) -> None:
    record["timetable"]["rounds"] = 0


# --- days ---


@breaks("class-days", "班级 K3：上 3 个课日，应为 4 个")
def day_too_few(record: Record, _: Instance) -> None:
    without_day(record, "K3", "2026-03-05")


@breaks("class-days", "班级 K3：上 5 个课日，应为 4 个")
def day_too_many(record: Record, _: Instance) -> None:
    record["sessions"] += class_day("K3", "2026-03-06", "实操", "王师傅")


@breaks("class-days", "2026-03-10 不在班级的 2026-03-02 至 2026-03-08 之内")
def day_after_the_last_week(record: Record, _: Instance) -> None:
    change_day(record, "K3", "2026-03-05", date="2026-03-10")


@breaks("class-days", "2026-01-16 不在班级的 2026-01-19 至 2026-02-01 之内")
def day_before_the_first_week(record: Record, _: Instance) -> None:
    change_day(record, "K1", "2026-01-19", date="2026-01-16")


@breaks("class-days", "2026-03-05 有上午 1 个课次、下午 0 个课次，应各一个")
def afternoon_missing(record: Record, _: Instance) -> None:
    del record["sessions"][-1]


@breaks("class-days", "2026-03-05 有上午 2 个课次、下午 0 个课次，应各一个")
def two_mornings(record: Record, _: Instance) -> None:
    record["sessions"][-1]["half"] = "上午"


@breaks("class-days", "2026-03-04 既有理论又有实操，一天应只有一种")
def theory_and_practice_on_one_day(record: Record, _: Instance) -> None:
    sessions_on(record, "K3", "2026-03-04")[0]["kind"] = "理论"


@breaks("working-day", "2026-02-17（周二）不是工作日")
def class_at_spring_festival(record: Record, _: Instance) -> None:
    change_day(record, "K2", "2026-02-14", date="2026-02-17")


@breaks("working-day", "2026-03-07（周六）不是工作日")
def class_on_an_ordinary_saturday(record: Record, _: Instance) -> None:
    change_day(record, "K3", "2026-03-05", date="2026-03-07")


@breaks("working-day", "2026-02-14（周六）不是工作日")
def make_up_day_taken_back(_: Record, instance: Instance) -> Instance:
    return replace(instance, make_up_days=instance.make_up_days - {date(2026, 2, 14)})


@breaks("day-limit", "2026-02-23 这周上 4 天，分散班最多 3 天")
def four_days_in_a_part_time_week(record: Record, _: Instance) -> None:
    change_day(record, "K2", "2026-02-14", date="2026-02-25")


@breaks("day-limit", "2026-01-19 这周上 5 天，集中班最多 4 天")
def full_time_week_beyond_the_setting(_: Record, instance: Instance) -> Instance:
    return with_settings(instance, days_full_time=4)


@breaks("theory-first", "第 2 个课日 2026-03-03 上实操等 2 天，应为前 2 个课日上理论")
def practice_before_theory(record: Record, _: Instance) -> None:
    change_day(record, "K3", "2026-03-03", kind="实操")
    change_day(record, "K3", "2026-03-04", kind="理论")


@breaks("theory-first", "第 3 个课日 2026-03-04 上理论，应为前 2 个课日上理论")
def theory_day_too_many(record: Record, _: Instance) -> None:
    change_day(record, "K3", "2026-03-04", kind="理论")


@breaks("exam-window", "有 0 次考试，应恰好一次")
def exam_forgotten(record: Record, _: Instance) -> None:
    del record["exams"][0]


@breaks("exam-window", "有 2 次考试，应恰好一次")
def examined_twice(record: Record, _: Instance) -> None:
    record["exams"].append({"class": "K1", "date": "2026-02-03"})


@breaks("exam-window", "考试日 2026-03-13 应在最后一个课日 2026-03-05 之后，不晚于 2026-03-12（第 5 个工作日）")
def exam_on_the_sixth_working_day(record: Record, _: Instance) -> None:
    record["exams"][2]["date"] = "2026-03-13"


@breaks("exam-window", "考试日 2026-01-30 应在最后一个课日 2026-01-30 之后")
def exam_on_the_last_class_day(record: Record, _: Instance) -> None:
    record["exams"][0]["date"] = "2026-01-30"


@breaks("exam-window", "考试日 2026-02-07（周六）不是工作日")
def exam_on_a_saturday(record: Record, _: Instance) -> None:
    record["exams"][0]["date"] = "2026-02-07"


@breaks("exam-window", "考试日 2026-02-02（周一）不是工作日")
def exam_in_a_holiday_week(_: Record, instance: Instance) -> Instance:
    return replace(instance, days_off=instance.days_off | {date(2026, 2, day) for day in range(2, 7)})


# --- teachers ---


@breaks("teacher-known", "班级 K2：表“教师”里没有“孙师傅”")
def unknown_teacher(record: Record, _: Instance) -> None:
    change_day(record, "K2", "2026-02-14", teachers=["孙师傅"])


@breaks("teacher-known", "教师“王师傅”属于机构“县职校”，不属于“民校”")
def teacher_of_another_provider(record: Record, instance: Instance) -> Instance:
    change_day(record, "K1", "2026-01-19", teachers=["王师傅"])
    return replace(
        instance, teachers=(*instance.teachers, replace(instance.teachers[0], name="周师傅", provider="民校"))
    )


@breaks("teacher-known", "教师“李老师”不教课程“天麻种植”，所教课程：电工")
def teacher_of_another_course(record: Record, _: Instance) -> None:
    change_day(record, "K3", "2026-03-02", teachers=["李老师"])


@breaks("teacher-known", "教师“李老师”只教理论，不能上实操课")
def theory_teacher_in_practice(record: Record, _: Instance) -> None:
    change_day(record, "K2", "2026-02-14", teachers=["李老师"])


@breaks("teacher-known", "教师“赵师傅”只教实操，不能上理论课")
def practice_teacher_in_theory(record: Record, _: Instance) -> None:
    change_day(record, "K3", "2026-03-02", teachers=["赵师傅"])


@breaks("teacher-known", "“民校教师3”不是机构“民校”的教师，它在表“教师”里没有一行，只有“民校教师1”至“民校教师2”")
def anonymous_teacher_beyond_twice_the_teams(record: Record, _: Instance) -> None:
    change_day(record, "K1", "2026-01-19", teachers=["民校教师3"])


@breaks("teacher-known", "“民校教师0”不是机构“民校”的教师")
def anonymous_teacher_nought(record: Record, _: Instance) -> None:
    change_day(record, "K1", "2026-01-19", teachers=["民校教师0"])


@breaks("teacher-known", "表“教师”里没有“县职校教师1”")
def anonymous_teacher_of_a_provider_with_teachers(record: Record, _: Instance) -> None:
    change_day(record, "K2", "2026-02-14", teachers=["县职校教师1"])


@breaks("teacher-count", "2026-01-19 上午的理论（4 人）教师为“无”，应为一名教师")
def session_without_a_teacher(record: Record, _: Instance) -> None:
    record["sessions"][0]["teachers"] = []


@breaks("teacher-count", "2026-01-23 上午的实操（4 人）教师为“民校教师2、民校教师1”，应为一名教师")
def second_teacher_in_a_small_practice(record: Record, _: Instance) -> None:
    sessions_on(record, "K1", "2026-01-23")[0]["teachers"].append("民校教师1")


@breaks("teacher-count", "2026-01-23 上午的实操（26 人）教师为“民校教师2”，应为两名不同的教师")
def one_teacher_for_26_heads(record: Record, _: Instance) -> None:
    record["classes"][0]["heads"][0]["persons"] = 24


@breaks("teacher-count", "2026-01-23 下午的实操（26 人）教师为“民校教师2、民校教师2”，应为两名不同的教师")
def same_teacher_twice_for_26_heads(record: Record, _: Instance) -> None:
    record["classes"][0]["heads"][0]["persons"] = 24
    sessions_on(record, "K1", "2026-01-23")[1]["teachers"] = ["民校教师2", "民校教师2"]


@breaks("teacher-clash", "教师 王师傅：2026-02-26 上午有 2 个课次（班级 K2、班级 K9），最多一个")
def teacher_in_two_classes_at_once(record: Record, _: Instance) -> None:
    add_class_with_days(record, 1)


@breaks(
    "teacher-township", "教师 王师傅：2026-02-28 在 2 个乡镇上课：西河（班级 K2）、南坪（班级 K3），一天只能在一个乡镇"
)
def teacher_in_two_townships(record: Record, _: Instance) -> None:
    sessions_on(record, "K2", "2026-02-28")[1]["teachers"] = ["李老师"]
    sessions_on(record, "K3", "2026-03-02")[1]["date"] = "2026-02-28"


@breaks("teacher-week", "教师 民校教师2：2026-01-26 这周上 11 个课次，最多 10 个")
def eleventh_session_of_a_week(record: Record, _: Instance) -> None:
    record["sessions"].append(sessions_on(record, "K1", "2026-01-30")[0] | {"date": "2026-01-31"})


@breaks("teacher-leave", "班级 K2：2026-02-26 由教师“王师傅”上课，此人 2026-02-25 至 2026-02-26 不可用")
def teacher_on_leave(_: Record, instance: Instance) -> Instance:
    away = replace(instance.teachers[1], unavailable=((date(2026, 2, 25), date(2026, 2, 26)),))
    return replace(instance, teachers=(instance.teachers[0], away, instance.teachers[2]))


@breaks("teacher-leave", "班级 K3：2026-03-06 由教师“赵师傅”上课，此人 2026-03-06 不可用")
def teacher_on_a_day_of_leave(record: Record, _: Instance) -> None:
    change_day(record, "K3", "2026-03-05", date="2026-03-06")


# --- rooms and inspections ---


@breaks("room-clash", "场地“西河中心”没有教室 3，教室为 1 至 2")
def room_that_does_not_exist(record: Record, _: Instance) -> None:
    change_day(record, "K2", "2026-02-10", room=3)


@breaks("room-clash", "场地“东山站”没有教室 0，教室为 1 至 1")
def room_nought(record: Record, _: Instance) -> None:
    change_day(record, "K1", "2026-01-19", room=0)


@breaks("room-clash", "用了教室 1、2，应始终用同一间")
def room_changed_halfway(record: Record, _: Instance) -> None:
    change_day(record, "K2", "2026-02-28", room=1)


@breaks("room-clash", "班级 K9：场地“西河中心”的教室 2 在 2026-02-09 至 2026-03-01 由班级 K2 使用")
def room_shared(record: Record, _: Instance) -> None:
    add_class_with_days(record, 1, room=2)


@breaks("room-clash", "班级 K9：场地“西河中心”的教室 2 在 2026-02-09 至 2026-03-01 由班级 K2 使用")
def room_shared_in_one_week_on_other_days(record: Record, _: Instance) -> None:
    add_copy(record, 1, start_week="2026-02-23", end_week="2026-03-02")
    record["sessions"] += class_day("K9", "2026-02-25", "理论", "李老师", room=2)


@breaks("inspection-missing", "班级 K1：没有督查，每个班至少督查一次")
def class_never_inspected(record: Record, _: Instance) -> None:
    del record["inspections"][0]


@breaks("inspection-missing", "班级 K2：督查员1 2026-02-11 督查，这天不是它的课日")
def visit_on_a_day_without_class(record: Record, _: Instance) -> None:
    record["inspections"][1]["date"] = "2026-02-11"


@breaks("inspection-load", "督查员 督查员3：没有这名督查员，共 2 名，从督查员1 起编号")
def third_inspector_of_two(record: Record, _: Instance) -> None:
    record["inspections"][0]["inspector"] = "督查员3"


@breaks("inspection-load", "督查员 张科长：没有这名督查员")
def inspector_by_name(record: Record, _: Instance) -> None:
    record["inspections"][0]["inspector"] = "张科长"


@breaks("inspection-load", "督查员 督查员1：2026-01-20 督查 2 次，最多 1 次")
def visits_beyond_the_limit(record: Record, instance: Instance) -> Instance:
    record["inspections"].append(dict(record["inspections"][0]))
    return with_settings(instance, visits_per_day=1)


@breaks("inspection-load", "督查员 督查员1：2026-01-20 督查了 东山、西河，一天只能在一个乡镇")
def inspector_in_two_townships(record: Record, _: Instance) -> None:
    record["inspections"][1]["date"] = "2026-01-20"
