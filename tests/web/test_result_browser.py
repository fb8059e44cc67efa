"""The pages of a finished plan in a real browser: chart, panel, keyboard, locks, outlines. Needs Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from test_form_browser import (  # noqa: F401 - fixtures
    CHROMIUM,
    SIZES,
    assert_fits,
    browser,
    enter,
    page,
    serve,
    upload,
)
from test_result_drawings import SQUARE, geojson

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (or name it in $CHROMIUM)")


def plan(page: Page, address: str, **orders: object) -> str:  # noqa: F811
    """Plan to the end and return the plan's address."""
    upload(page, address, **({"seconds": 0.1} | orders))
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("#gantt")
    return page.url


def drawn(page: Page) -> tuple[int, int]:  # noqa: F811
    """Wait for the chart; return its size."""
    page.wait_for_selector("[data-gantt][data-drawn]")
    box = page.locator("[data-gantt] canvas").bounding_box()
    return round(box["width"]), round(box["height"])


def pixels(page: Page, *colour: int) -> int:  # noqa: F811
    """Count the chart's pixels of this colour (red, green, blue; whatever shines through), give or take two."""
    script = """colour => { const canvas = document.querySelector('[data-gantt] canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let found = 0;
        for (let i = 0; i < data.length; i += 4) {
            if (colour.every((part, k) => Math.abs(data[i + k] - part) < 3)) { found += 1; }
        }
        return found; }"""
    return int(page.evaluate(script, list(colour)))


def on_white(colour: tuple[int, ...], opacity: float) -> list[int]:
    """Return a colour as it looks on white: shades are opaque, so that a holiday does not change a peak's amber."""
    return [round(255 - (255 - part) * opacity) for part in colour]


def test_the_chart_shows_classes_peaks_and_holidays_in_both_orders(page: Page, serve: Callable[..., str]) -> None:  # noqa: F811
    """Each in its colour, without a word in the console, on a desk and a phone."""
    address = plan(page, serve(), classes=40)
    for by in ("按乡镇", "按机构"):
        page.click(f".switch a:has-text('{by}')")
        width, height = drawn(page)
        assert width > 600 and height > 150
        assert pixels(page, 15, 94, 168) > 500 and pixels(page, 127, 178, 222) > 50
        assert pixels(page, *on_white((195, 201, 209), 0.55)) > 100
        assert sum(pixels(page, *on_white((240, 178, 62), 0.14 * step)) for step in range(1, 5)) > 100
        assert_fits(page)
    assert address.split("/jobs/")[1] in page.url


def test_a_class_opens_beside_the_chart_and_has_an_address(page: Page, serve: Callable[..., str]) -> None:  # noqa: F811
    """By keyboard: Enter opens it, its heading has the focus, Escape closes it and leads back to the link."""
    address = plan(page, serve())
    drawn(page)
    link = page.locator("table.classes a[data-panel]").nth(3)
    name = link.text_content()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".panel .class-detail")
    assert page.url == f"{address}/classes/{name}"
    assert page.evaluate("document.activeElement.hasAttribute('data-panel-heading')")
    assert "学员来自" in page.text_content(".panel")
    page.keyboard.press("Escape")
    assert page.locator(".panel").is_hidden() and page.url == address
    assert page.evaluate("document.activeElement.textContent") == name
    page.go_back()
    page.wait_for_selector(".panel .class-detail")
    page.reload()
    page.wait_for_selector(".class-page h2")
    assert_fits(page)
    page.click("text=回到开班时间表")
    drawn(page)


def test_a_bar_of_the_chart_opens_its_class(page: Page, serve: Callable[..., str]) -> None:  # noqa: F811
    """The one that was clicked."""
    plan(page, serve(), classes=1)
    width, height = drawn(page)
    place = page.evaluate("""() => { const canvas = document.querySelector('[data-gantt] canvas');
        const context = canvas.getContext('2d'); const ratio = canvas.width / canvas.getBoundingClientRect().width;
        const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
        for (let y = 0; y < canvas.height; y += 1) for (let x = 0; x < canvas.width; x += 1) {
            const i = 4 * (y * canvas.width + x);
            const full = data[i] === 15 && data[i + 1] === 94 && data[i + 2] === 168;
            const part = data[i] === 127 && data[i + 1] === 178 && data[i + 2] === 222;
            if (full || part) { return [x / ratio + 2, y / ratio + 3]; }
        } }""")
    page.locator("[data-gantt]").scroll_into_view_if_needed()
    page.locator("[data-gantt] canvas").click(position={"x": place[0], "y": place[1]})
    page.wait_for_selector(".panel .class-detail[data-class-id=c0]")
    page.click(".panel [data-close]")
    assert page.locator(".panel").is_hidden()


