"""The verb papers as a user meets it: what it writes, what it refuses, and that it says what it is doing."""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from planner.cli import main
from planner.cli.papers import PapersRequest, make_papers
from planner.export import all_papers
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance

TABLES = ("--only", "ics", "--only", "csv")
COUNTY = Path("全县", "开班日历.ics")


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny workbook, and its plan in out."""
    folder = tmp_path_factory.mktemp("solved")
    write_tables(folder / "tiny.xlsx", tables_of(a_tiny_instance()))
    assert run("solve", folder / "tiny.xlsx", "--out", folder / "out").exit_code == 0
    return folder


@pytest.fixture
def planned(solved: Path, tmp_path: Path) -> Path:
    """A copy of the solved folder."""
    return Path(shutil.copytree(solved, tmp_path / "planned"))


def test_exit_0_papers_lie_beside_the_plan(planned: Path) -> None:
    """Without --out they go to a folder papers; the answer counts them by kind."""
    result = run("papers", planned / "tiny.xlsx", planned / "out" / "plan.json", *TABLES)
    assert result.exit_code == 0, result.output
    folder = planned / "out" / "papers"
    assert (folder / COUNTY).read_bytes() == (planned / "out" / "calendar.ics").read_bytes()
    written = [path for path in folder.rglob("*") if path.is_file() and path.name != "文书清单.csv"]
    calendars = sum(path.suffix == ".ics" for path in written)
    tables = len(written) - calendars
    assert f"已写出 {len(written)} 份文书（日历 {calendars} 份，系统导入表 {tables} 份）：{folder}" in result.output


def test_out_and_only_choose_place_and_kinds(planned: Path) -> None:
    """One kind in a folder of one's own; nothing beside the plan."""
    out = planned / "elsewhere"
    assert run("papers", planned / "tiny.xlsx", planned / "out" / "plan.json", "--out", out, *TABLES[:2]).exit_code == 0
    assert {path.suffix for path in out.rglob("*") if path.is_file() and path.parent != out} == {".ics"}
    assert not (planned / "out" / "papers").exists()


def test_exit_1_a_plan_that_breaks_rules_has_no_papers(planned: Path) -> None:
    """The checker goes first and its report is shown."""
    path = planned / "out" / "plan.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["classes"][0]["heads"][0]["persons"] += 1000
    path.write_text(json.dumps(record), encoding="utf-8")
    result = run("papers", planned / "tiny.xlsx", path, *TABLES)
    assert result.exit_code == 1 and "没有写出文书" in result.output and "class-size" in result.output
    assert not (planned / "out" / "papers").exists()


def test_exit_2_a_plan_of_another_workbook_is_refused(planned: Path) -> None:
    """A workbook that was changed since is another one; the answer says what to do."""
    instance = a_tiny_instance()
    tables = tables_of(instance)
    tables["资金"][0]["金额"] = 1
    write_tables(planned / "tiny.xlsx", tables)
    result = run("papers", planned / "tiny.xlsx", planned / "out" / "plan.json", *TABLES)
    assert result.exit_code == 2
    assert "这份方案不是由 tiny.xlsx 现在的内容编制的" in result.output and "请重新运行 planner solve" in result.output
    assert not (planned / "out" / "papers").exists()


