"""Doubts about a bureau's own table before it becomes cohorts and demand: parts and wholes, places and county."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.reading.plausibility.doubt import TEN_TIMES, Doubt, named, outliers
from planner.reading.plausibility.of_instance import WILLING_SHARE
from planner.reading.plausibility.residents import most_residents

PARTS_OF = {
    "residents": ("labour",),
    "labour": ("at_home", "away", "willing_total", "of_poverty", "of_resettled", "of_monitored"),
    "willing_total": ("men", "women"),
}
"""Which figures (by meaning of their heading) cannot be greater than which; groups overlap, so they are not added."""

WORDS = {
    "residents": "总人口", "labour": "劳动力总数", "at_home": "在家劳动力", "away": "外出务工人数",
    "willing_total": "有培训意愿人数", "of_poverty": "脱贫劳动力", "of_resettled": "易地搬迁劳动力",
    "of_monitored": "监测对象", "men": "男", "women": "女",
}  # fmt: skip

_FEWEST = 100
"""Fewer people than this in a township are not compared with the workbook; ours."""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One place of a survey table: its figures by meaning of the heading (``planner.reading.words``) or by course."""

    place: str
    figures: Mapping[str, float]


def check_survey(rows: Sequence[SurveyRow], sheet: str, words: Mapping[str, str] = WORDS) -> tuple[Doubt, ...]:
    """Return doubts about the rows of a survey table without its total rows; ``words`` name meanings in Chinese."""
    found = []
    for whole, parts in PARTS_OF.items():
        for part in parts:
            cases = [
                f"{row.place}（{row.figures[part]:,.0f} 多于 {row.figures[whole]:,.0f}）"
                for row in rows
                if part in row.figures and whole in row.figures and row.figures[part] > row.figures[whole]
            ]
            if cases:
                text = f"{words.get(part, part)}多于{words.get(whole, whole)}：{named(cases)}"
                found.append(Doubt("part-above-whole", sheet, text))
    found += _nearly_all_willing(rows, sheet)
    found += _standing_out(rows, sheet, words)
    return tuple(found)


def _nearly_all_willing(rows: Sequence[SurveyRow], sheet: str) -> Iterable[Doubt]:
    cases = [
        row.place
        for row in rows
        if row.figures.get("labour", 0) >= 100
        and WILLING_SHARE * row.figures["labour"] < row.figures.get("willing_total", 0) <= row.figures["labour"]
    ]
    if cases:
        yield Doubt("nearly-all-willing", sheet, f"愿意参训的比例超过 95%，调查中约两成不愿：{named(cases)}")


def _standing_out(rows: Sequence[SurveyRow], sheet: str, words: Mapping[str, str]) -> Iterable[Doubt]:
    columns: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in rows:
        for meaning, figure in row.figures.items():
            columns[meaning].append((row.place, figure))
    for meaning, figures in columns.items():
        cases = [f"{place} {figure:,.0f}（多数约 {usual:,.0f}）" for place, figure, usual in outliers(figures)]
        if cases:
            text = f"“{words.get(meaning, meaning)}”是多数乡镇的十倍以上：{named(cases)}"
            yield Doubt("ten-times-the-usual", sheet, text, "核对是否多写一位")


def check_residents(rows: Sequence[SurveyRow], county: str, sheet: str) -> tuple[Doubt, ...]:
    """Return a doubt for each kind of people of whom one county's places have more than it has residents.

    A slip of the decimal point or of the unit, such as 1,821万 migrants. ``county`` is empty where it is not known. The
    registered population may pass the residents where many are away, so 总人口 is doubted from twice of them on.
    """
    residents, is_known = most_residents(county)
    known = f"常住人口约 {residents:,}" if is_known else f"一个县一般不超过 {residents:,} 人"
    found = []
    for meaning in ("residents", "labour", "at_home", "away", "willing_total"):
        total = sum(row.figures.get(meaning, 0) for row in rows)
        if total > residents * (2 if meaning == "residents" else 1):
            text = f"{county or '全表'}{WORDS[meaning]}合计 {total:,.0f} 人，{known}"
            found.append(Doubt("more-people-than-residents", sheet, text, "核对小数点和单位（人、万人）"))
    return tuple(found)


def check_against_workbook(counted: Mapping[str, int], known: Mapping[str, int]) -> tuple[Doubt, ...]:
    """Return a doubt where townships have ten times the willing people that the workbook's own 劳动力 gives them."""
    cases = [
        f"{place} {persons:,} 人（工作簿 {known[place]:,} 人）"
        for place, persons in sorted(counted.items())
        if known.get(place, 0) and persons >= max(TEN_TIMES * known[place], _FEWEST)
    ]
    text = f"有意愿人数是本县工作簿劳动力的十倍以上：{named(cases)}"
    return (Doubt("ten-times-the-workbook", "劳动力", text, "核对是否多写一位"),) if cases else ()
