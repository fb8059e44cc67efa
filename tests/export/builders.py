"""A small county and a plan for it, built for the tests of the papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from planner.domain.instance import (
    DEFAULT_AGE_BANDS,
    DEFAULT_GROUPS,
    Cohort,
    CostKind,
    Course,
    Demand,
    Form,
    Fund,
    Instance,
    Lock,
    LockKind,
    Measure,
    Provider,
    Sense,
    Settings,
    Target,
    Township,
    VacancyPool,
    Venue,
)
from planner.domain.plan import (
    Exam,
    Half,
    Heads,
    Inspection,
    Payment,
    Placement,
    Plan,
    PlannedClass,
    Session,
    SessionKind,
    Status,
    TargetResult,
    TimetableOutcome,
    Unserved,
)

PLAN_START = date(2026, 1, 5)
INPUT_SHA256 = "0123456789abcdef" * 4


def a_course(name: str = "育婴员", **changes: Any) -> Course:
    """Ten in-person days, four of theory, 1200 yuan a head, 50 yuan exam, 1000 yuan a class."""
    course = Course(
        name=name,
        occupation=name,
        industry="家政服务",
        training_type="双证",
        class_days=10,
        theory_days=4,
        min_size=20,
        max_size=50,
        subsidy_cents=120_000,
        exam_fee_cents=5_000,
        class_cost_cents=100_000,
    )
    return replace(course, **changes)


def an_instance(**changes: Any) -> Instance:
    """Two townships of 赫章县, two courses, two providers, two funds, one vacancy pool and two targets."""
    instance = Instance(
        settings=Settings(plan_start=PLAN_START),
        townships=(Township("双河街道", "赫章县"), Township("可乐彝族苗族乡", "赫章县", remote=True)),
        busy_weeks=(),
        crop_activities=(),
        groups=DEFAULT_GROUPS,
        age_bands=DEFAULT_AGE_BANDS,
        cohorts=(
            Cohort("双河街道", "40岁以下", "一般", 80),
            Cohort("双河街道", "40-50岁", "易迁", 40),
            Cohort("可乐彝族苗族乡", "40岁以下", "脱贫", 60),
            Cohort("可乐彝族苗族乡", "50岁以上", "脱贫易迁", 20),
        ),
        demand=(
            Demand("双河街道", "40岁以下", "一般", "育婴员", 40),
            Demand("双河街道", "40-50岁", "易迁", "育婴员", 10),
            Demand("可乐彝族苗族乡", "40岁以下", "脱贫", "养蜂员", 35),
            Demand("可乐彝族苗族乡", "50岁以上", "脱贫易迁", "养蜂员", 15),
        ),
        courses=(
            a_course(
                "养蜂员", training_type="项目", industry="农业-养殖", class_days=5, theory_days=2, exam_fee_cents=0
            ),
            a_course("育婴员"),
        ),
        conversion=(),
        history=(),
        providers=(
            Provider("赫章县中等职业学校", base="双河街道", outreach_cost_cents=80_000),
            Provider("黔鑫职业技能培训学校", base="双河街道", outreach_cost_cents=80_000),
        ),
        accreditations=None,
        venues=(Venue("双河街道文化站", "双河街道"), Venue("可乐乡政府会议室", "可乐彝族苗族乡")),
        travel=(),
        pools=(VacancyPool("宁波家政-01", "育婴员", "省外", 15),),
        funds=(Fund("中央衔接资金", 20_000_000), Fund("就业补助资金", 10_000_000)),
        fund_rules=None,
        targets=(
            Target("全年任务", Measure.PERSONS, Sense.AT_LEAST, 60, tag=None),
            Target("脱贫任务", Measure.PERSONS, Sense.AT_LEAST, 40, hard=False, tag="脱贫"),
        ),
        locks=(Lock("养蜂员", LockKind.REQUIRED, venue="可乐乡政府会议室", note="县委一号文件要求"),),
        assumptions=("未提供“路程”表：按经纬度估算。",),
    )
    return replace(instance, **changes)


def a_class(class_id: str = "K001", **changes: Any) -> PlannedClass:
    """A full-time 育婴员 class of 30 in 双河街道, two weeks from 2 March 2026."""
    planned = PlannedClass(
        id=class_id,
        course="育婴员",
        provider="赫章县中等职业学校",
        venue="双河街道文化站",
        form=Form.FULL_TIME,
        start_week=date(2026, 3, 2),
        end_week=date(2026, 3, 9),
        heads=(Heads("双河街道", "40岁以下", "一般", 22), Heads("双河街道", "40-50岁", "易迁", 8)),
    )
    return replace(planned, **changes)


def a_plan(**changes: Any) -> Plan:
    """One 育婴员 class of 30 and one 养蜂员 class of 32 with living allowance; feasible, 8,510,000 cents."""
    beekeeping = a_class(
        "K002",
        course="养蜂员",
        provider="黔鑫职业技能培训学校",
        venue="可乐乡政府会议室",
        form=Form.PART_TIME,
        start_week=date(2026, 3, 9),
        end_week=date(2026, 3, 16),
        heads=(Heads("可乐彝族苗族乡", "40岁以下", "脱贫", 25), Heads("可乐彝族苗族乡", "50岁以上", "脱贫易迁", 7)),
    )
    payments = (
        Payment("K001", "就业补助资金", CostKind.SUBSIDY, "一般", 22 * 120_000),
        Payment("K001", "就业补助资金", CostKind.SUBSIDY, "易迁", 8 * 120_000),
        Payment("K001", "就业补助资金", CostKind.EXAM_FEE, "一般", 22 * 5_000),
        Payment("K001", "就业补助资金", CostKind.EXAM_FEE, "易迁", 8 * 5_000),
        Payment("K001", "就业补助资金", CostKind.CLASS_COST, "", 100_000),
        Payment("K002", "中央衔接资金", CostKind.SUBSIDY, "脱贫", 25 * 120_000),
        Payment("K002", "中央衔接资金", CostKind.SUBSIDY, "脱贫易迁", 7 * 120_000),
        Payment("K002", "中央衔接资金", CostKind.LIVING, "脱贫", 25 * 5 * 4_000),
        Payment("K002", "中央衔接资金", CostKind.LIVING, "脱贫易迁", 7 * 5 * 4_000),
        Payment("K002", "中央衔接资金", CostKind.CLASS_COST, "", 180_000),
    )
    plan = Plan(
        input_sha256=INPUT_SHA256,
        version="0.1.0",
        seed=7,
        status=Status.FEASIBLE,
        value=24.7,
        bound=24.8,
        gap=0.1 / 24.8,
        linked_jobs=15.0,
        unlinked_jobs=16.166666667,
        total_cost_cents=sum(payment.amount_cents for payment in payments),
        seconds=1.25,
        classes=(a_class(), beekeeping),
        payments=payments,
        placements=(Placement("育婴员", date(2026, 3, 9), "40岁以下", "宁波家政-01", 15.0),),
        targets=(TargetResult("全年任务", 62, 0), TargetResult("脱贫任务", 32, 8)),
        unserved=(
            Unserved("双河街道", "40岁以下", "一般", "育婴员", 18, "余下人数不够开班"),
            Unserved("可乐彝族苗族乡", "40岁以下", "脱贫", "养蜂员", 10, "资金用完"),
        ),
        assumptions=("未提供“路程”表：按经纬度估算。",),
    )
    return replace(plan, **changes)


def the_expected_jobs() -> dict[str, float]:
    """Expected jobs of each class of :func:`a_plan` before the vacancy limit."""
    return {"K001": 18.0, "K002": 13.166666667}


def with_days(instance: Instance, plan: Plan) -> Plan:
    """The plan with a day for every class day: the first weekdays of its weeks, its provider's first two teachers.

    A stand-in for a timetable in tests of papers; it ignores who else needs the teachers, holidays and inspectors.
    """
    courses = {course.name: course for course in instance.courses}
    limits = {Form.FULL_TIME: instance.settings.days_full_time, Form.PART_TIME: instance.settings.days_part_time}
    sessions: list[Session] = []
    exams: list[Exam] = []
    visits: list[Inspection] = []
    for planned in plan.classes:
        course = courses[planned.course]
        weeks = (planned.end_week - planned.start_week).days // 7 + 1
        free = [planned.start_week + timedelta(weeks=w, days=d)
                for w in range(weeks) for d in range(min(5, limits[planned.form]))]
        days = free[: course.class_days]
        for number, day in enumerate(days):
            kind = SessionKind.THEORY if number < course.theory_days else SessionKind.PRACTICE
            pair = kind is SessionKind.PRACTICE and planned.size > 25
            teachers = tuple(f"{planned.provider}教师{i + 1}" for i in range(2 if pair else 1))
            sessions += [Session(planned.id, day, half, 1, kind, teachers) for half in Half]
        exams.append(Exam(planned.id, days[-1] + timedelta(days=3 if days[-1].weekday() == 4 else 1)))
        visits.append(Inspection(planned.id, days[1 if len(days) > 1 else 0], "督查员1"))
    return replace(
        plan, sessions=tuple(sessions), exams=tuple(exams), inspections=tuple(visits),
        timetable=TimetableOutcome(cost=7, bound=5, market_mornings=1, extra_teachers=1, uneven_days=1),
    )  # fmt: skip
