"""Results as Markdown tables, printed or put between the markers of a page.

    python -m benchmarks.tables RESULTS.jsonl [--into docs/benchmarks.md]

A page holds ``<!-- table: counties -->`` and ``<!-- end -->``; what stands between is replaced. Each table ends with
the commit, date and machine of its rows; of several runs of the same thing the newest counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from benchmarks.cases import COUNTIES
from benchmarks.growth import SIZES, TIMES, growth_fit, time_of
from benchmarks.results import Result, newest, read_results

MILESTONES = ("bound 0.1", "plan 5", "plan 2", "plan 1", "plan 0.5", "plan 0.3", "plan 0.2", "plan 0.1")

NOTHING = "–"

BOUND_TOLERANCE = 1e-5
"""Share by which a solver's bound may lie below a checked plan: its own tolerances."""


def all_tables(results: Sequence[Result]) -> dict[str, str]:
    """The tables that there are results for, by name."""
    made = {name: table(results) for name, table in TABLES.items()}
    return {name: text for name, text in made.items() if text}


def counties_table(results: Sequence[Result]) -> str:
    """The planner on the counties, with what is aimed at under each."""
    rows = newest(results, "counties", "instance", "seed")
    aims = {county.name: county for county in COUNTIES}
    heading = ["instance", "value", "bound", "gap", "ended", "bound within 0.1 %",
               *(f"plan within {name.split()[1]} %" for name in MILESTONES[1:]), "memory", "check"]
    lines = []
    for row in rows:
        seed = f", seed {row['seed']}" if row.get("seed") else ""
        lines.append([
            f"{row['instance']}{seed}: {row['persons']:,} people", number(row["value"]), number(row["bound"]),
            percent(row.get("gap")), f"{row['outcome']} after {seconds(row.get('seconds') or row['process_seconds'])}",
            *(seconds(time_of(row, name)) for name in MILESTONES), f"{row['memory_gb']:.2f} GB", row["check"],
        ])
        county = aims.get(row["instance"])
        if county and county.aims:
            aimed = [seconds(county.aims.get(name)) for name in MILESTONES]
            lines.append(["*aim*", "", "", "", "", *aimed, f"{county.aim_gb:g} GB", ""])
    return page_table(heading, lines, rows)


def peers_table(results: Sequence[Result]) -> str:
    """The planner and its peers on growing counties."""
    rows = newest(results, "peers", "instance", "solver")
    heading = ["townships × courses", "solver", "columns", "outcome", "value", "bound", "gap", "of the best value",
               "seconds", "memory", "check"]
    best: dict[str, float] = {}
    for row in rows:
        if row["check"] == "passes":
            best[row["instance"]] = max(row["value"], best.get(row["instance"], row["value"]))
    lines = []
    for row in rows:
        most = best.get(row["instance"])
        share = row["value"] / most if row["check"] == "passes" and most else None
        wrong = most is not None and row["bound"] is not None and row["bound"] < most - BOUND_TOLERANCE * abs(most)
        lines.append([
            row["instance"], row["solver"], number(row.get("columns"), 0), row["outcome"], number(row["value"]),
            number(row["bound"]), percent(row.get("gap")), percent(share, 1), seconds(row["process_seconds"]),
            f"{row['memory_gb']:.2f} GB", "BOUND BELOW A PLAN" if wrong else row["check"],
        ])
    return page_table(heading, lines, rows)


def limits_table(results: Sequence[Result]) -> str:
    """Up to which size each peer worked, and what happened on the next."""
    rows = newest(results, "peers", "instance", "solver")
    heading = ["solver", "largest county with a plan or bound", "gap there", "then"]
    lines = []
    for solver in dict.fromkeys(row["solver"] for row in rows):
        mine = sorted((row for row in rows if row["solver"] == solver), key=lambda row: row["options"])
        worked = [row for row in mine if row["check"] == "passes" or row["outcome"] == "bound only"]
        failed = [row for row in mine if row not in worked]
        largest = worked[-1] if worked else {"instance": NOTHING}
        lines.append([
            solver, largest["instance"], percent(largest.get("gap")),
            f"{failed[0]['instance']}: {failed[0]['outcome']}" if failed else "not stopped",
        ])
    return page_table(heading, lines, rows)


