"""The county plan for signature: the first page's facts, the tables' totals, what was not possible, who signs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from planner.domain.instance import DEFAULT_GROUPS, Group, Instance, Measure, Objective, Sense, Target
from planner.domain.plan import JobOutlook, Plan, Status, TargetResult, Unplaced, Unserved
from planner.domain.rate import Source
from planner.export.documents import write_documents
from planner.export.folders import PaperFolders
from planner.export.wording import capital_amount

from .builders import a_class, a_plan, an_instance, the_expected_jobs, with_days
from .pdf_reading import page_sizes_mm, page_texts

OUTLOOK = JobOutlook(
    maximised=Objective.GROSS,
    gross_jobs=31.2,
    uplift_jobs=4.7,
    low=26.1,
    middle=31.0,
    high=36.4,
    optimism=0.02,
    source_shares=((Source.GIVEN, 0.75), (Source.ESTIMATED, 0.25)),
)


def pages(folder: Path, plan: Plan, instance: Instance | None = None) -> list[str]:
    """Write the county plan and return its pages' texts without white space."""
    instance = instance or an_instance()
    jobs = {planned.id: the_expected_jobs().get(planned.id, 10.0) for planned in plan.classes}
    return page_texts(write_documents(instance, plan, PaperFolders(folder, instance, plan), jobs)[0])


def test_first_page_is_the_conclusion_alone(tmp_path: Path) -> None:
    """Title, bureau and conclusion fill one upright page; the class plan begins on the next, across."""
    instance, plan = an_instance(), with_days(an_instance(), a_plan())
    path = write_documents(instance, plan, PaperFolders(tmp_path, instance, plan), the_expected_jobs())[0]
    first, second = page_texts(path)[:2]
    assert first.startswith("赫章县2026年职业技能培训开班计划赫章县人力资源和社会保障局一、结论")
    assert "二、开班计划表" not in first
    assert second.startswith("二、开班计划表")
    assert page_sizes_mm(path)[:2] == [(210, 297), (297, 210)]


def test_first_page_stays_one_page_when_names_are_long(tmp_path: Path) -> None:
    """Type gets smaller for long names of courses, funds, targets and reasons until the conclusion fits."""
    long = "很长很长的名称" * 12
    targets = tuple(Target(f"{n}{long}", Measure.PERSONS, Sense.AT_LEAST, 99) for n in range(6))
    results = tuple(TargetResult(target.id, 62, 37) for target in targets)
    unserved = tuple(Unserved("双河街道", "40岁以下", "一般", "育婴员", 9, f"{n}{long}") for n in range(6))
    plan = a_plan(targets=results, unserved=unserved, outlook=OUTLOOK)
    first, second = pages(tmp_path, plan, an_instance(targets=targets))[:2]
    assert "数据假设" in first
    assert second.startswith("二、开班计划表")


def test_first_page_says_what_for_whom_and_at_what_cost(tmp_path: Path) -> None:
    """Classes, people by group and age, townships, cost in figures and capitals: counted by hand from the builder."""
    first = pages(tmp_path, a_plan())[0]
    assert "开办2个班，培训62人；在2个乡镇（街道）开班，由2家机构承训，共2门课程。" in first
    assert "一般22人，脱贫25人，易迁8人，脱贫易迁7人（合计脱贫32人，易迁15人）" in first
    assert "40岁以下47人，40-50岁8人，50岁以上7人" in first
    assert "85,100元，人民币捌万伍仟壹佰元整，人均1,373元。" in first
    assert "中央衔接资金46,600元（总额200,000元），就业补助资金38,500元（总额100,000元）；结余共214,900元" in first


def test_gap_is_told_as_proved_and_rounded_up(tmp_path: Path) -> None:
    """0.1 of 24.8 is 0.403 %, told as at most 0.5 %; the bound is named as proved."""
    first = pages(tmp_path, a_plan())[0]
    assert "可行方案；离理论最优的差距≤0.5%（已证明）。" in first
    assert "任何方案的得分都不会超过24.8（已证明）" in first


def test_nothing_is_called_proved_when_nothing_is(tmp_path: Path) -> None:
    """Without a bound the paper says so."""
    first = pages(tmp_path, a_plan(status=Status.STOPPED, bound=float("inf"), gap=float("inf")))[0]
    assert "离理论最优的差距尚未证明" in first
    assert "（已证明）" not in first


