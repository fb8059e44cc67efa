"""The planner's sentences in the language of the page: Chinese as they came, English by :mod:`planner.english`.

What the user's own files say (names, headings, values) stays as it is and is marked as Chinese for screen readers, and
so is a sentence that has no English; a test keeps the tables complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from planner.english import FOLDER, english_pieces
from planner.english import english as plain_english
from web.language import current_language

EXPLANATIONS = FOLDER / "result.csv"
"""Sentences of the planner on a finished plan: what stands against a class, the smallest change, rules by name."""
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SENTENCES = ("notes", "assumptions")
_EXPLAINED = {"baselines": ("how", "broken"), "rules": ("name",), "unserved": ("change",)}
"""Sentences of what is explained, by part."""
_PARTS = ("problem", "allowed", "remedy")
"""Parts of a fault that the planner says; what was found is the user's, where it stands in a cell."""


def english(text: str) -> Markup:
    """Return a sentence of the planner in English, with whatever stays Chinese marked for screen readers."""
    return Markup("").join(_chinese(piece) if kept else escape(piece) for piece, kept in english_pieces(text))


def english_of_file(text: str, file: str) -> Markup:
    """Return what is said of a whole file, whose name stands before the sentence."""
    prefix = f"{file}："
    if file and text.startswith(prefix):
        return _chinese(file) + ": " + english(text.removeprefix(prefix))
    return english(text)


def said(text: str) -> Markup:
    """Return a sentence of the planner in the language of the page."""
    return english(text) if current_language() == "en" else escape(text)


def found_in(fault: Mapping[str, str]) -> Markup:
    """Return the value a fault found: what a cell holds as it is, what the planner saw elsewhere in its words."""
    if fault["cell"]:
        return _chinese(fault["found"]) if current_language() == "en" else escape(fault["found"])
    return said(fault["found"])


def plainly(text: str) -> str:
    """Return a sentence of the planner in the language asked for, without marks, for programs."""
    return plain_english(text) if current_language() == "en" else text


def fault_told(fault: Mapping[str, str]) -> dict[str, str]:
    """Return a fault for programs, in the language asked for."""
    if current_language() != "en":
        return dict(fault)
    told = {part: plain_english(text) if part in _PARTS else text for part, text in fault.items()}
    return told if fault.get("cell") else told | {"found": plain_english(fault.get("found", ""))}


def findings_told(findings: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return findings about township files by level, for programs, in the language asked for."""
    return {
        level: [{**one, "text": plainly(one["text"]), "remedy": plainly(one["remedy"])} for one in of_level]
        for level, of_level in findings.items()
    }


def summary_told(summary: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what a workbook holds, for programs, its sentences in the language asked for."""
    if summary is None:
        return None
    lists = {part: list(map(plainly, summary[part])) for part in _SENTENCES if part in summary}
    return {**summary, **lists}


def explained_told(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is explained of a plan, for programs, its sentences in the language asked for."""
    told = {**known, "findings": list(map(plainly, known["findings"]))}
    for part, keys in _EXPLAINED.items():
        if known[part] is not None:
            told[part] = [{**row, **{key: _told(row[key]) for key in keys if key in row}} for row in known[part]]
    return told


def _told(said: Any) -> Any:
    return list(map(plainly, said)) if isinstance(said, (list, tuple)) else plainly(said)


def _chinese(text: str) -> Markup:
    return Markup('<span lang="zh-CN">{}</span>').format(text) if _CHINESE.search(text) else escape(text)
