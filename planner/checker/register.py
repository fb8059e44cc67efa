"""The one table of rules a plan is checked against: key, sentence for the planner and the function that checks it.

A rule function takes the :class:`~planner.checker.audit.Audit` of a plan and yields ``(where, message)`` for every
breach. Tests compare this table with the mutations they try, so a rule without a test does not go unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.checker.report import Violation

if TYPE_CHECKING:
    from planner.checker.audit import Audit

Breach = tuple[str, str]
"""Where a rule is broken, and the Chinese sentence saying how."""

Check = Callable[["Audit"], Iterable[Breach]]
"""Finds the breaches of one rule in a plan."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the contract: stable ``key``, ``sentence`` as the bureau reads it, ``breaches`` finds its breaches."""

    key: str
    sentence: str
    breaches: Check

    def violations(self, audit: Audit) -> Iterator[Violation]:
        """Yield one violation for every breach of this rule in the plan."""
        for where, message in self.breaches(audit):
            yield Violation(self.key, where, message)


RULES: dict[str, Rule] = {}
"""Every rule by its key, in the order in which a report lists them."""


def rule(key: str, sentence: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of a rule; a key used twice is a programming error."""

    def register(breaches: Check) -> Check:
        if key in RULES:
            raise ValueError(f"rule key registered twice: {key}")
        RULES[key] = Rule(key, sentence, breaches)
        return breaches

    return register
