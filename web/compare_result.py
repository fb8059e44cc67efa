"""A finished comparison as its page shows it, read from ``compare.json`` (docs/scenarios.md says what stands there)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask_babel import gettext

from web import figures
from web.compare_words import (
    AIMS,
    OBJECTIVES,
    change_words,
    gap_words,
    level_words,
    range_words,
    reached_words,
    tenths,
    tenths_up,
    verdict_words,
)
from web.language import current_language

_KNOWN_SCHEMA = 1

Plan = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a scenario's column: words (``note`` smaller below), and how they are meant (a class of style)."""

    words: str
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of scenarios side by side; ``same`` says that no scenario differs from the base in it."""

    label: str
    cells: tuple[Cell, ...]
    number: bool = True
    hint: str = ""

    @property
    def same(self) -> bool:
        """Whether all scenarios say what the base says."""
        return len({cell.words for cell in self.cells}) == 1


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, under a heading."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A scenario's column: its name (``workbook``: the user's own word) and what it changes."""

    name: str
    changes: tuple[str, ...]
    note: str
    workbook: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What 50 more 万元 bring, as far as the curve's proofs say: jobs beyond the plan's, at least and at most.

    ``most`` is ``None`` when nothing bounds it.
    """

    yuan: Decimal
    least: float
    most: float | None

    @property
    def per_10000_yuan(self) -> float | None:
        """The most jobs that 10,000 yuan of it can bring."""
        return None if self.most is None else self.most / float(self.yuan / 10_000)


def read_compared(path: Path) -> dict[str, Any]:
    """Read compare.json.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        When it is missing, no JSON object, or of a schema that this page does not know.
    """
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if record["schema"] != _KNOWN_SCHEMA:
        raise ValueError(f"schema {record['schema']}")
    return record


def headings(record: Mapping[str, Any]) -> tuple[Heading, ...]:
    """Return the columns: the base, then the scenarios."""
    found = []
    for number, scenario in enumerate(record["scenarios"]):
        changes = tuple(change_words(change) for change in scenario["changes"])
        name, workbook = str(scenario["name"]), True
        if not number:
            name, workbook, changes = str(gettext("基准")), False, (str(gettext("按本方案的数据，不作改变")),)
        elif current_language() != "zh" and len(changes) == 1:
            name, workbook, changes = changes[0], False, ()
        found.append(Heading(name, changes, str(scenario["note"]), workbook))
    return tuple(found)


def groups(record: Mapping[str, Any]) -> tuple[Group, ...]:
    """Return the table of scenarios side by side."""
    scenarios = record["scenarios"]
    made = [
        Group(gettext("就业"), _jobs(scenarios)),
        Group(gettext("班和人"), _people(scenarios)),
        Group(gettext("资金（万元）"), _money(scenarios)),
        Group(gettext("任务"), (_targets(scenarios),)),
    ]
    return tuple(made)


def _row(
    label: str, scenarios: Sequence[Mapping[str, Any]], words: Callable[[Plan], str | Cell], *, number: bool = True,
    hint: str = "",
) -> Row:  # fmt: skip
    cells = []
    for scenario in scenarios:
        made = "–" if scenario["plan"] is None else words(scenario["plan"])
        cells.append(made if isinstance(made, Cell) else Cell(made))
    return Row(label, tuple(cells), number, hint)


def _jobs(scenarios: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    compared = []
    for number, scenario in enumerate(scenarios):
        found = scenario["difference"]
        if scenario["plan"] is None:
            compared.append(Cell(_failure(scenario), kind="bad"))
        elif not number:
            compared.append(Cell("–"))
        else:
            compared.append(Cell(verdict_words(found), kind="" if found is None else str(found["verdict"])))
    rows = [
        Row(gettext("与基准相比（已证明）"), tuple(compared), False, gettext("两个情景的区间有重叠，就分不出高低。")),
        _row(gettext("预计就业（折算，人）"), scenarios, lambda plan: tenths(plan["value"]), hint=gettext(
            "衔接到岗位的计 1 人，未衔接的按“无岗系数”折算，未达到的任务扣减代价。")),
        _row(gettext("至多可能（已证明，人）"), scenarios,
             lambda plan: gettext("未证明") if plan["bound"] is None else tenths_up(plan["bound"])),
        _row(gettext("离理论最优的差距（已证明）"), scenarios, lambda plan: gap_words(plan["gap"])),
    ]  # fmt: skip
    if all(scenario["plan"] is None or scenario["plan"]["outlook"] is None for scenario in scenarios):
        return tuple(rows)
    kinds = [str(OBJECTIVES.get(scenario["objective"], scenario["objective"])) for scenario in scenarios]
    rows += [
        _row(gettext("毛就业（人）"), scenarios, lambda plan: _outlook(plan, "gross_jobs"),
             hint=gettext("其中一部分人不参加培训也会就业，因此不等于培训带来的效果。")),
        _row(gettext("净增就业（人）"), scenarios, lambda plan: _outlook(plan, "uplift_jobs"),
             hint=gettext("只计因参加培训而多出的就业。")),
        _row(gettext("就业率有出入时的范围（人）"), scenarios, _range, number=True,
             hint=gettext("十次有八次在这个范围内，按该情景择优的口径计；工作簿给定的就业率按准确计。")),
        Row(gettext("择优的口径"), tuple(Cell(kind) for kind in kinds), False),
    ]  # fmt: skip
    return tuple(rows)


def _failure(scenario: Mapping[str, Any]) -> str:
    if scenario["clashes"]:
        return str(gettext("已证明：没有方案能同时满足全部硬性要求"))
    return str(gettext("没有找到方案（未证明没有）"))


def _outlook(plan: Plan, key: str) -> str:
    return "–" if plan["outlook"] is None else tenths(plan["outlook"][key])


def _range(plan: Plan) -> str:
    outlook = plan["outlook"]
    return "–" if outlook is None else range_words(outlook["jobs_10"], outlook["jobs_90"])


def _people(scenarios: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    rows = [
        _row(gettext("开班（个）"), scenarios, lambda plan: figures.whole(plan["classes"])),
        _row(gettext("培训人数"), scenarios, lambda plan: figures.whole(plan["persons"])),
    ]
    for key in ("persons_by_tag", "persons_by_age"):
        for name in _names(scenario["plan"][key] for scenario in scenarios if scenario["plan"] is not None):
            rows.append(_counted(gettext("其中：%(name)s", name=name), scenarios, key, name))
    rows += [
        _row(gettext("有学员的乡镇（个）"), scenarios, lambda plan: figures.whole(plan["townships"])),
        _row(gettext("参训比例最低的乡镇"), scenarios, _worst, hint=gettext("培训人数占愿意且可参训人数的比例。")),
    ]
    return tuple(rows)


def _names(found: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for one in found for name in one))


def _counted(label: str, scenarios: Sequence[Mapping[str, Any]], key: str, name: str) -> Row:
    return _row(label, scenarios, lambda plan: figures.whole(plan[key].get(name, 0)))


def _worst(plan: Plan) -> Cell:
    worst = plan["worst_served"]
    return Cell("–") if worst is None else Cell(f"{worst['share']:.1%}", str(worst["township"]))


def _money(scenarios: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    rows = [
        _row(gettext("可用资金合计"), scenarios, lambda plan: figures.ten_thousands(
            sum((Decimal(fund["available"]) for fund in plan["funds"]), Decimal(0)))),
        _row(gettext("花费合计"), scenarios, lambda plan: figures.ten_thousands(plan["total_cost"])),
    ]  # fmt: skip
    plans = [scenario["plan"] for scenario in scenarios if scenario["plan"] is not None]
    for name in _names({fund["name"]: fund for fund in plan["funds"]} for plan in plans):
        rows.append(_fund(name, scenarios))
    return tuple(rows)


def _fund(name: str, scenarios: Sequence[Mapping[str, Any]]) -> Row:
    def words(plan: Plan) -> Cell:
        fund = next((fund for fund in plan["funds"] if fund["name"] == name), None)
        if fund is None:
            return Cell("–")
        available = gettext("可用 %(amount)s", amount=figures.ten_thousands(fund["available"]))
        return Cell(figures.ten_thousands(fund["used"]), available)

    return _row(gettext("花费：%(name)s", name=name), scenarios, words)


def _targets(scenarios: Sequence[Mapping[str, Any]]) -> Row:
    def words(plan: Plan) -> Cell:
        missed = plan["missed_targets"]
        if not missed:
            return Cell(gettext("都已完成"))
        return Cell("；".join(f"{target['id']}（{target['missing']:,}）" for target in missed), kind="less")

    hint = gettext("括号内是缺口；“不多于”的任务是超出的数。")
    return _row(gettext("未完成的任务"), scenarios, words, number=False, hint=hint)


# --- more money, from what is proved already -------------------------------------------------------------------------


def answer_from_curve(record: Mapping[str, Any], value: float, yuan: Decimal) -> Answer | None:
    """Say what ``yuan`` more bring beyond a plan of this value, by the curve's plans and lines; ``None``: nothing said.

    At least: a plan found with no more money than that. At most: the least of the lines, and the bound of the next
    level above.
    """
    curve = record.get("curve")
    if curve is None:
        return None
    money = Decimal(record["total_funds"]) + yuan
    payable = [level for level in curve["levels"] if level["plan"] is not None and Decimal(level["money"]) <= money]
    bounds = [line["bound"] + line["jobs_per_yuan"] * float(money - Decimal(line["money"])) for line in curve["lines"]]
    above = [level for level in curve["levels"] if Decimal(level["money"]) >= money and not level["impossible"]]
    bounds += [level["bound"] for level in above if level["bound"] is not None]
    if not payable and not bounds:
        return None
    least = max([0.0, *(level["value"] - value for level in payable)])
    most = max(least, min(bounds) - value) if bounds else None
    return Answer(yuan, least, most)


# --- charts ----------------------------------------------------------------------------------------------------------


def _band_words() -> dict[str, str]:
    return {
        "value": gettext("找到的方案"),
        "bound": gettext("至多可能（已证明）"),
        "band": gettext("最优在这一带之内"),
        "unit": gettext("折算就业（人）"),
    }


def scenario_chart(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Bands from plan to bound of all scenarios that maximise what the base does; ``None`` for fewer than two."""
    base = record["scenarios"][0]
    shown = [
        (heading.name, scenario["plan"])
        for heading, scenario in zip(headings(record), record["scenarios"], strict=True)
        if scenario["plan"] is not None and scenario["objective"] == base["objective"]
        and scenario["plan"]["bound"] is not None
    ]  # fmt: skip
    if len(shown) < 2:
        return None
    return {
        "type": "bands",
        "names": [name for name, _ in shown],
        "values": [plan["value"] for _, plan in shown],
        "bounds": [plan["bound"] for _, plan in shown],
        "words": _band_words(),
    }


