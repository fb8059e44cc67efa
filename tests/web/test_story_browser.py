"""The whole story of a bureau in a real browser, in both languages: from the first start to what a viewer may see.

Workbooks are read and changed by the planner, the search is played (see ``half_planner.py``). Texts are looked up in
the catalogue of the pages, so that the story is told once.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from babel.messages.pofile import read_po
from chinese_left import chinese_left, watch, words_of_records, words_of_the_contract, words_of_workbooks
from test_form_browser import CHROMIUM, assert_fits, browser, page, serve
from township_files import COURSE, ODD_COURSE, ODD_HEADING, write_county, write_survey

from web.language import CATALOGUE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (or name it in $CHROMIUM)")
__all__ = ["browser", "page", "serve"]

HALF_PLANNER = [sys.executable, str(Path(__file__).parent / "half_planner.py")]
LOGIN, PASSWORD, VIEWERS_PASSWORD = "wangfang", "a fine day for planning", "only looking, thank you"
FUND = "input[name^='资金/金额/']"


class Clerk:
    """Somebody at the browser who reads pages in one language; every text is given in Chinese."""

    def __init__(self, page: Page, language: str) -> None:
        with CATALOGUE.open("rb") as file:
            texts = {message.id: message.string for message in read_po(file, locale="en")}
        self.page = page
        self.texts = texts if language == "en" else {}

    def say(self, text: str) -> str:
        """Return the text as the page has it."""
        return str(self.texts[text]) if self.texts else text

    def press(self, text: str, within: str = "main") -> None:
        """Press the first button of that text."""
        self.page.locator(f'{within} button:has-text("{self.say(text)}")').first.click()

    def follow(self, text: str, within: str = "main") -> None:
        """Follow the first link of that text."""
        self.page.locator(f'{within} a:has-text("{self.say(text)}")').first.click()

    def see(self, text: str, within: str = "main", **blanks: object) -> None:
        """Wait until the page says so."""
        self.page.wait_for_selector(f'{within} >> text="{self.say(text) % blanks}"')

    def fill(self, **fields: str) -> None:
        """Fill in fields by their names in the page."""
        for field, value in fields.items():
            self.page.fill(f"main #{field}", value)

    def save(self, link: str, to: Path) -> Path:
        """Download what a link of that selector offers."""
        with self.page.expect_download() as download:
            self.page.locator(link).first.click()
        download.value.save_as(to)
        return to


def sign_in(clerk: Clerk, login: str, password: str) -> None:
    """Sign in on the page of it."""
    clerk.fill(login=login, password=password)
    clerk.press("登录")


def upload_and_confirm(clerk: Clerk, survey: Path, base: str = "") -> None:
    """Give a township's wide sheet, say what a heading and a course mean, and go on to planning.

    ``base`` is the choice of the county's workbook, for when there are several.
    """
    page = clerk.page
    clerk.follow("新建计划")
    page.set_input_files("#workbook", str(survey))
    clerk.press("上传并检查")
    page.locator(f"input[name=base][value='{base or 'bundled:demo'}'] + button").click()
    page.wait_for_selector(f"select[aria-label*='{ODD_HEADING}']")
    assert page.locator(f"button:has-text('{clerk.say('去规划')}')").count() == 0
    assert_fits(page)
    page.select_option(f"select[aria-label*='{ODD_HEADING}']", "有意愿人数")
    page.select_option(f"select[aria-label*='{ODD_COURSE}']", f"={COURSE}")
    page.locator(f"button:has-text('{clerk.say('重新读取')}')").last.click()
    clerk.press("去规划")
    page.wait_for_selector("#budget")


def change_one_fund(clerk: Clerk) -> str:
    """Lower a fund on the page of data; return its new amount."""
    page = clerk.page
    clerk.follow("核对数据：人、岗位、农时、资金")
    amount = str(int(page.input_value(FUND).replace(",", "")) - 1000)
    page.fill(FUND, amount)
    page.locator("[data-save-bar] button[type=submit]").click()
    page.wait_for_selector("#changes tbody tr")
    assert_fits(page)
    clerk.follow("去规划")
    return amount


def plan_watch_and_stop(clerk: Clerk) -> None:
    """Plan with settings in plain words, see the figures move, stop: the best so far is the plan."""
    page = clerk.page
    page.check("[name=farming][value=prefer]")
    page.fill("#floor", "10")
    page.check("[name=floor_kind][value=soft]")
    clerk.press("开始规划")
    page.wait_for_selector(".end-value")
    before = page.text_content("[data-part=figures]")
    page.wait_for_function("before => document.querySelector('[data-part=figures]').textContent !== before", arg=before)
    assert_fits(page)
    clerk.press("停止并采用当前方案")
    page.wait_for_selector("#gantt")
    assert clerk.say("规划由您停止，采用了当时最好的方案。") in (page.text_content("main .lead") or "")


def plan_again(clerk: Clerk) -> None:
    """Plan a second version with another budget; settings are those of the first."""
    page = clerk.page
    clerk.follow("下载与文书", ".tabs")
    clerk.press("换个预算或时间再规划")
    assert page.is_checked("[name=farming][value=prefer]") and page.input_value("#floor") == "10"
    page.fill("#budget", "2")
    clerk.press("开始规划")
    page.wait_for_selector("#gantt")
    clerk.see("第 %(version)s 版", "h1", version=2)


def compare_three_budgets(clerk: Clerk, budgets: Sequence[int] = ()) -> None:
    """Less and more money beside the plan's own, with the curve; or two budgets in yuan, without it."""
    page = clerk.page
    clerk.follow("对比", ".tabs")
    for kind in ("money_less", "money_more", "curve"):
        assert page.is_checked(f"input[value={kind}], input[name={kind}]")
        if budgets:
            page.uncheck(f"#s-{kind}, #q-{kind}")
    if budgets:
        page.check("#s-money_total")
        page.fill("input[name=money_total]", ",".join(str(yuan / 10_000) for yuan in budgets))
    clerk.press("开始测算")
    clerk.see("各种情况并排看")
    assert page.locator("table.sides thead th").count() >= 4
    assert_fits(page)


