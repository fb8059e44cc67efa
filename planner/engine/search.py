"""The search for classes: chains of ruin and recreate, guided by prices, each with its own seed.

Chains run in threads (the kernel releases the interpreter lock) and are cut into equal pieces of work, so that
they can be watched and stopped; a chain's result depends on its seed and its work, never on time or threads.
Theory: docs/engine.md, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.engine.money import fund_sets
from planner.engine.plan_kernels import HARD_CLASS, HARD_HEAD, Guide, Scratch, State, Terrain
from planner.engine.prices import Relaxation, open_places, running_sums
from planner.engine.rows import CENTS_PER_UNIT, Prices, job_values, money_prices
from planner.engine.search_kernels import anneal, current_value, load_plan
from planner.engine.unions import all_unions
from planner.model.options import ClassHeads, Slot
from planner.model.problem import Problem

_CHECK_ITERATIONS = 400
_SEED_SAMPLES = 1500
_MOST_RUINED = 9
_OPTIONS_FILLED = 3
_MATES, _SAVED = 24, 96
"""Classes of a course that exchange heads at once; classes changed by exchanges in one iteration."""
"""Options of a sampled place that are filled with heads; a rough score ranks them first."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work and temperature of one search: iterations per chain, first and last temperature (in jobs).

    Heads are exchanged when a trial loses less than ``gate`` jobs, along at most ``rounds`` cycles a course.
    """

    iterations: int
    hot: float = 0.3
    cold: float = 0.05
    samples: int = 15
    thrift: float = 0.8
    gate: float = 0.2
    rounds: int = 3


@dataclass(frozen=True, slots=True, eq=False)
class Outside:
    """What plans outside a problem leave it of the supplies they have in common, and have reached already."""

    amounts: np.ndarray  # Z of fund_sets: cents left for this problem
    jobs: np.ndarray  # occupations, A, W(end week): expected jobs of others, whole multiples of YIELD_UNIT
    targets: np.ndarray  # N: heads or classes of others
    locks: np.ndarray  # L: matching classes of others


class ClassSearch:
    """Searches for classes of one problem; keeps the chains' plans, so that it can be continued."""

    def __init__(
        self, problem: Problem, relaxation: Relaxation, seeds: Sequence[int], outside: Outside | None = None
    ) -> None:
        """With ``outside``, values of plans are those of both together (but for targets that concern others only)."""
        self.problem = problem
        self._relaxation = relaxation
        self._outside = outside
        sets, amounts = fund_sets(problem)
        cuts, misses, vacancies = _vacancy_cuts(problem)
        self._land = _terrain(problem, relaxation, sets, cuts, misses)
        self._supplies = amounts, vacancies
        self._states = [self._new_state(seed) for seed in seeds]
        self._work = [_scratch(problem, self._land) for _ in seeds]
        self._guide: Guide | None = None

    def _new_state(self, seed: int) -> State:
        """A chain's state with no class in its plan."""
        state = _empty_state(self.problem, self._relaxation, *self._supplies, seed)
        if self._outside is not None:
            _book_outside(self.problem, self._land, state, self._outside)
        return state

    def guide(self, prices: Prices) -> None:
        """Set the prices that guide the search."""
        problem, relaxation = self.problem, self._relaxation
        relaxation.evaluate(prices.vector())
        person, wish = relaxation.people_prices()
        job_value = np.maximum(job_values(problem, prices.pool), 0.02)
        self._guide = Guide(
            job_value=job_value,
            open_value=np.where(problem.source_pools.any(axis=1), 1.0, problem.unlinked_factor),
            money=np.minimum(money_prices(problem, prices.fund), 1e6) / CENTS_PER_UNIT,
            person=person,
            wish=np.ascontiguousarray(wish.T),
            team_sum=running_sums(prices.team),
            room_sum=running_sums(prices.room),
            target=prices.target.copy(),
        )
        self._land = self._land._replace(mean_attendance=_mean_attendance(problem, job_value))
        self._land = _one_layout(self._land)

    def load(self, chain: int, classes: Sequence[ClassHeads]) -> None:
        """Replace a chain's plan."""
        state = self._states[chain]
        load_plan(self._land, state, self._work[chain], *_class_rows(classes, state.cohort.shape[1]))

    def compile(self) -> None:
        """Compile the kernels on the problem's own arrays; changes nothing."""
        spare = self._new_state(0)
        work = self._work[0]
        anneal(self._land, self._guide, spare, work, 0, 0, 1, 1.0, 1.0, _MOST_RUINED, 1, 1.0, 1.0, 1)
        load_plan(self._land, spare, work, *_class_rows([], spare.cohort.shape[1]))

    def seed(self, fill: bool = False) -> None:
        """Give the chains a first plan by best insertion if none has a class; with ``fill`` add to loaded ones too."""
        if self._guide is None:
            raise RuntimeError("guide() must be called before seed()")
        if fill or not any(state.counts[0] for state in self._states):
            with ThreadPoolExecutor(1) as pool:
                self._advance(pool, 0, 1, Schedule(1, samples=_SEED_SAMPLES))

    @property
    def classes(self) -> int:
        """Most classes in any chain's plan."""
        return max(int(state.counts[0]) for state in self._states)

    def run(self, schedule: Schedule, threads: int, keep_on: Callable[[float], bool]) -> None:
        """Run every chain through the schedule; ``keep_on(best value)`` false stops at the next check.

        ``keep_on`` is called about twenty times a second, in the caller's thread.
        """
        if self._guide is None:
            raise RuntimeError("guide() must be called before run()")
        done = 0
        with ThreadPoolExecutor(max_workers=max(1, min(threads, len(self._states)))) as pool:
            while done < schedule.iterations:
                piece = min(_CHECK_ITERATIONS, schedule.iterations - done)
                self._advance(pool, done, piece, schedule)
                done += piece
                if not keep_on(self.best_value):
                    break

    def _advance(self, pool: ThreadPoolExecutor, first: int, iterations: int, schedule: Schedule) -> None:
        jobs = [
            pool.submit(
                anneal, self._land, self._guide, state, work, first, iterations, schedule.iterations,
                schedule.hot, schedule.cold, _MOST_RUINED, schedule.samples, schedule.thrift,
                schedule.gate, schedule.rounds,
            )
            for state, work in zip(self._states, self._work, strict=True)
        ]
        for job in jobs:
            job.result()

    @property
    def value(self) -> float:
        """Value of the first chain's plan as it stands (hard requirements at their charge)."""
        return float(current_value(self._land, self._states[0]))

    @property
    def best_value(self) -> float:
        """Value of the best plan of all chains (hard requirements at their charge)."""
        return max(float(state.best_value[0]) for state in self._states)

    def best_plans(self) -> list[tuple[float, list[ClassHeads]]]:
        """Best plan of each chain with its value, best first."""
        plans = [(float(state.best_value[0]), _read_best(state)) for state in self._states]
        return sorted(plans, key=lambda plan: -plan[0])


