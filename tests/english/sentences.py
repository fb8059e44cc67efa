"""What the test of the English sentences listens to, and what is set apart, each with its reason."""

from __future__ import annotations

import csv
from enum import StrEnum
from pathlib import Path

from planner.checker import RULES
from planner.domain import instance as domain
from planner.scenarios.changes import KINDS
from planner.scenarios.sheet import BASE_NAME, SCENARIO_SHEET
from planner.workbook import schema
from planner.workbook.references import DEFAULT_PROVIDER
from tests.english.spoken import CHINESE

_HERE = Path(__file__).parent

SPEAKING: dict[str, tuple[str, ...]] = {
    "workbook/cells.py": (),
    "workbook/checks.py": (),
    "workbook/references.py": (),
    "workbook/settings.py": (),
    "workbook/tables.py": (),
    "workbook/read.py": (),
    "workbook/edits.py": (),
    "workbook/edited_file.py": (),
    "workbook/sources.py": (),
    "workbook/assemble.py": (),
    "workbook/assumptions.py": (),
    "conversion/caution.py": (),
    "domain/budget.py": (),
    "reading/files/delimited.py": (),
    "reading/files/open.py": (),
    "reading/files/prescan.py": (),
    "reading/files/recognise.py": (),
    "reading/files/unpack.py": (),
    "reading/plausibility/doubt.py": (),
    "reading/plausibility/of_instance.py": (),
    "reading/process.py": (),
    "reading/counted.py": (),
    "reading/words/memory.py": (),
    "reading/report.py": ("__str__", "faults"),
    "engine/feasibility.py": (),
    "engine/reasons.py": (),
    "engine/solve.py": ("found_classes",),
    "timetable/rules.py": (),
    "timetable/solve.py": (),
    "timetable/wording.py": (),
    "replanning/decisions.py": (),
    "scenarios/changes.py": ("_total_money", "_sized", "_fewer_vacancies"),
    "scenarios/sheet.py": ("_table", "_subject", "_value", "_check_name", "_check_number"),
    "export/record.py": (),
    "export/files.py": (),
    "evaluation/draft.py": (),
    "evaluation/outlook.py": (),
    "explanations/unserved.py": ("change_words", "_travel_words", "_way_words", "_needs"),
    "explanations/difference.py": (),
    "explanations/rules.py": (),
    "explanations/valuer.py": (),
    "explanations/words.py": (),
    "explanations/planned.py": (),
    "explanations/baselines/comparison.py": (),
    "explanations/baselines/draft.py": (),
    "explanations/baselines/ranking.py": (),
    "explanations/baselines/even_split.py": (),
    "export/explanation_baselines.py": ("_sentence",),
    "export/explanation_difference.py": ("difference_sentences", "_signed", "_signed_yuan"),
    "export/explanation_rules.py": ("price_words", "price_sentences"),
    "export/explanation_unserved.py": ("reason_sentences",),
    "export/explanation_worth.py": ("worth_sentences",),
    "cli/papers.py": ("check_same_workbook",),
    "cli/differing.py": (),
    "cli/editing.py": ("read_edits",),
    "cli/comparing.py": ("cents_of", "_approved", "shares_of"),
    "cli/comparing_robust.py": ("check_robust",),
    "cli/explaining.py": ("explain_plan", "_explain_classes", "_read"),
    "cli/solving.py": ("_plan_again",),
    "cli/reading.py": ("_too_many", "_as_json"),
    "checker/rules/capacity.py": (),
    "checker/rules/options.py": (),
    "checker/rules/people.py": (),
}
"""Modules whose sentences stand on pages, and their functions where others speak of something else."""

READER = frozenset({"workbook/faults.py"})
"""Modules that only pass faults on."""

