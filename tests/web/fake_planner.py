"""A planner that plans nothing: it plays the command line's part as the "workbook" tells it to.

The workbook is a text file holding one JSON object: ``inspect``, ``solve`` and ``papers`` name how each verb ends,
``seconds`` how long a search lasts, ``papers_seconds`` how long papers take, ``classes`` how many classes the plan has,
``value`` what it is worth, ``unplaced`` whether one has no timetable, ``days_lost`` whether a stop comes before the
timetable, ``weeks_seconds`` how long the look at the planned workbook takes (``"solve": "no_facts"``: the search leaves
no facts of it); ``compare``, ``difference``, ``explain`` name how these end, ``compare_seconds`` and
``explain_seconds`` how long they take. With ``--keep`` the plan is the one given, each forbidden class a week later.
It imports nothing of the project.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
import unicodedata
import zipfile
from datetime import date, timedelta
from pathlib import Path

FAULTS = [
    {
        "file": "county.xlsx",
        "sheet": "需求",
        "cell": "E12",
        "problem": "愿意人数必须是整数",
        "found": "约50人",
        "allowed": "不小于 0 的整数",
        "remedy": "只填数字，例如 50",
    },
    {
        "file": "county.xlsx",
        "sheet": "资金",
        "cell": "",
        "problem": "缺少工作表“资金”",
        "found": "",
        "allowed": "至少一项资金",
        "remedy": "按模板补上这张表",
    },
]
TOWNSHIPS = [
    "城关镇",
    "白果镇",
    "妈姑镇",
    "财神镇",
    "六曲河镇",
    "野马川镇",
    "达依乡",
    "水塘堡彝族苗族乡",
    "兴发苗族彝族回族乡",
]
COURSES = [
    "家政服务员",
    "电工（双证）",
    "养老护理员",
    "食用菌栽培",
    "中式烹调师",
    "光伏运维工",
    "电子商务师",
    "挖掘机操作",
]
PROVIDERS = ["县职业技术学校", "乌蒙职业培训学校", "众诚技能培训中心", "黔西北农民工学校"]
START = date(2026, 1, 5)
REASONS = ["资金不够", "附近愿意的人全来也不够最小班额", "年龄段不适合该课程"]


def main(words: list[str]) -> int:
    """Play one verb."""
    if words[0] == "template":
        Path(words[1]).write_bytes(b"template")
        return 0
    orders = read_orders(Path(words[1]))
    if words[0] == "inspect":
        return inspect(
            orders, with_weeks="--weeks" in words, with_data="--data" in words, with_sheets="--sheets" in words
        )
    if words[0] == "edit":
        return edit(orders, words)
    if words[0] == "papers":
        return papers(orders, words)
    if words[0] == "compare":
        return compare(orders, words)
    if words[0] == "difference":
        return difference(orders, words)
    if words[0] == "explain":
        return explain(orders, words)
    return solve(orders, words)


def read_orders(workbook: Path) -> dict[str, object]:
    """Read what the workbook tells this planner to do; anything else is a faulty workbook."""
    try:
        return json.loads(workbook.read_bytes())
    except ValueError:
        return {"inspect": "faults"}


def inspect(orders: dict, *, with_weeks: bool, with_data: bool = False, with_sheets: bool = False) -> int:
    """Play ``inspect``."""
    if with_weeks:
        time.sleep(float(orders.get("weeks_seconds", 0)))
    how = orders.get("inspect", "ok")
    if how == "crash":
        os.abort()
    if how == "hang":
        time.sleep(60)
    if how == "garbage":
        print("not JSON at all")
        return 0
    if how == "faults":
        print(json.dumps({"ok": False, "faults": FAULTS * int(orders.get("times", 1))}, ensure_ascii=False))
        return 2
    answer: dict[str, object] = {"ok": True, "summary": a_summary(orders, with_weeks=with_weeks)}
    if with_data:
        answer["data"] = the_data(orders)
    if with_sheets:
        answer["sheets"] = the_sheets(orders)
    print(json.dumps(answer, ensure_ascii=False))
    return 0


def a_summary(orders: dict, *, with_weeks: bool = False) -> dict[str, object]:
    """Return what ``inspect`` says in short."""
    summary = {
        "townships": 30,
        "cohorts": 360,
        "demand_persons": 9120,
        "courses": 55,
        "providers": 10,
        "funds": orders.get(
            "funds",
            [{"name": "就业补助资金", "amount": "8000000.00"}, {"name": "东西部协作资金", "amount": "4505000.50"}],
        ),
        "total_funds": orders.get("total_funds", "12505000.50"),
        "notes": ["工作表“需求”第 8 列“备注”不在约定之内，已忽略"],
        "objective": "毛就业",
        "busy_ban": 0.5,
        "busy_ban_part_time": 0.7,
        "assumptions": ["历史：未提供此表，没有以往办班结果", "固定班：未提供此表，没有固定班"],
    }
    if with_weeks:
        summary["weeks"] = [a_week(number) for number in range(52)]
        summary["places"] = some_places()
        summary["targets"] = [{"target": "妇女 40%", "relation": ">=", "value": 1000, "hard": False}]
    return summary


def the_data(orders: dict) -> dict[str, object]:
    """Return what ``inspect --data`` tells, with the changes that an edited workbook holds."""
    weeks = [a_week(number) for number in range(52)]
    calendars = ["低热河谷", "温凉坝区", "高寒山区"]
    plain = [one for one in orders.get("edits", []) if one.get("key")]
    values = {"/".join([one["sheet"], one["column"], *one["key"]]): one["value"] for one in plain}
    return {
        "age_bands": ["40岁以下", "40-50岁", "50岁以上"],
        "townships": [
            {
                "township": name,
                "county": "某县",
                "calendar": calendars[number % 3],
                "persons": [90, 80, 70],
                "willing": [60 - number, 50, 40],
                "wishes": [80, 70, 60],
            }
            for number, name in enumerate(TOWNSHIPS)
        ],
        "occupations": [
            {
                "occupation": name,
                "courses": [name],
                "wishes": 300 - 20 * number,
                "vacancies": 12 * number,
                "places": {"县内": 12 * number},
            }
            for number, name in enumerate(COURSES)
        ],
        "courses": [],
        "vacancies": [
            {
                "pool": "K1",
                "occupation": "焊工",
                "place": "县内",
                "vacancies": int(values.get("岗位/岗位数/K1", 20)),
                "from": "2026-03-01",
                "to": None,
                "age_bands": None,
            }
        ],
        "weeks": [{"monday": week["monday"], "working_days": week["working_days"]} for week in weeks],
        "calendars": [
            {"calendar": name, "townships": 3, "by_crops": name == "高寒山区", "busy": [w["busy"][name] for w in weeks]}
            for name in calendars
        ],
        "limits": {"full_time": 0.5, "part_time": 0.7},
        "funds": [
            {
                "fund": "就业补助资金",
                "from": None,
                "to": None,
                "amount": f"{float(values.get('资金/金额/就业补助资金', 8000000)):.2f}",
                "pays": [{"kind": None, "tag": None, "training_type": None, "county": None}],
            },
            {
                "fund": "东西部协作资金",
                "amount": "4505000.50",
                "from": None,
                "to": "2026-12-31",
                "pays": [{"kind": "培训补贴", "tag": "脱贫", "training_type": "订单", "county": None}],
            },
        ],
        "targets": [
            {
                "target": "T1",
                "measure": "人数",
                "relation": ">=",
                "value": int(values.get("任务/数值/T1", 3000)),
                "hard": values.get("任务/性质/T1", "必须") == "必须",
                "penalty": 0.2,
                "filters": {"标签": "脱贫"},
            }
        ],
        "settings": [
            {
                "setting": "计划开始",
                "value": values.get("参数/值/计划开始", "2026-01-05"),
                "given": True,
                "unit": "",
                "description": "计划期第一周的周一",
                "allowed": "日期，例如 2026-01-05",
                "choices": [],
                "default_text": "",
            },
            {
                "setting": "农忙禁开",
                "value": values.get("参数/值/农忙禁开", "0.5"),
                "given": False,
                "unit": "",
                "description": "禁开线",
                "allowed": "数字，0 到 2",
                "choices": [],
                "default_text": "",
            },
        ],
        "assumptions": [
            {
                "sheet": "课程",
                "column": "最小班额",
                "rows": 3,
                "value": "20 人",
                "text": "课程：3 门课程未填最小班额，按 20 人",
                "source": "填报说明约定的默认值",
                "unit": "人",
                "allowed": "整数，不小于 1",
            },
            {
                "sheet": "路程",
                "column": None,
                "rows": 0,
                "value": "",
                "text": "路程：未提供此表，按经纬度折算",
                "source": "按乡镇经纬度折算",
                "unit": "",
                "allowed": "",
            },
        ],
    }


def a_column(heading: str, kind: str, **more: object) -> dict[str, object]:
    """Return a column of a sheet as ``inspect --sheets`` tells it."""
    plain = {"unit": "", "description": f"{heading}的说明", "required": False, "default_text": "", "allowed": "文字"}
    return plain | {"column": heading, "kind": kind, "choices": [], "names": "", "week": False, "any": False} | more


COLUMNS = {
    "任务": [
        a_column("任务", "text", required=True),
        a_column("指标", "choice", choices=["人数", "班数"], required=True),
        a_column("数值", "whole", required=True, allowed="整数，不小于 0"),
    ],
    "固定班": [
        a_column("课程", "text", names="课程", required=True),
        a_column("机构", "text", names="机构", any=True),
        a_column("开班周", "date", week=True, allowed="日期"),
        a_column("班数", "whole", default_text="1 班", unit="班"),
        a_column("要求", "choice", choices=["必须开", "禁止"], required=True),
        a_column("说明", "text"),
    ],
    "教师": [
        a_column("教师", "text", required=True),
        a_column("课程", "names", names="课程", required=True),
        a_column("不可用", "day_ranges", default_text="随时可用"),
    ],
    "节假日": [
        a_column("日期", "date", required=True),
        a_column("类型", "choice", choices=["休", "班"], required=True),
    ],
    "需求": [
        a_column("乡镇", "text", names="乡镇", required=True),
        a_column("愿意人数", "whole", required=True),
    ],
}
ALIASES = {"任务": "targets", "固定班": "locks", "教师": "teachers", "节假日": "holidays", "需求": "demand"}


def the_sheets(orders: dict) -> dict[str, object]:
    """Return what ``inspect --sheets`` tells, with the rows that edits changed, added and deleted."""
    rows: dict[str, dict[str, list[str]]] = {
        "任务": {"2": ["T1", "人数", "3000"]},
        "固定班": {"2": ["家政服务员", "", "", "1", "必须开", "品牌任务"], "3": ["挖掘机操作", "", "", "", "禁止", ""]},
        "教师": {"2": ["张老师", "家政服务员、养老护理员", ""]},
        "节假日": {},
        "需求": {str(number): [TOWNSHIPS[number % 9], str(number)] for number in range(2, 252)},
    }
    for one in orders.get("edits", []):
        of_sheet = rows.get(one["sheet"], {})
        headings = [column["column"] for column in COLUMNS.get(one["sheet"], [])]
        if one.get("action") == "add":
            of_sheet[one["row"]] = [one["values"].get(heading, "") for heading in headings]
        elif one.get("action") == "delete":
            del of_sheet[one["row"]]
        elif one.get("row"):
            of_sheet[one["row"]][headings.index(one["column"])] = one["value"]
    names = {"课程": COURSES, "机构": PROVIDERS, "乡镇": TOWNSHIPS}
    sheets = [
        {
            "sheet": name,
            "alias": ALIASES[name],
            "description": f"{name}的说明",
            "default_text": "照常",
            "replaces": name != "节假日",
            "required": False,
            "key": [columns[0]["column"]],
            "columns": columns,
            "count": len(rows[name]),
            "rows": list(rows[name].items()),
        }
        for name, columns in COLUMNS.items()
    ]
    return {"sheets": sheets, "names": names, "mondays": [a_week(number)["monday"] for number in range(52)]}


NAMED_BY = 243
"""Rows that name the task: in truth nothing names a task, but every sheet may be named by others."""


def dependents() -> list[dict]:
    """Return what the planner tells of the rows that name a deleted one: wishes, a fixed class, a list of a teacher."""
    wishes = [{"row": str(row), "words": f"{TOWNSHIPS[row % 9]} · {row}", "column": ""} for row in range(2, 10)]
    lock = {"row": "2", "words": "家政服务员 · 必须开", "column": ""}
    teacher = {"row": "2", "words": "张老师", "column": "课程"}
    return [
        {"sheet": "需求", "rows": 241, "shortened": 0, "names": ["T1"], "first": wishes},
        {"sheet": "固定班", "rows": 1, "shortened": 0, "names": ["T1"], "first": [lock]},
        {"sheet": "教师", "rows": 1, "shortened": 1, "names": ["T1"], "first": [teacher]},
    ]


def named_fault(number: int) -> dict:
    """Return the fault of a deleted row that others name."""
    return {
        "file": "county.xlsx", "sheet": "任务", "cell": "A2", "problem": f"还有 {NAMED_BY} 行要用这一行", "found": "T1",
        "allowed": "没有别的行用它的行", "remedy": f"写 dependents={NAMED_BY}", "edit": number, "column": "",
        "dependents": dependents(),
    }  # fmt: skip


def faulty_column(one: dict) -> str | None:
    """Return the column in which an edit holds 错, empty for a deleted row that others need, None without a fault."""
    if one.get("action") == "delete":
        return "" if one["sheet"] == "教师" else None
    values = one.get("values") or {one["column"]: one["value"]}
    return next((column for column, value in values.items() if "错" in value), None)


def edit(orders: dict, words: list[str]) -> int:
    """Play ``edit``: the copy holds the edits; a value with 错 in it is a fault of its edit."""
    if orders.get("edit") == "crash":
        os.abort()
    edits = json.loads(Path(words[2]).read_text(encoding="utf-8"))
    named = next((one for one in edits if one["sheet"] == "任务" and one.get("action") == "delete"), None)
    if named is not None and named.get("dependents", 0) < NAMED_BY:
        print(json.dumps({"ok": False, "faults": [named_fault(edits.index(named))]}, ensure_ascii=False))
        return 2
    faults = [
        {
            "file": "county.xlsx",
            "sheet": one["sheet"],
            "cell": "B2",
            "problem": "应为数字",
            "found": one.get("value", ""),
            "allowed": "整数",
            "remedy": "只写数字",
            "edit": number if faulty_column(one) else None,
            "column": faulty_column(one),
        }
        for number, one in enumerate(edits)
        if faulty_column(one) is not None
    ]
    if faults:
        print(json.dumps({"ok": False, "faults": faults}, ensure_ascii=False))
        return 2
    changed = orders | {"edits": edits}
    Path(words[words.index("--out") + 1]).write_text(json.dumps(changed, ensure_ascii=False), encoding="utf-8")
    which = {True: "家政服务员 · 必须开", False: ""}
    changes = [
        {"old": "原值", "new": one.get("value", ""), "cells": ["B2"], "row": which["row" in one]}
        | ({"dependents": dependents()} if one.get("dependents") else {})
        for one in edits
    ]
    answer = {"ok": True, "summary": a_summary(orders), "data": the_data(changed), "changes": changes, "edit_notes": []}
    if "--sheets" in words:
        answer["sheets"] = the_sheets(changed)
    print(json.dumps(answer, ensure_ascii=False))
    return 0


def a_week(number: int) -> dict[str, object]:
    """Return one week of the farming calendars: spring and autumn peaks, later where it is higher."""

    def busy(shift: int) -> float:
        return max(0.0, 0.8 - 0.12 * min(abs(number - 15 - shift), abs(number - 37 - shift)))

    return {
        "monday": (START + timedelta(weeks=number)).isoformat(),
        "busy": {"低热河谷": busy(-2), "温凉坝区": busy(0), "高寒山区": busy(3)},
        "working_days": {6: 0, 7: 3, 13: 4, 17: 3, 24: 4, 38: 4, 39: 1}.get(number, 5),
    }


def some_places() -> dict[str, object]:
    """Return townships on a grid of three by three, with a venue each."""
    calendars = ["低热河谷", "温凉坝区", "高寒山区"]
    return {
        "townships": [
            {"name": name, "county": "赫章县", "calendar": calendars[i % 3], "lon": 104.5 + 0.1 * (i % 3),
             "lat": 27.3 - 0.1 * (i // 3), "persons": 300 + i, "wishes": 400 + i}
            for i, name in enumerate(TOWNSHIPS)
        ],
        "venues": [{"name": name, "township": name, "rooms": 1, "seats": 50} for name in TOWNSHIPS],
    }  # fmt: skip


def solve(orders: dict, words: list[str]) -> int:
    """Play ``solve``."""
    timetable = "--no-timetable" not in words
    told = {"words": words, "edits": orders.get("edits", [])}
    (Path(words[words.index("--out") + 1]) / "words.json").write_text(json.dumps(told), encoding="utf-8")
    words = [word for word in words if word != "--no-timetable"]
    option = dict(zip(words[2::2], words[3::2], strict=True))
    output, stop = Path(option["--out"]), Path(option["--stop-file"])
    how = orders.get("solve", "ok")
    print("a library says hello")
    if how == "crash":
        print("Traceback: boom", file=sys.stderr)
        os.abort()
    if how == "infeasible":
        tell(event="infeasible", clashes=["任务“T1”（脱贫人数 >= 3000）", "固定班“家政服务员、3 人”（必须开 9 个班）"])
        return 1
    if how == "faults":
        tell(event="faults", faults=FAULTS)
        return 2
    if how == "hang":
        time.sleep(60)
    seconds = float(orders.get("seconds", 0.3))
    begin = time.monotonic()
    value, bound = None, 4200.0
    while (elapsed := time.monotonic() - begin) < seconds and not stop.exists():
        if elapsed > min(0.5, seconds * 0.1) and how != "no_plan":
            share = elapsed / seconds
            value, bound = 3412 - 900 * (1 - share) ** 3, 3449.5 + 700 * (1 - share) ** 4
        tell(event="progress", stage="搜索开班方案", seconds=round(elapsed, 2), value=value, bound=bound, gap=None)
        time.sleep(min(0.25, seconds / 10))
    if how == "no_plan" or value is None and stop.exists():
        return 3
    if how != "no_facts":
        facts = a_summary(orders, with_weeks=True)
        Path(option["--facts"]).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    if how != "no_file":
        timetable = timetable and not (stop.exists() and orders.get("days_lost"))
        write_plan(output, orders, option.get("--total-budget", ""), stopped=stop.exists(), timetable=timetable)
        if "--keep" in option:
            keep_to(output / "plan.json", Path(option["--keep"]), Path(option["--decisions"]), orders)
            kept = {"classes": 12, "kept": 11, "best_value": 3415.0}
            tell(event="done", exit=0, files=["plan.json"], kept=kept, moves=["与原方案相比：调整 1 个班"])
            return 0
    tell(event="done", exit=0, files=["plan.json"])
    return 0


def keep_to(written: Path, kept: Path, decided: Path, orders: dict) -> None:
    """Put the earlier plan in place of the one written, each forbidden class a week later; keep the decisions."""
    plan = json.loads(kept.read_text(encoding="utf-8"))
    decisions = json.loads(decided.read_text(encoding="utf-8"))["decisions"]
    parts = ("course", "provider", "venue", "form", "start_week")
    forbidden = [[one[part] for part in parts] for one in decisions if one["kind"] == "禁止"]
    for row in plan["classes"]:
        if [row[part] for part in parts] in forbidden:
            for end in ("start_week", "end_week"):
                row[end] = (date.fromisoformat(row[end]) + timedelta(weeks=1)).isoformat()
    plan |= a_timetable(plan["classes"], unplaced=False) | {"input_sha256": "4a" * 32}
    written.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    (written.parent / "input.xlsx").write_text(json.dumps(orders | {"decisions": decisions}), encoding="utf-8")


def explain(orders: dict, words: list[str]) -> int:
    """Play ``explain``: the whole plan, or one class."""
    option = dict(zip(words[3::2], words[4::2], strict=True))
    plan = json.loads(Path(words[2]).read_text(encoding="utf-8"))
    how, stop = orders.get("explain", "ok"), Path(option["--stop-file"])
    if how == "crash":
        os.abort()
    if how == "faults":
        tell(event="faults", faults=FAULTS)
        return 2
    begin = time.monotonic()
    while time.monotonic() - begin < float(orders.get("explain_seconds", 0.2)) and not stop.exists():
        tell(event="progress", stage="逐班测算少开的损失", seconds=1.0)
        time.sleep(0.1)
    wanted = [row for row in plan["classes"] if option.get("--class", row["id"]) == row["id"]]
    place = {"provider": "县职业技术学校", "venue": "城关镇", "form": "集中", "start_week": "2026-03-02", "persons": 30}
    record = {
        "explain": 1, "input_sha256": plan["input_sha256"], "value": plan["value"], "bound": plan["bound"],
        "findings": ["与“按成本排队”相比，本方案得分多 423.6。"], "difference": None,
        "classes": [
            {"id": row["id"], "alike": 1, "most": 2.5, "least": 0.0, "alternatives": [
                place | {"kind": "换周次", "difference": -1.25, "obstacles": []},
                place | {"kind": "换场地", "difference": 0.5, "obstacles": ["资金不够"]},
            ]} for row in wanted
        ],
    }  # fmt: skip
    whole = {"baselines": None, "rules": None, "unserved": None, "townships": None}
    if "--class" not in option:
        whole = {
            "baselines": [{"name": "按成本排队", "how": "按成本", "broken": [], "planned": 11, "persons": 900,
                           "cost": "900000.00", "value": 2988.8, "gain": 423.6, "low": 404.4, "middle": 420.0,
                           "high": 435.5, "most": 458.4}],
            "rules": [{"family": "资金用途", "name": "全部资金用途限制", "value": 3700.0, "bound": 4000.0,
                       "gained": 287.6, "low": 250.5, "high": 587.6, "measurable": True}],
            "unserved": [{"township": "城关镇", "course": "焊工", "persons": 31, "cohorts": 3, "reason": "资金不够",
                          "change": "再有 3.2 万元", "no_vacancy": False}],
            "townships": [{"township": name, "classes": 1, "persons": 9, "waiting": 5, "course": "焊工", "venue": name,
                           "loss": 1.5, "exact": False, "given_up": [], "put_in": []} for name in TOWNSHIPS],
        }  # fmt: skip
        (Path(option["--out"]) / "方案说明.xlsx").write_bytes(b"why")
    (Path(option["--out"]) / "explain.json").write_text(json.dumps(record | whole), encoding="utf-8")
    tell(event="done", exit=0, files=["explain.json"], findings=[])
    return 0


def papers(orders: dict, words: list[str]) -> int:
    """Play ``papers``: three of the county, one of a township, and the archive."""
    option = dict(zip(words[3::2], words[4::2], strict=True))
    folder, how = Path(option["--out"]), orders.get("papers", "ok")
    assert json.loads(Path(words[2]).read_text(encoding="utf-8"))["contract"] == 1
    if how == "crash":
        print("Traceback: boom", file=sys.stderr)
        os.abort()
    if how == "hang":
        time.sleep(60)
    if how == "refused":
        tell(event="no_plan", sentence="方案未通过核对，没有写出文书。")
        return 1
    if how == "faults":
        tell(event="faults", faults=FAULTS)
        return 2
    steps = 20
    for done in range(steps + 1):
        tell(event="progress", stage="写 Excel 表格", seconds=0.1 * done, done=done, total=steps)
        time.sleep(float(orders.get("papers_seconds", 0.2)) / steps)
    names = ["全县/开班日历.ics", "全县/开班计划.pdf", "全县/开班计划.xlsx", "乡镇/城关镇/城关镇培训安排.xlsx"]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    (folder / "文书清单.csv").write_text("文件", encoding="utf-8")
    with zipfile.ZipFile(option["--zip"], "w") as archive:
        for name in names:
            archive.write(folder / name, f"文书/{name}")
    tell(event="done", exit=0, files=names, notices=[])
    return 0


def compare(orders: dict, words: list[str]) -> int:
    """Play ``compare``: what the real planner found for the demo county, as far as it was asked."""
    folder, stop = Path(words[words.index("--out") + 1]), Path(words[words.index("--stop-file") + 1])
    asked = {"curve": "--budget-curve", "nested": "--nested", "additions": "--add", "fronts": "--front"}
    asked |= {"years": "--robust", "cautious": "--cautious", "shocks": "--shocks", "alternatives": "--alternatives"}
    how = orders.get("compare", "ok")
    if how == "crash":
        print("Traceback: boom", file=sys.stderr)
        os.abort()
    if how == "refused":
        tell(event="no_plan", sentence="没有找到方案。")
        return 3
    if how == "faults":
        tell(event="faults", faults=[FAULTS[0] | {"file": words[2].rsplit("/", 1)[-1], "sheet": "情景", "cell": "D3"}])
        return 2
    assert json.loads(Path("plan.json").read_text(encoding="utf-8"))["contract"] == 1
    record = json.loads((Path(__file__).parent / "compared.json").read_text(encoding="utf-8"))
    for row, name in zip(record["scenarios"][1:], names_in_sheet(words), strict=False):
        row["name"] = name
    tasks = [row["name"] for row in record["scenarios"]]
    for task in tasks:
        value, bound = 3412.0, 3450.0
        for _ in range(5):
            tell(event="progress", task=task, stage="搜索开班方案", seconds=0.1, value=value, bound=bound, gap=0.01)
            time.sleep(float(orders.get("compare_seconds", 0.2)) / len(tasks) / 5)
            if stop.exists():
                break
    given = any(word.startswith("scenarios/") for word in words)
    record |= {"input_sha256": "3f" * 32, "stopped": stop.exists()}
    record["scenarios"] = record["scenarios"][: None if given else 1]
    for key, option in asked.items():
        if option not in words:
            del record[key]
    if "--jobs" not in words and "--heads" not in words:
        del record["least"]
    (folder / "compare.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    if orders.get("compare") != "no_plans":
        for row in record["scenarios"][1:]:
            write_scenario(folder / row["name"], row, orders)
    (folder / "情景对比表.xlsx").write_bytes(b"xlsx")
    (folder / "情景对比表.pdf").write_bytes(b"%PDF")
    tell(event="done", exit=0, files=["compare.json"])
    return 0


def names_in_sheet(words: list[str]) -> list[str]:
    """Return the scenarios' names in the order of the sheet that was sent; none of one that is no workbook."""
    sheet = next((word for word in words if word.startswith("scenarios/")), "")
    if not zipfile.is_zipfile(sheet):
        return []
    with zipfile.ZipFile(sheet) as book:  # read by hand: this planner runs without installed packages
        words = re.findall(r"<si><t[^>]*>(.*?)</t></si>", book.read("xl/sharedStrings.xml").decode())
        cells = re.findall(r'<c r="A(\d+)"[^>]* t="s"><v>(\d+)</v>', book.read("xl/worksheets/sheet1.xml").decode())
    names = [unicodedata.normalize("NFKC", words[int(place)]) for row, place in cells if int(row) > 1]
    return list(dict.fromkeys(names))


