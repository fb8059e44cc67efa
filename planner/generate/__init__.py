"""Instances to try the planner on: real townships and a real course catalogue, everything else drawn from a seed.

``generate_tables`` gives the workbook's tables, ``generate_workbook`` writes them. Equal size and seed give equal
bytes. Facts, their sources and grades stand in ``docs/facts.md``; synthetic values say so in the workbook.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from planner.generate import outcomes, people, places, provenance, tasks, teaching
from planner.generate.facts import courses as catalogue
from planner.generate.scale import SIZES
from planner.workbook.write import write_tables

__all__ = ["SIZES", "generate_tables", "generate_workbook"]

Tables = dict[str, list[dict[str, object]]]

_PARTS = ("places", "people", "providers", "venues", "rates", "history", "vacancies", "teachers")


def generate_tables(size: str, seed: int) -> Tables:
    """Return the tables of a generated planning workbook, by sheet name.

    Parameters
    ----------
    size
        A key of ``SIZES``: ``demo``, ``county``, ``large-county`` or ``prefecture``.
    seed
        At least 0. Equal size and seed give equal tables.

    Raises
    ------
    ValueError
        The size is unknown or the seed negative.
    """
    if size not in SIZES:
        raise ValueError(f"没有规模“{size}”；允许：{'、'.join(SIZES)}")
    if seed < 0:
        raise ValueError(f"随机种子须为不小于 0 的整数（现为 {seed}）")
    scale = SIZES[size]
    # Each part has its own stream, so that a change in one leaves the others as they were.
    rng = {part: np.random.default_rng([seed, number]) for number, part in enumerate(_PARTS)}
    courses = people.offered_courses(scale, catalogue())
    drawn_places = places.draw_places(scale, rng["places"])
    cohorts = people.draw_cohorts(scale, drawn_places, courses, rng["people"])
    providers = teaching.draw_providers(scale, drawn_places, courses, rng["providers"])
    rates = outcomes.draw_rates(courses, rng["rates"])
    funds, fund_rules = tasks.fund_tables(scale)
    tables: Tables = {
        "参数": tasks.setting_rows(scale),
        "乡镇": places.township_rows(drawn_places),
        "农时": tasks.farming_rows(drawn_places),
        "群体": people.group_rows(scale),
        "年龄段": people.age_band_rows(),
        "劳动力": people.cohort_rows(cohorts),
        "需求": people.demand_rows(cohorts),
        "课程": teaching.course_rows(courses),
        "转化率": outcomes.conversion_rows(courses, rates, providers),
        "历史": outcomes.history_rows(courses, rates, providers, rng["history"]),
        "机构": teaching.provider_rows(providers),
        "承训": teaching.accreditation_rows(providers),
        "场地": teaching.venue_rows(scale, drawn_places, courses, rng["venues"]),
        "岗位": outcomes.vacancy_rows(scale, courses, cohorts, rng["vacancies"]),
        "资金": funds,
        "资金用途": fund_rules,
        "任务": tasks.target_rows(scale, drawn_places, cohorts, courses),
        "固定班": tasks.lock_rows(courses, cohorts),
        "教师": teaching.teacher_rows(scale, providers, rng["teachers"]),
    }
    tables[provenance.SHEET] = provenance.provenance_rows(scale.title, seed, set(tables))
    return tables


def generate_workbook(size: str, seed: int, path: Path) -> None:
    """Write a generated planning workbook (.xlsx) to ``path``; see :func:`generate_tables`."""
    tables = generate_tables(size, seed)
    write_tables(path, tables, provenance.comments(set(tables)))
