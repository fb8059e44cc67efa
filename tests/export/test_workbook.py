"""plan.xlsx read back: headings, totals that foot, user text that stays text, equal bytes, a page wide in print."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from planner.domain.instance import Group, Instance, Measure, Objective, Sense, Settings, Target
from planner.domain.plan import Plan, TargetResult, Unplaced
from planner.errors import BadInput
from planner.export.county_workbook import write_plan_workbook
from planner.export.frame import count_lines, number_width, text_units

from .builders import PLAN_START, a_plan, an_instance, the_expected_jobs, with_days
from .large_county import a_large_county
from .reading_back import all_text, column_widths, rows_below, texts_too_high

SHEETS = [
    "开班计划表",
    "班级生源",
    "资金测算表",
    "乡镇汇总",
    "岗位衔接",
    "任务完成情况",
    "未满足需求",
    "假设与参数",
    "说明",
]


def written(folder: Path, instance: Instance | None = None, plan: Plan | None = None) -> openpyxl.Workbook:
    """Write the workbook of a plan and open it."""
    path = folder / "plan.xlsx"
    write_plan_workbook(instance or an_instance(), plan or a_plan(), path, the_expected_jobs())
    return openpyxl.load_workbook(path)


def test_sheets_are_those_of_the_bureau(tmp_path: Path) -> None:
    """The sheets stand in the order in which a bureau staples them."""
    assert written(tmp_path).sheetnames == SHEETS


def test_class_plan_has_the_forms_headings(tmp_path: Path) -> None:
    """The headings of the class plan form, tags and age bands included, in its order."""
    row = rows_below(written(tmp_path)["开班计划表"], "序号")[0]
    assert " ".join(row) == (
        "序号 班级编号 班级名称(期) 培训类型 工种 承训机构 培训地点 计划人数 脱贫 易迁 40岁以下 40-50岁 50岁以上 "
        "生源乡镇及人数 开班日期 结业日期 培训天数 课时(理论/实操) 授课方式 资金渠道 培训补贴预算(元) 生活补贴预算(元) "
        "考证费预算(元) 办班费预算(元) 对接岗位(人) 预计就业人数 备注"
    )


def test_class_is_one_line_of_the_class_plan(tmp_path: Path) -> None:
    """People, dates from Monday to Friday, hours, money and jobs of a class stand on its line."""
    first, second = rows_below(written(tmp_path)["开班计划表"], "序号")[:2]
    assert first["班级名称(期)"] == "育婴员第1期"
    assert (first["开班日期"], first["结业日期"]) == (datetime(2026, 3, 2), datetime(2026, 3, 13))
    assert (first["计划人数"], first["脱贫"], first["易迁"], first["40岁以下"]) == (30, 0, 8, 22)
    assert (first["课时(理论/实操)"], first["培训天数"]) == ("80\n(32/48)", 10)
    assert (first["培训补贴预算(元)"], first["考证费预算(元)"], first["办班费预算(元)"]) == (36_000, 1_500, 1_000)
    assert (first["对接岗位(人)"], first["预计就业人数"]) == (15, 18)
    assert second["生源乡镇及人数"] == "可乐彝族苗族乡32"
    assert (second["授课方式"], second["备注"]) == ("分散\n下乡", "县委一号文件要求")


def test_class_plan_total_foots_to_the_plan(tmp_path: Path) -> None:
    """The four budget columns of the 合计 row add up to the plan's total cost to the yuan."""
    total = next(row for row in rows_below(written(tmp_path)["开班计划表"], "序号") if row["班级编号"] == "合计")
    budgets = sum(value for heading, value in total.items() if heading and "预算" in heading)
    assert budgets * 100 == a_plan().total_cost_cents
    assert total["计划人数"] == 62
    assert total["对接岗位(人)"] == a_plan().linked_jobs


