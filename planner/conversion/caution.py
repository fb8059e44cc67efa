"""Planning on cautious rates: a low quantile of what is known instead of the mean."""

from __future__ import annotations

from dataclasses import replace

from planner.conversion.draws import cautious_rate
from planner.conversion.rates import RateTable
from planner.domain.instance import ConversionRate, Instance, Objective
from planner.domain.rate import Source


def with_caution(instance: Instance, quantile: float) -> Instance:
    """The instance with rates that are not given stated at a quantile (0 < quantile <= 0.5) of what is known of them.

    The rates of the settings' objective become rows of 转化率, so that anybody can check the plan against them; the
    other column and all given rates stay. Rows keep the order of their key.
    """
    table, uplift = RateTable(instance), instance.settings.objective is Objective.UPLIFT
    rows = {(row.course, row.age_band, row.group): row for row in instance.conversion}
    for course in instance.courses:
        for band in instance.age_bands:
            for group in instance.groups:
                if table.rate(course, band, group).source is Source.GIVEN:
                    continue
                key = (course.name, band.name, group.name)
                value = cautious_rate(table, course, band, group, quantile)
                row = rows.get(key, ConversionRate(*key, None, None))
                rows[key] = replace(row, uplift=value) if uplift else replace(row, gross=value)
    ordered = sorted(rows.items(), key=lambda item: tuple(name or "" for name in item[0]))
    kind = "净增就业率" if uplift else "毛就业率"
    note = f"转化率：未给定的{kind}取 {quantile:.0%} 分位的谨慎值（真实值高于它的可能为 {1 - quantile:.0%}）"
    return replace(
        instance, conversion=tuple(row for _, row in ordered), assumptions=(*instance.assumptions, note)
    )