def decide_and_plan_again(clerk: Clerk) -> None:
    """Lock a class, forbid another, plan a third version with the least change and read what moved."""
    page = clerk.page
    for name, decision in (("c4", "锁定：必须开"), ("c2", "禁止：不要这样开")):
        page.click(f"table.classes a[data-panel={name}]")
        page.wait_for_selector(f".panel .class-detail[data-class-id={name}]")
        page.fill(".panel #note", "已与乡镇商量")
        clerk.press(decision, ".panel")
        page.wait_for_selector(f"#decisions a[data-panel={name}]")
    assert_fits(page)
    clerk.press("按这些决定再规划")
    clerk.see("第 %(version)s 版", "h1", version=3)
    clerk.follow("版本", ".tabs")
    page.wait_for_selector("#difference")
    assert page.locator("#difference tbody tr").count() == 1
    assert "已与乡镇商量" in (page.text_content("main") or "")


def write_and_open_papers(clerk: Clerk, folder: Path) -> None:
    """Have all papers written, download and open them."""
    page = clerk.page
    clerk.follow("下载与文书", ".tabs")
    clerk.press("生成全部文书")
    page.wait_for_selector("#papers a[href$='all.zip']")
    papers = zipfile.ZipFile(clerk.save("#papers a[href$='all.zip']", folder / "papers.zip"))
    assert papers.testzip() is None and any(name.endswith("开班计划.pdf") for name in papers.namelist())


def assert_nothing_can_be_changed(clerk: Clerk, address: str, plan: str) -> None:
    """No page offers a button that changes something, and the door refuses it anyway."""
    page = clerk.page
    for place in ("", "/result/papers", "/result/why", "/result/versions", "/compare", "/data", "/classes/c4"):
        page.goto(f"{address}{plan}{place}")
        page.wait_for_selector("main h1, main h2")
        for button in page.locator("main form[method=post] button").all():
            assert not button.is_visible(), f"{place}: {button.text_content()}"
        assert page.locator("main input:enabled:visible:not([name=more])").count() == 0, place
    seen = page.context.request
    for place in ("/publish", "/unpublish", "/again", "/stop", "/papers", "/compare", "/data", "/delete"):
        token = page.locator("[name=csrf_token]").first.input_value()
        answer = seen.post(f"{address}{plan}{place}", form={"csrf_token": token}, max_redirects=0)
        assert answer.status == 403, place


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bureau_from_the_first_start_to_the_final_plan(
    page: Page, serve: Callable[..., str], tmp_path: Path, language: str
) -> None:
    """Every step leads to the next by a link or button of the page; nothing is too wide, no script complains."""
    page.set_default_timeout(60_000)
    write_county(tmp_path / "instances" / "demo.xlsx")
    survey = write_survey(tmp_path / "两镇.xlsx", "东山", "西河", heading=ODD_HEADING)
    address = serve(set_up=False, PLANNER_COMMAND=HALF_PLANNER)
    clerk = Clerk(page, language)
    watch(page.context)
    page.goto(address)
    if language == "en":
        page.click(".languages >> text=English")
    clerk.fill(bureau="某县人社局", name="王芳", login=LOGIN, password=PASSWORD, again=PASSWORD)
    clerk.press("开始使用")
    clerk.press("退出", "header")
    sign_in(clerk, LOGIN, PASSWORD)
    upload_and_confirm(clerk, survey)
    amount = change_one_fund(clerk)
    plan_watch_and_stop(clerk)
    first = page.url
    plan_again(clerk)
    second = page.url
    compare_three_budgets(clerk)
    page.goto(second)
    decide_and_plan_again(clerk)
    write_and_open_papers(clerk, tmp_path)
    third = page.url.split("/result/")[0].removeprefix(address)
    page.goto(f"{first}/data")
    book = openpyxl.load_workbook(clerk.save("a[href$='changed.xlsx']", tmp_path / "changed.xlsx"))
    assert amount in [str(cell.value) for row in book["资金"] for cell in row]
    page.goto(f"{address}{third}")
    clerk.follow("定稿", ".version-bar")
    clerk.press("定稿", "main .actions")
    page.wait_for_selector("main .line-published")
    clerk.follow("管理", "header")
    page.fill("main #name", "李查")
    page.fill("main #new-login", "licha")
    page.check("[name=role][value=viewer]")
    clerk.press("添加账号", "section.card")
    once = page.locator("code.secret").last.text_content() or ""
    clerk.press("退出", "header")
    sign_in(clerk, "licha", once)
    clerk.fill(present=once, password=VIEWERS_PASSWORD, again=VIEWERS_PASSWORD)
    clerk.press("修改密码")
    page.wait_for_selector("header nav.places")
    assert_nothing_can_be_changed(clerk, address, third)
    if language == "en":
        data = words_of_workbooks([tmp_path / "instances" / "demo.xlsx", survey]) | words_of_the_contract()
        data |= words_of_records(tmp_path / "data") | {"某县人社局", "王芳", "李查", "已与乡镇商量"}
        assert "\n".join(chinese_left(page, data)) == ""
