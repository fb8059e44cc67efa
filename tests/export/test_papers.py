"""All papers of a folder: which are written, what becomes of older ones, and the archive of all."""

from __future__ import annotations

import csv
import hashlib
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from planner.domain.instance import Instance, Objective
from planner.domain.plan import Exam, JobOutlook, Plan
from planner.domain.rate import Rate, Source, UsedRate
from planner.errors import BadInput
from planner.export.all_papers import PaperKind, PaperProgress, write_papers
from planner.export.archive import zip_papers
from planner.export.county_workbook import write_plan_workbook
from planner.export.folders import PaperFolders
from planner.export.record import plan_to_record, record_to_plan

from .builders import a_plan, an_instance, the_expected_jobs, with_days

COUNTY = "全县/开班日历.ics"
CLASSES = "系统导入/中文表头/班级登记.csv"
ROSTER = "班级/K001/学员花名册.xlsx"
TABLES = (PaperKind.CALENDARS, PaperKind.REGISTERS)

def a_timetable() -> Plan:
    """Both classes of the small plan with their days."""
    return with_days(an_instance(), a_plan())


def write(root: Path, plan: Plan | None = None, kinds: Iterable[PaperKind] = TABLES, **options: object) -> list[str]:
    """Write papers and return their places below ``root``."""
    files = write_papers(
        an_instance(), plan or a_timetable(), root, the_expected_jobs(), kinds=kinds, **options  # type: ignore[arg-type]
    )  # fmt: skip
    return [path.relative_to(root).as_posix() for path in files]


