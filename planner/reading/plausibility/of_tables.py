"""Doubts about a bureau's own table before it becomes cohorts and demand: parts and wholes, places and county."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.reading.plausibility.doubt import Doubt, named, outliers
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

SUM_TOLERANCE = 0.01
"""Places may miss their county's figure by this share, for people counted at the county only; ours."""


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


def check_magnitude(county: str, what: str, persons: float, sheet: str) -> tuple[Doubt, ...]:
    """Return a doubt when a count of people of one county is greater than its residents (1,821万 migrants)."""
    residents, is_known = most_residents(county)
    if persons <= residents:
        return ()
    known = f"常住人口约 {residents:,}" if is_known else f"一个县一般不超过 {residents:,} 人"
    text = f"{county}{what} {persons:,.0f} 人，{known}"
    return (Doubt("more-people-than-residents", sheet, text, "核对小数点和单位（人、万人）"),)


def check_against_county(
    rows: Sequence[SurveyRow], county_figures: Mapping[str, float], sheet: str, words: Mapping[str, str] = WORDS
) -> tuple[Doubt, ...]:
    """Return doubts where the places do not add up to the county's own figure, told apart from a typed total row."""
    found = []
    for meaning, stated in county_figures.items():
        figures = [row.figures[meaning] for row in rows if meaning in row.figures]
        total = sum(figures)
        if figures and abs(total - stated) > SUM_TOLERANCE * abs(stated):
            missing = len(rows) - len(figures)
            unsaid = f"（{missing} 个乡镇未填）" if missing else ""
            text = f"各乡镇“{words.get(meaning, meaning)}”合计 {total:,.0f}{unsaid}，全县数为 {stated:,.0f}"
            found.append(Doubt("places-against-county", sheet, text, "核对是否漏报、重报乡镇"))
    return tuple(found)


def check_repeated_people(people: Iterable[tuple[str, str]], sheet: str) -> tuple[Doubt, ...]:
    """Return doubts about people listed more than once, from ``(token, place)`` of each row; nobody is named."""
    places: dict[str, Counter[str]] = defaultdict(Counter)
    for token, place in people:
        places[token][place] += 1
    within = Counter(place for seen in places.values() for place, times in seen.items() if times > 1)
    across = Counter("、".join(sorted(seen)) for seen in places.values() if len(seen) > 1)
    found = []
    if within:
        cases = [f"{place} {number} 人" for place, number in sorted(within.items())]
        found.append(Doubt("repeated-people", sheet, f"同一人在一个乡镇登记了不止一次：{named(cases)}", "删去重复的行"))
    if across:
        cases = [f"{where} {number} 人" for where, number in sorted(across.items())]
        found.append(Doubt("repeated-people", sheet, f"同一人登记在不止一个乡镇：{named(cases)}", "只留实际居住的乡镇"))
    return tuple(found)
