"""What file the user gave and which sheets of raw cells it holds, whatever its form.

Accepted: .xlsx, .xls, .ods (and their siblings), a folder of .csv and a zip of .csv, one file per sheet. The
form is told from the content, not from the ending. Anything else is answered with a sentence that says
what the file is and what to do.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import charset_normalizer
import python_calamine

from planner.errors import BadInput, Fault
from planner.workbook.prescan import LAST_COLUMN, LAST_ROW, MOST_UNPACKED_BYTES, Refused, prescan_workbook, prescan_zip

_CHILD = Path(__file__).with_name("parse_child.py")
_CHILD_SECONDS = 60
_SAVE_AS = "用 Excel 或 WPS 打开，另存为 .xlsx 后重试"
_ACCEPTED = ".xlsx、.xls、.ods，或者装有 .csv 的文件夹或 .zip"
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CHINESE_ENCODINGS = ["gb18030", "big5", "utf_16_le", "utf_16_be"]


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as read: ``rows[r][c]`` is the raw cell in row r + 1, column c + 1. ``file`` names its file."""

    file: str
    name: str
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """All sheets of an input, its name and the SHA-256 of its bytes (folder: of sorted names and bytes)."""

    file: str
    sheets: tuple[RawSheet, ...]
    sha256: str


def read_source(path: Path) -> RawWorkbook:
    """Read the raw cells of every sheet.

    Raises
    ------
    BadInput
        The file is absent, empty, protected, damaged, oversized or of another kind.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return _read_folder(path)
        content = path.read_bytes()
    except OSError as error:
        raise _bad(path.name, "打不开", error.strerror or "", "一个可读的文件", "核对路径和权限") from error
    return RawWorkbook(path.name, tuple(_sheets_of(path.name, content)), hashlib.sha256(content).hexdigest())


def _bad(file: str, problem: str, found: str = "", allowed: str = _ACCEPTED, remedy: str = _SAVE_AS) -> BadInput:
    return BadInput([Fault(file, "", "", problem, found, allowed, remedy)])


def _read_folder(folder: Path) -> RawWorkbook:
    contents = {
        entry.name: entry.read_bytes()
        for entry in sorted(folder.iterdir())
        if entry.is_file() and entry.suffix.lower() == ".csv" and not entry.name.startswith(".")
    }
    if not contents:
        raise _bad(
            folder.name,
            "文件夹里没有 .csv 文件",
            allowed="每张表一个 .csv，文件名即表名",
            remedy="放入 需求.csv、资金.csv 等",
        )
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    sheets = tuple(_read_csv(name, content) for name, content in contents.items())
    return RawWorkbook(folder.name, sheets, digest.hexdigest())


def _sheets_of(file: str, content: bytes) -> list[RawSheet]:
    if not content:
        raise _bad(file, "是空文件（0 字节）", remedy="重新导出或重新下载该文件")
    if content.startswith(b"PK"):
        return _read_zip(file, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _read_compound(file, content)
    raise _not_a_workbook(file, content)


def _not_a_workbook(file: str, content: bytes) -> BadInput:
    """Say what a file is that is neither a zip nor an Office 97 document."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    is_page = head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")) or b"<table" in head
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return _bad(file, "是 XML 表格 2003，只是用了表格的扩展名")
    if is_page or b"<html" in head:
        return _bad(file, "是网页（HTML），只是用了表格的扩展名")
    for magic, kind in _FOREIGN:
        if head.startswith(magic):
            return _bad(file, f"是{kind}，不是电子表格")
    if file.lower().endswith((".csv", ".txt", ".tsv")):
        return _bad(
            file,
            "是单个文本表，一个 csv 只能装一张表",
            remedy="把每张表各存为一个 .csv（文件名即表名，如 需求.csv、资金.csv），放进一个文件夹或 .zip",
        )
    return _bad(file, "不是电子表格，或文件已损坏")


