"""What the page says of a comparison: no figure without its range, no claim without proof, answers from the curve."""

from __future__ import annotations

import copy
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, session

from web import compare_uncertain as uncertain
from web import compare_words
from web.compare_asking import Asked, Topic
from web.compare_progress import standing
from web.compare_result import Row, answer_from_curve, curve_chart, front_chart, groups, read_compared, scenario_chart
from web.language import CatalogueDomain

EXAMPLE = Path(__file__).parent / "compared.json"


@pytest.fixture(autouse=True)
def _speaking(app: Flask) -> None:
    """Sentences need an application to be spoken in."""
    app.test_request_context().push()


@pytest.fixture
def record() -> dict[str, Any]:
    """What the planner found for the demo county."""
    return copy.deepcopy(read_compared(EXAMPLE))


def rows_of(record: dict[str, Any]) -> dict[str, Row]:
    return {row.label: row for group in groups(record) for row in group.rows}


def test_columns_hold_the_figures_of_the_record(record: dict[str, Any]) -> None:
    """Base and six scenarios, to a tenth."""
    rows = rows_of(record)
    values = [float(cell.words) for cell in rows["预计就业（折算，人）"].cells]
    assert values == pytest.approx([one["plan"]["value"] for one in record["scenarios"]], abs=0.05)
    bounds = [float(cell.words) for cell in rows["至多可能（已证明，人）"].cells]
    for shown, one in zip(bounds, record["scenarios"], strict=True):
        assert one["plan"]["bound"] - 1e-6 <= shown < one["plan"]["bound"] + 0.1


def test_verdicts_claim_what_is_proved(record: dict[str, Any]) -> None:
    """At least this much, or neither; scenarios counted otherwise are not compared."""
    said = [cell.words for cell in rows_of(record)["与基准相比（已证明）"].cells]
    assert said[0] == "–" and re.fullmatch(r"少 [\d.]+–[\d.]+ 人", said[1])
    assert re.fullmatch(r"多 [\d.]+–[\d.]+ 人", said[2])
    assert said[4].startswith("分不出高低（相差 -") and said[6] == "口径不同，人数不可比"


@pytest.mark.parametrize(
    ("least", "most", "verdict", "words"),
    [
        (2.0, 5.1, "more", "多 2.0–5.1 人"),
        (-5.1, -2.0, "less", "少 2.0–5.1 人"),
        (0.0, 0.0, "same", "与基准相同"),
        (2.0, 2.0, "more", "多 2.0 人"),
        (-2.0, -2.0, "less", "少 2.0 人"),
        (2.01, 2.04, "more", "多 2.0 人"),
        (None, -2.0, "less", "少 2.0 人以上"),
        (-0.3, 0.6, "unknown", "分不出高低（相差 -0.3 至 +0.6 人）"),
        (None, 0.6, "unknown", "分不出高低"),
        (2.0, None, "more", "至少多 2.0 人"),
    ],
)
def test_a_difference_is_said_with_its_range(least: float | None, most: float | None, verdict: str, words: str) -> None:
    """Where one end is not proved, it is not said."""
    assert compare_words.verdict_words({"least": least, "most": most, "verdict": verdict}) == words


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (2.0, 5.01, "至少多就业 2.0 人，至多 5.1 人"),
        (3.0, 3.0, "多就业 3.0 人"),
        (3.0 - 1e-9, 3.0 + 1e-9, "多就业 3.0 人"),
        (3.04, 3.06, "至少多就业 3.0 人，至多 3.1 人"),
        (2.09, None, "至少多就业 2.0 人"),
    ],
)
def test_more_money_is_said_as_one_number_where_its_range_has_no_width(
    least: float, most: float | None, words: str
) -> None:
    """Rounded outwards, so that nothing more than proved is said; what is not proved is not said."""
    assert compare_words.more_words(least, most) == words
    kept = {"value": 10.0 + least, "bound": None if most is None else 10.0 + most}
    assert compare_words.more_with_classes_kept({"kept": kept, "approved_value": 10.0}) == words


