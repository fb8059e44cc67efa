"""One walk through the whole service in a real browser with the real planner, in both languages: nothing is played.

The county is so small that its best plan is known by trying every plan; what the pages show is compared with that. On
English pages nothing but the names of the user's own files may stay Chinese.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from chinese_left import chinese_left, watch, words_of_the_contract, words_of_workbooks
from pypdf import PdfReader
from test_form_browser import CHROMIUM, REAL_PLANNER, ROOT, assert_fits, browser, page, serve
from test_story_browser import LOGIN, PASSWORD, Clerk, compare_three_budgets, upload_and_confirm
from township_files import ODD_HEADING, write_county, write_survey

from planner.domain.instance import Fund
from tests.oracle.enumeration import a_tiny_instance, best_by_enumeration

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (or name it in $CHROMIUM)")
__all__ = ["browser", "page", "serve"]

BUREAU, NAME = "某县人社局", "王芳"
FUND_YUAN, BUDGETS_YUAN = 1000, (450, 750)
NOTE = "已与乡镇商量"
ARRANGEMENT = ("course", "provider", "venue", "form", "start_week")


def best_jobs(fund_yuan: int) -> float:
    """Return the most expected jobs that the tiny county can have for so much money, by trying every plan."""
    value, _ = best_by_enumeration(a_tiny_instance(funds=(Fund("就业资金", 100 * fund_yuan),)))
    return value


def set_up(clerk: Clerk, address: str) -> None:
    """Open the service for the first time as its administrator."""
    clerk.page.goto(address)
    if clerk.texts:
        clerk.page.click(".languages >> text=English")
    clerk.fill(bureau=BUREAU, name=NAME, login=LOGIN, password=PASSWORD, again=PASSWORD)
    clerk.press("开始使用")
    clerk.page.wait_for_selector(f"h1:has-text('{clerk.say('工作台')}')")


def stop_a_search(clerk: Clerk) -> None:
    """Plan the sample county until there are a plan and a bound, then stop: that plan is the result."""
    page = clerk.page
    page.click(f"main button.county:has-text('{clerk.say('示例县')}')")
    clerk.press("开始规划")
    found = clerk.say("已找到方案：预计就业（折算）%(jobs)s 人；最多还可能提高 %(share)s").partition(" %(jobs)s")[0]
    page.wait_for_selector(f"[data-part=sentence]:has-text('{found.partition('%')[0]}')")
    for line in ("path.value-line", "path.bound-line"):
        page.wait_for_selector(line, state="attached")
    assert_fits(page)
    clerk.press("停止并采用当前方案")
    page.wait_for_selector("table.classes tbody tr")
    assert clerk.say("规划由您停止，采用了当时最好的方案。") in (page.text_content("main .lead") or "")
    clerk.follow("工作台", "header")


def plan_of(clerk: Clerk, folder: Path) -> dict[str, Any]:
    """Download the record of the plan on the screen."""
    clerk.follow("下载与文书", ".tabs")
    record = clerk.save("a[href$='plan.json']", folder / "plan.json")
    plan: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    clerk.follow("开班时间表", ".tabs")
    return plan


def arrangements(plan: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return how each class is arranged, by its id."""
    return {row["id"]: tuple(str(row[key]) for key in ARRANGEMENT) for row in plan["classes"]}


def decide(clerk: Clerk, class_id: str, decision: str) -> None:
    """Lock or forbid a class with a note in the panel beside the schedule."""
    page = clerk.page
    page.click(f"table.classes a[data-panel='{class_id}']")
    page.wait_for_selector(f".panel .class-detail[data-class-id='{class_id}']")
    page.fill(".panel #note", NOTE)
    clerk.press(decision, ".panel")
    page.wait_for_selector(f"#decisions a[data-panel='{class_id}']")


