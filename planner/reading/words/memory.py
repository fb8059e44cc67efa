"""What a bureau has confirmed once: kept in a small JSON file, by bureau and kind of word.

The file holds names of headings, townships, courses and groups only; anything with a long run of digits, as ID and
telephone numbers have, is refused.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import ItemsView
from enum import StrEnum
from pathlib import Path

from planner.errors import BadInput, Fault
from planner.reading.words.match import Match, remembered
from planner.reading.words.names import name_key

_VERSION = 1
_LONGEST = 100
_NUMBER = re.compile(r"\d{7,}")

_Store = dict[str, dict[str, dict[str, str]]]


class WordKind(StrEnum):
    """What a confirmed word is the name of."""

    HEADING = "heading"
    SHEET = "sheet"
    TOWNSHIP = "township"
    COURSE = "course"
    GROUP = "group"


class Memory:
    """Confirmed meanings. ``confirm`` and ``forget`` change it, ``save`` writes it; nothing is written unasked."""

    def __init__(self, path: Path) -> None:
        """Open the memory at ``path``; a missing file is an empty memory.

        Raises
        ------
        BadInput
            The file is there and is no memory of this version.
        """
        self._path = path
        self._store = _load(path)

    def recall(self, bureau: str, kind: WordKind, written: str) -> str | None:
        """Return the confirmed meaning of a word, ``None`` when there is none."""
        return self._store.get(bureau, {}).get(kind, {}).get(name_key(written))

    def confirm(self, bureau: str, kind: WordKind, written: str, meaning: str) -> None:
        """Remember that a bureau means ``meaning`` by ``written``; a later word replaces an earlier one.

        Raises
        ------
        ValueError
            The word is empty, longer than 100 characters, or holds a number of seven or more digits.
        """
        key = name_key(written)
        if not key or not meaning or len(key) > _LONGEST or _NUMBER.search(key) or _NUMBER.search(meaning):
            raise ValueError("only names of headings, townships, courses and groups are remembered")
        self._store.setdefault(bureau, {}).setdefault(str(kind), {})[key] = meaning

    def forget(self, bureau: str, kind: WordKind, written: str) -> None:
        """Take a confirmed word back; nothing happens when there is none."""
        self._store.get(bureau, {}).get(kind, {}).pop(name_key(written), None)

    def hand_over(self, bureau: str, successor: str) -> bool:
        """Give a bureau's words to another one, whose own go before; return whether there were any."""
        words = self._store.pop(bureau, None) if bureau != successor else None
        for kind, names in (words or {}).items():
            own = self._store.setdefault(successor, {}).setdefault(kind, {})
            self._store[successor][kind] = names | own
        return words is not None

    def apply(self, bureau: str, kind: WordKind, match: Match, known: frozenset[str]) -> Match:
        """Return the match, or what the bureau confirmed before when that is still among the known names.

        An exact match stands: a name that exists means itself.
        """
        meaning = self.recall(bureau, kind, match.written)
        if meaning is None or meaning not in known or match.meaning == match.written:
            return match
        return remembered(match.written, meaning)

    def save(self) -> None:
        """Write the memory; the file is replaced as a whole or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                content = {"version": _VERSION, "words": self._store}
                json.dump(content, file, ensure_ascii=False, indent=1, sort_keys=True)
            os.replace(name, self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _load(path: Path) -> _Store:
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            raise ValueError(content["version"])
        return _checked(content["words"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        remedy = "删去此文件即从头记起，以前确认过的名称要再确认一次"
        raise BadInput([Fault(path.name, "", "", "记住的名称读不出来", remedy=remedy)]) from error


def _checked(words: object) -> _Store:
    """Return the store; ``TypeError`` when it is not names by bureau and kind."""
    if not isinstance(words, dict):
        raise TypeError("words")
    return {bureau: {kind: _checked_names(names) for kind, names in _items(kinds)} for bureau, kinds in words.items()}


def _items(kinds: object) -> ItemsView[str, object]:
    if not isinstance(kinds, dict):
        raise TypeError("kinds")
    return kinds.items()


def _checked_names(names: object) -> dict[str, str]:
    if not isinstance(names, dict) or not all(isinstance(meaning, str) for meaning in names.values()):
        raise TypeError("names")
    return dict(names)
