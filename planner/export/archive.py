"""All papers of a folder in one .zip, for downloading: equal papers give equal bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from planner.export.files import whole_file

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip can name; every file has it, for papers know no clock."""

_FILE_MODE = 0o100644 << 16
_UNIX = 3


def zip_papers(folder: Path, path: Path) -> Path:
    """Write every file below ``folder`` into the archive ``path``, whole or not at all, and return it.

    Files stand in the order of their names (UTF-8, as Windows and every unpacker of today read them), below a folder
    named like ``folder``. Hidden files (drafts) and the archive itself stay out.

    Raises
    ------
    BadInput
        When the archive cannot be written or a file cannot be read.
    """
    files = {
        file.relative_to(folder): file
        for file in folder.rglob("*")
        if file.is_file() and file != path and not any(p.startswith(".") for p in file.relative_to(folder).parts)
    }
    with whole_file(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files, key=lambda name: name.as_posix()):
            entry = zipfile.ZipInfo(f"{folder.name}/{name.as_posix()}", EARLIEST)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _FILE_MODE, _UNIX
            archive.writestr(entry, files[name].read_bytes())
    return path
