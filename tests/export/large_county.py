"""A county-sized plan drawn at random but plausible, with the long names that real tables have to hold."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

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
    Measure,
    Provider,
    Sense,
    Settings,
    Target,
    Township,
    VacancyPool,
    Venue,
)
from planner.domain.plan import Heads, Payment, Placement, Plan, PlannedClass, Status, TargetResult, Unserved

from .builders import INPUT_SHA256, PLAN_START, a_course

TOWNSHIPS = (
    "双河街道",
    "白果街道",
    "汉阳街道",
    "金银山街道",
    "七家湾街道",
    "妈姑镇",
    "财神镇",
    "六曲河镇",
    "野马川镇",
    "罗州镇",
    "平山镇",
    "哲庄镇",
    "古基镇",
    "朱明镇",
    "德卓镇",
    "达依乡",
    "水塘堡彝族苗族乡",
    "兴发苗族彝族回族乡",
    "松林坡白族彝族苗族乡",
    "雉街彝族苗族乡",
    "珠市彝族乡",
    "双坪彝族苗族乡",
    "铁匠苗族乡",
    "辅处彝族苗族乡",
    "可乐彝族苗族乡",
    "河镇彝族苗族乡",
    "安乐溪乡",
    "结构彝族苗族乡",
    "古达苗族彝族乡",
    "威奢乡",
)
"""The townships of 赫章县 by their full names (statutory names of the division codes)."""

COURSES = (
    ("低压电工", "制造/建筑", "双证", 16, 150_000, 15_000),
    ("焊工（熔化焊接与热切割）", "制造/建筑", "双证", 18, 180_000, 15_000),
    ("起重装卸机械操作（含司索）", "建筑/能源", "项目", 12, 150_000, 10_000),
    ("模架工（模板/脚手架，赫章模架工匠）", "建筑", "品牌", 10, 120_000, 0),
    ("新能源电池材料操作/分拣", "矿产加工", "订单", 10, 130_000, 8_000),
    ("电商直播（直播销售员）", "新业态", "项目", 8, 100_000, 5_000),
    ("育婴员", "生活服务", "项目", 12, 130_000, 8_000),
    ("养老护理员", "生活服务", "项目", 21, 160_000, 8_000),
    ("中式烹调师", "餐饮", "项目", 15, 140_000, 8_000),
    ("刺绣（苗绣/彝绣）", "非遗", "自主", 10, 90_000, 0),
    ("天麻林下仿野生种植（乌蒙天麻种植师）", "农业", "自主", 5, 60_000, 0),
    ("核桃嫁接管护", "农业", "自主", 5, 60_000, 0),
)

PROVIDERS = (
    "赫章县中等职业学校",
    "赫章县黔鑫职业技能培训学校有限公司",
    "毕节市乌蒙工匠职业培训学校",
    "贵州夜郎技工学校赫章教学点",
)

FUNDS = (
    "中央财政衔接推进乡村振兴补助资金",
    "就业补助资金（职业培训补贴）",
    "东西部协作资金",
    "失业保险基金技能提升支出",
)

REASONS = (
    "余下人数不够开班（不足最小班额）",
    "培训地点路程超过上限",
    "承训机构同时开班已满",
    "资金用完",
    "已参加其他课程",
)


def a_large_county(classes: int = 160, seed: int = 1) -> tuple[Instance, Plan, dict[str, float]]:
    """Return a county of 30 townships, a plan of ``classes`` classes and the expected jobs of each class."""
    draw = random.Random(seed)
    instance = _county(draw)
    plan, jobs = _empty_plan(), {}
    heads_by_class = []
    for number in range(1, classes + 1):
        planned = _class(draw, instance, f"2026-{number:03d}")
        heads_by_class.append(planned)
        jobs[planned.id] = round(planned.size * draw.uniform(0.3, 0.6), 6)
    payments = tuple(payment for planned in heads_by_class for payment in _payments(draw, instance, planned))
    placements = tuple(_placements(instance, heads_by_class, jobs))
    linked = sum(placement.jobs for placement in placements)
    persons = sum(planned.size for planned in heads_by_class)
    return (
        instance,
        replace(
            plan,
            classes=tuple(heads_by_class),
            payments=payments,
            placements=placements,
            linked_jobs=linked,
            unlinked_jobs=sum(jobs.values()) - linked,
            value=linked + 0.6 * (sum(jobs.values()) - linked),
            bound=(linked + 0.6 * (sum(jobs.values()) - linked)) * 1.0035,
            gap=0.0034878,
            total_cost_cents=sum(payment.amount_cents for payment in payments),
            targets=(
                TargetResult("2026年度培训总任务", persons, max(0, 7200 - persons)),
                TargetResult("脱贫劳动力培训", 2600, 0),
            ),
            unserved=tuple(_unserved(draw, instance)),
        ),
        jobs,
    )


def _county(draw: random.Random) -> Instance:
    cohorts = tuple(
        Cohort(township, band.name, group.name, draw.randint(20, 160))
        for township in TOWNSHIPS
        for band in DEFAULT_AGE_BANDS
        for group in DEFAULT_GROUPS
    )
    return Instance(
        settings=Settings(plan_start=PLAN_START),
        townships=tuple(Township(name, "赫章县") for name in TOWNSHIPS),
        busy_weeks=(),
        crop_activities=(),
        groups=DEFAULT_GROUPS,
        age_bands=DEFAULT_AGE_BANDS,
        cohorts=cohorts,
        demand=tuple(
            Demand(cohort.township, cohort.age_band, cohort.group, course, cohort.persons // 4)
            for cohort in cohorts
            for course, *_ in draw.sample(COURSES, 3)
        ),
        courses=tuple(_course(*facts) for facts in COURSES),
        conversion=(),
        history=(),
        providers=tuple(Provider(name, base=draw.choice(TOWNSHIPS), outreach_cost_cents=150_000) for name in PROVIDERS),
        accreditations=None,
        venues=tuple(Venue(f"{name}综合文化服务中心培训点", name) for name in TOWNSHIPS),
        travel=(),
        pools=tuple(
            VacancyPool(f"浙江省宁波市某某电子科技股份有限公司-{number:02d}", course, "省外", 40)
            for number, (course, *_) in enumerate(COURSES, 1)
        ),
        funds=tuple(Fund(name, 400_000_000) for name in FUNDS),
        fund_rules=None,
        targets=(
            Target("2026年度培训总任务", Measure.PERSONS, Sense.AT_LEAST, 7200, hard=False),
            Target("脱贫劳动力培训", Measure.PERSONS, Sense.AT_LEAST, 2400, tag="脱贫"),
        ),
        assumptions=(
            "未提供“路程”表：按经纬度估算，每公里 2.0 分钟。",
            "未提供“教师”表：每个机构按开班上限的 2 倍计教师。",
        ),
    )


def _course(name: str, industry: str, training_type: str, days: int, subsidy: int, exam: int) -> Course:
    return a_course(
        name,
        industry=industry,
        training_type=training_type,
        class_days=days,
        theory_days=round(0.4 * days),
        subsidy_cents=subsidy,
        exam_fee_cents=exam,
        class_cost_cents=300_000,
    )


def _empty_plan() -> Plan:
    return Plan(
        input_sha256=INPUT_SHA256,
        version="0.1.0",
        seed=0,
        status=Status.FEASIBLE,
        value=0.0,
        bound=0.0,
        gap=0.0,
        linked_jobs=0.0,
        unlinked_jobs=0.0,
        total_cost_cents=0,
        seconds=0.0,
        classes=(),
        payments=(),
        placements=(),
        targets=(),
        unserved=(),
        assumptions=(
            "未提供“路程”表：按经纬度估算，每公里 2.0 分钟。",
            "未提供“教师”表：每个机构按开班上限的 2 倍计教师。",
        ),
    )


def _class(draw: random.Random, instance: Instance, class_id: str) -> PlannedClass:
    course = draw.choice(instance.courses)
    venue = draw.choice(instance.venues)
    start = date(2026, 1, 26) + timedelta(weeks=draw.randint(0, 40))
    origins = [venue.township, *draw.sample(TOWNSHIPS, draw.randint(0, 4))]
    cells = {(t, b.name, g.name) for t in origins for b in DEFAULT_AGE_BANDS for g in DEFAULT_GROUPS}
    chosen = draw.sample(sorted(cells), min(len(cells), draw.randint(4, 12)))
    return PlannedClass(
        id=class_id,
        course=course.name,
        provider=draw.choice(PROVIDERS),
        venue=venue.name,
        form=draw.choice((Form.FULL_TIME, Form.PART_TIME)),
        start_week=start,
        end_week=start + timedelta(weeks=(course.class_days - 1) // 5),
        heads=tuple(Heads(*cell, draw.randint(2, 6)) for cell in chosen),
    )


def _payments(draw: random.Random, instance: Instance, planned: PlannedClass) -> list[Payment]:
    course = next(course for course in instance.courses if course.name == planned.course)
    fund, second = draw.sample(FUNDS, 2)
    class_fund = second if draw.random() < 0.2 else fund
    payments = [Payment(planned.id, class_fund, CostKind.CLASS_COST, "", course.class_cost_cents)]
    for group in instance.groups:
        persons = sum(heads.persons for heads in planned.heads if heads.group == group.name)
        amounts = {
            CostKind.SUBSIDY: course.subsidy_cents * persons,
            CostKind.EXAM_FEE: course.exam_fee_cents * persons,
            CostKind.LIVING: 4_000 * course.class_days * persons if "脱贫" in group.tags else 0,
        }
        payments += [Payment(planned.id, fund, kind, group.name, cents) for kind, cents in amounts.items() if cents]
    return payments


def _placements(instance: Instance, classes: list[PlannedClass], jobs: dict[str, float]) -> list[Placement]:
    found: dict[tuple[str, date], float] = {}
    for planned in classes:
        key = planned.course, planned.end_week
        found[key] = found.get(key, 0.0) + jobs[planned.id] * 0.4
    pools = {pool.occupation: pool.id for pool in instance.pools or ()}
    return [
        Placement(occupation, week, "40岁以下", pools[occupation], share) for (occupation, week), share in found.items()
    ]


def _unserved(draw: random.Random, instance: Instance) -> list[Unserved]:
    wishes = draw.sample(instance.demand, 400)
    return [
        Unserved(d.township, d.age_band, d.group, d.course, draw.randint(1, 30), draw.choice(REASONS)) for d in wishes
    ]
