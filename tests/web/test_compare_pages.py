"""The page 对比 over the fake planner: asking, following, stopping, reading, downloading and deleting comparisons."""

from __future__ import annotations

import io
import json
import re
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from form_user import LOGIN, PASSWORD, User, clerk_of, text_of
from sqlalchemy import select
from test_data_pages import FUND
from test_form_manners import OwnWords

from web import compare_desk
from web.compare_asking import UNCERTAIN, Asked, Topic, read_asked
from web.compare_kept import Kept, comparisons_of
from web.data_folder import DataFolder
from web.jobs import Job
from web.store import audit
from web.store.models import ErrandKind, ErrandRow, Role
from web.store.tenancy import acting

PATIENCE_SECONDS = 60.0
THREE_BUDGETS = {"scenario": ["money_less", "money_more"], "money_less": "10", "money_more": "20", "curve": "1"}


def planned(user: User, orders: dict[str, Any] | None = None) -> str:
    """Plan to the end and return the address of the plan's comparisons."""
    address = user.start(orders)
    user.wait(address)
    return f"{address}/compare"


def ask(user: User, address: str, form: dict[str, Any] | None = None) -> str:
    """Send the form and return the address of the comparison."""
    answer = user.client.post(address, data=THREE_BUDGETS if form is None else form)
    assert answer.status_code == 303, text_of(answer.text)
    return answer.location


def ended(user: User, address: str) -> str:
    """Wait until a comparison is no longer on its way, and return its page."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (state := user.client.get(f"{address}/progress").headers["X-Job-State"]) in ("queued", "running"):
        assert time.monotonic() < end, f"still {state}"
        time.sleep(0.05)
    return user.client.get(address).text


def compared(user: User, form: dict[str, Any] | None = None, orders: dict[str, Any] | None = None) -> tuple[str, str]:
    """Plan, compare to the end; return the address of the comparison and its page."""
    address = ask(user, planned(user, orders), form)
    return address, ended(user, address)


def folder_of(app: Flask, address: str) -> Any:
    """The folder of the job whose comparisons have this address."""
    return DataFolder(Path(app.config["DATA_FOLDER"])).job(address.split("/jobs/")[1].split("/")[0])


def test_three_budgets_are_compared_with_their_proved_ranges(user: User) -> None:
    """Columns, verdicts, the curve with its table, and the papers to download."""
    address, page = compared(user)
    words = text_of(page)
    assert re.search(r"少 [\d.]+–[\d.]+ 人", words)
    assert "分不出高低（相差 -" in words and "离理论最优的差距（已证明）" in words
    assert page.count('data-chart="') == 2
    for file in ("情景对比表.xlsx", "情景对比表.pdf"):
        answer = user.client.get(f"{address}/files/{file}")
        assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]


def test_what_was_ticked_goes_to_the_planner_as_a_sheet(user: User, app: Flask) -> None:
    """It stands in the sheet of the kept comparison, word for word."""
    address = ask(user, planned(user))
    ended(user, address)
    (kept,) = comparisons_of(folder_of(app, address))
    (sheet,) = kept.scenarios.iterdir()
    rows = [[cell.value for cell in row][:4] for row in openpyxl.load_workbook(sheet)["情景"].iter_rows(min_row=2)]
    assert rows == [["资金少10%", "资金总额倍数", None, 0.9], ["资金多20%", "资金总额倍数", None, 1.2]]


def test_what_may_come_otherwise_stands_on_the_page_when_it_was_asked(user: User) -> None:
    """Drawn years, the cautious plan, shocks and alternatives, each with its table; else nothing of them."""
    address, page = compared(user, {"uncertain": list(UNCERTAIN)})
    for heading in ("年景变动：方案还值多少", "谨慎方案", "冲击检验：方案照原样还剩多少", "相近方案"):
        assert f"<h2>{heading}</h2>" in page
    assert "这些数来自抽取，不是证明。" in page
    overview = address.rsplit("/", 1)[0]
    assert 'id="shocks"' not in ended(user, ask(user, overview))


def test_what_was_asked_is_never_half_there(tmp_path: Path) -> None:
    """Whoever reads it while it is written anew reads the old words to their end."""
    path = tmp_path / "asked.json"
    Asked(Topic.SCENARIOS, curve=True).write(path)
    with path.open(encoding="utf-8") as reader:
        Asked(Topic.SCENARIOS, curve=True, errand_id="e" * 32).write(path)
        assert json.load(reader)["errand_id"] == ""
    assert read_asked(path).errand_id == "e" * 32
    assert [file.name for file in tmp_path.iterdir()] == ["asked.json"]


def test_a_comparison_that_ends_while_it_is_looked_at_is_done(
    user: User, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The errand may end between the look at it and the look at its answer: it is never told as failed."""
    address, _ = compared(user)
    (kept,) = comparisons_of(folder_of(app, address))
    record = kept.record.read_bytes()
    kept.record.unlink()
    errand_of = compare_desk.errand_of

    def ends_now(one: Kept) -> Any:
        errand = errand_of(one)
        kept.record.write_bytes(record)
        return errand

    monkeypatch.setattr(compare_desk, "errand_of", ends_now)
    assert user.client.get(f"{address}/progress").headers["X-Job-State"] == "done"


