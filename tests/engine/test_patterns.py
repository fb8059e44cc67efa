"""The pattern bound against enumeration: below the fast bound, never below the optimum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.engine.bundle import prove_bound
from planner.engine.patterns import PatternBound, best_profit
from planner.engine.prices import Relaxation
from planner.engine.search import ClassSearch, Schedule
from planner.model.options import list_slots
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook
from tests.oracle.enumeration import best_by_enumeration, tiny_instances

DEMO = Path(__file__).parents[2] / "instances" / "demo.xlsx"


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
    assert best - 1e-6 <= lowered.whole_bound <= lowered.bound <= patterns.fast + 1e-6


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


def test_whole_numbers_of_classes_lower_the_bound_of_a_county() -> None:
    """Three townships hold few classes of a course, so that fractions count; no plan found lies above."""
    problem = build_problem(read_workbook(DEMO).instance)
    relaxation = Relaxation(problem)
    prices = prove_bound(relaxation, 400).prices
    lowered = PatternBound(relaxation, prices).lower(lambda: False)
    assert (lowered.whole >= 0).all() and lowered.whole.sum() > 0.1
    assert lowered.without(int(lowered.whole.argmax())) > lowered.whole_bound
    search = ClassSearch(problem, relaxation, [1])
    search.guide(prices)
    search.run(Schedule(4_000), 1, lambda _value: True)
    assert 0.9 * lowered.whole_bound < search.best_value <= lowered.whole_bound
