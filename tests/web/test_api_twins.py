"""docs/api.md says of every page route which operation of the interface does the same, or why there is none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from web.api.errors import PREFIX
from web.journal import action_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
ROUTE = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`")
ITSELF = ("/accounts", "/bureaus", "/me/")
"""Operations whose change the directory of accounts notes itself, under words of its own."""


def table() -> list[tuple[list[str], list[str], str]]:
    """Return the rows of the page's table: routes, operations, and the words of the right cell."""
    text = PAGE.read_text(encoding="utf-8").split("## Pages and their operations", 1)[1]
    rows = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 2:
            rows.append((ROUTE.findall(cells[0]), ROUTE.findall(cells[1]), cells[1]))
    return rows


def routes(app: Flask) -> dict[str, str]:
    """Return the endpoint of each route of the service, named as in the page: ``GET /jobs/{}``."""
    return {
        f"{method} {re.sub(r'<[^>]+>', '{}', rule.rule)}": rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def is_operation(route: str) -> bool:
    """Whether a route belongs to the interface."""
    return route.split(" ", 1)[1].startswith(PREFIX)


def operations(app: Flask) -> dict[str, str]:
    """Return the endpoint of each operation that the interface's document describes, without the prefix."""
    endpoints = routes(app)
    paths = app.test_client().get("/openapi/openapi.json").get_json()["paths"]
    named = [
        (method.upper(), re.sub(r"{[^}]+}", "{}", path)) for path, methods in paths.items() for method in methods
    ]
    return {f"{method} {path.removeprefix('/api/v1')}": endpoints[f"{method} {path}"] for method, path in named}


def test_every_page_route_has_one_row(app: Flask) -> None:
    """A new page must say which operation does the same, or why there is none; a page that went leaves the list."""
    listed = Counter(route for pages, _, _ in table() for route in pages)
    assert [route for route, times in listed.items() if times > 1] == []
    pages = {route for route in routes(app) if not is_operation(route)}
    assert pages - set(listed) == set(), "without a row in docs/api.md"
    assert set(listed) - pages == set(), "no such page"


def test_every_row_names_operations_or_a_reason(app: Flask) -> None:
    """Operations are those of the document; a reason is a sentence."""
    known = operations(app)
    for pages, named, words in table():
        assert set(named) <= set(known), pages
        assert named or re.fullmatch(r"none: .{20,}", words), pages


def test_every_operation_is_that_of_some_page(app: Flask) -> None:
    """The interface does what the pages do and nothing more."""
    assert set(operations(app)) - {route for _, named, _ in table() for route in named} == set()


@pytest.mark.parametrize("of", [routes, operations])
def test_the_service_has_pages_and_operations(app: Flask, of: Callable[[Flask], dict[str, str]]) -> None:
    """Otherwise the tests before could not fail."""
    assert len(of(app)) > 60


def test_what_changes_something_does_so_in_both_and_is_noted_under_one_word(app: Flask) -> None:
    """A page that changes something has operations that do, and the log calls both alike."""
    endpoints, known = routes(app), operations(app)
    for pages, named, _ in table():
        changing = [known[route] for route in named if not route.startswith("GET ")]
        assert bool(changing) == any(not page.startswith("GET ") for page in pages) or not named, pages
        if changing and not any(route.split(" ", 1)[1].startswith(ITSELF) for route in named):
            words = {action_of(endpoint) for endpoint in changing}
            noted = {endpoints[page] for page in pages} | {"demand.upload", "service.backup"}
            assert words <= noted, pages
