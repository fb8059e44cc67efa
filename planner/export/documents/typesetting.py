"""From a template and its content to a PDF: typst with the bundled fonts, no clock, no network.

The content travels as JSON, so that names are text and nothing else: ``#let`` or ``$x$`` in a name is printed, never
run. Equal content gives equal bytes as long as its characters are in the bundled fonts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import typst

TEMPLATES: Final = Path(__file__).parent / "templates"
FONTS: Final = Path(__file__).parent / "fonts"

COVERED: Final = "gbk"
BUT_FOR: Final = "≒"
"""The encoding whose characters the bundled regular font has, all but one; others may need a font of the computer."""

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")

Content = Mapping[str, Any]
"""What a template lays out: texts, numbers, lists and mappings of these."""


class Typesetter:
    """Sets papers; fonts are loaded once and templates compiled once for all papers of a run."""

    def pdf(self, template: str, content: Content) -> bytes:
        """Return the PDF of ``template`` (a name such as ``county_plan``) filled with ``content``."""
        text = json.dumps(_without_controls(content), ensure_ascii=False)
        compiler = self._bundled if _is_covered(text) else self._with_system_fonts
        made = compiler.compile(
            input=TEMPLATES / f"{template}.typ",
            sys_inputs={"content": text},
            format="pdf",
        )
        assert isinstance(made, bytes)  # a list is returned for pictures of several pages only
        return made

    @cached_property
    def _bundled(self) -> typst.Compiler:
        return _compiler(system_fonts=False)

    @cached_property
    def _with_system_fonts(self) -> typst.Compiler:
        return _compiler(system_fonts=True)


def _compiler(system_fonts: bool) -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=system_fonts, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)


def _is_covered(text: str) -> bool:
    try:
        text.encode(COVERED)
    except UnicodeEncodeError:
        return False
    return BUT_FOR not in text


def _without_controls(value: Any) -> Any:
    """Return the content with a space for each control character but the line break."""
    if isinstance(value, str):
        return _CONTROLS.sub(" ", value)
    if isinstance(value, Mapping):
        return {key: _without_controls(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_controls(item) for item in value]
    return value
