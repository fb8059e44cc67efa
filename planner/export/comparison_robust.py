"""Sheets on what may come otherwise: 年景变动, 谨慎方案, 冲击检验, 相近方案; each figure with its range or bound."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.frame import BureauSheet, Column, Kind, Papers
from planner.export.wording import gap_percent, jobs_note, rounded_up, title_of
from planner.scenarios.alternatives import LOSS, WHEN_SHARE, WHO_SHARE, Alternative, AlternativeStudy
from planner.scenarios.compare import tenths_down, tenths_up
from planner.scenarios.robust.cautious import CautiousPlan, CautiousStudy
from planner.scenarios.robust.hedging import ShockStudy
from planner.scenarios.robust.uncertainty import Uncertainty, percent
from planner.scenarios.robust.valuation import Spread, Valuation


@dataclass(frozen=True, slots=True, eq=False)
class RobustStudy:
    """What was asked about uncertainty; whatever was not asked is ``None``."""

    given: Uncertainty = Uncertainty()
    valuation: Valuation | None = None
    cautious: CautiousStudy | None = None
    shocks: ShockStudy | None = None
    alternatives: AlternativeStudy | None = None

    def plans(self) -> list[tuple[str, Plan]]:
        """The plans found, each with its folder's name; plans that are the base's own are left out."""
        found = []
        if self.cautious is not None and self.cautious.chosen:
            found.append(("谨慎方案", self.cautious.best.candidate.plan))
        if self.shocks is not None and self.shocks.chosen:
            found.append(("稳妥方案", self.shocks.best.candidate.plan))
        alternatives = () if self.alternatives is None else self.alternatives.found
        return [*found, *((f"相近方案/{number}", one.plan) for number, one in enumerate(alternatives, 1))]


def write_robust_study(papers: Papers, instance: Instance, study: RobustStudy) -> None:
    """Write a sheet for each question that was asked."""
    if study.valuation is not None:
        write_years(papers, instance, study.valuation, study.given)
    if study.cautious is not None:
        write_cautious(papers, instance, study.cautious, study.given)
    if study.shocks is not None:
        write_shocks(papers, instance, study.shocks)
    if study.alternatives is not None:
        write_alternatives(papers, instance, study.alternatives)


# --- 年景变动 ---


def write_years(papers: Papers, instance: Instance, valuation: Valuation, given: Uncertainty) -> None:
    """Write sheet 年景变动: the plan in drawn years, all sources together and each alone, and a chart of them."""
    columns = [
        Column("变动的因素", 14, Kind.LABEL),
        Column("怎样变动", 56),
        Column("偏低(10%)", 10, Kind.JOBS, group="方案的得分（折算人数）"),
        Column("居中(50%)", 10, Kind.JOBS, group="方案的得分（折算人数）"),
        Column("偏高(90%)", 10, Kind.JOBS, group="方案的得分（折算人数）"),
        Column("平均", 10, Kind.JOBS, group="方案的得分（折算人数）"),
        Column("平均与原得分之差", 12, Kind.JOBS),
        Column("偏高与偏低相差", 13, Kind.JOBS),
    ]
    sheet = BureauSheet(papers, "年景变动", title_of(instance, "方案在不同年景下的得分"), columns, "人")
    together = (*_spread(valuation.spread), valuation.spread.mean - valuation.value, valuation.spread.width)
    words = f"以下各项同时变动，抽取 {given.draws:,} 次；班次和学员都按方案不动"
    sheet.row(("全部一起", words, *together), strong=True)
    for effect in valuation.effects:
        sheet.row((f"只有{effect.factor.value}", given.sentence(effect.factor), *_spread(effect.spread), effect.shift,
                   effect.spread.width))
    chart = _years_chart(papers, sheet)
    for number, sentence in enumerate(years_sentences(valuation, given), 1):
        sheet.note(f"{'备注：' if number == 1 else ''}{number}. {sentence}")
    sheet.note(f"{len(years_sentences(valuation, given)) + 1}. {jobs_note(instance.settings.objective)}")
    sheet.sign()
    sheet.chart(chart)


def years_sentences(valuation: Valuation, given: Uncertainty) -> list[str]:
    """Return what the drawn years say, as an official can read it aloud."""
    spread = valuation.spread
    sentences = [
        f"方案的得分 {valuation.value:,.1f} 按报名的人全部到课、岗位全部兑现计算。各项一起变动时，十次有八次在 "
        f"{spread.low:,.1f} 至 {spread.high:,.1f} 之间，居中 {spread.middle:,.1f}；{_below_words(valuation, given)}；"
        f"最差的一成平均 {valuation.tail:,.1f}。",
    ]
    widest, heaviest = valuation.widest, valuation.heaviest
    if widest is not None:
        lower = f"；使平均得分降低最多的是{heaviest.factor.value}（平均 {heaviest.shift:+,.1f}）" if heaviest else ""
        sentences.append(
            f"单独看，使得分高低相差最大的是{widest.factor.value}（相差 {widest.spread.width:,.1f}）{lower}。"
            "各项单独的影响不能相加。"
        )
    else:
        sentences.append("抽取的各项都不影响得分。")
    sentences.append(
        f"计划培训 {valuation.planned:,} 人，十次有八次实到 {valuation.coming.low:,.0f} 至 "
        f"{valuation.coming.high:,.0f} 人；实到不足最小班额的班居中 {valuation.small_classes.middle:,.0f} 个"
        "（仍按照常开班计算）。任务按计划人数计，未完成任务的扣分不变。"
    )
    sentences.append(
        "到课率、订单减幅、岗位落空的可能和抽取次数可按本县情况另设，由维护人员测算时填写。范围来自抽取，不是证明。"
    )
    return sentences


def _below_words(valuation: Valuation, given: Uncertainty) -> str:
    times = round(valuation.below * given.draws)
    return f"{given.draws:,} 次中有 {times:,} 次（{percent(round(valuation.below, 3))}）低于方案的得分"


def _spread(spread: Spread) -> tuple[float, float, float, float]:
    return spread.low, spread.middle, spread.high, spread.mean


def _years_chart(papers: Papers, sheet: BureauSheet) -> Any:
    chart = papers.workbook.add_chart({"type": "column"})
    names = sheet.cells(0)
    for name, column, fill in (("偏低(10%)", 2, "#F4B183"), ("居中(50%)", 3, "#4472C4"), ("偏高(90%)", 4, "#A9D18E")):
        chart.add_series(
            {"name": name, "categories": names, "values": sheet.cells(column), "fill": {"color": fill}, "gap": 80}
        )
    chart.set_title({"name": "各项因素变动时方案的得分", "name_font": {"size": 12}})
    chart.set_y_axis({"name": "折算人数", "num_format": "#,##0", "min": 0,
                      "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    chart.set_legend({"position": "bottom"})
    return chart


# --- 谨慎方案 ---


def write_cautious(papers: Papers, instance: Instance, study: CautiousStudy, given: Uncertainty) -> None:
    """Write sheet 谨慎方案: the candidates with their bad years, which is chosen, and what caution costs."""
    bad = f"偏低年景({percent(study.level)})"
    columns = [
        Column("序号", 5, Kind.LABEL),
        Column("方案", 26),
        Column("班数", 7, Kind.WHOLE),
        Column("人数", 9, Kind.WHOLE),
        Column("得分", 10, Kind.JOBS),
        Column("离最优得分至多", 11, Kind.JOBS),
        Column(bad, 11, Kind.JOBS, group="各年景的得分（抽取）"),
        Column("居中(50%)", 10, Kind.JOBS, group="各年景的得分（抽取）"),
        Column("偏高(90%)", 10, Kind.JOBS, group="各年景的得分（抽取）"),
        Column("另抽一批核对", 11, Kind.JOBS, group=bad),
        Column("与基准之差", 10, Kind.JOBS, group=bad),
        Column("最差部分的平均", 11, Kind.JOBS),
        Column("结论", 12, Kind.LABEL),
    ]
    sheet = BureauSheet(papers, "谨慎方案", title_of(instance, "谨慎方案比较表"), columns, "人", frozen_columns=2)
    for number, one in enumerate(study.plans):
        sheet.row((number or "基准", *_cautious_cells(one, study), "选中" if number == study.chosen else ""),
                  strong=number == study.chosen)
    for number, sentence in enumerate(cautious_sentences(study, given), 1):
        sheet.note(f"{'备注：' if number == 1 else ''}{number}. {sentence}")
    sheet.sign()


def _cautious_cells(one: CautiousPlan, study: CautiousStudy) -> list[Any]:
    plan, spread = one.candidate.plan, one.spread
    return [
        one.candidate.name, len(plan.classes), _persons(plan), plan.value,
        _upward(plan.bound - plan.value), one.quantile, spread.middle, spread.high, one.fresh,
        one.quantile - study.plans[0].quantile, one.tail,
    ]  # fmt: skip


def cautious_sentences(study: CautiousStudy, given: Uncertainty) -> list[str]:
    """Return which plan is the most cautious, what that costs, and what is proved of it."""
    best, base, level = study.best, study.plans[0], percent(study.level)
    if study.chosen:
        sentences = [
            f"选中“{best.candidate.name}”：年景偏低（最差的 {level} 之上）时得分 {best.quantile:,.1f}，"
            f"比基准方案多 {best.quantile - base.quantile:,.1f}；另抽 {given.draws:,} 次核对为 {best.fresh:,.1f}，"
            f"基准方案为 {base.fresh:,.1f}。",
            f"谨慎的代价：它的得分比本县最优得分低，已证明至少低 {tenths_down(study.price[0]):,}、至多低 "
            f"{tenths_up(study.price[1]):,}。",
        ]
    else:
        sentences = [
            f"比较了 {len(study.plans)} 份方案，没有一份在年景偏低（最差的 {level} 之上）时确实比基准方案的 "
            f"{base.quantile:,.1f} 更高（两批抽取都要更高才算）：基准方案已是其中最谨慎的，谨慎不必另付代价。",
        ]
    sentences.append(
        "偏低年景的得分是在比较的几份方案中选最高的，没有证明其他方案不会更高。"
        + (
            f"已证明的是：在所抽的年景中，任何方案最差 {level} 年景的平均得分都不超过 "
            f"{rounded_up(study.tail_bound)}，选中的方案为 {best.tail:,.1f}。"
            if math.isfinite(study.tail_bound) else ""
        )
    )
    sentences.append("各方案用同一批年景比较，设定见“年景变动”，但不计个人偶然。“离最优得分至多”是已证明的。"
                     + ("测算被人工停止，后面的方案没有比较。" if study.stopped else ""))
    return sentences


def _persons(plan: Plan) -> int:
    return sum(one.size for one in plan.classes)


def _upward(number: float) -> float:
    return float(tenths_up(max(0.0, number)))


# --- 冲击检验 ---


def write_shocks(papers: Papers, instance: Instance, study: ShockStudy) -> None:
    """Write sheet 冲击检验: what is left of the base's plan and of the most solid one in each shock."""
    names = ("基准方案", "稳妥方案")
    columns = [
        Column("序号", 5, Kind.LABEL),
        Column("冲击", 24),
        Column("内容", 40),
        *(
            Column(heading, width, kind, group=name)
            for name in names
            for heading, width, kind in (("仍能开的班", 8, Kind.WHOLE), ("人数", 9, Kind.WHOLE),
                                         ("得分", 10, Kind.JOBS), ("与原得分之差", 10, Kind.JOBS))
        ),
        Column("稳妥方案多", 10, Kind.JOBS),
    ]
    sheet = BureauSheet(papers, "冲击检验", title_of(instance, "方案抗冲击检验表"), columns, "人、班", frozen_columns=2)
    base, best = study.plans[0], study.best
    none = ("—", "不受冲击", "按工作簿")
    sheet.row((*none, *_plan_cells(base.candidate.plan), *_plan_cells(best.candidate.plan),
               best.candidate.plan.value - base.candidate.plan.value))
    worst = {base.worst.shock, best.worst.shock}
    for number, shock in enumerate(study.shocks):
        cells: list[Any] = []
        for plan in (base, best):
            left = plan.endured[number]
            cells += [left.classes, left.persons, left.value, left.value - plan.candidate.plan.value]
        more = best.endured[number].value - base.endured[number].value
        sheet.row((number + 1, shock.name, shock.scenario.sentence, *cells, more), strong=shock.name in worst)
    for number, sentence in enumerate(shock_sentences(study), 1):
        sheet.note(f"{'备注：' if number == 1 else ''}{number}. {sentence}")
    sheet.sign()


