"""Township files on the command line: looked at, confirmed, planned with."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from planner.cli import main
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance
from tests.reading.survey import write_sheets
from tests.workbook.office import needs_office, saved_as


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A tiny county's workbook without demand of its own."""
    tables = tables_of(a_tiny_instance())
    path = tmp_path / "base.xlsx"
    write_tables(path, {name: rows for name, rows in tables.items() if name not in ("需求", "劳动力")})
    return path


@pytest.fixture
def demand(tmp_path: Path) -> Path:
    """A survey form with the tiny county's own people and wishes, its first course under an unknown name."""
    instance = a_tiny_instance()
    first = instance.courses[0].name
    names = [f"{course.name}班某" if course.name == first else course.name for course in instance.courses]
    top = ["乡镇", "年龄段", "群体", "有培训意愿人数", "意愿工种及人数"]
    rows: list[list[object]] = [[*top, *[""] * len(names)]]
    rows.append(["", "", "", "", *names, "其他(注明)"])
    wishes = {(d.township, d.age_band, d.group, d.course): d.persons for d in instance.demand}
    for cohort in instance.cohorts:
        key = (cohort.township, cohort.age_band, cohort.group)
        rows.append([*key, cohort.persons, *(wishes.get((*key, course.name), 0) for course in instance.courses), 1])
    return write_sheets(tmp_path / "摸底表.xlsx", {"摸底表": rows})


