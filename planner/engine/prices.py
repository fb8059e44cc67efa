"""Prices of the shared resources and the proved upper bound: a Lagrangian relaxation without an LP.

Relaxed into prices: team, accreditation and room weeks, annual limits, funds, vacancies, targets and locks.
Kept exactly: who may attend what and when, each cohort's people and wishes. A class enters as a fraction between
heads / largest size and heads / smallest size, so the relaxed problem falls apart into one continuous knapsack
per cohort, over the best option of each course:

    L(prices) = sum_k max { sum_c r_kc x_c : 0 <= x_c <= demand_kc, sum_c x_c <= capacity_k } + sum price * supply

Every L at non-negative prices (soft targets: at most their penalty; pools: at most 1 - unlinked factor) is an
upper bound on the contract's problem. Good prices are found by :mod:`planner.engine.bundle`.
Formulas: docs/engine.md, section 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.engine.booking import Booking
from planner.engine.bundle import Cuts
from planner.engine.price_kernels import (
    NOTHING,
    Places,
    best_options,
    best_starts,
    fill_knapsacks,
    price_windows,
)
from planner.engine.rows import (
    CENTS_PER_UNIT,
    Prices,
    first_prices,
    job_values,
    lay_out,
    money_prices,
)
from planner.model.options import Slot
from planner.model.problem import Problem

_RANGES = 4
"""Pieces into which threads cut the work of one kernel."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadTerms:
    """What a head is worth and costs at given prices, in expected jobs."""

    job_value: np.ndarray  # S: per expected job
    head_price: np.ndarray  # C, G, counties, W
    head_bonus: np.ndarray  # P or 1, K, C