def test_gross_and_uplift_are_two_numbers_with_a_range(tmp_path: Path) -> None:
    """Both counts, which one was maximised, the range and that gross is not an effect."""
    first = pages(tmp_path, a_plan(outlook=OUTLOOK))[0]
    assert "毛就业31.2人（不等于培训效果），净增就业4.7人（因培训而多出的）；本方案按“毛就业”最大化" in first
    assert "十次有八次在26.1至36.4人之间" in first
    assert "按“毛就业”计的31.2人，其中能衔接到岗位的15.0人，未衔接的16.2人" in first


def test_count_that_is_not_known_is_not_invented(tmp_path: Path) -> None:
    """A plan without an outlook names its own count and says that the other is not worked out."""
    gross = pages(tmp_path / "gross", a_plan())[0]
    assert "毛就业31.2人，其中能衔接到岗位的15.0人，未衔接的16.2人。净增就业人数和可能的范围未计算。" in gross
    assert "不等于培训带来的效果" in gross
    settings = replace(an_instance().settings, objective=Objective.UPLIFT)
    uplift = pages(tmp_path / "uplift", a_plan(), an_instance(settings=settings, pools=None))[0]
    assert "净增就业31.2人。毛就业人数和可能的范围未计算。" in uplift


def test_missed_targets_and_unserved_wishes_are_on_the_first_page(tmp_path: Path) -> None:
    """What is not reached or not possible stands beside what is."""
    first = pages(tmp_path, a_plan())[0]
    assert "共2项（必须完成1项，尽量完成1项），完成1项，未完成1项。" in first
    assert "未完成：脱贫任务（要求不少于40人，计划32）。" in first
    assert "28人次的意愿没有安排（一人可报多个工种）：余下人数不够开班18人次，资金用完10人次。" in first


def test_long_lists_are_cut_with_a_pointer_to_the_full_one(tmp_path: Path) -> None:
    """Seven reasons: the five most frequent stand on the first page, two more in part five."""
    unserved = tuple(Unserved("双河街道", "40岁以下", "一般", "育婴员", 9 - n, f"原因{n}甲") for n in range(7))
    made = pages(tmp_path, a_plan(unserved=unserved))
    assert "原因4甲5人次，另有2种原因见第五部分。" in made[0]
    assert "原因6甲" not in made[0]
    assert "原因6甲" in "".join(made[1:])


def test_timetable_facts_are_on_the_first_page(tmp_path: Path) -> None:
    """Sessions, exams, inspections, rounds, points and their bound; none when there is no timetable."""
    made = pages(tmp_path / "days", with_days(an_instance(), a_plan()))
    size = "课表已排2个班、30节（每节半天，4课时），考核2场，督查2班次；没有排不出课表的班。"
    assert f"{size}方案与课表协调1轮；课表质量分7（越低越好），理论下限5（已证明），说明见第六部分。" in made[0]
    assert "安排在赶集日的上午1个（每个4分）；教师多于必需1人次（每人次2分）" in "".join(made[1:])
    weeks = pages(tmp_path / "weeks", a_plan())[0]
    assert "尚未排课表：开班、结业日期只到周" in weeks
    assert "3月2日开第一个班，3月20日最后一个班结业" in weeks


def test_class_without_days_is_named_with_its_reason(tmp_path: Path) -> None:
    """An unplaced class is counted on page one, marked in the table and explained in the planner's words."""
    plan = with_days(an_instance(), a_plan())
    unplaced = Unplaced("K002", ("K001",), ("teacher-clash",), "两个班都需要唯一的养蜂教师")
    assert plan.timetable is not None
    plan = replace(
        plan,
        sessions=tuple(session for session in plan.sessions if session.class_id == "K001"),
        timetable=replace(plan.timetable, unplaced=(unplaced,)),
    )
    made = pages(tmp_path, plan)
    assert "课表已排1个班（共2个）、20节" in made[0]
    assert "1个班排不出课表，原因见第二部分表后" in made[0]
    assert "未排出" in made[1]
    assert "排不出课表的班1.K002：两个班都需要唯一的养蜂教师" in "".join(made)


