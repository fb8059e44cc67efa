"""The ``compare`` verb: the base and its scenarios side by side, and what more or less money buys."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from planner import __version__
from planner.checker import check_plan
from planner.cli.comparing_robust import RobustQuestions, answer_robust, check_robust
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.engine.assemble import assemble_plan
from planner.engine.jobs import penalties, place_jobs
from planner.engine.money import plan_is_payable
from planner.engine.solve import Options, Progress, Solution
from planner.errors import BadInput, Fault, Infeasible, NoPlanFound
from planner.evaluation.draft import read_draft
from planner.evaluation.outlook import class_heads, who_cannot_come
from planner.export.compare_record import COMPARE_RECORD, write_comparison_record
from planner.export.comparison import COMPARISON_FILE, Comparison, write_comparison
from planner.export.comparison_money import MoneyStudy, curve_sentences, least_sentence, percent_words, wanted_words
from planner.export.documents.comparison import COMPARISON_PDF, write_comparison_pdf
from planner.export.record import plan_to_record, write_record
from planner.export.wording import gap_percent, rounded_up
from planner.model.problem import build_problem
from planner.scenarios.additions import Addition, add_money
from planner.scenarios.compare import difference
from planner.scenarios.curve import DEFAULT_SHARES, Sweep, budget_curve
from planner.scenarios.front import Aim, trace_front
from planner.scenarios.least import LeastMoney, Wanted, counting_sweep, least_money
from planner.scenarios.nested import nested_curve
from planner.scenarios.scenario import BASE_NAME, Scenario
from planner.scenarios.sheet import read_scenarios, write_scenario_template
from planner.scenarios.solving import Outcome, Solved, Work, plan_scenario
from planner.workbook.cells import normalised
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables

PLANNED_INPUT = "input.xlsx"
AIMS = {"heads": Aim.HEADS, "fairness": Aim.FAIRNESS, "farming": Aim.FARMING}
"""Second aims by their words on the command line."""
_LINE_SECONDS, _JSON_SECONDS = 10.0, 0.5


@dataclass(frozen=True, slots=True)
class MoneyQuestions:
    """What is asked: shares of the curve (none: no curve), whether nested, amounts in cents, numbers, second aims."""

    shares: tuple[Fraction, ...] = ()
    nested: bool = False
    added_cents: tuple[int, ...] = ()
    jobs: tuple[int, ...] = ()
    persons: tuple[int, ...] = ()
    aims: tuple[Aim, ...] = ()


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """What to compare, where to write, how hard to try; what was not given is ``None``."""

    workbook: Path | None
    scenarios: Path | None
    out_dir: Path | None
    options: Options
    money: MoneyQuestions = MoneyQuestions()
    approved: Path | None = None
    robust: RobustQuestions = RobustQuestions()


class CompareProgress:
    """Says what is being planned and where it stands: a line now and then, or JSON objects."""

    def __init__(self, form: str) -> None:
        self._form = form
        self._shown = -1e9
        self._named = ""

    def show(self, name: str, progress: Progress) -> None:
        """Show where the solve of what is named stands; a new name is shown at once."""
        pause = _JSON_SECONDS if self._form == "json" else _LINE_SECONDS
        if self._form == "none" or (name == self._named and time.monotonic() - self._shown < pause):
            return
        self._shown, self._named = time.monotonic(), name
        if self._form == "json":
            self._say(event="progress", task=name, stage=str(progress.stage), seconds=round(progress.seconds, 2),
                      value=progress.value, bound=progress.bound, gap=progress.gap)
            return
        text = f"[{name}　{progress.seconds:5.1f} 秒] {progress.stage}"
        if progress.value is not None:
            text += f"　已找到 {progress.value:,.1f}"
        if progress.bound is not None:
            text += f"　上限 {progress.bound:,.1f}"
        print(text, file=sys.stderr, flush=True)

    def done(self, name: str, sentence: str, **figures: Any) -> None:
        """Tell the result of one task."""
        if self._form == "json":
            self._say(event="result", task=name, sentence=sentence, **figures)
        else:
            print(f"{name}：{sentence}", flush=True)

    def finish(self, files: Sequence[Path]) -> None:
        """Name the files written."""
        if self._form == "json":
            self._say(event="done", exit=0, files=[str(file) for file in files])
        else:
            print("\n".join(f"文件：{file}" for file in files))

    def faults(self, faults: Sequence[Fault]) -> None:
        """List every fault of the input."""
        if self._form == "json":
            self._say(event="faults", faults=[asdict(fault) for fault in faults])
        else:
            from planner.cli.progress import LineProgress

            LineProgress(quiet=True).faults(faults)

    def infeasible(self, clashes: Sequence[str]) -> None:
        """Name the requirements that cannot be met."""
        if self._form == "json":
            self._say(event="infeasible", clashes=list(clashes))
        else:
            from planner.cli.progress import LineProgress

            LineProgress(quiet=True).infeasible(clashes)

    def no_plan(self, sentence: str) -> None:
        """Say why there is no plan."""
        if self._form == "json":
            self._say(event="no_plan", sentence=sentence)
        else:
            print(sentence, file=sys.stderr)

    @staticmethod
    def _say(**fields: object) -> None:
        print(json.dumps(fields, ensure_ascii=False), flush=True)


def compare_or_template(
    request: CompareRequest, template: Path | None, voice: CompareProgress, stopped: Callable[[], bool]
) -> tuple[Path, ...]:
    """Write the template of scenarios, or compare; returns the files written.

    Raises
    ------
    BadInput, Infeasible, NoPlanFound
        As :func:`compare`; also when neither workbook and folder nor a template was named.
    """
    if template is not None:
        write_scenario_template(template)
        return (template,)
    given = (request.workbook, "工作簿"), (request.out_dir, "结果文件夹 --out")
    missing = [words for value, words in given if value is None]
    if request.workbook is None or request.out_dir is None:
        raise BadInput([_unasked(f"没有给出{'、'.join(missing)}")])
    return compare(request, request.workbook, request.out_dir, voice, stopped)


def _unasked(problem: str) -> Fault:
    allowed = "planner compare 工作簿.xlsx 情景.xlsx --out 文件夹"
    return Fault("compare", "", "", problem, "", allowed,
                 "情景文件的模板用 --template 情景.xlsx 生成；只问资金可用 --budget-curve、--add、--jobs、--heads；"
                 "只问把握可用 --robust、--cautious、--shocks、--alternatives")


def compare(
    request: CompareRequest, workbook: Path, out_dir: Path, voice: CompareProgress, stopped: Callable[[], bool]
) -> tuple[Path, ...]:
    """Plan, check and write everything that was asked; returns the files written.

    Raises
    ------
    BadInput
        A file cannot be read, or holds faults.
    Infeasible, NoPlanFound
        The base itself has no plan.
    """
    read = read_workbook(workbook)
    scenarios = () if request.scenarios is None else read_scenarios(request.scenarios, read.instance)
    work = Work(request.options, voice.show, stopped)
    _check_questions(request, scenarios)
    check_robust(request.robust, read.instance, scenarios)
    base = plan_scenario(Scenario(BASE_NAME), read.instance, read.sha256, work, _before(request, read.instance))
    if base.plan is None or base.solved is None:
        raise Infeasible(base.clashes) if base.clashes else NoPlanFound(base.failure)
    approved = _approved(request, read.instance, base, read.sha256)
    out_dir.mkdir(parents=True, exist_ok=True)
    files = [_write_plan(base.plan, out_dir / BASE_NAME)]
    _tell(voice, base, base)
    outcomes = []
    for scenario in scenarios:
        if stopped():
            break
        outcome, written = _plan_changed(scenario, read.instance, out_dir, work, base.solved)
        outcomes.append(outcome)
        files += written
        _tell(voice, outcome, base)
    money = _answer(request.money, read.instance, base, approved, read.sha256, work, voice)
    files += _write_levels(money, out_dir)
    robust = answer_robust(request.robust, base, scenarios, work, voice.done)
    files += [_write_plan(plan, out_dir / folder) for folder, plan in robust.plans()]
    comparison = Comparison(base, tuple(outcomes), money, read.sha256, __version__, request.options.seed, stopped(),
                            robust)
    write_comparison(comparison, out_dir / COMPARISON_FILE)
    write_comparison_pdf(comparison, out_dir / COMPARISON_PDF)
    write_comparison_record(comparison, out_dir / COMPARE_RECORD)
    return (out_dir / COMPARISON_FILE, out_dir / COMPARISON_PDF, out_dir / COMPARE_RECORD, *files)


def _check_questions(request: CompareRequest, scenarios: Sequence[Scenario]) -> None:
    money = request.money
    about_money = money.shares or money.added_cents or money.jobs or money.persons or money.aims
    if not scenarios and not about_money and not request.robust.is_asked:
        raise BadInput([_unasked("没有可比较的内容")])


def money_questions(
    curve: bool, levels: str, nested: bool, add: Sequence[str], jobs: tuple[int, ...], persons: tuple[int, ...],
    fronts: Sequence[str],
) -> MoneyQuestions:
    """What the options ask; ``--levels`` and ``--nested`` ask for the curve, too.

    Raises
    ------
    BadInput
        A level or an amount cannot be read.
    """
    shares = shares_of(levels) if curve or levels or nested else ()
    return MoneyQuestions(shares, nested, tuple(cents_of(amount) for amount in add), jobs, persons,
                          tuple(AIMS[front] for front in dict.fromkeys(fronts)))


def cents_of(text: str) -> int:
    """Read an amount of money such as ``500000``, ``500,000.50`` or ``50万``, in cents.

    Raises
    ------
    BadInput
        It is no positive amount of whole cents.
    """
    digits = normalised(text).replace(",", "").removesuffix("元")
    units = 1_000_000 if digits.endswith("万") else 100
    try:
        cents = Fraction(digits.removesuffix("万")) * units
    except (ValueError, ZeroDivisionError):
        cents = Fraction(0)
    if cents <= 0 or cents.denominator != 1 or cents > 10**14:
        allowed = "大于 0 的金额（元，最多两位小数），如 500000 或 50万"
        raise BadInput([Fault("--add", "", "", "追加的金额写法不对", text, allowed, "改正金额")])
    return int(cents)


def _plan_changed(
    scenario: Scenario, instance: Instance, out_dir: Path, work: Work, base: Solved
) -> tuple[Outcome, list[Path]]:
    """Plan a scenario from a workbook written for it, so that its plan can be checked against a file."""
    folder = out_dir / scenario.name
    folder.mkdir(parents=True, exist_ok=True)
    changed = scenario.apply(instance)
    write_tables(folder / PLANNED_INPUT, tables_of(changed))
    again = read_workbook(folder / PLANNED_INPUT)
    planned = replace(again.instance, assumptions=changed.assumptions)
    outcome = plan_scenario(scenario, planned, again.sha256, work, base)
    files = [folder / PLANNED_INPUT]
    if outcome.plan is not None:
        files.append(_write_plan(outcome.plan, folder))
    return outcome, files


def _write_plan(plan: Plan, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_record(plan, folder / "plan.json")
    return folder / "plan.json"


def _before(request: CompareRequest, instance: Instance) -> Solved | None:
    """The approved plan as the start of the base, which then yields no less; what is wrong with it is told later."""
    if request.approved is None:
        return None
    classes, problem = read_draft(request.approved, instance), build_problem(instance)
    if who_cannot_come(problem, classes):
        return None
    return Solved(problem, Solution(tuple(class_heads(problem, classes)), 0.0, math.inf, True, 0.0))


def _approved(request: CompareRequest, instance: Instance, base: Outcome, input_sha256: str) -> tuple[Solved, Plan]:
    """The approved plan: the one given, which must keep every rule, or the base's own."""
    if base.solved is None or base.plan is None:
        raise ValueError("the base has no plan")
    if request.approved is None:
        return base.solved, base.plan
    classes = read_draft(request.approved, instance)
    problem, file = base.solved.problem, request.approved.name
    unable = who_cannot_come(problem, classes)
    remedy = "先用 planner evaluate、planner check 核对，改正后再比较"
    if unable:
        raise BadInput([Fault(file, "", "", words, remedy=remedy) for words in unable])
    indices = tuple(class_heads(problem, classes))
    if not plan_is_payable(problem, indices):
        raise BadInput([Fault(file, "", "", "这份方案的费用超过工作簿的资金", remedy=remedy)])
    jobs, (_, short) = place_jobs(problem, indices), penalties(problem, indices)
    soft = np.isfinite(problem.target_penalty)
    value = jobs.linked + problem.unlinked_factor * jobs.unlinked - float(problem.target_penalty[soft] @ short[soft])
    solution = Solution(indices, value, max(base.plan.bound, value), False, 0.0, base.solved.solution.prices)
    plan = assemble_plan(problem, solution, input_sha256, __version__, request.options.seed)
    broken = check_plan(instance, plan_to_record(plan)).violations
    if broken:
        problems = [f"这份方案不符合规则：{one.where}：{one.message}" for one in broken]
        raise BadInput([Fault(file, "", "", words, remedy=remedy) for words in problems])
    return Solved(problem, solution), plan


