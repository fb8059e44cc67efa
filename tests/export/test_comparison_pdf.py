"""情景对比表.pdf: two A4 pages; every figure is that of the plans and has its gap or band, no more is claimed."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader

from planner.domain.instance import Objective
from planner.domain.plan import JobOutlook
from planner.export.comparison import Comparison
from planner.export.comparison_money import MoneyStudy
from planner.export.comparison_robust import RobustStudy
from planner.export.documents.comparison import comparison_pages, write_comparison_pdf
from planner.export.wording import rounded_up, yuan_words
from planner.scenarios.additions import Addition
from planner.scenarios.alternatives import AlternativeStudy
from planner.scenarios.curve import BudgetCurve, Level
from planner.scenarios.front import Aim, Front, FrontPoint
from planner.scenarios.least import LeastMoney, Wanted
from planner.scenarios.nested import NestedCurve, NestedLevel
from planner.scenarios.scenario import Change, Scenario
from planner.scenarios.solving import Outcome

from .builders import a_plan, an_instance
from .pdf_reading import fonts_of, page_sizes_mm, page_texts, text_of

ROOT = Path(__file__).parents[2]
HASH = "0123456789abcdef" * 4
BASE = Outcome(Scenario("基准"), an_instance(), a_plan(), None)


def an_outcome(name: str, value: float, bound: float) -> Outcome:
    """A scenario with more money, whose plan is the base's with another band."""
    gap = (bound - value) / bound if math.isfinite(bound) else math.inf
    plan = replace(a_plan(), value=value, bound=bound, gap=gap)
    return Outcome(Scenario(name, (Change("total-money-factor", None, 1.5),)), an_instance(), plan, None)


