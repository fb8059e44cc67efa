"""Every page is looked at by axe-core in both languages; the way to a locked class needs no mouse. Needs Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from form_user import LOGIN, PASSWORD
from test_form_browser import CHROMIUM, browser, enter, page, serve, upload

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (or name it in $CHROMIUM)")
__all__ = ["browser", "page", "serve"]

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
RESULT_TABS = ("townships", "funds", "targets", "unserved", "why", "versions", "papers")


def findings(page: Page) -> list[str]:
    """Return what axe finds serious or critical: the rule and the first place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{page.url}: {one['id']} at {one['nodes'][0]['target']}" for one in grave]


def in_both_languages(page: Page, address: str, places: Iterator[str] | list[str]) -> list[str]:
    """Open the pages in Chinese and English and return everything found."""
    found = []
    for place in places:
        for language in ("zh", "en"):
            page.goto(f"{address}/language/{language}?next={place}")
            assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[language]
            page.wait_for_selector("main h1, main h2")
            if page.locator("[data-gantt]").count():
                page.wait_for_selector("[data-gantt][data-drawn]")
            found += findings(page)
    page.goto(f"{address}/language/zh?next=/")
    page.wait_for_load_state("networkidle")
    page.goto("about:blank")
    return found


def test_axe_sees_what_is_wrong(page: Page) -> None:
    """A picture without words and a field without a name are found: the check itself works."""
    page.set_content("<main><h1>x</h1><img src='data:,'><input></main>")
    assert {one.split(": ")[1].split(" at ")[0] for one in findings(page)} >= {"image-alt", "label"}


def test_pages_before_the_first_account_have_no_serious_finding(page: Page, serve: Callable[..., str]) -> None:
    assert in_both_languages(page, serve(set_up=False), ["/setup"]) == []


def test_signing_in_and_pages_of_the_bureau_have_no_serious_finding(page: Page, serve: Callable[..., str]) -> None:
    """Without a plan and with one in the bin."""
    address = serve()
    assert in_both_languages(page, address, ["/login"]) == []
    enter(page, address)
    places = ["/", "/new", "/bin", "/account"]
    places += [f"/admin/{name}" for name in ("", "audit", "bureaus", "service")]
    assert in_both_languages(page, address, places) == []


def test_pages_of_a_plan_have_no_serious_finding(page: Page, serve: Callable[..., str]) -> None:
    """Data, settings, the finished plan with a decision on a class, its tabs, its comparison, deleting, versions."""
    address = serve()
    upload(page, address, seconds=0.2, classes=12, compare_seconds=0.2, papers_seconds=0.2)
    page.wait_for_selector("#budget")
    plan = page.url.removeprefix(address)
    sheets = [f"{plan}/data/sheets/{at}" for at in ("locks", "locks/rows/2", "teachers/rows/new", "holidays", "demand")]
    assert in_both_languages(page, address, [plan, f"{plan}/data", *sheets]) == []
    page.goto(f"{address}{plan}/data/sheets/locks/rows/2")
    page.fill("[name='c-班数']", "错")
    page.route("**/rows/2", lambda route: route.fulfill(response=route.fetch(), status=200))  # the browser notes a 400
    page.click("button:has-text('保存')")
    page.wait_for_selector(".entry-fault")
    assert findings(page) == []
    assert page.evaluate("document.activeElement.name") == "c-班数"
    page.goto(f"{address}{plan}")
    page.click("button:has-text('开始规划')")
    page.wait_for_selector("#gantt")
    page.goto(f"{address}{plan}/classes/c4")
    page.click("button:has-text('锁定：必须开')")
    page.wait_for_selector("#decisions")
    page.goto(f"{address}{plan}/result/papers")
    page.click("button:has-text('生成全部文书')")
    page.wait_for_selector("a[href$='all.zip']")
    page.goto(f"{address}{plan}/compare")
    page.click("button:has-text('开始测算')")
    page.wait_for_selector("h2:has-text('各种情况并排看')")
    compared = page.url.removeprefix(address)
    page.click("a:has-text('各个版本')")
    versions = page.url.removeprefix(address)
    places = [plan, *(f"{plan}/result/{tab}" for tab in RESULT_TABS), f"{plan}/classes/c4", f"{plan}/data"]
    places += [f"{plan}/compare", compared, f"{plan}/delete", versions, "/"]
    assert in_both_languages(page, address, places) == []


@pytest.mark.parametrize("said", [{"inspect": "faults"}, {"solve": "infeasible"}, {"solve": "crash"}, {"seconds": 60}])
def test_pages_of_plans_that_move_or_failed_have_no_serious_finding(
    page: Page, serve: Callable[..., str], said: dict[str, Any]
) -> None:
    """A faulty workbook, requirements that clash, a crash, and a search under way."""
    address = serve()
    upload(page, address, **said)
    page.wait_for_selector("#budget, .faults")
    if "inspect" not in said:
        page.click("button:has-text('开始规划')")
        page.wait_for_selector(".verdict.bad, .end-value")
    assert in_both_languages(page, address, [page.url.removeprefix(address)]) == []


def test_the_page_of_an_error_has_no_serious_finding(page: Page, serve: Callable[..., str]) -> None:
    """A plan that is not there: the page says so and leads back; the browser's own note of it is all that is said."""
    address = serve()
    enter(page, address)
    page.route("**/jobs/none", lambda route: route.fulfill(response=route.fetch(), status=200))
    page.goto(f"{address}/jobs/none")
    assert page.locator("main a[href='/']").count() == 1
    assert findings(page) == []


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus; a place that cannot be reached fails the test."""
    for _ in range(150):
        if page.evaluate("at => document.activeElement.matches(at)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none" or page.evaluate(
                "document.activeElement.matches('input[type=file], [autofocus]')"
            )
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector} on {page.url}")


def test_from_signing_in_to_a_locked_class_with_tab_and_enter_alone(page: Page, serve: Callable[..., str]) -> None:
    """Only text is typed besides; the place where one is can be seen at each step."""
    address = serve()
    page.goto(address)
    tab_to(page, "#login")
    page.keyboard.type(LOGIN)
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("button.county")
    tab_to(page, "button.county")
    page.keyboard.press("Enter")
    page.wait_for_selector("#budget")
    tab_to(page, "form[action$='/plan'] button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-gantt][data-drawn]")
    tab_to(page, "table.classes a[data-panel=c4]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".panel .class-detail")
    tab_to(page, ".panel #note")
    page.keyboard.type("已通知学员")
    tab_to(page, ".panel button[value=lock]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#decisions >> text=已通知学员")
    assert page.locator("#decisions .decision-lock").count() == 1
