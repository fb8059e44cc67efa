"""Every sentence the reader can say, taken from its own source: texts and remedies as patterns with {} for blanks."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

READER = Path(__file__).parents[2] / "planner" / "reading"
_PARTS_NOT_READ = ("plausibility/of_instance.py", "choices.py", "words/memory.py", "plausibility/residents.py")
"""Modules whose sentences are not part of the report on township files."""
_SPEAKING = {
    "say": (1, "text", "remedy"),
    "_say": (1, "text", "remedy"),
    "refused": (0, "text", "remedy"),
    "warning": (0, "text", "remedy"),
    "refusal": (1, "problem", "found", "allowed", "remedy"),
    "Refused": (0, "problem", "found", "allowed", "remedy"),
    "Finding": (4, "text", "remedy"),
}
"""Functions that take a sentence: position of the first text argument, names of text arguments."""


def templates() -> dict[str, set[str]]:
    """Return each sentence with {} for its blanks, and the modules that say it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(READER.rglob("*.py")):
        name = path.relative_to(READER).as_posix()
        if name in _PARTS_NOT_READ:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
            for text in _said(scope, _assigned(tree) | _assigned(scope)):
                if any("\u4e00" <= letter <= "\u9fff" for letter in text):
                    found[text].add(name)
    return found


def _assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    values: dict[str, list[ast.expr]] = defaultdict(list)
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    values[target.id].append(node.value)
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for one, value in zip(target.elts, node.value.elts, strict=False):
                        if isinstance(one, ast.Name):
                            values[one.id].append(value)
    return values


def _said(scope: ast.AST, assigned: dict[str, list[ast.expr]]) -> Iterator[str]:
    for node in ast.walk(scope):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in _SPEAKING:
            continue
        first, *keywords = _SPEAKING[name]
        values = [*node.args[first:], *(word.value for word in node.keywords if word.arg in keywords)]
        for value in values:
            yield from _texts(value, assigned)


def _texts(node: ast.expr, assigned: dict[str, list[ast.expr]], depth: int = 0) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, assigned, depth)
        yield from _texts(node.orelse, assigned, depth)
    elif isinstance(node, ast.Name) and depth < 3:
        for value in assigned.get(node.id, ()):
            yield from _texts(value, assigned, depth + 1)
