"""Prices of the shared resources and the proved upper bound: a Lagrangian relaxation without an LP.

Relaxed into prices: team, accreditation and room weeks, annual limits, funds, vacancies, targets and locks.
Kept exactly: who may attend what and when, each cohort's people and wishes. A class enters as a fraction between
heads / largest size and heads / smallest size, so the relaxed problem falls apart into one continuous knapsack
per cohort, over the best option of each course:

    L(prices) = sum_k max { sum_c r_kc x_c : 0 <= x_c <= demand_kc, sum_c x_c <= capacity_k } + sum price * supply

Every L at non-negative prices (soft targets: at most their penalty; pools: at most 1 - unlinked factor) is an
upper bound on the contract's problem. Prices are found by the volume algorithm (Barahona & Anbil 2000, section 3).
Formulas: docs/engine.md, section 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.engine.price_kernels import (
    NOTHING,
    Aims,
    Costs,
    Places,
    Use,
    add_usage,
    best_options,
    best_starts,
    fill_knapsacks,
    price_windows,
)
from planner.model.options import Slot
from planner.model.problem import NO_LIMIT, Problem

CENTS_PER_UNIT = 100_000
"""Money rows are priced per thousand yuan, so that their prices are of the order of the others."""

_RANGES = 4
"""Pieces into which threads cut the work of one kernel."""

_UNPAYABLE = 1e9
"""Price of a cost that no fund may pay."""

_SCALES = {"team": 0.15, "accredited": 0.15, "room": 0.15, "annual": 0.05, "fund": 0.02, "pool": 0.05,
           "target": 0.02, "lock": 0.15}
"""Typical step of each block of prices, by which the ascent direction is scaled."""

_FINE_SUPPLY = {"fund": 500.0, "pool": 25.0, "target": 75.0}
"""Supplies up to which these steps also serve the end of the ascent. A larger supply has a larger slope at the same
error of its price, and would outweigh the many small ones of teams and rooms."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Non-negative prices, in expected jobs per unit of each supply (money: per thousand yuan)."""

    team: np.ndarray  # P, W
    accredited: np.ndarray  # rows of accreditations tighter than the provider's teams, W
    room: np.ndarray  # V, W
    annual: np.ndarray  # P
    fund: np.ndarray  # F
    pool: np.ndarray  # D
    target: np.ndarray  # N
    lock: np.ndarray  # L

    def vector(self) -> np.ndarray:
        """All prices in one vector, block after block."""
        return np.concatenate([getattr(self, name).ravel() for name in _SCALES])


