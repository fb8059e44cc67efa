"""How long a large register takes from file to cohorts and demand: ``python benchmarks/register.py``.

Writes registers of invented people (no name, number or wish belongs to anybody) into a temporary folder and reads them
against the bundled county, once each. Seconds are wall time of the whole reading, and processor time (user and system,
both processes) beside it, since a busy machine stretches the first; memory is the highest resident size of the child
process that reads the file and of this one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from planner.reading.choices import ReadingChoices
from planner.reading.read import read_demand
from planner.reading.values.identity import check_character
from planner.workbook.known import KnownCounty
from planner.workbook.read import read_known

COUNTY = Path(__file__).parents[1] / "instances" / "hezhang.xlsx"
HEADINGS = (
    *(
        "序号",
        "区县",
        "乡(镇)",
        "行政村",
        "姓名",
        "18位身份证号",
        "民族",
        "文化程度",
        "手机号码",
        "户编号",
        "与户主关系",
    ),
    *("脱贫属性", "是否易地搬迁户", "求职意愿", "培训意愿", "意愿培训工种", "意愿培训工种2", "意愿培训工种3"),
    *("是否有培训经历", "培训工种"),
)
NOTE = "填表说明：" + "请对照户口簿逐人填写，不得漏填。" * 30


def people(number: int, known: KnownCounty, seed: int = 1) -> Iterator[list[object]]:
    """Yield the cells of each person; nine of ten are willing, one of a hundred stands in the register twice."""
    dice = random.Random(seed)
    townships = [name for name, _ in known.townships]
    courses = [*known.courses, ""]
    before: list[object] = []
    for position in range(number):
        if before and dice.random() < 0.01:
            yield [position + 1, *before[1:]]
            continue
        born = f"{dice.randint(1966, 2008)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
        body = f"520527{born}{dice.randint(0, 999):03d}"
        wishes = [dice.choice(courses) for _ in range(3)]
        before = [position + 1, "赫章县", dice.choice(townships), f"村{dice.randint(1, 12)}", f"虚构{position}"]
        before += [body + check_character(body), "汉族", "初中", f"139{position:08d}", f"H{position // 4}", "户主"]
        before += [
            dice.choice(("脱贫户", "一般户")),
            dice.choice(("是", "否")),
            "是",
            "是" if dice.random() < 0.9 else "否",
        ]
        yield [*before, *wishes, "否", ""]
        before += [*wishes, "否", ""]


def write_register(path: Path, number: int, columns: int, note: str = "") -> None:
    """Write a register; columns beyond the twenty that matter hold words in one of four rows, as in real exports.

    ``note`` stands above the heading, as instructions do in many forms.
    """
    known, extra, top = read_known(COUNTY), columns - len(HEADINGS), bool(note)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        sheet.write(0, 0, note)
        sheet.write_row(top, 0, [*HEADINGS, *(f"采集项{n}" for n in range(extra))])
        for row, cells in enumerate(people(number, known), start=top + 1):
            sheet.write_row(row, 0, [cell for cell in cells])
            if row % 4 == 0 and extra:
                sheet.write_row(row, len(HEADINGS), ["已核实"] * extra)


def measure(path: Path) -> str:
    """Read a register and return a line of figures; runs in a process that did nothing else before."""
    known = read_known(COUNTY)
    before, start = _processor_seconds(), time.perf_counter()
    reading = read_demand([path], known, ReadingChoices())
    seconds, processor = time.perf_counter() - start, _processor_seconds() - before
    child, own = (resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
    return (
        f"{seconds:.1f} s ({processor:.1f} s of processor; load {os.getloadavg()[0]:.1f}),"
        f" reading process {child} MB, calling process {own} MB;"
        f" {reading.people.persons} persons, {reading.people.wishes} wishes, {len(reading.report.faults())} faults"
    )


def _processor_seconds() -> float:
    """Return the user and system seconds of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Measure a register of twenty columns, one of a hundred, and one of a hundred with a long note above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    number = parser.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        for columns, note in ((len(HEADINGS), ""), (100, ""), (100, NOTE)):
            path = Path(folder, f"{columns}{'-note' if note else ''}.xlsx")
            fresh = multiprocessing.get_context("spawn")
            with fresh.Pool(1) as writer:
                # A process inherits the highest memory of the one that starts it, so this one stays small.
                writer.apply(write_register, (path, number, columns, note))
            size = path.stat().st_size / 1e6
            with fresh.Pool(1) as reader:
                what = f"{number} people x {columns} columns{', a long note above' if note else ''}, {size:.1f} MB"
                print(f"{what}: {reader.apply(measure, (path,))}", flush=True)


if __name__ == "__main__":
    main()
