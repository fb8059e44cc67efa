"""A stop during the search: what nobody waits for any more is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.cli import solving
from planner.domain.plan import Status
from planner.engine.solve import Options, Progress, Stage

TINY = sorted((Path(__file__).resolve().parents[2] / "instances" / "tiny").glob("*.xlsx"))[0]


@pytest.mark.parametrize("stopped", [False, True])
def test_after_a_stop_classes_are_placed_once_instead_of_twice(
    stopped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether to ask the plan again is a question for those who wait; the days are placed all the same."""
    asked, stages = [], []
    look = solving.classes_left_out
    monkeypatch.setattr(solving, "classes_left_out", lambda *words: asked.append(1) or look(*words))
    request = solving.PlanRequest(TINY, tmp_path, Options())

    def note(progress: Progress) -> None:
        stages.append(progress.stage)

    made = solving.make_plan(request, note, lambda: stopped and Stage.EXACT in stages)
    assert len(asked) == (0 if stopped else 1)
    assert made.plan.classes and {session.class_id for session in made.plan.sessions}
    assert made.plan.status in (Status.STOPPED, Status.FEASIBLE, Status.OPTIMAL)
