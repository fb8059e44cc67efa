"""The whole application over both databases, and what bureaus must not share beside their rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from form_user import clerk_of

from planner.reading.choices import ReadingChoices
from web.data_folder import JobFolder
from web.words import ConfirmedWords, read_confirmed

ANSWER = {
    "bureau": "赫章县",
    "known": {"课程": ["电工"]},
    "reading": {"proposals": [{"kind": "课程", "found": "电工班"}], "sheets": []},
}
"""What the reader asks about a sheet that says 电工班."""


def test_a_plan_is_made_listed_and_logged_on_either_database(
    make_app: Callable[..., Flask], new_url: Callable[[], str]
) -> None:
    user = clerk_of(make_app(DATABASE_URL=new_url()))
    assert "预计就业" in user.plan()
    assert "3,615" in user.client.get("/").text
    assert "开始规划" in user.client.get("/admin/audit").text


@pytest.fixture
def confirmed(tmp_path: Path) -> ReadingChoices:
    """Let the first bureau have confirmed a word; return its choices."""
    choices = ReadingChoices()
    choices.names["课程"] = {"电工班": "电工"}
    ConfirmedWords(tmp_path, "ours").keep("赫章县", ReadingChoices(), choices)
    return choices


@pytest.mark.parametrize(("bureau", "recalled"), [("ours", True), ("theirs", False)])
def test_confirmed_words_are_the_bureaus_own_even_of_the_same_county(
    tmp_path: Path, confirmed: ReadingChoices, bureau: str, recalled: bool
) -> None:
    folder = JobFolder(tmp_path)
    assert ConfirmedWords(tmp_path, bureau).recall(folder, ANSWER) is recalled
    assert read_confirmed(folder.choices).names == (confirmed.names if recalled else {})


def test_words_of_a_version_before_go_to_the_first_bureau_that_reads(
    tmp_path: Path, confirmed: ReadingChoices
) -> None:
    (tmp_path / "words-ours.json").rename(tmp_path / "words.json")
    assert ConfirmedWords(tmp_path, "first").recall(JobFolder(tmp_path), ANSWER)
    assert not ConfirmedWords(tmp_path, "second").recall(JobFolder(tmp_path), ANSWER)
