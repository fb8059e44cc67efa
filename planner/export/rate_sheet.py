"""Sheet 就业率依据: every rate the plan counts with, gross and uplift side by side, and where each comes from."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.instance import Instance
from planner.domain.rate import Rate, Source, UsedRate
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import title_of


def write_rates(papers: Papers, instance: Instance, rates: Sequence[UsedRate]) -> None:
    """Write sheet 就业率依据: one row for each course, age band and group of the plan's people."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("课程", fitted_width([used.course for used in rates], 16, 30)),
        Column("年龄段", 12, Kind.LABEL),
        Column("群体", 12, Kind.LABEL),
        Column("计划人数", 9, Kind.WHOLE),
        Column("毛就业率", 9, Kind.SHARE),
        Column("毛就业率依据", 34),
        Column("净增就业率", 9, Kind.SHARE),
        Column("净增就业率依据", 30),
    ]
    sheet = BureauSheet(papers, "就业率依据", title_of(instance, "就业率依据表"), columns, "人")
    sheet.rows(
        [
            (number, used.course, used.age_band, used.group, used.persons,
             used.gross.value, source_words(used.gross), used.uplift.value, source_words(used.uplift))
            for number, used in enumerate(rates, 1)
        ]
    )
    sheet.note(
        "备注：1. 毛就业率是结业三个月后就业的比例，不等于培训效果；"
        "净增就业率是因培训而多出的比例，不能由以往班级推算。"
    )
    sheet.note(
        "2. 区间：历史估计为十次有八次包含真实值的范围；默认净增为文献的低值和高值。"
        "默认率均为假设（A 级），请以本地数据替换。"
    )


def source_words(rate: Rate) -> str:
    """Return where a rate comes from, such as ``历史 152 人（课程×年龄段），65%–84%``."""
    spread = f"，{rate.low:.1%}–{rate.high:.1%}" if rate.low is not None and rate.high is not None else ""
    if rate.source is Source.ESTIMATED:
        return f"历史 {rate.people} 人（{rate.basis}）{spread}"
    return f"{rate.source.value}{spread}"
