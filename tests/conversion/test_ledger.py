"""New results: a 培训台账 read, its faults named by cell, appended to 历史, and its rates moved."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from planner.cli.learning import learn
from planner.conversion.ledger import read_ledger
from planner.domain.instance import PastOutcome
from planner.errors import BadInput
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.conversion.test_rates import COURSE, a_rated_instance

HEADINGS = ("序号", "工种", "机构", "年龄段", "群体", "培训模式", "培训人数", "合格", "1月就业", "3月就业", "6月就业")


def a_ledger(path: Path, *rows: tuple[object, ...]) -> Path:
    """A title, the headings in row 2, the rows, and a total that is no class."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["2026年培训台账"])
    for row in (HEADINGS, *rows, (None, "合计", *[None] * 4, 999)):
        sheet.append(list(row))
    book.save(path)
    return path


def a_row(**changes: object) -> tuple[object, ...]:
    values = dict(zip(HEADINGS, (1, COURSE, None, None, None, None, 40, 38, 20, 30, 33), strict=True))
    return tuple((values | changes).values())


INSTANCE = a_rated_instance()


def test_a_row_becomes_past_people(tmp_path: Path) -> None:
    """The third month is history's; 全部 and empty cells mean everybody; months are counted side by side."""
    path = a_ledger(tmp_path / "台账.xlsx", a_row(年龄段="40岁以下", 群体="脱贫"), a_row(年龄段="全部"))
    found = read_ledger(path, INSTANCE)
    assert found.rows == (
        PastOutcome(COURSE, "40岁以下", "脱贫", None, 40, 38, 30),
        PastOutcome(COURSE, None, None, None, 40, 38, 30),
    )
    assert found.months == ((1, 80, 40), (3, 80, 60), (6, 80, 66))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read(tmp_path: Path, encoding: str) -> None:
    """One text table, in the encodings of Chinese spreadsheets."""
    path = tmp_path / "台账.csv"
    path.write_text(f"课程,培训人数,三月就业\n{COURSE},12,9\n", encoding=encoding)
    assert read_ledger(path, INSTANCE).rows == (PastOutcome(COURSE, None, None, None, 12, 12, 9),)


def test_what_is_no_effect_or_not_yet_known_is_left_out_and_told(tmp_path: Path) -> None:
    """先就业后培训 and a missing third month; the latter can be loaded later."""
    path = a_ledger(tmp_path / "台账.xlsx", a_row(培训模式="先就业后培训"), a_row(**{"3月就业": None}))
    found = read_ledger(path, INSTANCE)
    assert found.rows == ()
    assert [("B3" in note, "B4" in note) for note in found.notes] == [(True, False), (False, True)]
    assert "先就业后培训" in found.notes[0] and "三个月就业未填" in found.notes[1]


def test_a_course_and_a_group_under_another_name_are_taken_and_told(tmp_path: Path) -> None:
    """建档立卡 is 脱贫 for sure; a name that only resembles a course is a fault that names it."""
    found = read_ledger(a_ledger(tmp_path / "台账.xlsx", a_row(工种="家政服务培训班", 群体="建档立卡")), INSTANCE)
    assert found.rows == (PastOutcome(COURSE, None, "脱贫", None, 40, 38, 30),)
    assert any("“家政服务培训班”按“家政服务”计" in note for note in found.notes)
    assert any("“建档立卡”按“脱贫”计" in note for note in found.notes)
    with pytest.raises(BadInput, match=f"没有这个课程.*{COURSE}"):
        read_ledger(a_ledger(tmp_path / "像.xlsx", a_row(工种="家政服务与管理")), INSTANCE)


@pytest.mark.parametrize(
    ("changes", "cell", "words"),
    [
        ({"工种": "月球车驾驶"}, "B3", "没有这个课程"),
        ({"年龄段": "中年"}, "D3", "没有这个年龄段"),
        ({"群体": "退役"}, "E3", "没有这个群体"),
        ({"机构": "无名校"}, "C3", "没有这个机构"),
        ({"培训人数": "约50"}, "G3", "数字"),
        ({"培训人数": None}, "G3", "培训人数未填"),
        ({"3月就业": 41}, "J3", "人数多于培训人数"),
        ({"合格": -1}, "H3", ""),
        ({"6月就业": 2.5}, "K3", ""),
    ],
)
def test_a_wrong_cell_is_named_with_its_remedy(
    tmp_path: Path, changes: dict[str, object], cell: str, words: str
) -> None:
    """Sentence, cell and what to do; nothing is half-read."""
    with pytest.raises(BadInput) as caught:
        read_ledger(a_ledger(tmp_path / "台账.xlsx", a_row(), a_row(**changes)), INSTANCE)
    row = cell.replace("3", "4")
    assert [(fault.sheet, fault.cell) for fault in caught.value.faults] == [("台账", row)]
    assert words in str(caught.value.faults[0]) and caught.value.faults[0].remedy


def test_a_file_without_a_ledger_says_so(tmp_path: Path) -> None:
    """Any other table is refused."""
    path = tmp_path / "别的.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInput, match="没有一张表有培训台账的表头"):
        read_ledger(path, INSTANCE)


def a_workbook(path: Path, **changes: object) -> Path:
    write_tables(path, tables_of(a_rated_instance(**changes)))
    return path


@pytest.mark.parametrize("history", [(), (PastOutcome(COURSE, None, None, None, 20, 20, 4),)])
def test_learning_moves_the_rates_and_keeps_the_rest(tmp_path: Path, history: tuple[PastOutcome, ...]) -> None:
    """With and without a sheet 历史: rows are added, other sheets read back equal, the same ledger counts once."""
    book = a_workbook(tmp_path / "县.xlsx", history=history)
    ledger = a_ledger(tmp_path / "台账.xlsx", a_row())
    lines = learn(book, ledger, tmp_path / "新.xlsx")
    before, after = read_workbook(book).instance, read_workbook(tmp_path / "新.xlsx").instance
    assert set(after.history) == {*history, PastOutcome(COURSE, None, None, None, 40, 38, 30)}
    assert (before.demand, before.funds, before.courses) == (after.demand, after.funds, after.courses)
    assert lines[0].startswith("载入 1 行，参训 40 人，三个月就业 30 人（75.0%）")
    assert any(line.startswith(f"  {COURSE} ") and "→" in line for line in lines)
    again = learn(tmp_path / "新.xlsx", ledger, tmp_path / "再.xlsx")
    assert read_workbook(tmp_path / "再.xlsx").instance.history == after.history
    assert any("视为已载入" in line for line in again)


def test_the_uploaded_workbook_is_never_overwritten(tmp_path: Path) -> None:
    """Out must be another file."""
    book = a_workbook(tmp_path / "县.xlsx")
    with pytest.raises(BadInput, match="不能覆盖"):
        learn(book, a_ledger(tmp_path / "台账.xlsx", a_row()), book)
