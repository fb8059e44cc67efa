"""The bureau's own draft, or last year's plan, as a baseline: as it stands, and the part of it that keeps the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.plan import PlannedClass
from planner.engine.fitting import fitting_classes
from planner.evaluation.outlook import who_cannot_come
from planner.explanations.planned import broken_rules, classes_of
from planner.model.options import ClassHeads
from planner.model.problem import Problem

DRAFT = "原草案"
FITTING_PART = "原草案中符合规则的部分"


@dataclass(frozen=True, slots=True)
class JudgedDraft:
    """A draft's classes, what it breaks (sentences), and the classes that are left when each rule is kept.

    ``classes`` is ``None`` when some class cannot be held at all, so that the draft's value is not defined.
    """

    classes: tuple[ClassHeads, ...] | None
    broken: tuple[str, ...]
    fitting: tuple[ClassHeads, ...]
    planned: int


def judge_draft(problem: Problem, planned: Sequence[PlannedClass]) -> JudgedDraft:
    """Judge a draft read by :func:`planner.evaluation.draft.read_draft`.

    The fitting part keeps the draft's classes one after another as long as people, wishes, teams, rooms and money
    suffice; it may miss hard requirements that the draft met.
    """
    classes = classes_of(problem, planned)
    fitting = tuple(fitting_classes(problem, classes))
    unable = who_cannot_come(problem, planned)
    if unable:
        return JudgedDraft(None, tuple(unable), fitting, len(planned))
    return JudgedDraft(tuple(classes), broken_rules(problem, classes), fitting, len(planned))
