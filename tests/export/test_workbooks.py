"""The workbooks of providers, townships and classes read back: what each holds, and that all foot to the county's."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.domain.instance import Form, Group, Instance
from planner.domain.plan import Heads, Plan
from planner.errors import BadInput
from planner.export.county_workbook import write_plan_workbook
from planner.export.folders import PaperFolders
from planner.export.wording import office_of
from planner.export.workbooks import write_workbooks

from .builders import a_class, a_course, a_plan, an_instance, the_expected_jobs, with_days
from .large_county import a_large_county
from .reading_back import all_text, rows_below, texts_too_high

PROVIDER, TOWNSHIP = "赫章县中等职业学校", "可乐彝族苗族乡"
BUDGETS = ("培训补贴预算(元)", "生活补贴预算(元)", "考证费预算(元)", "办班费预算(元)")


def papers(
    root: Path, instance: Instance | None = None, plan: Plan | None = None, jobs: Mapping[str, float] | None = None
) -> PaperFolders:
    """Write the workbooks of a plan with a timetable and return where they lie."""
    instance = instance or an_instance()
    plan = plan or with_days(instance, a_plan())
    folders = PaperFolders(root, instance, plan)
    write_workbooks(instance, plan, folders, jobs or dict.fromkeys((c.id for c in plan.classes), 1.0))
    return folders


def opened(folder: Path) -> openpyxl.Workbook:
    """Open the only workbook of a folder."""
    (path,) = folder.glob("*.xlsx")
    return openpyxl.load_workbook(path)


def total_of(workbook: openpyxl.Workbook, sheet: str, label: str = "班级编号") -> dict[str, Any]:
    """Return the 合计 row of a sheet, found in column ``label``."""
    return next(row for row in rows_below(workbook[sheet], "序号") if row[label] == "合计")


def a_long_class(days: int, size: int, **changes: Any) -> tuple[Instance, Plan]:
    """A county with one class of so many days and heads, with the longest names there are."""
    name = "模架工(模板/脚手架,赫章模架工匠)"
    course = a_course(name, class_days=days, theory_days=days // 3, max_size=size)
    instance = an_instance(courses=(course,), demand=(), locks=())
    heads = (Heads(TOWNSHIP, "40岁以下", "脱贫", size - 5), Heads("双河街道", "50岁以上", "一般", 5))
    start = a_class().start_week
    planned = a_class(course=name, heads=heads, end_week=start + timedelta(weeks=-(-days // 3)), **changes)
    plan = a_plan(classes=(planned,), payments=(), placements=(), unserved=(), total_cost_cents=0)
    return instance, with_days(instance, plan)


def test_one_workbook_each(tmp_path: Path) -> None:
    """Every provider, township and class has its file in its folder, named for it."""
    plan = with_days(an_instance(), a_plan())
    written = write_workbooks(an_instance(), plan, PaperFolders(tmp_path, an_instance(), plan), the_expected_jobs())
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "承训机构/赫章县中等职业学校/赫章县中等职业学校开班计划.xlsx",
        "承训机构/黔鑫职业技能培训学校/黔鑫职业技能培训学校开班计划.xlsx",
        "乡镇/双河街道/双河街道培训安排.xlsx",
        "乡镇/可乐彝族苗族乡/可乐彝族苗族乡培训安排.xlsx",
        "班级/K001/K001课程表花名册考勤表.xlsx",
        "班级/K002/K002课程表花名册考勤表.xlsx",
    ]
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(written)


def test_equal_plans_give_equal_bytes(tmp_path: Path) -> None:
    """Two runs that differ in their seconds and the order of sessions give the same files."""
    plan = with_days(an_instance(), a_plan())
    again = replace(plan, seconds=77.0, sessions=tuple(reversed(plan.sessions)))
    papers(tmp_path / "one", plan=plan)
    papers(tmp_path / "two", plan=again)
    one = sorted(path for path in (tmp_path / "one").rglob("*.xlsx"))
    assert len(one) == 6
    for path in one:
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_a_provider_sees_its_own_classes_only(tmp_path: Path) -> None:
    """Class plan, money and teachers of the provider; nothing of another."""
    workbook = opened(papers(tmp_path).provider(PROVIDER))
    assert workbook.sheetnames == ["开班计划表", "资金测算表", "教师任务表"]
    text = all_text(workbook)
    assert "育婴员第1期" in text
    assert "养蜂员" not in text
    assert "黔鑫" not in text
    assert workbook["开班计划表"]["A2"].value == f"赫章县2026年职业技能培训开班计划表（{PROVIDER}）"
    assert workbook["开班计划表"]["A3"].value == f"填报单位（盖章）：{PROVIDER}"


def test_only_the_county_knows_when_classes_are_inspected(tmp_path: Path) -> None:
    """A visit that is announced checks nothing: neither provider nor township nor class is told day or inspector."""
    folders = papers(tmp_path)
    for folder in (folders.provider(PROVIDER), folders.township(TOWNSHIP), folders.of_class("K001")):
        text = all_text(opened(folder))
        assert "督查员" not in text and "督查人员及日期" not in text, folder
        assert "考核日期" in text or folder != folders.provider(PROVIDER)


def test_a_providers_money_foots_by_class_and_by_fund(tmp_path: Path) -> None:
    """Classes add up to 合计, so do the funds below it, and the capital amount says the same."""
    workbook = opened(papers(tmp_path).provider("黔鑫职业技能培训学校"))
    rows = rows_below(workbook["资金测算表"], "序号")
    kinds = ["培训补贴(元)", "生活补贴(元)", "考证费(元)", "办班费(元)"]
    only, total, fund = rows[:3]
    assert [only[kind] for kind in kinds] == [38_400, 6_400, 0, 1_800]
    assert (total["合计(元)"], fund["班级编号"], fund["资金渠道"]) == (46_600, "其中", "中央衔接资金")
    assert [fund[kind] for kind in kinds] == [total[kind] for kind in kinds]
    assert "合计（大写）：人民币肆万陆仟陆佰元整" in all_text(workbook)
    assert "就业补助资金" not in all_text(workbook)


def test_a_provider_without_classes_is_told_so(tmp_path: Path) -> None:
    """The workbook is there and says that there is nothing."""
    plan = with_days(an_instance(), replace(a_plan(), classes=a_plan().classes[:1]))
    workbook = opened(papers(tmp_path, plan=plan).provider("黔鑫职业技能培训学校"))
    assert "（无）" in all_text(workbook)
    assert total_of(workbook, "开班计划表")["计划人数"] == 0


def test_a_township_sees_where_its_people_go_and_what_it_hosts(tmp_path: Path) -> None:
    """Its people in a class elsewhere, classes held at home, its targets and its unserved wishes."""
    plan = a_plan()
    guests = (*plan.classes[0].heads, Heads(TOWNSHIP, "40岁以下", "脱贫", 6))
    plan = with_days(an_instance(), replace(plan, classes=(replace(plan.classes[0], heads=guests), plan.classes[1])))
    workbook = opened(papers(tmp_path, plan=plan).township(TOWNSHIP))
    assert workbook.sheetnames == ["学员参训安排", "开班计划表", "任务完成情况", "未满足需求"]
    away, home, total = rows_below(workbook["学员参训安排"], "序号")[:3]
    assert (away["班级编号"], away["培训地点"]) == ("K001", "双河街道文化站")
    assert (away["本乡镇人数"], away["全班人数"]) == (6, 36)
    assert (home["班级编号"], home["培训地点"]) == ("K002", "可乐彝族苗族乡 可乐乡政府会议室")
    assert (home["培训时间"], total["本乡镇人数"]) == ("3月9日—11日、16日—17日", 38)
    hosted = rows_below(workbook["开班计划表"], "序号")
    assert [row["班级编号"] for row in hosted[:2]] == ["K002", "合计"]
    assert rows_below(workbook["未满足需求"], "序号")[0]["未满足人次"] == 10
    assert "双河街道" not in all_text(workbook).replace("双河街道文化站", "").replace("双河街道30", "")
    assert workbook["学员参训安排"]["A3"].value == "填报单位（盖章）：可乐彝族苗族乡人民政府"


@pytest.mark.parametrize(
    ("township", "office"),
    [
        ("双河街道", "双河街道办事处"),
        ("妈姑镇", "妈姑镇人民政府"),
        ("可乐彝族苗族乡", "可乐彝族苗族乡人民政府"),
        ("卯家湾安置区", "卯家湾安置区"),
    ],
)
def test_the_office_that_stamps(township: str, office: str) -> None:
    """街道 have an office, 镇 and 乡 a government; other places stamp with their name."""
    assert office_of(township) == office


def test_a_class_has_its_days_hour_by_hour(tmp_path: Path) -> None:
    """Date, weekday, clock times, hours counted through, kind, teacher and assistant; total hours and exam below."""
    workbook = opened(papers(tmp_path).of_class("K001"))
    assert workbook.sheetnames == ["教学计划表(课程表)", "学员花名册", "考勤表"]
    rows = rows_below(workbook["教学计划表(课程表)"], "日期")
    first, last, total = rows[0], rows[19], rows[20]
    assert list(first) == ["日期", "星期", "时段", "课时", "教学内容", "形式", "授课教师", "助教", "地点", "备注"]
    assert (first["日期"], first["星期"], first["时段"]) == (datetime(2026, 3, 2), "周一", "上午 8:30—12:00")
    assert (first["课时"], first["教学内容"], first["授课教师"], first["助教"]) == (4, "理论第1—4课时", "教师1", None)
    assert (last["时段"], last["教学内容"], last["助教"]) == ("下午 14:00—17:30", "实操第77—80课时", "教师2")
    assert (total["日期"], total["课时"], total["教学内容"]) == ("总课时", 80, "理论 32，实操 48")
    assert sum(row["课时"] for row in rows[:20]) == 80
    text = all_text(workbook)
    assert "考核日期：2026年3月16日（周一）" in text
    assert "上课日期：2026年3月2日—6日、9日—13日" in text


def test_the_day_of_the_visit_is_not_on_the_classs_papers(tmp_path: Path) -> None:
    """What hangs on the wall does not announce the inspection."""
    workbook = opened(papers(tmp_path).of_class("K001"))
    assert "督查员1" not in all_text(workbook)


def test_a_register_has_a_row_for_each_place(tmp_path: Path) -> None:
    """Exactly as many numbered rows as heads, all else empty, and identity numbers kept as text."""
    sheet = opened(papers(tmp_path).of_class("K001"))["学员花名册"]
    rows = rows_below(sheet, "序号")
    blank = [row for row in rows if isinstance(row["序号"], int)]
    assert [row["序号"] for row in blank] == list(range(1, 31))
    assert all(value is None for row in blank for heading, value in row.items() if heading != "序号")
    header = next(cell.row for cell in sheet["A"] if cell.value == "序号")
    identity = next(cell.column for cell in sheet[header] if cell.value == "身份证号")
    assert sheet.cell(header + 1, identity).number_format == "@"


@pytest.mark.parametrize(("size", "pages"), [(20, 1), (22, 1), (23, 2), (50, 2), (60, 3)])
def test_a_register_ends_on_no_page_of_a_few_rows(tmp_path: Path, size: int, pages: int) -> None:
    """Print gets a little smaller before a last page holds five pupils and the signatures."""
    instance, plan = a_long_class(5, size)
    sheet = opened(papers(tmp_path, instance, plan).of_class("K001"))["学员花名册"]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToHeight or 1) == pages  # a height of one page is the format's default


def test_words_to_choose_from_are_offered(tmp_path: Path) -> None:
    """Sex, group and attendance symbols can be picked from a list."""
    workbook = opened(papers(tmp_path).of_class("K001"))
    offered = {
        rule.formula1: str(rule.sqref)
        for sheet in ("学员花名册", "考勤表")
        for rule in workbook[sheet].data_validations.dataValidation
    }
    assert set(offered) == {'"男,女"', '"一般,脱贫,易迁,脱贫易迁"', '"√,△,○,×"'}
    assert re.fullmatch(r"C\d+:V\d+", offered['"√,△,○,×"'])


@pytest.mark.parametrize("name", ['甲"乙', "甲,乙", "很长的群体名称" * 40])
def test_words_that_cannot_be_listed_are_not_offered(tmp_path: Path, name: str) -> None:
    """A group whose name would break the list leaves its column without one."""
    instance = an_instance(groups=(*an_instance().groups, Group(name)))
    sheet = opened(papers(tmp_path, instance).of_class("K001"))["学员花名册"]
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"男,女"']


@pytest.mark.parametrize(
    ("days", "sheets", "orientation"),
    [(5, 1, "portrait"), (7, 1, "portrait"), (8, 1, "landscape"), (14, 1, "landscape"), (15, 2, "landscape"),
     (22, 2, "landscape"), (90, 7, "landscape")],
)  # fmt: skip
def test_a_long_course_has_several_attendance_sheets(
    tmp_path: Path, days: int, sheets: int, orientation: str
) -> None:
    """At most 14 days on a sheet, two columns a day, each day once."""
    instance, plan = a_long_class(days, 20, form=Form.FULL_TIME)
    workbook = opened(papers(tmp_path, instance, plan).of_class("K001"))
    names = [name for name in workbook.sheetnames if name.startswith("考勤表")]
    assert len(names) == sheets
    halves, dates = 0, []
    for name in names:
        sheet = workbook[name]
        header = next(cell.row for cell in sheet["A"] if cell.value == "序号")
        mine = [cell.value for cell in sheet[header + 1] if cell.value in ("上", "下")]
        assert len(mine) <= 28
        assert sheet.page_setup.orientation == orientation
        halves += len(mine)
        dates += [cell.value for cell in sheet[header] if cell.value and re.match(r"\d+/\d+\n周.", str(cell.value))]
    assert halves == 2 * days
    assert len(dates) == days
    assert (dates[0], len(set(dates))) == ("3/2\n周一", days)


def test_a_class_without_days_gets_papers_to_fill_in(tmp_path: Path) -> None:
    """No timetable: the sessions stand with open dates, days are numbered, nothing is invented."""
    folders = papers(tmp_path, plan=a_plan())
    workbook = opened(folders.of_class("K002"))
    rows = rows_below(workbook["教学计划表(课程表)"], "日期")
    assert [row["形式"] for row in rows[:10]] == ["理论"] * 4 + ["实操"] * 6
    assert all(row["日期"] is None and row["授课教师"] is None for row in rows[:10])
    assert "本班尚未排定上课日期，请填写。" in all_text(workbook)
    assert "第5天" in all_text(workbook)
    assert opened(folders.provider(PROVIDER)).sheetnames == ["开班计划表", "资金测算表"]
    assert rows_below(opened(folders.township(TOWNSHIP))["学员参训安排"], "序号")[0]["培训时间"] == "3月9日—3月20日"


def test_everything_foots_to_the_county(tmp_path: Path) -> None:
    """Money to the yuan, heads and classes: the county's sheets = sum over providers = sum over venues' townships."""
    instance, plan, jobs = a_large_county(classes=24)
    plan = with_days(instance, replace(plan, unserved=plan.unserved[:90]))
    folders = papers(tmp_path, instance, plan, jobs)
    write_plan_workbook(instance, plan, tmp_path / "plan.xlsx", jobs)
    county = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    providers = [opened(folders.provider(one.name)) for one in instance.providers]
    townships = [opened(folders.township(one.name)) for one in instance.townships]
    whole = total_of(county, "开班计划表")
    budget = sum(whole[heading] for heading in BUDGETS)
    assert budget * 100 == plan.total_cost_cents
    assert total_of(county, "资金测算表", "资金渠道")["合计(元)"] == budget
    tasks = total_of(county, "任务分解表", "乡镇")
    assert (tasks["小计(元)"], tasks["计划培训人数"], tasks["本地开班数"]) == (budget, whole["计划人数"], 24)
    for parts in (providers, townships):
        totals = [total_of(part, "开班计划表") for part in parts]
        for heading in ("计划人数", "脱贫", "易迁", "40岁以下", *BUDGETS):
            assert sum(total[heading] for total in totals) == whole[heading], heading
    assert sum(total_of(part, "资金测算表")["合计(元)"] for part in providers) == budget
    going = sum(total_of(part, "学员参训安排")["本乡镇人数"] for part in townships)
    assert going == whole["计划人数"] == total_of(county, "班级生源")["小计"]
    unserved = sum(total_of(part, "未满足需求", "乡镇")["未满足人次"] for part in townships)
    assert unserved == total_of(county, "未满足需求", "乡镇")["未满足人次"]
    hours = sum(total_of(part, "教师任务表", "承训机构")["课时"] for part in providers)
    assert hours == total_of(county, "教师任务表", "承训机构")["课时"]


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "http://x.cn/a", "{=1+1}"])
def test_user_text_never_becomes_a_formula(tmp_path: Path, name: str) -> None:
    """A venue, course and teacher that look like formulas stay texts; the only formulas are the attendance sheet's."""
    instance, plan = an_instance(), with_days(an_instance(), a_plan())
    venue, course = replace(instance.venues[0], name=name), replace(instance.courses[1], name=name)
    planned = replace(plan.classes[0], venue=name, course=name)
    sessions = tuple(replace(session, teachers=(name,)) for session in plan.sessions)
    instance = replace(instance, venues=(venue, instance.venues[1]), courses=(instance.courses[0], course))
    folders = papers(tmp_path, instance, replace(plan, classes=(planned, plan.classes[1]), sessions=sessions))
    found = 0
    for path in folders.root.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                assert not cell.hyperlink
                if cell.data_type == "f":
                    assert sheet.title == "考勤表"
                    assert re.match(r"=IF\(('学员花名册'!B\d+=|COUNTA\(C|[A-Z]+\d+=)", cell.value), cell.value
                found += cell.value == name
    assert found > 10