def contents(root: Path) -> dict[str, bytes]:
    """Every file below ``root``."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, float]]:
    """Writers of workbooks and documents that write one file each; the expected jobs they were given."""
    given: list[Mapping[str, float]] = []

    def writer(file: str) -> object:
        def write_one(
            instance: Instance, plan: Plan, folders: PaperFolders, expected_jobs: Mapping[str, float],
            on_written: Callable[[int, int], None],
        ) -> tuple[Path, ...]:  # fmt: skip
            on_written(1, 1)
            given.append(expected_jobs)
            folder = folders.of_class(plan.classes[0].id)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(f"{len(plan.classes)}", encoding="utf-8")
            return (folder / file,)

        return write_one

    for name, function, file in (
        ("workbooks", "write_workbooks", "学员花名册.xlsx"), ("documents", "write_documents", "课程表.pdf")
    ):  # fmt: skip
        module = ModuleType(f"planner.export.{name}")
        setattr(module, function, writer(file))
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return given


def test_all_four_kinds_are_written_and_told(tmp_path: Path, stand_ins: list[Mapping[str, float]]) -> None:
    """Each writer is asked in turn, with the expected jobs; the folder holds what is returned and the list of it."""
    told: list[PaperProgress] = []
    files = write(tmp_path / "papers", kinds=tuple(PaperKind), on_progress=told.append)
    steps = dict.fromkeys(str(step) for step in told)
    assert list(steps) == ["写 Excel 表格", "写 PDF 文书", "写日历", "写系统导入表"]
    assert [(step.done, step.total) for step in told if step.kind is PaperKind.WORKBOOKS] == [(0, 0), (2, 2)]
    assert stand_ins == [the_expected_jobs()] * 2
    county = "全县/赫章县2026年职业技能培训开班计划.xlsx"
    assert {county, ROSTER, "班级/K001/课程表.pdf", COUNTY, CLASSES} <= set(files)
    assert set(contents(tmp_path / "papers")) == {*files, "文书清单.csv"}


def test_progress_counts_every_paper_but_registers(tmp_path: Path) -> None:
    """Nobody waits for minutes before the same sentence: one more paper is done each time it is told."""
    told: list[PaperProgress] = []
    files = write(tmp_path / "papers", kinds=tuple(PaperKind), on_progress=told.append)
    for kind in (PaperKind.WORKBOOKS, PaperKind.DOCUMENTS, PaperKind.CALENDARS):
        steps = [(step.done, step.total) for step in told if step.kind is kind and step.total]
        total = sum(file.endswith(f".{kind}") for file in files)
        first = 2 if kind is PaperKind.WORKBOOKS else 1  # the county's workbook is not told singly
        assert steps == [(done, total) for done in range(first, total + 1)]


def test_the_countys_workbook_is_the_one_beside_the_plan(tmp_path: Path) -> None:
    """A plan read back from its record has all that plan.xlsx shows: outlook and sources of rates, too."""
    rate = Rate(0.5, Source.ESTIMATED, 0.4, 0.6, 30, "课程"), Rate(0.1, Source.DEFAULT)
    plan = replace(
        a_timetable(),
        outlook=JobOutlook(Objective.GROSS, 31.2, 4.5, 28.0, 31.0, 34.0, 0.01, ((Source.GIVEN, 1.0),)),
        rates=(UsedRate("育婴员", "40岁以下", "脱贫", 10, *rate),),
    )
    write_plan_workbook(an_instance(), plan, tmp_path / "plan.xlsx", the_expected_jobs())
    again = record_to_plan(plan_to_record(plan))
    write(tmp_path / "papers", again, kinds=(PaperKind.WORKBOOKS,))
    county = tmp_path / "papers" / "全县" / "赫章县2026年职业技能培训开班计划.xlsx"
    assert county.read_bytes() == (tmp_path / "plan.xlsx").read_bytes()


def test_the_real_writers_fill_the_folder(tmp_path: Path) -> None:
    """Papers of every kind, the same bytes twice."""
    files = write(tmp_path / "one", kinds=tuple(PaperKind))
    write(tmp_path / "two", kinds=tuple(PaperKind))
    assert {Path(file).suffix for file in files} == {".xlsx", ".pdf", ".ics", ".csv"}
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize(("kind", "file"), [(PaperKind.CALENDARS, COUNTY), (PaperKind.REGISTERS, CLASSES)])
def test_only_the_wanted_kinds_are_written(tmp_path: Path, kind: PaperKind, file: str) -> None:
    """The others are neither written nor imported."""
    files = write(tmp_path, kinds=(kind,))
    assert file in files and {Path(name).suffix for name in files} == {f".{kind}"}


def test_the_list_names_every_paper_with_its_hash(tmp_path: Path) -> None:
    """Whoever receives a paper can see whether it is as it was written, and of which plan."""
    files = write(tmp_path)
    rows = list(csv.DictReader((tmp_path / "文书清单.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["文件"] for row in rows] == sorted(files)
    assert all(hashlib.sha256((tmp_path / r["文件"]).read_bytes()).hexdigest() == r["SHA-256"] for r in rows)
    assert len({row["方案"] for row in rows}) == 1


def test_equal_plans_give_equal_folders(tmp_path: Path) -> None:
    """Neither the clock nor earlier papers of the same plan matter."""
    write(tmp_path / "one")
    write(tmp_path / "two", replace(a_timetable(), seconds=99.0))
    write(tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_papers_of_a_class_that_is_gone_go(tmp_path: Path) -> None:
    """A second plan leaves nothing of the first, and no empty folder."""
    write(tmp_path)
    less = with_days(an_instance(), a_plan(classes=a_plan().classes[:1], payments=(), placements=()))
    files = write(tmp_path, less)
    assert set(contents(tmp_path)) == {*files, "文书清单.csv"}
    assert not (tmp_path / "班级" / "K002").exists() and (tmp_path / "班级" / "K001").exists()


def test_what_somebody_filled_in_is_kept(tmp_path: Path, stand_ins: list[Mapping[str, float]]) -> None:
    """A filled-in register is set aside under another name, each time, and told of."""
    told: list[str] = []
    write(tmp_path, kinds=(PaperKind.WORKBOOKS,))
    for number in (1, 2):
        (tmp_path / ROSTER).write_text(f"张三 {number}", encoding="utf-8")
        write(tmp_path, kinds=(PaperKind.WORKBOOKS,), on_notice=told.append)
    folder = (tmp_path / ROSTER).parent
    kept = {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert kept == {"学员花名册": "2", "学员花名册（改动过）": "张三 1", "学员花名册（改动过）2": "张三 2"}
    assert told[0] == f"{ROSTER} 有人改动过，另存为 学员花名册（改动过）.xlsx，没有覆盖"


def test_a_changed_paper_of_a_class_that_is_gone_stays(tmp_path: Path, stand_ins: list[Mapping[str, float]]) -> None:
    """It is in no plan any more, but somebody's work is in it."""
    told: list[str] = []
    write(tmp_path, kinds=(PaperKind.WORKBOOKS,))
    (tmp_path / ROSTER).write_text("张三", encoding="utf-8")
    later = a_plan(classes=a_plan().classes[1:], payments=(), placements=())
    write(tmp_path, later, kinds=(PaperKind.WORKBOOKS,), on_notice=told.append)
    assert (tmp_path / ROSTER).read_text(encoding="utf-8") == "张三"
    assert told == [f"{ROSTER} 不在这份方案里，但有人改动过，没有删除"]


def test_files_that_nobody_listed_are_never_overwritten(tmp_path: Path) -> None:
    """Without a readable list, or with one that leads outside, every file counts as somebody's own."""
    own = tmp_path / "papers" / COUNTY
    outside = tmp_path / "outside.ics"
    own.parent.mkdir(parents=True)
    own.write_text("mine", encoding="utf-8")
    outside.write_text("mine", encoding="utf-8")
    digest = hashlib.sha256(b"mine").hexdigest()
    rows = f"文件,种类,SHA-256,方案\n../outside.ics,ics,{digest},x\n{outside.as_posix()},ics,{digest},x\n{COUNTY},ics\n"
    (own.parents[1] / "文书清单.csv").write_text(rows, encoding="utf-8")
    write(tmp_path / "papers")
    assert outside.exists()
    assert (own.parent / "开班日历（改动过）.ics").read_text(encoding="utf-8") == "mine"


