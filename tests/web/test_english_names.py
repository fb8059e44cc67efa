"""On English pages the workbook's headings have their English names beside them."""

from __future__ import annotations

import re

from form_user import User


def test_sheets_and_columns_are_named_in_english_beside_the_workbooks_own_words(user: User) -> None:
    """The list of sheets, the rows of one and the form of a row; Chinese pages stay as they were."""
    address = user.upload()
    user.wait(address)
    places = [f"{address}/data/sheets/locks", f"{address}/data/sheets/locks/rows/2"]
    for place in places:
        assert "in-english" not in user.client.get(place).text
    user.client.get("/language/en")
    for place in places:
        page = user.client.get(place).text
        named = re.findall(r'<span class="in-english">([^<]+)</span>', page)
        assert {"course", "number", "note"} <= set(named)
    rows = user.client.get(places[0]).text
    assert '<span lang="zh-CN">固定班</span> <span class="in-english">locks</span>' in rows
    assert '<span class="in-english">plan start</span>' in user.client.get(f"{address}/data").text
