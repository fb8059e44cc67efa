"""Text tables: .csv and .tsv in the encodings and with the separators that offices use."""

from __future__ import annotations

import csv
import io
from pathlib import PurePosixPath

from planner.reading.files.grid import Grid, Row
from planner.reading.files.limits import LAST_COLUMN, LAST_ROW, MOST_FILE_BYTES
from planner.reading.files.recognise import refusal

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CHINESE_ENCODINGS = ["gb18030", "big5", "utf_16_le", "utf_16_be"]
_SEPARATORS = ",\t;|"
_LINES_TRIED = 20


def read_delimited(file: str, content: bytes) -> Grid:
    """Return the one sheet of a text table, named as its file.

    The encoding is UTF-8, UTF-16 or UTF-32 with a byte order mark, else UTF-8, else what the bytes look like most
    (GB18030, Big5, UTF-16). A first line ``sep=;`` names the separator and counts as an empty row.

    Raises
    ------
    BadInput
        The encoding cannot be told, the text is no table, or it is too large.
    """
    if len(content) > MOST_FILE_BYTES:
        size, limit = f"{len(content) / 1e6:.0f} MB", f"不超过 {MOST_FILE_BYTES / 1e6:.0f} MB"
        raise refusal(file, "过大", size, limit, "删去无关内容")
    text = _decoded(file, content)
    separator, text = _separator(text)
    try:
        rows: list[Row] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise refusal(
            file, "不是有效的 csv", allowed="逗号分隔的文本", remedy="从 Excel 或 WPS 重新另存为 CSV"
        ) from error
    if len(rows) > LAST_ROW or max(map(len, rows), default=0) > LAST_COLUMN:
        limit = f"不超过 {LAST_ROW} 行、{LAST_COLUMN} 列"
        raise refusal(file, "行列过多", f"{len(rows)} 行", limit, "删去无关内容")
    return Grid(file, PurePosixPath(file).stem, rows)


def _separator(text: str) -> tuple[str, str]:
    """Return the separator and the text to read; a ``sep=`` line is emptied, so that row numbers stay true."""
    first, newline, rest = text.partition("\n")
    named = first.strip().strip('"')
    if named.lower().startswith("sep=") and len(named) == 5:
        return named[4], newline + rest
    if first.rstrip("\r") == "sep=\t":
        return "\t", newline + rest
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:_LINES_TRIED]
    return max(_SEPARATORS, key=lambda mark: sum(line.count(mark) for line in lines)), text


def _decoded(file: str, content: bytes) -> str:
    encodings = [encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)] or ["utf-8"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    import charset_normalizer  # Takes a while to load and most texts are UTF-8.

    best = charset_normalizer.from_bytes(content, cp_isolation=_CHINESE_ENCODINGS).best()
    if best is None:
        raise refusal(file, "的文字编码无法识别", allowed="UTF-8、GB18030 或 UTF-16", remedy="另存为“CSV UTF-8”后重试")
    return str(best)