def test_papers_of_two_plans_in_one_folder_are_told(tmp_path: Path) -> None:
    """Writing one kind anew leaves the others of the earlier plan; the user is told which."""
    told: list[str] = []
    write(tmp_path, on_notice=told.append)
    moved = replace(a_timetable(), exams=(Exam("K001", date(2026, 3, 18)),))
    write(tmp_path, moved, kinds=(PaperKind.CALENDARS,), on_notice=told.append)
    assert told == ["文件夹里的 csv 文书出自另一份方案，请重新生成后再用"]
    assert (tmp_path / CLASSES).exists()


def test_calendars_update_those_of_an_earlier_folder(tmp_path: Path) -> None:
    """Also when that folder is the one written to."""
    write(tmp_path)
    moved = replace(a_timetable(), exams=(Exam("K001", date(2026, 3, 18)),))
    write(tmp_path, moved, kinds=(PaperKind.CALENDARS,), earlier=tmp_path)
    text = (tmp_path / COUNTY).read_text(encoding="utf-8")
    assert text.count("SEQUENCE:1") == 4  # both classes tell of their exams; one exam moved, the other is cancelled
    assert text.count("STATUS:CANCELLED") == 1


def test_calendars_set_aside_are_not_updated(tmp_path: Path) -> None:
    """A calendar that somebody changed stays as it is, also when the folder's calendars are updated."""
    write(tmp_path)
    with (tmp_path / COUNTY).open("ab") as calendar:
        calendar.write(b"\r\n")
    write(tmp_path)
    files = write(tmp_path, earlier=tmp_path)
    assert files == write(tmp_path / "new") and (tmp_path / "全县" / "开班日历（改动过）.ics").exists()


def test_a_failing_writer_leaves_the_earlier_papers(
    tmp_path: Path, stand_ins: list[Mapping[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All papers are complete before the first is replaced, and no draft remains."""
    write(tmp_path)
    before = contents(tmp_path)

    def fail(*_: object) -> None:
        raise BadInput([])

    monkeypatch.setattr(sys.modules["planner.export.documents"], "write_documents", fail)
    with pytest.raises(BadInput):
        write(tmp_path, a_plan(), kinds=(PaperKind.CALENDARS, PaperKind.DOCUMENTS))
    assert contents(tmp_path) == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_paper_that_cannot_be_replaced_is_named_before_any_is(tmp_path: Path) -> None:
    """A paper that is open elsewhere (here: a folder in its place) stops all, with a sentence."""
    write(tmp_path, a_plan())
    (tmp_path / CLASSES).unlink()
    (tmp_path / CLASSES).mkdir()
    before = contents(tmp_path)
    with pytest.raises(BadInput, match=r"班级登记\.csv：无法写入该文件.*请关闭正在打开它的程序"):
        write(tmp_path)
    assert contents(tmp_path) == before


def test_a_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    """A file where the folder should be gives a sentence."""
    (tmp_path / "papers").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="papers：无法写入该文件"):
        write(tmp_path / "papers")


def test_the_archive_holds_every_paper_under_its_chinese_name(tmp_path: Path) -> None:
    """In the order of names, below one folder, with names any unpacker reads; drafts and the archive stay out."""
    write(tmp_path / "papers")
    (tmp_path / "papers" / ".draft.ics").write_text("x", encoding="utf-8")
    path = zip_papers(tmp_path / "papers", tmp_path / "papers" / "全部.zip")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert all(entry.flag_bits & 0x800 for entry in archive.infolist() if not entry.filename.isascii())
        unpacked = {name.removeprefix("papers/"): archive.read(name) for name in names}
    assert names == sorted(names) and all(name.startswith("papers/") for name in names)
    kept = {
        name: data for name, data in contents(tmp_path / "papers").items() if name not in (".draft.ics", "全部.zip")
    }
    assert unpacked == kept


def test_equal_papers_give_equal_archives(tmp_path: Path) -> None:
    """Times of files do not matter."""
    for name in ("one", "two"):
        write(tmp_path / name / "papers")
        zip_papers(tmp_path / name / "papers", tmp_path / f"{name}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_an_archive_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    """A missing folder gives a sentence."""
    write(tmp_path / "papers")
    with pytest.raises(BadInput, match=r"all\.zip：无法写入该文件"):
        zip_papers(tmp_path / "papers", tmp_path / "missing" / "all.zip")
