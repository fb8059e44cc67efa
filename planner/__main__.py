"""``python -m planner``: the command line."""

import os
import sys
import threading

from planner.cli import main


def run() -> None:
    """Run the command line and end the process.

    A solve that nobody waits for any more may still be at work on its own thread (:mod:`planner.engine.aside`). The
    solver's library fails when the interpreter is taken down around it, so the process then ends at once: everything
    is written by now.
    """
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    if threading.active_count() > 1 and isinstance(code, int | None):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)
    sys.exit(code)  # type: ignore[arg-type]


if __name__ == "__main__":
    run()
