"""How much better or worse a provider's people are placed than those of the same courses elsewhere: a suggestion.

The contract gives 质量系数 a default of 1.0, so nothing estimated here enters a plan unless the bureau has it written
into the workbook. A provider's ratio is employed/expected, with what is expected of the same course, age band and group
by the hierarchy over all providers. Ratios scatter around 1 with deviation τ; each is drawn towards 1 by the normal
credibility weight τ²/(τ² + v) (Bühlmann and Straub 1970), averaged over τ by prior times likelihood. The error v of a
ratio holds the luck of single people, the doubt about what was expected, and how unlike classes of one provider are.
In-firm training (自主) is left out: its people have a job before the class.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from statistics import NormalDist

from planner.conversion.defaults import IN_FIRM
from planner.conversion.estimate import PastClasses, cell_of
from planner.domain.instance import Instance, PastOutcome

USUAL_DEVIATION = 0.1
PRIOR_SPREAD = 0.75
"""Beforehand log τ is normal around log 0.1 with this deviation: providers differ by 2 to 45 % in 95 %; grade A."""

_DEVIATIONS = tuple(0.01 * 2.0 ** (power / 2) for power in range(13))
"""Deviations τ tried: 0.01 (providers hardly differ) to 0.64."""

_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Quality:
    """Suggested 质量系数 of a provider with its 80 % interval; the people behind it, employed and expected to be."""

    provider: str
    factor: float
    low: float
    high: float
    people: int
    employed: int
    expected: float

    @property
    def differs(self) -> bool:
        """Whether 1 lies outside the interval."""
        return not self.low <= 1.0 <= self.high


@dataclass(frozen=True, slots=True)
class _Ratio:
    """Employed/expected of one provider and the variance of its error."""

    value: float
    variance: float


def provider_qualities(instance: Instance) -> tuple[Quality, ...]:
    """Return a suggestion for each provider of the workbook that past classes name, in the workbook's order."""
    past = PastClasses(instance)
    courses = {course.name: course for course in instance.courses}
    rows: dict[str, list[PastOutcome]] = defaultdict(list)
    for row in instance.history:
        course = courses.get(row.course)
        if row.provider is not None and row.trained and course is not None and course.training_type != IN_FIRM:
            rows[row.provider].append(row)
    known = [provider.name for provider in instance.providers if provider.name in rows]
    expected = {name: [_expected(instance, past, row) for row in rows[name]] for name in known}
    unlike = _unlikeness([(rows[name], expected[name]) for name in known])
    ratios = {name: _ratio(rows[name], expected[name], unlike) for name in known}
    weights = _weights_of_deviations(list(ratios.values()))
    return tuple(_quality(name, rows[name], expected[name], ratios[name], weights) for name in known)


@dataclass(frozen=True, slots=True)
class _Expected:
    """Rate expected of a row's people and the deviation of what is known of it."""

    course: str
    rate: float
    deviation: float


def _expected(instance: Instance, past: PastClasses, row: PastOutcome) -> _Expected:
    course = next(course for course in instance.courses if course.name == row.course)
    posterior = past.hierarchy.posterior(cell_of(course, row.age_band, row.group))
    return _Expected(row.course, posterior.mean, math.sqrt(posterior.variance))


def _unlikeness(providers: list[tuple[list[PastOutcome], list[_Expected]]]) -> float:
    """How many times the variance of single people's luck the classes of a provider scatter (Pearson), at least 1."""
    total, freedom = 0.0, 0
    for rows, expected in providers:
        jobs = sum(row.trained * one.rate for row, one in zip(rows, expected, strict=True))
        ratio = sum(row.employed for row in rows) / jobs
        for row, one in zip(rows, expected, strict=True):
            rate = min(0.99, max(0.01, one.rate * ratio))
            total += (row.employed - row.trained * rate) ** 2 / (row.trained * rate * (1.0 - rate))
        freedom += len(rows) - 1
    return max(1.0, total / freedom) if freedom > 0 else 1.0


def _ratio(rows: list[PastOutcome], expected: list[_Expected], unlike: float) -> _Ratio:
    jobs, luck = 0.0, 0.0
    doubt: dict[str, float] = defaultdict(float)
    for row, one in zip(rows, expected, strict=True):
        jobs += row.trained * one.rate
        luck += row.trained * one.rate * (1.0 - one.rate)
        doubt[one.course] += row.trained * one.deviation  # Rates of one course err together, those of two apart.
    variance = (unlike * luck + sum(one**2 for one in doubt.values())) / jobs**2
    return _Ratio(sum(row.employed for row in rows) / jobs, variance)


def _weights_of_deviations(ratios: list[_Ratio]) -> list[float]:
    """Weights of :data:`_DEVIATIONS`: prior times the likelihood of the ratios around 1; they add up to 1."""
    scores = []
    for deviation in _DEVIATIONS:
        score = -0.5 * (math.log(deviation / USUAL_DEVIATION) / PRIOR_SPREAD) ** 2
        for ratio in ratios:
            spread = ratio.variance + deviation**2
            score -= 0.5 * (math.log(spread) + (ratio.value - 1.0) ** 2 / spread)
        scores.append(score)
    best = max(scores)
    weights = [math.exp(score - best) for score in scores]
    return [weight / sum(weights) for weight in weights]


def _quality(
    name: str, rows: list[PastOutcome], expected: list[_Expected], ratio: _Ratio, weights: list[float]
) -> Quality:
    means, seconds = 0.0, 0.0
    for weight, deviation in zip(weights, _DEVIATIONS, strict=True):
        trust = deviation**2 / (deviation**2 + ratio.variance)
        mean = 1.0 + (ratio.value - 1.0) * trust
        means += weight * mean
        seconds += weight * (trust * ratio.variance + mean**2)
    half = NormalDist().inv_cdf((1.0 + _SHARE) / 2.0) * math.sqrt(max(0.0, seconds - means**2))
    people, employed = sum(row.trained for row in rows), sum(row.employed for row in rows)
    jobs = sum(row.trained * one.rate for row, one in zip(rows, expected, strict=True))
    return Quality(name, max(0.0, means), max(0.0, means - half), means + half, people, employed, jobs)
