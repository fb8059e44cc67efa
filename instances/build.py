"""Rebuild every bundled instance: ``python instances/build.py [FOLDER]`` (default: this folder).

Equal code gives equal bytes; ``tests/generate`` checks that the committed files are current.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from planner.generate import generate_workbook  # noqa: E402 - the package is found through the line above

GENERATED = {"demo.xlsx": ("demo", 1), "hezhang.xlsx": ("county", 1), "zhenxiong.xlsx": ("large-county", 1)}
"""Size and seed of the generated instances, by file name."""


def build(folder: Path) -> list[Path]:
    """Write every bundled instance below ``folder`` and return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, (size, seed) in GENERATED.items():
        generate_workbook(size, seed, folder / name)
        written.append(folder / name)
    return written


if __name__ == "__main__":
    for path in build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(path)
