"""How much a file may hold, and how long and with how much memory it may be read."""

from __future__ import annotations

MOST_FILE_BYTES = 100_000_000
MOST_FILES = 500
"""Most files of a folder or archive that are read."""
MOST_ENTRIES = 5_000
MOST_UNPACKED_BYTES = 500_000_000
"""A register of 100,000 rows and 100 columns unpacks to about 400 MB."""
MOST_SQUEEZED = 200
"""Highest ratio of unpacked to packed size of a large part; real sheets stay below 50."""
LARGE_PART_BYTES = 20_000_000
LAST_ROW = 200_000
LAST_COLUMN = 1_000
MOST_CELLS = 12_000_000
"""Highest rows x columns of one sheet: a parser lays a sheet out as a full rectangle."""
MOST_SHARED_TEXT = 300_000_000
"""Highest sum of the lengths of all texts of a sheet, a shared text counted as often as it is used."""
CHILD_SECONDS = 60
CHILD_MEMORY_BYTES = 3 << 29
"""Address space of the process that reads one file (1.5 GB); not enforced on Windows."""