def test_money_foots_both_ways(tmp_path: Path) -> None:
    """Funds by cost kind add up along rows and columns, to the plan's total and to its capital amount."""
    workbook = written(tmp_path)
    rows = rows_below(workbook["资金测算表"], "序号")
    kinds = ["培训补贴(元)", "生活补贴(元)", "考证费(元)", "办班费(元)"]
    funds, total = rows[:2], rows[2]
    assert total["资金渠道"] == "合计"
    for row in (*funds, total):
        assert sum(row[kind] for kind in kinds) == row["合计(元)"]
        assert row["资金总额(元)"] - row["合计(元)"] == row["结余(元)"]
    for column in (*kinds, "合计(元)", "资金总额(元)", "结余(元)"):
        assert sum(row[column] for row in funds) == total[column]
    assert total["合计(元)"] * 100 == a_plan().total_cost_cents
    assert "合计（大写）：人民币捌万伍仟壹佰元整" in all_text(workbook)
    assert "核对：一致" in all_text(workbook)


def test_money_that_does_not_foot_is_said(tmp_path: Path) -> None:
    """A plan whose payments differ from its total cost is not dressed up."""
    assert "核对：不一致" in all_text(written(tmp_path, plan=a_plan(total_cost_cents=1)))


def test_cents_are_shown_when_there_are_any(tmp_path: Path) -> None:
    """Amounts with cents turn all money columns to two decimals."""
    plan = a_plan()
    odd = replace(plan.payments[0], amount_cents=plan.payments[0].amount_cents + 50)
    sheet = written(tmp_path, plan=replace(plan, payments=(odd, *plan.payments[1:])))["资金测算表"]
    formats = {cell.number_format for row in sheet.iter_rows() for cell in row if isinstance(cell.value, (int, float))}
    assert "#,##0.00_ " in formats
    assert "#,##0_ " not in formats


def test_sources_list_each_townships_people_by_group_and_age(tmp_path: Path) -> None:
    """Every cohort's people are on the line of their township, and the 合计 counts everybody."""
    sheet = written(tmp_path)["班级生源"]
    assert "一般" in [cell.value for cell in sheet[4]]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    assert lines[0][:6] == [1, "K001", "育婴员第1期", datetime(2026, 3, 2), "双河街道文化站", "双河街道"]
    assert lines[0][6:] == [22, None, 8, None, 30]
    total = next(line for line in lines if line[1] == "合计")
    assert total[6:] == [22, 25, 8, 7, 62]


def test_class_from_several_townships_gets_a_subtotal(tmp_path: Path) -> None:
    """A class with people of two townships has a line for each and a subtotal."""
    plan = a_plan()
    heads = (*plan.classes[0].heads, *plan.classes[1].heads)
    mixed = replace(plan, classes=(replace(plan.classes[0], heads=heads), plan.classes[1]))
    lines = [[cell.value for cell in row] for row in written(tmp_path, plan=mixed)["班级生源"].iter_rows(min_row=6)]
    assert [line[5] for line in lines[:3]] == ["可乐彝族苗族乡", "双河街道", "小计（2 个乡镇）"]
    assert lines[2][-1] == 62


def test_township_table_counts_people_wishes_and_classes(tmp_path: Path) -> None:
    """Each township's trainable, willing and trained people, classes held there and share."""
    rows = rows_below(written(tmp_path)["乡镇汇总"], "序号")
    second, total = rows[1], rows[2]
    assert (second["乡镇"], second["可参训人数"], second["愿意参训人次"], second["计划培训人数"]) == (
        "可乐彝族苗族乡", 80, 50, 32,
    )  # fmt: skip
    assert (second["脱贫"], second["易迁"], second["50岁以上"], second["本地开班数"]) == (32, 7, 7, 1)
    assert second["培训人数占可参训人数"] == pytest.approx(0.4)
    assert (total["乡镇"], total["可参训人数"], total["计划培训人数"]) == ("合计", 200, 62)


def test_targets_say_what_is_missing(tmp_path: Path) -> None:
    """A target met and a target missed, with share reached and verdict."""
    met, missed = rows_below(written(tmp_path)["任务完成情况"], "序号")[:2]
    assert (met["要求"], met["计划完成"], met["结论"]) == ("不少于 60 人", 62, "完成")
    assert (missed["范围"], missed["缺口或超出"], missed["完成率"], missed["结论"]) == ("脱贫", 8, 0.8, "未完成")


def test_unserved_wishes_have_reasons_and_a_total(tmp_path: Path) -> None:
    """Each line gives a reason; totals by reason follow the total."""
    rows = rows_below(written(tmp_path)["未满足需求"], "序号")
    assert (rows[0]["乡镇"], rows[0]["未满足人次"], rows[0]["原因"]) == ("双河街道", 18, "余下人数不够开班")
    assert [(row["乡镇"], row["未满足人次"], row["原因"]) for row in rows[2:5]] == [
        ("合计", 28, None),
        ("其中", 18, "余下人数不够开班"),
        ("其中", 10, "资金用完"),
    ]


