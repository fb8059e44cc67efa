"""Many independent questions on a few threads: the answers depend on the questions only, never on the threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")

_POLL_SECONDS = 0.2


def in_order(
    keys: Sequence[Key], ask: Callable[[Key], Answer], threads: int, stopped: Callable[[], bool]
) -> dict[Key, Answer] | None:
    """The answer to each key, asked on so many threads; None when a stop came before the last one.

    ``stopped`` is asked in the caller's thread about five times a second. The first key is asked alone, so that kernels
    are compiled once.
    """
    if stopped() or not keys:
        return None if stopped() else {}
    answers = {keys[0]: ask(keys[0])}
    with ThreadPoolExecutor(max(1, threads)) as pool:
        asked = {key: pool.submit(ask, key) for key in keys[1:]}
        waiting = set(asked.values())
        while waiting:
            _, waiting = wait(waiting, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
            if stopped():
                for future in waiting:
                    future.cancel()
                return None
    return answers | {key: future.result() for key, future in asked.items()}