def _plan_cells(plan: Plan) -> list[Any]:
    return [len(plan.classes), _persons(plan), plan.value, 0.0]


def shock_sentences(study: ShockStudy) -> list[str]:
    """Return which plan stands the worst shock best, what that costs, and what is proved of it."""
    base, best = study.plans[0], study.best
    first = (
        f"基准方案最怕“{base.worst.shock}”：照原样只剩 {base.worst.classes} 个班、{base.worst.persons:,} 人、得分 "
        f"{base.worst.value:,.1f}。"
    )
    if study.chosen:
        sentences = [
            first + f"稳妥方案（{best.candidate.name}）最怕“{best.worst.shock}”，还剩得分 {best.worst.value:,.1f}，"
            f"比基准方案的最坏情形多 {best.worst.value - base.worst.value:,.1f}。",
            f"稳妥的代价：不受冲击时，稳妥方案的得分比本县最优得分低，已证明至少低 {tenths_down(study.price[0]):,}、"
            f"至多低 {tenths_up(study.price[1]):,}。",
        ]
    else:
        none = f"比较了 {len(study.plans)} 份方案，没有一份在最坏的冲击中剩得更多，稳妥方案就是基准方案。"
        sentences = [first + none]
    if math.isfinite(study.bound):
        sentences.append(
            f"已证明：任何方案在最坏的冲击中都剩不下超过 {rounded_up(study.bound)} 的得分；稳妥方案是比较的 "
            f"{len(study.plans)} 份方案中剩得最多的，不一定是所有方案中最多的。"
        )
    sentences.append(
        "检验的是原样的方案：不能来的学员不来，不足最小班额或不许开的班不开，钱和教室不够时后开的班让先开的班，不补开新班；"
        "任务按计划人数计，扣分不变。加底色的是两份方案各自最坏的冲击。"
        + ("测算被人工停止，后面的方案没有比较。" if study.stopped else "")
    )
    return sentences


