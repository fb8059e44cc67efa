"""A hierarchical beta-binomial over nested cells, in closed form.

People of a cell are employed with the cell's own rate; rates of the cells inside one larger cell are scattered
around the larger cell's rate θ as Beta(m θ, m (1 − θ)). The *strength* m, in people, is one for each level: large
where cells hardly differ, small where they differ much. Three steps, each a formula of one line:

1. **Upwards.** n people of a cell say about the larger cell as much as n (m + 1)/(n + m) people drawn from all over it
   (the design effect of the beta-binomial; Kish 1965). So each cell hands its *effective people* on.
2. **Strengths**, level by level from the finest: the marginal likelihood of m given the cells' shares, restricted to
   differences inside the larger cells (Patterson and Thompson 1971), with the beta-binomial's variance
   θ (1 − θ)/effective people in its normal form; weighted with a broad prior over a grid, m is the geometric mean.
3. **Downwards.** rate = (employed + m · rate of the larger cell)/(people + m), counted in effective people. This is the
   hierarchical credibility estimate (Bühlmann and Straub 1970; Jewell 1975), for one level the posterior mean.

Cells may differ in what is expected of them beforehand: each has a *reference* rate, and a rate passes between two
cells with the odds ratio of their references. docs/conversion.md shows how well it predicts people it has not seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

Cell = tuple[Hashable, ...]
"""Names from the coarsest level to the cell's own; ``cell[:-1]`` is the larger cell it lies in."""

STRENGTHS = tuple(2.0**power for power in range(1, 13))
"""Strengths (people) tried for each level: 2 (cells differ as much as can be) to 4096 (they are all but alike)."""

USUAL_STRENGTH = 100.0
PRIOR_SPREAD = 1.5
"""Beforehand a level's log strength is normal around log 100 with this deviation: 5 to 2,000 people in 95 %."""

TOP_STRENGTH = 2.0
"""People that the reference rate weighs at the top. With two, the estimate beats the pooled share of any number of
people wherever the reference lies within one standard deviation, √(θ(1 − θ)), of the truth (docs/conversion.md)."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """People and how many of them are employed; both real or effective numbers, so not always whole."""

    people: float = 0.0
    employed: float = 0.0

    def plus(self, other: Outcomes) -> Outcomes:
        """Both together."""
        return Outcomes(self.people + other.people, self.employed + other.employed)


@dataclass(frozen=True, slots=True)
class Strength:
    """Strength of a level: ``centre`` (geometric mean) shrinks the means, ``scatter`` sets how far rates may lie off.

    1/(scatter + 1) is the mean of 1/(m + 1): the strength is not known for sure, and low ones scatter rates far.
    """

    centre: float
    scatter: float


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of a cell's rate: its mean and variance, and how it depends on the larger cell's rate.

    Given the larger cell's rate θ, carried to this cell by ``odds``, the rate is Beta with mean
    (employed + strength.centre · θ)/(people + strength.centre) and a weight of people + strength.scatter people.
    """

    mean: float
    variance: float
    known: Outcomes
    strength: Strength
    odds: float

    def mean_given(self, larger: float) -> float:
        """Mean of the rate where the larger cell's is known to be ``larger``."""
        centre = self.strength.centre
        return (self.known.employed + centre * carried(larger, self.odds)) / (self.known.people + centre)

    @property
    def weight_given(self) -> float:
        """Weight in people of the Beta where the larger cell's rate is known."""
        return self.known.people + self.strength.scatter

    def interval(self, share: float = 0.8) -> tuple[float, float]:
        """Central interval holding the rate with probability ``share``: Wilson's (1927) with the posterior's weight."""
        return wilson(self.mean, weight_of(self.mean, self.variance), share)


def odds_of(rate: float) -> float:
    """Rate/(1 − rate); the rate lies strictly between 0 and 1."""
    return rate / (1.0 - rate)


def carried(rate: float, odds: float) -> float:
    """The rate whose odds are ``odds`` times those of ``rate``; 0 and 1 stay."""
    return rate * odds / (1.0 - rate + rate * odds)


def weight_of(mean: float, variance: float) -> float:
    """People n at which a share observed in n people has this variance: mean (1 − mean)/variance."""
    return mean * (1.0 - mean) / variance if variance > 0 else math.inf


def wilson(mean: float, people: float, share: float) -> tuple[float, float]:
    """Wilson's interval (1927) of a share ``mean`` observed in ``people`` people."""
    if math.isinf(people):
        return mean, mean
    z2 = NormalDist().inv_cdf((1.0 + share) / 2.0) ** 2
    middle = mean + z2 / (2.0 * people)
    half = math.sqrt(z2 * (mean * (1.0 - mean) / people + z2 / (4.0 * people**2)))
    scale = 1.0 + z2 / people
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def effective_people(people: float, strength: float) -> float:
    """People of the larger cell that ``people`` of one of its cells are worth: n (m + 1)/(n + m)."""
    return people * (strength + 1.0) / (people + strength)


