"""What kind of file it is, told from its bytes, and what is said about the kinds that are not read."""

from __future__ import annotations

import zipfile
from enum import Enum

from planner.errors import BadInput, Fault

_SAVE_AS = "用 Excel 或 WPS 打开，另存为 .xlsx 后重试"
_ACCEPTED = ".xlsx、.xls、.et、.ods、.csv，或者装有这些文件的文件夹、.zip"
_TEXT_ENDINGS = (".csv", ".txt", ".tsv")
_FILEPASS = 0x2F
_FIRST_RECORDS = 10
_ASK_FOR_TABLE = "请报送的单位发来原来的电子表格，或把内容录入 Excel、WPS 表格后上传"
_COPY_TABLE = "把表格复制到 Excel 或 WPS 表格中，另存为 .xlsx"
_UNPACK = "先解压，再上传其中的表格，或重新压缩成 .zip"
_FOREIGN = (
    (b"%pdf", "PDF 文件", _ASK_FOR_TABLE),
    (b"{\\rtf", "RTF 文档", _COPY_TABLE),
    (b"rar!", "RAR 压缩包", _UNPACK),
    (b"7z\xbc\xaf", "7z 压缩包", _UNPACK),
    (b"\x1f\x8b", "gzip 压缩包", _UNPACK),
    (b"\x89png", "图片", _ASK_FOR_TABLE),
    (b"\xff\xd8\xff", "图片", _ASK_FOR_TABLE),
    (b"gif8", "图片", _ASK_FOR_TABLE),
)


class Form(Enum):
    """Forms of file that are read; the value is the ending the parser expects."""

    XLSX = ".xlsx"
    XLSB = ".xlsb"
    XLS = ".xls"
    ODS = ".ods"
    TEXT = ".csv"
    ARCHIVE = ".zip"


def refusal(file: str, problem: str, found: str = "", allowed: str = _ACCEPTED, remedy: str = _SAVE_AS) -> BadInput:
    """Return the error that says why a whole file is not read."""
    return BadInput([Fault(file, "", "", problem, found, allowed, remedy)])


def protected(file: str) -> BadInput:
    """Return the error for a file with a password."""
    return refusal(file, "设有打开密码", allowed="没有密码的电子表格", remedy="用 Excel 或 WPS 打开，取消密码后另存")


def damaged(file: str) -> BadInput:
    """Return the error for a file that no parser can make sense of."""
    return refusal(file, "已损坏，无法读取", remedy="用 Excel 或 WPS 打开并修复，另存为 .xlsx 后重试")


def form_of(file: str, content: bytes) -> Form:
    """Return the form of a file.

    Raises
    ------
    BadInput
        The file is empty, protected or of a kind that is not read; one sentence says what it is and what to do.
    """
    if not content:
        raise refusal(file, "是空文件（0 字节）", remedy="重新导出或重新下载该文件")
    if content.startswith(b"PK"):
        return Form.ARCHIVE
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _form_of_compound(file, content)
    if content.startswith((b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x00\x04\x00")):
        return Form.XLS  # A sheet of Excel 95 and before stands in the file without a container.
    return _form_of_text(file, content)


def form_of_archive(file: str, archive: zipfile.ZipFile) -> Form:
    """Return which workbook a zip archive is; ``ARCHIVE`` when it just holds files."""
    names = {entry.filename.replace("\\", "/").lower() for entry in archive.infolist()}
    if "xl/workbook.bin" in names:
        return Form.XLSB
    if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:200]:
        return Form.ODS
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise _a_document(file)
    if any(name.startswith("xl/") for name in names) or "[content_types].xml" in names:
        return Form.XLSX
    return Form.ARCHIVE


def _form_of_compound(file: str, content: bytes) -> Form:
    """An Office 97 container: an .xls or .et, a protected .xlsx, or a Word document."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise protected(file)
    if "WordDocument".encode("utf-16-le") in content:
        raise _a_document(file)
    if _has_password_record(content):
        raise protected(file)
    return Form.XLS


def _has_password_record(content: bytes) -> bool:
    """Return whether the records of an .xls after its beginning hold FILEPASS, as in every protected one."""
    position = content.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    for _ in range(_FIRST_RECORDS):
        if position < 0 or position + 4 > len(content):
            return False
        kind = int.from_bytes(content[position : position + 2], "little")
        if kind == _FILEPASS:
            return True
        position += 4 + int.from_bytes(content[position + 2 : position + 4], "little")
    return False


def _a_document(file: str) -> BadInput:
    return refusal(file, "是 Word 或演示文稿，不是电子表格", remedy=_COPY_TABLE)


def _form_of_text(file: str, content: bytes) -> Form:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    plain = head.replace(b"\x00", b"")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in plain:
        raise refusal(file, "是 XML 表格 2003，只是用了表格的扩展名")
    if b"<html" in plain or b"<table" in plain or plain.startswith((b"<!doctype html", b"<meta")):
        raise refusal(file, "是网页（HTML），只是用了表格的扩展名")
    for magic, kind, remedy in _FOREIGN:
        if head.startswith(magic):
            raise refusal(file, f"是{kind}，不是电子表格", remedy=remedy)
    if file.lower().endswith(_TEXT_ENDINGS):
        return Form.TEXT
    raise refusal(file, "不是电子表格，或文件已损坏")