# --- 相近方案 ---


def write_alternatives(papers: Papers, instance: Instance, study: AlternativeStudy) -> None:
    """Write sheet 相近方案: really different plans worth almost as much, and what differs."""
    columns = [
        Column("序号", 5, Kind.LABEL),
        Column("主要不同", 12),
        Column("班数", 6, Kind.WHOLE),
        Column("人数", 8, Kind.WHOLE),
        Column("得分", 9, Kind.JOBS),
        Column("离最优得分不超过", 9, Kind.LABEL),
        Column("费用(元)", 12, Kind.YUAN),
        Column("乡镇、课程或机构", 9, Kind.SHARE, group="与基准不同的学员占"),
        Column("课程或月份", 9, Kind.SHARE, group="与基准不同的学员占"),
        Column("课程", 8, Kind.SHARE, group="其中只看"),
        Column("机构", 8, Kind.SHARE, group="其中只看"),
        Column("办班乡镇", 8, Kind.SHARE, group="其中只看"),
        Column("与基准方案的主要差别", 60),
    ]
    title = title_of(instance, "得分相近的不同方案")
    sheet = BureauSheet(papers, "相近方案", title, columns, "人、元", frozen_columns=2)
    sheet.rows([_alternative_cells(number, one) for number, one in enumerate(study.found, 1)])
    for number, sentence in enumerate(alternative_sentences(study), 1):
        sheet.note(f"{'备注：' if number == 1 else ''}{number}. {sentence}")
    sheet.sign()