def test_placements_show_pool_place_and_jobs(tmp_path: Path) -> None:
    """Linked jobs stand with their pool; the unlinked rest follows."""
    rows = rows_below(written(tmp_path)["岗位衔接"], "序号")
    assert (rows[0]["岗位来源"], rows[0]["去向"], rows[0]["岗位数"], rows[0]["衔接就业人数"]) == (
        "宁波家政-01", "省外", 15, 15,
    )  # fmt: skip
    assert rows[2]["衔接就业人数"] == a_plan().unlinked_jobs


def test_without_vacancies_the_sheets_say_so(tmp_path: Path) -> None:
    """No pools: the linked column is empty and a note tells why."""
    workbook = written(tmp_path, instance=an_instance(pools=None), plan=a_plan(placements=()))
    assert rows_below(workbook["开班计划表"], "序号")[0]["对接岗位(人)"] is None
    assert "未提供岗位表" in all_text(workbook)


def test_explanation_speaks_plainly(tmp_path: Path) -> None:
    """Verdict, version, seed, fingerprint, and that gross placement is no effect; no clock."""
    text = all_text(written(tmp_path))
    assert "离理论最优的差距 ≤ 0.5%（已证明）" in text
    assert "planner 0.1.0，随机种子 7" in text
    assert a_plan().input_sha256 in text
    assert "不等于培训带来的效果" in text
    assert not re.search(r"solver|incumbent|dual|LP|MIP|求解器|松弛", text)


def test_explanation_tells_how_good_the_timetable_is(tmp_path: Path) -> None:
    """Size, points and their proved bound, what the points count, rounds; each sentence of a clash once."""
    plan = with_days(an_instance(), a_plan())
    assert plan.timetable is not None
    left = tuple(Unplaced(name, (), ("inspection-missing",), "有 2 个班排不上督查。") for name in ("K001", "K002"))
    outcome = replace(plan.timetable, rounds=3, idle_days=2, unplaced=left)
    told = all_text(written(tmp_path, plan=replace(plan, timetable=outcome)))
    for part in (
        "已排 2 个班、30 节（每节半天，4 课时），考核 2 场，督查 2 班次",
        "课表质量分 7（越低越好），理论下限 5（已证明）",
        "集中班中途停课 2 个工作日",
        "方案与课表协调 3 轮",
        "K001、K002：有 2 个班排不上督查。",
    ):
        assert part in told
    assert "与已公布的课表不同" not in told
    best = all_text(written(tmp_path, plan=replace(plan, timetable=replace(outcome, bound=7))))
    assert "课表质量分 7（越低越好），已证明没有更好的课表" in best
    assert "尚未排课表：开班、结业日期只到周" in all_text(written(tmp_path))


def test_unproved_bound_is_not_called_proved(tmp_path: Path) -> None:
    """Without a bound the explanation claims nothing as proved."""
    text = all_text(written(tmp_path, plan=a_plan(bound=math.inf, gap=math.inf)))
    assert "尚未证明" in text
    assert "（已证明" not in text


def test_uplift_plan_does_not_talk_of_gross_placement(tmp_path: Path) -> None:
    """Under the uplift objective the notes name uplift."""
    instance = an_instance(settings=Settings(plan_start=PLAN_START, objective=Objective.UPLIFT))
    assert "按净增就业率计算" in all_text(written(tmp_path, instance=instance))


