"""What the printed comparison says of drawn years, the cautious plan, named shocks and alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from planner.export.comparison_robust import (
    RobustStudy,
    alternative_sentences,
    cautious_sentences,
    shock_sentences,
    years_sentences,
)
from planner.export.documents.paper import Column, table
from planner.scenarios.robust.valuation import Spread, Valuation


@dataclass(frozen=True, slots=True)
class UncertaintySection:
    """A section after the fronts: sentences, then a table (of :func:`.paper.table`)."""

    heading: str
    sentences: tuple[str, ...]
    table: dict[str, Any] | None = None


def uncertainty_sections(study: RobustStudy) -> list[UncertaintySection]:
    """Return a section for each question that was asked; the last sentence of the years tells options, not findings."""
    sections = []
    if study.valuation is not None:
        found = (*years_sentences(study.valuation, study.given)[:-1], "范围来自抽取，不是证明。")
        sections.append(UncertaintySection("年景变动", found, _years(study.valuation)))
    if study.cautious is not None:
        sections.append(_section("谨慎方案", cautious_sentences(study.cautious, study.given)))
    if study.shocks is not None:
        sections.append(_section("冲击检验", shock_sentences(study.shocks)))
    if study.alternatives is not None:
        sections.append(_section("相近方案", alternative_sentences(study.alternatives)))
    return sections


def _section(heading: str, sentences: Sequence[str]) -> UncertaintySection:
    return UncertaintySection(heading, tuple(sentences))


def _years(valuation: Valuation) -> dict[str, Any]:
    """Return the plan's value with everything drawn, and with each source alone."""
    figures = ("偏低(10%)", "居中(50%)", "偏高(90%)", "平均", "与原得分之差")
    columns = [Column("变动的因素", share=1.0), *(Column(name, mm=22.0, align="right") for name in figures)]
    together = _cells("全部一起", valuation.spread, valuation.spread.mean - valuation.value)
    alone = [_cells(f"只有{one.factor.value}", one.spread, one.shift) for one in valuation.effects]
    return table(columns, [together, *alone])


def _cells(name: str, spread: Spread, shift: float) -> list[str]:
    figures = (spread.low, spread.middle, spread.high, spread.mean)
    return [name, *(f"{figure:,.1f}" for figure in figures), f"{shift:+,.1f}"]