def _answer(
    asked: MoneyQuestions, instance: Instance, base: Outcome, approved: tuple[Solved, Plan], input_sha256: str,
    work: Work, voice: CompareProgress,
) -> MoneyStudy:
    """Answer what was asked about money, as far as the user does not stop it."""
    if base.solved is None:
        return MoneyStudy()
    sweep = Sweep(instance, base.solved, input_sha256, work, max(2, len(asked.shares)))
    curve = nested = None
    if asked.shares and not work.stopped():
        curve = budget_curve(sweep, asked.shares)
        if asked.nested and not work.stopped():
            nested = nested_curve(instance, curve, input_sha256, work)
            curve = nested.free
        for sentence in curve_sentences(curve)[2:]:
            voice.done("预算曲线", sentence)
    additions = []
    for cents in asked.added_cents:
        if work.stopped():
            break
        additions.append(add_money(instance, *approved, cents, input_sha256, work))
        _tell_addition(voice, additions[-1])
    least: list[LeastMoney] = []
    for number in asked.jobs:
        if not work.stopped():
            least.append(least_money(sweep, Wanted.VALUE, number))
    if asked.persons and not work.stopped():
        counting = counting_sweep(instance, base.solved, input_sha256, work)
        least += [least_money(counting, Wanted.PERSONS, number) for number in asked.persons if not work.stopped()]
    for answer in least:
        voice.done("最少资金", f"{wanted_words(answer)}：{least_sentence(answer)}")
    fronts = []
    for aim in asked.aims:
        if base.plan is not None and not work.stopped():
            fronts.append(trace_front(aim, instance, base.solved, base.plan, input_sha256, work))
            voice.done(f"权衡（{aim.value}）", f"{len(fronts[-1].points) - 1} 个点")
    return MoneyStudy(curve, nested, tuple(additions), tuple(least), tuple(fronts), _approved_words(approved[1], base))