@pytest.mark.parametrize(
    ("low", "high", "words"), [(97.4, 97.4, "97.4"), (97.4, 97.44, "97.4"), (97.4, 98, "97.4–98.0")]
)
def test_a_range_without_width_is_one_number(record: dict[str, Any], low: float, high: float, words: str) -> None:
    """Where every rate is given nothing varies; a width that can be read stays."""
    record["scenarios"][1]["plan"]["outlook"] |= {"jobs_10": low, "jobs_90": high}
    assert rows_of(record)["就业率有出入时的范围（人）"].cells[1].words == words


def test_a_scenario_without_a_plan_says_whether_that_is_proved(record: dict[str, Any]) -> None:
    """With clashes it is, without it is not; its figures stay empty."""
    for clashes, words in ((["甲"], "已证明：没有方案能同时满足全部硬性要求"), ([], "没有找到方案（未证明没有）")):
        record["scenarios"][1] |= {"plan": None, "difference": None, "failure": "无", "clashes": clashes}
        rows = rows_of(record)
        assert rows["与基准相比（已证明）"].cells[1].words == words
        assert rows["培训人数"].cells[1].words == "–"


def test_rows_alike_in_all_scenarios_are_told_apart(record: dict[str, Any]) -> None:
    """Only differences, on request."""
    rows = rows_of(record)
    assert not rows["培训人数"].same
    for one in record["scenarios"]:
        one["plan"]["persons"] = 300
    assert rows_of(record)["培训人数"].same


def test_missed_targets_are_named_with_what_is_missing(record: dict[str, Any]) -> None:
    """And where none is missed, that is said."""
    record["scenarios"][1]["plan"]["missed_targets"] = [
        {"id": "妇女 40%", "sense": ">=", "value": 100, "measure": "人数", "hard": False, "reached": 60, "missing": 40}
    ]
    cells = rows_of(record)["未完成的任务"].cells
    assert cells[1].words == "妇女 40%（40）" and cells[0].words == "都已完成"


# --- more money ---


def two_levels() -> dict[str, Any]:
    """A county with 100,000 yuan: 10 jobs there, 20 with twice the money, one line through both bounds."""
    plan = {"value": 0}
    level = {"impossible": False, "plan": plan}
    return {
        "total_funds": "100000.00",
        "curve": {
            "levels": [
                level | {"money": "100000.00", "value": 10.0, "bound": 11.0},
                level | {"money": "200000.00", "value": 20.0, "bound": 22.0},
            ],
            "lines": [{"money": "100000.00", "bound": 11.0, "jobs_per_yuan": 0.0001}],
        },
    }


def test_more_money_is_answered_from_the_plans_and_lines_of_the_curve() -> None:
    """50,000 more: at least what 100,000 yield, at most 11 + 5 by the line, both beyond a plan worth 9.5."""
    answer = answer_from_curve(two_levels(), 9.5, Decimal(50_000))
    assert answer is not None
    assert (answer.least, answer.most) == (pytest.approx(0.5), pytest.approx(6.5))
    assert answer.per_10000_yuan == pytest.approx(1.3)


def test_the_next_level_bounds_what_a_line_does_not() -> None:
    """A plan for less money is a plan for more, so the larger level's bound holds."""
    record = two_levels()
    record["curve"]["lines"][0]["jobs_per_yuan"] = 1.0
    answer = answer_from_curve(record, 10.0, Decimal(50_000))
    assert answer is not None and answer.most == pytest.approx(12.0)


def test_beyond_the_curve_only_lines_bound() -> None:
    """The largest level's plan is still payable; without lines nothing is the most."""
    record = two_levels()
    answer = answer_from_curve(record, 10.0, Decimal(900_000))
    assert answer is not None and (answer.least, answer.most) == (pytest.approx(10.0), pytest.approx(91.0))
    record["curve"]["lines"] = []
    unbounded = answer_from_curve(record, 10.0, Decimal(900_000))
    assert unbounded is not None and unbounded.most is None


def test_without_a_curve_nothing_is_answered() -> None:
    """The page then offers to work it out."""
    assert answer_from_curve({"total_funds": "100000.00"}, 10.0, Decimal(50_000)) is None


