"""The list of findings and the marked copies in the language of the page: made in English when they are asked for.

The planner writes them in Chinese when it reads the files; English ones are not kept, so that nothing that names people
lies anywhere else.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Response, abort, send_file

from planner.errors import BadInput, PlannerError
from planner.reading.marked import write_english_list, write_english_marked
from planner.reading.report import Finding, Level, Proposal, ReadingReport, SheetReport
from web.data_folder import JobFolder
from web.language import current_language
from web.pages import send

_MARK, _ENGLISH_MARK = "（已批注）", " (marked)"


def send_findings(folder: JobFolder, name: str) -> Response:
    """Send the list of findings; 404 when there is none."""
    return _send(folder, folder.findings, name, write_english_list)


def send_marked(folder: JobFolder, marked: Path) -> Response:
    """Send a marked copy."""
    name = marked_name(marked.name)
    return _send(folder, marked, name, lambda report, out: write_english_marked(marked, report, out))


def one_named(paths: Iterable[Path], name: str) -> Path:
    """Return the one of some files that bears a name; 404 when none does."""
    return next((path for path in paths if path.name == name), None) or abort(404)


def marked_name(name: str) -> str:
    """Return the name of a marked copy in the language of the page."""
    return name.replace(_MARK, _ENGLISH_MARK) if current_language() == "en" else name


def _send(folder: JobFolder, kept: Path, name: str, write: Callable[[ReadingReport, Path], None]) -> Response:
    """Send what is kept, or English made of it; what cannot be put into English is sent as it is."""
    report = _report(folder) if current_language() == "en" and kept.is_file() else None
    if report is None:
        return send(kept, name)
    with tempfile.TemporaryDirectory(prefix="planner-") as room:
        made = Path(room, "english.xlsx")
        try:
            write(report, made)
        except (BadInput, PlannerError):
            return send(kept, name)
        content = io.BytesIO(made.read_bytes())
    return send_file(content, as_attachment=True, download_name=name, mimetype="application/octet-stream")


def _report(folder: JobFolder) -> ReadingReport | None:
    """Return what the planner said of the files, ``None`` when it cannot be read."""
    try:
        reading = json.loads(folder.reading.read_text(encoding="utf-8"))["reading"]
        return ReadingReport(
            [SheetReport.from_json(sheet) for sheet in reading["sheets"]],
            [Finding(**finding | {"level": Level(finding["level"])}) for finding in reading["findings"]],
            [Proposal(**proposal) for proposal in reading["proposals"]],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
