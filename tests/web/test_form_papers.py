"""A finished plan's timetable on its page, and all its papers: written on demand, followed, downloaded."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from form_user import User, clerk_of, text_of, works_of

from planner.cli.solving import TIMETABLE_SHARE
from planner.domain.plan import TimetableOutcome
from planner.export.all_papers import WRITING_WORDS
from planner.export.folders import COUNTY
from planner.export.wording import timetable_shortcomings
from planner.timetable import goals
from web import papers, wording
from web.work.kinds import Limits


@pytest.fixture
def planned(user: User) -> str:
    """The address of a finished plan."""
    address = user.start()
    user.wait(address)
    return address


def test_the_timetable_is_told_with_its_proved_bound(user: User) -> None:
    page = text_of(user.plan())
    for part in ("排出课表的班 12 共 12 个班", "课（半天一节） 48", "课表质量分 25（越低越好），理论下限 21（已证明）"):
        assert part in page
    assert "方案与课表协调 2 轮" in page
    assert "安排在赶集日的上午 4 4 16" in page


def test_the_class_table_tells_days_and_exams(user: User) -> None:
    page = user.plan()
    assert ">首日、末日<" in page and ">考核<" in page and ">开班周<" not in page
    days = re.findall(r'<td class="nowrap">(2026-\d\d-\d\d)<br>(2026-\d\d-\d\d)</td>', page)
    assert len(days) == 12 and days == sorted(days) and all(first < last for first, last in days)


def test_classes_that_cannot_be_placed_are_named_with_the_reason(user: User) -> None:
    page = text_of(user.plan({"unplaced": True}))
    assert "有 1 处排不出课表" in page
    assert re.search(r"焊工班（c11）排不上课 *一名教师同一时间只上一个班的课", page)
    assert "排出课表的班 11 共 12 个班" in page


def test_without_the_box_the_plan_says_weeks_only(user: User) -> None:
    address = user.start_in_weeks()
    page = user.wait(address)
    assert "这份方案没有排课表，日期只到周" in page and ">开班周<" in page


def test_the_box_is_ticked_at_first_and_kept_when_the_budget_was_wrong(user: User) -> None:
    address = user.upload()
    assert re.search(r'name="timetable" value="1" checked', user.wait(address))
    wrong = user.client.post(f"{address}/plan", data={"time_limit": "60", "budget": "约"})
    assert 'name="timetable"' in wrong.text and not re.search(r'name="timetable" value="1" checked', wrong.text)


def test_a_plan_offers_its_papers_and_has_none_yet(user: User, planned: str) -> None:
    page = user.client.get(f"{planned}/result/papers").text
    assert "生成全部文书" in page and "下载全部" not in page
    assert user.client.get(f"{planned}/papers/all.zip").status_code == 404


def test_papers_are_written_and_counted(user: User, planned: str) -> None:
    page = text_of(user.write_papers(planned))
    assert "已写好：Excel 表格 2 份，PDF 文书 1 份，日历 1 份" in page
    assert "生成全部文书" not in page


def test_all_papers_come_in_one_archive(user: User, planned: str) -> None:
    user.write_papers(planned)
    answer = user.client.get(f"{planned}/papers/all.zip")
    assert zipfile.ZipFile(io.BytesIO(answer.data)).namelist()[0] == "文书/全县/开班日历.ics"
    assert "filename*=UTF-8''county-" in answer.headers["Content-Disposition"]


def test_the_countys_papers_can_be_downloaded_singly_and_nothing_else(user: User, planned: str) -> None:
    user.write_papers(planned)
    assert user.client.get(f"{planned}/papers/county/开班计划.pdf").data == "全县/开班计划.pdf".encode()
    for name in ("../文书清单.csv", "城关镇培训安排.xlsx", "..%2f..%2fout%2fplan.json", "开班计划.docx"):
        assert user.client.get(f"{planned}/papers/county/{name}").status_code == 404, name


def test_progress_tells_how_many_papers_are_done_while_the_page_can_be_left(user: User) -> None:
    address = user.start({"papers_seconds": 3})
    user.wait(address)
    user.client.post(f"{address}/papers")
    end = time.monotonic() + 20
    while not re.search(r"正在写 Excel 表格：[1-9]\d*/20", user.client.get(f"{address}/papers/progress").text):
        assert time.monotonic() < end
        time.sleep(0.05)
    page = user.client.get(f"{address}/result/papers").text
    assert '<noscript><meta http-equiv="refresh"' in page and "下载全部" not in page
    assert user.state(address) == "done"


def test_a_second_click_writes_nothing_twice(app: Flask, user: User) -> None:
    address = user.start({"papers_seconds": 1})
    user.wait(address)
    desk = app.extensions["desk"]
    job = desk.jobs.get(address.rsplit("/", 1)[1])
    assert desk.orders.write_papers(job) and not desk.orders.write_papers(job)
    user.await_papers(address, "done")
    assert not desk.orders.write_papers(job)


def test_papers_of_two_plans_are_written_one_after_the_other(user: User) -> None:
    addresses = [user.start({"papers_seconds": 1.5}) for _ in range(2)]
    for address in addresses:
        user.wait(address)
        user.client.post(f"{address}/papers")
    assert "前面还有文书在写" in user.client.get(f"{addresses[1]}/papers/progress").text
    assert "下载全部" in user.write_papers(addresses[1])
    user.await_papers(addresses[0], "done")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("crash", "写文书的程序意外退出，没有写出文书"),
        ("refused", "没有写出文书，原因如下： 方案未通过核对"),
        ("faults", "county.xlsx 需求E12：愿意人数必须是整数。只填数字，例如 50"),
    ],
)
def test_papers_that_could_not_be_written_say_why_and_may_be_tried_again(user: User, how: str, sentence: str) -> None:
    address = user.start({"papers": how})
    user.wait(address)
    page = text_of(user.write_papers(address))
    assert sentence in page and "生成全部文书" in page
    assert "预计就业" in page


def test_papers_that_take_too_long_are_ended(make_app: Callable[..., Flask]) -> None:
    user = clerk_of(make_app(PAPERS_SECONDS=0.3))
    address = user.start({"papers": "hang"})
    user.wait(address)
    assert "写文书用时过长，已被终止" in user.write_papers(address)


def test_papers_that_a_restart_cut_short_are_written_again(make_app: Callable[..., Flask]) -> None:
    first = make_app()
    user = clerk_of(first)
    address = user.start({"papers_seconds": 2})
    user.wait(address)
    user.client.post(f"{address}/papers")
    user.await_papers(address, "moving")
    works_of(first).coordinator.close()
    after = clerk_of(make_app())
    after.await_papers(address, "done")
    assert "下载全部" in after.client.get(f"{address}/result/papers").text


def test_papers_that_are_gone_can_be_made_again(user: User, planned: str, tmp_path: Path) -> None:
    user.write_papers(planned)
    (tmp_path / "data" / "jobs" / planned.rsplit("/", 1)[1] / "文书.zip").unlink()
    assert "文书已不存在，请重新生成" in user.client.get(f"{planned}/result/papers").text
    assert "下载全部" in user.write_papers(planned)


def test_a_plan_is_not_deleted_while_its_papers_are_written(user: User, tmp_path: Path) -> None:
    address = user.start({"papers_seconds": 2})
    user.wait(address)
    user.client.post(f"{address}/papers")
    user.client.post(f"{address}/delete")
    assert (tmp_path / "data" / "jobs" / address.rsplit("/", 1)[1]).exists()
    user.await_papers(address, "done")


def test_only_a_finished_plan_has_papers(user: User) -> None:
    address = user.upload()
    user.wait(address)
    user.client.post(f"{address}/papers")
    assert user.client.get(f"{address}/papers/progress").headers["X-Job-State"] == ""


def test_papers_of_a_plan_with_another_budget_are_of_its_own_workbook(user: User) -> None:
    address = user.start({"papers": "ok"}, budget="100")
    user.wait(address)
    assert "下载全部" in user.write_papers(address)


def test_stages_folders_and_points_are_the_planners_own() -> None:
    """The form knows them by name without importing the planner; a change there must be followed here."""
    assert Limits().timetable_share == TIMETABLE_SHARE
    stages = [str(words) for words in WRITING_WORDS.values()]
    assert set(stages) <= set(wording.PAPER_STAGES)
    assert papers.COUNTY == COUNTY
    weights = {
        "market_mornings": goals.MARKET, "extra_teachers": goals.EXTRA_TEACHER, "uneven_days": goals.UNEVEN,
        "idle_days": goals.IDLE, "moved": goals.MOVED,
    }  # fmt: skip
    assert {key: points for key, (_, points) in wording.TIMETABLE_POINTS.items()} == weights
    told = re.findall(r"每(?:个|人次|天|处) (\d) 分", timetable_shortcomings(TimetableOutcome(1, 1, 1, 1, 1, moved=1)))
    assert list(map(int, told)) == [
        goals.MARKET, goals.EXTRA_TEACHER, goals.UNEVEN, goals.IDLE, goals.MOVED
    ]  # fmt: skip
