"""A small county with every feature of the contract, and a plan for it worked out by hand.

Calendar. Plan from Monday 2026-01-05, 12 weeks (last Monday 2026-03-23). Spring Festival: off 16–20 and 23 February,
made up on Saturdays 14 and 28 February. The 10th working day is Friday 16 January, so classes start from 2026-01-19.

Travel. 东山–西河 36 minutes by row: factor 1 − 0.1 · 6/30 = 0.98. 西河–南坪 by coordinates, 0.1° on one meridian:
6371 · π/1800 = 11.119 km, 22.24 minutes, factor 1. 东山–南坪: unreachable.

Rates (gross). 家政服务: 0.5, but 0.6 for 40岁以下 + 脱贫. 电工: 0.575; times quality 1.1 = 0.6325. 天麻种植: default
0.40 for the band from 51 (no past class says more); times 1.1 = 0.44.

The plan's classes.

* K1 家政服务, 10 days full time = 2 weeks from 01-19. 东山 is 0.3 busy in week 01-26: attendance (1 + 0.9)/2 = 0.95.
  东山 一般 2 · 0.5 · 0.95 = 0.95; 东山 脱贫 0.6 · 0.95 = 0.57; 西河 脱贫 0.6 · 0.98 = 0.588. Sum 2.108.
* K2 电工, 6 days part time from 02-09: 3 days of week 02-09, none of 02-16, 3 of 02-23 (24–28) = 3 weeks, across a
  week of 0.4 in 东山: attendance (0.95 + 1 + 1)/3. 东山 脱贫 2 · 0.6325 · 2.95/3 · 0.98 = 1.219038333;
  西河 脱贫 2 · 0.6325 = 1.265. Sum 2.484038333.
* K3 天麻种植, 4 days full time in week 03-02, season 02-01~03-31: attendance 1. 4 · 0.44 = 1.76.

Jobs. Pool 家政岗 takes 1 of K1; 电工岗 takes 2 of K2 (open from May; 13 weeks after 02-23 end on Sunday 05-31); 种植岗
admits only 40岁以下. Linked 3, unlinked 6.352038333 − 3 = 3.352038333. Soft target 南坪 ≥ 4 persons is missed by 2:
penalty 0.4. Value 3 + 0.6 · 3.352038333 − 0.4 = 4.611223.

Cost. K1: subsidy 2000 + 2000, exam 200 + 200, living 40·10·2 = 800, class 300 = 5500. K2: subsidy 3200, living
40·6·4 = 960 = 4160 (at its base, no class cost). K3: subsidy 1200 + 1200, living 40·4·2 = 320, class 150.50 and
outreach 500 = 3370.50. Total 13030.50 yuan.

Timetable. 民校 has no teachers listed, so 民校教师1 and 民校教师2; 县职校 has three.

* K1: Monday to Friday of both weeks, 4 days theory, 6 practice. Last day Friday 01-30, exam on Monday 02-02.
* K2: 02-10, 02-12 theory; Saturday 02-14 (made up), then 24, 26 and Saturday 28 February (made up) practice. Exam on
  Monday 03-02.
* K3: 02 to 05 March, 2 days theory, 2 practice. Exam on Thursday 03-12, the fifth working day after (6, 9, 10, 11, 12).
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

from planner.domain.instance import (
    Accreditation,
    AgeBand,
    BusyWeek,
    Cohort,
    ConversionRate,
    CostKind,
    Course,
    Demand,
    Form,
    Fund,
    FundRule,
    Group,
    Instance,
    Lock,
    LockKind,
    Measure,
    Provider,
    Sense,
    Settings,
    Target,
    Teacher,
    TeacherKind,
    Township,
    TravelTime,
    VacancyPool,
    Venue,
)

VALUE = 4.611223
LINKED_JOBS = 3.0
UNLINKED_JOBS = 6.352038333333333 - 3.0
TOTAL_COST_CENTS = 1_303_050

YOUNG = "40岁以下"
OLD = "50岁以上"


def a_course(name: str = "家政服务", **changes: Any) -> Course:
    """A course of five days for 1 to 10 people that costs 100 yuan a head."""
    course = Course(
        name=name,
        occupation=name,
        industry="服务业",
        training_type="项目",
        class_days=5,
        theory_days=2,
        min_size=1,
        max_size=10,
        subsidy_cents=10_000,
    )
    return replace(course, **changes)


def an_instance(**changes: Any) -> Instance:
    """One township with one course, provider, venue and fund; classes may start in the first of four weeks."""
    instance = Instance(
        settings=Settings(plan_start=date(2026, 3, 2), weeks=4, earliest_start=date(2026, 3, 2)),
        townships=(Township("东山"),),
        busy_weeks=(),
        crop_activities=(),
        groups=(Group("一般"),),
        age_bands=(AgeBand(YOUNG, 16, 39),),
        cohorts=(Cohort("东山", YOUNG, "一般", 3),),
        demand=(Demand("东山", YOUNG, "一般", "家政服务", 3),),
        courses=(a_course(),),
        conversion=(ConversionRate("家政服务", None, None, 0.5, None),),
        history=(),
        providers=(Provider("县职校", base="东山"),),
        accreditations=None,
        venues=(Venue("东山站", "东山"),),
        travel=(),
        pools=None,
        funds=(Fund("就业资金", 1_000_000),),
        fund_rules=None,
    )
    return replace(instance, **changes)


def a_small_instance() -> Instance:
    """Three townships, two providers, three courses: the county described at the top of this module."""
    return Instance(
        settings=Settings(plan_start=date(2026, 1, 5), weeks=12),
        townships=(
            Township("东山", "甲县", "高山"),
            Township("西河", "甲县", "平坝", lon=105.0, lat=27.0),
            Township("南坪", "乙县", "", lon=105.0, lat=27.1),
        ),
        busy_weeks=(
            BusyWeek("平坝", date(2026, 3, 2), 0.8),
            BusyWeek("高山", date(2026, 1, 26), 0.3),
            BusyWeek("高山", date(2026, 2, 2), 0.6),
            BusyWeek("高山", date(2026, 2, 9), 0.4),
        ),
        crop_activities=(),
        groups=(Group("一般"), Group("脱贫", frozenset({"脱贫"}))),
        age_bands=(AgeBand(YOUNG, 16, 39), AgeBand(OLD, 51, 60)),
        cohorts=(
            Cohort("东山", YOUNG, "一般", 4),
            Cohort("东山", YOUNG, "脱贫", 3),
            Cohort("西河", YOUNG, "脱贫", 5),
            Cohort("西河", OLD, "一般", 4),
            Cohort("南坪", OLD, "脱贫", 3),
        ),
        demand=(
            Demand("东山", YOUNG, "一般", "家政服务", 5),
            Demand("东山", YOUNG, "脱贫", "家政服务", 2),
            Demand("东山", YOUNG, "脱贫", "电工", 3),
            Demand("西河", YOUNG, "脱贫", "家政服务", 3),
            Demand("西河", YOUNG, "脱贫", "电工", 3),
            Demand("西河", OLD, "一般", "家政服务", 2),
            Demand("西河", OLD, "一般", "天麻种植", 4),
            Demand("南坪", OLD, "脱贫", "天麻种植", 3),
        ),
        courses=(
            Course(
                "家政服务",
                "家政",
                "服务业",
                "双证",
                10,
                4,
                2,
                5,
                100_000,
                exam_fee_cents=10_000,
                class_cost_cents=30_000,
            ),
            Course(
                "电工",
                "电工",
                "工业",
                "项目",
                6,
                2,
                2,
                6,
                80_000,
                age_bands=frozenset({YOUNG}),
                full_time=False,
                mobile=False,
                equipment=frozenset({"电工台"}),
            ),
            Course(
                "天麻种植",
                "种植",
                "农业种植",
                "项目",
                4,
                2,
                2,
                8,
                60_000,
                class_cost_cents=15_050,
                season=(((2, 1), (3, 31)),),
            ),
        ),
        conversion=(
            ConversionRate("家政服务", None, None, 0.5, None),
            ConversionRate("家政服务", YOUNG, "脱贫", 0.6, None),
            ConversionRate("电工", None, None, 0.575, None),
        ),
        history=(),
        providers=(
            Provider(
                "县职校", base="西河", teams=2, annual_classes=3, quality=1.1, mobile=True, outreach_cost_cents=50_000
            ),
            Provider("民校", base="东山", teams=1, quality=1.0, mobile=False),
        ),
        accreditations=(
            Accreditation("县职校", "家政服务", 2),
            Accreditation("县职校", "电工", 1),
            Accreditation("县职校", "天麻种植", 1),
            Accreditation("民校", "家政服务", 1),
        ),
        venues=(
            Venue("东山站", "东山", rooms=1, seats=4),
            Venue("西河中心", "西河", rooms=2, seats=30, equipment=frozenset({"电工台"})),
            Venue("南坪点", "南坪", rooms=1, seats=20),
        ),
        travel=(TravelTime("东山", "西河", 36),),
        pools=(
            VacancyPool("家政岗", "家政", "县内", 1, date(2026, 1, 1), date(2026, 2, 10)),
            VacancyPool("电工岗", "电工", "省外", 2, date(2026, 5, 31), date(2026, 6, 30), frozenset({YOUNG})),
            VacancyPool("种植岗", "种植", "县内", 5, age_bands=frozenset({YOUNG})),
            VacancyPool("岁末家政岗", "家政", "省内", 5, date(2026, 12, 1), None),
        ),
        funds=(
            Fund("就业资金", 700_000, date(2026, 1, 1), date(2026, 2, 28)),
            Fund("衔接资金", 650_000, date(2026, 2, 20), date(2026, 12, 31)),
        ),
        fund_rules=(
            FundRule("就业资金", CostKind.SUBSIDY),
            FundRule("就业资金", CostKind.EXAM_FEE),
            FundRule("就业资金", CostKind.LIVING),
            FundRule("就业资金", CostKind.CLASS_COST, county="甲县"),
            FundRule("衔接资金", tag="脱贫"),
            FundRule("衔接资金", CostKind.SUBSIDY, training_type="项目"),
            FundRule("衔接资金", CostKind.CLASS_COST),
        ),
        targets=(
            Target("脱贫人数", Measure.PERSONS, Sense.AT_LEAST, 6, tag="脱贫"),
            Target("南坪人数", Measure.PERSONS, Sense.AT_LEAST, 4, hard=False, township="南坪"),
            Target("职校班数", Measure.CLASSES, Sense.AT_MOST, 2, provider="县职校"),
            Target("乙县班数", Measure.CLASSES, Sense.AT_MOST, 1, hard=False, county="乙县"),
        ),
        locks=(
            Lock("天麻种植", LockKind.REQUIRED, venue="南坪点", persons=4),
            Lock("家政服务", LockKind.FORBIDDEN, provider="县职校", start_week=date(2026, 2, 2)),
        ),
        teachers=(
            Teacher("李老师", "县职校", ("电工",), TeacherKind.THEORY),
            Teacher("王师傅", "县职校", ("天麻种植", "电工"), unavailable=((date(2026, 2, 16), date(2026, 2, 20)),)),
            Teacher("赵师傅", "县职校", ("天麻种植",), TeacherKind.PRACTICE, ((date(2026, 3, 6), date(2026, 3, 6)),)),
        ),
        days_off=frozenset({*(date(2026, 2, day) for day in range(16, 21)), date(2026, 2, 23)}),
        make_up_days=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
    )


def heads(township: str, age_band: str, group: str, persons: object) -> dict[str, object]:
    """One entry of a class's heads."""
    return {"township": township, "age_band": age_band, "group": group, "persons": persons}


