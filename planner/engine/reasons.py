"""Why a wish stays open: the nearest class or seat that would serve it, and exactly what is missing for it.

For every cohort and course with people left, each class that could still be opened within reach - and each seat left
in a class of the plan - is tried against what the plan has left. What fails there is its list of obstacles: money,
teams and rooms, people, farming, a target's upper limit, a lock. The *nearest* way is the one with the fewest
obstacles (then the easiest to remove, then the fewest people and cents missing). Its obstacles are the verified
reason: without any one of them the cell would still be open, without all of them it would be served. What no class of
the horizon could change - age, no provider, too far, no week at all - is tested first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any

import numpy as np

from planner.engine.jobs import Outcome, expected_jobs, link_jobs, penalties
from planner.engine.shortfall import Purse
from planner.model.options import ClassHeads, Slot, end_week, slot_yields
from planner.model.problem import ANY, Problem
from planner.model.travel import travel_minutes
from planner.model.weeks import busy_indices


class Reason(StrEnum):
    """Why a wish is open, as the bureau reads it."""

    AGE = "年龄段不适合该课程"
    PLACED = "愿意的人已安排在其他班"
    NO_PROVIDER = "没有机构能承训该课程"
    TOO_FAR = "可达范围内没有能开班的场地"
    SEASON = "季节窗口或计划期内排不下"
    FORBIDDEN = "固定班要求禁止开"
    CAP = "任务的上限已满"
    FARMING = "能来的周次都是农忙"
    TOO_FEW = "附近愿意的人全来也不够最小班额"
    LEFT_TOO_FEW = "附近尚未安排的人不够再开一个班"
    FULL = "机构班次或教室已排满"
    MONEY = "资金不够"
    NO_GAIN = "没有空缺岗位，再开班不增加得分"
    POSSIBLE = "还排得下，本方案没有排进"


class Obstacle(IntEnum):
    """What can fail for a class that could exist, from the easiest to remove to the hardest."""

    MONEY = 1
    CAPACITY = 2
    PEOPLE = 4
    FARMING = 8
    CAP = 16
    LOCK = 32


_OF_OBSTACLE = {
    Obstacle.LOCK: Reason.FORBIDDEN, Obstacle.CAP: Reason.CAP, Obstacle.FARMING: Reason.FARMING,
    Obstacle.PEOPLE: Reason.LEFT_TOO_FEW, Obstacle.CAPACITY: Reason.FULL, Obstacle.MONEY: Reason.MONEY,
}  # fmt: skip
"""The reason that an obstacle gives, the hardest first: it names the wish's reason, the others go along."""


@dataclass(frozen=True, slots=True)
class Way:
    """The nearest way to serve a wish: a new class of ``size`` heads, or seats in a class of the plan (``joined``).

    ``obstacles`` is a sum of :class:`Obstacle`; ``people`` and ``cents`` are missing for it; ``room_missing`` and
    ``team_missing`` tell what is taken; ``busy`` is the highest busy index (0..1) of its weeks at home.
    """

    slot: Slot
    size: int
    obstacles: int
    people: int = 0
    cents: int = 0
    room_missing: bool = False
    team_missing: bool = False
    busy: float = 0.0
    joined: bool = False
    gain: float = 0.0
    heads: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenWish:
    """Persons of cohort ``k`` who wish for course ``c`` and do not get it, why, and the nearest way to serve them.

    ``minutes`` is the travel to the nearest venue for :attr:`Reason.TOO_FAR`, inf where unknown, else nan.
    """

    cohort: int
    course: int
    persons: int
    reason: Reason
    way: Way | None = None
    minutes: float = float("nan")


def open_wishes(problem: Problem, classes: Sequence[ClassHeads]) -> tuple[OpenWish, ...]:
    """Every open wish by cohort and course, with its reason; wishes of people placed elsewhere come apart."""
    finder = _Finder(problem, classes)
    found = []
    for k, c in np.argwhere(finder.wishes > 0).tolist():
        left = int(finder.left[k, c])
        if left:
            found.append(finder.explain(k, c, left))
        if int(finder.wishes[k, c]) > left:
            found.append(OpenWish(k, c, int(finder.wishes[k, c]) - left, Reason.PLACED))
    return tuple(found)


