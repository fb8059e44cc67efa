"""The one drop in a real browser: workbook and township files, the cards while they are read. Needs Chromium."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from test_accessible_browser import findings, tab_to
from test_form_browser import CHROMIUM, REAL_PLANNER, assert_fits, browser, enter, page, serve
from test_form_demand import SLOW_READER
from township_files import write_county, write_survey

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (or name it in $CHROMIUM)")
__all__ = ["browser", "page", "serve"]

_TO_CONFIRM = "text=1 个名称需要您确认"
_DROP = """
files => {
  const held = new DataTransfer();
  files.forEach(([name, text]) => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    held.items.add(new File([bytes], name, {lastModified: bytes.length}));
  });
  const zone = document.querySelector(".drop");
  ["dragenter", "dragover", "drop"].forEach(
    kind => zone.dispatchEvent(new DragEvent(kind, {dataTransfer: held, bubbles: true, cancelable: true})));
}
"""


def drag(page: Page, *files: Path) -> None:
    """Drop files from the desktop onto the page's zone."""
    page.evaluate(_DROP, [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in files])


@pytest.fixture
def townships(tmp_path: Path) -> list[Path]:
    """Return the wide sheets of two townships."""
    return [write_survey(tmp_path / f"{name}.xlsx", name) for name in ("东山", "西河")]


@pytest.fixture
def reading(serve: Callable[..., str], tmp_path: Path) -> str:
    """Return the address of a service whose planner is the real one and whose sample county is tiny."""
    write_county(tmp_path / "instances" / "demo.xlsx")
    return serve(PLANNER_COMMAND=REAL_PLANNER)


def test_workbook_and_township_files_are_dragged_into_the_one_zone(
    page: Page, reading: str, townships: list[Path], tmp_path: Path
) -> None:
    """What is dragged later comes to what is there, twice the same file counts once, and all can be chosen anew."""
    page.set_default_timeout(60_000)
    enter(page, reading)
    page.goto(f"{reading}/new")
    assert page.locator(".drop").count() == 1
    drag(page, townships[0])
    assert page.text_content("[data-chosen]") == "东山.xlsx"
    page.click("text=重新选")
    assert page.text_content("[data-chosen]") == ""
    drag(page, *townships)
    drag(page, townships[1], write_county(tmp_path / "本县.xlsx"))
    assert page.text_content("[data-chosen]") == "已选 3 个文件：东山.xlsx、西河.xlsx、本县.xlsx"
    assert_fits(page)
    page.click("button:has-text('上传并检查')")
    page.wait_for_selector(_TO_CONFIRM)
    assert page.locator(".file-card").count() == 2
    assert page.locator("text=本县.xlsx").count() >= 1


def test_files_of_the_same_name_from_two_townships_are_both_kept(
    page: Page, reading: str, tmp_path: Path
) -> None:
    """Townships call their files alike; content tells them apart."""
    enter(page, reading)
    page.goto(f"{reading}/new")
    for name in ("东山", "西河和别处"):
        (tmp_path / name).mkdir()
        drag(page, write_survey(tmp_path / name / "摸底表.xlsx", name))
    assert page.text_content("[data-chosen]") == "已选 2 个文件：摸底表.xlsx、摸底表.xlsx"


def test_without_script_workbook_and_township_files_go_up_together(
    browser: Browser, reading: str, townships: list[Path], tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(60_000)
    enter(page, reading)
    page.goto(f"{reading}/new")
    page.set_input_files("#workbook", [*map(str, townships), str(write_county(tmp_path / "本县.xlsx"))])
    page.click("button:has-text('上传并检查')")
    page.wait_for_selector(_TO_CONFIRM)
    context.close()


def test_without_script_a_workbook_is_chosen_for_township_files_that_are_there(
    browser: Browser, reading: str, townships: list[Path]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(60_000)
    enter(page, reading)
    page.goto(f"{reading}/new")
    page.set_input_files("#workbook", str(townships[0]))
    page.click("button:has-text('上传并检查')")
    page.click("button:has-text('示例县')")
    page.wait_for_selector(_TO_CONFIRM)
    context.close()


def test_township_files_without_a_workbook_lead_with_the_keyboard_alone_to_the_review(
    page: Page, reading: str, townships: list[Path]
) -> None:
    """The page that asks for the workbook fits both sizes, has no serious finding, and needs no mouse."""
    page.set_default_timeout(60_000)
    enter(page, reading)
    page.goto(f"{reading}/new")
    tab_to(page, "#workbook")
    page.set_input_files("#workbook", [*map(str, townships)])
    tab_to(page, "form[data-upload] button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=这些是乡镇报表，还缺县里的工作簿")
    assert page.locator(".reading-files li.done:has-text('1 个乡镇，1 行有数')").count() == 2
    assert_fits(page)
    assert findings(page) == []
    tab_to(page, "button.county")
    page.keyboard.press("Enter")
    page.wait_for_selector(_TO_CONFIRM)


def test_cards_change_while_files_are_read(
    page: Page, serve: Callable[..., str], townships: list[Path], tmp_path: Path
) -> None:
    """Waiting, being read, read with figures, refused with the remedy: on one page that is never loaded anew."""
    (tmp_path / "instances" / "demo.xlsx").write_text("{}", encoding="utf-8")
    (tmp_path / "slow.py").write_text(SLOW_READER, encoding="utf-8")
    address = serve(PLANNER_COMMAND=[sys.executable, "-S", str(tmp_path / "slow.py"), str(tmp_path)])
    enter(page, address)
    page.goto(f"{address}/new")
    page.set_input_files("#workbook", [*map(str, townships)])
    page.click("button:has-text('上传并检查')")
    page.wait_for_selector(".reading-files li.waiting >> nth=1")
    page.evaluate("window.still = true")
    for word, shown in (
        ("begin", "li.reading:has-text('正在读取')"),
        ("read", "li.wrong:has-text('3 个乡镇，40 行有数，2 处要改')"),
        ("refuse", "li.wrong:has-text('读不了：设有打开密码。取消密码后另存')"),
    ):
        (tmp_path / word).touch()
        page.wait_for_selector(f".reading-files {shown}")
        assert page.evaluate("window.still")
    assert "2/2" in page.text_content("[data-part=sentence]")
    assert_fits(page)
    assert findings(page) == []
    (tmp_path / "end").touch()
    page.wait_for_selector("text=还缺县里的工作簿")
