"""How a bureau's own file of scenarios is handed to the planner."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from planner.scenarios.sheet import read_scenarios, write_scenario_template
from tests.oracle.enumeration import a_tiny_instance
from web.work.kinds.compare import scenario_files

ROW = {"情景": "少一成", "项目": "资金总额倍数", "对象": "", "数值": "0.9", "说明": ""}


def handed(folder: Path, paths: list[Path]) -> Path:
    """Lay the files as the task does and return what the planner is given."""
    places, files = scenario_files(paths)
    for name, path in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(path, folder / name)
    assert len(places) == 1
    return folder / places[0]


@pytest.mark.parametrize("name", ["情景.csv", "我们的设想.CSV"])
def test_a_text_table_of_scenarios_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    """The page takes .csv: a table alone is no workbook for the planner, a folder with the sheet in it is."""
    own = tmp_path / name
    with own.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ROW)
        writer.writeheader()
        writer.writerow(ROW)
    scenarios = read_scenarios(handed(tmp_path / "task", [own]), a_tiny_instance())
    assert [one.name for one in scenarios] == ["少一成"]


def test_a_workbook_of_scenarios_is_given_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "情景.xlsx"
    write_scenario_template(own, [("少一成", "资金总额倍数", "", 0.9, "")])
    given = handed(tmp_path / "task", [own])
    assert given.name == own.name
    assert [one.name for one in read_scenarios(given, a_tiny_instance())] == ["少一成"]


def test_without_scenarios_nothing_is_given() -> None:
    assert scenario_files([]) == ([], {})
