"""What the command line says while it works and when it ends: a line for people, JSON for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import Fault

if TYPE_CHECKING:
    from planner.cli.papers import WrittenPapers
    from planner.cli.solving import MadePlan
    from planner.cli.timetabling import PlacedAgain
    from planner.engine.solve import Progress
    from planner.reading.progress import FileProgress

_LINE_SECONDS = 0.2
_JSON_SECONDS = 0.5
_MOST_FAULTS = 500
_READING = "读取乡镇报表"
_CLEAR_LINE = "\r\x1b[K"


def placed_again_lines(placed: PlacedAgain) -> list[str]:
    """Say in Chinese what moved, what could not be placed and where the files are."""
    moved = [f"共有 {len(placed.moves)} 个班的课表有变动：", *placed.moves] if placed.moves else ["课表没有变动"]
    unplaced = placed.plan.timetable.unplaced if placed.plan.timetable is not None else ()
    return [
        *moved, *(f"未排上：{one.sentence}" for one in unplaced), *(f"文件：{path}" for path in placed.files),
    ]  # fmt: skip


def kept_lines(made: MadePlan) -> list[str]:
    """Say in Chinese how much of the earlier plan was kept, what it cost and what changed."""
    from planner.export.explanation_difference import difference_sentences

    lines = []
    if made.kept is not None:
        kept, lost = made.kept, made.kept.best_value - made.plan.value
        lines.append(f"原方案 {kept.classes} 个班，{kept.kept} 个照原样开（课程、机构、场地、形式、开班周都不变）；"
                     f"为少改动让出的得分 {max(0.0, lost):,.1f}")  # fmt: skip
    return lines if made.difference is None else [*lines, *difference_sentences(made.difference)]


def papers_lines(written: WrittenPapers) -> list[str]:
    """Say in Chinese how many papers of each kind were written where, and what was kept."""
    from planner.export.all_papers import KIND_WORDS, PaperKind

    counts = [(KIND_WORDS[kind], sum(file.suffix == f".{kind}" for file in written.files)) for kind in PaperKind]
    kinds = "，".join(f"{words} {number:,} 份" for words, number in counts if number)
    done = f"已写出 {len(written.files):,} 份文书（{kinds}）：{written.folder}"
    return [done, *(f"注意：{notice}" for notice in written.notices)]


class LineProgress:
    """One line on the terminal, rewritten in place; a new line every ten seconds where it is no terminal."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._shown = -1e9
        self._stage = ""

    def show(self, progress: Progress) -> None:
        """Show where the solve stands."""
        text = f"[{progress.seconds:5.1f} 秒] {progress.stage}"
        if progress.value is not None:
            text += f"　已找到：预计就业 {progress.value:,.1f} 人"
        if progress.bound is not None:
            text += f"　上限 {progress.bound:,.1f}"
        if progress.gap is not None:
            text += f"　最多还可能提高 {100 * progress.gap:.2f}%"
        self._say(progress.stage, text)

    def step(self, stage: str, seconds: float, done: int = 0, total: int = 0) -> None:
        """Show what is being done and how much of it, where there is no plan to score."""
        self._say(stage, f"[{seconds:5.1f} 秒] {stage}" + (f"　{done:,}/{total:,}" if total else ""))

    def files(self, files: Sequence[FileProgress]) -> None:
        """Show how many files of an upload have been read."""
        done = sum(file.state == "done" for file in files)
        self._say(_READING, f"{_READING}　{done:,}/{len(files):,}")

    def placed_again(self, placed: PlacedAgain) -> None:
        """Say what a new timetable moved."""
        self._end_line()
        print("\n".join(placed_again_lines(placed)))

    def papers(self, written: WrittenPapers) -> None:
        """Say how many papers of each kind were written where, and what was kept."""
        self._end_line()
        print("\n".join(papers_lines(written)))

    def _say(self, stage: str, text: str) -> None:
        pause = _LINE_SECONDS if self._terminal else 10.0
        if self._quiet or (time.monotonic() - self._shown < pause and stage == self._stage):
            return
        self._shown, self._stage = time.monotonic(), stage
        sys.stderr.write(f"{_CLEAR_LINE}{text}" if self._terminal else f"{text}\n")
        sys.stderr.flush()

    def finish(self, made: MadePlan, english: bool) -> None:
        """Print the summary of the plan written."""
        from planner.export.summary import summary_lines, summary_lines_en

        self._end_line()
        lines = summary_lines_en if english else summary_lines
        print("\n".join([*lines(made.instance, made.plan, made.files), *kept_lines(made)]))

    def explained(self, files: Sequence[Path], findings: Sequence[str], exit_code: int) -> None:
        """Print what was found and the files written."""
        del exit_code
        print("\n".join([*findings, *(f"已写出：{path}" for path in files)]))

    def faults(self, faults: Sequence[Fault]) -> None:
        """List every fault of the input."""
        self._end_line()
        print(f"输入有 {len(faults)} 处错误，未写出任何文件：", file=sys.stderr)
        for fault in faults[:_MOST_FAULTS]:
            prefix = "" if fault.place == fault.file else f"{fault.file} "
            print(f"  {prefix}{fault}", file=sys.stderr)
        if len(faults) > _MOST_FAULTS:
            print(f"  另有 {len(faults) - _MOST_FAULTS} 处未列出；全部错误可用 inspect --json 查看。", file=sys.stderr)

    def infeasible(self, clashes: Sequence[str]) -> None:
        """Name the requirements that cannot be met."""
        self._end_line()
        print("已证明：没有任何方案能同时满足以下硬性要求，未写出任何文件：", file=sys.stderr)
        for clash in clashes or ("（无法进一步指出是哪几项）",):
            print(f"  {clash}", file=sys.stderr)
        print("用 explain WORKBOOK --out DIR 可查明哪些要求冲突，并得到尽量满足的方案。", file=sys.stderr)

    def no_plan(self, sentence: str) -> None:
        """Say why there is no plan."""
        self._end_line()
        print(sentence, file=sys.stderr)

    def _end_line(self) -> None:
        if self._terminal and not self._quiet and self._stage:
            sys.stderr.write("\n")


