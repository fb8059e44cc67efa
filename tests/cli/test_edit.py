"""The verbs ``edit`` and ``inspect --data``, and ``solve --change``, as programs and people meet them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from planner.cli import main
from planner.cli.sheets import sheets_told
from planner.model.weeks import working_days
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance
from tests.workbook.builders import full_tables

INSTANCES = Path(__file__).parents[2] / "instances"
DEMO = INSTANCES / "demo.xlsx"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def edits(folder: Path, *rows: tuple[str, str, str, list[str]]) -> Path:
    path = folder / "edits.json"
    plain = [dict(zip(("sheet", "column", "value", "key"), row, strict=True)) for row in rows]
    path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    return path


def data_of(path: Path) -> dict[str, object]:
    return json.loads(run("inspect", path, "--json", "--data").stdout)["data"]


def test_data_adds_up_to_the_instance() -> None:
    """People, wishes, vacancies and money of the page are those of the plan."""
    data, instance = data_of(DEMO), read_workbook(DEMO).instance
    assert sum(sum(town["wishes"]) for town in data["townships"]) == sum(wish.persons for wish in instance.demand)
    assert sum(sum(town["persons"]) for town in data["townships"]) == sum(c.persons for c in instance.cohorts)
    assert sum(one["wishes"] for one in data["occupations"]) == sum(wish.persons for wish in instance.demand)
    assert sum(one["vacancies"] for one in data["occupations"]) == sum(p.vacancies for p in instance.pools or ())
    assert [fund["amount"] for fund in data["funds"]] == [f"{f.amount_cents / 100:.2f}" for f in instance.funds]
    assert all(len(one["busy"]) == len(data["weeks"]) == instance.settings.weeks for one in data["calendars"])


def test_willing_people_are_neither_more_than_may_be_trained_nor_than_wish_to() -> None:
    """One person with three wishes is one person."""
    for town in data_of(DEMO)["townships"]:
        for persons, willing, wishes in zip(town["persons"], town["willing"], town["wishes"], strict=True):
            assert willing <= min(persons, wishes)


def test_every_assumption_of_the_plan_is_told_with_its_source() -> None:
    """Settings at their defaults are listed with the settings; everything else stands in the list."""
    data, said = data_of(DEMO), read_workbook(DEMO).instance.assumptions
    told = {entry["text"] for entry in data["assumptions"]}
    assert told == {text for text in said if not text.startswith("参数：未填的")} != set()
    assert all(entry["source"] for entry in data["assumptions"])


def test_an_edit_is_written_and_told(tmp_path: Path) -> None:
    """The copy reads, and the answer holds the data after the change."""
    fund = read_workbook(DEMO).instance.funds[0].name
    made = run("edit", DEMO, edits(tmp_path, ("资金", "金额", "7.5", [fund])), "--out", tmp_path / "o.xlsx", "--json")
    answer = json.loads(made.stdout)
    assert made.exit_code == 0 and answer["ok"] and answer["data"]["funds"][0]["amount"] == "7.50"
    assert read_workbook(tmp_path / "o.xlsx").instance.funds[0].amount_cents == 750
    told = run("edit", DEMO, edits(tmp_path, ("资金", "金额", "7.5", [fund])), "--out", tmp_path / "o.xlsx")
    assert told.exit_code == 0 and "改为“7.5”" in told.output


def sheets_of(answer: dict[str, object]) -> dict[str, dict[str, object]]:
    return {one["sheet"]: one for one in answer["sheets"]["sheets"]}


def test_the_rows_of_the_sheets_are_told_as_they_stand_there() -> None:
    """As many as the instance has, with the row numbers of the file, and the names that a cell may hold."""
    answer = json.loads(run("inspect", DEMO, "--json", "--sheets").stdout)
    sheets, instance = sheets_of(answer), read_workbook(DEMO).instance
    assert "data" not in answer and [len(sheets[name]["rows"]) for name in ("需求", "任务", "固定班", "场地")] == [
        len(instance.demand), len(instance.targets), len(instance.locks), len(instance.venues),
    ]  # fmt: skip
    number, cells = sheets["资金"]["rows"][0]
    assert number == "2" and cells[0] in {fund.name for fund in instance.funds}
    assert answer["sheets"]["names"]["课程"] == sorted(course.name for course in instance.courses)
    assert len(answer["sheets"]["mondays"]) == instance.settings.weeks


def test_cohorts_and_wishes_from_township_files_are_not_offered_for_change() -> None:
    """What stands in their place is no sheet of the workbook."""
    read = read_workbook(DEMO, keep_tables=True)
    offered = [{one["sheet"] for one in sheets_told(read, {}, counted=counted)["sheets"]} for counted in (False, True)]
    assert offered[0] - offered[1] == {"劳动力", "需求"}


def test_cells_are_told_as_a_clerk_would_type_them(tmp_path: Path) -> None:
    """Dates, whole numbers, lists with other separators than 、, courses with a comma in brackets."""
    tables = full_tables()
    tables["课程"][0]["课程"] = "模架工(模板,脚手架)"
    for sheet in ("需求", "转化率", "历史", "承训", "任务", "固定班", "教师"):
        for row in tables.get(sheet, []):
            if row.get("课程"):
                row["课程"] = str(row["课程"]).replace("焊工", "模架工(模板,脚手架)")
    tables["教师"][0]["课程"] = "模架工(模板,脚手架),果树管护"
    tables["固定班"][0]["开班周"] = date(2026, 3, 2)
    write_tables(tmp_path / "w.xlsx", tables)
    sheets = sheets_of({"sheets": sheets_told(read_workbook(tmp_path / "w.xlsx", keep_tables=True), {}, counted=False)})
    headings = {name: [column["column"] for column in sheets[name]["columns"]] for name in sheets}
    teacher, lock = (dict(zip(headings[n], sheets[n]["rows"][0][1], strict=True)) for n in ("教师", "固定班"))
    assert teacher["课程"] == "模架工(模板,脚手架)、果树管护"
    assert lock["开班周"] == "2026-03-02" and lock["课程"] == "模架工(模板,脚手架)"


def test_of_a_sheet_with_too_many_rows_only_the_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks through them one by one, and the answer stays small."""
    monkeypatch.setattr("planner.cli.sheets.MOST_ROWS", 100)
    sheets = sheets_of({"sheets": sheets_told(read_workbook(DEMO, keep_tables=True), {}, counted=False)})
    assert sheets["需求"]["rows"] is None and sheets["需求"]["count"] > 100 and sheets["资金"]["rows"]


