"""From choosing a file to the review page or the list of faults."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest
from flask import Flask
from form_user import User, clerk_of, text_of

from web.data_folder import safe_file_name


def test_the_review_page_shows_what_was_read_and_the_sum_of_the_funds(user: User) -> None:
    page = user.wait(user.upload())
    assert 'value="1250.50005"' in page
    assert "9,120" in text_of(page)


def test_every_fault_is_listed_with_place_value_allowed_and_remedy(user: User) -> None:
    page = text_of(user.wait(user.upload({"inspect": "faults"})))
    for part in (
        "需求 E12",
        "愿意人数必须是整数",
        "约50人",
        "不小于 0 的整数",
        "只填数字，例如 50",
        "缺少工作表“资金”",
    ):
        assert part in page
    assert "文件里有 2 处需要修改" in page


def test_a_faulty_upload_is_kept_and_comes_back_byte_for_byte(user: User) -> None:
    address = user.upload(b"\x00\x01 no workbook", "六曲河镇 需求.xlsx")
    user.wait(address)
    answer = user.client.get(f"{address}/workbook")
    assert answer.data == b"\x00\x01 no workbook"
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xlsx", b""),
        ("cut.xls", b"PK\x03\x04"),
        ("page.ods", b"\xff\xfe<html>"),
        ("list.zip", b"[1, 2]"),
        ("photo.jpg", b"\x00" * 5000),
        ("noending", b"text"),
    ],
)
def test_no_upload_brings_the_form_down(user: User, name: str, content: bytes) -> None:
    address = user.upload(content, name)
    assert "verdict bad" in user.wait(address)


def test_a_reader_that_crashes_is_reported_as_such(user: User) -> None:
    page = text_of(user.wait(user.upload({"inspect": "crash"})))
    assert "检查程序读取这个文件时意外退出" in page


def test_an_answer_of_the_reader_that_makes_no_sense_is_a_failed_examination(user: User) -> None:
    assert "检查程序读取这个文件时意外退出" in user.wait(user.upload({"inspect": "garbage"}))


def test_a_reader_that_hangs_is_ended(make_app: Callable[..., Flask]) -> None:
    user = clerk_of(make_app(EXAMINATION_SECONDS=0.3))
    assert "检查文件超时" in user.wait(user.upload({"inspect": "hang"}))


def test_no_file_chosen_is_said_on_the_form(user: User) -> None:
    answer = user.client.post("/jobs", data={})
    assert answer.status_code == 400
    assert "还没有选择文件" in answer.text


def test_an_upload_above_the_limit_gets_a_clear_page(make_app: Callable[..., Flask]) -> None:
    client = clerk_of(make_app(MAX_CONTENT_LENGTH=2 * 1024 * 1024)).client
    answer = client.post("/jobs", data={"workbook": (io.BytesIO(b"x" * 3_000_000), "big.xlsx")})
    assert answer.status_code == 413
    assert "一次最多上传 2 MB" in answer.text


def test_a_bundled_county_is_offered_and_examined(user: User) -> None:
    assert "示例县" in user.client.get("/").text
    address = user.client.post("/jobs/bundled", data={"county": "demo"}).location
    assert "示例县" in user.wait(address)


def test_a_county_that_is_not_bundled_is_not_offered_and_not_found(user: User) -> None:
    assert "赫章县" not in user.client.get("/").text
    for county in ("hezhang", "../../etc/passwd", ""):
        assert user.client.post("/jobs/bundled", data={"county": county}).status_code == 404


def test_the_empty_workbook_can_be_downloaded(user: User) -> None:
    answer = user.client.get("/template.xlsx")
    assert answer.data == b"template"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_template_that_cannot_be_written_is_an_error_page(make_app: Callable[..., Flask]) -> None:
    client = clerk_of(make_app(PLANNER_COMMAND=[sys.executable, "-c", "raise SystemExit(1)"])).client
    answer = client.get("/template.xlsx")
    assert answer.status_code == 500
    assert "系统出错" in answer.text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("赫章县 需求.xlsx", "赫章县 需求.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张三\\表.xls", "表.xls"),
        ("a<b>:c*.xlsx", "abc.xlsx"),
        ("con.xlsx", "_con.xlsx"),
        (".xlsx", "xlsx"),
        ("\u202exslx.exe", "xslx.exe"),
        ("长" * 300 + ".xlsx", "长" * 60 + ".xlsx"),
        ("..", "workbook"),
    ],
)
def test_file_names_are_kept_as_far_as_they_are_safe(given: str, kept: str) -> None:
    assert safe_file_name(given) == kept