class Relaxation:
    """The Lagrangian relaxation of one problem: evaluates L, its slope, and what heads are worth."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._threads: ThreadPoolExecutor | None = None
        self.rows = lay_out(problem)
        self.supply, self.upper, self.scale = self.rows.supply, self.rows.upper, self.rows.scale
        self.places = _places(problem, self.rows.accreditation_row)
        self._booking = Booking(problem, self.rows)
        self._pair = {
            (int(h), int(p), int(v)): i
            for i, (h, p, v) in enumerate(
                zip(self.places.pair_offering, self.places.pair_provider, self.places.pair_venue, strict=True)
            )
        }
        self.window = np.full((len(self.places.pair_offering), 2, problem.weeks), NOTHING)
        views = (len(self.places.view_pair), 2, max(1, int(self.places.type_count.max(initial=1))))
        self._view_price, self._view_week = np.full(views, NOTHING), np.zeros(views, np.int64)
        cents = problem.head_cents[:, :, :, None, None] / CENTS_PER_UNIT  # C, G, 3, counties, weeks
        category = np.moveaxis(problem.head_category, 2, 0)[problem.training_type]  # C, 3, G, counties, W
        self._head_amount, self._head_category = cents, np.where(cents > 0, np.moveaxis(category, 1, 2), 0)
        cohorts, offerings = len(problem.capacity), len(problem.offering_course)
        self.worth = np.empty((cohorts, offerings))
        self._choice = np.zeros((cohorts, offerings, 5), dtype=np.int64)
        self._heads, self._cohorts = np.zeros((cohorts, offerings)), np.arange(cohorts)
        self.knapsacks = 0.0
        self.cuts: Cuts
        """Of the prices last evaluated."""

    def prices(self, vector: np.ndarray) -> Prices:
        """The vector as named prices."""
        return self.rows.prices(vector)

    def first_prices(self) -> np.ndarray:
        """A starting point of the right order of magnitude; any non-negative point would be valid."""
        return first_prices(self.problem, self.rows)

    def head_prices(self, money: np.ndarray) -> np.ndarray:
        """Money price of one head; shape (courses, groups, counties, end weeks)."""
        price: np.ndarray = (self._head_amount * money[self._head_category]).sum(axis=2)
        return price

    def class_prices(self, money: np.ndarray) -> np.ndarray:
        """Money price of one cent of 办班费; shape (courses, counties, end weeks)."""
        problem = self.problem
        return money[problem.class_category][problem.training_type] / CENTS_PER_UNIT

    def head_bonuses(self, target: np.ndarray) -> np.ndarray:
        """Price earned by a head towards targets; shape (providers or 1, cohorts, courses)."""
        problem = self.problem
        signed = -self.rows.target_sign * target * problem.target_heads
        general = problem.target_providers.all(axis=1)
        bonus = ((signed * general)[:, None] * problem.target_cohorts).T @ problem.target_courses.astype(float)
        particular = np.flatnonzero(~general & problem.target_heads)
        if not len(particular):
            return bonus[None]
        return bonus[None] + np.einsum(
            "n,np,nk,nc->pkc", signed[particular], problem.target_providers[particular],
            problem.target_cohorts[particular], problem.target_courses[particular],
        )

    def class_bonuses(self, target: np.ndarray) -> np.ndarray:
        """Price earned by a class towards 班数 targets; shape (courses, providers, venues)."""
        problem = self.problem
        signed = -self.rows.target_sign * target * ~problem.target_heads
        priced = np.flatnonzero(signed)
        bonus = np.zeros((problem.demand.shape[1], len(problem.teams), len(problem.rooms)))
        for n in priced:
            where = np.ix_(problem.target_courses[n], problem.target_providers[n], problem.target_venues[n])
            bonus[where] += signed[n]
        return bonus

    def head_terms(self, prices: Prices) -> HeadTerms:
        """Worth and cost of heads at the prices."""
        return HeadTerms(
            job_values(self.problem, prices.pool), self.head_prices(money_prices(self.problem, prices.fund)),
            self.head_bonuses(prices.target),
        )

    def pair(self, slot: Slot) -> int:
        """Index of an option's offering, provider and venue among the pairs."""
        return self._pair[slot.offering, slot.provider, slot.venue]

    def class_price(self, slot: Slot) -> float:
        """Net price of one class of an option at the prices last evaluated (higher is better)."""
        return float(self.window[self.pair(slot), slot.form, slot.week])

    def people_prices(self) -> tuple[np.ndarray, np.ndarray]:
        """Dual prices of the knapsacks last evaluated: of a person (K,) and of a wish (K, C)."""
        problem = self.problem
        worth = np.full(problem.demand.shape, NOTHING)
        for h, c in enumerate(problem.offering_course):
            worth[:, c] = np.maximum(worth[:, c], self.worth[:, h])
        person = _marginal_worth(worth, problem.capacity, problem.demand)
        wish = np.where(problem.demand > 0, np.maximum(0.0, worth - person[:, None]), 0.0)
        return person, wish

    def evaluate(self, vector: np.ndarray) -> tuple[float, np.ndarray]:
        """L at the prices and a subgradient (supply minus use), in the vector's layout."""
        problem, prices = self.problem, self.prices(vector)
        sums = running_sums(prices.team), running_sums(prices.accredited), running_sums(prices.room)
        money = self.class_prices(money_prices(problem, prices.fund))
        self._share(
            price_windows, len(self.places.pair_offering), *sums, prices.annual, money,
            self.class_bonuses(prices.target), prices.lock, self.window,
        )
        self._share(best_starts, len(self.places.view_pair), self.window, self._view_price, self._view_week)
        terms = self.head_terms(prices)
        self._share(
            best_options, len(problem.township_calendar), self._view_price, self._view_week, terms.job_value,
            terms.head_price, terms.head_bonus, self.worth, self._choice,
        )
        self.knapsacks = fill_knapsacks(
            self.worth, problem.capacity, problem.demand, problem.offering_course, self._heads
        )
        self.cuts = self._booking.cuts(vector, self._cohorts, self._heads, self._choice, self.worth)
        return float(self.knapsacks + vector @ self.supply), self.supply - self.cuts.total_use(len(vector))

    def _share(self, kernel: Callable[..., None], count: int, *arrays: np.ndarray) -> None:
        """Run a kernel over ``count`` rows, cut into ranges when there are threads to share them."""
        if self._threads is None:
            kernel(self.places, *arrays, 0, count)
            return
        cuts = np.linspace(0, count, _RANGES + 1).astype(np.int64).tolist()
        jobs = [self._threads.submit(kernel, self.places, *arrays, i, j) for i, j in pairwise(cuts)]
        for job in jobs:
            job.result()

    @contextmanager
    def on_threads(self, threads: int) -> Iterator[None]:
        """Evaluate on so many threads within the context; outside it on one."""
        if threads < 2:
            yield
            return
        with ThreadPoolExecutor(threads) as self._threads:
            try:
                yield
            finally:
                self._threads = None


