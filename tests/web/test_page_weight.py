"""No page is heavy: what a browser has to fetch for it stays under 300 kB, the chart library apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from form_user import User, clerk_of
from test_story_browser import HALF_PLANNER

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 300_000
ASSET = re.compile(r'(?:href|src)="(/static/[^"?]+)[?"]')


def weight_of(user: User, address: str) -> int | None:
    """Return the bytes of a page with its style sheets, scripts and pictures; None for what is no page."""
    answer = user.client.get(address)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return None
    files = {name for name in ASSET.findall(answer.text) if "/vendor/" not in name}
    return len(answer.data) + sum(len(user.client.get(name).data) for name in files)


def pages_of(app: Flask, **known: str) -> list[str]:
    """Return the addresses of all views that can be looked at, as far as their blanks are known."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.arguments <= set(known)]
    ours = [rule for rule in rules if not rule.rule.startswith(("/api", "/openapi", "/static", "/language"))]
    with app.test_request_context():
        return sorted(app.url_map.bind("").build(rule.endpoint, {key: known[key] for key in rule.arguments})
                      for rule in ours)  # fmt: skip


def test_every_page_of_a_planned_county_is_light(app: Flask, user: User) -> None:
    """A plan of 214 classes and all that belongs to it; a page that is added is weighed, too."""
    address = user.start({"seconds": 0.1, "classes": 214})
    series = re.search(r"/plans/([\w-]+)", user.wait(address))
    known = {"job_id": address.split("/")[-1], "series_id": series[1]}
    weights = {page: weight_of(user, page) for page in pages_of(app, **known)}
    weights |= {page: weight_of(user, page) for page in (f"{address}/classes/c1", f"{address}/result/townships")}
    weights |= {page: weight_of(user, page) for page in (f"{address}/result/unserved", f"{address}/result/why")}
    pages = {page: weight for page, weight in weights.items() if weight is not None}
    assert len(pages) >= 16 and f"{address}/compare" in pages and "/admin/audit" in pages
    assert max(pages.values()) < MOST_BYTES, pages


@pytest.mark.parametrize("county", ["hezhang", "zhenxiong"])
def test_the_data_of_a_whole_county_are_light_while_they_can_be_changed(
    make_app: Callable[..., Flask], county: str
) -> None:
    """Thirty townships by fifty-two weeks, and a field for everything that may be changed."""
    app = make_app(PLANNER_COMMAND=HALF_PLANNER, INSTANCES_FOLDER=ROOT / "instances")
    user = clerk_of(app)
    address = user.client.post("/jobs/bundled", data={"county": county}).location
    user.wait(address)
    page = user.client.get(f"{address}/data").text
    assert page.count("<input") > 300
    assert (weight_of(user, f"{address}/data") or 0) < MOST_BYTES
