"""The ``explain`` verb: why a plan is as it is, written to 方案说明.xlsx."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from planner import __version__
from planner.checker import check_plan
from planner.domain.instance import Instance
from planner.domain.plan import Plan, PlannedClass
from planner.engine.assemble import assemble_plan
from planner.engine.bundle import prove_bound
from planner.engine.decomposition.loop import is_wide
from planner.engine.jobs import plan_value
from planner.engine.prices import Relaxation
from planner.engine.rows import Prices
from planner.engine.solve import Options, Solution
from planner.errors import BadInput, Fault, PlannerError
from planner.evaluation.draft import read_draft
from planner.explanations.baselines.comparison import compare_with_baselines
from planner.explanations.difference import compare_plans
from planner.explanations.explanation import Explanation
from planner.explanations.infeasible import diagnose
from planner.explanations.planned import Explained, classes_of, lenient_value
from planner.explanations.requirements import Answer
from planner.explanations.rule_prices import price_rules
from planner.explanations.townships import answers_for_townships
from planner.explanations.unserved import explain_unserved
from planner.explanations.worth import worth_of_classes
from planner.export.explanation import write_explanation_workbook
from planner.export.explanation_baselines import gain_sentences
from planner.export.explanation_difference import difference_sentences
from planner.export.explanation_infeasible import diagnosis_sentences, write_diagnosis_workbook
from planner.export.explanation_record import write_explanation_record
from planner.export.explanation_rules import price_sentences
from planner.export.explanation_unserved import reason_sentences
from planner.export.explanation_worth import worth_sentences
from planner.export.record import read_record, record_to_plan
from planner.model.options import count_options
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook

EXPLANATION, DIAGNOSIS, RECORD = "方案说明.xlsx", "无解说明.xlsx", "explain.json"
_PAUSE_SECONDS, _QUIET_SECONDS = 2.0, 10.0
"""Between two words of progress, on a terminal or to a program, and into a file."""
_EVALUATIONS = 120
"""Evaluations of the bound for the prices that guide refilling and that lifted rules start from."""


class Part(StrEnum):
    """Parts of an explanation, as the user reads them."""

    READ = "读入并核对方案"
    UNSERVED = "核实未满足需求的原因"
    BASELINES = "与常规做法对比"
    PRICES = "测算资金和班次的价格"
    WORTH = "逐班测算少开的损失"
    TOWNSHIPS = "逐乡镇测算补班的代价"
    RULES = "逐条测算规则的代价"
    CLASHES = "查找互相冲突的硬性要求"
    WRITE = "写出说明"


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """What to explain (``plan=None``: the hard requirements), what to compare it with, and where to write."""

    workbook: Path
    plan: Path | None
    out_dir: Path
    draft: Path | None = None
    against: Path | None = None
    seed: int = 0
    threads: int = 2
    effort: float = 1.0
    classes: tuple[str, ...] = ()
    """Classes (ids) whose worth alone is asked for; none = everything."""


class ExplainVoice:
    """Says every two seconds which part is being worked on (every ten into a file), and stops when asked.

    ``style`` is line, json (one object a line on standard output) or none.
    """

    def __init__(self, style: str, asked: Callable[[], bool]) -> None:
        self._style, self._asked = style, asked
        self._started = self._said = time.monotonic()
        self._part = Part.READ
        self._terminal = sys.stderr.isatty()
        self._pause = _PAUSE_SECONDS if self._terminal or style == "json" else _QUIET_SECONDS

    def begin(self, part: Part) -> None:
        """Start a part and say so."""
        self._part = part
        self._say()

    def stopped(self) -> bool:
        """Whether the user asked to stop; long work asks this again and again, which keeps the progress going."""
        if time.monotonic() - self._said >= self._pause:
            self._say()
        return self._asked()

    def _say(self) -> None:
        self._said = time.monotonic()
        seconds = self._said - self._started
        if self._style == "json":
            fields = {"event": "progress", "stage": str(self._part), "seconds": round(seconds, 2)}
            print(json.dumps(fields, ensure_ascii=False), flush=True)
        elif self._style == "line":
            start, end = ("\r\x1b[K", "") if self._terminal else ("", "\n")
            print(f"{start}[{seconds:5.1f} 秒] {self._part}", end=end, file=sys.stderr, flush=True)

    def end(self) -> None:
        """End the line of progress."""
        if self._terminal and self._style == "line":
            print(file=sys.stderr)


def explain_plan(request: ExplainRequest, voice: ExplainVoice) -> tuple[list[Path], list[str]]:
    """Explain a plan, write 方案说明.xlsx and explain.json; returns their paths and the findings in Chinese sentences.

    With ``request.classes`` only what these are worth is worked out, and explain.json alone is written.

    A stop ends the work early: the parts finished before it are written.

    Raises
    ------
    BadInput
        A file cannot be read, the plan was made from another workbook, or it breaks rules.
    """
    voice.begin(Part.READ)
    instance, plan, explained = _read(request)
    draft = None if request.draft is None else read_draft(request.draft, instance)
    explanation, findings = Explanation(), list[str]()
    if request.classes:
        return _explain_classes(request, plan, explained, voice)
    if request.against is not None:
        earlier = record_to_plan(read_record(request.against), request.against.name)
        difference = compare_plans(instance, plan, earlier)
        explanation = replace(explanation, difference=difference)
        findings += difference_sentences(difference)
    wide = is_wide(explained.problem)
    if not voice.stopped():
        voice.begin(Part.UNSERVED)
        cells = explain_unserved(explained.problem, explained.classes)
        explanation = replace(explanation, unserved=cells)
        findings += reason_sentences(cells)
    if wide:
        findings.append("多县方案只说明未满足需求和与原方案的差别；与常规做法对比、各班作用、规则代价请按县分别说明。")
    if not (wide or voice.stopped()):
        explanation = _measured(explained, plan, request, draft, explanation, findings, voice)
    voice.begin(Part.WRITE)
    request.out_dir.mkdir(parents=True, exist_ok=True)
    path = request.out_dir / EXPLANATION
    if voice.stopped():
        findings.append("提前停止：只写出了停止前算完的部分。")
    write_explanation_workbook(explained.problem, plan, explanation, findings, path)
    write_explanation_record(explained.problem, plan, explanation, findings, request.out_dir / RECORD)
    voice.end()
    return [path, request.out_dir / RECORD], findings


def _explain_classes(
    request: ExplainRequest, plan: Plan, explained: Explained, voice: ExplainVoice
) -> tuple[list[Path], list[str]]:
    """Only what some classes are worth, and their nearest alternatives."""
    index = {one.id: i for i, one in enumerate(plan.classes)}
    unknown = [Fault(str(request.plan and request.plan.name), "", "", "方案里没有这个班", one, "方案里的班级编号",
                     "请对照开班计划表改正") for one in request.classes if one not in index]  # fmt: skip
    if unknown:
        raise BadInput(unknown)
    if is_wide(explained.problem):
        raise PlannerError("多县方案请拆成各县的工作簿，再查明各班的作用。")
    options = Options(seed=request.seed, threads=request.threads, effort=request.effort)
    prices = _prices(explained, options, voice)
    voice.begin(Part.WORTH)
    wanted = sorted({index[one] for one in request.classes})
    worths = None if voice.stopped() else worth_of_classes(explained, prices, options, voice.stopped, wanted)
    findings = ["提前停止：没有查明。"] if worths is None else worth_sentences(plan, worths)
    voice.begin(Part.WRITE)
    request.out_dir.mkdir(parents=True, exist_ok=True)
    path = request.out_dir / RECORD
    write_explanation_record(explained.problem, plan, Explanation(worths=worths), findings, path)
    voice.end()
    return [path], findings


def _measured(
    explained: Explained, plan: Plan, request: ExplainRequest, draft: Sequence[PlannedClass] | None,
    explanation: Explanation, findings: list[str], voice: ExplainVoice,
) -> Explanation:  # fmt: skip
    """The explanation with the parts that plan again; their sentences are added to ``findings``."""
    options = Options(seed=request.seed, threads=request.threads, effort=request.effort)
    voice.begin(Part.BASELINES)
    gains = compare_with_baselines(explained, draft, request.seed, voice.stopped)
    explanation = replace(explanation, gains=gains)
    findings += gain_sentences(gains)
    prices = _prices(explained, options, voice)
    if not voice.stopped():
        voice.begin(Part.WORTH)
        worths = worth_of_classes(explained, prices, options, voice.stopped)
        explanation = replace(explanation, worths=worths)
        findings += worth_sentences(plan, worths or ())
    if not voice.stopped():
        voice.begin(Part.TOWNSHIPS)
        townships = answers_for_townships(explained, prices, options, voice.stopped)
        explanation = replace(explanation, townships=townships)
    if not voice.stopped():
        voice.begin(Part.RULES)
        rules = price_rules(explained, prices, options, voice.stopped)
        explanation = replace(explanation, rules=rules)
        findings += price_sentences(rules or ())
    return explanation


def diagnose_requirements(request: ExplainRequest, voice: ExplainVoice) -> tuple[Answer, list[Path], list[str]]:
    """Find out whether the workbook's hard requirements can be met; where they were not, 无解说明.xlsx is written.

    Returns the answer, the files written and the findings in Chinese sentences.

    Raises
    ------
    BadInput
        The workbook cannot be read, or the folder cannot be written.
    """
    voice.begin(Part.READ)
    read = read_workbook(request.workbook)
    voice.begin(Part.CLASHES)
    options = Options(seed=request.seed, threads=request.threads, effort=request.effort)
    if is_wide(build_problem(read.instance)):
        raise PlannerError("多县工作簿请拆成各县的工作簿，分别查找互相冲突的硬性要求。")
    diagnosis = diagnose(read.instance, options, voice.stopped)
    findings = diagnosis_sentences(diagnosis)
    files: list[Path] = []
    if diagnosis.answer is not Answer.YES:
        voice.begin(Part.WRITE)
        value = lenient_value(diagnosis.problem, diagnosis.elastic)
        solution = Solution(diagnosis.elastic, value, math.inf, True, 0.0)
        elastic = assemble_plan(diagnosis.problem, solution, read.sha256, __version__, request.seed)
        request.out_dir.mkdir(parents=True, exist_ok=True)
        files.append(request.out_dir / DIAGNOSIS)
        write_diagnosis_workbook(diagnosis, elastic, files[0])
    voice.end()
    if voice.stopped():
        findings.append("提前停止：查明的只是停止前的部分。")
    return diagnosis.answer, files, findings


def _prices(plan: Explained, options: Options, voice: ExplainVoice) -> Prices | None:
    """Prices that guide the search; None for a plan small enough to be solved again exactly, or after a stop."""
    if voice.stopped() or count_options(plan.problem)[1] <= options.exact_heads:
        return None
    voice.begin(Part.PRICES)
    relaxation = Relaxation(plan.problem)
    evaluations = max(1, round(_EVALUATIONS * options.effort))
    with relaxation.on_threads(options.threads):
        found = prove_bound(relaxation, evaluations, on_progress=lambda _: voice.stopped())
    return found.prices


def _read(request: ExplainRequest) -> tuple[Instance, Plan, Explained]:
    """The workbook, the plan and both by index; the plan belongs to the workbook and keeps its rules."""
    read = read_workbook(request.workbook)
    instance = read.instance
    assert request.plan is not None
    record = read_record(request.plan)
    plan = record_to_plan(record, request.plan.name)
    if plan.input_sha256 != read.sha256:
        raise BadInput([Fault(
            request.plan.name, "", "", "方案不是由这份工作簿编制的（数据指纹不同）", plan.input_sha256[:8],
            read.sha256[:8], "请选用编制方案时的工作簿；改过预算、口径或需求的方案，选用它旁边的 input.xlsx",
        )])  # fmt: skip
    report = check_plan(instance, record)
    if report.violations:
        raise BadInput([Fault(request.plan.name, "", violation.where, violation.message, remedy="请用 solve 重新编制")
                        for violation in report.violations[:20]])  # fmt: skip
    problem = build_problem(instance)
    classes = tuple(classes_of(problem, plan.classes))
    value = plan_value(problem, classes)
    return instance, plan, Explained(problem, classes, value, max(plan.bound, value))
