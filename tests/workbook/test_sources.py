"""Which files are read, and what is said about those that are not."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from planner.errors import BadInput
from planner.workbook.read import read_workbook
from planner.workbook.write import write_tables
from tests.workbook.builders import as_csv, full_tables, minimal_tables, read_tables

REAL_FILES = Path(__file__).parents[2] / ".." / "shared" / "cases" / "sheets"
real_files = sorted(path for path in REAL_FILES.rglob("*") if path.is_file())


def fault_of(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_workbook(path)
    assert len(caught.value.faults) == 1
    return str(caught.value.faults[0])


def reads_or_explains(path: Path) -> bool:
    """Return whether the reader answers with an instance or with faults; anything else is raised."""
    try:
        return bool(read_workbook(path).instance.funds)
    except BadInput as error:
        return bool(error.faults)


def csv_files(encoding: str) -> dict[str, bytes]:
    return {f"{name}.csv": as_csv(rows).encode(encoding) for name, rows in full_tables().items()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_folder_of_csv_reads_like_the_workbook(tmp_path: Path, encoding: str):
    for name, content in csv_files(encoding).items():
        (tmp_path / name).write_bytes(content)
    assert read_workbook(tmp_path).instance == read_tables(tmp_path, full_tables())


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_zip_of_csv_reads_like_the_workbook(tmp_path: Path, encoding: str):
    path = tmp_path / "计划.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in csv_files(encoding).items():
            archive.writestr(f"导出/{name}", content)
    assert read_workbook(path).instance == read_tables(tmp_path, full_tables())


def test_a_zip_made_by_chinese_windows_has_gbk_names(tmp_path: Path):
    """The names are GBK bytes that the archive does not mark; Python takes them for code page 437."""
    path = tmp_path / "plan.zip"
    placeholders = {f"{position:04d}.csv": name for position, name in enumerate(minimal_tables())}
    with zipfile.ZipFile(path, "w") as archive:
        for placeholder, name in placeholders.items():
            archive.writestr(placeholder, as_csv(minimal_tables()[name]).encode("gb18030"))
    content = path.read_bytes()
    for placeholder, name in placeholders.items():
        content = content.replace(placeholder.encode(), f"{name}.csv".encode("gb18030"))
    path.write_bytes(content)
    assert read_workbook(path).instance.demand[0].course == "钢筋工"


def test_a_fault_in_a_csv_names_the_csv(tmp_path: Path):
    for name, content in csv_files("utf-8").items():
        (tmp_path / name).write_bytes(content.replace(b"30", b"-30") if name == "需求.csv" else content)
    with pytest.raises(BadInput) as caught:
        read_workbook(tmp_path)
    assert (caught.value.faults[0].file, caught.value.faults[0].place) == ("需求.csv", "需求!E2")


def test_the_hash_is_that_of_the_bytes(tmp_path: Path):
    path = tmp_path / "计划.xlsx"
    write_tables(path, minimal_tables())
    assert read_workbook(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_hash_of_a_folder_follows_names_and_bytes(tmp_path: Path):
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
        for name, rows in minimal_tables().items():
            (folder / f"{name}.csv").write_text(as_csv(rows), encoding="utf-8")
    assert read_workbook(folders[0]).sha256 == read_workbook(folders[1]).sha256
    (folders[1] / "备注.csv").write_text("随便", encoding="utf-8")
    assert read_workbook(folders[0]).sha256 != read_workbook(folders[1]).sha256


def test_sheets_and_headings_may_be_english(tmp_path: Path):
    tables = {
        "demand": [{"township": "河镇", "age_band": "40岁以下", "group": "一般", "course": "钢筋工", "persons": 30}],
        "funds": [{"fund": "省级资金", "amount": 100000}],
    }
    assert read_tables(tmp_path, tables) == read_tables(tmp_path, minimal_tables())


def test_headings_may_carry_a_required_mark_or_a_unit(tmp_path: Path):
    tables = minimal_tables() | {"资金": [{"*资金": "省级资金", "金额（元）": 100000}]}
    assert read_tables(tmp_path, tables) == read_tables(tmp_path, minimal_tables())


def test_a_title_above_the_headings_does_no_harm(tmp_path: Path):
    for name, rows in minimal_tables().items():
        (tmp_path / f"{name}.csv").write_text(f"{name}表\n\n{as_csv(rows)}", encoding="utf-8")
    result = read_workbook(tmp_path)
    assert result.instance == read_tables(tmp_path, minimal_tables())
    assert "需求：第 3 行为表头，以上 2 行未读" in result.notes


def test_foreign_columns_and_sheets_are_noted(tmp_path: Path):
    tables = minimal_tables() | {"联系人": [{"姓名": "李四"}]}
    tables["需求"][0]["采集日期"] = "2026-01-01"
    path = tmp_path / "计划.xlsx"
    write_tables(path, tables)
    assert read_workbook(path).notes == ("需求：未使用的列 采集日期", "未使用的表 联系人")


def test_an_absent_file_is_named(tmp_path: Path):
    assert "打不开" in fault_of(tmp_path / "没有.xlsx")


FOREIGN = {
    "empty": (b"", "是空文件"),
    "pdf": (b"%PDF-1.7 ...", "是PDF 文件"),
    "web-page": ("<html><table><tr><td>需求</td></tr></table></html>".encode(), "是网页（HTML）"),
    "xml-2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "XML 表格 2003",
    ),
    "rar": (b"Rar!\x1a\x07\x00", "RAR 压缩包"),
    "noise": (bytes(range(256)), "不是电子表格"),
    "broken-zip": (b"PK\x03\x04 and nothing more", "已损坏"),
    "broken-xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "已损坏"),
    "protected": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设有打开密码"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_another_kind_is_told_apart(tmp_path: Path, kind: str):
    content, sentence = FOREIGN[kind]
    path = tmp_path / "计划.xls"
    path.write_bytes(content)
    assert sentence in fault_of(path)


def test_one_csv_alone_is_explained(tmp_path: Path):
    path = tmp_path / "需求.csv"
    path.write_text("乡镇,人数\n河镇,3\n", encoding="utf-8")
    assert "放进一个文件夹或 .zip" in fault_of(path)


def test_a_zip_without_csv_is_explained(tmp_path: Path):
    path = tmp_path / "计划.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("计划.xlsx", b"")
    assert "压缩包里没有 .csv 文件" in fault_of(path)


def repacked(tmp_path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Return a good workbook with a piece of one part replaced."""
    path = tmp_path / "计划.xlsx"
    write_tables(path, minimal_tables())
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            piece = source.read(entry)
            target.writestr(entry.filename, piece.replace(old, new) if entry.filename == part else piece)
    return path