@dataclass(frozen=True, slots=True)
class Bound:
    """A proved upper bound in expected jobs and the prices that prove it."""

    value: float
    prices: Prices
    iterations: int


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
        rows = np.argwhere((problem.accredited_teams > 0) & (problem.accredited_teams < problem.teams[:, None]))
        self.accreditation_rows = rows
        self.accreditation_row = np.full(problem.accredited_teams.shape, -1, dtype=np.int64)
        self.accreditation_row[rows[:, 0], rows[:, 1]] = np.arange(len(rows))
        self.places = _places(problem, self.accreditation_row)
        self._costs = Costs(
            problem.head_cents, problem.training_type, problem.head_category, problem.class_category
        )
        self._aims = Aims(
            problem.target_heads, problem.target_cohorts, problem.target_courses, problem.target_providers,
            problem.target_venues,
        )
        weeks, funds = problem.weeks, len(problem.fund_cents)
        self._pair = {
            (int(h), int(p), int(v)): i
            for i, (h, p, v) in enumerate(
                zip(self.places.pair_offering, self.places.pair_provider, self.places.pair_venue, strict=True)
            )
        }
        self.window = np.full((len(self.places.pair_offering), 2, weeks), NOTHING)
        views = (len(self.places.view_pair), 2, max(1, int(self.places.type_count.max(initial=1))))
        self._view_price, self._view_week = np.full(views, NOTHING), np.zeros(views, np.int64)
        self._shapes = {
            "team": (len(problem.teams), weeks), "accredited": (len(rows), weeks), "room": (len(problem.rooms), weeks),
            "annual": (len(problem.teams),), "fund": (funds,), "pool": (len(problem.pool_jobs),),
            "target": (len(problem.target_value),), "lock": (len(problem.required_number),),
        }
        cents = problem.head_cents[:, :, :, None, None] / CENTS_PER_UNIT  # C, G, 3, counties, weeks
        category = np.moveaxis(problem.head_category, 2, 0)[problem.training_type]  # C, 3, G, counties, W
        self._head_amount, self._head_category = cents, np.where(cents > 0, np.moveaxis(category, 1, 2), 0)
        limited = problem.annual_classes < NO_LIMIT
        sign = np.where(problem.target_at_least, -1.0, 1.0)
        self._target_sign = sign
        self.supply = np.concatenate([
            np.repeat(problem.teams, weeks),
            np.repeat(problem.accredited_teams[rows[:, 0], rows[:, 1]], weeks),
            np.repeat(problem.rooms, weeks),
            np.where(limited, problem.annual_classes, 0),
            problem.fund_cents / CENTS_PER_UNIT,
            problem.pool_jobs,
            sign * problem.target_value,
            -problem.required_number,
        ]).astype(float)
        self.upper = np.concatenate([
            np.full(self._size("team") + self._size("accredited") + self._size("room"), np.inf),
            np.where(limited, np.inf, 0.0),
            np.full(funds, np.inf),
            np.full(self._size("pool"), 1.0 - problem.unlinked_factor),
            problem.target_penalty,
            np.full(self._size("lock"), np.inf),
        ])
        self.scale = np.concatenate([np.full(self._size(name), step**2) for name, step in _SCALES.items()])
        self.fine_scale = self.scale * fine_steps({name: self._size(name) for name in _SCALES}, self.supply) ** 2
        cohorts, offerings = len(problem.capacity), len(problem.offering_course)
        self.worth = np.empty((cohorts, offerings))
        self._choice = np.zeros((cohorts, offerings, 4), dtype=np.int64)
        self._heads = np.zeros((cohorts, offerings))

    def _size(self, name: str) -> int:
        return int(np.prod(self._shapes[name]))

    def prices(self, vector: np.ndarray) -> Prices:
        """The vector cut into its named blocks."""
        parts, start = {}, 0
        for name in _SCALES:
            parts[name] = vector[start : start + self._size(name)].reshape(self._shapes[name])
            start += self._size(name)
        return Prices(**parts)

    def first_prices(self) -> np.ndarray:
        """A starting point of the right order of magnitude; any non-negative point would be valid."""
        problem = self.problem
        subsidy = max(1.0, float(problem.head_cents[:, :, 0].mean()) / CENTS_PER_UNIT)
        parts = {name: np.zeros(shape) for name, shape in self._shapes.items()}
        parts["team"] += 0.2
        parts["fund"] += 0.25 / subsidy
        parts["pool"] += 0.5 * (1.0 - problem.unlinked_factor)
        return np.minimum(np.concatenate([parts[name].ravel() for name in _SCALES]), self.upper)

    def money_prices(self, fund: np.ndarray) -> np.ndarray:
        """Price of each cost category per thousand yuan: its cheapest eligible fund; shape (Q,)."""
        eligible = np.where(self.problem.category_funds, fund[None, :], _UNPAYABLE)
        return eligible.min(axis=1, initial=_UNPAYABLE)

    def job_values(self, pool: np.ndarray) -> np.ndarray:
        """Worth of one expected job of each source: its best pool net of price, at least the unlinked factor."""
        problem = self.problem
        net = np.where(problem.source_pools, 1.0 - pool[None, :], 0.0)
        return np.maximum(net.max(axis=1, initial=0.0), problem.unlinked_factor)

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
        signed = -self._target_sign * target * problem.target_heads
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
        signed = -self._target_sign * target * ~problem.target_heads
        priced = np.flatnonzero(signed)
        bonus = np.zeros((problem.demand.shape[1], len(problem.teams), len(problem.rooms)))
        for n in priced:
            where = np.ix_(problem.target_courses[n], problem.target_providers[n], problem.target_venues[n])
            bonus[where] += signed[n]
        return bonus

    def head_terms(self, prices: Prices) -> HeadTerms:
        """Worth and cost of heads at the prices."""
        return HeadTerms(
            self.job_values(prices.pool), self.head_prices(self.money_prices(prices.fund)),
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
        money = self.class_prices(self.money_prices(prices.fund))
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
        knapsacks = fill_knapsacks(
            self.worth, problem.capacity, problem.demand, problem.offering_course, self._heads
        )
        use = self._usage(prices)
        return float(knapsacks + vector @ self.supply), self.supply - use

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

    def _usage(self, prices: Prices) -> np.ndarray:
        """What the relaxed solution uses of every supply."""
        problem = self.problem
        shapes = self._shapes | {"category": (len(problem.category_funds),), "source": (len(problem.source_pools),)}
        use = Use(**{name: np.zeros(shapes[name]) for name in Use._fields})
        add_usage(self.places, self._costs, self._aims, self._heads, self._choice, use)
        fund = np.zeros(len(problem.fund_cents))
        cheapest = np.where(problem.category_funds, prices.fund[None, :], _UNPAYABLE).argmin(axis=1)
        np.add.at(fund, cheapest, use.category / CENTS_PER_UNIT)
        pool = np.zeros(len(problem.pool_jobs))
        if len(pool):
            net = np.where(problem.source_pools, 1.0 - prices.pool[None, :], 0.0)
            linked = net.max(axis=1) > problem.unlinked_factor
            np.add.at(pool, net.argmax(axis=1)[linked], use.source[linked])
        blocks = {
            "team": use.team, "accredited": use.accredited, "room": use.room, "annual": use.annual, "fund": fund,
            "pool": pool, "target": use.target * self._target_sign, "lock": -use.lock,
        }
        return np.concatenate([blocks[name].ravel() for name in _SCALES])


def fine_steps(sizes: Mapping[str, int], supply: np.ndarray, regions: int = 1) -> np.ndarray:
    """Factor of each row's step near the best prices: in inverse proportion to a large supply.

    Where ``regions`` counties draw on a row, its slope is that many times a county's, and so is the norm of all slopes;
    the factor grows with the root of their number, which moves the price as a county alone would.
    """
    usual = np.concatenate([np.full(size, _FINE_SUPPLY.get(name, np.inf)) for name, size in sizes.items()])
    factor: np.ndarray = np.minimum(1.0, usual * regions**0.5 / np.maximum(np.abs(supply), 1.0))
    return factor


def prove_bound(
    relaxation: Relaxation,
    iterations: int,
    start: np.ndarray | None = None,
    known_value: float = -np.inf,
    on_progress: Callable[[float], bool] | None = None,
    precision: float = 2e-4,
    depth: float | None = None,
) -> Bound:
    """Lower the upper bound by the volume algorithm (Barahona & Anbil 2000).

    Parameters
    ----------
    iterations : evaluations of L at most (a work limit, so that runs repeat exactly).
    start : price vector of an earlier run, a warm start.
    known_value : value of a known plan; the bound cannot fall below it.
    on_progress : called with the best bound every few evaluations; a true answer stops the ascent.
    precision : stop when the last 350 evaluations gained less than this share.
    depth : how far below the best bound the first trial aims, as a share of it; small where ``start`` is good.
    """
    ascent = Ascent(relaxation, start, known_value)
    ascent.depth = depth or ascent.depth
    return ascent.climb_down(iterations, on_progress, precision)


class Ascent:
    """State of the volume algorithm: best prices (centre), averaged slope, step factor and target depth.

    It can be continued: two calls of :meth:`climb_down` do what one call with their sum of evaluations does.
    """

    _FIRST_DEPTH, _FINE_DEPTH, _LEAST_DEPTH = 0.05, 0.02, 2e-4

    def __init__(self, relaxation: Relaxation, start: np.ndarray | None, known_value: float) -> None:
        self.relaxation = relaxation
        self.known_value = known_value
        start = relaxation.first_prices() if start is None else start
        self.best, slope = relaxation.evaluate(start)
        free, free_slope = relaxation.evaluate(np.zeros_like(start))
        if free < self.best:  # hardly anything can be opened, so that nothing is scarce
            start, self.best, slope = np.zeros_like(start), free, free_slope
        self.centre = start
        self.mean_slope = slope
        self.factor, self.depth, self.fine_depth = 1.0, self._FIRST_DEPTH, self._FINE_DEPTH
        self.failures, self.evaluations = 0, 1
        self.history = [self.best]

    def climb_down(
        self, evaluations: int, on_progress: Callable[[float], bool] | None = None, precision: float = 2e-4
    ) -> Bound:
        """Do so many more evaluations at most; parameters as of :func:`prove_bound`."""
        last = self.evaluations + evaluations - (self.evaluations == 1)
        while self.evaluations < last and not self.converged(precision):
            self.step()
            if on_progress is not None and self.evaluations % 10 == 0 and on_progress(self.best):
                break
        return Bound(self.best, self.relaxation.prices(self.centre.copy()), self.evaluations)

    def converged(self, precision: float) -> bool:
        """Whether the target is near and the last 350 evaluations gained too little."""
        if self.depth > 1.5 * self._LEAST_DEPTH or len(self.history) <= 350:
            return False
        return self.history[-350] - self.best < precision * max(1e-9, abs(self.best))

    @property
    def _scale(self) -> np.ndarray:
        """Squared steps of the rows: coarse at first, fine once the target is near."""
        return self.relaxation.scale if self.depth > self.fine_depth else self.relaxation.fine_scale

    def step(self) -> None:
        """One trial point along the averaged slope, and the update of averages and factors."""
        relaxation, scale = self.relaxation, self._scale
        at_zero = (self.centre <= 0) & (self.mean_slope > 0)
        at_upper = (self.centre >= relaxation.upper) & (self.mean_slope < 0)
        direction = np.where(at_zero | at_upper, 0.0, self.mean_slope)
        norm = float(scale @ (direction * direction))
        aim = max(self.known_value, self.best - self.depth * max(1e-9, abs(self.best)))
        length = self.factor * (self.best - aim) / max(norm, 1e-12)
        trial = np.clip(self.centre - length * scale * direction, 0.0, relaxation.upper)
        bound, slope = relaxation.evaluate(trial)
        self.evaluations += 1
        self._average(slope)
        if bound < self.best - 1e-8 * abs(self.best):
            self.centre, self.best, self.failures = trial, bound, 0
            self.factor = min(2.0, self.factor * 1.15)
        else:
            self.failures += 1
            if self.failures >= 8:
                self.factor, self.failures = self.factor * 0.75, 0
        if self.factor < 0.1:
            self.depth, self.factor = max(self._LEAST_DEPTH, self.depth * 0.6), 0.6
        self.history.append(self.best)

    def _average(self, slope: np.ndarray) -> None:
        """Mix the new slope into the mean so that the mean's norm is least, within safe limits."""
        difference = self.mean_slope - slope
        scale = self._scale
        denominator = float(scale @ (difference * difference))
        weight = float(scale @ (self.mean_slope * difference)) / max(denominator, 1e-12)
        weight = min(max(weight, 0.01), 0.3 if self.evaluations < 60 else 0.1)
        self.mean_slope = weight * slope + (1.0 - weight) * self.mean_slope


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
        accreditation_row=accreditation_row, required=problem.required,
        forbidden=problem.forbidden,
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
