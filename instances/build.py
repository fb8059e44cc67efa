"""Rebuild every bundled instance: ``python instances/build.py [FOLDER]`` (default: this folder).

Equal code gives equal bytes; ``tests/generate`` checks that the committed files are current.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

# The package is found through the line above.
from planner.generate import generate_tables, generate_workbook  # noqa: E402
from planner.generate.bureau import write_survey_forms  # noqa: E402
from planner.generate.tiny import TINY, tiny_tables  # noqa: E402
from planner.scenarios.sheet import write_scenario_template  # noqa: E402
from planner.workbook.write import write_tables  # noqa: E402

GENERATED = {"demo.xlsx": ("demo", 1), "hezhang.xlsx": ("county", 1), "zhenxiong.xlsx": ("large-county", 1)}
"""Size and seed of the generated instances, by file name."""

OVERLOADED = (
    ("任务一万二千人", "任务数值", "T-总人数", 12_000, "现有资金和机构至多培训一万一千人左右"),
    ("任务一万二千人", "任务性质", "T-总人数", "必须", "与上一行合成一个无解的情景"),
)
"""Rows of ``hezhang-scenarios.xlsx``: a target that cannot be met, for ``make defend``."""


def build(folder: Path) -> list[Path]:
    """Write every bundled instance below ``folder`` and return the files written."""
    (folder / "tiny").mkdir(parents=True, exist_ok=True)
    written = []
    for name, (size, seed) in GENERATED.items():
        generate_workbook(size, seed, folder / name)
        written.append(folder / name)
    written.append(folder / "hezhang-scenarios.xlsx")
    write_scenario_template(written[-1], OVERLOADED)
    for name in TINY:
        written.append(folder / "tiny" / f"{name}.xlsx")
        write_tables(written[-1], tiny_tables(name))
    return written + write_survey_forms(generate_tables(*GENERATED["hezhang.xlsx"]), folder / "bureau")


if __name__ == "__main__":
    for path in build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(path)