def a_curve(levels: int = 11) -> BudgetCurve:
    """Levels from 50 % in steps of 10, each worth more than the one before."""
    made = []
    for number in range(levels):
        share, value = Fraction(50 + 10 * number, 100), 2508.3 + 300 * number - 5 * number**2
        plan = replace(a_plan(), value=value, bound=value + 40.04)
        made.append(Level(share, 1_070_000_000 * (50 + 10 * number) // 100, value, value + 40.04, plan))
    return BudgetCurve(tuple(made), ())


def a_front(aim: Aim = Aim.FAIRNESS, points: int = 8) -> Front:
    made = [FrontPoint(None, 4493.6, 4520.9, a_plan(), 0.21)]
    made += [FrontPoint(0.21 + 0.02 * n, 4493.6 - 9 * n, 4520.9 - 5 * n, a_plan(), 0.215 + 0.02 * n)
             for n in range(1, points)]  # fmt: skip
    return Front(aim, (*made, FrontPoint(0.5, -math.inf, -math.inf, impossible=True)))


def a_study(*, fronts: tuple[Front, ...] = ()) -> MoneyStudy:
    curve = a_curve()
    nested = NestedCurve(tuple(NestedLevel(one.share, one.total_cents, one.plan) for one in curve.levels), curve)
    least = LeastMoney(Wanted.PERSONS, 7200, 551_187_704, 566_208_138, a_plan(), 1_070_000_000)
    addition = Addition(50_000_000, a_plan(), a_plan(), 100.0, new_classes=4)
    return MoneyStudy(curve, nested, (addition,), (least,), fronts or (a_front(),), "已批准的方案为本次基准方案")


def a_comparison(scenarios: int = 6, study: MoneyStudy | None = None) -> Comparison:
    outcomes = tuple(an_outcome(f"情景{number}号", 4400.0 + 40 * number, 4450.0 + 40 * number)
                     for number in range(1, scenarios + 1))  # fmt: skip
    base = replace(BASE, plan=replace(a_plan(), value=4493.6, bound=4520.91, gap=0.00604))
    return Comparison(base, outcomes, a_study() if study is None else study, HASH, "0.1.0", 7)


def written(folder: Path, comparison: Comparison) -> Path:
    write_comparison_pdf(comparison, folder / "表.pdf")
    return folder / "表.pdf"


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six scenarios, eleven levels, one front."""
    return written(tmp_path_factory.mktemp("usual"), a_comparison())


def test_usual_comparisons_take_two_a4_pages_with_their_fonts_inside(usual: Path) -> None:
    """Upright, both fonts embedded, every page numbered and named for its input."""
    assert page_sizes_mm(usual) == [(210, 297)] * 2
    assert fonts_of(usual) == {("NotoSansSC-Regular", True), ("NotoSansSC-Bold", True)}
    for number, text in enumerate(page_texts(usual), 1):
        assert f"第{number}页/共2页" in text and "数据指纹01234567" in text


def test_two_pages_are_enough_for_three_fronts_and_robust_figures(tmp_path: Path) -> None:
    """Type shrinks before a third page is begun."""
    study = a_study(fronts=tuple(a_front(aim) for aim in Aim))
    robust = RobustStudy(alternatives=AlternativeStudy(3, 4448.7, (), 20, stopped=False))
    path = written(tmp_path, replace(a_comparison(study=study), robust=robust))
    assert len(page_sizes_mm(path)) == 2 and "找到0份（要求3份" in page_texts(path)[1]


def test_a_range_without_width_is_one_number() -> None:
    """Two scenarios proved best, the base too, rates all given: no "4,493.6—4,493.6" anywhere, real widths stay."""
    outlook = JobOutlook(Objective.GROSS, 97.4, 60.0, 97.4, 97.4, 97.4, 0.0, ())
    base = replace(BASE, plan=replace(a_plan(), value=4493.64, bound=4493.64, gap=0.0, outlook=outlook))
    exact = an_outcome("正好", 4500.0, 4500.0)
    kept = replace(a_plan(), value=4500.04, bound=4500.04)
    addition = Addition(50_000_000, kept, replace(kept, bound=4512.0), 4493.64, new_classes=4)
    front = Front(Aim.HEADS, (FrontPoint(None, 4500.0, 4500.0, a_plan(), 90.0),
                              FrontPoint(95.0, 4490.0, 4490.0, a_plan(), 95.0)))  # fmt: skip
    comparison = replace(a_comparison(0, MoneyStudy(additions=(addition,), fronts=(front,))), base=base,
                         outcomes=(exact,))  # fmt: skip
    text = repr(comparison_pages(comparison))
    ranges = re.findall(r"([\d,.]+)(?:—| 至 )([\d,.]+)", text)
    assert [pair for pair in ranges if pair[0] == pair[1]] == []
    assert ("4,500.0", "4,512.0") in ranges and ("4,500.0", "4,500.1") not in ranges
    assert "正好少 10.0" in text and "比基准少" in text


def test_longer_comparisons_go_on_and_lose_nothing(tmp_path: Path) -> None:
    """Thirty scenarios: more pages, each name once in the table, in order."""
    text = text_of(written(tmp_path, a_comparison(30)))
    places = [text.index(f"情景{number}号资金总额") for number in range(1, 31)]
    assert places == sorted(places)
    assert all(text.count(f"情景{number}号资金总额") == 1 for number in range(1, 31))


def starts_of(page: PageObject) -> list[tuple[int, int]]:
    """Where each piece of text of a page begins, in whole points."""
    starts = []

    def note(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            starts.append((round(x), round(y)))

    page.extract_text(visitor_text=note)
    return starts


def test_no_words_lie_upon_other_words(usual: Path) -> None:
    """No two pieces of text of a page begin at the same place."""
    for page in PdfReader(usual).pages:
        starts = starts_of(page)
        assert len(starts) > 50 and len(set(starts)) == len(starts)


def test_figures_are_those_of_the_plans(usual: Path) -> None:
    """Base, scenarios, levels, least money: values as they are, bounds and enough money rounded up, too little down."""
    first, second = page_texts(usual)
    base = a_plan()
    persons = sum(one.size for one in base.classes)
    assert f"{len(base.classes)}个" in first and f"{persons}人" in first
    assert "4,493.6上限4,521.0，差距≤0.7%" in first
    assert "566.3" in first and "551.1" in first  # 5,662,081.38 and 5,511,877.04 yuan
    for level in a_curve().levels:
        assert f"{level.value:,.1f}{rounded_up(level.bound)}" in second
        assert f"{level.total_cents / 1_000_000:,.1f}" in second
    amount = sum(fund.amount_cents for fund in an_instance().funds)
    assert f"现有资金共{yuan_words(amount)}元" in second


def test_only_proved_differences_are_called_more_or_less() -> None:
    """Six bands of which the first lies below the base's, the last three above, two overlap."""
    pages = comparison_pages(a_comparison())
    section = pages["first"][1]
    assert section["sentences"] == ["6 个情景中，3 个已证明比基准多，1 个已证明比基准少，2 个分不出高低。"]
    words = [row["words"].split("（")[0] for row in section["scenarios"]["rows"]]
    assert words == ["—", "至少少 3.6", "分不出高低", "分不出高低", "至少多 39.0", "至少多 79.0", "至少多 119.0"]
    proved = [bar["proved"] for bar in section["scenarios"]["bars"][1:]]
    assert proved == [True, False, False, True, True, True]


def test_what_is_not_proved_is_said_so() -> None:
    """An infinite bound is 未证明, its band open; a front's impossible point has no figures."""
    unproved = replace(a_comparison(0), outcomes=(an_outcome("甲", 4600.0, math.inf),))
    row, bars = (comparison_pages(unproved)["first"][1]["scenarios"][key] for key in ("rows", "bars"))
    assert row[1]["cells"][3].endswith("未证明") and row[1]["cells"][4] == "未证明"
    assert bars[1]["open"] and bars[1]["proved"]
    front = comparison_pages(a_comparison())["second"][1]
    assert front["table"]["rows"][-1] == ["50.0%", "—", "—", "无方案", "—", "—"]
    assert "已证明没有方案能满足" in front["sentences"][0]


def test_a_scenario_without_a_plan_says_why(tmp_path: Path) -> None:
    """Its row has the reason in place of figures; the chart has no bar."""
    clashes = ("任务“甲”", "任务“乙”", "固定班“丁”", "资金")
    lost = Outcome(Scenario("丙"), an_instance(), None, None, clashes, "已证明：没有方案")
    comparison = replace(a_comparison(0), outcomes=(lost,))
    assert comparison_pages(comparison)["first"][1]["scenarios"]["bars"][1] is None
    text = text_of(written(tmp_path, comparison))
    assert "已证明：没有方案；任务“甲”；任务“乙”；固定班“丁”；等4项" in text and "1个没有方案" in text


def test_values_of_other_objectives_are_not_compared() -> None:
    """Gross placement and uplift stand on no common axis."""
    from planner.domain.instance import Objective

    other = an_outcome("净增", 300.0, 310.0)
    settings = replace(other.instance.settings, objective=Objective.UPLIFT)
    other = replace(other, instance=replace(other.instance, settings=settings))
    given = comparison_pages(replace(a_comparison(0), outcomes=(other,)))["first"][1]["scenarios"]
    assert given["bars"][1] is None and given["rows"][1]["words"] == "口径不同，得分不可比"


def test_ranges_stand_with_expected_jobs(tmp_path: Path) -> None:
    """Gross jobs with the range of the count that was maximised, uplift beside it, never added."""
    from planner.domain.instance import Objective

    outlook = JobOutlook(**{**{field: 0.0 for field in JobOutlook.__dataclass_fields__}, "maximised": Objective.GROSS,
                            "gross_jobs": 5012.4, "uplift_jobs": 601.2, "low": 4800.6, "middle": 5000.0,
                            "high": 5201.5, "source_shares": ()})  # fmt: skip
    base = replace(BASE, plan=replace(a_plan(), outlook=outlook))
    text = text_of(written(tmp_path, replace(a_comparison(1), base=base)))
    assert "5,012人范围4,801—5,202" in text
    assert "601.2人" in text and "不等于培训带来的效果" in text


def test_the_curve_says_what_all_the_money_is_proved_to_bring() -> None:
    """From the lowest level's bound to the highest's value, and the other way round."""
    section = comparison_pages(a_comparison())["second"][0]
    first, *_, last = a_curve().levels
    least, most = last.value - first.bound, last.bound - first.value
    assert f"至少多 {math.floor(least * 10 + 1e-6) / 10:,}" in section["sentences"][0]
    assert f"至多多 {math.ceil(most * 10 - 1e-6) / 10:,}" in section["sentences"][0]
    assert any("现有资金" in words for _, _, words in section["chart"]["marks"])


@pytest.mark.parametrize("name", ["#let x = 1", "$x^2$", "*粗* _斜_", "=1+1", "<a@b>"])
def test_names_are_printed_as_they_are(tmp_path: Path, name: str) -> None:
    """Nothing in the name of a scenario is a command of the typesetter."""
    comparison = replace(a_comparison(0), outcomes=(an_outcome(name, 4600.0, 4650.0),))
    assert re.sub(r"\s", "", name) in text_of(written(tmp_path, comparison))


def test_a_question_alone_gets_its_page(tmp_path: Path) -> None:
    """Least money only: one page, signatures and all notes on it."""
    study = MoneyStudy(least=a_study().least)
    path = written(tmp_path, a_comparison(0, study))
    assert len(page_sizes_mm(path)) == 1
    assert "制表人" in text_of(path) and "分管领导" in text_of(path) and "现有资金共" in text_of(path)


WRITER = """
import sys
from pathlib import Path
from tests.export.test_comparison_pdf import a_comparison, written
written(Path(sys.argv[1]), a_comparison())
"""


def test_equal_comparisons_give_equal_bytes_in_two_processes(usual: Path, tmp_path: Path) -> None:
    """Another order of sets, another clock and zone: not one byte differs."""
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "America/Lima", "SOURCE_DATE_EPOCH": "1"}
    subprocess.run([sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, env=environment, check=True)
    assert (tmp_path / "表.pdf").read_bytes() == usual.read_bytes()