def test_papers_name_their_plan(tmp_path: Path) -> None:
    """Version, seed, first day of the plan and input hash stand below every sheet of every workbook."""
    for path in papers(tmp_path).root.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            assert "方案版本 0.1.0 · 种子 7 · 计划期自 2026-01-05" in str(sheet.oddFooter.left.text)
            assert "01234567" in str(sheet.oddFooter.right.text)
            assert sheet.page_setup.paperSize == 9
            assert sheet.print_title_rows


def test_no_text_is_cut(tmp_path: Path) -> None:
    """With the longest names, 60 heads and 14 days every row is high enough."""
    instance, plan = a_long_class(14, 60, form=Form.PART_TIME)
    for path in papers(tmp_path, instance, plan).root.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            assert list(texts_too_high(sheet)) == []


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    """A file where the folder should be gives a sentence."""
    (tmp_path / "承训机构").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="无法写入该文件"):
        papers(tmp_path)


def office_converts(paths: list[Path], to: str, folder: Path) -> None:
    """Let LibreOffice convert the files, or skip the test where it is not installed."""
    office = shutil.which("soffice")
    if not (office and shutil.which("pdfinfo") and shutil.which("pdftotext")):
        pytest.skip("printing needs LibreOffice (soffice) and poppler (pdfinfo, pdftotext), which are not installed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", to, "--outdir", folder / "converted", *paths]
    subprocess.run(command, check=True, capture_output=True, timeout=180)


