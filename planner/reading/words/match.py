"""What a written name is taken for: certain, proposed or unknown. Only certain matches may be applied unasked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from planner.reading.values.text import shown

_SHOWN = 3
_LOWEST_SCORE = 0.6


class Certainty(Enum):
    """How sure a match is, from the surest down; the last two are never applied without the bureau's word."""

    EXACT = "相同"
    REMEMBERED = "本单位确认过"
    SYNONYM = "同义"
    PROPOSED = "待确认"
    UNKNOWN = "不认识"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A known name that may be meant; ``score`` 0..1 orders proposals and promises nothing. ``why`` in Chinese.

    ``label`` is the Chinese word for ``name`` where the name itself is a code.
    """

    name: str
    score: float
    why: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What ``written`` means: ``meaning`` only when certain, else ``proposals``, best first.

    ``remark`` says in Chinese what was done; empty for an exact match.
    """

    written: str
    meaning: str | None
    certainty: Certainty
    remark: str = ""
    proposals: tuple[Proposal, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether the meaning may be applied without asking."""
        return self.meaning is not None


def exact(written: str, name: str) -> Match:
    """Return a match of the very name."""
    return Match(written, name, Certainty.EXACT)


def synonym(written: str, name: str, why: str, label: str = "") -> Match:
    """Return a certain match with its reason."""
    return Match(written, name, Certainty.SYNONYM, f"“{shown(written)}”按“{label or name}”计（{why}）")


def remembered(written: str, name: str) -> Match:
    """Return a match the bureau confirmed before."""
    return Match(written, name, Certainty.REMEMBERED, f"“{shown(written)}”按“{name}”计（本单位以前确认过）")


def unknown(written: str, why: str) -> Match:
    """Return a match with nothing, and why."""
    return Match(written, None, Certainty.UNKNOWN, why)


def proposed(written: str, proposals: Iterable[Proposal]) -> Match:
    """Return at most three proposals, each name once, best first; unknown when there is none."""
    best: dict[str, Proposal] = {}
    for proposal in proposals:
        if proposal.name not in best or proposal.score > best[proposal.name].score:
            best[proposal.name] = proposal
    ranked = tuple(sorted(best.values(), key=lambda proposal: (-proposal.score, proposal.name))[:_SHOWN])
    if not ranked:
        return unknown(written, f"不认识“{shown(written)}”")
    asked = "、".join(f"“{proposal.label or proposal.name}”" for proposal in ranked)
    return Match(written, None, Certainty.PROPOSED, f"“{shown(written)}”可能是 {asked}，请确认", ranked)


def similar(key: str, known: Sequence[tuple[str, str]]) -> list[Proposal]:
    """Return proposals for the known ``(key, name)`` pairs whose keys look like ``key`` (difflib ratio, 0.6 and up)."""
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    found = []
    for other, name in known:
        matcher.set_seq1(other)
        if matcher.quick_ratio() >= _LOWEST_SCORE and matcher.ratio() >= _LOWEST_SCORE:
            # A likeness never scores as high as a table's word for it.
            found.append(Proposal(name, round(0.8 * matcher.ratio(), 2), "写法相近"))
    return found
