"""The solver compiled in the background: what the service says of it, and that nobody waits for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from form_user import clerk_of, works_of

from web.work.preparation import Preparation

COMPILES = 'import time; print(\'{"event": "progress", "stage": "编译"}\', flush=True); time.sleep(%s)'
SENTENCE = "正在准备求解程序（仅首次）"


def preparation(tmp_path: Path, script: str) -> Preparation:
    """A preparation whose planner runs such a script."""
    made = Preparation((sys.executable, "-c", script), 0, lambda: tmp_path)
    made.start()
    return made


def wait_for(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def ended(made: Preparation) -> bool:
    """Whether nothing of it runs any more."""
    return not made._thread.is_alive()


def test_it_is_under_way_from_the_first_word_to_the_end(tmp_path: Path) -> None:
    made = preparation(tmp_path, COMPILES % 1)
    wait_for(lambda: made.under_way)
    wait_for(lambda: not made.under_way)
    made.close()


def test_with_everything_compiled_it_is_never_under_way(tmp_path: Path) -> None:
    made = preparation(tmp_path, "import time; time.sleep(0.5)")
    while not ended(made):
        assert not made.under_way
        time.sleep(0.02)


def test_closing_ends_its_process_at_once(tmp_path: Path) -> None:
    note = tmp_path / "finished"
    made = preparation(tmp_path, COMPILES % 3 + f"; open({str(note)!r}, 'w')")
    wait_for(lambda: made.under_way)
    began = time.monotonic()
    made.close()
    assert time.monotonic() - began < 2.5 and ended(made)
    time.sleep(3.5)
    assert not note.exists()


def test_a_compilation_that_fails_is_noted_and_harms_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = preparation(tmp_path, "raise SystemExit('没有编译器')")
    wait_for(lambda: ended(made))
    assert not made.under_way and "没有编译器" in caplog.text


def test_the_plan_page_and_the_health_say_that_it_is_under_way_and_planning_can_begin(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    app = make_app()
    user = clerk_of(app)
    address = user.upload()
    assert SENTENCE not in user.wait(address)
    assert user.client.get("/healthz").json["preparing_solver"] is False
    made = preparation(tmp_path, COMPILES % 600)
    app.extensions["works"] = replace(works_of(app), preparation=made)
    try:
        wait_for(lambda: made.under_way)
        assert SENTENCE in user.client.get(address).text
        health = user.client.get("/healthz")
        assert (health.status_code, health.json["preparing_solver"]) == (200, True)
        assert user.client.post(f"{address}/plan", data={"time_limit": "60", "budget": ""}).status_code == 303
        assert "预计就业" in user.wait(address)
    finally:
        made.close()


@pytest.mark.parametrize("more", [{"WORKFORCE": "in_process"}, {"DASK_SCHEDULER_ADDRESS": "tcp://10.0.0.1:8786"}])
def test_a_service_whose_planners_run_elsewhere_prepares_nothing_here(
    make_app: Callable[..., Flask], more: dict[str, str]
) -> None:
    settings = {"COORDINATOR": "elsewhere", "WORKFORCE": "workers"}
    assert works_of(make_app(**settings)).preparation is not None
    assert works_of(make_app(**settings | more)).preparation is None
