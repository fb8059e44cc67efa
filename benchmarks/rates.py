"""How well conversion rates predict people they have not seen: real trainees, real employment, many random splits.

Run from the project's folder, with a folder that holds the public evaluation data ``nsw.csv``, ``nsw_dw.csv`` (LaLonde
1986; Dehejia and Wahba 1999) and ``job_corps.csv`` (Schochet, Burghardt and McConnell 2008)::

    python benchmarks/rates.py FOLDER [--splits 200] [--sizes 10,20,50]

For each data set and number of people the trainees are split at random; the rates are estimated from one part and
scored on the other (Brier score and log score, lower is better). Compared are the hierarchy of ``planner.conversion``,
the pooled share of everybody, the raw share of each cell (pooled where a cell is empty) and the former rule of a fixed
weight of 20 people. For the log score pooled and raw shares get half a person of either outcome, without which one
surprise costs them an infinite score. Differences are paired: the same split for all.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

from planner.conversion.hierarchy import Cell, Hierarchy, Outcomes

SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000, 4000)
DEPTH = 5
MOST_TESTED = 2000
OLD_WEIGHT = 20
REFERENCE = 0.5

Person = tuple[Cell, bool]
"""A trainee's cell and whether he or she is employed."""

Rates = Callable[[Cell], float]


@dataclass(frozen=True, slots=True)
class Score:
    """Mean Brier score and mean negative log score of a set of people."""

    brier: float
    log: float


def read_people(folder: Path) -> dict[str, list[Person]]:
    """Trainees of every data set, with their cell: ethnicity, education, age, marriage or sex."""
    people = {}
    for name in ("nsw", "nsw_dw"):
        rows = [row for row in _rows(folder / f"{name}.csv") if float(row["treat"]) == 1]
        people[f"{name}: earnings in 1978"] = [(_nsw_cell(row), float(row["re78"]) > 0) for row in rows]
    rows = [row for row in _rows(folder / "job_corps.csv") if float(row["assignment"]) == 1]
    for title, column, least in (
        ("job_corps: worked in year 4", "pworky4", 1e-9),
        ("job_corps: half of year 4", "pworky4", 50.0),
        ("job_corps: half of year 2", "pworky2", 50.0),
    ):
        people[title] = [(_job_corps_cell(row), float(row[column]) >= least) for row in rows]
    return people


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _nsw_cell(row: Mapping[str, str]) -> Cell:
    ethnicity = "black" if float(row["black"]) else "hispanic" if float(row["hispanic"]) else "other"
    return ("all", ethnicity, _step(row["education"], (9, 10, 11, 12)), _step(row["age"], (21, 26)), row["married"])


def _job_corps_cell(row: Mapping[str, str]) -> Cell:
    named = [name for name in ("white", "black", "hispanic") if float(row[name])]
    return ("all", named[0] if named else "other", _step(row["educ"], (9, 10, 11, 12)), _step(row["age"], (18, 20)),
            row["female"])


def _step(value: str, limits: Sequence[float]) -> int:
    return bisect_right(limits, float(value))


def counted(people: Sequence[Person]) -> dict[Cell, Outcomes]:
    """People and employed of each cell."""
    counts: dict[Cell, Outcomes] = {}
    for cell, employed in people:
        counts[cell] = counts.get(cell, Outcomes()).plus(Outcomes(1, employed))
    return counts


def estimators(people: Sequence[Person], extra: float) -> dict[str, Rates]:
    """Rates by each method; pooled and raw shares with ``extra`` people of either outcome added."""
    counts = counted(people)
    hierarchy = Hierarchy(counts, DEPTH, lambda _: REFERENCE)
    pooled = (sum(one.employed for one in counts.values()) + extra) / (len(people) + 2 * extra)

    def raw(cell: Cell) -> float:
        one = counts.get(cell)
        return pooled if one is None else (one.employed + extra) / (one.people + 2 * extra)

    return {
        "hierarchy": lambda cell: hierarchy.posterior(cell).mean,
        "pooled": lambda _: pooled,
        "raw": raw,
        "weight 20": _fixed_weight(counts),
    }


def _fixed_weight(counts: Mapping[Cell, Outcomes]) -> Rates:
    totals: dict[Cell, Outcomes] = {}
    for cell, one in counts.items():
        for length in range(3, len(cell) + 1):
            totals[cell[:length]] = totals.get(cell[:length], Outcomes()).plus(one)

    def rate(cell: Cell) -> float:
        found = REFERENCE
        for length in range(3, len(cell) + 1):
            one = totals.get(cell[:length], Outcomes())
            found = (one.employed + OLD_WEIGHT * found) / (one.people + OLD_WEIGHT)
        return found

    return rate


def score(rates: Rates, people: Sequence[Person]) -> Score:
    """Brier and log score of rates on people; a rate is kept 10⁻⁶ away from 0 and 1 for the log score."""
    known: dict[Cell, float] = {}
    brier = log = 0.0
    for cell, employed in people:
        if cell not in known:
            known[cell] = rates(cell)
        rate = known[cell]
        brier += (rate - employed) ** 2
        log -= math.log(max(1e-6, rate if employed else 1 - rate))
    return Score(brier / len(people), log / len(people))


def split_scores(people: Sequence[Person], size: int, seed: int) -> dict[str, Score]:
    """Scores by method on one random split with ``size`` people to learn from."""
    shuffled = list(people)
    random.Random(seed).shuffle(shuffled)
    learnt, tested = shuffled[:size], shuffled[size : size + MOST_TESTED]
    plain, smoothed = estimators(learnt, 0.0), estimators(learnt, 0.5)
    return {
        name: Score(score(plain[name], tested).brier, score(smoothed[name], tested).log) for name in plain
    }


def main() -> None:
    """Print one table for each data set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    options = parser.parse_args()
    if not (options.folder / "job_corps.csv").exists():
        raise SystemExit(f"{options.folder}: no job_corps.csv here; name the folder with the evaluation data")
    for title, people in read_people(options.folder).items():
        share = sum(employed for _, employed in people) / len(people)
        print(f"\n{title}: {len(people)} trainees, {share:.1%} employed; hierarchy less others, x 10^4")
        print("learnt  Brier: pooled, raw, weight 20; log: pooled, raw, weight 20")
        for size in map(int, options.sizes.split(",")):
            if size <= 0.8 * len(people):
                print(_line(people, size, options.splits), flush=True)


def _line(people: Sequence[Person], size: int, splits: int) -> str:
    found = [split_scores(people, size, seed) for seed in range(splits)]
    parts = []
    for kind in ("brier", "log"):
        for other in ("pooled", "raw", "weight 20"):
            paired = [1e4 * (getattr(one["hierarchy"], kind) - getattr(one[other], kind)) for one in found]
            parts.append(f"{mean(paired):8.1f} ± {2 * stdev(paired) / math.sqrt(splits):5.1f}")
    return f"{size:6d}  " + "  ".join(parts)


if __name__ == "__main__":
    main()