NOT_SHOWN = {
    "checker/record.py": "speaks of plans from other programs, which the service does not take",
    "cli/evaluating.py": "the service does not evaluate drafts",
    "cli/learning.py": "the service does not load ledgers",
    "cli/timetabling.py": "the service places no days anew",
    "conversion/ledger.py": "the service does not load ledgers",
    "engine/decomposition/loop.py": "says what other modules found",
    "export/calendar/changes.py": "the service compares no calendars",
    "model/solver.py": "the service chooses no solver",
    "reading/choices.py": "the service writes the file of choices itself",
    "scenarios/solving.py": "an error of the program, for its developers",
}
"""Modules whose faults reach no page."""

_ENUMS: tuple[type[StrEnum], ...] = (
    domain.Form, domain.Measure, domain.LockKind, domain.CostKind, domain.Objective, domain.TeacherKind,
)  # fmt: skip
_COLUMNS = [
    *schema.SETTINGS,
    *SCENARIO_SHEET.columns,
    *(column for sheet in schema.SHEETS for column in sheet.columns),
]
NAMES = (
    frozenset(sheet.name for sheet in (*schema.SHEETS, SCENARIO_SHEET))
    | frozenset(column.heading for column in _COLUMNS)
    | frozenset(word for column in _COLUMNS for word in column.allowed)
    | frozenset(word.value for enum in _ENUMS for word in enum)
    | frozenset(kind.item for kind in KINDS.values())
    | frozenset(kind.value.heading for kind in KINDS.values() if kind.value is not None)
    | frozenset({BASE_NAME, DEFAULT_PROVIDER, schema.ALL, schema.INSTRUCTIONS, schema.SETTING_WORDS})
    | frozenset(
        [
            "参数",
            "群体",
            "节假日",
            "年龄段",
            "序号",
            "编号",
            "备注",
            "培训地点",
            "开班日期",
            "承训机构",
            "授课方式",
            "读取说明",
            "休",
            "合计",
            "小计",
            "万",
            "无",
        ]
    )
    | frozenset(["班级名称(期)", "班级编号", "生源乡镇", "开班计划表", "班级生源", "集中、分散"])
)
"""Names of sheets and columns, and the words that cells hold: they stay as they stand in the files."""

_LISTENED = frozenset(Path(module).stem for module in SPEAKING if module.startswith("checker/"))
ELSEWHERE = frozenset(
    {
        "(\\d{1,2})(?:[-/](\\d{1,2})|月(\\d{1,2})日?)",
        "(\\d{4})(?:-(\\d{1,2})-(\\d{1,2})|/(\\d{1,2})/(\\d{1,2})|年(\\d{1,2})月(\\d{1,2})日?)"
        "(?:[ T]00:00(?::00(?:\\.0+)?)?)?",
        "\\s*(?:~|至|到|—|–|〜)\\s*",
        "第\\d+期$",
    }
) | frozenset(rule.sentence for rule in RULES.values() if rule.breaches.__module__.rpartition(".")[2] in _LISTENED)
"""Texts that stand on no page: patterns, and the rules of the checker as its report lists them."""

WRITTEN = frozenset(
    [
        "备注",
        "脱贫",
        "易迁",
        "妇女",
        "返乡",
        "一般",
        "脱贫易迁",
        "岁以下",
        "岁",
        "岁以上",
        "年",
        "月",
        "日",
        "男",
        "女",
        "虚岁",
        "班级名称",
        "期",
    ]
    + ["逢", "农历逢二、五、十", "农历逢二", "五", "十", "星期三", "星期六", "赶辰戌日"]
)
"""Words that a clerk writes into a file, beside its names, and that an English sentence may hold."""

PARTS = frozenset(
    line
    for line in (_HERE / "parts.txt").read_text(encoding="utf-8").splitlines()
    if CHINESE.search(line) and not line.startswith("#")
)
"""Parts of sentences: what they are put together to is tried."""

with (_HERE / "put_together.csv").open(encoding="utf-8", newline="") as _file:
    PUT_TOGETHER = {row["chinese"]: row["english"] for row in csv.DictReader(_file)}
"""Sentences that are put together, and their English."""
