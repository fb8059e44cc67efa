"""Work on a second thread: results, errors, and a stop that does not wait."""

from __future__ import annotations

import threading

import pytest

from planner.engine.aside import Aside, wait


def test_the_result_is_had_when_the_task_is_done() -> None:
    """A task's result comes back to the caller."""
    task = Aside(lambda: 6 * 7)
    assert wait([task], lambda: True)
    assert task.result() == 42


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    """An error of the second thread is the caller's error."""
    task = Aside(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        task.result()


def test_a_stop_does_not_wait_for_a_task_that_goes_on() -> None:
    """A solver deep in one step does not keep the user waiting."""
    release = threading.Event()
    task = Aside(release.wait)
    asked = iter([True, True, False])
    assert not wait([task], lambda: next(asked))
    assert not task.done
    release.set()
    task.result()