def write_scenario(folder: Path, row: dict, orders: dict) -> None:
    """Write a scenario's workbook, with its money, and its plan, the base's without its first class and days."""
    folder.mkdir(exist_ok=True)
    total = row["plan"]["funds"][0]["available"]
    (folder / "input.xlsx").write_text(json.dumps(orders | {"total_funds": total, "scenario": row["name"]}))
    plan = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    plan |= {"classes": plan["classes"][1:], "sessions": [], "exams": [], "inspections": [], "timetable": None}
    (folder / "plan.json").write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")


def difference(orders: dict, words: list[str]) -> int:
    """Play ``difference``: what the real planner found between two plans of the demo county."""
    folder = Path(words[words.index("--out") + 1])
    if orders.get("difference") == "faults":
        tell(event="faults", faults=FAULTS[:1])
        return 2
    assert json.loads(Path(words[3]).read_text(encoding="utf-8"))["contract"] == 1
    example = (Path(__file__).parent / "differed.json").read_text(encoding="utf-8")
    (folder / "difference.json").write_text(example, encoding="utf-8")
    (folder / "方案变动表.xlsx").write_bytes(b"xlsx")
    tell(event="done", exit=0, files=["difference.json"])
    return 0


def a_timetable(classes: list[dict], *, unplaced: bool) -> dict[str, object]:
    """Return the parts of a plan that a timetable fills: two days a class, the last class without days if asked."""
    placed = classes[:-1] if unplaced else classes
    sessions = [
        {
            "class": row["id"],
            "date": (date.fromisoformat(row["start_week"]) + timedelta(days=day)).isoformat(),
            "half": half,
            "room": 1,
            "kind": "理论",
            "teachers": [f"{row['provider']}教师1"],
        }
        for row in placed
        for day in (1, 2)
        for half in ("上午", "下午")
    ]
    exams = [{"class": row["id"], "date": row["end_week"]} for row in placed]
    sentence = "焊工班（c11）排不上课：一名教师同一时间只上一个班的课。请增加教师。"
    left = [{"class": row["id"], "clashing": [], "rules": ["teacher-clash"], "sentence": sentence}
            for row in classes[len(placed):]]  # fmt: skip
    goals = {"market_mornings": 4, "extra_teachers": 3, "uneven_days": 2, "idle_days": 1, "moved": 0}
    return {
        "sessions": sessions,
        "exams": exams,
        "inspections": [{"class": row["class"], "date": row["date"], "inspector": "督查员1"} for row in exams],
        "timetable": {"cost": 25, "bound": 21, "rounds": 2, "unplaced": left} | goals,
    }


