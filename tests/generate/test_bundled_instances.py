"""The committed files of ``instances/``: current, readable, and as the README says."""

from __future__ import annotations

import runpy
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from planner.generate import generate_tables
from planner.generate.bureau import ALIASES
from planner.generate.tiny import TINY
from planner.model.compact import build_compact, solve_compact
from planner.model.problem import build_problem
from planner.scenarios.sheet import read_scenarios
from planner.workbook.read import read_workbook

INSTANCES = Path(__file__).resolve().parents[2] / "instances"
WORKBOOKS = ["demo.xlsx", "hezhang.xlsx", "zhenxiong.xlsx", *(f"tiny/{name}.xlsx" for name in TINY)]
FORMS = ["附件1_培训需求摸底表.xlsx", "附件2_分年龄段意愿汇总表.xlsx", "附件3_乡镇分表.xlsx"]


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh build of every bundled instance."""
    folder = tmp_path_factory.mktemp("instances")
    runpy.run_path(str(INSTANCES / "build.py"))["build"](folder)
    return folder


def parts_of(workbook: Path) -> dict[str, bytes]:
    """Unpack a workbook: content by part name."""
    with ZipFile(workbook) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


SCENARIOS = "hezhang-scenarios.xlsx"


@pytest.mark.parametrize("name", [*WORKBOOKS, SCENARIOS, *(f"bureau/{form}" for form in FORMS)])
def test_the_committed_file_is_current(name: str, rebuilt: Path) -> None:
    """Rebuilding gives the same parts; if not, run ``python instances/build.py`` and commit.

    The parts are compared unpacked, because another build of zlib may pack equal parts into other bytes.
    """
    assert parts_of(INSTANCES / name) == parts_of(rebuilt / name)


def test_nothing_else_is_bundled(rebuilt: Path) -> None:
    """Every workbook below instances/ comes from the script."""
    built = {path.relative_to(rebuilt) for path in rebuilt.rglob("*.xlsx")}
    assert {path.relative_to(INSTANCES) for path in INSTANCES.rglob("*.xlsx")} == built


@pytest.mark.parametrize("name", WORKBOOKS)
def test_the_bundled_workbook_reads_without_faults(name: str) -> None:
    """The reader accepts it as committed."""
    assert read_workbook(INSTANCES / name).instance.demand


def test_the_scenario_of_make_defend_asks_too_much_in_two_rows() -> None:
    """One scenario: the total becomes a must, and more than the county can train with its money."""
    county = read_workbook(INSTANCES / "hezhang.xlsx").instance
    (scenario,) = read_scenarios(INSTANCES / SCENARIOS, county)
    total = next(target for target in scenario.apply(county).targets if target.id == "T-总人数")
    assert total.hard and total.value == 12_000
    assert f"$(DEFEND)/{scenario.name}/input.xlsx" in (INSTANCES.parent / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value", "yuan"), [("money", 2.8, 5_000), ("jobs", 6.5168, 9_000), ("target", 3.0, 3_080)]
)
def test_the_model_finds_the_optimum_derived_by_hand(name: str, value: float, yuan: int) -> None:
    """The compact model agrees with the derivation in instances/README.md, at its least cost."""
    problem = build_problem(read_workbook(INSTANCES / "tiny" / f"{name}.xlsx").instance)
    solution = solve_compact(build_compact(problem))
    assert solution.value == pytest.approx(value, rel=2e-6)
    assert solution.cost_cents == pytest.approx(100 * yuan)


@pytest.mark.parametrize("name", TINY)
def test_hand_solved_instances_say_they_are_invented(name: str) -> None:
    """Their sheet 来源说明 says so and points to the derivation."""
    book = load_workbook(INSTANCES / "tiny" / f"{name}.xlsx")
    assert "虚构" in str(book["来源说明"]["B2"].value)


@pytest.mark.parametrize("form", FORMS)
def test_survey_forms_look_like_office_practice(form: str) -> None:
    """Attachment number, merged title, sender and a two-level merged header come before the first row."""
    sheet = load_workbook(INSTANCES / "bureau" / form).worksheets[0]
    assert str(sheet["A1"].value).startswith("附件")
    assert "2026年" in str(sheet["A2"].value)
    assert str(sheet["A3"].value).startswith("填报单位")
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert "A4:A5" in merged
    assert any(cells.startswith("A2:") for cells in merged)


def test_the_township_form_has_the_numbers_of_the_county() -> None:
    """Its totals row equals people and wishes of hezhang.xlsx."""
    tables = generate_tables("county", 1)
    sheet = load_workbook(INSTANCES / "bureau" / FORMS[0]).worksheets[0]
    headings = [cell.value for cell in sheet[5]]
    totals = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "合计")
    assert totals[2] == 24_500
    welders = next(name for name, short in ALIASES.items() if short == "电焊工")
    wishes = sum(int(str(row["愿意人数"])) for row in tables["需求"] if row["课程"] == welders)
    assert totals[headings.index("电焊工")] == wishes


def test_the_age_band_form_has_its_totals_first() -> None:
    """The first row below the header is 合计, and township names are merged over three rows."""
    sheet = load_workbook(INSTANCES / "bureau" / FORMS[1]).worksheets[0]
    assert sheet["B6"].value == "合计"
    assert "B7:B9" in {str(cells) for cells in sheet.merged_cells.ranges}


def test_the_township_form_has_dirty_numbers() -> None:
    """A unit and a vague word stand in number cells, as typed by hand."""
    sheet = load_workbook(INSTANCES / "bureau" / FORMS[0]).worksheets[0]
    texts = [str(value) for row in sheet.iter_rows(min_row=6, values_only=True) for value in row if value]
    assert any(text.endswith("人") and text[:-1].isdigit() for text in texts)
    assert any(text.startswith("约") and text[1:].isdigit() for text in texts)
