"""Our styles, scripts and templates hold nothing that Chrome 80 does not know, or it is harmless there.

What came when is MDN's browser-compat-data (:mod:`browser_features`). What the look at the text cannot see: options of
a function that came later than the function, and members of objects under a name that an older interface has, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser_features import NEVER, table

WEB = Path(__file__).resolve().parents[2] / "web"
STYLES = sorted((WEB / "static").glob("*.css"))
SCRIPTS = sorted((WEB / "static").glob("*.js"))
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
KNOWN = table()
CHROME = 80

HARMLESS = {
    ":focus-visible": "stands inside :not(): the rule is dropped, and the outline shows after clicks, too",
}
"""What may stand although Chrome 80 does not know it, and what then happens there."""

OWN_MEMBERS = {
    "ink": "a colour in COLOURS",
    "limits": "what the map's address answers",
    "share": "what the page says of its chart",
}
"""Members of our own objects whose names newer interfaces have, too."""

UNITS = {
    **dict.fromkeys(("dvh", "dvw", "svh", "svw", "lvh", "lvw", "dvi", "dvb", "svi", "svb", "lvi", "lvb"), 108),
    **dict.fromkeys(("cqw", "cqh", "cqi", "cqb", "cqmin", "cqmax"), 105),
    **dict.fromkeys(("rex", "rch", "ric", "rlh"), 111),
    **dict.fromkeys(("cap", "rcap"), 118),
    "ic": 106,
    "lh": 109,
}
"""Units of length, which the data has under other names (https://developer.mozilla.org/docs/Web/CSS/length)."""

SYNTAX = {
    r"\?\?=|\|\|=|&&=": ("logical assignment", 85),
    r"#[A-Za-z_$][\w$]*\s*\(": ("private method", 84),
    r"\bstatic\s*\{": ("static block", 94),
    r"#[A-Za-z_$][\w$]*\s+in\b": ("private field in", 91),
    r"/[dgimsuvy]*[dv][dgimsuvy]*(?=[\s;,.)\]])(?<=\w)": ("flag d or v of a pattern", 90),
    r"^(?:  )?await\b": ("await outside a function", 89),
    r"\bimport\s*\(|\bimport\b.*\b(?:with|assert)\s*\{": ("import with attributes", 91),
}
"""Syntax of scripts that came after Chrome 80."""

SHOWN_AS_GRID = (("display", "grid"), ("display", "inline-grid"))
GAPS = ("gap", "row-gap", "column-gap", "grid-gap", "grid-row-gap", "grid-column-gap")
"""Between the cells of a grid since Chrome 66, between the boxes of a flex line since 84."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a style sheet: its prelude, its declarations, and the at-rules around it, the outermost first."""

    prelude: str
    declarations: tuple[tuple[str, str], ...]
    around: tuple[str, ...] = ()


def rules(css: str, around: tuple[str, ...] = ()) -> Iterator[Rule]:
    """Return every rule of a style sheet; strings and comments hold no braces here."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    place = 0
    while (opening := css.find("{", place)) >= 0:
        prelude = css[place:opening].rsplit(";", 1)[-1].strip()
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        body = css[opening + 1 : end - 1]
        if "{" in body:
            yield Rule(prelude, (), around)
            yield from rules(body, (*around, prelude))
        else:
            yield Rule(prelude, declarations(body), around)
        place = end


def declarations(body: str) -> tuple[tuple[str, str], ...]:
    """Return properties and values of the inner part of a rule."""
    parts = [part.split(":", 1) for part in body.split(";") if ":" in part]
    return tuple((name.strip().lower(), value.strip()) for name, value in parts)


def newer_styles(css: str) -> Iterator[str]:
    """Return what Chrome 80 does not know of a style sheet, outside what asks with ``@supports`` first."""
    grids = {rule.prelude for rule in rules(css) for one in rule.declarations if one in SHOWN_AS_GRID}
    for rule in rules(css):
        if any(one.startswith("@supports") for one in rule.around):
            continue
        if rule.prelude.startswith("@"):
            yield from _newer_at_rule(rule.prelude)
        else:
            yield from _newer_selector(rule.prelude, nested=bool(rule.around) and not rule.around[-1].startswith("@"))
        yield from newer_declarations(rule.declarations, grid=rule.prelude in grids)


def _newer_at_rule(prelude: str) -> Iterator[str]:
    name = re.match(r"@([\w-]+)", prelude)[1]  # type: ignore[index]
    if _since("at_rules", name) > CHROME:
        yield f"@{name}"
    if name == "media":
        features = re.findall(r"\(\s*([a-z-]+)", prelude)
        bare = [re.sub(r"^(min|max)-", "", feature) for feature in features]
        yield from (f"@media ({feature})" for feature in bare if _since("media", feature) > CHROME)
        if re.search(r"[<>]|\bor\b", prelude):
            yield "@media with < or or"


def _newer_selector(prelude: str, *, nested: bool) -> Iterator[str]:
    if all("-moz-" in part for part in prelude.split(",")):
        return  # for Firefox alone: others drop the rule
    for name in re.findall(r"::?([a-z-]+)", re.sub(r'"[^"]*"', "", prelude)):
        if _since("selectors", name) > CHROME:
            yield f":{name}"
    if re.search(r":not\([^()]*,", prelude):
        yield ":not() of several"
    if nested or "&" in prelude:
        yield "a rule inside a rule"


def newer_declarations(declared: tuple[tuple[str, str], ...], *, grid: bool = False) -> Iterator[str]:
    """Return what Chrome 80 does not know of the declarations of one rule, and has no older one before it."""
    older: set[str] = set()
    for name, value in declared:
        if name.startswith("--"):
            continue
        bare = re.sub(r"^-(webkit|moz|ms)-", "", name)
        found = list(_newer_value(name, value))
        if bare == name and _since("properties", name, 1 if name in GAPS else NEVER) > CHROME:
            found.append(name)
        if name in GAPS and not grid:
            found.append(f"{name} without display: grid")
        if not found:
            older.add(bare)
        elif bare not in older:
            yield from found


def _newer_value(name: str, value: str) -> Iterator[str]:
    bare = re.sub(r'"[^"]*"|url\([^)]*\)', "", value)
    words = set(re.findall(r"(?<![\w#.-])-?[a-z][a-z-]*(?![\w-]*\()", bare))
    yield from (f"{name}: {word}" for word in sorted(words) if KNOWN["values"].get(name, {}).get(word, 0) > CHROME)
    for function in re.findall(r"([a-z][a-z-]*)\(", bare):
        if KNOWN["types"].get(function, 0) > CHROME:
            yield f"{function}()"
    for unit in re.findall(r"(?<![\w#-])[\d.]+([a-z]+)\b", bare):
        if UNITS.get(unit, 0) > CHROME:
            yield f"unit {unit}"


def _since(part: str, name: str, unknown: int = NEVER) -> int:
    return int(KNOWN[part].get(name, unknown))


def newer_script(source: str) -> Iterator[str]:
    """Return what Chrome 80 does not know of a script."""
    bare = re.sub(r"/\*.*?\*/|(?<![:\\])//[^\n]*", "", source, flags=re.DOTALL)
    bare = re.sub(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", '""', bare)
    for pattern, (name, version) in SYNTAX.items():
        if version > CHROME and re.search(pattern, bare, flags=re.MULTILINE):
            yield name
    for member in sorted(set(re.findall(r"\.\s*([A-Za-z_$][\w$]*)|\b([A-Za-z_$][\w$]*)\s*\(", bare))):
        name = member[0] or member[1]
        style = re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
        known = name in OWN_MEMBERS or re.search(rf"\b(?:function|const) {name}\b", bare)
        if KNOWN["members"].get(name, 0) > CHROME and not known and _since("properties", style) > CHROME:
            yield name


class _Tags(HTMLParser):
    """Collects what Chrome 80 does not know of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if KNOWN["elements"].get(tag, 0) > CHROME:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            newer = KNOWN["attributes"].get(tag, {}) | KNOWN["attributes"]["*"]
            words = {name, f"{name}_{value}"}
            self.found += [f"<{tag} {word}>" for word in sorted(words) if newer.get(word, 0) > CHROME]
            if name == "style":
                self.found += newer_declarations(declarations(value or ""))


def newer_template(source: str) -> list[str]:
    """Return what Chrome 80 does not know of a template; what Jinja puts in is passed over."""
    tags = _Tags()
    tags.feed(re.sub(r"{[{%#].*?[}%#]}", "", source, flags=re.DOTALL))
    return tags.found


LOOKS: dict[str, Callable[[str], object]] = {".css": newer_styles, ".js": newer_script, ".html": newer_template}


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS, *TEMPLATES], ids=lambda path: path.name)
def test_nothing_of_ours_is_newer_than_the_oldest_browser(path: Path) -> None:
    """Outside @supports and beside an older declaration; what is harmless there stands on the list."""
    found = LOOKS[path.suffix](path.read_text(encoding="utf-8"))
    assert [one for one in found if one not in HARMLESS] == []  # type: ignore[attr-defined]