def confirmed(tmp_path: Path, base: Path, demand: Path) -> Path:
    """Ask for the questions and answer the one there is."""
    path = tmp_path / "确认.json"
    looked = run("inspect", demand, "--base", base, "--questions", path)
    assert looked.exit_code == 2, looked.output
    assert "待确认：课程" in looked.output
    choices = json.loads(path.read_text(encoding="utf-8"))
    ((written, answer),) = choices["names"]["课程"].items()
    assert answer is None
    choices["names"]["课程"][written] = a_tiny_instance().courses[0].name
    path.write_text(json.dumps(choices, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_survey_form_is_planned_with_once_its_names_are_confirmed(tmp_path: Path, base: Path, demand: Path):
    refused = run("solve", base, "--demand", demand, "--out", tmp_path / "out")
    assert refused.exit_code == 2 and "班某" in refused.output
    assert not (tmp_path / "out").exists()
    choices = confirmed(tmp_path, base, demand)
    solved = run("solve", base, "--demand", demand, "--choices", choices, "--out", tmp_path / "out")
    assert solved.exit_code == 0, solved.output
    planned = read_workbook(tmp_path / "out" / "input.xlsx").instance
    assert planned.cohorts == a_tiny_instance().cohorts
    assert {d for d in planned.demand if d.persons} == {d for d in a_tiny_instance().demand if d.persons}
    record = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert any("人次，没有写明课程，无法安排" in assumption for assumption in record["assumptions"])
    checked = run("check", tmp_path / "out" / "input.xlsx", tmp_path / "out" / "plan.json")
    assert checked.exit_code == 0, checked.output


def test_inspect_says_how_each_column_was_read(tmp_path: Path, base: Path, demand: Path):
    choices = confirmed(tmp_path, base, demand)
    looked = run("inspect", demand, "--base", base, "--choices", choices, "--list", tmp_path / "清单.xlsx")
    assert looked.exit_code == 0, looked.output
    assert "A 乡镇→乡镇" in looked.output and "第 1–2 行为表头" in looked.output
    assert openpyxl.load_workbook(tmp_path / "清单.xlsx").sheetnames == ["核对清单"]


def test_a_survey_form_alone_is_recognised_and_is_no_planning_workbook(demand: Path):
    found = json.loads(run("inspect", demand, "--json").stdout)
    assert not found["ok"]
    assert "不是规划工作簿" in found["faults"][0]["problem"]
    assert found["reading"]["sheets"][0]["layout"] == "汇总表"


def test_a_broken_file_is_explained_in_json(tmp_path: Path):
    path = tmp_path / "坏.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    found = json.loads(run("inspect", path, "--json").stdout)
    assert not found["ok"]
    assert any("已损坏" in fault["problem"] for fault in found["faults"])


def test_a_faulty_choices_file_is_bad_input(tmp_path: Path, base: Path, demand: Path):
    path = tmp_path / "确认.json"
    path.write_text("{}x", encoding="utf-8")
    assert run("inspect", demand, "--base", base, "--choices", path).exit_code == 2


def test_the_counted_table_plans_like_the_files_it_was_counted_from(tmp_path: Path, base: Path, demand: Path):
    choices, table = confirmed(tmp_path, base, demand), tmp_path / "汇总表.xlsx"
    run("inspect", demand, "--base", base, "--choices", choices, "--counts", table)
    by_files = run("solve", base, "--demand", demand, "--choices", choices, "--out", tmp_path / "a")
    by_table = run("solve", base, "--counts", table, "--out", tmp_path / "b")
    assert (by_files.exit_code, by_table.exit_code) == (0, 0), by_table.output
    assert (tmp_path / "a" / "input.xlsx").read_bytes() == (tmp_path / "b" / "input.xlsx").read_bytes()
    records = [json.loads((tmp_path / out / "plan.json").read_text(encoding="utf-8")) for out in ("a", "b")]
    assert records[0] | {"seconds": 0} == records[1] | {"seconds": 0}


def test_nothing_is_counted_while_a_name_is_open(tmp_path: Path, base: Path, demand: Path):
    looked = run("inspect", demand, "--base", base, "--counts", tmp_path / "汇总表.xlsx")
    assert "没有写出汇总表" in looked.output
    assert not (tmp_path / "汇总表.xlsx").exists()


def test_a_workbook_that_is_no_counted_table_is_bad_input(tmp_path: Path, base: Path):
    refused = run("solve", base, "--counts", base, "--out", tmp_path / "out")
    assert refused.exit_code == 2 and "不是乡镇报表的汇总表" in refused.output


def test_each_file_is_told_before_it_is_opened_when_it_begins_and_when_it_has_been_read(
    tmp_path: Path, base: Path, demand: Path
) -> None:
    """Lines of progress come before the one object that --json prints, and say what cannot be read."""
    broken = tmp_path / "坏了.zip"
    broken.write_bytes(b"PK\x03\x04 cut")
    *told, answer = run("inspect", demand, broken, "--base", base, "--json", "--tell-files").stdout.splitlines()
    files = [json.loads(line)["files"] for line in told]
    states = [[(file["file"], file["state"]) for file in state] for state in files]
    assert states[0] == [("摸底表.xlsx", "waiting"), ("坏了.zip", "waiting")]
    assert [("摸底表.xlsx", "reading"), ("坏了.zip", "done")] in states
    table, archive = files[-1]
    assert (table["state"], table["rows"]) == ("done", len(a_tiny_instance().cohorts))
    assert table["townships"] == len({cohort.township for cohort in a_tiny_instance().cohorts})
    assert archive["problem"] == "已损坏，无法读取" and archive["remedy"] and archive["errors"] == 1
    assert json.loads(answer)["files"] == files[-1]
    assert run("inspect", demand, broken, "--base", base, "--json").stdout.splitlines() == [answer]


def test_an_archive_is_one_file_that_says_how_many_of_its_parts_were_read(
    tmp_path: Path, base: Path, demand: Path
) -> None:
    """Rows add up over the parts, a township of two of them counts once."""
    archive = tmp_path / "两份.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("甲.xlsx", "乙.xlsx"):
            file.write(demand, name)
    last = json.loads(run("inspect", archive, "--base", base, "--json", "--tell-files").stdout.splitlines()[-2])
    [told] = last["files"]
    assert (told["file"], told["parts"], told["parts_read"]) == ("两份.zip", 2, 2)
    assert told["rows"] == 2 * len(a_tiny_instance().cohorts)
    assert told["townships"] == len({cohort.township for cohort in a_tiny_instance().cohorts})


@pytest.mark.parametrize(
    "form", ["xlsx", "zip", pytest.param("xls", marks=needs_office), pytest.param("ods", marks=needs_office)]
)
def test_the_county_workbook_is_found_among_the_files_whatever_its_form(
    tmp_path: Path, base: Path, demand: Path, form: str
) -> None:
    """By its sheets, not by its name; the reading is the one that --base gives."""
    sent = in_form(base, tmp_path / f"表三.{form}")
    found = run("inspect", demand, sent, "--find-base", "--json", "--tell-files").stdout.splitlines()
    answer = json.loads(found[-1])
    assert [(file["file"], file["is_workbook"]) for file in answer["files"]] == [
        ("摸底表.xlsx", False), (sent.name, True),
    ]  # fmt: skip
    named = json.loads(run("inspect", demand, "--base", sent, "--json").stdout)
    assert answer["reading"] == named["reading"] and answer["known"] == named["known"]


def in_form(workbook: Path, target: Path) -> Path:
    """Write a workbook in the form that the ending of the target says."""
    if target.suffix == ".xlsx":
        target.write_bytes(workbook.read_bytes())
    elif target.suffix == ".zip":
        with zipfile.ZipFile(target, "w") as archive:
            for sheet in openpyxl.load_workbook(workbook):
                text = io.StringIO()
                csv.writer(text).writerows(["" if cell is None else cell for cell in row] for row in sheet.values)
                archive.writestr(f"{sheet.title}.csv", text.getvalue())
    else:
        saved_as(workbook, target)
    return target


def test_two_county_workbooks_among_the_files_are_a_fault_with_both_names(
    tmp_path: Path, base: Path, demand: Path
) -> None:
    twin = in_form(base, tmp_path / "副本.zip")
    refused = run("inspect", demand, base, twin, "--find-base", "--json")
    fault = json.loads(refused.stdout)["faults"][0]
    assert refused.exit_code == 2 and fault["problem"] == "认出了 2 个本县工作簿"
    assert base.name in fault["found"] and "副本.zip" in fault["found"]


def test_a_file_that_cannot_be_read_is_not_called_a_township_table(tmp_path: Path) -> None:
    """All that is said of it is what keeps it from being read."""
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"%PDF-1.4")
    problems = [fault["problem"] for fault in json.loads(run("inspect", broken, "--json").stdout)["faults"]]
    assert problems == ["坏.xlsx：是PDF 文件，不是电子表格"]


def test_the_place_of_the_base_is_said_once(base: Path, demand: Path) -> None:
    assert "只能用一个" in run("inspect", demand, "--base", base, "--find-base").output


def test_a_workbook_in_an_archive_is_found_told_and_kept_when_asked_for(
    tmp_path: Path, base: Path, demand: Path
) -> None:
    """The reading is the one that --base gives, and without --workbooks nothing is written."""
    archive = tmp_path / "材料.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(base, "材料/县里/本县.xlsx")
        file.write(demand, "材料/摸底表.xlsx")
    before = sorted(tmp_path.iterdir())
    answer = json.loads(run("inspect", archive, "--find-base", "--json").stdout)
    assert sorted(tmp_path.iterdir()) == before
    [told] = answer["files"]
    assert (told["workbooks"], told["is_workbook"], told["parts_read"]) == (["本县.xlsx"], False, 2)
    named = json.loads(run("inspect", archive, "--base", base, "--json").stdout)
    assert answer["reading"] == named["reading"]
    run("inspect", archive, "--find-base", "--json", "--workbooks", tmp_path / "认出的")
    assert (tmp_path / "认出的" / "本县.xlsx").read_bytes() == base.read_bytes()