def all_wishes(problem: Problem) -> np.ndarray:
    """Wishes by cohort and course, those of unsuitable age bands included; shape (K, C)."""
    instance = problem.instance
    courses = {course.name: c for c, course in enumerate(instance.courses)}
    rows = {
        (instance.townships[t].name, instance.age_bands[a].name, instance.groups[g].name): k
        for k, (t, a, g) in enumerate(
            zip(problem.cohort_township, problem.cohort_band, problem.cohort_group, strict=True)
        )
    }
    wishes = np.zeros(problem.demand.shape, dtype=np.int64)
    for wish in instance.demand:
        row = rows.get((wish.township, wish.age_band, wish.group))
        if row is not None:
            wishes[row, courses[wish.course]] += wish.persons
    return wishes


@dataclass(frozen=True, slots=True, eq=False)
class _CourseView:
    """Everything about one course that does not depend on who asks. Letter O: possible windows (form and start)."""

    forms: np.ndarray  # O
    starts: np.ndarray  # O
    last: np.ndarray  # O: end week
    allowed: np.ndarray  # calendars, O: nobody of the calendar is kept away by farming
    taught: bool  # some provider can teach it somewhere
    barred: np.ndarray | None  # P, V, O: options that a lock forbids
    place: np.ndarray  # V: some provider can teach it there, enough seats
    providers: np.ndarray  # P, V: who
    usable: np.ndarray  # P, V: of these, whom no full target stops
    locked: np.ndarray  # V, O: every provider is forbidden
    room_free: np.ndarray  # V, O
    team_free: np.ndarray  # V, O
    capped_places: np.ndarray  # V: an upper limit is full for every class there
    capped_heads: np.ndarray  # K: an upper limit is full for people of the cohort
    by_calendar: np.ndarray  # V, calendars: people left near the venue
    wished: np.ndarray  # V, calendars: people who wish, near the venue
    fixed_cents: np.ndarray  # V: of a class at its cheapest provider


