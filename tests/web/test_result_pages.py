"""The pages of a finished plan over the fake planner: tabs, classes, decisions, explanations, outlines."""

from __future__ import annotations

import io
import json
import re
import time
from pathlib import Path

import pytest
from flask import Flask
from form_user import PATIENCE_SECONDS, User, clerk_of, text_of
from test_form_manners import OwnWords
from test_result_drawings import SQUARE, geojson

from planner.explanations.rules import Family
from web.accounts import Account, Role
from web.result_view import Tab
from web.result_wording import RULE_FAMILIES

TABS = [str(tab) for tab in Tab]


@pytest.fixture
def planned(user: User) -> str:
    """The address of a finished plan of twelve classes."""
    address = user.start({"seconds": 0.1})
    user.wait(address)
    return address


def tab(user: User, address: str, name: str) -> str:
    answer = user.client.get(f"{address}/result/{name}", follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def explained(user: User, address: str, **form: str) -> str:
    """Have a plan explained, wait for the end and return the tab."""
    assert user.client.post(f"{address}/explain", data=form).status_code == 303
    end = time.monotonic() + PATIENCE_SECONDS
    while user.client.get(f"{address}/explain/progress").headers["X-Job-State"] == "moving":
        assert time.monotonic() < end, "still explaining"
        time.sleep(0.05)
    return tab(user, address, "why")


def class_records(user: User, address: str) -> list[dict[str, str]]:
    return json.loads(user.client.get(f"{address}/files/plan.json").data)["classes"]


def decide(user: User, address: str, class_id: str, decision: str, note: str = "") -> None:
    form = {"decision": decision, "note": note}
    assert user.client.post(f"{address}/classes/{class_id}/decision", data=form).status_code == 303


# --- tabs ------------------------------------------------------------------------------------------------------------


def test_every_tab_answers_the_leader_first(user: User, planned: str) -> None:
    """Classes, people, jobs with their range, money, distance and the gain stand on each."""
    for name in TABS:
        page = text_of(tab(user, planned, name))
        for words in (
            "开班（个） 12", "预计就业（人） 3,615", "十次有八次在 3,480–3,756", "花费", "≤ 1.1%", "比常规做法多"
        ):  # fmt: skip
            assert words in page, (name, words)
        assert page.index("预计就业") < page.index("开班时间表")


def test_tabs_have_addresses_and_unknown_ones_are_not_found(user: User, planned: str) -> None:
    """The first tab is the plan's own address."""
    assert user.client.get(f"{planned}/result/schedule").location == planned
    assert user.client.get(f"{planned}/result/nothing").status_code == 404
    page = user.client.get(planned).text
    assert [f"{planned}/result/{name}" in page for name in TABS[1:]] == [True] * (len(TABS) - 1)


def test_a_plan_that_is_not_finished_has_no_tabs(user: User) -> None:
    """Nor classes, nor drawings."""
    address = user.upload()
    user.wait(address)
    for page in ("result/funds", "gantt.json", "classes/c1", "outlines.json", "explain/progress"):
        assert user.client.get(f"{address}/{page}").status_code == 404


def test_english_tabs_are_chinese_only_where_the_workbook_speaks(user: User, planned: str) -> None:
    """Explained or not, also the page of a class."""
    user.client.get("/language/en")
    explained(user, planned)
    decide(user, planned, "c1", "lock", "已通知")
    for page in [*(tab(user, planned, name) for name in TABS), user.client.get(f"{planned}/classes/c1").text]:
        assert OwnWords.of(page) == []


def test_pages_of_a_result_have_no_inline_script_or_style(user: User, planned: str) -> None:
    """The content policy would not run it."""
    explained(user, planned)
    for page in [*(tab(user, planned, name) for name in TABS), user.client.get(f"{planned}/classes/c1").text]:
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", page)
        assert not re.search(r'(src|href)="(https?:)?//', page)


def test_every_kind_of_rule_has_a_name_on_the_pages() -> None:
    """Else its Chinese word would stand on the English page."""
    assert set(RULE_FAMILIES) == {family.value for family in Family}


def test_each_target_has_what_it_asks_for_beside_what_was_reached(user: User, planned: str) -> None:
    """As the planned workbook has it; a target that it does not have, such as a floor, has a dash."""
    said = text_of(tab(user, planned, "targets"))
    assert "妇女 40% 至少 1,000 尽量 960 40 未达到" in said
    assert "脱贫人口不少于 3000 人 – 3,012 0 达到" in said


def test_the_first_view_of_a_county_stays_small(user: User) -> None:
    """A page of 214 classes with its style sheets and scripts, the chart library apart."""
    address = user.start({"seconds": 0.1, "classes": 214})
    page = user.wait(address)
    files = set(re.findall(r'(?:href|src)="(/static/[^"?]+\.(?:css|js|svg))[?"]', page))
    sizes = {name: len(user.client.get(name).data) for name in files if "/vendor/" not in name}
    assert len(sizes) >= 5 and len(page.encode()) + sum(sizes.values()) < 300_000


# --- classes ---------------------------------------------------------------------------------------------------------


def test_a_class_has_a_page_with_people_costs_and_days(user: User, planned: str) -> None:
    """What plan.json says of it, and no other class's."""
    record = class_records(user, planned)[3]
    page = user.client.get(f"{planned}/classes/{record['id']}").text
    said = text_of(page)
    assert record["course"] in said and record["provider"] in said
    for heads in record["heads"]:
        assert f"{heads['township']} {heads['age_band']} {heads['group']} {heads['persons']}" in said
    assert "培训补贴" in said and "2 个课日" in said and "查明原因" in said
    assert "锁定和禁止的是这种安排" in said


def test_the_panel_is_the_inner_part_of_the_page(user: User, planned: str) -> None:
    """The script puts it beside the chart."""
    part = user.client.get(f"{planned}/classes/c3?part=panel").text
    assert "<html" not in part and 'data-class-id="c3"' in part
    assert text_of(f"<main{part}").strip() in text_of(user.client.get(f"{planned}/classes/c3").text)


@pytest.mark.parametrize("class_id", ["c99", "..", "%2e%2e", "<script>"])
def test_a_class_the_plan_lacks_is_not_found(user: User, planned: str, class_id: str) -> None:
    """Whatever is asked for."""
    assert user.client.get(f"{planned}/classes/{class_id}").status_code == 404
    assert user.client.post(f"{planned}/classes/{class_id}/decision", data={"decision": "lock"}).status_code == 404


def test_the_gantt_data_holds_every_class_once_in_both_orders(user: User, planned: str) -> None:
    """With the decisions on them; lines of a group follow one another."""
    decide(user, planned, "c2", "forbid")
    for by in ("township", "provider"):
        data = user.client.get(f"{planned}/gantt.json?by={by}").json
        assert sorted(bar[3] for bar in data["bars"]) == sorted(f"c{i}" for i in range(12))
        assert {bar[3]: bar[7] for bar in data["bars"]}["c2"] == "forbid"
        assert sum(group[2] for group in data["groups"]) == data["lines"]
        assert any(shade[4] == 0 for shade in data["shades"]) and any(shade[4] > 0 for shade in data["shades"])


# --- decisions and planning again ------------------------------------------------------------------------------------


def test_a_decision_is_shown_changed_and_taken_back(user: User, planned: str) -> None:
    """With its note, at the class and above the schedule; nothing changes in the plan."""
    before = user.client.get(f"{planned}/files/plan.json").data
    decide(user, planned, "c1", "lock", "  已通知\n学员 ")
    assert "对各班的决定（1 项" in user.client.get(planned).text
    assert 'value="已通知 学员"' in user.client.get(f"{planned}/classes/c1").text
    decide(user, planned, "c1", "forbid")
    page = text_of(user.client.get(planned).text)
    assert "对各班的决定（1 项" in page and "禁止 c1" in page
    decide(user, planned, "c1", "")
    assert "对各班的决定" not in user.client.get(planned).text
    assert user.client.get(f"{planned}/files/plan.json").data == before
    assert user.client.post(f"{planned}/classes/c1/decision", data={"decision": "drop"}).status_code == 400


def test_planning_again_makes_a_version_that_says_what_moved(user: User, planned: str) -> None:
    """The forbidden class moves, the others stay; the old version and its decisions are as they were."""
    decide(user, planned, "c1", "lock", "已通知")
    decide(user, planned, "c2", "forbid", "场地占用")
    old = user.client.get(f"{planned}/files/plan.json").data
    answer = user.client.post(f"{planned}/replan", data={"tolerance": "0.005"})
    assert answer.status_code == 303 and answer.location != planned
    user.wait(answer.location)
    page = text_of(tab(user, answer.location, "versions"))
    assert "第 2 版" in page and "与第 1 版相比" in page and "照原样开 11" in page and "换了安排 1" in page
    assert "场地占用" in page and "已通知" in page
    assert len(re.findall(r"（王芳，20\d\d-\d\d-\d\d \d\d:\d\d）", page)) == 2  # whose decisions they are, since when
    assert "原有 12 个班，11 个照原样开。为少改动让出的预计就业（折算）：2.6 人，允许让出 0.5%。" in page
    assert user.client.get(f"{planned}/files/plan.json").data == old
    assert "对各班的决定（2 项" in user.client.get(planned).text


def test_the_planner_is_told_decisions_tolerance_and_the_plan_to_keep(user: User, planned: str, tmp_path: Path) -> None:
    """The words of sheet 固定班; carried decisions stay in a third version unless they are dropped or decided anew."""
    decide(user, planned, "c1", "lock", "已通知")
    decide(user, planned, "c2", "forbid")
    second = user.client.post(f"{planned}/replan", data={"tolerance": "0.0"}).location
    user.wait(second)
    decide(user, second, "c5", "lock")
    third = user.client.post(f"{second}/replan", data={"drop": "0"}).location
    user.wait(third)

    def told(address: str) -> list[tuple[str, str]]:
        folder = tmp_path / "data" / "jobs" / address.rsplit("/", 1)[1]
        entries = json.loads((folder / "decisions.json").read_text(encoding="utf-8"))["decisions"]
        return [(one["kind"], one["class"]) for one in entries]

    assert told(second) == [("必须开", "c1"), ("禁止", "c2")]
    assert told(third) == [("禁止", "c2"), ("必须开", "c5")]
    record = class_records(user, planned)[1]
    folder = tmp_path / "data" / "jobs" / second.rsplit("/", 1)[1]
    entry = json.loads((folder / "decisions.json").read_text(encoding="utf-8"))["decisions"][0]
    assert {key: entry[key] for key in ("course", "provider", "venue", "form", "start_week")} == {
        key: record[key] for key in ("course", "provider", "venue", "form", "start_week")
    }


def test_a_question_stands_before_a_version_is_final(user: User, planned: str) -> None:
    """The page before it says what final means and changes nothing; a final version is not asked about again."""
    question = user.client.get(f"{planned}/publish")
    assert question.status_code == 200
    text = question.get_data(as_text=True)
    assert "定稿？" in text and "不能删除" in text
    assert "已定稿" not in user.client.get(planned, follow_redirects=True).get_data(as_text=True)
    user.client.post(f"{planned}/publish")
    assert "已定稿" in user.client.get(planned, follow_redirects=True).get_data(as_text=True)
    assert user.client.get(f"{planned}/publish").status_code == 303


def test_a_published_version_is_planned_again_and_not_touched(user: User, planned: str) -> None:
    """It stays final and takes no decision; one on a class of it goes to the new version, which is not final."""
    assert user.client.post(f"{planned}/publish").status_code == 303
    refused = user.client.post(f"{planned}/classes/c2/decision", data={"decision": "forbid"})
    assert refused.status_code == 409 and "这一版已定稿" in refused.text
    assert 'id="decisions"' not in user.client.get(planned).text
    panel = user.client.get(f"{planned}/classes/c2").text
    assert "另成一版" in panel and f'action="{planned}/replan"' in panel
    second = user.client.post(f"{planned}/replan", data={"class": "c2", "decision": "forbid"}).location
    user.wait(second)
    assert "禁止" in user.client.get(f"{second}/result/versions").text
    assert "已定稿" in user.client.get(planned).text and "已定稿" not in text_of(user.client.get(second).text)


def test_a_tolerance_that_is_not_offered_is_refused(user: User, planned: str) -> None:
    """Only the page's own choices."""
    decide(user, planned, "c2", "forbid")
    assert user.client.post(f"{planned}/replan", data={"tolerance": "0.5"}).status_code == 400


def test_what_a_note_says_is_never_markup(user: User, planned: str) -> None:
    """Nor longer than a cell of the sheet holds well."""
    decide(user, planned, "c1", "lock", "<script>alert(1)</script>" + "长" * 400)
    for page in (user.client.get(planned).text, user.client.get(f"{planned}/classes/c1").text):
        assert "<script>alert" not in page and "长" * 201 not in page


# --- explanations ----------------------------------------------------------------------------------------------------


def test_an_explanation_fills_the_tabs(user: User, planned: str) -> None:
    """The gain on top, baselines, rules, townships, classes, verified reasons, and the workbook to download."""
    page = text_of(explained(user, planned))
    for words in ("与“按成本排队”相比", "+424", "404–436", "全部资金用途限制", "各乡镇还差什么", "每个班的作用"):
        assert words in page, words
    assert "再有 3.2 万元" in tab(user, planned, "unserved")
    assert "最该补的班" in tab(user, planned, "townships")
    assert "少开它，预计就业（折算）最多少 2.5 人" in user.client.get(f"{planned}/classes/c4").text
    assert user.client.get(f"{planned}/explanation/方案说明.xlsx").data == b"why"
    assert user.client.get(f"{planned}/explanation/plan.json").status_code == 404


def test_one_class_can_be_looked_into_alone(user: User, planned: str) -> None:
    """The class is explained; the plan is not."""
    page = text_of(explained(user, planned, **{"class": "c4"}))
    assert "开始说明" in page
    found = text_of(user.client.get(f"{planned}/classes/c4").text)
    for words in ("最多少 2.5 人", "换周次 2026-03-02 当周，集中", "−1.2", "资金不够"):
        assert words in found
    assert "查明原因" in user.client.get(f"{planned}/classes/c5").text


@pytest.mark.parametrize(("how", "sentence"), [("crash", "说明程序意外退出"), ("faults", "没有写出说明，原因如下")])
def test_an_explanation_that_failed_says_so_and_may_be_tried_again(user: User, how: str, sentence: str) -> None:
    """The plan is not affected."""
    address = user.start({"explain": how, "seconds": 0.1})
    user.wait(address)
    page = text_of(explained(user, address))
    assert sentence in page and "开始说明" in page


def test_an_explanation_can_be_followed_and_stopped(user: User) -> None:
    """It says what it is doing, and keeps what is finished."""
    address = user.start({"explain_seconds": 60, "seconds": 0.1})
    user.wait(address)
    user.client.post(f"{address}/explain")
    end = time.monotonic() + PATIENCE_SECONDS
    while "逐班测算少开的损失" not in user.client.get(f"{address}/explain/progress").text:
        assert time.monotonic() < end, "no progress"
        time.sleep(0.05)
    assert "停止，留下已算完的部分" in tab(user, address, "why")
    user.client.post(f"{address}/explain/stop")
    while user.client.get(f"{address}/explain/progress").headers["X-Job-State"] == "moving":
        assert time.monotonic() < end, "not stopped"
        time.sleep(0.05)
    assert "每条规则的代价" in tab(user, address, "why")


# --- outlines --------------------------------------------------------------------------------------------------------


def upload_outlines(user: User, address: str, content: bytes) -> str:
    form = {"outlines": (io.BytesIO(content), "乡镇.geojson")}
    return user.client.post(f"{address}/outlines", data=form, follow_redirects=True).text


def test_the_bureaus_outlines_are_used_by_all_its_plans(user: User, planned: str) -> None:
    """Figures come with them; names that fit nowhere are listed; removed, the schematic is back."""
    page = upload_outlines(user, planned, geojson(({"name": "城关镇"}, [SQUARE]), ({"name": "外县"}, [SQUARE])))
    assert "1 个乡镇对上了名称" in page and "外县" in page and "data-outlines" in page
    other = user.start({"seconds": 0.1})
    user.wait(other)
    data = user.client.get(f"{other}/outlines.json").json
    assert [feature["properties"]["name"] for feature in data["map"]["features"]] == ["城关镇"]
    assert data["values"][0]["value"] > 0 and data["limits"][0] == 0
    user.client.post(f"{planned}/outlines/delete")
    assert "data-outlines" not in tab(user, planned, "townships")
    assert user.client.get(f"{planned}/outlines.json").status_code == 404


def test_a_faulty_file_of_outlines_says_what_to_do(user: User, planned: str) -> None:
    """And changes nothing."""
    assert "文件不是 GeoJSON" in upload_outlines(user, planned, b"PK")
    assert "别处" in upload_outlines(user, planned, geojson(({"name": "别处"}, [SQUARE])))
    assert "data-outlines" not in tab(user, planned, "townships")


def test_every_township_of_the_workbook_is_on_the_schematic(user: User, planned: str) -> None:
    """With the figure of the table."""
    page = tab(user, planned, "townships")
    assert page.count('<g class="tile') == 9
    share = user.client.get(f"{planned}/result/townships?show=share").text
    assert share.count("%</text>") == 9


# --- who may what ----------------------------------------------------------------------------------------------------


def signed_in(app: Flask, account: Account) -> User:
    app.extensions["directory"].change_password(account, "another fine day")
    return clerk_of(app, account.login, "another fine day")


def test_another_bureau_sees_nothing_of_it(app: Flask, user: User, planned: str) -> None:
    """Every address of a result is not found, and nothing can be changed."""
    account, _ = app.extensions["directory"].open_bureau("乙县人社局", "other", "李")
    other = signed_in(app, account)
    pages = [*(f"result/{name}" for name in TABS), "gantt.json", "outlines.json", "classes/c1", "explain/progress"]
    for page in pages:
        assert user.client.get(f"{planned}/{page}").status_code in (200, 303, 404), page
        assert other.client.get(f"{planned}/{page}").status_code == 404, page
    for page in ("classes/c1/decision", "replan", "explain", "explain/stop", "outlines", "outlines/delete"):
        assert other.client.post(f"{planned}/{page}").status_code == 404, page


def test_a_viewer_looks_and_changes_nothing(app: Flask, planned: str) -> None:
    """No button is offered, and none works."""
    directory = app.extensions["directory"]
    (bureau,) = directory.bureaus()
    account, _ = directory.add("looker", "张", Role.VIEWER, bureau.id)
    viewer = signed_in(app, account)
    page = viewer.client.get(f"{planned}/classes/c1").text
    assert "学员来自" in page and "锁定：必须开" not in page and "查明原因</button>" not in page
    for verb in ("classes/c1/decision", "replan", "explain", "explain/stop", "outlines", "outlines/delete"):
        assert viewer.client.post(f"{planned}/{verb}").status_code == 403, verb


def test_a_plan_that_is_written_anew_is_shown_anew(user: User, planned: str) -> None:
    """What was read of a plan is kept only for as long as its file is the same."""
    record = class_records(user, planned)[0]
    address = f"{planned}/classes/{record['id']}"
    before = text_of(user.client.get(address).text)
    path = next(Path(user.client.application.config["DATA_FOLDER"]).glob("jobs/*/out/plan.json"))
    path.write_text(path.read_text(encoding="utf-8").replace(record["course"], "从未有过的课程"), encoding="utf-8")
    after = text_of(user.client.get(address).text)
    assert "从未有过的课程" in after and "从未有过的课程" not in before