def test_what_is_listed_as_harmless_is_still_there() -> None:
    """An entry that nothing needs any more goes."""
    found = {one for path in STYLES for one in newer_styles(path.read_text(encoding="utf-8"))}
    assert set(HARMLESS) <= found


def test_all_our_files_are_looked_at() -> None:
    """Otherwise the test before could not fail."""
    assert len(STYLES) >= 7 and len(SCRIPTS) >= 6 and len(TEMPLATES) >= 30


@pytest.mark.parametrize(("css", "found"), [
    (".a { display: flex; gap: 8px; }", ["gap without display: grid"]),
    (".a { display: grid; gap: 8px; grid-gap: 8px; } @media print { .a { gap: 0; } }", []),
    (".a:is(h1, h2) > b:has(i) { margin: 0; }", [":is", ":has"]),
    (".a :where(b) { margin: 0; } p:not(.a, .b) { margin: 0; }", [":where", ":not() of several"]),
    ("a:focus-visible { outline: none; }", [":focus-visible"]),
    (".a { inset: 0; aspect-ratio: 1; accent-color: red; }", ["inset", "aspect-ratio", "accent-color"]),
    (".a { colour: red; }", ["colour"]),
    (".a { overflow: clip; }", ["overflow: clip"]),
    (".a { overflow: hidden; overflow: clip; }", []),
    (".a { -webkit-appearance: none; appearance: none; }", []),
    (".a { appearance: none; }", ["appearance"]),
    (".a { color: color-mix(in srgb, red, blue); width: min(10px, 2em); }", ["color-mix()"]),
    (".a { height: 100dvh; width: 100vw; }", ["unit dvh"]),
    ("@container (min-width: 1px) { .a { margin: 0; } }", ["@container"]),
    ("@layer a { .a { margin: 0; } }", ["@layer"]),
    ("@media (width >= 600px) { .a { margin: 0; } }", ["@media with < or or"]),
    ("@media (prefers-contrast: more) { .a { margin: 0; } }", ["@media (prefers-contrast)"]),
    ("@media (max-width: 720px) { .a { margin: 0; } } @media print { .a { color: red; } }", []),
    ("a::-moz-meter-bar { color: red; }", []),
    ("a::-moz-meter-bar, a::-webkit-meter-bar { color: red; }", [":-moz-meter-bar"]),
    ("@supports (inset: 0) { .a { inset: 0; } }", []),
    (".a { color: red; .b { margin: 0; } }", ["a rule inside a rule"]),
    ("/* gap: 1px */ :root { --gap: 8px; } .a::before { content: \"gap: x\"; overflow-wrap: anywhere; }", []),
])  # fmt: skip
def test_the_look_at_styles_finds_what_is_newer(css: str, found: list[str]) -> None:
    """And nothing else."""
    assert list(newer_styles(css)) == found