@pytest.mark.parametrize(
    ("sheet", "values", "adds"),
    [
        ("节假日", {"日期": "2026-06-03", "类型": "休"}, True),
        ("路程", {"起": 0, "到": 1, "分钟": "7"}, True),
        ("出勤", {"形式": "集中", "指数下限": "0", "出勤率": "1"}, False),
    ],
)
def test_what_a_first_row_does_to_the_default_is_told_truly(
    tmp_path: Path, sheet: str, values: dict[str, object], adds: bool
) -> None:  # fmt: skip
    """Holidays and travel times add to what is assumed; an attendance table has to be complete."""
    read = read_workbook(DEMO, keep_tables=True)
    told = {one["sheet"]: one for one in sheets_told(read, {}, counted=False)["sheets"]}[sheet]
    assert (told["count"], told["replaces"]) == (0, not adds)
    towns = [town.name for town in read.instance.townships]
    texts = {heading: towns[value] if isinstance(value, int) else value for heading, value in values.items()}
    path = tmp_path / "edits.json"
    path.write_text(json.dumps([{"action": "add", "sheet": sheet, "values": texts}], ensure_ascii=False), "utf-8")
    made = run("edit", DEMO, path, "--out", tmp_path / "o.xlsx")
    if not adds:
        assert made.exit_code == 2 and "缺少分散班的出勤率" in made.output
        return
    before, after = (working_days(one) for one in (read.instance, read_workbook(tmp_path / "o.xlsx").instance))
    assert made.exit_code == 0 and int(before.sum() - after.sum()) == (1 if sheet == "节假日" else 0)


def test_rows_are_added_and_told_under_their_names(tmp_path: Path) -> None:
    """The next edit finds them so; the copy is planned with them."""
    course = read_workbook(DEMO).instance.courses[0].name
    values = {"课程": course, "要求": "禁止", "说明": "缺设备"}
    new = {"action": "add", "sheet": "固定班", "row": "新", "values": values}
    path = tmp_path / "edits.json"
    path.write_text(json.dumps([new], ensure_ascii=False), encoding="utf-8")
    made = run("edit", DEMO, path, "--out", tmp_path / "o.xlsx", "--json", "--sheets")
    rows = dict(sheets_of(json.loads(made.stdout))["固定班"]["rows"])
    assert made.exit_code == 0 and rows["新"][0] == course and rows["新"][-1] == "缺设备"
    assert "缺设备" in {lock.note for lock in read_workbook(tmp_path / "o.xlsx").instance.locks}
    assert "新增一行" in run("edit", DEMO, path, "--out", tmp_path / "o.xlsx").output