def test_the_answer_encloses_what_was_worked_out_exactly(record: dict[str, Any]) -> None:
    """The demo county's own addition of 50,000 yuan lies in the range that the curve gives at once."""
    exact = record["additions"]["answers"][0]
    answer = answer_from_curve(record, exact["approved_value"], Decimal(exact["added"]))
    assert answer is not None and answer.most is not None
    assert answer.least - 1e-6 <= exact["free"]["value"] - exact["approved_value"] <= answer.most + 1e-6


# --- charts and sentences ---


def test_charts_show_what_the_tables_show(record: dict[str, Any]) -> None:
    """Bands of the scenarios counted alike, the levels of the curve, the points of a front."""
    bands = scenario_chart(record)
    assert bands is not None and len(bands["values"]) == 6  # the seventh maximises uplift
    assert all(value <= bound for value, bound in zip(bands["values"], bands["bounds"], strict=True))
    curve = curve_chart(record)
    assert curve is not None and curve["money"] == [15 + 3 * step for step in range(11)]
    assert curve["values"] == [level["value"] for level in record["curve"]["levels"]]
    front = front_chart(record["fronts"][1])
    assert front["share"] and len(front["values"]) == sum(p["plan"] is not None for p in record["fronts"][1]["points"])


def test_a_chart_needs_two_scenarios(record: dict[str, Any]) -> None:
    """The base alone is no comparison."""
    record["scenarios"] = record["scenarios"][:1]
    assert scenario_chart(record) is None


def test_the_curve_is_told_in_sentences(record: dict[str, Any]) -> None:
    """Saturation with its proof, the knee as no more than a shape."""
    assert compare_words.curve_sentences(record["curve"])[0].startswith("饱和：到 150% 为止，不能证明再加钱已无作用")
    record["curve"] |= {"saturation": 9, "knee": None, "stopped": True}
    said = compare_words.curve_sentences(record["curve"])
    assert said[0].startswith("饱和：资金到 140%（42 万元）以后，加到 150% 为止，至多再多就业")
    assert said[1:] == ["拐点：在误差范围内看不出明显的拐点。", "测算中途停止，其余水平没有测算。"]


@pytest.mark.parametrize(
    ("band", "words"),
    [
        ({"least": 2.0, "most": 2.3}, "2.0 至 2.3 人"),
        ({"least": 2.0, "most": 2.0}, "2.0 人"),
        ({"least": 2.01, "most": 2.04}, "2.0 人"),
        ({"least": 0.0, "most": 1.4}, "测不出（至多 1.4 人）"),
        ({"least": 0.0, "most": 0.0}, "0"),
        ({"least": 1.0, "most": None}, "未证明"),
        (None, "–"),
    ],
)
def test_a_price_is_only_named_where_it_is_proved(band: dict[str, Any] | None, words: str) -> None:
    """Where the range begins at nought, there may be none."""
    assert compare_words.band_words(band) == words


def test_every_change_of_the_planner_can_be_said_in_english(app: Flask) -> None:
    """No kind is left in Chinese."""
    from planner.scenarios.changes import KINDS

    values: dict[str, Any] = {"fund": "1.00", "total-money": "1.00", "target-hardness": True, "objective": "净增"}
    with app.test_request_context():
        session["language"] = "en"
        CatalogueDomain().as_default()
        for key in KINDS:
            change = {"kind": key, "subject": "X", "value": values.get(key, 2), "sentence": "中文"}
            assert not re.search(r"[\u4e00-\u9fff]", compare_words.change_words(change)), key