def _class_rows(classes: Sequence[ClassHeads], entries: int) -> tuple[np.ndarray, ...]:
    """Classes as rows of State.slot, size, cohort and heads."""
    slot = np.zeros((len(classes), 5), dtype=np.int64)
    size = np.zeros(len(classes), dtype=np.int64)
    cohort = np.zeros((len(classes), entries), dtype=np.int64)
    heads = np.zeros((len(classes), entries), dtype=np.int64)
    for b, (option, persons) in enumerate(classes):
        slot[b] = (option.offering, option.provider, option.venue, option.form, option.week)
        size[b] = len(persons)
        cohort[b, : len(persons)] = list(persons)
        heads[b, : len(persons)] = list(persons.values())
    return slot, size, cohort, heads


def _read_best(state: State) -> list[ClassHeads]:
    classes = []
    for b in range(int(state.best_count[0])):
        entries = range(int(state.best_size[b]))
        heads = {int(state.best_cohort[b, j]): int(state.best_heads[b, j]) for j in entries}
        classes.append((Slot(*(int(value) for value in state.best_slot[b])), heads))
    return classes


def _one_layout(land: Terrain) -> Terrain:
    """The same arrays, each contiguous, so that the kernels are compiled once for every problem."""
    arrays: dict[str, Any] = {
        name: np.ascontiguousarray(value) for name, value in land._asdict().items() if isinstance(value, np.ndarray)
    }
    return land._replace(**arrays)


