"""The hierarchical beta-binomial: against exact sums, simulated counties and the shares it must not lose to."""

from __future__ import annotations

import math
import random
from statistics import mean

import pytest

from planner.conversion.hierarchy import (
    STRENGTHS,
    Cell,
    Hierarchy,
    Outcomes,
    carried,
    effective_people,
    level_strength,
    log_marginal_likelihood,
    odds_of,
    wilson,
)

TOP: Cell = ("全部",)


def a_hierarchy(*counts: tuple[int, int], reference: float = 0.5) -> Hierarchy:
    """One top cell with cells of (people, employed) below it."""
    cells = {(*TOP, number): Outcomes(*count) for number, count in enumerate(counts)}
    return Hierarchy(cells, 2, lambda _: reference)


def log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def log_beta_binomial(people: int, employed: int, a: float, b: float) -> float:
    """Log probability of a beta-binomial sequence, from the gamma function."""
    return log_beta(employed + a, people - employed + b) - log_beta(a, b)


def exact_log_likelihood(family: list[tuple[int, int]], strength: float, points: int = 4000) -> float:
    """Log of ∫ Π beta-binomial(employed | people, m θ, m (1 − θ)) dθ, by the midpoint rule."""
    logs = []
    for point in range(points):
        theta = (point + 0.5) / points
        logs.append(sum(log_beta_binomial(n, k, strength * theta, strength * (1 - theta)) for n, k in family))
    top = max(logs)
    return top + math.log(sum(math.exp(value - top) for value in logs) / points)


# --- formulas ---


def test_a_lone_top_cell_is_the_conjugate_posterior() -> None:
    """Beta(2 · 0.3 + 7, 2 · 0.7 + 3): mean 7.6/12 and variance a b/((a + b)² (a + b + 1))."""
    found = Hierarchy({TOP: Outcomes(10, 7)}, 2, lambda _: 0.3).posterior(TOP)
    assert found.mean == pytest.approx(7.6 / 12, abs=1e-15)
    assert found.variance == pytest.approx(7.6 * 4.4 / 12**2 / 13, abs=1e-15)


def test_a_cell_is_the_conjugate_posterior_averaged_over_the_larger_cells() -> None:
    """Mean and variance by summing (Beta-distributed) rates of both levels on a fine grid."""
    hierarchy = a_hierarchy((30, 24), (50, 20))
    top, cell, m = hierarchy.posterior(TOP), hierarchy.posterior((*TOP, 0)), hierarchy.strengths[2]
    weight = top.mean * (1 - top.mean) / top.variance - 1
    a, b = top.mean * weight, (1 - top.mean) * weight
    thetas = [(point + 0.5) / 2000 for point in range(2000)]
    density = [math.exp((a - 1) * math.log(t) + (b - 1) * math.log(1 - t) - log_beta(a, b)) / 2000 for t in thetas]
    means = [(24 + m.centre * t) / (30 + m.centre) for t in thetas]
    first = sum(d * q for d, q in zip(density, means, strict=True))
    second = sum(d * (q * (1 - q) / (30 + m.scatter + 1) + q * q) for d, q in zip(density, means, strict=True))
    assert cell.mean == pytest.approx(first, abs=1e-6)
    assert cell.variance == pytest.approx(second - first**2, rel=1e-4)


@pytest.mark.parametrize("people", [1, 7, 250])
def test_effective_people_have_the_beta_binomials_variance(people: int) -> None:
    """Variance of a beta-binomial share of n people is that of a binomial share of n (m + 1)/(n + m) people."""
    m, theta = 12.0, 0.3
    shares = [employed / people for employed in range(people + 1)]
    chances = [
        math.exp(log_beta_binomial(people, k, m * theta, m * (1 - theta))) * math.comb(people, k)
        for k in range(people + 1)
    ]
    variance = sum(chance * (share - theta) ** 2 for chance, share in zip(chances, shares, strict=True))
    assert variance == pytest.approx(theta * (1 - theta) / effective_people(people, m), rel=1e-9)


def test_reference_rates_pass_by_their_odds_ratio() -> None:
    """A cell nobody was seen of keeps its reference's odds ratio to the larger cell."""
    cells = {("全部", "甲"): Outcomes(4000, 3000)}
    hierarchy = Hierarchy(cells, 2, lambda cell: {("全部",): 0.5, ("全部", "甲"): 0.5}.get(cell, 0.2))
    top = hierarchy.posterior(TOP).mean
    unseen = hierarchy.posterior(("全部", "乙")).mean
    assert odds_of(unseen) / odds_of(top) == pytest.approx(odds_of(0.2))
    assert carried(0.0, 3.0) == 0.0 and carried(1.0, 3.0) == 1.0


