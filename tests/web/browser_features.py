"""What browsers learned when: the part of MDN's browser-compat-data that a look at our own pages needs.

``chrome_features.json`` is made from the ``data.json`` of the npm package ``@mdn/browser-compat-data`` (CC0-1.0):

    python tests/web/browser_features.py data.json > tests/web/chrome_features.json

Versions are those of Chrome in which a name came, without a flag; 999 stands for never.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NEVER = 999
_OLDEST = 80
_WORD = re.compile(r"[a-z][a-z0-9-]*")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")

Names = dict[str, int]


def table() -> dict[str, Any]:
    """Return the kept part of the data."""
    kept: dict[str, Any] = json.loads(Path(__file__).with_name("chrome_features.json").read_text(encoding="utf-8"))
    return kept


def extract(data: dict[str, Any]) -> dict[str, Any]:
    """Return names with the version in which they came: all where an unknown one is a fault, else the newer ones."""
    css = data["css"]
    at_rules = css["at-rules"]
    return {
        "source": f"@mdn/browser-compat-data {data['__meta']['version']}, CC0-1.0",
        "properties": _all(css["properties"]),
        "values": _newer_below(css["properties"]),
        "types": _newer(dict(_walk(css["types"], _WORD))),
        "selectors": _all(css["selectors"]),
        "at_rules": _all(at_rules),
        "media": _all(at_rules["media"]),
        "elements": _newer(_all(data["html"]["elements"])),
        "attributes": _attributes(data["html"]),
        "members": _members(data),
        "operators": _newer(_all(data["javascript"]["operators"]) | _all(data["javascript"]["classes"])),
    }


def _all(entries: dict[str, Any]) -> Names:
    found: Names = {}
    for name, entry in entries.items():
        for spelt, version in _spellings(name, entry).items():
            found[spelt] = min(version, found.get(spelt, NEVER))
    return found


def _spellings(name: str, entry: Any) -> Names:
    """Every way to write a name that Chrome understands without a flag, with its version."""
    if not isinstance(entry, dict) or "__compat" not in entry:
        return {}
    support = entry["__compat"]["support"].get("chrome", [])
    found: Names = {name: NEVER}
    for one in support if isinstance(support, list) else [support]:
        added, removed = (_number(one.get(f"version_{what}")) for what in ("added", "removed"))
        if added is not None and not one.get("flags") and (removed is None or removed > _OLDEST):
            spelt = one.get("alternative_name") or one.get("prefix", "") + name
            found[spelt] = min(added, found.get(spelt, NEVER))
    return found


def _number(version: Any) -> int | None:
    digits = re.search(r"\d+", str(version or ""))
    return int(digits[0]) if digits else None


def _newer(names: Names) -> Names:
    return {name: version for name, version in names.items() if version > _OLDEST}


def _newer_below(entries: dict[str, Any]) -> dict[str, Names]:
    """Newer values (words) by property, newer attributes by element."""
    below = {
        name: _newer({word: version for word, version in _all(entry).items() if _WORD.fullmatch(word)})
        for name, entry in entries.items()
    }
    return {name: newer for name, newer in below.items() if newer}


def _attributes(html: dict[str, Any]) -> dict[str, Names]:
    found = _newer_below(html["elements"])
    return found | {"*": _newer(_all(html["global_attributes"]))}


def _walk(entries: dict[str, Any], word: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    for name, entry in entries.items():
        if isinstance(entry, dict) and name != "__compat":
            if word.fullmatch(name):
                yield from _spellings(name, entry).items()
            yield from _walk(entry, word)


def _members(data: dict[str, Any]) -> Names:
    """Names of globals, interfaces and their members that none of them had in Chrome 80."""
    first: Names = {}
    for entries in (data["javascript"]["builtins"], data["api"]):
        for name, entry in entries.items():
            members = {name: entry, **{key: part for key, part in entry.items() if key != "__compat"}}
            for member, part in members.items():
                bare = member.removesuffix("_static").removesuffix("_event")
                for spelt, version in _spellings(bare, part).items():
                    if _NAME.fullmatch(spelt):
                        first[spelt] = min(version, first.get(spelt, NEVER))
    return _newer(first)


if __name__ == "__main__":
    extracted = extract(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    sys.stdout.write(json.dumps(extracted, ensure_ascii=True, indent=0, sort_keys=True) + "\n")
