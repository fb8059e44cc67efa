"""The facts behind generated instances: packaged tables, each row with its source and grade.

Grades: ``W`` found on a public page or in a public repository, ``W-analog`` found for a neighbouring place or crop,
``M-…`` general knowledge that was not confirmed, ``A`` assumption made to get plausible instances.
``docs/facts.md`` lists the sources.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class TownshipFact:
    """A real township: administrative code, name, county and kind (街道, 镇 or 乡)."""

    code: str
    name: str
    county: str
    kind: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class CountyFact:
    """A county: area in km², position of the county seat in degrees, residents, calendars of its rural townships.

    ``calendars`` maps a calendar's key (``P2``) to the number of townships that follow it.
    """

    name: str
    area_km2: float
    lon: float
    lat: float
    residents: int
    calendars: dict[str, int]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class CropFact:
    """A farming activity in a calendar: days MM-DD, share of labour absorbed and share of households, both 0..1."""

    calendar: str
    crop: str
    activity: str
    start: str
    end: str
    intensity: float
    adoption: float
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class CourseFact:
    """A course of the bundled catalogue with the traits that instances need.

    ``row`` holds the catalogue's contract columns. ``fit`` maps an age band to a suitability of 0..1. ``common``
    courses are taught by many providers. ``places`` maps a destination (县内, 省内, 省外) to a share of its jobs.
    ``popularity`` is a relative weight of wishes.
    """

    code: str
    name: str
    occupation: str
    row: dict[str, str]
    fit: dict[str, float]
    equipment: str
    mobile: bool
    common: bool
    popularity: float
    places: dict[str, float]
    source: str
    grade: str

    @property
    def age_bands(self) -> tuple[str, ...]:
        """Age bands the catalogue admits."""
        return tuple(self.row["适合年龄段"].split("、"))

    @property
    def class_days(self) -> int:
        """In-person class days, at 8 class hours a day."""
        return int(self.row["课日"])


AGE_BANDS = ("40岁以下", "40-50岁", "50岁以上")


@cache
def townships_of(county: str) -> tuple[TownshipFact, ...]:
    """Return the townships of a county in the order of their codes."""
    return tuple(
        TownshipFact(row["code"], row["township"], row["county"], row["kind"], row["source"], row["grade"])
        for row in _rows("planner.generate", "facts/townships.csv")
        if row["county"] == county
    )


@cache
def counties() -> dict[str, CountyFact]:
    """Return the counties by name."""
    return {
        row["county"]: CountyFact(
            row["county"],
            float(row["area_km2"]),
            float(row["lon"]),
            float(row["lat"]),
            int(row["residents"]),
            {key: int(number) for key, number in (part.split(":") for part in row["calendars"].split())},
            row["source"],
            row["grade"],
        )
        for row in _rows("planner.generate", "facts/counties.csv")
    }


@cache
def calendars() -> dict[str, str]:
    """Return the farming calendars: full name by key (``P2``)."""
    return {row["calendar"].split()[0]: row["calendar"] for row in _rows("planner.generate", "facts/calendars.csv")}


@cache
def crops_of(calendar: str) -> tuple[CropFact, ...]:
    """Return the farming activities of a calendar: those of its zone's crops, with its own adoption where given."""
    activities = _rows("planner.generate", "facts/farming.csv")
    chosen = []
    for part in _rows("planner.generate", "facts/calendars.csv"):
        if part["calendar"] != calendar:
            continue
        for row in activities:
            same_crop = (row["zone"], row["crop"]) == (part["zone"], part["crop"])
            if same_crop and part["activity"] in ("", row["activity"]):
                chosen.append(
                    CropFact(
                        calendar,
                        row["crop"],
                        row["activity"],
                        row["start"],
                        row["end"],
                        float(row["intensity"]),
                        float(part["adoption"] or row["adoption"]),
                        row["source"],
                        row["grade"],
                    )
                )
    return tuple(chosen)


@cache
def courses() -> tuple[CourseFact, ...]:
    """Return the 55 courses of the bundled catalogue with their traits, in the catalogue's order."""
    traits = {row["code"]: row for row in _rows("planner.generate", "facts/course_traits.csv")}
    return tuple(_course(row, traits[row["编码"]]) for row in _rows("planner.workbook", "catalogue.csv"))


def _course(row: dict[str, str], trait: dict[str, str]) -> CourseFact:
    fits = (trait["fit_under_40"], trait["fit_40_50"], trait["fit_over_50"])
    return CourseFact(
        row["编码"],
        row["课程"],
        trait["occupation"],
        row | {"培训类型": trait["training_type"] or row["培训类型"]},
        dict(zip(AGE_BANDS, map(float, fits), strict=True)),
        trait["equipment"],
        trait["mobile"] == "是",
        trait["spread"] == "常见",
        float(trait["popularity"]),
        {place: float(share) for place, share in (part.split(":") for part in trait["places"].split())},
        trait["source"],
        trait["grade"],
    )


@cache
def _rows(package: str, name: str) -> tuple[dict[str, str], ...]:
    text = files(package).joinpath(name).read_text(encoding="utf-8-sig")
    return tuple(csv.DictReader(text.splitlines()))
