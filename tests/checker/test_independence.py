"""The checker shares no code with what makes plans."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import planner.checker

ALLOWED_PACKAGES = ("planner.checker", "planner.domain", "planner.errors")


def imported_modules(source: Path) -> Iterator[str]:
    """Names of all modules a source file imports, anywhere in it."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_checker_imports_only_domain_types_and_the_standard_library() -> None:
    """A rule derived by the planner's own code would not be checked at all."""
    for source in Path(planner.checker.__file__).parent.rglob("*.py"):
        for module in imported_modules(source):
            own = module.startswith(ALLOWED_PACKAGES)
            assert own or module.split(".")[0] in sys.stdlib_module_names, f"{source.name} imports {module}"