def test_exit_2_the_workbook_beside_the_plan_is_proposed_and_taken(planned: Path) -> None:
    """A plan made with another budget is one of input.xlsx: said when the user gives the original, accepted itself."""
    out = planned / "budget"
    assert run("solve", planned / "tiny.xlsx", "--out", out, "--total-budget", "1234.56").exit_code == 0
    refused = run("papers", planned / "tiny.xlsx", out / "plan.json", *TABLES)
    assert refused.exit_code == 2 and "实际采用的工作簿是方案旁边的 input.xlsx" in refused.output
    assert run("papers", out / "input.xlsx", out / "plan.json", *TABLES).exit_code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("missing.xlsx", "out/plan.json"), "missing.xlsx"),
        (("tiny.xlsx", "out/missing.json"), "找不到方案文件"),
        (("tiny.xlsx", "tiny.xlsx"), "方案文件"),
        (("tiny.xlsx", "out/plan.json", "--since", "out"), "这里没有已发的日历"),
        (("tiny.xlsx", "out/plan.json", "--out", "tiny.xlsx/papers"), "无法写入"),
    ],
)
def test_exit_2_wrong_files_are_named(
    planned: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    """A sentence, not a trace."""
    monkeypatch.chdir(planned)
    result = run("papers", *words, *TABLES)
    assert result.exit_code == 2 and sentence in result.output and "Traceback" not in result.output


def test_since_makes_calendars_updates_of_those_that_are_out(planned: Path) -> None:
    """An entry that people have and the plan no longer knows is cancelled."""
    words = ("papers", planned / "tiny.xlsx", planned / "out" / "plan.json", *TABLES[:2])
    assert run(*words).exit_code == 0
    published = planned / "out" / "papers"
    calendar = published / COUNTY
    text = calendar.read_text(encoding="utf-8")
    uid = text.split("UID:")[1].split()[0]
    calendar.write_text(text.replace(uid, "f" * 32, 1), encoding="utf-8")
    assert run(*words, "--out", planned / "new", "--since", published).exit_code == 0
    events = Calendar.from_ical((planned / "new" / COUNTY).read_bytes()).walk("VEVENT")
    assert {str(event["uid"]): event.get("status") for event in events}["f" * 32] == "CANCELLED"


def test_json_progress_ends_with_the_files(planned: Path) -> None:
    """Programs read one JSON object per line, stage by stage."""
    result = run("papers", planned / "tiny.xlsx", planned / "out" / "plan.json", *TABLES, "--progress", "json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    stages = list(dict.fromkeys(event["stage"] for event in events[:-1]))
    assert stages == ["读工作簿和方案", "核对方案", "写日历", "写系统导入表"]
    assert events[-1]["event"] == "done" and events[-1]["notices"] == []
    assert all(Path(file).is_file() for file in events[-1]["files"])


def test_json_progress_counts_the_papers_of_a_kind(planned: Path) -> None:
    """Whoever shows a bar knows how long it is."""
    result = run("papers", planned / "tiny.xlsx", planned / "out" / "plan.json", *TABLES[:2], "--progress", "json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    counted = [event["total"] for event in events if event.get("stage") == "写日历"]
    assert counted[0] == 0 and all(0 <= event["done"] <= event["total"] for event in events[:-1])


def test_zip_puts_all_papers_into_one_file(planned: Path) -> None:
    """The archive holds what the folder holds."""
    archive = planned / "all.zip"
    words = ("papers", planned / "tiny.xlsx", planned / "out" / "plan.json", *TABLES, "--zip", archive)
    assert run(*words).exit_code == 0
    folder = planned / "out" / "papers"
    files = sorted(path.relative_to(folder.parent).as_posix() for path in folder.rglob("*") if path.is_file())
    assert zipfile.ZipFile(archive).namelist() == files


def test_what_was_kept_is_told_at_the_end(planned: Path) -> None:
    """A calendar that somebody changed is set aside, and the user reads where it is."""
    words = ("papers", planned / "tiny.xlsx", planned / "out" / "plan.json", *TABLES[:2])
    assert run(*words).exit_code == 0
    (planned / "out" / "papers" / COUNTY).write_text("mine", encoding="utf-8")
    assert "注意：全县/开班日历.ics 有人改动过，另存为 开班日历（改动过）.ics，没有覆盖" in run(*words).output


def test_a_long_step_is_told_again_every_second(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody thinks it hangs."""
    told: list[tuple[str, float]] = []

    class Voice:
        def step(self, stage: str, seconds: float, done: int = 0, total: int = 0) -> None:
            del done, total
            told.append((stage, seconds))

    def slow(*_: object, **__: object) -> tuple[Path, ...]:
        time.sleep(2.5)
        return ()

    monkeypatch.setattr("planner.cli.papers.write_papers", slow)
    make_papers(PapersRequest(planned / "tiny.xlsx", planned / "out" / "plan.json"), Voice())
    assert [stage for stage, _ in told].count("核对方案") >= 3
    assert [seconds for _, seconds in told] == sorted(seconds for _, seconds in told)


def test_the_option_only_offers_every_kind() -> None:
    """Kinds are named in one place; the command line imports it late and must keep up."""
    only = next(option for option in main.commands["papers"].params if option.name == "only")
    assert list(only.type.choices) == [kind.value for kind in all_papers.PaperKind]  # type: ignore[attr-defined]
