"""What a careless or unlucky user drops: each file ends in a card with a sentence in both languages, none is lost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from form_user import User, text_of
from test_form_demand import reader
from township_files import write_county, write_survey

__all__ = ["reader"]

CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def a_document() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return content.getvalue()


CARDS = {
    "有密码.xlsx": (
        CONTAINER + "EncryptedPackage".encode("utf-16-le"),
        "设有打开密码。用 Excel 或 WPS 打开，取消密码后另存",
        "it is protected by a password; open it with Excel or WPS, remove the password",
    ),
    "空.xlsx": (b"", "是空文件（0 字节）。重新导出或重新下载该文件", "it is an empty file (0 bytes)"),
    "文件.pdf": (b"%PDF-1.7\n", "是PDF 文件，不是电子表格。请报送的单位发来", "it is a PDF file, not a spreadsheet"),
    "照片.png": (b"\x89PNG\r\n\x1a\n", "是图片，不是电子表格。请报送的单位发来", "not a spreadsheet; ask the sender"),
    "说明.docx": (a_document(), "是 Word 或演示文稿，不是电子表格。把表格复制到", "copy the table into Excel or WPS"),
    "打包.rar": (b"Rar!\x1a\x07\x01", "是RAR 压缩包，不是电子表格。先解压", "unpack it and upload the tables in it"),
    "坏.zip": (b"PK\x03\x04 cut", "已损坏，无法读取。重新导出或重新下载该文件", "it is damaged and cannot be read"),
    "坏.et": (CONTAINER, "已损坏，无法读取。用 Excel 或 WPS 打开并修复", "it is damaged and cannot be read"),
    "旧.xml": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "是 XML 表格 2003，只是用了表格的扩展名。用 Excel 或 WPS 打开，另存为 .xlsx",
        "save it as .xlsx and try again",
    ),
    "便条.txt": ("下午开会".encode("gb18030"), "没有读到人数或意愿", "No people or wishes found"),
}
"""Files by name: content, what the card says in Chinese, and in English."""


def test_every_odd_file_has_a_card_with_the_remedy_and_can_be_had_back(reader: User, tmp_path: Path) -> None:
    """All in one drop, beside a township's table in GBK, which is read."""
    table = "乡镇,年龄段,有培训意愿人数,家政服务\r\n东山,40岁以下,30,12\r\n".encode("gb18030")
    files = {"意愿.csv": table} | {name: content for name, (content, _, _) in CARDS.items()}
    sent = [(io.BytesIO(content), name) for name, content in files.items()]
    address = reader.client.post("/jobs", data={"workbook": sent}).location
    reader.wait(address)
    pages = {}
    for language in ("zh", "en"):
        reader.client.get(f"/language/{language}")
        pages[language] = text_of(reader.client.get(f"{address}/reading").text)
    assert "意愿.csv 1 个乡镇，1 行有数" in pages["zh"]
    for name, (content, chinese, english) in CARDS.items():
        assert chinese in pages["zh"].split(f" {name} ", 1)[1][:120], name
        assert english in pages["en"].split(f" {name} ", 1)[1][:250], name
        assert reader.client.get(f"{address}/demand/{name}").data == content, name


@pytest.mark.parametrize("name", ["../../东山.xlsx", "..\\东山.xlsx", "长" * 200 + ".xlsx", "东山<b>.xlsx"])
def test_any_name_of_a_file_is_taken_and_kept_inside_the_folder(reader: User, tmp_path: Path, name: str) -> None:
    survey = write_survey(tmp_path / "东山.xlsx", "东山").read_bytes()
    county = write_county(tmp_path / "某县.xlsx").read_bytes()
    sent = [(io.BytesIO(survey), name), (io.BytesIO(county), f"县{name[-40:]}")]
    address = reader.client.post("/jobs", data={"workbook": sent}).location
    reader.wait(address)
    assert "1 个名称需要您确认" in text_of(reader.client.get(f"{address}/reading").text)
    folder = tmp_path / "data" / "jobs" / address.rsplit("/", 1)[1]
    [kept] = (folder / "demand").iterdir()
    assert kept.read_bytes() == survey and len(kept.name.encode()) < 255
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "instances", "东山.xlsx", "某县.xlsx"]


def test_files_of_an_upload_that_nobody_can_read_can_be_had_back(reader: User) -> None:
    """The list of faults leads to each file as it came."""
    files = {"甲.xlsx": b"", "乙.pdf": b"%PDF-1.4"}
    sent = [(io.BytesIO(content), name) for name, content in files.items()]
    address = reader.client.post("/jobs", data={"workbook": sent}).location
    page = reader.wait(address)
    assert reader.state(address) == "faulty"
    for name, content in files.items():
        assert name in page
        assert reader.client.get(f"{address}/demand/{name}").data == content


def test_a_file_that_gave_nothing_is_warned_of_beside_those_that_did(reader: User, tmp_path: Path) -> None:
    """It would be forgotten otherwise: the plan says so, too."""
    sent = [write_survey(tmp_path / "东山.xlsx", "东山"), write_county(tmp_path / "某县.xlsx")]
    files = [(io.BytesIO(path.read_bytes()), path.name) for path in sent]
    files.append((io.BytesIO("天气,晴\n".encode()), "西河.csv"))
    address = reader.client.post("/jobs", data={"workbook": files}).location
    reader.wait(address)
    page = text_of(reader.client.get(f"{address}/reading").text)
    assert "西河.csv：没有读到人数或意愿，这个文件没有用上" in page
