"""Which township a whole sheet is about, when no column says it: its name, its title, its sender or its file."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from planner.reading.files.grid import Grid
from planner.reading.tables.heading import Heading
from planner.reading.tables.texts import plain

_PLACE = re.compile(r"([\u3400-\u9fff]{1,15}?(?:街道|民族乡|镇|乡|苏木))")
_ABOVE = re.compile(r"^.{0,12}?(?:自治县|县|区|市|州|省)(?=.{2,})")
_SENDER = re.compile(r"(?:填报|填表|报送)?单位[^:：]{0,8}[:：](.+)")
_GENERIC = ("乡镇", "各乡", "镇乡", "全乡", "全镇", "本乡", "本镇", "街道", "我乡", "我镇")


def township_of_sheet(grid: Grid, heading: Heading) -> str:
    """Return the township a sheet is about as written, empty when nothing names one.

    Looked at in this order: the sheet's name, the sender in the frame, the title, the file's name, its folder's.
    """
    captions = [plain(cell) for row in heading.captions for cell in grid.rows[row] if plain(cell)]
    senders = [match[1] for match in map(_SENDER.search, captions) if match]
    place = PurePosixPath(grid.file)
    for text in (grid.name, *senders, *captions, place.stem, place.parent.name):
        name = _township_in(text)
        if name:
            return name
    return ""


def _township_in(text: str) -> str:
    bare = re.sub(r"^[\d\s.、_\-（）()附件]+", "", text)
    match = _PLACE.match(_ABOVE.sub("", bare))
    if match is None or match[1].startswith(_GENERIC) or match[1] in _GENERIC:
        return ""
    return match[1]
