"""What is uncertain in a plan's year, how much, and where that is known from; every figure can be set by the user."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

_TENTH = 1.2815515655446004
"""Standard normal quantile of 90 %."""
LEAST_DRAWS, MOST_DRAWS = 1_000, 50_000
DEFAULT_DRAWS = 2_000


class Factor(StrEnum):
    """A source of uncertainty."""

    RATES = "就业率"
    TURNOUT = "到课率"
    VACANCIES = "岗位"
    CHANCE = "个人偶然"


EVERYTHING = frozenset(Factor)
CONDITIONS = EVERYTHING - {Factor.CHANCE}
"""What is alike for every plan of a draw; chance falls on each person anew."""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What is drawn, and how often.

    Parameters
    ----------
    turnout_low, turnout_high
        Shares (0..1) of those enrolled who come to class: the 10 and the 90 % point. Default 0.86 and 0.94: the two
        years (2013, 2012) that an audit of Guangzhou's subsidised training reports (docs/facts.md, W39: 81,300
        enrolled and 69,600 in class, 114,000 and 107,100). All classes of a draw share one turn-out.
    orders_fall
        Largest fall (0..1) of all vacancies together; every fall from 0 to it is equally likely. Default 0.25: the
        export orders of three clothing firms fell by a quarter within a year (S2). That smaller falls are as likely is
        an assumption (grade A).
    lapse
        Probability (0..1) that a row of 岗位 falls away altogether, each by itself. Default 0.05, an assumption (A).
    """

    draws: int = DEFAULT_DRAWS
    seed: int = 0
    turnout_low: float = 0.86
    turnout_high: float = 0.94
    orders_fall: float = 0.25
    lapse: float = 0.05

    @property
    def turnout_mean(self) -> float:
        """Mean share of those enrolled who come."""
        return (self.turnout_low + self.turnout_high) / 2

    @property
    def turnout_weights(self) -> tuple[float, float] | None:
        """Both parameters of the beta distribution with this mean and spread; ``None`` when turn-out is certain."""
        mean, deviation = self.turnout_mean, (self.turnout_high - self.turnout_low) / (2 * _TENTH)
        if math.isclose(deviation, 0.0, abs_tol=1e-12):
            return None
        people = mean * (1 - mean) / deviation**2 - 1
        return mean * people, (1 - mean) * people

    def sentence(self, factor: Factor) -> str:
        """What is assumed of a factor, with its source, in Chinese."""
        return _SENTENCES[factor](self)


def _rates_words(_: Uncertainty) -> str:
    return "历史估计和默认的就业率按其误差抽取（贝塔分布，见“就业率依据”）；工作簿给定的就业率按准确计"


def _turnout_words(given: Uncertainty) -> str:
    if given.turnout_weights is None:
        return f"报名的人有 {percent(given.turnout_mean)} 到课（按准确计）"
    audited = (given.turnout_low, given.turnout_high) == (0.86, 0.94)
    source = "；依据：广州市审计，2013 年 86%、2012 年 94%" if audited else ""
    return (
        f"报名的人平均 {percent(given.turnout_mean)} 到课，十次有八次在 {percent(given.turnout_low)} 至 "
        f"{percent(given.turnout_high)} 之间，各班相同{source}"
    )


def _vacancy_words(given: Uncertainty) -> str:
    source = "（依据：三家服装企业出口订单一年下降 25%）" if given.orders_fall == 0.25 else ""
    return (
        f"全部岗位同时减少 0 至 {percent(given.orders_fall)}，各种幅度机会相同{source}；另外每条岗位各有 "
        f"{percent(given.lapse)} 的可能全部落空（假定）"
    )


def _chance_words(_: Uncertainty) -> str:
    return "即使各项比率都准，来不来、找不找得到工作，也各人不同：逐人抽取"


_SENTENCES = {
    Factor.RATES: _rates_words, Factor.TURNOUT: _turnout_words, Factor.VACANCIES: _vacancy_words,
    Factor.CHANCE: _chance_words,
}  # fmt: skip


def percent(share: float) -> str:
    """A share as per cent with the digits it has."""
    return f"{round(100 * share, 6):.10g}%"
