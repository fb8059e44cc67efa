"""The verbs of the command line and their exit codes.

0 a plan was written (or everything is in order), 1 proved infeasible (or a plan breaks rules), 2 bad input,
3 stopped before any plan was found. ``--progress json`` speaks one JSON object per line, for programs.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner import __version__
from planner.cli.progress import JsonProgress, LineProgress
from planner.cli.stopping import stop_requests
from planner.errors import BadInput, Infeasible, NoPlanFound, PlannerError

if TYPE_CHECKING:
    from planner.cli.comparing import CompareProgress

EXIT_DONE, EXIT_INFEASIBLE, EXIT_BAD_INPUT, EXIT_NO_PLAN = 0, 1, 2, 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="planner")
def main() -> None:
    """职业技能培训开班计划：从需求表到开班计划表。"""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--out", "out_dir", type=click.Path(path_type=Path, file_okay=False), required=True, help="结果文件夹")
@click.option("--time-limit", type=click.FloatRange(min=1), default=600.0, show_default=True, help="最长用时（秒）")
@click.option("--gap", type=click.FloatRange(0, 1), default=0.002, show_default=True, help="离最优差距达到多少即停")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="随机种子；相同则方案相同")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="使用的处理器核数")
@click.option("--effort", type=click.FloatRange(0.001, 1000), default=1.0, show_default=True, help="搜索工作量倍数")
@click.option("--solver", default="HiGHS", show_default=True, help="整数规划求解器（PuLP 的名称）")
@click.option("--total-budget", type=click.FloatRange(min=0), help="资金总额（元）；各项资金按比例调整")
@click.option("--caution", type=click.FloatRange(0, 0.5, min_open=True), help="谨慎：未给定的就业率取该分位，如 0.2")
@click.option("--change", "changes", multiple=True, help="情景中的一项改变，如 农忙不禁、乡镇最低保障=10%；可多次")
@click.option("--no-timetable", is_flag=True, help="不排课表，只定到周")
@click.option("--progress", type=click.Choice(["line", "json", "none"]), default="line", show_default=True)
@click.option("--stop-file", type=click.Path(path_type=Path), help="该文件一出现，就停止并采用当前方案")
@click.option("--english", is_flag=True, help="Summary in English")
@click.option("--demand", multiple=True, type=click.Path(path_type=Path), help="乡镇报表，代替劳动力和需求；可多次")
@click.option("--choices", type=click.Path(path_type=Path), help="读取乡镇报表时已确认的选择（JSON）")
@click.option("--counts", type=click.Path(path_type=Path), help="inspect 写出的汇总表，代替劳动力和需求")
@click.option("--decisions", type=click.Path(path_type=Path), help="对原方案各班的决定：锁定、禁止（JSON）")
@click.option("--keep", type=click.Path(path_type=Path), help="原方案 plan.json：在差不多好的方案里改动最少")
@click.option("--keep-tolerance", type=click.FloatRange(0, 1), default=0.001, show_default=True, help="为此让出的得分")
@click.option("--facts", type=click.Path(path_type=Path, dir_okay=False), help="另写所规划的各周、资金、地点（JSON）")
def solve(
    workbook: Path, out_dir: Path, time_limit: float, gap: float, seed: int, threads: int, effort: float, solver: str,
    total_budget: float | None, caution: float | None, changes: tuple[str, ...], no_timetable: bool, progress: str,
    stop_file: Path | None, english: bool, demand: tuple[Path, ...], choices: Path | None, counts: Path | None,
    decisions: Path | None, keep: Path | None, keep_tolerance: float, facts: Path | None,
) -> None:
    """由需求工作簿 WORKBOOK 制定开班计划，写出 plan.xlsx、plan.json、calendar.ics。"""
    voice = JsonProgress() if progress == "json" else LineProgress(quiet=progress == "none")

    def work() -> int:
        from planner.cli.reading import chosen
        from planner.cli.solving import Keep, PlanRequest, make_plan
        from planner.engine.solve import Options
        from planner.export.record import read_record, record_to_plan
        from planner.replanning.decisions import read_decisions

        options = Options(gap, time_limit, seed, threads, effort, solver)
        if counts and demand:
            raise click.UsageError("--counts 与 --demand 只能用一个")
        request = PlanRequest(
            workbook, out_dir, options, total_budget, caution, demand, chosen(choices), counts, not no_timetable,
            Keep(record_to_plan(read_record(keep), keep.name), keep_tolerance) if keep else None,
            read_decisions(decisions) if decisions else (), decisions.name if decisions else "", changes=changes,
            facts=facts,
        )  # fmt: skip
        made = make_plan(request, voice.show, stop_requests(stop_file))
        voice.finish(made, english)
        return EXIT_DONE

    sys.exit(_with_exit_codes(work, voice))


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
def check(workbook: Path, plan: Path) -> None:
    """核对 PLAN（plan.json）是否符合 WORKBOOK 的全部规则；不用求解程序，另行推算。"""
    from planner.checker import check_plan, format_report
    from planner.export.record import read_record
    from planner.workbook.read import read_workbook

    def work() -> int:
        report = check_plan(read_workbook(workbook).instance, read_record(plan))
        click.echo(format_report(report))
        return EXIT_INFEASIBLE if report.violations else EXIT_DONE

    sys.exit(_with_exit_codes(work, LineProgress()))


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--out", "out_dir", type=click.Path(path_type=Path, file_okay=False), help="文书文件夹（默认在方案旁）")
@click.option("--only", multiple=True, type=click.Choice(["xlsx", "pdf", "ics", "csv"]), help="只写这种文书；可多次")
@click.option("--since", type=click.Path(path_type=Path, file_okay=False), help="已发文书的文件夹：日历写成对它的更新")
@click.option("--zip", "archive", type=click.Path(path_type=Path, dir_okay=False), help="另打成一个 zip，便于发送")
@click.option("--progress", type=click.Choice(["line", "json", "none"]), default="line", show_default=True)
def papers(
    workbook: Path, plan: Path, out_dir: Path | None, only: tuple[str, ...], since: Path | None,
    archive: Path | None, progress: str,
) -> None:
    """由 WORKBOOK 和 PLAN（plan.json）写出全部文书：给局里、机构、乡镇、班级、教师的表格、公文、日历和系统导入表。"""
    voice = JsonProgress() if progress == "json" else LineProgress(quiet=progress == "none")

    def work() -> int:
        from planner.cli.papers import PapersRequest, PlanRefused, make_papers
        from planner.export.all_papers import PaperKind

        request = PapersRequest(workbook, plan, out_dir, tuple(PaperKind(kind) for kind in only), since, archive)
        try:
            voice.papers(make_papers(request, voice))
        except PlanRefused as refused:
            voice.no_plan(str(refused))
            return EXIT_INFEASIBLE
        return EXIT_DONE

    sys.exit(_with_exit_codes(work, voice))


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--out", "out_dir", type=click.Path(path_type=Path, file_okay=False), required=True, help="结果文件夹")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="这一天之前的课已经上过，不再变动")
@click.option("--time-limit", type=click.FloatRange(min=1), default=300.0, show_default=True, help="最长用时（秒）")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="使用的处理器核数")
@click.option("--effort", type=click.FloatRange(0.001, 1000), default=1.0, show_default=True, help="工作量倍数")
@click.option("--progress", type=click.Choice(["line", "json", "none"]), default="line", show_default=True)
@click.option("--stop-file", type=click.Path(path_type=Path), help="该文件一出现，就停止并采用当前课表")
def timetable(
    workbook: Path, plan: Path, out_dir: Path, since: datetime | None, time_limit: float, threads: int, effort: float,
    progress: str, stop_file: Path | None,
) -> None:
    """教师、节假日等变动后，为 PLAN（plan.json）按 WORKBOOK 重排课表：已上的课不动，其余尽量少动，并说明改动。"""
    voice = JsonProgress() if progress == "json" else LineProgress(quiet=progress == "none")

    def work() -> int:
        from planner.cli.timetabling import NoLongerValid, TimetableRequest, place_again
        from planner.timetable.solve import Effort

        day = None if since is None else since.date()
        request = TimetableRequest(workbook, plan, out_dir, day, Effort(effort, threads, time_limit))
        try:
            voice.placed_again(place_again(request, voice.step, stop_requests(stop_file)))
        except NoLongerValid as refused:
            voice.no_plan(str(refused))
            return EXIT_INFEASIBLE
        return EXIT_DONE

    sys.exit(_with_exit_codes(work, voice))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="机器可读")
@click.option("--weeks", is_flag=True, help="附上每周农忙指数和工作日")
@click.option("--data", is_flag=True, help="附上规划所用的数据：人群、岗位、农时、资金、任务、默认值（随 --json）")
@click.option("--sheets", is_flag=True, help="附上各表的列和各行，供 edit 改动（随 --json）")
@click.option("--with-counts", type=click.Path(path_type=Path), help="inspect 写出的汇总表，代替劳动力和需求")
@click.option("--base", type=click.Path(path_type=Path), help="本县工作簿；FILES 是乡镇报表，与其中的名称对照")
@click.option("--choices", type=click.Path(path_type=Path), help="已确认的选择（JSON）")
@click.option("--questions", type=click.Path(path_type=Path, dir_okay=False), help="写出待确认的名称（JSON）")
@click.option("--list", "list_to", type=click.Path(path_type=Path, dir_okay=False), help="核对清单，.xlsx 或 .csv")
@click.option("--marked", type=click.Path(path_type=Path, file_okay=False), help="在原文件副本上批注，存入此文件夹")
@click.option("--counts", type=click.Path(path_type=Path, dir_okay=False), help="写出汇总表 .xlsx，供 solve --counts")
@click.option("--roster", type=click.Path(path_type=Path, dir_okay=False), help="写出人员明细 .csv，代码代替姓名证号")
@click.option("--tell-files", is_flag=True, help="读乡镇报表时逐个文件说明进度，每次一行")
@click.option("--find-base", is_flag=True, help="本县工作簿也在 FILES 里，由程序认出，其余的是乡镇报表")
@click.option("--workbooks", type=click.Path(path_type=Path, file_okay=False), help="存放压缩包里认出的本县工作簿")
def inspect(
    files: tuple[Path, ...], as_json: bool, weeks: bool, data: bool, sheets: bool, with_counts: Path | None,
    base: Path | None, choices: Path | None, questions: Path | None, list_to: Path | None, marked: Path | None,
    counts: Path | None, roster: Path | None, tell_files: bool, find_base: bool, workbooks: Path | None,
) -> None:
    """读入 FILES（规划工作簿，或乡镇摸底表、实名台账），说明读到了什么、用了哪些默认值、有哪些错误。"""
    from planner.cli.editing import read_planned
    from planner.cli.inspection import inspection, inspection_lines
    from planner.cli.overview import overview
    from planner.cli.reading import ReadingRequest, chosen, files_told, inspect_reading, reading_wanted, told_apart
    from planner.cli.sheets import sheets_told

    voice = JsonProgress() if as_json else LineProgress()
    also: dict[str, object] = {}

    def work() -> int:
        if find_base and base:
            raise click.UsageError("--find-base 与 --base 只能用一个")
        if not find_base and not reading_wanted(files, base):
            return look_at(files[0])
        request = ReadingRequest(
            files, base, chosen(choices), questions, list_to, marked, counts, roster, find_base, workbooks
        )  # fmt: skip
        with told_apart(request, voice.files if tell_files else lambda files: None) as told:
            if told.only_a_workbook is None:
                return inspect_reading(told, as_json)
            also["files"] = files_told(told.watch)
            return look_at(told.only_a_workbook)

    def look_at(workbook: Path) -> int:
        read = read_planned(workbook, with_counts, keep_tables=sheets)
        found = inspection(read, weeks) | ({"data": overview(read)} if data else {}) | also
        if sheets:
            found["sheets"] = sheets_told(read, {}, counted=with_counts is not None)
        click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(inspection_lines(found)))
        return EXIT_DONE

    if not as_json:
        sys.exit(_with_exit_codes(work, voice))
    try:
        sys.exit(work())
    except BadInput as error:
        faults = [asdict(fault) for fault in error.faults]
        click.echo(json.dumps({"ok": False, "faults": faults} | also, ensure_ascii=False))
        sys.exit(EXIT_BAD_INPUT)


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.argument("edits", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="改动后的副本，.xlsx")
@click.option("--with-counts", type=click.Path(path_type=Path), help="inspect 写出的汇总表，代替劳动力和需求")
@click.option("--json", "as_json", is_flag=True, help="机器可读，附上改动后的数据")
@click.option("--sheets", is_flag=True, help="附上各表的列和改动后的各行（随 --json）")
def edit(
    workbook: Path, edits: Path, out: Path, with_counts: Path | None, as_json: bool, sheets: bool
) -> None:
    """按 EDITS（JSON 改动清单）改 WORKBOOK 的单元格、增删行，写成副本并核对；原文件不动，格式照旧。"""
    from planner.cli.editing import EditRequest, EditsRefused, edit_lines, edit_workbook, read_edits

    voice = JsonProgress() if as_json else LineProgress()

    def work() -> int:
        made = edit_workbook(EditRequest(workbook, read_edits(edits), out, with_counts, sheets))
        click.echo(json.dumps(made, ensure_ascii=False) if as_json else "\n".join(edit_lines(made)))
        return EXIT_DONE

    try:
        sys.exit(work() if as_json else _with_exit_codes(work, voice))
    except EditsRefused as refused:
        if as_json:
            click.echo(json.dumps(refused.as_json(), ensure_ascii=False))
        else:
            voice.faults(tuple(fault for fault, _ in refused.faults))
    except BadInput as error:
        click.echo(json.dumps({"ok": False, "faults": [asdict(f) for f in error.faults]}, ensure_ascii=False))
    sys.exit(EXIT_BAD_INPUT)


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="抽取就业率的随机种子")
@click.option("--json", "as_json", is_flag=True, help="机器可读")
def evaluate(workbook: Path, plan: Path, seed: int, as_json: bool) -> None:
    """按 WORKBOOK 评价 PLAN（plan.json、plan.xlsx 或自拟草案）：毛就业、净增，及就业率变动时的范围。"""
    from planner.cli.evaluating import evaluated

    def work() -> int:
        figures, lines = evaluated(workbook, plan, seed)
        click.echo(json.dumps(figures, ensure_ascii=False) if as_json else "\n".join(lines))
        return EXIT_DONE

    sys.exit(_with_exit_codes(work, LineProgress()))


@main.command()
@click.argument("workbook", required=False, type=click.Path(path_type=Path))
@click.argument("scenarios", required=False, type=click.Path(path_type=Path))
@click.option("--out", "out_dir", type=click.Path(path_type=Path, file_okay=False), help="结果文件夹")
@click.option("--template", type=click.Path(path_type=Path, dir_okay=False), help="只写出情景文件模板 .xlsx")
@click.option("--budget-curve", is_flag=True, help="预算曲线：不同资金水平各能带来多少就业")
@click.option("--levels", default="", help="曲线的资金水平（工作簿的百分比），如 50,75,100；默认 50 至 150")
@click.option("--nested", is_flag=True, help="另做逐级追加：资金少时开的班，资金多时都保留")
@click.option("--add", multiple=True, help="在已批准方案上追加这么多元；可多次")
@click.option("--approved", type=click.Path(path_type=Path), help="已批准的方案（plan.json、plan.xlsx）；默认本次基准")
@click.option("--jobs", multiple=True, type=click.IntRange(min=1), help="得分达到这个数最少要多少资金；可多次")
@click.option("--heads", multiple=True, type=click.IntRange(min=1), help="培训这么多人最少要多少资金；可多次")
@click.option("--front", multiple=True, type=click.Choice(["heads", "fairness", "farming"]),
              help="两个目标的权衡：就业与人数、与最少乡镇的参训比例、与农忙；可多次")
@click.option("--robust", is_flag=True, help="年景变动：就业率、到课率、岗位变动时方案还值多少")
@click.option("--cautious", type=float, help="谨慎方案：年景偏低（如 0.1 = 最差的一成之上）时得分最高的方案")
@click.option("--shocks", is_flag=True, help="冲击检验：方案在各种冲击中还剩多少，哪份方案最稳妥")
@click.option("--alternatives", type=int, help="相近方案：最多几份（1 至 5）得分相差 1% 以内的不同方案")
@click.option("--draws", type=int, help="抽取年景的次数；默认 2000")
@click.option("--turnout", help="报名的人到课的比例，十次有八次在此范围；默认 0.86-0.94")
@click.option("--orders-fall", type=float, help="全部岗位最多减少多少；默认 0.25")
@click.option("--lapse", type=float, help="每条岗位全部落空的可能；默认 0.05")
@click.option("--time-limit", type=click.FloatRange(min=1), help="每次求解最长用时（秒）；默认不限，按工作量结束")
@click.option("--gap", type=click.FloatRange(0, 1), default=0.002, show_default=True, help="离最优差距达到多少即停")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="随机种子；相同则结果相同")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="使用的处理器核数")
@click.option("--effort", type=click.FloatRange(0.001, 1000), default=1.0, show_default=True, help="搜索工作量倍数")
@click.option("--progress", type=click.Choice(["line", "json", "none"]), default="line", show_default=True)
@click.option("--stop-file", type=click.Path(path_type=Path), help="该文件一出现，就停止并写出已测算的部分")
def compare(
    workbook: Path | None, scenarios: Path | None, out_dir: Path | None, template: Path | None, budget_curve: bool,
    levels: str, nested: bool, add: tuple[str, ...], approved: Path | None, jobs: tuple[int, ...],
    heads: tuple[int, ...], front: tuple[str, ...], robust: bool, cautious: float | None, shocks: bool,
    alternatives: int | None, draws: int | None, turnout: str | None, orders_fall: float | None, lapse: float | None,
    time_limit: float | None, gap: float, seed: int, threads: int, effort: float, progress: str,
    stop_file: Path | None,
) -> None:
    """把 WORKBOOK 与情景文件 SCENARIOS 中的各情景并列比较，回答资金多少能带来什么；写出情景对比表.xlsx。"""
    from planner.cli.comparing import CompareProgress, CompareRequest, compare_or_template, money_questions
    from planner.cli.comparing_robust import robust_questions
    from planner.engine.solve import Options

    voice = CompareProgress(progress)

    def work() -> int:
        asked = money_questions(budget_curve, levels, nested, add, jobs, heads, front)
        options = Options(gap, time_limit, seed, threads, effort)
        uncertain = robust_questions(
            robust, cautious, shocks, alternatives, draws, turnout, orders_fall, lapse, seed
        )
        request = CompareRequest(workbook, scenarios, out_dir, options, asked, approved, uncertain)
        voice.finish(compare_or_template(request, template, voice, stop_requests(stop_file)))
        return EXIT_DONE

    sys.exit(_with_exit_codes(work, voice))


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("earlier", type=click.Path(path_type=Path))
@click.option("--out", "out_dir", type=click.Path(path_type=Path, file_okay=False), required=True, help="结果文件夹")
@click.option("--progress", type=click.Choice(["line", "json", "none"]), default="line", show_default=True)
def difference(workbook: Path, plan: Path, earlier: Path, out_dir: Path, progress: str) -> None:
    """说明由 WORKBOOK 编制的 PLAN 与原方案 EARLIER（plan.json）的差别，写出 方案变动表.xlsx 和 difference.json。"""
    from planner.cli.comparing import CompareProgress
    from planner.cli.differing import tell_difference

    voice = CompareProgress(progress)

    def work() -> int:
        files, sentence = tell_difference(workbook, plan, earlier, out_dir)
        voice.done("差别", sentence)
        voice.finish(files)
        return EXIT_DONE

    sys.exit(_with_exit_codes(work, voice))


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.argument("plan", required=False, type=click.Path(path_type=Path))
@click.option("--out", "out_dir", type=click.Path(path_type=Path, file_okay=False), required=True, help="结果文件夹")
@click.option("--draft", type=click.Path(path_type=Path), help="原草案或上年方案（plan.json，或 plan.xlsx 样式的表）")
@click.option("--against", type=click.Path(path_type=Path), help="原方案（plan.json）；说明本方案与它的差别")
@click.option("--class", "classes", multiple=True, help="只查明这个班（班级编号）的作用；可多次；只写 explain.json")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="抽取就业率和重排的随机种子")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="使用的处理器核数")
@click.option("--effort", type=click.FloatRange(0.001, 1000), default=1.0, show_default=True, help="重排工作量倍数")
@click.option("--progress", type=click.Choice(["line", "json", "none"]), default="line", show_default=True)
@click.option("--stop-file", type=click.Path(path_type=Path), help="该文件一出现，就停止并写出已算完的部分")
def explain(
    workbook: Path, plan: Path | None, out_dir: Path, draft: Path | None, against: Path | None,
    classes: tuple[str, ...], seed: int, threads: int, effort: float, progress: str, stop_file: Path | None,
) -> None:
    """说明由 WORKBOOK 编制的 PLAN 为什么是这样，写出 方案说明.xlsx、explain.json；不给 PLAN 则查明硬性要求有无冲突。"""
    voice = JsonProgress() if progress == "json" else LineProgress(quiet=progress == "none")

    def work() -> int:
        from planner.cli.explaining import ExplainRequest, ExplainVoice, diagnose_requirements, explain_plan
        from planner.explanations.requirements import Answer

        request = ExplainRequest(workbook, plan, out_dir, draft, against, seed, threads, effort, classes)
        said = ExplainVoice(progress, stop_requests(stop_file))
        if plan is None:
            answer, files, findings = diagnose_requirements(request, said)
            exits = {Answer.YES: EXIT_DONE, Answer.NO: EXIT_INFEASIBLE, Answer.UNKNOWN: EXIT_NO_PLAN}
            voice.explained(files, findings, exits[answer])
            return exits[answer]
        files, findings = explain_plan(request, said)
        voice.explained(files, findings, EXIT_DONE)
        return EXIT_DONE

    sys.exit(_with_exit_codes(work, voice))


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.argument("ledger", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="写出的工作簿 .xlsx")
@click.option("--quality", is_flag=True, help="把推算的机构质量系数写入空着的格")
def learn(workbook: Path, ledger: Path, out: Path, quality: bool) -> None:
    """把培训台账 LEDGER（培训人数、合格、1/3/6 月就业）载入 WORKBOOK 的“历史”，说明哪些就业率因此改变。"""
    from planner.cli.learning import learn as learn_results

    def work() -> int:
        click.echo("\n".join(learn_results(workbook, ledger, out, write_quality=quality)))
        return EXIT_DONE

    sys.exit(_with_exit_codes(work, LineProgress()))


@main.command()
@click.option("--progress", type=click.Choice(["line", "json", "none"]), default="line", show_default=True)
def prepare(progress: str) -> None:
    """预先编译求解程序（每台计算机一次，约半分钟），省得第一次制定方案时等。"""
    from planner.cli.preparing import prepare as compile_ahead
    from planner.engine.solve import Stage

    voice = JsonProgress() if progress == "json" else LineProgress(quiet=progress == "none")

    def work() -> int:
        seconds = compile_ahead(lambda: voice.step(Stage.COMPILE, 0.0))
        if progress == "line":
            done = "求解程序已经编译好，不用再编译"
            click.echo(done if seconds is None else f"已编译求解程序，用时 {seconds:.0f} 秒")
        return EXIT_DONE

    sys.exit(_with_exit_codes(work, voice))


@main.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--example", is_flag=True, help="各表填上示例行（虚构），照着改")
def template(out: Path, example: bool) -> None:
    """写出填报模板 OUT.xlsx：下拉选项、输入提示、示例和填写说明。"""
    from planner.workbook.template import write_template

    write_template(out, with_examples=example)
    click.echo(f"已写出填报模板：{out}")


@main.command()
@click.option("--size", type=click.Choice(["demo", "county", "large-county", "prefecture"]), required=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def generate(size: str, seed: int, out: Path) -> None:
    """生成虚构的示例工作簿 OUT.xlsx（规模：demo、county、large-county、prefecture）。"""
    from planner.generate import generate_workbook

    generate_workbook(size, seed, out)
    click.echo(f"已写出示例工作簿：{out}")


def _with_exit_codes(work: Callable[[], int], voice: LineProgress | JsonProgress | CompareProgress) -> int:
    """Run a verb and turn the planner's errors into messages and exit codes."""
    try:
        return work()
    except BadInput as error:
        voice.faults(error.faults)
        return EXIT_BAD_INPUT
    except Infeasible as error:
        voice.infeasible(error.clashes)
        return EXIT_INFEASIBLE
    except NoPlanFound as error:
        voice.no_plan(str(error))
        return EXIT_NO_PLAN
    except PlannerError as error:
        voice.no_plan(str(error))
        return EXIT_BAD_INPUT
    except OSError as error:
        voice.no_plan(_disk_sentence(error))
        return EXIT_BAD_INPUT


def _disk_sentence(error: OSError) -> str:
    free = shutil.disk_usage(Path.cwd()).free // 2**20
    place = error.filename or "位置不明"
    return f"读写文件失败：{error.strerror or error}（{place}）。请检查路径、权限和磁盘空间（剩余 {free} MB）。"
