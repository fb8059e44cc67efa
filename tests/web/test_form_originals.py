"""Files that name people leave the form's folder once they have been read; counts, codes and reports stay."""

from __future__ import annotations

import csv
import io
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from form_user import User, clerk_of, text_of, works_of
from test_form_demand import REAL_PLANNER, confirm, read_again, review, send
from township_files import NUMBERS, ODD_COURSE, PEOPLE, TELEPHONE, as_upload, write_county, write_register, write_survey

_SECRETS = (*PEOPLE, *NUMBERS, TELEPHONE)
_DAY = 86_400


@pytest.fixture
def form(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """Return a form whose only bundled county is the tiny one."""
    write_county(tmp_path / "instances" / "demo.xlsx")
    return make_app(PLANNER_COMMAND=REAL_PLANNER)


@pytest.fixture
def clerk(form: Flask) -> User:
    return clerk_of(form)


def files_with_secrets(folder: Path) -> list[str]:
    """Return the files below a folder that hold a name or a number, looking into workbooks."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and any(_found(path.read_bytes())))


def _found(content: bytes) -> list[str]:
    pieces = [content]
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            pieces += [archive.read(entry) for entry in archive.infolist()]
    text = "\n".join(piece.decode("utf-8", "ignore") for piece in pieces)
    return [secret for secret in _SECRETS if secret in text]


def test_going_on_to_planning_removes_the_register_and_leaves_no_name_anywhere(clerk: User, tmp_path: Path) -> None:
    address = send(clerk, write_register(tmp_path / "台账.xlsx"))
    assert files_with_secrets(tmp_path / "data") == ["台账.xlsx", "台账（已批注）.xlsx"]
    page = text_of(review(clerk, address))
    assert "含姓名、身份证号的原件（台账.xlsx）即从本机删除" in page
    clerk.client.post(f"{address}/accept")
    assert clerk.state(address) == "ready"
    assert files_with_secrets(tmp_path / "data") == []
    after = review(clerk, address)
    assert "已于" in after and "去规划时删除" in after and ">重新读取</button>" not in after
    assert clerk.client.get(f"{address}/demand/台账.xlsx").status_code == 404


def test_what_was_counted_is_planned_after_the_register_is_gone(clerk: User, tmp_path: Path) -> None:
    address = send(clerk, write_register(tmp_path / "台账.xlsx"))
    clerk.client.post(f"{address}/accept")
    assert "人群和意愿取自 1 个乡镇报表" in text_of(clerk.client.get(address).text)
    for _ in range(2):
        clerk.client.post(f"{address}/plan", data={"time_limit": "60", "budget": ""})
        clerk.wait(address)
        assert clerk.state(address) == "done"
        planned = openpyxl.load_workbook(io.BytesIO(clerk.client.get(f"{address}/files/input.xlsx").data))["需求"]
        assert [row[-1] for row in planned.iter_rows(min_row=2, values_only=True)] == [3]
        address = clerk.client.post(f"{address}/again").location
    assert files_with_secrets(tmp_path / "data") == []


def test_the_roster_says_what_became_of_each_row_with_codes_for_people(clerk: User, tmp_path: Path) -> None:
    address = send(clerk, write_register(tmp_path / "台账.xlsx"))
    text = clerk.client.get(f"{address}/roster.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["行"] for row in rows] == ["2", "3", "4", "5"]
    assert [row["是否计入"] for row in rows] == ["计入", "计入", "计入", "重复登记，不计入"]
    codes = [row["人员代码"] for row in rows]
    assert codes[0] == codes[3] and len(set(codes)) == 3
    assert not any(secret in text for secret in _SECRETS)


def test_a_table_that_names_nobody_is_kept(clerk: User, tmp_path: Path) -> None:
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    address = send(clerk, survey)
    confirm(clerk, address)
    assert "含姓名、身份证号" not in review(clerk, address)
    clerk.client.post(f"{address}/accept")
    clerk.client.post(f"{address}/originals/remove")
    assert clerk.client.get(f"{address}/demand/东山.xlsx").data == survey.read_bytes()


def test_of_two_files_only_the_register_goes(clerk: User, tmp_path: Path) -> None:
    address = send(clerk, write_register(tmp_path / "台账.xlsx"), write_survey(tmp_path / "西河.xlsx", "西河"))
    confirm(clerk, address)
    clerk.client.post(f"{address}/accept")
    assert [path.name for path in (tmp_path / "data").rglob("demand/*")] == ["西河.xlsx"]


def test_an_archive_with_a_register_inside_goes_as_a_whole(clerk: User, tmp_path: Path) -> None:
    path = tmp_path / "报表.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(write_register(tmp_path / "台账.xlsx"), "台账.xlsx")
    address = send(clerk, path)
    clerk.client.post(f"{address}/accept")
    assert files_with_secrets(tmp_path / "data") == []
    assert not list((tmp_path / "data").rglob("demand/*"))


def test_the_clerk_can_remove_originals_at_once_and_the_report_stays(clerk: User, tmp_path: Path) -> None:
    address = send(clerk, write_register(tmp_path / "台账.xlsx", course=ODD_COURSE))
    assert "报表还没有读完，删除后要重新上传" in text_of(review(clerk, address))
    clerk.client.post(f"{address}/originals/remove")
    assert files_with_secrets(tmp_path / "data") == []
    page = text_of(review(clerk, address))
    assert "按您的要求删除" in page and ODD_COURSE in page
    answer = clerk.client.post(f"{address}/reading", data={})
    assert answer.status_code == 303 and clerk.state(address) == "review"


def test_a_review_left_open_loses_its_register_after_thirty_days(clerk: User, form: Flask, tmp_path: Path) -> None:
    address = send(clerk, write_register(tmp_path / "台账.xlsx", course=ODD_COURSE))
    orders, now = works_of(form).orders, time.time()
    orders.remove_expired(now + 29 * _DAY)
    assert files_with_secrets(tmp_path / "data")
    orders.remove_expired(now + 31 * _DAY)
    assert files_with_secrets(tmp_path / "data") == []
    assert "到期" in text_of(review(clerk, address))


def test_a_file_nobody_could_read_is_removed_after_thirty_days_too(clerk: User, form: Flask, tmp_path: Path) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    send(clerk, path)
    works_of(form).orders.remove_expired(time.time() + 31 * _DAY)
    assert not list((tmp_path / "data").rglob("坏.xlsx"))


def test_originals_stay_while_answers_are_still_needed(clerk: User, tmp_path: Path) -> None:
    """Reading again needs the register; nothing is lost before the clerk goes on."""
    register = write_register(tmp_path / "台账.xlsx", course=ODD_COURSE)
    address = send(clerk, register)
    read_again(clerk, address)
    assert clerk.client.get(f"{address}/demand/台账.xlsx").data == register.read_bytes()
    assert "可以去规划" in confirm(clerk, address)


def test_a_reader_that_is_killed_leaves_no_copy_behind(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    (tmp_path / "instances" / "demo.xlsx").write_text("{}", encoding="utf-8")
    code = "import os, tempfile, time; open(os.path.join(tempfile.gettempdir(), 'copy'), 'w').close(); time.sleep(60)"
    app = make_app(PLANNER_COMMAND=[sys.executable, "-S", "-c", code], READING_SECONDS=2.0)
    user = clerk_of(app)
    sent = [as_upload(write_survey(tmp_path / f"{name}.xlsx", name)) for name in ("东山", "西河")]
    address = user.client.post("/jobs", data={"workbook": sent}).location
    deadline = time.monotonic() + 30
    while not list((tmp_path / "data").rglob("copy")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list((tmp_path / "data").rglob("copy"))
    user.wait(address)
    assert not list((tmp_path / "data").rglob("copy"))