def test_refused_edits_are_told_with_their_numbers(tmp_path: Path) -> None:
    """Exit 2; as JSON with the number of the edit, else as sentences."""
    fund = read_workbook(DEMO).instance.funds[0].name
    wrong = edits(tmp_path, ("资金", "金额", "-1", [fund]))
    answer = run("edit", DEMO, wrong, "--out", tmp_path / "o.xlsx", "--json")
    assert answer.exit_code == 2 and [fault["edit"] for fault in json.loads(answer.stdout)["faults"]] == [0]
    told = run("edit", DEMO, wrong, "--out", tmp_path / "o.xlsx")
    assert told.exit_code == 2 and "不能为负" in told.output
    broken = run("edit", tmp_path / "no.xlsx", wrong, "--out", tmp_path / "o.xlsx", "--json")
    assert broken.exit_code == 2 and json.loads(broken.stdout)["faults"]


def test_changes_on_the_command_line_are_planned_with(tmp_path: Path) -> None:
    """The workbook beside the plan states what was really planned, and the plan's assumptions tell of it."""
    write_tables(tmp_path / "t.xlsx", tables_of(a_tiny_instance()))
    made = run("solve", tmp_path / "t.xlsx", "--out", tmp_path / "out", "--no-timetable", "--change", "农忙不禁",
               "--change", "乡镇尽量保障=50%")  # fmt: skip
    assert made.exit_code == 0, made.output
    planned = read_workbook(tmp_path / "out" / "input.xlsx").instance
    assert planned.settings.busy_ban > 1 and any(target.id.startswith("最低保障-") for target in planned.targets)
    told = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))["assumptions"]
    assert any("50%" in sentence for sentence in told) and any("农忙禁开" in sentence for sentence in told)
    assert run("check", tmp_path / "out" / "input.xlsx", tmp_path / "out" / "plan.json").exit_code == 0


@pytest.mark.parametrize("change", [[], ["--total-budget", "50000"]])
def test_a_search_leaves_the_facts_of_what_was_planned(tmp_path: Path, change: list[str]) -> None:
    """The same as a look at the planned workbook tells; only the plan's own assumptions are those of the search."""
    write_tables(tmp_path / "t.xlsx", tables_of(a_tiny_instance()))
    facts = tmp_path / "facts.json"
    made = run("solve", tmp_path / "t.xlsx", "--out", tmp_path / "out", "--no-timetable", "--facts", facts, *change)
    assert made.exit_code == 0, made.output
    planned = tmp_path / "out" / "input.xlsx" if change else tmp_path / "t.xlsx"
    looked = json.loads(run("inspect", planned, "--json", "--weeks").stdout)
    found, expected = json.loads(facts.read_text(encoding="utf-8")), looked["summary"] | {"weeks": looked["weeks"]}
    del found["assumptions"], expected["assumptions"]
    assert found == expected and found["weeks"] and found["places"]["townships"]


def test_a_search_without_a_plan_leaves_no_facts(tmp_path: Path) -> None:
    """Nothing is written when nothing was planned."""
    (tmp_path / "t.xlsx").write_text("no workbook", encoding="utf-8")
    made = run("solve", tmp_path / "t.xlsx", "--out", tmp_path / "out", "--facts", tmp_path / "facts.json")
    assert made.exit_code == 2 and not (tmp_path / "facts.json").exists()


@pytest.mark.parametrize("change", ["没有这一项", "乡镇最低保障", "乡镇最低保障=3", "取消任务:没有"])
def test_a_change_that_is_none_is_bad_input(tmp_path: Path, change: str) -> None:
    """Exit 2 with what was found; nothing is written."""
    write_tables(tmp_path / "t.xlsx", tables_of(a_tiny_instance()))
    made = run("solve", tmp_path / "t.xlsx", "--out", tmp_path / "out", "--change", change)
    assert made.exit_code == 2 and not (tmp_path / "out").exists()
