"""The pages that clerks look at in the load test, by the name under which they are reported."""

from __future__ import annotations

import random
from collections.abc import Sequence

PAGES = {
    "workbench": "/",
    "new plan": "/new",
    "plan: schedule": "{job}",
    "plan: townships": "{job}/result/townships",
    "plan: funds": "{job}/result/funds",
    "plan: targets": "{job}/result/targets",
    "plan: unserved": "{job}/result/unserved",
    "plan: why": "{job}/result/why",
    "plan: papers": "{job}/result/papers",
    "plan: versions": "{job}/result/versions",
    "class": "{job}/classes/{class_id}",
    "Gantt figures": "{job}/gantt.json",
    "compare": "{job}/compare",
    "data": "{job}/data",
    "download plan.xlsx": "{job}/files/plan.xlsx",
    "download workbook": "{job}/workbook",
}
"""Name to path; ``job`` is the path of a finished plan, ``class_id`` one of its classes."""

WEIGHTS = {"workbench": 6, "plan: schedule": 6, "class": 4, "Gantt figures": 3, "data": 2}
"""How often a page is looked at, 1 for those that are not named."""


def path_of(page: str, job: str, classes: Sequence[str], chance: random.Random) -> str:
    """Return the path of a page, for one of the plan's classes by chance."""
    return PAGES[page].format(job=job, class_id=chance.choice(classes))