def test_uncertainty_is_told_in_english_from_the_figures(record: dict[str, Any]) -> None:
    """Sentences, factors, plans, shocks and alternatives: nothing stays Chinese but names of the workbook."""
    session["language"] = "en"
    CatalogueDomain().as_default()
    years, cautious, shocks = record["years"], record["cautious"], record["shocks"]
    said = [*uncertain.years_sentences(years), *uncertain.cautious_sentences(cautious)]
    said += [uncertain.factor_name(one) for one in years["effects"]]
    said += [uncertain.assumed_words(one, years) for one in years["effects"]]
    said += [uncertain.plan_name(one["name"]) for one in (*cautious["plans"], *shocks["plans"])]
    said += [uncertain.alternative_name(one) for one in record["alternatives"]["found"]]
    said += [uncertain.alternative_sentence(one) for one in record["alternatives"]["found"]]
    names = {change["subject"] for shock in shocks["shocks"] for change in shock["changes"] if change["subject"]}
    in_shocks = [*uncertain.shock_sentences(shocks), *(str(uncertain.shock_name(one)) for one in shocks["shocks"])]
    for name in sorted(names, key=len, reverse=True):
        in_shocks = [text.replace(name, "") for text in in_shocks]
    assert [text for text in (*said, *in_shocks) if re.search(r"[\u4e00-\u9fff]", text)] == []
    lowest = compare_words.tenths(years["spread"]["low"])
    assert any(lowest in text for text in said)


def test_on_chinese_pages_uncertainty_is_told_in_the_planners_own_sentences(record: dict[str, Any]) -> None:
    """Word for word, as in workbook and print, but for what speaks of the workbook's columns or a command's options."""
    for tell, study in ((uncertain.years_sentences, "years"), (uncertain.cautious_sentences, "cautious"),
                        (uncertain.shock_sentences, "shocks")):  # fmt: skip
        told = [re.sub("<[^>]+>", "", str(text)) for text in tell(record[study])]
        assert "".join(told) and all(text in "".join(record[study]["sentences"]) for text in told)
        assert not re.search("--[a-z]|离最优得分至多|贝塔", "".join(told))
        assert len(told) == len(record[study]["sentences"])


def test_the_worst_shock_of_each_plan_is_marked(record: dict[str, Any]) -> None:
    for plan in record["shocks"]["plans"]:
        left = [float(one["value"]) for one in plan["left"]]
        assert left[uncertain.worst_place(plan)] == min(left)


def test_a_record_of_another_schema_is_refused(tmp_path: Path) -> None:
    """A page never guesses at what a newer planner wrote."""
    (tmp_path / "compare.json").write_text('{"schema": 2}', encoding="utf-8")
    with pytest.raises(ValueError, match="schema 2"):
        read_compared(tmp_path / "compare.json")


# --- progress ---


def test_progress_counts_what_is_worked_out() -> None:
    """Each new name ends the one before; the last stands with value and bound, in the page's words where it is ours."""
    asked = Asked(Topic.SCENARIOS, rows=(("资金少10%", "资金总额倍数", "", 0.9, ""),), curve=True)
    assert standing(asked, []).total == 12
    events = [
        {"event": "progress", "task": "基准", "value": None, "bound": None},
        {"event": "progress", "task": "资金少10%", "value": 10.0, "bound": 11.02},
    ]
    found = standing(asked, [*events, {"event": "result", "task": "预算曲线"}])
    assert (found.done, found.total, found.current, found.workbook) == (1, 12, "资金少10%", False)
    assert found.detail == "已找到 10.0，至多可能 11.1"


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("基准", "基准"), ("资金水平 110.0%", "资金 110%"), ("逐级追加，资金水平 50.0%", "逐级追加：资金 50%"),
        ("权衡（最少乡镇的参训比例）：0.28", "权衡就业与最低乡镇的参训比例"),
        ("追加 50 万元，自由安排", "多给 50 万元，重新安排"),
        ("追加 0.5 万元，保留已批准班次", "多给 0.5 万元，保留已定的班"), ("资金少10%", ""),
    ],
)  # fmt: skip
def test_what_is_worked_on_is_said_in_the_pages_words(task: str, words: str) -> None:
    """A scenario's own name is the user's."""
    from web.compare_progress import task_words

    assert task_words(task) == words


def test_the_example_is_plain_json() -> None:
    """It stands for what travels from the planner to the page."""
    assert json.loads(EXAMPLE.read_text(encoding="utf-8"))["schema"] == 1
