"""A planner that plans nothing: it plays the command line's part as the "workbook" tells it to.

The workbook is a text file holding one JSON object: ``inspect``, ``solve`` and ``papers`` name how each verb ends,
``seconds`` how long a search lasts, ``papers_seconds`` how long papers take, ``classes`` how many classes the plan has,
``value`` what it is worth, ``unplaced`` whether one of them has no timetable; ``compare`` and ``difference`` name how
these end and ``compare_seconds`` how long a comparison takes. It imports nothing of the project.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
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
        return inspect(orders, with_weeks="--weeks" in words)
    if words[0] == "papers":
        return papers(orders, words)
    if words[0] == "compare":
        return compare(orders, words)
    if words[0] == "difference":
        return difference(orders, words)
    return solve(orders, words)


def read_orders(workbook: Path) -> dict[str, object]:
    """Read what the workbook tells this planner to do; anything else is a faulty workbook."""
    try:
        return json.loads(workbook.read_bytes())
    except ValueError:
        return {"inspect": "faults"}


def inspect(orders: dict, *, with_weeks: bool) -> int:
    """Play ``inspect``."""
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
        "assumptions": ["没有工作表“年龄段”：采用 40岁以下、40-50岁、50岁以上 三段", "没有工作表“路程”：按经纬度折算"],
    }
    if with_weeks:
        summary["weeks"] = [a_week(number) for number in range(52)]
    print(json.dumps({"ok": True, "summary": summary}, ensure_ascii=False))
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


def solve(orders: dict, words: list[str]) -> int:
    """Play ``solve``."""
    timetable = "--no-timetable" not in words
    words = [word for word in words if word != "--no-timetable"]
    option = dict(zip(words[2::2], words[3::2], strict=True))
    output, stop = Path(option["--out"]), Path(option["--stop-file"])
    how = orders.get("solve", "ok")
    print("a library says hello")
    if how == "crash":
        print("Traceback: boom", file=sys.stderr)
        os.abort()
    if how == "infeasible":
        tell(event="infeasible", clashes=["任务 T1（脱贫人口不少于 3000 人）", "资金总额 12.00 万元"])
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
    if how != "no_file":
        write_plan(output, orders, option.get("--total-budget", ""), stopped=stop.exists(), timetable=timetable)
    tell(event="done", exit=0, files=["plan.json"])
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
    (folder / "情景对比表.xlsx").write_bytes(b"xlsx")
    (folder / "情景对比表.pdf").write_bytes(b"%PDF")
    tell(event="done", exit=0, files=["compare.json"])
    return 0


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
        "assumptions": ["没有工作表“路程”：按经纬度折算"],
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