def _approved_words(approved: Plan, base: Outcome) -> str:
    source = "本次基准方案" if approved is base.plan else "指定的方案"
    persons = sum(one.size for one in approved.classes)
    return f"已批准的方案为{source}：{len(approved.classes)} 个班、{persons:,} 人、得分 {approved.value:,.1f}"


def _write_levels(money: MoneyStudy, out_dir: Path) -> list[Path]:
    """Write the plan behind every row of the money sheets."""
    plans: list[tuple[Path, Plan | None]] = []
    for level in () if money.curve is None else money.curve.levels:
        plans.append((Path("预算曲线", percent_words(level.share)), level.plan))
    for step in () if money.nested is None else money.nested.levels:
        plans.append((Path("逐级追加", percent_words(step.share)), step.plan))
    for one in money.additions:
        folder = Path("追加资金", f"{one.added_cents / 100:.10g}元")
        plans += [(folder / "保留已批准班次", one.kept), (folder / "自由安排", one.free)]
    for answer in money.least:
        plans.append((Path("最少资金", f"{answer.wanted.value}{answer.number}"), answer.plan))
    for front in money.fronts:
        plans += [(Path("权衡", front.aim.value, str(number)), point.plan)
                  for number, point in enumerate(front.points) if number]
    return [_write_plan(plan, out_dir / folder) for folder, plan in plans if plan is not None]