_FOREIGN = (
    (b"%pdf", "PDF 文件"),
    (b"{\\rtf", "RTF 文档"),
    (b"rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"\x89png", "图片"),
    (b"\xff\xd8\xff", "图片"),
)


def _read_zip(file: str, content: bytes) -> list[RawSheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {entry.filename.replace("\\", "/").lower() for entry in archive.infolist()}
            if "xl/workbook.bin" in names:
                prescan_zip(archive)
                return _parse_in_child(file, content, ".xlsb")
            if _is_open_document(archive, names):
                prescan_workbook(archive)
                return _parse_in_child(file, content, ".ods")
            if any(name.startswith("xl/") for name in names) or "[content_types].xml" in names:
                return _parse_xlsx(file, content, prescan_workbook(archive), names)
            return _read_csv_archive(file, archive)
    except Refused as refused:
        raise _bad(file, refused.problem, refused.found, refused.allowed, refused.remedy) from refused
    except BadInput:
        raise
    except Exception as error:
        # Whatever zipfile stumbles over in a broken archive, the answer to the user is the same.
        raise _bad(file, "已损坏，无法读取", remedy="重新导出或重新下载该文件") from error


def _is_open_document(archive: zipfile.ZipFile, names: set[str]) -> bool:
    return "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:200]


def _parse_xlsx(
    file: str, content: bytes, errors: dict[str, dict[tuple[int, int], str]], names: set[str]
) -> list[RawSheet]:
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise _bad(file, "是 Word 或演示文稿，不是电子表格", remedy="把表格复制到 Excel 或 WPS 表格中，另存为 .xlsx")
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheets = [
            RawSheet(file, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name, metadata in zip(book.sheet_names, book.sheets_metadata, strict=True)
            if metadata.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError as error:
        raise _protected(file) from error
    except BaseException as error:
        # A panic inside the parser is no Exception; nothing else of that rank is swallowed.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise _bad(file, "已损坏，无法读取", remedy="用 Excel 或 WPS 打开并修复，另存为 .xlsx 后重试") from error
    for sheet in sheets:
        _restore_errors(sheet.rows, errors.get(sheet.name, {}))
    return sheets


def _restore_errors(rows: list[list[Any]], errors: dict[tuple[int, int], str]) -> None:
    """Put formula errors back as text where the parser left an empty cell."""
    for (row, column), text in errors.items():
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = text


def _read_compound(file: str, content: bytes) -> list[RawSheet]:
    """Read an Office 97 container: an .xls, a protected .xlsx, or a Word document."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise _protected(file)
    if "WordDocument".encode("utf-16-le") in content:
        raise _bad(file, "是 Word 文档，不是电子表格", remedy="把表格复制到 Excel 或 WPS 表格中，另存为 .xlsx")
    return _parse_in_child(file, content, ".xls")


def _protected(file: str) -> BadInput:
    return _bad(file, "设有打开密码", allowed="没有密码的电子表格", remedy="用 Excel 或 WPS 打开，取消密码后另存")


def _parse_in_child(file: str, content: bytes, ending: str) -> list[RawSheet]:
    damaged = _bad(file, "已损坏或设有打开密码，无法读取", remedy="用 Excel 或 WPS 打开，去掉密码，另存为 .xlsx 后重试")
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        # The parser recognises protected files only by the ending, not in a stream.
        copy = Path(folder, "workbook").with_suffix(ending)
        copy.write_bytes(content)
        command = [sys.executable, "-P", str(_CHILD), str(copy)]
        try:
            finished = subprocess.run(command, capture_output=True, timeout=_CHILD_SECONDS, check=True)
            answer = json.loads(finished.stdout)
        except subprocess.TimeoutExpired as error:
            raise _bad(file, f"读取超过 {_CHILD_SECONDS} 秒") from error
        except (subprocess.CalledProcessError, ValueError) as error:
            raise damaged from error
    if answer.get("password"):
        raise _protected(file)
    if "error" in answer:
        raise damaged
    return [
        RawSheet(file, sheet["name"], [[_decoded(cell) for cell in row] for row in sheet["rows"]])
        for sheet in answer["sheets"]
    ]


def _decoded(cell: object) -> object:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["date"]) if "date" in cell else datetime.fromisoformat(cell["datetime"])
    return cell


def _read_csv_archive(file: str, archive: zipfile.ZipFile) -> list[RawSheet]:
    prescan_zip(archive)
    sheets = []
    for entry in archive.infolist():
        name = PurePosixPath(_entry_name(entry)).name
        if entry.is_dir() or name.startswith(".") or "__MACOSX" in entry.filename:
            continue
        if name.lower().endswith(".csv"):
            sheets.append(_read_csv(name, archive.read(entry)))
    if not sheets:
        raise _bad(
            file,
            "压缩包里没有 .csv 文件",
            allowed="每张表一个 .csv，文件名即表名",
            remedy="放入 需求.csv、资金.csv 等；电子表格请先解压",
        )
    return sheets


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; Chinese Windows writes it in GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _read_csv(file: str, content: bytes) -> RawSheet:
    name = PurePosixPath(file).stem
    if len(content) > MOST_UNPACKED_BYTES:
        raise _bad(file, "过大", f"{len(content) / 1e6:.0f} MB", "不超过 300 MB", "删去无关内容")
    text = _decoded_text(file, content)
    lines = text.splitlines()
    delimiter = max(",\t;", key=lines[0].count) if lines else ","
    try:
        rows: list[list[Any]] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise _bad(file, "不是有效的 csv", allowed="逗号分隔的文本", remedy="从 Excel 或 WPS 重新另存为 CSV") from error
    if len(rows) > LAST_ROW or max(map(len, rows), default=0) > LAST_COLUMN:
        raise _bad(file, "行列过多", f"{len(rows)} 行", f"不超过 {LAST_ROW} 行、{LAST_COLUMN} 列", "删去无关内容")
    return RawSheet(file, name, rows)


def _decoded_text(file: str, content: bytes) -> str:
    encodings = [encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)] or ["utf-8"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = charset_normalizer.from_bytes(content, cp_isolation=_CHINESE_ENCODINGS).best()
    if best is None:
        raise _bad(file, "的文字编码无法识别", allowed="UTF-8、GB18030 或 UTF-16", remedy="另存为“CSV UTF-8”后重试")
    return str(best)
