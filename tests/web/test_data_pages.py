"""The page of data: four pictures with their tables, changes to a copy of the workbook, and taking them back."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from form_user import User, text_of
from sqlalchemy import select
from werkzeug.test import TestResponse

from web.data_folder import JobFolder
from web.data_view import step_of
from web.plan_settings import PlanSettings, planning_words
from web.store.models import AccountRow, AuditRow, Role

FUND, POOL = "资金/金额/就业补助资金", "岗位/岗位数/K1"


def ready(user: User, orders: dict[str, object] | None = None) -> str:
    """Upload a workbook and return the address of its page once it is examined."""
    address = user.upload(orders)
    user.wait(address)
    return address


def data(user: User, address: str) -> str:
    return user.client.get(f"{address}/data").text


def change(user: User, address: str, **fields: str) -> TestResponse:
    """Send the form as the page shows it, with some fields changed."""
    revision = re.search(r'name="revision" value="([^"]*)"', data(user, address))[1]
    return user.client.post(f"{address}/data", data={"revision": revision} | fields)


def folder_of(app: Flask, address: str) -> JobFolder:
    return app.extensions["desk"].data.job(address.rsplit("/", 1)[1])


def planned_with(app: Flask, address: str) -> dict[str, list[Any]]:
    """Return the words and the edits that the fake planner was given."""
    return json.loads((folder_of(app, address).output / "words.json").read_text(encoding="utf-8"))


def test_the_page_has_four_pictures_with_their_tables(user: User) -> None:
    page = data(user, ready(user))
    for section in ("people", "jobs", "farming", "money", "tasks", "settings", "defaults", "changes"):
        assert f'id="{section}"' in page
    said = text_of(page)
    assert "城关镇" in said and "电工（双证）" in said and "高寒山区 （3 个乡镇）" in said and "脱贫 · 订单" in said
    assert page.count('class="bar"') == 9 + 8 + 2


def test_peaks_are_marked_by_number_and_step_and_never_before_the_limit_is_reached(user: User) -> None:
    heat = data(user, ready(user)).split('class="heat"')[1].split("</table>")[0]
    assert '<td class="step-4">80</td>' in heat
    assert [step_of(busy, (0.5, 0.7)) for busy in (0.0, 0.1, 0.3, 0.4999, 0.5, 0.7)] == [0, 1, 2, 2, 3, 4]
    assert step_of(0.6, (2.0, 2.0)) == 2


def test_the_english_page_is_chinese_only_where_the_workbook_speaks(user: User) -> None:
    from test_form_manners import OwnWords

    user.client.get("/language/en")
    address = ready(user)
    assert OwnWords.of(user.client.get(address).text) == []
    change(user, address, **{FUND: "7500000"})
    assert OwnWords.of(data(user, address)) == []


def test_a_change_is_kept_in_a_copy_and_listed_with_who_and_when(app: Flask, user: User) -> None:
    address = ready(user)
    original = folder_of(app, address).workbook("county.xlsx").read_bytes()
    assert change(user, address, **{FUND: "7500000", POOL: "20"}).status_code == 303
    row = data(user, address).split('id="changes"')[1]
    assert "资金 · 就业补助资金 · 金额" in row and "原值" in row and "7500000" in row and "王芳" in row
    assert "岗位 · K1" not in row
    assert folder_of(app, address).workbook("county.xlsx").read_bytes() == original
    assert user.client.get(f"{address}/workbook").data == original
    edits = json.loads(user.client.get(f"{address}/changed.xlsx").data)["edits"]
    assert edits == [{"sheet": "资金", "column": "金额", "value": "7500000", "key": ["就业补助资金"]}]


def test_the_changed_copy_is_what_is_planned_and_the_next_version_keeps_the_changes(app: Flask, user: User) -> None:
    address = ready(user)
    change(user, address, **{POOL: "35"})
    user.client.post(f"{address}/plan", data={"time_limit": "60", "budget": ""})
    user.wait(address)
    assert [one["value"] for one in planned_with(app, address)["edits"]] == ["35"]
    following = user.client.post(f"{address}/again").location
    assert "岗位 · K1" in data(user, following)
    assert 'name="岗位/岗位数/K1"' not in data(user, address)


def test_faults_stand_at_their_fields_all_at_once_and_nothing_is_saved(app: Flask, user: User) -> None:
    address = ready(user)
    answer = change(user, address, **{FUND: "错一", POOL: "30", "任务/数值/T1": "错二"})
    assert answer.status_code == 400
    page = answer.text
    assert page.count('aria-invalid="true"') == 2 and page.count("只写数字") == 2
    assert 'value="错一"' in page and 'value="30"' in page and "有 2 处不能这样改" in page
    assert not folder_of(app, address).changes.exists()
    assert re.search(r'href="#(f-\d+)">资金 就业补助资金 金额', page)[1] in re.findall(r' id="(f-\d+)"', page)


def test_one_change_or_all_are_taken_back(app: Flask, user: User) -> None:
    address = ready(user)
    change(user, address, **{FUND: "7500000"})
    change(user, address, **{POOL: "35", "任务/性质/T1": "尽量"})
    first = re.findall(r'name="change" value="(\w+)"', data(user, address))[-1]
    assert user.client.post(f"{address}/data/undo", data={"change": first}).status_code == 303
    page = data(user, address)
    assert "8,000,000" in page and "岗位 · K1" in page and "资金 · 就业补助资金" not in page
    assert user.client.post(f"{address}/data/undo", data={}).status_code == 303
    assert "没有改动，规划用您上传的原文件" in data(user, address)
    assert not folder_of(app, address).changed_workbook.exists()
    assert user.client.get(f"{address}/changed.xlsx").status_code == 404


def test_a_change_made_on_an_older_page_is_not_saved_over_a_newer_one(user: User) -> None:
    address = ready(user)
    change(user, address, **{POOL: "35"})
    answer = user.client.post(f"{address}/data", data={"revision": "-0", FUND: "1"})
    assert answer.status_code == 409
    assert "别人刚刚改过" in answer.text and 'value="1"' in answer.text
    assert "资金 · 就业补助资金" not in data(user, address)


def test_only_fields_that_the_page_offers_can_be_changed(app: Flask, user: User) -> None:
    address = ready(user)
    assert change(user, address, **{"资金/资金/就业补助资金": "别的", "参数/值/没有": "1"}).status_code == 303
    assert not folder_of(app, address).changes.exists()


def test_separators_of_thousands_are_no_change(app: Flask, user: User) -> None:
    address = ready(user)
    change(user, address, **{FUND: "8000000"})
    assert not folder_of(app, address).changes.exists()


def test_a_planner_that_breaks_down_loses_no_typed_value(user: User) -> None:
    address = ready(user, {"edit": "crash"})
    answer = change(user, address, **{FUND: "7000000"})
    assert answer.status_code == 500
    assert "改动没有保存" in answer.text and 'value="7000000"' in answer.text


def test_a_planned_version_is_shown_but_not_changed(user: User) -> None:
    address = user.start()
    user.wait(address)
    page = data(user, address)
    assert "这次规划用的就是" in page and '<input class="entry' not in page
    assert user.client.post(f"{address}/data", data={FUND: "1"}).status_code == 303
    assert "没有改动" in data(user, address)


def test_viewers_look_and_do_not_change(app: Flask, user: User) -> None:
    address = ready(user)
    with app.extensions["database"].writing() as session:
        for row in session.scalars(select(AccountRow)):
            row.role = Role.VIEWER
    page = data(user, address)
    assert "谁愿意培训" in page and "保存改动" not in page and '<input class="entry' not in page
    assert "只能查看" in user.client.get(address).text
    assert user.client.post(f"{address}/data", data={FUND: "1"}).status_code == 403
    assert user.client.post(f"{address}/data/undo").status_code == 403


def test_what_was_changed_stands_in_the_audit_log_without_values(app: Flask, user: User) -> None:
    address = ready(user)
    change(user, address, **{FUND: "7654321"})
    with app.extensions["database"].reading() as session:
        rows = [row for row in session.scalars(select(AuditRow)) if row.action == "data.change"]
    assert [row.detail["cells"] for row in rows] == [[FUND]] and "7654321" not in str(rows[0].detail)


def test_the_page_stays_small(user: User) -> None:
    """Under 300 KB also with every week of every calendar as a field."""
    assert len(data(user, ready(user)).encode()) < 300_000


def test_a_workbook_with_faults_has_no_page_of_data(user: User) -> None:
    address = ready(user, {"inspect": "faults"})
    assert user.client.get(f"{address}/data").status_code == 303


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, []),
        ({"farming": "prefer"}, ["--change", "农忙不禁"]),
        ({"farming": "ignore", "floor": "１０％"}, ["--change", "不计农忙", "--change", "乡镇最低保障=10%"]),
        ({"floor": "12.5", "floor_kind": "soft"}, ["--change", "乡镇尽量保障=12.5%"]),
        ({"cautious": "1"}, ["--caution", "0.2"]),
        ({"floor": "0"}, []),
    ],
)
def test_settings_reach_the_planner_and_the_next_version(
    app: Flask, user: User, form: dict[str, str], words: list[str]
) -> None:
    address = user.start(**form)
    user.wait(address)
    told = planned_with(app, address)["words"]
    pairs = zip(told, told[1:], strict=False)
    given = [word for pair in pairs if pair[0] in ("--change", "--caution") for word in pair]
    assert given == words
    page = user.client.get(user.client.post(f"{address}/again").location).text
    assert f'value="{form.get("farming", "strict")}" checked' in page


@pytest.mark.parametrize("plain", [{}, {"farming": "never"}, {"farming": "strict", "later": 1}])
def test_settings_of_older_jobs_are_at_their_defaults(plain: dict[str, object]) -> None:
    assert PlanSettings.from_json(plain) == PlanSettings() and planning_words(plain) == ()


@pytest.mark.parametrize("floor", ["很多", "-1", "101", "1e5", "nan", "3.14"])
def test_a_floor_that_is_no_share_is_explained_at_its_field(user: User, floor: str) -> None:
    address = ready(user)
    answer = user.client.post(f"{address}/plan", data={"time_limit": "60", "floor": floor, "farming": "prefer"})
    assert answer.status_code == 400
    assert "看不懂" in answer.text and f'value="{floor}"' in answer.text and 'value="prefer" checked' in answer.text
    assert user.state(address) == "ready"


def test_an_unknown_way_with_farming_is_refused(user: User) -> None:
    address = ready(user)
    answer = user.client.post(f"{address}/plan", data={"time_limit": "60", "farming": "never"})
    assert answer.status_code == 400 and user.state(address) == "ready"


def test_the_page_says_the_limits_of_this_workbook(user: User) -> None:
    page = text_of(user.client.get(ready(user)).text)
    assert "达到 0.5 的周不办集中班，达到 0.7 的周不办分散班" in page