def test_only_differences_on_request(user: User) -> None:
    """Without a script, too: the address carries the wish."""
    address, page = compared(user)
    assert "only-differences" not in page
    assert "only-differences" in user.client.get(f"{address}?only=1").text


def test_a_comparison_shows_how_far_it_is_and_can_be_stopped(user: User) -> None:
    """What is worked on, with its value and bound; after the stop, what is done by then."""
    address = ask(user, planned(user, {"compare_seconds": 40}))
    end = time.monotonic() + PATIENCE_SECONDS
    while "已找到 3,412.0，至多可能 3,450.0" not in (part := user.client.get(f"{address}/progress").text):
        assert time.monotonic() < end, part
        time.sleep(0.05)
    assert "共约 13 项" in part and "正在测算：" in part
    user.client.post(f"{address}/stop")
    assert "测算中途停止，只有停止前算完的部分。" in text_of(ended(user, address))


def test_a_comparison_that_waits_can_be_withdrawn(user: User) -> None:
    """Behind another one; nothing is worked out, and the page says so."""
    address = planned(user, {"compare_seconds": 30})
    first, second = ask(user, address), ask(user, address, {"curve": "1"})
    assert "前面还有测算" in user.client.get(second).text
    user.client.post(f"{second}/stop")
    assert "测算被停止，没有算完任何一项" in text_of(ended(user, second))
    user.client.post(f"{first}/stop")
    assert "做过的对比" in user.client.get(address).text
    ended(user, first)


def test_faults_of_an_uploaded_sheet_are_listed_at_their_cells(user: User) -> None:
    """With what was found and the remedy; the file can be corrected and sent again."""
    address = planned(user, {"compare": "faults"})
    answer = user.client.post(f"{address}/file", data={"scenarios": (io.BytesIO(b"x"), "我的情景.xlsx")})
    words = text_of(ended(user, answer.location))
    assert "情景表有 1 处需要改正" in words
    for part in ("D3", "愿意人数必须是整数", "约50人", "只填数字，例如 50", "改好了，重新上传"):
        assert part in words
    assert "情景表有误" in text_of(user.client.get(address).text)


def test_an_uploaded_sheet_goes_to_the_planner_under_its_own_name(user: User, app: Flask) -> None:
    """Its bytes unchanged; a path in its name is not followed."""
    address = planned(user)
    data = {"scenarios": (io.BytesIO(b"sheet"), "../我的 情景.xlsx"), "curve": "1"}
    answer = user.client.post(f"{address}/file", data=data)
    ended(user, answer.location)
    (kept,) = comparisons_of(folder_of(app, address))
    assert [(path.name, path.read_bytes()) for path in kept.scenarios.iterdir()] == [("我的 情景.xlsx", b"sheet")]


@pytest.mark.parametrize(
    ("name", "words"), [("", "还没有选择文件"), ("情景.pdf", "“情景.pdf”不是情景表"), ("情景", "不是情景表")]
)
def test_what_is_no_sheet_is_refused_at_once(user: User, name: str, words: str) -> None:
    """With what may be sent."""
    address = planned(user)
    answer = user.client.post(f"{address}/file", data={"scenarios": (io.BytesIO(b"x"), name)})
    assert answer.status_code == 400 and words in answer.text


