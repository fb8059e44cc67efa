"""Plan public vocational training: from a county's demand workbook to the class schedule.

The folder tree follows the work: ``domain`` (what things are), ``workbook`` (cells to instance),
``conversion`` (what a class yields), ``model`` (the exact problem), ``engine`` (solving it),
``checker`` (an independent second opinion), ``export`` (the papers), ``generate`` (example
counties) and ``cli``. Imports point inward: everything may import ``domain`` and ``errors``.
"""

__version__ = "0.1.0"