def test_every_setting_is_listed(tmp_path: Path) -> None:
    """Each setting of the workbook has a line, so that no parameter is used unseen."""
    rows = [row for row in rows_below(written(tmp_path)["假设与参数"], "序号") if isinstance(row["序号"], int)]
    assert len(rows) == len(Settings.__dataclass_fields__)
    assert "未提供“路程”表：按经纬度估算。" in all_text(written(tmp_path))


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "http://x.cn/a", "{=1+1}", "0012"])
def test_user_text_never_becomes_formula_or_link(tmp_path: Path, name: str) -> None:
    """A venue, course, fund or reason that looks like a formula stays a text, and so do links and numbers."""
    instance, plan = an_instance(), a_plan()
    venue = replace(instance.venues[0], name=name)
    course = replace(instance.courses[1], name=name)
    planned = replace(plan.classes[0], venue=name, course=name)
    hostile = replace(plan.unserved[0], reason=name)
    workbook = written(
        tmp_path,
        instance=replace(
            instance, venues=(venue, instance.venues[1]), courses=(instance.courses[0], course), assumptions=(name,)
        ),
        plan=replace(plan, classes=(planned, plan.classes[1]), unserved=(hostile,), assumptions=(name,)),
    )
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    mine = [cell for cell in cells if cell.value == name]
    assert mine
    assert {cell.data_type for cell in mine} == {"s"}
    assert all(cell.quotePrefix for cell in mine) == name.startswith(("=", "+", "-", "@"))


def test_no_cell_holds_a_formula(tmp_path: Path) -> None:
    """The XML itself has no formula element."""
    write_plan_workbook(an_instance(), a_plan(), tmp_path / "plan.xlsx", the_expected_jobs())
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as package:
        sheets = [package.read(name) for name in package.namelist() if "worksheets/" in name]
    assert len(sheets) == len(SHEETS)
    assert not [sheet for sheet in sheets if b"<f>" in sheet or b"<f " in sheet]


def test_equal_plans_give_equal_bytes(tmp_path: Path) -> None:
    """Two runs that differ in their seconds only give the same file."""
    write_plan_workbook(an_instance(), a_plan(), tmp_path / "one.xlsx", the_expected_jobs())
    write_plan_workbook(an_instance(), a_plan(seconds=77.0), tmp_path / "two.xlsx", the_expected_jobs())
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_every_sheet_is_ready_to_print(tmp_path: Path) -> None:
    """A4 landscape, one page wide, header rows repeated and frozen, page numbers and fingerprint below."""
    for sheet in written(tmp_path):
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        high = None if sheet.title == "说明" else 0  # one page, the format's default; others as many as they need
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, high)
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert "第 &P 页 共 &N 页" in str(sheet.oddFooter.center.text)
        assert "01234567" in str(sheet.oddFooter.right.text)


def test_every_sheet_has_the_bureaus_frame(tmp_path: Path) -> None:
    """附件N, a title with county and year, and the reporting unit."""
    for number, sheet in enumerate(written(tmp_path), 1):
        assert sheet["A1"].value == f"附件{number}"
        assert sheet["A2"].value.startswith("赫章县2026年职业技能培训")
        assert sheet["A3"].value == "填报单位（盖章）：赫章县人力资源和社会保障局"


def test_tables_are_signed(tmp_path: Path) -> None:
    """The seven tables end with the line for three signatures."""
    for sheet in list(written(tmp_path))[:7]:
        last = str(sheet.cell(sheet.max_row, 1).value)
        assert all(word in last for word in ("制表人", "审核人", "分管领导"))


def test_empty_plan_is_written(tmp_path: Path) -> None:
    """A plan without classes gives sheets that say so."""
    empty = a_plan(classes=(), payments=(), placements=(), unserved=(), total_cost_cents=0, linked_jobs=0.0)
    workbook = written(tmp_path, plan=empty)
    assert workbook["开班计划表"]["A6"].value == "（无）"
    assert "人民币零元整" in all_text(workbook)


def test_each_tag_has_its_column(tmp_path: Path) -> None:
    """Tags of the county's own stand after 脱贫 and 易迁; without tags there are no tag columns."""
    groups = (*an_instance().groups, Group("返乡妇女", frozenset({"返乡", "妇女"})))
    headings = list(rows_below(written(tmp_path, instance=an_instance(groups=groups))["开班计划表"], "序号")[0])
    assert headings[8:12] == ["脱贫", "易迁", "妇女", "返乡"]
    plain = tuple(Group(group.name) for group in an_instance().groups)
    headings = list(rows_below(written(tmp_path, instance=an_instance(groups=plain))["开班计划表"], "序号")[0])
    assert headings[8] == "40岁以下"


def test_failed_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    """A class without expected jobs stops the writing; no file and no draft remain."""
    with pytest.raises(KeyError, match="K001"):
        write_plan_workbook(an_instance(), a_plan(), tmp_path / "plan.xlsx", {})
    assert list(tmp_path.iterdir()) == []