def test_every_paper_prints_one_page_wide_on_a4(tmp_path: Path) -> None:
    """60 heads and 14 part-time days with long names: A4, no ####, headings on each page, few pages."""
    instance, plan = a_long_class(14, 60, form=Form.PART_TIME)
    folders = papers(tmp_path / "papers", instance, plan)
    places = (folders.of_class("K001"), folders.provider(PROVIDER), folders.township(TOWNSHIP))
    paths = [next(folder.glob("*.xlsx")) for folder in places]
    office_converts(paths, "pdf", tmp_path)
    pages = {}
    for path in paths:
        printed = tmp_path / "converted" / f"{path.stem}.pdf"
        command = ["pdfinfo", "-f", "1", "-l", "99", printed]
        info = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        sizes = re.findall(r"size:\s+(\d+)\.?\d* x (\d+)", info)
        assert {tuple(sorted(size)) for size in sizes} == {("595", "841")}
        text = subprocess.run(["pdftotext", printed, "-"], check=True, capture_output=True, text=True).stdout
        assert "##" not in text
        pages[path] = text.rstrip("\f").split("\f")
        # A sheet more than one page wide would continue on pages that do not hold its leftmost column's heading.
        assert all(re.search("序号|日期", page) for page in pages[path])
    of_class = pages[paths[0]]
    assert sum("授课教师" in page for page in of_class) == 1
    assert sum("2/23" in page or "3/2" in page for page in of_class) == 2
    assert "60" in of_class[-1]


