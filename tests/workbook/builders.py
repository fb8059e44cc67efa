"""A small workbook with every sheet filled, and ways to change one thing in it."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from planner.domain.instance import Instance
from planner.errors import BadInput, Fault
from planner.workbook.read import read_workbook
from planner.workbook.write import write_tables

Tables = dict[str, list[dict[str, object]]]

YOUNG, MIDDLE, OLD = "40岁以下", "40-50岁", "50岁以上"


def minimal_tables() -> Tables:
    """Only what is indispensable: one demand row and one fund."""
    return {
        "需求": [{"乡镇": "河镇", "年龄段": YOUNG, "群体": "一般", "课程": "钢筋工", "愿意人数": 30}],
        "资金": [{"资金": "省级资金", "金额": 100000}],
    }


def full_tables() -> Tables:
    """Every sheet of the contract, every column filled."""
    return {
        "参数": [{"参数": "计划开始", "值": date(2026, 3, 2)}, {"参数": "计划周数", "值": 26}],
        "乡镇": [_township("河镇", 104.7, 27.1), _township("山乡", 104.8, 27.2)],
        "农时": [
            {"农时类型": "一熟", "周一日期": date(2026, 5, 4), "农忙指数": 0.6},
            {
                "农时类型": "二熟",
                "作物": "玉米",
                "环节": "播种",
                "开始": "03-10",
                "结束": "04-10",
                "占用": 0.5,
                "参与率": 0.7,
            },
        ],
        "群体": [{"群体": "一般", "脱贫": "否", "妇女": "否"}, {"群体": "脱贫妇女", "脱贫": "是", "妇女": "是"}],
        "年龄段": [
            {"年龄段": YOUNG, "最小": 16, "最大": 39},
            {"年龄段": MIDDLE, "最小": 40, "最大": 50},
            {"年龄段": OLD, "最小": 51, "最大": 60},
        ],
        "劳动力": [
            _people("河镇", YOUNG, "一般", "可参训人数", 40),
            _people("山乡", MIDDLE, "脱贫妇女", "可参训人数", 25),
        ],
        "需求": [
            _people("河镇", YOUNG, "一般", "愿意人数", 30, 课程="焊工"),
            _people("山乡", MIDDLE, "脱贫妇女", "愿意人数", 25, 课程="果树管护"),
        ],
        "课程": [
            _course("焊工", "工业", "双证", 适合年龄段=f"{YOUNG}、{MIDDLE}", 设备="焊机", 可下乡="否", 季节窗口=None),
            _course(
                "果树管护", "农业", "项目", 适合年龄段=None, 设备=None, 可下乡="是", 季节窗口="02-01~03-15、04-10~05-25"
            ),
        ],
        "转化率": [
            {"课程": "焊工", "年龄段": YOUNG, "群体": "全部", "毛就业率": 0.6, "净增就业率": 0.05},
            {"课程": "果树管护", "年龄段": "全部", "群体": "全部", "毛就业率": 0.35, "净增就业率": 0.01},
        ],
        "历史": [
            {"课程": "焊工", "年龄段": YOUNG, "群体": "一般", "机构": "职校", "参训": 40, "合格": 38, "三月就业": 25}
        ],
        "机构": [
            {
                "机构": "职校",
                "驻地": "河镇",
                "同时开班上限": 2,
                "年度班数上限": 10,
                "质量系数": 1.1,
                "可下乡": "是",
                "下乡每班费": 500,
            }
        ],
        "承训": [
            {"机构": "职校", "课程": "焊工", "同时开班上限": 1},
            {"机构": "职校", "课程": "果树管护", "同时开班上限": 2},
        ],
        "场地": [
            {"场地": "实训楼", "乡镇": "河镇", "同时班数": 2, "座位": 45, "设备": "焊机"},
            {"场地": "村委会", "乡镇": "山乡", "同时班数": 1, "座位": 30, "设备": None},
        ],
        "路程": [{"起": "山乡", "到": "河镇", "分钟": 35}],
        "岗位": [
            {
                "岗位": "K1",
                "工种": "焊工",
                "去向": "省外",
                "岗位数": 20,
                "开始": date(2026, 4, 1),
                "截止": date(2026, 12, 31),
                "年龄段": YOUNG,
            }
        ],
        "资金": [
            {"资金": "省级资金", "金额": 100000, "开始": date(2026, 1, 1), "截止": date(2026, 12, 31)},
            {"资金": "东西部协作", "金额": 50000.5, "开始": date(2026, 1, 1), "截止": date(2026, 12, 31)},
        ],
        "资金用途": [
            {"资金": "省级资金", "费用": "全部", "标签": "全部", "培训类型": "全部", "区县": "全部"},
            {"资金": "东西部协作", "费用": "培训补贴", "标签": "脱贫", "培训类型": "项目", "区县": "赫章县"},
        ],
        "任务": [
            _target("T1", 指标="人数", 标签="脱贫", 关系=">=", 数值=20, 性质="尽量", 每缺一代价=0.3),
            _target("T2", 指标="班数", 区县="赫章县", 课程="焊工", 关系="<=", 数值=3, 性质="必须", 每缺一代价=0.2),
        ],
        "固定班": [
            {
                "课程": "焊工",
                "机构": "职校",
                "场地": "实训楼",
                "形式": "集中",
                "开班周": date(2026, 4, 6),
                "人数": 25,
                "要求": "必须开",
                "班数": 1,
                "说明": "局长已定",
            },
            _lock_forbidding("果树管护"),
        ],
        "教师": [
            {
                "教师": "张师傅",
                "机构": "职校",
                "课程": "焊工",
                "类型": "实操",
                "不可用": "2026-04-01~2026-04-03、2026-05-06",
            }
        ],
        "节假日": [{"日期": date(2026, 3, 8), "类型": "班"}, {"日期": date(2026, 3, 9), "类型": "休"}],
        "出勤": [
            {"形式": form, "指数下限": low, "出勤率": factor}
            for form, low, factor in (("集中", 0, 1), ("集中", 0.5, 0.8), ("分散", 0, 1))
        ],
    }


def _township(name: str, lon: float, lat: float) -> dict[str, object]:
    return {"乡镇": name, "区县": "赫章县", "农时类型": "一熟", "经度": lon, "纬度": lat, "偏远": "否", "赶集": "逢五"}


def _people(township: str, band: str, group: str, heading: str, persons: int, **more: object) -> dict[str, object]:
    return {"乡镇": township, "年龄段": band, "群体": group, **more, heading: persons}


def _course(name: str, industry: str, kind: str, **more: object) -> dict[str, object]:
    return {
        "课程": name,
        "工种": name,
        "产业": industry,
        "培训类型": kind,
        "课日": 10,
        "理论课日": 4,
        "最小班额": 20,
        "最大班额": 40,
        "每人补贴": 1500,
        "每人考证费": 200.5,
        "每班固定费": 300,
        "适合年龄段": more.pop("适合年龄段"),
        "可集中": "是",
        "可分散": "是",
        **more,
    }


def _target(name: str, **more: object) -> dict[str, object]:
    filters = ("区县", "乡镇", "标签", "年龄段", "产业", "培训类型", "课程", "机构")
    head = {"任务": name, "指标": more.pop("指标")}
    return head | {heading: more.pop(heading, None) for heading in filters} | more


def _lock_forbidding(course: str) -> dict[str, object]:
    empty = dict.fromkeys(("机构", "场地", "形式", "开班周", "人数"))
    return {"课程": course, **empty, "要求": "禁止", "班数": 1, "说明": None}


def changed(tables: Tables, sheet: str, row: int, **cells: object) -> Tables:
    """Return a copy with some cells of one data row (0-based) changed."""
    tables = copy.deepcopy(tables)
    tables[sheet][row] |= cells
    return tables


def added(tables: Tables, sheet: str, *rows: dict[str, object]) -> Tables:
    """Return a copy with more rows."""
    tables = copy.deepcopy(tables)
    tables.setdefault(sheet, []).extend(rows)
    return tables


def without_column(tables: Tables, sheet: str, heading: str) -> Tables:
    """Return a copy without one column."""
    tables = copy.deepcopy(tables)
    for row in tables[sheet]:
        row.pop(heading, None)
    return tables


def without_sheet(tables: Tables, *sheets: str) -> Tables:
    """Return a copy without some sheets."""
    return {name: rows for name, rows in copy.deepcopy(tables).items() if name not in sheets}


def read_tables(folder: Path, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> Instance:
    """Write the tables as an .xlsx and read it."""
    path = folder / "计划.xlsx"
    write_tables(path, tables)
    return read_workbook(path).instance


def faults_of(folder: Path, tables: Tables) -> tuple[Fault, ...]:
    """Return the faults of a workbook made of the tables; none when it reads."""
    try:
        read_tables(folder, tables)
    except BadInput as error:
        return error.faults
    return ()


def as_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as csv text with the headings of all rows."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headings)
    writer.writeheader()
    writer.writerows({key: "" if value is None else value for key, value in row.items()} for row in rows)
    return text.getvalue()
