"""Confirmed words of the bureau: taken from the clerk's answers, kept, and applied to the next upload.

Each bureau of the service has a file in the data folder, which no other reads; it holds headings and names of
townships, courses and groups only. Within it words are kept by county: what the workbook's sheet 乡镇 gives as 区县,
else the workbook's file name. Words kept before bureaus were told apart go to the first that reads
files afterwards.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planner.errors import BadInput
from planner.reading.choices import ReadingChoices
from planner.reading.layouts.fields import Field
from planner.reading.words.memory import Memory, WordKind
from web.data_folder import JobFolder

_log = logging.getLogger(__name__)
_NOBODY = "本单位"
"""Under this name all words stood before bureaus were told apart, and stand those of a workbook without any name."""
_KINDS = {"乡镇": WordKind.TOWNSHIP, "课程": WordKind.COURSE, "群体": WordKind.GROUP}
"""Kinds of names that are remembered; age bands are asked each time."""
_LOCK = threading.Lock()
_OLD_FILE = "words.json"
"""All words of a version before accounts."""
COLUMN = "列"
Word = tuple[str, str, str]
"""Kind (``COLUMN`` or a kind of names), the word as written, its meaning."""


def read_confirmed(path: Path) -> ReadingChoices:
    """Return the choices of a job, none when it has none that can be read."""
    try:
        return ReadingChoices.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return ReadingChoices()


def write_confirmed(path: Path, choices: ReadingChoices) -> None:
    """Keep the choices of a job."""
    path.write_text(json.dumps(choices.as_json(), ensure_ascii=False), encoding="utf-8")


def read_remembered(folder: JobFolder) -> list[Word]:
    """Return the words of a job's files that were applied because of an earlier upload."""
    try:
        plain = json.loads(folder.remembered.read_text(encoding="utf-8"))
        return [(str(kind), str(written), str(meaning)) for kind, written, meaning in plain]
    except (OSError, ValueError, TypeError):
        return []


class ConfirmedWords:
    """A bureau's memory of words; safe to use from several threads. ``bureau_id`` is the service's bureau."""

    def __init__(self, folder: Path, bureau_id: str) -> None:
        self._path = folder / f"words-{bureau_id}.json"
        with _LOCK:
            if not self._path.exists() and not any(folder.glob("words-*.json")) and (folder / _OLD_FILE).exists():
                (folder / _OLD_FILE).replace(self._path)

    def keep(self, bureau: str, before: ReadingChoices, now: ReadingChoices) -> None:
        """Remember what is newly confirmed and forget what was taken back; a name left out is forgotten, too."""
        with _LOCK:
            words = self._words_of(bureau)
            if words is None:
                return
            for kind, word_kind in _KINDS.items():
                words.note(word_kind, before.names.get(kind, {}), now.names.get(kind, {}))
            words.note(WordKind.HEADING, before.columns, now.columns)
            words.memory.save()

    def recall(self, folder: JobFolder, answer: dict[str, Any]) -> bool:
        """Add what was confirmed before to a job's choices where the reading asks for it; say whether there was any."""
        with _LOCK:
            words = self._words_of(str(answer.get("bureau", "")))
        if words is None:
            return False
        choices = read_confirmed(folder.choices)
        found = [*words.recalled_names(choices, answer), *words.recalled_columns(choices, answer)]
        if found:
            write_confirmed(folder.choices, choices)
            text = json.dumps([*read_remembered(folder), *found], ensure_ascii=False)
            folder.remembered.write_text(text, encoding="utf-8")
        return bool(found)

    def _words_of(self, bureau: str) -> _BureauWords | None:
        try:
            memory = Memory(self._path)
        except BadInput:
            _log.exception("confirmed words cannot be read; they are asked for again")
            return None
        if bureau and memory.hand_over(_NOBODY, bureau):
            memory.save()
        return _BureauWords(memory, bureau or _NOBODY)


class _BureauWords:
    """The words of one bureau in an open memory."""

    def __init__(self, memory: Memory, bureau: str) -> None:
        self.memory, self._bureau = memory, bureau

    def note(self, kind: WordKind, before: dict[str, str], now: dict[str, str]) -> None:
        for written in {*before, *now}:
            meaning = now.get(written, "")
            if meaning == before.get(written, ""):
                continue
            if not meaning:
                self.memory.forget(self._bureau, kind, written)
                continue
            try:
                self.memory.confirm(self._bureau, kind, written, meaning)
            except ValueError:
                _log.info("a confirmed word is too long or holds a number; it counts for this upload only")

    def recalled_names(self, choices: ReadingChoices, answer: dict[str, Any]) -> Iterator[Word]:
        for proposal in answer["reading"]["proposals"]:
            kind, written = proposal["kind"], proposal["found"]
            meaning = self.memory.recall(self._bureau, _KINDS[kind], written) if kind in _KINDS else None
            if meaning is not None and meaning in answer.get("known", {}).get(kind, []):
                choices.names.setdefault(kind, {})[written] = meaning
                yield kind, written, meaning

    def recalled_columns(self, choices: ReadingChoices, answer: dict[str, Any]) -> Iterator[Word]:
        columns = [(c["heading"], c["field"]) for sheet in answer["reading"]["sheets"] for c in sheet["columns"]]
        for heading, field in columns:
            meaning = self.memory.recall(self._bureau, WordKind.HEADING, heading)
            if meaning in [*Field] and meaning != field and heading not in choices.columns:
                choices.columns[heading] = str(meaning)
                yield COLUMN, heading, str(meaning)
