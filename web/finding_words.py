"""English for the reader's sentences, which are Chinese: a table of sentences with blanks, each known by its pattern.

What stands in a blank (a name, a figure, the words of a cell) stays as it is unless the table has it, too. A sentence
that is not in the table stays Chinese and is marked as such; a test keeps the table complete.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

TABLE = Path(__file__).parent / "translations" / "en" / "findings.csv"
EXPLANATIONS = TABLE.with_name("explanations.csv")
"""Sentences of the planner on a finished plan: what stands against a class, the smallest change, rules by name."""
BLANK = "{}"
_DEEPEST = 2
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def english(text: str) -> Markup:
    """Return a sentence of the reader in English, with whatever stays Chinese marked for screen readers."""
    return _translated(text, 0) or _chinese(text)


def english_of_file(text: str, file: str) -> Markup:
    """Return what is said of a whole file, whose name stands before the sentence."""
    prefix = f"{file}："
    if file and text.startswith(prefix):
        return _chinese(file) + ": " + english(text.removeprefix(prefix))
    return english(text)


def _translated(text: str, depth: int) -> Markup | None:
    """Return the English of a text, ``None`` when the table does not have it."""
    exact, patterns = _table()
    if text in exact:
        return Markup(escape(exact[text]))
    if depth > _DEEPEST:
        return None
    for pattern, pieces in patterns:
        match = pattern.fullmatch(text)
        if match is not None:
            blanks = [_translated(blank, depth + 1) or _chinese(blank) for blank in match.groups()]
            result = Markup(escape(pieces[0]))
            for blank, piece in zip(blanks, pieces[1:], strict=True):
                result += blank + escape(piece)
            return result
    return None


def _chinese(text: str) -> Markup:
    return Markup('<span lang="zh-CN">{}</span>').format(text) if _CHINESE.search(text) else Markup(escape(text))


@cache
def _table() -> tuple[dict[str, str], list[tuple[re.Pattern[str], list[str]]]]:
    """Return sentences without blanks, and patterns with the pieces of English between their blanks, longest first."""
    rows = []
    for table in (EXPLANATIONS, TABLE):
        with table.open(encoding="utf-8", newline="") as file:
            rows += [(row["chinese"], row["english"]) for row in csv.DictReader(file)]
    exact = {chinese: words for chinese, words in rows if BLANK not in chinese}
    blanks = sorted((row for row in rows if BLANK in row[0]), key=lambda row: -len(row[0].replace(BLANK, "")))
    return exact, [(_pattern(chinese), words.split(BLANK)) for chinese, words in blanks]


def _pattern(chinese: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, chinese.split(BLANK))), re.DOTALL)