def _mean_attendance(problem: Problem, job_value: np.ndarray) -> np.ndarray:
    """Attendance times job value, weighted by the wishes near each venue; shape (V, C, M, W)."""
    courses, forms, weeks = problem.length.shape
    calendars, bands = problem.attendance.shape[0], problem.rate.shape[1]
    key = problem.township_calendar[problem.cohort_township] * bands + problem.cohort_band
    near = np.maximum(problem.distance[problem.cohort_township], 0.0)  # K, V
    weight = np.zeros((problem.distance.shape[1], calendars * bands, courses))
    for v in range(near.shape[1]):
        np.add.at(weight[v], key, near[:, v, None] * problem.demand)
    weight /= np.maximum(1e-9, weight.sum(axis=1, keepdims=True))
    ends = np.minimum(np.arange(weeks) + problem.length - 1, weeks - 1)  # C, M, W
    sources = problem.source[problem.course_occupation][np.arange(courses)[:, None, None, None],
                                                        np.arange(bands)[None, None, None, :], ends[..., None]]
    value = job_value[sources]  # C, M, W, A
    attendance = np.maximum(problem.attendance, 0.0)  # calendars, C, M, W
    worth = np.einsum("bcmw,cmwa->bacmw", attendance, value).reshape(calendars * bands, courses, forms, weeks)
    return np.einsum("vjc,jcmw->vcmw", weight, worth, optimize=True)


def _terrain(
    problem: Problem, relaxation: Relaxation, fund_set: np.ndarray, cuts: np.ndarray, misses: np.ndarray
) -> Terrain:
    venues = problem.distance.shape[1]
    near = [np.flatnonzero(problem.distance[problem.cohort_township, v] >= 0) for v in range(venues)]
    offsets = [0]
    providers: list[int] = []
    for c in range(problem.demand.shape[1]):
        for v in range(venues):
            able = np.flatnonzero(problem.fits[:, v, c] & (problem.teams > 0))
            providers.extend(able)
            offsets.append(len(providers))
    places = np.argwhere(open_places(problem) & problem.fits.any(axis=0).T[problem.offering_course])
    order, apart = _venue_distances(problem)
    hard = ~np.isfinite(problem.target_penalty)
    charge = np.where(hard, np.where(problem.target_heads, HARD_HEAD, HARD_CLASS), problem.target_penalty)
    return Terrain(
        offering_course=problem.offering_course, min_size=problem.min_size, max_size=problem.max_size,
        length=problem.length, attendance=problem.attendance,
        mean_attendance=np.zeros((venues, *problem.length.shape)),
        near_offset=np.concatenate([[0], np.cumsum([len(ks) for ks in near])]).astype(np.int64),
        near_cohort=np.concatenate(near).astype(np.int64),
        near_share=np.concatenate([problem.distance[problem.cohort_township[ks], v] for v, ks in enumerate(near)]),
        distance=problem.distance,
        cohort_township=problem.cohort_township,
        cohort_calendar=problem.township_calendar[problem.cohort_township],
        cohort_band=problem.cohort_band, cohort_group=problem.cohort_group,
        provider_offset=np.array(offsets, dtype=np.int64), provider_list=np.array(providers, dtype=np.int64),
        accreditation_row=relaxation.rows.accreditation_row, rate=problem.rate, quality=problem.quality,
        occupation=problem.course_occupation, source=problem.source, cuts=cuts, cut_misses=misses,
        unlinked_factor=float(problem.unlinked_factor),
        head_cents=problem.head_cents, class_cents=problem.class_cents, outreach_cents=problem.outreach_cents,
        training_type=problem.training_type, venue_county=problem.venue_county,
        head_category=problem.head_category, class_category=problem.class_category,
        money_set=fund_set,
        target_heads=problem.target_heads, target_at_least=problem.target_at_least,
        target_value=problem.target_value, target_charge=charge,
        target_courses=problem.target_courses, target_providers=problem.target_providers,
        target_venues=problem.target_venues,
        target_guides=(
            problem.target_heads & problem.target_providers.all(axis=1) & problem.target_courses.all(axis=1)
        ),
        **_cohort_targets(problem),
        required=problem.required, required_number=problem.required_number, forbidden=problem.forbidden,
        place_offering=places[:, 0].astype(np.int64), place_venue=places[:, 1].astype(np.int64),
        venue_order=order, venue_distance=apart,
    )


