"""Words of the office: capital amounts, gaps rounded the honest way, verdicts and titles."""

from __future__ import annotations

import math

import pytest

from planner.domain.instance import Township
from planner.domain.plan import Status
from planner.export.wording import capital_amount, gap_percent, rounded_up, title_of, verdict, yuan_words

from .builders import a_plan, an_instance


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "零元整"),
        (1_000, "壹拾元整"),
        (100_050, "壹仟元伍角整"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (10_000_000, "壹拾万元整"),
        (1_000_500, "壹万零伍元整"),
        (10_500_000, "壹拾万伍仟元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10_000_500_000, "壹亿零伍仟元整"),
        (842_847_000, "捌佰肆拾贰万捌仟肆佰柒拾元整"),
        (5, "伍分"),
        (-200, "负贰元整"),
    ],
)
def test_amounts_in_capital_figures(cents: int, words: str) -> None:
    """Amounts are spelt as on a Chinese bill."""
    assert capital_amount(cents) == words


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (0.0, "0%"),
        (0.004, "0.4%"),
        (0.00401, "0.5%"),
        (0.00004, "0.01%"),
        (0.1, "10%"),
        (1.0, "100%"),
        (math.inf, None),
    ],
)
def test_gap_is_rounded_up(gap: float, text: str | None) -> None:
    """A gap shown to the user never claims more than was proved."""
    assert gap_percent(gap) == text


def test_bound_is_rounded_up() -> None:
    """A bound shown with one decimal stays a bound."""
    assert (rounded_up(1752.81), rounded_up(24.8), rounded_up(math.inf)) == ("1,752.9", "24.8", "未证明")


def test_verdict_speaks_the_offices_words() -> None:
    """The verdict of a feasible plan states the proved gap and no solver's word."""
    assert verdict(a_plan()) == "可行方案；离理论最优的差距 ≤ 0.5%（已证明）"
    assert "提前停止" in verdict(a_plan(status=Status.STOPPED))
    assert verdict(a_plan(status=Status.OPTIMAL, gap=0.0)).startswith("已证明最优")
    assert verdict(a_plan(bound=math.inf, gap=math.inf)).endswith("尚未证明")


def test_title_names_the_county_only_if_there_is_one() -> None:
    """Townships of two counties give a title without county."""
    two_counties = (Township("双河街道", "赫章县"), Township("可乐彝族苗族乡", "威宁县"))
    assert title_of(an_instance(), "开班计划表") == "赫章县2026年职业技能培训开班计划表"
    assert title_of(an_instance(townships=two_counties), "开班计划表") == "2026年职业技能培训开班计划表"


def test_yuan_show_cents_only_if_there_are_any() -> None:
    """Whole yuan stand without decimals."""
    assert (yuan_words(1_234_500), yuan_words(1_234_550)) == ("12,345", "12,345.50")
