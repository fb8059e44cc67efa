"""The form in a real browser, from choosing a county to the downloaded plan. Needs Chromium and Playwright."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import waitress
from flask import Flask
from form_user import LOGIN, PASSWORD
from township_files import COURSE, ODD_COURSE, ODD_HEADING, write_county, write_survey

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
REAL_PLANNER = [sys.executable, "-m", "planner"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (or name it in $CHROMIUM)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that fails the test when a script fails or the content policy is broken."""
    context = browser.new_context(viewport=SIZES["desk"], accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def serve(make_app: Callable[..., Flask]) -> Iterator[Callable[..., str]]:
    """Serve the form on a free port; return its address."""
    servers = []

    def start(**config: Any) -> str:
        app = make_app(WTF_CSRF_ENABLED=True, **config)
        server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
        threading.Thread(target=run_until_closed, args=(server,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.effective_port}"

    yield start
    for server in servers:
        server.close()


def run_until_closed(server: Any) -> None:
    """Serve; closing takes the sockets away from a thread that waits on them."""
    with suppress(OSError):
        server.run()


def orders(**values: Any) -> dict[str, Any]:
    """Return a workbook for the fake planner, as a file to upload."""
    return {"name": "county.xlsx", "mimeType": "application/octet-stream", "buffer": json.dumps(values).encode()}


def enter(page: Page, address: str) -> None:
    """Sign in; it leads to the workbench."""
    page.goto(address)
    page.fill("#login", LOGIN)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_selector("h1:has-text('工作台')")


def upload(page: Page, address: str, **values: Any) -> None:
    """Upload a workbook and wait for the page after the examination."""
    enter(page, address)
    page.goto(f"{address}/new")
    page.set_input_files("#workbook", orders(**values))
    page.click("button:has-text('上传并检查')")


def assert_fits(page: Page) -> None:
    """Assert that the page does not scroll sideways on a desk or a phone."""
    for name, size in SIZES.items():
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px too wide on a {name}"
    page.set_viewport_size(SIZES["desk"])


def test_from_a_county_to_the_downloaded_plan_in_english(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "instances" / "demo.xlsx").write_text('{"seconds": 60, "classes": 40}', encoding="utf-8")
    enter(page, serve())
    page.click("text=English")
    page.click("text=Demo county")
    assert page.input_value("#budget") == "1250.50005"
    assert_fits(page)
    page.click("button:has-text('Start planning')")
    page.wait_for_selector("[data-part=sentence]:has-text('more is possible')")
    first = page.text_content("[data-part=figures]")
    page.wait_for_function("before => document.querySelector('[data-part=figures]').textContent !== before", arg=first)
    assert page.is_visible("path.value-line")
    assert_fits(page)
    page.click("button:has-text('Stop and use this plan')")
    page.wait_for_selector("text=You stopped planning")
    assert_fits(page)
    page.select_option("#township", "城关镇")
    page.wait_for_selector("text=Classes with people from 城关镇")
    page.click(".tabs a:has-text('Downloads and papers')")
    with page.expect_download() as download:
        page.click("a:has-text('plan.xlsx')")
    assert download.value.suggested_filename == "Demo county-plan.xlsx"


def test_all_papers_are_made_followed_and_downloaded(page: Page, serve: Callable[..., str]) -> None:
    upload(page, serve(), seconds=0.2, papers_seconds=4, unplaced=True)
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("h2:has-text('课表')")
    assert_fits(page)
    page.click(".tabs a:has-text('下载与文书')")
    page.click("button:has-text('生成全部文书')")
    page.wait_for_selector("#papers [data-part=sentence]:has-text('写 Excel 表格')")
    first = page.text_content("#papers [data-part=sentence]")
    page.wait_for_function(
        "before => document.querySelector('#papers [data-part=sentence]').textContent !== before", arg=first
    )
    assert_fits(page)
    page.wait_for_selector("#papers a:has-text('下载全部')")
    assert_fits(page)
    with page.expect_download() as download:
        page.click("#papers a:has-text('下载全部')")
    assert download.value.suggested_filename == "county-全部文书.zip"
    with page.expect_download() as download:
        page.click("#papers a:has-text('开班计划.pdf')")
    assert download.value.path().read_bytes() == "全县/开班计划.pdf".encode()


def test_faults_of_an_upload_are_listed_and_the_file_comes_back(page: Page, serve: Callable[..., str]) -> None:
    upload(page, serve(), inspect="faults")
    page.wait_for_selector("table.faults >> text=约50人")
    assert_fits(page)
    with page.expect_download() as download:
        page.click("text=下载上传的原文件")
    assert json.loads(download.value.path().read_bytes()) == {"inspect": "faults"}


def test_a_file_above_the_limit_is_refused_before_it_is_sent(page: Page, serve: Callable[..., str]) -> None:
    address = serve(MAX_CONTENT_LENGTH=1000)
    enter(page, address)
    page.goto(f"{address}/new")
    page.set_input_files("#workbook", {"name": "big.xlsx", "mimeType": "x", "buffer": b"0" * 2000})
    assert page.is_visible("text=文件太大")
    assert page.is_disabled("button:has-text('上传并检查')")


def test_the_form_can_be_filled_in_with_the_keyboard_alone(page: Page, serve: Callable[..., str]) -> None:
    upload(page, serve(), seconds=0.2)
    page.focus("#budget")
    page.keyboard.type("800")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:has-text('开班表')")


def test_without_script_the_page_gets_to_the_result(browser: Browser, serve: Callable[..., str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    upload(page, serve(), seconds=1)
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("h2:has-text('开班表')", timeout=15_000)
    context.close()


def test_the_demo_county_with_the_real_planner(page: Page, serve: Callable[..., str]) -> None:
    """Plans for real until a first plan is there, then stops: reading, search, checking, papers and pages together."""
    page.set_default_timeout(150_000)
    enter(page, serve(PLANNER_COMMAND=REAL_PLANNER, INSTANCES_FOLDER=ROOT / "instances"))
    page.click("button:has-text('示例县')")
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("[data-part=sentence]:has-text('已找到方案'), .verdict")
    page.click("button:has-text('停止并采用当前方案')", timeout=10_000)
    page.wait_for_selector("h2:has-text('开班表'), .verdict")
    page.wait_for_selector("table.classes tbody tr")
    assert_fits(page)
    page.click(".tabs a:has-text('下载与文书')")
    with page.expect_download() as download:
        page.click("a:has-text('plan.xlsx')")
    assert download.value.path().read_bytes()[:2] == b"PK"


def test_a_messy_township_sheet_is_corrected_confirmed_and_planned(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    """Gives a column its meaning and confirms a course, then plans for real with what the sheet says."""
    page.set_default_timeout(60_000)
    write_county(tmp_path / "instances" / "demo.xlsx")
    address = serve(PLANNER_COMMAND=REAL_PLANNER)
    enter(page, address)
    page.goto(f"{address}/new")
    page.set_input_files("#workbook", str(write_survey(tmp_path / "两镇.xlsx", "东山", "西河", heading=ODD_HEADING)))
    page.click("button:has-text('上传并检查')")
    page.click("button:has-text('示例县')")
    page.wait_for_selector("text=1 个名称需要您确认")
    assert page.locator("button:has-text('去规划')").count() == 0
    assert_fits(page)
    page.select_option(f"select[aria-label*='{ODD_HEADING}']", "有意愿人数")
    page.select_option(f"select[aria-label*='{ODD_COURSE}']", f"={COURSE}")
    assert page.locator("[data-unread]").is_visible()
    page.locator("button:has-text('重新读取')").last.click()
    page.wait_for_selector("text=可以去规划")
    assert_fits(page)
    page.locator("button:has-text('去规划')").first.click()
    page.wait_for_selector("text=人群和意愿取自 1 个乡镇报表")
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("h2:has-text('开班表'), .verdict")
    page.wait_for_selector("table.classes tbody tr")