def open_all_papers(clerk: Clerk, folder: Path) -> None:
    """Have all papers written and open every one: workbooks, PDF documents, calendars."""
    page = clerk.page
    clerk.follow("下载与文书", ".tabs")
    clerk.press("生成全部文书")
    page.wait_for_selector("#papers a[href$='all.zip']")
    opened: dict[str, int] = {}
    with zipfile.ZipFile(clerk.save("#papers a[href$='all.zip']", folder / "papers.zip")) as archive:
        for name in archive.namelist():
            kind = Path(name).suffix
            with archive.open(name) as file:
                if kind == ".xlsx":
                    assert any(row for sheet in openpyxl.load_workbook(file) for row in sheet.iter_rows()), name
                elif kind == ".pdf":
                    assert PdfReader(file).pages[0].extract_text().strip(), name
                elif kind == ".ics":
                    assert b"BEGIN:VEVENT" in file.read(), name
            opened[kind] = opened.get(kind, 0) + 1
    assert min(opened[".xlsx"], opened[".pdf"], opened[".ics"]) >= 2
    assert openpyxl.load_workbook(clerk.save("a[href$='plan.xlsx']", folder / "plan.xlsx")).sheetnames


def make_final(clerk: Clerk, address: str) -> None:
    """Make the version final after the question; then nothing of it can be changed, and the log says what was done."""
    page = clerk.page
    plan = page.url.split("/result/")[0].split("#")[0]
    clerk.follow("定稿", ".version-bar")
    clerk.press("定稿", "main .actions")
    page.wait_for_selector("main .line-published")
    token = page.locator("[name=csrf_token]").first.input_value()
    for place in ("plan", "data", "delete"):
        form = {"csrf_token": token, "time_limit": "60"}
        assert page.context.request.post(f"{plan}/{place}", form=form, max_redirects=0).status == 303
    page.goto(f"{plan}/data")
    assert page.locator("main input:enabled:visible").count() == 0
    page.goto(plan)
    page.wait_for_selector("main .line-published")
    page.goto(f"{address}/admin/audit")
    done = page.locator("main tbody tr").all_text_contents()
    assert clerk.say("定稿") in done[0] and clerk.say("生成全部文书") in done[1]
    assert not any(clerk.say("删除版本") in line for line in done)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_whole_service_with_the_real_planner(
    page: Page, serve: Callable[..., str], tmp_path: Path, language: str
) -> None:
    """From the first start over a messy wide sheet to a final plan and its papers; each figure is the best there is."""
    page.set_default_timeout(120_000)
    bundled = tmp_path / "instances"
    write_county(bundled / "hezhang.xlsx")
    (bundled / "demo.xlsx").write_bytes((ROOT / "instances" / "demo.xlsx").read_bytes())
    survey = write_survey(tmp_path / "两镇.xlsx", "东山", "西河", heading=ODD_HEADING)
    address = serve(set_up=False, PLANNER_COMMAND=REAL_PLANNER)
    clerk = Clerk(page, language)
    watch(page.context)
    set_up(clerk, address)
    stop_a_search(clerk)
    upload_and_confirm(clerk, survey, base="bundled:hezhang")
    clerk.press("开始规划")
    page.wait_for_selector("table.classes tbody tr")
    assert clerk.say("已证明没有更好的方案。") in (page.text_content("main .lead") or "")
    first_page, first = page.url, plan_of(clerk, tmp_path)
    assert first["value"] == pytest.approx(best_jobs(FUND_YUAN))

    compare_three_budgets(clerk, budgets=BUDGETS_YUAN)
    jobs = page.locator(f"table.sides tr:has-text('{clerk.say('预计就业（折算，人）')}') td").all_text_contents()
    assert [text.strip() for text in jobs] == [f"{best_jobs(yuan):.1f}" for yuan in (FUND_YUAN, *BUDGETS_YUAN)]

    page.goto(first_page)
    before = arrangements(first)
    locked, forbidden = sorted(before)[:2]
    decide(clerk, locked, "锁定：必须开")
    decide(clerk, forbidden, "禁止：不要这样开")
    assert_fits(page)
    clerk.press("按这些决定再规划")
    clerk.see("第 %(version)s 版", "h1", version=2)
    after = list(arrangements(plan_of(clerk, tmp_path)).values())
    assert before[locked] in after and before[forbidden] not in after
    clerk.follow("版本", ".tabs")
    page.wait_for_selector("#difference")
    assert (page.text_content("main") or "").count(NOTE) == 2

    open_all_papers(clerk, tmp_path)
    make_final(clerk, address)
    clerk.press("退出", "header")
    page.wait_for_selector("#login")
    if language == "en":
        data = words_of_workbooks([bundled / "hezhang.xlsx", bundled / "demo.xlsx", survey]) | words_of_the_contract()
        assert "\n".join(chinese_left(page, data | {BUREAU, NAME, NOTE})) == ""


