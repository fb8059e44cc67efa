"""The pattern bound: what the fast bound gains when a class must be filled by whole patterns of heads.

The relaxation of :mod:`planner.engine.prices` lets a fraction of a class take the best heads only. Here a class
of option j takes each cohort's wishes at most once (x_kj <= demand_kc * y_j), as in the contract:

    B = sum_k alpha_k capacity_k + sum_kc beta_kc demand_kc + sum_c N_c max(0, v_c) + sum price * supply
    v_c = max_j { sum_k x_k (r_kj - alpha_k - beta_kc) + price_j : min <= sum_k x_k <= max, 0 <= x_k <= demand_kc }

with N_c the most classes of course c that its wishes can fill. By weak duality B bounds the contract's problem for
any beta >= 0. The knapsacks' own beta give the fast bound (every v_c <= 0); better ones are the dual prices of a
linear program for each course over its promising options. The program only proposes: B is evaluated over every
option. Theory: Geoffrion 1974 (Lagrangean relaxation); docs/engine.md, section 1.

A course's program opens a fraction of a class; a plan opens at most n or at least n + 1 classes of the course. Either
way the number of classes gets a price theta (at least 0, at most 0), and the course is worth at most the greater of

    sum_k beta_kc demand_kc + theta * number + N_c max(0, v_c - theta),    number = n or n + 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.engine.pattern_kernels import (
    Worth,
    all_profits,
    best_class,
    head_profits,
    price_patterns,
    undominated,
)
from planner.engine.price_kernels import NOTHING
from planner.engine.prices import Relaxation, start_types
from planner.engine.rows import Prices
from planner.model.linear import LinearProgram, solve_program
from planner.model.options import Slot
from planner.model.problem import Problem

_MOST_OPTIONS = 6_000
"""Options of a course that are looked at, those first that lose least at the fast bound's prices."""
_OPTIONS_ADDED = 100
"""Options that each round adds to a course's linear program."""
_LEAST_WORTH = 0.02
"""Jobs below which a course's wishes are not worth a linear program."""
_ROUNDS, _LIMIT_ROUNDS = 6, 4
_WHOLE = 0.02
"""Fraction of a class below which a course's number of classes counts as whole."""
_ALLOWED = 1e-6
"""Profit of an option left out of the linear program that is not worth another round."""


@dataclass(frozen=True, slots=True, eq=False)
class PatternPrices:
    """A proved bound (expected jobs) and the prices of people (K) and wishes (K, C) that prove it."""

    bound: float
    person: np.ndarray
    wish: np.ndarray
    whole: np.ndarray  # C: by how much whole numbers of each course's classes lower the bound further

    @property
    def whole_bound(self) -> float:
        """The bound with whole numbers of classes in every course."""
        return self.bound - float(self.whole.sum())

    def without(self, course: int) -> float:
        """The bound with whole numbers of classes in every other course: what the prices prove of this course holds."""
        return self.whole_bound + float(self.whole[course])


