"""A planner for the whole story: it reads and changes workbooks for real and leaves the search to the fake planner.

With the file's own total budget a search lasts until it is stopped; with another one, or from decisions, it ends soon.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(words: list[str]) -> int:
    """Play one verb."""
    if words[0] in ("inspect", "edit", "template"):
        sys.path.insert(0, str(ROOT))
        from planner.cli import main as read

        sys.argv = ["planner", *words]
        return read() or 0
    sys.path.insert(0, str(Path(__file__).parent))
    import fake_planner

    soon = "--total-budget" in words or "--keep" in words
    orders = {"seconds": 0.3 if soon else 60, "compare_seconds": 0.5, "papers_seconds": 0.5}
    fake_planner.read_orders = lambda workbook: orders
    return fake_planner.main(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