def _alternative_cells(number: int, one: Alternative) -> tuple[Any, ...]:
    plan, apart = one.plan, one.apart
    return (
        number, apart.words, len(plan.classes), _persons(plan), plan.value, gap_percent(plan.gap) or "未证明",
        plan.total_cost_cents, apart.who, apart.when, apart.course, apart.provider, apart.place, one.sentence,
    )  # fmt: skip


def alternative_sentences(study: AlternativeStudy) -> list[str]:
    """Return how many were found, and by which measure they are close and different."""
    fewer = "" if len(study.found) == study.wanted else f"（要求 {study.wanted} 份；没有找到更多，不等于没有）"
    return [
        f"找到 {len(study.found)} 份{fewer}，都由核对程序核对通过；得分都不低于找到的最好方案的 {percent(1 - LOSS)}"
        f"（{tenths_up(study.floor):,}），离最优得分的差距按已证明的上限计。",
        f"“不同”的标准：至少 {percent(WHO_SHARE)} 的学员，在另一份方案中找不到同乡镇、同课程、同机构的学员与之对应，"
        f"或至少 {percent(WHEN_SHARE)} 的学员找不到同课程、同月开班的对应；与基准、与前面每一份都要达到。",
        "得分相近的方案可由领导按其他考虑（机构、乡镇、时间）挑选。"
        + (f"测算被人工停止，共求解 {study.solves} 次。" if study.stopped else f"共求解 {study.solves} 次。"),
    ]
