"""What holds on every page: who may see what, tokens, headers, errors, languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from form_user import User, clerk_of, text_of

from web import wording
from web.language import CATALOGUE

WEB = Path(__file__).resolve().parents[2] / "web"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_plans_are_the_bureaus_whatever_the_browser(app: Flask, user: User) -> None:
    address = user.upload(name="赫章县.xlsx")
    assert address in user.client.get("/").text
    assert address in clerk_of(app).client.get("/").text


def test_addresses_cannot_be_guessed(user: User) -> None:
    identities = {user.upload().rsplit("/", 1)[1] for _ in range(3)}
    assert len(identities) == 3
    assert all(len(identity) >= 22 for identity in identities)


@pytest.mark.parametrize(
    "page", ["", "/progress", "/delete", "/workbook", "/log", "/files/plan.json", "/papers/all.zip", "/papers/progress"]
)
@pytest.mark.parametrize("job", ["unknown", "..", "%2e%2e%2fsecret_key", "' OR 1=1 --"])
def test_an_unknown_job_is_not_found(user: User, job: str, page: str) -> None:
    answer = user.client.get(f"/jobs/{job}{page}")
    assert answer.status_code == 404
    assert "找不到这个页面" in answer.text


@pytest.mark.parametrize("verb", ["plan", "stop", "again", "delete", "papers"])
def test_an_unknown_job_cannot_be_worked_on(user: User, verb: str) -> None:
    assert user.client.post(f"/jobs/unknown/{verb}").status_code == 404


@pytest.mark.parametrize("path", ["/jobs", "/jobs/bundled", "/jobs/x/plan", "/jobs/x/stop", "/jobs/x/delete"])
def test_a_post_without_token_is_refused(make_app: Callable[..., Flask], path: str) -> None:
    answer = make_app(WTF_CSRF_ENABLED=True).test_client().post(path)
    assert answer.status_code == 400
    assert "页面已过期" in answer.text


def test_a_post_with_the_pages_token_is_accepted(make_app: Callable[..., Flask]) -> None:
    client = clerk_of(make_app(WTF_CSRF_ENABLED=True)).client
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)[1]
    assert client.post("/jobs/bundled", data={"county": "demo", "csrf_token": token}).status_code == 303


@pytest.mark.parametrize("path", ["/", "/jobs/unknown", "/static/form.css", "/static/form.js"])
def test_every_answer_carries_the_security_headers(user: User, path: str) -> None:
    headers = user.client.get(path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_have_no_inline_script_or_style_and_load_nothing_from_elsewhere(user: User) -> None:
    pages = [user.client.get("/").text, user.plan({"classes": 3}), user.wait(user.upload({"inspect": "faults"}))]
    for page in pages:
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", page)
        assert not re.search(r'(src|href)="(https?:)?//', page)


def test_what_a_workbook_says_is_never_markup(user: User) -> None:
    orders = {"funds": [{"name": "<script>alert(1)</script>", "amount": "1.00"}], "total_funds": "1.00"}
    page = user.wait(user.upload(orders, name="<img src=x onerror=alert(1)>.xlsx"))
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_secret_key_survives_a_restart_and_is_not_world_readable(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    assert make_app().config["SECRET_KEY"] == make_app().config["SECRET_KEY"]
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


def test_every_service_makes_a_long_secret_key_of_its_own_at_its_first_start(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    """No two services share one, so a session of one is none of the other, and none can be guessed."""
    keys = [make_app(DATA_FOLDER=tmp_path / name).config["SECRET_KEY"] for name in ("one", "two")]
    assert len(set(keys)) == 2
    for name, key in zip(("one", "two"), keys, strict=True):
        assert (tmp_path / name / "secret_key").read_text(encoding="ascii") == key
        assert re.fullmatch(r"[0-9a-f]{64}", key)


def test_a_fault_of_ours_is_a_page_and_not_a_trace(make_app: Callable[..., Flask]) -> None:
    app = make_app(TESTING=False)

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("secret detail")

    answer = clerk_of(app).client.get("/broken")
    assert answer.status_code == 500
    assert "系统出错" in answer.text
    assert "secret detail" not in answer.text


def test_the_language_switch_returns_to_the_page_and_stays(user: User) -> None:
    answer = user.client.get("/language/en?next=/jobs/unknown")
    assert answer.location == "/jobs/unknown"
    page = user.client.get("/new").text
    assert '<html lang="en">' in page
    assert "Upload and check" in page


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_language_switch_never_leads_away(user: User, target: str) -> None:
    assert user.client.get("/language/en", query_string={"next": target}).location == "/"


def test_every_sentence_has_an_english_translation_with_the_same_blanks() -> None:
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "lazy_gettext": None}
    used = {found[2] for found in extract_from_dir(str(WEB), method_map=methods, keywords=keywords)}
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    english = {message.id: message.string for message in catalogue if message.id and not message.fuzzy}
    assert used == set(english), "catalogue and pages differ"
    for chinese, translation in english.items():
        assert translation.strip(), chinese
        assert not CHINESE.search(translation), chinese
        assert set(re.findall(r"%\((\w+)\)s", chinese)) == set(re.findall(r"%\((\w+)\)s", translation)), chinese


def test_every_reason_and_stage_of_the_planner_can_be_said_in_english() -> None:
    engine = WEB.parent / "planner" / "engine"
    assert set(wording.REASONS) == constants(engine / "reasons.py", "Reason")
    assert set(wording.STAGES) == constants(engine / "solve.py", "Stage")


def constants(module: Path, enumeration: str = "") -> set[str]:
    """Return the texts a module (or one enumeration of it) gives to names in capitals, without importing it."""
    scope = ast.parse(module.read_text(encoding="utf-8")).body
    if enumeration:
        scope = next(node.body for node in scope if isinstance(node, ast.ClassDef) and node.name == enumeration)
    values = [node.value for node in scope if isinstance(node, ast.Assign) and node.targets[0].id.isupper()]
    return {value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)}


def test_templates_hold_no_chinese_outside_the_catalogue() -> None:
    for template in (WEB / "templates").glob("*.html"):
        bare = re.sub(r"_\('[^']*'", "", template.read_text(encoding="utf-8"))
        assert not CHINESE.search(bare), template.name


@pytest.mark.parametrize(
    "orders",
    [
        {}, {"unplaced": True}, {"papers": "faults"}, {"solve": "infeasible"}, {"solve": "no_plan", "seconds": 0.2},
        {"solve": "crash"},
    ],
)  # fmt: skip
def test_english_pages_are_chinese_only_where_the_workbook_speaks(user: User, orders: dict[str, str]) -> None:
    user.client.get("/language/en")
    address = user.start(orders | {"classes": 3})
    pages = [user.client.get("/").text, user.wait(address, "running"), user.wait(address)]
    if user.state(address) == "done":
        pages.append(user.write_papers(address))
    for page in pages:
        assert OwnWords.of(page) == []


class OwnWords(HTMLParser):
    """Chinese texts of a page outside table cells, drawings and what is marked as the workbook's words."""

    EMPTY = ("meta", "link", "input", "img", "rect", "path", "br")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._foreign: list[bool] = [False]

    @classmethod
    def of(cls, page: str) -> list[str]:
        """Return the Chinese that the form itself says."""
        parser = cls()
        parser.feed(page)
        return parser.found

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY:
            given = dict(attributes)
            workbook = tag in ("td", "svg", "option") or given.get("scope") == "row" or given.get("lang") == "zh-CN"
            self._foreign.append(self._foreign[-1] or workbook)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            self._foreign.pop()

    def handle_data(self, text: str) -> None:
        if CHINESE.search(text) and not self._foreign[-1]:
            self.found.append(text.strip())


def test_the_labels_of_an_english_result_are_english(user: User) -> None:
    user.client.get("/language/en")
    page = text_of(user.plan())
    for words in ("Expected jobs", "Distance from the best possible", "Class table", "Open wishes", "Farming peak"):
        assert words in page
