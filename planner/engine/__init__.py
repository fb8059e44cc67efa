"""The planning engine: prices and a proved bound, a search for classes, exact head counts, least cost.

:func:`planner.engine.solve.solve_problem` is the short loop that shows the stages; docs/engine.md has the theory.
Kernels are compiled once and kept on disk in a folder named after their source: numba itself looks only at the file
of the outermost kernel and would go on using an old version of the others.
"""

import hashlib
import os
from pathlib import Path


def _kernel_cache() -> Path:
    """Folder of the compiled kernels of this very source, beside it or, where that is read-only, in the user's own."""
    here = Path(__file__).parent
    source = b"".join(path.read_bytes() for path in sorted(here.rglob("*kernels.py")))
    name = f"kernels-{hashlib.sha256(source).hexdigest()[:12]}"
    if os.access(here, os.W_OK):
        return here / "__pycache__" / name
    return Path.home() / ".cache" / "training-planner" / name


os.environ.setdefault("NUMBA_CACHE_DIR", str(_kernel_cache()))