def _cohort_targets(problem: Problem) -> dict[str, np.ndarray]:
    """Head targets that count each cohort, listed cohort by cohort."""
    counted = problem.target_cohorts & problem.target_heads[:, None]  # N, K
    return {
        "cohort_target_offset": np.concatenate([[0], np.cumsum(counted.sum(axis=0))]),
        "cohort_target": np.nonzero(counted.T)[1],
    }


def _vacancy_cuts(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sets of pools that may cut the flow of an occupation's jobs: all unions of its sources' pools.

    Returns the number of sets of each occupation, which sources also reach other pools (S, U: 0 or 1) and the
    sets' vacancies (occupations, U). With more unions than can be kept the search may count too many jobs as
    linked; the value of the finished plan is exact.
    """
    occupations = [np.flatnonzero(problem.source_occupation == o) for o in range(len(problem.occupations))]
    unions = [all_unions(problem.source_pools[sources]) for sources in occupations]
    most = max(map(len, unions), default=1)
    misses = np.zeros((len(problem.source_pools), most))
    vacancies = np.zeros((len(occupations), most))
    for o, (sources, sets) in enumerate(zip(occupations, unions, strict=True)):
        reaches_out = problem.source_pools[sources][:, None, :] & ~sets[None, :, :]
        misses[sources, : len(sets)] = reaches_out.any(axis=2)
        vacancies[o, : len(sets)] = sets @ problem.pool_jobs
    return np.array([len(sets) for sets in unions], dtype=np.int64), misses, vacancies


def _venue_distances(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Venues by how little their catchments overlap (40 * (1 - Jaccard)); order by it, and the distances."""
    reach = (problem.distance >= 0).astype(float)
    common = reach.T @ reach
    union = reach.sum(axis=0)[:, None] + reach.sum(axis=0)[None, :] - common
    apart = 40.0 * (1.0 - common / np.maximum(union, 1.0))
    np.fill_diagonal(apart, 0.0)
    return np.argsort(apart + 1e-9 * np.arange(len(apart))[None, :], axis=1, kind="stable"), apart


def _empty_state(
    problem: Problem, relaxation: Relaxation, amounts: np.ndarray, vacancies: np.ndarray, seed: int
) -> State:
    slots = _most_classes(problem)
    entries = int(max(1, problem.max_size.max(initial=1)))
    weeks = problem.weeks
    rows = relaxation.rows.accreditation_rows
    return State(
        random=np.array([0x5DEECE66D * (2 * seed + 1) % 2**64], dtype=np.uint64),
        slot=np.zeros((slots, 5), np.int64), size=np.zeros(slots, np.int64),
        cohort=np.zeros((slots, entries), np.int64), heads=np.zeros((slots, entries), np.int64),
        live=np.zeros(slots, np.int64), place=np.full(slots, -1, np.int64),
        unused=np.arange(slots)[::-1].copy(), counts=np.array([0, slots, 0, 0]),
        persons=problem.capacity.copy(), wishes=problem.demand.T.copy(),
        teams=np.repeat(problem.teams[:, None], weeks, axis=1),
        accredited=np.repeat(problem.accredited_teams[rows[:, 0], rows[:, 1]][:, None], weeks, axis=1),
        rooms=np.repeat(problem.rooms[:, None], weeks, axis=1), annual=problem.annual_classes.copy(),
        money=amounts.copy(), spent=np.zeros(len(problem.category_funds), np.int64),
        jobs=np.zeros(len(problem.occupations)), linked=np.zeros(len(problem.occupations)),
        cut=vacancies.copy(),
        targets=np.zeros(len(problem.target_value), np.int64), locks=np.zeros(len(problem.required_number), np.int64),
        best_slot=np.zeros((slots, 5), np.int64), best_size=np.zeros(slots, np.int64),
        best_cohort=np.zeros((slots, entries), np.int64), best_heads=np.zeros((slots, entries), np.int64),
        best_count=np.zeros(1, np.int64), best_value=np.array([-np.inf]),
    )


def _book_outside(problem: Problem, land: Terrain, state: State, outside: Outside) -> None:
    """Charge an empty state with what the plans outside take, so that it stands as if their classes were in it."""
    state.money[:] = outside.amounts
    state.targets[:], state.locks[:] = outside.targets, outside.locks
    for o, a, end in np.argwhere(outside.jobs > 0):
        jobs = outside.jobs[o, a, end]
        state.jobs[o] += jobs
        state.cut[o] += jobs * land.cut_misses[problem.source[o, a, end]]
    for o, cuts in enumerate(land.cuts):
        state.linked[o] = state.cut[o, :cuts].min(initial=np.inf) if cuts else 0.0


def _most_classes(problem: Problem) -> int:
    """Classes a plan can hold at most, by people and by team weeks."""
    people = int(problem.capacity.sum()) // max(1, int(problem.min_size.min(initial=1)))
    weeks = int(problem.teams.sum()) * problem.weeks
    return max(1, min(people, weeks)) + 8


def _scratch(problem: Problem, land: Terrain) -> Scratch:
    near = int(np.diff(land.near_offset).max(initial=1)) + 1
    entries = int(max(1, problem.max_size.max(initial=1))) + 1
    slots = _most_classes(problem)
    candidates = _SEED_SAMPLES + 64 + 4 * len(problem.required_number)
    return Scratch(
        cohort=np.zeros(near, np.int64), share=np.zeros(near), limit=np.zeros(near, np.int64), net=np.zeros(near),
        gain=np.zeros(near), head_jobs=np.zeros(near), surplus=np.zeros(near),
        take_cohort=np.zeros(entries, np.int64), take_heads=np.zeros(entries, np.int64), take_jobs=np.zeros(entries),
        counted=np.zeros(1), filled_rate=np.zeros(problem.rate.shape[1:]),
        filled_cents=np.zeros(problem.rate.shape[2]), extra=np.zeros(problem.rate.shape[1]),
        through=np.zeros(land.cut_misses.shape[1]), cents=np.zeros(len(problem.category_funds), np.int64),
        blocked=np.zeros(problem.weeks + 1, np.int64), option=np.zeros((_OPTIONS_FILLED, 3), np.int64),
        option_score=np.zeros(_OPTIONS_FILLED), distance=np.zeros(slots), removed=np.zeros(_MOST_RUINED, np.int64),
        inserted=np.zeros(slots, np.int64), candidate=np.zeros((candidates, 5), np.int64),
        origin=np.zeros(candidates, np.int64), score=np.zeros(candidates), noise=np.zeros(candidates),
        stamp=np.zeros(candidates, np.int64), seen=np.zeros(problem.max_size.shape, np.int64),
        bonus=np.zeros(len(problem.target_value)), person_bonus=np.zeros(len(problem.capacity)),
        added=np.zeros(len(problem.target_value), np.int64), job_value=np.zeros(len(problem.source_pools)),
        weight=np.zeros(3),
        mate=np.zeros(_MATES, np.int64), mate_rate=np.zeros((_MATES, *problem.rate.shape[1:])),
        mate_cents=np.zeros((_MATES, problem.rate.shape[2])), mate_heads=np.zeros(_MATES, np.int64),
        edge=np.zeros((_MATES + 1, _MATES + 1)), edge_cohort=np.zeros((_MATES + 1, _MATES + 1), np.int64),
        reach=np.zeros(_MATES + 1), before=np.zeros(_MATES + 1, np.int64),
        saved=np.zeros(_SAVED, np.int64), saved_count=np.zeros(1, np.int64), saved_size=np.zeros(_SAVED, np.int64),
        saved_cohort=np.zeros((_SAVED, entries), np.int64), saved_heads=np.zeros((_SAVED, entries), np.int64),
        settled=np.zeros(problem.demand.shape[1], np.int64), fresh=np.full(slots, -1, np.int64),
    )
