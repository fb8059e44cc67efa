"""Reading PDF papers back with a library that had no part in writing them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader

MM_PER_POINT = 25.4 / 72


def page_texts(path: Path) -> list[str]:
    """The text of each page without any white space: where lines break does not matter."""
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(path).pages]


def text_of(path: Path) -> str:
    """The text of all pages without white space."""
    return "".join(page_texts(path))


def page_sizes_mm(path: Path) -> list[tuple[int, int]]:
    """Width and height of each page in whole millimetres."""
    boxes = [page.mediabox for page in PdfReader(path).pages]
    return [(round(float(box.width) * MM_PER_POINT), round(float(box.height) * MM_PER_POINT)) for box in boxes]


def fonts_of(path: Path) -> set[tuple[str, bool]]:
    """Name of each font and whether its file is inside the PDF."""
    return {font for page in PdfReader(path).pages for font in _page_fonts(page)}


def _page_fonts(page: Any) -> Iterator[tuple[str, bool]]:
    for font in page["/Resources"]["/Font"].values():
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        yield font["/BaseFont"].split("+")[-1], embedded
