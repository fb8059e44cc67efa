"""Comparisons in a real browser, in both languages: ask, follow, stop, read charts, ask for more money, download."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from test_form_browser import CHROMIUM, REAL_PLANNER, assert_fits, browser, enter, page, serve, upload

from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import tiny_instances

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (or name it in $CHROMIUM)")
__all__ = ["browser", "page", "serve"]


def plan(page: Page, address: str, **orders: Any) -> None:
    """Plan with the fake planner to the end and open the page of comparisons."""
    upload(page, address, **({"seconds": 0.2} | orders))
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("h2:has-text('开班表')")
    page.goto(f"{page.url.split('#')[0].split('?')[0]}/compare")


def inked(page: Page, chart: str) -> int:
    """Number of colours drawn on a chart once it is there: an empty canvas has one."""
    page.wait_for_selector(f"{chart} canvas")
    return int(page.evaluate(
        """chart => {
          const canvas = document.querySelector(chart + " canvas");
          const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          const colours = new Set();
          for (let at = 0; at < pixels.length; at += 4) { colours.add(pixels.slice(at, at + 4).join()); }
          return colours.size;
        }""",
        chart,
    ))  # fmt: skip


def test_budgets_are_compared_followed_and_downloaded(page: Page, serve: Callable[..., str]) -> None:
    """From ticking to the papers; charts are drawn, only differences are shown on request without asking the server."""
    plan(page, serve(), compare_seconds=3)
    assert_fits(page)
    page.fill("input[name=vacancies]", "30")
    assert page.is_checked("#s-vacancies")
    page.click("button:has-text('开始测算')")
    page.wait_for_selector("[data-part=sentence]:has-text('正在测算')")
    assert_fits(page)
    page.wait_for_selector("h2:has-text('各种情况并排看')")
    assert_fits(page)
    assert inked(page, "#scenarios .echart") > 5 and inked(page, "#curve .echart") > 5
    same = page.locator("tr.is-same").first
    assert same.is_visible()
    before = page.url
    page.check("text=只看有差别的行")
    assert not same.is_visible() and page.url == before
    page.hover("#curve canvas")
    with page.expect_download() as download:
        page.click("a:has-text('情景对比表.pdf')")
    assert download.value.suggested_filename == "county-情景对比表.pdf"


def test_a_comparison_is_stopped_in_english(page: Page, serve: Callable[..., str]) -> None:
    """The page says in English what is worked on, and after the stop that only a part is there."""
    address = serve()
    plan(page, address, compare_seconds=60)
    page.click("text=English")
    page.click("button:has-text('Work it out')")
    page.wait_for_selector("[data-part=figures]:has-text('at most 3,450.0 possible')")
    assert_fits(page)
    page.click("button:has-text('Stop and keep what is done')")
    page.wait_for_selector("text=only what was done before is here")
    page.wait_for_selector("h2:has-text('Scenarios side by side')")
    assert_fits(page)


def test_more_money_is_answered_while_one_types(page: Page, serve: Callable[..., str]) -> None:
    """With a curve at hand, from its proofs; exactly, by having it worked out."""
    plan(page, serve(), value=137.5)
    page.uncheck("#s-money_less")
    page.uncheck("#s-money_more")
    page.click("button:has-text('开始测算')")
    page.wait_for_selector("#curve")
    page.click(".trail >> text=对比")
    page.fill("#more-amount", "5")
    page.wait_for_selector("#more-answer:has-text('多给 5 万元：至少多就业')")
    assert_fits(page)
    page.fill("#more-amount", "五")
    page.wait_for_selector("#more-answer:has-text('“五”看不懂')")
    page.fill("#more-amount", "5")
    page.click("button:has-text('精确测算多给 5 万元')")
    page.wait_for_selector("h2:has-text('多给的钱能带来什么')")
    assert_fits(page)


def test_faults_of_an_uploaded_sheet_are_listed(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """The template is downloaded and sent back; the faulty cell is named with its remedy."""
    plan(page, serve(), compare="faults")
    with page.expect_download() as download:
        page.click("a:has-text('下载情景表模板')")
    download.value.save_as(tmp_path / "情景.xlsx")
    assert openpyxl.load_workbook(tmp_path / "情景.xlsx").sheetnames == ["情景", "填写说明"]
    page.set_input_files("#scenarios", tmp_path / "情景.xlsx")
    page.click("button:has-text('上传并测算')")
    page.wait_for_selector("table.faults >> text=D3")
    assert_fits(page)


def test_two_plans_side_by_side_and_deleted_with_the_keyboard(page: Page, serve: Callable[..., str]) -> None:
    """The question before deleting can be answered without a mouse."""
    address = serve()
    upload(page, address, seconds=0.2, classes=4)
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("h2:has-text('开班表')")
    page.goto(f"{address}/new")
    page.set_input_files("#workbook", {"name": "b.xlsx", "mimeType": "x", "buffer": b'{"seconds": 0.2}'})
    page.click("button:has-text('上传并检查')")
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("h2:has-text('开班表')")
    page.goto(f"{page.url.split('#')[0]}/compare")
    page.click("button:has-text('比较两份方案')")
    page.wait_for_selector("h2:has-text('逐班变动')")
    assert_fits(page)
    page.click("text=删除这次对比")
    page.focus("button:has-text('删除')")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('对比')")
    assert page.locator("#kept").count() == 0


def test_a_county_with_the_real_planner(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """Plans a small county, works out a scenario, the curve and a front for real, then more money from the curve."""
    page.set_default_timeout(100_000)
    write_tables(tmp_path / "instances" / "demo.xlsx", tables_of(tiny_instances()["pools"]))
    address = serve(PLANNER_COMMAND=REAL_PLANNER)
    enter(page, address)
    page.goto(f"{address}/new")
    page.click("button:has-text('示例县')")
    page.uncheck("input[name=timetable]")
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("h2:has-text('开班表')")
    page.goto(f"{page.url.split('#')[0]}/compare")
    page.check("#q-heads")
    page.click("button:has-text('开始测算')")
    page.wait_for_selector("h2:has-text('各种情况并排看')")
    assert "与基准" in (page.text_content("table.sides") or "")
    assert inked(page, "#curve .echart") > 5
    assert_fits(page)
    for file in ("情景对比表.xlsx", "情景对比表.pdf"):
        if page.locator(f"a:has-text('{file}')").count():
            with page.expect_download() as download:
                page.click(f"a:has-text('{file}')")
            assert download.value.path().read_bytes()[:2] in (b"PK", b"%P")
    page.click(".trail >> text=对比")
    page.fill("#more-amount", "1")
    page.wait_for_selector("#more-answer:has-text('已证明')")
    page.click("button:has-text('精确测算多给 1 万元')")
    page.wait_for_selector("text=/多给 1 万元，已定的班都保留：(至少)?多就业/")