class PatternBound:
    """Evaluates and lowers the pattern bound at fixed prices of the shared supplies."""

    def __init__(self, relaxation: Relaxation, prices: Prices) -> None:
        problem = relaxation.problem
        self.relaxation, self.problem = relaxation, problem
        self.fast, _ = relaxation.evaluate(prices.vector())
        self.person, self.wish = relaxation.people_prices()
        self.window = relaxation.window.copy()
        self._terms = relaxation.head_terms(prices)
        self._joint_type, self._types = _joint_types(problem)
        near = [np.flatnonzero(problem.distance[problem.cohort_township, v] >= 0) for v in range(len(problem.rooms))]
        self._near_offset = np.concatenate([[0], np.cumsum([len(ks) for ks in near])]).astype(np.int64)
        self._near_cohort = np.concatenate(near).astype(np.int64)

    def worth(self, wish: np.ndarray) -> Worth:
        """What heads are worth at the given prices of wishes."""
        terms = self._terms
        return Worth(terms.job_value, terms.head_price, terms.head_bonus, self.person, wish)

    def price(self, courses: np.ndarray, wish: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Pairs of the courses; reduced profit and start week of their best classes (pairs, forms, joint types)."""
        places = self.relaxation.places
        pairs = np.flatnonzero(courses[self.problem.offering_course[places.pair_offering]])
        best = np.empty((len(pairs), 2, self._types))
        week = np.zeros(best.shape, np.int64)
        price_patterns(
            places, self.worth(wish), self.window, self._near_offset, self._near_cohort, self._joint_type,
            pairs, best, week,
        )
        return pairs, best, week

    def compile(self) -> None:
        """Have the kernels compiled; changes nothing."""
        self._lower_course(0, 0.0)

    def lower(self, stop: Callable[[], bool]) -> PatternPrices:
        """Better prices of wishes, course by course, and the bound they prove."""
        problem = self.problem
        saved, whole = 0.0, np.zeros(problem.demand.shape[1])
        wish = self.wish.copy()
        worth = (self.wish * problem.demand).sum(axis=0)
        for c in np.argsort(-worth):
            if worth[c] < _LEAST_WORTH or stop():
                break
            proposed, bound, counted = self._lower_course(int(c), float(worth[c]))
            if bound < worth[c]:
                wish[:, c] = proposed
                saved += float(worth[c]) - bound
            whole[c] = max(0.0, min(bound, float(worth[c])) - counted)
        return PatternPrices(self.fast - saved, self.person, wish, whole)

    def _lower_course(self, c: int, worth: float) -> tuple[np.ndarray, float, float]:
        """Prices of the wishes for course c, the bound on its classes' profit that they prove, and the bound with a
        whole number of classes."""
        options = self._promising(c, worth)
        wish = self.wish[options.cohorts, c]
        chosen = np.zeros(len(options.price), dtype=bool)
        best_wish, best_bound = wish, worth
        for _ in range(_ROUNDS):
            profits = options.best_classes(wish)
            fresh = np.argsort(np.where(chosen, np.inf, -profits), kind="stable")[:_OPTIONS_ADDED]
            fresh = fresh[~chosen[fresh] & (profits[fresh] > (_ALLOWED if chosen.any() else NOTHING))]
            chosen[fresh] = True
            wish, _, classes = _wish_prices(options, chosen)
            bound = self._prove_course(c, options.cohorts, wish)
            if bound < best_bound - 1e-9:
                best_wish, best_bound = wish, bound
            if not len(fresh):
                break
        column = self.wish[:, c].copy()
        column[options.cohorts] = best_wish
        return column, best_bound, self._count_classes(c, options, chosen, classes, best_bound)

    def _count_classes(self, c: int, options: _Options, chosen: np.ndarray, classes: float, bound: float) -> float:
        """Bound on the profit of course c with at most or at least a whole number of classes near ``classes``."""
        number = math.floor(classes)
        if min(classes - number, number + 1 - classes) < _WHOLE:
            return bound
        highest = NOTHING
        for limit in (_Number(number + 1, at_least=True), _Number(number)):
            highest = max(highest, self._limit_classes(c, options, chosen.copy(), limit, bound))
            if highest >= bound:
                return bound
        return highest

    def _limit_classes(
        self, c: int, options: _Options, chosen: np.ndarray, limit: _Number, bound: float
    ) -> float:
        """Bound on the profit of course c under a limit of its number of classes, ``bound`` at most."""
        best = bound
        for _ in range(_LIMIT_ROUNDS):
            wish, price, _ = _wish_prices(options, chosen, limit)
            best = min(best, self._prove_course(c, options.cohorts, wish, price, limit.classes))
            profits = options.best_classes(wish) - price
            fresh = np.argsort(np.where(chosen, np.inf, -profits), kind="stable")[:_OPTIONS_ADDED]
            fresh = fresh[~chosen[fresh] & (profits[fresh] > _ALLOWED)]
            if not len(fresh):
                break
            chosen[fresh] = True
        return best

    def _promising(self, c: int, most_loss: float) -> _Options:
        """Options of course c that lose less than ``most_loss`` a class and that none of their place beats."""
        problem, places = self.problem, self.relaxation.places
        pairs, best, week = self.price(np.arange(problem.demand.shape[1]) == c, self.wish)
        least = np.argsort(-best, axis=None, kind="stable")[:_MOST_OPTIONS]
        i, m, j = np.unravel_index(least[best.ravel()[least] >= -most_loss], best.shape)
        pairs, forms, weeks = pairs[i], m, week[i, m, j]
        price = self.window[pairs, forms, weeks]
        place = places.pair_offering[pairs] * len(problem.rooms) + places.pair_venue[pairs]
        order = np.lexsort((-price, place))
        pairs, forms, weeks, price, place = pairs[order], forms[order], weeks[order], price[order], place[order]
        cohorts = np.flatnonzero(problem.demand[:, c] > 0)
        profit = np.empty((len(pairs), len(cohorts)))
        all_profits(places, self.worth(np.zeros_like(self.wish)), pairs, forms, weeks, cohorts, profit)
        kept = undominated(profit, price, place)
        offerings, venues = places.pair_offering[pairs[kept]], places.pair_venue[pairs[kept]]
        return _Options(
            cohorts, problem.demand[cohorts, c], profit[kept], price[kept], problem.min_size[offerings],
            problem.max_size[offerings, venues],
        )

    def _prove_course(
        self, c: int, cohorts: np.ndarray, prices: np.ndarray, class_price: float = 0.0, number: int = 0
    ) -> float:
        """Bound on the profit of one course's classes at the prices of its wishes, over all its options.

        With a price of its number of classes: for at most so many if it is positive, for at least so many if negative.
        """
        problem = self.problem
        wish = self.wish.copy()
        wish[cohorts, c] = prices
        _, best, _ = self.price(np.arange(problem.demand.shape[1]) == c, wish)
        smallest = int(problem.min_size[problem.offering_course == c].min())
        most = int(problem.demand[:, c].sum()) // max(1, smallest)
        paid = float(wish[:, c] @ problem.demand[:, c]) + class_price * number
        return paid + most * max(0.0, float(best.max(initial=NOTHING)) - class_price)


@dataclass(frozen=True, slots=True, eq=False)
class _Options:
    """Options of one course: profit of a head of each wishing cohort, price of a class, class sizes."""

    cohorts: np.ndarray  # wishing cohorts
    demand: np.ndarray  # heads at most of each
    profit: np.ndarray  # options, cohorts: NOTHING where they may not attend
    price: np.ndarray
    smallest: np.ndarray
    largest: np.ndarray

    def best_classes(self, wish: np.ndarray) -> np.ndarray:
        """Profit of the best class of each option at the prices of the wishes."""
        heads = [
            best_class(profit - wish, self.demand, smallest, largest)
            for profit, smallest, largest in zip(self.profit, self.smallest, self.largest, strict=True)
        ]
        return np.array(heads, dtype=float) + self.price


@dataclass(frozen=True, slots=True)
class _Number:
    """A limit of a course's number of classes: at most so many, or at least."""

    classes: int
    at_least: bool = False


def _wish_prices(
    options: _Options, chosen: np.ndarray, limit: _Number | None = None
) -> tuple[np.ndarray, float, float]:
    """Dual prices of the wishes and of the limit in the linear program over the chosen options, and its classes."""
    if not chosen.any():
        return np.zeros(len(options.demand)), 0.0, 0.0
    program = LinearProgram()
    rows = program.add_rows(options.demand.astype(float))
    opened = []
    for i in np.flatnonzero(chosen):
        able = np.flatnonzero(options.profit[i] > NOTHING)
        y = program.add_columns(options.price[i : i + 1])
        opened.append(y)
        x = program.add_columns(options.profit[i, able])
        program.add_entries(rows[able], x, np.ones(len(able)))
        size = program.add_rows(np.zeros(2))
        for row, sign, bound in ((size[0], 1.0, options.largest[i]), (size[1], -1.0, options.smallest[i])):
            program.add_entries(np.full(len(able), row), x, np.full(len(able), sign))
            program.add_entries(np.array([row]), y, np.array([-sign * float(bound)]))
        tight = options.demand[able] < options.largest[i]
        whole = program.add_rows(np.zeros(int(tight.sum())))
        program.add_entries(whole, x[tight], np.ones(len(whole)))
        program.add_entries(whole, np.repeat(y, len(whole)), -options.demand[able][tight].astype(float))
    classes = np.concatenate(opened)
    sign = -1.0 if limit is not None and limit.at_least else 1.0
    if limit is not None:
        row = program.add_rows(np.array([sign * limit.classes]))
        program.add_entries(np.repeat(row, len(classes)), classes, np.full(len(classes), sign))
    values, prices = solve_program(program)
    return prices[rows], sign * float(prices[-1]) if limit is not None else 0.0, float(values[classes].sum())


def best_profit(bound: PatternBound, wish: np.ndarray, slot: Slot) -> float:
    """Reduced profit of the best class of one option at the prices of the wishes, in expected jobs."""
    problem, relaxation = bound.problem, bound.relaxation
    c = int(problem.offering_course[slot.offering])
    cohorts = np.flatnonzero(problem.demand[:, c] > 0)
    profit = np.empty(len(cohorts))
    pair = relaxation.pair(slot)
    head_profits(relaxation.places, bound.worth(wish), pair, slot.form, slot.week, cohorts, profit)
    largest = int(problem.max_size[slot.offering, slot.venue])
    total = best_class(profit, problem.demand[cohorts, c], int(problem.min_size[slot.offering]), largest)
    return float(total + bound.window[pair, slot.form, slot.week])


def _joint_types(problem: Problem) -> tuple[np.ndarray, int]:
    """Type of each start week, alike for the heads of every calendar (C, M, W; -1 = no start), and their number."""
    types, _ = start_types(problem)
    joint = np.full(types.shape[1:], -1, dtype=np.int64)
    for c, m in np.ndindex(*joint.shape[:2]):
        joint[c, m] = np.unique(types[:, c, m], axis=1, return_inverse=True)[1].ravel()
    joint[(types < 0).all(axis=0)] = -1
    return joint, int(joint.max(initial=0)) + 1
