"""Where each paper lies: one folder for the county, one for each provider, township and class, one for csv files.

Names are those of the bureau, changed only where Windows forbids a character; two names that become the same are told
apart by a number. The paths depend on instance and plan only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from planner.domain.instance import Instance
from planner.domain.plan import Plan

COUNTY: Final = "全县"
PROVIDERS: Final = "承训机构"
TOWNSHIPS: Final = "乡镇"
CLASSES: Final = "班级"
TEACHERS: Final = "教师"
INSPECTORS: Final = "督查员"
REGISTERS: Final = "系统导入"

LONGEST_NAME: Final = 60
"""Characters kept of a name: a path on Windows may have 259, and people keep folders in deep places."""

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def safe_name(name: str) -> str:
    """Return ``name`` as Windows accepts it for a file or folder; empty names become 未命名."""
    kept = _FORBIDDEN.sub("_", name).strip()[:LONGEST_NAME].rstrip(". ")
    if not kept:
        return "未命名"
    return f"_{kept}" if _RESERVED.fullmatch(kept) else kept


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """Return a safe name for each name; those that differ only in case or forbidden characters get 2, 3 … behind."""
    taken: set[str] = set()
    safe: dict[str, str] = {}
    for name in names:
        first = candidate = safe_name(name)
        number = 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{first}{number}"
        taken.add(candidate.casefold())
        safe[name] = candidate
    return safe


class PaperFolders:
    """Folders of the papers below ``root``; none is made before it is needed (callers make them)."""

    def __init__(self, root: Path, instance: Instance, plan: Plan) -> None:
        self.root = root
        self.county = root / COUNTY
        self.registers = root / REGISTERS
        self._providers = safe_names(provider.name for provider in instance.providers)
        self._townships = safe_names(township.name for township in instance.townships)
        self._classes = safe_names(planned.id for planned in plan.classes)
        self._teachers = safe_names(sorted({name for session in plan.sessions for name in session.teachers}))
        self._inspectors = safe_names(sorted({visit.inspector for visit in plan.inspections}))

    def provider(self, name: str) -> Path:
        """Folder of a provider."""
        return self.root / PROVIDERS / self._providers[name]

    def township(self, name: str) -> Path:
        """Folder of a township."""
        return self.root / TOWNSHIPS / self._townships[name]

    def of_class(self, class_id: str) -> Path:
        """Folder of a class, by its id."""
        return self.root / CLASSES / self._classes[class_id]

    def teacher_file(self, name: str, suffix: str) -> Path:
        """File of a teacher in the common folder; ``suffix`` with its dot, such as ``.ics``."""
        return self.root / TEACHERS / f"{self._teachers[name]}{suffix}"

    def inspector_file(self, name: str, suffix: str) -> Path:
        """File of an inspector in the common folder; ``suffix`` with its dot, such as ``.ics``."""
        return self.root / INSPECTORS / f"{self._inspectors[name]}{suffix}"
