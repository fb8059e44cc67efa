"""The pattern bound against enumeration: below the fast bound, never below the optimum."""

from __future__ import annotations

import numpy as np
import pytest

from planner.engine.patterns import PatternBound, best_profit
from planner.engine.prices import Relaxation, prove_bound
from planner.model.options import list_slots
from planner.model.problem import build_problem
from tests.oracle.enumeration import best_by_enumeration, tiny_instances


def priced(name: str, evaluations: int = 200) -> PatternBound:
    relaxation = Relaxation(build_problem(tiny_instances()[name]))
    return PatternBound(relaxation, prove_bound(relaxation, evaluations).prices)


@pytest.mark.parametrize("name", sorted(tiny_instances()))
@pytest.mark.parametrize("evaluations", [1, 200])
def test_the_pattern_bound_lies_between_optimum_and_fast_bound(name: str, evaluations: int) -> None:
    """At good prices and at bad ones."""
    best, _ = best_by_enumeration(tiny_instances()[name])
    patterns = priced(name, evaluations)
    lowered = patterns.lower(lambda: False)
    assert best - 1e-6 <= lowered.bound <= patterns.fast + 1e-6


@pytest.mark.parametrize("name", sorted(tiny_instances()))
def test_no_option_gains_at_the_fast_prices(name: str) -> None:
    """The knapsacks' own prices of wishes make every class worth nothing or less: the fast bound is a pattern bound."""
    patterns = priced(name)
    _, best, _ = patterns.price(np.ones(patterns.problem.demand.shape[1], dtype=bool), patterns.wish)
    assert best.max() <= 1e-9


def test_each_option_is_priced_alike_one_by_one_and_all_at_once() -> None:
    """The best start of each type is the best of its weeks."""
    patterns = priced("plain")
    pairs, best, _ = patterns.price(np.ones(patterns.problem.demand.shape[1], dtype=bool), patterns.wish)
    singly = {}
    for slot in list_slots(patterns.problem):
        pair = patterns.relaxation.pair(slot)
        singly[pair] = max(singly.get(pair, -np.inf), best_profit(patterns, patterns.wish, slot))
    together = dict(zip(pairs.tolist(), best.max(axis=(1, 2)).tolist(), strict=True))
    for pair, profit in singly.items():
        assert together[pair] == pytest.approx(profit)


def test_a_stop_keeps_what_is_proved() -> None:
    """Stopped at once, the bound is the fast one."""
    patterns = priced("plain")
    assert patterns.lower(lambda: True).bound == patterns.fast
