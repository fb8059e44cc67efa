"""What each class is worth, and why it stands in this week, with this provider, at this venue.

*Worth*: expected jobs lost if one class fewer of the course may be held at the venue, everything else being planned
again (:mod:`planner.explanations.refill`). What the refilled plan loses is the most that it can cost.

*Why here*: the same people in another week, with another provider or at another venue, everything else unchanged;
the nearest of each kind that can be held, and the best one that cannot, with what stands against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from planner.engine.rows import Prices
from planner.engine.solve import Options
from planner.explanations.parallel import in_order
from planner.explanations.planned import Explained, Stopped, never
from planner.explanations.refill import Refill, Refilled, at_most_classes
from planner.explanations.valuer import Valuer
from planner.model.options import ClassHeads, Slot, admissible_heads, is_forbidden, slot_yields
from planner.model.problem import Problem

_LOOKED_AT = 4
"""Alternatives of a kind that are valued exactly, those with the most expected jobs before vacancies first."""


class Kind(StrEnum):
    """What an alternative changes."""

    WEEK = "换周次"
    PROVIDER = "换机构"
    VENUE = "换场地"


@dataclass(frozen=True, slots=True)
class Alternative:
    """The same class elsewhere: ``difference`` in expected jobs (negative: worse) and what stands against it."""

    kind: Kind
    slot: Slot
    persons: int
    difference: float
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassWorth:
    """Worth of class number ``index`` of the plan: expected jobs lost without it, at most and at least (both proved).

    ``most=None``: no plan without it was found that meets all hard requirements. ``alike`` counts the plan's classes of
    this course at this venue, which share the figure.
    """

    index: int
    alike: int
    most: float | None
    least: float
    alternatives: tuple[Alternative, ...]


def worth_of_classes(
    plan: Explained, prices: Prices | None, options: Options, stopped: Stopped = never,
    wanted: Sequence[int] | None = None,
) -> tuple[ClassWorth, ...] | None:  # fmt: skip
    """Worth and alternatives of the ``wanted`` classes of the plan (None: of all), in its order; None after a stop."""
    problem = plan.problem
    places = [(int(problem.offering_course[slot.offering]), slot.venue) for slot, _ in plan.classes]
    refill = Refill(problem, plan.classes, prices, options)

    def without(place: tuple[int, int]) -> Refilled | None:
        number = places.count(place)
        last = max(i for i, other in enumerate(places) if other == place)
        start = [one for i, one in enumerate(plan.classes) if i != last]
        return refill.best(at_most_classes(problem, *place, number - 1), start, stopped)

    indices = range(len(places)) if wanted is None else sorted(wanted)
    found = in_order(sorted({places[i] for i in indices}), without, 1 if refill.exact else options.threads, stopped)
    if found is None:
        return None
    valuer = Valuer(problem, plan.classes)
    worths = []
    for i in indices:
        if stopped():
            return None
        place = places[i]
        most, least = _range(plan, found[place])
        worths.append(ClassWorth(i, places.count(place), most, least, tuple(alternatives(valuer, i))))
    return tuple(worths)


def _range(plan: Explained, refilled: Refilled | None) -> tuple[float | None, float]:
    """Jobs lost at most and at least."""
    if refilled is None:
        return None, 0.0
    most = max(0.0, plan.value - refilled.value)
    return most, most if refilled.exact else 0.0


def alternatives(valuer: Valuer, i: int) -> Iterator[Alternative]:
    """Of each kind the best alternative that can be held, and a better one that cannot if there is one."""
    for kind in Kind:
        possible: list[Alternative] = []
        denied: list[Alternative] = []
        for new in _candidates(valuer.problem, valuer.classes[i], kind):
            obstacles = valuer.obstacles(i, new)
            if len(denied if obstacles else possible) == _LOOKED_AT:
                continue
            difference = valuer.difference(i, new)
            if np.isfinite(difference):
                one = Alternative(kind, new[0], sum(new[1].values()), difference, obstacles)
                (denied if obstacles else possible).append(one)
            if len(possible) == _LOOKED_AT:
                break
        best, dream = (max(ones, key=_order, default=None) for ones in (possible, denied))
        if best is not None:
            yield best
        if dream is not None and (best is None or dream.difference > best.difference + 1e-9):
            yield dream


def _order(one: Alternative) -> tuple[float, int, tuple[int, int, int]]:
    return round(one.difference, 9), one.persons, (-one.slot.week, -one.slot.provider, -one.slot.venue)


def _candidates(problem: Problem, one: ClassHeads, kind: Kind) -> list[ClassHeads]:
    """The class elsewhere, those with the most expected jobs first; people who cannot come along stay at home."""
    found = []
    for slot in _slots(problem, one[0], kind):
        coming = set(admissible_heads(problem, slot).tolist())
        heads = {k: persons for k, persons in one[1].items() if k in coming}
        size = sum(heads.values())
        limit = int(problem.max_size[slot.offering, slot.venue])
        if not problem.min_size[slot.offering] <= size or is_forbidden(problem, slot):
            continue
        heads = _within(problem, slot, heads, limit)
        cohorts = np.array(sorted(heads), dtype=np.int64)
        jobs = float(slot_yields(problem, slot, cohorts) @ np.array([heads[k] for k in sorted(heads)]))
        found.append((-jobs, slot, heads))
    found.sort(key=lambda entry: (entry[0], entry[1]))
    return [(slot, heads) for _, slot, heads in found]


def _within(problem: Problem, slot: Slot, heads: dict[int, int], limit: int) -> dict[int, int]:
    """The heads cut to the seats, those with the least expected jobs first."""
    over = sum(heads.values()) - limit
    if over <= 0:
        return heads
    cohorts = np.array(sorted(heads), dtype=np.int64)
    kept = dict(heads)
    for k in cohorts[np.argsort(slot_yields(problem, slot, cohorts), kind="stable")].tolist():
        cut = min(over, kept[k])
        kept[k] -= cut
        over -= cut
    return {k: persons for k, persons in kept.items() if persons}


def _slots(problem: Problem, slot: Slot, kind: Kind) -> Iterator[Slot]:
    c = int(problem.offering_course[slot.offering])
    if kind is Kind.WEEK:
        for m, s in zip(*np.nonzero(problem.length[c]), strict=True):
            if (int(m), int(s)) != (slot.form, slot.week):
                yield replace(slot, form=int(m), week=int(s))
    elif kind is Kind.PROVIDER:
        for p in np.flatnonzero(problem.fits[:, slot.venue, c] & (problem.teams > 0)).tolist():
            if p != slot.provider:
                yield replace(slot, provider=p)
    else:
        room = (problem.rooms > 0) & (problem.max_size[slot.offering] >= problem.min_size[slot.offering])
        for v in np.flatnonzero(problem.fits[slot.provider, :, c] & room).tolist():
            if v != slot.venue:
                yield replace(slot, venue=v)