def _tell(voice: CompareProgress, outcome: Outcome, base: Outcome) -> None:
    name, plan = outcome.scenario.name, outcome.plan
    if plan is None:
        voice.done(name, "；".join((outcome.failure, *outcome.clashes)), seconds=round(outcome.seconds, 2))
        return
    words = f"{len(plan.classes)} 个班，{sum(one.size for one in plan.classes):,} 人，得分 {plan.value:,.1f}，上限 " \
            f"{rounded_up(plan.bound)}，差距不超过 {gap_percent(plan.gap) or '未证明'}"
    found = None if outcome is base else difference(outcome, base)
    if found is not None:
        words += f"；{found.sentence}"
    voice.done(name, f"{words}（用时 {outcome.seconds:.0f} 秒）", value=plan.value, bound=plan.bound,
               seconds=round(outcome.seconds, 2))


def _tell_addition(voice: CompareProgress, one: Addition) -> None:
    name = f"追加 {one.added_cents / 1_000_000:g} 万元"
    if one.kept is None:
        voice.done(name, one.failure)
        return
    free = "" if one.free is None else f"；自由安排得分 {one.free.value:,.1f}（上限 {rounded_up(one.free.bound)}）"
    voice.done(name, f"保留已批准班次，新开 {one.new_classes} 个班，得分 {one.kept.value:,.1f}"
                     f"（上限 {rounded_up(one.kept.bound)}）{free}")


def shares_of(text: str) -> tuple[Fraction, ...]:
    """Read levels such as ``50,75,100,150`` (per cent of the workbook's money); empty text means the default.

    Raises
    ------
    BadInput
        An entry is no number from 0 to 400.
    """
    if not text:
        return DEFAULT_SHARES
    shares = []
    for part in text.replace("，", ",").replace("、", ",").split(","):
        try:
            share = Fraction(part.strip().removesuffix("%")) / 100
        except (ValueError, ZeroDivisionError):
            share = Fraction(-1)
        if not 0 <= share <= 4:
            raise BadInput([Fault("--levels", "", "", "资金水平写法不对", part.strip(), "0 到 400 的百分数，用逗号分隔",
                                  "例如 50,75,100,125,150")])
        shares.append(share)
    return tuple(sorted(set(shares)))