def write_plan(output: Path, orders: dict, budget: str, *, stopped: bool, timetable: bool) -> None:
    """Write the files of a plan; plan.xlsx and calendar.ics are place holders."""
    draw = random.Random(7)
    classes, payments = [], []
    for number in range(int(orders.get("classes", 12))):
        start = START + timedelta(weeks=draw.choice([2, 3, 4, 5, 9, 10, 20, 22, 24, 26, 28, 30, 42, 44, 46]))
        length, form = draw.choice([(1, "集中"), (2, "集中"), (3, "集中"), (4, "分散")])
        heads = [
            {"township": town, "age_band": "40岁以下", "group": "脱贫", "persons": draw.randint(5, 22)}
            for town in draw.sample(TOWNSHIPS, draw.randint(1, 3))
        ]
        classes.append(
            {
                "id": f"c{number}",
                "course": draw.choice(COURSES),
                "provider": draw.choice(PROVIDERS),
                "venue": heads[0]["township"],
                "form": form,
                "start_week": start.isoformat(),
                "end_week": (start + timedelta(weeks=length)).isoformat(),
                "heads": heads,
            }
        )
        persons = sum(row["persons"] for row in heads)
        fund = draw.choice(["就业补助资金", "东西部协作资金"])
        for kind, each in (("培训补贴", 1400), ("考证费", 150), ("生活补贴", 400)):
            payments.append(
                {"class": f"c{number}", "fund": fund, "kind": kind, "group": "脱贫", "amount": f"{persons * each}.00"}
            )
        payments.append({"class": f"c{number}", "fund": fund, "kind": "办班费", "group": "", "amount": "800.50"})
    unserved = [
        {
            "township": town,
            "age_band": "40-50岁",
            "group": "一般",
            "course": course,
            "persons": draw.randint(1, 30),
            "reason": draw.choice(REASONS),
        }
        for town in TOWNSHIPS
        for course in COURSES
    ]
    plan = {
        "contract": 1,
        "input_sha256": "3f" * 32,
        "version": "0.1.0",
        "seed": 0,
        "status": "stopped" if stopped else "feasible",
        "value": orders.get("value", 3412.4),
        "outlook": {"gross_jobs": 3615.2, "uplift_jobs": 204.6, "jobs_10": 3480.1, "jobs_90": 3755.9},
        "bound": 3449.5,
        "gap": (3449.5 - 3412.4) / 3449.5,
        "linked_jobs": 3108.2,
        "unlinked_jobs": 507.0,
        "total_cost": str(sum(float(row["amount"]) for row in payments)),
        "seconds": 61.3,
        "classes": classes,
        "payments": payments,
        "placements": [],
        "targets": [
            {"id": "脱贫人口不少于 3000 人", "value": 3012, "missing": 0},
            {"id": "妇女 40%", "value": 960, "missing": 40},
        ],
        "sessions": [],
        "exams": [],
        "inspections": [],
        "unserved": unserved,
        "assumptions": ["固定班：未提供此表，没有固定班"],
    }
    if timetable:
        plan |= a_timetable(classes, unplaced=bool(orders.get("unplaced")))
    text = "{" if orders.get("solve") == "broken_plan" else json.dumps(plan, ensure_ascii=False)
    (output / "plan.json").write_text(text, encoding="utf-8")
    (output / "plan.xlsx").write_bytes(b"plan")
    (output / "calendar.ics").write_bytes(b"BEGIN:VCALENDAR")
    if budget:
        (output / "input.xlsx").write_text(json.dumps(orders | {"total_funds": budget}), encoding="utf-8")


def tell(**event: object) -> None:
    """Print one event."""
    print(json.dumps(event, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
