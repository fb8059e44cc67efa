"""Whatever bytes come in, the answer is a reading or a sentence, soon and without harm."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from planner.errors import BadInput, PlannerError
from planner.reading import process
from planner.reading.files import prescan
from planner.reading.files.limits import LAST_ROW
from planner.reading.files.prescan import prescan_workbook
from planner.reading.files.quick_scan import quick_lengths, quick_scan, quick_uses
from planner.reading.process import cells_of
from planner.reading.read import read_demand
from planner.reading.report import Level
from tests.reading.survey import COUNTY, write_sheets

REAL_FILES = Path(__file__).parents[2] / ".." / "shared" / "cases" / "sheets"
real_files = sorted(path for path in REAL_FILES.rglob("*") if path.is_file() and path.name != "INVENTORY.txt")
needs_cases = pytest.mark.skipif(not real_files, reason="../shared/cases/sheets is not there: real files not tried")

UNREADABLE = {
    "pass_protected.xlsx": "设有打开密码",
    "example_password.xlsx": "设有打开密码",
    "protected_passtika.xlsx": "设有打开密码",
    "crash-9bf3cd4bd6f50a8a9339d363c2c7af14b536865c.xlsx": "设有打开密码",
    "encrypted_no_password.xls": "设有打开密码",
    "xor-encryption-abc.xls": "设有打开密码",
    "password_2002_40_basecrypto.xls": "设有打开密码",
    "too_small.xls": "不是电子表格，或文件已损坏",
    "badcolspan.html": "是网页（HTML）",
    "column_width.htm": "是网页（HTML）",
    "SampleSS.xml": "是 XML 表格 2003",
    "oleloop.xls": "读取程序已中止",
    "54764-2.xlsx": "文档类型声明",
    "poc-xmlbomb.xlsx": "文档类型声明",
    "poc-shared-strings.xlsx": "重复引用的文字过多",
    "clusterfuzz-testcase-minimized-POIXSSFFuzzer-5185049589579776.xlsx": "已损坏",
    "clusterfuzz-testcase-minimized-XLSX2CSVFuzzer-5636439151607808.xlsx": "已损坏",
}
"""What has to be said about each real file that cannot be read; every other one must give its cells."""


@needs_cases
@pytest.mark.parametrize("path", real_files, ids=lambda path: path.name)
def test_every_real_file_is_read_or_explained(path: Path):
    if path.name in UNREADABLE:
        with pytest.raises(BadInput, match=UNREADABLE[path.name]) as caught:
            cells_of(path.name, path.read_bytes())
        (fault,) = caught.value.faults
        assert fault.remedy
    else:
        assert cells_of(path.name, path.read_bytes())


@needs_cases
def test_real_files_together_give_one_report():
    """None of them is a survey of a county; nothing crashes, and every unreadable file is named."""
    files = real_files[::4]
    report = read_demand(files, COUNTY).report
    named = {finding.file for finding in report.findings if finding.level is Level.ERROR}
    # Web pages and the like come as single files here; a folder would pass over their endings.
    assert {path.name for path in files} & set(UNREADABLE) == named - {""} != set()
    assert json.dumps(report.as_json())


def test_a_parser_that_ends_its_process_hurts_nobody(monkeypatch):
    """Stands in for a parser that aborts: the process dies of a signal."""
    monkeypatch.setattr(process.sys, "executable", "/bin/false")
    with pytest.raises(BadInput, match="读取程序已中止"):
        cells_of("表.xls", b"x")


def test_a_parser_that_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr(process, "CHILD_SECONDS", 0.01)
    with pytest.raises(BadInput, match="读取超过"):
        cells_of("表.csv", b"a,b")


def test_a_bug_of_ours_is_not_blamed_on_the_file():
    """An incomplete request stands for any slip inside the process; the answer quotes no cell."""
    with pytest.raises(PlannerError, match="程序内部错误：读取“表.csv”时出错（KeyError") as caught:
        process.ask_child("表.csv", "身份证,姓名\n1,张某某".encode(), {"task": "understand"})
    assert "张某某" not in str(caught.value)


SHEET = b'<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>%b</sheetData></worksheet>'
ROWS = b"".join(
    b'<row r="%d"><c r="A%d" t="s"><v>0</v></c><c r="C%d"><v>1</v></c></row>' % (n, n, n) for n in range(1, 40)
)


def scanned(rows: bytes):
    return quick_scan(io.BytesIO(SHEET % rows), "worksheet")


def test_the_quick_look_finds_what_the_slow_one_finds():
    """Extent, formula errors, unsaved formulas, hidden rows: the same from both, on the same sheet."""
    marks = b'<row r="40" hidden="1"><c r="B40" t="e"><f>A1/0</f><v>#DIV/0!</v></c><c r="D40"><f>SUM(A1)</f></c></row>'
    quick = scanned(ROWS + marks)
    assert quick is not None
    assert (quick.last_row, quick.last_column) == (40, 4)
    assert 39 <= quick.texts_used <= 80
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", SHEET % (ROWS + marks))
    with zipfile.ZipFile(content) as archive:
        (slow,) = prescan_workbook(archive).values()
    assert slow.errors == quick.errors == {(40, 2): "#DIV/0!"}
    assert slow.unsaved == quick.unsaved == {(40, 4)}
    assert slow.hidden_rows == quick.hidden_rows == {40}


@pytest.mark.parametrize(
    "odd",
    [
        b'<row r="41"><c t="s"><v>0</v></c></row>',
        b'<row r="41"><c r="XFD41"><v>1</v></c></row>',
        b'<row r="41"><c r="A1048576"><v>1</v></c></row>',
        b'<x:row r="41"/>',
        b"<!DOCTYPE a>",
        b"\x00",
    ],
    ids=["no-address", "far-column", "far-row", "prefix", "document-type", "other-encoding"],
)
def test_the_quick_look_leaves_what_is_odd_to_the_slow_one(odd: bytes):
    assert scanned(ROWS) is not None
    assert scanned(ROWS + odd) is None


def test_the_quick_look_counts_every_use_of_a_text_and_lengths_no_text_passes():
    texts = ["短", "长" * 300, "a&b"]
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1" t="s"><v>%d</v></c></row>' % (n, n, n % 3) for n in range(1, 9))
    assert quick_uses(io.BytesIO(SHEET % rows)) == {0: 2, 1: 3, 2: 3}
    shared = "".join(f"<si><t>{text.replace('&', '&amp;')}</t></si>" for text in texts)
    lengths = quick_lengths(io.BytesIO(f'<?xml version="1.0"?><sst>{shared}</sst>'.encode()))
    assert [length >= len(text) for length, text in zip(lengths, texts, strict=True)] == [True] * 3


def _register_with(note: str, rows: int, often: str = "已核实") -> bytes:
    """Return a workbook of ``rows`` rows that say ``often`` 26 times under a cell that says ``note``."""
    texts = f"<si><t>{note}</t></si><si><t>{often}</t></si>" + "<si><t>无</t></si>" * 60_000
    cells = "".join(f'<c r="{chr(65 + n)}%d" t="s"><v>1</v></c>' for n in range(26))
    body = "".join(f'<row r="{row}">{cells.replace("%d", str(row))}</row>' for row in range(2, rows))
    top = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    return zipped(
        {
            "xl/worksheets/sheet1.xml": SHEET % (top + body).encode(),
            "xl/sharedStrings.xml": f'<?xml version="1.0"?><sst>{texts}</sst>'.encode(),
        }
    )


def test_a_long_note_over_a_large_sheet_does_not_need_the_slow_look(monkeypatch):
    """Cells times the longest text is far above the limit here, what is shown far below."""
    monkeypatch.setattr(prescan, "MOST_SHARED_TEXT", 2_000_000)
    monkeypatch.setattr(prescan, "_scan_part", lambda *_: pytest.fail("the slow look was taken"))
    with zipfile.ZipFile(io.BytesIO(_register_with("说明" * 200, 2_000))) as archive:
        assert prescan_workbook(archive)


def test_a_long_text_shown_in_many_cells_of_a_large_sheet_is_refused(monkeypatch):
    monkeypatch.setattr(prescan, "MOST_SHARED_TEXT", 2_000_000)
    content = io.BytesIO(_register_with("无", 2_000, often="已核实" * 100))
    with zipfile.ZipFile(content) as archive, pytest.raises(prescan.Refused, match="重复引用的文字过多"):
        prescan_workbook(archive)


def test_a_large_sheet_with_a_far_cell_is_refused(tmp_path: Path):
    """Large enough for the quick look, which hands over to the slow one."""
    path = write_sheets(tmp_path / "a.xlsx", {"表": [[n, "字" * 20, n] for n in range(12_000)]})
    content = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            piece = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                assert len(piece) > 1 << 20
                piece = piece.replace(b'r="C12000"', b'r="XFD1048576"')
            target.writestr(entry.filename, piece)
    with pytest.raises(BadInput, match=f"内容范围过大.*不超过 {LAST_ROW} 行"):
        cells_of("a.xlsx", content.getvalue())


def zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, piece in files.items():
            archive.writestr(name, piece)
    return content.getvalue()


def test_one_bad_file_of_an_archive_does_not_hide_the_others(tmp_path: Path):
    good = "乡镇,有培训意愿人数,家政\n河镇,20,4\n".encode("gb18030")
    path = tmp_path / "报表.zip"
    bad = b"\xd0\xcf\x11\xe0" + bytes(600)
    path.write_bytes(zipped({"报表/河镇.csv": good, "报表/坏.xls": bad, "说明.docx": b"x"}))
    reading = read_demand([path], COUNTY)
    assert reading.people.persons == 20
    (fault,) = reading.report.faults()
    assert "坏.xls：已损坏" in fault.problem


def test_an_archive_inside_an_archive_is_explained(tmp_path: Path):
    path = tmp_path / "报表.zip"
    path.write_bytes(zipped({"里面.xlsx": zipped({"河镇.csv": b"a,b"})}))
    assert "压缩包里的压缩包" in str(read_demand([path], COUNTY).report.faults()[0])


def test_an_absent_file_is_named(tmp_path: Path):
    assert "没有.xlsx：打不开" in str(read_demand([tmp_path / "没有.xlsx"], COUNTY).report.faults()[0])