def growth_table(results: Sequence[Result]) -> str:
    """Times by size, and the fitted exponents."""
    rows = newest(results, "growth", "instance")
    heading = ["townships × courses", "people", "class options", *TIMES.values(), "gap", "memory"]
    lines = [[
        row["instance"], number(row["persons"], 0), number(row["options"], 0),
        *(f"{row[name]:.1f} ms" if name == "evaluation_ms" else seconds(time_of(row, name)) for name in TIMES),
        percent(row.get("gap")), f"{row['memory_gb']:.2f} GB",
    ] for row in rows]
    for size in SIZES:
        fits = [growth_fit(rows, size, time) for time in TIMES]
        cells = [NOTHING if fit is None else f"{fit.exponent:.2f}{f' ± {fit.error:.2f}' if fit.error else ''}"
                 for fit in fits]
        lines.append([f"*exponent in {size}*", "", "", *cells, "", ""])
    return page_table(heading, lines, rows)


def prototype_table(results: Sequence[Result]) -> str:
    """The prototype's own figures on its own county."""
    rows = newest(results, "prototype", "instance")
    heading = ["instance", "value", "bound", "gap", "bound after", "plan after", "memory", "outcome"]
    lines = [[
        row["instance"], number(row["value"]), number(row["bound"]), percent(row.get("gap")),
        seconds(row.get("bound_seconds")), seconds(row.get("seconds")), f"{row['memory_gb']:.2f} GB", row["outcome"],
    ] for row in rows]
    return page_table(heading, lines, rows)


def stages_table(results: Sequence[Result]) -> str:
    """Where the time of a county's run goes."""
    rows = newest(results, "profile", "instance")
    heading = ["instance", "stage", "seconds", "share"]
    lines = []
    for row in rows:
        total = sum(row["stages"].values()) or 1.0
        lines += [[row["instance"], stage, f"{spent:.1f}", percent(spent / total, 0)]
                  for stage, spent in row["stages"].items()]
    return page_table(heading, lines, rows)


TABLES: dict[str, Callable[[Sequence[Result]], str]] = {
    "counties": counties_table, "growth": growth_table, "peers": peers_table, "limits": limits_table,
    "prototype": prototype_table, "stages": stages_table,
}


def page_table(heading: Sequence[str], lines: Sequence[Sequence[str]], rows: Sequence[Result]) -> str:
    """A Markdown table with a line on where its rows come from; empty without rows."""
    if not rows:
        return ""
    texts = ["| " + " | ".join(cells) + " |" for cells in (heading, ["---"] * len(heading), *lines)]
    origins = dict.fromkeys(
        f"Commit {row['commit']}, {row['date']}, {row['machine']}, Python {row['python']}." for row in rows
    )
    return "\n".join([*texts, "", *origins])


def number(value: float | None, digits: int = 1) -> str:
    """A figure with thousands separators."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def percent(share: float | None, digits: int = 2) -> str:
    """A share as per cent."""
    return NOTHING if share is None else f"{100 * share:.{digits}f} %"


def seconds(value: float | None) -> str:
    """Seconds, with a decimal below ten."""
    return NOTHING if value is None else f"{value:.0f} s" if value >= 10 else f"{value:.1f} s"


def put_into(page: str, tables: dict[str, str]) -> str:
    """The page with each table between its markers; tables without markers there are left out."""
    for name, table in tables.items():
        block = f"<!-- table: {name} -->\n\n{table}\n\n<!-- end -->"
        page = re.sub(rf"<!-- table: {name} -->.*?<!-- end -->", lambda _, text=block: text, page, flags=re.DOTALL)
    return page


@click.command()
@click.argument("results", type=click.Path(path_type=Path, exists=True))
@click.option("--into", type=click.Path(path_type=Path, exists=True), help="Page whose marked tables are replaced.")
def main(results: Path, into: Path | None) -> None:
    """Print the tables of RESULTS, or put them into a page."""
    tables = all_tables(read_results(results))
    if into is None:
        click.echo("\n\n".join(f"## {name}\n\n{table}" for name, table in tables.items()))
    else:
        into.write_text(put_into(into.read_text(encoding="utf-8"), tables), encoding="utf-8")


if __name__ == "__main__":
    main()