def test_without_anybody_a_rate_is_its_reference() -> None:
    """No past classes: the reference, with the spread of two people at the top."""
    found = Hierarchy({}, 2, lambda _: 0.35).posterior((*TOP, 3))
    assert found.mean == pytest.approx(0.35)
    assert Hierarchy({TOP: Outcomes(0, 0)}, 2, lambda _: 0.35).posterior(TOP).variance == pytest.approx(0.35 * 0.65 / 3)


# --- strengths ---


def test_the_likelihood_ranks_strengths_as_the_exact_integral_does() -> None:
    """The normal form against ∫ Π beta-binomial dθ: the same winner, differences within half a unit of log."""
    family = [(60, 45), (45, 20), (80, 52), (30, 12), (70, 50), (52, 30)]
    exact = [exact_log_likelihood(family, m) for m in STRENGTHS]
    found = [log_marginal_likelihood([Outcomes(*one) for one in family], m) for m in STRENGTHS]
    assert exact.index(max(exact)) == found.index(max(found))
    for one, other in zip(exact[2:], found[2:], strict=True):
        assert one - max(exact) == pytest.approx(other - max(found), abs=0.5)


@pytest.mark.parametrize("true", [6.0, 40.0, 1000.0])
def test_strength_is_found_again(true: float) -> None:
    """40 families of 12 cells of 150 people, drawn: the estimate is within a factor of 1.6 of the truth."""
    draw = random.Random(int(true))
    families = []
    for _ in range(40):
        theta, cells = draw.uniform(0.3, 0.7), []
        for _ in range(12):
            rate = draw.betavariate(true * theta, true * (1 - theta))
            cells.append(Outcomes(150, sum(draw.random() < rate for _ in range(150))))
        families.append(cells)
    assert true / 1.6 < level_strength(families).centre < true * 1.6


def test_a_family_of_one_says_nothing_of_strength() -> None:
    """Without differences the prior's answer stays."""
    assert level_strength([[Outcomes(500, 400)]]) == level_strength([])
    assert 90 < level_strength([]).centre < 110
    assert 20 < level_strength([]).scatter < 50


# --- predictions ---


def simulated(draw: random.Random, cells: int, strength: float) -> list[float]:
    theta = draw.uniform(0.25, 0.85)
    return [draw.betavariate(strength * theta, strength * (1 - theta)) for _ in range(cells)]


@pytest.mark.parametrize("strength", [5.0, 30.0, 1e6])
@pytest.mark.parametrize("people", [1, 4, 20, 100])
def test_on_average_no_worse_than_pooled_or_raw_shares(strength: float, people: int) -> None:
    """Mean squared error on drawn counties of 12 cells: never above the better of the two, up to 2 % of noise.

    Where all cells are alike (strength 1e6) pooling is right and nothing can beat it: there at most 0.0003 is lost.
    """
    draw = random.Random(1000 * people + int(strength))
    errors: dict[str, list[float]] = {"hierarchy": [], "pooled": [], "raw": []}
    for _ in range(150):
        truth = simulated(draw, 12, strength)
        sizes = [draw.randint(1, 2 * people) for _ in truth]
        seen = [(n, sum(draw.random() < rate for _ in range(n))) for n, rate in zip(sizes, truth, strict=True)]
        hierarchy = a_hierarchy(*seen)
        pooled = sum(k for _, k in seen) / sum(n for n, _ in seen)
        for number, (rate, (n, k)) in enumerate(zip(truth, seen, strict=True)):
            errors["hierarchy"].append((hierarchy.posterior((*TOP, number)).mean - rate) ** 2)
            errors["pooled"].append((pooled - rate) ** 2)
            errors["raw"].append((k / n - rate) ** 2)
    lost = 0.0003 if strength == 1e6 else 0.0
    assert mean(errors["hierarchy"]) <= 1.02 * min(mean(errors["pooled"]), mean(errors["raw"])) + lost


@pytest.mark.parametrize("people", [5, 40, 200])
def test_intervals_hold_four_true_rates_in_five(people: int) -> None:
    """Coverage on drawn counties lies between 72 and 90 % for intervals of 80 %."""
    draw = random.Random(people)
    held = []
    for _ in range(120):
        truth = simulated(draw, 10, 30.0)
        hierarchy = a_hierarchy(*((people, sum(draw.random() < rate for _ in range(people))) for rate in truth))
        for number, rate in enumerate(truth):
            low, high = hierarchy.posterior((*TOP, number)).interval(0.8)
            held.append(low <= rate <= high)
    assert 0.72 < mean(held) < 0.90


def test_wilson_by_hand() -> None:
    """4 of 10 at 95 %: Wilson (1927), as in textbooks 0.168 to 0.687; no spread without doubt."""
    assert wilson(0.4, 10, 0.95) == pytest.approx((0.1682, 0.6873), abs=1e-4)
    assert wilson(0.4, math.inf, 0.95) == (0.4, 0.4)
