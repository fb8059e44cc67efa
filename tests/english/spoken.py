"""Every Chinese text that stands in the source of the planner, with {} for the blanks of an f-string."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

PLANNER = Path(__file__).parents[2] / "planner"
CHINESE = re.compile(r"[\u3400-\u9fff]")
_MAKERS = frozenset(("Fault", "CellFault", "refusal", "_fault", "PlannerError", "NoPlanFound", "Infeasible"))


def texts_of(module: str, functions: Collection[str] = ()) -> set[str]:
    """Return the texts of a module such as ``workbook/checks.py``, or of some of its functions; no docstrings."""
    tree: ast.AST = ast.parse((PLANNER / module).read_text(encoding="utf-8"))
    if functions:
        found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in functions]
        assert {node.name for node in found} == set(functions), module
        return {text for node in found for text in _texts(node) if CHINESE.search(text)}
    return {text for text in _texts(tree) if CHINESE.search(text)}


def modules_that_refuse() -> set[str]:
    """Return the modules that make faults or end with a sentence, in whatever way."""
    return {path.relative_to(PLANNER).as_posix() for path in PLANNER.rglob("*.py") if _refuses(path)}


def _refuses(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name) and function.id in _MAKERS:
                return True
            if isinstance(function, ast.Attribute) and function.attr == "fault":
                return True
            if isinstance(function, ast.Attribute) and ast.unparse(function) == "faults.add":
                return True
    return False


def _texts(tree: ast.AST) -> Iterator[str]:
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            inside.add(id(node.value))  # A docstring, of a value too.
        if isinstance(node, ast.JoinedStr):
            inside.update(map(id, node.values))
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value
