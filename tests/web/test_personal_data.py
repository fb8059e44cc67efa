"""Names, ID numbers and telephone numbers of a register are shown nowhere, whatever is wrong with them.

A word in the column of townships is no exception that can be mended: it must be shown to be asked for.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from form_user import clerk_of
from test_api import program_of
from township_files import COURSE, NUMBERS, PEOPLE, TELEPHONE, as_upload, write_county

from tests.reading.survey import write_sheets

SHORT, UNCHECKED = NUMBERS[0][:-3], NUMBERS[1][:-1] + ("1" if NUMBERS[1][-1] != "1" else "2")
SECRETS = (*PEOPLE, *NUMBERS, TELEPHONE, SHORT, UNCHECKED)


def write_faulty_register(path: Path) -> Path:
    """Write a register with numbers that are too short, of a wrong check digit, or in the wrong column."""
    rows: list[list[object]] = [
        ["序号", "乡镇", "姓名", "身份证号", "年龄", "手机号码", "培训意愿", "意愿培训工种1"],
        [1, "东山", PEOPLE[0], SHORT, 35, TELEPHONE, "是", COURSE],
        [2, "东山", PEOPLE[1], UNCHECKED, 35, TELEPHONE, "是", COURSE],
        [3, "东山", PEOPLE[2], TELEPHONE, "三十五", NUMBERS[2], "是", COURSE],
        [4, "东山", NUMBERS[0], PEOPLE[0], 35, TELEPHONE, "是", COURSE],
        [5, "北山", PEOPLE[1], NUMBERS[1], 35, TELEPHONE, "也许", COURSE],
        [6, "东山", PEOPLE[2], NUMBERS[2], 350, TELEPHONE, "是", COURSE],
    ]
    return write_sheets(path, {"台账": rows})


def told(content: bytes) -> set[str]:
    """Return the secrets in an answer, looking into workbooks."""
    pieces = [content]
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            pieces += [archive.read(entry) for entry in archive.namelist()]
    text = "\n".join(piece.decode("utf-8", "ignore") for piece in pieces)
    return {secret for secret in SECRETS if secret in text}


@pytest.fixture
def answers(make_app: Callable[..., Flask], tmp_path: Path) -> Iterator[dict[str, bytes]]:
    """Upload a faulty register; return everything the service then answers about it, by address."""
    write_county(tmp_path / "instances" / "demo.xlsx")
    app = make_app(PLANNER_COMMAND=[sys.executable, "-m", "planner"])
    program, user = program_of(app), clerk_of(app)
    files = [as_upload(write_faulty_register(tmp_path / "台账.xlsx"))]
    job: dict[str, Any] = program.ask("POST", "/jobs/demand", data={"demand": files, "base": "bundled:demo"})[1]
    program.wait(job["id"])
    path = f"/jobs/{job['id']}"
    pages = ("/", path, f"{path}/reading", f"{path}/progress", "/admin/audit")
    found = {page: user.client.get(page).data for page in pages}
    for place in ("", "/reading", "/progress", "/files"):
        found[f"API {place}"] = json.dumps(program.ask("GET", f"{path}{place}")[1], ensure_ascii=False).encode()
    for one in program.ask("GET", f"{path}/files")[1]["files"]:
        found[one["name"]] = program.ask("GET", f"{path}/files/{one['name']}")[1]
    found["data folder"] = b"".join(
        each.read_bytes()
        for each in (tmp_path / "data").rglob("*")
        if each.is_file() and each.parent.name not in ("demand", "marked")
    )
    yield found


def test_no_answer_about_a_faulty_register_names_anybody(answers: dict[str, bytes]) -> None:
    """Pages, interface, list of findings, roster, counts, log of the planner, database: only originals name people."""
    assert {place: secrets for place, content in answers.items() if (secrets := told(content))} == {}


def test_what_is_wrong_with_the_register_is_told_all_the_same(answers: dict[str, bytes]) -> None:
    """Otherwise the test before could not fail: row and column are named."""
    reading = answers["API /reading"].decode()
    assert reading.count('"cell": "D') >= 3