def payment(class_id: str, fund: str, kind: str, group: str, amount: str) -> dict[str, object]:
    """One entry of payments."""
    return {"class": class_id, "fund": fund, "kind": kind, "group": group, "amount": amount}


def class_day(class_id: str, day: str, kind: str, *teachers: str, room: object = 1) -> list[dict[str, object]]:
    """Morning and afternoon of one class day."""
    shared = {"class": class_id, "date": day, "room": room, "kind": kind}
    return [{**shared, "half": half, "teachers": list(teachers)} for half in ("上午", "下午")]


def an_empty_record(**changes: Any) -> dict[str, Any]:
    """A plan without classes."""
    record: dict[str, Any] = {
        "contract": 1,
        "input_sha256": "0" * 64,
        "version": "0.1",
        "seed": 0,
        "status": "feasible",
        "value": 0.0,
        "bound": 0.0,
        "gap": 0.0,
        "linked_jobs": 0.0,
        "unlinked_jobs": 0.0,
        "total_cost": "0.00",
        "seconds": 1.0,
        "classes": [],
        "payments": [],
        "placements": [],
        "targets": [],
        "sessions": [],
        "exams": [],
        "inspections": [],
        "unserved": [],
        "assumptions": [],
    }
    return record | deepcopy(changes)


def a_valid_record() -> dict[str, Any]:
    """The plan described at the top of this module, as plan.json is parsed."""
    return an_empty_record(
        value=VALUE,
        bound=5.0,
        gap=(5.0 - VALUE) / 5.0,
        linked_jobs=LINKED_JOBS,
        unlinked_jobs=UNLINKED_JOBS,
        total_cost="13030.50",
        assumptions=["未给出出勤表，按默认出勤率"],
        classes=[
            {
                "id": "K1",
                "course": "家政服务",
                "provider": "民校",
                "venue": "东山站",
                "form": "集中",
                "start_week": "2026-01-19",
                "end_week": "2026-01-26",
                "heads": [
                    heads("东山", YOUNG, "一般", 2),
                    heads("东山", YOUNG, "脱贫", 1),
                    heads("西河", YOUNG, "脱贫", 1),
                ],
            },
            {
                "id": "K2",
                "course": "电工",
                "provider": "县职校",
                "venue": "西河中心",
                "form": Form.PART_TIME.value,
                "start_week": "2026-02-09",
                "end_week": "2026-02-23",
                "heads": [heads("东山", YOUNG, "脱贫", 2), heads("西河", YOUNG, "脱贫", 2)],
            },
            {
                "id": "K3",
                "course": "天麻种植",
                "provider": "县职校",
                "venue": "南坪点",
                "form": "集中",
                "start_week": "2026-03-02",
                "end_week": "2026-03-02",
                "heads": [heads("西河", OLD, "一般", 2), heads("南坪", OLD, "脱贫", 2)],
            },
        ],
        payments=[
            payment("K1", "就业资金", "培训补贴", "一般", "2000.00"),
            payment("K1", "就业资金", "培训补贴", "脱贫", "2000.00"),
            payment("K1", "就业资金", "考证费", "一般", "200.00"),
            payment("K1", "就业资金", "考证费", "脱贫", "200.00"),
            payment("K1", "就业资金", "生活补贴", "脱贫", "800.00"),
            payment("K1", "就业资金", "办班费", "", "300.00"),
            payment("K2", "就业资金", "培训补贴", "脱贫", "1200.00"),
            payment("K2", "衔接资金", "培训补贴", "脱贫", "2000.00"),
            payment("K2", "衔接资金", "生活补贴", "脱贫", "960.00"),
            payment("K3", "衔接资金", "培训补贴", "一般", "1200.00"),
            payment("K3", "衔接资金", "培训补贴", "脱贫", "1200.00"),
            payment("K3", "衔接资金", "生活补贴", "脱贫", "320.00"),
            payment("K3", "衔接资金", "办班费", "", "650.50"),
        ],
        placements=[
            {"occupation": "家政", "end_week": "2026-01-26", "age_band": YOUNG, "pool": "家政岗", "jobs": 1.0},
            {"occupation": "电工", "end_week": "2026-02-23", "age_band": YOUNG, "pool": "电工岗", "jobs": 2.0},
        ],
        targets=[
            {"id": "脱贫人数", "value": 8, "missing": 0},
            {"id": "南坪人数", "value": 2, "missing": 2},
            {"id": "职校班数", "value": 2, "missing": 0},
            {"id": "乙县班数", "value": 1, "missing": 0},
        ],
        unserved=[heads("东山", YOUNG, "一般", 3) | {"course": "家政服务", "reason": "可参训人数已用完"}],
    )