@pytest.mark.parametrize(("script", "found"), [
    ("a ??= b;", ["logical assignment"]), ("a ||= b;", ["logical assignment"]),
    ("const c = a?.b ?? 1n;", []),
    ("text.replaceAll('a', 'b');", ["replaceAll"]), ("list.at(-1);", ["at"]), ("list.findLast(f);", ["findLast"]),
    ("Object.hasOwn(a, 'b');", ["hasOwn"]), ("structuredClone(a);", ["structuredClone"]),
    ("Promise.any([a]);", ["any"]), ("Promise.allSettled([a]);", []), ("box.replaceChildren();", ["replaceChildren"]),
    ("new WeakRef(a);", ["WeakRef"]), ("class A { #secret() { return 1; } }", ["private method"]),
    ("class A { static { f(); } }", ["static block"]), ("await f();", ["await outside a function"]),
    ("async function f() { await g(); }", []), ("/a/v.test(b);", ["flag d or v of a pattern"]), ("/a/gi.test(b);", []),
    ("// list.at(-1)\nf('list.at(-1)'); /* a ??= b */", []), ("function at(x) { return x; } at(1);", []),
    ("crypto.randomUUID();", ["randomUUID"]), ("dialog.showModal(); input.showPicker();", ["showPicker"]),
])  # fmt: skip
def test_the_look_at_scripts_finds_what_is_newer(script: str, found: list[str]) -> None:
    """And nothing else."""
    assert list(newer_script(script)) == found


@pytest.mark.parametrize(("page", "found"), [
    ("<div popover inert><p>a</p></div>", ["<div popover>", "<div inert>"]), ("<search></search>", ["<search>"]),
    ("<img loading=lazy src=a alt=''>", []), ("<dialog open><input type=date></dialog>", []),
    ("<p style='inset: 0'>{{ '<search>' }}{# <search> #}{% if a %}b{% endif %}</p>", ["inset"]),
    ("<button popovertarget=a>b</button>", ["<button popovertarget>"]),
    ("<svg><rect width=1 /></svg><p data-popover=1 aria-label=b>c</p>", []),
])  # fmt: skip
def test_the_look_at_templates_finds_what_is_newer(page: str, found: list[str]) -> None:
    """And nothing else."""
    assert newer_template(page) == found
