"""What README and docs/ promise exists, and what exists is documented: verbs, options, sheets, links, targets."""

from __future__ import annotations

import re
from pathlib import Path

import click
import openpyxl
import pytest

from planner.cli import main
from planner.cli.commands import EXIT_BAD_INPUT, EXIT_DONE, EXIT_INFEASIBLE, EXIT_NO_PLAN
from planner.export.county_workbook import write_plan_workbook
from planner.workbook.schema import SHEETS
from tests.export.builders import a_plan, an_instance, the_expected_jobs

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh.md")
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "instances" / "README.md")
)
DECISIONS = [page for page in PAGES if page.startswith("docs/decisions/")]
LONGEST_README = 150

both_readmes = pytest.mark.parametrize("readme", READMES)


def text_of(page: str) -> str:
    """The text of a page, named from the project's folder."""
    return (ROOT / page).read_text(encoding="utf-8")


def table_rows(page: str) -> list[list[str]]:
    """The cells of every table row of a page."""
    lines = [line for line in text_of(page).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def options_of(verb: str) -> list[click.Option]:
    """The options of a verb."""
    return [option for option in main.commands[verb].params if isinstance(option, click.Option)]


def row_of_verb(readme: str, verb: str) -> list[str]:
    """The verb's row of the verb table, empty when there is none."""
    return next((row for row in table_rows(readme) if re.match(rf"`{verb}\b", row[0])), [])


@both_readmes
@pytest.mark.parametrize("verb", sorted(main.commands))
def test_every_verb_has_a_row_in_the_verb_table(readme: str, verb: str) -> None:
    """A verb that nobody can read about does not exist for the bureau."""
    assert row_of_verb(readme, verb)


@both_readmes
@pytest.mark.parametrize("option", options_of("solve"), ids=lambda option: option.name)
def test_every_option_of_solve_has_a_row_with_its_default(readme: str, option: click.Option) -> None:
    """The table names the option, and where its default is a number or a word, the same one."""
    row = next((row for row in table_rows(readme) if row[0] == f"`{option.opts[0]}`"), None)
    assert row is not None
    if isinstance(option.default, int | float) and not option.is_flag:
        assert float(row[1]) == option.default
    elif isinstance(option.default, str):
        assert row[1] == option.default


@both_readmes
@pytest.mark.parametrize("verb", sorted(set(main.commands) - {"solve"}))
def test_every_option_of_the_other_verbs_stands_in_its_row(readme: str, verb: str) -> None:
    """They have few options, so they need no table of their own."""
    row = " ".join(row_of_verb(readme, verb))
    assert [option.opts[0] for option in options_of(verb) if option.opts[0] not in row] == []


@both_readmes
def test_documented_options_exist(readme: str) -> None:
    """The option table lists nothing that solve refuses."""
    documented = {row[0].strip("`") for row in table_rows(readme) if row[0].startswith("`--")}
    assert documented == {option.opts[0] for option in options_of("solve")}


@both_readmes
def test_every_exit_code_has_a_row(readme: str) -> None:
    """Scripts rely on the four exit codes."""
    rows = {row[0] for row in table_rows(readme)}
    assert {str(code) for code in (EXIT_DONE, EXIT_INFEASIBLE, EXIT_BAD_INPUT, EXIT_NO_PLAN)} <= rows


@both_readmes
def test_every_sheet_of_the_plan_is_named(readme: str, tmp_path: Path) -> None:
    """What the demo leaves: each sheet of plan.xlsx."""
    write_plan_workbook(an_instance(), a_plan(), tmp_path / "plan.xlsx", the_expected_jobs())
    sheets = openpyxl.load_workbook(tmp_path / "plan.xlsx", read_only=True).sheetnames
    assert [sheet for sheet in sheets if sheet not in text_of(readme)] == []


@both_readmes
def test_readme_is_short(readme: str) -> None:
    """A newcomer reads it to the end."""
    assert len(text_of(readme).splitlines()) < LONGEST_README


@both_readmes
def test_make_targets_of_the_readme_exist(readme: str) -> None:
    """Every ``make ...`` in code is a target of the Makefile."""
    named = set(re.findall(r"(?:`|^    )make ([a-z]+)", text_of(readme), flags=re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), flags=re.MULTILINE))
    assert {"demo", "test", "serve"} <= named <= targets


@both_readmes
def test_python_modules_of_the_readme_exist(readme: str) -> None:
    """``python -m planner`` and ``python -m web`` are there, and no other module of ours is promised."""
    named = set(re.findall(r"python -m ([a-z_]+)", text_of(readme)))
    assert {"planner", "web"} <= named <= {"planner", "web", "pip", "pytest"}
    assert all((ROOT / package / "__main__.py").is_file() for package in ("planner", "web"))


@both_readmes
def test_folders_of_the_readme_exist(readme: str) -> None:
    """The folder tree names each package of the planner, and nothing that is not there."""
    named = set(re.findall(r"\bplanner/([a-z]+)", text_of(readme)))
    packages = {init.parent.name for init in (ROOT / "planner").glob("*/__init__.py")}
    assert named == packages


def test_both_readmes_show_the_same_commands() -> None:
    """The twins differ in words, not in what is typed."""

    def commands(readme: str) -> set[str]:
        lines = re.findall(r"^    (\S.*)$", text_of(readme), flags=re.MULTILINE)
        return {line.split("  #")[0].rstrip() for line in lines if re.match(r"make |py |python |\.venv", line)}

    assert commands("README.md") == commands("README.zh.md") != set()


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_of_the_project(page: str) -> None:
    """Every relative link of a page leads to a file, and to a heading of it where it names one."""
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.is_file(), f"{page} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, f"{page} links to {target}"


def test_the_index_lists_every_page() -> None:
    """docs/README.md leads to each page below docs/."""
    index = text_of("docs/README.md")
    pages = [page.removeprefix("docs/") for page in PAGES if page.startswith("docs/") and page != "docs/README.md"]
    assert [page for page in pages if f"({page})" not in index] == []


@pytest.mark.parametrize("page", DECISIONS)
def test_a_decision_has_its_four_parts_and_a_date(page: str) -> None:
    """One page: number and title, date, context, choice, rejected, consequence."""
    text = text_of(page)
    number = Path(page).name[:4]
    assert re.match(rf"# {number} .+\n\n\d{{4}}-\d{{2}}-\d{{2}} · ", text)
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ["Context", "Choice", "Rejected", "Consequence"]
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("sheet", [sheet.name for sheet in SHEETS])
def test_the_glossary_has_the_word_of_every_sheet(sheet: str) -> None:
    """Sheets are named after concepts, and each concept has its one word."""
    assert any(sheet in cell for row in table_rows("docs/glossary.md") for cell in row[1:])
