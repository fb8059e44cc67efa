"""The pages in a real Chromium 80: scripts run, charts are drawn, nothing scrolls sideways. Needs ``$CHROMIUM_80``."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import waitress
from flask import Flask
from form_user import LOGIN, PASSWORD
from old_browser import CHROMIUM_80, OldBrowser
from test_api import Program, program_of
from test_api_operations import ended, planned
from test_form_browser import run_until_closed
from test_result_drawings import SQUARE, geojson

pytestmark = pytest.mark.skipif(CHROMIUM_80 is None, reason="Chromium 80 is not there (name it in $CHROMIUM_80)")

SIZES = {"desk": (1366, 768), "phone": (390, 844)}
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of all pages, to be looked at."""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[OldBrowser]:
    """Start the old browser."""
    browser = OldBrowser(str(CHROMIUM_80), tmp_path / "profile")
    yield browser
    browser.close()


@pytest.fixture
def program(make_app: Callable[..., Flask]) -> Program:
    """Return a program of the bureau whose pages are looked at."""
    return program_of(make_app(WTF_CSRF_ENABLED=True))


@pytest.fixture
def address(program: Program) -> Iterator[str]:
    """Serve the pages; return their address."""
    server = waitress.create_server(program.application, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=run_until_closed, args=(server,), daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def enter(browser: OldBrowser, address: str) -> None:
    """Sign in by the page's form."""
    browser.go(f"{address}/login")
    browser.run(f"document.querySelector('#login').value = {LOGIN!r}")
    browser.run(f"document.querySelector('#password').value = {PASSWORD!r}")
    browser.run("document.querySelector('main button').click()")
    browser.wait("location.pathname === '/' && document.readyState === 'complete'")


def look_at(browser: OldBrowser, address: str, drawn: str = "") -> None:
    """Open a page on a desk and a phone; wait for what is drawn; nothing is too wide."""
    for name, size in SIZES.items():
        browser.size(*size)
        browser.go(address)
        if drawn:
            browser.wait(drawn)
        wide = browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} is {wide} px too wide on a {name}"
        if PICTURES:
            time.sleep(0.5)  # charts fade in
            place = address.split("/", 3)[3].replace("/", "-").replace("?", "-") or "home"
            browser.picture(Path(PICTURES) / f"{place[-40:]}-{name}.png")


def test_it_is_the_oldest_browser(browser: OldBrowser) -> None:
    """Not a newer one under its name."""
    assert "/80." in browser.version


def test_pages_of_the_bureau_and_of_a_plan_work(browser: OldBrowser, program: Program, address: str) -> None:
    """Before and after planning, with a decision, an explanation, outlines and a comparison; no script complains."""
    ready, job_id = program.upload(), planned(program, {"classes": 30, "explain_seconds": 0.1, "compare_seconds": 0.1})
    path = f"/jobs/{job_id}"
    program.ask("PUT", f"{path}/classes/c2/decision", json={"kind": "lock"})
    program.ask("POST", f"{path}/explanation", json={})
    ended(program, f"{path}/explanation")
    asked = {"scenarios": [{"key": "money_less"}, {"key": "money_more"}], "curve": True}
    kept = program.ask("POST", f"{path}/comparisons", json=asked)[1]["id"]
    ended(program, f"{path}/comparisons/{kept}")
    enter(browser, address)
    for page in ("/", "/new", "/bin", "/account", "/admin/", "/admin/audit", "/admin/bureaus", "/admin/service"):
        look_at(browser, f"{address}{page}")
    for page in (f"/jobs/{ready}", f"/jobs/{ready}/data", f"{path}/publish", f"{path}/compare"):
        look_at(browser, f"{address}{page}")
    for tab in ("townships", "funds", "targets", "unserved", "why", "versions", "papers"):
        look_at(browser, f"{address}{path}/result/{tab}")
    look_at(browser, f"{address}{path}/classes/c2")
    look_at(browser, f"{address}{path}", drawn="document.querySelector('[data-gantt][data-drawn] canvas')")
    drawn = "document.querySelectorAll('[data-chart].drawn canvas').length >= 2"
    look_at(browser, f"{address}{path}/compare/{kept}", drawn=drawn)
    sent = {"data": geojson(({"name": "城关镇"}, [SQUARE])), "content_type": "application/geo+json"}
    assert program.ask("PUT", f"{path}/outlines", **sent)[0] == 200
    map_drawn = "document.querySelector('[data-outlines][data-drawn] canvas')"
    look_at(browser, f"{address}{path}/result/townships?show=share", drawn=map_drawn)
    assert browser.complaints == []


def test_a_class_opens_beside_the_chart(browser: OldBrowser, program: Program, address: str) -> None:
    """A click opens the panel, Escape closes it."""
    job_id = planned(program)
    enter(browser, address)
    browser.size(*SIZES["desk"])
    browser.go(f"{address}/jobs/{job_id}")
    browser.run("document.querySelector('table.classes a[data-panel]').click()")
    browser.wait("document.querySelector('.panel .class-detail')")
    browser.run("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))")
    browser.wait("document.querySelector('.panel').hidden")
    assert browser.complaints == []


def test_a_search_is_followed_and_stopped(browser: OldBrowser, program: Program, address: str) -> None:
    """The moving part moves by itself, the curve is drawn, and the page goes on to the plan."""
    job_id = program.upload({"seconds": 30})
    enter(browser, address)
    browser.size(*SIZES["desk"])
    browser.go(f"{address}/jobs/{job_id}")
    browser.run("Array.from(document.querySelectorAll('button')).find(b => /开始规划/.test(b.textContent)).click()")
    browser.wait("document.querySelector('path.value-line')")
    if PICTURES:
        browser.picture(Path(PICTURES) / "running-desk.png")
    browser.run("Array.from(document.querySelectorAll('button')).find(b => /停止/.test(b.textContent)).click()")
    browser.wait("document.querySelector('#gantt')")
    assert browser.complaints == []
