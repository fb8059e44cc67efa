"""Providers' quality: simulated providers found again against 1.0 and the raw ratio; written only when asked."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest

from planner.cli.learning import learn
from planner.conversion.quality import provider_qualities
from planner.domain.instance import Instance, PastOutcome, Provider
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.checker.builders import a_course, an_instance
from tests.conversion.test_rates import COURSE, a_rated_instance

COURSES = tuple(f"课程{number}" for number in range(5))
PROVIDERS = tuple(f"机构{number}" for number in range(8))


def drawn_county(
    draw: random.Random, spread: float, class_size: int, unlike: float = 0.0
) -> tuple[Instance, list[float]]:
    """Past classes of eight providers in five courses, and each provider's true quality (mean 1).

    Courses are placed between 40 and 70 %; classes of one provider differ by ``unlike``, a share of the rate.
    """
    raw = [max(0.5, draw.gauss(1.0, spread)) for _ in PROVIDERS]
    true = [one * len(raw) / sum(raw) for one in raw]
    history = []
    for course in COURSES:
        rate = draw.uniform(0.4, 0.7)
        for provider, quality in zip(PROVIDERS, true, strict=True):
            chance = min(0.98, rate * quality * (1.0 + draw.uniform(-unlike, unlike)))
            employed = sum(draw.random() < chance for _ in range(class_size))
            history.append(PastOutcome(course, None, None, provider, class_size, class_size, employed))
    return a_county(*history), true


def a_county(*history: PastOutcome) -> Instance:
    return an_instance(
        courses=tuple(a_course(name) for name in COURSES),
        providers=tuple(Provider(name) for name in PROVIDERS),
        history=history,
    )


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.15])
@pytest.mark.parametrize("class_size", [5, 20, 60])
def test_on_average_no_worse_than_no_quality_or_the_raw_ratio(spread: float, class_size: int) -> None:
    """Squared error over 40 counties, up to 3 % of noise. Where providers differ by 5 % or not at all little beats 1.0:
    there at most 0.0012 is lost, an error of 3 to 4 %.
    """
    draw = random.Random(int(1000 * spread) + class_size)
    errors: dict[str, list[float]] = {"estimated": [], "none": [], "raw": []}
    for _ in range(40):
        county, true = drawn_county(draw, spread, class_size)
        for found, truth in zip(provider_qualities(county), true, strict=True):
            errors["estimated"].append((found.factor - truth) ** 2)
            errors["none"].append((1.0 - truth) ** 2)
            errors["raw"].append((found.employed / found.expected - truth) ** 2)
    assert mean(errors["estimated"]) < 1.03 * mean(errors["raw"])
    assert mean(errors["estimated"]) <= 1.03 * mean(errors["none"]) + (0.0 if spread > 0.1 else 0.0012)


@pytest.mark.parametrize("unlike", [0.0, 0.3])
@pytest.mark.parametrize("class_size", [10, 40])
def test_intervals_hold_four_true_qualities_in_five(unlike: float, class_size: int) -> None:
    """Also where the classes of one provider are unlike each other; wider is allowed, narrower than 72 % is not."""
    draw = random.Random(class_size + int(10 * unlike))
    held = []
    for _ in range(50):
        county, true = drawn_county(draw, 0.12, class_size, unlike)
        held += [one.low <= truth <= one.high for one, truth in zip(provider_qualities(county), true, strict=True)]
    assert 0.72 < mean(held) < 0.95


def two_providers(*, good: int, bad: int, training_type: str = "项目") -> Instance:
    """Two providers of one course with 200 people each."""
    history = [
        PastOutcome(COURSES[0], None, None, name, 200, 200, n)
        for name, n in zip(PROVIDERS[:2], (good, bad), strict=True)
    ]
    county = a_county(*history)
    return replace(county, courses=(a_course(COURSES[0], training_type=training_type),))


def test_a_better_provider_is_told_with_its_people_and_interval() -> None:
    """150 and 90 of 200: the course expects 120 of each, so ratios 1.25 and 0.75, both drawn towards 1."""
    better, worse = provider_qualities(two_providers(good=150, bad=90))
    assert (better.people, better.employed) == (200, 150)
    assert better.expected == pytest.approx(120, abs=1.0)
    assert 1.1 < better.factor < 1.25 and 0.75 < worse.factor < 0.9
    assert better.differs and worse.differs and better.low < better.factor < better.high


def test_equal_providers_do_not_differ() -> None:
    assert not any(one.differs for one in provider_qualities(two_providers(good=120, bad=118)))


def test_in_firm_training_and_rows_without_a_provider_say_nothing() -> None:
    """先就业后培训 is no effect, and a row without 机构 cannot be laid at anybody's door."""
    assert provider_qualities(two_providers(good=150, bad=90, training_type="自主")) == ()
    assert provider_qualities(a_county(PastOutcome(COURSES[0], None, None, None, 200, 200, 150))) == ()


def test_the_only_provider_of_a_course_cannot_be_told_from_the_course() -> None:
    """What the course yields is its rate already; the provider stays near 1."""
    (only,) = provider_qualities(a_county(PastOutcome(COURSES[0], None, None, PROVIDERS[0], 300, 300, 270)))
    assert only.factor == pytest.approx(1.0, abs=0.05) and not only.differs


# --- into the workbook, when asked ---


def a_workbook(path: Path, *, given: bool) -> Path:
    """Two providers with past classes; 质量系数 is empty, or given for the second."""
    past = tuple(PastOutcome(COURSE, None, None, name, 200, 200, n) for name, n in (("甲校", 150), ("乙校", 90)))
    county = a_rated_instance(history=past, providers=(Provider("乙校"), Provider("甲校")), accreditations=())
    tables = tables_of(county)
    for row in tables["机构"]:
        row["质量系数"] = 0.97 if given and row["机构"] == "乙校" else None
    write_tables(path, tables)
    return path


def a_ledger(path: Path) -> Path:
    path.write_text(f"课程,机构,培训人数,三月就业\n{COURSE},甲校,40,30\n", encoding="utf-8")
    return path


def test_quality_is_suggested_and_changes_nothing_unasked(tmp_path: Path) -> None:
    book = a_workbook(tmp_path / "县.xlsx", given=False)
    lines = learn(book, a_ledger(tmp_path / "台账.csv"), tmp_path / "新.xlsx")
    assert any("甲校" in line and "240 人" in line and "至" in line for line in lines)
    assert any("--quality" in line for line in lines)
    assert {one.quality for one in read_workbook(tmp_path / "新.xlsx").instance.providers} == {1.0}


def test_quality_is_written_where_it_is_empty_when_asked(tmp_path: Path) -> None:
    """What the bureau gave stays; what was written is the suggestion, rounded to hundredths, and rates stay."""
    book = a_workbook(tmp_path / "县.xlsx", given=True)
    lines = learn(book, a_ledger(tmp_path / "台账.csv"), tmp_path / "新.xlsx", write_quality=True)
    after = read_workbook(tmp_path / "新.xlsx").instance
    found = {one.provider: one.factor for one in provider_qualities(after)}
    assert {one.name: one.quality for one in after.providers} == {"甲校": round(found["甲校"], 2), "乙校": 0.97}
    assert any("乙校" in line and "保留" in line for line in lines)
    before = read_workbook(book).instance
    assert (before.demand, before.funds) == (after.demand, after.funds)
