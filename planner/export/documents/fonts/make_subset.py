"""Cut the two bundled fonts out of the full Noto Sans SC files; run by hand when the fonts change.

    python make_subset.py FOLDER_WITH_FULL_TTF

Which characters stay, and why, is told in README.md next to this file. The same input gives the same bytes.
Needs fonttools, which the planner itself does not.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fontTools import subset

HERE: Final = Path(__file__).parent

SOURCES: Final = {
    "NotoSansSC-Regular.ttf": "NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": "NotoSansSC_700Bold.ttf",
}

LATIN_AND_SIGNS: Final = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2000, 0x2070),
    *range(0x20A0, 0x20C0),
    *range(0x2150, 0x2190),
    *range(0x2460, 0x24F0),
    *range(0x25A0, 0x2600),
    *range(0x3000, 0x3040),
    *range(0xFF00, 0xFFF0),
)
"""Blocks kept in both fonts: Latin, punctuation, currency, Roman and circled numbers, shapes, full-width forms."""

NAMES_BEYOND: Final = (*range(0x4E00, 0xA000), *range(0x20000, 0x32000))
"""The unified ideographs and the planes of rare ones, as far as the font has them: names of people and places."""


def of_encoding(encoding: str, leads: range, trails: range) -> Iterator[int]:
    """Give the characters of an encoding's two-byte part."""
    for lead in leads:
        for trail in trails:
            try:
                yield ord(bytes([lead, trail]).decode(encoding))
            except (UnicodeDecodeError, TypeError):
                continue


def characters(name: str) -> set[int]:
    """Return the characters that a bundled font keeps."""
    kept = set(LATIN_AND_SIGNS)
    if "Bold" in name:
        return kept | set(of_encoding("gb2312", range(0xA1, 0xFF), range(0xA1, 0xFF)))
    return kept | set(of_encoding("gbk", range(0x81, 0xFF), range(0x40, 0xFF))) | set(NAMES_BEYOND)


def cut(full: Path, name: str) -> Path:
    """Write the subset of ``full`` under ``name`` next to this file and return its path."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["ccmp", "kern", "locl", "mark", "mkmk"]
    options.drop_tables += ["vhea", "vmtx", "VORG"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    font = subset.load_font(str(full), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters(name))
    cutter.subset(font)
    path = HERE / name
    subset.save_font(font, str(path), options)
    return path


def main(folder: Path) -> None:
    """Cut both fonts and write their checksums."""
    paths = [cut(folder / full, name) for name, full in SOURCES.items()]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in (*paths, HERE / "OFL.txt")]
    (HERE / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
