"""The gain of a plan against each baseline: at the workbook's rates, with its range, and at most by the proved bound.

The range comes from paired draws (:func:`planner.evaluation.paired_values`): both plans are valued under the same drawn
rates, two hundred times, and the 10, 50 and 90 % points of the difference are stated. Given rates count as certain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.plan import PlannedClass
from planner.evaluation.outlook import POINTS, paired_values
from planner.explanations.baselines import even_split, ranking
from planner.explanations.baselines.draft import DRAFT, FITTING_PART, judge_draft
from planner.explanations.planned import Explained, Stopped, broken_rules, lenient_value, never, total_cents
from planner.model.options import ClassHeads
from planner.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Baseline:
    """What somebody would do without the planner. ``classes=None``: it cannot be valued; ``broken`` says why.

    ``broken`` are sentences of the independent checker; empty means a valid plan under the same rules.
    """

    name: str
    how: str
    classes: tuple[ClassHeads, ...] | None
    broken: tuple[str, ...]
    planned: int


@dataclass(frozen=True, slots=True)
class Gain:
    """A plan against one baseline, in expected jobs net of penalties (the plan's value).

    ``gain`` is the plan's value less the baseline's; ``low``, ``middle``, ``high`` its 10, 50 and 90 % points when
    rates are drawn; ``most`` is what the best possible plan could gain, proved (``None`` where no bound is). All
    are ``None`` where the baseline breaks rules, because it is then no plan to compare with.
    """

    baseline: Baseline
    persons: int
    cents: int
    value: float | None
    gain: float | None = None
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    most: float | None = None


def compare_with_baselines(
    plan: Explained,
    draft: Sequence[PlannedClass] | None = None,
    seed: int = 0,
    stopped: Stopped = never,
) -> tuple[Gain, ...]:
    """Make the baselines from the plan's own problem and state the gain against each; the draft comes first.

    After a stop only the baselines finished before it are compared.
    """
    baselines = list(_baselines(plan.problem, draft, stopped))
    valid = [b for b in baselines if b.classes is not None and not b.broken]
    values = paired_values(plan.problem, [plan.classes, *(b.classes or () for b in valid)], seed, stopped)
    ranges = {b.name: np.percentile(values[0] - row, POINTS).tolist() for b, row in zip(valid, values[1:], strict=True)}
    return tuple(_gain(plan, baseline, ranges.get(baseline.name)) for baseline in baselines)


def _baselines(problem: Problem, draft: Sequence[PlannedClass] | None, stopped: Stopped) -> list[Baseline]:
    found = [] if draft is None else _of_draft(problem, draft)
    for name, how, make in (
        (even_split.EVEN_SPLIT, even_split.HOW, even_split.plan_by_even_split),
        (ranking.RANKING, ranking.HOW, ranking.plan_by_ranking),
    ):
        if stopped():
            break
        classes = tuple(make(problem, stopped))
        if not stopped():
            found.append(Baseline(name, how, classes, broken_rules(problem, classes), len(classes)))
    return found


def _of_draft(problem: Problem, planned: Sequence[PlannedClass]) -> list[Baseline]:
    judged = judge_draft(problem, planned)
    as_it_stands = Baseline(DRAFT, "按上报的草案（或上年方案）原样", judged.classes, judged.broken, judged.planned)
    if not judged.broken:
        return [as_it_stands]
    how = f"草案的 {judged.planned} 个班依次保留，放不下或不合规则的不开，剩 {len(judged.fitting)} 个班"
    broken = broken_rules(problem, judged.fitting)
    return [as_it_stands, Baseline(FITTING_PART, how, judged.fitting, broken, judged.planned)]


def _gain(plan: Explained, baseline: Baseline, points: list[float] | None) -> Gain:
    if baseline.classes is None:
        return Gain(baseline, 0, 0, None)
    problem, classes = plan.problem, baseline.classes
    persons = sum(sum(heads.values()) for _, heads in classes)
    value = lenient_value(problem, classes)
    gain = Gain(baseline, persons, total_cents(problem, classes), value)
    if points is None:
        return gain
    low, middle, high = points
    most = plan.bound - value if math.isfinite(plan.bound) else None
    return replace(gain, gain=plan.value - value, low=low, middle=middle, high=high, most=most)