class Hierarchy:
    """Rates of nested cells from what past classes of some of them came to.

    Parameters
    ----------
    outcomes
        Real people by the finest cell known of them; cells of any depth from 1 to ``depth``.
    depth
        Length of the finest cells. Cells of length 1 are the top: nothing passes between them.
    reference
        Rate (strictly between 0 and 1) expected of a cell beforehand.
    """

    def __init__(self, outcomes: Mapping[Cell, Outcomes], depth: int, reference: Callable[[Cell], float]) -> None:
        self._reference = reference
        self._known: dict[Cell, Outcomes] = {cell: one for cell, one in outcomes.items() if one.people > 0}
        self.strengths = {1: Strength(TOP_STRENGTH, TOP_STRENGTH)}
        for level in range(depth, 1, -1):
            families = self._families(level)
            self.strengths[level] = level_strength(families.values())
            for parent, members in families.items():
                handed_on = passed_up(members, self.strengths[level].centre)
                self._known[parent] = self._known.get(parent, Outcomes()).plus(handed_on)
        self._posteriors: dict[Cell, Posterior] = {}

    def _odds(self, cell: Cell) -> float:
        return odds_of(self._reference(cell))

    def _families(self, level: int) -> dict[Cell, list[Outcomes]]:
        """Cells of a level by the larger cell, each with its share as it would be there."""
        families: dict[Cell, list[Outcomes]] = defaultdict(list)
        for cell in sorted(self._known, key=repr):
            if len(cell) == level:
                known, parent = self._known[cell], cell[:-1]
                share = carried(known.employed / known.people, self._odds(parent) / self._odds(cell))
                families[parent].append(Outcomes(known.people, known.people * share))
        return families

    def posterior(self, cell: Cell) -> Posterior:
        """What is known of a cell's rate, whether or not anybody of it was ever seen."""
        if cell not in self._posteriors:
            self._posteriors[cell] = self._derived(cell)
        return self._posteriors[cell]

    def _derived(self, cell: Cell) -> Posterior:
        strength, known = self.strengths[len(cell)], self._known.get(cell, Outcomes())
        if len(cell) == 1:
            expected, spread, odds = self._reference(cell), 0.0, self._odds(cell)
        else:
            larger = self.posterior(cell[:-1])
            odds = self._odds(cell) / self._odds(cell[:-1])
            expected = carried(larger.mean, odds)
            slope = odds / (1.0 - larger.mean + larger.mean * odds) ** 2
            spread = larger.variance * slope**2
        total = known.people + strength.centre
        mean = (known.employed + strength.centre * expected) / total
        from_above = (strength.centre / total) ** 2 * spread
        own = (mean * (1.0 - mean) - from_above) / (known.people + strength.scatter + 1.0)
        return Posterior(mean, own + from_above, known, strength, odds)


def passed_up(members: Iterable[Outcomes], strength: float) -> Outcomes:
    """What cells say about the larger cell, in its effective people."""
    people = employed = 0.0
    for one in members:
        worth = effective_people(one.people, strength)
        people += worth
        employed += worth * one.employed / one.people
    return Outcomes(people, employed)


def level_strength(families: Iterable[list[Outcomes]]) -> Strength:
    """Strength of one level: means over :data:`STRENGTHS`, weighted by prior times marginal likelihood.

    A family of one cell says nothing. With no larger family the answer is the prior's.
    """
    telling = [family for family in families if len(family) > 1]
    scores = [
        -0.5 * (math.log(m / USUAL_STRENGTH) / PRIOR_SPREAD) ** 2
        + sum(log_marginal_likelihood(family, m) for family in telling)
        for m in STRENGTHS
    ]
    best = max(scores)
    weights = [math.exp(score - best) for score in scores]
    total = sum(weights)
    mean_log = sum(weight * math.log(m) for weight, m in zip(weights, STRENGTHS, strict=True)) / total
    mean_inverse = sum(weight / (m + 1.0) for weight, m in zip(weights, STRENGTHS, strict=True)) / total
    return Strength(math.exp(mean_log), 1.0 / mean_inverse - 1.0)


def log_marginal_likelihood(family: list[Outcomes], strength: float) -> float:
    """Log likelihood of the differences among shares of one larger cell, up to a constant.

    With effective people e_i, their sum e, shares y_i and θ = (Σ e_i y_i + ½)/(e + 1):
    ½ Σ log e_i − ½ log e − ½ (cells − 1) log θ(1 − θ) − ½ Σ e_i (y_i − θ)²/θ(1 − θ).
    """
    total = passed_up(family, strength)
    theta = (total.employed + 0.5) / (total.people + 1.0)
    spread = theta * (1.0 - theta)
    score = -0.5 * math.log(total.people) - 0.5 * (len(family) - 1) * math.log(spread)
    for one in family:
        worth = effective_people(one.people, strength)
        score += 0.5 * math.log(worth) - 0.5 * worth * (one.employed / one.people - theta) ** 2 / spread
    return score
