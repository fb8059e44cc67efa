"""Why a plan is as it is: explain.json as the pages show it (docs/explanations.md has its keys)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from web.data_folder import JobFolder, safe_file_name

RECORD, WORKBOOK = "explain.json", "方案说明.xlsx"


@dataclass(frozen=True, slots=True)
class Explained:
    """What is known so far; a part that was not worked out is None. ``classes`` and ``townships`` are by name."""

    whole: bool = False
    findings: tuple[str, ...] = ()
    baselines: tuple[Mapping[str, Any], ...] | None = None
    rules: tuple[Mapping[str, Any], ...] | None = None
    unserved: tuple[Mapping[str, Any], ...] | None = None
    townships: Mapping[str, Mapping[str, Any]] | None = None
    classes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def usual(self) -> Mapping[str, Any] | None:
        """The usual way to compare with: the bureau's own draft, else the best of the others that keep the rules."""
        found = [one for one in self.baselines or () if one.get("gain") is not None]
        own = [one for one in found if str(one["name"]).startswith("原草案")]
        return min(own or found, key=lambda one: float(one["gain"]), default=None)


def explanation_folder(folder: JobFolder) -> Path:
    """Folder of what the planner wrote about the whole plan."""
    return folder.root / "explained"


def class_record(folder: JobFolder, class_id: str) -> Path:
    """File of what the planner wrote about one class alone."""
    return folder.root / "explained-classes" / safe_file_name(f"{class_id}.json")


def read_explained(folder: JobFolder, input_sha256: str) -> Explained:
    """Read what is explained of the plan made from this input; nothing when there is nothing that can be read."""
    whole = _read(explanation_folder(folder) / RECORD, input_sha256)
    classes: dict[str, Mapping[str, Any]] = {}
    single = folder.root / "explained-classes"
    for path in sorted(single.glob("*.json")) if single.is_dir() else ():
        classes |= _by(_read(path, input_sha256).get("classes"), "id")
    classes |= _by(whole.get("classes"), "id")
    return Explained(
        whole=bool(whole),
        findings=tuple(str(one) for one in whole.get("findings") or ()),
        baselines=_rows(whole, "baselines"),
        rules=_rows(whole, "rules"),
        unserved=_rows(whole, "unserved"),
        townships=_by(whole["townships"], "township") if whole.get("townships") is not None else None,
        classes=classes,
    )


def _read(path: Path, input_sha256: str) -> Mapping[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) and record.get("input_sha256") == input_sha256 else {}


def _rows(record: Mapping[str, Any], part: str) -> tuple[Mapping[str, Any], ...] | None:
    rows = record.get(part)
    return tuple(rows) if isinstance(rows, list) else None


def _by(rows: Any, key: str) -> dict[str, Mapping[str, Any]]:
    return {str(row[key]): row for row in rows or ()}