class _Finder:
    """Looks up, per cohort and course, the nearest way to be served."""

    def __init__(self, problem: Problem, classes: Sequence[ClassHeads]) -> None:
        self._problem = problem
        self._classes = list(classes)
        people, wishes = problem.capacity.copy(), all_wishes(problem)
        for slot, heads in classes:
            course = problem.offering_course[slot.offering]
            for k, persons in heads.items():
                people[k] -= persons
                wishes[k, course] -= persons
        # A draft that is judged may take more people than there are.
        self.wishes = np.maximum(0, wishes)
        self.left = np.maximum(0, np.minimum(wishes, people[:, None]))
        self._purse = Purse(problem, classes)
        self._near = problem.distance >= 0  # T, V
        self._busy = busy_indices(problem.instance)
        self._reached = penalties(problem, classes)[0]
        self._of_occupation: dict[int, list[int]] = {}
        for i, (slot, _) in enumerate(self._classes):
            self._of_occupation.setdefault(self._occupation(slot), []).append(i)
        self._minutes = travel_minutes(problem.instance)[:, problem.venue_township]
        self._supplies()
        self._views: dict[int, _CourseView] = {}
        self._ways: dict[tuple[int, int, int, bool], Way] = {}
        self._gains: dict[tuple, float] = {}
        self._jobs: dict[int, tuple[dict[Outcome, float], float]] = {}
        self._windows: dict[tuple[int, int], np.ndarray] = {}

    def _supplies(self) -> None:
        problem = self._problem
        weeks = problem.weeks
        self._teams = np.repeat(problem.teams[:, None], weeks, axis=1)
        self._rooms = np.repeat(problem.rooms[:, None], weeks, axis=1)
        self._accredited = np.repeat(problem.accredited_teams[:, :, None], weeks, axis=2)
        self._annual = problem.annual_classes.copy()
        self._seats: dict[tuple[int, int], list[tuple[int, Slot, int]]] = {}
        for i, (slot, heads) in enumerate(self._classes):
            c = int(problem.offering_course[slot.offering])
            window = slice(slot.week, end_week(problem, slot) + 1)
            self._teams[slot.provider, window] -= 1
            self._rooms[slot.venue, window] -= 1
            self._accredited[slot.provider, c, window] -= 1
            self._annual[slot.provider] -= 1
            spare = int(problem.max_size[slot.offering, slot.venue]) - sum(heads.values())
            if spare > 0:
                self._seats.setdefault((c, slot.venue), []).append((i, slot, spare))

    def explain(self, k: int, c: int, persons: int) -> OpenWish:
        """The reason of one open wish."""
        problem = self._problem
        if problem.demand[k, c] == 0:
            return OpenWish(k, c, persons, Reason.AGE)
        view = self._view(c)
        if not view.taught:
            return OpenWish(k, c, persons, Reason.NO_PROVIDER)
        t = int(problem.cohort_township[k])
        reach = np.flatnonzero(self._near[t] & view.place)
        if not len(reach):
            minutes = self._minutes[t][view.place].min(initial=np.inf)
            return OpenWish(k, c, persons, Reason.TOO_FAR, minutes=float(minutes))
        if not len(view.starts):
            return OpenWish(k, c, persons, Reason.SEASON)
        way = self._nearest(k, c, t, view, reach)
        return OpenWish(k, c, persons, self._reason(way, c, t, view, reach), way)

    def _reason(self, way: Way, c: int, t: int, view: _CourseView, reach: np.ndarray) -> Reason:
        for obstacle, reason in _OF_OBSTACLE.items():
            if way.obstacles & obstacle:
                if obstacle is Obstacle.PEOPLE and self._all_too_few(c, t, view, reach):
                    return Reason.TOO_FEW
                return reason
        return Reason.POSSIBLE if way.gain > 1e-9 else Reason.NO_GAIN

    def _all_too_few(self, c: int, t: int, view: _CourseView, reach: np.ndarray) -> bool:
        """Whether even all who wish for the course, placed or not, are too few wherever the township can go."""
        own = view.allowed[self._problem.township_calendar[t]]
        gathered = view.wished[reach] @ view.allowed[:, own].astype(np.int64)
        return int(gathered.max(initial=0)) < int(self._problem.min_size[c])

    # --- what a course has left ---

    def _view(self, c: int) -> _CourseView:
        if c not in self._views:
            self._views[c] = self._make_view(c)
        return self._views[c]

    def _make_view(self, c: int) -> _CourseView:
        problem = self._problem
        forms, starts = np.nonzero(problem.length[c])
        after = starts + problem.length[c, forms, starts]
        place = (problem.max_size[c] >= problem.min_size[c]) & (problem.rooms > 0)
        able = problem.fits[:, :, c] & (problem.teams > 0)[:, None]
        providers = able & place[None, :]
        free = _all_free(np.minimum(self._teams, self._accredited[:, c]), starts, after) & (self._annual > 0)[:, None]
        barred = self._barred(c, forms, starts)  # P, V, O or nothing
        uncapped = ~self._capped_places(c)  # P, V
        usable = providers & (uncapped | ~(providers & uncapped).any(axis=0)[None, :])
        team_free = (usable.T.astype(np.int64) @ free.astype(np.int64)) > 0
        locked = np.zeros(team_free.shape, dtype=bool)
        if barred is not None:
            locked = ~(providers[:, :, None] & ~barred).any(axis=0)
            team_free = (usable[:, :, None] & free[:, None, :] & ~barred).any(axis=0)
        near = self._near[problem.cohort_township].T.astype(np.int64)  # V, K
        of_calendar = problem.township_calendar[problem.cohort_township][:, None] == np.arange(len(problem.attendance))
        left = np.where(problem.demand[:, c] > 0, self.left[:, c], 0)
        costs = np.where(providers, problem.outreach_cents, np.iinfo(np.int64).max // 4).min(axis=0)
        capped = providers.any(axis=0) & ~(providers & uncapped).any(axis=0)
        return _CourseView(
            forms, starts, after - 1, problem.attendance[:, c, forms, starts] >= 0, bool(able.any()), barred,
            providers.any(axis=0), providers,
            usable, locked, _all_free(self._rooms, starts, after), team_free, capped,
            self._capped_heads(c), near @ (left[:, None] * of_calendar),
            near @ (problem.demand[:, c][:, None] * of_calendar), problem.class_cents[c] + costs,
        )

    def _barred(self, c: int, forms: np.ndarray, starts: np.ndarray) -> np.ndarray | None:
        """Options that a 禁止 lock matches; shape (P, V, O), or nothing when no lock names the course."""
        problem = self._problem
        mine = [pattern for pattern in problem.forbidden if pattern[0] == c]
        if not mine:
            return None
        barred = np.zeros((len(problem.teams), len(problem.rooms), len(starts)), dtype=bool)
        for _, _, p, v, m, s in mine:
            which = ((m == ANY) | (forms == m)) & ((s == ANY) | (starts == s))
            barred[slice(None) if p == ANY else p, slice(None) if v == ANY else v, which] = True
        return barred

    def _hard_limits(self, c: int) -> np.ndarray:
        """Hard upper targets that count the course."""
        problem = self._problem
        limits = ~np.isfinite(problem.target_penalty) & ~problem.target_at_least & problem.target_courses[:, c]
        return np.flatnonzero(limits)

    def _capped_places(self, c: int) -> np.ndarray:
        """Where one more class of the course would pass a hard upper target, whoever comes; shape (P, V)."""
        problem = self._problem
        capped = np.zeros((len(problem.teams), len(problem.rooms)), dtype=bool)
        for n in self._hard_limits(c):
            room = int(problem.target_value[n] - self._reached[n])
            if problem.target_heads[n]:
                if room < problem.min_size[c] and problem.target_cohorts[n].all():
                    capped |= problem.target_providers[n][:, None]
            elif room < 1:
                capped |= problem.target_providers[n][:, None] & problem.target_venues[n][None, :]
        return capped

    def _capped_heads(self, c: int) -> np.ndarray:
        """Cohorts of which one more head in the course would pass a hard upper target, wherever; shape (K,)."""
        problem = self._problem
        capped = np.zeros(len(problem.capacity), dtype=bool)
        for n in self._hard_limits(c):
            if problem.target_heads[n] and self._reached[n] >= problem.target_value[n]:
                capped |= problem.target_cohorts[n] & bool(problem.target_providers[n].all())
        return capped

    # --- the nearest way ---

    def _nearest(self, k: int, c: int, t: int, view: _CourseView, reach: np.ndarray) -> Way:
        """The way with the fewest obstacles among new classes and seats left."""
        group = int(self._problem.cohort_group[k])
        capped = bool(view.capped_heads[k])
        key = c, t, group, capped
        if key not in self._ways:
            found = (self._new_class(c, t, group, capped, view, reach), self._seat(c, t, group, capped, reach))
            self._ways[key] = min((way for way in found if way is not None), key=_rank)
        best = self._ways[key]
        return best if best.obstacles else self._with_gain(best, k, c)

    def _new_class(
        self, c: int, t: int, group: int, capped: bool, view: _CourseView, reach: np.ndarray
    ) -> Way:
        problem = self._problem
        size = int(problem.min_size[c])
        allowed = view.allowed[problem.township_calendar[t]]
        gathered = view.by_calendar[reach] @ view.allowed.astype(np.int64)  # reach, O
        everyone = view.by_calendar[reach].sum(axis=1)[:, None]  # were the week allowed
        people = np.maximum(0, size - np.where(allowed[None, :], gathered, everyone))
        busy = self._highest_busy(c, t, view)
        fails = (
            Obstacle.FARMING * ~allowed[None, :] + Obstacle.PEOPLE * (people > 0)
            + Obstacle.CAPACITY * ~(view.room_free[reach] & view.team_free[reach])
            + Obstacle.LOCK * view.locked[reach] + Obstacle.CAP * (view.capped_places[reach] | capped)[:, None]
        )
        week_type = self._purse.week_type[view.last]
        least = self._least_money(c, group, size, view, reach, week_type)
        fails = fails + Obstacle.MONEY * (least > 0)
        number = _bits(fails)
        wanted = np.where(fails & Obstacle.FARMING, busy[None, :], 0.0)
        near = np.flatnonzero(number.ravel() <= number.min() + 1)  # exact money adds one obstacle at most
        order = near[np.lexsort([
            np.broadcast_to(rank, fails.shape).ravel()[near]
            for rank in (view.starts, least, people, wanted, fails, number)
        ])]  # fmt: skip
        best: Way | None = None
        for index in order:
            i, o = np.unravel_index(index, fails.shape)
            if best is not None and number[i, o] > best.obstacles.bit_count():
                break
            way = self._priced(c, t, group, size, view, int(reach[i]), int(o), int(fails[i, o]), int(people[i, o]))
            way = replace(way, busy=float(busy[o]))
            if best is None or _rank(way) < _rank(best):
                best = way
            # The exact money of a way is never below the least; what follows is no nearer than this one.
            if way.obstacles == int(fails[i, o]):
                break
        assert best is not None
        return best

    def _least_money(
        self, c: int, group: int, size: int, view: _CourseView, reach: np.ndarray, week_type: np.ndarray
    ) -> np.ndarray:
        """Cents missing at least for a class at each venue and window; shape (reach, O)."""
        county = self._problem.venue_county
        least = np.zeros((len(reach), len(week_type)), dtype=np.int64)
        for kind in np.unique(week_type).tolist():
            found = [
                self._purse.least_missing(c, int(county[v]), kind, int(view.fixed_cents[v]), size, group) for v in reach
            ]
            least[:, week_type == kind] = np.array(found)[:, None]
        return least

    def _priced(
        self, c: int, t: int, group: int, size: int, view: _CourseView, v: int, o: int, fails: int, people: int
    ) -> Way:
        """A new class with the exact money it lacks."""
        problem = self._problem
        county, kind = int(problem.venue_county[v]), int(self._purse.week_type[view.last[o]])
        # If the week or missing people are what is wanted, they are taken to be there, of the asking group.
        free = view.allowed[:, o] | bool(fails & Obstacle.FARMING)
        able = self._near[problem.cohort_township, v] & free[problem.township_calendar[problem.cohort_township]]
        left = np.where((problem.demand[:, c] > 0) & able, self.left[:, c], 0)
        number = np.zeros(len(problem.instance.groups), dtype=np.int64)
        np.add.at(number, problem.cohort_group, left)
        number[group] += people
        p = self._provider(c, view, v, o)
        fixed = int(problem.class_cents[c] + problem.outreach_cents[p, v])
        cents, heads = self._purse.missing(c, county, kind, fixed, size, group, tuple(int(n) for n in number))
        obstacles = fails | Obstacle.MONEY if cents else fails & ~Obstacle.MONEY
        slot = Slot(c, p, v, int(view.forms[o]), int(view.starts[o]))
        return Way(slot, size, int(obstacles), people, cents, not view.room_free[v, o], not view.team_free[v, o],
                   heads=heads)  # fmt: skip

    def _provider(self, c: int, view: _CourseView, v: int, o: int) -> int:
        """The provider of a class: one with a free team first, then the cheapest, the best, the first."""
        problem = self._problem
        able = np.flatnonzero(view.usable[:, v] if view.usable[:, v].any() else view.providers[:, v])
        weeks = slice(int(view.starts[o]), int(view.last[o]) + 1)
        free = (np.minimum(self._teams[able, weeks], self._accredited[able, c, weeks]) > 0).all(axis=1)
        free &= self._annual[able] > 0
        if view.barred is not None:
            free &= ~view.barred[able, v, o]
        order = np.lexsort((able, -problem.quality[able], problem.outreach_cents[able, v], ~free))
        return int(able[order[0]])

    def _seat(self, c: int, t: int, group: int, capped: bool, reach: np.ndarray) -> Way | None:
        """The nearest seat left in a class of the plan."""
        problem = self._problem
        calendar = problem.township_calendar[t]
        best: Way | None = None
        near = (seat for v in reach.tolist() for seat in self._seats.get((c, v), ()))
        for _, slot, spare in near:
            fails = 0 if problem.attendance[calendar, c, slot.form, slot.week] >= 0 else int(Obstacle.FARMING)
            if capped:
                fails |= Obstacle.CAP
            last = end_week(problem, slot)
            kind, county = int(self._purse.week_type[last]), int(problem.venue_county[slot.venue])
            people = [0] * len(problem.instance.groups)
            people[group] = 1
            cents, heads = self._purse.missing(c, county, kind, 0, 1, group, tuple(people))
            busy = float(self._busy[calendar, slot.week : last + 1].max())
            if cents:
                fails |= Obstacle.MONEY
            way = Way(slot, spare, int(fails), 0, cents, busy=busy, joined=True, heads=heads)
            if best is None or _rank(way) < _rank(best):
                best = way
        return best

    def _highest_busy(self, c: int, t: int, view: _CourseView) -> np.ndarray:
        """Highest busy index of the township over each window's weeks; shape (O,)."""
        calendar = int(self._problem.township_calendar[t])
        if (c, calendar) not in self._windows:
            busy = self._busy[calendar]
            highest = [busy[s : e + 1].max() for s, e in zip(view.starts, view.last, strict=True)]
            self._windows[c, calendar] = np.array(highest)
        return self._windows[c, calendar]

    def _with_gain(self, way: Way, k: int, c: int) -> Way:
        """A way that nothing stands against, with what it would add to the plan's value (expected jobs)."""
        heads = {k: 1} if way.joined else self._members(way, k, c)
        key = way.slot, way.joined, tuple(sorted(heads.items()))
        if key not in self._gains:
            self._gains[key] = self._gain(way, heads, c)
        return replace(way, gain=self._gains[key])

    def _gain(self, way: Way, heads: dict[int, int], c: int) -> float:
        """Jobs of the class's occupation with the heads less those without, and less of soft targets' penalties."""
        problem = self._problem
        without: list[ClassHeads] = []
        joined = dict(heads)
        if way.joined:
            at = next(i for i, slot, _ in self._seats[c, way.slot.venue] if slot == way.slot)
            _, old = self._classes[at]
            without = [self._classes[at]]
            joined = {k: old.get(k, 0) + heads.get(k, 0) for k in old | heads}
        reached = self._reached + penalties(problem, [(way.slot, joined)])[0] - penalties(problem, without)[0]
        soft = np.isfinite(problem.target_penalty)
        short = [np.where(problem.target_at_least, problem.target_value - r, r - problem.target_value)
                 for r in (reached, self._reached)]  # fmt: skip
        paid = problem.target_penalty[soft] @ (np.maximum(0, short[0]) - np.maximum(0, short[1]))[soft]
        expected, before = self._jobs_of(self._occupation(way.slot))
        after = dict(expected)
        for outcome, jobs in expected_jobs(problem, [(way.slot, joined)]).items():
            after[outcome] = after.get(outcome, 0.0) + jobs
        for outcome, jobs in expected_jobs(problem, without).items():
            after[outcome] = max(0.0, after[outcome] - jobs)
        return self._worth(after) - before - float(paid)

    def _jobs_of(self, occupation: int) -> tuple[dict[Outcome, float], float]:
        """The plan's expected jobs of an occupation by outcome, and what they are worth."""
        if occupation not in self._jobs:
            mine = [self._classes[i] for i in self._of_occupation.get(occupation, [])]
            expected = expected_jobs(self._problem, mine)
            self._jobs[occupation] = expected, self._worth(expected)
        return self._jobs[occupation]

    def _occupation(self, slot: Slot) -> int:
        return int(self._problem.course_occupation[self._problem.offering_course[slot.offering]])

    def _worth(self, expected: dict[Outcome, float]) -> float:
        """Linked + unlinked_factor * unlinked jobs."""
        jobs = link_jobs(self._problem, expected)
        return jobs.linked + self._problem.unlinked_factor * jobs.unlinked

    def _members(self, way: Way, k: int, c: int) -> dict[int, int]:
        """Cohorts that fill a new class with the heads by group that can be paid: the asking one, then the best."""
        problem = self._problem
        calendars = problem.township_calendar[problem.cohort_township]
        able = self._near[problem.cohort_township, way.slot.venue] & (problem.demand[:, c] > 0)
        able &= problem.attendance[calendars, c, way.slot.form, way.slot.week] >= 0
        cohorts = np.flatnonzero(able & (self.left[:, c] > 0))
        jobs = slot_yields(problem, way.slot, cohorts)
        need = list(way.heads)
        members: dict[int, int] = {}
        for i in np.lexsort((cohorts, -jobs, cohorts != k)):
            other = int(cohorts[i])
            taken = min(need[problem.cohort_group[other]], int(self.left[other, c]))
            if taken:
                members[other] = taken
                need[problem.cohort_group[other]] -= taken
        return members


def _rank(way: Way) -> tuple[Any, ...]:
    """Fewest obstacles first, then the easiest, the least busy, the fewest people and cents missing, a seat first."""
    busy = way.busy if way.obstacles & Obstacle.FARMING else 0.0
    return way.obstacles.bit_count(), way.obstacles, busy, way.people, way.cents, not way.joined, way.slot


def _bits(numbers: np.ndarray) -> np.ndarray:
    """Number of obstacles in each sum of them."""
    return sum((numbers & obstacle > 0).astype(np.int64) for obstacle in Obstacle)  # type: ignore[return-value]


def _all_free(weekly: np.ndarray, starts: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Whether something is left in every week of each window; shape (rows, windows)."""
    taken = np.concatenate([np.zeros((len(weekly), 1)), np.cumsum(weekly <= 0, axis=1)], axis=1)
    free: np.ndarray = taken[:, after] == taken[:, starts]
    return free