def curve_chart(record: Mapping[str, Any], nested: bool = True) -> dict[str, Any] | None:
    """Value and bound over money, the nested curve beside them, with marks."""
    curve = record.get("curve")
    if curve is None:
        return None
    levels = [level for level in curve["levels"] if level["plan"] is not None]
    steps = {level["money"]: level["plan"]["value"] for level in record.get("nested", ()) if level["plan"] is not None}
    return {
        "type": "curve",
        "money": [float(Decimal(level["money"]) / 10_000) for level in levels],
        "shares": [level_words(level["share"]) for level in levels],
        "values": [level["value"] for level in levels],
        "bounds": [level["bound"] for level in levels],
        "nested": [steps.get(level["money"]) for level in levels] if steps and nested else [],
        "marks": _marks(curve, levels),
        "words": _band_words() | {"nested": gettext("逐级追加"), "money": gettext("资金总额（万元）")},
    }


def _marks(curve: Mapping[str, Any], levels: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for key, words in (("knee", gettext("拐点")), ("saturation", gettext("饱和"))):
        if curve[key] is not None and curve["levels"][curve[key]] in levels:
            found.append({"at": levels.index(curve["levels"][curve[key]]), "words": words})
    base = next((number for number, level in enumerate(levels) if level["share"] == 1), None)
    return found if base is None else [*found, {"at": base, "words": gettext("现有资金")}]


def mark_words(curve: Mapping[str, Any], number: int) -> str:
    """Say what is to be noted at a level of the curve."""
    level = curve["levels"][number]
    if level["plan"] is None:
        if level["impossible"]:
            return str(gettext("资金不够满足硬性要求（已证明）"))
        return str(gettext("没有找到方案（未证明没有）"))
    marks = [gettext("现有资金")] if level["share"] == 1 else []
    marks += [gettext("拐点")] if number == curve["knee"] else []
    marks += [gettext("饱和")] if number == curve["saturation"] else []
    return " · ".join(str(mark) for mark in marks)


def front_chart(front: Mapping[str, Any]) -> dict[str, Any]:
    """Value and bound against the second aim."""
    points = [point for point in front["points"] if point["plan"] is not None]
    aim = str(front["aim"])
    return {
        "type": "front",
        "reached": [point["reached"] for point in points],
        "labels": [reached_words(aim, point["reached"]) for point in points],
        "values": [point["value"] for point in points],
        "bounds": [point["bound"] for point in points],
        "share": aim == "最少乡镇的参训比例",
        "words": _band_words() | {"aim": str(AIMS.get(aim, aim))},
    }
