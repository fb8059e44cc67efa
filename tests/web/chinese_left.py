"""What stays Chinese on English pages: read from every page a browser visits, less the words of the user's own files.

A script in the browser notes each text and spoken attribute that holds a Chinese character, at once and whenever the
page changes. Names of places, people, sheets and columns are data; so is 中文 in the choice of languages. What is left
is a sentence of ours that nobody put into English.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from planner.workbook import schema

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_PAPER = re.compile(r"\S+\.(xlsx|pdf|ics|csv)")
"""Names of the papers, which are Chinese themselves."""
_NAMED = frozenset(
    ("course", "provider", "venue", "township", "age_band", "group", "fund", "pool", "occupation", "name", "teachers")
    + ("calendar", "target", "id", "county", "age_bands", "training_type", "inspector")
)
"""Keys of a record that hold names of the workbook."""
_WATCH = """
(() => {
  const chinese = /[\\u3400-\\u9fff]/, spoken = ["title", "aria-label", "placeholder", "alt", "data-busy", "data-lost"];
  const key = "chinese-left", seen = new Set(JSON.parse(sessionStorage.getItem(key) || "[]"));
  function note(where, text) {
    if (!text || !chinese.test(text)) { return; }
    const size = seen.size;
    seen.add(JSON.stringify([location.pathname, where, text.trim().slice(0, 400)]));
    if (seen.size > size) { sessionStorage.setItem(key, JSON.stringify([...seen])); }
  }
  function look(node) {
    if (document.documentElement.lang !== "en" || !node.isConnected) { return; }
    if (node.nodeType === Node.TEXT_NODE) {
      const parent = node.parentElement;
      if (parent && !/^(SCRIPT|STYLE|NOSCRIPT)$/.test(parent.tagName)) { note(parent.tagName, node.textContent); }
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) { return; }
    for (const name of spoken) { note("@" + name, node.getAttribute(name)); }
    node.childNodes.forEach(look);
  }
  function start() {
    note("TITLE", document.documentElement.lang === "en" ? document.title : "");
    look(document.body);
    new MutationObserver(changes => changes.forEach(change => look(change.target))).observe(
      document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  }
  document.addEventListener("DOMContentLoaded", start);
})();
"""


def watch(context: BrowserContext) -> None:
    """Note the Chinese of every page that is opened from now on; before the first page."""
    context.add_init_script(_WATCH)


def words_of_workbooks(paths: Iterable[Path]) -> set[str]:
    """Return the words of workbooks: their names, names of sheets, and what their cells hold."""
    words: set[str] = set()
    for path in paths:
        words |= {path.name, path.stem}
        for sheet in openpyxl.load_workbook(path):
            words |= {sheet.title, *(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)}
    return words | {part for word in words for part in re.split(r"[、·~]", word)}


def words_of_records(folder: Path) -> set[str]:
    """Return the names in every record of a plan below a folder: what a played planner made up is data, too."""
    words: set[str] = set()
    for path in folder.rglob("*.json"):
        _collect(json.loads(path.read_text(encoding="utf-8")), words)
    return words


def _collect(value: Any, words: set[str]) -> None:
    if isinstance(value, dict):
        for key, one in value.items():
            words.add(key)  # Where it is Chinese it is a name, such as that of an age band.
            if key in _NAMED:
                words |= {name for name in (one if isinstance(one, list) else [one]) if isinstance(name, str)}
            _collect(one, words)
    elif isinstance(value, list):
        for one in value:
            _collect(one, words)


def words_of_the_contract() -> set[str]:
    """Return the names of sheets, columns and settings, and the words that the contract lets a cell hold."""
    columns = [*schema.SETTINGS, *(column for sheet in schema.SHEETS for column in sheet.columns)]
    words = {sheet.name for sheet in schema.SHEETS} | {column.heading for column in columns}
    return words | {word for column in columns for word in column.allowed} | {"是", "否", schema.ALL, "中文"}


def chinese_left(page: Page, data: Iterable[str]) -> list[str]:
    """Return the texts of the pages visited that hold Chinese beside the words of the user's data, and where."""
    seen: list[list[str]] = [json.loads(one) for one in json.loads(page.evaluate(_TOLD) or "[]")]
    assert seen, "English pages without a single Chinese name: nothing was watched"
    words = sorted({word for word in data if _CHINESE.search(word)}, key=len, reverse=True)
    known = re.compile("|".join(re.escape(_plain(word)) for word in words))
    left = {
        f"{path} {where}: {text}"
        for path, where, text in seen
        if _CHINESE.search(known.sub("", _plain(text))) and not _PAPER.fullmatch(text)
    }
    return sorted(left)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


_TOLD = "sessionStorage.getItem('chinese-left')"
