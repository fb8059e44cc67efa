"""Plan public vocational training: from a county's demand workbook to the class schedule.

The folder tree follows the work: ``domain`` (what things are), ``workbook`` (cells to instance),
``conversion`` (what a class yields), ``model`` (the exact problem), ``engine`` (solving it),
``checker`` (an independent second opinion), ``export`` (the papers), ``generate`` (example
counties) and ``cli``. Imports point inward: everything may import ``domain`` and ``errors``.
"""

import os

# Matrix products are tiny here; their threads would only fight the engine's own for the cores (twice slower, measured).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