def test_the_template_is_the_planners_own(user: User) -> None:
    """It opens, with the page of instructions."""
    answer = user.client.get(f"{planned(user)}/template.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames == ["情景", "填写说明"]


@pytest.mark.parametrize(
    ("how", "words"),
    [("crash", "测算程序意外退出，没有结果"), ("refused", "没有测算，原因如下： 没有找到方案。")],
)
def test_a_planner_that_fails_is_told_honestly(user: User, how: str, words: str) -> None:
    """And the plan stands as it was."""
    address, page = compared(user, orders={"compare": how})
    assert words in text_of(page)
    assert user.client.get(address.rsplit("/compare", 1)[0]).status_code == 200


def test_the_form_comes_back_as_it_was_filled_in_with_its_faults(user: User) -> None:
    """400, the fault at its field, what was ticked still ticked."""
    address = planned(user)
    answer = user.client.post(address, data={"scenario": ["money_less", "late"], "money_less": "很多", "late": "3"})
    assert answer.status_code == 400
    assert "“很多”不行：请填 0.1 到 100 之间的数。" in answer.text
    assert re.search(r'value="late" checked', answer.text) and 'value="很多"' in answer.text


# --- how long ---


def test_each_question_says_about_how_long_it_takes_by_the_plans_own_search(user: User) -> None:
    """The plan's search hit its limit, so a usual one is taken; nothing was compared yet, so the ranges are wide."""
    page = user.client.get(planned(user)).text
    told = {asked: words for asked, words in re.findall(r'data-asked="[\d.]+ ([\d. ]+)">([^<]+)<', page)}
    assert (told["4.0 10"], told["20.0 20"], told["0.3 0"]) == ("约 1–4 分钟", "约 2–15 分钟", "不到 1 分钟")
    assert "还没有测算过，时间按本方案的规划所用（1 分 1 秒）推算" in text_of(page)


def test_the_next_comparison_is_estimated_by_what_the_one_before_took(app: Flask, user: User) -> None:
    """It took 600 seconds; another that was stopped teaches nothing."""
    address = planned(user)
    first = ask(user, address, {"curve": "1"})
    ended(user, first)
    with app.extensions["database"].writing() as session:
        (row,) = session.scalars(select(ErrandRow).where(ErrandRow.kind == "compare"))
        row.started_at = row.finished_at - 600.0
    page = user.client.get(address).text
    assert "时间按以前 1 次测算实际用的推算" in text_of(page)
    (curve,) = re.findall(r'name="curve".*?class="about"[^>]*>([^<]+)<', page)
    low, high = map(int, re.findall(r"\d+", curve))
    assert 3 <= low < 8 <= high <= 15
    with app.extensions["database"].writing() as session:
        session.scalars(select(ErrandRow).where(ErrandRow.kind == "compare")).one().stop_requested = True
    assert "还没有测算过" in text_of(user.client.get(address).text)


def test_what_other_bureaus_comparisons_took_is_not_told(app: Flask, user: User) -> None:
    ended(user, ask(user, planned(user), {"curve": "1"}))
    desk, directory = app.extensions["desk"], app.extensions["directory"]
    ours = directory.everyone()[0]
    with acting(ours.actor):
        theirs, _ = directory.open_bureau("乙县人社局", "yi", "乙")
        assert len(desk.errands.done(ErrandKind.COMPARE, 9)) == 1
    with acting(theirs.actor):
        assert desk.errands.done(ErrandKind.COMPARE, 9) == []


def test_a_comparison_on_its_way_says_how_long_it_has_taken_and_will(user: User) -> None:
    """Nothing is promised: what it was estimated at, and what has gone by."""
    address = ask(user, planned(user, {"compare_seconds": 40}), {"uncertain": "alternatives"})
    end = time.monotonic() + PATIENCE_SECONDS
    while "已用" not in (part := user.client.get(f"{address}/progress").text):
        assert time.monotonic() < end, part
        time.sleep(0.05)
    assert re.search(r"已用 \d+ 秒。 估计还要约 \d+–\d+ 分钟。", text_of(part))
    user.client.post(f"{address}/stop")
    ended(user, address)


# --- more money ---


def test_without_a_curve_more_money_can_be_worked_out(user: User) -> None:
    """The page says why it does not know, and offers the way."""
    address = planned(user)
    assert "还没有预算曲线，不能马上回答" in text_of(user.client.get(f"{address}?more=5").text)
    answer = user.client.post(f"{address}/more", data={"more": "5"})
    page = text_of(ended(user, answer.location))
    assert re.search(r"多给 5 万元，已定的班都保留：至少多就业 [\d.]+ 人，至多 [\d.]+ 人（已证明）", page)
    assert "精确测算：已定的班都保留" in text_of(user.client.get(f"{address}/more?more=5").text)


def test_with_a_curve_more_money_is_answered_at_once(user: User) -> None:
    """The range that the curve proves, beside this plan's own jobs."""
    address = planned(user, {"value": 137.5})
    ended(user, ask(user, address))
    words = text_of(user.client.get(f"{address}/more?more=5").text)
    assert re.search(r"多给 5 万元：至少多就业 10\.\d 人，至多 2\d\.\d 人（已证明）", words)
    assert "看预算曲线" in words


@pytest.mark.parametrize("text", ["很多", "-3", "0"])
def test_an_amount_that_is_none_is_told(user: User, text: str) -> None:
    """With what may be written; nothing is started."""
    address = planned(user)
    assert f"“{text}”看不懂" in user.client.get(f"{address}/more", query_string={"more": text}).text
    assert user.client.post(f"{address}/more", data={"more": text}).status_code == 400


# --- another plan ---


def test_another_plan_is_set_beside_this_one(user: User) -> None:
    """Figures at both sides, every class that changed, each township."""
    first = user.start({"classes": 5})
    user.wait(first)
    address = planned(user, {"classes": 12})
    other = first.rsplit("/", 1)[1]
    assert "第 1 版" in user.client.get(address).text
    answer = user.client.post(f"{address}/plans", data={"other": other})
    page = ended(user, answer.location)
    words = text_of(page)
    assert "开班（个） 5 12 +7" in words and "逐班变动" in words and "双河街道" in words
    assert user.client.get(f"{answer.location}/files/方案变动表.xlsx").data == b"xlsx"


def beside_the_one_before(user: User, first: str, second: str) -> tuple[str, Path]:
    """Set the earlier version beside the later one; return the comparison's address and its folder."""
    answer = user.client.post(f"{second}/compare/plans", data={"other": first.rsplit("/", 1)[1]})
    ended(user, answer.location)
    return answer.location, Path("comparisons") / answer.location.rsplit("/", 1)[1]


def test_a_changed_class_says_whose_decision_it_was_and_when(app: Flask, user: User) -> None:
    """The class that was forbidden in the earlier version; nothing is said of the others."""
    first = user.start()
    user.wait(first)
    form = {"decision": "forbid", "note": "场地占用"}
    user.client.post(f"{first}/classes/c2/decision", data=form)
    second = user.client.post(f"{first}/replan", data={"tolerance": "0.005"}).location
    user.wait(second)
    address, kept = beside_the_one_before(user, first, second)
    path = DataFolder(app.config["DATA_FOLDER"]).job(second.rsplit("/", 1)[1]).root / kept / "out" / "difference.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    classes = json.loads(user.client.get(f"{first}/files/plan.json").data)["classes"]
    before = next(row for row in classes if row["id"] == "c2")
    record["classes"] = [record["classes"][1], record["classes"][1] | {"before": before | {"persons": 30}}]
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    page = user.client.get(address).text
    rows = page.split('id="classes"')[1].split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    assert "决定" not in rows[0]
    said = re.sub(r"\s+", "", text_of("<main>" + rows[1]))
    assert re.search(r"本方案的决定：禁止场地占用（王芳，20\d\d-\d\d-\d\d\d\d:\d\d）", said)
    who = text_of("<main>" + page.split('id="who"')[1].split("</section>")[0])
    assert "本方案：" in who and "第 2 版" in who and "，由 王芳 于" in who
    assert "两份方案的数据没有在本系统里改动过" in who


def test_values_changed_between_two_versions_say_who_changed_them_and_when(user: User) -> None:
    first = user.start()
    user.wait(first)
    second = user.client.post(f"{first}/again").location
    page = user.client.get(f"{second}/data").text
    revision = re.search(r'name="revision" value="([^"]*)"', page)[1]
    assert user.client.post(f"{second}/data", data={"revision": revision, FUND: "7654321"}).status_code == 303
    user.client.post(f"{second}/plan", data={"time_limit": "60", "budget": ""})
    user.wait(second)
    address, _ = beside_the_one_before(user, first, second)
    who = text_of("<main>" + user.client.get(address).text.split('id="who"')[1].split("</section>")[0])
    assert re.search(r"本方案 资金 .*金额 \S+ 7654321 王芳 20\d\d-", who), who


def test_of_a_plan_that_is_gone_nothing_is_said(user: User) -> None:
    first = user.start()
    user.wait(first)
    second = user.client.post(f"{first}/again").location
    user.client.post(f"{second}/plan", data={"time_limit": "60", "budget": ""})
    user.wait(second)
    address, _ = beside_the_one_before(user, first, second)
    assert 'id="who"' in user.client.get(address).text
    user.client.post(f"{first}/delete")
    assert 'id="who"' not in user.client.get(address).text


def test_only_a_finished_plan_of_the_bureau_can_be_chosen(user: User) -> None:
    """Anything else is told at the list."""
    address = planned(user)
    unfinished = user.upload().rsplit("/", 1)[1]
    for other in ("", "unknown", unfinished, address.split("/")[-2]):
        answer = user.client.post(f"{address}/plans", data={"other": other})
        assert answer.status_code == 400


# --- a scenario becomes a version ---


def jobs_of(app: Flask) -> list[Job]:
    """All versions, newest first."""
    return app.extensions["desk"].jobs.listed()


def test_a_scenario_becomes_the_next_version_with_its_own_workbook_and_plan(user: User, app: Flask) -> None:
    """Planned from the scenario's plan to a whole result, with days; version, comparison and log stay and say so."""
    address, page = compared(user)
    assert re.findall(r'name="scenario" value="(\d)"', page) == ["1", "2"]  # the base is this version already
    base = folder_of(app, address)
    (kept,) = comparisons_of(base)
    version = user.client.post(f"{address}/adopt", data={"scenario": "2"}).location
    user.wait(version)
    made, before = jobs_of(app)
    assert (made.version, made.series_id, made.parent_id) == (2, before.series_id, before.id)
    folder, source = folder_of(app, f"{version}/compare"), kept.plan_of(2)
    assert source is not None
    assert folder.workbook(made.file_name).read_bytes() == (source / "input.xlsx").read_bytes()
    assert made.summary is not None and made.summary["total_funds"] == "23100.00"  # not the base's
    planned_classes, scenario_classes = (
        [row["id"] for row in json.loads((place / "plan.json").read_text(encoding="utf-8"))["classes"]]
        for place in (folder.output, source)
    )
    assert planned_classes == scenario_classes
    assert json.loads((folder.output / "plan.json").read_text(encoding="utf-8"))["sessions"]
    for tab in ("targets", "townships", "funds", "unserved", "papers", "versions"):
        assert user.client.get(f"{version}/result/{tab}").status_code == 200, tab
    assert "本版采用对比的情景“资金多20%”" in text_of(user.client.get(f"{version}/result/versions").text)
    assert kept.answered and (base.output / "plan.json").is_file()
    with app.extensions["database"].reading() as session:
        assert [entry.action for entry in audit.entries(session)].count("compare.adopt") == 1


def test_a_scenario_with_full_width_marks_in_its_name_is_kept(user: User, app: Flask) -> None:
    """The planner reads them as half-width ones, and names its folders so."""
    address, _ = compared(user, {"scenario": "farming_strict", "farming_strict": "0.3"})
    (kept,) = comparisons_of(folder_of(app, address))
    assert kept.asked.rows[0][0] == "农忙从严（0.3）" and kept.plan_of(1) is not None


def test_the_page_says_what_adopting_a_scenario_will_do(user: User) -> None:
    """Before anything is begun: whose data, what stays, what may move, how long."""
    words = text_of(compared(user)[1])
    moving = ("至多让出预计就业的 0.1%", "会排好课表、经过核对")
    for part in ("采用后另成一版并马上规划", *moving, "寻优最长 1 分钟", "本方案和这次对比都不变"):
        assert part in words


def test_what_has_no_plan_of_its_own_is_not_adopted(user: User, app: Flask) -> None:
    """The base, a place beyond the last, no number at all: told, and there is no version."""
    address, _ = compared(user)
    for scenario in ("0", "7", "-1", "x", ""):
        answer = user.client.post(f"{address}/adopt", data={"scenario": scenario}, follow_redirects=True)
        assert "这个情景没有留下方案" in answer.text
    assert len(jobs_of(app)) == 1


def test_a_comparison_that_kept_no_plans_says_how_to_get_them(user: User) -> None:
    """Those of earlier versions of this program: no button that leads nowhere."""
    _, page = compared(user, orders={"compare": "no_plans"})
    assert "采用这个情景为方案" not in page and "请再测算一次" in page


def test_a_scenario_whose_workbook_cannot_be_looked_at_makes_no_version(user: User, app: Flask) -> None:
    """Nothing half made is left behind."""
    address, _ = compared(user)
    (kept,) = comparisons_of(folder_of(app, address))
    source = kept.plan_of(1)
    assert source is not None
    (source / "input.xlsx").write_bytes(b"{")
    answer = user.client.post(f"{address}/adopt", data={"scenario": "1"}, follow_redirects=True)
    assert "读取情景的工作簿没有完成" in answer.text and len(jobs_of(app)) == 1
    assert len(list((Path(app.config["DATA_FOLDER"]) / "jobs").iterdir())) == 1


# --- what is kept ---


def test_comparisons_stay_with_the_plan_and_can_be_deleted(user: User, app: Flask) -> None:
    """Newest first, with date and what was asked; a question comes before deleting, and nothing is left behind."""
    address = planned(user)
    ended(user, ask(user, address))
    second = ask(user, address, {"scenario": "farming_off"})
    ended(user, second)
    listed = re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', user.client.get(address).text)
    assert listed == ["农忙不考虑", "资金少10%、资金多20%、预算曲线"]
    assert "删除这次对比？" in user.client.get(f"{second}/delete").text
    assert user.client.post(f"{second}/delete").location == address
    assert user.client.get(second).status_code == 404
    assert len(comparisons_of(folder_of(app, address))) == 1


def test_a_comparison_on_its_way_is_not_deleted(user: User) -> None:
    """It must be stopped first."""
    address = ask(user, planned(user, {"compare_seconds": 30}))
    assert user.client.post(f"{address}/delete").location == address
    assert user.client.get(address).status_code == 200
    user.client.post(f"{address}/stop")
    ended(user, address)


def test_who_had_it_worked_out_and_who_deleted_it_is_written_down(user: User, app: Flask) -> None:
    """In the audit log, without names or figures."""
    address, _ = compared(user, {"curve": "1"})
    user.client.post(f"{address}/delete")
    with app.extensions["database"].reading() as session:
        actions = [entry.action for entry in audit.entries(session)]
    assert actions.count("compare.start") == 1 and actions.count("compare.delete") == 1


def test_an_unfinished_plan_has_no_comparisons(user: User) -> None:
    """There is nothing to compare yet."""
    address = user.upload()
    user.wait(address)
    assert user.client.get(f"{address}/compare").status_code == 404
    assert user.client.post(f"{address}/compare", data=THREE_BUDGETS).status_code == 404


def test_an_unknown_comparison_is_not_found(user: User) -> None:
    """Nor is a folder outside."""
    address = planned(user)
    for name in ("unknown-name", "..", "%2e%2e", "short"):
        for page in ("", "/progress", "/delete", "/files/compare.json"):
            assert user.client.get(f"{address}/{name}{page}").status_code == 404


def test_only_papers_can_be_downloaded(user: User) -> None:
    """Not the record, not the log, not what was asked."""
    address, _ = compared(user)
    for file in ("compare.json", "asked.json", "..%2fasked.json", "planner.log"):
        assert user.client.get(f"{address}/files/{file}").status_code == 404


def test_a_record_that_cannot_be_read_is_no_trace(user: User, app: Flask) -> None:
    """The page says that there is no result."""
    address, _ = compared(user)
    (kept,) = comparisons_of(folder_of(app, address))
    kept.record.write_text("{", encoding="utf-8")
    answer = user.client.get(address)
    assert answer.status_code == 200 and "没有完成" in text_of(answer.text)


def test_english_pages_are_chinese_only_where_the_workbook_speaks(user: User) -> None:
    """Every page of comparisons, on its way, done, faulty and between plans."""
    first = user.start({"classes": 3})
    user.wait(first)
    address = planned(user)
    user.client.get("/language/en")
    everything = THREE_BUDGETS | {"nested": "1", "front": ["heads", "fairness", "farming"], "jobs": "150",
                                  "persons": "300", "uncertain": list(UNCERTAIN)}  # fmt: skip
    done = ask(user, address, everything)
    pages = [user.client.get(done).text, ended(user, done)]
    more = user.client.post(f"{address}/more", data={"more": "5"}).location
    plans = user.client.post(f"{address}/plans", data={"other": first.rsplit("/", 1)[1]}).location
    pages += [ended(user, more), ended(user, plans), user.client.get(f"{plans}/delete").text]
    pages += [user.client.get(f"{address}?more=5").text, user.client.get(f"{address}?more=x").text]
    faulty = planned(user, {"compare": "faults"})
    pages.append(ended(user, ask(user, faulty, {"curve": "1"})))
    for page in pages:
        assert OwnWords.of(page) == []


def test_pages_have_no_inline_script_or_style_and_stay_small(user: User) -> None:
    """Charts are data of an element; the library is a file of its own."""
    address, page = compared(user, THREE_BUDGETS | {"nested": "1", "front": ["heads", "fairness", "farming"]})
    for text in (page, user.client.get(address.rsplit("/", 1)[0]).text):
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", text)
        assert not re.search(r'(src|href)="(https?:)?//', text)
        assert len(text.encode()) < 300_000


def test_what_a_workbook_says_is_never_markup(user: User, app: Flask) -> None:
    """Neither in a table nor in a chart's data."""
    address, _ = compared(user)
    (kept,) = comparisons_of(folder_of(app, address))
    evil = '"><img src=x onerror=alert(1)>'
    text = kept.record.read_text(encoding="utf-8").replace("资金少10%", evil.replace('"', '\\"'))
    kept.record.write_text(text, encoding="utf-8")
    page = user.client.get(address).text
    assert "<img src=x" not in page and "onerror=alert(1)" in page


# --- who may ---


def test_viewers_look_and_download_but_start_and_delete_nothing(user: User, app: Flask) -> None:
    """No form is offered to them, and none is accepted."""
    address, _ = compared(user)
    viewer = a_viewer(app)
    overview = address.rsplit("/", 1)[0]
    assert viewer.client.get(address).status_code == 200
    assert viewer.client.get(f"{address}/files/情景对比表.pdf").status_code == 200
    page = viewer.client.get(f"{overview}?more=5").text
    assert "开始测算" not in page and "精确测算多给" not in page and "/delete" not in page
    for path in (overview, f"{overview}/file", f"{overview}/more", f"{overview}/plans", f"{address}/stop",
                 f"{address}/delete"):  # fmt: skip
        assert viewer.client.post(path).status_code == 403


def a_viewer(app: Flask) -> User:
    """A colleague of the clerk who may only look, signed in."""
    directory = app.extensions["directory"]
    bureau = directory.sign_in(LOGIN, PASSWORD).bureau_id
    account, _ = directory.add("viewer", "李看", Role.VIEWER, bureau)
    directory.change_password(account, PASSWORD)
    return clerk_of(app, "viewer", PASSWORD)