def test_a_cell_in_the_last_corner_of_the_sheet_is_refused(tmp_path: Path):
    """The parser would ask for half a terabyte and end the process."""
    path = repacked(tmp_path, "xl/worksheets/sheet2.xml", b'r="B2"', b'r="XFD1048576"')
    assert "表“资金”的内容范围过大（现为“最远到 XFD1048576”）" in fault_of(path)


def test_empty_formatted_cells_far_away_do_no_harm(tmp_path: Path):
    path = repacked(tmp_path, "xl/worksheets/sheet2.xml", b"</row>", b'<c r="XFD2" s="1"/></row>')
    assert read_workbook(path).instance.funds[0].name == "省级资金"


def test_a_document_type_is_refused(tmp_path: Path):
    bomb = b'<!DOCTYPE a [<!ENTITY x "y">]><worksheet'
    assert "文档类型声明" in fault_of(repacked(tmp_path, "xl/worksheets/sheet1.xml", b"<worksheet", bomb))


def test_a_part_that_unpacks_out_of_proportion_is_refused(tmp_path: Path):
    path = repacked(tmp_path, "xl/worksheets/sheet1.xml", b"</worksheet>", b"</worksheet>" + b" " * 30_000_000)
    assert "压缩比异常" in fault_of(path)


def test_a_formula_error_in_an_optional_cell_is_not_taken_for_empty(tmp_path: Path):
    path = tmp_path / "计划.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in minimal_tables().items():
            sheet = book.add_worksheet(name)
            for position, (heading, value) in enumerate(rows[0].items()):
                sheet.write(0, position, heading)
                sheet.write(1, position, value)
        sheet.write(0, 2, "开始")
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")
    sentence = fault_of(path)
    assert "资金!C2" in sentence
    assert "#N/A" in sentence


@pytest.mark.skipif(not real_files, reason="../shared/cases/sheets is not there: real broken spreadsheets not tried")
@pytest.mark.parametrize("path", real_files, ids=lambda path: path.name)
def test_no_real_spreadsheet_crashes_the_reader(path: Path):
    with pytest.raises(BadInput, match="输入有"):
        read_workbook(path)


def test_flipped_bytes_never_crash_the_reader(tmp_path: Path):
    """Whatever bytes come in, the answer is an instance or faults."""
    path = tmp_path / "计划.xlsx"
    write_tables(path, minimal_tables())
    good = path.read_bytes()
    for position in range(0, len(good), max(1, len(good) // 60)):
        broken = bytearray(good)
        broken[position] ^= 0x55
        path.write_bytes(broken)
        assert reads_or_explains(path)


@pytest.mark.parametrize(
    "cell", ["", "￥", "-" * 5000, "\x00", "٣", "1e400", "2026-13-45", "=cmd", "是否", "99999999999999999999"]
)
def test_any_text_in_any_cell_never_crashes_the_reader(tmp_path: Path, cell: str):
    for name, rows in full_tables().items():
        scrambled = [dict.fromkeys(row, cell) for row in rows[:1]] + rows[1:]
        (tmp_path / f"{name}.csv").write_text(as_csv(scrambled), encoding="utf-8")
    assert reads_or_explains(tmp_path)


def test_an_ods_workbook_is_parsed_in_a_child_process(tmp_path: Path):
    """A hand-made OpenDocument sheet, no office program needed."""
    path = tmp_path / "计划.ods"
    write_ods(path, minimal_tables())
    assert read_workbook(path).instance == read_tables(tmp_path, minimal_tables())


def write_ods(path: Path, tables) -> None:
    def cell(value: object) -> str:
        if isinstance(value, (int, float)):
            kind = f'office:value-type="float" office:value="{value}"'
            return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    def row(values) -> str:
        return f"<table:table-row>{''.join(map(cell, values))}</table:table-row>"

    sheets = "".join(
        f'<table:table table:name="{name}">{row(rows[0])}{"".join(row(line.values()) for line in rows)}</table:table>'
        for name, rows in tables.items()
    )
    names = ["office", "table", "text"]
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
            f"<office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/></manifest:manifest>',
        )