def test_names_typed_once_are_taken_over_and_days_counted(tmp_path: Path) -> None:
    """LibreOffice computes the attendance sheets of a filled-in class: names, half days, share; blanks stay blank."""
    instance, plan = a_long_class(15, 20, form=Form.FULL_TIME)
    (path,) = papers(tmp_path / "papers", instance, plan).of_class("K001").glob("*.xlsx")
    workbook = openpyxl.load_workbook(path)
    roster = workbook["学员花名册"]
    first = next(cell.row for cell in roster["A"] if cell.value == 1)
    roster.cell(first, 2).value = "王小花"
    for name, marks in (("考勤表1", "√√√△○×"), ("考勤表2", "√√")):
        row = next(cell.row for cell in workbook[name]["A"] if cell.value == 1)
        for column, mark in enumerate(marks, 3):
            workbook[name].cell(row, column).value = mark
    workbook.save(tmp_path / "filled.xlsx")
    office_converts([tmp_path / "filled.xlsx"], "xlsx:Calc MS Excel 2007 XML", tmp_path)
    computed = openpyxl.load_workbook(tmp_path / "converted" / "filled.xlsx", data_only=True)
    one, two = (rows_below(computed[name], "序号") for name in ("考勤表1", "考勤表2"))
    assert (one[0]["姓名"], one[0]["出勤天数"]) == ("王小花", 2)
    assert (two[0]["姓名"], two[0]["出勤天数"], two[0]["累计天数"]) == ("王小花", 1, 3)
    assert two[0]["出勤率"] == pytest.approx(3 / 15)
    assert not any((one[1]["姓名"], one[1]["出勤天数"], two[1]["累计天数"], two[1]["出勤率"]))
