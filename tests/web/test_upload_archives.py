"""A clerk zips the whole folder: the county's workbook in an archive is found as if it lay beside it."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from form_user import User, text_of
from test_form_demand import confirm, drop, reader, review, take
from township_files import write_county, write_survey

from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance

__all__ = ["reader"]


def zipped(target: Path, **files: Path | bytes) -> Path:
    """Write an archive; a name is a place in it, with two low lines for each folder and one for the dot."""
    with zipfile.ZipFile(target, "w") as archive:
        for place, file in files.items():
            content = file if isinstance(file, bytes) else file.read_bytes()
            archive.writestr(place.replace("__", "/").replace("_", "."), content)
    return target


@pytest.fixture
def surveys(tmp_path: Path) -> dict[str, Path]:
    """Return the files of two townships, in folders of an archive."""
    return {f"材料__乡镇__{name}_xlsx": write_survey(tmp_path / f"{name}.xlsx", name) for name in ("东山", "西河")}


def test_the_workbook_in_a_folder_of_the_archive_is_taken_and_the_rest_is_read(
    reader: User, tmp_path: Path, surveys: dict[str, Path]
) -> None:
    """One archive with everything in folders; the archive stays as it came, the workbook can be had by itself."""
    county = write_county(tmp_path / "某县.xlsx")
    archive = zipped(tmp_path / "材料.zip", 材料__县里__某县_xlsx=county, **surveys)
    address = drop(reader, archive)
    page = text_of(review(reader, address))
    assert "1 个名称需要您确认" in page and "里面的“某县.xlsx”是本县工作簿，不作为乡镇报表读" in page
    assert "可以去规划" in text_of(confirm(reader, address))
    assert reader.client.get(f"{address}/workbook").data == county.read_bytes()
    assert reader.client.get(f"{address}/demand/材料.zip").data == archive.read_bytes()
    reader.client.post(f"{address}/accept")
    assert "培训意愿（人次） 6" in text_of(reader.client.get(address).text)


@pytest.mark.parametrize("both_inside", [True, False])
def test_of_two_different_workbooks_one_is_chosen_wherever_they_lay(
    reader: User, tmp_path: Path, surveys: dict[str, Path], *, both_inside: bool
) -> None:
    one, other = (write_county(tmp_path / f"{name}.xlsx", counties=name) for name in ("甲县", "乙县"))
    inside = {"甲县_xlsx": one} | ({"旧__乙县_xlsx": other} if both_inside else {})
    address = drop(reader, zipped(tmp_path / "材料.zip", **inside, **surveys), *([] if both_inside else [other]))
    page = text_of(review(reader, address))
    assert "认出了 2 个县里的工作簿" in page and re.search("里面有县里的工作簿：[^ ]*甲县.xlsx", page)
    take(reader, address, "file:甲县.xlsx")
    assert "可以去规划" in text_of(confirm(reader, address))
    assert reader.client.get(f"{address}/workbook").data == one.read_bytes()


def test_the_same_workbook_in_the_archive_and_beside_it_is_one(
    reader: User, tmp_path: Path, surveys: dict[str, Path]
) -> None:
    county = write_county(tmp_path / "某县.xlsx")
    address = drop(reader, county, zipped(tmp_path / "材料.zip", 副本_xlsx=county, **surveys))
    assert "可以去规划" in text_of(confirm(reader, address))


def test_an_archive_with_nothing_but_a_workbook_is_that_workbook(reader: User, tmp_path: Path) -> None:
    """It is examined like one that was uploaded unpacked, and can be planned at once."""
    write_tables(tmp_path / "整县.xlsx", tables_of(a_tiny_instance()))
    address = drop(reader, zipped(tmp_path / "整县.zip", 文件夹__整县_xlsx=tmp_path / "整县.xlsx"))
    assert reader.state(address) == "ready"
    assert reader.client.get(f"{address}/workbook").data == (tmp_path / "整县.xlsx").read_bytes()
    assert reader.client.get(f"{address}/data").status_code == 200


def test_a_faulty_workbook_alone_in_an_archive_is_a_list_of_its_faults(reader: User, tmp_path: Path) -> None:
    county = write_county(tmp_path / "缺需求.xlsx")
    address = drop(reader, zipped(tmp_path / "打包.zip", 缺需求_xlsx=county))
    assert reader.state(address) == "faulty"
    assert "缺少表“需求”" in text_of(reader.client.get(address).text)


def test_files_of_the_same_name_in_folders_of_townships_are_told_apart(reader: User, tmp_path: Path) -> None:
    """Each is called with its folder."""
    surveys = {}
    for name in ("东山", "西河"):
        surveys[f"{name}__摸底表_xlsx"] = write_survey(tmp_path / f"{name}.xlsx", name)
    county = write_county(tmp_path / "某县.xlsx")
    page = text_of(review(reader, drop(reader, county, zipped(tmp_path / "各乡镇.zip", **surveys))))
    assert "东山/摸底表.xlsx" in page and "西河/摸底表.xlsx" in page


def test_what_is_no_table_in_an_archive_is_named(reader: User, tmp_path: Path, surveys: dict[str, Path]) -> None:
    """A document, a picture and an archive in the archive: on the card and in the review, in both languages."""
    others = {"说明_docx": b"PK", "照片_jpg": b"\xff\xd8\xff", "更多_zip": b"PK", "Thumbs_db": b""}
    address = drop(reader, zipped(tmp_path / "材料.zip", **others, **surveys))
    told = "里面有 3 个文件不是表格，没有读：更多.zip、照片.jpg、说明.docx"
    assert told in text_of(review(reader, address))
    take(reader, address)
    assert told in text_of(review(reader, address))
    reader.client.get("/language/en")
    assert "Files in it that are no tables" in text_of(review(reader, address)).replace("files in it", "Files in it")


def test_an_archive_that_would_fill_the_machine_is_still_refused(
    reader: User, tmp_path: Path, surveys: dict[str, Path]
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("甲.xlsx", bytes(60_000_000))
    (tmp_path / "炸.zip").write_bytes(content.getvalue())
    address = drop(reader, tmp_path / "炸.zip", *surveys.values())
    assert "读不了：压缩比异常" in text_of(review(reader, address))


def test_spreadsheets_beside_a_workbook_of_csv_files_are_not_lost(
    reader: User, tmp_path: Path, surveys: dict[str, Path]
) -> None:
    """Such an archive is no workbook: the page shows what was read of the townships and asks for the workbook."""
    sheets = {"县里__课程_csv": "课程\n焊工\n".encode(), "县里__机构_csv": "机构\n某校\n".encode()}
    address = drop(reader, zipped(tmp_path / "材料.zip", **sheets, **surveys))
    page = text_of(review(reader, address))
    assert "还缺县里的工作簿" in page and "材料.zip 2 个乡镇，2 行有数" in page


def test_a_file_sent_twice_counts_once_and_says_so(reader: User, tmp_path: Path, surveys: dict[str, Path]) -> None:
    survey = next(iter(surveys.values()))
    (tmp_path / "副本").mkdir()
    copy = tmp_path / "副本" / survey.name
    copy.write_bytes(survey.read_bytes())
    address = drop(reader, survey, copy)
    assert f"与“{copy.stem}(2).xlsx”完全相同，只计一次" in text_of(review(reader, address)) or (
        f"与“{survey.name}”完全相同，只计一次" in text_of(review(reader, address))
    )
    assert "含姓名" not in text_of(review(reader, address))
    take(reader, address)
    assert "可以去规划" in text_of(confirm(reader, address))
    reader.client.post(f"{address}/accept")
    assert "培训意愿（人次） 3" in text_of(reader.client.get(address).text)