def test_class_plan_foots_to_the_plan(tmp_path: Path) -> None:
    """The totals row has the sums of heads, hours and the four kinds of cost, added up here from the plan."""
    plan = with_days(an_instance(), a_plan())
    text = "".join(pages(tmp_path, plan))
    heads = sum(planned.size for planned in plan.classes)
    by_kind = {
        kind: sum(payment.amount_cents for payment in plan.payments if payment.kind.value == kind) // 100
        for kind in ("培训补贴", "生活补贴", "考证费", "办班费")
    }
    costs = "".join(f"{amount:,}" for amount in by_kind.values())
    tags, bands, days, hours = "3215", "4787", "15", "120"  # counted by hand from the builder
    assert f"合计2个班{heads}{tags}{bands}{days}{hours}" in text
    assert f"{costs}{plan.total_cost_cents // 100:,}31.2" in text


def test_fund_table_foots_both_ways_and_is_written_in_capitals(tmp_path: Path) -> None:
    """The total row, the amount in capital figures, and the check against the plan's own total."""
    plan = a_plan()
    text = "".join(pages(tmp_path, plan))
    assert "合计74,4006,4001,5002,80085,100300,000214,90028.4%" in text
    assert f"合计（大写）：人民币{capital_amount(plan.total_cost_cents)}" in text
    assert "与方案总费用85,100元核对：一致。" in text


def test_payments_that_do_not_foot_are_told(tmp_path: Path) -> None:
    """A record whose total is not the sum of its payments is not printed as if it were."""
    assert "核对：不一致，请用plannercheck核查" in "".join(pages(tmp_path, a_plan(total_cost_cents=1)))


def test_unserved_wishes_foot_by_reason_and_by_township(tmp_path: Path) -> None:
    """28 wishes: 18 and 10 by reason, with shares, and the same by township."""
    text = "".join(pages(tmp_path, a_plan()))
    assert "1余下人数不够开班1864.3%001800" in text
    assert "2资金用完1035.7%1001000" in text
    assert "合计28100.0%1002800" in text
    assert "1双河街道181802可乐彝族苗族乡10010合计281810" in text


def test_rare_reasons_share_a_column_and_still_foot(tmp_path: Path) -> None:
    """Eleven reasons: eight columns of their own, the rest under 其他."""
    unserved = tuple(Unserved("双河街道", "40岁以下", "一般", "育婴员", 20 - n, f"原因{n}甲") for n in range(11))
    text = "".join(pages(tmp_path, a_plan(unserved=unserved)))
    assert "其他" in text
    assert "1双河街道1652019181716151413" + "33" in text


def test_all_targets_assumptions_and_signers_are_there(tmp_path: Path) -> None:
    """Each target with its verdict, each assumption, the notes and the places to sign and seal."""
    text = "".join(pages(tmp_path, a_plan()))
    assert "1全年任务人数全部不少于60人必须620103.3%完成" in text
    assert "2脱贫任务人数脱贫不少于40人尽量32880.0%未完成" in text
    assert "1.未提供“路程”表：按经纬度估算。" in text
    assert text.index("七、签批") < text.index("编制人：") < text.index("批准人：")
    assert "赫章县人力资源和社会保障局（盖章）年月日" in text


def test_many_tags_share_a_column(tmp_path: Path) -> None:
    """More than three tags would make the class plan unreadable: they stand in one cell, each with its number."""
    tags = ("脱贫", "易迁", "妇女", "返乡", "监测")
    instance = an_instance(groups=(*DEFAULT_GROUPS[:2], Group("脱贫易迁", frozenset(tags)), DEFAULT_GROUPS[2]))
    text = "".join(pages(tmp_path, a_plan(classes=(a_class(heads=a_plan().classes[1].heads),)), instance))
    assert "易迁7" in text
    assert "妇女7" in text
    assert "返乡7" in text


def test_several_counties_have_a_plan_without_a_countys_name(tmp_path: Path) -> None:
    """A prefecture's plan is titled by its year and leaves the seal's place open."""
    townships = tuple(replace(t, county=f"县{n}") for n, t in enumerate(an_instance().townships))
    made = pages(tmp_path, a_plan(), an_instance(townships=townships))
    assert made[0].startswith("2026年职业技能培训开班计划一、结论")
    assert "编制单位（盖章）" in made[-1]
