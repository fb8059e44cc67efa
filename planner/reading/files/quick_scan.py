"""A fast look through a large part of an .xlsx: the same findings as the slow one, from pieces of bytes.

It gives up (returns ``None``) wherever the bytes are not what spreadsheet programs write: another encoding, a document
type, namespace prefixes, cells without an address. The caller then takes the slow, exact way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from planner.reading.files.addresses import column_number
from planner.reading.files.limits import LAST_COLUMN

_PIECE = 1 << 22
_LONGEST_CELL = 1 << 20
_CELL = b'<c r="'
_DIGITS = b"0123456789"
_ODD = (b"<c ", b"<c>", b"<c/>", b"<c\n", b"<c\r", b"<c\t", b"<row>", b":row", b"<!DOCTYPE")
"""What a sheet without its cells does not hold unless a cell has no address first, a prefix or a document type."""
_TEXT_TAGS = len(b"><t></t></si>")
_SHARED = re.compile(rb't="s"[^>]*><v>(\d{1,9})</v>')
_FAR_ROW = re.compile(rb' r="[A-Z]+(?:\d{7,}|[2-9]\d{5})"')
_ROW = re.compile(rb'<row [^>]*?\br="(\d{1,9})"')
_HIDDEN_ROW = re.compile(rb'<row [^>]*?\bhidden="(?:1|true)"[^>]*>')
_HIDDEN_COLUMN = re.compile(rb'<col [^>]*?\bhidden="(?:1|true)"[^>]*>')
_NUMBERS = {name: re.compile(rb'\b%b="(\d{1,9})"' % name) for name in (b"r", b"min", b"max")}
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*? t="e"[^>]*>(?:<f[^>]*?(?:/>|>[^<]*</f>))?<v>([^<]*)</v>')
_UNSAVED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v/>|<v></v>)?</c>')


@dataclass(slots=True)
class QuickFindings:
    """What the quick look saw; rows and columns count from 1.

    ``texts_used`` is a number that the cells with a shared text do not pass, ``longest_text`` a length in bytes that no
    text passes.
    """

    last_row: int = 0
    last_column: int = 0
    texts_used: int = 0
    longest_text: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unsaved: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def quick_scan(stream: IO[bytes], root: str) -> QuickFindings | None:
    """Look through a worksheet (``root`` "worksheet") or the shared texts ("sst"); ``None``: take the slow way."""
    found = QuickFindings()
    for piece in _pieces(stream, b"<row" if root == "worksheet" else b"<si"):
        if piece is None or b"<!DOCTYPE" in piece:
            return None
        if root == "sst":
            found.longest_text = max(found.longest_text, max(map(len, piece.split(b"<si>"))))
        elif not _scan_rows(piece, found):
            return None
    return found


def quick_uses(stream: IO[bytes]) -> Counter[int]:
    """Return how often a worksheet that :func:`quick_scan` could read shows each shared text."""
    uses: Counter[bytes] = Counter()
    for piece in _pieces(stream, b"<row"):
        uses.update(_SHARED.findall(piece or b""))
    return Counter({int(text): times for text, times in uses.items()})


def quick_lengths(stream: IO[bytes]) -> list[int]:
    """Return lengths in bytes that the shared texts do not pass, in their order."""
    pieces = _pieces(stream, b"<si")
    return [max(0, len(text) - _TEXT_TAGS) for piece in pieces for text in (piece or b"").split(b"<si")[1:]]


def _pieces(stream: IO[bytes], mark: bytes) -> Iterator[bytes | None]:
    """Yield pieces that end before a row or text starts; ``None`` when the bytes are not plain or a row is endless."""
    rest = b""
    while chunk := stream.read(_PIECE):
        piece = rest + chunk
        end = piece.rfind(mark)
        if b"\x00" in chunk or (end <= 0 and len(piece) > _PIECE + _LONGEST_CELL):
            yield None
            return
        piece, rest = (piece[:end], piece[end:]) if end > 0 else (b"", piece)
        if piece:
            yield piece
    yield rest


def _scan_rows(piece: bytes, found: QuickFindings) -> bool:
    """Note what a piece of whole rows holds. Without its digits a sheet has few different cells, so these are looked
    at instead of all: the column and type of each, and whatever stands between it and the next one.
    """
    before, *cells = piece.translate(None, _DIGITS).split(_CELL)
    kinds = set(cells)
    every = b"\n".join([before, *kinds])
    if any(odd in every for odd in _ODD):
        return False
    letters = {kind[: kind.find(b'"')] for kind in kinds}
    if not all(name.isalpha() and len(name) < 5 for name in letters):
        return False
    columns = {column_number(name.decode()) for name in letters}
    numbers = [int(number) for number in _ROW.findall(piece)]
    if len(numbers) != piece.count(b"<row ") or max(columns, default=0) > LAST_COLUMN or _FAR_ROW.search(piece):
        return False  # The slow way tells empty formatted cells from content.
    found.last_row = max(found.last_row, max(numbers, default=0))
    found.last_column = max(found.last_column, max(columns, default=0))
    found.texts_used += len(cells) if b't="s"' in every else 0
    _note_marks(piece, every, found)
    return True


def _note_marks(piece: bytes, every: bytes, found: QuickFindings) -> None:
    if b't="e"' in every:
        for letters, row, text in _ERROR.findall(piece):
            found.errors[int(row), column_number(letters.decode())] = text.decode("utf-8", "replace")
    if b"<f" in every:
        for letters, row in _UNSAVED.findall(piece):
            found.unsaved.add((int(row), column_number(letters.decode())))
    if b'hidden="' in every:
        found.hidden_rows.update(_number(tag, b"r") for tag in _HIDDEN_ROW.findall(piece))
        for tag in _HIDDEN_COLUMN.findall(piece):
            found.hidden_columns.update(range(_number(tag, b"min"), min(_number(tag, b"max"), LAST_COLUMN) + 1))


def _number(tag: bytes, name: bytes) -> int:
    match = _NUMBERS[name].search(tag)
    return int(match[1]) if match else 0
