"""A plan being made by hand, class by class: what an office sees as still free, and the best class it can open next.

Classes take the cheapest people near their venue, in the best attended week and at the best provider that are free.
Nothing is ever taken back. Expected jobs beyond an occupation's vacancies count the unlinked factor, as they do in
the plan's value. How the next class is chosen is what tells one usual method from another (:mod:`ranking`,
:mod:`even_split`).
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice, product

import numpy as np

from planner.engine.jobs import penalties
from planner.engine.money import class_costs, fund_sets, plan_is_payable
from planner.model.options import ClassHeads, Slot, admissible_heads, end_week, is_forbidden, matches, slot_yields
from planner.model.problem import Problem

Allowed = Callable[[Slot], bool]

_NEVER = math.inf
_TRIED = 8
"""Weeks and providers tried for a class before the office turns to another one."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A class that could be opened now, and its cents per expected job."""

    slot: Slot
    heads: dict[int, int]
    price: float


class ByHand:
    """The classes opened so far and what is left of people, wishes, rooms, teams, vacancies and money."""

    def __init__(self, problem: Problem, stopped: Callable[[], bool] = lambda: False) -> None:
        self.problem = problem
        self.classes: list[ClassHeads] = []
        self._stopped = stopped
        self._people = problem.capacity.copy()
        self._wishes = problem.demand.copy()
        self._everyone = np.ones(len(problem.capacity), dtype=bool)
        self._preferred = self._everyone
        weeks = problem.weeks
        self._teams = np.repeat(problem.teams[:, None], weeks, axis=1)
        self._rooms = np.repeat(problem.rooms[:, None], weeks, axis=1)
        self._accredited = np.repeat(problem.accredited_teams[:, :, None], weeks, axis=2)
        self._annual = problem.annual_classes.copy()
        self._vacancies = self._vacancies_by_occupation()
        self._spent = np.zeros(len(problem.category_funds), dtype=np.int64)
        self._fund_sets, self._amounts = fund_sets(problem)
        self._reached = np.zeros(len(problem.target_value), dtype=np.int64)

    def open_duties(self) -> None:
        """Open what the bureau must hold whatever it ranks by: demanded classes, then hard targets."""
        problem = self.problem
        for pattern, number in zip(problem.required, problem.required_number, strict=True):
            self.open_best(partial(matches, problem, pattern), int(number))
        for n in np.flatnonzero(~np.isfinite(problem.target_penalty) & problem.target_at_least).tolist():
            self.open_for_target(n)

    def open_for_target(self, n: int) -> None:
        """Open classes with people that a target counts until it is met or nothing more can be opened for it."""
        self._preferred = self.problem.target_cohorts[n] if self.problem.target_heads[n] else self._everyone
        self.open_best(lambda slot: self.is_needed(n, slot), wanted=lambda: self.missing(n) > 0)
        self._preferred = self._everyone

    def open_best(
        self, allowed: Allowed, number: int | None = None, wanted: Callable[[], bool] = lambda: True
    ) -> None:
        """Open classes among the allowed options, cheapest jobs first: ``number`` of them, or while they are wanted."""
        problem = self.problem
        pairs = product(range(len(problem.offering_course)), range(len(problem.rooms)))
        queue = [(-1.0, h, v) for h, v in pairs]  # not looked at yet
        while queue and number != 0 and wanted() and not self._stopped():
            price, h, v = heapq.heappop(queue)
            offer = self.offer(h, v, allowed)
            if offer is None:
                continue
            if offer.price > price + 1e-9:  # dearer than when it was ranked: rank it again
                heapq.heappush(queue, (offer.price, h, v))
                continue
            if not self.open(offer):
                continue
            number = None if number is None else number - 1
            heapq.heappush(queue, (offer.price, h, v))

    def missing(self, n: int) -> int:
        """Units that a target of at least some value still lacks."""
        return int(self.problem.target_value[n] - self._reached[n])

    def is_needed(self, n: int, slot: Slot) -> bool:
        """Whether classes of this option can count for a target."""
        course = self.problem.offering_course[slot.offering]
        counts = self.problem.target_courses[n, course] and self.problem.target_providers[n, slot.provider]
        return bool(counts and (self.problem.target_heads[n] or self.problem.target_venues[n, slot.venue]))

    def _vacancies_by_occupation(self) -> np.ndarray:
        """Vacancies of each occupation, whatever their dates and ages; unlimited where no vacancies are known."""
        problem = self.problem
        if problem.instance.pools is None:
            return np.full(len(problem.occupations), _NEVER)
        vacancies = np.zeros(len(problem.occupations))
        for d, jobs in enumerate(problem.pool_jobs):
            takers = np.flatnonzero(problem.source_pools[:, d])
            vacancies[problem.source_occupation[takers[0]]] += jobs
        return vacancies

    def open_wishes(self, cohorts: np.ndarray) -> np.ndarray:
        """People of some cohorts (indices) who wish for each course and are in no class yet; shape (C,)."""
        left: np.ndarray = np.minimum(self._wishes[cohorts], self._people[cohorts, None]).sum(axis=0)
        return left

    def prefer(self, cohorts: np.ndarray | None) -> None:
        """Have people of some cohorts (a mask) taken first from now on; ``None``: nobody before others."""
        self._preferred = self._everyone if cohorts is None else cohorts

    def offer(self, h: int, v: int, allowed: Allowed = lambda slot: True) -> Offer | None:
        """The best class of an offering at a venue, at the first of the best free providers and weeks that suits."""
        options = (
            slot for slot in self._free_options(h, v) if allowed(slot) and not is_forbidden(self.problem, slot)
        )
        for slot in islice(options, _TRIED):
            heads = self._fill(slot)
            if heads:
                return Offer(slot, heads, self._price(slot, heads))
        return None

    def _free_options(self, h: int, v: int) -> Iterator[Slot]:
        """Options with a free team and room in every week; the best attended first, then the best provider."""
        problem = self.problem
        course = int(problem.offering_course[h])
        if problem.max_size[h, v] < problem.min_size[h]:
            return
        providers = np.flatnonzero(problem.fits[:, v, course] & (self._annual > 0))
        providers = providers[np.argsort(-problem.quality[providers], kind="stable")]
        home = problem.township_calendar[problem.venue_township[v]]
        forms, weeks = np.nonzero(problem.length[course])
        for i in np.argsort(-problem.attendance[home, course, forms, weeks], kind="stable"):
            m, first = int(forms[i]), int(weeks[i])
            last = first + int(problem.length[course, m, first])
            if not (self._rooms[v, first:last] > 0).all():
                continue
            free = (self._teams[providers, first:last] > 0) & (self._accredited[providers, course, first:last] > 0)
            for p in providers[free.all(axis=1)]:
                yield Slot(h, int(p), v, m, first)

    def _fill(self, slot: Slot) -> dict[int, int]:
        """People for a class, those preferred and the cheapest first; as many as can be paid, or none."""
        problem = self.problem
        course = int(problem.offering_course[slot.offering])
        cohorts = admissible_heads(problem, slot)
        cohorts = cohorts[np.minimum(self._people[cohorts], self._wishes[cohorts, course]) > 0]
        jobs = slot_yields(problem, slot, cohorts)
        cents = problem.head_cents[course, problem.cohort_group[cohorts]].sum(axis=1)
        counted = self._preferred[cohorts] & (jobs > 0)
        order = np.lexsort((cohorts, cents / np.maximum(jobs, 1e-9), ~counted))
        people = np.minimum(self._people[cohorts], self._wishes[cohorts, course])[order]
        smallest, largest = int(problem.min_size[slot.offering]), int(problem.max_size[slot.offering, slot.venue])

        def first(size: int) -> dict[int, int]:
            before = np.concatenate([[0], np.cumsum(people)[:-1]])
            heads = np.clip(size - before, 0, people)
            return {int(k): int(x) for k, x in zip(cohorts[order], heads, strict=True) if x}

        most = min(int(people.sum()), largest)
        if most < smallest or not self._is_possible(slot, first(smallest)):
            return {}
        # Fewer people cost less, so the largest class that can be paid is found by halving.
        size = bisect_left(range(smallest + 1, most + 1), True, key=lambda n: not self._is_possible(slot, first(n)))
        return first(smallest + size)

    def _is_possible(self, slot: Slot, heads: dict[int, int]) -> bool:
        """Whether the funds can pay for the class and no hard upper target is passed."""
        problem = self.problem
        reached = self._reached + self._counted(slot, heads)
        capped = ~np.isfinite(problem.target_penalty) & ~problem.target_at_least
        if (reached[capped] > problem.target_value[capped]).any():
            return False
        # Hall's condition (planner.engine.money); a plan with too many fund sets to check is paid exactly in open().
        spent = self._fund_sets @ (self._spent + self._costs(slot, heads))
        return bool((spent <= self._amounts).all())

    def _costs(self, slot: Slot, heads: dict[int, int]) -> np.ndarray:
        """Cents by category."""
        spent = np.zeros_like(self._spent)
        for (_, _, category), cents in class_costs(self.problem, slot, heads).items():
            spent[category] += cents
        return spent

    def _counted(self, slot: Slot, heads: dict[int, int]) -> np.ndarray:
        """What a class adds to each target."""
        reached, _ = penalties(self.problem, [(slot, heads)])
        return reached

    def _jobs(self, slot: Slot, heads: dict[int, int]) -> float:
        cohorts = np.array(list(heads), dtype=np.int64)
        return float(slot_yields(self.problem, slot, cohorts) @ np.array(list(heads.values())))

    def _price(self, slot: Slot, heads: dict[int, int]) -> float:
        """Cents per expected job that counts."""
        jobs = self._jobs(slot, heads)
        linked = min(jobs, self._vacancies[self.problem.course_occupation[self.problem.offering_course[slot.offering]]])
        counted = linked + self.problem.unlinked_factor * (jobs - linked)
        return float(self._costs(slot, heads).sum()) / counted if counted > 0 else _NEVER

    def open(self, offer: Offer) -> bool:
        """Book a class; false when the funds cannot pay for it after all."""
        problem, slot = self.problem, offer.slot
        if not plan_is_payable(problem, [*self.classes, (slot, offer.heads)]):
            return False
        course = int(problem.offering_course[slot.offering])
        weeks = slice(slot.week, end_week(problem, slot) + 1)
        self._teams[slot.provider, weeks] -= 1
        self._accredited[slot.provider, course, weeks] -= 1
        self._rooms[slot.venue, weeks] -= 1
        self._annual[slot.provider] -= 1
        for k, persons in offer.heads.items():
            self._people[k] -= persons
            self._wishes[k, course] -= persons
        occupation = problem.course_occupation[course]
        self._vacancies[occupation] = max(0.0, self._vacancies[occupation] - self._jobs(slot, offer.heads))
        self._spent += self._costs(slot, offer.heads)
        self._reached += self._counted(slot, offer.heads)
        self.classes.append((slot, offer.heads))
        return True
