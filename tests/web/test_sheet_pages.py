"""The pages of the workbook's sheets: rows are found, changed, added, deleted and taken back."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from flask import Flask
from form_user import User, text_of
from sqlalchemy import select
from test_api_operations import Program, program  # noqa: F401
from test_data_pages import data, folder_of, planned_with, ready
from werkzeug.test import TestResponse

from web.clashes import ClashPlace, places_of
from web.sheet_pages import _alike
from web.sheet_view import LISTED_ROWS
from web.store.models import AccountRow, AuditRow, Role

A_LOCK = {"c-课程": "电工（双证）", "c-要求": "必须开", "c-班数": "2", "c-开班周": "2026-03-02", "c-说明": "订单班"}


def sheet_of(user: User, address: str, sheet: str = "locks", **query: str) -> str:
    return user.client.get(f"{address}/data/sheets/{sheet}", query_string=query).text


def save(user: User, address: str, row: str = "new", sheet: str = "locks", **fields: object) -> TestResponse:
    """Send the form of a row as the page shows it, with these fields besides."""
    path = f"{address}/data/sheets/{sheet}/rows/{row}"
    revision = re.search(r'name="revision" value="([^"]*)"', user.client.get(path).text)[1]
    return user.client.post(path, data={"revision": revision} | fields)


def delete(user: User, address: str, row: str, sheet: str = "locks") -> TestResponse:
    path = f"{address}/data/sheets/{sheet}/rows/{row}"
    revision = re.search(r'name="revision" value="([^"]*)"', user.client.get(path).text)[1]
    return user.client.post(f"{path}/delete", data={"revision": revision})


def edits_of(app: Flask, address: str) -> list[dict[str, object]]:
    return json.loads(folder_of(app, address).changed_workbook.read_bytes())["edits"]


def test_fixed_classes_stand_on_the_page_of_data_with_the_way_to_change_them(user: User) -> None:
    page = data(user, ready(user))
    fixed = page.split('id="fixed"')[1].split("</section>")[0]
    assert "家政服务员" in fixed and "品牌任务" in fixed and "/data/sheets/locks/rows/2" in fixed
    assert "/data/sheets/locks/rows/new" in fixed
    listed = page.split('id="sheets"')[1].split("</section>")[0]
    assert re.findall(r'lang="zh-CN">(\w+)</a>', listed) == ["固定班", "任务", "教师", "节假日", "需求"]


def test_the_form_of_a_fixed_class_offers_names_and_weeks_to_choose_from(user: User) -> None:
    """Nobody types the name of a course or the Monday of a week."""
    page = user.client.get(f"{ready(user)}/data/sheets/locks/rows/2").text
    assert '<option value="家政服务员" selected ' in page and '<option value="县职业技术学校" ' in page
    assert page.count('<option value="2026-') == 52 and ">2026-01-12（第 2 周）</option>" in page
    assert '<option value="必须开" selected ' in page


def test_a_fixed_class_is_added_listed_and_planned_with(app: Flask, user: User) -> None:
    address = ready(user)
    answer = save(user, address, **A_LOCK)
    assert answer.status_code == 303
    row = unquote(answer.location).rpartition("row=")[2]
    edits = [{"sheet": "固定班", "action": "add", "row": row, "values": {k[2:]: v for k, v in A_LOCK.items()}}]
    assert edits_of(app, address) == edits
    page = user.client.get(answer.location).text
    assert re.search(f'id="r-{row}" class="is-saved">.*?电工（双证）', page) and "已新增一行" in page
    changes = data(user, address).split('id="changes"')[1]
    assert "固定班 · 家政服务员 · 必须开" in changes and "新增一行" in changes and "王芳" in changes
    user.client.post(f"{address}/plan", data={"time_limit": "60", "budget": ""})
    user.wait(address)
    assert planned_with(app, address)["edits"] == edits


def test_only_cells_that_differ_are_changed(app: Flask, user: User) -> None:
    """Thousands separators and the order of ticked names are no difference."""
    address = ready(user)
    assert save(user, address, "2", "targets", **{"c-任务": "T1", "c-数值": "3,000"}).status_code == 303
    assert not folder_of(app, address).changes.exists()
    save(user, address, "2", "teachers", **{"c-教师": "张老师", "c-课程": ["", "养老护理员", "家政服务员"]})
    assert not folder_of(app, address).changes.exists()
    save(user, address, "2", "teachers", **{"c-课程": ["", "养老护理员"], "c-不可用": "2026-03-01"})
    assert [(one["column"], one["value"]) for one in edits_of(app, address)] == [
        ("课程", "养老护理员"), ("不可用", "2026-03-01"),
    ]  # fmt: skip


def test_every_ticked_name_can_be_taken_away(app: Flask, user: User) -> None:
    """A box that is not ticked sends nothing; the empty value beside it does."""
    address = ready(user)
    form = user.client.get(f"{address}/data/sheets/teachers/rows/2").text
    assert '<input type="hidden" name="c-课程" value="">' in form
    save(user, address, "2", "teachers", **{"c-课程": ""})
    assert [(one["column"], one["value"]) for one in edits_of(app, address)] == [("课程", "")]


def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(app: Flask, user: User) -> None:
    address = ready(user)
    answer = save(user, address, **(A_LOCK | {"c-班数": "错三"}))
    assert answer.status_code == 400
    field = answer.text.split('name="c-班数"')[1].split("</div>")[0]
    assert 'value="错三"' in field and 'aria-invalid="true"' in field and "只写数字" in field
    assert '<option value="电工（双证）" selected ' in answer.text and 'value="订单班"' in answer.text
    assert 'href="#e-4">班数' in answer.text
    assert not folder_of(app, address).changes.exists()


def test_a_deleted_row_is_gone_and_comes_back(app: Flask, user: User) -> None:
    address = ready(user)
    assert delete(user, address, "3").status_code == 303
    assert edits_of(app, address) == [{"sheet": "固定班", "action": "delete", "row": "3"}]
    assert "挖掘机操作" not in sheet_of(user, address)
    page = data(user, address).split('id="changes"')[1]
    change_id = re.search(r'name="change" value="(\w+)"', page)[1]
    assert "删除一行" in page
    user.client.post(f"{address}/data/undo", data={"change": change_id})
    assert "挖掘机操作" in sheet_of(user, address)


def test_a_row_that_others_need_is_not_deleted(app: Flask, user: User) -> None:
    """The page says where it is still used."""
    address = ready(user)
    answer = delete(user, address, "2", "teachers")
    assert answer.status_code == 400
    assert "这一行还不能删" in answer.text and '<span class="cell">B2</span>' in answer.text
    assert "只写数字" not in answer.text  # what would mend the other row is no advice on this one
    assert not folder_of(app, address).changes.exists()


def ask_to_delete(user: User, address: str) -> tuple[TestResponse, dict[str, str]]:
    """Ask to delete the task that others name; return the answer and what its form of confirmation holds."""
    answer = delete(user, address, "2", "targets")
    form = answer.text.split('rows/2/delete"')[1].split("</form>")[0]
    return answer, dict(re.findall(r'name="(revision|dependents)" value="([^"]*)"', form))


def test_a_row_that_others_name_is_asked_about_with_their_number_and_the_way_to_them(app: Flask, user: User) -> None:
    address = ready(user)
    answer, form = ask_to_delete(user, address)
    page, text = answer.text, text_of(answer.text)
    assert answer.status_code == 400 and form["dependents"] == "243"
    assert "还没有删除：有 243 行在用它" in text and "删除这一行，一并处理用它的 243 行" in text
    assert "需求 241" in text and "……等 241 行" in text and "行留下，名单里去掉 T1" in text and "整行删除" in text
    assert f'href="{address}/data/sheets/demand?words=T1"' in page
    assert (
        f'href="{address}/data/sheets/demand/rows/9"' in page and f'href="{address}/data/sheets/locks/rows/2"' in page
    )
    assert not folder_of(app, address).changes.exists()


def test_a_row_goes_with_those_that_name_it_and_all_come_back_at_once(app: Flask, user: User) -> None:
    address = ready(user)
    _, form = ask_to_delete(user, address)
    answer = user.client.post(f"{address}/data/sheets/targets/rows/2/delete", data=form)
    assert answer.status_code == 303
    assert "一并处理了用它的 243 行" in user.client.get(answer.location).text
    assert edits_of(app, address) == [{"sheet": "任务", "action": "delete", "row": "2", "dependents": 243}]
    page = data(user, address).split('id="changes"')[1]
    assert "删除一行，一并处理 需求 241 行、固定班 1 行、教师 1 行" in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page))
    change_id = re.search(r'name="change" value="(\w+)"', page)[1]
    user.client.post(f"{address}/data/undo", data={"change": change_id})
    assert "T1" in sheet_of(user, address, "targets") and not folder_of(app, address).changes.exists()


def test_the_audit_log_says_how_many_rows_went(app: Flask, user: User) -> None:
    address = ready(user)
    _, form = ask_to_delete(user, address)
    user.client.post(f"{address}/data/sheets/targets/rows/2/delete", data=form)
    with app.extensions["database"].reading() as session:
        (detail,) = [row.detail for row in session.scalars(select(AuditRow)) if row.action == "sheets.delete"]
    assert detail["rows"] == 244 and detail["along"] == {"需求": 241, "固定班": 1, "教师": 1}


@pytest.mark.parametrize("confirmed", ["200", "-5", "x"])
def test_fewer_rows_confirmed_than_there_are_delete_nothing(app: Flask, user: User, confirmed: str) -> None:
    address = ready(user)
    _, form = ask_to_delete(user, address)
    answer = user.client.post(f"{address}/data/sheets/targets/rows/2/delete", data=form | {"dependents": confirmed})
    assert answer.status_code == 400 and not folder_of(app, address).changes.exists()
    assert ("刚才确认的是 200 行，现在有 243 行用它" in answer.text) == (confirmed == "200")


def test_programs_confirm_the_number_of_rows_that_go(program: Program) -> None:  # noqa: F811
    path = f"/jobs/{program.upload()}/data/sheets/targets"
    seen = program.ask("GET", path)[1]["revision"]
    status, refused = program.ask("DELETE", f"{path}/rows/2?revision={seen}")
    assert status == 422 and refused["code"] == "not_valid"
    told = {fault["place"]: fault for fault in refused["faults"]}
    assert told["query.dependents"]["found"] == "243" and "设为 243" in told["query.dependents"]["problem"]
    assert "241 行用它" in told["需求"]["problem"] and "1 行留下" in told["教师"]["problem"]
    status, made = program.ask("DELETE", f"{path}/rows/2?revision={seen}&dependents=243")
    assert status == 200 and made["along"] == {"需求": 241, "固定班": 1, "教师": 1}
    assert made["revision"] != seen and program.ask("GET", path)[1]["count"] == 0


def test_faults_that_say_the_same_of_a_sheet_are_told_once() -> None:
    """With the first cells and their number: a deleted course is named by hundreds of rows."""
    faults = [{"sheet": "需求", "cell": f"D{n}", "problem": "没有名为“焊工”的课程"} for n in range(2, 32)]
    found = _alike([*faults, {"sheet": "资金", "cell": "", "problem": "没有数据行"}])
    assert [(one.cells, one.count) for one in found] == [(tuple(f"D{n}" for n in range(2, 10)), 30), ((), 1)]


def test_with_an_added_row_go_the_changes_of_it(app: Flask, user: User) -> None:
    """Undoing the addition alone would leave changes of nothing."""
    address = ready(user)
    row = unquote(save(user, address, **A_LOCK).location).rpartition("row=")[2]
    save(user, address, row, **{"c-班数": "4"})
    save(user, address, "2", **{"c-班数": "7"})
    first = re.findall(r'name="change" value="(\w+)"', data(user, address))[-1]
    user.client.post(f"{address}/data/undo", data={"change": first})
    assert [(one["row"], one["value"]) for one in edits_of(app, address)] == [("2", "7")]


def test_a_row_is_not_saved_over_what_somebody_else_changed(user: User) -> None:
    address = ready(user)
    save(user, address, **A_LOCK)
    answer = user.client.post(f"{address}/data/sheets/locks/rows/2", data={"revision": "-0", "c-班数": "8"})
    assert answer.status_code == 409 and "别人刚刚改过" in answer.text and 'value="8"' in answer.text
    assert user.client.post(f"{address}/data/sheets/locks/rows/2/delete", data={"revision": "-0"}).status_code == 409


def test_a_planner_that_breaks_down_loses_nothing_typed(user: User) -> None:
    address = ready(user, {"edit": "crash"})
    answer = save(user, address, **A_LOCK)
    assert answer.status_code == 500 and "改动没有保存" in answer.text and 'value="订单班"' in answer.text
    assert delete(user, address, "2").status_code == 500


def test_many_rows_are_paged_and_found_by_words(user: User) -> None:
    address = ready(user)
    page = sheet_of(user, address, "demand")
    assert page.count('<tr id="r-') == LISTED_ROWS and "第 1 页，共 3 页" in page
    assert 'id="r-251"' in sheet_of(user, address, "demand", page="3")
    assert 'id="r-251"' in sheet_of(user, address, "demand", row="251")
    found = sheet_of(user, address, "demand", words="财神镇")
    assert found.count('<tr id="r-') == 28 and "找到 28 行，共 250 行" in found
    assert sheet_of(user, address, "demand", words="财神镇 21").count('<tr id="r-') == 3
    for odd in ("0", "-1", "x", "99999999", "²"):
        assert sheet_of(user, address, "demand", page=odd).count('<tr id="r-') in (50, LISTED_ROWS)


def test_a_sheet_without_rows_says_what_is_assumed(user: User) -> None:
    page = text_of(sheet_of(user, ready(user), "holidays"))
    assert "工作簿里这张表没有内容。新增的行作补充，其余照旧按： 照常" in page and "新增一行" in page


def test_what_is_not_there_is_not_found(user: User) -> None:
    address = ready(user)
    for path in ("locks/rows/99", "nothing", "nothing/rows/new"):
        assert user.client.get(f"{address}/data/sheets/{path}").status_code == 404, path
    assert user.client.post(f"{address}/data/sheets/locks/rows/new/delete").status_code == 404


def test_a_planned_version_is_read_and_not_changed(app: Flask, user: User) -> None:
    address = user.start()
    user.wait(address)
    page = sheet_of(user, address)
    assert "家政服务员" in page and "/rows/" not in page and "要改，请另建一版" in page
    assert user.client.get(f"{address}/data/sheets/locks/rows/2").status_code == 303
    assert user.client.post(f"{address}/data/sheets/locks/rows/2", data=A_LOCK).status_code == 303
    assert user.client.post(f"{address}/data/sheets/locks/rows/2/delete").status_code == 303
    assert not folder_of(app, address).changes.exists()


def test_viewers_read_and_do_not_change(app: Flask, user: User) -> None:
    address = ready(user)
    with app.extensions["database"].writing() as session:
        for row in session.scalars(select(AccountRow)):
            row.role = Role.VIEWER
    page = sheet_of(user, address)
    assert "家政服务员" in page and "/rows/" not in page and "只能查看" in page
    assert user.client.get(f"{address}/data/sheets/locks/rows/2").status_code == 303
    assert user.client.post(f"{address}/data/sheets/locks/rows/2", data=A_LOCK).status_code == 403
    assert user.client.post(f"{address}/data/sheets/locks/rows/2/delete").status_code == 403


def test_the_audit_log_names_cells_and_rows_without_values(app: Flask, user: User) -> None:
    address = ready(user)
    save(user, address, "2", **{"c-说明": "张三说的"})
    save(user, address, **A_LOCK)
    delete(user, address, "3")
    with app.extensions["database"].reading() as session:
        rows = [(row.action, row.detail) for row in session.scalars(select(AuditRow)) if row.action[:6] == "sheets"]
    assert [(action, detail["cells"][0].rpartition("new-")[0] or detail["cells"][0]) for action, detail in rows] == [
        ("sheets.save", "固定班/说明/2"), ("sheets.save", "固定班/add/"), ("sheets.delete", "固定班/delete/3"),
    ]  # fmt: skip
    assert "张三" not in str(rows) and "电工" not in str(rows)


def test_the_english_pages_are_chinese_only_where_the_workbook_speaks(user: User) -> None:
    from test_form_manners import OwnWords

    user.client.get("/language/en")
    address = ready(user)
    pages = [sheet_of(user, address, sheet) for sheet in ("locks", "holidays", "demand")]
    pages += [user.client.get(f"{address}/data/sheets/{at}").text for at in ("locks/rows/2", "teachers/rows/new")]
    pages += [save(user, address, **(A_LOCK | {"c-班数": "错"})).text, delete(user, address, "2", "teachers").text]
    delete(user, address, "3")
    question, form = ask_to_delete(user, address)
    user.client.post(f"{address}/data/sheets/targets/rows/2/delete", data=form)
    assert [OwnWords.of(page) for page in [*pages, question.text, data(user, address)]] == [[]] * 9


def test_rows_are_asked_for_again_when_nobody_told_them(app: Flask, user: User) -> None:
    """Jobs of an older version of the service have none; rows that were added keep their names."""
    address = ready(user)
    row = unquote(save(user, address, **A_LOCK).location).rpartition("row=")[2]
    folder_of(app, address).sheets.unlink()
    assert f"/rows/{row}" in sheet_of(user, address)
    folder_of(app, address).sheets.write_text("no JSON", encoding="utf-8")
    assert f"/rows/{row}" in sheet_of(user, address)
    other = user.start()
    user.wait(other)
    folder_of(app, other).sheets.unlink()
    assert "家政服务员" in sheet_of(user, other)


# --- requirements that clash ----------------------------------------------------------------------------------------


def test_clashing_requirements_lead_to_the_rows_to_mend_in_a_new_version(user: User) -> None:
    """One step from the proof to the row; the version that was proved impossible stays."""
    address = user.start({"solve": "infeasible"})
    page = user.wait(address)
    told = html.unescape(text_of(page))
    assert "把“必须开”的班数改少" in told and "把“必须”改为“尽量”" in told
    forms = re.findall(r'name="to" value="(\w+)"><input type="hidden" name="words" value="([^"]*)"', page)
    assert forms == [("locks", "家政服务员"), ("targets", "T1")]
    for to, words in forms:
        answer = user.client.post(f"{address}/again", data={"to": to, "words": words})
        found = user.client.get(answer.location).text
        assert f"/data/sheets/{to}" in answer.location and found.count('<tr id="r-') == 1 and words in found
        assert f"/data/sheets/{to}/rows/2" in found
    assert user.client.post(f"{address}/again", data={"to": "//evil"}).location.count("/jobs/") == 1


def test_decisions_that_were_carried_are_named_where_they_may_clash(app: Flask, user: User) -> None:
    address = user.start({"solve": "infeasible"})
    user.wait(address)
    assert "也算固定班" not in user.client.get(address).text
    folder_of(app, address).decisions.write_text("[]", encoding="utf-8")
    assert "也算固定班" in user.client.get(address).text


def test_without_a_plan_in_time_the_way_to_relax_is_shown_but_not_after_a_stop(user: User) -> None:
    assert "去改固定班" in user.plan({"solve": "no_plan", "seconds": 0.2})
    address = user.start({"seconds": 60, "solve": "no_plan"})
    user.wait(address, "running")
    user.client.post(f"{address}/stop")
    assert "去改固定班" not in user.wait(address)


@pytest.mark.parametrize(
    ("clashes", "places"),
    [
        (["任务“T-脱贫”（脱贫人数 >= 9）：人数最多只有 3 人。"], [ClashPlace("targets", 1, "T-脱贫")]),
        (["固定班“焊工、县校”（必须开 2 个班）", "任务“T1”（x）", "任务“T2”（x）"],
         [ClashPlace("locks", 1, "焊工"), ClashPlace("targets", 2)]),
        (["固定班“焊工、县校”（必须开 2 个班）", "固定班“焊工、县校”（禁止）"], [ClashPlace("locks", 2, "焊工")]),
        (["（无法进一步指出是哪几项）", "资金“甲”不够"], []),
        ([], []),
    ],
)  # fmt: skip
def test_the_places_to_mend_are_read_from_the_sentences(clashes: list[str], places: list[ClashPlace]) -> None:
    assert list(places_of(clashes)) == places


# --- the JSON interface ---------------------------------------------------------------------------------------------


def test_a_program_reads_adds_changes_and_deletes_rows(program: Program) -> None:  # noqa: F811
    """The same as on the pages; each answer brings the revision for the next question."""
    path = f"/jobs/{program.upload()}/data"
    status, sheet = program.ask("GET", f"{path}/sheets/locks")
    assert (status, sheet["count"], sheet["open_to_changes"]) == (200, 2, True)
    assert [column["column"] for column in sheet["columns"]][:2] == ["课程", "机构"]
    values = {"课程": "电工（双证）", "要求": "必须开"}
    rows = f"{path}/sheets/locks/rows"
    status, added = program.ask("POST", rows, json={"revision": sheet["revision"], "values": values})
    assert (status, added["changed"]) == (200, 2)
    one = f"{rows}/{added['row']}"
    assert program.ask("PATCH", one, json={"revision": "-0", "values": {"班数": "3"}})[0] == 409
    status, changed = program.ask("PATCH", one, json={"revision": added["revision"], "values": {"班数": "3"}})
    assert (status, changed["changed"]) == (200, 1)
    cells = {row["row"]: row["cells"] for row in program.ask("GET", f"{path}/sheets/locks")[1]["rows"]}
    assert cells[added["row"]][:5] == ["电工（双证）", "", "", "3", "必须开"]
    status, gone = program.ask("DELETE", f"{one}?revision={changed['revision']}")
    assert status == 200 and program.ask("GET", f"{path}/sheets/locks")[1]["count"] == 2
    assert [one["action"] for one in program.ask("GET", path)[1]["changes"]] == ["add", "set", "delete"]
    assert program.ask("DELETE", f"{path}/changes")[1]["changes"] == []


@pytest.mark.parametrize(
    ("values", "place"), [({"没有": "1"}, "body.values.没有"), ({"班数": "错"}, "body.values.班数")]
)
def test_a_program_is_told_what_is_wrong_with_a_row(
    program: Program, values: dict[str, str], place: str  # noqa: F811
) -> None:  # fmt: skip
    path = f"/jobs/{program.upload()}/data/sheets/locks"
    revision = program.ask("GET", path)[1]["revision"]
    status, problem = program.ask("POST", f"{path}/rows", json={"revision": revision, "values": values})
    assert (status, [fault["place"] for fault in problem["faults"]]) == (422, [place])


def test_a_program_cannot_change_what_is_not_there_or_was_planned(
    program: Program, user: User, make_app: Callable[..., Flask]  # noqa: F811
) -> None:  # fmt: skip
    del make_app
    path = f"/jobs/{program.upload()}/data/sheets"
    revision = program.ask("GET", f"{path}/locks")[1]["revision"]
    assert program.ask("GET", f"{path}/nothing")[0] == 404
    assert program.ask("PATCH", f"{path}/locks/rows/99", json={"revision": revision})[0] == 404
    assert program.ask("DELETE", f"{path}/teachers/rows/2?revision={revision}")[0] == 422
    address = user.start()
    user.wait(address)
    assert program.ask("POST", f"{address}/data/sheets/locks/rows", json={})[0] == 409