def _marginal_worth(worth: np.ndarray, capacity: np.ndarray, demand: np.ndarray) -> np.ndarray:
    """Price of a person of each cohort: worth of the course at which its people run out; shape (K,)."""
    order = np.argsort(-worth, axis=1, kind="stable")
    rows = np.arange(len(worth))[:, None]
    filled = np.cumsum(np.where(worth[rows, order] > 0, demand[rows, order], 0), axis=1)
    run_out = filled >= capacity[:, None]
    at = np.where(run_out.any(axis=1), run_out.argmax(axis=1), 0)
    price = worth[np.arange(len(worth)), order[np.arange(len(worth)), at]]
    return np.where(run_out.any(axis=1), np.maximum(0.0, price), 0.0)


def running_sums(weekly: np.ndarray) -> np.ndarray:
    """Running sums over weeks with a leading zero, so that a window costs one subtraction."""
    return np.concatenate([np.zeros((weekly.shape[0], 1)), np.cumsum(weekly, axis=1)], axis=1)


def _places(problem: Problem, accreditation_row: np.ndarray) -> Places:
    """What the pricing kernels need and prices do not change."""
    pairs = _pairs(problem)
    cents = problem.class_cents[problem.offering_course[pairs[:, 0]]] + problem.outreach_cents[pairs[:, 1], pairs[:, 2]]
    types, type_count = start_types(problem)
    cohort_offset, cohort_order = _cohorts_by_township(problem)
    return Places(
        offering_course=problem.offering_course, min_size=problem.min_size, max_size=problem.max_size,
        length=problem.length, attendance=problem.attendance,
        pair_offering=pairs[:, 0].copy(), pair_provider=pairs[:, 1].copy(), pair_venue=pairs[:, 2].copy(),
        pair_cents=cents, **_segments(problem, pairs), **_starts(types), type_count=type_count,
        township_calendar=problem.township_calendar, cohort_offset=cohort_offset, cohort_order=cohort_order,
        cohort_band=problem.cohort_band, cohort_group=problem.cohort_group, demand=problem.demand,
        rate=problem.rate, quality=problem.quality, occupation=problem.course_occupation, source=problem.source,
        venue_county=problem.venue_county, distance=problem.distance, cohort_township=problem.cohort_township,
        accreditation_row=accreditation_row, required=problem.required, forbidden=problem.forbidden,
    )


def _pairs(problem: Problem) -> np.ndarray:
    """Offering, provider and venue of every place a class may be held at; shape (pairs, 3)."""
    able = problem.fits[:, :, problem.offering_course] & (problem.teams > 0)[:, None, None]  # P, V, H
    return np.argwhere(np.moveaxis(able, 2, 0) & open_places(problem)[:, None, :])