class JsonProgress:
    """One JSON object per line on standard output, for the web form and other programs."""

    def __init__(self) -> None:
        self._shown = -1e9
        self._stage = ""

    def show(self, progress: Progress) -> None:
        """Say where the solve stands, at most twice a second."""
        if time.monotonic() - self._shown < _JSON_SECONDS and progress.stage == self._stage:
            return
        self._shown, self._stage = time.monotonic(), progress.stage
        self._say(event="progress", stage=str(progress.stage), seconds=round(progress.seconds, 2),
                  value=progress.value, bound=progress.bound, gap=progress.gap)

    def step(self, stage: str, seconds: float, done: int = 0, total: int = 0) -> None:
        """Say what is being done and how much of it, where there is no plan to score."""
        if time.monotonic() - self._shown < _JSON_SECONDS and stage == self._stage:
            return
        self._shown, self._stage = time.monotonic(), stage
        self._say(event="progress", stage=stage, seconds=round(seconds, 2), done=done, total=total,
                  value=None, bound=None, gap=None)

    def files(self, files: Sequence[FileProgress]) -> None:
        """How far each file of an upload has come."""
        self._say(event="progress", stage=_READING, files=[asdict(file) for file in files])

    def placed_again(self, placed: PlacedAgain) -> None:
        """The moves and the files, as one object."""
        self._say(event="done", exit=0, files=[str(path) for path in placed.files], moves=list(placed.moves))

    def papers(self, written: WrittenPapers) -> None:
        """Name the papers written and what was kept."""
        self._say(event="done", exit=0, files=[str(file) for file in written.files], notices=list(written.notices))

    def finish(self, made: MadePlan, english: bool) -> None:
        """Name the files written."""
        del english
        kept = {"kept": asdict(made.kept), "moves": kept_lines(made)} if made.kept is not None else {}
        self._say(event="done", exit=0, files=[str(Path(file)) for file in made.files], **kept)

    def explained(self, files: Sequence[Path], findings: Sequence[str], exit_code: int) -> None:
        """Name the files written and what was found."""
        self._say(event="done", exit=exit_code, files=[str(path) for path in files], findings=list(findings))

    def faults(self, faults: Sequence[Fault]) -> None:
        """List every fault of the input."""
        self._say(event="faults", faults=[asdict(fault) for fault in faults])

    def infeasible(self, clashes: Sequence[str]) -> None:
        """Name the requirements that cannot be met."""
        self._say(event="infeasible", clashes=list(clashes))

    def no_plan(self, sentence: str) -> None:
        """Say why there is no plan."""
        self._say(event="no_plan", sentence=sentence)

    @staticmethod
    def _say(**fields: object) -> None:
        print(json.dumps(fields, ensure_ascii=False), flush=True)