def test_unwritable_workbook_is_reported(tmp_path: Path) -> None:
    """A missing folder gives a sentence with what to do."""
    with pytest.raises(BadInput, match=r"plan\.xlsx：无法写入该文件.*请关闭正在打开它的程序"):
        write_plan_workbook(an_instance(), a_plan(), tmp_path / "missing" / "plan.xlsx", the_expected_jobs())


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("", 5, 1), ("四个汉字", 8, 1), ("四个汉字", 7, 2), ("四个汉字）", 8, 2), ("a\nb", 9, 2), ("宽", 1, 1)],
)
def test_lines_of_wrapped_text(text: str, width: float, lines: int) -> None:
    """Row heights follow the lines that a text takes in its column."""
    assert count_lines(text, width) == lines


def test_no_text_of_a_large_plan_is_cut(tmp_path: Path) -> None:
    """With the longest township, provider and fund names every row is high enough."""
    instance, plan, jobs = a_large_county(classes=24)
    write_plan_workbook(instance, plan, tmp_path / "plan.xlsx", jobs)
    workbook = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert [cut for sheet in workbook for cut in texts_too_high(sheet)] == []


def test_no_number_of_a_large_plan_is_wider_than_its_column(tmp_path: Path) -> None:
    """Totals in bold fit their columns, so that no print shows ####."""
    instance, plan, jobs = a_large_county(classes=24)
    funds = tuple(replace(fund, amount_cents=fund.amount_cents * 1000 + 1) for fund in instance.funds)
    write_plan_workbook(replace(instance, funds=funds), plan, tmp_path / "plan.xlsx", jobs)
    for sheet in openpyxl.load_workbook(tmp_path / "plan.xlsx"):
        widths = column_widths(sheet)
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, (int, float))):
            decimals = 2 if "0.00" in cell.number_format else 1 if "0.0" in cell.number_format else 0
            shown = f"{cell.value:,.{decimals}%}" if "%" in cell.number_format else f"{cell.value:,.{decimals}f}"
            assert len(shown) <= widths[cell.column], (sheet.title, cell)


def test_shares_of_several_hundred_per_cent_fit_their_column(tmp_path: Path) -> None:
    """A small target that is passed thirty times over is shown, in bold too, not as ####."""
    target = Target("小任务", Measure.PERSONS, Sense.AT_LEAST, 2, hard=False, township="双河街道")
    instance = an_instance(targets=(target,))
    plan = with_days(instance, a_plan(targets=(TargetResult("小任务", 30, 0),)))
    write_plan_workbook(instance, plan, tmp_path / "plan.xlsx", the_expected_jobs())
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["任务分解表"]
    widths = column_widths(sheet)
    shares = [cell for row in sheet.iter_rows() for cell in row if "%" in cell.number_format and cell.value]
    assert {f"{cell.value:.1%}" for cell in shares} == {"1500.0%", "3100.0%"}
    assert all(widths[cell.column] >= number_width(100 * cell.value, 1) + 1 for cell in shares)


def test_prints_one_page_wide_on_a4(tmp_path: Path) -> None:
    """LibreOffice turns a plan with long names into A4 landscape pages without #### and with nothing left over."""
    office, page_info, page_text = (shutil.which(name) for name in ("soffice", "pdfinfo", "pdftotext"))
    if not (office and page_info and page_text):
        pytest.skip("printing needs LibreOffice (soffice) and poppler (pdfinfo, pdftotext), which are not installed")
    instance, plan, jobs = a_large_county(classes=12)
    write_plan_workbook(instance, replace(plan, unserved=plan.unserved[:20]), tmp_path / "plan.xlsx", jobs)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "plan.xlsx"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    info = subprocess.run([page_info, tmp_path / "plan.pdf"], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Page size:\s+841\.\d+ x 595\.\d+ pts \(A4\)", info)
    text = subprocess.run([page_text, tmp_path / "plan.pdf", "-"], check=True, capture_output=True, text=True).stdout
    pages = text.rstrip("\f").split("\f")
    assert "##" not in text
    # A sheet more than one page wide would continue on pages that do not hold its leftmost column's heading.
    assert all(re.search("序号|项目", page) for page in pages)
    assert "兴发苗族彝族回族乡" in text
    assert text_units("兴发苗族彝族回族乡") == 18
