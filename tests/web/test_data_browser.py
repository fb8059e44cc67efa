"""The page of data, the settings and the live progress in a real browser. Needs Chromium and Playwright."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from test_form_browser import CHROMIUM, assert_fits, browser, page, serve, upload

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["browser", "page", "serve"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (or name it in $CHROMIUM)")

FUND = "[name='资金/金额/就业补助资金']"


def open_data(page: Page, address: str, **values: Any) -> None:
    """Upload a workbook and open the page of its data."""
    upload(page, address, **values)
    page.click("a:has-text('核对数据')")
    page.wait_for_selector("#people")


def test_data_are_changed_saved_listed_and_taken_back(page: Page, serve: Callable[..., str]) -> None:  # noqa: F811
    open_data(page, serve())
    assert not page.is_visible("[data-save-bar]")
    page.fill(FUND, "7500000")
    assert page.text_content("[data-unsaved]") == "有 1 处改动还没有保存"
    page.fill(FUND, "8,000,000")
    assert not page.is_visible("[data-save-bar]")
    page.fill(FUND, "7500000")
    page.click("[data-save-bar] button[type=submit]")
    page.wait_for_selector("#changes th:has-text('就业补助资金')")
    assert page.input_value(FUND) == "7,500,000"
    assert_fits(page)
    page.click("#changes button:has-text('撤销')")
    page.wait_for_selector("#changes :text('没有改动')")
    assert page.input_value(FUND) == "8,000,000"


def test_the_calendar_scrolls_in_its_own_box_and_keeps_the_townships_names(
    page: Page, serve: Callable[..., str]  # noqa: F811
) -> None:  # fmt: skip
    open_data(page, serve())
    assert_fits(page)
    page.set_viewport_size({"width": 390, "height": 844})
    box = page.locator(".heat-box")
    box.evaluate("box => { box.scrollLeft = 600; }")
    assert box.evaluate("box => box.scrollLeft") == 600
    name, edge = (page.locator(at).first.bounding_box()["x"] for at in (".heat tbody th[scope=row]", ".heat-box"))
    assert name - edge < 5
    colour = page.locator(".heat .step-4").first.evaluate("cell => getComputedStyle(cell).backgroundColor")
    assert colour == "rgb(201, 130, 10)"


def test_weeks_are_changed_with_the_keyboard_alone(page: Page, serve: Callable[..., str]) -> None:  # noqa: F811
    open_data(page, serve())
    page.focus("#farming summary")
    page.keyboard.press("Enter")
    page.focus("#farming details input >> nth=0")
    page.keyboard.press("Control+A")
    page.keyboard.type("0.9")
    page.keyboard.press("Enter")
    page.wait_for_selector("#changes th:has-text('农时')")


def test_the_search_is_followed_left_and_found_again(page: Page, serve: Callable[..., str]) -> None:  # noqa: F811
    upload(page, serve(), seconds=60)
    page.check("[name=farming][value=prefer]")
    page.fill("#floor", "10")
    assert_fits(page)
    page.click("button:has-text('开始规划')")
    page.wait_for_selector(".end-value")
    address = page.url
    page.wait_for_function("document.querySelector('[data-spoken]').textContent.indexOf('已找到方案') >= 0")
    page.click("summary:has-text('看成表格')")
    assert page.locator("[data-part=moments] tbody tr").count() > 0
    assert_fits(page)
    page.goto(address.rsplit("/jobs/", 1)[0])
    page.goto(address)
    page.wait_for_selector(".end-value")
    page.click("button:has-text('停止并采用当前方案')")
    page.wait_for_selector("text=规划由您停止")


def test_a_fixed_class_is_added_with_the_keyboard_alone_and_deleted(
    page: Page, serve: Callable[..., str]  # noqa: F811
) -> None:  # fmt: skip
    """Course, week and demand are chosen from lists; a fault gets the focus; both sizes hold the pages."""
    address = serve()
    open_data(page, address)
    page.focus("#fixed a.button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name='c-课程']")
    page.focus("[name='c-课程']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.input_value("[name='c-课程']") == "电工（双证）"
    page.focus("[name='c-开班周']")
    page.keyboard.press("ArrowDown")
    assert page.input_value("[name='c-开班周']") == "2026-01-05"
    page.focus("[name='c-班数']")
    page.keyboard.type("3")
    page.focus("[name='c-要求']")
    page.keyboard.press("ArrowDown")
    assert_fits(page)
    page.focus("form[data-row] button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("tr.is-saved th:has-text('电工（双证）')")
    assert_fits(page)
    page.click("tr.is-saved .do a")
    page.click("summary:has-text('删除这一行')")
    page.click("button:has-text('删除这一行')")
    page.wait_for_selector("text=已删除一行")
    assert page.locator("th:has-text('电工（双证）')").count() == 0


def test_typed_values_of_a_row_are_not_lost_without_a_question(
    page: Page, serve: Callable[..., str]  # noqa: F811
) -> None:  # fmt: skip
    """Leaving asks; saving and going on without a change do not."""
    open_data(page, serve())
    page.click("#fixed .do a >> nth=0")
    page.wait_for_selector("[name='c-说明']")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.click("a:has-text('不改了')")
    page.wait_for_selector(".sheet-rows")
    assert asked == []
    page.click(".sheet-rows .do a >> nth=0")
    page.fill("[name='c-说明']", "改过")
    page.click("a:has-text('不改了')")
    page.wait_for_selector(".sheet-rows")
    assert asked == ["beforeunload"]
