"""Style sheets and scripts are asked for once, and anew when they changed."""

from __future__ import annotations

import re

from tests.web.form_user import User


def test_an_address_in_a_page_names_the_content_and_may_be_kept(user: User) -> None:
    """A year, by this browser alone: the answer carries the session's cookie."""
    files = re.findall(r'"(/static/form\.(?:css|js)\?v=[0-9a-f]{12})"', user.client.get("/").text)
    assert len(files) == 2
    for file in files:
        answer = user.client.get(file)
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_an_address_of_another_content_is_not_kept(user: User) -> None:
    """A page of the version before asks for its style sheet by the old hash; the answer holds the new one."""
    for address in ("/static/form.css", "/static/form.css?v=000000000000"):
        assert user.client.get(address).headers["Cache-Control"] == "private, no-cache"
    assert user.client.get("/static/none.css?v=").status_code == 404