def _segments(problem: Problem, pairs: np.ndarray) -> dict[str, np.ndarray]:
    """The pairs within reach of each township, in segments alike in provider, distance, seats and county."""
    by_offering = [np.flatnonzero(pairs[:, 0] == h) for h in range(len(problem.offering_course))]
    segment_offset, entry_offset, entries = [0], [0], []
    keys: list[tuple] = []
    views: dict[tuple[int, int], int] = {}
    for row, calendar in zip(problem.distance, problem.township_calendar, strict=True):
        for h, mine in enumerate(by_offering):
            near = mine[row[pairs[mine, 2]] >= 0]
            venues = pairs[near, 2]
            key = [
                (int(p), -float(row[v]), int(problem.venue_county[v]), int(problem.max_size[h, v]))
                for p, v in zip(pairs[near, 1], venues, strict=True)
            ]
            previous = None
            for i in sorted(range(len(near)), key=lambda i: (key[i], near[i])):
                if key[i] != previous:
                    if previous is not None:
                        entry_offset.append(len(entries))
                    previous = key[i]
                    keys.append(previous)
                view = int(near[i]), int(calendar)
                entries.append(views.setdefault(view, len(views)))
            if previous is not None:
                entry_offset.append(len(entries))
            segment_offset.append(len(keys))
    return {
        "segment_offset": np.array(segment_offset, dtype=np.int64),
        "segment_provider": np.array([key[0] for key in keys], dtype=np.int64),
        "segment_share": np.array([-key[1] for key in keys], dtype=float),
        "segment_county": np.array([key[2] for key in keys], dtype=np.int64),
        "segment_largest": np.array([key[3] for key in keys], dtype=np.int64),
        "entry_offset": np.array(entry_offset, dtype=np.int64),
        "entry_view": np.array(entries, dtype=np.int64),
        "view_pair": np.array([pair for pair, _ in views], dtype=np.int64),
        "view_calendar": np.array([calendar for _, calendar in views], dtype=np.int64),
    }


def _starts(types: np.ndarray) -> dict[str, np.ndarray]:
    """Allowed start weeks by calendar, course and form, those of a type side by side."""
    rows = types.reshape(-1, types.shape[-1])
    offsets = [0]
    week_list: list[int] = []
    type_list: list[int] = []
    for row in rows:
        allowed = np.flatnonzero(row >= 0)
        order = allowed[np.argsort(row[allowed], kind="stable")]
        week_list.extend(order)
        type_list.extend(row[order])
        offsets.append(len(week_list))
    return {
        "start_offset": np.array(offsets, dtype=np.int64),
        "start_week": np.array(week_list, dtype=np.int64),
        "start_type": np.array(type_list, dtype=np.int64),
    }


def open_places(problem: Problem) -> np.ndarray:
    """Whether a class of each offering can gather its smallest size at each venue; shape (H, V)."""
    near = problem.distance[problem.cohort_township] >= 0  # K, V
    gathered = problem.demand.T @ near  # C, V
    enough = gathered[problem.offering_course] >= problem.min_size[:, None]
    return enough & (problem.max_size >= problem.min_size[:, None]) & (problem.rooms > 0)[None, :]


def _cohorts_by_township(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(problem.cohort_township, kind="stable")
    counts = np.bincount(problem.cohort_township, minlength=len(problem.township_calendar))
    return np.concatenate([[0], np.cumsum(counts)]), order


def start_types(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Start weeks alike for heads (attendance, job sources, money categories) share a type; -1 = no start.

    Shapes (calendars, courses, forms, weeks) and (calendars, courses, forms).
    """
    calendars, courses, forms, weeks = problem.attendance.shape
    types = np.full(problem.attendance.shape, -1, dtype=np.int64)
    counts = np.zeros((calendars, courses, forms), dtype=np.int64)
    ends = np.arange(weeks)[None, None, :] + problem.length - 1
    money = np.unique(
        np.moveaxis(problem.head_category, -1, 0).reshape(weeks, -1), axis=0, return_inverse=True
    )[1].ravel()
    for c in range(courses):
        jobs = np.unique(problem.source[problem.course_occupation[c]].T, axis=0, return_inverse=True)[1].ravel()
        for b in range(calendars):
            for m in range(forms):
                seen: dict[tuple, int] = {}
                for s in np.flatnonzero(problem.attendance[b, c, m] >= 0):
                    e = ends[c, m, s]
                    key = (problem.attendance[b, c, m, s], jobs[e], money[e])
                    types[b, c, m, s] = seen.setdefault(key, len(seen))
                counts[b, c, m] = len(seen)
    return types, counts
