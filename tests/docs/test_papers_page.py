"""docs/papers.md names what is written: folders, calendars, registers, field codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.export import folders
from planner.export.all_papers import PaperKind
from planner.export.placing import LIST_FILE
from planner.export.register_fields import CLASSES, EXAMS, SEATS, SESSIONS
from planner.export.registers import CHINESE, CODES, FIELD_LIST

PAGE = (Path(__file__).parents[2] / "docs" / "papers.md").read_text(encoding="utf-8")
FOLDERS = (
    folders.COUNTY, folders.PROVIDERS, folders.TOWNSHIPS, folders.CLASSES, folders.TEACHERS, folders.INSPECTORS,
    folders.REGISTERS, CHINESE, CODES,
)  # fmt: skip
REGISTERS = (CLASSES, SESSIONS, EXAMS, SEATS)


@pytest.mark.parametrize("name", [*FOLDERS, *(r.file for r in REGISTERS), FIELD_LIST, LIST_FILE])
def test_every_folder_and_register_is_named(name: str) -> None:
    """Who opens the folder finds there what the page says, and the other way round."""
    assert re.search(rf"`{re.escape(name)}[`/]", PAGE)


def test_every_field_code_is_explained_and_no_other() -> None:
    """The table of codes is that of the registers."""
    used = {field.code for register in REGISTERS for field in register.fields if field.code}  # type: ignore[attr-defined]
    assert set(re.findall(r"`([a-z]{3}\d{3}(?:[Dd]esc)?)`", PAGE)) == used


def test_every_kind_can_be_asked_for() -> None:
    """The option's words are those of the kinds."""
    assert f"--only {'|'.join(PaperKind)}" in PAGE