def test_lock_forbid_and_plan_again(page: Page, serve: Callable[..., str]) -> None:  # noqa: F811
    """From the panel to a second version that says what moved; the first stays as it was."""
    first = plan(page, serve())
    page.click("table.classes a[data-panel=c4]")
    page.wait_for_selector(".panel .class-detail")
    page.fill(".panel #note", "已通知学员")
    page.click(".panel button:has-text('锁定：必须开')")
    page.wait_for_selector("#decisions >> text=锁定")
    page.click("table.classes a[data-panel=c2]")
    page.wait_for_selector(".panel .class-detail[data-class-id=c2]")
    page.click(".panel button:has-text('禁止：不要这样开')")
    page.wait_for_selector("#decisions >> text=禁止")
    drawn(page)
    assert pixels(page, 163, 40, 28) > 0
    assert_fits(page)
    page.select_option("#tolerance", "0.005")
    page.click("button:has-text('按这些决定再规划')")
    page.wait_for_selector("h1 >> text=第 2 版")
    page.click(".tabs a:has-text('版本')")
    page.wait_for_selector("#difference >> text=换了安排")
    assert "已通知学员" in page.text_content("main")
    assert page.locator("#difference tbody tr").count() == 1
    assert_fits(page)
    page.goto(first)
    assert page.locator("#decisions li").count() == 2 and page.locator("h1 >> text=第 2 版").count() == 0


def test_a_reason_is_found_out_in_the_panel(page: Page, serve: Callable[..., str]) -> None:  # noqa: F811
    """The panel follows the errand and shows what came of it."""
    plan(page, serve(), explain_seconds=1.5)
    page.click("table.classes a[data-panel=c4]")
    page.click(".panel button:has-text('查明原因')")
    page.wait_for_selector("[data-progress] >> text=逐班测算少开的损失")
    page.wait_for_selector("text=少开它，预计就业（折算）最多少 2.5 人")
    assert_fits(page)
    page.click("text=回到开班时间表")
    page.click("table.classes a[data-panel=c4]")
    page.wait_for_selector(".panel >> text=最多少 2.5 人")


def test_the_whole_plan_is_explained_and_can_be_left(page: Page, serve: Callable[..., str]) -> None:  # noqa: F811
    """Tabs fill when it is done; nothing is too wide for a phone."""
    address = plan(page, serve(), explain_seconds=1.5)
    page.click(".tabs a:has-text('说明')")
    page.click("button:has-text('开始说明')")
    page.wait_for_selector("[data-progress] >> text=逐班测算少开的损失")
    page.goto(address)
    page.click(".tabs a:has-text('说明')")
    page.wait_for_selector("#baselines")
    assert_fits(page)
    for tab in ("乡镇", "资金", "任务", "未满足需求", "版本", "下载与文书"):
        page.click(f".tabs a:has-text('{tab}')")
        page.wait_for_selector(f".tabs a[aria-current]:has-text('{tab}')")
        assert_fits(page)


def test_the_bureaus_own_outlines_are_drawn(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:  # noqa: F811
    """From the file to the picture, without a word in the console."""
    plan(page, serve())
    page.click(".tabs a:has-text('乡镇')")
    assert page.locator("svg.tiles g.tile").count() == 9
    page.click("summary:has-text('用本单位的乡镇边界')")
    file = tmp_path / "own.geojson"
    file.write_bytes(geojson(({"name": "城关镇"}, [SQUARE])))
    page.set_input_files("#outlines", str(file))
    page.click("button:has-text('上传')")
    page.wait_for_selector("[data-outlines][data-drawn] canvas")
    assert_fits(page)


def test_without_script_everything_is_reached(browser: Browser, serve: Callable[..., str]) -> None:  # noqa: F811
    """Tabs, a class, a decision and planning again; the chart is replaced by its table."""
    context = browser.new_context(java_script_enabled=False, viewport=SIZES["desk"])
    page = context.new_page()  # noqa: F811
    plan(page, serve())
    assert page.is_visible("noscript >> text=浏览器没有启用脚本") or "浏览器没有启用脚本" in page.content()
    page.click("table.classes a[data-panel=c4]")
    page.click("button:has-text('禁止：不要这样开')")
    page.click("button:has-text('按这些决定再规划')")
    page.wait_for_selector("h1 >> text=第 2 版", timeout=15_000)
    page.click(".tabs a:has-text('版本')")
    assert page.is_visible("#difference")
    context.close()
