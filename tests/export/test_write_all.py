"""All papers at once: three files, or the files of before."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import BadInput
from planner.export import write_all

from .builders import a_plan, an_instance, the_expected_jobs

PAPERS = ["calendar.ics", "plan.json", "plan.xlsx"]


def test_three_files_are_written_into_a_new_folder(tmp_path: Path) -> None:
    """The folder is made, holds the three papers and nothing else."""
    out = tmp_path / "out" / "hezhang"
    paths = write_all(an_instance(), a_plan(), out, the_expected_jobs())
    assert [path.name for path in paths] == ["plan.json", "plan.xlsx", "calendar.ics"]
    assert sorted(path.name for path in out.iterdir()) == PAPERS


def test_failure_keeps_the_earlier_plan(tmp_path: Path) -> None:
    """When one paper cannot be made, none of the earlier ones is touched and no draft remains."""
    write_all(an_instance(), a_plan(), tmp_path, the_expected_jobs())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(KeyError):
        write_all(an_instance(), a_plan(seed=8), tmp_path, {})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_writing_again_replaces_the_earlier_plan(tmp_path: Path) -> None:
    """A second plan takes the place of the first."""
    write_all(an_instance(), a_plan(), tmp_path, the_expected_jobs())
    write_all(an_instance(), a_plan(seed=8), tmp_path, the_expected_jobs())
    assert '"seed": 8' in (tmp_path / "plan.json").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == PAPERS


def test_paper_that_cannot_be_replaced_is_named(tmp_path: Path) -> None:
    """A target that cannot be overwritten is named, and no other paper has changed."""
    (tmp_path / "plan.xlsx").mkdir()
    with pytest.raises(BadInput, match=r"plan\.xlsx：无法写入该文件"):
        write_all(an_instance(), a_plan(), tmp_path, the_expected_jobs())
    assert [path.name for path in tmp_path.iterdir()] == ["plan.xlsx"]


def test_output_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    """A file where the folder should be gives a sentence."""
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="out：无法写入该文件"):
        write_all(an_instance(), a_plan(), tmp_path / "out", the_expected_jobs())
