"""From the review page to the plan, and every way a search can end otherwise."""

from __future__ import annotations

import html
import io
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from form_user import User, clerk_of, text_of, works_of

from web.data_folder import DataFolder, FolderInUse


def test_a_plan_is_shown_with_its_key_figures(user: User) -> None:
    page = text_of(user.plan())
    for part in (
        "开班（个） 12",
        "预计就业（人） 3,615",
        "≤ 1.1%",
        "折算就业 3,412，上限 3,450（已证明）",
        "任何别的方案最多比它多就业 1.1%",
    ):
        assert part in page


def test_both_counts_of_jobs_and_their_range_are_shown(user: User) -> None:
    page = text_of(user.plan())
    assert "毛就业 3,615 人，净增就业 205 人" in page
    assert "十次有八次为 3,480 至 3,756 人" in page


def test_the_files_of_a_plan_can_be_downloaded(user: User) -> None:
    address = user.start()
    user.wait(address)
    answer = user.client.get(f"{address}/files/plan.xlsx")
    assert answer.data == b"plan"
    assert "county-plan.xlsx" in answer.headers["Content-Disposition"]


def test_nothing_but_the_files_of_a_plan_can_be_downloaded(user: User) -> None:
    address = user.start()
    user.wait(address)
    for name in ("../planner.log", "jobs.sqlite3", "secret_key", "input.xlsx", "%2e%2e/stop"):
        assert user.client.get(f"{address}/files/{name}").status_code == 404, name


def test_progress_says_how_much_better_a_plan_could_be(user: User) -> None:
    address = user.start({"seconds": 4})
    user.wait(address, "running")
    page = _await(user, address, "最多还可能提高")
    assert "已找到方案：预计就业（折算）" in page
    assert "<svg" in page


def test_before_the_first_plan_progress_says_so(user: User) -> None:
    address = user.start({"seconds": 3, "solve": "no_plan"})
    user.wait(address, "running")
    assert "正在寻找第一个方案" in user.client.get(address).text


def test_a_running_page_refreshes_itself_without_script(user: User) -> None:
    address = user.start({"seconds": 3})
    assert '<noscript><meta http-equiv="refresh"' in user.wait(address, "running")


def test_stopping_takes_the_best_plan_so_far(user: User) -> None:
    address = user.start({"seconds": 60})
    user.wait(address, "running")
    _await(user, address, "已找到方案")
    user.client.post(f"{address}/stop")
    assert "规划由您停止，采用了当时最好的方案" in user.wait(address)


def test_a_stop_before_the_timetable_is_told_before_and_after(user: User) -> None:
    """The page of the search warns of it, the result says why it has weeks only; a plan in weeks says no more."""
    address = user.start({"seconds": 60, "days_lost": True})
    user.wait(address, "running")
    _await(user, address, "课表还没有排出来时停止，日期只到周")
    user.client.post(f"{address}/stop")
    assert "日期只到周。 停止规划时课表还没有排出来。" in text_of(user.wait(address))
    in_weeks = text_of(user.wait(user.start_in_weeks({"seconds": 0.1})))
    assert "日期只到周" in in_weeks and "停止规划时课表" not in in_weeks


def test_stopping_before_any_plan_says_that_there_is_none(user: User) -> None:
    address = user.start({"seconds": 60, "solve": "no_plan"})
    user.wait(address, "running")
    user.client.post(f"{address}/stop")
    page = user.wait(address)
    assert "规划在找到第一个方案之前就被停止了" in page and "等找到第一个方案再停止" in page
    assert "停止时还没有找到方案，请再规划一次" in user.client.get("/").text


def test_time_up_without_a_plan_is_not_called_infeasible(user: User) -> None:
    page = user.plan({"solve": "no_plan", "seconds": 0.2})
    assert "在规定的时间内没有找到方案，也没有证明要求互相冲突" in page


def test_clashing_requirements_are_named(user: User) -> None:
    page = html.unescape(text_of(user.plan({"solve": "infeasible"})))
    assert "已证明：没有任何方案能同时满足全部硬性要求" in page
    assert "任务“T1”（脱贫人数 >= 3000）" in page


def test_faults_found_while_planning_are_listed(user: User) -> None:
    assert "愿意人数必须是整数" in user.plan({"solve": "faults"})


@pytest.mark.parametrize("how", ["crash", "no_file", "broken_plan"])
def test_a_planner_that_crashes_or_leaves_no_plan_is_reported_honestly(user: User, how: str) -> None:
    page = text_of(user.plan({"solve": how}))
    assert "规划程序意外退出，没有得到方案" in page
    assert "用同一个文件再规划" in page


def test_a_planner_that_does_not_stop_is_ended(make_app: Callable[..., Flask]) -> None:
    user = clerk_of(make_app(STOPPING_SECONDS=0.3))
    address = user.start({"solve": "hang"})
    user.wait(address, "running")
    user.client.post(f"{address}/stop")
    assert "已被终止，没有得到方案" in user.wait(address)


def test_a_planner_that_overstays_its_time_is_ended(make_app: Callable[..., Flask]) -> None:
    user = clerk_of(make_app(WRITING_SECONDS=-74.5, STOPPING_SECONDS=0.2))
    assert "已被终止，没有得到方案" in user.plan({"solve": "hang"})


def test_one_plan_runs_and_the_next_waits_with_its_place(user: User) -> None:
    first = user.start({"seconds": 60})
    user.wait(first, "running")
    second, third = user.start(), user.start()
    assert "您排在第 1 位" in user.client.get(second).text
    assert "您排在第 2 位" in user.client.get(third).text
    user.client.post(f"{first}/stop")
    assert "预计就业" in user.wait(third)