def a_timetabled_record() -> dict[str, Any]:
    """The valid plan with the timetable described at the top of this module."""
    days = [
        *(class_day("K1", f"2026-01-{day}", "理论", "民校教师1") for day in (19, 20, 21, 22)),
        *(class_day("K1", f"2026-01-{day}", "实操", "民校教师2") for day in (23, 26, 27, 28, 29, 30)),
        *(class_day("K2", f"2026-02-{day}", "理论", "李老师", room=2) for day in (10, 12)),
        *(class_day("K2", f"2026-02-{day}", "实操", "王师傅", room=2) for day in (14, 24, 26, 28)),
        *(class_day("K3", f"2026-03-{day}", "理论", "王师傅") for day in ("02", "03")),
        *(class_day("K3", f"2026-03-{day}", "实操", "赵师傅") for day in ("04", "05")),
    ]
    return a_valid_record() | {
        "sessions": [session for day in days for session in day],
        "exams": [
            {"class": "K1", "date": "2026-02-02"},
            {"class": "K2", "date": "2026-03-02"},
            {"class": "K3", "date": "2026-03-12"},
        ],
        "inspections": [
            {"class": "K1", "date": "2026-01-20", "inspector": "督查员1"},
            {"class": "K2", "date": "2026-02-10", "inspector": "督查员1"},
            {"class": "K3", "date": "2026-03-03", "inspector": "督查员2"},
        ],
        "timetable": {
            "cost": 3,
            "bound": 2,
            "market_mornings": 1,
            "extra_teachers": 1,
            "uneven_days": 1,
            "idle_days": 2,
            "moved": 0,
            "rounds": 1,
            "unplaced": [],
        },
    }


def unplaced(class_id: str, *clashing: str, rules: tuple[str, ...] = ("teacher-clash",)) -> dict[str, object]:
    """One entry of the timetable's classes that could not be placed."""
    sentence = f"{class_id} 班没有教师"
    return {"class": class_id, "clashing": list(clashing), "rules": list(rules), "sentence": sentence}


def without_days(record: dict[str, Any], class_id: str) -> dict[str, Any]:
    """The record without any session, exam or inspection of a class."""
    lists = ("sessions", "exams", "inspections")
    return record | {name: [entry for entry in record[name] if entry["class"] != class_id] for name in lists}
