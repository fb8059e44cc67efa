"""Every plan of a tiny county, by enumeration with the checker's derivations: an oracle for what holds of all plans."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement

from planner.checker.derivation import Derivation
from planner.domain.instance import Instance
from planner.domain.plan import Heads, PlannedClass
from planner.evaluation.outlook import class_heads
from planner.model.options import ClassHeads
from planner.model.problem import build_problem
from tests.oracle.enumeration import (
    TriedClass,
    can_be_paid,
    costs,
    every_filling,
    every_head_vector,
    every_option,
    fits_capacity,
    keeps_locks,
    missing,
    most_classes,
)


def every_plan(instance: Instance) -> list[list[ClassHeads]]:
    """All plans that keep every requirement, by the problem's indices."""
    problem, derivation = build_problem(instance), Derivation(instance)
    return [class_heads(problem, [_planned(one) for one in classes]) for classes in _tried(derivation)]


def _tried(derivation: Derivation) -> Iterator[list[TriedClass]]:
    instance = derivation.instance
    vectors = {option: found for option in every_option(derivation) if (found := every_head_vector(derivation, option))}
    for number in range(most_classes(derivation, list(vectors)) + 1):
        for options in combinations_with_replacement(vectors, number):
            if not fits_capacity(derivation, options):
                continue
            for classes in every_filling(derivation, options, vectors):
                hard = [target for target in instance.targets if target.hard]
                if keeps_locks(instance, classes) and not any(missing(derivation, t, classes) for t in hard) \
                        and can_be_paid(derivation, classes, costs(derivation, classes)):
                    yield classes


def _planned(one: TriedClass) -> PlannedClass:
    option, vector = one
    heads = tuple(Heads(*cohort, number) for cohort, number in vector.persons)
    return PlannedClass("", option.course.name, option.provider.name, option.venue.name, option.form,
                        option.start_week, option.end_week, heads)