def test_a_waiting_plan_can_be_withdrawn(user: User) -> None:
    first = user.start({"seconds": 60})
    user.wait(first, "running")
    second = user.start()
    user.client.post(f"{second}/stop")
    assert user.state(second) == "ready"


def test_a_second_click_on_start_changes_nothing(user: User) -> None:
    address = user.start({"seconds": 3})
    again = user.client.post(f"{address}/plan", data={"time_limit": "600", "budget": "1"})
    assert again.status_code == 303
    assert "限时 1 分钟" in user.wait(address, "running")


@pytest.mark.parametrize(("typed", "passed_on"), [("", ""), ("1250.50005", ""), ("1,000", "10000000.00")])
def test_the_budget_reaches_the_planner_in_yuan_only_when_it_differs(
    app: Flask, user: User, typed: str, passed_on: str
) -> None:
    address = user.start(budget=typed)
    job = app.extensions["desk"].jobs.get(address.rsplit("/", 1)[1])
    user.wait(address)
    assert job.budget_yuan == passed_on
    assert (user.client.get(f"{address}/files/input.xlsx").status_code == 200) == bool(passed_on)


def test_a_budget_that_is_no_amount_is_refused_with_the_value(user: User) -> None:
    address = user.upload()
    user.wait(address)
    answer = user.client.post(f"{address}/plan", data={"time_limit": "60", "budget": "约一百万"})
    assert answer.status_code == 400
    assert "总预算“约一百万”看不懂" in answer.text
    assert user.state(address) == "ready"


def test_a_time_that_is_not_offered_is_refused(user: User) -> None:
    address = user.upload()
    user.wait(address)
    assert user.client.post(f"{address}/plan", data={"time_limit": "99999"}).status_code == 400


def test_planning_again_leaves_the_old_plan(user: User) -> None:
    address = user.start()
    user.wait(address)
    again = user.client.post(f"{address}/again").location
    assert again != address
    assert user.state(again) == "ready"
    assert user.state(address) == "done"


def test_the_class_table_can_be_filtered_by_township(user: User) -> None:
    address = user.start({"classes": 30})
    user.wait(address)
    page = text_of(user.client.get(f"{address}?township=城关镇").text)
    assert "有城关镇学员的班" in page
    assert "（共 30 个）" in page


def test_farming_peaks_and_holidays_are_shaded_and_listed(user: User) -> None:
    page = user.plan()
    assert 'class="peak' in page
    assert 'class="holiday"' in page
    assert "低热河谷 0.80" in page


def test_money_by_fund_adds_up_in_the_page(user: User) -> None:
    address = user.start({"classes": 40})
    page = user.wait(address)
    plan = json.loads(user.client.get(f"{address}/files/plan.json").data)
    total = sum(float(payment["amount"]) for payment in plan["payments"])
    assert f"{total:,.2f} 元" in page


def test_a_plan_whose_files_are_gone_says_so(app: Flask, user: User, tmp_path: Path) -> None:
    address = user.start()
    user.wait(address)
    (tmp_path / "data" / "jobs" / address.rsplit("/", 1)[1] / "out" / "plan.json").unlink()
    assert "方案文件已不存在或无法读取" in user.client.get(address).text


def test_deleting_asks_first_and_keeps_the_files_in_the_bin(user: User, tmp_path: Path) -> None:
    address = user.start()
    user.wait(address)
    folder = tmp_path / "data" / "jobs" / address.rsplit("/", 1)[1]
    assert "30 天内可以恢复" in user.client.get(f"{address}/delete").text
    user.client.post(f"{address}/delete")
    assert user.client.get(address).status_code == 404
    assert folder.exists()
    user.client.post(f"{address}/restore")
    assert "预计就业" in user.client.get(address).text


def test_after_a_restart_finished_plans_are_there_and_running_ones_are_done_again(
    make_app: Callable[..., Flask],
) -> None:
    first = make_app()
    user = clerk_of(first)
    done = user.start()
    user.wait(done)
    running = user.start({"seconds": 3})
    user.wait(running, "running")
    works_of(first).coordinator.close()
    assert "已排队自动重新开始，您不用做任何事" in user.client.get(running).text
    after = clerk_of(make_app())
    assert "3,615" in after.client.get(done).text
    assert "3,615" in after.wait(running)


def test_jobs_that_a_server_left_on_their_way_without_an_errand_go_on(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    first = make_app()
    user = clerk_of(first)
    died, waiting = user.upload(), user.upload()
    user.wait(died)
    user.wait(waiting)
    works_of(first).coordinator.close()
    with sqlite3.connect(tmp_path / "data" / "service.sqlite3") as connection:
        for address, state in ((died, "running"), (waiting, "queued")):
            values = (state, time.time(), address.rsplit("/", 1)[1])
            connection.execute("UPDATE job SET time_limit_seconds = 60, state = ?, queued_at = ? WHERE id = ?", values)
    connection.close()
    after = clerk_of(make_app())
    assert "3,615" in after.wait(died)
    assert "3,615" in after.wait(waiting)


def test_two_servers_cannot_share_a_data_folder(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path), DataFolder(tmp_path)
    first.lock()
    with pytest.raises(FolderInUse, match=tmp_path.name):
        second.lock()


def _await(user: User, address: str, words: str) -> str:
    end = time.monotonic() + 8
    while words not in (page := user.client.get(f"{address}/progress").text):
        assert time.monotonic() < end, page
        time.sleep(0.05)
    return page


def test_an_upload_cannot_be_opened_as_a_page(user: User) -> None:
    answer = user.client.post("/jobs", data={"workbook": (io.BytesIO(b"<script>alert(1)</script>"), "x.html")})
    file = user.client.get(f"{answer.location}/workbook")
    assert file.mimetype == "application/octet-stream"
    assert file.headers["Content-Disposition"].startswith("attachment")
