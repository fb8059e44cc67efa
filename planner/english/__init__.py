"""The planner's Chinese sentences in English: a table of sentences with blanks, looked up by the sentence.

Records, faults and notes hold finished Chinese sentences; other programs read them, so they stay as they are. Here they
are known again by what stands between the blanks. The tables (``*.csv`` beside this file) hold every sentence as it
stands in the source, with ``{}`` for each blank; a test takes the sentences from the source, so that none can lack its
English. In English ``{}`` is the next blank and ``{2}`` the second one, put into English where the tables have what
stands there. Signs say more: ``{=}`` is left as it is (a name, a heading, a value); with ``{!}`` the row counts only
where the tables have what stands there (a sentence within a sentence); ``{*}`` may hold several things in a row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
BLANK = "{}"
_SLOT = re.compile(r"\{([=!*]*)(\d*)\}")
_DEEPEST = 6
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_STOPS = (("。", ". "), ("；", "; "), ("、", ", "))
"""What joins sentences or parts of one, and what joins them in English."""
_ENDS, _OPENING, _CLOSING = "。；、：", "“（(", "”）)"
_TELLING = 5
"""Letters outside the blanks by which a row is told even where a blank runs over a stop."""

Piece = tuple[str, bool]
"""A stretch of text, and whether it is said by the user's file rather than by the planner."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Place of a blank in an English sentence: which blank (from 0), and its signs."""

    blank: int
    sign: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One row of the tables, ready to be looked up: its longest stretch between blanks, and blanks that hold one thing.

    ``telling``: there are words enough between its blanks to know it by, wherever they end.
    """

    chinese: str
    mark: str
    pattern: re.Pattern[str]
    english: tuple[str | Slot, ...]
    single: tuple[int, ...]
    telling: bool


def english(text: str) -> str:
    """Return a sentence of the planner in English; what the tables do not have stays as it is."""
    return "".join(piece for piece, _ in english_pieces(text))


@lru_cache(maxsize=20_000)
def english_pieces(text: str) -> tuple[Piece, ...]:
    """Return the same in stretches, each with whether it is the user's own (or a sentence that has no English)."""
    return tuple(_translated(text, 0) or [(text, True)])


def row_of(text: str) -> str | None:
    """Return the Chinese of the row by which a sentence is known, ``None`` without one."""
    exact, sentences = _tables()
    if text in exact:
        return text
    found = [sentence.chinese for sentence, blanks in _matches(text, sentences) if _is_apt(sentence, blanks)]
    return next(iter(found), None)


def table_rows() -> Iterator[tuple[str, str]]:
    """Yield every row of the tables: Chinese and English."""
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from ((row["chinese"], row["english"]) for row in csv.DictReader(file))


def slots_of(words: str) -> tuple[str | Slot, ...]:
    """Return an English sentence in stretches and places of blanks."""
    found: list[str | Slot] = []
    end = 0
    for number, match in enumerate(_SLOT.finditer(words)):
        found.append(words[end : match.start()])
        found.append(Slot(int(match[2]) - 1 if match[2] else number, match[1]))
        end = match.end()
    return (*found, words[end:])


def _translated(text: str, depth: int) -> list[Piece] | None:
    """Return the English of a text, ``None`` when the tables do not have it.

    A row whose blanks would run over a stop is a last resort: what it takes for one sentence may be several.
    """
    exact, sentences = _tables()
    if text in exact:
        return [(exact[text], False)]
    if depth > _DEEPEST or _CHINESE.search(text) is None:
        return None
    return (
        _by_row(text, sentences, depth, strict=True)
        or _joined(text, _STOPS if depth else _STOPS[:-1], depth)
        or _by_row(text, sentences, depth, strict=False)
        or (_joined(text, _STOPS[-1:], depth, names=True) if depth else None)
    )


def _by_row(text: str, sentences: tuple[Sentence, ...], depth: int, *, strict: bool) -> list[Piece] | None:
    for sentence, blanks in _matches(text, sentences):
        if not (_is_apt(sentence, blanks) if strict else sentence.telling):
            continue
        filled = [_filled(part, blanks, depth) for part in sentence.english]
        if None not in filled:
            return [piece for pieces in filled for piece in pieces or ()]
    return None


def _is_apt(sentence: Sentence, blanks: tuple[str, ...]) -> bool:
    return all(_is_one(blanks[number]) for number in sentence.single)


def _is_one(blank: str) -> bool:
    """Whether what stands in a blank ends where it should: no stop outside brackets, and every bracket closed."""
    depth = 0
    for letter in blank:
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if depth < 0 or (depth == 0 and letter in _ENDS):
            return False
    return depth == 0


def _filled(part: str | Slot, blanks: tuple[str, ...], depth: int) -> list[Piece] | None:
    if isinstance(part, str):
        return [(part, False)]
    value = blanks[part.blank].strip()
    kept = [(value, True)]
    if "=" in part.sign or _CHINESE.search(value) is None:
        return kept
    said = _translated(value, depth + 1)
    return said if said is not None or "!" in part.sign else kept


def _joined(text: str, stops: tuple[tuple[str, str], ...], depth: int, *, names: bool = False) -> list[Piece] | None:
    """Return the English of sentences, or of parts of one, in a row; with ``names`` those that have none stay."""
    for stop, joint in stops:
        parts = _split(text, stop)
        if len(parts) < 2 and not text.endswith(stop):
            continue
        said = [_translated(part.strip(), depth + 1) for part in parts]
        if not any(said) if names else None in said:
            continue
        found: list[Piece] = []
        for part, one in zip(parts, said, strict=True):
            found += [*([(joint, False)] if found else []), *(one or [(part, True)])]
        return [*found, (".", False)] if text.endswith("。") and stop == "。" else found
    return None


def _split(text: str, stop: str) -> list[str]:
    """Split a text at a stop that stands neither in quotes nor in brackets; a stop at its very end ends no part."""
    parts, depth, start = [], 0, 0
    for position, letter in enumerate(text):
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if letter == stop and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]] if text[start:] else parts


def _matches(text: str, sentences: tuple[Sentence, ...]) -> Iterator[tuple[Sentence, tuple[str, ...]]]:
    for sentence in sentences:
        if sentence.mark in text and (match := sentence.pattern.fullmatch(text)) is not None:
            yield sentence, match.groups()


@cache
def _tables() -> tuple[dict[str, str], tuple[Sentence, ...]]:
    """Return the sentences without blanks, and those with blanks, the ones with the most words first."""
    rows = dict(table_rows())
    exact = {chinese: words for chinese, words in rows.items() if BLANK not in chinese}
    blanks = sorted((row for row in rows.items() if BLANK in row[0]), key=lambda row: -len(row[0].replace(BLANK, "")))
    return exact, tuple(map(_sentence, blanks))


def _sentence(row: tuple[str, str]) -> Sentence:
    chinese, words = row
    stretches = chinese.split(BLANK)
    pattern = re.compile("(.*?)".join(map(re.escape, stretches)), re.DOTALL)
    slots = slots_of(words)
    single = tuple(slot.blank for slot in slots if isinstance(slot, Slot) and "*" not in slot.sign)
    return Sentence(
        chinese, max(stretches, key=len), pattern, slots, single, sum(map(len, stretches)) >= _TELLING
    )  # fmt: skip
